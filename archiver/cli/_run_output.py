"""How a run shows itself while it is at work and at its end: the Watchers of jobs.run that the command line has.

    Text     on stderr the progress (on a terminal), and the visits that are worth a look, each where it turned, changed or has something
             wrong with what is new on it; with -v every visit, and what was put off. At the end the summary, one screen of stdout.
             -q: nothing but the visits that are worth a look, and warnings: where all is as it was, nothing.
    Log      on stderr an object of JSON on a line for each event; no progress, no summary. -q: nothing of level `info`.

Either may print data besides (`--json`): on stdout an object for each visit, and nothing else; the summary then goes to stderr.

Keys of an event: `time`, `level` (info, warning, error), `event`; and of
    run-begun    run, jobs: [names]
    visited      those of model.run.Visited.as_json
    put-off      url, until, why
    note         message: what a person would be told besides
    warning      message, and advice where there is some
    error        likewise: what the run could not begin for, or broke off for
    run-ended    those of model.run.Report.as_json; its level is `error` where the run broke off
Keys of a visit on stdout: those of `capture --json`, and those of an event's visit.

Where nobody reads any more what is written here, a run goes on all the same.
"""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, TextIO

from archiver.cli import _output
from archiver.cli._results import as_json
from archiver.export.versions import FIELDS, counted
from archiver.jobs.summary import COLUMNS, attention, summary
from archiver.model.date import Clock, now, rfc3339
from archiver.model.run import Ending, Report, Visited

if TYPE_CHECKING:
    from archiver.model.citation import Json
    from archiver.pipeline import Result


class Text:
    """For people."""

    def __init__(self, *, data: bool = False, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._data = data
        self._monotonic = monotonic

    def begin(self, report: Report) -> None:
        """It begins; how much there is to do comes out as it goes on."""
        self._report = report
        self._progress = _output.Progress(0, "visited", self._monotonic)

    def visited(self, one: Visited, result: Result) -> None:
        """A line where it is worth a look."""
        self._progress.clear()
        if self._data:
            _put_data(one, result)
        if one.telling or _output.verbosity > 0:
            _put(sys.stderr, _output.show(_line(one)) + "\n")
        self._step()

    def put_off(self, url: str, until: datetime, why: str) -> None:
        """A line for -v: the summary counts them."""
        self._progress.clear()
        if _output.verbosity > 0:
            _put(sys.stderr, _output.show(f"put off until {rfc3339(until)}: {url}: {why}") + "\n")
        self._step()

    def warning(self, message: str) -> None:
        """A line in any case."""
        self._progress.clear()
        _put(sys.stderr, f"archiver: {_output.show(message)}\n")

    def end(self, report: Report) -> None:
        """The summary, in the width of the terminal; whole where it is piped."""
        self._progress.clear()
        if _output.verbosity < 0:
            return
        stream = sys.stderr if self._data else sys.stdout
        width = min(shutil.get_terminal_size().columns, COLUMNS) if stream.isatty() else None
        first, *rest = summary(report, width)
        _put(stream, "\n".join([_output.colour(first, "bold", stream), *rest]) + "\n")

    def _step(self) -> None:
        self._progress.step(self._report.total.due)


class Log:
    """For machines."""

    def __init__(self, *, data: bool = False, clock: Clock = now) -> None:
        self._data = data
        self._clock = clock

    def begin(self, report: Report) -> None:
        """The event run-begun."""
        self._event("info", "run-begun", {"run": report.number, "jobs": list(report.jobs)})

    def visited(self, one: Visited, result: Result) -> None:
        """The event visited."""
        if self._data:
            _put_data(one, result)
        self._event("info", "visited", one.as_json())

    def put_off(self, url: str, until: datetime, why: str) -> None:
        """The event put-off."""
        self._event("info", "put-off", {"url": url, "until": rfc3339(until), "why": why})

    def warning(self, message: str) -> None:
        """The event warning."""
        self._event("warning", "warning", {"message": message})

    def said(self, level: str, message: str, advice: str) -> None:
        """The event note, warning or error: what other parts of the program have to say."""
        told: dict[str, Json] = {"message": message, "advice": advice} if advice else {"message": message}
        self._event(level, "note" if level == "info" else level, told)

    def end(self, report: Report) -> None:
        """The event run-ended."""
        self._event("error" if report.ending is Ending.BROKEN else "info", "run-ended", report.as_json())

    def _event(self, level: str, event: str, said: dict[str, Json]) -> None:
        if level != "info" or _output.verbosity >= 0:
            _put_json(sys.stderr, {"time": rfc3339(self._clock()), "level": level, "event": event, **said})


def _line(one: Visited) -> str:
    """`gone, was there: ADDRESS: http-error: the server answered …`, or `changed: ADDRESS: title, 14 words added: TITLE`."""
    parts = [attention(one), one.url]
    wrong = bool(one.message) and (one.turned or one.ailing or not one.problems)
    if wrong:
        parts += [", ".join(one.problems), one.message]
    if one.ailing or (one.telling and not wrong):
        changed = [
            *(FIELDS.get(change.field, change.field) for change in one.changes),
            counted(one.body) if one.body else "",
        ]
        parts += [", ".join(filter(None, changed)), _output.title(one.title or "")]
    return ": ".join(filter(None, parts))


def _put_data(one: Visited, result: Result) -> None:
    """A visit on standard output."""
    _put_json(sys.stdout, {**one.as_json(), **as_json(result)})


def _put_json(stream: TextIO, value: Json) -> None:
    _put(stream, _output.encoded(value).decode("utf-8"))


def _put(stream: TextIO, text: str) -> None:
    """Text on a stream, at once."""
    try:
        stream.write(text)
        stream.flush()
    except OSError:  # its reader has gone, or its disk is full
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
