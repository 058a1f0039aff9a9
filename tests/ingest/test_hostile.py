"""Files with bytes flipped, cut out and cut off, at fixed seeds: never a crash, damage told, what stands before it kept."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from archiver.errors import Unreadable
from archiver.ingest import foreign, ours, tell
from archiver.ingest.warc import ImportReport, examine, import_warc
from archiver.model.digest import Digest
from archiver.model.url import SCHEMES
from tests.ingest.making import HTTP, PAGE, URL, Take, arc, arc_opening, arc_record, raw, theirs, wacz
from tests.warc import archive
from tests.warc.archive import Memory, captured, exchange

ROUNDS = 150


def spoilt(data: bytes, seed: int) -> Iterator[tuple[int, bytes]]:
    """Copies of `data` with one thing done to each, and the offset of the first byte that is not what it was."""
    dice = random.Random(seed)
    for n in range(ROUNDS):
        at = dice.randrange(len(data))
        length = dice.randrange(1, 40)
        if n % 4 == 0:
            yield at, data[:at]
        elif n % 4 == 1:
            yield at, data[:at] + bytes([data[at] ^ 1 << dice.randrange(8)]) + data[at + 1 :]
        elif n % 4 == 2:
            yield at, data[:at] + data[at + length :]
        else:
            yield at, data[:at] + dice.randbytes(length) + data[at + length :]


def looked(tmp_path: Path, data: bytes) -> ImportReport | None:
    """What an import would find; None for a file that is called unreadable."""
    path = tmp_path / "spoilt"
    path.write_bytes(data)
    try:
        return examine(path)
    except Unreadable:
        return None


def contents(path: Path) -> list[tuple[bytes, Digest]]:
    """What records a file holds: the head of each, and the digest of its block."""
    reading = foreign.Reading(path, None)
    return [(found.record.head, found.block) for part in reading.parts() for found in reading.read(part)]


def ours_file(tmp_path: Path) -> bytes:
    store, journal = archive.store(tmp_path / "first"), Memory()
    for n in range(4):
        captured(
            store, journal, exchange(f"http://a.example/{n}", b"", status=b"301 Moved"), exchange(body=b"page %d" % n)
        )
    return store.files()[0].read_bytes()


WARC = {"archive/some.warc.gz": theirs(seed=1)}
FILES = {
    "warc.gz": lambda _: theirs(seed=1),
    "warc": lambda _: b"".join(raw(name=str(n), url=f"{URL}/{n}") for n in range(8)),
    "arc": lambda _: arc(),
    "arc.gz": lambda _: arc(gz=True),
    "wacz": lambda _: wacz(WARC),
    "deflated wacz": lambda _: wacz(WARC, deflated=("archive/some.warc.gz",)),
    "ours": ours_file,
}
#: Each of their bytes is under some digest or CRC.
SUMMED = ("warc.gz", "arc.gz", "ours")


@pytest.mark.parametrize("what", FILES)
def test_no_damage_makes_the_reader_fail_otherwise_than_by_saying_so(tmp_path: Path, what: str) -> None:
    data = FILES[what](tmp_path)
    whole = looked(tmp_path, data)
    assert whole is not None
    assert whole.problems == ()
    records = contents(tmp_path / "spoilt")
    for at, changed in spoilt(data, 20240517):
        report = looked(tmp_path, changed)
        if what in SUMMED and report is not None and at < len(changed):
            # Not under a CRC are gzip's own header and the unused bits of its last byte: then the records are the same.
            assert report.problems or contents(tmp_path / "spoilt") == records, at
        if report is not None:
            assert report.captures <= whole.captures + 4


@pytest.mark.parametrize("what", ["warc.gz", "warc", "arc", "arc.gz"])
def test_what_stands_before_damage_is_kept(tmp_path: Path, what: str) -> None:
    data = FILES[what](tmp_path)
    path = tmp_path / "whole"
    path.write_bytes(data)
    reading = foreign.Reading(path, None)
    ends = [
        (found.record.offset + found.record.length, isinstance(found, foreign.Answer))
        for part in reading.parts()
        for found in reading.read(part)
    ]
    for at, changed in spoilt(data, 7):
        report = looked(tmp_path, changed)
        before = sum(answer for end, answer in ends if end <= at)
        assert (report.captures if report else 0) >= before, at


@pytest.mark.parametrize("what", FILES)
def test_what_is_written_of_a_damaged_file_is_whole(tmp_path: Path, what: str) -> None:
    data = FILES[what](tmp_path)
    for n, (_, changed) in enumerate(spoilt(data, 99)):
        if n % 10:
            continue
        path = tmp_path / f"spoilt-{n}"
        path.write_bytes(changed)
        store, journal = archive.store(tmp_path / str(n), ids=lambda: str(uuid4())), Memory()
        try:
            report = import_warc(path, store, journal, None, journal.record)
        except Unreadable:
            continue
        assert report.captures == sum(1 for _ in journal.captures())
        known = {record.location.offset + record.location.length for record in journal.records.values()}
        assert not known or max(known) <= store.files()[0].stat().st_size


def test_a_request_with_a_length_that_is_a_little_short_does_not_end_the_reading(take: Take) -> None:
    request = raw("request", b"GET / HTTP/1.1\r\nHost: a.example\r\n\r\n", "Content-Length: 30", name="r")
    request = b"\r\n".join(line for line in request.split(b"\r\n") if not line.startswith(b"WARC-Block-Digest"))
    report = take(request + raw())
    assert (report.records, report.captures, report.problems) == (2, 1, ())
    assert ["5 bytes stand between" in remark.message for remark in report.remarks] == [True]


def test_a_page_cannot_pass_for_a_record_where_its_own_has_a_length_that_is_short(take: Take) -> None:
    forged = raw(url="http://victim.example/", name="forged")
    report = take(
        raw(block=HTTP + b"hello\r\n\r\n" + forged, name="a").replace(b"Content-Length: ", b"Content-Length: 4", 1)
    )
    assert report.captures == 0
    short = HTTP + b"hello"
    report = take(raw("response", short + b"!\r\n\r\n" + forged, f"Content-Length: {len(short)}", name="b"))
    assert report.captures == 0
    assert len(report.problems) == 1


def test_the_list_of_what_is_wrong_has_an_end(take: Take, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tell, "TOLD", 10)
    report = take(b"".join(raw(name=str(n)).replace(b"WARC-Date", b"X-Date") for n in range(25)))
    assert len(report.problems) == 11
    assert report.problems[-1].message == "and 15 more after this one"


def test_a_file_with_too_many_records_is_read_up_to_the_limit(take: Take, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(foreign, "MAX_RECORDS", 5)
    report = take(b"".join(raw(name=str(n)) for n in range(9)))
    assert (report.records, report.captures) == (5, 5)
    assert "more than 5 records" in report.problems[0].message


def test_records_that_wait_for_a_statement_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ours, "WAITING", 2)
    report = looked(tmp_path, ours_file(tmp_path))
    assert report is not None
    assert report.captures == 8


def test_only_pages_of_the_web_are_captures(take: Take, journal: Memory) -> None:
    urls = ("ftp://a.example/x", "javascript:alert(1)", "file:///etc/passwd", "http://[", "http://a.example/")
    take(b"".join(raw(url=url, name=str(n)) for n, url in enumerate(urls)))
    assert [capture.asked for capture in journal.captures()] == ["http://a.example/"]
    assert SCHEMES == ("http", "https")


def test_a_long_line_of_an_arc_file_costs_no_more_than_its_length(tmp_path: Path) -> None:
    for line in (b"http:" + b" 1" * 8000, b"http://a.example/" + b" " * 8000, b"http:" + b" - 20040506070809" * 900):
        report = looked(tmp_path, arc_opening() + arc_record(URL, PAGE) + line + b"\n")
        assert report is not None
        assert len(report.problems) == 1
