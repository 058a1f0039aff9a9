"""archiver trace URL: follow a page to its origin, capturing on the way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from archiver.cli import _output
from archiver.cli._options import (
    AllowOption,
    ArchiveOption,
    ConnectToOption,
    DelayOption,
    DepthOption,
    IgnoreRobotsOption,
    InsecureOption,
    JsonOption,
    NoteOption,
    NoTimemapsOption,
    verb,
)

if TYPE_CHECKING:
    from pathlib import Path

    from archiver.trace import Step


def register(app: typer.Typer) -> None:
    """Add the verb."""
    verb(app, "trace")(trace)


def trace(
    url: Annotated[str, typer.Argument(metavar="URL", help="The page to begin at.")],
    *,
    archive: ArchiveOption = None,
    json: JsonOption = False,
    depth: DepthOption = 3,
    limit: Annotated[int, typer.Option("--limit", min=1, max=1000, help="Fetch at most so many pages.")] = 20,
    no_timemaps: NoTimemapsOption = False,
    ignore_robots: IgnoreRobotsOption = False,
    connect_to: ConnectToOption = None,
    allow_address: AllowOption = None,
    insecure_tls: InsecureOption = None,
    delay: DelayOption = None,
    note: NoteOption = None,
) -> None:
    """Follow a page to its origin: capture what it names as its source, and what that names."""
    from archiver.cli._fetching import fetch_settings
    from archiver.cli._opening import open_for_writing
    from archiver.cli._steps import exit_code, run
    from archiver.config import find_archive, load
    from archiver.trace import Tracer

    folder = find_archive(archive)
    settings = load(folder, {"delay_seconds": delay, "obey_robots": False if ignore_robots else None})
    fetching = fetch_settings(settings, connect_to, allow_address, insecure_tls)
    steps: list[Step] = []
    try:
        with open_for_writing(folder, settings, fetching, note) as opened:
            tracer = Tracer(opened, depth=depth, limit=limit, timemaps=() if no_timemaps else None)
            run(tracer.trace(url), json, steps)
    except KeyboardInterrupt:
        _output.interrupted(
            f"{len(steps)} steps", "Run the same again: what is there already is not asked for again within a day."
        )
    if not json and any(step.had for step in steps):
        _tell_chain(folder, url)
    if code := exit_code(steps):
        raise typer.Exit(code)


def _tell_chain(folder: Path, url: str) -> None:
    """What the archive knows of the page now."""
    from archiver.cli._tree import record
    from archiver.manifest.opening import open_read_only
    from archiver.manifest.question import answers

    with open_read_only(folder) as connection:
        citation = next(answers(connection, url, 1), None)
    if citation is not None:
        _output.say()
        record(citation)
