"""archiver chains: every work of the archive with its origin and its republications."""

from __future__ import annotations

import typer

from archiver.cli import _output
from archiver.cli._options import ArchiveOption, JsonOption, verb


def register(app: typer.Typer) -> None:
    """Add the verb."""
    verb(app, "chains")(chains)


def chains(archive: ArchiveOption = None, json: JsonOption = False) -> None:
    """Show who took which text from whom, across the whole archive."""
    from archiver.cli._tree import chain
    from archiver.config import find_archive
    from archiver.manifest.lookup import chains as read_chains
    from archiver.manifest.opening import open_read_only

    count = 0
    with open_read_only(find_archive(archive)) as connection:
        for work in read_chains(connection):
            if json:
                _output.emit(work.as_json())
            else:
                if count:
                    _output.say()
                chain(work)
            count += 1
    if not count and not json:
        _output.note("no page of this archive was taken from another, as far as the pages and their texts tell")
