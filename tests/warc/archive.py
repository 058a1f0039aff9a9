"""An archive's journal in memory, a clock that ticks and ids that count: what tests of the archive are made with."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from archiver.model.capture import Capture, Earlier, Exchange, Prior, RecordLocation, StoredRecord, TlsFacts, Visit
from archiver.model.date import rfc3339
from archiver.model.digest import Digest
from archiver.model.statement import Stated, Statement
from archiver.warc.seal import WarcStore, prepare, seal

START = datetime(2024, 5, 17, 9, 30, tzinfo=UTC)
LEAF = b"not really DER: the leaf"
ISSUER = b"not really DER: the issuer"


def clock() -> Callable[[], datetime]:
    """Each call is a second after the one before."""
    ticks = iter(range(10**9))
    return lambda: START + timedelta(seconds=next(ticks))


def ids() -> Callable[[], str]:
    """00000000-0000-4000-8000-000000000001, ...2, ..."""
    numbers = iter(range(1, 10**9))
    return lambda: f"00000000-0000-4000-8000-{next(numbers):012x}"


def store(folder: Path, **options: object) -> WarcStore:
    return WarcStore(folder, **({"clock": clock(), "ids": ids(), "tool": "archiver/0.test"} | options))


@dataclass
class Memory:
    """A manifest in memory: the Journal, and the recording of what was stated."""

    statements: list[Statement] = field(default_factory=list)
    records: dict[str, StoredRecord] = field(default_factory=dict)
    sealed: set[str] = field(default_factory=set)

    def next_sequence(self) -> int:
        return len(self.statements) + 1

    def payload_holder(self, payload: Digest) -> Prior | None:
        for capture in self.captures():
            if capture.final.payload == payload and capture.final.kind != "revisit":
                return Prior(capture.capture_id, capture.final.url, rfc3339(capture.final.captured_at))
        return None

    def location_of(self, record_id: str) -> RecordLocation | None:
        record = self.records.get(record_id)
        return record.location if record else None

    def committed(self, warc: str) -> int | None:
        ends = [r.location.offset + r.location.length for r in self.records.values() if r.location.warc == warc]
        return max(ends, default=None)

    def open_warc(self) -> str | None:
        return max((r.location.warc for r in self.records.values()), default=None)

    def has_certificate(self, digest: Digest) -> bool:
        return any(digest in hop.tls.chain for c in self.captures() for hop in c.exchanges if hop.tls)

    def holds(self, record_id: str) -> bool:
        return record_id in self.records

    def captures(self) -> Iterator[Capture]:
        return (statement for statement in self.statements if isinstance(statement, Capture))

    def record(self, statement: Capture | Stated) -> None:
        assert statement.sequence == self.next_sequence()
        self.statements.append(statement)
        self.keep(*statement.others, StoredRecord(statement.statement_id, "metadata", statement.statement))
        for hop in statement.exchanges if isinstance(statement, Capture) else ():
            self.keep(StoredRecord(hop.record_id, hop.kind, hop.record))
            if hop.request_id and hop.request:
                self.keep(StoredRecord(hop.request_id, "request", hop.request))

    def keep(self, *records: StoredRecord) -> None:
        for record in records:
            assert record.record_id not in self.records
            self.records[record.record_id] = record


def exchange(
    url: str = "https://paper.example/story",
    body: bytes = b"<p>A story, told once.</p>",
    *,
    status: bytes = b"200 OK",
    fields: bytes = b"Content-Type: text/html; charset=utf-8\r\n",
    payload: bytes | None = None,
    at: datetime = START,
    **more: object,
) -> Exchange:
    """An exchange as the network leaves it: `body` as framed, `payload` without transfer coding (the same, if not said)."""
    head = b"HTTP/1.1 " + status + b"\r\n" + fields + b"\r\n"
    payload = body if payload is None else payload
    lines = fields.decode("latin-1").splitlines()
    host, _, path = url.partition("//")[2].partition("/")
    values: dict[str, object] = {
        "url": url,
        "request": f"GET /{path} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode("utf-8", "replace"),
        "response": io.BytesIO(head + body),
        "length": len(head + body),
        "head_length": len(head),
        "informational": b"",
        "excess": 0,
        "status": int(status[:3]),
        "reason": status[4:].decode(),
        "headers": tuple((n.strip(), v.strip()) for n, _, v in (line.partition(":") for line in lines)),
        "started_at": at,
        "seconds": 0.25,
        "peer": "192.0.2.7",
        "tls": TlsFacts("TLSv1.3", "TLS_AES_256_GCM_SHA384", (LEAF, ISSUER), "verified"),
        "payload": Digest.sha256(payload),
        "payload_length": len(payload),
        "block": Digest.sha256(head + body),
    }
    return Exchange(**(values | more))  # type: ignore[arg-type]  # every field is given


def visit(*exchanges: Exchange, **more: object) -> Visit:
    hops = exchanges or (exchange(),)
    return Visit(hops[0].url, hops, **more)  # type: ignore[arg-type]  # as above


def earlier(journal: Memory, capture: Capture) -> Earlier:
    """What is asked about it: whether the page has changed since."""
    final = capture.final
    prior = journal.payload_holder(final.payload)
    assert prior is not None
    return Earlier(final.url, final.headers, final.captured_at, final.payload, final.payload_length, prior)


def unchanged(store: WarcStore, journal: Memory, before: Capture, *, at: datetime = START) -> Capture:
    """A 304, sealed and recorded."""
    said = exchange(
        before.final.url, b"", status=b"304 Not Modified", fields=b'ETag: "v1"\r\n', at=at, payload_length=0
    )
    return captured(store, journal, said, unchanged=earlier(journal, before))


def captured(store: WarcStore, journal: Memory, *exchanges: Exchange, **more: object) -> Capture:
    """Sealed and recorded, as the pipeline does it."""
    with prepare(visit(*exchanges, **more), store) as prepared, store.locked():
        capture = seal(prepared, store, journal)
        journal.record(capture)
    return capture
