"""Source labels: "Source: X" once, at the head or the tail of the text. Several of them are references, not an origin."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from archiver.model import url as urls
from archiver.model.claim import Relation, Strength
from archiver.model.document import Role
from archiver.provenance.detect.kinds import organisation, paper, person
from archiver.provenance.detect.match import Match, matches
from archiver.provenance.detect.names import Target, after
from archiver.provenance.detect.page import CONTENT, EDGE, Hit, Page, Place, sentence
from archiver.provenance.detect.statement import best_address, is_reuse
from archiver.provenance.detect.version import VERSION
from archiver.provenance.phrases.grammar import Form
from archiver.provenance.publishers import fold, looks_like_host

WEIGHT, REFERENCE, HOST, FIELD = 0.85, 0.8, 0.75, 0.75
#: A label without a colon stands in a block of at most so many characters, and has at least so many.
LONGEST_FIELD, SHORTEST_LABEL = 60, 2
HEADLINES = frozenset({"h1", "h2", "h3", "h4"})
#: Labels that say too little without a colon.
_NOT_ALONE = re.compile(r"(?:via|from|da|za|original|oryginał|оригинал|отсюда|vía)", re.IGNORECASE)
#: "From the Harbour Post:", alone above the text that was copied.
_ABOVE = re.compile(
    r"\W{0,3}(?:from|von|vom|aus|de|del|du|desde|da|dal|dalla|do|van|uit|z|ze|из|с) (?=.{3,60}:\W{0,3}$)", re.IGNORECASE
)
ABOVE = "name-above@1"
_SIGNS = " \t:.*■▲▶◆●•[]【】()<>〈〉※-–—"
#: A line of facts is at most this long.
LONGEST_LINE = 160
#: A block that a label in the block above it speaks of is at most this long.
LONGEST_NAME = 120
#: A line that is a host is at most this long.
LONGEST_HOST = 60
#: A line that is a date, with a time of day if need be.
_DATE_LINE = re.compile(
    r"\W{0,3}(?:[^\W\d_]{2,12}[.,]{0,2} )?(?:\d{1,2}(?:st|nd|rd|th|er|º|\.)? (?:de |of )?[^\W\d_]{3,12}\.?,? (?:de )?\d{4}|[^\W\d_]{3,12}\.? \d{1,2},? \d{4}|"
    r"\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{4}[./-]\d{1,2}[./-]\d{1,2}|\d{4}年\d{1,2}月\d{1,2}日)(?:[ ,T–-]{1,3}\d{1,2}:\d\d(?: ?[AaPp][Mm])?)?\W{0,3}"
)
#: Words behind a name: what begins so is a sentence, and not the name that a label above it is for.
_GOES_ON = re.compile(r" ?[^\W\d_]{3}")
#: Where labels are counted. Those of a caption speak of a figure, those of menus of nothing.
_COUNTED = CONTENT | {Role.LIST, Role.CAPTION}
#: What may stand before a label: nothing, an opening bracket, or the end of a sentence.
_BEFORE = re.compile(r"(?:^|[.!?…。！？\])(\[|]\s?)[\s\W]{0,4}$")
#: What follows a surname and initials in a reference: "Muster A, Exempel B, et al."
_AUTHORS = re.compile(r",? et al\b|, [^\W\d_]{2,20} [A-Z]{1,3}\b")


def detect(page: Page) -> Iterator[Hit]:
    """Labels that name somebody; a claim of origin where there is one such name, citations where there are more."""
    said = (_continued(page, match) for match in matches(page, Form.LABEL, lambda p: p.block.role in _COUNTED))
    found = [match for match in said if _is_label(page, match)]
    targets = {_key(match) for match in found if match.place.block.role is not Role.CAPTION}
    for match in found:
        target = match.target
        assert target is not None  # noqa: S101 - _is_label has seen to it
        url = best_address(page, match.place, target)
        relation = match.wording.row.relation or Relation.REPUBLISHED_FROM
        origin = len(targets) == 1 and page.at_edge(match.place) and match.place.block.role in CONTENT
        if not origin:
            named = target.firm or organisation(target.publisher or "")
            if named and not page.is_self(target.publisher, url):
                evidence = page.evidence(match.place, match.start, match.end, match.rule, REFERENCE)
                yield Hit(Relation.CITES, target.publisher, url, Strength.LABEL, evidence)
            continue
        evidence = page.evidence(match.place, match.start, match.end, match.rule, WEIGHT)
        yield Hit(relation, target.publisher, url, Strength.LABEL, evidence)
    if not found:
        yield from _fields(page)
        yield from _above(page)
    yield from _lone_host(page)


def _above(page: Page) -> Iterator[Hit]:
    """A block above the text that is nothing but "from", a name that is sure to be one, and a colon."""
    for place in page.content[: 2 * EDGE]:
        begin = _ABOVE.match(place.plain) if place.plain[-1:] == ":" and len(place.plain) <= LONGEST_FIELD else None
        target = after(page, place, begin.end()) if begin is not None else None
        if target is None or target.end < len(place.plain.rstrip(" :")) or not page.near_head(place):
            continue
        if target.firm or paper(target.publisher or ""):
            evidence = page.evidence(place, target.start, target.end, ABOVE, FIELD)
            url = best_address(page, place, target)
            yield Hit(Relation.REPUBLISHED_FROM, target.publisher, url, Strength.LABEL, evidence)


def _fields(page: Page) -> Iterator[Hit]:
    """Labels without a colon: in a box of their own above the name, or right before a name that is sure to be one."""
    for wording in page.wordings(Form.LABEL):
        if wording.bare is None:
            continue
        for number in sorted(page.found(wording)):
            place = page.read[number]
            if len(place.plain) > LONGEST_FIELD or not page.at_edge(place) or place.block.tag in HEADLINES:
                continue
            text = place.plain.strip(_SIGNS)
            label = wording.bare.match(text)
            if label is None or label.end() < SHORTEST_LABEL or _NOT_ALONE.fullmatch(text):
                continue
            alone, begin = label.end() == len(text), place.plain.find(text) + label.end()
            named = _in_the_next(page, place) if alone else _in_the_same(page, place, begin)
            if named is None:
                continue
            below, target = named
            url = best_address(page, below, target)
            evidence = page.evidence(below, target.start, target.end, f"{wording.name}-field@{VERSION}", FIELD)
            relation = wording.row.relation or Relation.REPUBLISHED_FROM
            yield Hit(relation, target.publisher, url, Strength.LABEL, evidence)
            return


def _in_the_next(page: Page, place: Place) -> tuple[Place, Target] | None:
    """The name that fills the block below a label that fills its own, and that block. Several such blocks are a list."""
    number = (place.number or 0) + 1
    below, behind = page.content[number : number + 1], page.content[number + 1 : number + 2]
    if not below or len(below[0].plain) > LONGEST_HOST or below[0].block.tag in HEADLINES:
        return None
    if behind and (behind[0].block.tag == below[0].block.tag == "li" or any(True for _ in page.links(behind[0]))):
        return None
    target = after(page, below[0], 0)
    if target is None or target.end < len(below[0].plain.rstrip(" .")) - 1 or person(target.publisher or ""):
        return None
    sure = target.firm or organisation(target.publisher or "") or page.near_head(place)
    return (below[0], target) if sure else None


def _in_the_same(page: Page, place: Place, begin: int) -> tuple[Place, Target] | None:
    """The name that is all that follows a label in its block, if it is sure to be one, with that block."""
    target = after(page, place, begin) if place.plain[begin : begin + 1].isspace() else None
    if target is None or target.end < len(place.plain.rstrip(" .)]】")):
        return None
    if any(link.start < begin for link in page.links(place)):
        return None
    sure = target.url or paper(target.publisher or "") or page.is_agency(target.publisher or "")
    return (place, target) if sure else None


def _continued(page: Page, match: Match) -> Match:
    """A label that is all of its block, with the name that the next block begins with, if that name is sure and not the first
    of a list.
    """
    number = match.place.number
    if match.target is not None or match.start > 0 or number is None or match.place.plain[match.end :].strip():
        return match
    following = page.content[number + 1 : number + 3]
    if not following or len(following[0].plain) > LONGEST_NAME:
        return match
    if len(following) > 1 and any(link.start <= 1 for link in page.links(following[1])):
        return match
    target = after(page, following[0], 0)
    if target is None or not target.firm or _GOES_ON.match(following[0].plain, target.end):
        return match
    return Match(match.wording, following[0], 0, target.end, target)


def _lone_host(page: Page) -> Iterator[Hit]:
    """A known publisher's host that is all of one of the last blocks, below a block that is nothing but a date."""
    for above, place in pairwise(page.content[-EDGE - 1 :]):
        name = place.plain.strip()
        if len(name) > LONGEST_HOST or not looks_like_host(name) or not _DATE_LINE.fullmatch(above.plain):
            continue
        known = page.known(name) or page.authority.of_host(name)
        if known is not None and known.kind in ("outlet", "agency"):
            evidence = page.evidence(place, 0, len(place.plain), "host-below-date@1", HOST)
            yield Hit(Relation.REPUBLISHED_FROM, name, None, Strength.LABEL, evidence)


def _is_label(page: Page, match: Match) -> bool:
    """Whether a match begins its block or a sentence of it, names somebody, and is no reuse term."""
    before = match.place.plain[: match.start]
    if match.target is None or not (_BEFORE.search(before[-6:]) or _in_a_series(page, match.place, before)):
        return False
    if match.start > 0 and match.place.block.role is Role.BODY and len(match.place.plain) - match.end > 40:
        return False
    if _of_a_person(match):
        return False
    return not is_reuse(page, match.place, sentence(match.place.plain, match.start, match.end)[0], match.end)


def _in_a_series(page: Page, place: Place, before: str) -> bool:
    """Whether a label follows a date or another label in a line of facts ("12 March 2024 Source: X Author: Y")."""
    if len(place.plain) > LONGEST_LINE or not page.at_edge(place) or before[-1:] not in (" ", "/", "|", "·"):
        return False
    return ":" in before or before.rstrip()[-1:].isdigit()


def _of_a_person(match: Match) -> bool:
    """Whether a label names a person and no publisher: an unlinked given name and surname, or the authors of a paper."""
    target = match.target
    if target is None or target.firm or target.publisher is None:
        return False
    return person(target.publisher) or bool(_AUTHORS.match(match.place.plain, target.end))


def _key(match: Match) -> str:
    target = match.target
    if target is None:
        return ""
    return fold(target.publisher or "") or urls.site(urls.host(target.url or ""))
