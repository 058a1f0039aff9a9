"""Three writers capture into one archive while Datasette is asked about its manifest without pause: no error on either side.

    python -m tests.torture crowd [--pages N]

Datasette runs as its users run it, in a process of its own, on the manifest that is being written. Every answer of it must be
200, and what it counts must never become fewer; every writer must keep all of its pages; judge.py has the rules for the archive.
"""

from __future__ import annotations

import argparse
import json
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from tests.torture import workload
from tests.torture.figures import timed
from tests.torture.judge import Expected, judge
from tests.torture.warm import Warm, scratch
from tests.torture.workload import FOLLOWING

WRITERS = 3

#: What is asked of Datasette, over and over: pages of tables, what lies behind them, and a count.
COUNT = "select count(*) as n from captures"
ASKED = (
    f"/manifest.json?sql={quote(COUNT)}&_shape=array",
    "/manifest/captures?_sort_desc=sequence",
    "/manifest/records",
    "/manifest/documents.json?_shape=array",
    f"/manifest?sql={quote('select c.url, e.peer from captures c join exchanges e using (sequence) order by c.sequence desc limit 20')}",
    "/",
)


@dataclass(slots=True)
class Reader:
    """Asks without pause until it is told to stop."""

    base: str
    stopped: threading.Event = field(default_factory=threading.Event)
    answers: int = 0
    seen: int = 0
    problems: list[str] = field(default_factory=list)

    def read(self) -> None:
        """One question after the other."""
        while not self.stopped.is_set():
            path = ASKED[self.answers % len(ASKED)]
            body = _asked(self.base + path)
            self.answers += 1
            if isinstance(body, str):
                self.problems.append(f"{path}: {body}")
            elif path is ASKED[0]:
                number = json.loads(body)[0]["n"]
                if number < self.seen:
                    self.problems.append(f"{self.seen} captures had become {number}")
                self.seen = number


def _asked(url: str) -> bytes | str:
    """The body of an answer, or what was wrong."""
    try:
        with urllib.request.urlopen(url, timeout=30) as answer:
            return bytes(answer.read())
    except urllib.error.HTTPError as error:
        return f"{error.code}: {error.read(400)!r}"
    except OSError as error:
        return str(error)


@contextmanager
def datasette(manifest: Path) -> Iterator[str]:
    """Datasette over a manifest while the block runs; gives its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    program = shutil.which("datasette", path=str(Path(sys.executable).parent)) or "datasette"
    with tempfile.TemporaryFile() as said:
        command = [program, "serve", str(manifest), "--host", "127.0.0.1", "--port", str(port)]
        process = subprocess.Popen(command, stdout=said, stderr=said)
        try:
            base = f"http://127.0.0.1:{port}"
            deadline = time.monotonic() + 30
            while isinstance(answer := _asked(base + "/-/versions.json"), str):
                if time.monotonic() > deadline or process.poll() is not None:
                    said.seek(0)
                    raise RuntimeError(f"datasette did not start: {answer}; {said.read()!r}")
                time.sleep(0.05)
            yield base
        finally:
            process.terminate()
            process.wait()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it: captures, questions answered, and what is wrong."""

    captures: int
    answers: int
    problems: tuple[str, ...]


def run(pages: int) -> Outcome:
    """So many pages each, then judge."""
    expected = Expected()
    problems: list[str] = []
    with ExitStack() as stack:
        folder = Path(stack.enter_context(scratch())) / "archive"
        folder.mkdir()
        port = stack.enter_context(workload.endless())
        writers = [stack.enter_context(Warm()) for _ in range(WRITERS)]
        first = writers[0].run(
            FOLLOWING.command(folder, port, Path()), folder
        )  # Datasette wants a manifest that is there
        expected.ask(FOLLOWING.keeps)
        expected.hear(first)
        with datasette(folder / "manifests" / "manifest.db") as base:
            reader = Reader(base)
            thread = threading.Thread(target=reader.read)
            thread.start()
            try:
                for number, warm in enumerate(writers):
                    urls = tuple(workload.leaf(f"writer{number}", 1, one) for one in range(pages))
                    expected.most.update(urls)
                    warm.begin(workload.capture("crowd", *urls).command(folder, port, Path()), folder)
                for warm in writers:
                    ended = warm.finish()
                    expected.hear(ended)
                    if ended.code or ended.err:
                        problems.append(f"a writer ended with {ended.code}: {ended.err[-400:]}")
            finally:
                reader.stopped.set()
                thread.join()
        kept = len(expected.kept)
        if kept != 1 + WRITERS * pages:
            problems.append(f"{kept} captures were acknowledged, of {1 + WRITERS * pages}")
        last = workload.capture(
            "last", *FOLLOWING.keeps
        )  # whoever reads leaves a log's files; the next writer takes them away
        expected.ask(last.keeps)
        expected.hear(writers[0].run(last.command(folder, port, Path()), folder))
        problems += reader.problems + judge(folder, expected)
        return Outcome(kept, reader.answers, tuple(problems))


def main(arguments: list[str]) -> int:
    """Write and read, and print one line of figures."""
    parser = argparse.ArgumentParser(prog="crowd")
    parser.add_argument("--pages", type=int, default=150, help="of each writer")
    chosen = parser.parse_args(arguments)
    with timed("crowd") as words:
        outcome = run(chosen.pages)
        words += [f"{WRITERS} writers", f"{outcome.captures} captures", f"{outcome.answers} answers of Datasette"]
        words += [f"{len(outcome.problems)} failures"]
    for problem in outcome.problems:
        print(problem, file=sys.stderr)
    return int(bool(outcome.problems))
