"""HTTP/1.1 responses as bytes (RFC 9112): where the head ends, how the body is framed, and where it ends.

Works on a seekable stream alone, so that a response from the network and one out of somebody's archive are read by the same
rules. It decides nothing by searching through bodies: only framing says where a response ends. It undoes no content coding
(decode.py) and opens no connection (wire.py).

What contradicts itself is read the safe way: Transfer-Encoding wins over Content-Length (RFC 9112, 6.3), and of two different
Content-Lengths neither is believed: everything that stands there is kept, and the message is not called complete.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum, StrEnum
from typing import BinaryIO

from archiver.errors import Unreadable
from archiver.model.digest import Digest

#: All header blocks of one answer together, 1xx included. h11 takes 100 kB a block; stored messages may hold a little more.
MAX_HEAD = 256 * 1024
#: One chunk-size line with its extensions, or one trailer line.
MAX_LINE = 16 * 1024
#: Chunks of one body. A page that is written a word at a time has a hundred thousand a megabyte; one byte a chunk only costs.
MAX_CHUNKS = 1_000_000
#: Bytes read at once from a stream.
READ = 64 * 1024

_STATUS_LINE = re.compile(rb"HTTP/(\d(?:\.\d)?)[ \t]+(\d{3})(?:[ \t]([^\r\n]*))?\Z")
_END_OF_HEAD = re.compile(rb"\n\r?\n")
_CHUNK_SIZE = re.compile(rb"[ \t]*([0-9A-Fa-f]{1,15})[ \t]*(?:;[^\n]*)?\r?\n")
_DIGITS = re.compile(r"\d{1,18}\Z", re.ASCII)


_CR = 0x0D


class _Expects(Enum):
    """What a chunked body goes on with."""

    SIZE = "a chunk-size line"
    DATA = "bytes of a chunk"
    LINE_END = "the line end after a chunk"
    TRAILER = "a trailer, or the empty line that ends them"


class Framing(StrEnum):
    """How the end of a body is known."""

    NONE = "none"
    LENGTH = "length"
    CHUNKED = "chunked"
    CLOSE = "close"
    CONFLICT = "conflict"


@dataclass(frozen=True, slots=True)
class Head:
    """The header block of the final response: `length` bytes from offset `start`; before it stand 1xx responses only.

    `headers` are as received (latin-1), in order; `content_length` is set where the framing goes by it.
    """

    start: int
    length: int
    version: str
    status: int
    reason: str
    headers: tuple[tuple[str, str], ...]
    framing: Framing
    content_length: int | None = None

    @property
    def body_start(self) -> int:
        """Offset of the first byte after the header block."""
        return self.start + self.length

    def values(self, name: str) -> list[str]:
        """The comma-separated members of all headers of that name, in order, without empty ones."""
        wanted = name.casefold()
        joined = ",".join(value for key, value in self.headers if key.casefold() == wanted)
        return [member for member in (part.strip() for part in joined.split(",")) if member]


def read_head(stream: BinaryIO, method: str = "GET") -> Head:
    """The head of the final response at the start of `stream`. `method` is that of the request (HEAD has no body).

    A block that the end of the stream cuts off is taken as far as it goes. Raises Unreadable for what is not HTTP.
    """
    stream.seek(0)
    window = stream.read(MAX_HEAD)
    start = 0
    while True:
        found = _END_OF_HEAD.search(window, start)
        if found is None and len(window) == MAX_HEAD:
            raise Unreadable(f"the head of the answer is longer than {MAX_HEAD} bytes")
        stop = found.end() if found else len(window)
        head = _parse(window[start:stop], start, method)
        if head.status >= 200:
            return head
        start = stop


def _parse(block: bytes, start: int, method: str) -> Head:
    status_line, *lines = block.rstrip(b"\r\n").split(b"\n")
    match = _STATUS_LINE.match(status_line.rstrip(b"\r"))
    if not match:
        raise Unreadable("the answer does not begin with an HTTP status line")
    version, status, reason = match[1].decode("ascii"), int(match[2]), (match[3] or b"").decode("latin-1").strip()
    headers: list[tuple[str, str]] = []
    for line in (raw.rstrip(b"\r").decode("latin-1") for raw in lines):
        if line[:1] in (" ", "\t") and headers:  # a folded line goes on (RFC 9112, 5.2)
            name, value = headers[-1]
            headers[-1] = (name, f"{value} {line.strip()}".strip())
        else:
            name, colon, value = line.partition(":")
            if colon and name.strip():
                headers.append((name.strip(), value.strip(" \t")))
    head = Head(start, len(block), version, status, reason, tuple(headers), Framing.CLOSE)
    framing, length = _framing(head, method)
    return replace(head, framing=framing, content_length=length)


def _framing(head: Head, method: str) -> tuple[Framing, int | None]:
    """RFC 9112, 6.3, in its order."""
    if method == "HEAD" or head.status < 200 or head.status in (204, 304):
        return Framing.NONE, None
    codings = head.values("Transfer-Encoding")
    if codings:
        return (Framing.CHUNKED if codings[-1].casefold() == "chunked" else Framing.CLOSE), None
    lengths = set(head.values("Content-Length"))
    if not lengths:
        return Framing.CLOSE, None
    if len(lengths) > 1 or not _DIGITS.match(next(iter(lengths))):
        return Framing.CONFLICT, None
    return Framing.LENGTH, int(next(iter(lengths)))


class Unframing:
    """Takes the transfer framing off a body as its bytes come, from the network or from a file: one rule for when to stop
    receiving and for what was received.

    `over`: no byte that may follow belongs to this response, or can be made sense of. `complete`: the framing was fulfilled, which
    for a body that ends with its connection only the end can say. `consumed` bytes of those fed belong to a complete body.
    """

    def __init__(self, head: Head) -> None:
        self._framing = head.framing
        self._wanted = head.content_length or 0  # bytes that are to come: of the body, of a chunk
        self._expects = _Expects.SIZE
        self._line = b""  # the beginning of a line whose end has not come
        self._trailers = MAX_HEAD
        self._chunks = 0
        self.consumed = 0
        self.complete = head.framing is Framing.NONE or (head.framing is Framing.LENGTH and not self._wanted)
        self.over = self.complete

    @property
    def too_many(self) -> bool:
        """Whether it is over because it came in more chunks than are taken."""
        return self._chunks > MAX_CHUNKS

    def feed(self, data: bytes) -> bytes:
        """What these next bytes of the stream hold of the body."""
        if self.over:
            return b""
        if self._framing is Framing.CHUNKED:
            return self._unchunked(data)
        if self._framing is Framing.LENGTH:
            data = data[: self._wanted]
            self._wanted -= len(data)
            self.complete = self.over = not self._wanted
        self.consumed += len(data)
        return data

    def end(self) -> None:
        """The stream ends here."""
        self.complete = self.complete or self._framing is Framing.CLOSE
        self.over = True

    def _unchunked(self, data: bytes) -> bytes:
        """RFC 9112, 7.1."""
        data, self._line, self.consumed = self._line + data, b"", self.consumed - len(self._line)
        found: list[bytes] = []
        place, size = 0, len(data)
        while place < size and not self.over:
            if self._expects is _Expects.SIZE:
                place = self._whole_chunks(data, place, found)
            if self._expects is _Expects.DATA:
                stop = min(size, place + self._wanted)
                found.append(data[place:stop])
                self._wanted -= stop - place
                self._expects = _Expects.DATA if self._wanted else _Expects.LINE_END
            else:
                stop = data.find(b"\n", place, place + MAX_LINE) + 1
                if not stop:  # the line goes on in what is still to come, or for ever
                    self.over = size - place >= MAX_LINE
                    break
                self._read_line(data, place, stop)
            place = stop
        self._line = b"" if self.over else data[place:]
        self.consumed += place + len(self._line)
        return b"".join(found)

    def _whole_chunks(self, data: bytes, place: int, found: list[bytes]) -> int:
        """The chunks from `place` on that are there whole, and where they end: a microsecond each. What is odd is left to _read_line."""
        for _ in range(MAX_CHUNKS - self._chunks):
            line = _CHUNK_SIZE.match(data, place)
            if line is None or line.end() - place > MAX_LINE:
                break
            start = line.end()
            stop = start + int(line[1], 16)
            line_end = 2 if data.startswith(b"\r\n", stop) else 1
            if stop == start or (line_end == 1 and not data.startswith(b"\n", stop)):
                break
            found.append(data[start:stop])
            place = stop + line_end
            self._chunks += 1
        return place

    def _read_line(self, data: bytes, start: int, stop: int) -> None:
        """One line of a chunked body's framing, its end included."""
        if self._expects is _Expects.LINE_END:
            self._expects = _Expects.SIZE
            self.over = stop - start > 2 or (stop - start == 2 and data[start] != _CR)
        elif self._expects is _Expects.SIZE:
            match = _CHUNK_SIZE.match(data, start, stop)
            self._chunks += 1
            self.over = match is None or self._chunks > MAX_CHUNKS
            self._wanted = int(match[1], 16) if match else 0
            self._expects = _Expects.DATA if self._wanted else _Expects.TRAILER
        elif data[start:stop] in (b"\r\n", b"\n"):
            self.complete = self.over = True
        else:
            self._trailers -= stop - start
            self.over = self._trailers <= 0


class Body:
    """The body without its transfer framing, piece by piece, about `READ` bytes each; nothing is held.

    After the iteration `end` is the offset after the response's last byte, and `complete` says whether the framing was
    fulfilled. A body whose framing breaks off or breaks down ends there: what follows belongs to it and is not yielded.
    """

    def __init__(self, stream: BinaryIO, head: Head) -> None:
        self._stream = stream
        self._head = head
        self.end = head.body_start
        self.complete = False

    def __iter__(self) -> Iterator[bytes]:
        self._stream.seek(self._head.body_start)
        framing = Unframing(self._head)
        while not framing.over:
            data = self._stream.read(READ)
            if not data:
                framing.end()
            elif piece := framing.feed(data):
                yield piece
        self.complete = framing.complete
        self.end = self._head.body_start + framing.consumed if self.complete else self._stream.seek(0, 2)


def as_stored(stream: BinaryIO, head: Head) -> Head:
    """The head as it fits a body that was stored without its chunks while the header still names them, as some tools write."""
    if head.framing is not Framing.CHUNKED:
        return head
    stream.seek(head.body_start)
    line = stream.readline(MAX_LINE)
    return head if not line or _CHUNK_SIZE.match(line) else replace(head, framing=Framing.CLOSE)


def body_sha256(stream: BinaryIO) -> str:
    """The SHA-256 in hex of the body of a response that was stored, without its transfer coding. The stream is read from where it stands
    to its end. Raises Unreadable for what is no response.
    """
    digest = hashlib.sha256()
    for piece in Body(stream, as_stored(stream, read_head(stream))):
        digest.update(piece)
    return digest.hexdigest()


@dataclass(frozen=True, slots=True)
class Message:
    """One response, measured: its head, the offset after its last byte, how many bytes follow, and what it adds up to.

    `payload` is the digest of the body without transfer framing, of `payload_length` bytes; `block` that of all bytes from
    `head.start` to `end`.
    """

    head: Head
    end: int
    excess: int
    complete: bool
    payload: Digest
    payload_length: int
    block: Digest


def measure(stream: BinaryIO, method: str = "GET") -> Message:
    """Read one response through, in pieces: memory stays flat whatever its size. Raises Unreadable."""
    head = read_head(stream, method)
    body = Body(stream, head)
    payload, length = hashlib.sha256(), 0
    for piece in body:
        payload.update(piece)
        length += len(piece)
    size = stream.seek(0, 2)
    block = hashlib.sha256()
    stream.seek(head.start)
    left = body.end - head.start
    while left > 0 and (piece := stream.read(min(READ, left))):
        block.update(piece)
        left -= len(piece)
    return Message(
        head, body.end, size - body.end, body.complete,
        Digest("sha256", payload.digest()), length, Digest("sha256", block.digest()),
    )  # fmt: skip
