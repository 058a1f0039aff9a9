"""archiver demo [DIR]: an archive of a small web that the project ships, to look at."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from archiver.cli import _output
from archiver.cli._options import verb
from archiver.errors import UsageError


def register(app: typer.Typer) -> None:
    """Add the verb."""
    verb(app, "demo")(demo)


def demo(
    folder: Annotated[Path, typer.Argument(metavar="[DIR]", help="Where the demo's archive is made.")] = Path(
        "archiver-demo"
    ),
) -> None:
    """Capture four small pages that come with archiver, and show what it says of them."""
    from archiver.cli._fetching import fetch_settings
    from archiver.cli._tree import chain, record
    from archiver.config import Settings, load
    from archiver.demo.web import REPOST, VISITED, served
    from archiver.manifest import lookup
    from archiver.manifest.opening import open_read_only
    from archiver.pipeline import Archive

    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(
            f"{folder} is there already", advice="Name another folder, or remove that one: the demo makes its own."
        )
    settings = Settings(delay_seconds=0.0, key=load(folder, {}).key)
    with served() as port:
        _output.note(f"four pages of a small web on 127.0.0.1:{port}, captured into {_output.show(folder)}")
        with Archive(folder, settings, fetch_settings(settings, [f"::127.0.0.1:{port}"], None)) as archive:
            for result in archive.capture(VISITED):
                _output.say(f"{result.outcome}  {_output.show(result.final_url or result.url)}")
    with open_read_only(folder) as connection:
        for work in lookup.chains(connection):
            _output.say()
            chain(work)
        _output.say("\n" + "─" * 40 + "\n")
        record(next(lookup.citations(connection, lookup.by_url(connection, REPOST)[:1])))
        _output.say("\n" + "─" * 40)
        for warc in sorted((folder / "archive").glob("*.warc.gz")):
            _output.say(f"the pages      {_output.show(warc)}")
        _output.say(f"the manifest   {_output.show(folder / 'manifests' / 'manifest.db')}")
        _output.say(f"look around    archiver lookup --archive {_output.show(folder)} {REPOST}")
        _output.say(f"               archiver search --archive {_output.show(folder)} night ferry")
        _output.say(f"               archiver verify --archive {_output.show(folder)}")
