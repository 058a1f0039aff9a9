from __future__ import annotations

import gzip
import random
from contextlib import nullcontext, suppress
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archiver.errors import Damaged, Unreadable
from archiver.model.digest import Digest
from archiver.warc.read import Broken, members, record_at, records, uuid_of
from archiver.warc.seal import WarcStore
from tests.warc.archive import Memory, captured, exchange


def record(block: bytes = b"block", kind: str = "metadata", version: str = "1.1", more: str = "") -> bytes:
    head = f"WARC/{version}\r\nWARC-Type: {kind}\r\nWARC-Record-ID: <urn:x:{block[:5].hex()}>\r\n{more}Content-Length: {len(block)}\r\n\r\n"
    return head.encode() + block + b"\r\n\r\n"


def written(tmp_path: Path, data: bytes, name: str = "some.warc") -> Path:
    path = tmp_path / name
    path.write_bytes(data)
    return path


def blocks(path: Path, start: int = 0) -> list[bytes]:
    return [found.block.read() for found in members(path, start)]


RECORDS = [record(b"one"), record(b""), record(b"\r\n\r\nWARC/1.1\r\n"), record(b"x" * 3_000_000)]
BLOCKS = [b"one", b"", b"\r\n\r\nWARC/1.1\r\n", b"x" * 3_000_000]


@pytest.mark.parametrize(
    ("shape", "alone"),
    [
        (b"".join(RECORDS), False),
        (b"".join(gzip.compress(one) for one in RECORDS), True),
        (gzip.compress(b"".join(RECORDS)), False),
        (gzip.compress(RECORDS[0] + RECORDS[1][:40]) + gzip.compress(RECORDS[1][40:] + RECORDS[2] + RECORDS[3]), False),
        (gzip.compress(b"") * 3 + b"".join(gzip.compress(one) for one in RECORDS), None),
    ],
    ids=["plain", "a member a record", "one member for all", "members that cut records", "empty members"],
)
def test_every_shape_of_file_gives_the_same_records(tmp_path: Path, shape: bytes, alone: bool | None) -> None:
    path = written(tmp_path, shape)
    assert blocks(path) == BLOCKS
    if alone is not None:
        assert [found.stored is not None for found in members(path)] == [alone] * 4


def test_offset_length_and_digest_are_those_of_the_stored_bytes(tmp_path: Path) -> None:
    path = written(tmp_path, b"".join(gzip.compress(one) for one in RECORDS))
    data = path.read_bytes()
    end = 0
    for found in members(path):
        assert found.offset == end
        end += found.length
        assert found.stored == Digest.sha256(data[found.offset : end])
    assert end == len(data)


def test_the_head_and_block_of_a_record_are_its_bytes(tmp_path: Path) -> None:
    path = written(tmp_path, RECORDS[0])
    [both] = [found.head + found.block.read() + b"\r\n\r\n" for found in members(path)]
    assert both == RECORDS[0]


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
@pytest.mark.parametrize("end", [b"\r\n", b"\r\n" * 4])
def test_records_may_be_followed_by_fewer_or_more_line_ends(tmp_path: Path, end: bytes, pack: type[bytes]) -> None:
    one = record(b"one")[:-4] + end
    assert blocks(written(tmp_path, pack(one) + pack(record(b"two")) + pack(one))) == [b"one", b"two", b"one"]


def test_reading_can_begin_at_any_record(tmp_path: Path) -> None:
    path = written(tmp_path, b"".join(gzip.compress(one) for one in RECORDS))
    offsets = [found.offset for found in members(path)]
    assert blocks(path, offsets[2]) == BLOCKS[2:]


def test_fields_are_found_by_any_case_and_folded_lines_are_joined(tmp_path: Path) -> None:
    more = "warc-target-uri: \r\n <http://a.example/>\r\nX-Long: one\r\n\ttwo\r\nWARC-Concurrent-To: <a>\r\nWARC-Concurrent-To: <b>\r\n"
    [found] = [replace(one) for one in members(written(tmp_path, record(more=more)))]
    assert found.target == "http://a.example/"
    assert found.header("x-long") == "one two"
    assert found.values("WARC-CONCURRENT-TO") == ["<a>", "<b>"]
    assert found.version == "1.1"


@pytest.mark.parametrize("version", ["1.0", "1.1", "0.17", "0.18"])
def test_older_versions_are_read(tmp_path: Path, version: str) -> None:
    assert blocks(written(tmp_path, record(version=version))) == [b"block"]


@pytest.mark.parametrize(
    "data",
    [
        b"", b"hello", b"<html>", b"PK\x03\x04....", b"%PDF-1.7", b"\x28\xb5\x2f\xfd....", b"filedesc://x.arc 0 0 text/plain 1",
        gzip.compress(b"hello"), b"WARC/2.0\r\n\r\n", b"WARC/1.1", b"WARC", b"\x00" * 100, bytes(range(256)),
    ],
)  # fmt: skip
def test_what_is_not_a_warc_file_is_unreadable(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(Unreadable):
        blocks(written(tmp_path, data))


def test_a_file_that_is_not_there_is_unreadable(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="cannot be read"):
        blocks(tmp_path / "nowhere.warc.gz")
    with pytest.raises(Unreadable, match="cannot be read"):
        blocks(tmp_path)


@pytest.mark.parametrize(
    "bad",
    [
        b"garbage", b"\n", b"\x00" * 20, record()[:-1], record()[:-4], record()[:-5], record()[:20],
        record().replace(b"Content-Length: 5", b"Content-Length: 4"), record().replace(b"Content-Length: 5", b"Content-Length: 6"),
        record().replace(b"Content-Length: 5", b"Content-Length: -5"), record().replace(b"Content-Length: 5", b"Content-Length: 5e9"),
        record().replace(b"Content-Length: 5\r\n", b""), record(more="Content-Length: 9\r\n"), record(more="no colon\r\n"),
        record().replace(b"Content-Length: 5", b"Content-Length: 999999999999999999"), record(more="X: " + "y" * 300_000 + "\r\n"),
        record().replace(b"WARC/1.1", b"WARC/9.9"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_damage_is_named_by_its_offset_after_all_that_is_good(tmp_path: Path, bad: bytes, pack: type[bytes]) -> None:
    good = pack(record(b"one")) + pack(record(b"two"))
    path = written(tmp_path, good + pack(bad))
    seen: list[bytes] = []
    with pytest.raises(Broken) as caught:
        seen.extend(found.block.read() for found in members(path))
    assert seen == [b"one", b"two"]
    assert (caught.value.path, caught.value.offset) == (path, len(good))


def test_a_file_that_is_cut_anywhere_gives_what_is_whole_and_says_so(tmp_path: Path) -> None:
    packed = [gzip.compress(record(body)) for body in (b"first", b"second")]
    whole, data = len(packed[0]), b"".join(packed)
    for end in range(1, len(data)):
        seen: list[bytes] = []
        path = written(tmp_path, data[:end])
        with nullcontext() if end == whole else pytest.raises((Broken, Unreadable)):
            seen.extend(found.block.read() for found in members(path))
        assert seen == [b"first"] * (end >= whole)


def test_a_flipped_bit_in_a_member_is_never_read_as_something_else(tmp_path: Path) -> None:
    """Flips in a gzip header's time and system bytes change nothing that is read; the stored digest knows them."""
    data = gzip.compress(record(b"some words that are compressed, some words"), mtime=0)
    path = written(tmp_path, data)
    [good] = [(found.head, found.block.read(), found.stored) for found in members(path)]
    for bit in random.Random(7).sample(range(8 * len(data)), 400):
        flipped = bytearray(data)
        flipped[bit // 8] ^= 1 << bit % 8
        try:
            found = [(one.head, one.block.read(), one.stored) for one in members(written(tmp_path, bytes(flipped)))]
        except (Broken, Unreadable):
            continue
        assert found[0][:2] == good[:2]
        assert found[0][2] != good[2]


@pytest.mark.parametrize("flag", [5, 6, 7])
def test_flags_that_gzip_reserves_are_damage_as_they_are_to_other_programs(flag: int, tmp_path: Path) -> None:
    good = gzip.compress(RECORDS[0])
    bad = bytearray(gzip.compress(RECORDS[1]))
    bad[3] |= 1 << flag
    found = []
    with pytest.raises(Broken) as damage:
        found += [record.block.read() for record in members(written(tmp_path, good + bytes(bad)))]
    assert damage.value.offset == len(good)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300), st.integers(0, 250), st.booleans())
def test_no_bytes_crash_the_reader(
    tmp_path_factory: pytest.TempPathFactory, noise: bytes, at: int, packed: bool
) -> None:
    data = record(b"hello") + record(b"there")
    data = data[:at] + noise + data[at + len(noise) :]
    path = written(tmp_path_factory.getbasetemp(), gzip.compress(data) if packed else data, "noise.warc")
    with suppress(Broken, Unreadable):
        blocks(path)


def test_one_record_is_read_by_where_it_lies(store: WarcStore, journal: Memory) -> None:
    capture = captured(store, journal, exchange(body=b"y" * 3_000_000), exchange())
    for hop, length in zip(capture.exchanges, (3_000_000, 26), strict=True):
        with record_at(store.folder, hop.record) as found:
            assert (found.record_id, found.kind) == (hop.record_id, "response")
            assert found.block.read().endswith(b"y" * 26 if length > 26 else b"once.</p>")
            assert (found.offset, found.length, found.stored) == (
                hop.record.offset,
                hop.record.length,
                hop.record.stored,
            )


def test_any_flipped_bit_of_a_stored_record_is_damage(store: WarcStore, journal: Memory) -> None:
    location = captured(store, journal).final.record
    path = store.folder / location.warc
    data = path.read_bytes()
    for offset in range(location.offset, location.offset + location.length):
        path.write_bytes(data[:offset] + bytes([data[offset] ^ 4]) + data[offset + 1 :])
        with pytest.raises(Damaged):
            record_at(store.folder, location)


def test_a_place_that_holds_no_such_record_is_damage(store: WarcStore, journal: Memory) -> None:
    location = captured(store, journal).final.record
    for wrong in (
        replace(location, offset=location.offset + 1), replace(location, length=location.length - 1), replace(location, length=0),
        replace(location, length=location.length + 1), replace(location, offset=10**9), replace(location, warc="archiver-x.warc.gz"),
        replace(location, length=10**9), replace(location, stored=Digest.sha256(b"")),
    ):  # fmt: skip
        with pytest.raises(Damaged):
            record_at(store.folder, wrong)


def test_ids_that_are_no_uuid_get_the_one_that_stands_for_them() -> None:
    plain = "0c1e8ba2-7f5c-4a54-9a1a-0242ac120002"
    assert uuid_of(f"<urn:uuid:{plain}>") == uuid_of(f" urn:uuid:{plain.upper()} ") == uuid_of(f"<{plain}>") == plain
    assert uuid_of("<http://id.example/1>") == uuid_of("http://id.example/1") != uuid_of("http://id.example/2")


def leniently(data: bytes, tmp_path: Path) -> list[tuple[bytes, int | None, bool]]:
    """Of each record its block, its surplus, and whether it would be kept as it is stored."""
    path = written(tmp_path, data)
    with path.open("rb") as file:
        return [(r.block.read(), r.surplus, r.stored is not None) for r in records(file, path, lenient=True)]


NEXT = gzip.compress(record(b"next"))
SLACK = {
    "as it should be": (gzip.compress(record(b"one")) + NEXT, (b"one", 0, True)),
    "three line ends": (gzip.compress(record(b"one") + b"\r\n") + NEXT, (b"one", 0, False)),
    "line feeds alone": (gzip.compress(record(b"one")[:-4] + b"\n\n") + NEXT, (b"one", 0, False)),
    "a length that counts the end": (gzip.compress(record(b"one\r\n\r\n")[:-4]) + NEXT, (b"one\r\n\r\n", None, False)),
    "a length that is short": (gzip.compress(record(b"one")[:-4] + b"!\r\n\r\n") + NEXT, (b"one", 1, False)),
    "a request that is short, plain": (
        record(b"one", "request")[:-4] + b"!\r\n\r\n" + record(b"next"),
        (b"one", 1, False),
    ),
}


@pytest.mark.parametrize("what", SLACK)
def test_other_ends_of_records_are_borne_with_where_the_next_one_is_plain_to_see(tmp_path: Path, what: str) -> None:
    data, first = SLACK[what]
    one, following = leniently(data, tmp_path)
    assert one == first
    assert following[0] == b"next"


@pytest.mark.parametrize(
    "data",
    [
        record(b"one", "response")[:-4] + b"!\r\n\r\n" + record(b"next"),
        record(b"one", "request")[:-4] + b"!" * 80 + b"\r\n\r\n" + record(b"next"),
        gzip.compress(record(b"one")[:-4] + b"!" * 300 + b"\r\n\r\n") + NEXT,
        record(b"one")[:-4],
    ],
)
def test_an_end_that_is_not_plain_to_see_is_damage(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(Broken, match="does not end where its Content-Length says"):
        leniently(data, tmp_path)


def test_a_block_beyond_the_limit_given_is_not_read(tmp_path: Path) -> None:
    path = written(tmp_path, record(b"x" * 100))
    with path.open("rb") as file, pytest.raises(Broken, match="99 is the limit"):
        list(records(file, path, max_block=99))
