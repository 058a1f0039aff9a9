"""The scheduled run: visit what is due, keep what came of it, say what changed.

    agenda    what is due among the lists (feeds, sitemaps) and the pages of the jobs; what lists name comes in the next wave
    visit     archive.visits: the ordinary straight line, asking only for what has changed; many hosts, one visit at a time in each
    report    what came of each: state, change; rows for those who look later, events for those who watch (Watcher)

A run remembers nothing: what is due follows from the jobs, from what is archived, and from the clock. So it may be called at any
time and as often as one likes; it may be ended at any moment, and the next one goes on. It must hold the run lock (runlock) where
others may run.

Owns the order of these steps. It does not know when something is due (model.schedule), keeps no pace (fetch.pace), and writes no evidence.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing, nullcontext, suppress
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Protocol

from archiver.errors import ArchiverError
from archiver.fetch.client import Client, FetchSettings
from archiver.jobs import agenda
from archiver.jobs.agenda import Item
from archiver.jobs.follow import Follower
from archiver.jobs.visited import visited
from archiver.manifest import passages, runs
from archiver.manifest.agenda import Address
from archiver.model.date import rfc3339
from archiver.model.run import Change, Count, Ending, Report, Visited
from archiver.model.state import State
from archiver.model.url import host
from archiver.model.watch import Job, Role
from archiver.pipeline import Archive, Result, Wanted

#: How many hosts are visited at once: most of the time is theirs.
HOSTS_AT_ONCE = 16

#: A host that is not free within this time is left for a later run.
PATIENCE = timedelta(seconds=60)

#: Where so many hosts were tried that were not down before, and nothing at all could be reached, it is this machine that is cut off.
OFFLINE_HOSTS = 8

#: Visits, and seconds, after which their rows are written.
LOT, LOT_SECONDS = 50, 1.0

#: Seconds that may be spent at the end on making the indexes of texts fast to read.
TIDYING = 2.0


class Watcher(Protocol):
    """Who watches a run as it goes on. Nothing that it does may fail the run."""

    def begin(self, report: Report) -> None:
        """It begins; what is due (`report.total.due`) is found out as it goes on: lists name pages."""

    def visited(self, one: Visited, result: Result) -> None:
        """An address was visited; it is in the report already."""

    def put_off(self, url: str, until: datetime, why: str) -> None:
        """An address is left for a later run: its host wants to be left alone."""

    def warning(self, message: str) -> None:
        """Something is odd, and the run goes on."""

    def end(self, report: Report) -> None:
        """It is over."""


class Enough:
    """That no further visit is to be begun, and why. Thread-safe; what was called first counts."""

    def __init__(self) -> None:
        self.event = threading.Event()
        self.ending: Ending | None = None
        self._ends: list[Callable[[], None]] = []

    def call(self, ending: Ending) -> None:
        """It is enough. Not from a signal's handler, which may have interrupted whoever waits: start a thread that calls this."""
        self.ending = self.ending or ending
        self.event.set()
        for end in self._ends:
            end()

    def then(self, end: Callable[[], None]) -> None:
        """What ends the waiting of those who wait for their hosts."""
        self._ends.append(end)


class Run:
    """One run over some jobs, in an archive that is open for fetching. `fetching` gives the settings that hold for a job.

    `everything`: visit what is not due, too.
    """

    def __init__(
        self,
        archive: Archive,
        jobs: Sequence[Job],
        fetching: Callable[[Job], FetchSettings],
        watchers: Sequence[Watcher],
        *,
        enough: Enough | None = None,
        everything: bool = False,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._archive = archive
        self._jobs = [job for job in jobs if not job.paused]
        self._watchers = tuple(watchers)
        self._enough = enough or Enough()
        self._everything = everything
        self._monotonic = monotonic
        self._connection = archive.manifest.connection
        clients: dict[FetchSettings, Client] = {}
        self._clients: dict[str, Client] = {}
        for job in self._jobs:
            settings = fetching(job)
            if settings not in clients:
                clients[settings] = archive.client_for(settings)
                self._enough.then(clients[settings].pace.end)
            self._clients[job.name] = clients[settings]
        self._follower = Follower(archive, self._enough.event)
        #: What it did so far; None until it has begun.
        self.report: Report | None = None
        self._hosts: set[str] = set()
        self._free: dict[str, datetime] = {}
        self._reached = False
        self._held: list[tuple[Item, Result]] = []
        self._pause = threading.Event()
        self._enough.then(self._pause.set)
        self._doubtful = False
        self._rows: list[Visited] = []
        self._written, self._wrote_at = 0, 0.0

    def go(self) -> Report:
        """Do it. What ends a run early (a full disk, a lock) is raised; the run's row says so, if that can be written."""
        begun = self._monotonic()
        before = self._archive.manifest.warc_bytes()
        report = self.report = self._report = self._begin()
        ending = Ending.BROKEN
        try:
            for watcher in self._watchers:
                watcher.begin(report)
            self._visit_all()
            ending = self._enough.ending or Ending.DONE
        finally:
            if ending is Ending.BROKEN:
                self._enough.call(ending)  # nobody waits for a host any more
                report.message = str(sys.exception() or "")
            report.seconds = self._monotonic() - begun
            report.hosts = len(self._hosts)
            report.ended, report.ending = self._archive.clock(), ending
            try:
                with suppress(ArchiverError) if ending is Ending.BROKEN else nullcontext():
                    report.archive_bytes = self._archive.manifest.warc_bytes()
                    report.warc_bytes = report.archive_bytes - before
                    self._write()
            finally:
                for watcher in self._watchers:
                    watcher.end(report)
        return report

    def _begin(self) -> Report:
        now, names = self._archive.clock(), [job.name for job in self._jobs]
        last = runs.last(self._connection)
        if last is not None and last.started > now:
            self._warn(
                f"the run before began at {rfc3339(last.started)}, which is still to come: the clock was wrong then, or is wrong now"
            )
        self._doubtful = last is not None and last.ending is Ending.OFFLINE
        with self._archive.vault.disk(), self._archive.store.locked():
            number = runs.begin(self._connection, names, now, os.getpid())
        return Report(number=number, started=now, jobs={name: Count() for name in names})

    def _warn(self, message: str) -> None:
        for watcher in self._watchers:
            watcher.warning(message)

    # ── what is due ──

    def _visit_all(self) -> None:
        """All that is due, side by side: nothing waits for lists but what they name, which comes in the next wave."""
        taken: set[Address] = set()
        items = self._agenda()
        for _ in range(agenda.MOST_LEVELS + 1):
            now = self._archive.clock()
            due = [item for item in items if self._everything or item.due.at <= now]
            due = [item for item in due if item.entry.address not in taken]
            if not due or self._enough.event.is_set():
                break
            taken.update(item.entry.address for item in due)
            # What was never captured comes first: behind all that is due again it might never have its turn.
            due.sort(key=lambda item: (item.seen.last is not None, item.due.at))
            if self._doubtful:  # other hosts first than those that the run before took for the whole world
                due.sort(key=lambda item: sha256(f"{self._report.number} {host(item.entry.url)}".encode()).digest())
            self._visit(due)
            items = self._agenda()
        if self._enough.ending is not Ending.OFFLINE:
            self._release()
        for item, _ in self._held:
            self._leave(item)
        self._warn_of_many(items)
        self._foresee(items)
        if self._report.total.changes.keys() - {Change.NOT_MODIFIED, Change.SAME_BYTES}:
            self._tidy()

    def _agenda(self) -> list[Item]:
        entries = agenda.every(self._connection, self._jobs)
        return list(agenda.agenda(self._connection, entries, self._archive.clock()).values())

    def _foresee(self, items: list[Item]) -> None:
        """When the next address is due that may be asked for then."""
        times = (max(item.due.at, self._free.get(host(item.entry.url), item.due.at)) for item in items)
        self._report.upcoming = min(times, default=None)

    def _warn_of_many(self, items: list[Item]) -> None:
        found = Counter(item.entry.job.name for item in items if item.entry.role is Role.FOUND)
        for name, count in found.items():
            if count >= agenda.MOST_FOUND:
                self._warn(
                    f"the lists of the job {name} name more than {agenda.MOST_FOUND:,} pages, and the newest are visited; "
                    "`match` in watch.toml says which are wanted"
                )

    # ── visits ──

    def _visit(self, items: list[Item]) -> None:
        for item in items:
            self._report.total.due += 1
            self._report.jobs[item.entry.job.name].due += 1
        left = [item for item in items if self._is_free(item)]
        while left and not self._enough.event.is_set():
            left = self._visit_some(left)
            if self._is_cut_off():
                self._warn("no host could be reached: this machine seems to be cut off; all is left for the next run")
                self._enough.call(Ending.OFFLINE)
            self._pause.clear()
        for item in left:
            self._leave(item)

    def _visit_some(self, items: list[Item]) -> list[Item]:
        """Visit these until it is enough, or there is a doubt whether this machine is cut off; what is left of them."""
        waiting = dict(enumerate(items))
        wanted = [
            Wanted(item.entry.url, item.entry.address[1], if_changed=True, client=self._client(item), patient=True)
            for item in items
        ]
        with closing(self._archive.visits(wanted, HOSTS_AT_ONCE, self._pause)) as visits:
            for index, result in visits:
                if result.sequence is not None or result.attempt is not None or not self._enough.event.is_set():
                    self._came(waiting.pop(index), result)
        return list(waiting.values())

    def _leave(self, item: Item) -> None:
        """An address is left for the next run."""
        self._report.total.left += 1
        self._report.jobs[item.entry.job.name].left += 1

    def _client(self, item: Item) -> Client:
        return self._clients[item.entry.job.name]

    def _is_free(self, item: Item) -> bool:
        """Whether its host may be asked soon; else it is put off."""
        name = host(item.entry.url)
        if name not in self._free:
            self._free[name] = self._client(item).pace.free_at(name)
        if self._free[name] - self._archive.clock() <= PATIENCE:
            return True
        self._put_off(item, self._free[name], f"{name} asked to be left alone, or failed too often")
        return False

    def _put_off(self, item: Item, until: datetime, why: str) -> None:
        self._report.total.put_off += 1
        self._report.jobs[item.entry.job.name].put_off += 1
        name = host(item.entry.url)
        self._free[name] = until
        self._report.free = min(filter(None, (self._report.free, (name, until))), key=lambda one: one[1])
        for watcher in self._watchers:
            watcher.put_off(item.entry.url, until, why)

    def _came(self, item: Item, result: Result) -> None:
        """The end of a visit. As long as nothing at all could be reached, it may be this machine that is cut off: then it says nothing
        of any page.
        """
        if result.attempt is None:
            self._reached |= result.capture is not None or (result.outcome == "failed" and result.sequence is not None)
            if self._reached:
                self._release()
            self._took(item, result)
        elif self._reached:
            self._took(item, self._archive.attest(result))
        else:
            self._held.append((item, result))
            if self._is_cut_off():  # unless one of those under way is answered: what is refused comes back first
                self._pause.set()

    def _is_cut_off(self) -> bool:
        """Whether it may be this machine. Hosts that were down before say nothing: what failed is first in line."""
        lost = {host(item.entry.url) for item, _ in self._held if item.state is not State.DOWN}
        return not self._reached and len(lost) >= OFFLINE_HOSTS

    def _release(self) -> None:
        """What could not be reached could not: this machine is not cut off."""
        while self._held:
            item, result = self._held.pop(0)
            self._took(item, self._archive.attest(result))

    def _took(self, item: Item, result: Result) -> None:
        """An address was visited, or its host turned out not to be free."""
        if result.sequence is None:
            self._put_off(item, self._client(item).pace.free_at(host(item.entry.url)), result.message)
            return
        one = visited(item, result, self._connection, self._archive.clock())
        self._hosts.add(host(item.entry.url))
        self._report.add(one)
        for watcher in self._watchers:
            watcher.visited(one, result)
        if item.entry.job.follow_origin and one.state is State.THERE and one.role in (Role.PAGE, Role.FOUND):
            self._report.followed += self._follower.follow(self._client(item), one)
        self._rows.append(one)
        if len(self._rows) >= LOT or self._monotonic() - self._wrote_at >= LOT_SECONDS:
            self._write()

    # ── the manifest ──

    def _write(self) -> None:
        """The rows of the visits that have none yet, and how far the run has come."""
        with self._archive.vault.disk(), self._archive.store.locked(), self._archive.manifest.together():
            runs.add(self._connection, self._report.number, self._written, self._rows)
            runs.update(self._connection, self._report)
        self._written += len(self._rows)
        self._rows.clear()
        self._wrote_at = self._monotonic()

    def _tidy(self) -> None:
        """What was added to the indexes of texts is put in order, as far as TIDYING goes: whoever reads them looks in fewer places."""
        until = self._monotonic() + TIDYING
        while self._monotonic() < until and not self._enough.event.is_set():
            with self._archive.vault.disk(), self._archive.store.locked():
                if not passages.tidy(self._connection):
                    return
