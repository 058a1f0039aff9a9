"""One minute by the real clock: several runs of one watch list, one after the other and two at once; the delay holds over all of them.

    python -m tests.torture minute [--seconds N]

1. Two runs begin at the same moment: one works; the other ends with exit code 11, and says which process works and since when.
2. A third one waits for its turn, and then finds nothing due.
3. Short runs follow at once, each visiting all pages again until it is told to stop.

What arrives at the web is judged: no two requests to a host are nearer to each other than the delay, whichever process made them.
"""

from __future__ import annotations

import argparse
import signal
import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from archiver.errors import Exit
from tests.torture.figures import timed
from tests.torture.live import Done, Work, addresses, live
from tests.torture.warm import scratch

HOSTS, DELAY = 6, 0.5

#: How long each of the short runs has.
SHORT = 2.5


@dataclass(slots=True)
class Outcome:
    """What came of it: runs, requests, the least time between two requests to a host, and what is wrong."""

    runs: int = 0
    requests: int = 0
    nearest: float = 0.0
    problems: list[str] = field(default_factory=list)


def run(seconds: float) -> Outcome:
    """About so long."""
    outcome = Outcome()
    until = time.monotonic() + seconds
    with ExitStack() as stack:
        folder = Path(stack.enter_context(scratch()), "archive")
        web = stack.enter_context(live())
        work = stack.enter_context(Work(folder, web, DELAY))
        urls = addresses(HOSTS, max(int(seconds / 2 / DELAY / 2), 2))
        work.watch(urls)
        web.open.clear()
        both = [work.begin(), work.begin()]
        while all(process.poll() is None for process in both):
            time.sleep(0.01)
        third = work.begin("--wait")
        waiting = work.says(third, "waiting for it to end")
        web.open.set()
        outcome.problems += _at_once([work.end(process) for process in both], urls)
        waited = work.end(third)
        if (waited.code, waited.out) != (Exit.DONE, "") or not waiting:
            outcome.problems.append(f"the run that waited: {waiting} {waited}")
        while time.monotonic() < until:
            outcome.problems += _short(work)
        outcome.runs, outcome.requests, outcome.nearest = len(work.begun), len(web.log), web.nearest()
    if outcome.nearest < DELAY:
        outcome.problems.append(f"two requests to a host came {outcome.nearest:.3f} s after each other")
    return outcome


def _at_once(ended: list[Done], urls: list[str]) -> list[str]:
    """What is wrong with two runs that began together."""
    worked, refused = sorted(ended, key=lambda done: done.code)
    wrong = []
    if worked.code != Exit.DONE or sorted(worked.urls()) != sorted(urls):
        wrong.append(f"the run that worked: {worked}")
    if (
        (refused.code, refused.out) != (Exit.LOCKED, "")
        or f"process {worked.process} on " not in refused.err
        or "since 20" not in refused.err
    ):
        wrong.append(f"the run that was to be refused: {refused}")
    return wrong


def _short(work: Work) -> list[str]:
    """A run that visits everything once more, and is stopped."""
    before = len(work.web.log)
    process = work.begin("--all")
    work.web.until(len(work.web.pages()) + 1)
    time.sleep(SHORT)
    process.send_signal(signal.SIGTERM)
    done = work.end(process)
    asked = [one.url for one in work.web.log[before:] if one.path != "/robots.txt"]
    if done.code not in (Exit.DONE, Exit.PARTLY) or sorted(done.urls()) != sorted(asked):
        return [
            f"a run that was stopped: {done.code}, {len(done.urls())} visits for {len(asked)} requests, {done.err[-400:]}"
        ]
    return []


def main(arguments: list[str]) -> int:
    """Let a minute pass, and print one line of figures."""
    parser = argparse.ArgumentParser(prog="minute")
    parser.add_argument("--seconds", type=float, default=60.0)
    chosen = parser.parse_args(arguments)
    with timed("minute") as words:
        outcome = run(chosen.seconds)
        words += [
            f"{outcome.runs} runs", f"{outcome.requests} requests", f"{outcome.nearest:.3f} s between two at the least, with a delay of {DELAY} s",
            f"{len(outcome.problems)} failures",
        ]  # fmt: skip
    for problem in outcome.problems:
        print(problem, file=sys.stderr)
    return int(bool(outcome.problems))
