"""Invariant 4: nothing in manifests/ is needed to read archive/, and all of it can be had again from there."""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from sqlite_utils import Database

import archiver
from archiver.cli._fetching import fetch_settings
from archiver.config import Settings
from archiver.demo import web
from archiver.errors import Damaged, ForeignManifest, Locked, NoArchive
from archiver.manifest import schema
from archiver.manifest.dump import LEFT_OUT, ROWS, Difference, differences
from archiver.manifest.opening import MANIFEST, open_read_only
from archiver.model.agent import Naming
from archiver.model.capture import Prior
from archiver.model.lineage import Decision, Ruling
from archiver.pipeline import Archive
from archiver.rebuild import Rebuilt, rebuild
from archiver.warc.groups import groups
from archiver.warc.seal import prepare, seal
from tests.warc import archive as archive_of
from tests.warc.archive import Memory, visit

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def lived_in(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive with everything in it that a manifest can say: pages, a revisit, failures, an import, decisions, checks; two files."""
    folder = tmp_path_factory.mktemp("lived-in")
    settings = Settings(delay_seconds=0.0)
    with web.served() as port:
        rules = fetch_settings(settings, [f"::127.0.0.1:{port}"], None)
        with Archive(folder / "other", settings, rules) as other:
            list(other.capture(web.VISITED[:2]))
        with Archive(folder, settings, rules, note="for the test") as archive:
            list(archive.capture(web.VISITED))
            archive.identify(
                Naming("World Letter", AT, "M. Frey", "both imprints say so", ("WL",), ("worldletter.org",))
            )
            list(archive.capture([web.ORIGINAL, "ftp://a.example/x", "http://gone.example/404"]))
            archive.decide(Decision(web.EXCERPT, Ruling.REPUBLISHED_FROM, AT, "M. Frey", "she told us", web.ORIGINAL))
            archive.verify()
            archive.store._max_bytes = 1
            for path in (folder / "other" / "archive").glob("*.warc.gz"):
                archive.import_(path)
            archive.store._max_bytes = 2**30
    shutil.rmtree(folder / "other")
    return folder


@pytest.fixture
def copy(lived_in: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(lived_in, tmp_path / "copy"))


def stored(folder: Path) -> dict[str, tuple[bytes, int]]:
    files = (path for path in (folder / "archive").rglob("*") if path.is_file())
    return {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in files}


def checks(folder: Path) -> int:
    with open_read_only(folder) as connection:
        return int(connection.execute("select count(*) from events where sequence is null").fetchone()[0])


def test_every_table_is_compared_or_left_out_for_a_reason() -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        schema.migrate(Database(connection))
        names = [row[0] for row in connection.execute("select name from sqlite_master where type = 'table'")]
        tables = {name for name in names if not name.startswith(("_", "sqlite_", "texts_fts", "shingles"))}
        for sql in ROWS.values():
            connection.execute(sql.format(db="main"))
    assert set(ROWS) | set(LEFT_OUT) == tables
    assert not set(ROWS) & set(LEFT_OUT)


def lose(folder: Path) -> None:
    shutil.rmtree(folder / "manifests")


def spoil(folder: Path) -> None:
    (folder / MANIFEST).write_bytes(b"no database, and never was one" * 99)


def empty(folder: Path) -> None:
    (folder / MANIFEST).write_bytes(b"")


@pytest.mark.parametrize("harm", [lambda _: None, lose, spoil, empty])
def test_the_manifest_says_the_same_again_and_nothing_is_written_to_the_files(
    lived_in: Path, copy: Path, harm: Callable[[Path], None]
) -> None:
    before = stored(copy)
    harm(copy)
    done = rebuild(copy)
    assert (done.losses, done.replaced, done.texts_without_record) == ((), True, 0)
    assert stored(copy) == before
    assert differences(lived_in / MANIFEST, copy / MANIFEST) == ()
    assert done.differs in (None, ())
    with archiver.open_archive(copy) as archive:
        assert archive.taken_up == 0
        assert archive.moved_aside == []
        assert archive.verify().problems == ()
    assert stored(copy) == before
    assert [path.name for path in (copy / "manifests").iterdir() if path.name.startswith(".")] == []


def test_one_bad_page_anywhere_is_no_reason_to_stop(copy: Path) -> None:
    noise = random.Random(7)
    path, page = copy / MANIFEST, 8192
    rebuild(copy)
    whole = path.read_bytes()
    for number in (0, 1, *noise.sample(range(2, len(whole) // page), 6)):
        path.write_bytes(whole[: number * page] + noise.randbytes(page) + whole[(number + 1) * page :])
        done = rebuild(copy)
        assert done.replaced, number
        assert done.losses == ()
        if done.aside is not None:  # it was found to be damaged
            done.aside.unlink()
        with archiver.open_archive(copy) as archive:
            assert archive.verify("index").problems == ()


def test_what_is_damaged_says_so_and_what_to_do(copy: Path) -> None:
    path = copy / MANIFEST
    data = path.read_bytes()
    path.write_bytes(data[:4096] + random.Random(7).randbytes(8192) + data[12288:])
    with pytest.raises(Damaged, match="is damaged") as told, open_read_only(copy):
        pass
    assert "archiver rebuild" in told.value.advice


def test_an_empty_manifest_beside_full_files_was_lost(copy: Path) -> None:
    empty(copy)
    with pytest.raises(NoArchive, match="it was lost") as told, open_read_only(copy):
        pass
    assert "archiver rebuild" in told.value.advice


def test_the_history_of_checks_is_kept_where_there_is_one(copy: Path) -> None:
    known = checks(copy)
    assert known
    assert rebuild(copy).checks_kept
    assert checks(copy) == known
    lose(copy)
    assert not rebuild(copy).checks_kept
    assert checks(copy) == 0


def test_conclusions_that_the_evidence_does_not_bear_out_are_gone_and_counted(lived_in: Path, copy: Path) -> None:
    with closing(sqlite3.connect(copy / MANIFEST)) as connection:
        connection.execute("update lineages set verdict = 'Whatever you like.'")
        connection.execute("delete from findings")
        connection.commit()
    done = rebuild(copy)
    assert done.differs == (Difference("findings", 0, 2), Difference("lineages", 4, 4))
    assert differences(lived_in / MANIFEST, copy / MANIFEST) == ()


def test_who_reads_the_manifest_meanwhile_goes_on_with_the_new_one(copy: Path) -> None:
    with closing(sqlite3.connect(copy / MANIFEST)) as writer:
        writer.execute("delete from findings")
        writer.commit()
    with open_read_only(copy) as connection:
        assert connection.execute("select count(*) from findings").fetchone()[0] == 0
        rebuild(copy)
        assert connection.execute("select count(*) from findings").fetchone()[0] > 0


def test_what_is_captured_meanwhile_is_in_it(copy: Path) -> None:
    def meanwhile(what: str, _total: int) -> Callable[[], None]:
        if what == "pages read":
            with archiver.open_archive(copy) as archive:
                archive.decide(Decision(web.EXCERPT, Ruling.UNDECIDED, AT, "M. Frey", "she took it back", web.ORIGINAL))
        return lambda: None

    before = rebuild(copy)
    done = rebuild(copy, progress=meanwhile)
    assert done.statements == before.statements + 1
    assert done.differs == ()
    with open_read_only(copy) as connection:
        assert connection.execute("select count(*) from decisions where applied").fetchone()[0] == 2


def test_broken_off_it_leaves_everything_as_it_was(copy: Path) -> None:
    def enough(_what: str, _total: int) -> Callable[[], None]:
        raise KeyboardInterrupt

    before = (copy / MANIFEST).read_bytes()
    with pytest.raises(KeyboardInterrupt):
        rebuild(copy, progress=enough)
    assert (copy / MANIFEST).read_bytes() == before
    assert not (copy / "manifests" / ".rebuild").exists()


def test_two_at_once_do_not_meet(copy: Path) -> None:
    def another(_what: str, _total: int) -> Callable[[], None]:
        with pytest.raises(Locked):
            rebuild(copy)
        return lambda: None

    assert rebuild(copy, progress=another).replaced


def test_what_is_not_ours_to_replace_is_not_replaced(copy: Path, tmp_path: Path) -> None:
    with pytest.raises(NoArchive):
        rebuild(tmp_path)
    lose(copy)
    (copy / "manifests").mkdir()
    with closing(sqlite3.connect(copy / MANIFEST)) as connection:
        connection.execute("create table theirs (x)")
        connection.commit()
    before = (copy / MANIFEST).read_bytes()
    with pytest.raises(ForeignManifest, match="not a manifest"):
        rebuild(copy)
    assert (copy / MANIFEST).read_bytes() == before


# ── damaged files ──


def captures(folder: Path) -> set[str]:
    with open_read_only(folder) as connection:
        return {row[0] for row in connection.execute("select capture_id from captures")}


def flip(folder: Path, capture_id: str) -> None:
    """One bit of a capture's record."""
    with open_read_only(folder) as connection:
        warc, offset, length = connection.execute(
            "select warc, offset, length from records where record_id = ?", (capture_id,)
        ).fetchone()
    with (folder / "archive" / warc).open("r+b") as file:
        file.seek(offset + length // 2)
        byte = file.read(1)[0]
        file.seek(offset + length // 2)
        file.write(bytes([byte ^ 4]))


def test_one_damaged_capture_costs_that_capture_and_only_if_that_is_accepted(copy: Path) -> None:
    whole = captures(copy)
    with open_read_only(copy) as connection:
        (damaged,) = connection.execute(
            "select capture_id from captures where url = ? order by sequence limit 1", (web.REPOST,)
        ).fetchone()
    flip(copy, damaged)
    before = (copy / MANIFEST).read_bytes()
    done = rebuild(copy)
    assert not done.replaced
    assert next(loss.message.split(" ", 1)[1] for loss in done.losses).endswith("damaged, or not ours")
    assert "statement" in done.losses[1].message
    assert (copy / MANIFEST).read_bytes() == before

    done = rebuild(copy, accept_loss=True)
    assert done.replaced
    assert captures(copy) == whole - {damaged}
    assert done.aside is not None
    with closing(sqlite3.connect(done.aside)) as kept:
        assert kept.execute("select 1 from captures where capture_id = ?", (damaged,)).fetchone()
    with archiver.open_archive(copy) as archive:
        assert {problem.code for problem in archive.verify().problems} == {"record-gap", "statement-missing"}


@pytest.mark.parametrize("which", [0, 1, -1])
def test_a_file_that_is_gone_is_missed(copy: Path, which: int) -> None:
    path = sorted((copy / "archive").glob("*.warc.gz"))[which]
    path.unlink()
    done = rebuild(copy)
    assert not done.replaced
    assert any(loss.warc == path.name and "not there" in loss.message for loss in done.losses)


def test_the_end_of_a_file_that_is_cut_is_missed(copy: Path) -> None:
    path = min((copy / "archive").glob("*.warc.gz"))
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size - 1)
    done = rebuild(copy)
    assert not done.replaced
    assert any(loss.warc == path.name and "bytes were known" in loss.message for loss in done.losses)


def test_what_a_broken_run_left_is_no_loss_and_stays_where_it_is(copy: Path) -> None:
    path = max((copy / "archive").glob("*.warc.gz"))
    with path.open("ab") as file:
        file.write(b"half a record")
    before = stored(copy)
    done = rebuild(copy)
    assert (done.replaced, done.losses, done.differs) == (True, (), ())
    assert stored(copy) == before
    lose(copy)
    done = rebuild(copy)
    assert done.replaced
    assert [(loss.warc, "of a broken run, or damaged" in loss.message) for loss in done.losses] == [(path.name, True)]
    with archiver.open_archive(copy) as archive:
        assert [aside.read_bytes() for aside in archive.moved_aside] == [b"half a record"]
        assert archive.verify().problems == ()


def test_without_a_manifest_the_best_there_is_is_drawn(copy: Path) -> None:
    whole = captures(copy)
    with open_read_only(copy) as connection:
        (damaged,) = connection.execute(
            "select capture_id from captures where url = ? order by sequence limit 1", (web.REPOST,)
        ).fetchone()
    flip(copy, damaged)
    lose(copy)
    done = rebuild(copy)
    assert done.replaced
    assert done.losses
    assert captures(copy) == whole - {damaged}


def test_one_flipped_bit_anywhere_costs_one_group(copy: Path, tmp_path: Path) -> None:
    """What stands behind damage is found again, wherever the damage is."""
    from archiver.warc.groups import salvaged

    path = max((copy / "archive").glob("*.warc.gz"), key=lambda one: one.stat().st_size)
    whole = list(groups(path))
    data = path.read_bytes()
    harmed = tmp_path / path.name
    for at in range(7, len(data), 997):
        harmed.write_bytes(data[:at] + bytes([data[at] ^ 16]) + data[at + 1 :])
        found = [group.statement for group in salvaged(harmed) if group.statement]
        expected = [group.statement for group in whole if group.statement and not group.begin <= at < group.end]
        assert [one for one in found if one in expected] == expected, at
        assert len(found) <= len(expected) + 1


def test_a_statement_that_cannot_be_true_costs_itself(copy: Path) -> None:
    """Somebody wrote it into the file, whole and in sequence: a revisit of a capture that there is not."""
    path = max((copy / "archive").glob("*.warc.gz"))
    found = list(groups(path))
    last = found[-1].statement
    assert last is not None
    held = next(record for group in found for record in group.records)
    known = Memory([last] * last.sequence, {record.record_id: record for group in found for record in group.records})
    stranger = str(uuid4())
    known.records[stranger] = replace(held, record_id=stranger)
    known.payload_holder = lambda _payload: Prior(stranger, "http://a.example/", "2024-01-01T00:00:00Z")  # type: ignore[method-assign]
    store = archive_of.store(copy / "archive", ids=lambda: str(uuid4()))
    with prepare(visit(), store) as prepared, store.locked():
        assert seal(prepared, store, known).revisit_of == stranger
    with pytest.raises(Damaged, match="does not go together"):
        archiver.open_archive(copy)
    lose(copy)
    done = rebuild(copy)
    assert done.replaced
    assert ["does not go together" in loss.message for loss in done.losses] == [True]
    assert captures(copy)


def test_the_report_counts_what_there_is(copy: Path) -> None:
    done = rebuild(copy)
    assert isinstance(done, Rebuilt)
    assert (done.files, done.captures) == (len(list((copy / "archive").glob("*.warc.gz"))), len(web.VISITED) + 4)
