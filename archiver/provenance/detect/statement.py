"""Sentences about this article that name its publisher: "This article was originally published on X".

Holds the subject test (this article, not a book or a virus), the reuse test (terms for those who copy from here), and
"appeared first on" footers, where the address is that of the headline. The object test is in names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from archiver.model import url as urls
from archiver.model.claim import Relation, Strength
from archiver.model.document import Role
from archiver.provenance.detect.kinds import organisation, person
from archiver.provenance.detect.match import NOUNS_HAVE_CAPITALS, Match, matches
from archiver.provenance.detect.names import Target
from archiver.provenance.detect.page import Hit, Page, Place, sentence
from archiver.provenance.phrases.grammar import Form
from archiver.provenance.phrases.lexicon import SUBJECT

#: With a link to an article of the named publisher, with a sure name, and with a mere run of capitals.
LINKED, NAMED, CAPITALS = 0.97, 0.93, 0.85
#: A sentence without "this article" must begin with the wording, after at most so many characters ("Editor's note: ...").
LEADING = 40
#: ... and in the middle of a text, such a sentence must be most of its block, in characters.
SHORT_BLOCK = 260
#: "This article" stands within so many characters of the sentence's beginning or of the wording.
NEAR = 90
#: "The article" may be any article: it counts for this one at the head and the tail alone.
DEFINITE = re.compile(r"(?:the|el|la|le|l['’]|il|der|die|das|het|[oa](?= (?:artigo|post|texto|mat)))\b", re.IGNORECASE)
#: Houses that permit excerpts of books; a book is no article.
_BOOKS = re.compile(r"(?:books|university press|publish(?:ers|ing)|verlag|éditions|editorial|editore)$", re.IGNORECASE)

_GENRES = (
    r"article|post|piece|essay|column|interview|story|commentary|report|review|version|excerpt|beitrag|artikel|text|kommentar|artículo|texto|columna|entrevista|"
    r"billet|tribune|articolo|testo|intervista|artigo|stuk|bericht"
)
#: Another subject right before the wording: "This article stated that ..., a figure first reported by X".
_OTHER_SUBJECT = re.compile(
    rf"[^,;]{{8}}[,;–—-] ?(?:an?|eine?n?|une?|un[ao]?|uma?|een|egy)(?! (?:[\w-]{{1,20}} ){{0,2}}(?:{_GENRES})) [\w'’-]{{2,20}}(?: [\w'’-]{{2,20}}){{0,3}},? ?$",
    re.IGNORECASE,
)
#: What was made of this article and printed elsewhere: it says nothing of where the article itself comes from.
RENDERED = re.compile(
    r"\b(?:(?:translations?|podcast|video|film|recording|audio) (?:version )?of|übersetzung(?:en)?(?: (?:von|des|unseres))?|traducci(?:ón|ones) (?:de|del)|traductions? (?:de|du)|"
    r"traduzion[ei] (?:di|del|dell['’])|traduç(?:ão|ões) (?:de|do|d)|vertaling(?:en)? van|tłumaczeni[ea]|перевод[ы]?(?= этой| этого| статьи)|fordítás\w{0,4}|ترجمة|ترجمه)\s?"
    r"(?:this|th[ei]s|dies(?:er|es)|est[ea]|cet|cette|quest[oa'’]|dit|deze|tego|этой|этого|هذا|هذه|این)\b",
    re.IGNORECASE,
)
#: What may stand before a sentence's wording where no "this article" does: a label, and a bare subject.
_ASIDE = re.compile(
    r"\W{0,5}(?:[^.!?]{1,60}[:–—-])?\W{0,5}"
    r"(?:(?:the|die|der|das|la|le|el|il|it|az?|ezt|also|and|article|story|post|piece|text|essay|interview|artículo|texto|nota|beitrag|artikel|texte|billet|tribune|entretien|articolo|testo|"
    r"intervista|artigo|matéria|stuk|bericht|tekst|artykuł|wywiad|cikk|írás|yazı|haber|статья|материал|текст|интервью) ){0,2}"
    r"(?:(?:and|y|und|et|e) )?(?:(?:was|were|is|has been|ha sido|fue|wurde|a été|è stato|foi) )?\W{0,5}",
    re.IGNORECASE,
)

#: ... and what stands there in a sentence of two hops ("Published on X, originally published on Y").
_HOP = re.compile(
    r"\W{0,5}(?:(?:originally|first|initially|zuerst|ursprünglich) )?(?:re-?)?(?:published|posted|printed|veröffentlicht|erschienen|publicad[oa]|publiée?|parue?|pubblicat[oa]|gepubliceerd) "
    r"(?:on|at|by|in|from|auf|bei|en|por|sur|dans|par|chez|su|em|no|na|op) [^.;:!?]{2,100}(?:,| and| und| et| y| e| en)[^.;:!?]{0,40}",
    re.IGNORECASE,
)

#: What stands there where somebody else is between: "A post that Ann Author originally published on X", if that is all of it.
_OF_SOMEBODY = re.compile(
    r"\W{0,5}(?:[^.!?:]{1,40}: ?)?(?:(?:here is|here['’]s|below is|hier ist|voici|aquí está|ecco|aqui está|hier is) )?"
    r"(?:an?|eine?n?|une?|un[ao]?|uma?|een|the|der|die|das|el|la|le|il|o) (?:[\w-]{1,20} ){0,2}"
    rf"(?:{_GENRES}),? "
    r"(?:(?:that|which|den|die|das|que|che|dat|die) )?[^.,;:!?()]{1,60} ?(?:hat |ha |a )?",
    re.IGNORECASE,
)
#: ... and what may follow the name there: nothing, or a date.
_NOTHING_MORE = re.compile(
    r"[\s\W]{0,4}(?:(?:veröffentlicht|publiziert|publié|gepubliceerd)? ?(?:hat|heeft)|(?:on|in|am|le|el|il|em|op)? ?[^.!?]{0,14}\d{4})?[\s\W]{0,4}$"
)
#: Behind a name: whose newspaper it is.
_APPOSITION = re.compile(
    r"[”\"»“]?, (?:(?:the )?([^,.;:()]{3,40})['’]s? (?:own |weekly |daily |monthly |print |printed |paper ){0,2}(?:newspaper|paper|magazine|newsletter|edition|journal)|"
    r"(?:the|our|die|das|der|le|la|el|il|o|a|de|het|our) (?:[\w-]{3,16} ){0,2}(?:newspaper|paper|magazine|edition|zeitung|ausgabe|zeitschrift|journal|revue|édition|periódico|revista|edición|"
    r"giornale|rivista|edizione|jornal|edição|krant|tijdschrift|editie) (?:of|von|de|du|des|del|di|do|da|van) (?:the )?([^,.;:()]{3,40}))",
    re.IGNORECASE,
)


def detect(page: Page) -> Iterator[Hit]:
    """Statements in the text proper: head, body and tail."""
    for match in matches(page, Form.STATEMENT, lambda place: place.number is not None):
        target, relation = match.target, match.wording.row.relation
        if target is None or relation is None or not about_this_article(page, match):
            continue
        if not target.firm and (
            _loose(match, target.publisher or "")
            or (
                relation is Relation.REPUBLISHED_FROM
                and (_BOOKS.search(target.publisher or "") or person(target.publisher or ""))
            )
        ):
            continue
        if _of_the_house(page, match.place, target):
            continue
        url = best_address(page, match.place, target)
        deep = url is not None and len(urls.path(url)) > 1
        weight = LINKED if deep else NAMED if target.firm else CAPITALS
        evidence = page.evidence(match.place, match.start, match.end, match.rule, weight)
        yield Hit(relation, target.publisher, url, Strength.STATEMENT, evidence)


def about_this_article(page: Page, match: Match) -> bool:
    """The subject test and the reuse test for one match."""
    place = match.place
    begin, stop = sentence(place.plain, match.start, match.end)
    if is_reuse(page, place, begin, match.end):
        return False
    before = place.plain[begin : match.start]
    if _OTHER_SUBJECT.search(before) or RENDERED.search(place.plain, max(begin, match.start - NEAR), match.end):
        return False
    if match.wording.own_subject:
        return True
    if subject := SUBJECT.search(before[:NEAR]) or SUBJECT.search(before[-NEAR:]):
        return not DEFINITE.match(subject[0]) or place.block.role is not Role.BODY or page.ends_body(place)
    of_somebody = _OF_SOMEBODY.fullmatch(before) and _NOTHING_MORE.match(place.plain[match.end : stop])
    if not (of_somebody or _HOP.fullmatch(before) or (len(before) <= LEADING and _ASIDE.fullmatch(before))):
        return False
    return page.at_edge(place) or len(place.plain) <= SHORT_BLOCK


def _of_the_house(page: Page, place: Place, target: Target) -> bool:
    """Whether an apposition says that the name is the page's own paper: "the Harbour Post, Harbour Live's newspaper"."""
    behind = _APPOSITION.match(place.plain, target.end)
    owner = behind[1] or behind[2] if behind else None
    return owner is not None and page.is_self(owner.strip(), None)


def is_reuse(page: Page, place: Place, begin: int, end: int) -> bool:
    """Whether a stretch of text tells others how to copy from here."""
    return any(
        wording.lead is not None and wording.lead.search(place.plain, begin, end)
        for wording in page.wordings(Form.REUSE)
    )


def best_address(page: Page, place: Place, target: Target) -> str | None:
    """The address a statement gives: that of the name, or a deeper one of the same site, or the only one, in the same block."""
    links = [link for link in page.links(place) if not page.own_site(link.url)]
    if target.url is not None:
        if page.own_site(target.url) or len(urls.path(target.url)) > 1:
            return target.url
        return next(
            (link.url for link in links if urls.same_site(link.url, target.url) and len(urls.path(link.url)) > 1),
            target.url,
        )
    for link in links:
        if target.publisher and page.authority.matches_host(target.publisher, urls.host(link.url)):
            return link.url
    nearby = [link for link in links if 0 <= link.start - target.end <= 30]
    if links:
        return nearby[0].url if len(nearby) == 1 and len(links) == 1 else None
    written = _WRITTEN.match(place.plain, target.end)
    return written[1].rstrip(".,;)") if written and not page.own_site(written[1]) else None


#: An address that is written out right behind a name, and is no link.
_WRITTEN = re.compile(r"[^\w]{1,6}(https?://[^\s<>\"'|]{4,2000})")


def _loose(match: Match, name: str) -> bool:
    """Whether an unknown, unlinked name is too little: one word after "in" or "at" ("first published in Leeds"), or any German noun."""
    if len(name.split()) > 1 or organisation(name):
        return False
    target = match.target
    lead = match.place.plain[match.start : target.start if target else match.end].rstrip(" the").casefold()
    return match.wording.language in NOUNS_HAVE_CAPITALS or lead.endswith((" in", " at", " to"))
