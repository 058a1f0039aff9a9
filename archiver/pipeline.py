"""The straight line, from an address to a provenance record.

    visit    = fetch(url, client)                        network: every hop, the wire's bytes both ways
    capture  = seal(prepare(visit), store, manifest)     WARC records and their statement, on disk: the commit point
    manifest.record(capture)                             transaction 1: the evidence is safe, and acknowledged from here on
    concluder.conclude(capture)                          transaction 2, repeatable (conclude.py):
        document = read(payload)                         the payload's text, blocks, dates, names
        claims   = detect(document, authority)           pure: what the page says of its origin, quote by quote
        overlaps = compare(texts that share passages)    pure
        lineage  = resolve(facts, overlaps, authority)   pure: who had it first among those that hang together

Owns the order of these steps and nothing else: what a step does is in its own room. One thread writes; fetching goes on in
threads of its own (fetch.many). `import_` enters at `record`, with what others captured.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self
from uuid import uuid4

from archiver._version import __version__
from archiver.authority import given
from archiver.conclude import Concluder
from archiver.config import Settings, allowed_addresses, load
from archiver.errors import FetchError, Locked, NoWorker, Unwritable
from archiver.fetch.client import Client, FetchSettings
from archiver.fetch.decode import payload
from archiver.fetch.fetch import Recall, fetch
from archiver.fetch.guard import parse_address
from archiver.fetch.many import visit_all
from archiver.fetch.pace import Pace, Step
from archiver.fetch.timemap import copy_of
from archiver.ingest.warc import ImportReport, Page, import_warc
from archiver.ledger.verify import Report, verify
from archiver.ledger.verify import seal as seal_of
from archiver.manifest import fixity, pace
from archiver.manifest.earlier import last_good
from archiver.manifest.lookup import chains
from archiver.manifest.opening import open_read_only
from archiver.manifest.question import answers
from archiver.manifest.store import Manifest
from archiver.model.agent import Naming, Publisher
from archiver.model.capture import PROBLEMS, Capture, Earlier, Limits, Payload, Visit, outcome_of
from archiver.model.citation import Chain, Citation
from archiver.model.date import Clock, now, rfc3339
from archiver.model.event import Attempt, Event, Seal
from archiver.model.lineage import Decision
from archiver.model.statement import Fact, Stated
from archiver.model.url import host, without_credentials
from archiver.warc.recover import recover
from archiver.warc.seal import Prepared, WarcStore, is_held, prepare, seal, seal_fact

TOOL = f"archiver/{__version__}"

#: Bytes of what is fetched only to find pages: on the wire (what is longer is cut there), and inflated.
FIRST_BYTES, INFLATED = 8 * 1024 * 1024, 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one address. `message` and `advice` are for a person, where something is wrong."""

    url: str
    outcome: str
    problems: tuple[str, ...]
    capture: Capture | None = None
    final_url: str | None = None
    title: str | None = None
    message: str = ""
    advice: str = ""


class Archive:
    """One archive, open for writing. A context manager: leaving it closes the manifest.

    Raises ForeignManifest, ManifestTooNew, Locked or Damaged where the folder is not ours to write.
    """

    def __init__(
        self,
        folder: Path,
        settings: Settings,
        fetching: FetchSettings | None = None,
        *,
        note: str | None = None,
        clock: Clock = now,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] | None = None,
    ) -> None:
        self.folder = folder
        self.clock = clock
        self.settings = settings
        self.note = note
        with self._disk():
            (folder / "archive").mkdir(parents=True, exist_ok=True)
            (folder / "manifests").mkdir(exist_ok=True)
        self.store = WarcStore(folder / "archive", clock=clock, ids=lambda: str(uuid4()), tool=TOOL)
        #: What an earlier run, or the loss of the manifest, left to do: captures taken up from the WARC files, and files moved aside.
        self.taken_up = 0
        self.moved_aside: list[Path] = []
        #: Why what an earlier run left to read is not read now, where it is not.
        self.unread: NoWorker | None = None
        names = given(folder)
        self.client: Client | None = None
        if fetching is not None:
            paced = Pace(fetching.delay_seconds, clock=clock, monotonic=monotonic, sleep=sleep, book=self._keep_pace)
            self.client = Client(fetching, clock=clock, on_robots=self._keep_robots, monotonic=monotonic, pace=paced)
        with ExitStack() as undo:
            with self._disk(), self.store.locked():
                self.manifest = Manifest(folder)
                undo.callback(self.manifest.close)
                if fetching is not None:
                    pace.prune(self.manifest.connection, clock())
            self.concluder = Concluder(self.store, self.manifest, names, self._writing)
            undo.callback(self.concluder.reader.close)
            try:
                self.concluder.catch_up()
            except NoWorker as why:
                self.unread = why
            undo.pop_all()

    @contextmanager
    def _disk(self) -> Iterator[None]:
        """What the disk refuses, said in one sentence."""
        try:
            yield
        except (OSError, sqlite3.OperationalError) as why:
            raise Unwritable(
                f"the archive in {self.folder} cannot be written to: {why}",
                advice="What was acknowledged before is safe. Make room, or mend the permissions, and run the same again.",
            ) from why

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """The write lock, and the files as the manifest knows them: what another process left unfinished is taken up first."""
        with self._disk(), self.store.locked():
            while self._recover():
                pass
            yield

    def _recover(self) -> bool:
        """Take up what stands in the files past their known ends, as far as it goes at once; whether there is more."""
        recovered = recover(self.store, self.manifest)
        with self.manifest.together():
            for group in recovered.groups:
                self.manifest.adopt(group.statement, group.records, group.texts)
                self.taken_up += isinstance(group.statement, Capture) and group.statement.purpose == "page"
        self.moved_aside += recovered.torn
        return recovered.more

    @contextmanager
    def _writing_together(self) -> Iterator[None]:
        """The same for many: one sync of the files, then one transaction."""
        with self._writing(), self.manifest.together(), self.store.together():
            yield

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.client is not None:
            self.client.pace.end()
        self.concluder.reader.close()
        try:
            if error is None:
                with suppress(Unwritable, Locked):  # the next command does it
                    self._state_seals()
        finally:
            with self.store.locked():
                self.manifest.close()

    # ── fetching ──

    def capture(self, urls: Sequence[str], if_changed: bool = False) -> Iterator[Result]:
        """Capture addresses, several hosts at once, one after the other within a host; results in the order of `urls`.

        `if_changed`: ask for what has changed since it was captured; of the rest it is kept that the server said so (a 304).
        """
        recall = self._recall if if_changed else None
        self.concluder.reader.start()  # it loads while the first answers are on their way
        ready: dict[int, Result] = {}
        with closing(visit_all(urls, lambda url: self._visit(url, recall))) as visits:
            for index in range(len(urls)):
                while index not in ready:
                    arrived, fetched = next(visits)
                    ready[arrived] = self._keep(urls[arrived], fetched)
                yield ready.pop(index)

    def look(self, url: str, purpose: str) -> Payload | FetchError:
        """What only helps to find pages (`purpose`: "listing", "timemap"), read; it is kept as evidence and becomes no document.

        Its problems are those of the answer, and those of its bytes.
        """
        try:
            with closing(fetch(url, self._online, FIRST_BYTES)) as visit:
                read = payload(visit.final.url, visit.final.response, Limits(max_decoded_bytes=INFLATED))
                self._seal(self._prepared(replace(visit, purpose=purpose)))
        except FetchError as error:
            return error
        return replace(read, problems=(*visit.problems, *read.problems))

    def witness(self, memento: str, wanted: str) -> Result:
        """Take in a public archive's copy of `wanted`, as what it is: the word of a third party. What proves to be no copy of a
        page is kept as a look at that archive.
        """
        try:
            with closing(fetch(memento, self._online)) as visit:
                copy = copy_of(visit, wanted)
                prepared = self._prepared(visit if copy else replace(visit, purpose="timemap"))
        except FetchError as error:
            return Result(
                wanted, str(PROBLEMS[error.problem].outcome), (error.problem,), None, memento, None, str(error)
            )
        if copy is None:
            self._seal(prepared)
            return Result(
                wanted, "failed", (), None, memento, None, f"{memento} is no copy of a page that was served there"
            )
        how = "" if copy.raw else ", as it shows it: not the bytes that it received"
        # When the archive answered says nothing of the page, and some hand on the Date that the page once had.
        draft = replace(
            prepared.draft, asked=wanted, problems=tuple(code for code in visit.problems if code != "date-skew"), copy_of=copy.original, witnessed_at=copy.at, source="memento",
            source_note=f"a copy that {copy.host} says it made on {rfc3339(copy.at)}{how}",
        )  # fmt: skip
        return self._keep(wanted, replace(prepared, draft=draft))

    def sitemaps(self, url: str) -> tuple[str, ...]:
        """The sitemaps that the robots.txt of an address's host names, where it was read in this run."""
        return self._online.robots.sitemaps(url)

    def free_at(self, url: str) -> datetime:
        """The earliest time at which an address's host may be asked, as far as is known now."""
        return self._online.pace.free_at(host(url))

    @property
    def _online(self) -> Client:
        if self.client is None:
            raise ValueError("this archive was opened without settings for fetching")
        return self.client

    def _prepared(self, visit: Visit) -> Prepared:
        return prepare(visit, self.store, operator=self.settings.operator or None, note=self.note)

    def _recall(self, asked: str) -> Earlier | None:
        """In a thread of the address's host: its last good capture, if what that refers to is there and unharmed."""
        with self._disk():
            with self.store.locked():
                earlier = last_good(self.manifest.connection, asked)
                place = None if earlier is None else self.manifest.location_of(earlier.holder.record_id)
            return earlier if is_held(place, self.store) else None

    def _visit(self, url: str, recall: Recall | None) -> Prepared | FetchError:
        """In a thread of the address's host: fetch it, and compress it for the archive outside the archive's lock."""
        try:
            with closing(fetch(url, self._online, recall=recall)) as visit:
                return self._prepared(visit)
        except FetchError as error:
            return error

    def _keep(self, url: str, fetched: Prepared | FetchError) -> Result:
        """Seal what was fetched, acknowledge it, then conclude; or record that there is nothing to keep."""
        if isinstance(fetched, FetchError):
            return self._keep_attempt(without_credentials(url), fetched)
        capture = self._seal(fetched)
        try:
            title, problems = self.concluder.conclude(capture)
        except NoWorker as why:  # the evidence is kept and acknowledged; the next command reads it
            message, advice = str(why), why.advice
            return Result(url, str(capture.outcome), capture.problems, capture, capture.address, None, message, advice)
        return Result(
            url, str(outcome_of(problems)), problems, capture, capture.address, title,
            message="; ".join(PROBLEMS[code].meaning for code in problems),
        )  # fmt: skip

    def _seal(self, prepared: Prepared) -> Capture:
        with prepared, self._writing():
            capture = seal(prepared, self.store, self.manifest)
            self.manifest.record(capture)
        return capture

    def _state(self, fact: Fact) -> Stated:
        """A fact that no page's record bears: stated in the WARC files, then a row (transaction 1)."""
        with self._writing():
            stated = seal_fact(fact, self.store, self.manifest)
            self.manifest.record(stated)
        return stated

    def _keep_robots(self, visit: Visit) -> str | None:
        """A robots.txt that a fetching thread read: archived like any page; the id of its record goes into the verdict."""
        return self._seal(prepare(visit, self.store)).capture_id

    def _keep_pace(self, host_name: str, step: Step) -> None:
        """When a host may be asked again, for all processes: read and noted at once. No files are looked at, and nothing is synced."""
        with self._disk(), self.store.locked():
            new = step(pace.of(self.manifest.connection, host_name))
            if new is not None:
                pace.keep(self.manifest.connection, host_name, new)

    def _keep_attempt(self, url: str, error: FetchError) -> Result:
        final = None if error.final_url is None else without_credentials(error.final_url)
        attempt = Attempt(url, self.clock(), str(PROBLEMS[error.problem].outcome), (error.problem,), str(error), final)
        self._state(attempt)
        return Result(url, attempt.outcome, attempt.problems, None, final, None, str(error), error.advice)

    # ── importing ──

    def import_(self, path: Path, note: str | None = None, page: Page | None = None) -> ImportReport:
        """Take in a file of others (WARC, ARC, WACZ): its records as they are, each response a capture of ours. With `page`, an HTML
        or PDF file of that address and time. Raises Unreadable.
        """
        report = import_warc(
            path, self.store, self.manifest, note, self.manifest.record, page=page, writing=self._writing_together
        )
        self.concluder.catch_up()
        return report

    # ── deciding ──

    def publisher(self, name: str) -> Publisher | None:
        """The publisher that goes by this name or host, as this archive knows it."""
        return self.concluder.publishers.entry(name)

    def identify(self, naming: Naming) -> int:
        """Keep a person's decision about a publisher's names and hosts, and draw anew what follows from it: for how many documents."""
        return self.concluder.follow(self._state(naming))

    def decide(self, decision: Decision) -> int:
        """Keep a person's decision about where a text came from, and draw anew what follows: of how many documents it speaks."""
        return self.concluder.follow(self._state(decision))

    # ── sealing ──

    def seal(self) -> list[Seal]:
        """End the file that is being filled: it never changes again, and what comes next begins another. What was stated of files.

        A file in which nothing stands but the seals of others goes on being filled.
        """
        with self._writing():
            name = self.manifest.open_warc()
            if name is not None and self.manifest.holds_more_than_seals(name):
                self.manifest.end(name)
        return self._state_seals()

    def _state_seals(self) -> list[Seal]:
        """State the length and digest of every complete file of which that was not done, unless it is damaged (verify says so)."""
        stated = []
        for known in fixity.files(self.manifest.connection):
            if not known.sealed or known.digest is not None:
                continue
            expected = list(fixity.records(self.manifest.connection, known.name))
            sealed = seal_of(self.store.folder, known, expected, self.clock())
            with self._writing():  # another process may have done it meanwhile
                if sealed is not None and fixity.file(self.manifest.connection, known.name).digest is None:
                    self._state(sealed)
                    self.store.protect(known.name)
                    stated.append(sealed)
        return stated

    # ── reading ──

    def lookup(self, what: str, limit: int = 20) -> list[Citation]:
        """The citations that an address, a SHA-256, a file or words find; the one asked for first."""
        with open_read_only(self.folder) as connection:
            return list(answers(connection, what, limit))

    def chains(self) -> list[Chain]:
        """Every work that has an edge."""
        with open_read_only(self.folder) as connection:
            return list(chains(connection))

    def verify(self, level: str = "bytes") -> Report:
        """Check the stored bytes, at one of ledger.verify.LEVELS, and note the outcome."""
        with open_read_only(self.folder) as connection:
            report = verify(self.folder, connection, level)
        with self._writing():
            self.manifest.note_event(Event("fixity-check", self.clock(), report.outcome, level))
        return report


def open_archive(folder: Path) -> Archive:
    """The archive in `folder`, with the settings that are in force for it; able to fetch."""
    settings = load(folder, {})
    fetching = FetchSettings(
        settings.user_agent, settings.limits, frozenset(parse_address(entry) for entry in allowed_addresses()),
        obey_robots=settings.obey_robots, delay_seconds=settings.delay_seconds,
    )  # fmt: skip
    return Archive(folder, settings, fetching)
