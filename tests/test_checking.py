"""A check from what is asked to what is remembered: which files are read, level deep, another copy, and repairs from it."""

from __future__ import annotations

import shutil
import sqlite3
import stat
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import archiver
from archiver.checking import Asked, Subset, check, concluded, conclusions, remember, repair
from archiver.conclude import Renewed
from archiver.config import Settings
from archiver.errors import Damaged, NoArchive, UsageError
from archiver.ledger.anchors import keep
from archiver.ledger.checkpoints import files
from archiver.ledger.heads import read_head
from archiver.ledger.log import Log
from archiver.manifest.checks import last_reads
from archiver.manifest.opening import open_read_only
from archiver.manifest.store import Manifest
from archiver.model.agent import Naming
from archiver.model.digest import Digest
from archiver.model.log import Anchor
from archiver.pipeline import Archive
from archiver.withdrawing import withdraw

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def folder(demo: Path, tmp_path: Path) -> Path:
    """The demo's archive in two files, the first of them sealed."""
    shutil.copytree(demo, tmp_path / "archive")
    with Archive(tmp_path / "archive", Settings()) as opened:
        opened.seal()
        opened.identify(Naming("World Letter", AT, "M. Frey", "both imprints say so", ("WL",)))
    return tmp_path / "archive"


@pytest.fixture
def other(folder: Path) -> Path:
    shutil.copytree(folder, folder.parent / "other")
    return folder.parent / "other"


def warcs(folder: Path) -> list[Path]:
    return sorted((folder / "archive").glob("*.warc.gz"))


def harmed(path: Path, at: int = 5000) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 4
    path.chmod(0o644)
    path.write_bytes(data)


def noted(folder: Path, asked: Asked, at: datetime) -> None:
    report = check(folder, asked, lambda: at)
    with closing(Manifest(folder)) as manifest:
        remember(manifest, report, at)


# ── which files ──


def test_over_all_numbers_each_file_comes_once() -> None:
    names = [f"archiver-20260101000000-{number:05d}.warc.gz" for number in range(1, 101)] + ["theirs.warc.gz"]
    for of in (1, 7, 30, 200):
        dealt = [name for number in range(1, of + 1) for name in names if Subset(number, of).holds(name)]
        assert sorted(dealt) == sorted(names)
    with pytest.raises(ValueError, match="no part 0"):
        Subset(0, 3)


def test_a_part_reads_its_files_and_all_that_the_manifest_says(folder: Path) -> None:
    harmed(warcs(folder)[0])
    first, second = (check(folder, Asked(subset=Subset(number, 2))) for number in (1, 2))
    assert [one.code for one in first.problems] == ["record-digest"]
    assert (second.problems, second.part) == ((), "2/2")
    assert [*first.files, *second.files] == [path.name for path in warcs(folder)]


def test_what_was_found_right_lately_is_not_read_again(folder: Path) -> None:
    month = Asked(older_than=timedelta(days=30))
    assert len(check(folder, month, lambda: AT).files) == 2
    noted(folder, Asked("full", Subset(1, 2)), AT)
    later = AT + timedelta(days=29)
    assert list(check(folder, month, lambda: later).files) == [warcs(folder)[1].name]
    assert len(check(folder, month, lambda: AT + timedelta(days=31)).files) == 2
    assert len(check(folder, Asked("full", older_than=timedelta(days=30)), lambda: later).files) == 1
    noted(folder, Asked("bytes"), later)
    assert len(check(folder, Asked("full", older_than=timedelta(days=30)), lambda: AT + timedelta(days=31)).files) == 2
    harmed(warcs(folder)[0])
    noted(folder, Asked("bytes"), later)  # a bad end is none
    with open_read_only(folder) as connection:
        assert last_reads(connection)[warcs(folder)[0].name]["bytes"] == later


def test_of_a_files_good_ends_the_last_is_kept(folder: Path) -> None:
    for day in range(5):
        noted(folder, Asked("bytes"), AT + timedelta(days=day))
    with open_read_only(folder) as connection:
        rows = connection.execute(
            "select subject is null, count(*) from events where kind = 'fixity-check' group by 1"
        ).fetchall()
    assert [tuple(row) for row in rows] == [(0, 2), (1, 5)]


# ── deep ──


CHANGES = {
    "lineages": "update lineages set status = 'original'",
    "edges": "delete from edges where id = 1",
    "documents": "update documents set title = 'Another'",
    "overlaps": "update overlaps set longest = longest + 1",
    "findings": "insert into findings (document_id, code, message) select document_id, code, message from findings",
    "texts_fts": "insert into texts_fts (texts_fts) values ('delete-all')",
    "shingles": "insert into shingles (shingles) values ('delete-all')",
}


def test_conclusions_that_nothing_leads_to_are_found_at_level_deep(folder: Path, tmp_path: Path) -> None:
    assert check(folder, Asked("deep")).problems == ()
    path = folder / "manifests" / "manifest.db"
    whole = path.read_bytes()
    with closing(Manifest(tmp_path / "drawn")) as manifest:
        with open_read_only(folder) as connection:
            concluded(folder, connection, manifest, AT).reader.close()
        for table, sql in CHANGES.items():
            with closing(sqlite3.connect(path)) as connection:
                connection.execute(sql)
                connection.commit()
                places = [one.place or "" for one in conclusions(connection, manifest.connection)]
            assert any(place.split()[0] == table for place in places), table
            path.write_bytes(whole)


def test_what_is_concluded_otherwise_is_named_with_both_values(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "manifests" / "manifest.db")) as connection:
        connection.execute("update documents set title = 'Another' where id = (select min(id) from documents)")
        connection.commit()
    told = next(one for one in check(folder, Asked("deep")).problems if (one.place or "").startswith("documents"))
    assert ": title is 'Another', and should be '" in told.message


def test_a_reading_that_nothing_states_is_stated_by_reading_again(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "manifests" / "manifest.db")) as connection:
        connection.execute("update readings set rules = 'of another time'")
        connection.commit()
    with Archive(folder, Settings()) as opened:
        count = opened.concluder.outdated()
        assert count > 0
        opened.concluder.renew(done := Renewed())
        assert (done.read, done.changed, opened.concluder.outdated()) == (count, 0, 0)
    assert "reading-unstated" not in {one.code for one in check(folder, Asked("index")).remarks}


def test_a_document_of_other_rules_is_no_problem_and_is_told(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "manifests" / "manifest.db")) as connection:
        connection.execute("update documents set rules = 'of another time'")
        connection.commit()
    report = check(folder, Asked("deep"))
    assert report.problems == ()
    assert {one.code for one in report.remarks} >= {"reading-older", "reading-unstated"}


def test_what_follows_from_damaged_files_is_not_drawn_again(folder: Path) -> None:
    harmed(warcs(folder)[0])
    report = check(folder, Asked("deep"))
    assert [one.code for one in report.problems] == ["record-digest"]
    assert "not-repeated" in {one.code for one in report.remarks}


# ── heads ──


def test_a_head_in_a_mail_is_read_with_or_without_its_signatures(folder: Path, tmp_path: Path) -> None:
    newest = max((folder / "archive" / "checkpoints").iterdir())
    mailed = tmp_path / "mailed"
    mailed.write_bytes(b"\r\n".join(newest.read_bytes().strip().splitlines()))
    for head in (newest, mailed):
        assert check(folder, Asked("quick", heads=(read_head(head),))).problems == ()
    forged = tmp_path / "forged"
    forged.write_text(newest.read_text().replace(newest.read_text().split("\n")[2], "A" * 43 + "="))
    [problem] = check(folder, Asked("quick", heads=(read_head(forged),))).problems
    assert problem.code == "head-inconsistent"


# ── another copy ──


def test_a_copy_is_compared_record_by_record_and_leaf_by_leaf(folder: Path, other: Path) -> None:
    assert check(folder, Asked(against=other)).problems == ()
    harmed(warcs(other)[0])
    warcs(other)[1].unlink()
    report = check(folder, Asked(against=other))
    assert [(one.code, one.warc) for one in report.problems] == [
        ("copy-record", warcs(folder)[0].name),
        ("copy-missing", warcs(folder)[1].name),
    ]
    with Archive(folder, Settings()) as opened:
        opened.identify(Naming("Worldly", AT, "M. Frey", "its imprint says so"))
    assert "copy-behind" in {one.code for one in check(folder, Asked("quick", against=other)).remarks}
    with pytest.raises(NoArchive):
        check(folder, Asked("quick", against=folder / "nowhere"))


def test_two_copies_that_were_both_written_to_part_at_a_statement(folder: Path, other: Path) -> None:
    for one, name in ((folder, "Worldly"), (other, "Wordly")):
        with Archive(one, Settings()) as opened:
            opened.identify(Naming(name, AT, "M. Frey", "its imprint says so"))
    [problem] = check(folder, Asked("quick", against=other)).problems
    assert problem.code == "copy-log"


def test_harmed_records_are_put_back_and_that_is_stated(folder: Path, other: Path) -> None:
    before = [path.read_bytes() for path in warcs(folder)]
    harmed(warcs(folder)[0], 5000)
    harmed(warcs(folder)[0], 20000)
    restored = repair(folder, other, check(folder))
    assert [(one.warc, one.records, one.why_not) for one in restored] == [(warcs(folder)[0].name, 2, "")]
    assert warcs(folder)[0].read_bytes() == before[0]
    assert stat.S_IMODE(warcs(folder)[0].stat().st_mode) == 0o444
    assert check(folder, Asked("full")).problems == ()
    with open_read_only(folder) as connection:
        [row] = connection.execute(
            "select outcome, subject, sequence is not null from events where kind = 'repair'"
        ).fetchall()
    assert tuple(row) == ("repaired", warcs(folder)[0].name, 1)


@pytest.fixture
def three(folder: Path) -> Path:
    """The same in three files, of which two are sealed: the seal of each stands in the next."""
    with Archive(folder, Settings()) as opened:
        opened.seal()
        opened.identify(Naming("Worldly", AT, "M. Frey", "its imprint says so"))
    return folder


@pytest.mark.parametrize("which", [0, 1, 2])
@pytest.mark.parametrize("content", [None, b"", "another"])
def test_any_file_is_put_back_whatever_became_of_it(
    which: int, content: bytes | str | None, three: Path, tmp_path: Path
) -> None:
    shutil.copytree(three, tmp_path / "copy")
    before = [path.read_bytes() for path in warcs(three)]
    path = warcs(three)[which]
    path.unlink()
    if content is not None:
        path.write_bytes(before[which - 1] if content == "another" else content)  # type: ignore[arg-type]
    report = check(three)
    if content == "another":
        assert [(one.code, one.warc) for one in report.problems] == [("file-other", path.name)]
    [restored] = repair(three, tmp_path / "copy", report)
    assert (restored.why_not, path.read_bytes()[: len(before[which])]) == ("", before[which])
    assert check(three).problems == ()


def test_checkpoints_that_are_gone_or_none_are_put_back_where_they_agree_with_the_log(
    folder: Path, other: Path
) -> None:
    first, *_, last = files(folder / "archive")
    before = first.read_bytes(), last.read_bytes()
    first.unlink()
    last.write_bytes(b"no checkpoint")
    assert {one.why_not for one in repair(folder, other, check(folder))} == {""}
    assert (first.read_bytes(), last.read_bytes()) == before
    first.unlink()
    there = other / "archive" / "checkpoints" / first.name
    there.write_text(there.read_text().replace(there.read_text().split("\n")[2], "A" * 43 + "="))
    [restored] = repair(folder, other, check(folder))
    assert "another one" in restored.why_not
    assert not first.exists()


def test_an_anchor_that_is_gone_is_put_back_by_its_digest(folder: Path, other: Path) -> None:
    with Archive(folder, Settings()) as opened:
        checkpoint = Log(opened.manifest.connection).checkpoint()
        name = keep(
            folder / "archive", checkpoint.size, "a.example", b"seen", suffix=".seen", sync_folder=lambda _: None
        )
        opened.vault.state(
            Anchor("seen", "a.example", AT, checkpoint.size, checkpoint.root, name, Digest.sha256(b"seen"))
        )
    path = folder / "archive" / "anchors" / name
    path.rename(folder.parent / name)
    [restored] = repair(folder, other, check(folder))
    assert "cannot be read in the other copy" in restored.why_not
    (other / "archive" / "anchors").mkdir()
    for content in (b"forged", b"seen"):
        (other / "archive" / "anchors" / name).write_bytes(content)
        [restored] = repair(folder, other, check(folder))
        assert path.exists() == (content == b"seen") == (not restored.why_not)
    assert check(folder).problems == ()


def test_a_copy_of_another_archive_or_a_fork_is_said_to_be_one(folder: Path, other: Path, copies: Path) -> None:
    harmed(warcs(folder)[0])
    with pytest.raises(UsageError, match="another log"):
        repair(folder, copies, check(folder))
    for one, name in ((folder, "Worldly"), (other, "Wordly")):
        with Archive(one, Settings()) as opened:
            opened.identify(Naming(name, AT, "M. Frey", "its imprint says so"))
    warcs(other)[0].unlink()
    [restored] = repair(folder, other, check(folder))
    assert "a fork of this archive from log" in restored.why_not


def test_what_was_withdrawn_here_and_is_in_the_copy_is_a_remark(folder: Path, other: Path) -> None:
    with open_read_only(folder) as connection:
        (capture,) = connection.execute("select capture_id from captures where purpose = 'page' limit 1").fetchone()
    with Archive(folder, Settings()) as opened:
        withdraw(opened, capture, by="M. Frey", because="a court has ordered it", remove=True)
    report = check(folder, Asked(against=other))
    assert report.problems == ()
    assert {one.code for one in report.remarks} >= {"copy-behind", "copy-withdrawn"}
    with closing(sqlite3.connect(folder / "manifests" / "manifest.db")) as connection:
        connection.execute("update withdrawals set applied = 0")
        connection.commit()
    assert "withdrawal-pending" in {one.code for one in check(folder, Asked("index")).remarks}


def test_what_is_newer_than_a_copy_is_a_remark_alone(folder: Path, other: Path) -> None:
    with Archive(folder, Settings()) as opened:
        opened.identify(Naming("Worldly", AT, "M. Frey", "its imprint says so"))
        opened.seal()
        opened.identify(Naming("Wordly", AT, "M. Frey", "its imprint says so"))
    report = check(folder, Asked(against=other))
    assert (report.problems, [one.code for one in report.remarks if "copy" in one.code]) == ((), ["copy-behind"])
    shutil.rmtree(other / "manifests")  # of a copy of the WARC files nobody knows where they ended
    (problem,) = check(folder, Asked(against=other)).problems
    assert (problem.code, problem.warc) == ("copy-missing", warcs(folder)[2].name)


@pytest.mark.parametrize("keep", [None, 0, 5000])
def test_a_file_that_is_gone_or_short_is_put_back_whole(keep: int | None, folder: Path, other: Path) -> None:
    path = warcs(folder)[0]
    before = path.read_bytes()
    path.unlink()
    if keep is not None:
        path.write_bytes(before[:keep])
    [restored] = repair(folder, other, check(folder))
    assert (restored.why_not, path.read_bytes()) == ("", before)
    assert check(folder).problems == ()


def test_what_the_other_copy_has_not_right_either_stays_as_it_is(folder: Path, other: Path) -> None:
    for one in (folder, other):
        harmed(warcs(one)[0])
    before = warcs(folder)[0].read_bytes()
    [restored] = repair(folder, other, check(folder))
    assert "in neither copy" in restored.why_not
    assert warcs(folder)[0].read_bytes() == before
    assert [path.name for path in (folder / "archive").iterdir() if path.name.endswith(".repair")] == []


def test_nothing_is_put_back_by_digests_that_are_not_those_of_the_log(folder: Path, other: Path) -> None:
    with closing(sqlite3.connect(folder / "manifests" / "manifest.db")) as connection:
        connection.execute("update records set stored_sha256 = ? where kind = 'response'", ("0" * 64,))
        connection.commit()
    before = [path.read_bytes() for path in warcs(folder)]
    with pytest.raises(Damaged, match="row-changed"):
        repair(folder, other, check(folder))
    assert [path.read_bytes() for path in warcs(folder)] == before


def test_the_clock_of_a_statement_that_goes_back_is_told_and_fails_nothing(folder: Path) -> None:
    with Archive(folder, Settings(), clock=lambda: AT - timedelta(days=400)) as opened:
        opened.identify(Naming("Worldly", AT, "M. Frey", "its imprint says so"))
    report = check(folder, Asked("index"))
    assert (report.problems, [one.code for one in report.remarks if one.code == "clock-back"]) == ((), ["clock-back"])
    early = check(folder, Asked("index"), lambda: AT - timedelta(days=500))
    assert sum(one.code == "clock-back" for one in early.remarks) > 3


def test_an_archive_checks_itself_at_every_level(folder: Path) -> None:
    with archiver.open_archive(folder) as opened:
        for level in ("quick", "index", "bytes", "full", "deep"):
            report = opened.verify(level)
            assert (report.level, report.problems) == (level, ())
    with open_read_only(folder) as connection:
        last = connection.execute(
            "select detail, outcome from events where kind = 'fixity-check' order by id desc"
        ).fetchone()
    assert tuple(last) == ("deep", "ok")
