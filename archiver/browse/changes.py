"""The versions of one address as its page tells them: what changed from each to the next, and two of them side by side. Pure.

    timeline(texts, here, links)  -> Timeline, the newest first            compared(texts, first, last, most) -> Comparison
    beside(texts, here)           -> the numbers of the version that a page is of, and of the one before it

A page is made as it is asked for, and may not wait: word by word are compared the newest versions, as many as there is room for;
of the others it is said that their texts changed. Two that are asked for by their numbers have more room.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from typing import NamedTuple

from archiver.browse.web import Links
from archiver.export.passages import runs, shortened
from archiver.export.silence import unnamed
from archiver.export.versions import FIELDS, NOTHING, counted, is_quiet, said
from archiver.model.history import CitedText, CitedVersion
from archiver.model.text import plain
from archiver.provenance import versions
from archiver.provenance.align import align, tally

#: Characters of text that are compared word by word for a timeline; that are compared to be shown with it; and where it is asked for.
COUNTED, INLINE, ASKED = 24_000, 16_000, 300_000

#: Characters of one stretch of a text that are shown.
STRETCH = 6_000


class Piece(NamedTuple):
    """A stretch of a text in lines, made plain: same, cut, added, moved; or `left-out`, of which the text is a note."""

    kind: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two versions, by their numbers: what differs in words, and the text with its marks; or why that is not shown."""

    first: int
    last: int
    words: str
    pieces: tuple[Piece, ...] = ()
    why_not: str = ""
    command: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """A version, or several in a row between which nothing changed that is read: from number `first` to number `last`.

    `since` and `until` are times; `changes` are fields with their old and new values; `document` is the page of that version, where
    it is another than this; `comparison` is where it stands beside the one before it.
    """

    first: int
    last: int
    since: str
    until: str
    said: str
    here: bool
    changes: tuple[tuple[str, str | None, str | None], ...] = ()
    findings: tuple[str, ...] = ()
    document: str | None = None
    comparison: str | None = None


@dataclass(frozen=True, slots=True)
class Timeline:
    """The versions that are told, the newest first; `earlier` counts those before them."""

    told: tuple[Told, ...]
    count: int
    earlier: int


def timeline(texts: Sequence[CitedText], here: str, links: Links, *, named: bool = True) -> Timeline:
    """The versions of an address, given in the order of their captures; `here` is the ID of the document whose page it is. `named`: their
    titles and bylines may be said.
    """
    split = _room(texts)
    # What is not counted may differ in nothing that is read: of that nothing is held against the page.
    early = [_unaccused(one) for one in versions.timeline(texts[: split + 1], 0)]
    found = [*early, *versions.timeline(texts[split:], COUNTED)[1:]]
    found = found if named else [*unnamed(found)]
    told: list[Told] = []
    for quiet, run in groupby(found, key=is_quiet):
        group = list(run)
        if quiet and len(group) > 1:
            told.append(_quiet(group, here))
        else:
            told += [_told(one, found, here, links) for one in group]
    return Timeline(tuple(reversed(told)), texts[-1].number, texts[0].number - 1)


def _room(texts: Sequence[CitedText]) -> int:
    """The place of the first version from which on all changes fit into what is compared word by word."""
    left = COUNTED
    for place, (old, new) in reversed(list(enumerate(pairwise(texts)))):
        left -= _size(old, new)
        if left < 0:
            return place + 1
    return 0


def _size(old: CitedText, new: CitedText) -> int:
    return 0 if old.text == new.text else len(old.text or "") + len(new.text or "")


def _unaccused(version: CitedVersion) -> CitedVersion:
    """A version whose changes were not counted; of the others nothing is taken back."""
    if not version.body_changed:
        return version
    return replace(version, findings=(), acknowledged=None, caveat=version.caveat or "nor is its modified date weighed")


def _quiet(group: Sequence[CitedVersion], here: str) -> Told:
    first, last = group[0], group[-1]
    among = any(one.document_id == here for one in group)
    return Told(first.number, last.number, first.captured_at, last.last_captured_at, NOTHING, among)


def _told(version: CitedVersion, found: Sequence[CitedVersion], here: str, links: Links) -> Told:
    here_too = version.document_id == here
    return Told(
        first=version.number,
        last=version.number,
        since=version.captured_at,
        until=version.last_captured_at,
        said=said(version, found),
        here=here_too,
        changes=tuple(
            (FIELDS.get(one.field, one.field), one.old, one.new) for one in version.changes if one.old or one.new
        ),
        findings=tuple(one.message for one in version.findings),
        document=None if here_too else links.document(version.document_id),
        comparison=links.comparison(here, version.number - 1, version.number) if version.body_changed else None,
    )


def beside(texts: Sequence[CitedText], here: str) -> tuple[int, int]:
    """The newest version that the page of a document is of, and the one before it; of the first one, the one after it."""
    numbers = [text.number for text in texts]
    last = max((text.number for text in texts if text.document_id == here), default=numbers[-1])
    return (last - 1, last) if last > numbers[0] else (last, last + 1)


def compared(texts: Sequence[CitedText], first: int, last: int, most: int) -> Comparison | None:
    """Two versions by their numbers, where both are told and differ in their texts; `most` characters are compared."""
    by_number = {text.number: text for text in texts}
    if first not in by_number or last not in by_number or first == last:
        return None
    old, new = by_number[first], by_number[last]
    if not old.text or not new.text or old.text == new.text:
        return None
    command = f"archiver diff {old.capture_id} {new.capture_id}"
    if len(old.text) + len(new.text) > most:
        return Comparison(first, last, "", why_not="The two texts are too long to be compared here.", command=command)
    found = align(old.text, new.text)
    numbers = tally(old.text, new.text, found)
    words = counted(numbers) or "quotation marks, dashes and spacing alone"
    if numbers.same + numbers.moved < numbers.replaced + numbers.cut:
        return Comparison(first, last, words, why_not="Most of the text is another one.", command=command)
    pieces = tuple(Piece(run.kind, tuple(_lines(run.text))) for run in shortened(runs(old.text, new.text, found)))
    return Comparison(first, last, words, pieces)


def _lines(text: str) -> Iterator[str]:
    """The lines of a stretch, each made plain with the space at its ends kept, for it stands between others."""
    shown = text if len(text) <= STRETCH else f"{text[:STRETCH]} …"
    for line in shown.split("\n"):
        before, after = " " * line[:1].isspace(), " " * line[-1:].isspace()
        yield f"{before}{plain(line)}{after}" if line.strip() else " " * bool(line)
