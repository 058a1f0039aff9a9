"""What a person asked of `archiver capture`: the addresses, the settings that hold, and what would come of it."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from archiver.cli import _output
from archiver.errors import Unreadable, UsageError
from archiver.manifest.question import is_file

if TYPE_CHECKING:
    from archiver.config import Settings

WhatArgument = Annotated[
    list[str],
    typer.Argument(
        metavar="URL|FILE|-...", help="Addresses, files that list addresses (one a line), or - for standard input."
    ),
]
DryRunOption = Annotated[bool, typer.Option("--dry-run", help="Say what would be captured; send and write nothing.")]
FollowOriginOption = Annotated[
    bool, typer.Option("--follow-origin", help="Capture what the pages name as their sources too, as `trace` does.")
]
JobOption = Annotated[
    str,
    typer.Option(metavar="NAME", show_default=False, help="As that job of the watch list captures: with its settings."),
]


def settings_of(folder: Path, flags: Mapping[str, object | None], name: str) -> tuple[Settings, bool]:
    """The settings that hold, those of a job where one is named; and whether it follows pages to their origins. Raises UsageError."""
    from archiver.config import firm, load

    settings = load(folder, flags)
    if not name:
        return settings, False
    from archiver.cli._running import chosen
    from archiver.cli._watching import mistakes
    from archiver.watch.read import of_job

    with mistakes():
        (job,) = chosen(folder, [name], paused=True)
    return of_job(settings, job, firm(flags)), job.follow_origin


def addresses(what: Sequence[str]) -> list[str]:
    """The addresses that arguments stand for, each once. Raises UsageError where a file lists none, Unreadable where it cannot be read."""
    found: list[str] = []
    for argument in what:
        if "://" in argument:
            found.append(argument)
        elif argument == "-" or is_file(argument):
            listed = _listed(argument)
            if not listed:
                raise UsageError(
                    f"{argument} lists no address", advice="One address a line; lines that begin with # are skipped."
                )
            found += listed
        else:
            found.append(argument)  # refused as not-a-url, and recorded as an attempt like any other
    return list(dict.fromkeys(found))


def _listed(name: str) -> list[str]:
    try:
        text = sys.stdin.read() if name == "-" else Path(name).read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as why:
        raise Unreadable(f"{name} cannot be read as a list of addresses: {why}") from why
    lines = (line.strip() for line in text.split("\n"))
    return [line for line in lines if line and not line.startswith("#")]


def plan(urls: list[str], folder: Path, json: bool) -> None:
    """What a run would do, without doing it."""
    from archiver.model.url import BadUrl, parse

    for url in urls:
        try:
            line, problem = parse(url), None
        except BadUrl as why:
            line, problem = url, why.problem
        if json:
            _output.emit(
                {
                    "url": line,
                    "outcome": "refused" if problem else "would-capture",
                    "problems": [problem] if problem else [],
                }
            )
        else:
            _output.say(
                f"would {'refuse' if problem else 'capture'}  {_output.show(line)}"
                + (f"  ({problem})" if problem else "")
            )
    _output.note(f"nothing was sent; the archive would be {_output.show(folder)}")
