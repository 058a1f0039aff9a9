"""archiver search WORDS: full-text search over what was archived."""

from __future__ import annotations

from typing import Annotated

import typer

from archiver.cli import _output
from archiver.cli._options import ArchiveOption, JsonOption, LimitOption, verb
from archiver.errors import NotFound


def register(app: typer.Typer) -> None:
    """Add the verb."""
    verb(app, "search")(search)


def search(
    words: Annotated[list[str], typer.Argument(metavar="WORDS...", help="Words of a title, byline or text.")],
    archive: ArchiveOption = None,
    json: JsonOption = False,
    limit: LimitOption = 20,
) -> None:
    """Find archived pages by their words: as a phrase first, else all of them."""
    from archiver.config import find_archive
    from archiver.manifest.opening import open_read_only
    from archiver.manifest.search import search as find

    wanted = " ".join(words)
    with open_read_only(find_archive(archive)) as connection:
        hits = find(connection, wanted, limit, "«", "»")
    for hit in hits:
        if json:
            _output.emit(
                {
                    "document_id": hit.document_id, "url": hit.url, "title": hit.title, "publisher": hit.publisher,
                    "date_published": hit.date_published, "passage": hit.passage,
                }
            )  # fmt: skip
        else:
            said = " · ".join(_output.show(part) for part in (hit.title, hit.publisher, hit.date_published) if part)
            _output.say(_output.colour(said or "(no title)", "bold"))
            _output.say("  " + _output.show(hit.url))
            _output.say("  " + _output.show(hit.passage))
    if not hits:
        raise NotFound(
            f"no archived page holds {wanted!r}",
            advice="Fewer or other words may; `archiver status` says what the archive holds.",
        )
