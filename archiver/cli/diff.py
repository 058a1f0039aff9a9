"""archiver diff A B: two archived texts side by side, passage by passage."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from archiver.cli import _output
from archiver.cli._options import ArchiveOption, JsonOption, verb
from archiver.errors import NotFound, UsageError

if TYPE_CHECKING:
    import sqlite3

    from archiver.model.citation import Json
    from archiver.model.history import CitedText, Tally
    from archiver.model.lineage import Overlap
    from archiver.provenance.align import Passage


def register(app: typer.Typer) -> None:
    """Add the verb."""
    verb(app, "diff")(diff)


def diff(
    a: Annotated[
        str,
        typer.Argument(
            metavar="A",
            help="An address (its newest capture), a document ID or a capture ID: the text to compare with.",
        ),
    ],
    b: Annotated[
        str | None,
        typer.Argument(
            metavar="[B]",
            help="The same, the later one. Left out, A is an address: its two newest versions are compared.",
            show_default=False,
        ),
    ] = None,
    archive: ArchiveOption = None,
    json: JsonOption = False,
) -> None:
    """Show what was cut from, added to and changed in a text between two archived pages, or two captures of one."""
    from archiver.cli._withdrawn import refuse
    from archiver.config import find_archive
    from archiver.manifest.opening import open_read_only
    from archiver.provenance.align import align, tally
    from archiver.provenance.overlap import compare

    if b is None and "://" not in a:
        raise UsageError(
            "diff compares two pages, or the two newest versions of one address",
            advice="archiver diff A B, or: archiver diff https://…",
        )
    with open_read_only(find_archive(archive)) as connection:
        first, second = _versions(connection, a) if b is None else (_one(connection, a), _one(connection, b))
        for side in (first, second):
            refuse(connection, side.capture_id)
    text_a, text_b = _text(first, "A"), _text(second, "B")
    found = align(text_a, text_b)
    counted = tally(text_a, text_b, found)
    overlap = compare("a", text_a, "b", text_b)
    if json:
        _output.emit(_as_json(first, second, found, counted, overlap))
    else:
        _tell(first, second, found, counted, overlap)


def _one(connection: sqlite3.Connection, what: str) -> CitedText:
    """The document that an argument names, as that capture of it has it."""
    from archiver.manifest.stored import find
    from archiver.manifest.versions import one

    stored = find(connection, what)
    if stored is None:
        raise NotFound(
            f"nothing in the archive has the ID or address {what!r}",
            advice="`archiver lookup` finds pages by words, too.",
        )
    text = one(connection, stored.document_id, stored.capture_id) if stored.document_id else None
    if text is None:
        raise NotFound(
            f"{what!r} was captured, and is not read yet",
            advice="The next archiver that writes to the archive does that.",
        )
    return text


def _versions(connection: sqlite3.Connection, url: str) -> list[CitedText]:
    """The two newest versions of the page at an address."""
    from archiver.manifest.versions import history

    found = history(connection, _one(connection, url).document_id, most=2)
    if len(found) < 2:
        raise NotFound(
            f"there are no two versions of {url!r} in the archive",
            advice="Every capture of it that is a page holds the same. Name a second page to compare it with.",
        )
    return found


def _text(side: CitedText, name: str) -> str:
    if not side.text:
        problems = f" ({', '.join(side.problems)})" if side.problems else ""
        raise NotFound(
            f"no text was drawn from {name}, {side.url}{problems}: there is nothing to compare",
            advice=f"`archiver show {side.capture_id} --payload` prints its bytes.",
        )
    return side.text


def _as_json(
    a: CitedText, b: CitedText, found: tuple[Passage, ...], counted: Tally, overlap: Overlap
) -> dict[str, Json]:
    from archiver.cli._sides import notes

    def span(text: str | None, start: int, end: int) -> Json:
        return {"start": start, "end": end, "text": (text or "")[start:end]}

    return {
        "a": a.as_json(), "b": b.as_json(), "containment_a": round(overlap.containment_a, 4),
        "containment_b": round(overlap.containment_b, 4), "longest": overlap.longest, "words": counted.as_json(),
        "notes": list(notes(a, b)),
        "passages": [
            {
                "kind": str(p.kind), "typographic": p.typographic, "a": span(a.text, p.a_start, p.a_end),
                "b": span(b.text, p.b_start, p.b_end),
            }
            for p in found
        ],
    }  # fmt: skip


def _tell(a: CitedText, b: CitedText, found: tuple[Passage, ...], counted: Tally, overlap: Overlap) -> None:
    from archiver.cli._passages import legend, passages
    from archiver.cli._sides import facts, notes
    from archiver.export.versions import counted as in_words

    for name, side in (("A", a), ("B", b)):
        facts(name, side)
    for note in notes(a, b):
        _output.say(f"note     {note}")
    if overlap.longest:
        _output.say(
            f"shared   {overlap.containment_a:.0%} of A stands in B, {overlap.containment_b:.0%} of B stands in A;"
            f" the longest shared run is {overlap.longest:,} words"
        )
    typographic = sum(p.typographic and p.kind == "changed" for p in found)
    if not counted.changes:
        same = "character for character" if a.text == b.text else "but for quotation marks, dashes and spacing"
        _output.say(f"A to B   the texts are the same, {same} ({counted.same:,} words)")
        return
    _output.say(f"A to B   {in_words(counted)}")
    if not overlap.longest and counted.same + counted.moved < counted.replaced + counted.cut:
        _output.say("\nNo five words in a row stand in both: the texts are not shown. `archiver show` prints each.")
        return
    if typographic:
        places = "1 place" if typographic == 1 else f"{typographic:,} places"
        _output.say(f"         not marked: quotation marks, dashes and spacing, which differ in {places}")
    _output.say(f"         {legend(found)}\n")
    passages(a.text or "", b.text or "", found)
