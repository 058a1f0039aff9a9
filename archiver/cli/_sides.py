"""The two sides of a comparison as a person reads them: who says what, and what may lie between them beside what somebody wrote."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from archiver.cli._output import address, colour, row, say, show, title

if TYPE_CHECKING:
    from archiver.model.history import CitedText


def facts(name: str, side: CitedText) -> None:
    """Title, byline, publisher, dates, address and capture of one side."""
    say(f"{colour(name, 'bold')}  {colour(title(side.title or '(no title)'), 'bold')}")
    published, modified = ((date or "")[:10] for date in (side.date_published, side.date_modified))
    said = row(("by", ", ".join(side.authors)), ("in", side.publisher), ("dated", published))
    if modified and modified != published:
        said = " · ".join(part for part in (said, f"modified {show(modified)}") if part)
    if said:
        say(f"   {said}")
    say(f"   {address(side.url)}")
    problems = f", {side.outcome}: {', '.join(side.problems)}" if side.problems else ""
    say(f"   {show(f'captured {side.captured_at}, document {side.document_id}{problems}')}\n")


def notes(a: CitedText, b: CitedText) -> Iterator[str]:
    """What may lie between two texts beside what somebody wrote."""
    if a.document_id == b.document_id:
        yield "A and B are one document: the same bytes at the same address"
    kinds = ["a PDF" if side.media_type == "application/pdf" else "a page" for side in (a, b)]
    if kinds[0] != kinds[1]:
        yield f"A is {kinds[0]}, B {kinds[1]}: the text of a PDF has its title, running heads and hyphens in it"
    if a.extractor != b.extractor and kinds[0] == kinds[1]:
        yield "A and B were read by different rules, which may be all that differs"
    if a.language and b.language and a.language.split("-")[0] != b.language.split("-")[0]:
        languages = [show(side.language) for side in (a, b)]
        yield f"A is in {languages[0]}, B in {languages[1]}: a translation shares no words with its original"
