"""The straight line, from an address to a provenance record.

    visit    = fetch(url, client)                        network: every hop, the wire's bytes both ways
    capture  = vault.seal(prepare(visit))                WARC records and their statement, on disk: the commit point; then
                                                         transaction 1: the evidence is safe, and acknowledged from here on
    concluder.conclude(capture)                          transaction 2, repeatable (conclude.py):
        document = read(payload)                         the payload's text, blocks, dates, names
        claims   = detect(document, authority)           pure: what the page says of its origin, quote by quote
        overlaps = compare(texts that share passages)    pure
        lineage  = resolve(facts, overlaps, authority)   pure: who had it first among those that hang together

Owns the order of these steps and nothing else: what a step does is in its own room. One thread writes; fetching goes on in
threads of its own (fetch.many). `import_` enters behind the commit point, with what others captured.
"""

from __future__ import annotations

import copy
import threading
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from archiver._version import __version__
from archiver.authority import given
from archiver.checking import Asked, check, remember
from archiver.clock import state as clock_state
from archiver.conclude import Concluder
from archiver.config import Settings, allowed_addresses, key_path, load
from archiver.errors import FetchError, Locked, NoWorker, Unwritable
from archiver.fetch.client import Client, FetchSettings
from archiver.fetch.decode import payload
from archiver.fetch.fetch import NotYet, fetch
from archiver.fetch.guard import parse_address
from archiver.fetch.many import HOSTS_AT_ONCE, visit_all
from archiver.fetch.pace import Pace
from archiver.fetch.robots import RobotsCache
from archiver.fetch.timemap import copy_of
from archiver.ingest.warc import ImportReport, Page, import_warc
from archiver.ledger.problems import Report
from archiver.manifest.lookup import chains
from archiver.manifest.opening import open_read_only
from archiver.manifest.question import answers
from archiver.manifest.withdrawals import again
from archiver.model.agent import Naming, Publisher
from archiver.model.capture import PROBLEMS, Capture, Limits, Payload, Visit, outcome_of
from archiver.model.citation import Chain, Citation
from archiver.model.date import Clock, now, rfc3339
from archiver.model.event import Attempt, Seal
from archiver.model.lineage import Decision
from archiver.model.state import State, leads_home, state_of
from archiver.model.url import host, without_credentials
from archiver.signing.keys import at_hand
from archiver.vault import Checkpointed, Vault
from archiver.warc.seal import Prepared, prepare

TOOL = f"archiver/{__version__}"

#: Bytes of what is fetched only to find pages: on the wire (what is longer is cut there), and inflated.
FIRST_BYTES, INFLATED = 8 * 1024 * 1024, 16 * 1024 * 1024

#: Problems of a visit that may be this machine's: nothing came back from anywhere.
UNREACHED = frozenset({"dns", "connect"})


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one address. `message` and `advice` are for a person, where something is wrong. `sequence` is the number of
    the statement that says it; None where nothing is stated: nothing was asked, since its host wants to be left alone, or it could
    not be reached. Then `attempt` is what would be stated (Archive.attest).
    """

    url: str
    outcome: str
    problems: tuple[str, ...]
    capture: Capture | None = None
    final_url: str | None = None
    title: str | None = None
    message: str = ""
    advice: str = ""
    sequence: int | None = None
    attempt: Attempt | None = None

    @property
    def state(self) -> State:
        """What it says of the address."""
        status = None if self.capture is None else self.capture.final.status
        return state_of(self.problems, status, self.url, self.final_url)


@dataclass(frozen=True, slots=True)
class Wanted:
    """An address to visit: as what (`page`, `feed`, `sitemap`), whether only what has changed is wanted, and by which client where
    not by the archive's own. `patient`: where its host wants to be left alone, or cannot be reached, nothing is stated.
    """

    url: str
    purpose: str = "page"
    if_changed: bool = False
    client: Client | None = None
    patient: bool = False


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
        self._monotonic, self._sleep = monotonic, sleep
        self._keys = at_hand(key_path(settings))
        names = given(folder)
        #: Why what an earlier run left to read is not read now, where it is not.
        self.unread: NoWorker | None = None
        self.client: Client | None = None
        #: What was kept of the log when the archive was left.
        self.checkpointed: Checkpointed | None = None
        with ExitStack() as undo:
            self.vault = Vault(folder, clock, TOOL)
            undo.callback(self.vault.close)
            self.store, self.manifest = self.vault.store, self.vault.manifest
            self._robots = RobotsCache(clock, self._keep_robots, self.vault.recall_robots)
            if fetching is not None:
                self.client = self.client_for(fetching)
                self.vault.prune_pace()
            self.concluder = Concluder(self.store, self.manifest, names, self.vault.writing)
            undo.callback(self.concluder.reader.close)
            try:
                self.concluder.catch_up()
            except NoWorker as why:
                self.unread = why
            undo.pop_all()

    @property
    def taken_up(self) -> int:
        """How many captures that an earlier run left were taken up from the WARC files."""
        return self.vault.taken_up

    @property
    def moved_aside(self) -> list[Path]:
        """The files into which was moved what an earlier run left, and is no whole capture."""
        return self.vault.moved_aside

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
                    self.vault.end_files()
                    self.checkpoint()
        finally:
            self.vault.close()

    # ── fetching ──

    def client_for(self, fetching: FetchSettings) -> Client:
        """A client with these settings. All clients of an archive know of each host what the others do."""
        pace = Pace(
            fetching.delay_seconds, clock=self.clock, monotonic=self._monotonic, sleep=self._sleep, book=self.vault.keep_pace
        )  # fmt: skip
        return Client(fetching, clock=self.clock, monotonic=self._monotonic, pace=pace, robots=self._robots)

    def under(self, client: Client) -> Archive:
        """This archive, open as it is, asking by another client. It is not to be closed by itself."""
        other = copy.copy(self)
        other.client = client
        return other

    def capture(self, urls: Sequence[str], if_changed: bool = False) -> Iterator[Result]:
        """Capture addresses, several hosts at once, one visit at a time within a host; results in the order of `urls`.

        `if_changed`: ask for what has changed since it was captured; of the rest it is kept that the server said so (a 304).
        """
        ready: dict[int, Result] = {}
        with closing(self.visits([Wanted(url, if_changed=if_changed) for url in urls])) as visits:
            for index in range(len(urls)):
                while index not in ready:
                    arrived, result = next(visits)
                    ready[arrived] = result
                yield ready.pop(index)

    def visits(
        self, wanted: Sequence[Wanted], hosts_at_once: int = HOSTS_AT_ONCE, enough: threading.Event | None = None
    ) -> Generator[tuple[int, Result], None, None]:
        """Visit addresses: (index in `wanted`, result) as they come, each kept and concluded before the next. Once `enough` is set
        no further visit is begun, and what waits for its host is let be; those under way still come.
        """
        if not all(one.if_changed for one in wanted):  # of what may be unchanged there may be nothing to read
            self.concluder.reader.start()  # it loads while the first answers are on their way
        urls = [one.url for one in wanted]
        with closing(visit_all(urls, lambda index: self._visit(wanted[index]), hosts_at_once, enough)) as visits:
            for index, fetched in visits:
                yield index, self._keep(wanted[index], fetched)

    def look(self, url: str, purpose: str) -> Payload | FetchError:
        """What only helps to find pages (`purpose`: "listing", "timemap"), read; it is kept as evidence and becomes no document.

        Its problems are those of the answer, and those of its bytes.
        """
        try:
            with closing(fetch(url, self._online, FIRST_BYTES)) as visit:
                read = payload(visit.final.url, visit.final.response, Limits(max_decoded_bytes=INFLATED))
                self.vault.seal(self._prepared(replace(visit, purpose=purpose)))
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
            self.vault.seal(prepared)
            return Result(
                wanted, "failed", (), None, memento, None, f"{memento} is no copy of a page that was served there"
            )
        how = "" if copy.raw else ", as it shows it: not the bytes that it received"
        # When the archive answered says nothing of the page, and some hand on the Date that the page once had.
        draft = replace(
            prepared.draft, asked=wanted, problems=tuple(code for code in visit.problems if code != "date-skew"), copy_of=copy.original, witnessed_at=copy.at, source="memento",
            source_note=f"a copy that {copy.host} says it made on {rfc3339(copy.at)}{how}",
        )  # fmt: skip
        return self._keep(Wanted(wanted), replace(prepared, draft=draft))

    def sitemaps(self, url: str) -> tuple[str, ...]:
        """The sitemaps that the robots.txt of an address's host names, where a verdict was given by it."""
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
        return prepare(
            visit, self.store, operator=self.settings.operator or None, note=self.note, clock_state=clock_state()
        )

    def _visit(self, wanted: Wanted) -> Prepared | FetchError:
        """In a thread of the address's host: fetch it, and compress it for the archive outside the archive's lock."""
        recall = (lambda asked: self.vault.recall(asked, wanted.purpose)) if wanted.if_changed else None
        first_bytes = None if wanted.purpose == "page" else FIRST_BYTES
        try:
            with closing(fetch(wanted.url, wanted.client or self._online, first_bytes, recall)) as visit:
                return self._prepared(replace(visit, purpose=wanted.purpose))
        except FetchError as error:
            return error

    def _keep(self, wanted: Wanted, fetched: Prepared | FetchError) -> Result:
        """Seal what was fetched, acknowledge it, then conclude; or record that there is nothing to keep."""
        if isinstance(fetched, FetchError):
            return self._keep_attempt(wanted, fetched)
        capture = self.vault.seal(fetched)
        try:
            title, problems = self.concluder.conclude(capture)
        except NoWorker as why:  # the evidence is kept and acknowledged; the next command reads it
            title, problems, message, advice = None, capture.problems, str(why), why.advice
        else:
            message, advice = _said(problems, capture, again(self.manifest.connection, capture.capture_id)), ""
        return Result(
            wanted.url, str(outcome_of(problems)), problems, capture, capture.address, title, message, advice, capture.sequence
        )  # fmt: skip

    def _keep_robots(self, visit: Visit) -> str | None:
        """A robots.txt that a fetching thread read: archived like any page; the id of its record goes into the verdict."""
        return self.vault.seal(prepare(visit, self.store)).capture_id

    def _keep_attempt(self, wanted: Wanted, error: FetchError) -> Result:
        url, outcome, problems = without_credentials(wanted.url), str(PROBLEMS[error.problem].outcome), (error.problem,)
        final = None if error.final_url is None else without_credentials(error.final_url)
        attempt = Attempt(url, self.clock(), outcome, problems, str(error), final, purpose=wanted.purpose)
        result = Result(url, outcome, problems, None, final, None, str(error), error.advice)
        if wanted.patient and isinstance(error, NotYet):
            return result
        result = replace(result, attempt=attempt)
        return result if wanted.patient and error.problem in UNREACHED else self.attest(result)

    def attest(self, result: Result) -> Result:
        """State an attempt that left nothing, and of which it was not sure that it says anything of its address."""
        if result.attempt is None:
            raise ValueError("nothing was tried")
        return replace(result, sequence=self.vault.state(result.attempt).sequence, attempt=None)

    # ── importing ──

    def import_(self, path: Path, note: str | None = None, page: Page | None = None) -> ImportReport:
        """Take in a file of others (WARC, ARC, WACZ): its records as they are, each response a capture of ours. With `page`, an HTML
        or PDF file of that address and time. Raises Unreadable.
        """
        report = import_warc(
            path, self.store, self.manifest, note, self.manifest.record, page=page, writing=self.vault.writing_together
        )
        self.concluder.catch_up()
        return report

    # ── deciding ──

    def publisher(self, name: str) -> Publisher | None:
        """The publisher that goes by this name or host, as this archive knows it."""
        return self.concluder.publishers.entry(name)

    def identify(self, naming: Naming) -> int:
        """Keep a person's decision about a publisher's names and hosts, and draw anew what follows from it: for how many documents."""
        return self.concluder.follow(self.vault.state(naming))

    def decide(self, decision: Decision) -> int:
        """Keep a person's decision about where a text came from, and draw anew what follows: of how many documents it speaks."""
        return self.concluder.follow(self.vault.state(decision))

    # ── sealing, and the log ──

    def seal(self) -> list[Seal]:
        """End the file that is being filled: it never changes again, and what comes next begins another. What was stated of files."""
        self.vault.end_file()
        return self.vault.end_files()

    def checkpoint(self) -> Checkpointed | None:
        """Keep the root over all that is stated, signed where there is a key. The last one made, if any. Leaving the archive does it."""
        self.checkpointed = self.vault.checkpoint(*self._keys) or self.checkpointed
        return self.checkpointed

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
        """Check what is stored, up to one of ledger.problems.LEVELS, and note the outcome."""
        report = check(self.folder, Asked(level), self.clock)
        with self.vault.writing():
            remember(self.manifest, report, self.clock())
        return report


def _said(problems: tuple[str, ...], capture: Capture, besides: Sequence[str]) -> str:
    """What is wrong with a capture, for a person."""
    words = [
        f"the server answered {capture.final.status}" if code == "http-error" else PROBLEMS[code].meaning
        for code in problems
    ]
    if capture.purpose == "page" and leads_home(capture.asked, capture.address):
        words.append(f"it leads to the front page {capture.address}")
    return "; ".join((*words, *besides))


def open_archive(folder: Path) -> Archive:
    """The archive in `folder`, with the settings that are in force for it; able to fetch."""
    settings = load(folder, {})
    fetching = FetchSettings(
        settings.user_agent, settings.limits, frozenset(parse_address(entry) for entry in allowed_addresses()),
        obey_robots=settings.obey_robots, delay_seconds=settings.delay_seconds,
    )  # fmt: skip
    return Archive(folder, settings, fetching)
