"""Files of others: their records copied byte for byte into the archive's own files, and a statement for each capture.

    report = import_warc(path, store, journal, note, on_statement)
    report = examine(path)                             # the same reading, nothing written: the dry run

WARC, ARC and WACZ, and with `page` (its address, its time) an HTML or PDF file. Rules:

1. A record that fills a gzip member is copied as that member; any other is packed as a member of its own, its bytes unchanged.
2. A request belongs to the answer that it names by WARC-Concurrent-To, or is named by, among the records between two answers.
   Every other record goes with the answer before it, or the next one; without any, an `import` event states it.
3. What a statement of another archiver's holds together (ours) is one group, under a statement of our own.
4. A group that holds what may be somebody's statement begins with a record of ours under an id that nobody could know. No statement
   but our own can name that one, so that recovery and rebuilding, which go by what a statement names, never take theirs for ours.
5. Groups are written in lots, under one lock and with one sync: a lot is durable, or nothing of it was written.

Which records a file has is ingest.files; what they say, and what is wrong with them, ingest.foreign. How a group becomes durable is warc.seal.
"""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO

from archiver.ingest.foreign import Answer, Found, Reading
from archiver.ingest.made import made
from archiver.ingest.ours import Whole, assembled
from archiver.ingest.page import Page
from archiver.ingest.tell import ImportProblem, ImportReport
from archiver.model.capture import Capture
from archiver.model.date import rfc3339
from archiver.model.digest import Digest
from archiver.model.event import Event
from archiver.model.statement import Stated, Statement
from archiver.warc import layout
from archiver.warc.layout import Member
from archiver.warc.seal import NOWHERE, Journal, WarcStore, commit

__all__ = ["ImportProblem", "ImportReport", "Page", "examine", "import_warc"]

#: A group is written when it has this many records, or bytes: what one statement names, and what is held at once.
GROUP_RECORDS = 100
GROUP_BYTES = 16 * 1024 * 1024

#: A lot is written when it has this many groups, or bytes, or when its first group has waited this long, in seconds.
LOT_GROUPS = 50
LOT_BYTES = 16 * 1024 * 1024
LOT_SECONDS = 1.0


def examine(path: Path, journal: Journal | None = None, *, page: Page | None = None) -> ImportReport:
    """What an import of `path` would find; nothing is written. Raises Unreadable for what is no file of a kind that is read."""
    reading = Reading(path, journal, page)
    for part in reading.parts():
        for _ in assembled(reading, reading.read(part), path.name):
            pass
    return reading.report()


def import_warc(
    path: Path,
    store: WarcStore,
    journal: Journal,
    note: str | None,
    on_statement: Callable[[Statement], None],
    *,
    page: Page | None = None,
    writing: Callable[[], AbstractContextManager[object]] | None = None,
) -> ImportReport:
    """Take a file in, lot by lot; the records are written before `on_statement` is called with what states them.

    `note` says where the file came from (else its name does). `on_statement` is called with the lock held. `writing` takes the
    lock for a lot, where the caller has more to do then than `store.locked`: recovery before it, one sync and one transaction
    round it. Raises Unreadable for what is no file of a kind that is read; nothing is written then.
    """
    reading = Reading(path, journal, page)
    note = note or path.name
    if page is not None:
        note += "; address and time are the word of who imported it"
    for part in reading.parts():
        with part.open() as source:
            lot = _Lot(store, journal, on_statement, writing or store.locked)
            group = _Group(source, store, note, lot)
            try:
                for one in assembled(reading, reading.read(part), note):
                    if isinstance(one, Whole):
                        group.state(one)
                    else:
                        group.take(one)
                group.flush()
                lot.write()
            finally:
                group.clear()
                lot.clear()
    return reading.report()


@dataclass(slots=True)
class _Lot:
    """Groups that are written together: what each states, without places and numbers, and its records."""

    store: WarcStore
    journal: Journal
    on_statement: Callable[[Statement], None]
    writing: Callable[[], AbstractContextManager[object]]
    groups: list[tuple[Capture | Stated, Sequence[Member]]] = field(default_factory=list)
    bytes: int = 0
    since: float = 0.0

    def add(self, draft: Capture | Stated, members: Sequence[Member]) -> None:
        """One more group; the lot is written when that makes it large or old enough."""
        self.since = self.since if self.groups else time.monotonic()
        self.groups.append((draft, members))
        self.bytes += sum(member.length for member in members)
        if len(self.groups) >= LOT_GROUPS or self.bytes >= LOT_BYTES or time.monotonic() - self.since >= LOT_SECONDS:
            self.write()

    def write(self) -> None:
        """Write what waits, in order, and hand over each statement."""
        if self.groups:
            with self.writing():
                for draft, members in self.groups:
                    self.on_statement(self._commit(draft, members))
        self.clear()

    def _commit(self, draft: Capture | Stated, members: Sequence[Member]) -> Statement:
        if isinstance(draft, Capture):
            return commit(replace(draft, tool=self.store.tool), members, self.store, self.journal)
        return commit(replace(draft, tool=self.store.tool), members, self.store, self.journal)

    def clear(self) -> None:
        """Let go of what waits."""
        for _, members in self.groups:
            for member in members:
                member.close()
        self.groups, self.bytes = [], 0


@dataclass(slots=True)
class _Group:
    """The records that are written next: at most one answer, and what goes with it."""

    source: BinaryIO
    store: WarcStore
    note: str
    lot: _Lot
    members: list[Member] = field(default_factory=list)
    requests: list[Found] = field(default_factory=list)
    answer: Answer | None = None
    guarded: bool = False

    def take(self, found: Found) -> None:
        """Add a record; what it does not belong to is written first."""
        is_request = found.record.kind == "request"
        if self.answer and (isinstance(found, Answer) or (is_request and not _belong(found, self.answer))):
            self.flush()
        if len(self.members) >= GROUP_RECORDS or sum(member.length for member in self.members) >= GROUP_BYTES:
            self.flush()
        self._add(found)
        if isinstance(found, Answer):
            self.answer = found
        elif is_request:
            self.requests.append(found)

    def _add(self, found: Found) -> None:
        if found.record.kind == "metadata" and found.record.media_type == layout.STATEMENT_TYPE and not self.guarded:
            self.members.insert(0, self._guard())
            self.guarded = True
        self.members.append(self._member(found))

    def _guard(self) -> Member:
        """The record of ours that a group with statements of others begins with (rule 4)."""
        said = io.BytesIO(f"importedFrom: {layout.field_value(self.note)}\r\n".encode("utf-8", "replace"))
        fields = [("WARC-Date", rfc3339(self.store.clock()))]
        with made("metadata", fields, "application/warc-fields", said, record_id=self.store.ids()) as guard:
            digest = Digest.sha256(said.getvalue())
            return layout.repacked(guard.kind, guard.record_id, guard.head, guard.block, digest)

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

    def state(self, whole: Whole) -> None:
        """A group of records under the statement that holds them together; what waits goes before it."""
        self.flush()
        for found in whole.founds:
            self._add(found)
        self._hand_over(whole.draft)

    def flush(self) -> None:
        """The group is whole."""
        if self.members:
            self._hand_over(self._draft())

    def _hand_over(self, draft: Capture | Stated) -> None:
        members = self.members
        self._begin()
        self.lot.add(draft, members)

    def clear(self) -> None:
        """Let go of what waits."""
        for member in self.members:
            member.close()
        self._begin()

    def _begin(self) -> None:
        self.members, self.requests, self.answer, self.guarded = [], [], None, False

    def _draft(self) -> Capture | Stated:
        answer = self.answer
        if answer is None:
            return Stated(0, Event("import", self.store.clock(), "copied", detail=self.note), "", NOWHERE)
        exchange = answer.exchange
        request = next((request for request in self.requests if _belong(request, answer)), None)
        if request is not None:
            exchange = replace(exchange, request_id=request.record.record_id, request=NOWHERE)
        return Capture(
            sequence=0,
            asked=exchange.url,
            exchanges=(exchange,),
            problems=answer.problems,
            statement_id="",
            statement=NOWHERE,
            revisit_of=answer.revisit_of,
            source="import",
            source_note=self.note,
        )


def _belong(request: Found, answer: Answer) -> bool:
    """Whether one of them says that it is concurrent to the other."""
    return request.record.record_id in answer.concurrent or answer.record.record_id in request.concurrent
