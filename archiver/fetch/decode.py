"""Stored bytes -> the bytes of a document: transfer framing and content coding undone, within limits, and never more.

Reads the bytes as they were stored, so that what was captured years ago is decoded by the same rules as what came in just
now. Every coding inflates in small bounded steps, so that a bomb costs what the limits allow and no more. What can be decoded
is kept: over the limit, or after good bytes turn bad, the payload is the good part with the problem `decode-limit`. Where not
one byte can be decoded (a header that names a coding which the tool that stored the body had already undone), it is the bytes
as they are, with the same problem.
"""

from __future__ import annotations

import shutil
import tempfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from io import BytesIO
from itertools import chain
from typing import BinaryIO, cast

import brotli
import zstandard

from archiver.fetch import charset, framing, sniff
from archiver.model.capture import Limits, Payload

#: Bytes inflated at one step.
STEP = 64 * 1024
#: Bytes fed at one step to the decoders that need it small: four bytes of zstd can hold a block of 128 kB, and python-zstandard
#: returns all that one call yields; brotli, where bad bytes follow good ones, drops what that call had yielded.
FEED = 256
#: zstd's largest window for a Content-Encoding (RFC 9659).
ZSTD_WINDOW = 8 * 1024 * 1024
#: gzip members or zstd frames in one body: real ones have one or a few thousand, and empty ones cost time without any output.
MAX_MEMBERS = 20_000

Pieces = Iterable[bytes]


class Undecodable(Exception):
    """The coded bytes are broken, cut off, of an unknown coding, or yield more than the limit."""


def _inflate(pieces: Pieces, wbits: int) -> Iterator[bytes]:
    """One zlib, raw deflate or gzip stream, or gzip members one after another; what follows the last one is ignored."""
    decoder, members = zlib.decompressobj(wbits), 1
    for piece in pieces:
        left = piece
        while left or not decoder.eof:
            spare = decoder.copy()  # some microseconds, beside what inflating the step costs
            try:
                data = decoder.decompress(left, STEP)
            except zlib.error:
                yield from _good_part(spare.decompress, left)
                raise
            left = decoder.unconsumed_tail
            yield data
            if decoder.eof:
                left = decoder.unused_data
                if not left.startswith(b"\x1f") or wbits != zlib.MAX_WBITS | 16:
                    break
                decoder, members = zlib.decompressobj(wbits), _one_more(members)
            elif not left and len(data) < STEP:
                break
        if decoder.eof and left:
            return
    if not decoder.eof:
        raise Undecodable("the coded body breaks off")


def _good_part(inflate: Callable[[bytes], bytes], coded: bytes) -> Iterator[bytes]:
    """What a step yields before its bytes turn bad, a checksum's among them: the step that fails drops it."""
    with suppress(zlib.error):
        for place in range(len(coded)):
            yield inflate(coded[place : place + 1])


def _one_more(members: int) -> int:
    if members >= MAX_MEMBERS:
        raise Undecodable("the coded body has too many members")
    return members + 1


def _gzip(pieces: Pieces) -> Iterator[bytes]:
    return _inflate(pieces, zlib.MAX_WBITS | 16)


def _deflate(pieces: Pieces) -> Iterator[bytes]:
    """RFC 9110 means the zlib format; many servers send raw deflate. The two-byte header of zlib tells them apart."""
    pieces = iter(pieces)
    start = b""
    while len(start) < 2 and (piece := next(pieces, b"")):
        start += piece
    is_zlib = len(start) > 1 and start[0] & 0x0F == 8 and int.from_bytes(start[:2], "big") % 31 == 0
    yield from _inflate(chain((start,), pieces), zlib.MAX_WBITS if is_zlib else -zlib.MAX_WBITS)


def _small(pieces: Pieces) -> Iterator[bytes]:
    for piece in pieces:
        for start in range(0, len(piece), FEED):
            yield piece[start : start + FEED]


def _brotli(pieces: Pieces) -> Iterator[bytes]:
    decoder = brotli.Decompressor()
    for feed in _small(pieces):
        yield decoder.process(feed, output_buffer_limit=STEP)
        while not decoder.can_accept_more_data():
            yield decoder.process(b"", output_buffer_limit=STEP)
        if decoder.is_finished():
            return
    if not decoder.is_finished():
        raise Undecodable("the coded body breaks off")


def _zstd(pieces: Pieces) -> Iterator[bytes]:
    """Frames one after another; a frame that asks for a larger window than a Content-Encoding may is refused."""
    decompressor = zstandard.ZstdDecompressor(max_window_size=ZSTD_WINDOW)
    decoder, ended, members = decompressor.decompressobj(), False, 1
    for feed in _small(pieces):
        left = feed
        while left:
            if ended:
                decoder, members = decompressor.decompressobj(), _one_more(members)
            yield decoder.decompress(left)
            ended = decoder.eof
            left = decoder.unused_data if ended else b""
    if not ended:
        raise Undecodable("the coded body breaks off")


#: Coding -> its decoder (RFC 9110, 8.4.1; RFC 7932; RFC 8878). `identity` is no coding.
DECODERS: dict[str, Callable[[Pieces], Iterator[bytes]]] = {
    "gzip": _gzip,
    "x-gzip": _gzip,
    "deflate": _deflate,
    "br": _brotli,
    "zstd": _zstd,
}

_BROKEN = (Undecodable, zlib.error, brotli.error, zstandard.ZstdError)


def _bounded(pieces: Pieces, limit: int) -> Iterator[bytes]:
    """The pieces, at most `limit` bytes of them. Every layer of a chain of codings has its own bound: inner bombs cost too."""
    left = limit
    for piece in pieces:
        if len(piece) > left:
            yield piece[:left]
            raise Undecodable("the body inflates to more than the limit")
        left -= len(piece)
        yield piece


def _collect(pieces: Pieces) -> tuple[bytes, bool]:
    """All the bytes, and whether they came to their proper end."""
    content = BytesIO()  # whose value is the bytes that it holds and no second copy of them
    try:
        for piece in pieces:
            content.write(piece)
    except _BROKEN:
        return content.getvalue(), False
    return content.getvalue(), True


def _decode(body: Callable[[], Pieces], codings: list[str], limits: Limits) -> tuple[bytes, bool]:
    """The body with its codings undone, last one first, and whether that went well to the end."""
    known = len(codings) <= limits.max_codings and all(coding in DECODERS for coding in codings)
    pieces = _bounded(body(), limits.max_decoded_bytes)
    for coding in reversed(codings if known else []):
        pieces = _bounded(DECODERS[coding](pieces), limits.max_decoded_bytes)
    content, whole = _collect(pieces)
    if content or whole or not codings:
        return content, whole and known
    return _collect(_bounded(body(), limits.max_decoded_bytes))[0], False


def payload(url: str, stream: BinaryIO, limits: Limits | None = None) -> Payload:
    """From a seekable stream of one whole HTTP response, header block and body as framed. Raises Unreadable: not HTTP.

    Problems: decode-limit, type-mismatch, charset-invalid. Whether the body was whole is the capture's knowledge, not ours.
    """
    limits = limits or Limits()
    head = framing.as_stored(stream, framing.read_head(stream))
    transfer = [coding.casefold() for coding in head.values("Transfer-Encoding")]
    codings = [coding.casefold() for coding in head.values("Content-Encoding")] + transfer
    content, whole = _decode(
        lambda: framing.Body(stream, head),
        [coding for coding in codings if coding not in ("identity", "chunked")],
        limits,
    )
    return _described(url, content, _content_type(head), whole=whole, headers=head.headers, status=head.status)


def _content_type(head: framing.Head) -> str | None:
    return next((value for name, value in head.headers if name.casefold() == "content-type"), None)


def plain_payload(url: str, content: bytes, content_type: str | None = None) -> Payload:
    """The same for bytes that never were an HTTP response: a resource record, a file."""
    return _described(url, content, content_type)


def _described(
    url: str,
    content: bytes,
    content_type: str | None,
    *,
    whole: bool = True,
    headers: tuple[tuple[str, str], ...] = (),
    status: int | None = None,
) -> Payload:
    media, lying = sniff.media_type(content, content_type)
    codec, valid = charset.choose(content, content_type, cut=not whole) if sniff.is_text(media) else (None, True)
    problems = (("decode-limit", not whole), ("type-mismatch", lying), ("charset-invalid", not valid))
    return Payload(url, content, media, codec, tuple(code for code, is_so in problems if is_so), headers, status)


#: An answer up to this size stays in memory, a larger one goes to a temporary file.
_SPOOL = 1024 * 1024


def answered(head: BinaryIO, kind: str, block: BinaryIO) -> BinaryIO:
    """An answer of which only the header block `head` was kept, whole again: before the body in the block of the record of `kind` that
    holds it. The caller closes it. Raises Unreadable where one of them is no HTTP.
    """
    framing.read_head(head)
    if kind != "resource":
        block.seek(framing.read_head(block).body_start)
    whole = cast(BinaryIO, tempfile.SpooledTemporaryFile(max_size=_SPOOL))  # noqa: SIM115 - the caller's
    head.seek(0)
    shutil.copyfileobj(head, whole)
    shutil.copyfileobj(block, whole)
    whole.seek(0)
    return whole


def stored(
    kind: str, url: str, block: BinaryIO, media_type: str | None = None, limits: Limits | None = None
) -> Payload:
    """The payload of a WARC record's block: a `resource` holds it bare (of `media_type`), every other `kind` an HTTP message,
    which is inflated within `limits`.
    """
    return plain_payload(url, block.read(), media_type) if kind == "resource" else payload(url, block, limits)
