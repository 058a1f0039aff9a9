"""What was sent and received, and where it was put: Exchange, Visit, Capture; the table of outcomes and problem codes.

Evidence only: nothing here says what a page means. Frozen values; the bytes of a response are a seekable stream (in memory
while small, in a temporary file when large), everything else is plain data.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import BinaryIO

from archiver.model.digest import Digest

#: What a server answers that was asked whether a page has changed, and it has not (RFC 9110, 15.4.5).
NOT_MODIFIED = 304


#: The purposes of a capture that is a visit to an address for its own sake; the others are asked for on the way.
VISITED = frozenset({"page", "feed", "sitemap"})


class Outcome(StrEnum):
    """What became of an attempt to capture an address."""

    CAPTURED = "captured"
    FLAGGED = "flagged"
    FAILED = "failed"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Problem:
    """One row of the table below: a stable `code`, the outcome that it leads to, and what it means in one line.

    `stands_in`: what was kept is not the page that was asked for, so nothing is concluded from its text about others.
    """

    code: str
    outcome: Outcome
    meaning: str
    stands_in: bool = False


_F, _X, _R = Outcome.FLAGGED, Outcome.FAILED, Outcome.REFUSED

#: Every problem code there is. Codes are names, never change meaning, and the list only grows.
PROBLEMS: Mapping[str, Problem] = MappingProxyType(
    {
        row.code: row
        for row in (
            Problem("http-error", _F, "the server answered with a 4xx or 5xx status", stands_in=True),
            Problem("truncated", _F, "the body ended before its framing said it would"),
            Problem("challenge", _F, "a bot check stands where the page should be", stands_in=True),
            Problem("paywall", _F, "only the part before a paywall was served"),
            Problem("consent", _F, "a consent page stands where the page should be", stands_in=True),
            Problem("login", _F, "a login page stands where the page should be", stands_in=True),
            Problem("soft-404", _F, "the page says that it was not found, with a status of success", stands_in=True),
            Problem("empty", _F, "the body is empty, or holds no text", stands_in=True),
            Problem("needs-script", _F, "the page shows its text only by running scripts", stands_in=True),
            Problem("type-mismatch", _F, "the bytes are of another type than the Content-Type says"),
            Problem("charset-invalid", _F, "the bytes are not valid in the charset that the page declares"),
            Problem("decode-limit", _F, "the body could not be inflated within the limits, or not at all"),
            Problem(
                "extraction-failed",
                _F,
                "the payload could not be read as a document (broken, encrypted, or too heavy)",
                stands_in=True,
            ),
            Problem("payload-missing", _F, "a revisit record whose payload is not in the archive", stands_in=True),
            Problem(
                "digest-mismatch", _F, "the bytes of an imported record are not those of the digest that it declares"
            ),
            Problem("tls-override", _F, "the certificate did not verify and was accepted on the operator's order"),
            Problem("date-skew", _F, "the server's clock and ours differ by more than five minutes"),
            Problem(
                "not-a-listing",
                _F,
                "this was asked for as a feed or a sitemap, and is none (a page belongs under `urls`)",
                stands_in=True,
            ),
            Problem(
                "listing-cut",
                _F,
                "the feed or sitemap breaks off, or is longer than what is read: its beginning counts",
            ),
            Problem("withdrawn", _F, "it was withdrawn from the archive, and is not shown any more", stands_in=True),
            Problem("dns", _X, "the host name does not resolve"),
            Problem("connect", _X, "no connection could be made, or it broke before an answer"),
            Problem("timeout", _X, "no answer within the time limit"),
            Problem("protocol", _X, "the answer is not HTTP, or redirects without end"),
            Problem("tls-invalid", _X, "the TLS handshake failed or the certificate does not verify"),
            Problem("too-large", _X, "the answer is larger than the byte limit of a capture"),
            Problem("robots", _R, "robots.txt forbids the address to this agent, or could not be had (5xx)"),
            Problem("address", _R, "the host resolves to an address that is not public"),
            Problem("scheme", _R, "only http and https are taken"),
            Problem("credentials", _R, "the address holds a user name or password"),
            Problem("not-a-url", _R, "this is not an address"),
        )
    }
)


def outcome_of(problems: tuple[str, ...]) -> Outcome:
    """The outcome that a set of problem codes adds up to: refused and failed win over flagged. KeyError for an unknown code."""
    worst = {PROBLEMS[code].outcome for code in problems}
    return next((o for o in (Outcome.REFUSED, Outcome.FAILED, Outcome.FLAGGED) if o in worst), Outcome.CAPTURED)


def is_the_page(problems: tuple[str, ...]) -> bool:
    """Whether what was kept is the page that was asked for, whatever else is odd about it."""
    return not any(PROBLEMS[code].stands_in for code in problems)


def of_a_list(problems: tuple[str, ...], read: tuple[str, ...]) -> tuple[str, ...]:
    """The problem codes of the capture of a feed or sitemap, from those of its exchanges and those that reading it showed.

    Where what was broken off is a list, its beginning counts: that is `listing-cut`, and its address is not down for it.
    """
    both = (*problems, *read)
    if is_the_page(both):
        both = tuple("listing-cut" if code == "truncated" else code for code in both)
    return tuple(dict.fromkeys(both))


@dataclass(frozen=True, slots=True)
class TlsFacts:
    """TLS of one connection. `chain` holds DER certificates, leaf first.

    `chain_state`: `verified` (the chain that verification built), `leaf-only` (the Python in use does not show it), or
    `unverified` (accepted on the operator's order, `override` says why).
    """

    version: str
    cipher: str
    chain: tuple[bytes, ...]
    chain_state: str
    override: str | None = None


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its response, as bytes on the wire.

    `response` is a seekable stream of exactly the final response (header block of `head_length` bytes, then the body as
    framed, chunking included); 1xx responses before it are in `informational`; bytes after its end are only counted
    (`excess`). `payload` is the digest of the body without transfer coding, content coding kept (the WARC payload), of
    `payload_length` bytes; `block` the digest of the whole stream, of `length` bytes.
    `truncated` is None for a whole body, else the WARC-Truncated reason: `disconnect`, `time` or `length`.
    """

    url: str
    request: bytes
    response: BinaryIO
    length: int
    head_length: int
    informational: bytes
    excess: int
    status: int
    reason: str
    headers: tuple[tuple[str, str], ...]
    started_at: datetime
    seconds: float
    peer: str
    tls: TlsFacts | None
    payload: Digest
    payload_length: int
    block: Digest
    truncated: str | None = None

    def header(self, name: str) -> str | None:
        """The first header of that name, whatever its case."""
        return next((value for key, value in self.headers if key.casefold() == name.casefold()), None)


@dataclass(frozen=True, slots=True)
class RobotsVerdict:
    """What robots.txt said for one host: `allowed`, and the `rule` by which (`no robots.txt (404)`, `disallowed`, `ignored` ...).

    `record_id` names the WARC record of the robots.txt that was read, where there is one.
    """

    allowed: bool
    rule: str
    url: str | None = None
    record_id: str | None = None
    crawl_delay: float | None = None


@dataclass(frozen=True, slots=True)
class Prior:
    """The record that already holds a payload: its UUID, the address it was served at, and when (RFC 3339)."""

    record_id: str
    url: str
    captured_at: str


@dataclass(frozen=True, slots=True)
class Earlier:
    """A good capture of an address, as far as it takes to ask whether the page has changed since.

    `url` is the address that answered at `captured_at`, with `headers`; `payload` (of `payload_length` bytes) is held by the record
    `holder`, which may be that of a capture before it.
    """

    url: str
    headers: tuple[tuple[str, str], ...]
    captured_at: datetime
    payload: Digest
    payload_length: int
    holder: Prior


@dataclass(frozen=True, slots=True)
class Visit:
    """The hops from the asked address to the final one, each an Exchange. Never empty.

    `unchanged` is set where the final answer is a 304 that we asked for: the capture that it says still holds.
    """

    asked: str
    exchanges: tuple[Exchange, ...]
    robots: tuple[RobotsVerdict, ...] = ()
    problems: tuple[str, ...] = ()
    purpose: str = "page"  # or "robots", "feed", "sitemap", "listing", "timemap"
    unchanged: Earlier | None = None

    def __post_init__(self) -> None:
        if not self.exchanges:
            raise ValueError("a visit without an exchange")

    @property
    def final(self) -> Exchange:
        """The last exchange: the answer that counts."""
        return self.exchanges[-1]

    def close(self) -> None:
        """Let go of the responses' bytes; whoever takes a visit from fetch does this when it is done with them."""
        for exchange in self.exchanges:
            exchange.response.close()


@dataclass(frozen=True, slots=True)
class RecordLocation:
    """Where a record lies: file name below archive/, offset and length of its gzip member in bytes, and the member's SHA-256."""

    warc: str
    offset: int
    length: int
    stored: Digest


@dataclass(frozen=True, slots=True)
class StoredRecord:
    """Any record in the archive: its UUID, its WARC type, and where it lies."""

    record_id: str
    kind: str
    location: RecordLocation


@dataclass(frozen=True, slots=True)
class StoredText:
    """A conversion record: the text of a capture's payload, as `extractor` (its name and version) read it."""

    record: StoredRecord
    capture_id: str
    extractor: str


@dataclass(frozen=True, slots=True)
class StoredExchange:
    """An exchange as it was stored. `kind` is the WARC type of its answer: response, revisit or resource; ids are UUIDs.

    Of a 304 that we asked for, `payload` and `payload_length` are those of what it says has not changed.
    """

    url: str
    status: int
    media_type: str | None
    captured_at: datetime
    kind: str
    record_id: str
    record: RecordLocation
    request_id: str | None
    request: RecordLocation | None
    payload: Digest
    payload_length: int
    block: Digest
    headers: tuple[tuple[str, str], ...] = ()
    peer: str | None = None
    tls: TlsStored | None = None
    truncated: str | None = None
    excess: int = 0


@dataclass(frozen=True, slots=True)
class TlsStored:
    """TlsFacts with the certificates by digest; their DER is in `resource` records of the archive."""

    version: str
    cipher: str
    chain: tuple[Digest, ...]
    chain_state: str
    override: str | None = None


@dataclass(frozen=True, slots=True)
class Capture:
    """A sealed visit. `capture_id` is the UUID of the final response, revisit or resource record; `sequence` its place in the log.
    `leaf` is the hash of its statement there, once that has been written.

    `revisit_of` is the capture_id of the record that holds the payload, where this one holds none. `statement` is the record
    that states all of this, `statement_id` its UUID. `source_note` is set for what was imported and not fetched by us.

    `purpose` is `page`; or `robots`, `feed`, `sitemap`, `listing`, `timemap`: what was asked on the way to pages, and never becomes
    a document. Of these, feeds and sitemaps are visited by runs, and what they list is kept.
    `copy_of` is set for a page that was had from a public archive (`source` is `memento`): the address that it is a copy of,
    made at `witnessed_at` by what that archive says. Its exchanges have the addresses that were really asked.
    """

    sequence: int
    asked: str
    exchanges: tuple[StoredExchange, ...]
    problems: tuple[str, ...]
    statement_id: str
    statement: RecordLocation
    revisit_of: str | None = None
    robots: tuple[RobotsVerdict, ...] = ()
    purpose: str = "page"
    source: str = "fetch"  # or "import", "memento"
    source_note: str | None = None
    tool: str = ""
    others: tuple[StoredRecord, ...] = ()  # what else was written with it: warcinfo, certificates, copied records
    operator: str | None = None
    note: str | None = None
    clock_state: str = "unknown"  # of the machine's clock at capture time: `synchronised`, `unsynchronised`, `unknown`
    copy_of: str | None = None
    witnessed_at: datetime | None = None
    leaf: Digest | None = field(default=None, compare=False)

    @property
    def final(self) -> StoredExchange:
        """The exchange that counts."""
        return self.exchanges[-1]

    @property
    def address(self) -> str:
        """The address of the page: the one it is a copy of, else the one that answered."""
        return self.copy_of or self.final.url

    @property
    def capture_id(self) -> str:
        """The UUID of the final answer's record."""
        return self.final.record_id

    @property
    def unchanged(self) -> bool:
        """Whether no bytes of the page came: the server said that those of an earlier capture still hold."""
        return self.final.status == NOT_MODIFIED and self.revisit_of is not None

    @property
    def outcome(self) -> Outcome:
        """Captured or flagged."""
        return outcome_of(self.problems)


@dataclass(frozen=True, slots=True)
class Limits:
    """What one capture may cost. Units are in the names."""

    total_seconds: float = 60.0
    idle_seconds: float = 20.0
    connect_seconds: float = 10.0
    max_wire_bytes: int = 64 * 1024 * 1024
    max_redirects: int = 10
    max_decoded_bytes: int = 64 * 1024 * 1024
    max_codings: int = 3


@dataclass(frozen=True, slots=True)
class Payload:
    """The bytes of a document, ready to read: transfer and content coding undone, within limits. `status` is that of the answer they came in."""

    url: str
    content: bytes
    media_type: str | None = None
    charset: str | None = None
    problems: tuple[str, ...] = ()
    headers: tuple[tuple[str, str], ...] = field(default=())
    status: int | None = None
