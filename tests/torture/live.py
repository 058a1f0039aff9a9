"""A web and runs in real time: every host on 127.0.0.1 with a page at every address, and `archiver run` as a process of its own.

    with live(pause=0.2) as web:
        work = Work(folder, web, urls);  process = work.begin("--wait");  done = work.end(process)

Used where the clock must be the real one: two runs at once, signals, kills. `web.log` says what arrived, and when.
"""

from __future__ import annotations

import http.server
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from archiver.demo.web import answering
from archiver.manifest.opening import open_read_only
from tests.jobs.world import job
from tests.torture.month_web import text

#: Seconds after which a run is taken to hang.
PATIENCE = 120


@dataclass(frozen=True, slots=True)
class Arrival:
    """A request, and when it came."""

    at: float
    host: str
    path: str

    @property
    def url(self) -> str:
        return f"http://{self.host}{self.path}"


@dataclass(slots=True)
class Web:
    """What runs: its port, what arrived, and how long an answer takes. No page is answered while `open` is not set."""

    pause: float = 0.0
    port: int = 0
    log: list[Arrival] = field(default_factory=list)
    open: threading.Event = field(default_factory=threading.Event)

    def pages(self) -> list[Arrival]:
        """The requests but for those of robots.txt."""
        return [one for one in self.log if one.path != "/robots.txt"]

    def nearest(self) -> float:
        """The least time between two requests to a host."""
        by_host: dict[str, list[float]] = {}
        for one in self.log:
            by_host.setdefault(one.host, []).append(one.at)
        return min(later - sooner for times in by_host.values() for sooner, later in pairwise(sorted(times)))

    def until(self, pages: int) -> None:
        """Wait for so many requests of pages."""
        deadline = time.monotonic() + PATIENCE
        while len(self.pages()) < pages:
            assert time.monotonic() < deadline, f"{len(self.pages())} of {pages} requests came"
            time.sleep(0.01)


@contextmanager
def live(pause: float = 0.0) -> Iterator[Web]:
    """That web while the block runs."""
    web = Web(pause)
    web.open.set()

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            web.log.append(Arrival(time.monotonic(), self.headers["Host"], self.path))
            there = self.path != "/robots.txt"
            if there:
                web.open.wait(PATIENCE)
                time.sleep(web.pause)
            data = text(f"{self.headers['Host']}{self.path}", 0) if there else b"not found"
            with suppress(OSError):  # whoever asked was killed
                self.send_response(200 if there else 404)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

        def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - http.server's signature
            """Say nothing."""

    with answering(Handler) as web.port:
        try:
            yield web
        finally:
            web.open.set()


def addresses(hosts: int, pages: int, name: str = "page") -> list[str]:
    """Pages of hosts."""
    return [f"http://host{host}.example/{name}{page}" for page in range(pages) for host in range(hosts)]


@dataclass(frozen=True, slots=True)
class Done:
    """How a run ended."""

    process: int
    code: int
    out: str
    err: str

    def visited(self) -> list[dict[str, object]]:
        """What it printed: a visit a line. The last line may have been cut by a kill; it acknowledged nothing then."""
        whole = [line for line in self.out.splitlines(keepends=True) if line.endswith("\n")]
        return [json.loads(line) for line in whole]

    def urls(self) -> list[str]:
        """The addresses that it acknowledged."""
        return [str(one["url"]) for one in self.visited()]


@dataclass(slots=True)
class Work:
    """A watch list in a folder, and the web that it is about."""

    folder: Path
    web: Web
    delay: float = 0.0
    begun: list[subprocess.Popen[str]] = field(default_factory=list)

    def watch(self, urls: Iterable[str]) -> None:
        """These pages are to be visited daily."""
        file = self.folder / "manifests" / "watch.toml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(job(urls=urls))

    def command(self, *words: str) -> list[str]:
        """The words of a run."""
        where = ["-A", str(self.folder), "--connect-to", f"::127.0.0.1:{self.web.port}", "--delay", str(self.delay)]
        return ["run", *where, "--json", *words]

    def begin(self, *words: str) -> subprocess.Popen[str]:
        """Start a run."""
        process = subprocess.Popen(
            [sys.executable, "-m", "archiver", *self.command(*words)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env={"PATH": os.environ["PATH"], "ARCHIVER_CONFIG": "/nonexistent"},
        )  # fmt: skip
        self.begun.append(process)
        return process

    def says(self, process: subprocess.Popen[str], words: str) -> str:
        """The line of a run with these words, once it says it; "" where it ends and did not."""
        assert process.stderr is not None
        return next((line for line in iter(process.stderr.readline, "") if words in line), "")

    def end(self, process: subprocess.Popen[str]) -> Done:
        """How it ended, once it has."""
        out, err = process.communicate(timeout=PATIENCE)
        return Done(process.pid, process.returncode, out, err)

    def run(self, *words: str) -> Done:
        """A run from beginning to end."""
        return self.end(self.begin(*words))

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        """What the manifest says."""
        with open_read_only(self.folder) as connection:
            return [tuple(row) for row in connection.execute(sql)]

    def captured(self) -> dict[str, int]:
        """How often each page was captured."""
        sql = "select asked_url, count(*) from captures where purpose = 'page' group by 1"
        return {str(url): int(str(count)) for url, count in self.rows(sql)}

    def __enter__(self) -> Work:
        return self

    def __exit__(self, *_: object) -> None:
        for process in self.begun:  # what a failing test leaves behind
            if process.poll() is None:
                process.kill()
                process.communicate()
