"""A manifest of an older program is brought up, and what older rules read is read again: as a rebuild would have it."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from archiver.cli._fetching import fetch_settings
from archiver.conclude import Renewed
from archiver.config import Settings
from archiver.demo import web
from archiver.errors import Exit
from archiver.manifest.dump import differences
from archiver.manifest.opening import MANIFEST, open_read_only
from archiver.manifest.schema import LOG_SINCE, VERSION
from archiver.pipeline import Archive
from archiver.rebuild import rebuild
from tests.cli.test_commands import archiver
from tests.fetch.server import Server, answer

WALL = b"<title>Just a moment...</title><noscript>Enable JavaScript and cookies to continue</noscript><script>window._cf_chl_opt={}</script>"
MISSING = b"<title>Page not found | Weir</title><h1>Page not found</h1><p>Try the search.</p>"
PAGES = {"/wall": WALL, "/missing": MISSING}


@pytest.fixture(scope="module")
def archived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's pages, two that are none, and a second capture of one under another address."""
    folder = tmp_path_factory.mktemp("older")
    settings = Settings(delay_seconds=0.0)
    with (
        web.served() as port,
        Archive(folder, settings, fetch_settings(settings, [f"::127.0.0.1:{port}"], None)) as archive,
    ):
        list(archive.capture([*web.VISITED, web.ORIGINAL, f"{web.ORIGINAL}?utm_source=letter"]))
    table = {path: (answer(body, Content_Type="text/html"),) for path, body in PAGES.items()}
    with Server(table) as server:
        rules = fetch_settings(Settings(delay_seconds=0.0), [f"weir.example:80:127.0.0.1:{server.port}"], None)
        with Archive(folder, settings, rules) as archive:
            list(archive.capture([f"http://weir.example{path}" for path in PAGES]))
    return folder


@pytest.fixture
def copy(archived: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(archived, tmp_path / "copy"))


@contextmanager
def manifest(folder: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(folder / MANIFEST)) as connection:
        yield connection
        connection.commit()


def grow_old(folder: Path) -> None:
    """As older rules left it: they knew no bot check, no missing page, and made one more claim on every page."""
    with manifest(folder) as connection:
        connection.execute("delete from signals")
        connection.execute(
            "update documents set rules = 'html/0 detect/0', problems = '[]', read_problems = '[]', outcome = 'captured', is_page = 1"
        )
        connection.execute("update captures set state = 'there' where purpose = 'page'")
        connection.execute("update claims set weight = 0.01, url_key = null, url = null")
        connection.execute("update claims set publisher = 'Nobody' where relation = 'republished_from'")
        connection.execute("update documents set title = 'Untitled', title_key = 'untitled'")
        connection.execute(
            "insert into addresses select id, '//old.example/' || id, 'http://old.example/', 'canonical' from documents"
        )


def migrated(folder: Path, *options: str) -> dict[str, object]:
    done = archiver("migrate", "--archive", str(folder), "--json", *options)
    assert (done.returncode, done.stderr) == (Exit.DONE, "")
    return dict(json.loads(done.stdout))


def documents(folder: Path) -> int:
    with open_read_only(folder) as connection:
        return int(connection.execute("select count(*) from documents").fetchone()[0])


def test_a_manifest_that_is_up_to_date_is_left_as_it_is(copy: Path) -> None:
    told = migrated(copy)
    assert {name: told[name] for name in ("schema_before", "schema", "read_again", "changed", "left")} == {
        "schema_before": VERSION, "schema": VERSION, "read_again": 0, "changed": 0, "left": 0,
    }  # fmt: skip
    assert "every document is read by this program's rules" in archiver("migrate", "--archive", str(copy)).stdout


def test_what_older_rules_read_is_read_again_and_is_as_a_rebuild_has_it(copy: Path, archived: Path) -> None:
    grow_old(copy)
    assert differences(archived / MANIFEST, copy / MANIFEST)
    told = migrated(copy)
    assert told["read_again"] == documents(copy)
    assert told["changed"] == told["read_again"]
    assert told["left"] == 0
    assert not differences(archived / MANIFEST, copy / MANIFEST)
    assert rebuild(copy).differs == ()


def test_what_changed_is_counted(copy: Path) -> None:
    with manifest(copy) as connection:
        connection.execute("update documents set rules = 'html/0'")
        flagged = connection.execute(
            "update documents set problems = '[]', outcome = 'captured' where problems <> '[]'"
        ).rowcount
    told = migrated(copy)
    assert told["changed"] == flagged >= 2
    assert told["changes"] == {"outcome": flagged, "problems": flagged, "claims": 0, "text": 0, "rest": 0}


def test_a_dry_run_says_how_many_and_changes_nothing(copy: Path) -> None:
    grow_old(copy)
    before = (copy / MANIFEST).read_bytes()
    told = migrated(copy, "--dry-run")
    assert (told["read_again"], told["left"]) == (0, documents(copy))
    assert (copy / MANIFEST).read_bytes() == before
    assert "read by older rules" in archiver("migrate", "--archive", str(copy), "--dry-run").stdout


def test_the_schema_alone_can_be_brought_up(copy: Path) -> None:
    grow_old(copy)
    told = migrated(copy, "--schema-only")
    assert (told["schema"], told["read_again"], told["left"]) == (VERSION, 0, documents(copy))


class Enough(Exception):
    """Somebody breaks it off."""


def test_who_breaks_it_off_goes_on_where_it_was(copy: Path, archived: Path) -> None:
    grow_old(copy)
    all_of_them = documents(copy)
    steps = iter([None, None])

    def step() -> None:
        if next(steps, Enough) is Enough:
            raise Enough

    done = Renewed()
    with Archive(copy, Settings()) as archive:
        with pytest.raises(Enough):
            archive.concluder.renew(done, step)
        assert archive.concluder.outdated() == all_of_them - 3
    assert done.read == 3
    told = migrated(copy)
    assert told["read_again"] == all_of_them - 3
    assert not differences(archived / MANIFEST, copy / MANIFEST)


def test_a_text_by_an_older_extractor_goes_out_of_its_indexes(copy: Path, archived: Path) -> None:
    with manifest(copy) as connection:
        connection.execute("update documents set rules = 'html/0'")
        connection.execute("update texts set extractor = 'html/0'")
        texts = connection.execute("select count(*) from texts").fetchone()[0]
    migrated(copy)
    assert not differences(archived / MANIFEST, copy / MANIFEST)
    with manifest(copy) as connection:
        assert connection.execute("select count(*) from texts").fetchone()[0] == texts
        for index in ("texts_fts", "shingles"):
            connection.execute(f"insert into {index} ({index}) values ('integrity-check')")
        assert connection.execute("select count(*) from shingles").fetchone()[0] == texts


def test_a_page_whose_record_is_damaged_is_left_and_said_to_be(copy: Path) -> None:
    grow_old(copy)
    with manifest(copy) as connection:
        place = "select r.warc, r.offset from captures c join records r on r.record_id = c.statement_id where c.url like '%/wall'"
        warc, offset = connection.execute(place).fetchone()
    path = copy / "archive" / warc
    data = bytearray(path.read_bytes())
    data[offset + 40] ^= 255
    path.chmod(0o644)
    path.write_bytes(data)
    told = migrated(copy)
    assert told["left"] == 1
    assert told["read_again"] == documents(copy) - 1


def test_a_look_up_says_by_what_a_page_was_told_to_be_none(archived: Path) -> None:
    told = json.loads(archiver("lookup", "http://weir.example/wall", "--archive", str(archived), "--json").stdout)
    assert told["problems"] == ["challenge"]
    assert told["signals"][0] == {
        "code": "challenge",
        "name": "challenge-mark-cloudflare",
        "quote": "<script>window._cf_chl_opt={}</script>",
    }
    shown = archiver("lookup", "http://weir.example/missing", "--archive", str(archived)).stdout
    assert "flagged: soft-404" in shown
    assert "soft-404, by soft-404-title: “Page not found | Weir”" in shown
    note = archiver("lookup", "http://weir.example/missing", "--archive", str(archived), "--format", "md").stdout
    assert "**Flagged:** soft-404 (“Page not found | Weir”, rule `soft-404-title`)" in note.replace("\\", "")


def test_a_manifest_one_schema_back_says_nothing_of_the_log(copy: Path) -> None:
    with manifest(copy) as connection:
        for table in ("checkpoints", "anchors", "log"):
            connection.execute(f"drop table {table}")
        connection.execute(f"pragma user_version = {LOG_SINCE - 1}")
    told = json.loads(archiver("lookup", "http://weir.example/wall", "--archive", str(copy), "--json").stdout)
    assert [one["logged"] for one in told["captures"]] == [None]


def test_nothing_is_there_to_migrate_where_there_is_no_archive(tmp_path: Path) -> None:
    assert archiver("migrate", "--archive", str(tmp_path)).returncode == Exit.NO_ARCHIVE
    assert not list(tmp_path.iterdir())


def test_the_rules_of_the_verdict_are_among_those_that_a_document_was_read_by(archived: Path) -> None:
    with open_read_only(archived) as connection:
        rules = connection.execute("select rules from documents where url like '%/wall'").fetchone()[0]
    assert " verdict/" in rules
