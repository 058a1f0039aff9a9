from __future__ import annotations

import gzip
from datetime import UTC, datetime

import pytest

from archiver.ingest.arc import parse
from archiver.model.digest import Digest
from archiver.warc.read import members
from archiver.warc.seal import WarcStore
from tests.ingest.making import HTTP, PAGE, URL, Take, arc, arc_opening, arc_pieces, arc_record
from tests.warc.archive import Memory

PARSED = [
    (b"http://a.example/ 192.0.2.9 20040506070809 text/html 12\n", ("http://a.example/", "20040506070809", "text/html", 12)),
    (b"http://a.example/b c d 192.0.2.9 20040506070809 text/html 12\n", ("http://a.example/b c d", "20040506070809", "text/html", 12)),
    (b"http://a.example/ 2001:db8::1 20040506 - 0\r\n", ("http://a.example/", "20040506", "-", 0)),
    (b"http://a.example/ 192.0.2.9 20040506070809 text/html 200 sum - 77 x.arc 12\n", ("http://a.example/", "20040506070809", "text/html", 12)),
    (b"filedesc:// - - - 76\n", ("filedesc://", "-", "-", 76)),
    (b"http://a.example/ 192.0.2.9 20040506070809 text/html -1\n", None),
    (b"http://a.example/ 192.0.2.9 20040506070809 text/html\n", None),
    (b"http://a.example/ nowhere 20040506070809 text/html 12\n", None),
    (b"just words 192.0.2.9 20040506070809 text/html 12\n", None),
    (b"\n", None),
]  # fmt: skip


@pytest.mark.parametrize(("line", "said"), PARSED)
def test_a_header_line_is_known_by_its_last_parts(line: bytes, said: tuple[str, str, str, int] | None) -> None:
    found = parse(line)
    assert (found and (found.url, found.date, found.media_type, found.length)) == said


@pytest.mark.parametrize("gz", [False, True])
def test_each_record_of_an_arc_file_is_a_capture_with_its_bytes_unchanged(
    take: Take, journal: Memory, gz: bool
) -> None:
    report = take(arc(gz=gz))
    assert (report.records, report.captures, report.problems, report.remarks) == (6, 3, (), ())
    page, ferry, chart = journal.captures()
    assert (page.asked, page.final.status, page.final.media_type, page.final.kind) == (
        URL,
        200,
        "text/html",
        "response",
    )
    assert page.final.captured_at == datetime(2004, 5, 6, 7, 8, 9, tzinfo=UTC)
    assert (page.final.block, page.final.payload) == (Digest.sha256(HTTP + PAGE), Digest.sha256(PAGE))
    assert page.final.peer == "192.0.2.9"
    assert ferry.final.url == "http://gazette.example/two%20words"
    assert (chart.final.kind, chart.final.media_type, chart.final.payload) == (
        "resource",
        "text/plain",
        Digest.sha256(b"a map"),
    )


def test_the_arc_record_can_be_had_back_from_the_record_made_of_it(take: Take, store: WarcStore) -> None:
    take(arc())
    again = b"".join(
        (record.header("X-Archiver-ARC-Header") or "").partition(" ")[2].encode() + b"\n" + record.block.read() + b"\n"
        for path in store.files()
        for record in members(path)
        if record.header("X-Archiver-ARC-Header") and record.kind not in ("warcinfo", "metadata")
    )
    assert again == b"".join(arc_pieces()[1:])


def test_a_second_import_of_an_arc_file_takes_nothing(take: Take) -> None:
    take(arc())
    report = take(arc(gz=True))
    assert (report.captures, report.skipped) == (0, 6)


def test_other_line_ends_and_blank_lines_between_records_do_no_harm(take: Take) -> None:
    opening, *pieces = arc_pieces()
    report = take(opening + b"\r\n\n" + b"\n\n".join(pieces) + b"   \r\n")
    assert (report.captures, report.problems) == (3, ())


def test_a_version_block_with_nonsense_in_its_line_is_a_remark(take: Take) -> None:
    opening = b"filedesc://x y z blue_monday gif one\n1 0 Someone\nURL IP-address Archive-date Content-type Archive-length\n\n"
    report = take(opening + arc_record(URL, HTTP + PAGE))
    assert (report.captures, report.problems) == (1, ())
    assert "the version block's own line cannot be read" in report.remarks[0].message


FIRST = len(arc_opening())
SECOND = FIRST + len(arc_record(URL, HTTP + PAGE))
FAULTY = {
    "no version block": (arc_record(URL, HTTP + PAGE), 0, "without the version block", 1),
    "no version": (arc_opening("x y") + arc_record(URL, HTTP + PAGE), None, "", 0),
    "a length that is none": (arc_opening() + arc_record(URL, HTTP + PAGE) + b"http://a.example/ 192.0.2.9 20040506070809 text/html -1\n", SECOND, "no ARC record begins there", 1),
    "cut off": (arc_opening() + arc_record(URL, HTTP + PAGE)[:-20], FIRST, "ends within a record", 0),
    "no line end behind a record": (arc_opening() + arc_record(URL, HTTP + PAGE)[:-1], FIRST, "nothing confirms its length", 1),
    "a date that is none": (arc_opening() + arc_record(URL, HTTP + PAGE, at="20049906070809"), FIRST, "a record without WARC-Date", 0),
    "garbage": (arc_opening() + arc_record(URL, HTTP + PAGE) + b"and now for something else\n", SECOND, "no ARC record begins there", 1),
    "too long": (arc_opening() + b"http://a.example/ 192.0.2.9 20040506070809 text/html 99999999999999\n", FIRST, "is the limit", 0),
}  # fmt: skip


@pytest.mark.parametrize("what", FAULTY)
def test_damage_in_an_arc_file_is_reported_with_its_place(take: Take, what: str) -> None:
    data, offset, message, captures = FAULTY[what]
    if offset is None:
        with pytest.raises(Exception, match="says no version"):
            take(data)
        return
    report = take(data)
    assert report.captures == captures
    assert [(problem.offset, message in problem.message) for problem in report.problems] == [(offset, True)]


def test_the_header_of_an_arc_record_cannot_add_fields_to_the_record_made_of_it(take: Take, store: WarcStore) -> None:
    line = "http://gazette.example/x\rWARC-Type: request"
    take(arc_opening() + arc_record(line, HTTP + PAGE))
    kinds = [record.kind for path in store.files() for record in members(path)]
    assert kinds.count("request") == 0
    assert kinds.count("response") == 1


def test_a_gzip_member_of_an_arc_file_that_is_damaged_ends_the_reading_there(take: Take) -> None:
    pieces = [gzip.compress(piece) for piece in arc_pieces()]
    spoilt = bytearray(pieces[3])
    spoilt[-6] ^= 1
    report = take(b"".join([*pieces[:3], bytes(spoilt), pieces[4]]))
    assert report.captures == 1
    assert [problem.offset for problem in report.problems] == [sum(map(len, pieces[:3]))]
