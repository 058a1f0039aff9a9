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
5. Each group is durable, and its statement handed over, before the next one is written.

Which records a file has is ingest.files; what they say, and what is wrong with them, ingest.foreign. How a group becomes durable is warc.seal.
"""

from __future__ import annotations

import io
from collections.abc import Callable
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
    """Take a file in, group by group; each group is durable before `on_statement` is called with what states it.

    `note` says where the file came from (else its name does). `on_statement` is called with the lock held and must have made
    its rows durable when it returns. `writing` takes the lock, where the caller has more to do then than `store.locked`
    (recovery). Raises Unreadable for what is no file of a kind that is read; nothing is written then.
    """
    reading = Reading(path, journal, page)
    note = note or path.name
    if page is not None:
        note += "; address and time are the word of who imported it"
    for part in reading.parts():
        with part.open() as source:
            group = _Group(source, store, journal, note, on_statement, writing or store.locked)
            try:
                for one in assembled(reading, reading.read(part), note):
                    if isinstance(one, Whole):
                        group.state(one)
                    else:
                        group.take(one)
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
        """Write records under the statement that holds them together; what waits is written first."""
        self.flush()
        try:
            for found in whole.founds:
                self._add(found)
            with self.writing():
                self.on_statement(self._stated(whole.draft))
        finally:
            self.clear()

    def _stated(self, draft: Capture | Stated) -> Statement:
        if isinstance(draft, Capture):
            return commit(replace(draft, tool=self.store.tool), self.members, self.store, self.journal)
        return commit(replace(draft, tool=self.store.tool), self.members, self.store, self.journal)

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
        self.members, self.requests, self.answer, self.guarded = [], [], None, False

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
