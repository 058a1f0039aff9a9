"""Every file operation of a run of commands fails, one by one, in every way: nothing acknowledged is lost, nothing is half.

    python -m tests.torture faults [--cases N] [--seed N] [--step NAME] [--apart] [--jobs N]

A case: the archive as it was before a step (workload.STEPS); the step's command, whose n-th operation fails in one of the ways
of shim.How; then a command without a fault. What the failing one says must be a sentence of ours and a documented exit code;
what the next one leaves is judged (judge.py).
"""

from __future__ import annotations

import argparse
import random
import shutil
import sys
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from archiver.errors import Exit
from archiver.ledger.problems import CODES
from tests.torture import shim, workload
from tests.torture.figures import timed
from tests.torture.judge import Expected, glance, judge
from tests.torture.shim import How, Operation
from tests.torture.warm import Ended, Warm, scratch
from tests.torture.workload import FOLLOWING, REBUILD, STEPS, THE_SAME, Step

#: What a command that the disk failed may end with: it may have got round it, or said so.
ENDS = (Exit.DONE, Exit.PARTLY, Exit.FAILED)

#: What may be said on standard error: errors and their advice, what is found at the door, and the remarks of a check.
OURS = (
    "archiver: ", "  ", "a new archive in ", "what a broken run left was moved to ", "the check could not be noted in the manifest: ",
    *(name for name, code in CODES.items() if not code.fails),
)  # fmt: skip
TAKEN_UP = " were taken up into the manifest"

#: After the fault of every eighth operation, the manifest is drawn anew from the WARC files and compared too.
EVERY = 8


@dataclass(frozen=True, slots=True)
class Case:
    """Which operation of which step fails, and how."""

    step: int
    at: int
    how: How

    def __str__(self) -> str:
        return f"{STEPS[self.step].name} {self.at} {self.how.value}"


@dataclass(frozen=True, slots=True)
class Failure:
    """A case that did not end as it must."""

    case: Case
    operation: str
    problems: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.case} ({self.operation}): {'; '.join(self.problems)}"


@dataclass(frozen=True, slots=True)
class Before:
    """The archive as it is before a step, what it must hold, and the operations that the step does where nothing goes wrong."""

    folder: Path
    expected: Expected
    operations: tuple[Operation, ...]
    torn: bool


class Bench:
    """Runs cases of the first `steps`, one after another. A context manager."""

    def __init__(self, *, apart: bool = False, steps: int = len(STEPS)) -> None:
        self._apart = apart
        self._steps = STEPS[:steps]
        #: Of the cases that were run, those in which the operation was come to.
        self.reached = 0
        self._open = ExitStack()
        with ExitStack() as undo:
            self.folder = Path(undo.enter_context(scratch())).resolve()
            self._warm = undo.enter_context(Warm(shim.build(self.folder)))
            self._port = undo.enter_context(workload.web())
            self._theirs = self.folder / "theirs.warc.gz"
            workload.write_theirs(self._theirs)
            self.expected = Expected()
            self.before = self._befores()
            self._open = undo.pop_all()

    def __enter__(self) -> Bench:
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def _run(self, step: Step, folder: Path, at: int = 0, how: How = How.KILL, log: Path | None = None) -> Ended:
        command = step.command(folder, self._port, self._theirs)
        return self._warm.run(
            command, folder, fail_at=at, how=how, log=log, max_bytes=step.max_bytes, apart=self._apart
        )

    def _befores(self) -> list[Before]:
        """Every step without a fault."""
        made = []
        expected = self.expected
        folder = self.folder / "0"
        folder.mkdir()
        for number, step in enumerate(self._steps, 1):
            if step.after is not None:
                self._break(step.after, folder, expected)
            if step.lost:
                for path in (folder / "manifests").glob("manifest.db*"):
                    path.unlink()
            torn = step.after is not None and step.after.how is How.TORN
            after = self.folder / str(number)
            shutil.copytree(folder, after)
            before = expected.copy()
            log = self.folder / "log"
            ended = self._run(step, after, log=log)
            expected.ask(step.keeps)
            expected.hear(ended, step.keeps, step.done)
            assert ended.code == step.code, (step.name, ended)
            operations = tuple(shim.read_log(log))
            log.unlink()
            made.append(Before(folder, before, operations, torn))
            assert not (wrong := judge(after, expected, torn=torn or made[-1].torn)), (step.name, wrong)
            folder = after
            if torn:  # what was moved aside has been looked at; it is not to hide what a later case leaves
                for aside in (folder / "archive").glob("*.torn-*"):
                    aside.unlink()
        return made

    def _break(self, fault: workload.Break, folder: Path, expected: Expected) -> None:
        step = workload.capture("broken", fault.url, max_bytes=fault.max_bytes)
        copy, log = self.folder / "copy", self.folder / "log"
        shutil.copytree(folder, copy)
        self._run(step, copy, log=log)
        at = fault.at(list(shim.read_log(log)))
        log.unlink()
        shutil.rmtree(copy)
        expected.ask(step.keeps)
        ended = self._run(step, folder, at, fault.how)
        assert ended.killed, ended

    def cases(self) -> Iterator[Case]:
        """Every operation, in every way."""
        for number, before in enumerate(self.before):
            for at in range(1, len(before.operations) + 1):
                for how in How:
                    yield Case(number, at, how)

    def run(self, case: Case) -> Failure | None:
        """One case; None where all is well."""
        step, before = STEPS[case.step], self.before[case.step]
        folder = self.folder / "case"
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(before.folder, folder)
        expected = before.expected.copy()
        ended = self._run(step, folder, case.at, case.how)
        expected.ask(step.keeps)
        expected.hear(ended, step.keeps, step.done)
        self.reached += ended.killed or ended.operations >= case.at
        problems = list(_said(ended, step, case.how))
        if case.at % 2 and not step.lost:  # every second time nobody looks before it is put right
            problems += glance(folder, expected)
        expected.ask(FOLLOWING.keeps)
        for following in (FOLLOWING, step) if step.again else (FOLLOWING,):
            after = self._run(following, folder)
            expected.hear(after, following.keeps if following is FOLLOWING else ())
            if after.code != Exit.DONE or not all(_is_ours(line) for line in after.err.splitlines()):
                problems.append(f"{following.name} after it ended with {after.code}: {after.err[-400:]}")
        if step.again:  # after the second time all of it is there, and once
            expected.least.update({name: expected.most[name] - expected.least[name] for name in step.keeps})
        if not problems:
            problems += judge(folder, expected, torn=case.how is How.TORN or before.torn)
        if not problems and case.at % EVERY == 0:
            anew = self._run(REBUILD, folder)
            if anew.code != Exit.DONE or THE_SAME not in anew.out:
                problems.append(
                    f"drawn anew from the WARC files, the manifest is another: {anew.out} {anew.err[-400:]}"
                )
        if not problems:
            return None
        operation = before.operations[case.at - 1]
        return Failure(case, f"{operation.op.name} {operation.path} {operation.second}".rstrip(), tuple(problems))

    def lost(self) -> list[str]:
        """After all steps the manifest is lost, and a page captured: what is wrong then. No operation fails."""
        folder = self.folder / "case"
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(self.folder / str(len(self._steps)), folder)
        for path in (folder / "manifests").glob("manifest.db*"):
            path.unlink()
        expected = self.expected.copy()
        expected.ask(FOLLOWING.keeps)
        ended = self._run(FOLLOWING, folder)
        expected.hear(ended)
        return [f"it ended with {ended.code}: {ended.err[-400:]}"] * bool(ended.code) + judge(folder, expected)


def _is_ours(line: str) -> bool:
    return line.startswith(OURS) or line.endswith(TAKEN_UP)


def _said(ended: Ended, step: Step, how: How) -> Iterator[str]:
    """What is wrong with the way in which the failing command ended."""
    if ended.killed and how in (How.KILL, How.TORN):
        return
    if ended.code not in (*ENDS, step.code):
        yield f"exit code {ended.code}: {ended.err[-400:]}"
    for line in ended.err.splitlines():
        if not _is_ours(line):
            yield f"said {line!r}"


def _share(cases: Sequence[Case], apart: bool) -> tuple[int, int]:
    """Some of the cases, in a process of their own: how many came to their operation, and failed. Each failure is told at once."""
    failures = 0
    with Bench(apart=apart) as bench:
        for case in cases:
            if (failure := bench.run(case)) is not None:
                print(failure, file=sys.stderr, flush=True)
                failures += 1
        return bench.reached, failures


def sample(cases: Iterable[Case], number: int | None, seed: int) -> list[Case]:
    """So many of the cases, drawn; all of them in a drawn order where no number is given."""
    drawn = list(cases)
    random.Random(seed).shuffle(drawn)
    return drawn[:number]


def main(arguments: list[str]) -> int:
    """Run the cases, and print those that failed and one line of figures."""
    parser = argparse.ArgumentParser(prog="faults", description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--cases", type=int, help="only so many, drawn")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--step", choices=[step.name for step in STEPS], help="of one step alone")
    parser.add_argument(
        "--apart", action="store_true", help="read pages in a process of their own, as users have it: slower"
    )
    parser.add_argument("--jobs", type=int, default=2)
    chosen = parser.parse_args(arguments)
    with timed("faults") as words:
        with Bench() as bench:
            known = [case for case in bench.cases() if chosen.step in (None, STEPS[case.step].name)]
            operations = sum(len(before.operations) for before in bench.before)
        cases = sample(known, chosen.cases, chosen.seed)
        shares = [cases[start :: chosen.jobs] for start in range(chosen.jobs)]
        with ProcessPoolExecutor(chosen.jobs, mp_context=get_context("spawn")) as pool:
            done = list(pool.map(_share, shares, [chosen.apart] * chosen.jobs))
        reached, failures = (sum(numbers) for numbers in zip(*done, strict=True))
        words += [f"{operations} operations", f"{len(cases)} cases", f"{reached} came to their operation"]
        words += [f"{failures} failures"]
    return int(failures > 0)
