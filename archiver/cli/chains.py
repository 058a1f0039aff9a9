"""archiver chains: every work of the archive with its origin and its republications."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import typer

from archiver.cli import _output
from archiver.cli._formats import Form, FormatOption, check, works
from archiver.cli._options import ArchiveOption, JsonOption, verb

if TYPE_CHECKING:
    from archiver.model.citation import Chain


def register(app: typer.Typer) -> None:
    """Add the verb."""
    verb(app, "chains")(chains)


def chains(archive: ArchiveOption = None, json: JsonOption = False, form: FormatOption = Form.TREE) -> None:
    """Show who took which text from whom, across the whole archive."""
    from archiver.config import find_archive
    from archiver.manifest.lookup import chains as read_chains
    from archiver.manifest.opening import open_read_only

    check(form, json)
    with open_read_only(find_archive(archive)) as connection:
        found = _said_if_none(read_chains(connection), json)
        if json:
            for work in found:
                _output.emit(work.as_json())
        else:
            works(found, form)


def _said_if_none(found: Iterable[Chain], json: bool) -> Iterator[Chain]:
    """The chains as they come; where there are none, a word about that."""
    count = 0
    for count, one in enumerate(found, 1):  # noqa: B007 - counted for what is said behind the loop
        yield one
    if not count and not json:
        _output.note("no page of this archive was taken from another, as far as the pages and their texts tell")
