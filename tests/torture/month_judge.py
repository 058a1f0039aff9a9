"""The world of a simulated month, and its judge: the generated web on a clock of its own, and what of each run is not as it must be.

    with Month(folder, site, seed) as month:
        for day in month.month(31): ...        runs, about hourly
        month.outcome.problems                 sentences; none where all is well

What is judged is numbered in month.py. Pages are month_web.py's, and when they were due is month_rules.py's to say.
"""

from __future__ import annotations

import random
import socket
import threading
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from archiver.jobs.run import Enough
from archiver.model.run import Change, Ending, Report, Visited
from archiver.model.state import State
from archiver.pipeline import Result
from tests.fetch.server import answer
from tests.jobs.world import Clock, World
from tests.torture.month_rules import Plan, Track, window
from tests.torture.month_web import DAY, FOUND, Said, Site

#: Thirty-one days in which the clocks of both zones of the watch list are changed.
START = datetime(2026, 3, 5, 6, 10, tzinfo=UTC)

#: Bytes that a visit may leave in the files beside a payload that is new, and more where it is; a page's payload has some 4,500.
VISIT, NEW = 2_600, 3_000

#: So many of a kind in one run say what one of them takes.
ENOUGH = 20


@dataclass(slots=True)
class Asked:
    """What the web knows of a host: when it was asked last (by the time that passes), and until when it is to be left alone."""

    at: float = -1e9
    failed: bool = False
    wait: float = 0.0
    said_at: datetime = START
    robots: State = State.THERE


@dataclass(slots=True)
class Outcome:
    """What came of it. `per_visit`: bytes for each request of the worst run that brought nothing new; `per_payload`: what a new payload
    takes more, beside itself; `memory`: MiB at the end of each day.
    """

    runs: int = 0
    visits: int = 0
    requests: int = 0
    put_off: int = 0
    left: int = 0
    new_payloads: int = 0
    payload_bytes: int = 0
    archive_bytes: int = 0
    per_visit: float = 0.0
    per_payload: float = 0.0
    changes: Counter[str] = field(default_factory=Counter)
    states: Counter[str] = field(default_factory=Counter)
    memory: list[float] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


class Line:
    """Answers one connection after the other, and keeps nothing of any: the answers are at hand."""

    def __init__(self, web: Month) -> None:
        self._web = web
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port = int(self._listener.getsockname()[1])
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(5)

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with suppress(OSError), connection:
                connection.settimeout(2)
                request = b""
                while b"\r\n\r\n" not in request and (data := connection.recv(65536)):
                    request += data
                if request:
                    connection.sendall(self._web.served_to(request))
                    connection.shutdown(socket.SHUT_WR)


class Month(World):
    """The site, an archive that visits it, and the judge of both."""

    def __init__(self, folder: Path, site: Site, seed: int) -> None:
        super().__init__(folder, site.watch)
        self.site, self.dice = site, random.Random(seed)
        self.clock = Clock(START)
        self.outcome = Outcome()
        self.hosts = {name: Asked() for name in site.hosts}
        self.said: dict[str, Said] = {}
        self.tracks: dict[str, Track] = {}
        self.plans: dict[str, list[Plan]] = dict(site.plans)
        self.changed: dict[str, datetime | None] = {}
        self.payloads: dict[str, set[str]] = {}
        self.there: dict[str, str] = {}
        #: Hosts that refuse connections as long as this run lasts.
        self.down: set[str] = set()
        self.jumped = False

    def __enter__(self) -> Self:
        self.line = Line(self)
        self.line.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self.line.__exit__(*error)

    def connects(self) -> list[str]:
        """Hosts that are down refuse connections."""
        return [*(f"{name}::127.0.0.1:1" for name in self.down), f"::127.0.0.1:{self.line.port}"]

    @property
    def day(self) -> float:
        """How much of the month has really passed."""
        return self.clock.seconds / DAY

    def wrong(self, what: str) -> None:
        """Something is not as it must be."""
        self.outcome.problems.append(f"day {self.day:.2f}, run {self.outcome.runs}: {what}")

    # -- the web --

    def served_to(self, request: bytes) -> bytes:
        """The answer to a request, which is looked at first."""
        first, *rest = request.decode("latin-1").split("\r\n")
        headers = {name.casefold(): value for name, _, value in (line.partition(": ") for line in rest)}
        url = f"http://{headers['host']}{first.split(' ')[1]}"
        said = self.site.answer(url, self.day)
        self._arrived(url, said)
        self.said[url] = said
        now = self.clock.now()
        more = {"Date": f"{now:%a, %d %b %Y %H:%M:%S GMT}", "Content_Type": said.kind}
        if said.tagged and said.status.startswith("200"):
            more["ETag"] = said.tag
            if headers.get("if-none-match") == said.tag:
                return answer(b"", "304 Not Modified", **more)
        if said.to:
            more["Location"] = said.to
        if said.wait:
            until = now + timedelta(seconds=said.wait)
            more["Retry_After"] = (
                str(said.wait) if said.status.startswith("429") else f"{until:%a, %d %b %Y %H:%M:%S GMT}"
            )
        return answer(said.body, said.status, **more)

    def _arrived(self, url: str, said: Said) -> None:
        """Rule 2."""
        name, path = urlsplit(url).netloc, urlsplit(url).path
        host, known = self.site.hosts[name], self.hosts[name]
        self.outcome.requests += 1
        gap = self.clock.seconds - known.at
        if gap < max(self.site.rota[name].delay, host.crawl_delay) - 0.001:
            self.wrong(f"{url} was asked for {gap:.3f} s after the request before to its host")
        waited = max(gap, (self.clock.at - known.said_at).total_seconds())
        if waited < known.wait - 1:
            self.wrong(f"{url} was asked for {waited:.0f} s after a Retry-After of {known.wait:.0f} s")
        if path == "/robots.txt":
            known.robots = said.state
        elif known.robots is State.REFUSED or (
            path.startswith("/private/") and host.crawl_delay == 0 and "forbids" in host.temper
        ):
            self.wrong(f"{url} was asked for, and robots.txt does not allow that")
        known.at, known.said_at = self.clock.seconds, self.clock.at
        known.failed, known.wait = said.status[:3] in ("429", "503"), said.wait

    def truth(self, url: str) -> tuple[State, Said | None]:
        """What the last visit to an address came to, and the answer that it ended with."""
        name = urlsplit(url).netloc
        host = self.site.hosts[name]
        if name in self.down:
            self.hosts[name].failed = True
            return State.DOWN, None
        if self.hosts[name].robots is State.REFUSED or ("/private/" in url and "forbids" in host.temper):
            return State.REFUSED, None
        said = self.said[url]
        if said.to is None:
            return said.state, said
        end = self.said[said.to]
        return (State.GONE if urlsplit(said.to).path == "/" and end.state is State.THERE else end.state), end

    # -- runs --

    def once(self, most: int | None = None) -> None:
        """One run, judged; out of time after `most` visits."""
        began, before = self.clock.at, size(self.folder)
        self.down = {name for name, host in self.site.hosts.items() if host.down(self.day)}
        must = {url for url, plans in self.plans.items() if self._window(url, plans, began)[1] <= began}
        enough = Enough()
        if most is not None:
            self.notes.seen = lambda _: enough.call(Ending.OUT_OF_TIME) if len(self.notes.visits) >= most else None
        requests = self.outcome.requests
        report = self.run(enough=enough)
        self.notes.seen = lambda _: None
        self.outcome.runs += 1
        fresh = self._judge_visits(report, must)
        asked = self.outcome.requests - requests + report.total.visited - report.total.kept
        self._judge_growth(size(self.folder) - before, asked, fresh)

    def _judge_growth(self, grown: int, asked: int, fresh: list[int]) -> None:
        """Rule 4."""
        outcome, payload = self.outcome, sum(fresh)
        if grown > payload + VISIT * asked + NEW * len(fresh):
            self.wrong(f"{grown:,} bytes for {asked} requests, and {len(fresh)} new payloads of {payload:,} bytes")
        if asked >= ENOUGH and not fresh:
            outcome.per_visit = max(outcome.per_visit, grown / asked)
        if len(fresh) >= ENOUGH and outcome.per_visit:
            outcome.per_payload = max(outcome.per_payload, (grown - payload - outcome.per_visit * asked) / len(fresh))
        outcome.payload_bytes += payload
        outcome.new_payloads += len(fresh)

    def _window(self, url: str, plans: list[Plan], now: datetime) -> tuple[datetime, datetime]:
        return window(plans, self.tracks.setdefault(url, Track()), now, self.changed.get(url))

    def _judge_visits(self, report: Report, must: set[str]) -> list[int]:
        """Rules 1 and 3; the lengths of the payloads that are new."""
        visits = self.notes.visits
        for url, count in Counter(one.url for one in visits).items():
            if count > 1:
                self.wrong(f"{url} was visited {count} times in one run")
        both = zip(visits, self.notes.results, strict=True)
        fresh = [length for one, result in both if (length := self._judge(one, result)) is not None]
        self._put_offs()
        self.outcome.left += report.total.left
        missing = must - {one.url for one in visits} - set(self.notes.put_offs)
        named = {url for url in self.plans if url not in self.tracks} - set(self.notes.put_offs)
        if not report.total.left and report.ending is Ending.DONE:
            for url in sorted(missing | named):
                self.wrong(f"{url} was due and was not visited")
        elif len(missing) > report.total.left:
            self.wrong(f"{len(missing)} pages were due and not visited, and {report.total.left} are said to be left")
        for message in self.notes.warnings:
            if not self.jumped:
                self.wrong(f"a warning: {message}")
        self.jumped = False
        return fresh

    def _judge(self, one: Visited, result: Result) -> int | None:
        """One visit; the length of its payload where that is new."""
        track, plans = self.tracks.setdefault(one.url, Track()), self.plans.get(one.url)
        if plans is None:
            self.wrong(f"{one.url} was visited, and nobody wants it")
            return None
        if (soonest := self._window(one.url, plans, one.at)[0]) > one.at:
            self.wrong(f"{one.url} was visited at {one.at}, and was due at {soonest}: {one.why}")
        state, said = self.truth(one.url)
        if one.state is not state:
            self.wrong(f"{one.url} is {one.state} {one.problems} {one.message}, and was to be {state}")
        track.visit(one.at, answers=state.answers, refused=state is State.REFUSED)
        self.outcome.visits += 1
        self.outcome.states[state] += 1
        self.outcome.changes[str(one.change)] += 1
        if said is not None and said.names and state is State.THERE:
            for page, changed in said.names.items():
                if "/news/" in page:
                    self.plans[page] = [FOUND]
                    self.changed[page] = changed or self.changed.get(page)
        if said is not None and result.capture is None:
            self.wrong(f"{one.url} left nothing, though there is an answer: {one.problems} {one.message}")
        if said is None or not said.body or result.capture is None:
            return None
        if state is State.THERE and not one.url.endswith(".xml"):
            self._judge_change(one, said)
        known = self.payloads.setdefault(one.url, set())
        if said.tag in known:
            if result.capture.revisit_of is None:
                self.wrong(f"{one.url}: bytes that are there were stored again")
            return None
        known.add(said.tag)
        return len(zlib.compress(said.body))

    def _judge_change(self, one: Visited, said: Said) -> None:
        """A page that was gone, or somebody's else, until now comes for the first time."""
        before, self.there[one.url] = self.there.get(one.url), said.tag
        same = before == said.tag
        fitting = (
            (Change.NOT_MODIFIED, Change.SAME_BYTES)
            if same
            else (Change.FIRST,)
            if before is None
            else (Change.CHANGED, Change.SAME_TEXT)
        )
        if one.change not in fitting:
            self.wrong(f"{one.url} is said to be {one.change}, first: {before is None}, the same bytes: {same}")

    def _put_offs(self) -> None:
        """Whoever is left alone asked for it, or failed."""
        for url in self.notes.put_offs:
            self.outcome.put_off += 1
            name = urlsplit(url).netloc
            if not self.hosts[name].failed:
                self.wrong(f"{url} was put off, and its host did not fail")

    def month(self, days: int) -> Iterator[float]:
        """Runs, hours and days apart; the day that it is after each."""
        jumps = iter(((0.3, 5.0), (0.36, -5.0), (0.6, -3.0), (0.7, 3.0)))
        at, hours = next(jumps)
        while self.day < days:
            chance = self.dice.random()
            self.once(self.dice.randint(1, 40) if chance < 0.03 else None)
            yield self.day
            late = 24.0 if chance > 0.98 else 0.05 if chance > 0.9 else self.dice.uniform(0.8, 1.2)
            self.pass_by(hours=late)
            if self.day >= at * days:
                self.clock.put(timedelta(hours=hours))
                self.jumped = True
                at, hours = next(jumps, (2.0, 0.0))


def size(folder: Path) -> int:
    """Bytes in the WARC files."""
    return sum(path.stat().st_size for path in (folder / "archive").glob("*.warc.gz"))
