from __future__ import annotations

import gzip
import io
import itertools
import json
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from archiver.model.capture import Capture, RobotsVerdict
from archiver.model.digest import Digest
from archiver.model.event import Attempt
from archiver.model.statement import decode, encode
from archiver.warc.layout import field_value
from archiver.warc.read import Record, members, record_at
from archiver.warc.seal import WarcStore, prepare, seal, seal_fact
from tests.warc.archive import ISSUER, LEAF, START, Memory, captured, exchange, unchanged, visit
from tests.warc.lone_texts import seal_text

GOLDEN = Path(__file__).parent / "golden.warc"
REDIRECT = {"status": b"301 Moved", "fields": b"Location: https://paper.example/story\r\nContent-Length: 0\r\n"}


def the_file(store: WarcStore) -> Path:
    [path] = store.files()
    return path


def kinds(path: Path) -> list[str]:
    return [record.kind for record in members(path)]


def block(store: WarcStore, record: object) -> bytes:
    with record_at(store.folder, record) as found:  # type: ignore[arg-type]  # a location
        return found.block.read()


def test_a_capture_is_one_group_that_ends_in_its_statement(store: WarcStore, journal: Memory) -> None:
    captured(store, journal, exchange("http://paper.example/", b"", **REDIRECT), exchange())
    assert kinds(the_file(store)) == [
        "warcinfo", "request", "response", "request", "response", "resource", "resource", "metadata",
    ]  # fmt: skip


def test_the_same_visit_clock_and_ids_give_the_golden_file(store: WarcStore, journal: Memory) -> None:
    """All but the statements, which hold lengths and digests of compressed bytes, and those differ between machines."""
    captured(
        store,
        journal,
        exchange("http://paper.example/", b"", **REDIRECT),
        exchange(),
        robots=(RobotsVerdict(True, "allowed"),),
    )
    captured(store, journal, exchange(at=datetime(2024, 5, 18, 7, 0, 0, 250_000, tzinfo=UTC)))
    text = gzip.decompress(the_file(store).read_bytes())
    starts = [match.start() for match in re.finditer(rb"WARC/1\.1\r\n", text)] + [len(text)]
    plain = b"".join(text[a:b] for a, b in itertools.pairwise(starts) if b"application/json" not in text[a:b])
    assert plain == GOLDEN.read_bytes()


def test_bytes_on_the_wire_are_kept_exactly(store: WarcStore, journal: Memory) -> None:
    odd = exchange(
        fields=b"content-TYPE :text/html\r\nX-A:  two  spaces \r\nX-B: \xe9\xff\r\nX-A: again\r\nFolded: a\r\n b\r\n"
    )
    sent = odd.response.read()
    capture = captured(store, journal, odd)
    assert block(store, capture.final.record) == sent
    assert block(store, capture.final.request) == odd.request


def test_headers_of_a_response_record(store: WarcStore, journal: Memory) -> None:
    one = exchange(peer="[2001:db8::7]:443", truncated="disconnect")
    capture = captured(store, journal, one)
    with record_at(store.folder, capture.final.record) as record:
        assert record.record_id == capture.capture_id
        assert dict(record.headers) == {
            "WARC-Type": "response",
            "WARC-Record-ID": f"<urn:uuid:{capture.capture_id}>",
            "WARC-Target-URI": "https://paper.example/story",
            "WARC-Date": "2024-05-17T09:30:00Z",
            "WARC-IP-Address": "2001:db8::7",
            "WARC-Payload-Digest": str(one.payload),
            "WARC-Truncated": "disconnect",
            "WARC-Block-Digest": str(one.block),
            "Content-Type": "application/http; msgtype=response",
            "Content-Length": str(one.length),
        }


def test_a_request_names_its_answer_and_the_statement_all_answers(store: WarcStore, journal: Memory) -> None:
    capture = captured(store, journal, exchange("http://paper.example/", b"", **REDIRECT), exchange())
    for hop in capture.exchanges:
        with record_at(store.folder, hop.request) as request:  # type: ignore[arg-type]  # a page's request
            assert request.values("WARC-Concurrent-To") == [f"<urn:uuid:{hop.record_id}>"]
    with record_at(store.folder, capture.statement) as statement:
        assert statement.values("WARC-Concurrent-To") == [f"<urn:uuid:{hop.record_id}>" for hop in capture.exchanges]
        assert statement.header("WARC-Refers-To") == f"<urn:uuid:{capture.capture_id}>"
        assert statement.media_type == "application/json"


def test_what_seal_returns_is_what_the_statement_record_says(store: WarcStore, journal: Memory) -> None:
    capture = captured(store, journal, problems=("http-error",))
    data = block(store, capture.statement)
    assert decode(data, capture.statement_id, capture.statement) == capture
    assert encode(capture) == data
    assert json.loads(data)["kind"] == "capture"


def test_facts_of_the_visit_stand_in_the_capture(store: WarcStore, journal: Memory) -> None:
    seen = visit(exchange(excess=3), robots=(RobotsVerdict(True, "allowed", crawl_delay=1.5),), purpose="robots")
    with (
        prepare(seen, store, operator="A. Reader", note="for the case", clock_state="synchronised") as ready,
        store.locked(),
    ):
        capture = seal(ready, store, journal)
    assert (capture.operator, capture.note, capture.clock_state) == ("A. Reader", "for the case", "synchronised")
    assert (capture.sequence, capture.purpose, capture.source, capture.tool) == (
        1,
        "robots",
        "fetch",
        "archiver/0.test",
    )
    assert capture.robots == seen.robots
    final = capture.final
    assert (final.url, final.status, final.media_type, final.excess) == (
        "https://paper.example/story",
        200,
        "text/html",
        3,
    )
    assert final.captured_at == START
    assert final.tls is not None
    assert final.tls.chain == (Digest.sha256(LEAF), Digest.sha256(ISSUER))
    assert final.headers == seen.final.headers


def test_certificates_are_kept_once(store: WarcStore, journal: Memory) -> None:
    first = captured(store, journal)
    second = captured(store, journal, exchange(body=b"another"))
    ders = [block(store, other.location) for other in first.others if other.kind == "resource"]
    assert ders == [LEAF, ISSUER]
    assert not second.others


def test_an_answer_with_no_body_has_the_digest_of_nothing(store: WarcStore, journal: Memory) -> None:
    capture = captured(store, journal, exchange(body=b"", status=b"204 No Content", fields=b"", tls=None))
    assert capture.final.payload == Digest.sha256(b"")
    assert capture.final.media_type is None
    again = captured(store, journal, exchange(body=b"", status=b"204 No Content", fields=b"", tls=None))
    assert again.revisit_of is None


def test_a_payload_that_is_held_makes_a_revisit_with_its_header_block(store: WarcStore, journal: Memory) -> None:
    first = captured(store, journal)
    again = exchange("https://other.example/copy", fields=b"Content-Type: text/html\r\nDate: later\r\n")
    capture = captured(store, journal, again)
    assert (capture.revisit_of, capture.final.kind) == (first.capture_id, "revisit")
    assert capture.final.payload == first.final.payload
    with record_at(store.folder, capture.final.record) as record:
        assert record.block.read() == b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nDate: later\r\n\r\n"
        assert record.header("WARC-Profile") == "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
        assert record.header("WARC-Refers-To") == f"<urn:uuid:{first.capture_id}>"
        assert record.header("WARC-Refers-To-Target-URI") == first.final.url
        assert record.header("WARC-Refers-To-Date") == "2024-05-17T09:30:00Z"
        assert record.header("WARC-Payload-Digest") == str(first.final.payload)
        record.block.seek(0)
        assert record.header("WARC-Block-Digest") == str(Digest.sha256(record.block.read())) == str(capture.final.block)


def test_a_chunked_response_has_its_payload_digest_in_the_statement_alone(store: WarcStore, journal: Memory) -> None:
    chunked = exchange(body=b"3\r\nabc\r\n0\r\n\r\n", payload=b"abc", fields=b"Transfer-Encoding: chunked\r\n")
    capture = captured(store, journal, chunked)
    with record_at(store.folder, capture.final.record) as record:
        assert record.header("WARC-Payload-Digest") is None
    assert capture.final.payload == Digest.sha256(b"abc")
    assert capture.final.payload_length == 3


CHUNKED = b"Transfer-Encoding: chunked\r\n"


def test_a_revisit_of_a_chunked_response_has_no_payload_digest_either(store: WarcStore, journal: Memory) -> None:
    captured(store, journal, exchange(body=b"3\r\nabc\r\n0\r\n\r\n", payload=b"abc", fields=CHUNKED))
    capture = captured(store, journal, exchange(body=b"1\r\na\r\n2\r\nbc\r\n0\r\n\r\n", payload=b"abc", fields=CHUNKED))
    with record_at(store.folder, capture.final.record) as record:
        assert record.kind == "revisit"
        assert record.header("WARC-Payload-Digest") is None
    assert capture.final.payload == Digest.sha256(b"abc")


@pytest.mark.parametrize("chunked_first", [True, False])
def test_no_revisit_puts_a_chunked_header_block_before_a_plain_body(
    store: WarcStore, journal: Memory, chunked_first: bool
) -> None:
    both = [exchange(body=b"3\r\nabc\r\n0\r\n\r\n", payload=b"abc", fields=CHUNKED), exchange(body=b"abc")]
    for one in both if chunked_first else both[::-1]:
        assert captured(store, journal, one).final.kind == "response"


def test_a_payload_whose_record_is_damaged_is_kept_once_more(store: WarcStore, journal: Memory) -> None:
    place = captured(store, journal).final.record
    path = the_file(store)
    data = bytearray(path.read_bytes())
    data[place.offset + place.length // 2] ^= 1
    path.write_bytes(data)
    assert captured(store, journal).final.kind == "response"


def test_a_304_that_was_asked_for_is_a_revisit_without_a_block_and_its_header_a_record_beside_it(
    store: WarcStore, journal: Memory
) -> None:
    first = captured(store, journal)
    capture = unchanged(store, journal, first)
    assert (capture.revisit_of, capture.unchanged, capture.final.status) == (first.capture_id, True, 304)
    assert (capture.final.payload, capture.final.payload_length) == (first.final.payload, first.final.payload_length)
    assert capture.final.block == Digest.sha256(b"")
    with record_at(store.folder, capture.final.record) as record:
        assert record.block_length == 0
        assert {name for name, _ in record.headers} == {
            "WARC-Type", "WARC-Record-ID", "WARC-Target-URI", "WARC-Date", "WARC-IP-Address", "WARC-Profile", "WARC-Refers-To",
            "WARC-Refers-To-Target-URI", "WARC-Refers-To-Date", "WARC-Block-Digest", "Content-Type", "Content-Length",
        }  # fmt: skip
        assert record.header("WARC-Profile") == "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
    [said] = capture.others
    assert block(store, said.location) == b'HTTP/1.1 304 Not Modified\r\nETag: "v1"\r\n\r\n'


def test_a_304_about_a_revisit_refers_to_the_record_that_holds_the_payload(store: WarcStore, journal: Memory) -> None:
    first = captured(store, journal)
    again = captured(store, journal, exchange("https://other.example/copy"))
    assert unchanged(store, journal, again).revisit_of == again.revisit_of == first.capture_id


def test_a_304_about_a_payload_that_is_damaged_is_an_empty_answer(store: WarcStore, journal: Memory) -> None:
    first = captured(store, journal)
    place = first.final.record
    path = the_file(store)
    data = bytearray(path.read_bytes())
    data[place.offset + place.length // 2] ^= 1
    path.write_bytes(data)
    capture = unchanged(store, journal, first)
    assert (capture.final.kind, capture.revisit_of, capture.problems) == ("response", None, ("empty",))


def test_1xx_responses_are_a_record_of_their_own(store: WarcStore, journal: Memory) -> None:
    capture = captured(store, journal, exchange(informational=b"HTTP/1.1 103 Early Hints\r\n\r\n"))
    [hints] = [other for other in capture.others if other.kind == "metadata"]
    with record_at(store.folder, hints.location) as record:
        assert record.block.read() == b"HTTP/1.1 103 Early Hints\r\n\r\n"
        assert record.header("WARC-Concurrent-To") == f"<urn:uuid:{capture.capture_id}>"


def test_an_attempt_that_left_nothing_is_a_statement(store: WarcStore, journal: Memory) -> None:
    attempt = Attempt("http://gone.example/", START, "failed", ("dns",), "the host name does not resolve")
    with store.locked():
        stated = seal_fact(attempt, store, journal)
        journal.record(stated)
    assert stated.fact == attempt
    assert decode(block(store, stated.statement), stated.statement_id, stated.statement) == stated
    assert captured(store, journal).sequence == 2


def test_the_text_of_a_payload_refers_to_its_capture(store: WarcStore, journal: Memory) -> None:
    capture = captured(store, journal)
    with store.locked():
        *before, kept = seal_text("Told – once.", capture, "html/3", store, journal)
    assert not before
    with record_at(store.folder, kept.location) as record:
        assert record.kind == "conversion"
        assert record.block.read().decode() == "Told – once."
        assert record.header("Content-Type") == "text/plain; charset=utf-8"
        assert record.header("WARC-Refers-To") == f"<urn:uuid:{capture.capture_id}>"
        assert record.header("X-Archiver-Extractor") == "html/3"


@given(st.text(), st.sampled_from(["", "http://paper.example/"]))
def test_no_value_ends_its_header_line(value: str, begin: str) -> None:
    written = field_value(begin + value)
    assert not re.search(r"[\x00-\x1f\x7f\x80-\x9f\ud800-\udfff]", written)


def test_an_address_with_line_ends_injects_no_header(store: WarcStore, journal: Memory) -> None:
    hop = exchange("http://paper.example/a\r\nWARC-Type: warcinfo\r\n\r\nWARC/1.1 \ud800")
    with record_at(store.folder, captured(store, journal, hop).final.record) as record:
        assert record.kind == "response"
        assert record.target == "http://paper.example/a%0D%0AWARC-Type:%20warcinfo%0D%0A%0D%0AWARC/1.1%20%3F"


def test_a_body_that_looks_like_records_stays_a_body(store: WarcStore, journal: Memory) -> None:
    inner = b"\r\n\r\nWARC/1.1\r\nWARC-Type: response\r\nContent-Length: 0\r\n\r\n\r\n\r\n"
    captured(store, journal, exchange(body=inner + gzip.compress(inner), tls=None))
    assert kinds(the_file(store)) == ["warcinfo", "request", "response", "metadata"]


def variety(store: WarcStore, journal: Memory) -> Path:
    captured(store, journal, exchange("http://paper.example/", b"", **REDIRECT), exchange())
    captured(store, journal)
    gzipped = gzip.compress(b"coded", mtime=0)
    captured(store, journal, exchange(body=gzipped, fields=b"Content-Encoding: gzip\r\n"))
    chunks = exchange(body=b"3\r\nxyz\r\n0\r\n\r\n", payload=b"xyz", fields=b"Transfer-Encoding: chunked\r\n")
    last = captured(store, journal, chunks)
    unchanged(store, journal, last)
    with store.locked():
        journal.keep(*seal_text("text", last, "html/1", store, journal))
        journal.record(seal_fact(Attempt("http://x.example/", START, "failed", ("dns",)), store, journal))
    return the_file(store)


def test_warcio_reads_the_same_records_and_finds_no_fault(store: WarcStore, journal: Memory) -> None:
    path = variety(store, journal)
    with path.open("rb") as file:
        theirs = []
        for record in ArchiveIterator(file, check_digests="raise"):
            theirs.append((record.rec_type, record.rec_headers.get_header("WARC-Record-ID")))
            record.content_stream().read()
    assert theirs == [(record.kind, record.header("WARC-Record-ID")) for record in members(path)]


def test_warcio_check_passes(store: WarcStore, journal: Memory) -> None:
    path = variety(store, journal)
    done = subprocess.run(
        [sys.executable, "-c", "from warcio.cli import main; main()", "check", str(path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "")


def test_gzip_reads_the_whole_file(store: WarcStore, journal: Memory) -> None:
    text = gzip.decompress(variety(store, journal).read_bytes())
    assert text.count(b"WARC/1.1\r\n") == len(journal.records)


def test_every_record_but_texts_is_named_by_a_statement(store: WarcStore, journal: Memory) -> None:
    def key(record: Record) -> tuple[str, int, int, object]:
        return record.record_id, record.offset, record.length, record.stored

    standing = {key(record) for record in members(variety(store, journal))}
    known = {(r.record_id, r.location.offset, r.location.length, r.location.stored) for r in journal.records.values()}
    assert standing == known


def test_a_large_body_is_never_held_whole(store: WarcStore) -> None:
    """In a process of its own: 64 MB in, less than 24 MB more at the peak."""
    script = f"""
import io, os, resource, sys, tempfile
sys.path.insert(0, {str(Path.cwd())!r})
from pathlib import Path
from archiver.model.digest import Digest
from archiver.warc.read import record_at
from tests.warc import archive
store, journal = archive.store(Path({str(store.folder)!r})), archive.Memory()
archive.captured(store, journal)
def peak(): return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
body = tempfile.TemporaryFile()
head = b"HTTP/1.1 200 OK\\r\\n\\r\\n"
body.write(head)
for _ in range(64): body.write(os.urandom(1 << 20))
size = body.tell()
before = peak()
digest = Digest.sha256(b"not computed here")
capture = archive.captured(store, journal, archive.exchange(response=body, length=size, head_length=len(head), payload=b"x", block=digest))
with record_at(store.folder, capture.final.record) as record:
    assert record.block_length == size
print(peak() - before)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) < 24 * 1024


def test_a_seal_that_fails_leaves_nothing_to_clear_up(store: WarcStore, journal: Memory) -> None:
    captured(store, journal)
    path = the_file(store)
    before = path.read_bytes()
    with prepare(visit(exchange(body=b"new")), store) as ready:
        ready.hops[0].answer.data.truncate(10)
        with store.locked(), pytest.raises(OSError, match="fewer than announced"):
            seal(ready, store, journal)
    assert path.read_bytes() == before


def test_a_capture_can_be_sealed_only_by_who_holds_the_lock(store: WarcStore, journal: Memory) -> None:
    with prepare(visit(), store) as ready, pytest.raises((RuntimeError, OSError)):
        seal(ready, store, journal)


def test_the_stream_may_stand_anywhere_when_it_is_packed(store: WarcStore, journal: Memory) -> None:
    one = exchange()
    one.response.seek(0, io.SEEK_END)
    capture = captured(store, journal, one)
    assert isinstance(capture, Capture)
    assert Digest.sha256(block(store, capture.final.record)) == one.block
