"""What each WARC 1.1 record looks like: header fields and block, packed as one gzip member.

    warcinfo      what wrote the file; first in every file
    request       the bytes sent; WARC-Concurrent-To the answer
    response      the bytes received, header block and framing untouched; 1xx responses before it are a metadata record
    revisit       where the payload is held already: the header block alone (identical-payload-digest), or nothing, where the server
                  said that it has not changed (server-not-modified); what it said is a metadata record
    resource      a certificate's DER
    metadata      a statement (application/json); WARC-Refers-To the answer that counts
    conversion    the text of a payload; WARC-Refers-To the answer, the reader's name in X-Archiver-Extractor

Only what is a page has the address of one: replay tools (pywb) offer any record with an address as what was served there. So
metadata records have none, and a text has `urn:text:` before it, as Browsertrix has it.

Record ids and times are arguments, so that the same input gives the same records. WARC-Warcinfo-ID is not written: members
are packed before it is known which file they will stand in, and the standard lets the warcinfo before them speak for them.

Does not own: which records a capture has (seal), where they are put (store).
"""

from __future__ import annotations

import base64
import hashlib
import io
import ipaddress
import os
import re
import tempfile
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, cast
from urllib.parse import quote

from isal import isal_zlib
from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from archiver.model.capture import Capture, Exchange, Prior
from archiver.model.date import rfc3339
from archiver.model.digest import Digest
from archiver.model.statement import Statement

VERSION = "WARC/1.1"
STATEMENT_TYPE = "application/json"
HTTP_RESPONSE = "application/http; msgtype=response"
HTTP_REQUEST = "application/http; msgtype=request"
REVISIT_PROFILE = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
UNCHANGED_PROFILE = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"

#: isal's level 2: a nineteenth of the time of zlib's 9, a seventh larger; the same size for bodies that are gzip already.
LEVEL = 2
GZIP = 31
#: Members up to this size stay in memory, larger ones go to a temporary file.
SPOOL = 1024 * 1024
_READ = 64 * 1024

_CHUNKED = re.compile(rb"^transfer-encoding[ \t]*:.*\bchunked\b", re.IGNORECASE | re.MULTILINE)
_ADDRESS = re.compile(r"(urn:text:)?https?:")
_UNSAFE = re.compile(r"[\x00-\x20\x7f-\x9f\ud800-\udfff]")

Fields = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Member:
    """One record as it will stand in a file: `length` bytes of `data` from `start`, with their SHA-256 `stored`.

    `block` is the digest of the record's block. `data` is closed with the member unless it is lent (a file that is copied from).
    """

    record_id: str
    kind: str
    data: BinaryIO
    length: int
    stored: Digest
    block: Digest
    start: int = 0
    lent: bool = False

    def close(self) -> None:
        """Let go of the bytes."""
        if not self.lent:
            self.data.close()


class _Gzip:
    """What warcio writes a record to: `flush`, which it calls at the record's end, ends the gzip member."""

    def __init__(self) -> None:
        self.data = cast(BinaryIO, tempfile.SpooledTemporaryFile(max_size=SPOOL))  # noqa: SIM115 - closed with the Member
        self.length = 0
        self.stored = hashlib.sha256()
        self._deflate = isal_zlib.compressobj(LEVEL, isal_zlib.DEFLATED, GZIP)

    def write(self, piece: bytes) -> None:
        self._put(self._deflate.compress(piece))

    def flush(self) -> None:
        self._put(self._deflate.flush())

    def _put(self, data: bytes) -> None:
        self.length += len(data)
        self.stored.update(data)
        self.data.write(data)


class _AsReceived(StatusAndHeaders):  # type: ignore[misc]  # warcio has no types
    """A header block that warcio writes as it stands; it would write parsed headers anew (spaces, case, non-ASCII)."""

    def __init__(self, block: bytes) -> None:
        super().__init__("", [])
        self.headers_buff = block

    def __bool__(self) -> bool:
        return True

    def compute_headers_buffer(self, header_filter: object = None) -> None:
        """Nothing to compute."""


class _Writer(WARCWriter):  # type: ignore[misc]  # warcio has no types
    """Our digests stand in the fields already, and where one is left out it is meant: warcio would add its own."""

    def ensure_digest(self, record: object, block: bool = True, payload: bool = True) -> None:
        """Nothing to ensure."""


def packed(kind: str, record_id: str, fields: Fields, *, content_type: str, block: BinaryIO, digest: Digest) -> Member:
    """One record as a gzip member. `block` is read from its beginning to its end; `digest` is that of all of it."""
    length = block.seek(0, os.SEEK_END)
    block.seek(0)
    headers = StatusAndHeaders("", [("WARC-Type", kind), ("WARC-Record-ID", urn(record_id))], protocol=VERSION)
    headers.headers += [(name, field_value(value)) for name, value in (*fields, ("WARC-Block-Digest", str(digest)))]
    # warcio writes of a revisit nothing but its HTTP header block.
    head = _AsReceived(block.read()) if kind == "revisit" else None
    record = ArcWarcRecord("warc", kind, headers, block, head, content_type, length)
    record.payload_length = length
    out = _Gzip()
    _Writer(out, gzip=False, warc_version="1.1").write_record(record)
    return Member(record_id, kind, out.data, out.length, Digest("sha256", out.stored.digest()), digest)


def repacked(kind: str, record_id: str, head: bytes, block: BinaryIO, digest: Digest) -> Member:
    """Somebody else's record as a gzip member of its own: its header's bytes `head`, its block, and the end of a record."""
    out = _Gzip()
    out.write(head)
    block.seek(0)
    while piece := block.read(_READ):
        out.write(piece)
    out.write(b"\r\n\r\n")
    out.flush()
    return Member(record_id, kind, out.data, out.length, Digest("sha256", out.stored.digest()), digest)


def is_chunked(head: bytes) -> bool:
    """Whether a header block says that the body after it is chunked."""
    return _CHUNKED.search(head) is not None


def urn(record_id: str) -> str:
    """A UUID as WARC-Record-ID has it."""
    return f"<urn:uuid:{record_id}>"


def field_value(value: str) -> str:
    """A value that cannot end its header line: control characters, spaces in addresses and lone surrogates percent-encoded."""
    keep = "" if _ADDRESS.match(value) else " "
    return _UNSAFE.sub(lambda match: match[0] if match[0] == keep else quote(match[0], errors="replace"), value)


# ── the records ──


def warcinfo(record_id: str, at: datetime, name: str, tool: str) -> Member:
    """The first record of the file `name`: what wrote it, after which standard."""
    rows = (
        ("software", tool),
        ("format", "WARC File Format 1.1"),
        ("conformsTo", "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"),
    )
    block = "".join(f"{key}: {value}\r\n" for key, value in rows).encode()
    fields = [("WARC-Date", rfc3339(at)), ("WARC-Filename", name)]
    return _small("warcinfo", record_id, fields, "application/warc-fields", block)


def request(exchange: Exchange, record_id: str, answer_id: str) -> Member:
    """What was sent."""
    fields = [*_exchange_fields(exchange), ("WARC-Concurrent-To", urn(answer_id))]
    return _small("request", record_id, fields, HTTP_REQUEST, exchange.request)


def response(exchange: Exchange, record_id: str, head: bytes) -> Member:
    """What was received, exactly; `head` is its header block.

    A chunked response has no WARC-Payload-Digest: the standard's payload is the body without its chunks, and widespread
    readers (warcio check) take it with them and would call the right digest wrong. The statement holds it always.
    """
    fields = _exchange_fields(exchange)
    if not is_chunked(head):
        fields.append(("WARC-Payload-Digest", str(exchange.payload)))
    if exchange.truncated:
        fields.append(("WARC-Truncated", exchange.truncated))
    return packed(
        "response", record_id, fields, content_type=HTTP_RESPONSE, block=exchange.response, digest=exchange.block
    )


def revisit(exchange: Exchange, record_id: str, head: bytes, prior: Prior, *, labelled: bool) -> Member:
    """What was received, where the payload is held by `prior`: the header block, and where the rest is.

    `labelled`: the prior's record has the same WARC-Payload-Digest. Where it has none (see `response`) or one of another kind,
    this one has none, though the standard asks for it: pywb looks for an original with that very digest and would find nothing.
    """
    fields = _revisit_fields(exchange, REVISIT_PROFILE, prior)
    if labelled:
        fields.append(("WARC-Payload-Digest", str(exchange.payload)))
    return _small("revisit", record_id, fields, HTTP_RESPONSE, head)


def unchanged(exchange: Exchange, record_id: str, prior: Prior) -> Member:
    """A 304 that we asked for: the payload that `prior` holds is still what is there, the server says.

    The block is empty, as the standard lets it be: a replay tool (pywb) answers with the status that stands in it, and a 304 shows
    nothing. What was received is the record `said`. No WARC-Payload-Digest: of the payload no byte was seen.
    """
    return _small("revisit", record_id, _revisit_fields(exchange, UNCHANGED_PROFILE, prior), HTTP_RESPONSE, b"")


def said(exchange: Exchange, head: bytes, record_id: str, answer_id: str) -> Member:
    """The header block of an answer whose own record has none (see `unchanged`)."""
    fields = [("WARC-Date", rfc3339(exchange.started_at)), ("WARC-Concurrent-To", urn(answer_id))]
    return _small("metadata", record_id, fields, HTTP_RESPONSE, head)


def informational(exchange: Exchange, record_id: str, answer_id: str) -> Member:
    """The 1xx responses before an answer. In the response record they would be taken for the answer."""
    fields = [("WARC-Date", rfc3339(exchange.started_at)), ("WARC-Concurrent-To", urn(answer_id))]
    return _small("metadata", record_id, fields, HTTP_RESPONSE, exchange.informational)


def certificate(der: bytes, record_id: str, at: datetime) -> Member:
    """One certificate of a TLS chain, named by its SHA-256 (RFC 6920)."""
    name = base64.urlsafe_b64encode(hashlib.sha256(der).digest()).decode().rstrip("=")
    fields = [("WARC-Target-URI", f"ni:///sha-256;{name}?ct=application/pkix-cert"), ("WARC-Date", rfc3339(at))]
    return _small("resource", record_id, fields, "application/pkix-cert", der)


def statement(draft: Statement, data: bytes, at: datetime) -> Member:
    """The statement `data`, which says what `draft` holds."""
    fields = [("WARC-Date", rfc3339(at))]
    if isinstance(draft, Capture):
        fields.append(("WARC-Refers-To", urn(draft.capture_id)))
        fields += [("WARC-Concurrent-To", urn(exchange.record_id)) for exchange in draft.exchanges]
    return _small("metadata", draft.statement_id, fields, STATEMENT_TYPE, data)


def conversion(text: str, capture: Capture, extractor: str, record_id: str, at: datetime) -> Member:
    """The text of a capture's payload, as `extractor` (its name and version) read it."""
    fields = [
        ("WARC-Target-URI", f"urn:text:{capture.final.url}"),
        ("WARC-Date", rfc3339(at)),
        ("WARC-Refers-To", urn(capture.capture_id)),
        ("X-Archiver-Extractor", extractor),
    ]
    return _small("conversion", record_id, fields, "text/plain; charset=utf-8", text_block(text))


def text_block(text: str) -> bytes:
    """A text as the block of its record."""
    return text.encode("utf-8", "replace")


def _small(kind: str, record_id: str, fields: Fields, content_type: str, block: bytes) -> Member:
    return packed(
        kind, record_id, fields, content_type=content_type, block=io.BytesIO(block), digest=Digest.sha256(block)
    )


def _revisit_fields(exchange: Exchange, profile: str, prior: Prior) -> Fields:
    return [
        *_exchange_fields(exchange),
        ("WARC-Profile", profile),
        ("WARC-Refers-To", urn(prior.record_id)),
        ("WARC-Refers-To-Target-URI", prior.url),
        ("WARC-Refers-To-Date", prior.captured_at),
    ]


def _exchange_fields(exchange: Exchange) -> Fields:
    address = _address(exchange.peer)
    return [
        ("WARC-Target-URI", exchange.url),
        ("WARC-Date", rfc3339(exchange.started_at)),
        *([("WARC-IP-Address", address)] if address else []),
    ]


def _address(peer: str) -> str | None:
    """The address of a peer given with or without its port, None for what is not one."""
    host = peer.rpartition(":")[0] if peer.count(":") == 1 or peer.startswith("[") else peer
    try:
        return str(ipaddress.ip_address(host.strip("[]")))
    except ValueError:
        return None
