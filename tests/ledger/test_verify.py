"""Checking an archive: every kind of damage is found, named, and put to the capture that it touches."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

import archiver
from archiver.errors import Damaged, ForeignManifest
from archiver.ledger.problems import CODES, LEVELS, PROBLEM_CODES
from archiver.ledger.verify import Report, verify
from archiver.manifest.fixity import files, records
from archiver.manifest.opening import open_read_only
from archiver.model.agent import Naming
from archiver.model.digest import Digest
from archiver.model.event import Seal
from archiver.model.statement import Stated
from archiver.warc.groups import groups

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def copy(demo: Path, tmp_path: Path) -> Path:
    shutil.copytree(demo, tmp_path / "copy")
    return tmp_path / "copy"


def checked(folder: Path, level: str = "bytes") -> Report:
    with open_read_only(folder) as connection:
        return verify(folder, connection, level)


def warc_of(folder: Path) -> Path:
    (path,) = (folder / "archive").glob("*.warc.gz")
    return path


def changed(folder: Path, sql: str) -> None:
    connection = sqlite3.connect(folder / "manifests" / "manifest.db")
    connection.execute(sql)
    connection.commit()
    connection.close()


def test_an_archive_as_it_was_written_has_no_problems(copy: Path) -> None:
    for level in LEVELS:
        report = checked(copy, level)
        assert report.problems == ()
        assert report.checked > 0
        assert report.outcome == "ok"


def test_a_flipped_bit_in_any_byte_is_found(copy: Path) -> None:
    path = warc_of(copy)
    whole = path.read_bytes()
    with open_read_only(copy) as connection:
        places = [
            (r.location.offset, r.location.offset + r.location.length, r.capture_id)
            for r in records(connection, path.name)
        ]
        for at in range(
            0, len(whole), 307
        ):  # a prime step: every part of gzip headers, bodies and trailers is hit somewhere
            damaged = bytearray(whole)
            damaged[at] ^= 1 << at % 8
            path.write_bytes(damaged)
            (problem,) = verify(
                copy, connection
            ).problems  # a statement's record is named once, though it is read twice
            begin, _, capture = next(place for place in places if place[0] <= at < place[1])
            assert (problem.code, problem.offset, problem.capture_id) == ("record-digest", begin, capture), at


def test_every_truncation_is_found_at_every_level(copy: Path) -> None:
    path = warc_of(copy)
    whole = path.read_bytes()
    for length in range(0, len(whole), 4999):
        path.write_bytes(whole[:length])
        for level in LEVELS:
            assert "file-short" in {problem.code for problem in checked(copy, level).problems}


DAMAGES: dict[str, Callable[[Path], object]] = {
    "file-missing": lambda folder: warc_of(folder).unlink(),
    "file-short": lambda folder: warc_of(folder).write_bytes(b""),
    "file-unknown": lambda folder: (folder / "archive" / "stray.warc.gz").write_bytes(b"x"),
    "file-long": lambda folder: (
        changed(folder, "update warcs set sealed = 1"),
        warc_of(folder).write_bytes(warc_of(folder).read_bytes() + b"x"),
    ),
    "file-unreadable": lambda folder: (
        warc_of(folder).rename(folder / "kept"),
        (folder / "archive" / name_of(folder)).mkdir(),
    ),
    "file-digest": lambda folder: changed(folder, f"update warcs set sealed = 1, sha256 = '{'0' * 64}'"),
    "record-digest": lambda folder: changed(
        folder, f"update records set stored_sha256 = '{'0' * 64}' where kind = 'response'"
    ),
    "record-gap": lambda folder: (
        changed(folder, "pragma foreign_keys = off"),
        changed(folder, "delete from records where kind = 'conversion'"),
    ),
}


def name_of(folder: Path) -> str:
    with open_read_only(folder) as connection:
        return files(connection)[0].name


@pytest.mark.parametrize("code", DAMAGES)
def test_each_problem_of_files_has_its_code(code: str, copy: Path) -> None:
    DAMAGES[code](copy)
    assert code in {problem.code for problem in checked(copy).problems}


def test_bytes_behind_the_known_end_of_the_open_file_are_no_damage(copy: Path) -> None:
    """Another process may be writing just now; or a run was broken off, which the next opening sees to."""
    with warc_of(copy).open("ab") as stream:
        stream.write(b"half a record")
    assert checked(copy).problems == ()


def test_codes_have_a_number_each_and_say_at_which_level_they_are_found() -> None:
    numbers = [code.number for code in CODES.values()]
    assert len(set(numbers)) == len(numbers) == len(CODES)
    assert all((code.number >= 900) is not code.fails and code.level in LEVELS for code in CODES.values())
    assert set(PROBLEM_CODES) == {name for name, code in CODES.items() if code.fails}


@pytest.mark.parametrize(
    "harm",
    [
        lambda data: data[:4096] + b"\xff" * 8192 + data[4096 + 8192 :],
        lambda data: data[: len(data) // 2],
        lambda data: data.replace(b"2026", b"\xff\xfe\xfd\xfc"),
    ],
)
def test_a_manifest_that_is_damaged_is_told_and_no_traceback(harm: Callable[[bytes], bytes], copy: Path) -> None:
    path = copy / "manifests" / "manifest.db"
    path.write_bytes(harm(path.read_bytes()))
    for level in LEVELS:
        assert told(copy, level)


def told(folder: Path, level: str) -> bool:
    """Whether a check finds something, or ends with what is to be done."""
    try:
        return bool(checked(folder, level).problems)
    except (Damaged, ForeignManifest) as why:
        return "archiver rebuild" in why.advice


def test_a_digest_that_can_be_none_is_named_by_its_row(copy: Path) -> None:
    changed(copy, "update records set stored_sha256 = 'no hex' where kind = 'warcinfo'")
    for level in ("index", "bytes"):
        (problem, *_) = checked(copy, level).problems
        assert problem.place is not None
        assert problem.place.startswith("records ")


# ── sealed files ──


def test_a_file_that_is_ended_is_stated_with_its_digest_and_the_next_record_begins_another(copy: Path) -> None:
    path = warc_of(copy)
    with archiver.open_archive(copy) as archive:
        [seal] = archive.seal()
        assert (seal.warc, seal.length) == (path.name, path.stat().st_size)
        assert seal.digest == Digest.sha256(path.read_bytes())
        assert not path.stat().st_mode & 0o222
        assert archive.verify().problems == ()
        assert len(list((copy / "archive").glob("*.warc.gz"))) == 2
        archive.identify(Naming("World Letter", AT, "M. Frey", "both imprints say so", ("WL",)))
        assert seal.digest == Digest.sha256(path.read_bytes())
    with archiver.open_archive(copy) as archive:
        [another] = archive.seal()
        assert archive.seal() == []
    stated = [group.statement for name in sorted((copy / "archive").glob("*.warc.gz")) for group in groups(name)]
    assert [one.fact for one in stated if isinstance(one, Stated) and isinstance(one.fact, Seal)] == [seal, another]


def test_a_file_that_is_full_is_stated_when_the_archive_is_closed(copy: Path) -> None:
    path = warc_of(copy)
    with archiver.open_archive(copy) as archive:
        archive.store._max_bytes = path.stat().st_size
        archive.identify(Naming("World Letter", AT, "M. Frey", "both imprints say so", ("WL",)))
        archive.store._max_bytes = 2**30
    with open_read_only(copy) as connection:
        assert [known.digest for known in files(connection)] == [Digest.sha256(path.read_bytes()), None]
    assert checked(copy).problems == ()


def test_a_sealed_file_and_its_records_rewritten_to_match_are_found_by_its_digest(copy: Path) -> None:
    path = warc_of(copy)
    with archiver.open_archive(copy) as archive:
        archive.seal()
    data = bytearray(path.read_bytes())
    data[4] ^= 1  # a gzip member's time: no reader minds
    path.chmod(0o644)
    path.write_bytes(data)
    with open_read_only(copy) as connection:
        first = next(iter(records(connection, path.name)))
        assert [problem.code for problem in verify(copy, connection, "quick").problems] == []
    stored = Digest.sha256(bytes(data[: first.location.length])).hex
    changed(copy, f"update records set stored_sha256 = '{stored}' where record_id = '{first.record_id}'")
    assert {problem.code for problem in checked(copy).problems} >= {"file-digest", "row-changed"}


def test_what_is_damaged_is_not_sealed_as_if_it_were_whole(copy: Path) -> None:
    path = warc_of(copy)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    with archiver.open_archive(copy) as archive:
        assert archive.seal() == []
    with open_read_only(copy) as connection:
        assert [(known.sealed, known.digest) for known in files(connection)] == [(True, None)]
