"""What the records of somebody else's file say: which are captures, of what, and what is wrong with them.

Reads one file from end to end, record by record; memory stays flat. Rules:

1. A response, revisit or resource record of an http or https address is a capture: WARC-Date is its time, its UUID the
   capture_id (of an id that is no UUID, the UUID of version 5 that stands for it).
2. A record whose id the archive holds, or that the file has had before, is passed over and counted.
3. Bytes that are not those of a declared WARC-Block-Digest are a problem of the report, and the capture is flagged
   `digest-mismatch`: it is kept, as what came with the file. (Payload digests are not compared: tools do not agree on them.)
4. A revisit finds its payload by the record it refers to or by the payload's digest, among what this reading has passed and,
   for SHA-256, the archive; else it is flagged `payload-missing`.
5. At damage the reading of that part ends: a problem with file and offset; what stands before it is good.
6. An answer that is one part of a longer one (WARC-Segment-Number) is flagged `truncated`: parts are kept, and not put together.

Links between hops are not made, unless archiver's own statement makes them (ours): a redirect is a capture of its own. What has no
HTTP status (a resource record) has status 0.
Does not own: where records are put (ingest.warc), which records a file has (files, arc, wacz, warc.read), how HTTP is framed
(fetch.framing), what a record must say of itself (faults).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from archiver.errors import Unreadable
from archiver.fetch import framing
from archiver.ingest import files
from archiver.ingest.faults import ANSWERS, date, digest, faults, is_segment
from archiver.ingest.page import Page
from archiver.ingest.part import Part
from archiver.ingest.tell import ImportReport, Told
from archiver.model.capture import NOT_MODIFIED, RecordLocation, StoredExchange
from archiver.model.digest import Digest
from archiver.model.statement import LIMIT, Statement, decode
from archiver.model.url import SCHEMES
from archiver.warc.layout import STATEMENT_TYPE
from archiver.warc.read import Broken, Record, uuid_of
from archiver.warc.seal import NOWHERE, Journal

#: How many payloads of a file its revisits can refer back to, and how many of its ids are known again.
REMEMBERED = 100_000
#: How many records of one file are read.
MAX_RECORDS = 10_000_000

_READ = 64 * 1024


@dataclass(frozen=True, slots=True)
class Held:
    """A payload that a revisit may refer to: the UUID of the record that holds it, its SHA-256, its length in bytes."""

    record_id: str
    payload: Digest
    length: int


@dataclass(frozen=True, slots=True)
class Found:
    """A record to take in, with the digest of its block and the problem codes of its bytes; in a file of another archiver's, the
    statement that it is, or the header block of an answer whose own record has none.
    """

    record: Record
    block: Digest
    problems: tuple[str, ...]
    statement: Statement | None = None
    head: framing.Head | None = None

    @property
    def concurrent(self) -> frozenset[str]:
        """The UUIDs of the records that it is concurrent to."""
        return frozenset(uuid_of(value) for value in self.record.values("WARC-Concurrent-To"))


@dataclass(frozen=True, slots=True)
class Answer(Found):
    """One that is a capture: the exchange that it records, and the UUID of the record that holds a revisit's payload."""

    exchange: StoredExchange = field(kw_only=True)
    revisit_of: str | None = field(kw_only=True)


@dataclass(slots=True)
class Reading:
    """One pass over one file: yields what is new to the archive, part by part, and gathers what the report will say.

    `ours` says whether the part being read calls itself a file of archiver's.
    """

    path: Path
    journal: Journal | None
    page: Page | None = None
    records: int = 0
    captures: int = 0
    skipped: int = 0
    ours: bool = False
    told: Told = field(default_factory=Told)
    _name: Path = Path()
    _kind: str = ""
    _payloads: dict[str, Held] = field(default_factory=dict)
    _passed: dict[str, None] = field(default_factory=dict)
    _ids: dict[str, Digest] = field(default_factory=dict)

    def report(self) -> ImportReport:
        """What was found, so far."""
        return ImportReport(self.records, self.captures, self.skipped, self.told.problems(), self.told.remarks())

    def parts(self) -> Iterator[Part]:
        """The parts of the file. Raises Unreadable where it can have none."""
        return files.parts(self.path, self.page, self.told)

    def read(self, part: Part) -> Iterator[Found]:
        """What is new in a part; a record's block is open until the next is asked for. Raises Unreadable where the file is none."""
        self._name, self._kind, self.ours = part.name, part.kind, False
        try:
            with part.open() as file:
                for record in files.records_of(part, file, self.page, self.told):
                    if self.records == MAX_RECORDS:
                        self.problem(
                            record.offset, f"more than {MAX_RECORDS} records: the rest of the file is not read"
                        )
                        return
                    self.records += 1
                    if self.journal is not None and self.journal.holds(record.record_id):
                        self.skipped += 1
                        continue
                    found = self._found(record)
                    if self._again(found):
                        self.skipped += 1
                        continue
                    self.captures += isinstance(found, Answer)
                    yield found
        except Broken as why:
            self.problem(why.offset, f"{why.reason}; nothing after it was read")
        except Unreadable as why:
            if part.name == self.path:
                raise
            self.problem(0, str(why))  # one bad file among those of a WACZ

    def problem(self, offset: int, message: str) -> None:
        """Of the part that is being read."""
        self.told.problem(self._name, offset, message)

    def remark(self, message: str) -> None:
        """Of the part that is being read, as a whole."""
        self.told.remark(self._name, 0, message)

    def original_of(self, record_id: str, payload: Digest) -> str | None:
        """The capture that holds a payload of which another archiver's file says that it is in its capture `record_id`."""
        held = self._holding(record_id)
        if held is not None and held.record_id == record_id:
            return record_id
        prior = self.journal.payload_holder(payload) if self.journal is not None else None
        return None if prior is None else prior.record_id

    def passes(self, record_id: str) -> None:
        """An answer proves to be no capture of its own, but one on the way to another: no revisit can refer to it."""
        self._passed[record_id] = None
        while len(self._passed) > REMEMBERED:
            del self._passed[next(iter(self._passed))]

    def _holding(self, name: str) -> Held | None:
        """What holds the payload of that name (an id, a digest), and is a capture."""
        held = self._payloads.get(name)
        return None if held is None or held.record_id in self._passed else held

    def _again(self, found: Found) -> bool:
        """Whether the file had a record of that id before; only one of the two can be kept, and that is the first."""
        known = self._ids.setdefault(found.record.record_id, found.block)
        if known is found.block:
            while len(self._ids) > REMEMBERED:
                del self._ids[next(iter(self._ids))]
            return False
        if known != found.block:
            message = "a second record with the id of an earlier one, and with other bytes: not taken"
            self._of(found.record)(self._name, found.record.offset, message)
        return True

    def _found(self, record: Record) -> Found:
        # What is made of an ARC file's version block can say no more than that did.
        say = self.told.remark if self._kind == "arc" and record.kind not in ANSWERS else self.told.problem
        for message in faults(record):
            say(self._name, record.offset, message)
        self._say_end(record)
        declared = digest(record, "WARC-Block-Digest")
        block, same = _block_digests(record, declared.algorithm if declared else "sha256")
        problems = () if declared in (None, same) else ("digest-mismatch",)
        if declared is not None and problems:
            self.problem(record.offset, f"the block's {declared.algorithm} digest is not the one that it declares")
        found = Found(record, block, problems, self._statement(record), self._head(record))
        at = date(record)
        if at is None or not _is_answer(record):
            return found
        try:
            return self._answer(found, at)
        except Unreadable as why:
            self.problem(record.offset, f"kept, but not as a capture: {why}")
            return found

    def _say_end(self, record: Record) -> None:
        """What is off about where a record ends."""
        if record.surplus is None:
            self.told.remark(self._name, record.offset, "its Content-Length counts the line ends after it")
        elif record.surplus:
            message = f"{record.surplus} bytes stand between where its Content-Length ends it and its end; not taken"
            self._of(record)(self._name, record.offset, message)

    def _of(self, record: Record) -> Callable[[Path, int, str], None]:
        """How what is lost of a record is told: only a page's bytes are what a server sent."""
        return self.told.problem if _is_answer(record) else self.told.remark

    def _statement(self, record: Record) -> Statement | None:
        """The statement that a record of another archiver's is."""
        if record.kind == "warcinfo" and record.block_length <= LIMIT:
            self.ours = self.ours or b"software: archiver/" in record.block.read()
            record.block.seek(0)
        if not self.ours or record.kind != "metadata" or record.media_type != STATEMENT_TYPE:
            return None
        if record.stored is None or record.block_length > LIMIT:
            return None
        place = RecordLocation(self._name.name, record.offset, record.length, record.stored)
        data = record.block.read()
        record.block.seek(0)
        try:
            return decode(data, record.record_id, place)
        except Unreadable as why:
            self.problem(record.offset, f"kept, but not followed: {why}")
            return None

    def _head(self, record: Record) -> framing.Head | None:
        """The header block of a 304 that a metadata record of another archiver's is; not that of 1xx responses."""
        if not self.ours or record.kind != "metadata" or record.media_type != "application/http":
            return None
        try:
            head = framing.read_head(record.block)
        except Unreadable:
            return None
        finally:
            record.block.seek(0)
        return head if head.status == NOT_MODIFIED else None

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
                held = Held("", digest(record, "WARC-Payload-Digest") or Digest.sha256(b""), 0)
                problems.append("payload-missing")
            revisit_of = held.record_id or None
            # That a revisit record ends with its header block is its nature, whatever it says of it.
            exchange = replace(exchange, payload=held.payload, payload_length=held.length, truncated=None)
        else:
            self._remember(record, Held(record.record_id, exchange.payload, exchange.payload_length))
        problems += ["truncated"] if exchange.truncated or is_segment(record) else []
        problems += ["http-error"] if exchange.status >= 400 else []
        return Answer(record, found.block, tuple(problems), exchange=exchange, revisit_of=revisit_of)

    def _remember(self, record: Record, held: Held) -> None:
        declared = digest(record, "WARC-Payload-Digest") or held.payload
        for name in (held.record_id, str(held.payload), str(declared)):
            if self._holding(name) is None:
                self._payloads[name] = held
        while len(self._payloads) > REMEMBERED:
            del self._payloads[next(iter(self._payloads))]

    def _original(self, record: Record) -> Held | None:
        """What holds a revisit's payload."""
        refers = record.header("WARC-Refers-To")
        declared = digest(record, "WARC-Payload-Digest")
        for name in (uuid_of(refers) if refers else "", str(declared)):
            if (held := self._holding(name)) is not None:
                return held
        prior = self.journal.payload_holder(declared) if self.journal is not None and declared is not None else None
        return Held(prior.record_id, declared, 0) if prior is not None and declared is not None else None


def _http(record: Record, exchange: StoredExchange) -> StoredExchange:
    """The exchange with what its HTTP message says. Raises Unreadable."""
    head = framing.as_stored(record.block, framing.read_head(record.block))
    body = framing.Body(record.block, head)
    sha, length = hashlib.sha256(), 0
    for piece in body:
        sha.update(piece)
        length += len(piece)
    return replace(
        headed(exchange, head),
        payload=Digest("sha256", sha.digest()),
        payload_length=length,
        truncated=exchange.truncated or (None if body.complete else "unspecified"),
        excess=record.block_length - body.end,
    )


def headed(exchange: StoredExchange, head: framing.Head) -> StoredExchange:
    """The exchange with what a header block says."""
    media_type = ",".join(head.values("Content-Type")[:1]).partition(";")[0].strip().lower()
    return replace(exchange, status=head.status, media_type=media_type or None, headers=head.headers)


def _block_digests(record: Record, algorithm: str) -> tuple[Digest, Digest]:
    """The SHA-256 of a record's block, and its digest by `algorithm`; the block is left at its beginning."""
    sha, same = hashlib.sha256(), hashlib.new(algorithm, usedforsecurity=False)
    while piece := record.block.read(_READ):
        sha.update(piece)
        same.update(piece)
    record.block.seek(0)
    return Digest("sha256", sha.digest()), Digest(algorithm, same.digest())


def _is_answer(record: Record) -> bool:
    """Whether a record holds what was served at an address of the web."""
    try:
        return record.kind in ANSWERS and urlsplit(record.target or "").scheme in SCHEMES
    except ValueError:
        return False
