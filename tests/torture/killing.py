"""Two writers capture into one archive, and are killed with -9 at random moments: nothing acknowledged is lost, nothing is twice.

    python -m tests.torture killing [--kills N] [--seed N] [--apart]

Whoever is killed is started again at once, beside the other one that goes on: it has to put right by itself what the killed
one left, whichever of them comes to it first. What they printed is what was acknowledged; judge.py has the rules.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from archiver.manifest.opening import open_read_only
from tests.torture import workload
from tests.torture.figures import timed
from tests.torture.judge import Expected, judge, unread
from tests.torture.warm import Ended, Warm, scratch
from tests.torture.workload import FOLLOWING

#: The time between two kills, in multiples of what one command of one page takes on this machine.
SOONEST, LATEST = 0.1, 5.0

#: More addresses than a writer gets to before it is killed.
MANY = 400


@dataclass(slots=True)
class Writer:
    """One of them: captures addresses that nobody else captures, in runs that are numbered."""

    name: str
    warm: Warm
    folder: Path
    port: int
    apart: bool
    expected: Expected
    runs: int = 0
    problems: list[str] = field(default_factory=list)

    def begin(self) -> None:
        """Start a run."""
        self.runs += 1
        urls = tuple(workload.leaf(self.name, self.runs, number) for number in range(MANY))
        self.expected.most.update(urls)
        command = workload.capture(self.name, *urls).command(self.folder, self.port, Path())
        self.warm.begin(command, self.folder, apart=self.apart)

    def kill(self) -> None:
        """End the run, whatever it does."""
        self.warm.kill()
        self.heard(self.warm.finish())

    def heard(self, ended: Ended) -> None:
        """Keep what was acknowledged. A run that ended by itself must have done all of it."""
        self.expected.hear(ended)
        if ended.code != 0 and not ended.killed:
            self.problems.append(f"{self.name} {self.runs} ended with {ended.code}: {ended.err[-400:]}")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it: how often a writer was killed, the captures acknowledged and those there are, and what is wrong.

    `given_up` are pages whose reader was killed more than once while it read them: they are kept, and not read again.
    """

    kills: int
    acknowledged: int
    captures: int
    given_up: int
    problems: tuple[str, ...]


def run(kills: int, seed: int, *, apart: bool = False) -> Outcome:
    """Kill so often, then judge."""
    dice = random.Random(seed)
    expected = Expected()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(scratch())) / "archive"
        folder.mkdir()
        port = stack.enter_context(workload.endless())
        writers = [
            Writer(name, stack.enter_context(Warm()), folder, port, apart, expected) for name in ("first", "second")
        ]
        problems = _alone(writers[0], "before")
        start = time.monotonic()
        problems += _alone(writers[0], "before")
        unit = time.monotonic() - start
        for writer in writers:
            writer.begin()
        for _ in range(kills):
            time.sleep(unit * dice.uniform(SOONEST, LATEST))
            chosen = dice.choice(writers)
            chosen.kill()
            chosen.begin()
        for writer in writers:  # the last ones, so that nobody has put anything right
            writer.kill()
        problems += [problem for writer in writers for problem in writer.problems]
        problems += _alone(writers[0], "after")
        problems += judge(folder, expected, torn=True, given_up=True)
        with open_read_only(folder) as connection:
            (captures,) = connection.execute("select count(*) from captures where purpose = 'page'").fetchone()
            given_up = unread(connection)
        return Outcome(kills + len(writers), len(expected.kept), captures, given_up, tuple(problems))


def _alone(writer: Writer, when: str) -> list[str]:
    """Capture one page with nobody else about; what was wrong with that."""
    writer.expected.ask(FOLLOWING.keeps)
    ended = writer.warm.run(FOLLOWING.command(writer.folder, writer.port, Path()), writer.folder)
    writer.expected.hear(ended)
    return [f"the command {when} ended with {ended.code}: {ended.err[-400:]}"] if ended.code else []


def main(arguments: list[str]) -> int:
    """Kill, and print one line of figures."""
    parser = argparse.ArgumentParser(prog="killing")
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--apart", action="store_true", help="read pages in a process of their own, as users have it")
    chosen = parser.parse_args(arguments)
    with timed("killing") as words:
        outcome = run(chosen.kills, chosen.seed, apart=chosen.apart)
        words += [
            f"{outcome.kills} kills",
            f"{outcome.acknowledged} captures acknowledged",
            f"{outcome.captures} there",
        ]
        words += [f"{outcome.given_up} given up in reading", f"{len(outcome.problems)} failures"]
    for problem in outcome.problems:
        print(problem, file=sys.stderr)
    return int(bool(outcome.problems))
