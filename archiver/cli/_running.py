"""What `run` is made of on the command line: which jobs, how it shows itself, what ends it, who is told where it fails, its exit code."""

from __future__ import annotations

import math
import shlex
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from archiver.cli import _output
from archiver.errors import ArchiverError, Exit, Locked, UsageError

if TYPE_CHECKING:
    from archiver.cli._run_output import Log, Text
    from archiver.fetch.client import FetchSettings
    from archiver.jobs.run import Enough, Run
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


def chosen(folder: Path, names: Sequence[str], *, paused: bool = False) -> tuple[Job, ...]:
    """The jobs of that name, all where none is named; those that rest are left out unless `paused`. Raises UsageError or BadWatch."""
    from archiver.config import WATCH
    from archiver.watch.read import load, missing, unknown

    file = folder / WATCH
    if not file.exists():
        raise missing(folder)
    jobs = {job.name: job for job in load(folder)}
    for name in names:
        if name not in jobs:
            raise unknown(file, name, jobs)
        if jobs[name].paused and not paused:
            _output.note(f"the job {name} rests; `archiver watch resume {shlex.quote(name)}` wakes it")
    if not jobs:
        _output.note(f"{file} names no job; `archiver watch add URL` adds one")
    elif not (names or paused) and all(job.paused for job in jobs.values()):
        _output.note(f"every job of {file} rests; `archiver watch resume NAME` wakes one")
    return tuple(job for job in jobs.values() if (paused or not job.paused) and (not names or job.name in names))


def exit_code(report: Report) -> Exit:
    """0 where all that was visited was captured; 3 where something was kept, or left; else 7 where all was refused, 4 otherwise."""
    from archiver.model.run import Ending

    count = report.total
    if report.ending is Ending.OFFLINE and not count.kept:
        return Exit.FAILED
    if count.visited == count.outcomes["captured"]:
        return Exit.PARTLY if count.left else Exit.DONE
    if count.kept or count.left:
        return Exit.PARTLY
    return Exit.REFUSED if count.outcomes["refused"] == count.visited else Exit.FAILED


def seconds(text: str) -> float:
    """How long --max-time is; without end where nothing is given. Raises UsageError."""
    from archiver.model.schedule import length

    try:
        return length(text).total_seconds() if text else math.inf
    except ValueError as why:
        raise UsageError(f"--max-time: {why}") from why


def pinged(url: str) -> str:
    """The address of --ping as it is requested, "" where none is given. Raises UsageError."""
    from archiver.watch.read import address

    try:
        return address(url) if url else ""
    except ValueError as why:
        raise UsageError(f"--ping: {why}") from why


def written(metrics: Path | None) -> Path | None:
    """The file of --metrics. Raises UsageError where that is none."""
    if metrics is not None and (not metrics.name or metrics.is_dir()):
        raise UsageError("--metrics must name a file", advice="It ends in .prom where Prometheus' collector takes it.")
    return metrics


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

    try:
        with open_read_only(folder) as connection:
            content = metrics.text(report, figures(connection), last_done(connection))
    except ArchiverError as why:  # what broke the run off may keep this from being read, too
        wrong = f"the metrics were not written to {path}: {why}"
    else:
        wrong = metrics.write(path, content)
    if wrong:
        warning(wrong)


@contextmanager
def measured(run: Run, folder: Path, metrics: Path | None, warning: Callable[[str], None]) -> Iterator[None]:
    """The figures are written behind the run, also where it breaks off."""
    try:
        yield
    finally:
        if metrics is not None and run.report is not None:
            write_metrics(folder, metrics, run.report, warning)


class Alarm:
    """Asks URL/fail where a run cannot begin, whatever that is for. Once it has begun its own watchers tell how it ends.

    Where somebody else holds the archive nothing is told: a run that is at work tells of itself, and who waits for a ping notices that
    none comes.
    """

    def __init__(self, folder: Path, ping: str, network: FetchSettings, warning: Callable[[str], None]) -> None:
        self._folder, self._ping, self._network, self._warning = folder, ping, network, warning
        self.run: Run | None = None

    def __enter__(self) -> Alarm:
        return self

    def __exit__(self, _kind: object, why: BaseException | None, _trace: object) -> None:
        begun = self.run is not None and self.run.report is not None
        if self._ping and isinstance(why, Exception) and not isinstance(why, Locked) and not begun:
            self._tell(why)

    def _tell(self, why: Exception) -> None:
        from functools import partial

        from archiver.fetch.client import Client
        from archiver.fetch.send import send
        from archiver.jobs.tell import Stage, ping

        # Whoever listens learns no path of this machine.
        said = str(why).replace(str(self._folder), self._folder.resolve().name)
        if wrong := ping(
            partial(send, Client(self._network)), self._ping, Stage.FAILED, f"the run did not begin: {said}"
        ):
            self._warning(wrong)
