"""A record of any length can be replaced by one that says that it was withdrawn, and every reader can read the file."""

from __future__ import annotations

import gzip
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from archiver.errors import Damaged, Unwritable
from archiver.model.capture import RecordLocation, StoredRecord
from archiver.model.digest import Digest
from archiver.warc.read import members, record_at
from archiver.warc.withdrawn import Replacement, merged, put, stands, was
from tests.warc import archive
from tests.warc.archive import Memory, captured, exchange

AT = datetime(2026, 11, 21, 12, tzinfo=UTC)
ID = "00000000-0000-4000-8000-0000000000ff"
BECAUSE = "a court in Orrin Quay has ordered it"

PYWB = Path(os.environ.get("ARCHIVER_PYWB") or "/nowhere")

#: No shorter record can be replaced, whatever is in it: the ids and digests alone take so much.
SMALLEST = 232


def of_length(length: int, because: str = BECAUSE) -> Replacement:
    place = RecordLocation("a.warc.gz", 0, length, Digest.sha256(b"what was there"))
    return Replacement(StoredRecord(ID, "response", place), AT, because)


@given(st.integers(SMALLEST, 4000) | st.integers(SMALLEST, 3_000_000), st.sampled_from(["", BECAUSE, "długi " * 99]))
@example(65_535 * 4 + 18, BECAUSE)
@example(65_535 + 18, "")
def test_it_is_as_long_as_what_was_there_and_reads_as_one_record(length: int, because: str) -> None:
    one = of_length(length, because)
    data = b"".join(one.pieces())
    assert len(data) == length
    assert data == b"".join(one.pieces())
    assert one.record.location.stored == Digest.sha256(data)
    whole = gzip.decompress(data)
    assert whole.startswith(b"WARC/1.1\r\nWARC-Type: metadata\r\n")
    assert whole.endswith(b"\r\n\r\n")


def test_every_length_up_to_some_thousand_can_be_had_and_around_every_block(tmp_path: Path) -> None:
    path = tmp_path / "a.warc.gz"
    lengths = [*range(SMALLEST, 1500), *(65_535 * n + d for n in (1, 2, 3) for d in range(-40, 60))]
    path.write_bytes(b"".join(b"".join(of_length(length).pieces()) for length in lengths))
    found = list(members(path))
    assert [record.length for record in found] == lengths
    with path.open("rb") as stream:
        assert [record.rec_type for record in ArchiveIterator(stream, check_digests="raise") if record.raw_stream.read() is not None] == ["metadata"] * len(lengths)  # fmt: skip
    subprocess.run(["gzip", "-t", str(path)], check=True)


def test_what_is_too_short_is_said_to_be() -> None:
    with pytest.raises(Unwritable, match="nothing can say"):
        of_length(200).record  # noqa: B018 - it is computed there


def test_a_reason_that_is_long_or_odd_says_what_there_is_room_for() -> None:
    data = gzip.decompress(b"".join(of_length(600, "no\r\n\r\nWARC/1.1\r\n" * 99).pieces()))
    assert data.count(b"WARC/1.1\r\n") == 1
    assert b"withdrawn on 2026-11-21" in data


@pytest.fixture
def pages(tmp_path: Path) -> tuple[Path, list[StoredRecord]]:
    """A file with two captures, and the records of their answers."""
    store, journal = archive.store(tmp_path), Memory()
    bodies = (b"<p>A secret, told once.</p>", b"<p>No secret.</p>" * 9999)
    found = [
        captured(store, journal, exchange(f"http://a.example/{n}", body, payload=body)) for n, body in enumerate(bodies)
    ]
    return tmp_path / found[0].final.record.warc, [journal.records[one.capture_id] for one in found]


def test_every_other_record_keeps_its_place(pages: tuple[Path, list[StoredRecord]]) -> None:
    path, answers = pages
    before = path.read_bytes()
    kept = [(r.record_id, r.offset, r.length, r.stored) for r in members(path)]
    path.chmod(0o444)
    store = archive.store(path.parent)
    wanted = [Replacement(one, AT, BECAUSE) for one in answers]
    assert b"".join(merged(path, [])) == before
    with store.locked():
        put(store, path.name, wanted)
    after = path.read_bytes()
    assert len(after) == len(before)
    assert path.stat().st_mode & 0o777 == 0o444
    assert not list(path.parent.glob("*.new"))
    now = {r.record_id: (r.record_id, r.offset, r.length, r.stored) for r in members(path)}
    gone = {one.record_id for one in answers}
    assert [now[one[0]] for one in kept if one[0] not in gone] == [one for one in kept if one[0] not in gone]
    for one in wanted:
        assert stands(path.parent, one.record)
        assert not stands(path.parent, one.was)
        with record_at(path.parent, one.record.location) as record:
            said = was(record)
            assert said is not None
            assert (said.record_id, said.kind, said.location.stored) == (
                one.was.record_id,
                one.was.kind,
                one.was.location.stored,
            )
            assert record.target is None
            assert BECAUSE.encode() in record.block.read()
    assert b"secret" not in b"".join(r.block.read() for r in members(path))
    check = subprocess.run([sys.executable, "-m", "warcio.cli", "check", str(path)], capture_output=True, check=False)
    assert check.returncode == 0, check.stdout


@pytest.mark.skipif(
    not (PYWB / "cdx-indexer").exists(), reason="ARCHIVER_PYWB names no folder with pywb's `cdx-indexer`"
)
def test_a_replay_tool_finds_nothing_to_replay(pages: tuple[Path, list[StoredRecord]]) -> None:
    path, answers = pages
    store = archive.store(path.parent)
    with store.locked():
        put(store, path.name, [Replacement(answers[0], AT, BECAUSE)])
    index = subprocess.run([PYWB / "cdx-indexer", "-j", path], capture_output=True, text=True, check=True).stdout
    assert "http://a.example/1" in index
    assert "http://a.example/0" not in index


def test_only_a_record_that_says_so_is_one(pages: tuple[Path, list[StoredRecord]]) -> None:
    assert [was(record) for record in members(pages[0])] == [None] * 9


def test_a_file_that_is_gone_or_cut_is_damaged(pages: tuple[Path, list[StoredRecord]]) -> None:
    path, answers = pages
    wanted = [Replacement(one, AT, BECAUSE) for one in answers]
    with path.open("r+b") as file:
        file.truncate(answers[1].location.offset + 5)
    with pytest.raises(Damaged, match="ends within"):
        list(merged(path, wanted))
    path.unlink()
    with pytest.raises(Damaged, match="is gone"):
        list(merged(path, wanted))
    assert not stands(path.parent, answers[0])
