"""Figures of a run and of the archive as Prometheus takes them from a text file (exposition format 0.0.4).

    text(report, figures, last_done) -> the whole file        write(path, text) -> what went wrong, "" where nothing did

1. All are gauges, in base units, without timestamps: the file says what is so now, and is written anew by each run.
2. `archiver_run_*` is the run that wrote it, `archiver_job_*` each of its jobs, all else the archive.
3. A run that fails keeps the time of the last one that did not (archiver_run_last_done_time_seconds), for the rule that alerts.
4. A series that is counted is there with zero; what is not known is left out.

The label of a job is `watch_job`: Prometheus gives every series that it takes from a host the label `job` itself.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from archiver._version import __version__
from archiver.manifest.status import Figures
from archiver.model.capture import PROBLEMS, Outcome
from archiver.model.date import parse_rfc3339
from archiver.model.run import Change, Count, Ending, Report
from archiver.model.state import State

Name = TypeVar("Name", bound=str)

Labels = tuple[tuple[str, str], ...]
Sample = tuple[Labels, float]


@dataclass(frozen=True, slots=True)
class _Counted:
    """One row: a name behind `archiver_run_` or `archiver_job_`, what it means, and its samples."""

    name: str
    meaning: str
    samples: Callable[[Count], Iterable[Sample]]


def _by(
    label: str, names: Iterable[Name], of: Callable[[Count], Mapping[Name, int]]
) -> Callable[[Count], Iterable[Sample]]:
    """A sample for each of the names."""
    every = tuple(names)
    return lambda count: ((((label, name),), of(count).get(name, 0)) for name in every)


#: What there is of a run as a whole and of each of its jobs.
_COUNTED = (
    _Counted("due", "Addresses that were due.", lambda count: [((), count.due)]),
    _Counted("visited", "Addresses that were visited, by what became of the visit.", _by("outcome", map(str, Outcome), lambda count: count.outcomes)),
    _Counted("changes", "Captures, by what they brought beside the one before.", _by("change", Change, lambda count: count.changes)),
    _Counted("turned", "Addresses whose state is another than before, by the state that they have now.", _by("state", State, lambda count: count.turned)),
    _Counted("problems", "Visits, by problem; a visit may have several.", _by("code", PROBLEMS, lambda count: count.problems)),
    _Counted("put_off", "Addresses that were due and not visited: their hosts want to be left alone.", lambda count: [((), count.put_off)]),
    _Counted("left", "Addresses that were due and not visited: time was up.", lambda count: [((), count.left)]),
)  # fmt: skip

#: What each figure of the archive means; times among them are named `first_capture` and `last_capture` there.
_FIGURES = {
    "captures": "Captures of pages.",
    "flagged": "Captures of pages that something is wrong with.",
    "failed": "Attempts that left nothing to keep.",
    "refused": "Attempts that our own rules refused.",
    "withdrawn": "Captures that were withdrawn.",
    "documents": "Documents that were read.",
    "publishers": "Publishers that are known.",
    "claims": "Claims of origin, and others, that the documents make.",
    "chains": "Works of which a chain is known.",
    "contradictions": "Documents that contradict themselves about their origin.",
    "warc_files": "WARC files.",
    "warc_bytes": "Bytes in WARC files.",
    "first_capture": "When the first page was captured.",
    "last_capture": "When the last page was captured.",
}


def text(report: Report, figures: Figures, last_done: datetime | None = None) -> str:
    """The file. `last_done`: when the last run before this one that went through all that was due ended, by the manifest."""
    return "".join(
        line
        for name, meaning, samples in (*_run(report, last_done), *_jobs(report), *_archive(figures))
        if samples
        for line in _lines(name, meaning, samples)
    )


_Family = tuple[str, str, list[Sample]]


def _run(report: Report, last_done: datetime | None) -> Iterator[_Family]:
    done = report.ended if report.ending is Ending.DONE else last_done
    yield "archiver_build_info", "The version that wrote this.", [((("version", __version__),), 1)]
    yield "archiver_run_start_time_seconds", "When the run began.", _time(report.started)
    yield "archiver_run_end_time_seconds", "When the run ended.", _time(report.ended)
    yield "archiver_run_duration_seconds", "How long the run took.", [((), report.seconds)]
    yield (
        "archiver_run_last_done_time_seconds",
        "When the last run ended that went through all that was due.",
        _time(done),
    )
    yield (
        "archiver_run_ending",
        "How the run ended: 1 for that, 0 for the others.",
        [((("ending", ending),), ending is report.ending) for ending in Ending],
    )
    yield "archiver_run_hosts", "Hosts that were visited.", [((), report.hosts)]
    yield "archiver_run_written_bytes", "Bytes that the run wrote to WARC files.", [((), report.warc_bytes)]
    yield "archiver_next_due_time_seconds", "When the next address is due.", _time(report.upcoming)
    for row in _COUNTED:
        yield f"archiver_run_{row.name}", row.meaning, list(row.samples(report.total))


def _jobs(report: Report) -> Iterator[_Family]:
    for row in _COUNTED:
        yield (
            f"archiver_job_{row.name}",
            f"{row.meaning} Of one job.",
            [
                ((("watch_job", name), *labels), value)
                for name, count in report.jobs.items()
                for labels, value in row.samples(count)
            ],
        )


def _archive(figures: Figures) -> Iterator[_Family]:
    for field in fields(figures):
        value = getattr(figures, field.name)
        if isinstance(value, int):
            yield f"archiver_{field.name}", _FIGURES[field.name], [((), value)]
        else:
            moment = parse_rfc3339(value) if value else None
            yield f"archiver_{field.name}_time_seconds", _FIGURES[field.name], _time(moment)


def _time(moment: datetime | None) -> list[Sample]:
    return [((), moment.timestamp())] if moment else []


def _lines(name: str, meaning: str, samples: Iterable[Sample]) -> Iterator[str]:
    yield f"# HELP {name} {meaning}\n# TYPE {name} gauge\n"
    for labels, value in samples:
        told = ",".join(f'{label}="{_escaped(said)}"' for label, said in labels)
        yield f"{name}{{{told}}} {value:.15g}\n" if told else f"{name} {value:.15g}\n"


def _escaped(said: str) -> str:
    """A label's value: the three characters that its notation treats specially, and nothing that is no UTF-8."""
    escaped = said.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return escaped.encode("utf-8", "replace").decode()


def write(path: Path, content: str) -> str:
    """The file, in the place of the one before: whoever reads sees the one or the other whole. Returns what went wrong."""
    new = path.parent / f".{path.name}.{os.getpid()}.new"  # a collector takes names that end in .prom
    try:
        with new.open("x", encoding="utf-8", newline="") as opened:
            os.fchmod(opened.fileno(), 0o644)  # it is another user who reads it
            opened.write(content)
        new.replace(path)
    except OSError as why:
        with suppress(OSError):  # what failed may have been to make it
            new.unlink()
        return f"the metrics were not written to {path}: {why.strerror or why}"
    return ""
