"""The jobs of the watch list, for people and for machines, and the mistakes of its file. Shared by the sub-verbs of watch."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from json import dumps
from typing import TYPE_CHECKING

import typer

from archiver.cli import _output
from archiver.errors import Exit
from archiver.model.cron import Cron
from archiver.model.date import rfc3339
from archiver.model.schedule import Due, Every, written
from archiver.model.watch import OVERRIDES, Job, Role

if TYPE_CHECKING:
    from archiver.model.citation import Json

#: Addresses of a job that a terminal is shown.
_SHOWN = 10

#: What the times are of, for each role.
_TIMES = {
    Role.PAGE: "a page that is first captured now, again",
    Role.FEED: "a feed that is first captured now, again",
    Role.SITEMAP: "a sitemap that is first captured now, again",
    Role.FOUND: "a page found there and first captured now, again",
}


@contextmanager
def mistakes() -> Iterator[None]:
    """Every mistake in the file on a line of its own, and the exit code that says so."""
    from archiver.watch.read import ADVICE, BadWatch

    try:
        yield
    except BadWatch as bad:
        for number, mistake in enumerate(bad.mistakes, 1):
            _output.give_up(f"{bad.file}, {mistake}", ADVICE if number == len(bad.mistakes) else "")
        raise typer.Exit(Exit.USAGE) from bad


def as_json(job: Job, now: datetime) -> dict[str, Json]:
    """A job as the file has it. `next`: by the cron line; a length of time is counted for each page by itself."""
    rhythm = job.rhythm
    return {
        "name": job.name, "paused": job.paused, "urls": list(job.urls), "feeds": list(job.feeds), "sitemaps": list(job.sitemaps),
        "match": list(job.match), "every": written(rhythm.length) if isinstance(rhythm, Every) else None,
        "cron": rhythm.text if isinstance(rhythm, Cron) else None, "timezone": str(rhythm.zone) if isinstance(rhythm, Cron) else None,
        "recapture": [written(age) for age in job.recapture], "revisit": written(job.revisit), "follow_origin": job.follow_origin,
        "settings": {name: value for name in OVERRIDES if (value := getattr(job, name)) is not None},
        "on_change": job.on_change or None, "ping": job.ping or None, "note": job.note or None, "next": _next(job, now),
    }  # fmt: skip


def tell(job: Job, now: datetime) -> None:
    """A job for people."""
    _head(job)
    most = _SHOWN if sys.stdout.isatty() else None
    visits = job.visits()
    for role, address in visits[:most]:
        _line(role, address)
    if most is not None and len(visits) > most:
        _line("", f"and {len(visits) - most:,} more; --json lists them")
    for pattern in job.match:
        _line("match", pattern)
    _line("when", str(job.rhythm))
    if job.recapture:
        _line("besides", f"at an age of {', '.join(map(written, job.recapture))}")
    if Role.FOUND in job.roles():
        _line("found", f"pages that it finds: at once, and every {written(job.revisit)}")
    if following := _next(job, now):
        _line("next", following)
    if own := [
        f"{name} = {dumps(value, ensure_ascii=False)}"
        for name in OVERRIDES
        if (value := getattr(job, name)) is not None
    ]:
        _line("settings", ", ".join(own))
    if job.on_change:
        _line("notices", f"to {job.on_change}")
    if job.ping:
        _line("pings", f"to {job.ping}")
    if job.note:
        _line("note", job.note)


def due_json(job: Job, due: Mapping[Role, tuple[Due, ...]]) -> dict[str, Json]:
    """When a job's pages would be due, for machines."""
    times: dict[str, Json] = {role: [{"at": rfc3339(one.at), "why": one.why} for one in due[role]] for role in due}
    return {"name": job.name, "paused": job.paused, "due": times}


def tell_due(job: Job, due: Mapping[Role, tuple[Due, ...]]) -> None:
    """The same for people."""
    _head(job)
    for role, found in due.items():
        _output.say(f"  {_TIMES[role]}:")
        for one in found:
            _output.say(f"    {rfc3339(one.at)}  {one.why}")


def _head(job: Job) -> None:
    """The name at the end of the line: it may be written from right to left."""
    _output.say(
        f"{_output.colour('paused', 'yellow') if job.paused else 'job'} {_output.colour(_output.name(job.name), 'bold')}"
    )


def _line(label: str, value: str) -> None:
    _output.say(f"  {label:<9}{_output.show(value)}")


def _next(job: Job, now: datetime) -> str | None:
    return rfc3339(job.rhythm.next_after(now)) if isinstance(job.rhythm, Cron) and not job.paused else None
