"""archiver watch: what the scheduled job visits: list it, add to it, check it, let a job rest, take something out."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from archiver.cli import _output
from archiver.cli._options import ArchiveOption, JsonOption, verb
from archiver.cli._watching import as_json, due_json, mistakes, tell, tell_due
from archiver.errors import UsageError

#: How many due times `test` shows of each job.
_TIMES = 5


def register(app: typer.Typer) -> None:
    """Add the verbs."""
    group = typer.Typer(
        no_args_is_help=True,
        help="What the scheduled job visits, as manifests/watch.toml says: list it, add to it, check it, pause, resume, remove.",
    )
    verb(group, "list")(list_)
    verb(group, "add")(add)
    verb(group, "test")(check)
    verb(group, "pause")(pause)
    verb(group, "resume")(resume)
    verb(group, "remove")(remove)
    app.add_typer(group, name="watch")


def list_(archive: ArchiveOption = None, json: JsonOption = False) -> None:
    """List the jobs, what they visit and how often."""
    from archiver.config import WATCH, find_archive
    from archiver.watch.read import load

    folder = find_archive(archive)
    now = datetime.now(UTC)
    with mistakes():
        jobs = load(folder)
    for job in jobs:
        if json:
            _output.emit(as_json(job, now))
        else:
            tell(job, now)
    if not jobs:
        _output.note(f"{folder / WATCH} names no job; `archiver watch add URL` adds one")


def add(  # noqa: PLR0917 - given by name
    urls: Annotated[list[str] | None, typer.Argument(metavar="[URL]...", help="Pages to capture.")] = None,
    feed: Annotated[
        list[str] | None, typer.Option(metavar="URL", show_default=False, help="A feed, and the pages it names.")
    ] = None,
    sitemap: Annotated[
        list[str] | None, typer.Option(metavar="URL", show_default=False, help="A sitemap, likewise.")
    ] = None,
    job: Annotated[
        str, typer.Option(metavar="NAME", show_default=False, help="The job they belong to. Else the host's name.")
    ] = "",
    every: Annotated[
        str, typer.Option(metavar="TIME", show_default=False, help="How often: 90m, 6h, 1d, 2w. Else daily.")
    ] = "",
    cron: Annotated[
        str, typer.Option(metavar="LINE", show_default=False, help="Instead: a cron line, '30 6 * * mon-fri'.")
    ] = "",
    timezone: Annotated[str, typer.Option(metavar="ZONE", show_default=False, help="Of the cron line. Else UTC.")] = "",
    match: Annotated[
        list[str] | None,
        typer.Option(metavar="PATTERN", show_default=False, help="Only such pages of feeds and sitemaps: '/news/*'."),
    ] = None,
    recapture: Annotated[
        str, typer.Option(metavar="AGES", show_default=False, help="Besides, at these ages: 1h,1d,7d,30d.")
    ] = "",
    follow_origin: Annotated[
        bool, typer.Option("--follow-origin", help="Capture also what pages were taken from.")
    ] = False,
    note: Annotated[str, typer.Option(metavar="TEXT", show_default=False, help="For people.")] = "",
    archive: ArchiveOption = None,
) -> None:
    """Add pages, feeds or sitemaps to a job, which is made where there is none of that name."""
    from archiver.config import WATCH, find_archive, is_archive
    from archiver.model.url import host
    from archiver.watch.edit import Draft
    from archiver.watch.edit import add as added

    first = next(iter([*(urls or ()), *(feed or ()), *(sitemap or ())]), None)
    if first is None:
        raise UsageError("nothing to visit is given", advice="Give an address, or --feed URL, or --sitemap URL.")
    folder = find_archive(archive)
    draft = Draft(
        name=job.strip() or host(first) or "pages", urls=tuple(urls or ()), feeds=tuple(feed or ()), sitemaps=tuple(sitemap or ()),
        match=tuple(match or ()), every=every, cron=cron, timezone=timezone,
        recapture=tuple(age.strip() for age in recapture.split(",") if age.strip()), follow_origin=follow_origin, note=note,
    )  # fmt: skip
    with mistakes():
        done = added(folder, draft)
    name = _output.name(draft.name)
    for address in done.known:
        _output.note(f"the job {name} visits {address} already")
    for address in done.new:
        _output.say(f"the job {name} visits {_output.show(address)}")
    if done.made_file:
        _output.note(
            f"{folder / WATCH} was made" + ("" if is_archive(folder) else "; the first capture makes the archive")
        )


def check(archive: ArchiveOption = None, json: JsonOption = False) -> None:
    """Check the file, settings included, and say when each job's pages would be due if they were first captured now."""
    from archiver.config import find_archive
    from archiver.config import load as settings
    from archiver.model.schedule import upcoming
    from archiver.watch.read import load

    folder = find_archive(archive)
    with mistakes():
        jobs = load(folder)
        settings(folder, {})
    now = datetime.now(UTC).replace(microsecond=0)
    for job in jobs:
        due = {role: upcoming(job.plan(role), now, _TIMES) for role in job.roles()}
        if json:
            _output.emit(due_json(job, due))
        else:
            tell_due(job, due)
    _output.note(f"{len(jobs)} {'job' if len(jobs) == 1 else 'jobs'}, no mistakes")


def pause(name: Annotated[str, typer.Argument(metavar="NAME", help="The job.")], archive: ArchiveOption = None) -> None:
    """Let a job rest until it is resumed; what it captured stays."""
    _rest(name, archive, paused=True)


def resume(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The job.")], archive: ArchiveOption = None
) -> None:
    """Let a job that rests go on."""
    _rest(name, archive, paused=False)


def _rest(name: str, archive: ArchiveOption, *, paused: bool) -> None:
    from archiver.config import find_archive
    from archiver.watch.edit import pause as put

    with mistakes():
        changed = put(find_archive(archive), name.strip(), paused=paused)
    now = "rests" if paused else "goes on"
    _output.say(f"the job {_output.name(name)} {now}" + ("" if changed else ", as before"))


def remove(
    what: Annotated[str, typer.Argument(metavar="NAME|URL", help="A job, or an address out of every job.")],
    archive: ArchiveOption = None,
) -> None:
    """Take a job, or an address, out of the watch list. What was captured stays in the archive."""
    from archiver.config import find_archive
    from archiver.watch.edit import remove as removed

    with mistakes():
        done = removed(find_archive(archive), what.strip())
    if done.address is None:
        _output.say(f"the job {_output.name(what)} was taken out")
    for job in done.jobs if done.address else ():
        _output.say(f"the job {_output.name(job)} no longer visits {_output.show(done.address)}")
