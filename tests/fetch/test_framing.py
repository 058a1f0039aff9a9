import hashlib
from io import BytesIO
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.errors import Unreadable
from archiver.fetch.framing import (
    MAX_CHUNKS,
    MAX_HEAD,
    MAX_LINE,
    Body,
    Framing,
    Unframing,
    as_stored,
    measure,
    read_head,
)

OK = b"HTTP/1.1 200 OK\r\n"

#: Chunked bodies, whole and broken in every way there is.
CHUNKED_BODIES = [
    b"", b"3\r\nabc\r\n0\r\n\r\n", b"1\na\n2;x=y\r\nbc\n0\n\n", b"A \r\n0123456789\r\n000\r\nT: 1\r\n\r\n", b"3\r\nabc\rx",
    b"3\r\nabcdef\r\n", b"-1\r\n", b"2\r\nab\r\n\r\n", b"0\r\n" + b"T: 1\r\n" * 9, b"4;" + b"e" * (MAX_LINE + 9) + b"\r\nabcd\r\n",
    b"f" * 15 + b"\r\nabc", b"0\r\n" + b"t" * (MAX_LINE + 9), b"1\r\na\r\n" * 40 + b"0\r\n\r\nHTTP/1.1 200 OK\r\n\r\n",
]  # fmt: skip


def body_of(raw: bytes) -> tuple[bytes, Body]:
    stream = BytesIO(raw)
    body = Body(stream, read_head(stream))
    return b"".join(body), body


@pytest.mark.parametrize(
    ("raw", "status", "reason", "headers"),
    [
        (b"HTTP/1.1 200 OK\r\nA: b\r\n\r\n", 200, "OK", (("A", "b"),)),
        (b"HTTP/1.1   404   Not   Here \r\nx-ODD:   spaced  \r\n\r\n", 404, "Not   Here", (("x-ODD", "spaced"),)),
        (b"HTTP/1.1 200\r\n\r\n", 200, "", ()),
        (b"HTTP/1.1 200 \r\n\r\n", 200, "", ()),
        (b"HTTP/1.0 200 OK\nA: b\n\n", 200, "OK", (("A", "b"),)),
        (b"HTTP/2 200\r\n\r\n", 200, "", ()),
        (b"HTTP/1.1 200 OK\r\nTown: Z\xfcrich\r\n\r\n", 200, "OK", (("Town", "Z\xfcrich"),)),
        (b"HTTP/1.1 200 OK\r\nA: b\r\n\tc\r\nD: e\r\n\r\n", 200, "OK", (("A", "b c"), ("D", "e"))),
        (b"HTTP/1.1 200 OK\r\nnonsense\r\nA: b\r\n\r\n", 200, "OK", (("A", "b"),)),
        (b"HTTP/1.1 200 OK\r\nA: 1\r\na: 2\r\n\r\n", 200, "OK", (("A", "1"), ("a", "2"))),
        (b"HTTP/1.1 200 OK\r\nA: b", 200, "OK", (("A", "b"),)),
    ],
)
def test_odd_but_readable_heads_are_read(raw, status, reason, headers):
    head = read_head(BytesIO(raw))
    assert (head.status, head.reason, head.headers) == (status, reason, headers)


@pytest.mark.parametrize(
    "raw", [b"", b"SSH-2.0-x\r\n\r\n", b"<html>", b"HTTP/1.1 OK\r\n\r\n", b"HTTP/1.1 100 Continue\r\n\r\n", OK + b"a" * MAX_HEAD]
)  # fmt: skip
def test_what_is_not_http_is_unreadable(raw):
    with pytest.raises(Unreadable):
        read_head(BytesIO(raw))


@pytest.mark.parametrize(
    ("headers", "framing"),
    [
        (b"", Framing.CLOSE),
        (b"Content-Length: 3\r\n", Framing.LENGTH),
        (b"Content-Length: 3\r\ncontent-length: 3\r\n", Framing.LENGTH),
        (b"Content-Length: 3, 3\r\n", Framing.LENGTH),
        (b"Content-Length: 3\r\nContent-Length: 4\r\n", Framing.CONFLICT),
        (b"Content-Length: -3\r\n", Framing.CONFLICT),
        (b"Content-Length: +3\r\n", Framing.CONFLICT),
        (b"Content-Length: 99999999999999999999\r\n", Framing.CONFLICT),
        (b"Transfer-Encoding: chunked\r\nContent-Length: 3\r\n", Framing.CHUNKED),
        (b"Transfer-Encoding: gzip, Chunked\r\n", Framing.CHUNKED),
        (b"Transfer-Encoding: chunked\r\nTransfer-Encoding: gzip\r\n", Framing.CLOSE),
    ],
)
def test_the_framing_follows_rfc_9112(headers, framing):
    assert read_head(BytesIO(OK + headers + b"\r\nabc")).framing is framing


@pytest.mark.parametrize("status", [b"204 No Content", b"304 Not Modified"])
def test_statuses_without_a_body_have_none_whatever_the_headers_say(status):
    message = measure(BytesIO(b"HTTP/1.1 " + status + b"\r\nContent-Length: 5\r\n\r\nabcde"))
    assert (message.payload_length, message.excess, message.complete) == (0, 5, True)


def test_an_answer_to_head_has_no_body():
    assert read_head(BytesIO(OK + b"Content-Length: 5\r\n\r\n"), "HEAD").framing is Framing.NONE


def test_informational_responses_are_split_off():
    early = b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n"
    message = measure(BytesIO(early + OK + b"Content-Length: 2\r\n\r\nhi"))
    assert message.head.start == len(early)
    assert (message.head.status, message.payload_length, message.complete) == (200, 2, True)


def test_conflicting_lengths_keep_everything_and_are_not_complete():
    body, state = body_of(OK + b"Content-Length: 2\r\nContent-Length: 4\r\n\r\nabcdef")
    assert (body, state.complete) == (b"abcdef", False)


@pytest.mark.parametrize(
    ("chunks", "body", "complete"),
    [
        (b"3\r\nabc\r\n0\r\n\r\n", b"abc", True),
        (b"3;name=\"v;w\"\r\nabc\r\n0\r\nChecksum: 1\r\n\r\n", b"abc", True),
        (b"A \r\n0123456789\r\n000\r\n\r\n", b"0123456789", True),
        (b"3\r\nabc\r\n0\r\n", b"abc", False),
        (b"3\r\nabc\r\n", b"abc", False),
        (b"9\r\nabc", b"abc", False),
        (b"3\r\nabcdef\r\n0\r\n\r\n", b"abc", False),
        (b"3\r\nabc\r\nnonsense\r\n", b"abc", False),
        (b"-3\r\nabc\r\n0\r\n\r\n", b"", False),
        (b"0x3\r\nabc\r\n0\r\n\r\n", b"", False),
        (b"f" * 16 + b"\r\nabc", b"", False),
        (b"", b"", False),
    ],
)  # fmt: skip
def test_chunks_are_undone_as_far_as_they_are_whole(chunks, body, complete):
    found, state = body_of(OK + b"Transfer-Encoding: chunked\r\n\r\n" + chunks)
    assert (found, state.complete) == (body, complete)


def test_what_follows_the_framed_end_is_counted_and_not_part_of_it():
    second = b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx"
    for first in (
        OK + b"Content-Length: 3\r\n\r\nabc",
        OK + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
    ):
        message = measure(BytesIO(first + second))
        assert (message.end, message.excess, message.complete) == (len(first), len(second), True)
        assert message.block.value == hashlib.sha256(first).digest()
        assert message.payload.value == hashlib.sha256(b"abc").digest()


def test_a_body_stored_without_the_chunks_its_header_names_is_seen():
    stream = BytesIO(OK + b"Transfer-Encoding: chunked\r\n\r\n<p>dechunked</p>")
    assert as_stored(stream, read_head(stream)).framing is Framing.CLOSE


@given(st.binary(max_size=400), st.lists(st.integers(1, 60), max_size=30), st.sampled_from([b"", b";a", b' ; a="b"']))
def test_any_split_into_chunks_gives_the_same_body(data, sizes, extension):
    chunks, rest = b"", data
    for size in sizes:
        piece, rest = rest[:size], rest[size:]
        if piece:
            chunks += b"%X%s\r\n%s\r\n" % (len(piece), extension, piece)
    if rest:
        chunks += b"%x\r\n%s\r\n" % (len(rest), rest)
    raw = OK + b"Transfer-Encoding: chunked\r\n\r\n" + chunks + b"0\r\nT: x\r\n\r\n"
    message = measure(BytesIO(raw))
    assert (message.complete, message.end, message.payload_length) == (True, len(raw), len(data))
    assert message.payload.value == hashlib.sha256(data).digest()


@given(st.binary(min_size=1, max_size=200), st.data())
def test_a_chunked_body_cut_anywhere_is_never_called_complete(data, where):
    raw = OK + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n" % (len(data), data)
    head = raw.index(b"\r\n\r\n") + 4
    cut = where.draw(st.integers(head, len(raw) - 1))
    message = measure(BytesIO(raw[:cut]))
    assert not message.complete
    assert message.end == cut


@given(st.binary(max_size=300))
def test_no_bytes_at_all_crash_it(noise):
    for raw in (noise, OK + noise, OK + b"Transfer-Encoding: chunked\r\n\r\n" + noise):
        try:
            message = measure(BytesIO(raw))
        except Unreadable:
            continue
        assert message.head.start < message.end <= len(raw)
        assert message.end + message.excess == len(raw)


@given(
    st.binary(max_size=60).flatmap(lambda noise: st.sampled_from(CHUNKED_BODIES).map(lambda body: body + noise)),
    st.data(),
)
def test_framing_is_taken_off_alike_however_the_bytes_come(raw, where):
    head = read_head(BytesIO(OK + b"Transfer-Encoding: chunked\r\n\r\n"))
    cuts = sorted(where.draw(st.lists(st.integers(0, len(raw)), max_size=8)))
    at_once, in_pieces = Unframing(head), Unframing(head)
    body = at_once.feed(raw)
    pieces = [in_pieces.feed(raw[a:b]) for a, b in pairwise((0, *cuts, len(raw)))]
    assert b"".join(pieces) == body
    for name in ("over", "complete", "too_many"):
        assert getattr(in_pieces, name) == getattr(at_once, name)
    assert in_pieces.consumed == at_once.consumed or not at_once.complete


def test_more_chunks_than_anybody_needs_end_a_body_and_cost_little():
    chunk, stop = b"1\r\na\r\n", b"0\r\n\r\n"
    assert measure(BytesIO(OK + b"Transfer-Encoding: chunked\r\n\r\n" + chunk * 50_000 + stop)).complete
    head = read_head(BytesIO(OK + b"Transfer-Encoding: chunked\r\n\r\n"))
    body = Unframing(head)
    many = chunk * 10_000
    taken = 0
    while not body.over:
        taken += len(body.feed(many))
    assert (taken, body.complete, body.too_many) == (MAX_CHUNKS, False, True)
