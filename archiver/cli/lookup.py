"""archiver lookup WHAT: the provenance record of an address, a digest, a file or words."""

from __future__ import annotations

from typing import Annotated

import typer

from archiver.cli import _output
from archiver.cli._options import ArchiveOption, JsonOption, LimitOption, verb
from archiver.errors import NotFound


def register(app: typer.Typer) -> None:
    """Add the verb."""
    verb(app, "lookup")(lookup)


def lookup(
    what: Annotated[
        str,
        typer.Argument(
            metavar="WHAT", help="An address (with ://), a file, a SHA-256, or words of a title or sentence."
        ),
    ],
    archive: ArchiveOption = None,
    json: JsonOption = False,
    limit: LimitOption = 20,
) -> None:
    """Say where an archived page came from, with the evidence."""
    from archiver.cli._tree import record
    from archiver.config import find_archive
    from archiver.manifest.opening import open_read_only
    from archiver.manifest.question import answers

    with open_read_only(find_archive(archive)) as connection:
        count = 0
        named: set[str] = set()
        for citation in answers(connection, what, limit):
            if json:
                _output.emit(citation.as_json())
            elif citation.url not in named:  # another form of a page that was printed, and named there
                if count:
                    _output.say()
                record(citation)
            named.update(citation.variants)
            count += 1
        if not count:
            advice = (
                f"`archiver capture {what}` archives it."
                if "://" in what
                else "`archiver search WORDS` looks for single words."
            )
            raise NotFound(f"nothing in the archive answers to {what!r}", advice=advice)
