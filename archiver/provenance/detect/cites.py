"""Whom a text cites: "according to X", "X reported", "told X", and links with a verb of reporting. Never an origin.

A citation names an outlet or a body; persons are left out, so an unknown name counts only if it reads as that of a body.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from archiver.model import url as urls
from archiver.model.claim import Relation, Strength
from archiver.model.document import Role
from archiver.provenance.detect import names
from archiver.provenance.detect.kinds import organisation, paper, person, titled
from archiver.provenance.detect.link import NEVER
from archiver.provenance.detect.match import Match, matches
from archiver.provenance.detect.names import Target
from archiver.provenance.detect.page import CONTENT, Hit, Page, Place, sentence
from archiver.provenance.phrases.common import BOOK
from archiver.provenance.phrases.grammar import Form
from archiver.provenance.phrases.lexicon import SUBJECT

WEIGHT, BODY_ONLY = 0.90, 0.70
_WANTED = CONTENT | {Role.LIST}
#: A link text that holds a verb of reporting is at most this long.
LINK_TEXT = 120
#: A name in quotation marks is one up to so many words; more is a headline or a saying.
QUOTED = 4
#: "The newspaper" stands so far before a name that a verb follows, in characters.
BEFORE = 24
#: Languages whose script has no capitals to tell a name by: a link is enough.
_UNMARKED = frozenset({"ar", "fa"})
_PRINTED = re.compile(r"\b(?:published|printed|carried|appeared) ", re.IGNORECASE)
#: Languages that write names of papers in quotation marks, and their opening ones.
_QUOTING = frozenset({"ru", "pl", "zh"})
#: Whose work appeared where: a note on the author.
_WORKS = re.compile(
    r"\b(?:work|writing|writings|essays|stories|articles|poetry|fiction|photographs|bylines?|journalism) (?:has|have) (?:also |been )?$",
    re.IGNORECASE,
)
_OPENING = '"“„«‹《〈'


def detect(page: Page) -> Iterator[Hit]:
    """Citations in running text and lists."""
    for match in matches(page, Form.CITE, lambda place: place.block.role in _WANTED):
        target = match.target
        if target is None or target.publisher is None:
            continue
        known = page.known(target.publisher)
        if (known is None and not _body(page, match)) or _of_this_text(match):
            continue
        url = target.url or _linked(page, match)
        if url is not None and (page.own_site(url) or urls.site(urls.host(url)) in NEVER):
            url = None
        weight = WEIGHT if known else BODY_ONLY
        evidence = page.evidence(match.place, match.start, match.end, match.rule, weight)
        yield Hit(Relation.CITES, target.publisher, url, Strength.LABEL, evidence)


def _body(page: Page, match: Match) -> bool:
    """Whether a name that nobody knows is that of an outlet or institution: it fits its link's host, says what it is, or stands
    where only such names do: behind "the newspaper", in quotation marks, or with an article that has a capital.
    """
    target = match.target
    if target is None or target.publisher is None or len(target.publisher.split()) > names.MAX_WORDS:
        return False
    name = target.publisher
    if target.url and page.authority.matches_host(name, urls.host(target.url)):
        return True
    if (" " in name and name[0].isupper() and organisation(name)) or paper(name):
        return True
    return not person(name) and not name[0].islower() and _where_papers_stand(page, match, target, name)


def _where_papers_stand(page: Page, match: Match, target: Target, name: str) -> bool:
    """Whether a name stands in quotation marks or as a link, where these are for papers, or behind "the newspaper"."""
    language, text = match.wording.language, match.place.plain
    if target.url and language in _UNMARKED and not page.own_site(target.url):
        return len(name.split()) < QUOTED and urls.site(urls.host(target.url)) not in NEVER
    sign = text[target.start - 1 : target.start]
    if sign and sign in _OPENING and language in _QUOTING:
        return len(name.split()) <= QUOTED
    follows = match.wording.lead is not None
    if names.behind_venue(match.place, match.start if follows else max(0, target.start - BEFORE), target.start):
        return True
    return follows and titled(text[target.start : target.end], language)


def _of_this_text(match: Match) -> bool:
    """Whether what is told is where this article was printed or translated, or who printed a book: no citation."""
    text = match.place.plain
    if not _PRINTED.search(text, match.start, match.end):
        return False
    begin, stop = sentence(text, match.start, match.end)
    before = text[begin : match.start]
    return bool(SUBJECT.search(before) or BOOK.search(text, begin, stop) or _WORKS.search(before))


def _linked(page: Page, match: Match) -> str | None:
    """A link that covers the wording ("<a>Reuters reported</a>"), where it leads to the name's own site or to somebody else's."""
    place: Place = match.place
    for link in page.links(place):
        if link.start <= match.start < link.end and link.end - link.start <= LINK_TEXT:
            return link.url
    return None
