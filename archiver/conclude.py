"""From a capture to its conclusions: the second half of the straight line.

    document, claims = reader.read(payload)              the payload as it is stored, and nothing else; in a process of its own
    overlaps = compare(texts that share passages)        exact; candidates from the index of sampled hashes
    lineage  = resolve(facts, overlaps, authority)       of all that hang together with the document
    conclusions.keep_...                                 transaction 2: repeatable, may be thrown away and drawn again

Owns which facts each step is given. What the steps do is in extract, provenance and manifest. A capture is concluded when
it is made, when it is imported, and when an opening finds it recorded and not concluded; with better rules, again (renew).
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field, replace
from functools import partial

from archiver import listings, removal
from archiver.authority import AuthorityFile
from archiver.errors import ArchiverError, Damaged, Locked
from archiver.ledger.readings import is_stated
from archiver.manifest import facts, passages, withdrawals
from archiver.manifest.conclusions import Conclusions, Kept, KeptClaim, KeptWork, Verdict
from archiver.manifest.outdated import firsts, outdated, said
from archiver.manifest.store import Manifest
from archiver.model.agent import Naming
from archiver.model.capture import Capture, StoredText, outcome_of
from archiver.model.claim import Claim
from archiver.model.digest import Digest
from archiver.model.document import Document
from archiver.model.event import Reading, Withdrawal
from archiver.model.lineage import Decision, Overlap
from archiver.model.reading import digest_of, text_digest
from archiver.model.statement import Stated
from archiver.model.url import host, key, site
from archiver.payloads import capture_of, payload_of, statement_of
from archiver.provenance.boilerplate import MOST_PAGES, is_boilerplate, sentence
from archiver.provenance.overlap import (
    MIN_SHARED,
    MOST_COMPARED,
    SHARED,
    STOP_DOCUMENTS,
    keys,
    measure,
    nearest,
    shingles,
    tokens,
)
from archiver.provenance.publishers import Authority, fold
from archiver.provenance.resolve import resolve
from archiver.provenance.resolve_works import origin_of, works
from archiver.provenance.status import status, verdict
from archiver.reader import Reader
from archiver.warc.layout import text_block
from archiver.warc.read import record_at
from archiver.warc.seal import WarcStore, seal_reading

#: So many statements are looked up at once.
LOT = 200

#: So many readings of a page are begun; where none of them ended, it is not read again.
READINGS = 5


@dataclass(slots=True)
class Renewed:
    """How many documents were read again, of how many something changed, and of how many what (fields of manifest.outdated.Said)."""

    read: int = 0
    changed: int = 0
    changes: Counter[str] = field(default_factory=Counter)

    def add(self, changes: list[str]) -> None:
        """One more that was read."""
        self.read += 1
        self.changed += bool(changes)
        self.changes.update(changes)


class Concluder:
    """Draws conclusions for one archive. `writing` takes its write lock; `given` is what detection knows of publishers.

    Without `sealing` nothing is written to the WARC files: a text that they do not hold yet is concluded without a record, and
    what was read anew is not stated.
    """

    def __init__(
        self,
        store: WarcStore,
        manifest: Manifest,
        given: Authority,
        writing: Callable[[], AbstractContextManager[None]],
        *,
        sealing: bool = True,
    ) -> None:
        self.store = store
        self.manifest = manifest
        self.publishers = AuthorityFile(manifest, given)
        self.reader = Reader(given)
        self._writing = writing
        self._sealing = sealing

    def catch_up(self, after_each: Callable[[], None] = lambda: None) -> None:
        """Conclude, in sequence, from every statement that was recorded and from which nothing was concluded yet. Raises NoWorker."""
        if withdrawals.due(self.manifest.connection):
            with self._writing():  # before anything is read: the rows may not say yet what stands in the files
                removal.catch_up(self.manifest, self.store, writing=self._sealing)
        sequence = 0
        while True:
            with self._writing():
                pending = self.manifest.unconcluded(sequence, LOT)
            for _, statement_id, place in pending:
                with suppress(Damaged, Locked):  # verify says so; what can be read is not kept waiting for what cannot
                    statement = statement_of(statement_id, place, self.store.folder)
                    if isinstance(statement, Capture):
                        self.conclude(statement)
                    else:
                        self.follow(statement)
                after_each()
            if len(pending) < LOT:
                break
            sequence = pending[-1][0]
        self.settle()

    def outdated(self) -> int:
        """How many documents were read by rules that are not the current ones."""
        return sum(outdated(self.manifest.connection, self.reader.rules).values())

    def renew(self, done: Renewed, after_each: Callable[[], None] = lambda: None) -> None:
        """Read every such document again from its first capture, in sequence, and draw anew what follows from it, for all of its captures.

        Each is a transaction of its own, and counted in `done`: whoever breaks it off loses nothing, and goes on next time. Raises NoWorker.
        """
        by = list(outdated(self.manifest.connection, self.reader.rules))
        sequence = 0
        while True:
            with self._writing():
                lot = firsts(self.manifest.connection, by, sequence, LOT)
            for one in lot:
                with suppress(Damaged):  # verify says so; it stays as it was read
                    statement = statement_of(one.statement_id, one.statement, self.store.folder)
                    before = said(self.manifest.connection, one.document_id)
                    if isinstance(statement, Capture):
                        self._read(statement)
                        done.add(before.changes(said(self.manifest.connection, one.document_id)))
                after_each()
            self.settle()
            if len(lot) < LOT:
                return
            sequence = lot[-1].sequence

    def conclude(self, capture: Capture) -> tuple[str | None, tuple[str, ...]]:
        """Everything that follows from a capture. The page's title, and its problems with those that only reading shows."""
        if capture.purpose in listings.PURPOSES:
            return None, listings.conclude(capture, self.store.folder, self.manifest, self.reader, self._writing)
        if capture.purpose != "page":
            return None, capture.problems
        found = self._read(capture)
        self.settle()
        return found

    def _read(self, capture: Capture) -> tuple[str | None, tuple[str, ...]]:
        """Transaction 2, unless these bytes were read before."""
        document_id = identity(capture.address, capture.final.payload)
        with self._writing(), self.manifest.concluding() as conclusions:
            if (known := self._known(conclusions, capture, document_id)) is not None:
                return known
            unended = conclusions.begin(capture.sequence)
        try:
            return self._drawn(capture, document_id, unended)
        except (OSError, sqlite3.OperationalError, ArchiverError):
            # The disk, a lock, no process to be had: no fault of the page. Where even this cannot be written, one reading is lost.
            unkept = suppress(OSError, sqlite3.OperationalError, ArchiverError)
            with unkept, self._writing(), self.manifest.concluding() as conclusions:
                conclusions.take_back(capture.sequence)
            raise

    def _drawn(self, capture: Capture, document_id: str, unended: int) -> tuple[str | None, tuple[str, ...]]:
        payload = payload_of(capture, self.store.folder, self.manifest)
        content = Digest.sha256(payload.content)
        # What took this process with it again and again, though another one reads: every other page is safe from it. A few times
        # is a loss of power, a person who ended it, or another process that is reading it now.
        inspection = self.reader.unread(payload) if unended >= READINGS else self.reader.read(payload)
        document = inspection.document
        read_by = self.reader.rules(document.media_type)
        gone = payload.problems == ("withdrawn",)  # which is all there is to say of it
        read_problems = payload.problems if gone else tuple(dict.fromkeys((*payload.problems, *document.problems)))
        problems = tuple(dict.fromkeys((*capture.problems, *read_problems)))
        del payload  # up to 64 MB, and what follows needs as much again
        shingled = shingles(document.text)
        sampled = keys(shingled)
        with self._writing():
            if unended:  # what another process has read meanwhile is not overwritten
                with self.manifest.concluding() as conclusions:
                    if (known := self._known(conclusions, capture, document_id)) is not None:
                        return known
            reading = Reading(
                document_id, capture.address, self.store.clock(), capture.final.payload, read_by,
                len(inspection.claims), digest_of(inspection.claims), text_digest(document.text),
            )  # fmt: skip
            text_id = self._keep_reading(capture, reading, document, sampled)
            with self.manifest.concluding() as conclusions:
                before = conclusions.texts.of(document_id)
                near = facts.component(self.manifest.connection, document_id).whole
                here = site(host(capture.address))
                named = conclusions.named(document_id)
                claims = [self._claim(conclusions, claim, here, named) for claim in inspection.claims]
                kept = Kept(
                    document_id, document, fold(document.title.value or ""), self.publishers.own_name(conclusions, document), str(outcome_of(problems)),
                    problems, read_problems, read_by, content, text_id,
                )  # fmt: skip
                conclusions.keep_document(capture.sequence, kept, claims)
                conclusions.leave_unresolved(near - {document_id})  # what hung together with what it said before
                if before is not None and before[0] != text_id:
                    conclusions.texts.forget(before[0], keys(shingles(before[1])))
                conclusions.keep_overlaps(document_id, self._overlaps(document_id, shingled, sampled))
                self._weigh(conclusions, document_id, here)
                conclusions.join_staff(document_id)
                self._resolve(conclusions, document_id)
        return document.title.value, problems

    def _known(
        self, conclusions: Conclusions, capture: Capture, document_id: str
    ) -> tuple[str | None, tuple[str, ...]] | None:
        """What conclude returns, where these bytes were read at this address by these rules before: they are not read again."""
        known = conclusions.known(document_id)
        if known is None or known.rules != self.reader.rules(known.media_type) or (self._sealing and not known.stated):
            return None
        if "withdrawn" in known.read_problems and not withdrawals.is_removed(
            self.manifest.connection, capture.capture_id
        ):
            return None
        problems = tuple(dict.fromkeys((*capture.problems, *known.read_problems)))
        conclusions.belongs(capture.sequence, document_id, str(outcome_of(problems)), problems)
        self._weigh(conclusions, document_id, site(host(capture.address)))
        self._resolve(conclusions, document_id)
        return known.title, problems

    def _keep_reading(
        self, capture: Capture, reading: Reading, document: Document, sampled: frozenset[int]
    ) -> int | None:
        """State what a document was read as, once; its main text with it in a conversion record, and indexed, once per payload and
        version of the extractor.
        """
        with self.manifest.concluding() as conclusions:
            drawn = conclusions.texts.drawn(reading.payload, document.extractor) if reading.text else None
            if (
                drawn is not None
            ):  # once for a payload: under another header it would be read a little otherwise, and is not kept again
                reading = replace(reading, text=text_digest(drawn[1]))
            unkept = reading.text is not None and drawn is None
            record_id = self._held_text(conclusions, reading.payload, document) if unkept else None
            unwritten = unkept and record_id is None
            if self._sealing and (unwritten or not conclusions.texts.was_read_as(reading)):
                text = document.text if unwritten else ""
                stated = seal_reading(reading, text, capture, self.store, self.manifest, extractor=document.extractor)
                self.manifest.record(stated)
                if unwritten:
                    record = stated.others[-1]
                    self.manifest.know([], [StoredText(record, capture.capture_id, document.extractor)])
                    record_id = record.record_id
            if not unkept:
                return drawn and drawn[0]
            return conclusions.texts.keep(reading.payload, document, len(tokens(document.text)), sampled, record_id)

    def _held_text(self, conclusions: Conclusions, payload: Digest, document: Document) -> str | None:
        """The record that holds this very text already: of an earlier run, whose conclusions were lost."""
        said = text_block(document.text)
        for record_id in conclusions.texts.conversions(payload, document.extractor):
            place = self.manifest.location_of(record_id)
            with suppress(Damaged):  # verify says so
                if place is not None:
                    with record_at(self.store.folder, place) as record:
                        if record.block_length == len(said) and record.block.read() == said:
                            return record_id
        return None

    def _overlaps(self, document_id: str, shingled: Sequence[int], sampled: frozenset[int]) -> list[Overlap]:
        """The exact overlaps with every text that shares enough of the sampled hashes, or that a claim relates to this one."""
        connection = self.manifest.connection
        near = set(nearest(len(sampled), passages.sharing(connection, sampled, STOP_DOCUMENTS)))
        near.update(passages.named(connection, document_id, MOST_COMPARED))
        measured = (
            measure(document_id, shingled, name, shingles(other))
            for name, other in passages.texts_of(connection, sorted(near))
            if name != document_id
        )
        return [overlap for overlap in measured if overlap.score >= SHARED and overlap.shared >= MIN_SHARED]

    def _claim(self, conclusions: Conclusions, claim: Claim, here: str, before: Mapping[str, int | None]) -> KeptClaim:
        """A claim with what only the archive knows: whom it names, and how its words are known again on the site `here`. A name that
        is no source's means whom it meant when the page was first read (`before`): what was captured since does not change that.
        """
        name = None if claim.upstream else claim.publisher
        known = before[name] if name is not None and name in before else self.publishers.named(conclusions, claim)
        return KeptClaim(claim, known, tuple(sentence(here, claim, evidence) for evidence in claim.evidence))

    def _weigh(self, conclusions: Conclusions, document_id: str, here: str) -> None:
        """What stands on most pages of a site is boilerplate: with each page that may begin or end, for other pages too."""
        connection = self.manifest.connection
        pages = facts.pages_of(connection, here, MOST_PAGES)
        for one in facts.repeated(connection, document_id, here, MOST_PAGES):
            if is_boilerplate(one.pages, pages) is not one.boilerplate:
                conclusions.set_boilerplate(one.sentence, here, one.words, not one.boilerplate)
        conclusions.weigh([document_id])

    def follow(self, stated: Stated) -> int:
        """What follows from a fact that is no capture, such as a person's decision: on how many documents it bears."""
        if isinstance(stated.fact, Withdrawal):
            return self._withdraw(stated, stated.fact)
        with self._writing(), self.manifest.concluding() as conclusions:
            match stated.fact:
                case Naming() as naming:
                    changed = self.publishers.apply(conclusions, stated.sequence, naming)
                case Decision():
                    changed = conclusions.decide(stated.sequence)
                case _:
                    changed = 0
        self.settle()
        return changed

    def _withdraw(self, stated: Stated, withdrawal: Withdrawal) -> int:
        """Carry out a withdrawal, and where the bytes are gone, draw anew what followed from them: of how many documents. Repeatable.
        Raises Damaged, NoWorker, and Locked while somebody reads what is gone.
        """
        connection, drawn = self.manifest.connection, 0
        if withdrawal.removed:
            with self._writing():
                if not removal.carry_out(stated, self.manifest, self.store, writing=self._sealing):
                    return 0  # it is left to whoever opens the archive to write to it
                documents = withdrawals.documents(connection, stated.sequence)
                with self.manifest.together():
                    lists = withdrawals.reopen_lists(connection, stated.sequence)
            with self.manifest.forgetting():
                capture = partial(capture_of, folder=self.store.folder, manifest=self.manifest)
                for document_id, first, later in documents:
                    drawn += self._draw_without(document_id, capture(first))
                    if later is not None:
                        self._read(capture(later))
                for one in lists:
                    self.conclude(capture(one))
                with self._writing(), self.manifest.concluding() as conclusions:
                    self.publishers.relearn(conclusions)
                self.settle()
            if not (self._sealing or all(is_stated(connection, one[0]) for one in documents)):
                return drawn  # left to whoever opens the archive to write to it, and states what was read
        with self._writing(), self.manifest.together():
            withdrawals.applied(connection, stated.sequence)
        return drawn

    def _draw_without(self, document_id: str, capture: Capture) -> bool:
        """What is concluded of a document whose payload is gone; whether it was not yet, or not stated."""
        with self._writing(), self.manifest.concluding() as conclusions:
            known = conclusions.known(document_id)
            stated = is_stated(self.manifest.connection, document_id)
        if known is not None and "withdrawn" in known.read_problems and stated:
            return False
        self._drawn(capture, document_id, 0)
        return True

    def settle(self) -> None:
        """Draw anew the lineage of every document of which something else than itself has changed."""
        while self.manifest.has_unresolved():
            with self._writing(), self.manifest.concluding() as conclusions:
                if (document_id := conclusions.take_unresolved()) is not None:
                    self._resolve(conclusions, document_id)

    def _resolve(self, conclusions: Conclusions, document_id: str) -> None:
        """The lineage of all that hangs together with a document, drawn anew."""
        connection = self.manifest.connection
        component = facts.component(connection, document_id)
        documents = facts.facts_of(connection, component.members)
        overlaps = facts.overlaps_among(connection, component.members)
        decisions = facts.decisions_about(connection, component.members)
        lineage = resolve(documents, overlaps, self.publishers.authority, decisions)
        grouped = works(lineage, documents, overlaps)
        said = {document.document_id: document.claims for document in documents}
        verdicts: list[Verdict] = []
        for work in grouped:
            for name in component.whole.intersection(work.documents):
                origin = origin_of(name, work.edges, documents)
                word = status(name, said[name], work.edges)
                sentence = verdict(name, said[name], work.edges, work.findings, origin)
                verdicts.append(Verdict(name, work.documents[0], word, sentence, origin))
        kept = {v.work_id for v in verdicts}
        conclusions.keep_lineage(
            component.whole,
            [edge for edge in lineage.edges if edge.from_document in component.whole],
            [finding for finding in lineage.findings if finding.document_id in component.whole],
            [KeptWork(work.documents[0], work.origin) for work in grouped if work.documents[0] in kept],
            verdicts,
        )


def identity(url: str, payload: Digest) -> str:
    """A document's ID: the first 16 hex digits of SHA-256(canonical URL, newline, payload SHA-256 in hex)."""
    return Digest.sha256(f"{key(url)}\n{payload.hex}".encode()).hex[:16]
