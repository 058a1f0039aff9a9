"""WARC files of others: their records copied byte for byte into the archive's own files, and a statement for each capture.

    report = import_warc(path, store, journal, note, on_statement)
    report = examine(path)                             # the same reading, nothing written: the dry run

1. A record that fills a gzip member is copied as that member; any other is packed as a member of its own, its bytes unchanged.
2. A request belongs to the answer that it names by WARC-Concurrent-To, or is named by, among the records between two answers.
   Every other record goes with the answer before it, or the next one; without any, an `import` event states it.
3. Each group is durable, and its statement handed over, before the next one is written.

What the records say, and what is wrong with them, is ingest.foreign. How a group becomes durable is warc.seal.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO

from archiver.errors import Unreadable
from archiver.ingest.foreign import Answer, Found, ImportProblem, ImportReport, Reading
from archiver.model.capture import Capture
from archiver.model.event import Event
from archiver.model.statement import Stated, Statement
from archiver.warc import layout
from archiver.warc.layout import Member
from archiver.warc.seal import NOWHERE, Journal, WarcStore, commit

__all__ = ["ImportProblem", "ImportReport", "examine", "import_warc"]

#: A group is written when it has this many records, or bytes: what one statement names, and what is held at once.
GROUP_RECORDS = 100
GROUP_BYTES = 16 * 1024 * 1024


def examine(path: Path, journal: Journal | None = None) -> ImportReport:
    """What an import of `path` would find; nothing is written. Raises Unreadable for what is not a WARC file."""
    reading = Reading(path, journal)
    for _ in reading:
        pass
    return reading.report()


def import_warc(
    path: Path,
    store: WarcStore,
    journal: Journal,
    note: str | None,
    on_statement: Callable[[Statement], None],
    *,
    writing: Callable[[], AbstractContextManager[object]] | None = None,
) -> ImportReport:
    """Take a WARC file in, group by group; each group is durable before `on_statement` is called with what states it.

    `note` says where the file came from (else its name does). `on_statement` is called with the lock held and must have made
    its rows durable when it returns. `writing` takes the lock, where the caller has more to do then than `store.locked`
    (recovery). Raises Unreadable for what is not a WARC file; nothing is written then.
    """
    reading = Reading(path, journal)
    try:
        source = path.open("rb")
    except OSError as why:
        raise Unreadable(f"{path} cannot be read: {why.strerror}") from why
    with source:
        group = _Group(source, store, journal, note or path.name, on_statement, writing or store.locked)
        try:
            for found in reading:
                if group.holds(found):
                    reading.skipped += 1
                    reading.captures -= isinstance(found, Answer)
                else:
                    group.take(found)
            group.flush()
        finally:
            group.clear()
    return reading.report()


@dataclass(slots=True)
class _Group:
    """The records that are written next: at most one answer, and what goes with it."""

    source: BinaryIO
    store: WarcStore
    journal: Journal
    note: str
    on_statement: Callable[[Statement], None]
    writing: Callable[[], AbstractContextManager[object]]
    members: list[Member] = field(default_factory=list)
    requests: list[Found] = field(default_factory=list)
    answer: Answer | None = None

    def holds(self, found: Found) -> bool:
        """Whether a record of that id waits here already."""
        return any(member.record_id == found.record.record_id for member in self.members)

    def take(self, found: Found) -> None:
        """Add a record; what it does not belong to is written first."""
        is_request = found.record.kind == "request"
        if self.answer and (isinstance(found, Answer) or (is_request and not _belong(found, self.answer))):
            self.flush()
        if len(self.members) >= GROUP_RECORDS or sum(member.length for member in self.members) >= GROUP_BYTES:
            self.flush()
        self.members.append(self._member(found))
        if isinstance(found, Answer):
            self.answer = found
        elif is_request:
            self.requests.append(found)

    def _member(self, found: Found) -> Member:
        record, block = found.record, found.block
        if record.stored is None:
            return layout.repacked(record.kind, record.record_id, record.head, record.block, block)
        return Member(
            record.record_id,
            record.kind,
            self.source,
            record.length,
            record.stored,
            block,
            start=record.offset,
            lent=True,
        )

    def flush(self) -> None:
        """Write the group, and hand over its statement."""
        if self.members:
            with self.writing():
                self.on_statement(self._commit())
        self.clear()

    def clear(self) -> None:
        """Let go of what waits."""
        for member in self.members:
            member.close()
        self.members, self.requests, self.answer = [], [], None

    def _commit(self) -> Statement:
        answer = self.answer
        if answer is None:
            event = Event("import", self.store.clock(), "copied", detail=self.note)
            return commit(Stated(0, event, "", NOWHERE, tool=self.store.tool), self.members, self.store, self.journal)
        exchange = answer.exchange
        request = next((request for request in self.requests if _belong(request, answer)), None)
        if request is not None:
            exchange = replace(exchange, request_id=request.record.record_id, request=NOWHERE)
        capture = Capture(
            sequence=0,
            asked=exchange.url,
            exchanges=(exchange,),
            problems=answer.problems,
            statement_id="",
            statement=NOWHERE,
            revisit_of=answer.revisit_of,
            source="import",
            source_note=self.note,
            tool=self.store.tool,
        )
        return commit(capture, self.members, self.store, self.journal)


def _belong(request: Found, answer: Answer) -> bool:
    """Whether one of them says that it is concurrent to the other."""
    return request.record.record_id in answer.concurrent or answer.record.record_id in request.concurrent
