"""Publishers in bylines: "By Ann Author via X", "Ann Author | X", "By X. - date"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from archiver.model.claim import Relation, Strength
from archiver.provenance.detect import names
from archiver.provenance.detect.match import Match, matches
from archiver.provenance.detect.page import Hit, Page, Place
from archiver.provenance.phrases.grammar import Form
from archiver.provenance.publishers import fold

WEIGHT, SEGMENT = 0.90, 0.75
#: A byline is at most this long, and stands among the first so many blocks of the text.
LONGEST, FIRST = 160, 6
RULE = "byline-segment@1"

_PARTS = re.compile(r"[^|•·—–]+")
_BY = re.compile(
    r"(?:(?:authored |written |posted |published )?by|por|von|par|di|da|door|od|автор|от)[: ]+", re.IGNORECASE
)
_TRAILING = re.compile(
    r"[.,]?\s?(?:-\s?)?(?:\w{3,10}\.? \d{1,2},? \d{4}|\d{1,2}[./ -]\w{1,10}[./ -]\d{2,4}|\d{4}-\d\d-\d\d).*$"
)


def detect(page: Page) -> Iterator[Hit]:
    """Wordings first ("via X"), then segments that are exactly a publisher's name."""
    for match in matches(page, Form.BYLINE, page.near_head):
        target, relation = match.target, match.wording.row.relation
        if (
            target is None
            or relation is None
            or match.place.number is None
            or match.place.number >= FIRST
            or match.place.block.tag in ("h1", "h2")
            or not (target.firm or _plausible(match))
        ):
            continue
        evidence = page.evidence(match.place, match.start, match.end, match.rule, WEIGHT)
        yield Hit(relation, target.publisher, target.url, Strength.LABEL, evidence)
    for place in page.content[:FIRST]:
        if len(place.plain) <= LONGEST and place.block.tag not in ("h1", "h2", "h3"):
            yield from _segments(page, place)


def _plausible(match: Match) -> bool:
    """Whether an unknown name can be believed: it follows "via" or "from" (and not "for"), and is short."""
    target = match.target
    if target is None or len((target.publisher or "").split()) > 4:
        return False
    return bool(
        re.search(r"\b(?:via|vía|from|aus|desde)\b[^|]{0,6}$", match.place.plain[: target.start], re.IGNORECASE)
    )


def _segments(page: Page, place: Place) -> Iterator[Hit]:
    """The segments of a byline that name another publisher. Agencies are agency.py's."""
    text = place.plain
    byline = bool(_BY.match(text))
    if not byline and not any(sign in text for sign in "|,–"):
        return
    for part in _PARTS.finditer(text):
        start, end = part.span()
        if by := _BY.match(text, start):
            start = by.end()
        if (trailing := _TRAILING.search(text, start, end)) and trailing.start() > start:
            end = trailing.start()
        pieces = [(start, end)]
        if byline or not text.endswith((".", "!", "?")):
            pieces += [(start + m.start(), start + m.end()) for m in re.finditer(r"[^,]+", text[start:end])][1:]
        for begin, stop in pieces:
            for target in names.known_in(page, place, begin, stop):
                known = page.known(target.publisher or "")
                if known is None or known.kind != "outlet":
                    continue
                if fold(text[begin:stop]) != fold(target.publisher or "") or page.is_self(target.publisher, None):
                    continue
                evidence = page.evidence(place, target.start, target.end, RULE, SEGMENT)
                yield Hit(Relation.REPUBLISHED_FROM, target.publisher, target.url, Strength.LABEL, evidence)
