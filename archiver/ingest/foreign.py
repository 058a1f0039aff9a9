"""What the records of somebody else's WARC file say: which are captures, of what, and what is wrong with them.

Reads one file from end to end, record by record; memory stays flat. Rules:

1. A response, revisit or resource record of an http or https address is a capture: WARC-Date is its time, its UUID the
   capture_id (of an id that is no UUID, the UUID of version 5 that stands for it).
2. A record whose id the archive holds is passed over and counted.
3. Bytes that are not those of a declared WARC-Block-Digest are a problem of the report, and the capture is flagged
   `digest-mismatch`: it is kept, as what came with the file. (Payload digests are not compared: tools do not agree on them.)
4. A revisit finds its payload by the record it refers to or by the payload's digest, among what this reading has passed and,
   for SHA-256, the archive; else it is flagged `payload-missing`.
5. At damage the reading ends: a problem with file and offset; what stands before it is good.

Links between hops are not made: a redirect is a capture of its own. What has no HTTP status (a resource record) has status 0.
Does not own: where records are put (ingest.warc), what a WARC record is (warc.read), how HTTP is framed (fetch.framing).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from archiver.errors import Unreadable
from archiver.fetch import framing
from archiver.model.capture import StoredExchange
from archiver.model.date import parse_rfc3339
from archiver.model.digest import Digest
from archiver.model.url import SCHEMES
from archiver.warc.read import Broken, Record, members, uuid_of
from archiver.warc.seal import NOWHERE, Journal

#: How many payloads of a file its revisits can refer back to.
REMEMBERED = 100_000

_READ = 64 * 1024
ANSWERS = ("response", "revisit", "resource")
#: Fields that a record must have (WARC 1.1, 5), and the types that must say what address they are of (5.7).
REQUIRED = ("WARC-Type", "WARC-Record-ID", "WARC-Date")
ADDRESSED = (*ANSWERS, "request", "conversion", "continuation")


@dataclass(frozen=True, slots=True)
class ImportProblem:
    """Something wrong with a file: where (offset in bytes of the record), and what, in one sentence."""

    file: Path
    offset: int
    message: str


@dataclass(frozen=True, slots=True)
class ImportReport:
    """How many records were read, how many captures they make, how many records the archive had already; what was wrong."""

    records: int
    captures: int
    skipped: int
    problems: tuple[ImportProblem, ...]


@dataclass(frozen=True, slots=True)
class Held:
    """A payload that a revisit may refer to: the UUID of the record that holds it, its SHA-256, its length in bytes."""

    record_id: str
    payload: Digest
    length: int


@dataclass(frozen=True, slots=True)
class Found:
    """A record to take in, with the digest of its block and the problem codes of its bytes."""

    record: Record
    block: Digest
    problems: tuple[str, ...]

    @property
    def concurrent(self) -> frozenset[str]:
        """The UUIDs of the records that it is concurrent to."""
        return frozenset(uuid_of(value) for value in self.record.values("WARC-Concurrent-To"))


@dataclass(frozen=True, slots=True)
class Answer(Found):
    """One that is a capture: the exchange that it records, and the UUID of the record that holds a revisit's payload."""

    exchange: StoredExchange
    revisit_of: str | None


@dataclass(slots=True)
class Reading:
    """One pass over one file: yields what is new to the archive, and gathers what the report will say."""

    path: Path
    journal: Journal | None
    records: int = 0
    captures: int = 0
    skipped: int = 0
    problems: list[ImportProblem] = field(default_factory=list)
    _payloads: dict[str, Held] = field(default_factory=dict)

    def report(self) -> ImportReport:
        """What was found, so far."""
        return ImportReport(self.records, self.captures, self.skipped, tuple(self.problems))

    def __iter__(self) -> Iterator[Found]:
        """Raises Unreadable where the file is not a WARC file."""
        try:
            for record in members(self.path):
                self.records += 1
                if self.journal is not None and self.journal.holds(record.record_id):
                    self.skipped += 1
                    continue
                found = self._found(record)
                self.captures += isinstance(found, Answer)
                yield found
        except Broken as why:
            self._problem(why.offset, why.reason)

    def _problem(self, offset: int, message: str) -> None:
        self.problems.append(ImportProblem(self.path, offset, message))

    def _found(self, record: Record) -> Found:
        for message in faults(record):
            self._problem(record.offset, message)
        declared = _digest(record, "WARC-Block-Digest")
        block, same = _block_digests(record, declared.algorithm if declared else "sha256")
        found = Found(record, block, () if declared in (None, same) else ("digest-mismatch",))
        if declared is not None and found.problems:
            self._problem(record.offset, f"the block's {declared.algorithm} digest is not the one that it declares")
        at = _date(record)
        if at is None or record.kind not in ANSWERS or _scheme(record) not in SCHEMES:
            return found
        try:
            return self._answer(found, at)
        except Unreadable as why:
            self._problem(record.offset, f"kept, but not as a capture: {why}")
            return found

    def _answer(self, found: Found, at: datetime) -> Answer:
        """The capture that a record is. Raises Unreadable where it should hold HTTP and does not."""
        record = found.record
        exchange = StoredExchange(
            url=record.target or "",
            status=0,
            media_type=record.media_type or None,
            captured_at=at,
            kind=record.kind,
            record_id=record.record_id,
            record=NOWHERE,
            request_id=None,
            request=None,
            payload=found.block,
            payload_length=record.block_length,
            block=found.block,
            peer=record.header("WARC-IP-Address"),
            truncated=record.header("WARC-Truncated"),
        )
        problems = list(found.problems)
        revisit_of = None
        if record.kind != "resource" and record.block_length:
            exchange = _http(record, exchange)
        if record.kind == "revisit":
            held = self._original(record)
            if held is None:
                held = Held("", _digest(record, "WARC-Payload-Digest") or Digest.sha256(b""), 0)
                problems.append("payload-missing")
            revisit_of = held.record_id or None
            # That a revisit record ends with its header block is its nature, whatever it says of it.
            exchange = replace(exchange, payload=held.payload, payload_length=held.length, truncated=None)
        else:
            self._remember(record, Held(record.record_id, exchange.payload, exchange.payload_length))
        problems += ["truncated"] if exchange.truncated else []
        problems += ["http-error"] if exchange.status >= 400 else []
        return Answer(record, found.block, tuple(problems), exchange, revisit_of)

    def _remember(self, record: Record, held: Held) -> None:
        declared = _digest(record, "WARC-Payload-Digest") or held.payload
        for name in (held.record_id, str(held.payload), str(declared)):
            self._payloads.setdefault(name, held)
        while len(self._payloads) > REMEMBERED:
            del self._payloads[next(iter(self._payloads))]

    def _original(self, record: Record) -> Held | None:
        """What holds a revisit's payload."""
        refers = record.header("WARC-Refers-To")
        declared = _digest(record, "WARC-Payload-Digest")
        for name in (uuid_of(refers) if refers else "", str(declared)):
            if name in self._payloads:
                return self._payloads[name]
        prior = self.journal.payload_holder(declared) if self.journal is not None and declared is not None else None
        return Held(prior.record_id, declared, 0) if prior is not None and declared is not None else None


def faults(record: Record) -> Iterator[str]:
    """What a record lacks of what the standard asks for, or has otherwise, one sentence each."""
    for name in REQUIRED:
        values = record.values(name)
        if not any(values):
            yield f"a record without {name}"
        elif len(values) > 1:
            yield f"a record with more than one {name}"
    if record.kind in ADDRESSED and not record.target:
        yield f"a {record.kind} record without WARC-Target-URI"
    if record.header("WARC-Date") and _date(record) is None:
        yield "a record whose WARC-Date is no date"
    for name in ("WARC-Block-Digest", "WARC-Payload-Digest"):
        if record.header(name) and _digest(record, name) is None:
            yield f"a record whose {name} is no digest"


def _http(record: Record, exchange: StoredExchange) -> StoredExchange:
    """The exchange with what its HTTP message says. Raises Unreadable."""
    head = framing.as_stored(record.block, framing.read_head(record.block))
    body = framing.Body(record.block, head)
    sha, length = hashlib.sha256(), 0
    for piece in body:
        sha.update(piece)
        length += len(piece)
    media_type = ",".join(head.values("Content-Type")[:1]).partition(";")[0].strip().lower()
    return replace(
        exchange,
        status=head.status,
        media_type=media_type or None,
        payload=Digest("sha256", sha.digest()),
        payload_length=length,
        headers=head.headers,
        truncated=exchange.truncated or (None if body.complete else "unspecified"),
        excess=record.block_length - body.end,
    )


def _block_digests(record: Record, algorithm: str) -> tuple[Digest, Digest]:
    """The SHA-256 of a record's block, and its digest by `algorithm`; the block is left at its beginning."""
    sha, same = hashlib.sha256(), hashlib.new(algorithm, usedforsecurity=False)
    while piece := record.block.read(_READ):
        sha.update(piece)
        same.update(piece)
    record.block.seek(0)
    return Digest("sha256", sha.digest()), Digest(algorithm, same.digest())


def _digest(record: Record, name: str) -> Digest | None:
    """A declared digest, None where there is none that can be read."""
    try:
        return Digest.parse(record.header(name) or "")
    except ValueError:
        return None


def _date(record: Record) -> datetime | None:
    try:
        return parse_rfc3339(record.header("WARC-Date") or "")
    except ValueError:
        return None


def _scheme(record: Record) -> str:
    try:
        return urlsplit(record.target or "").scheme
    except ValueError:
        return ""
