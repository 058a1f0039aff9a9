"""Wordings searched in blocks: every match of a form's rows, with the name that it is about.

The one loop that all phrase detectors share. It knows no relation and weighs nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from archiver.provenance.detect import names
from archiver.provenance.detect.names import Target
from archiver.provenance.detect.page import Page, Place
from archiver.provenance.phrases.grammar import MAX_NAME, Form, Wording

VERSION = 3
#: A wording is looked for this often in one block; more is a list, or an attack.
MAX_MATCHES = 20


@dataclass(frozen=True, slots=True)
class Match:
    """A wording found in a block at [start, end); `target` is None where the wording names nobody, or nothing fit."""

    wording: Wording
    place: Place
    start: int
    end: int
    target: Target | None

    @property
    def rule(self) -> str:
        """The name and version that evidence carries."""
        return f"{self.wording.name}@{VERSION}"


def matches(page: Page, form: Form, wanted: Callable[[Place], bool]) -> Iterator[Match]:
    """Matches of all rows of a form in the blocks that are `wanted`, block by block."""
    asked = page.wordings(form)
    said = [(number, rank) for rank, wording in enumerate(asked) for number in page.found(wording)]
    wants: dict[int, bool] = {}
    for number, rank in sorted(said):
        place = page.read[number]
        if number not in wants:
            wants[number] = wanted(place)
        if wants[number]:
            yield from _in_block(page, place, asked[rank])


def _in_block(page: Page, place: Place, wording: Wording) -> Iterator[Match]:
    lead, trail = wording.lead, wording.trail
    if lead is None:
        assert trail is not None  # noqa: S101 - a row without words cannot be compiled
        for count, found in enumerate(trail.finditer(place.plain)):
            if count == MAX_MATCHES:
                return
            target = names.before(page, place, found.start())
            yield Match(wording, place, target.start if target else found.start(), found.end(), target)
        return
    if wording.row.form is Form.READ:
        yield from _link_texts(page, place, wording, lead)
    for count, found in enumerate(lead.finditer(place.plain)):
        if count == MAX_MATCHES:
            return
        if trail is not None:
            limit = found.end() + MAX_NAME
            end = trail.search(place.plain, found.end(), limit)
            if end is not None and end.end() == limit < len(place.plain) and trail.pattern.endswith("$"):
                end = None  # that is where the looking ended, not the block
            if end is not None and end.start() > found.end():
                target = names.between(page, place, found.end(), end.start())
                yield Match(wording, place, found.start(), end.end(), target)
        elif "{X}" in wording.row.pattern:
            target = names.after(page, place, found.end())
            yield Match(wording, place, found.start(), target.end if target else found.end(), target)
        else:
            yield Match(wording, place, found.start(), found.end(), None)


def _link_texts(page: Page, place: Place, wording: Wording, lead: re.Pattern[str]) -> Iterator[Match]:
    """Links whose whole text is the wording, wherever in the block they stand."""
    for link in page.links(place):
        if link.start > 0 and lead.fullmatch(place.plain[link.start : link.end].strip()):
            yield Match(wording, place, link.start, link.end, None)
