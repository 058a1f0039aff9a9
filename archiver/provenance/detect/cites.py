"""Whom a text cites: "according to X", "X reported", "told X", and links with a verb of reporting. Never an origin.

A citation names an outlet or a body; persons are left out, so an unknown name counts only if it reads as that of a body.
"""

from __future__ import annotations

from collections.abc import Iterator

from archiver.model import url as urls
from archiver.model.claim import Relation, Strength
from archiver.model.document import Role
from archiver.provenance.detect import names
from archiver.provenance.detect.link import NEVER
from archiver.provenance.detect.match import Match, matches
from archiver.provenance.detect.page import CONTENT, Hit, Page, Place
from archiver.provenance.phrases.grammar import Form

WEIGHT, BODY_ONLY = 0.90, 0.70
_WANTED = CONTENT | {Role.LIST}
#: A link text that holds a verb of reporting is at most this long.
LINK_TEXT = 120


def detect(page: Page) -> Iterator[Hit]:
    """Citations in running text and lists."""
    for match in matches(page, Form.CITE, lambda place: place.block.role in _WANTED):
        target = match.target
        if target is None or target.publisher is None:
            continue
        known = page.known(target.publisher)
        if known is None and not _body(page, match):
            continue
        url = target.url or _linked(page, match)
        if url is not None and (page.own_site(url) or urls.site(urls.host(url)) in NEVER):
            url = None
        weight = WEIGHT if known else BODY_ONLY
        evidence = page.evidence(match.place, match.start, match.end, match.rule, weight)
        yield Hit(Relation.CITES, target.publisher, url, Strength.LABEL, evidence)


def _body(page: Page, match: Match) -> bool:
    """Whether a name that nobody knows is that of an outlet or institution: it fits its link's host, or says what it is."""
    target = match.target
    if target is None or target.publisher is None or len(target.publisher.split()) > names.MAX_WORDS:
        return False
    if target.url and page.authority.matches_host(target.publisher, urls.host(target.url)):
        return True
    words = target.publisher.split()
    return len(words) >= 2 and words[0][:1].isupper() and names.organisation(target.publisher)


def _linked(page: Page, match: Match) -> str | None:
    """A link that covers the wording ("<a>Reuters reported</a>"), where it leads to the name's own site or to somebody else's."""
    place: Place = match.place
    for link in page.links(place):
        if link.start <= match.start < link.end and link.end - link.start <= LINK_TEXT:
            return link.url
    return None
