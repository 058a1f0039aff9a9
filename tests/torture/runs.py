"""`archiver run` is killed with -9 at random moments, and run again until all is done: no page is lost, none is captured twice.

    python -m tests.torture runs [--kills N] [--seed N] [--apart]

A round is a watch list of pages that nobody has asked for yet, in the one archive: a run is killed, and another goes on, until one
ends by itself. Of each round:

1. Every page was captured, and once: what was fetched and not acknowledged may be asked for again, what was acknowledged is not.
2. Of the runs that were killed the next one says so.
3. The archive is whole, by the rules of judge.py; what a run printed is what was acknowledged.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from archiver.errors import Exit
from tests.torture.figures import timed
from tests.torture.judge import Expected, judge
from tests.torture.live import Work, addresses, live
from tests.torture.warm import Ended, Warm, scratch

HOSTS = 10

#: When a run is killed, as a share of the time that a whole one takes on this machine.
SOONEST, LATEST = 0.02, 0.7


@dataclass(slots=True)
class Outcome:
    """What came of it: how often a run was killed, and how often before its row was there; pages, requests for them, what is wrong."""

    kills: int = 0
    unbegun: int = 0
    rounds: int = 0
    pages: int = 0
    requests: int = 0
    problems: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Rounds:
    """Rounds in one archive, of so many pages on each host."""

    work: Work
    warm: Warm
    dice: random.Random
    pages: int
    apart: bool
    expected: Expected = field(default_factory=Expected)
    outcome: Outcome = field(default_factory=Outcome)

    def round(self, kills: int = 0, unit: float = 0.0) -> None:
        """One more watch list, and so many kills, or as many as it takes runs to be done."""
        outcome, web = self.outcome, self.work.web
        urls = addresses(HOSTS, self.pages, f"round{outcome.rounds}-")
        self.work.watch(urls)
        self.expected.most.update(urls)
        done: set[str] = set()
        ended, killed = None, 0
        while ended is None or ended.killed:
            before = len(web.log)
            self.warm.begin(self.work.command(), self.work.folder, apart=self.apart)
            if killed < kills:
                time.sleep(unit * self.dice.uniform(SOONEST, LATEST))
                self.warm.kill()
            ended = self.warm.finish()
            killed += ended.killed
            self.expected.hear(ended)
            if again := done & {one.url for one in web.log[before:]}:
                outcome.problems.append(
                    f"{len(again)} pages were acknowledged, and were asked for again: {sorted(again)[:3]}"
                )
            done |= {str(line["url"]) for line in ended.lines()}
        outcome.rounds += 1
        outcome.kills += killed
        outcome.pages += len(urls)
        outcome.problems += self._wrong(ended, urls, killed)

    def _wrong(self, ended: Ended, urls: list[str], killed: int) -> list[str]:
        """What is wrong behind a round."""
        captured = self.work.captured()
        wrong = [f"{url} was captured {captured.get(url, 0)} times" for url in urls if captured.get(url) != 1]
        if ended.code not in (Exit.DONE, Exit.PARTLY):
            wrong.append(f"a run ended with {ended.code}: {ended.err[-400:]}")
        rows = self.work.rows("select outcome from runs order by id")[self._rows :]
        self._rows += len(rows)
        self.outcome.unbegun += killed - (len(rows) - 1)
        if rows[-1:] != [("done",)] or any(row != ("killed",) for row in rows[:-1]) or len(rows) > killed + 1:
            wrong.append(f"after {killed} kills the runs have ended so: {rows}")
        return wrong

    _rows: int = 0


def run(kills: int, seed: int, *, pages: int = 6, each: int = 8, apart: bool = False) -> Outcome:
    """Kill so often, at most `each` times a round of ten hosts with so many pages; then judge."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(scratch())) / "archive"
        web = stack.enter_context(live())
        rounds = Rounds(Work(folder, web), stack.enter_context(Warm()), random.Random(seed), pages, apart)
        rounds.round()
        begun = time.monotonic()
        rounds.round()
        unit = time.monotonic() - begun
        while rounds.outcome.kills < kills:
            rounds.round(min(each, kills - rounds.outcome.kills), unit)
        outcome = rounds.outcome
        outcome.requests = len(web.pages())
        last = rounds.warm.run(
            rounds.work.command(), folder
        )  # whoever reads leaves a log's files; the next writer takes them away
        if (last.code, last.out) != (Exit.DONE, ""):
            outcome.problems.append(
                f"a run that had nothing to do ended with {last.code}: {last.out[:400]} {last.err[-400:]}"
            )
        outcome.problems += judge(folder, rounds.expected, torn=True, given_up=True)
        return outcome


def main(arguments: list[str]) -> int:
    """Kill, and print one line of figures."""
    parser = argparse.ArgumentParser(prog="runs")
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--apart", action="store_true", help="read pages in a process of their own, as users have it")
    chosen = parser.parse_args(arguments)
    with timed("runs") as words:
        outcome = run(chosen.kills, chosen.seed, apart=chosen.apart)
        words += [
            f"{outcome.kills} kills, {outcome.unbegun} before the run had a row", f"{outcome.rounds} rounds", f"{outcome.pages} pages",
            f"{outcome.requests} requests for them", f"{len(outcome.problems)} failures",
        ]  # fmt: skip
    for problem in outcome.problems:
        print(problem, file=sys.stderr)
    return int(bool(outcome.problems))
