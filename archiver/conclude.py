"""From a capture to its conclusions: the second half of the straight line.

    document, claims = reader.read(payload)              the payload as it is stored, and nothing else; in a process of its own
    overlaps = compare(texts that share passages)        exact; candidates from the index of sampled hashes
    lineage  = resolve(facts, overlaps, authority)       of all that hang together with the document
    conclusions.keep_...                                 transaction 2: repeatable, may be thrown away and drawn again

Owns which facts each step is given. What the steps do is in extract, provenance and manifest. A capture is concluded when
it is made, when it is imported, and when an opening finds it recorded and not concluded.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import AbstractContextManager, closing, suppress

from archiver.authority import AuthorityFile
from archiver.errors import ArchiverError, Damaged, Unreadable
from archiver.fetch.decode import answered, stored
from archiver.manifest import facts, passages
from archiver.manifest.conclusions import Conclusions, Kept, KeptClaim, KeptWork, Verdict
from archiver.manifest.earlier import header_of
from archiver.manifest.store import Manifest
from archiver.model.agent import Naming
from archiver.model.capture import Capture, Payload, RecordLocation, StoredText, outcome_of
from archiver.model.claim import Claim
from archiver.model.digest import Digest
from archiver.model.document import Document
from archiver.model.lineage import Decision, Overlap
from archiver.model.statement import Stated, decode
from archiver.model.url import host, key, site
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
from archiver.warc.read import Record, record_at
from archiver.warc.seal import WarcStore, seal_text

#: So many statements are looked up at once.
LOT = 200

#: So many readings of a page are begun; where none of them ended, it is not read again.
READINGS = 5


class Concluder:
    """Draws conclusions for one archive. `writing` takes its write lock; `given` is what detection knows of publishers.

    Without `sealing` nothing is written to the WARC files: a text that they do not hold yet is concluded without a record.
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
        sequence = 0
        while True:
            with self._writing():
                pending = self.manifest.unconcluded(sequence, LOT)
            for _, statement_id, place in pending:
                with suppress(Damaged):  # verify says so; what can be read is not kept waiting for what cannot
                    with record_at(self.store.folder, place) as record:
                        statement = decode(record.block.read(), statement_id, place)
                    if isinstance(statement, Capture):
                        self.conclude(statement)
                    else:
                        self.follow(statement)
                after_each()
            if len(pending) < LOT:
                break
            sequence = pending[-1][0]
        self.settle()

    def conclude(self, capture: Capture) -> tuple[str | None, tuple[str, ...]]:
        """Everything that follows from a capture. The page's title, and its problems with those that only reading shows."""
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
        payload = self._payload(capture)
        content = Digest.sha256(payload.content)
        # What took this process with it again and again, though another one reads: every other page is safe from it. A few times
        # is a loss of power, a person who ended it, or another process that is reading it now.
        inspection = self.reader.unread(payload) if unended >= READINGS else self.reader.read(payload)
        document = inspection.document
        read_by = self.reader.rules(document.media_type)
        read_problems = tuple(dict.fromkeys((*payload.problems, *document.problems)))
        problems = tuple(dict.fromkeys((*capture.problems, *read_problems)))
        del payload  # up to 64 MB, and what follows needs as much again
        sampled = keys(shingles(document.text))
        with self._writing():
            if unended:  # what another process has read meanwhile is not overwritten
                with self.manifest.concluding() as conclusions:
                    if (known := self._known(conclusions, capture, document_id)) is not None:
                        return known
            text_id = self._keep_text(capture, document, sampled)
            with self.manifest.concluding() as conclusions:
                here = site(host(capture.address))
                claims = [self._claim(conclusions, claim, here) for claim in inspection.claims]
                kept = Kept(
                    document_id, document, fold(document.title.value or ""), self.publishers.own_name(conclusions, document), str(outcome_of(problems)),
                    problems, read_problems, read_by, content, text_id,
                )  # fmt: skip
                conclusions.keep_document(capture.sequence, kept, claims)
                conclusions.keep_overlaps(document_id, self._overlaps(document_id, document.text, sampled))
                self._weigh(conclusions, document_id, here)
                conclusions.join_staff(document_id)
                self._resolve(conclusions, document_id)
        return document.title.value, problems

    def _known(
        self, conclusions: Conclusions, capture: Capture, document_id: str
    ) -> tuple[str | None, tuple[str, ...]] | None:
        """What conclude returns, where these bytes were read at this address by these rules before: they are not read again."""
        known = conclusions.known(document_id)
        if known is None or known.rules != self.reader.rules(known.media_type):
            return None
        problems = tuple(dict.fromkeys((*capture.problems, *known.read_problems)))
        conclusions.belongs(capture.sequence, document_id, str(outcome_of(problems)), problems)
        self._weigh(conclusions, document_id, site(host(capture.address)))
        self._resolve(conclusions, document_id)
        return known.title, problems

    def _payload(self, capture: Capture) -> Payload:
        """The payload as it lies in the archive: read back from the record that holds it, so that what is concluded follows
        from what is stored and from nothing else. A revisit's is that of another record, under the header that came with it now;
        that of a page which the server said is unchanged is under the header with which it came last.
        """
        final = capture.final
        holder = final.record if capture.revisit_of is None else self.manifest.location_of(capture.revisit_of)
        if holder is None:
            return Payload(capture.address, b"", final.media_type, None, ("empty",))
        with record_at(self.store.folder, holder) as record:
            try:
                if capture.revisit_of is not None and final.kind == "revisit":
                    head = header_of(self.manifest.connection, capture) if capture.unchanged else final.record
                    with suppress(Unreadable):  # others' revisits may hold no header
                        if head is not None and head != holder:
                            return self._revisited(capture, head, record)
                return stored(record.kind, capture.address, record.block, final.media_type)
            except Unreadable:  # somebody else's record that calls itself HTTP and is not
                return Payload(capture.address, b"", final.media_type, None, ("extraction-failed",))

    def _revisited(self, capture: Capture, head: RecordLocation, holder: Record) -> Payload:
        with (
            record_at(self.store.folder, head) as own,
            closing(answered(own.block, holder.kind, holder.block)) as answer,
        ):
            return stored("response", capture.address, answer)

    def _keep_text(self, capture: Capture, document: Document, sampled: frozenset[int]) -> int | None:
        """The main text, in a conversion record and indexed; once per payload and version of the extractor."""
        if not document.text.strip():
            return None
        payload = capture.final.payload
        with self.manifest.concluding() as conclusions:
            found = conclusions.text_id(payload, document.extractor)
            if found is not None:
                return found
            record_id = self._held_text(conclusions, payload, document) or self._sealed_text(capture, document)
            return conclusions.keep_text(payload, document, len(tokens(document.text)), sampled, record_id)

    def _held_text(self, conclusions: Conclusions, payload: Digest, document: Document) -> str | None:
        """The record that holds this very text already: of an earlier run, whose conclusions were lost."""
        said = text_block(document.text)
        for record_id in conclusions.conversions(payload, document.extractor):
            place = self.manifest.location_of(record_id)
            with suppress(Damaged):  # verify says so
                if place is not None:
                    with record_at(self.store.folder, place) as record:
                        if record.block_length == len(said) and record.block.read() == said:
                            return record_id
        return None

    def _sealed_text(self, capture: Capture, document: Document) -> str | None:
        if not self._sealing:
            return None
        sealed = seal_text(document.text, capture, document.extractor, self.store, self.manifest)
        self.manifest.know(sealed, [StoredText(sealed[-1], capture.capture_id, document.extractor)])
        return sealed[-1].record_id

    def _overlaps(self, document_id: str, text: str, sampled: frozenset[int]) -> list[Overlap]:
        """The exact overlaps with every text that shares enough of the sampled hashes, or that a claim relates to this one."""
        connection = self.manifest.connection
        near = set(nearest(len(sampled), passages.sharing(connection, sampled, STOP_DOCUMENTS)))
        near.update(passages.named(connection, document_id, MOST_COMPARED))
        own = shingles(text)
        measured = (
            measure(document_id, own, name, shingles(other))
            for name, other in passages.texts_of(connection, sorted(near))
            if name != document_id
        )
        return [overlap for overlap in measured if overlap.score >= SHARED and overlap.shared >= MIN_SHARED]

    def _claim(self, conclusions: Conclusions, claim: Claim, here: str) -> KeptClaim:
        """A claim with what only the archive knows: whom it names, and how its words are known again on the site `here`."""
        sentences = tuple(sentence(here, claim, evidence) for evidence in claim.evidence)
        return KeptClaim(claim, self.publishers.named(conclusions, claim), sentences)

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
