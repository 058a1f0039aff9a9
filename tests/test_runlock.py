"""The run lock, between real processes."""

from __future__ import annotations

import math
import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest

from archiver.errors import Exit, Locked, Unwritable
from archiver.runlock import AT_ONCE, RUN_LOCK, Holder, holder, run_lock

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)

#: Takes the lock, starts a program of its own, says that it holds it, and holds it until it is told to let go.
RUN = """
import subprocess, sys
from datetime import UTC, datetime
from pathlib import Path
from archiver.runlock import run_lock
with run_lock(Path(sys.argv[1]), clock=lambda: datetime(2026, 3, 1, 12, tzinfo=UTC), wait=float(sys.argv[2])):
    child = subprocess.Popen(["sleep", "30"])
    print(child.pid, flush=True)
    sys.stdin.readline()
child.kill()
child.wait()
"""

Start = Callable[..., "subprocess.Popen[str]"]


def clock() -> datetime:
    return AT


@pytest.fixture
def start() -> Iterator[Start]:
    """start(folder, wait=0) -> a run; ended when the test ends."""
    with ExitStack() as running:

        def go(folder: Path, wait: float = 0.0) -> subprocess.Popen[str]:
            process = subprocess.Popen(
                [sys.executable, "-c", RUN, str(folder), str(wait)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
            )  # fmt: skip
            running.enter_context(process)
            running.callback(process.kill)
            return process

        yield go


def text(folder: Path) -> str:
    return (folder / "archive" / RUN_LOCK).read_text("ascii")


def test_a_second_run_is_told_at_once_who_holds_the_lock(tmp_path, start: Start) -> None:
    first = start(tmp_path)
    child = int(first.stdout.readline())
    try:
        began = time.monotonic()
        said = rf"another run \(process {first.pid} on {platform.node()}, since 2026-03-01T12:00:00Z\) is at work"
        with pytest.raises(Locked, match=said) as caught, run_lock(tmp_path, clock=clock):
            pass
        assert time.monotonic() - began < 2
        assert caught.value.exit_code is Exit.LOCKED
        assert "--wait" in caught.value.advice
        assert holder(tmp_path) == Holder(first.pid, platform.node(), "2026-03-01T12:00:00Z")
    finally:
        first.communicate("go\n")
    assert not Path(f"/proc/{child}").exists()
    assert (text(tmp_path), holder(tmp_path)) == ("", None)


def test_the_lock_of_a_killed_run_is_free_at_once_though_what_it_started_goes_on(tmp_path, start: Start) -> None:
    first = start(tmp_path)
    child = int(first.stdout.readline())
    try:
        first.kill()
        first.wait()
        assert f"process {first.pid} " in text(tmp_path), "it had no time to take its name away"
        assert holder(tmp_path) is None
        with run_lock(tmp_path, clock=clock, sleep=pytest.fail):
            assert f"process {os.getpid()} " in text(tmp_path)
    finally:
        os.kill(child, 9)


def test_who_waits_gets_the_lock_when_the_other_run_ends_and_is_told_once_whom_it_waits_for(
    tmp_path, start: Start
) -> None:
    first = start(tmp_path)
    first.stdout.readline()
    told: list[Holder] = []
    slept = 0.0

    def sleep(seconds: float) -> None:
        nonlocal slept
        slept += seconds
        if slept > 2:
            first.communicate("go\n")

    with run_lock(tmp_path, clock=clock, wait=math.inf, waiting=told.append, sleep=sleep):
        assert slept > 2
    assert [one.process for one in told] == [first.pid]


def test_who_waits_for_a_time_waits_no_longer(tmp_path) -> None:
    slept: list[float] = []
    with run_lock(tmp_path, clock=clock):
        with pytest.raises(Locked), run_lock(tmp_path, clock=clock, wait=7.5, sleep=slept.append):
            pass
        assert sum(slept) == pytest.approx(7.5)
        slept.clear()
        with pytest.raises(Locked), run_lock(tmp_path, clock=clock, sleep=slept.append):
            pass
        assert sum(slept) == pytest.approx(AT_ONCE)


def test_a_wait_can_be_broken_off(tmp_path) -> None:
    def stop(_: float) -> None:
        raise InterruptedError

    with (
        run_lock(tmp_path, clock=clock),
        pytest.raises(InterruptedError),
        run_lock(tmp_path, clock=clock, wait=math.inf, sleep=stop),
    ):
        pass


@pytest.mark.parametrize(
    ("left", "named"),
    [
        ("", None),
        ("process 1 on {here}, since 2026-03-01T12:00:00Z\n", 1),
        ("process 1 on elsewhere.example, since 2026-03-01T12:00:00Z\n", 1),
        ("process 999999999 on elsewhere.example, since 2026-03-01T12:00:00Z\n", 999_999_999),
        ("process 999999999 on {here}, since 2026-03-01T12:00:00Z\n", None),
        ("process 9999999999 on {here}, since 2026-03-01T12:00:00Z\n", None),
        ("process 1 on {here}, since 2026-03-01T12:00:00Z", None),
        ("process 1 on \x1b[31mhere, since 2026-03-01T12:00:00Z\n", None),
        ("\0" * 5000, None),
    ],
)
def test_of_the_holder_is_told_what_can_be_and_the_text_alone_holds_nobody_up(tmp_path, left, named) -> None:
    path = tmp_path / "archive" / RUN_LOCK
    path.parent.mkdir()
    path.write_text(left.format(here=platform.node()))
    assert holder(tmp_path) is None
    with run_lock(tmp_path, clock=clock, sleep=pytest.fail):
        path.write_text(left.format(here=platform.node()))
        found = holder(tmp_path)
        assert found is not None
        assert (found.process, str(found).startswith("another run")) == (named, True)


def test_a_look_at_who_holds_the_lock_does_not_turn_a_run_away(tmp_path) -> None:
    import fcntl

    with run_lock(tmp_path, clock=clock):
        pass
    with (tmp_path / "archive" / RUN_LOCK).open() as looking:
        fcntl.flock(looking, fcntl.LOCK_SH)
        with run_lock(tmp_path, clock=clock, sleep=lambda _: looking.close()):
            assert holder(tmp_path) == Holder(os.getpid(), platform.node(), "2026-03-01T12:00:00Z")


def test_of_four_runs_that_begin_together_one_is_at_work_at_any_time(tmp_path, start: Start) -> None:
    runs = [start(tmp_path, 60) for _ in range(4)]
    for _ in runs:
        at_work = [run for run in runs if run.poll() is None]
        found = None
        until = time.monotonic() + 30
        while (found is None or found.process is None) and time.monotonic() < until:
            time.sleep(0.01)
            found = holder(tmp_path)
        (one,) = [run for run in at_work if run.pid == found.process]
        one.communicate("go\n")
    assert [run.returncode for run in runs] == [0] * 4


def test_where_there_is_no_archive_nobody_holds_it(tmp_path) -> None:
    assert holder(tmp_path / "nowhere") is None


def test_what_cannot_be_written_to_cannot_be_run(tmp_path) -> None:
    (tmp_path / "archive").write_text("a file")
    with pytest.raises(Unwritable, match="cannot be written to"), run_lock(tmp_path, clock=clock):
        pass
