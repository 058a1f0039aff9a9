"""A file system of 3 MB is filled to the brim by captures: nothing acknowledged is lost, and all goes on once there is room.

    python -m tests.torture full_disk [--quota]

A file system of its own in memory where we may mount one (root), else the shim's quota on a folder; it is made larger in the end.
With the disk full, every command must end with an answer or with a sentence and its exit code; afterwards judge.py has the rules.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Self

from archiver.errors import Exit
from tests.torture import shim, workload
from tests.torture.figures import timed
from tests.torture.judge import Expected, judge
from tests.torture.warm import Ended, Warm
from tests.torture.workload import FOLLOWING

SIZE = 3 * 1024 * 1024

#: The size that it is given in the end, and how often nothing must fit any more before it counts as full.
LARGER, REFUSALS = 2 * SIZE, 3

#: Addresses of one command.
BATCH = 2


class Disk:
    """A folder that holds SIZE bytes and no more, and what runs commands there. A context manager."""

    def __init__(self, *, quota: bool) -> None:
        self._open = ExitStack()
        self._at = Path(self._open.enter_context(tempfile.TemporaryDirectory())).resolve()
        self.folder = self._at / "disk"
        self.folder.mkdir()
        self._mounted = not quota and self._mount(f"size={SIZE}")
        if self._mounted:
            self._open.callback(subprocess.run, ["umount", str(self.folder)], check=True)
        self.warm = self._warm(SIZE)

    def _mount(self, options: str) -> bool:
        command = ["mount", "-t", "tmpfs", "-o", options, "none", str(self.folder)]
        try:
            return subprocess.run(command, capture_output=True, check=False).returncode == 0
        except OSError:
            return False

    def _warm(self, size: int) -> Warm:
        if self._mounted:
            return self._open.enter_context(Warm())
        return self._open.enter_context(Warm(shim.build(self._at), quota=size, quota_in=self.folder))

    def enlarge(self) -> None:
        """Give it more room."""
        if not self._mounted:
            self.warm = self._warm(LARGER)
        elif not self._mount(f"remount,size={LARGER}"):
            raise RuntimeError(f"{self.folder} cannot be made larger")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it: captures acknowledged, commands that the full disk refused, and what is wrong."""

    captures: int
    refused: int
    problems: tuple[str, ...]


def run(*, quota: bool = False) -> Outcome:
    """Fill, look, free, go on, judge."""
    expected = Expected()
    problems: list[str] = []
    refused = 0
    with ExitStack() as stack:
        port = stack.enter_context(workload.endless())
        disk = stack.enter_context(Disk(quota=quota))
        folder = disk.folder / "archive"
        folder.mkdir()

        def run_it(*words: str) -> Ended:
            return disk.warm.run([*words, "-A", str(folder)], disk.folder)

        in_a_row = 0
        for number in count(1):
            urls = tuple(workload.leaf("full", number, one) for one in range(BATCH if not in_a_row else 1))
            expected.most.update(urls)
            before = len(expected.kept)
            ended = disk.warm.run(workload.capture("fill", *urls).command(folder, port, Path()), disk.folder)
            expected.hear(ended)
            problems += _said("capture", ended)
            refused += ended.code != Exit.DONE
            in_a_row = in_a_row + 1 if ended.code != Exit.DONE and len(expected.kept) == before else 0
            if in_a_row == REFUSALS:
                break
        problems += _while_full(
            expected, run_it("verify", "--json"), run_it("lookup", workload.leaf("full", 1, 0), "--json")
        )
        disk.enlarge()
        expected.ask(FOLLOWING.keeps)
        after = disk.warm.run(FOLLOWING.command(folder, port, Path()), disk.folder)
        expected.hear(after)
        if after.code:
            problems.append(f"with room again, a capture ended with {after.code}: {after.err[-400:]}")
        problems += judge(folder, expected, torn=True)
        return Outcome(len(expected.kept), refused, tuple(problems))


def _while_full(expected: Expected, verified: Ended, found: Ended) -> list[str]:
    """What is wrong with the answers of commands that read, with the disk full."""
    problems = _said("verify", verified) + _said("lookup", found)
    if verified.code == Exit.DONE and any(line["problems"] for line in verified.lines()):
        problems.append(f"verify with the disk full: {verified.out}")
    if found.code == Exit.DONE:
        known = {one["capture_id"] for line in found.lines() for one in _captures(line)}
        if not known & expected.kept.keys():
            problems.append(f"lookup with the disk full does not find what was acknowledged: {found.out[:400]}")
    return problems


def _captures(line: dict[str, object]) -> list[dict[str, str]]:
    captures = line["captures"]
    return json.loads(json.dumps(captures)) if isinstance(captures, list) else []


def _said(what: str, ended: Ended) -> list[str]:
    """What is wrong with the way in which a command ended: with what it wanted, or with a sentence of ours."""
    fine = ended.code in (Exit.DONE, Exit.PARTLY) or (ended.code == Exit.FAILED and "archiver: " in ended.err)
    return [] if fine and "Traceback" not in ended.err else [f"{what} ended with {ended.code}: {ended.err[-600:]}"]


def main(arguments: list[str]) -> int:
    """Fill a disk, and print one line of figures."""
    parser = argparse.ArgumentParser(prog="full_disk")
    parser.add_argument("--quota", action="store_true", help="by the shim, even where a file system could be mounted")
    chosen = parser.parse_args(arguments)
    with timed("full_disk") as words:
        outcome = run(quota=chosen.quota)
        words += [f"{outcome.captures} captures acknowledged", f"{outcome.refused} commands refused"]
        words += [f"{len(outcome.problems)} failures"]
    for problem in outcome.problems:
        print(problem, file=sys.stderr)
    return int(bool(outcome.problems))
