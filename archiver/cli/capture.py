"""archiver capture URL|FILE|-...: fetch pages, seal them in the archive, and say what they are."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from archiver.cli import _output
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
from archiver.errors import Exit, Unreadable, UsageError
from archiver.manifest.question import is_file

if TYPE_CHECKING:
    from archiver.pipeline import Archive, Result
    from archiver.trace import Step

AGAIN = "Run the same again: what is there already is not stored twice."


def register(app: typer.Typer) -> None:
    """Add the verb."""
    verb(app, "capture")(capture)


def capture(
    what: Annotated[
        list[str],
        typer.Argument(
            metavar="URL|FILE|-...", help="Addresses, files that list addresses (one a line), or - for standard input."
        ),
    ],
    *,
    archive: ArchiveOption = None,
    json: JsonOption = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be captured; send and write nothing.")
    ] = False,
    if_changed: IfChangedOption = False,
    follow_origin: Annotated[
        bool, typer.Option("--follow-origin", help="Capture what the pages name as their sources too, as `trace` does.")
    ] = False,
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
    from archiver.config import find_archive, load

    folder = find_archive(archive)
    urls = addresses(what)
    settings = load(folder, {"delay_seconds": delay, "obey_robots": False if ignore_robots else None})
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
            follow = _follower(opened, depth, no_timemaps) if follow_origin else None
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
