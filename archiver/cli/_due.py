"""What is due, and what will be when: shown without visiting anything. For `run --dry-run` and `schedule show`."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from archiver.cli import _output
from archiver.model.date import now, rfc3339
from archiver.model.state import State

if TYPE_CHECKING:
    from datetime import datetime

    from archiver.jobs.agenda import Item
    from archiver.model.citation import Json
    from archiver.model.watch import Job


def tell_due(folder: Path, jobs: Sequence[Job], json: bool, *, everything: bool = False) -> None:
    """Every address that is due now, or all of them. What lists will name is not known before they are read."""
    moment = now()
    with _manifest(folder) as connection:
        items = _items(connection, jobs, moment)
    due = [item for item in items if item.due.at <= moment]
    for item in items if everything else due:
        if json:
            _output.emit(_as_json(item))
        else:
            _output.say(f"{item.entry.role:<8}{_output.address(item.entry.url)}  {item.due.why}")
    later = min((item.due.at for item in items if item.due.at > moment), default=None)
    _output.note(
        f"{len(due):,} of {len(items):,} addresses due; nothing was sent"
        + (f"; the next is due at {rfc3339(later.replace(microsecond=0))}" if later else "")
    )


def tell_plan(folder: Path, jobs: Sequence[Job], json: bool) -> None:
    """Of each job how much is due now, when the next address will be, and what is not there (with -v which); how the last run ended."""
    from archiver.manifest.runs import last

    moment = now()
    with _manifest(folder) as connection:
        of_job = {job.name: _items(connection, [job], moment) for job in jobs}
        before = last(connection)
    for job in jobs:
        own = of_job[job.name]
        due = sum(item.due.at <= moment for item in own)
        later = min((item.due.at for item in own if item.due.at > moment), default=None)
        upcoming = rfc3339(later.replace(microsecond=0)) if later else None
        missing = [item for item in own if item.state not in (None, State.THERE)]
        states = Counter(str(item.state) for item in missing)
        if json:
            _output.emit(
                {"job": job.name, "addresses": len(own), "due": due, "next": upcoming, "not_there": {**states}}
            )
            continue
        _output.say(f"job {_output.colour(_output.name(job.name), 'bold')}")
        _output.say(f"  due now  {due:,} of {len(own):,}")
        _output.say(f"  next     {upcoming or ('at the next run' if due else 'never')}")
        if missing:
            more = "" if _output.verbosity > 0 else " (-v names them)"
            _output.say(f"  missing  {', '.join(f'{count:,} {state}' for state, count in states.items())}{more}")
        for item in missing if _output.verbosity > 0 else ():
            _output.say(f"    {item.state!s:<9}{_output.address(item.entry.url)}")
    if not json:
        _output.say(f"last run   {before or 'never (archiver run)'}")


def _items(connection: sqlite3.Connection, jobs: Sequence[Job], moment: datetime) -> list[Item]:
    """Every address of these jobs, by when it is due."""
    from archiver.jobs import agenda

    entries = list(agenda.every(connection, jobs))
    return sorted(agenda.agenda(connection, entries, moment).values(), key=lambda item: item.due.at)


def _as_json(item: Item) -> dict[str, Json]:
    return {
        "url": item.entry.url, "job": item.entry.job.name, "role": item.entry.role, "due_at": rfc3339(item.due.at), "why": item.due.why,
        "state": item.state, "last": rfc3339(item.seen.last) if item.seen.last else None,
    }  # fmt: skip


@contextmanager
def _manifest(folder: Path) -> Iterator[sqlite3.Connection]:
    """The manifest, to read; an empty one where there is no archive yet: then everything is due."""
    from archiver.config import is_archive
    from archiver.manifest.opening import open_read_only
    from archiver.manifest.schema import VERSION, scripts

    if is_archive(folder):
        with open_read_only(folder, oldest=VERSION) as connection:
            yield connection
        return
    with closing(sqlite3.connect(":memory:")) as connection:
        for script in scripts():
            connection.executescript(script.read_text("utf-8"))
        yield connection
