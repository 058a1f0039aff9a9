"""archiver decide: a person's word on where a text came from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from archiver.cli import _output
from archiver.cli._deciding import BecauseOption, ByOption, opening, who, why
from archiver.cli._options import ArchiveOption, verb
from archiver.errors import NotFound, UsageError
from archiver.model.text import leftward

if TYPE_CHECKING:
    from archiver.model.citation import Citation


def register(app: typer.Typer) -> None:
    """Add the verb."""
    verb(app, "decide")(decide)


def decide(
    page: Annotated[str, typer.Argument(metavar="FROM", help="The address of an archived page.")],
    source: Annotated[
        str, typer.Argument(metavar="TO", help="What it was taken from: an address (with ://), or a publisher's name.")
    ],
    *,
    relation: Annotated[
        str,
        typer.Option(
            "--relation", metavar="R",
            help="republished_from, syndicated_by, translated_from, variant_of (another form of the article), unrelated, or undecided (takes back what was decided of the two).",
        ),
    ],
    because: BecauseOption,
    by: ByOption = "",
    archive: ArchiveOption = None,
) -> None:  # fmt: skip
    """Decide where a page's text came from. It outranks what pages say, and is kept with who and why."""
    from archiver.model.lineage import Decision, Ruling

    rulings = [str(one) for one in Ruling]
    if relation not in rulings:
        raise UsageError(f"there is no relation {relation!r}", advice=f"It is one of: {', '.join(rulings)}.")
    if "://" not in page:
        raise UsageError(
            f"{page!r} is not an address", advice="Name the page by its address, with http:// or https://."
        )
    reason = why(because)
    with opening(archive) as there:
        citation = _found(there.lookup(page, 1), page)
        address, name = (source, None) if "://" in source else (None, source.strip())
        try:
            decision = Decision(citation.url, Ruling(relation), there.clock(), who(there, by), reason, address, name)
        except ValueError as wrong:
            raise UsageError(str(wrong)) from wrong
        there.decide(decision)
        who_, because = _output.name(decision.by), _output.show(reason)
        colon = ", because: " if leftward(who_) else ": "
        _output.say(f"stated in the archive by {who_}{colon}{because}")
        _output.say(_output.prose(_found(there.lookup(page, 1), page).verdict))


def _found(citations: list[Citation], page: str) -> Citation:
    if not citations or citations[0].document_id is None:
        raise NotFound(f"{page} is not archived", advice=f"`archiver capture {page}` archives it; then decide.")
    return citations[0]
