"""archiver search WORDS: full-text search over what was archived."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from archiver.cli import _output
from archiver.cli._options import ArchiveOption, JsonOption, LimitOption, verb
from archiver.errors import NotFound, UsageError
from archiver.model.text import leftward

if TYPE_CHECKING:
    from archiver.manifest.search import Hit

#: What --json and the table have of a page, named as there.
COLUMNS = ("document_id", "url", "title", "publisher", "date_published", "passage")

#: Said of hits, on standard error, that are no answer but may lead to one.
PARTLY = "no archived page holds all of these words; these hold most parts of the sentence"


class Form(StrEnum):
    """What is printed of what was found."""

    LIST = "list"
    CSV = "csv"


def register(app: typer.Typer) -> None:
    """Add the verb."""
    verb(app, "search")(search)


def search(
    words: Annotated[list[str], typer.Argument(metavar="WORDS...", help="Words of a title, byline or text.")],
    archive: ArchiveOption = None,
    json: JsonOption = False,
    limit: LimitOption = 20,
    form: Annotated[Form, typer.Option("--format", help="A list to read, or a table.")] = Form.LIST,
) -> None:
    """Find archived pages by their words: as a phrase first, else all of them, else most parts of a sentence."""
    from archiver.config import find_archive
    from archiver.manifest.opening import open_read_only
    from archiver.manifest.search import search as find

    if json and form is Form.CSV:
        raise UsageError("--json and --format are two forms of one answer", advice="Ask for one of them.")
    wanted = " ".join(words)
    with open_read_only(find_archive(archive)) as connection:
        hits = find(connection, wanted, limit, "«", "»", partly=True)
    if any(hit.partly for hit in hits):
        _output.note(PARTLY)
    if form is Form.CSV:
        from archiver.export.table import write

        _output.table(write(COLUMNS, ({name: getattr(hit, name) for name in COLUMNS} for hit in hits)))
    for hit in hits:
        if json:
            _output.emit({name: getattr(hit, name) for name in COLUMNS})
        elif form is Form.LIST:
            _tell(hit)
    if not hits:
        raise NotFound(
            f"no archived page holds {wanted!r}",
            advice="Fewer or other words may; `archiver status` says what the archive holds.",
        )


def _tell(hit: Hit) -> None:
    title = _output.title(hit.title) if hit.title else ""
    rest = _output.row(("in", hit.publisher), ("dated", hit.date_published))
    apart = "\n" if leftward(title + rest) else " · "
    _output.say(_output.colour(apart.join(part for part in (title, rest) if part) or "(no title)", "bold"))
    _output.say("  " + _output.address(hit.url))
    _output.say("  " + _output.show(hit.passage))
