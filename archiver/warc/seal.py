"""A Visit becomes records: the straight line from bytes on the wire to what is durable.

    prepared = prepare(visit, store)                     # outside the lock: every large member is compressed here
    with store.locked():
        capture = seal(prepared, store, journal)         # revisit? -> place -> sequence number -> statement -> append + sync
        manifest.record(capture)                         # the caller's, before the lock is let go

What a capture's statement says is what `seal` returns, read back from its bytes: the manifest never knows more, or otherwise,
than the WARC files do. The order within a group is request and answer of each hop, what goes with them (1xx responses, new
certificates), the statement last: a group without its statement is not a capture.

The same end of the line serves everything that is stated: a fact that no page's record bears (`seal_fact`), an import's copies (`commit`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import TracebackType
from typing import TypeVar

from archiver.errors import Damaged
from archiver.model.capture import (
    Capture,
    Earlier,
    Exchange,
    Prior,
    RecordLocation,
    StoredExchange,
    StoredRecord,
    TlsFacts,
    TlsStored,
    Visit,
)
from archiver.model.digest import SIZES, Digest
from archiver.model.event import Reading
from archiver.model.statement import LIMIT, Fact, Stated, decode, encode
from archiver.warc import layout
from archiver.warc.layout import Member
from archiver.warc.read import record_at
from archiver.warc.store import Journal, Slot, WarcStore

__all__ = [  # the names that others use, those of the store among them
    "NOWHERE", "Journal", "Prepared", "Slot", "WarcStore", "commit", "is_held", "prepare", "seal", "seal_fact", "seal_reading",
]  # fmt: skip

#: The location of a record that has none yet.
NOWHERE = RecordLocation("", 0, 0, Digest("sha256", bytes(SIZES["sha256"])))

#: A statement's member is never longer: the block at its limit, its fields, and what gzip adds to what it cannot compress.
STATEMENT_ROOM = LIMIT + 64 * 1024

#: The header block of a stored response is no longer, in bytes.
_HEAD = 256 * 1024

S = TypeVar("S", Capture, Stated)


@dataclass(frozen=True, slots=True)
class Hop:
    """The members of one exchange. `head` is the header block received, which is all that a revisit record keeps."""

    exchange: Exchange
    head: bytes
    request: Member
    answer: Member
    informational: Member | None


@dataclass(frozen=True, slots=True)
class Prepared:
    """A visit whose members are packed: all that can be done outside the lock. A context manager that lets go of their bytes.

    `draft` is the capture without places, numbers and the decision whether it is a revisit. `unchanged`: as of the Visit.
    """

    draft: Capture
    hops: tuple[Hop, ...]
    certificates: Mapping[Digest, Member]
    unchanged: Earlier | None = None

    def members(self) -> Iterable[Member]:
        """Every member there is."""
        for hop in self.hops:
            yield from (hop.request, hop.answer)
            if hop.informational:
                yield hop.informational
        yield from self.certificates.values()

    def __enter__(self) -> Prepared:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for member in self.members():
            member.close()


def prepare(
    visit: Visit,
    store: WarcStore,
    *,
    operator: str | None = None,
    note: str | None = None,
    clock_state: str = "unknown",
) -> Prepared:
    """Pack a visit's records. `operator`, `note` and `clock_state` go into the statement (model.capture.Capture)."""
    hops = tuple(_hop(exchange, store) for exchange in visit.exchanges)
    draft = Capture(
        sequence=0,
        asked=visit.asked,
        exchanges=tuple(_stored(hop) for hop in hops),
        problems=visit.problems,
        statement_id="",
        statement=NOWHERE,
        robots=visit.robots,
        purpose=visit.purpose,
        tool=store.tool,
        operator=operator,
        note=note,
        clock_state=clock_state,
    )
    certificates: dict[Digest, Member] = {}
    for exchange in visit.exchanges:
        for der in exchange.tls.chain if exchange.tls else ():
            digest = Digest.sha256(der)
            if digest not in certificates:
                certificates[digest] = layout.certificate(der, store.ids(), exchange.started_at)
    return Prepared(draft, hops, certificates, visit.unchanged)


def _hop(exchange: Exchange, store: WarcStore) -> Hop:
    exchange.response.seek(0)
    head = exchange.response.read(exchange.head_length)
    answer = layout.response(exchange, store.ids(), head)
    return Hop(
        exchange,
        head,
        layout.request(exchange, store.ids(), answer.record_id),
        answer,
        layout.informational(exchange, store.ids(), answer.record_id) if exchange.informational else None,
    )


def _stored(hop: Hop) -> StoredExchange:
    exchange = hop.exchange
    media_type = (exchange.header("Content-Type") or "").partition(";")[0].strip().lower()
    return StoredExchange(
        url=exchange.url,
        status=exchange.status,
        media_type=media_type or None,
        captured_at=exchange.started_at,
        kind=hop.answer.kind,
        record_id=hop.answer.record_id,
        record=NOWHERE,
        request_id=hop.request.record_id,
        request=NOWHERE,
        payload=exchange.payload,
        payload_length=exchange.payload_length,
        block=hop.answer.block,
        headers=exchange.headers,
        peer=exchange.peer or None,
        tls=_tls(exchange.tls) if exchange.tls else None,
        truncated=exchange.truncated,
        excess=exchange.excess,
    )


def _tls(facts: TlsFacts) -> TlsStored:
    chain = tuple(Digest.sha256(der) for der in facts.chain)
    return TlsStored(facts.version, facts.cipher, chain, facts.chain_state, facts.override)


def seal(prepared: Prepared, store: WarcStore, journal: Journal) -> Capture:
    """Write a prepared visit; durable when this returns. The lock must be held until the caller has recorded the capture.

    Where the archive holds the final payload already, unharmed, the answer is kept as a revisit record. Raises OSError, Damaged.
    """
    if prepared.unchanged is not None:
        return _seal_unchanged(prepared, prepared.unchanged, store, journal)
    revisit = _revisit(prepared.hops[-1], store, journal)
    if revisit is None:
        return _write(prepared, store, journal)
    member, prior = revisit
    try:
        return _write(_as_revisit(prepared, member, prior), store, journal)
    finally:
        member.close()


def _seal_unchanged(prepared: Prepared, earlier: Earlier, store: WarcStore, journal: Journal) -> Capture:
    """A 304 that we asked for. What it refers to may have come to harm since: then it is an answer with nothing in it."""
    hop, draft = prepared.hops[-1], prepared.draft
    if not is_held(journal.location_of(earlier.holder.record_id), store):
        draft = replace(draft, problems=(*draft.problems, "empty"))
        return _write(replace(prepared, draft=draft), store, journal)
    member = layout.unchanged(hop.exchange, hop.answer.record_id, earlier.holder)
    said = layout.said(hop.exchange, hop.head, store.ids(), hop.answer.record_id)
    try:
        revisit = _as_revisit(prepared, member, earlier.holder)
        final = replace(revisit.draft.final, payload=earlier.payload, payload_length=earlier.payload_length)
        draft = replace(revisit.draft, exchanges=(*draft.exchanges[:-1], final))
        return _write(replace(revisit, draft=draft), store, journal, said)
    finally:
        member.close()
        said.close()


def is_held(place: RecordLocation | None, store: WarcStore) -> bool:
    """Whether the record that holds a payload is there and unharmed."""
    try:
        if place is not None:
            with record_at(store.folder, place) as record:
                return record.kind != "metadata"  # which stands in the place of what was withdrawn
    except Damaged:  # what verify will say
        pass
    return False


def _write(prepared: Prepared, store: WarcStore, journal: Journal, *more: Member) -> Capture:
    members = [member for hop in prepared.hops for member in (hop.request, hop.answer)]
    members += [hop.informational for hop in prepared.hops if hop.informational]
    members += more
    members += [new for digest, new in prepared.certificates.items() if not journal.has_certificate(digest)]
    return commit(prepared.draft, members, store, journal)


def _revisit(hop: Hop, store: WarcStore, journal: Journal) -> tuple[Member, Prior] | None:
    """The answer as a revisit record and what it refers to; None where the payload is not held, or not any more.

    None, too, where one of the two is chunked and the other is not: replay tools put this header block before those bytes.
    """
    exchange = hop.exchange
    prior = journal.payload_holder(exchange.payload) if exchange.payload_length else None
    place = journal.location_of(prior.record_id) if prior else None
    if prior is None or place is None:
        return None
    try:
        with record_at(store.folder, place) as held:
            labelled = held.header("WARC-Payload-Digest") == str(exchange.payload)
            chunked = held.kind == "response" and layout.is_chunked(held.block.read(_HEAD).partition(b"\r\n\r\n")[0])
    except Damaged:  # what verify will say; these bytes are kept once more
        return None
    if chunked != layout.is_chunked(hop.head):
        return None
    return layout.revisit(exchange, hop.answer.record_id, hop.head, prior, labelled=labelled), prior


def _as_revisit(prepared: Prepared, member: Member, prior: Prior) -> Prepared:
    *before, last = prepared.hops
    draft = prepared.draft
    final = replace(draft.final, kind=member.kind, block=member.block)
    return replace(
        prepared,
        hops=(*before, replace(last, answer=member)),
        draft=replace(draft, exchanges=(*draft.exchanges[:-1], final), revisit_of=prior.record_id),
    )


def seal_fact(fact: Fact, store: WarcStore, journal: Journal) -> Stated:
    """State what no page's record bears, such as an attempt that left nothing; durable when this returns. The lock must be held."""
    return commit(Stated(0, fact, "", NOWHERE, tool=store.tool), (), store, journal)


def seal_reading(
    reading: Reading, text: str, capture: Capture, store: WarcStore, journal: Journal, *, extractor: str
) -> Stated:
    """State what a capture's payload was read as, and keep its text where one is given, as a conversion record; durable when this
    returns. The lock must be held. The text's record is the last of the `others`.
    """
    members = [layout.conversion(text, capture, extractor, store.ids(), reading.at)] if text else []
    try:
        return commit(Stated(0, reading, "", NOWHERE, tool=store.tool), members, store, journal)
    finally:
        for member in members:
            member.close()


def commit(draft: S, members: Sequence[Member], store: WarcStore, journal: Journal) -> S:
    """Write `members` and the statement of `draft` behind them, as one group. The lock must be held.

    In the draft, ids are final and places are not: they, the sequence number and the statement's id are filled in here;
    members that no exchange names become its `others`.
    """
    slot = store.place(journal, sum(member.length for member in members) + STATEMENT_ROOM)
    records = slot.lay(members)
    placed = replace(_placed(draft, records), sequence=journal.next_sequence(), statement_id=store.ids())
    data = encode(placed)
    statement = layout.statement(placed, data, store.clock())
    try:
        *_, written = store.append(slot, (*members, statement))
    finally:
        statement.close()
    stated = decode(data, written.record_id, written.location)
    if type(stated) is not type(draft):
        raise AssertionError("a statement does not read as what it was written for")
    return stated


def _placed(draft: S, records: Iterable[StoredRecord]) -> S:
    """The draft with the place of each record that it names, and all others listed."""
    places = {record.record_id: record for record in records}
    if isinstance(draft, Capture):
        exchanges = []
        for exchange in draft.exchanges:
            answer = places.pop(exchange.record_id)
            request = places.pop(exchange.request_id) if exchange.request_id else None
            exchanges.append(replace(exchange, record=answer.location, request=request.location if request else None))
        return replace(draft, exchanges=tuple(exchanges), others=tuple(places.values()))
    return replace(draft, others=tuple(places.values()))
