"""Publishers in bylines: "By Ann Author via X", "Ann Author | X", "By X. - date"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from archiver.model.claim import Relation, Strength
from archiver.provenance.detect import names
from archiver.provenance.detect.kinds import paper
from archiver.provenance.detect.match import Match, matches
from archiver.provenance.detect.page import Hit, Page, Place
from archiver.provenance.phrases.common import DATED
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
#: A byline with a paper behind the name, and nothing else but a date.
_AT = re.compile(
    r"(?:by|por|von|par|di|door|autor:?|от) (?-i:(?:[A-ZÀ-ÞŁŚŻ][\w.'’-]{0,20}|van|von|de|der|da|di|del|la|le|den) ?){2,5}(?:, | \| | [-–—] |/|\()"
    r"((?:the |la |le |el |il |der |die |das |de |het )?(?-i:[A-ZÀ-Þ])[^,|;:()–—\d]{3,40}?)\)?(?:\s?[|·•,–—-]\s?(?=.{0,12}\d)[^|]{0,40}|(?=\d).{0,30})?$",
    re.IGNORECASE,
)
#: What the page's own paper calls those who write for it.
_OWN_DESK = re.compile(
    r"(?:the )?(?:special|exclusive|staff|for|freelance|guest|contributing|senior|associate|assistant|managing|news|sports?) ",
    re.IGNORECASE,
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
            yield from _at_another_paper(page, place)


def _at_another_paper(page: Page, place: Place) -> Iterator[Hit]:
    """A byline that is a name, a comma and a paper that nobody knows: "By Ann Author, The Mill Gazette"."""
    date = DATED.match(place.plain)
    found = _AT.match(place.plain[date.end() :].lstrip(" |·•,–-")) if date else _AT.match(place.plain)
    if found is None:
        return
    name = found[1].strip()
    if page.known(name) or not paper(name) or _OWN_DESK.match(name) or page.is_self(name, None):
        return
    start = place.plain.rfind(name)
    evidence = page.evidence(place, start, start + len(name), "byline-paper@1", SEGMENT)
    yield Hit(Relation.REPUBLISHED_FROM, name, None, Strength.LABEL, evidence)


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
