"""archiver capture URL|FILE|-...: fetch pages, seal them in the archive, and say what they are."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import typer

from archiver.cli import _output
from archiver.cli._capturing import (
    DryRunOption,
    FollowOriginOption,
    JobOption,
    WhatArgument,
    addresses,
    plan,
    settings_of,
)
from archiver.cli._options import (
    AllowOption,
    ArchiveOption,
    ConnectToOption,
    DelayOption,
    DepthOption,
    IfChangedOption,
    IgnoreRobotsOption,
    InsecureOption,
    JsonOption,
    NoteOption,
    NoTimemapsOption,
    verb,
)
from archiver.errors import Exit

if TYPE_CHECKING:
    from archiver.pipeline import Archive, Result
    from archiver.trace import Step

AGAIN = "Run the same again: what is there already is not stored twice."


def register(app: typer.Typer) -> None:
    """Add the verb."""
    verb(app, "capture")(capture)


def capture(
    what: WhatArgument,
    *,
    archive: ArchiveOption = None,
    json: JsonOption = False,
    dry_run: DryRunOption = False,
    if_changed: IfChangedOption = False,
    job: JobOption = "",
    follow_origin: FollowOriginOption = False,
    depth: DepthOption = 3,
    no_timemaps: NoTimemapsOption = False,
    ignore_robots: IgnoreRobotsOption = False,
    connect_to: ConnectToOption = None,
    allow_address: AllowOption = None,
    insecure_tls: InsecureOption = None,
    delay: DelayOption = None,
    note: NoteOption = None,
) -> None:
    """Archive pages: their exact bytes, their text, and what they say of their origin."""
    from archiver.cli._fetching import fetch_settings
    from archiver.config import find_archive

    folder = find_archive(archive)
    urls = addresses(what)
    flags = {"delay_seconds": delay, "obey_robots": False if ignore_robots else None}
    settings, follows = settings_of(folder, flags, job)
    fetching = fetch_settings(settings, connect_to, allow_address, insecure_tls)
    if dry_run:
        plan(urls, folder, json)
        return

    from archiver.cli._opening import open_for_writing
    from archiver.cli._results import exit_code, summary

    results: list[Result] = []
    steps: list[Step] = []
    try:
        with open_for_writing(folder, settings, fetching, note) as opened:
            follow = _follower(opened, depth, no_timemaps) if follow_origin or follows else None
            progress = _output.Progress(len(urls), "captured")
            for result in opened.capture(urls, if_changed):
                results.append(result)
                progress.clear()
                _show(result, json)
                if follow is not None and result.capture is not None:
                    follow(result.url, json, steps)
                progress.step()
    except KeyboardInterrupt:
        _output.interrupted(f"{len(results)} of {len(urls)}", AGAIN)
    if len(results) > 1 and not json:
        _output.note(summary(results))
    if code := exit_code(results) or _followed(steps):
        raise typer.Exit(code)


def _show(result: Result, json: bool) -> None:
    from archiver.cli._results import as_json, tell

    if json:
        _output.emit(as_json(result))
    else:
        tell(result)


def _follower(opened: Archive, depth: int, no_timemaps: bool) -> Callable[[str, bool, list[Step]], None]:
    """What follows the pages of one run to their origins: a source that many of them share is asked for once."""
    from archiver.cli._steps import run
    from archiver.trace import Tracer

    tracer = Tracer(opened, depth=depth, timemaps=() if no_timemaps else None)
    return lambda url, json, steps: run(tracer.follow(url), json, steps)


def _followed(steps: list[Step]) -> Exit:
    from archiver.cli._steps import exit_code

    return exit_code(steps)
