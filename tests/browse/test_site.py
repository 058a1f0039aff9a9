"""The same pages as files: every address in them leads to one that is there, and nothing in them leads out by itself."""

from __future__ import annotations

import json
import resource
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from archiver.browse import site
from archiver.browse.record import STEPS
from archiver.browse.site import MARK, PAGE, Written, chain_of, standing, write
from archiver.browse.web import Holding
from archiver.config import Settings
from archiver.errors import Unwritable, UsageError
from archiver.manifest import lookup
from archiver.manifest.opening import open_read_only
from archiver.pipeline import Archive
from archiver.withdrawing import withdraw
from tests.benchmarks._manifest import generate
from tests.browse.markup import Markup
from tests.copies_web import ALONE, NAMING, ORIGINAL, WIRE

MADE = Written("2026-11-22T10:15:00Z", "archiver/test", "archiver/0123456789abcdef", 12)


def written(
    folder: Path, into: Path, *, chosen: list[str] | None = None, copies: bool = True, page: int = PAGE
) -> Written:
    with open_read_only(folder) as connection:
        return write(Holding(connection, folder / "archive"), into, MADE, chosen, copies=copies, page=page)


@pytest.fixture(scope="module")
def demo_site(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    into = tmp_path_factory.mktemp("site") / "out"
    written(demo, into)
    return into


def led_to(page: Path) -> Iterator[str]:
    """The addresses within a page that a browser would follow or load."""
    for one in Markup(page.read_text(encoding="utf-8")).elements:
        for name in ("href", "src", "action", "srcset", "poster", "data"):
            if value := one.attributes.get(name):
                yield value


def test_every_relative_address_leads_to_a_file_that_is_there(demo_site: Path) -> None:
    pages = list(demo_site.rglob("*.html"))
    assert len(pages) == 1 + 4 + 4
    followed = 0
    for page in pages:
        for address in led_to(page):
            parts = urlsplit(address)
            if parts.scheme or not parts.path:
                continue
            target = (page.parent / unquote(parts.path)).resolve()
            assert target.is_relative_to(demo_site.resolve()), (page.name, address)
            assert target.is_file(), (page.name, address)
            followed += 1
    assert followed > 100


def test_nothing_is_loaded_but_its_own_stylesheets(demo_site: Path) -> None:
    for page in demo_site.rglob("*.html"):
        markup = Markup(page.read_text(encoding="utf-8"))
        assert not markup.all("script"), page.name
        assert not markup.all("form"), page.name
        loaded = [one for one in markup.elements if one.name in ("img", "object", "embed", "audio", "video", "source")]
        assert loaded == [], page.name
        assert all("sandbox" in one.attributes and "src" not in one.attributes for one in markup.all("iframe"))


def test_each_page_says_its_rule_before_anything_could_be_loaded(demo_site: Path) -> None:
    for page in demo_site.rglob("*.html"):
        elements = Markup(page.read_text(encoding="utf-8")).elements
        rule = next(n for n, one in enumerate(elements) if "default-src 'none'" in one.attributes.get("content", ""))
        assert rule < next(n for n, one in enumerate(elements) if one.name == "link")


def test_archived_pages_are_within_ours_and_lie_nowhere_as_pages(demo_site: Path) -> None:
    views = list((demo_site / "view").iterdir())
    frames = [one for page in views for one in Markup(page.read_text(encoding="utf-8")).all("iframe")]
    assert len(frames) == 3
    assert all("night ferry" in one.attributes["srcdoc"] for one in frames)
    assert [one.suffix for one in (demo_site / "files").iterdir()] == [".pdf"]
    assert next((demo_site / "files").iterdir()).read_bytes().startswith(b"%PDF")


def test_the_other_formats_are_those_that_a_server_answers_with(demo_site: Path) -> None:
    endings = {"".join(one.suffixes) for one in (demo_site / "document").iterdir()}
    assert endings == {".html", ".json", ".bib", ".ris", ".csl.json", ".wiki", ".prov.json", ".md"}
    for one in (demo_site / "document").glob("*.json"):
        assert json.loads(one.read_text(encoding="utf-8"))
    assert len(json.loads((demo_site / "index.csl.json").read_text(encoding="utf-8"))) == 4


def test_it_says_what_it_is(demo_site: Path) -> None:
    said = json.loads((demo_site / MARK).read_text(encoding="utf-8"))
    assert said["documents"] == 4
    assert said["copies"] == 4
    assert said["files"] == 1
    assert said["origin"] == MADE.origin


def test_a_part_of_the_archive_is_what_was_found_and_its_chains(copies: Path, tmp_path: Path) -> None:
    with open_read_only(copies) as connection:
        found = chain_of(connection, lookup.by_url(connection, NAMING[0]))
        alone = lookup.by_url(connection, ALONE)[0]
        both = {lookup.by_url(connection, url)[0] for url in NAMING}
    assert set(found) == both
    assert written(copies, tmp_path / "out", chosen=found).documents == 2
    pages = [page.read_text(encoding="utf-8") for page in (tmp_path / "out").rglob("*.html")]
    assert not any(alone in page for page in pages)
    assert "a part of the archive" in (tmp_path / "out/index.html").read_text(encoding="utf-8")


def test_without_copies_no_page_offers_one(copies: Path, tmp_path: Path) -> None:
    made = written(copies, tmp_path / "out", copies=False)
    assert (made.copies, made.documents) == (0, 7)
    assert not (tmp_path / "out/view").exists()
    for page in (tmp_path / "out").rglob("*.html"):
        assert not any("view/" in address for address in led_to(page)), page.name


def test_many_documents_are_on_several_pages(copies: Path, tmp_path: Path) -> None:
    written(copies, tmp_path / "out", copies=False, page=3)
    names = {"index.html", "index-2.html", "index-3.html"}
    assert names == {page.name for page in (tmp_path / "out").glob("*.html")}
    for name in names:
        assert names <= {*led_to(tmp_path / "out" / name), name}
    cited = [json.loads(one.read_text(encoding="utf-8")) for one in (tmp_path / "out").glob("index*.csl.json")]
    assert sorted(map(len, cited)) == [1, 3, 3]


def test_what_is_withdrawn_is_said_and_not_shown(copies: Path, tmp_path: Path) -> None:
    folder = tmp_path / "archive"
    shutil.copytree(copies, folder)
    with open_read_only(folder) as connection:
        [gone] = lookup.citations(connection, lookup.by_url(connection, WIRE[0])[:1])
        kept = lookup.by_url(connection, ORIGINAL)[0]
    with Archive(folder, Settings()) as archive:
        withdraw(archive, gone.captures[0].capture_id, by="An editor", because="a court asked", remove=False)
    written(folder, tmp_path / "out")
    body = (tmp_path / f"out/view/{gone.captures[0].capture_id}.html").read_text(encoding="utf-8")
    assert "a court asked" in body
    assert "QUARRY (Reuters)" not in body
    page = (tmp_path / f"out/document/{gone.document_id}.html").read_text(encoding="utf-8")
    assert not any("view/" in address for address in led_to(tmp_path / f"out/document/{gone.document_id}.html"))
    for one in (tmp_path / "out/document").glob(f"{gone.document_id}.*"):
        said = one.read_text(encoding="utf-8")
        assert not [word for word in (gone.title, *gone.authors) if word in said], one.name
    items = json.loads((tmp_path / "out/index.csl.json").read_text(encoding="utf-8"))
    assert [one["title"] for one in items if one["id"].endswith(str(gone.document_id))] == ["A withdrawn page"]
    assert "a court asked" in page
    assert any("view/" in address for address in led_to(tmp_path / f"out/document/{kept}.html"))


def test_what_is_no_site_is_left_as_it_is(demo: Path, tmp_path: Path) -> None:
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters/mine.txt").write_text("mine")
    with pytest.raises(UsageError, match="no site of archiver"):
        written(demo, tmp_path / "letters")
    assert [one.name for one in tmp_path.rglob("*")] == ["letters", "mine.txt"]


def test_a_site_is_replaced_whole(demo: Path, copies: Path, tmp_path: Path) -> None:
    written(copies, tmp_path / "out")
    before = {one.name for one in (tmp_path / "out/document").iterdir()}
    written(demo, tmp_path / "out")
    assert not before & {one.name for one in (tmp_path / "out/document").iterdir()}
    assert [one.name for one in tmp_path.iterdir()] == ["out"]


def test_where_it_cannot_be_written_the_one_before_stays(demo: Path, tmp_path: Path) -> None:
    (tmp_path / "full").write_text("a file where a folder should be")
    with pytest.raises(Unwritable):
        written(demo, tmp_path / "full" / "out")
    written(demo, tmp_path / "out", copies=False)
    with open_read_only(demo) as connection, pytest.raises(TypeError):  # whatever ends it
        write(Holding(connection, None), tmp_path / "out", MADE, ["0123456789abcdef"])
    assert (tmp_path / "out/index.html").is_file()
    assert not (tmp_path / "out/view").exists()
    assert sorted(one.name for one in tmp_path.iterdir()) == ["full", "out"]


def test_a_folder_that_is_reached_by_another_way_is_the_same_folder(demo: Path, tmp_path: Path) -> None:
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters/mine.txt").write_text("mine")
    with pytest.raises(UsageError, match="no site of archiver"):
        written(demo, tmp_path / "not-there" / ".." / "letters")
    assert [one.name for one in tmp_path.rglob("*")] == ["letters", "mine.txt"]


def test_what_came_into_the_folder_meanwhile_is_not_taken_for_a_site(tmp_path: Path) -> None:
    draft, folder = tmp_path / ".out.0123.new", tmp_path / "out"
    for one in (draft, folder):
        one.mkdir()
    (folder / "mine.txt").write_text("mine")
    with pytest.raises(UsageError, match="no site of archiver"):
        site._put_in_place(draft, folder)
    assert (folder / "mine.txt").read_text() == "mine"


def test_what_is_beside_it_stays_unless_it_is_a_site_that_was_not_finished(demo: Path, tmp_path: Path) -> None:
    for name in (".out.old", ".out.new", ".out.thesis.new"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "mine.txt").write_text("mine")
    (tmp_path / ".out.ab12.new").mkdir()
    (tmp_path / ".out.ab12.new" / MARK).write_text("{}")
    written(demo, tmp_path / "out", copies=False)
    assert sorted(one.name for one in tmp_path.iterdir()) == [".out.new", ".out.old", ".out.thesis.new", "out"]


def test_where_the_disk_takes_no_more_nothing_is_left_behind(demo: Path, tmp_path: Path) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    with open_read_only(demo) as connection:
        resource.setrlimit(resource.RLIMIT_FSIZE, (2000, before[1]))  # no file may be longer
        try:
            with pytest.raises(Unwritable, match="could not be written"):
                write(Holding(connection, demo / "archive"), tmp_path / "out", MADE)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert list(tmp_path.iterdir()) == []


def test_a_site_says_of_itself_what_it_held(demo: Path, tmp_path: Path) -> None:
    assert standing(tmp_path / "out") is None
    made = written(demo, tmp_path / "out", copies=False)
    assert standing(tmp_path / "out") == made
    (tmp_path / "out" / MARK).write_text("[]")
    assert standing(tmp_path / "out") is None


def test_a_long_chain_is_not_told_whole_by_each_of_its_pages(tmp_path: Path) -> None:
    generate(tmp_path / "many", documents=120)
    with open_read_only(tmp_path / "many") as connection:
        everything = [row[0] for row in connection.execute("select id from documents")]
        longest = max(lookup.citations(connection, everything), key=lambda one: len(one.edges))
        assert len(longest.edges) > STEPS
        write(Holding(connection, None), tmp_path / "out", MADE, [str(longest.document_id)], copies=False)
    told = json.loads((tmp_path / f"out/document/{longest.document_id}.json").read_text(encoding="utf-8"))
    assert len(told["edges"]) == STEPS


def test_its_pages_are_well_formed(demo_site: Path) -> None:
    for page in demo_site.rglob("*.html"):
        markup = Markup(page.read_text(encoding="utf-8"))
        assert [name for name in markup.unclosed if name not in ("p", "li", "dt", "dd")] == [], page.name
