"""A web on 127.0.0.1 and a clock that a test moves: what scheduled runs are tried in.

    with World(tmp_path) as world:
        world.put("http://news.example/a", "<title>A</title><p>Words.</p>")
        report = world.run()                 one run, now
        world.pass_by(days=1)

The clock stands still but for what the run itself waits, so that a month of runs takes seconds; the web notes when, by that clock,
each request arrived.
"""

from __future__ import annotations

import hashlib
import itertools
import threading
import time
from bisect import insort
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Self

from archiver.cli._fetching import fetch_settings
from archiver.config import Settings
from archiver.jobs.run import Enough, Run
from archiver.model.date import now
from archiver.model.run import Report, Visited
from archiver.pipeline import Archive, Result
from archiver.runlock import run_lock
from archiver.watch.read import checked, of_job
from tests.fetch.server import Server, answer

START = datetime(2026, 5, 4, 6, 0, tzinfo=UTC)

#: What a host answers: a body, or a whole answer; given a function, what that makes of the request.
Page = str | bytes | Callable[[bytes], bytes]


#: Real seconds for which nobody may have looked at the clock before it goes on; more for each second that it goes on by.
IDLE, IDLE_MORE = 0.001, 0.0005


class Clock:
    """A clock that goes only when it is moved, and when everybody sleeps by it: then it goes to where the first of them wakes.

    Whoever takes real time for something and does not look at the clock meanwhile is taken to sleep too. So a run may seem to take
    longer than it would, by the delays of others; nobody sleeps for less than was asked for.
    """

    def __init__(self, at: datetime = START) -> None:
        self.at = at
        self.seconds = 0.0
        self._looks = 0
        self._asleep: list[tuple[float, int]] = []
        self._numbers = itertools.count()
        self._turn = threading.Condition()

    def now(self) -> datetime:
        self._looks += 1
        return self.at

    def monotonic(self) -> float:
        self._looks += 1
        return self.seconds

    def sleep(self, seconds: float) -> None:
        with self._turn:
            mine = (self.seconds + seconds, next(self._numbers))
            insort(self._asleep, mine)
            while self.seconds < mine[0]:
                looks, first = self._looks, self._asleep[0] is mine
                self._turn.wait(IDLE + IDLE_MORE * (mine[0] - self.seconds) if first else None)
                if self._asleep[0] is mine and first and self._looks == looks:
                    self.at += timedelta(seconds=mine[0] - self.seconds)
                    self.seconds = mine[0]
            self._asleep.remove(mine)
            self._turn.notify_all()

    def move(self, span: timedelta) -> None:
        """Time passes; a negative span puts the clock back, and no time passes."""
        self.at += span
        self.seconds += max(span.total_seconds(), 0.0)

    def put(self, span: timedelta) -> None:
        """The clock is put ahead or back, and no time passes."""
        self.at += span


@dataclass
class Arrival:
    """A request as the web saw it: when, by the clock and by the time that passes."""

    url: str
    at: datetime
    conditional: bool
    seconds: float


@dataclass
class Notes:
    """What a run says while it is at work."""

    visits: list[Visited] = field(default_factory=list)
    results: list[Result] = field(default_factory=list)
    put_offs: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    seen: Callable[[Visited], None] = lambda _one: None

    def begin(self, report: Report) -> None:
        pass

    def visited(self, one: Visited, result: Result) -> None:
        self.visits.append(one)
        self.results.append(result)
        self.seen(one)

    def put_off(self, url: str, _until: datetime, _why: str) -> None:
        self.put_offs.append(url)

    def warning(self, message: str) -> None:
        self.warnings.append(message)

    def end(self, report: Report) -> None:
        pass


_checked = lru_cache(4)(checked)


class World:
    """Pages by address, and an archive that visits them."""

    def __init__(self, folder: Path, watch: str, *, real: bool = False) -> None:
        self.folder = folder
        self.watch = watch
        self.clock = Clock()
        self.real = real
        self.pages: dict[str, Page] = {}
        self.arrivals: list[Arrival] = []
        #: The requests for robots.txt, which `arrivals` leaves out.
        self.looks: list[Arrival] = []
        self.notes = Notes()

    def __enter__(self) -> Self:
        self.server = Server({"*": (self._answer,)})
        self.server.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self.server.__exit__(*error)

    def _answer(self, request: bytes) -> bytes:
        lines = request.decode("latin-1").split("\r\n")
        headers = {name.casefold(): value for name, _, value in (line.partition(": ") for line in lines[1:])}
        url = f"http://{headers['host']}{lines[0].split(' ')[1]}"
        page = self.pages.get(url)
        arrivals = self.looks if url.endswith("/robots.txt") else self.arrivals
        arrivals.append(Arrival(url, self._now(), "if-none-match" in headers, self._passed()))
        if page is None:
            return answer(b"not here", "404 Not Found", Date=self._date())
        if callable(page):
            return page(request)
        if isinstance(page, bytes):
            return page
        return self.served(page, headers.get("if-none-match"))

    def served(self, text: str, known: str | None = None, kind: str = "text/html; charset=utf-8") -> bytes:
        """A page with an ETag; a 304 where it is known."""
        body = text.encode()
        tag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        if known == tag:
            return answer(b"", "304 Not Modified", ETag=tag, Date=self._date())
        return answer(body, Content_Type=kind, ETag=tag, Date=self._date())

    def _now(self) -> datetime:
        return now() if self.real else self.clock.now()

    def _passed(self) -> float:
        return time.monotonic() if self.real else self.clock.monotonic()

    def _date(self) -> str:
        return self._now().strftime("%a, %d %b %Y %H:%M:%S GMT")

    def put(self, url: str, page: Page | None) -> None:
        """What stands at an address from now on; None: nothing."""
        if page is None:
            self.pages.pop(url, None)
        else:
            self.pages[url] = page

    def pass_by(self, **span: float) -> None:
        """Time passes."""
        self.clock.move(timedelta(**span))

    def connects(self) -> list[str]:
        """Where names lead: all of them to this web."""
        return [f"::127.0.0.1:{self.server.port}"]

    def opened(self, settings: Settings | None = None) -> Archive:
        """The archive, by the clock of this world."""
        settings = settings or Settings()
        fetching = fetch_settings(settings, self.connects(), None)
        if self.real:
            return Archive(self.folder, settings, fetching)
        clock = self.clock
        return Archive(self.folder, settings, fetching, clock=clock.now, monotonic=clock.monotonic, sleep=clock.sleep)

    def run(self, *, settings: Settings | None = None, enough: Enough | None = None, **more: bool) -> Report:
        """One run of every job, now."""
        settings = settings or Settings()
        jobs, mistakes = _checked(self.watch)
        assert not mistakes, [str(one) for one in mistakes]
        self.notes = Notes(seen=self.notes.seen)
        clock = now if self.real else self.clock.now
        monotonic = time.monotonic if self.real else self.clock.monotonic
        with run_lock(self.folder, clock=clock), self.opened(settings) as archive:
            return Run(
                archive, jobs,
                lambda job: fetch_settings(of_job(settings, job, frozenset()), self.connects(), None),
                (self.notes,), enough=enough, monotonic=monotonic, **more,
            ).go()  # fmt: skip

    def asked(self, url: str) -> list[datetime]:
        """When an address was asked for."""
        return [arrival.at for arrival in self.arrivals if arrival.url == url]


def article(title: str, words: str = "") -> str:
    """A page with enough text of its own to be one."""
    body = " ".join(f"The {title} has its part {n} of the story, told at the quay." for n in range(14))
    return f"<!doctype html><html lang=en><title>{title}</title><h1>{title}</h1><article><p>{body}</p><p>{words}</p></article>"


def job(name: str = "press", urls: Iterable[str] = (), **keys: str) -> str:
    """A job of watch.toml; the values of `keys` as TOML."""
    listed = ", ".join(f'"{url}"' for url in urls)
    lines = [f'[[job]]\nname = "{name}"', *([f"urls = [{listed}]"] if listed else [])]
    return "\n".join([*lines, *(f"{key} = {value}" for key, value in keys.items())]) + "\n"
