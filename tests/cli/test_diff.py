"""archiver diff and the versions of one page, as a fact-checker meets them."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from archiver.cli._fetching import fetch_settings
from archiver.cli._passages import legend, passages
from archiver.cli._versions import dated, versions
from archiver.config import Settings
from archiver.demo import web
from archiver.errors import Exit
from archiver.manifest.lookup import by_url, citations
from archiver.manifest.opening import open_read_only
from archiver.manifest.versions import history
from archiver.model.citation import Citation
from archiver.pipeline import Archive
from archiver.provenance.align import align
from tests.cli.test_startup import FORBIDDEN
from tests.small_web import served

PAGE = "http://tidal-review.example/2024/the-weir"
EMPTY = "http://tidal-review.example/nothing"
ONCE = "http://tidal-review.example/once"
PARAGRAPHS = (
    "The weir below the old mill has been closed since Monday, and the fish ladder beside it stands dry for the first time in years.",
    "Engineers who opened the gates by hand say that the timber is sound and that the ironwork will have to be replaced before autumn.",
    "“We were told nothing,” said Alma Perrin, who keeps the boathouse. “The river was there on Sunday and on Monday it was not.”",
    "The county has promised a report by June. It promised one before, in the year of the flood, and that was never printed.",
)


def page(title: str, paragraphs: tuple[str, ...] = PARAGRAPHS, *, head: str = "", foot: str = "") -> str:
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return (
        f'<html lang="en"><head><title>{title}</title><meta property="og:title" content="{title}">'
        f'<meta property="og:site_name" content="Tidal Review">{head}</head><body><article><h1>{title}</h1>{body}</article>{foot}</body></html>'
    )


MODIFIED = '<meta property="article:modified_time" content="2024-03-04T08:00:00Z">'
FIRST = page("The weir is closed", head=MODIFIED)
EDITED = page(
    "Council closed the weir",
    (PARAGRAPHS[0].replace("Monday", "Tuesday"), PARAGRAPHS[1], *PARAGRAPHS[3:]),
    head=MODIFIED,
)
#: The captures of PAGE in order; the first version was captured twice, and came back.
CAPTURED = (FIRST, FIRST, EDITED, EDITED.replace("</body>", "<!-- 3 --></body>"), FIRST)


@pytest.fixture(scope="module")
def changing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive in which one page changes, one holds no text, and one was captured once."""
    folder = tmp_path_factory.mktemp("changing")
    settings = Settings(delay_seconds=0.0)
    pages = {EMPTY: "<html><body></body></html>", ONCE: page("The mill")}
    with (
        served(pages) as port,
        Archive(folder, settings, fetch_settings(settings, [f"::127.0.0.1:{port}"], None)) as archive,
    ):
        for html in CAPTURED:
            pages[PAGE] = html
            list(archive.capture([PAGE]))
        list(archive.capture([EMPTY, ONCE]))
    return folder


def archiver(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "archiver", *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "/usr/bin:/bin", "ARCHIVER_CONFIG": "/nonexistent"},
    )


def cited(folder: Path, url: str) -> Citation:
    with open_read_only(folder) as connection:
        return dated(connection, next(citations(connection, by_url(connection, url)[:1])))


def test_a_republication_is_shown_with_what_was_added_to_the_original(demo: Path) -> None:
    done = archiver("diff", web.ORIGINAL, web.REPOST, "--archive", str(demo))
    assert done.returncode == Exit.DONE, done.stderr
    assert done.stderr == ""
    assert "Mara Quill · Harbour Gazette · 2024-03-04" in done.stdout
    assert re.search(r"100% of A stands in B, \d\d% of B stands in A; the longest shared run is \d+ words", done.stdout)
    assert "  {+This article was originally published on Harbour Gazette.+}\n" in done.stdout
    assert re.search(r"^  … \d+ words the same …$", done.stdout, re.MULTILINE)
    assert "[-" not in done.stdout
    assert "\x1b" not in done.stdout


def test_an_excerpt_is_shown_with_what_was_cut(demo: Path) -> None:
    done = archiver("diff", web.REPOST, web.EXCERPT, "--archive", str(demo))
    assert "  [-The crossing takes fifty minutes by day and seventy by night" in done.stdout
    assert "“A boat is not a bus,” said Tomas Reil" in done.stdout


def test_json_holds_both_documents_and_passages_that_make_one_text_of_the_other(demo: Path) -> None:
    done = archiver("diff", web.REPOST, web.EXCERPT, "--json", "--archive", str(demo))
    (row,) = [json.loads(line) for line in done.stdout.splitlines()]
    assert set(row) >= {"a", "b", "containment_a", "containment_b", "longest", "words", "notes", "passages"}
    assert (row["a"]["url"], row["b"]["url"]) == (web.REPOST, web.EXCERPT)
    assert set(row["passages"][0]) == {"kind", "typographic", "a", "b"}
    kept = ("same", "moved")
    made = "".join(p["a"]["text"] if p["kind"] in kept else p["b"]["text"] for p in row["passages"])
    text = archiver("show", web.EXCERPT, "--archive", str(demo)).stdout
    assert made + "\n" == text
    assert all(text[p["b"]["start"] : p["b"]["end"]] == p["b"]["text"] for p in row["passages"])


def test_documents_and_captures_go_by_their_ids(changing: Path) -> None:
    first, *_, last = cited(changing, PAGE).versions
    by_capture = archiver("diff", first.capture_id, last.capture_id, "--archive", str(changing))
    assert by_capture.returncode == Exit.DONE
    assert "A and B are one document: the same bytes at the same address" in by_capture.stdout
    assert "the texts are the same, character for character" in by_capture.stdout
    by_document = archiver("diff", first.document_id, f"urn:uuid:{last.capture_id}", "--archive", str(changing))
    assert by_document.returncode == Exit.DONE


def test_one_address_is_its_two_newest_versions(changing: Path) -> None:
    done = archiver("diff", PAGE, "--archive", str(changing))
    assert done.stdout.startswith("A  Council closed the weir\n")
    assert "\nB  The weir is closed\n" in done.stdout
    assert "since [-Tuesday-]{+Monday+}, and" in done.stdout
    assert "{+“We were told nothing,” said Alma Perrin" in done.stdout


def test_a_pdf_and_texts_without_a_shared_passage_are_said_to_be_so(demo: Path, changing: Path, tmp_path: Path) -> None:
    done = archiver("diff", web.REPOST, web.REPOST_PDF, "--archive", str(demo))
    assert "note     A is a page, B a PDF" in done.stdout
    assert "{+By Mara Quill+}" in done.stdout
    folder = tmp_path / "two"
    shutil.copytree(changing, folder)
    settings = Settings(delay_seconds=0.0)
    other = "http://b.example/"
    html = page(
        "Eggs", tuple(f"An omelette needs {n} eggs, some butter and a pan that was hot before." for n in "abcdef")
    )
    with (
        served({other: html}) as port,
        Archive(folder, settings, fetch_settings(settings, [f"::127.0.0.1:{port}"], None)) as archive,
    ):
        list(archive.capture([other]))
    unlike = archiver("diff", PAGE, other, "--archive", str(folder))
    assert unlike.returncode == Exit.DONE
    assert "No five words in a row stand in both" in unlike.stdout
    assert "omelette" not in unlike.stdout


MISTAKES = [
    ((), Exit.USAGE, "Missing argument"),
    (("one", "two", "three"), Exit.USAGE, "unexpected extra argument"),
    (("not-an-id",), Exit.USAGE, "diff compares two pages"),
    (("0123456789abcdef",), Exit.USAGE, "archiver diff A B"),
    (("http://nowhere.example/", PAGE), Exit.FAILED, "nothing in the archive has the ID or address"),
    ((PAGE, EMPTY), Exit.FAILED, "no text was drawn from B, http://tidal-review.example/nothing (empty)"),
    ((ONCE,), Exit.FAILED, "no two versions"),
]


@pytest.mark.parametrize(("arguments", "code", "words"), MISTAKES)
def test_a_mistake_is_told_with_the_documented_code(
    arguments: tuple[str, ...], code: Exit, words: str, changing: Path
) -> None:
    done = archiver("diff", *arguments, "--archive", str(changing))
    assert done.returncode == code, done.stderr
    assert words in done.stderr
    assert done.stdout == ""


def test_a_comparison_loads_nothing_heavy(demo: Path) -> None:
    code = (
        "import sys\n"
        "from archiver.cli.main import build\n"
        f"build(['diff'])(['diff', {web.ORIGINAL!r}, {web.REPOST!r}, '--archive', {str(demo)!r}], standalone_mode=False)\n"
        f"print([name for name in {FORBIDDEN!r} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"


def test_versions_are_stretches_of_captures_and_one_that_comes_back_counts_again(changing: Path) -> None:
    with open_read_only(changing) as connection:
        found = history(connection, by_url(connection, PAGE)[0])
        newest = history(connection, by_url(connection, PAGE)[0], most=2)
    assert [(v.number, v.captures, v.title) for v in found] == [
        (1, 2, "The weir is closed"), (2, 1, "Council closed the weir"), (3, 1, "Council closed the weir"), (4, 1, "The weir is closed"),
    ]  # fmt: skip
    assert found[0].document_id == found[3].document_id
    assert found[0].captured_at < found[0].last_captured_at < found[1].captured_at
    assert newest == found[2:]


def test_the_versions_of_a_page_are_listed_with_what_changed(
    changing: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    citation = cited(changing, PAGE)
    versions(citation.versions)
    out = capsys.readouterr().out
    flat = " ".join(out.split())
    assert out.startswith("\nversions  4\n  1  20")
    assert "the first that is archived; 2 captures until 20" in flat
    assert "title changed; body: 23 words cut, 1 replaced by 1" in flat
    assert "title “The weir is closed” → “Council closed the weir”" in flat
    assert "and the page still says that it was modified 2024-03-04T08:00:00Z." in flat
    assert "other bytes, nothing changed that is read" in flat
    assert "the bytes of version 1 again; title changed; body: 23 words added, 1 replaced by 1" in flat
    rows = json.loads(json.dumps(citation.as_json()))["versions"]
    assert [row["acknowledged"] for row in rows] == [None, False, None, False]
    assert [row["body_changed"] for row in rows] == [None, True, False, True]
    assert rows[1]["changes"] == [{"field": "title", "old": "The weir is closed", "new": "Council closed the weir"}]
    assert rows[1]["findings"][0]["code"] == "unacknowledged"


def test_a_page_with_one_version_has_no_section(changing: Path, capsys: pytest.CaptureFixture[str]) -> None:
    citation = cited(changing, ONCE)
    assert citation.versions == ()
    versions(citation.versions)
    assert capsys.readouterr().out == ""


def test_versions_that_differ_in_nothing_take_one_line_together(
    changing: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second, quiet, _ = cited(changing, PAGE).versions
    versions([first, second, *(replace(quiet, number=number) for number in (3, 4, 5))])
    assert re.search(
        r"^  3-5  20\S+ … 20\S+  other bytes, nothing changed that is read$", capsys.readouterr().out, re.MULTILINE
    )


def printed(a: str, b: str, capsys: pytest.CaptureFixture[str]) -> list[str]:
    passages(a, b, align(a, b))
    return capsys.readouterr().out.splitlines()


def test_marks_that_stand_in_a_text_cannot_be_taken_for_ours(capsys: pytest.CaptureFixture[str]) -> None:
    out = printed("a [-b-] {+c+} {~d~} one", "a [-b-] {+c+} {\u200b~d~} two", capsys)
    assert "\n".join(out) == r"  a [\-b-\] {\+c+\} {\~d~\} [-one-]{+two+}"


def test_no_line_is_wider_than_the_page_in_any_script(capsys: pytest.CaptureFixture[str]) -> None:
    chinese = "水库管理员说今天下降" * 60
    out = printed(chinese, chinese[:300] + "增加的话" * 40 + chinese[300:], capsys)
    wide = [sum(1 + (unicodedata.east_asian_width(char) == "W") for char in line) for line in out]
    assert max(wide) <= 102
    assert len(wide) > 5
    assert "".join(out).replace(" ", "").count("增加的话") == 40
    assert any("words the same" in line for line in out)


def test_nothing_of_a_text_steers_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    out = printed("one \x1b[31m two", "one \x1b]0;x\x07 three \u202e four", capsys)
    assert not set("".join(out)) & set("\x1b\x07\u202e")


def words(text: str) -> Iterator[str]:
    return iter(re.sub(r"\[-|-\]|\{\+|\+\}", " ", text).split())


def test_what_was_cut_and_added_is_printed_whole(capsys: pytest.CaptureFixture[str]) -> None:
    cut = " ".join(f"gone{n}" for n in range(400))
    added = " ".join(f"come{n}" for n in range(400))
    same = " ".join(f"kept{n}" for n in range(400))
    out = " ".join(printed(f"{cut}\n{same}", f"{same}\n{added}", capsys))
    assert [w for w in words(out) if w.startswith("gone")] == cut.split()
    assert [w for w in words(out) if w.startswith("come")] == added.split()
    kept = sum(w.startswith("kept") for w in words(out))
    left_out = re.search(r"… (\d+) words the same …", out)
    assert left_out is not None
    assert kept + int(left_out[1]) == 400


def test_the_legend_names_the_marks_that_are_used() -> None:
    assert legend(align("one two", "one two three")) == "{+added in B+}"
    assert legend(align("one two", "one three")) == "[-cut from A-] {+added in B+}"
