"""What the largest and the worst pages cost in memory: `archiver capture` and the process in which it reads, both together.

    python -m tests.torture memory [PAGE...]

Each page is served on 127.0.0.1 and captured by the command line; every few milliseconds /proc says how much of both processes is in
memory. It prints a line for each that needs more than MOST, and one line of figures.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests import hostile_pages
from tests.torture.figures import timed

#: What both may have together, in MiB.
MOST = 400
MB = 1_000_000

HTML, PDF, TEXT, FEED = "text/html", "application/pdf", "text/plain", "application/rss+xml"


@dataclass(frozen=True)
class Served:
    """A body and its type; `coding` where it is coded."""

    body: bytes
    kind: str = HTML
    coding: str | None = None


@dataclass(frozen=True)
class Cost:
    """MiB: the most that both had at once, and the most of each; the outcome of the capture."""

    together: float
    parent: float
    worker: float
    outcome: str


def _numbers(octets: int) -> bytes:
    """Paragraphs of words that do not come again."""
    dice = random.Random(3)
    return b"<html><body>" + b"".join(
        b"<p>%s</p>\n" % b" ".join(b"%06x" % dice.getrandbits(24) for _ in range(12)) for _ in range(octets // 92)
    )


def _sentences(octets: int) -> bytes:
    return b"<html><body>" + b"<p>The ferry runs again, said the mayor of the town, and the harbour is open.</p>\n" * (
        octets // 83
    )


def _drawn(octets: int) -> bytes:
    return hostile_pages.paper(b"BT /F 12 Tf " + b"(Words and words) Tj 0 10 Td " * (octets // 29) + b" ET")


PAGES: dict[str, Callable[[], Served]] = {
    "small": lambda: Served(b"<title>A letter</title><p>Words."),
    "forms without end": lambda: Served(hostile_pages.forms_without_end(), PDF),
    "a bomb in a paper": lambda: Served(hostile_pages.bomb(200), PDF),
    "a paper of 30 MB": lambda: Served(_drawn(30 * MB), PDF),
    "a paper of 60 MB": lambda: Served(_drawn(60 * MB), PDF),
    "a paper of 60 MB, padded": lambda: Served(_drawn(1000) + b"%" * 60 * MB, PDF),
    "attributes": lambda: Served(hostile_pages.attributes(1_000_000)),
    "nested": lambda: Served(hostile_pages.nested(100_000)),
    "words of 20 MB": lambda: Served(_numbers(20 * MB)),
    "words of 4 MB": lambda: Served(_numbers(4 * MB)),
    "sentences of 60 MB, gzip": lambda: Served(gzip.compress(_sentences(60 * MB), 1), HTML, "gzip"),
    "blanks of 63 MB, gzip": lambda: Served(gzip.compress(b"<p>" + b" " * 63 * MB, 1), HTML, "gzip"),
    "tags of 20 MB": lambda: Served(b"<p>" + b"<b>x" * (5 * MB)),
    "links of 12 MB": lambda: Served(b"".join(b"<a href=http://a.example/%d>w%d</a> " % (n, n) for n in range(300_000))),
    "plain text of 60 MB": lambda: Served(b"Words of a text. " * (60 * MB // 17), TEXT),
    "paragraphs of 50 MB": lambda: Served(b"w x\n\n" * (10 * MB), TEXT),
    "faces of 60 MB": lambda: Served(b"<p>" + "\U0001f600 ".encode() * (12 * MB), "text/html; charset=utf-8"),
    "noise of 60 MB": lambda: Served(random.Random(4).randbytes(60 * MB), "application/octet-stream"),
    "data of 6 MB": lambda: Served(b"<script type='application/ld+json'>[" + b'{"a":1},' * 800_000 + b"{}]</script><p>x"),
    "a feed of 16 MB": lambda: Served(b"<rss><channel>" + b"<item><title>x</title></item>" * 550_000, FEED),
}  # fmt: skip


@contextmanager
def serving(page: Served) -> Iterator[int]:
    """The page at every address but robots.txt, which there is none of; gives the port."""

    class Answer(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            robots = self.path == "/robots.txt"
            body = b"" if robots else page.body
            self.send_response(404 if robots else 200)
            self.send_header("Content-Type", page.kind)
            self.send_header("Content-Length", str(len(body)))
            if page.coding and not robots:
                self.send_header("Content-Encoding", page.coding)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def captured(page: Served) -> Cost:
    """Capture a page with the command line, and watch."""
    with tempfile.TemporaryDirectory() as folder, serving(page) as port:
        command = [
            sys.executable, "-m", "archiver", "capture", "http://a.example/page", "--archive", folder, "--json",
            "--connect-to", f"::127.0.0.1:{port}", "--delay", "0",
        ]  # fmt: skip
        environ = os.environ | {"ARCHIVER_CONFIG": "/nonexistent"}
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environ) as process:
            together = parent = worker = 0
            while process.poll() is None:
                ours, theirs = _resident(process.pid), sum(map(_resident, _children(process.pid)))
                together, parent, worker = max(together, ours + theirs), max(parent, ours), max(worker, theirs)
                time.sleep(0.004)
            assert process.stdout
            said = json.loads(process.stdout.read())
    return Cost(together / 1024, parent / 1024, worker / 1024, said["outcome"])


def _resident(process: int) -> int:
    """KiB of a process that are in memory."""
    try:
        said = Path(f"/proc/{process}/status").read_text("ascii", "replace")
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return next((int(line.split()[1]) for line in said.splitlines() if line.startswith("VmRSS:")), 0)


def _children(process: int) -> list[int]:
    found: list[int] = []
    for task in Path(f"/proc/{process}/task").glob("*/children"):
        try:
            found += map(int, task.read_text("ascii").split())
        except (FileNotFoundError, ProcessLookupError):
            continue
    return found


def main(arguments: list[str]) -> int:
    """Run it; 1 where a page needs more than MOST."""
    parser = argparse.ArgumentParser(prog="memory", description=__doc__)
    parser.add_argument("pages", nargs="*", metavar="PAGE", help=", ".join(PAGES))
    names = parser.parse_args(arguments).pages or list(PAGES)
    with timed("memory") as words:
        costs = {name: captured(PAGES[name]()) for name in names}
        wrong = {name: cost for name, cost in costs.items() if cost.together > MOST}
        for name, cost in wrong.items():
            print(f"{name}: {cost}")
        worst = max(costs, key=lambda name: costs[name].together)
        words += [
            f"{len(costs)} pages", f"{len(wrong)} of more than {MOST} MiB",
            f"at most {costs[worst].together:.0f} MiB ({worst}; parent {costs[worst].parent:.0f}, worker {costs[worst].worker:.0f})",
        ]  # fmt: skip
    return 1 if wrong else 0
