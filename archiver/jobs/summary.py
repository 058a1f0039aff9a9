"""A run in words: what a terminal shows of it at its end, and what a ping carries. Pure.

    summary(report, width) -> lines      the run, on one screen: at most LINES
    of_job(report, name)   -> text       one of its jobs
    attention(visited)     -> text       what is to be said of one visit, in front of its address

Names of jobs stand at the end of a line: where they are written from right to left, they take nothing along. What a page says of
itself (its title) does not stand here; a terminal's colours and the live lines are the command line's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import chain

from archiver.model.capture import Outcome
from archiver.model.date import rfc3339
from archiver.model.run import Change, Count, Ending, Report, Visited
from archiver.model.state import State
from archiver.model.text import counted, cut, lasting, plain, size

#: Lines of one screen, and columns of a ping's body.
LINES, COLUMNS = 24, 100

#: Jobs and kinds of problems that are named one by one, and characters of a job's name.
_JOBS, _PROBLEMS, _NAME = 5, 4, 30

_ENDINGS: Mapping[Ending, str] = {
    Ending.DONE: "done",
    Ending.OUT_OF_TIME: "ended when its time was up",
    Ending.STOPPED: "stopped",
    Ending.OFFLINE: "given up, since nothing could be reached",
    Ending.KILLED: "killed",
    Ending.BROKEN: "broken off",
}

_CHANGES: Mapping[Change, str] = {
    Change.FIRST: "first",
    Change.CHANGED: "changed",
    Change.SAME_TEXT: "same text",
    Change.SAME_BYTES: "same bytes",
    Change.NOT_MODIFIED: "not modified",
}

_TURNED = {State.THERE: "there again"}


def summary(report: Report, width: int | None = COLUMNS) -> list[str]:
    """At most LINES lines, each in at most COLUMNS columns, those with addresses in at most `width` (None: all are whole)."""
    if report.ending is Ending.DONE and not report.total.due:
        return [f"nothing is due; next due: {_upcoming(report.upcoming)}"]
    held = "" if report.archive_bytes is None else f"; the archive has {size(report.archive_bytes)}"
    jobs = _jobs(report.jobs) if len(report.jobs) > 1 else ()
    lines = [
        _heading(report),
        *(_row(*row) for row in _counts(report.total, report.hosts, report.free)),
        _row("written", f"{size(report.warc_bytes)}{held}"),
        *(_row("" if number else "jobs", job) for number, job in enumerate(jobs)),
    ]
    if report.followed:
        lines.append(_row("followed", f"{counted(report.followed, 'source')} that pages name"))
    if report.ending is not Ending.BROKEN:  # it did not come to know that
        lines.append(_row("next due", _upcoming(report.upcoming)))
    if report.message:
        lines.insert(1, _row("why", plain(report.message)))
    told = _told(report.told, report.total.telling, LINES - len(lines))
    return [*(_fitted(line, width and COLUMNS) for line in lines), *(_fitted(line, width) for line in told)]


def of_job(report: Report, name: str) -> str:
    """What one job did in a run, as text of COLUMNS columns."""
    count = report.jobs[name]
    lines = [_heading(report), _row("job", cut(name, _NAME)), *(_row(*row) for row in _counts(count))]
    told = [visited for visited in report.told if visited.job == name]
    return "\n".join(_fitted(line, COLUMNS) for line in chain(lines, _told(told, count.telling, LINES - len(lines))))


def attention(visited: Visited) -> str:
    """`gone, was there`; of a page that is there as before, what its capture brought, or that it is flagged."""
    if visited.turned:
        return f"{visited.state}, was {visited.was}" if visited.was else str(visited.state)
    if visited.ailing:
        return visited.outcome
    return _CHANGES[visited.change] if visited.change else visited.outcome


def _row(label: str, text: str) -> str:
    return f"{label:<9} {text}"


def _fitted(line: str, width: int | None) -> str:
    return line if width is None or len(line) <= width else f"{line[: width - 1].rstrip()}…"


def _heading(report: Report) -> str:
    ending = _ENDINGS[report.ending] if report.ending else "at work"
    return _row(f"run {report.number}", f"{_moment(report.started)}, {lasting(report.seconds)}: {ending}")


def _counts(count: Count, hosts: int = 0, free: tuple[str, datetime] | None = None) -> Iterator[tuple[str, str]]:
    """What was due and what became of it, a label and a sentence each; what never came up is left out."""
    yield "due", _addresses(count.due)
    if count.visited:
        where = f", on {counted(hosts, 'host')}" if hosts else ""
        yield "visited", _listed({outcome: count.outcomes[outcome] for outcome in Outcome}) + where
    if count.changes:
        yield "", _listed({words: count.changes[change] for change, words in _CHANGES.items()})
    if count.problems:
        yield "problems", _most(count.problems)
    if count.turned:
        yield "turned", _listed({_TURNED.get(state, state): number for state, number in count.turned.most_common()})
    if count.put_off:
        first = f", one until {_moment(free[1])}: {free[0]}" if free else ""
        yield "put off", f"{count.put_off:,}: their hosts want to be left alone{first}"
    if count.left:
        yield "left", f"{count.left:,} for the next run"


def _addresses(number: int) -> str:
    return f"{number:,} address{'' if number == 1 else 'es'}"


def _listed(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{number:,} {what}" for what, number in counts.items() if number)


def _most(problems: Counter[str]) -> str:
    """The codes that came up most, and how many other kinds there were."""
    found = sorted(problems.items(), key=lambda one: (-one[1], one[0]))
    others = len(found) - _PROBLEMS
    return _listed(dict(found[:_PROBLEMS])) + (f", and {counted(others, 'other kind')}" if others > 0 else "")


def _jobs(jobs: Mapping[str, Count]) -> Iterator[str]:
    """A line for each of the jobs that had most to do."""
    busy = sorted(((count, name) for name, count in jobs.items() if count.due), key=lambda one: (-one[0].due, one[1]))
    shown = busy if len(busy) <= _JOBS else busy[: _JOBS - 1]
    for count, name in shown:
        said = _listed({"due": count.due, "kept": count.kept, "worth a look": count.telling})
        yield f"{said} in {cut(name, _NAME)}"
    if len(shown) < len(busy):
        yield f"and {len(busy) - len(shown):,} more"


def _told(told: Sequence[Visited], telling: int, room: int) -> Iterator[str]:
    """The addresses that are worth a look, as many as there is room for: those whose state is another first."""
    if not telling:
        return
    shown = sorted(told, key=lambda visited: not visited.turned)[: room - 1]
    part = f", {len(shown)} of them here" if len(shown) < telling else ""
    yield f"{_addresses(telling)} worth a look{part}"
    widest = max((len(attention(visited)) for visited in shown), default=0)
    for visited in shown:
        yield f"  {attention(visited):<{widest}}  {plain(visited.url)}"


def _upcoming(moment: datetime | None) -> str:
    return _moment(moment) if moment else "nothing"


def _moment(moment: datetime) -> str:
    return rfc3339(moment.replace(microsecond=0))
