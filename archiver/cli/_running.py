"""What `run` is made of on the command line: which jobs, how it shows itself, what ends it, and its exit code."""

from __future__ import annotations

import math
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from archiver.cli import _output
from archiver.errors import Exit, UsageError

if TYPE_CHECKING:
    from archiver.cli._run_output import Log, Text
    from archiver.jobs.run import Enough
    from archiver.model.run import Report
    from archiver.model.watch import Job
    from archiver.runlock import Holder


class LogFormat(StrEnum):
    """How a run tells what happens."""

    TEXT = "text"
    JSON = "json"


JobsArgument = Annotated[
    list[str] | None, typer.Argument(metavar="[JOB]...", help="Jobs of the watch list; all where none is named.")
]
AllOption = Annotated[bool, typer.Option("--all", help="Visit also what is not due.")]
DryRunOption = Annotated[bool, typer.Option("--dry-run", help="Say what is due; send and write nothing.")]
MaxTimeOption = Annotated[
    str, typer.Option(metavar="TIME", show_default=False, help="Begin no visit after so long: 45m, 2h.")
]
WaitOption = Annotated[bool, typer.Option("--wait", help="Where another run is at work, wait until it ends.")]
PingOption = Annotated[
    str, typer.Option(metavar="URL", show_default=False, help="Ask URL/start, and at the end URL or URL/fail.")
]
MetricsOption = Annotated[
    Path | None,
    typer.Option(metavar="FILE", show_default=False, help="Write figures for Prometheus' textfile collector."),
]
LogFormatOption = Annotated[LogFormat, typer.Option(help="How it tells on standard error what happens.")]


def shown(log_format: LogFormat, *, data: bool) -> Log | Text:
    """Who shows the run. As a log, everything that is said on standard error is an event of it."""
    from archiver.cli._run_output import Log, Text

    if log_format is LogFormat.TEXT:
        return Text(data=data)
    log = Log(data=data)
    _output.logged = log.said
    return log


def chosen(folder: Path, names: Sequence[str]) -> tuple[Job, ...]:
    """The jobs of that name, all where none is named, those that rest left out. Raises UsageError."""
    import difflib

    from archiver.cli._watching import mistakes
    from archiver.config import WATCH
    from archiver.watch.read import load

    with mistakes():
        jobs = {job.name: job for job in load(folder)}
    for name in names:
        if name not in jobs:
            near = difflib.get_close_matches(name, jobs, 1)
            raise UsageError(
                f"{folder / WATCH} has no job of the name {name!r}" + (f"; is {near[0]!r} meant?" if near else ""),
                advice="`archiver watch list` shows the jobs.",
            )
        if jobs[name].paused:
            _output.note(f"the job {name} rests; `archiver watch resume` wakes it")
    if not jobs:
        _output.note(f"{folder / WATCH} names no job; `archiver watch add URL` adds one")
    return tuple(job for job in jobs.values() if not job.paused and (not names or job.name in names))


def exit_code(report: Report) -> Exit:
    """0 where all that was visited was captured; 3 where something was kept, or left; else 7 where all was refused, 4 otherwise."""
    from archiver.model.run import Ending

    count = report.total
    if count.visited == count.outcomes["captured"]:
        return Exit.PARTLY if count.left else Exit.DONE
    if count.kept or (count.left and report.ending is not Ending.OFFLINE):
        return Exit.PARTLY
    return Exit.REFUSED if count.outcomes["refused"] == count.visited else Exit.FAILED


def seconds(text: str) -> float:
    """How long --max-time is; without end where nothing is given. Raises UsageError."""
    from archiver.model.schedule import length

    try:
        return length(text).total_seconds() if text else math.inf
    except ValueError as why:
        raise UsageError(f"--max-time: {why}") from why


def waiting(holder: Holder) -> None:
    """Say what is waited for."""
    _output.note(f"{holder} is at work; waiting for it to end")


@contextmanager
def stopped_by_signals(enough: Enough) -> Iterator[None]:
    """SIGTERM, and Ctrl-C the first time, let the visits under way end; the second Ctrl-C ends everything now."""
    from archiver.model.run import Ending

    def end_now() -> None:
        _output.interrupted("a part of it", "Run the same again: it goes on where this one stopped.")

    def end_soon() -> None:
        enough.call(Ending.STOPPED)
        _output.note("stopping: the visits under way are finished first; Ctrl-C ends them now")

    pressed = False

    def stop(number: int, _frame: object) -> None:
        # In a thread of its own: what was interrupted may be writing, or holding a lock, at this moment.
        nonlocal pressed
        again, pressed = pressed, pressed or number == signal.SIGINT
        threading.Thread(target=end_now if again and number == signal.SIGINT else end_soon, daemon=True).start()

    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def timed(enough: Enough, longest: float) -> Iterator[None]:
    """It is enough after so long."""
    from archiver.model.run import Ending

    timer = threading.Timer(min(longest, threading.TIMEOUT_MAX), enough.call, (Ending.OUT_OF_TIME,))
    timer.daemon = True
    if longest < math.inf:
        timer.start()
    try:
        yield
    finally:
        timer.cancel()


def write_metrics(folder: Path, path: Path, report: Report, warning: Callable[[str], None]) -> None:
    """The figures of a run and of the archive; what went wrong is a warning."""
    from archiver.jobs import metrics
    from archiver.manifest.opening import open_read_only
    from archiver.manifest.runs import last_done
    from archiver.manifest.status import figures

    with open_read_only(folder) as connection:
        content = metrics.text(report, figures(connection), last_done(connection))
    if wrong := metrics.write(path, content):
        warning(wrong)
