"""What a check finds beyond bytes: claims, texts, keys, checkpoints, the tree; and what stands in records that are as they were written."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from archiver.config import Settings
from archiver.ledger import full
from archiver.ledger.heads import Judge, grown, signers_of
from archiver.ledger.log import fill
from archiver.ledger.merkle import tree_root
from archiver.ledger.verify import Report, verify
from archiver.manifest import fixity, log
from archiver.manifest.opening import open_read_only
from archiver.manifest.store import Manifest
from archiver.model.digest import Digest
from archiver.pipeline import Archive
from archiver.signing.keys import create, rotate
from tests.ledger.attacks import decision


@pytest.fixture
def copy(demo: Path, tmp_path: Path) -> Path:
    shutil.copytree(demo, tmp_path / "copy")
    return tmp_path / "copy"


def checked(folder: Path, level: str = "index") -> Report:
    with open_read_only(folder) as connection:
        return verify(folder, connection, level)


def changed(folder: Path, sql: str, *values: object) -> None:
    with closing(sqlite3.connect(folder / "manifests" / "manifest.db")) as connection:
        connection.execute(sql, values)
        connection.commit()


def codes(report: Report) -> set[str]:
    return {one.code for one in report.problems}


# ── conclusions that are stated by digest ──


@pytest.mark.parametrize(
    "sql",
    [
        "update claims set publisher = 'Nobody' where publisher is not null",
        "update evidence set quote = quote || '.'",
        "update evidence set weight = weight / 2",
        "update evidence set role = 'no role'",
        "update claims set position = 9 where position = 0",
        "delete from evidence",
    ],
)
def test_claims_that_are_not_those_that_were_read_are_found_and_their_document_named(sql: str, copy: Path) -> None:
    changed(copy, sql)
    found = [one for one in checked(copy).problems if one.code == "claims-digest"]
    assert found
    assert all(one.place and one.place.startswith("documents ") and one.capture_id for one in found)


def test_a_text_that_is_not_the_one_that_was_read_is_found(copy: Path) -> None:
    changed(copy, "update texts set text = text || ' not' where id = 1")
    assert codes(checked(copy)) == {"document-text"}


# ── checkpoints ──


def test_checkpoints_that_are_not_what_they_were_are_told(copy: Path) -> None:
    (path,) = (copy / "archive" / "checkpoints").iterdir()
    whole = path.read_bytes()
    path.write_bytes(whole.replace(b"\n\n", b"\n"))
    assert codes(checked(copy, "quick")) == {"checkpoint-unreadable"}
    path.rename(path.with_name("000000000003.checkpoint")).write_bytes(whole)
    assert codes(checked(copy, "quick")) == {"checkpoint-unreadable", "checkpoint-missing"}
    path.with_name("000000000003.checkpoint").unlink()
    assert codes(checked(copy, "quick")) == {"checkpoint-missing"}
    origin, size, *rest = whole.decode().split("\n")
    path.write_text("\n".join((origin, size, "A" * 43 + "=", *rest[1:])))
    assert codes(checked(copy, "quick")) == {"checkpoint-row", "log-root"}
    path.write_text("\n".join(("archiver/0000", size, *rest)))
    assert codes(checked(copy, "quick")) == {"checkpoint-row", "checkpoint-origin"}


def test_a_checkpoint_that_a_broken_command_did_not_note_is_no_problem(copy: Path) -> None:
    changed(copy, "delete from checkpoints")
    report = checked(copy, "quick")
    assert (report.problems, "checkpoint-unnoted" in {one.code for one in report.remarks}) == ((), True)


def test_a_signature_counts_where_it_is_by_the_key_that_the_log_names_then(copy: Path, tmp_path: Path) -> None:
    key = tmp_path / "key.pem"
    old = create(key)
    with Archive(copy, Settings(key=str(key))) as opened:
        opened.decide(decision())
    new = rotate(key)
    with Archive(copy, Settings(key=str(key))) as opened:
        opened.decide(decision())
    report = checked(copy)
    assert (report.problems, {one.code for one in report.remarks}) == ((), {"checkpoint-unsigned"})
    newest = max((copy / "archive" / "checkpoints").iterdir())
    from archiver.ledger.checkpoints import read
    from archiver.signing.note import Note

    origin, text = read(newest).checkpoint.origin, read(newest).note.text
    assert old != new
    newest.write_bytes(Note(text).signed(old, origin).encode())
    assert codes(checked(copy, "quick")) == {"checkpoint-row", "checkpoint-signature"}
    newest.write_bytes(Note(text).signed(new, origin).encode()[:-8] + b"AAAAAA=\n")
    assert codes(checked(copy, "quick")) >= {"checkpoint-signature"}


def test_a_log_with_a_key_whose_checkpoints_are_gone_is_not_as_it_was_written(copy: Path, tmp_path: Path) -> None:
    key = tmp_path / "key.pem"
    create(key)
    for _ in range(2):
        with Archive(copy, Settings(key=str(key))) as opened:
            opened.decide(decision())
    first, *_, last = sorted((copy / "archive" / "checkpoints").iterdir())
    last.unlink()
    changed(copy, "delete from checkpoints where name = ?", last.name)
    report = checked(copy, "quick")
    assert (report.problems, "checkpoint-behind" in {one.code for one in report.remarks}) == ((), True)
    for path in (copy / "archive" / "checkpoints").iterdir():
        path.unlink() if path != first else None
    changed(copy, "delete from checkpoints where name <> ?", first.name)
    assert codes(checked(copy, "quick")) == {"checkpoint-none"}  # the first was made before there was a key
    first.unlink()
    changed(copy, "delete from checkpoints")
    assert codes(checked(copy, "quick")) == {"checkpoint-none"}


def test_statements_that_no_checkpoint_covers_are_a_remark(copy: Path) -> None:
    for path in (copy / "archive" / "checkpoints").iterdir():
        path.unlink()
    changed(copy, "delete from checkpoints")
    report = checked(copy, "quick")
    [remark] = report.remarks
    assert (report.problems, remark.code, "there is none" in remark.message) == ((), "checkpoint-behind", True)


def test_an_archive_from_before_there_was_a_log_is_checked_as_far_as_it_goes(copy: Path) -> None:
    for table in ("log", "log_nodes", "checkpoints", "keys", "anchors", "withdrawals", "readings"):
        changed(copy, f"drop table {table}")
    changed(copy, "pragma user_version = 7")
    for level in ("quick", "index", "bytes", "full"):
        report = checked(copy, level)
        assert (report.problems, [one.code for one in report.remarks]) == ((), ["no-log"])


# ── the tree ──


def test_hashes_that_are_kept_of_the_tree_follow_from_the_leaves(tmp_path: Path) -> None:
    leaves = [Digest.sha256(str(number).encode()) for number in range(70_000)]
    with closing(Manifest(tmp_path)) as manifest:
        with manifest.together():
            for number, leaf in enumerate(leaves, 1):
                log.add_leaf(manifest.connection, number, leaf, "")
            fill(manifest.connection)
            manifest.connection.execute("insert into checkpoints values (70000, '', '', '', '[]')")
        tree = grown(manifest.connection, {300, 70_000})
        assert tree.problems == ()
        assert tree.roots[70_000].value == tree_root(leaf.value for leaf in leaves)
        assert list(Judge(tmp_path, tree, signers_of(manifest.connection)).elsewhere([])) == []
        for sql in (
            "update log_nodes set hash = replace(hash, 'a', 'b') where level = 2",
            "update log_nodes set position = 400 where level = 1 and position = 100",
            "delete from log_nodes where level = 1 and position = 272",
        ):
            manifest.connection.execute("begin")
            manifest.connection.execute(sql)
            assert {one.code for one in grown(manifest.connection, set()).problems} == {"log-node"}
            manifest.connection.execute("rollback")


# ── what stands in the records ──


def test_what_is_stated_of_an_answer_is_compared_with_what_stands_in_it(copy: Path) -> None:
    archive = copy / "archive"
    with open_read_only(copy) as connection:
        (known,) = fixity.files(connection)
        records = list(fixity.records(connection, known.name))
        assert list(full.parsed(connection, archive, known.name, records, log=True)) == []
    changes = {
        "payload-digest": "update exchanges set payload_sha256 = ?",
        "block-digest": "update exchanges set block_sha256 = ?",
        "text-digest": "update readings set text_sha256 = ?",
        "record-header": "update records set record_id = ?2 || substr(record_id, 5) where kind = 'conversion' and ?1",
    }
    for code, sql in changes.items():
        values = ("0" * 64,) if "?2" not in sql else (1, "feed")
        shutil.copy(copy / "manifests" / "manifest.db", copy / "kept")
        changed(copy, sql, *values)
        with open_read_only(copy) as connection:
            records = list(fixity.records(connection, known.name))
            assert {one.code for one in full.parsed(connection, archive, known.name, records, log=True)} == {code}
        shutil.copy(copy / "kept", copy / "manifests" / "manifest.db")


def test_a_report_says_of_each_problem_its_number_and_its_place(copy: Path) -> None:
    changed(copy, "update captures set note = 'by hand' where sequence = 1")
    report = checked(copy, "index")
    said = json.loads(json.dumps(report.as_json()))
    assert {"level", "checked", "problems"} <= set(said)
    [problem] = said["problems"]
    assert (problem["code"], problem["number"], problem["place"]) == ("row-changed", 306, "captures 1")
    assert {"code", "capture_id", "warc", "offset", "message"} <= set(problem)
