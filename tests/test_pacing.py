"""The pace of a host across runs and processes, as the host sees it."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from archiver.cli._fetching import fetch_settings
from archiver.config import Settings
from archiver.errors import FetchError
from archiver.manifest.opening import open_read_only
from archiver.model.capture import Payload
from archiver.model.date import now
from archiver.pipeline import Archive
from tests.fetch.server import Server, answer, redirect

DELAY = 0.2
PAGE = answer(b"<!doctype html><title>A letter</title><p>From the valley.</p>", Content_Type="text/html")


@dataclass
class Host:
    """A host that notes when each request has arrived."""

    arrived: list[float] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, _request: bytes) -> bytes:
        with self.lock:
            self.arrived.append(time.monotonic())
        return PAGE


@pytest.fixture
def started() -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """started(folder, port, urls) -> a process that captures them; ended when the test ends."""
    with ExitStack() as running:

        def go(folder: Path, port: int, urls: list[str]) -> subprocess.Popen[bytes]:
            options = ["-q", "-A", str(folder), "--ignore-robots", "--delay", str(DELAY), "--connect-to", f"::127.0.0.1:{port}"]  # fmt: skip
            process = subprocess.Popen(
                [sys.executable, "-m", "archiver", "capture", *urls, *options], stdout=subprocess.DEVNULL
            )
            running.callback(process.wait)
            running.callback(process.kill)
            return process

        yield go


def test_two_processes_and_one_that_is_killed_never_ask_a_host_faster_than_the_delay(tmp_path, started) -> None:
    host = Host()
    with Server({"*": (host,)}) as server:
        pages = [f"http://news.example/{number}" for number in range(60)]
        killed = started(tmp_path, server.port, pages[:40])
        other = started(tmp_path, server.port, pages[40:47])
        until = time.monotonic() + 30
        while len(host.arrived) < 5 and time.monotonic() < until:
            time.sleep(0.01)
        killed.kill()
        killed.wait()
        next_one = started(tmp_path, server.port, pages[50:53])
        assert (other.wait(60), next_one.wait(60)) == (0, 0)
    gaps = [later - sooner for sooner, later in pairwise(host.arrived)]
    assert len(gaps) >= 9
    assert min(gaps) >= DELAY


def look(folder: Path, server: Server, *urls: str, delay: float = DELAY) -> list[Payload | FetchError]:
    """One run, which reads nothing of what it gets."""
    settings = Settings(delay_seconds=delay, obey_robots=False, total_seconds=1.0)
    with Archive(folder, settings, fetch_settings(settings, [f"::127.0.0.1:{server.port}"], None)) as archive:
        return [archive.look(url, "listing") for url in urls]


def test_a_run_that_begins_right_after_another_keeps_the_delay_too(tmp_path) -> None:
    host = Host()
    with Server({"*": (host,)}) as server:
        for number in range(3):
            look(tmp_path, server, f"http://news.example/{number}", delay=1.0)
    assert all(later - sooner >= 1.0 for sooner, later in pairwise(host.arrived))


def test_what_a_host_asked_for_holds_for_the_next_run_which_does_not_ask_and_says_until_when(tmp_path) -> None:
    refused = answer(b"later", "429 Too Many Requests", Retry_After="7200")
    with Server({"/refused": (refused,), "*": (PAGE,)}) as server:
        assert isinstance(look(tmp_path, server, "http://news.example/refused")[0], Payload)
        asked = len(server.requests)
        kept, elsewhere = look(tmp_path, server, "http://news.example/page", "http://other.example/page")
        assert isinstance(kept, FetchError)
        assert isinstance(elsewhere, Payload)
        assert (kept.problem, len(server.requests)) == ("timeout", asked + 1)
        assert "may be asked again at 2" in str(kept)
        assert "it answered 429 to http://news.example/refused, with a Retry-After of 7200 s" in str(kept)
        settings = Settings()
        with Archive(tmp_path, settings, fetch_settings(settings, [], None)) as archive:
            left = archive.free_at("http://news.example/page") - archive.clock()
            assert 7100 < left.total_seconds() <= 7200
            assert (archive.free_at("http://third.example/") - archive.clock()).total_seconds() <= 0


def test_a_redirect_is_followed_when_it_asks_to_be_and_other_pages_are_not_kept_waiting(tmp_path) -> None:
    soon = (answer(status="302 Found", Location="http://other.example/page", Retry_After="1"),)
    late = (answer(status="302 Found", Location="/page", Retry_After="3600"),)
    with Server({"news.example/soon": soon, "news.example/late": late, "*": (PAGE,)}) as server:
        began = time.monotonic()
        assert isinstance(look(tmp_path, server, "http://news.example/soon", delay=0.0)[0], Payload)
        assert time.monotonic() - began >= 1
        late_one, page = look(tmp_path, server, "http://news.example/late", "http://news.example/page", delay=0.0)
    assert isinstance(late_one, FetchError)
    assert isinstance(page, Payload)
    assert (late_one.problem, "may be asked again" in str(late_one)) == ("timeout", True)


def test_a_host_that_is_down_is_asked_less_and_less_and_in_the_end_not_by_this_run(tmp_path) -> None:
    with Server({}) as server:
        gone = server.port
    passed: list[float] = []

    def monotonic() -> float:
        return sum(passed)

    def clock() -> datetime:
        return datetime(2026, 3, 1, tzinfo=UTC) + timedelta(seconds=sum(passed))

    settings = Settings(delay_seconds=1.0, obey_robots=False)
    rules = fetch_settings(settings, [f"::127.0.0.1:{gone}"], None)
    with Archive(tmp_path, settings, rules, clock=clock, monotonic=monotonic, sleep=passed.append) as archive:
        looks = [archive.look("http://news.example/", "listing") for _ in range(8)]
    problems = [why.problem for why in looks if isinstance(why, FetchError)]
    assert problems == ["connect"] * (len(passed) + 1) + ["timeout"] * (7 - len(passed))
    assert all(1.5 < later / sooner < 2.5 for sooner, later in pairwise(passed))
    assert 5 <= len(passed) <= 6
    assert f"asking it failed {len(passed) + 1} times in a row, the last time with connect" in str(looks[-1])


def test_a_host_that_behaves_is_soon_forgotten(tmp_path) -> None:
    with Server({"*": redirect("/there"), "/there": (PAGE,)}) as server:
        look(tmp_path, server, "http://news.example/", delay=0.0)
        with open_read_only(tmp_path) as connection:
            assert connection.execute("select count(*) from pace").fetchone()[0] == 0
        look(tmp_path, server, "http://news.example/")
    settings = Settings()
    with Archive(tmp_path, settings, fetch_settings(settings, [], None), clock=lambda: now() + timedelta(minutes=2)):
        pass
    with open_read_only(tmp_path) as connection:
        assert connection.execute("select count(*) from pace").fetchone()[0] == 0
