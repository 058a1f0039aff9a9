from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from archiver.errors import Unreadable
from archiver.ingest.warc import LOT_GROUPS, examine, import_warc
from archiver.model.capture import Capture
from archiver.model.digest import Digest
from archiver.model.statement import Stated
from archiver.warc.groups import groups
from archiver.warc.read import members, record_at, uuid_of
from archiver.warc.seal import WarcStore
from tests.ingest.making import PAGE, URL, Take, Theirs, theirs
from tests.warc.archive import Memory, captured, exchange

SHAPES = {
    "a member a record": theirs(),
    "1.1": theirs(version="1.1"),
    "plain": theirs(gz=False),
    "one member for all": gzip.compress(theirs(gz=False)),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_of_file_makes_the_same_captures(take: Take, journal: Memory, shape: str) -> None:
    report = take(SHAPES[shape])
    assert (report.records, report.captures, report.skipped, report.problems) == (7, 3, 0, ())
    [page, ferry, chart] = journal.captures()
    assert (page.asked, page.source, page.source_note, page.problems) == (URL, "import", "from a reader", ())
    assert page.final.captured_at == datetime(2019, 3, 4, 5, 6, 7, tzinfo=UTC)
    assert (page.final.status, page.final.media_type, page.final.kind) == (200, "text/html", "response")
    assert page.final.payload == Digest.sha256(PAGE)
    assert page.final.request_id is not None
    assert (ferry.final.request_id, ferry.final.payload_length) == (None, 21)
    assert (chart.final.kind, chart.final.status, chart.final.media_type) == ("resource", 0, "text/plain")
    assert chart.final.payload == Digest.sha256(b"a map")


@pytest.mark.parametrize("shape", SHAPES)
def test_every_record_is_in_the_archive_and_named_by_a_statement(
    take: Take, store: WarcStore, journal: Memory, tmp_path: Path, shape: str
) -> None:
    take(SHAPES[shape])
    ours = {record.record_id: (record.head, record.block.read()) for path in store.files() for record in members(path)}
    for record in members(tmp_path / "theirs.warc.gz"):
        assert ours[record.record_id] == (record.head, record.block.read())
        assert journal.holds(record.record_id)
    assert [group.statement for path in store.files() for group in groups(path)] == journal.statements


def test_members_are_copied_byte_for_byte(take: Take, store: WarcStore, tmp_path: Path) -> None:
    take(theirs())
    copies = {(record.record_id, record.stored, record.length) for path in store.files() for record in members(path)}
    assert {
        (record.record_id, record.stored, record.length) for record in members(tmp_path / "theirs.warc.gz")
    } <= copies


def test_the_capture_id_is_the_original_one(take: Take, journal: Memory) -> None:
    file = Theirs()
    first = file.response()
    file.response("http://gazette.example/b", WARC_Record_ID="<http://gazette.example/records/7>")
    take(file.out.getvalue())
    assert [capture.capture_id for capture in journal.captures()] == [
        uuid_of(first),
        uuid_of("http://gazette.example/records/7"),
    ]


@pytest.mark.parametrize("order", ["request first", "response first", "named by the response"])
def test_request_and_response_are_paired_in_any_order(take: Take, journal: Memory, order: str) -> None:
    file = Theirs()
    for path in ("a", "b"):
        url, answer = f"http://gazette.example/{path}", f"<urn:uuid:0c1e8ba2-7f5c-4a54-9a1a-0242ac1200{path * 2}>"
        if order == "request first":
            file.request(answer, url)
            file.response(url, WARC_Record_ID=answer)
        elif order == "response first":
            file.response(url, WARC_Record_ID=answer)
            file.request(answer, url)
        else:
            file.response(url, WARC_Concurrent_To=file.write("request", url, b"", [("Host", "gazette.example")]))
    take(file.out.getvalue())
    for capture in journal.captures():
        assert capture.final.request is not None
        assert not [other for other in capture.others if other.kind == "request"]


def test_a_second_import_takes_nothing_and_counts(take: Take, store: WarcStore) -> None:
    take(theirs_once := theirs())
    size = store.files()[0].stat().st_size
    report = take(theirs_once)
    assert (report.records, report.captures, report.skipped) == (7, 0, 7)
    assert store.files()[0].stat().st_size == size


def test_a_record_that_a_file_holds_twice_is_taken_once(store: WarcStore, journal: Memory, tmp_path: Path) -> None:
    file = Theirs()
    file.response()
    path = tmp_path / "twice.warc.gz"
    path.write_bytes(file.out.getvalue() * 2)
    report = import_warc(path, store, journal, None, journal.record)
    assert (report.records, report.captures, report.skipped) == (2, 1, 1)
    assert next(journal.captures()).source_note == "twice.warc.gz"


def test_a_chunked_body_has_the_digest_of_what_the_chunks_hold(take: Take, journal: Memory) -> None:
    file = Theirs()
    file.write("response", URL, b"5\r\nThe h\r\n0\r\n\r\n", [("Transfer-Encoding", "chunked")])
    file.write(
        "response", "http://gazette.example/b", b"not chunked though it says so", [("Transfer-Encoding", "chunked")]
    )
    take(file.out.getvalue())
    assert [capture.final.payload for capture in journal.captures()] == [
        Digest.sha256(b"The h"), Digest.sha256(b"not chunked though it says so"),
    ]  # fmt: skip


def test_what_is_odd_about_a_capture_is_a_problem_code(take: Take, journal: Memory) -> None:
    file = Theirs()
    file.response(status="404 Not Found")
    file.write("response", "http://gazette.example/b", b"cut", [("Content-Length", "10")])
    file.response("http://gazette.example/c", WARC_Truncated="time")
    report = take(file.out.getvalue())
    assert [capture.problems for capture in journal.captures()] == [("http-error",), ("truncated",), ("truncated",)]
    assert [capture.final.truncated for capture in journal.captures()] == [None, "unspecified", "time"]
    assert not report.problems


def test_a_block_that_is_not_the_declared_one_is_kept_flagged_and_reported(take: Take, journal: Memory) -> None:
    file = Theirs()
    file.response(WARC_Block_Digest="sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ")
    report = take(file.out.getvalue())
    assert next(journal.captures()).problems == ("digest-mismatch",)
    [problem] = report.problems
    assert (problem.offset, problem.message) == (0, "the block's sha1 digest is not the one that it declares")


def test_a_revisit_finds_the_payload_that_came_before_it(take: Take, journal: Memory) -> None:
    file = Theirs()
    first = file.response(WARC_Payload_Digest="sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ")
    file.revisit(digest="sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ")
    file.revisit("http://gazette.example/copy", digest="sha1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", WARC_Refers_To=first)
    take(file.out.getvalue())
    [_, by_digest, by_id] = journal.captures()
    for capture in (by_digest, by_id):
        assert capture.revisit_of == uuid_of(first)
        assert (capture.final.payload, capture.final.payload_length) == (Digest.sha256(PAGE), len(PAGE))
        assert (capture.final.status, capture.problems) == (200, ())


def test_a_revisit_finds_the_payload_that_the_archive_holds(take: Take, store: WarcStore, journal: Memory) -> None:
    held = captured(store, journal, exchange(body=PAGE))
    file = Theirs()
    file.revisit(digest=str(Digest.sha256(PAGE)))
    take(file.out.getvalue())
    assert [*journal.captures()][1].revisit_of == held.capture_id


def test_a_revisit_whose_payload_is_nowhere_says_so(take: Take, journal: Memory) -> None:
    file = Theirs()
    file.revisit(digest="sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ")
    take(file.out.getvalue())
    [capture] = journal.captures()
    assert (capture.revisit_of, capture.problems) == (None, ("payload-missing",))
    assert capture.final.payload == Digest.parse("sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ")


def test_a_file_without_captures_is_kept_under_an_event(take: Take, journal: Memory) -> None:
    file = Theirs()
    for n in range(230):
        file.write("metadata", URL, b"note: %d\r\n" % n)
    report = take(file.out.getvalue())
    assert (report.records, report.captures) == (230, 0)
    assert [type(statement) for statement in journal.statements] == [Stated] * 3
    assert sum(len(statement.others) for statement in journal.statements) == 231  # with our file's warcinfo


def test_what_should_be_http_and_is_not_is_kept_but_no_capture(take: Take, journal: Memory) -> None:
    file = Theirs()
    file.write("response", URL, b"x", [("Content-Type", "text/html")])
    data = gzip.decompress(file.out.getvalue()).replace(b"HTTP/1.1 200", b"HTTQ/1.1 200")
    report = take(gzip.compress(data))
    assert report.captures == 0
    assert [problem.message for problem in report.problems][-1].startswith("kept, but not as a capture")
    assert len(journal.records) == 3


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ((b"WARC-Date: ", b"WARC-Date: 99"), "a record whose WARC-Date is no date"),
        ((b"WARC-Record-ID: ", b"X-Record-ID: "), "a record without WARC-Record-ID"),
        ((b"WARC-Target-URI: ", b"X-Target-URI: "), "a response record without WARC-Target-URI"),
        (
            (b"WARC-Payload-Digest: sha1:", b"WARC-Payload-Digest: crc:"),
            "a record whose WARC-Payload-Digest is no digest",
        ),
        (
            (b"WARC-Type: response", b"WARC-Type: response\r\nWARC-Type: request"),
            "a record with more than one WARC-Type",
        ),
    ],
)
def test_what_the_standard_asks_for_and_is_missing_is_reported(
    take: Take, change: tuple[bytes, bytes], message: str
) -> None:
    file = Theirs(gz=False)
    file.response()
    report = take(file.out.getvalue().replace(*change, 1))
    assert message in [problem.message for problem in report.problems]
    assert report.records == 1


@pytest.mark.parametrize("gz", [True, False])
def test_a_file_cut_short_keeps_what_stands_before_the_cut(take: Take, gz: bool) -> None:
    whole = theirs(gz=gz)
    report = take(whole[:-40])
    assert (report.records, report.captures) == (6, 3)
    [problem] = report.problems
    assert 0 < problem.offset < len(whole)
    assert re.search("ends within|breaks off", problem.message)


def test_garbage_after_good_records_is_reported_and_they_are_kept(take: Take) -> None:
    good = theirs()
    report = take(good + b"and now for something else")
    assert (report.records, report.captures, len(report.problems)) == (7, 3, 1)
    assert report.problems[0].offset == len(good)


@pytest.mark.parametrize("data", [b"", b"<html>hello", b"%PDF-1.7", gzip.compress(b"hello"), b"PK\x03\x04"])
def test_a_file_that_is_no_warc_is_unreadable_and_nothing_is_written(
    store: WarcStore, journal: Memory, tmp_path: Path, data: bytes
) -> None:
    path = tmp_path / "not.warc.gz"
    path.write_bytes(data)
    with pytest.raises(Unreadable):
        examine(path)
    with pytest.raises(Unreadable):
        import_warc(path, store, journal, None, journal.record)
    assert not store.folder.exists()


def test_a_record_in_the_midst_of_a_large_import_is_found_by_where_it_lies(
    take: Take, store: WarcStore, journal: Memory
) -> None:
    file = Theirs()
    for n in range(120):
        file.request(file.response(f"http://gazette.example/{n}", b"page %d" % n), f"http://gazette.example/{n}")
    take(file.out.getvalue())
    captures = [*journal.captures()]
    assert [capture.sequence for capture in captures] == list(range(1, 121))
    middle: Capture = captures[60]
    with record_at(store.folder, middle.final.record) as record:
        assert record.block.read().endswith(b"page 60")


# ── several groups are one lot ──


def test_groups_are_written_in_lots_each_under_one_lock(store: WarcStore, journal: Memory, tmp_path: Path) -> None:
    lots: list[int] = []

    @contextmanager
    def writing() -> Iterator[None]:
        before = len(journal.statements)
        with store.locked():
            yield
        lots.append(len(journal.statements) - before)

    path = tmp_path / "theirs.warc.gz"
    path.write_bytes(b"".join(one_page(number) for number in range(2 * LOT_GROUPS + 7)))
    import_warc(path, store, journal, None, journal.record, writing=writing)
    assert lots == [LOT_GROUPS, LOT_GROUPS, 7]
    assert [capture.asked for capture in journal.captures()] == [f"http://a.example/{n}" for n in range(sum(lots))]


def test_a_lot_that_cannot_be_written_leaves_those_before_it(store: WarcStore, journal: Memory, tmp_path: Path) -> None:
    @contextmanager
    def writing() -> Iterator[None]:
        if journal.statements:
            raise OSError(28, "No space left on device")
        with store.locked(), store.together():
            yield

    path = tmp_path / "theirs.warc.gz"
    path.write_bytes(b"".join(one_page(number) for number in range(2 * LOT_GROUPS)))
    with pytest.raises(OSError, match="No space"):
        import_warc(path, store, journal, None, journal.record, writing=writing)
    assert len(journal.statements) == LOT_GROUPS
    assert [group.statement for path in store.files() for group in groups(path)] == journal.statements
    report = import_warc(path, store, journal, None, journal.record)
    assert (report.captures, report.skipped) == (LOT_GROUPS, LOT_GROUPS)


def one_page(number: int) -> bytes:
    """A response record in a member of its own."""
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>page %d" % number
    head = (
        f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:11111111-0000-4000-8000-{number:012x}>\r\n"
        f"WARC-Date: 2019-03-04T05:06:07Z\r\nWARC-Target-URI: http://a.example/{number}\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(http)}\r\n\r\n"
    )
    return gzip.compress(head.encode() + http + b"\r\n\r\n")
