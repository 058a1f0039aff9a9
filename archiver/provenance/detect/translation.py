"""Translation notices: "Translated from the Spanish original in X", or a bare "Translated by ..." beside another origin note.

A bare notice names nobody. Where the same block goes on to the original (its address, or the article's headline with one), that
is the text translated; else the notice turns the origin that the page names elsewhere at its edges into `translated_from`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from archiver.model import url as urls
from archiver.model.claim import Relation, Strength
from archiver.model.document import Link
from archiver.provenance.detect import names
from archiver.provenance.detect.kinds import person
from archiver.provenance.detect.link import NEVER
from archiver.provenance.detect.match import Match, matches
from archiver.provenance.detect.page import Hit, Page, Place, sentence
from archiver.provenance.detect.statement import RENDERED, best_address
from archiver.provenance.detect.version import VERSION
from archiver.provenance.phrases.common import BOOK
from archiver.provenance.phrases.grammar import Form
from archiver.provenance.phrases.lexicon import GENRE, ORIGIN, SUBJECT

WEIGHT = 0.95
LONGEST_NOTICE = 400
#: "The original" stands at most so far before its address, and "the article" at most so far before its headline, in characters.
FAR, NEAR = 70, 12
#: Behind a linked headline: "“Lights out” in The Harbour Post".
_IN = re.compile(
    r"[\s\"”“»’」』,]{0,4}(?:(?:in|im|on|at|by|of|from|bei|auf|aus|von|en|de|del|dans|sur|du|da|do|no|na|em|su|sul|sulla|di|del|della|op|uit|van|w|z|na|в|на|из|a|az|في|من|در|از) )"
    r"(?:the )?(?=[^\s\d.])",
    re.IGNORECASE,
)
#: What stands right before the link of the translator, or of the house that translated.
_BY = re.compile(
    r"(?:by|von|durch|por|pelo|pela|par|di|da|door|przez|tarafından|für|for|para|pour|per|voor|dla|для|от) (?:the |die |der |das |la |le |el |il |het |de )?$",
    re.IGNORECASE,
)


def detect(page: Page) -> Iterator[Hit]:
    """Notices that name a publisher or link to the original."""
    for match in matches(page, Form.TRANSLATION, page.at_edge):
        target, relation = match.target, match.wording.row.relation
        if "{X}" not in match.wording.row.pattern:
            yield from _pointed(page, match)
            continue
        if target is None or relation is None or (not target.firm and len((target.publisher or "").split()) > 5):
            continue
        if _of_other_work(match) or (not target.firm and person(target.publisher or "")):
            continue
        url = best_address(page, match.place, target)
        evidence = page.evidence(match.place, match.start, match.end, match.rule, WEIGHT)
        yield Hit(relation, target.publisher, url, Strength.STATEMENT, evidence)


def _of_other_work(match: Match) -> bool:
    """Whether a sentence tells of a book that was translated, or of a translation that was made of this article."""
    text = match.place.plain
    begin, stop = sentence(text, match.start, match.end)
    before = text[begin : match.start]
    if RENDERED.search(text, begin, match.end):
        return True
    return bool(BOOK.search(text, begin, stop)) and not SUBJECT.search(before)


def _pointed(page: Page, match: Match) -> Iterator[Hit]:
    """The link in a notice's block that "the original" or "of the article" leads up to."""
    place = match.place
    if len(place.plain) > LONGEST_NOTICE or _of_other_work(match):
        return
    links = [link for link in page.links(place) if not page.own_site(link.url)]
    for link in links:
        if urls.site(urls.host(link.url)) in NEVER or not _leads_up(place, link):
            continue
        name = _fitting(page, place, link)
        if name is None and person(place.plain[link.start : link.end]):
            continue
        start, end = min(match.start, link.start), max(match.end, link.end)
        evidence = page.evidence(place, start, end, f"translation-pointer@{VERSION}", WEIGHT)
        yield Hit(Relation.TRANSLATED_FROM, name, link.url, Strength.STATEMENT, evidence)
        return


def _leads_up(place: Place, link: Link) -> bool:
    """Whether a link is that of the original: the word stands in it or before it, or a word for an article right before it."""
    text = place.plain
    if _BY.search(text, max(0, link.start - NEAR - 10), link.start) and not GENRE.search(
        text, max(0, link.start - NEAR), link.start
    ):
        before = ORIGIN.search(text, link.start, link.end)
    else:
        before = ORIGIN.search(text, max(0, link.start - FAR), link.end)
    return before is not None or bool(GENRE.search(text, max(0, link.start - NEAR), link.start))


def _fitting(page: Page, place: Place, link: Link) -> str | None:
    """The publisher's name that goes with a link: the words of its text that fit its host, or the name behind a headline."""
    host = urls.host(link.url)
    words = place.plain[link.start : link.end].strip(" \"'“”«»„.").split()
    for first in range(len(words) if len(words) <= names.MAX_LINK_WORDS else 0):
        name = " ".join(words[first:]).strip("\"'“”«»„(),.")
        if name and (page.authority.matches_host(name, host) or page.known(name)):
            return name
    behind = _IN.match(place.plain, link.end)
    target = names.after(page, place, behind.end()) if behind is not None else None
    if target is None or target.publisher is None or person(target.publisher):
        return None
    return target.publisher


def noticed(page: Page) -> bool:
    """Whether the page says at its edges that it is a translation."""
    return any(
        len(match.place.plain) <= LONGEST_NOTICE and "{X}" not in match.wording.row.pattern
        for match in matches(page, Form.TRANSLATION, page.at_edge)
    )
