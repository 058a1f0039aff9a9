"""Statements in WARC files of another archiver's: what they make of the records before them.

    for one in assembled(reading, reading.read(part)):        # Found: a record as anyone's; Whole: records with what states them

A file of ours says more than its records: which hops are one capture, what it was asked for, whether it is a public archive's copy, who ran it
and why, what was tried in vain. That is read, by these rules:

1. A statement counts where it names exactly the records that stand before it, each by id, kind, place and digest of its stored bytes
   (the file's own name may have changed), and where what it says of each answer is what this reading finds in it.
2. Else it is a record like any other, and so are those before it; a problem says so. A statement that came in with an import of theirs
   lies among the records that a later statement names: no problem.
   Of an answer whose record holds no header block (a page that is unchanged) it is found in the metadata record that does.
3. Taken over of a capture: the hops, the address asked for, robots verdicts, purpose, operator, note, state of the clock, problem codes,
   and for a public archive's copy whose and when. Not taken over: verified TLS (they saw it, we did not; their record says so).
4. Attempts are stated again, as theirs. Decisions about publishers and origins are somebody else's word: kept as records, counted,
   not followed.

A statement proves nothing by itself: whoever can write a WARC file can write one. Source and note of the capture say where it came from.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from archiver.ingest.foreign import Answer, Found, Reading, headed
from archiver.model.agent import Naming
from archiver.model.capture import PROBLEMS, VISITED, Capture, Outcome, RecordLocation, StoredExchange
from archiver.model.event import Attempt
from archiver.model.lineage import Decision
from archiver.model.statement import Stated, Statement
from archiver.warc.seal import NOWHERE
from archiver.warc.withdrawn import was

#: So many records, and bytes of all their headers, wait for the statement that may name them.
WAITING, WAITING_BYTES = 300, 4 * 1024 * 1024

#: What a header field takes beside its letters.
_FIELD = 200

#: The most that a statement taken over may hold, so that ours, which says a little more, has room for it.
MOST_RECORDS, MOST_HOPS = 100, 20

PURPOSES = (*VISITED, "robots", "listing", "timemap")
SOURCES = ("fetch", "import", "memento")


@dataclass(frozen=True, slots=True)
class Whole:
    """Records, and the draft of our own statement of what theirs says of them."""

    founds: tuple[Found, ...]
    draft: Capture | Stated


def assembled(reading: Reading, founds: Iterator[Found], note: str) -> Iterator[Found | Whole]:
    """The records of a part, those that a statement of another archiver's holds together as one. `note` says where they are from."""
    waiting: list[Found] = []
    decided = size = 0
    for found in founds:
        if not reading.ours or found.record.stored is None:
            yield from _as_anyones(reading, waiting)
            waiting, size = [], 0
            yield found
            continue
        waiting.append(found)
        size += _size(found)
        statement = found.statement
        begin = None if statement is None else _begin(statement, waiting)
        if statement is not None and begin is not None:
            decided += isinstance(statement, Stated) and isinstance(statement.fact, Naming | Decision)
            draft = _draft(reading, statement, waiting[begin:], note)
            if draft is not None:
                yield from _as_anyones(reading, waiting[:begin])
                yield _whole(reading, waiting[begin:], draft)
                waiting, size = [], 0
            elif isinstance(statement, Stated):
                yield from _as_anyones(reading, waiting[:begin])
                yield from waiting[begin:]
                waiting, size = [], 0
        if len(waiting) >= WAITING or size >= WAITING_BYTES:
            yield from _as_anyones(reading, waiting)
            waiting, size = [], 0
    yield from _as_anyones(reading, waiting)
    if decided:
        reading.remark(f"{decided} decisions by that archive's people are kept as records, and not followed here")


def _size(found: Found) -> int:
    """About how many bytes of memory a record takes while it waits: its header, and those of the HTTP message in it."""
    head = found.exchange.headers if isinstance(found, Answer) else found.head.headers if found.head else ()
    return len(found.record.head) + sum(len(name) + len(value) + _FIELD for name, value in head)


def _as_anyones(reading: Reading, founds: list[Found]) -> Iterator[Found]:
    gone = any(was(found.record) is not None for found in founds)
    for found in founds:
        if found.statement is not None and gone:
            reading.remark(
                "something was withdrawn from that archive: what is left of the capture is taken as anyone's"
            )
        elif found.statement is not None:
            reading.problem(
                found.record.offset,
                "a statement of archiver's that does not match the records before it: they are taken as anyone's",
            )
        yield found


def _whole(reading: Reading, founds: list[Found], draft: Capture | Stated) -> Whole:
    answers = sum(isinstance(found, Answer) for found in founds)
    reading.captures += isinstance(draft, Capture) - answers
    return Whole(tuple(founds), draft)


def _begin(statement: Statement, waiting: list[Found]) -> int | None:
    """Where the records begin that a statement, the last of those waiting, names; None where they are others (rule 1).

    Texts (conversion records) may stand among them unnamed.
    """
    named = {record.record_id: (record.kind, record.location) for record in statement.others}
    for exchange in statement.exchanges if isinstance(statement, Capture) else ():
        named[exchange.record_id] = (exchange.kind, exchange.record)
        if exchange.request_id is not None and exchange.request is not None:
            named[exchange.request_id] = ("request", exchange.request)
    begin = at = len(waiting) - 1
    while named and at > 0:
        at -= 1
        found = waiting[at]
        said = named.pop(found.record.record_id, None)
        if said is not None and _is(found, *said):
            begin = at
        elif said is not None or found.record.kind != "conversion":
            return None
    return None if named else begin


def _is(found: Found, kind: str, place: RecordLocation) -> bool:
    record = found.record
    here = (record.kind, record.offset, record.length, record.stored)
    return here == (kind, place.offset, place.length, place.stored)


def _draft(reading: Reading, statement: Statement, founds: list[Found], note: str) -> Capture | Stated | None:
    if len(founds) > MOST_RECORDS:
        return None
    if isinstance(statement, Capture):
        return _capture(reading, statement, founds, note)
    fact = statement.fact
    if not isinstance(fact, Attempt) or not _known(fact.problems, (Outcome.FAILED, Outcome.REFUSED, Outcome.FLAGGED)):
        return None
    codes = tuple(dict.fromkeys(fact.problems))
    told = replace(fact, problems=codes, message=f"{fact.message} (what another archive tried: {note})")
    return Stated(0, told, "", NOWHERE)


def _known(problems: tuple[str, ...], outcomes: tuple[Outcome, ...]) -> bool:
    return all(code in PROBLEMS and PROBLEMS[code].outcome in outcomes for code in problems)


def _capture(reading: Reading, theirs: Capture, founds: list[Found], note: str) -> Capture | None:
    """Our draft of a capture that they state; None where the records say otherwise, or it is of a kind that is not known here."""
    answers = {found.record.record_id: found for found in founds if isinstance(found, Answer)}
    if (
        theirs.purpose not in PURPOSES
        or theirs.source not in SOURCES
        or not _known(theirs.problems, (Outcome.FLAGGED,))
    ):
        return None
    if max(len(theirs.exchanges), len(theirs.robots)) > MOST_HOPS:
        return None
    if (theirs.copy_of is None) is not (theirs.source != "memento") or len(answers) != len(theirs.exchanges):
        return None
    heads = {name: found.head for found in founds if found.head is not None for name in found.concurrent}
    exchanges = []
    for said in theirs.exchanges:
        answer = answers.get(said.record_id)
        if answer is None:
            return None
        found = answer.exchange
        if not answer.record.block_length and said.record_id in heads:
            found = headed(found, heads[said.record_id])
        if not _agree(said, found):
            return None
        kept = replace(found, request_id=said.request_id, request=NOWHERE if said.request_id else None)
        if said.kind == "revisit":  # the record itself need not name its payload: the statement always does
            kept = replace(kept, payload=said.payload, payload_length=said.payload_length)
        exchanges.append(kept)
    final = answers[theirs.capture_id]
    codes = [code for code in final.problems if code != "payload-missing"]
    revisit_of = reading.original_of(theirs.revisit_of, theirs.final.payload) if theirs.revisit_of else None
    if theirs.final.kind == "revisit" and revisit_of is None:
        codes.append("payload-missing")
    for hop in theirs.exchanges[:-1]:
        reading.passes(hop.record_id)
    their_note = f"{theirs.source_note}; then: " if theirs.source_note else ""
    return replace(
        theirs, sequence=0, statement_id="", statement=NOWHERE, exchanges=tuple(exchanges), others=(), revisit_of=revisit_of,
        problems=tuple(dict.fromkeys((*theirs.problems, *codes))), source_note=f"{their_note}{note}",
        source="memento" if theirs.source == "memento" else "import",
    )  # fmt: skip


def _agree(said: StoredExchange, found: StoredExchange) -> bool:
    """Whether a statement says of an answer what its record says."""
    same = (said.url, said.status, said.kind, said.captured_at, said.block) == (
        found.url, found.status, found.kind, found.captured_at, found.block,
    )  # fmt: skip
    return same and (
        said.kind == "revisit" or (said.payload, said.payload_length) == (found.payload, found.payload_length)
    )
