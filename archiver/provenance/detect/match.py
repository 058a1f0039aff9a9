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
from archiver.provenance.detect.version import VERSION
from archiver.provenance.phrases.common import ARTICLES
from archiver.provenance.phrases.grammar import MAX_NAME, Form, Wording

#: Languages in which a capital tells a noun, and not a name.
NOUNS_HAVE_CAPITALS = frozenset({"de"})
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
            if end is not None and end.end() == limit < len(place.plain) and "$" in trail.pattern:
                end = None  # that is where the looking ended, not the block
            if end is not None and end.start() > found.end():
                target = names.between(page, place, found.end(), end.start())
                yield Match(wording, place, found.start(), end.end(), target)
        elif "{X}" in wording.row.pattern:
            target = names.after(page, place, _begins(place.plain, found, wording))
            yield Match(wording, place, found.start(), target.end if target else found.end(), target)
        else:
            yield Match(wording, place, found.start(), found.end(), None)


def _begins(text: str, found: re.Match[str], wording: Wording) -> int:
    """Where the name behind a wording begins: at an article or noun with a capital that the wording took for its own, since
    that is the name's first word ("según El Molo", "segundo o Jornal do Cais").
    """
    if wording.row.form not in _SENTENCES:
        return found.end()
    last = _LAST_WORD.search(text, found.start() + 1, found.end())
    if last is None or not last[1][0].isupper() or (len(last[1]) > 1 and last[1].isupper()):
        return found.end()
    if wording.language in NOUNS_HAVE_CAPITALS and last[1].casefold() not in ARTICLES:
        return found.end()
    return last.start()


_SENTENCES = frozenset({Form.CITE, Form.STATEMENT, Form.TRANSLATION})
_LAST_WORD = re.compile(r"(?<!\w)([^\W\d_]{1,16})(?:['’]|\s)$")


def _link_texts(page: Page, place: Place, wording: Wording, lead: re.Pattern[str]) -> Iterator[Match]:
    """Links whose whole text is the wording, wherever in the block they stand."""
    for link in page.links(place):
        if link.start > 0 and lead.fullmatch(place.plain[link.start : link.end].strip()):
            yield Match(wording, place, link.start, link.end, None)
