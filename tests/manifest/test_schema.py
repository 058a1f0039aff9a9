"""The tables themselves."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

import archiver
from archiver.cli._fetching import fetch_settings
from archiver.config import Settings
from archiver.demo.web import ORIGINAL, REPOST, served
from archiver.errors import ForeignManifest, ManifestTooNew, NoArchive
from archiver.manifest import schema
from archiver.manifest.independence import question
from archiver.manifest.lookup import _BY_URL, chains
from archiver.manifest.opening import MANIFEST, open_read_only
from archiver.manifest.question import answers
from archiver.manifest.store import Manifest
from archiver.model.citation import Citation
from archiver.model.event import Event
from archiver.pipeline import Archive


@pytest.fixture
def db() -> Database:
    database = Database(memory=True)
    schema.migrate(database)
    yield database
    database.close()


def test_every_table_of_ours_is_strict_and_every_foreign_key_leads_somewhere(db: Database) -> None:
    tables = [name for name in db.table_names() if not name.startswith(("_", "texts_fts", "shingles"))]
    assert {
        "captures",
        "exchanges",
        "documents",
        "texts",
        "publishers",
        "aliases",
        "claims",
        "overlaps",
        "edges",
        "findings",
        "events",
        "attempts",
    } <= set(tables)
    assert [name for name in tables if not db[name].strict] == []
    assert [row for name in tables for row in db.query(f"pragma foreign_key_check({name})")] == []


def test_the_newest_migration_is_the_version() -> None:
    assert [int(script.name[:4]) for script in schema.scripts()] == list(range(1, schema.VERSION + 1))


def test_the_number_of_the_schema_is_that_of_its_migrations(db: Database) -> None:
    assert len(schema.scripts()) == schema.VERSION
    assert [int(script.name[:4]) for script in schema.scripts()] == list(range(1, schema.VERSION + 1))
    assert next(db.query("pragma user_version"))["user_version"] == schema.VERSION


def test_a_second_migration_changes_nothing(db: Database) -> None:
    before = db.schema
    schema.migrate(db)
    assert db.schema == before


@pytest.mark.parametrize(
    "sql",
    [
        _BY_URL,
        "select id from documents where payload_sha256 = ? or content_sha256 = ?",
        "select * from attempts where url_key = ?",
        "select * from claims where document_id = ?",
        "select * from edges where to_document = ?",
        "select b from overlaps where a = ? union select a from overlaps where b = ?",
        "select 1 from exchanges where record_id = ?",
        "select * from captures where payload_sha256 = ?",
        "select distinct page from evidence where sentence = ?",
        "select distinct url_key from documents where site = ? and is_page = 1",
        "select document_id from claims where url_key >= '//' || ? || '/' and url_key < '//' || ? || '0'",
    ],
)
def test_what_is_looked_up_has_an_index(db: Database, sql: str) -> None:
    plan = [row["detail"] for row in db.query("explain query plan " + sql, ["x"] * sql.count("?"))]
    assert [step for step in plan if step.startswith("SCAN")] == [], plan


def test_what_is_not_a_manifest_is_never_opened(tmp_path: Path) -> None:
    with pytest.raises(NoArchive), open_read_only(tmp_path):
        pass
    path = tmp_path / MANIFEST
    path.parent.mkdir()
    path.write_bytes(b"not a database, but long enough to be taken for one" * 40)
    with pytest.raises(ForeignManifest), open_read_only(tmp_path):
        pass
    with pytest.raises(ForeignManifest):
        Manifest(tmp_path)
    path.unlink()
    Manifest(tmp_path).close()
    connection = sqlite3.connect(path)
    connection.execute(f"pragma user_version = {schema.VERSION + 1}")
    connection.close()
    with pytest.raises(ManifestTooNew):
        Manifest(tmp_path)
    with pytest.raises(ManifestTooNew), open_read_only(tmp_path):
        pass


def test_a_manifest_is_whole_at_any_time_and_never_ahead_of_what_its_rows_refer_to(tmp_path: Path) -> None:
    manifest = Manifest(tmp_path)
    pragmas = {
        name: manifest.connection.execute(f"pragma {name}").fetchone()[0]
        for name in ("journal_mode", "synchronous", "foreign_keys", "page_size")
    }
    manifest.close()
    assert pragmas == {"journal_mode": "wal", "synchronous": 1, "foreign_keys": 1, "page_size": 8192}


def test_what_a_broken_first_opening_left_is_taken_as_new(tmp_path: Path) -> None:
    path = tmp_path / MANIFEST
    path.parent.mkdir()
    connection = sqlite3.connect(path)
    connection.execute("pragma journal_mode = wal")
    connection.close()
    assert path.stat().st_size > 0
    Manifest(tmp_path).close()
    with open_read_only(tmp_path) as connection:
        assert connection.execute("select count(*) from captures").fetchone()[0] == 0


def test_a_write_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    manifest = Manifest(tmp_path)

    def fail() -> None:
        with manifest.concluding():
            manifest.connection.execute("insert into publishers (name) values ('A')")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert manifest.connection.execute("select count(*) from publishers").fetchone()[0] == 0
    manifest.close()


def take_back(connection: sqlite3.Connection) -> None:
    """A manifest as the schema before the newest would have it: without what the last migration added."""
    with closing(sqlite3.connect(":memory:")) as before:
        for script in schema.scripts()[:-1]:
            before.executescript(script.read_text("utf-8"))
        kept = {row[0] for row in before.execute("select name from sqlite_master")}
        columns = {name: {row[1] for row in before.execute(f"pragma table_info({name})")} for name in kept}
    ours = "select type, name from sqlite_master where name not like 'sqlite%' and name not like '!_sqlite%' escape '!'"
    added = [row for row in connection.execute(ours) if row[1] not in kept]
    for kind, name in sorted(added, key=lambda row: ("view", "trigger", "index", "table").index(row[0])):
        connection.execute(f"drop {kind} {name}")
    for table, names in sorted(columns.items()):
        for row in connection.execute(f"pragma table_info({table})").fetchall():
            if row[1] not in names:
                connection.execute(f"alter table {table} drop column {row[1]}")
    connection.execute("delete from _sqlite_migrations where name = (select max(name) from _sqlite_migrations)")
    connection.execute(f"pragma user_version = {schema.VERSION - 1}")
    connection.commit()


def but_for_the_log(citation: Citation) -> dict[str, object]:
    told = citation.as_json()
    return told | {"captures": [one | {"logged": None} for one in told["captures"]]}


def test_a_manifest_one_schema_back_is_read_as_it_is_and_brought_up_by_the_next_writer(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "old"
    with served() as port:
        settings = Settings(delay_seconds=0)
        with Archive(folder, settings, fetch_settings(settings, [f"::127.0.0.1:{port}"], None)) as archive:
            archive.concluder._sealing = False  # as before readings were stated
            list(archive.capture([ORIGINAL, REPOST]))
    shutil.rmtree(folder / "archive" / "checkpoints")  # nor was there a log
    with archiver.open_archive(folder) as archive:
        today = but_for_the_log(archive.lookup(REPOST)[0])
    with closing(sqlite3.connect(folder / MANIFEST)) as connection:
        before = set(connection.execute("select type, name from sqlite_master where name not like 'sqlite%'"))
        take_back(connection)
        assert set(connection.execute("select type, name from sqlite_master where name not like 'sqlite%'")) < before
    with open_read_only(folder) as connection:
        assert but_for_the_log(next(answers(connection, REPOST, 1))) == today
        assert list(chains(connection))
        assert question(connection, [REPOST, "http://nowhere.example/"]).missing == (
            ("http://nowhere.example/", "never asked for"),
        )
    with archiver.open_archive(folder) as archive:
        assert archive.manifest.connection.execute("pragma user_version").fetchone()[0] == schema.VERSION
        assert but_for_the_log(archive.lookup(REPOST)[0]) == today


def test_whoever_writes_brings_up_a_manifest_of_any_schema(tmp_path: Path) -> None:
    path = tmp_path / MANIFEST
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("create table _sqlite_migrations (migration_set text, name text, applied_at text)")
        connection.executescript(schema.scripts()[0].read_text("utf-8"))
        connection.execute(
            "insert into _sqlite_migrations values ('archiver', ?, '')", (schema.scripts()[0].name[:-4],)
        )
        connection.execute("pragma user_version = 1")
        connection.commit()
    with pytest.raises(ForeignManifest, match="too old"), open_read_only(tmp_path):
        pass
    manifest = Manifest(tmp_path)
    assert manifest.connection.execute("pragma user_version").fetchone()[0] == schema.VERSION
    manifest.close()


def test_what_a_broken_first_opening_left_is_no_other_program_s(tmp_path: Path) -> None:
    """sqlite-utils makes the table that counts migrations in a transaction of its own, before the first of them."""
    (tmp_path / MANIFEST).parent.mkdir()
    for left in (lambda db: db.vacuum(), Migrations("archiver").ensure_migrations_table):
        with closing(sqlite3.connect(tmp_path / MANIFEST)) as connection:
            left(Database(connection))
        with pytest.raises(NoArchive, match="nothing in"), open_read_only(tmp_path):
            pass
    Manifest(tmp_path).close()
    with open_read_only(tmp_path) as connection:
        assert connection.execute("select count(*) from captures").fetchone()[0] == 0


def test_what_is_written_together_is_there_or_not_as_one(tmp_path: Path) -> None:
    manifest = Manifest(tmp_path)
    event = Event("fixity-check", datetime(2024, 1, 1, tzinfo=UTC), "ok", "bytes")

    def fail() -> None:
        with manifest.together():
            manifest.note_event(event)
            with manifest.together():
                manifest.note_event(event)
            raise InterruptedError

    with pytest.raises(InterruptedError):
        fail()
    assert manifest.connection.execute("select count(*) from events").fetchone()[0] == 0
    with manifest.together():
        manifest.note_event(event)
        manifest.note_event(event)
    assert manifest.connection.execute("select count(*) from events").fetchone()[0] == 2
    manifest.close()
