"""A publisher's name at a place in a text: the link there, a quoted name, one that the authority knows, a domain, or capitals.

Owns where a name begins and ends, and the object test (a date, a place or a common noun is no publisher). Which relation the
name stands in is the business of the detector that asks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from archiver.model import url as urls
from archiver.model.document import Link
from archiver.provenance.detect.kinds import organisation, paper
from archiver.provenance.detect.page import EDITIONS, Page, Place
from archiver.provenance.phrases.common import (
    ARTICLES,
    CALENDAR,
    CJK_DATE,
    CONJUNCTIONS,
    CONNECTORS,
    DATE,
    GENERIC,
    JOINING,
    NOBODY,
    NOT_WHO,
    OPENERS,
    SECOND,
    TITLES,
)  # fmt: skip
from archiver.provenance.phrases.lexicon import STOP, VENUE
from archiver.provenance.publishers import looks_like_host

#: The longest name, in words.
MAX_WORDS = 7
#: ... and in words of a script without capitals, where nothing else shows that it goes on.
MAX_UNCASED = 4
#: ... and in characters.
MAX_CHARACTERS = 90
#: A link text of more words is a headline, not a name.
MAX_LINK_WORDS = 8

#: Words in small letters that a name goes on with: "Gazzetta dell'Adige", "Voix de l'Ain", "Речной вестник".
_GOES_ON = re.compile(rf"(?:d|l|dell|all|nell|sull)['’][A-ZÀ-Þ]|{SECOND.pattern}")
_INITIALS = re.compile(r"(?:[^\W\d_]\.)+")

#: What a name ends in that has a capital at its first word alone, as French and Italian ones do: "Terres d'eau", "Voci di confine".
_SMALL_LAST = re.compile(
    r" (?:(?:de|du|des|di|del|della|dei|do|da|dos|sur|sul|en) |d['’]|de l['’]|dell['’])[^\W\d_]{3,20}(?=[.)\]»”\"]|$)"
)
_ADDRESS = re.compile(r"https?://|www\.")

#: "The March 2024 issue of": whatever its capitals, no name begins so.
_ISSUE = re.compile(r"(?:issue|edition|pages) of\s?$", re.IGNORECASE)
#: Small words that join the rest of a longer name to a known one of one word: "Folha do Cais" is not "Folha".
_OF = re.compile(r"\s(?:de|del|do|da|dos|du|des|di|della)\s(?=[^\W\d_a-zß-öø-ÿ])")
_SKIP = re.compile(r"[\s*_\[(>:–—-]{1,4}")
_ARTICLE = re.compile(
    r"(?:the|an?|le|la|les|l['’]|el|los|las|il|lo|gli|der|die|das|dem|den|het|de|o|os|as|al)(?:(?<=['’])|\s+)",
    re.IGNORECASE,
)
_QUOTED = re.compile(
    r"[\"“”„«‹‘'「『《〈‚]\s?([^\"“”„«»‹›‘「」『』《》〈〉\n]{2,60}?)\s?(?:[\"“”»›」』》〉]|['’‘](?!\w))"
)
_MARKDOWN = re.compile(r"\[([^\[\]\n]{1,80})\]\((https?://[^\s()]{4,500})\)")
_DOMAIN = re.compile(r"(?:https?://)?(?:www\.)?((?:[\w-]{1,40}\.){1,3}[^\W\d_]{2,10})(?![\w@])(?:/[^\s<>\"]*)?")
_WORD = re.compile(r"[ \u200b]{0,2}(&|[^\W_][^\W_]*(?:[\u200b'’&+./!-]{1,2}[^\W_]+)*[!.]?|\+[^\W_]+)")


@dataclass(frozen=True, slots=True)
class Target:
    """Whom a wording names. `start` and `end` bound the name in the block's text; `firm` tells a name that is linked, quoted,
    known or a domain from a mere run of capitals.
    """

    publisher: str | None
    url: str | None
    start: int
    end: int
    firm: bool


def after(page: Page, place: Place, start: int) -> Target | None:
    """The name that begins at `start` of a block's text, articles, quotes and nouns such as "the magazine" skipped."""
    text, position = place.plain, start
    begin = start  # where the name itself begins: a capital article ("The Guardian") is part of it
    for _ in range(6):
        if sure := _sure_at(page, place, start, position):
            return sure
        step = _SKIP.match(text, position) or _venue(page, place, position) or _ARTICLE.match(text, position)
        if step is None or step.end() == position:
            break
        article = text[position].isupper() and step.re is _ARTICLE
        position = step.end()
        begin = begin if article else position
    domain = _DOMAIN.match(text, position)
    if domain is not None and looks_like_host(domain[1]):
        whole = domain[0].rstrip(".,;:)")
        return Target(
            domain[1], whole if whole.startswith("http") else None, position, position + len(whole), firm=True
        )
    end = _run(text, position)
    return _made(page, place, begin, end, firm=False) if end > position else None


def _sure_at(page: Page, place: Place, start: int, position: int) -> Target | None:
    """A name at `position` that is sure to be one: linked (from `start` on), in quotation marks, or known."""
    if link := _link_at(place, start, position):
        return _linked(page, place, link)
    if quoted := _QUOTED.match(place.plain, position):
        target = _made(page, place, quoted.start(1), quoted.end(1), firm=True)
        if target is not None:
            return target
    if marked := _MARKDOWN.match(place.plain, position):
        return _named_link(page, marked[1], marked[2], *marked.span())
    return _known_at(page, place, position)


def _venue(page: Page, place: Place, position: int) -> re.Match[str] | None:
    """A noun before a name ("the magazine"). With a capital it may begin the name itself ("Jornal do Cais"), and is only
    stepped over where what follows is sure to be one.
    """
    found = VENUE.match(place.plain, position)
    if found is None or not any(char.isupper() for char in found[0]):
        return found
    if _ISSUE.search(found[0]):
        return found
    return found if _sure_at(page, place, found.end(), found.end()) else None


def before(page: Page, place: Place, end: int) -> Target | None:
    """The name that ends at `end` of a block's text: linked, known, or the longest run of capitals up to there."""
    text = place.plain
    while end > 0 and text[end - 1] in " ,\"'”’»“":
        end -= 1
    for link in page.links(place):
        if link.end - 1 <= end <= link.end + 1:
            return _linked(page, place, link)
    if quoted := next(
        (found for found in _QUOTED.finditer(text, max(0, end - 70), end + 2) if found.end() >= end), None
    ):
        return _made(page, place, quoted.start(1), quoted.end(1), firm=True)
    floor = max([max(0, end - 80), *(found.end() for found in _BREAK.finditer(text, max(0, end - 80), end))])
    words = list(re.finditer(r"[^\s\"“”«»(),;:|]+", text[floor:end]))[-MAX_WORDS:]
    for word in words:
        begin = floor + word.start()
        if page.known(text[begin:end]) or page.is_own_name(text[begin:end]) or looks_like_host(text[begin:end]):
            return _made(page, place, begin, end, firm=True)
    if end and text[end - 1].isalpha() and text[end - 1].lower() == text[end - 1].upper():
        return _before_uncased(page, place, floor, end)
    capitals = _capitals(words, floor)
    return _made(page, place, capitals, end, firm=False) if capitals is not None else None


def _capitals(words: list[re.Match[str]], floor: int) -> int | None:
    """Where the run of capitalised words begins that these words end in, without a Hungarian article before them."""
    first = None
    for word in reversed(words):
        if word[0][0].isupper() or word[0] == "&":
            first = word
        elif word[0].casefold() not in CONNECTORS:
            break
    if first is not None and first[0] in ("A", "Az") and first is not words[-1]:
        first = words[words.index(first) + 1]
    return None if first is None else floor + first.start()


def _before_uncased(page: Page, place: Place, floor: int, end: int) -> Target | None:
    """The name that ends at `end` in a script without capitals: what a noun such as "the newspaper" has behind it, or, where
    no spaces part words, a clause that is a paper's name.
    """
    text = place.plain
    if _unspaced(text[end - 1]):
        clause = _CLAUSE.search(text, floor, end)
        if clause is not None and len(clause[0]) > LONGEST_CLAUSE:
            clause = _BEHIND_PARTICLE.search(text, clause.start(), end)
        if clause is None:
            return None
        kinds = (tail for tail in _KINDS if clause[0].endswith(tail) and page.known(clause[0].removesuffix(tail)))
        stop = end - len(next(kinds, ""))
        if stop < end or page.known(clause[0]) or paper(clause[0]):
            return _made(page, place, clause.start(), stop, firm=False)
        return None
    for venue in VENUE.finditer(text, floor, end):
        starts = venue.start() == 0 or not text[venue.start() - 1].isalnum()
        if starts and venue.end() < end and len(text[venue.end() : end].split()) <= MAX_UNCASED:
            return _made(page, place, venue.end(), end, firm=False)
    return None


def behind_venue(place: Place, start: int, end: int) -> bool:
    """Whether a noun such as "the newspaper" stands in [start, end) right before `end`."""
    text = place.plain
    for word in _WORD_START.finditer(text, max(start, end - LONGEST_VENUE), end):
        venue = VENUE.match(text, word.start(), end)
        if venue is not None and end - venue.end() <= 2:
            return True
    return False


_WORD_START = re.compile(r"(?<!\w)\w")
#: A noun for an outlet is looked for at most so far before a name, in characters.
LONGEST_VENUE = 30
_CLAUSE = re.compile(r"[^\s、。，,.;:!?()「」『』《》〈〉]{2,16}$")
#: A longer clause is cut behind its last particle.
LONGEST_CLAUSE = 8
_BEHIND_PARTICLE = re.compile(r"(?<=[とはがをにで])[^とはがをにで]{3,10}$")
#: Nouns that may stand behind an agency's name and are no part of it.
_KINDS = ("通信", "通信社", "新聞", "통신", "신문", "방송")
_BREAK = re.compile(r"[,:;|()\"“”«»]|(?<=[^\WA-Z])[.!?] ")


def between(page: Page, place: Place, start: int, end: int) -> Target | None:
    """The name that fills [start, end) of a block's text."""
    text = place.plain
    if link := next((link for link in page.links(place) if link.start < end and link.end > start), None):
        return _linked(page, place, link)
    if quoted := _QUOTED.search(text, start, end):
        return _made(page, place, quoted.start(1), quoted.end(1), firm=True)
    if (venue := _venue(page, place, start)) and venue.end() < end:
        start = venue.end()
    if CJK_DATE.search(text, start, end):
        return None
    words = text[start:end].split()
    uncased = text[start:end].lower() == text[start:end].upper()
    strange = [word for word in words if word[:1].islower() and word.casefold() not in CONNECTORS]
    name = text[start:end].strip()
    if (strange or (uncased and len(words) > MAX_UNCASED)) and not (looks_like_host(name) or page.known(name)):
        return None
    return _made(page, place, start, end, firm=False)


def known_in(page: Page, place: Place, start: int, end: int) -> Iterator[Target]:
    """Every part of [start, end), cut at punctuation, that is exactly a name the authority knows."""
    text = place.plain
    for part in re.finditer(r"[^/|,;()\[\]·•]+", text[start:end]):
        begin, stop = start + part.start(), start + part.end()
        if page.known(text[begin:stop].strip(" .-–—\"'”’")):
            yield from (t for t in (_made(page, place, begin, stop, firm=True),) if t)


def _link_at(place: Place, start: int, position: int) -> Link | None:
    """The link that begins at the place of the name, or that covers it."""
    for link in place.block.links:
        if (start - 1 <= link.start <= position + 1 and link.end > position) and link.url.startswith("http"):
            return link
    return None


def _linked(page: Page, place: Place, link: Link) -> Target | None:
    return _named_link(page, place.plain[link.start : link.end], link.url, link.start, link.end)


def _named_link(page: Page, text: str, url: str, start: int, end: int) -> Target:
    """A target from a link's text and address: no name where the text is an address, a headline or a call to read."""
    name: str | None = text.strip(" \"'“”«»„_*[]()")
    if name and name.startswith(("http://", "https://", "www.")) and "/" in name.split("//")[-1].rstrip("/…"):
        name = None
    elif name and (len(name.split()) > MAX_LINK_WORDS or len(name) > MAX_CHARACTERS):
        name = _brand_in(page, name, url)
    elif not name or GENERIC.fullmatch(name):
        name = None
    elif name.startswith(("http://", "https://")):
        name = name.split("//")[1].rstrip("/")
    else:
        name = _brand_in(page, name, url) or name
    if name is not None and _unspaced(name[-1]) and CJK_DATE.search(name):
        name = None  # "the article that X carried on 3 March"
    if name is not None and name.lower() == name.upper() and (venue := VENUE.match(name)) and venue.end() < len(name):
        name = name[venue.end() :].strip()  # "the newspaper" is no part of a name in a script without capitals
    if name is not None and (NOBODY.fullmatch(name) or _not_a_publisher(name)):
        name = None
    return Target(name, url, start, end, firm=True)


def _brand_in(page: Page, headline: str, url: str) -> str | None:
    """The last part of a link text such as "Tides of March – Harbour Post", where it fits the link's host."""
    parts = [part.strip() for part in re.split(r"\s[-–—|]\s|\s\|\s", headline)]
    host = urls.host(url)
    for part in (parts[-1], parts[0]) if len(parts) > 1 else ():
        if page.authority.matches_host(part, host) or page.known(part):
            return part
    return None


def _known_at(page: Page, place: Place, position: int) -> Target | None:
    """The longest name at `position` that the authority or the page itself knows."""
    text, ends = place.plain, []
    cursor = position
    for _ in range(MAX_WORDS):
        word = _WORD.match(text, cursor)
        if word is None:
            break
        cursor = word.end()
        ends.append(cursor)
    if not ends:
        return None
    if _unspaced(text[position]):
        ends = sorted({*ends, *range(position + 2, min(position + 12, ends[0]))})
    for end in reversed(ends):
        name = text[position:end].strip()
        if page.known(name.rstrip(".")) or page.is_own_name(name.rstrip(".")):
            longer = _run(text, position)
            rest = text[end:longer].strip(" .")
            known = page.known(name.rstrip("."))
            another = " " not in name and known is not None and known.kind == "outlet" and _OF.match(text, end)
            if another or (rest[:1].isupper() and (organisation(rest) or rest.casefold() in EDITIONS)):
                return _made(page, place, position, longer, firm=True)
            return _made(page, place, position, end, firm=True)
    return None


def _unspaced(char: str) -> bool:
    """Whether a script writes without spaces, or joins its particles to a name (Chinese, Japanese, Korean)."""
    return "\u3040" <= char <= "\u9fff" or "\uac00" <= char <= "\ud7a3"


def _run(text: str, position: int) -> int:
    """The end of a run of capitalised words (with "of", "de" ... inside), or, without capitals, of words up to a stop."""
    first = text[position : position + 1]
    cased = not first.isalpha() or first.isupper() or first.islower()
    end = cursor = position
    for count in range(MAX_WORDS):
        word = _WORD.match(text, cursor)
        if word is None:
            break
        term = word[1]
        if STOP.match(text, word.start(1)) or (count and term in OPENERS) or _ADDRESS.match(text, word.start(1)):
            break
        if count and CJK_DATE.match(term):
            break
        if cased:
            capital = term[0].isupper() or term[0].isdigit() or term[0] in "+&" or bool(count and _GOES_ON.match(term))
            if not capital and (term not in CONNECTORS or (not count and term in JOINING) or _ended(text, word)):
                break
            cursor = word.end()
            if capital and term != "&":
                end = cursor
                if term.endswith(".") and not (_INITIALS.fullmatch(term) or term.casefold() in TITLES):
                    break
        else:
            cursor = end = word.end()
            if term.endswith(".") or count == MAX_UNCASED - 1:
                break
    if cased and end > position and (last := _SMALL_LAST.match(text, end)):
        return last.end()
    return end


def _ended(text: str, word: re.Match[str]) -> bool:
    """Whether a name ends before a small word: a date follows ("Harbour Post in March 2021"), or the next name with its article
    ("Harbour Post and the Mill Gazette").
    """
    follows = _WORD.match(text, word.end())
    if follows is None:
        return False
    term = follows[1].casefold().rstrip(".!")
    return term[0].isdigit() or term in CALENDAR or (word[1] in CONJUNCTIONS and follows[1] in ARTICLES)


def _made(page: Page, place: Place, start: int, end: int, *, firm: bool) -> Target | None:
    """A target from the text of [start, end), if it can be a publisher at all."""
    text = place.plain[start:end]
    start += len(text) - len(text.lstrip(" \"'“„«*_[("))
    name = place.block.text[start:end].strip(" \"'“”„«»’*_[]()").rstrip(",;:-–— ")
    if not re.search(r"(?:^|\W)(?:[^\W\d_]\.){1,}$", name):
        name = name.rstrip(".")
    name = name.replace("\u200b", "").strip()
    if not name or len(name) > MAX_CHARACTERS or NOBODY.fullmatch(name):
        return None
    if page.known(name) is None and _not_a_publisher(name):
        return None
    if article := _ARTICLE.match(name):
        bare, known = name[article.end() :], page.known(name)
        if known is not None and name not in (known.name, *known.aliases) and bare in (known.name, *known.aliases):
            name, start = bare, start + article.end()
    url = None
    for link in page.links(place):
        if link.start <= start < link.end:
            url = link.url
    return Target(name, url, start, end, firm)


def _not_a_publisher(name: str) -> bool:
    """The object test: dates, months, languages, places, bare numbers."""
    words = [word.strip(".,").casefold() for word in name.split()]
    if DATE.match(name) or CJK_DATE.match(name):
        return True
    if not any(char.isalpha() for char in name):
        return True
    if words[0] in CALENDAR and (len(words) == 1 or words[1][:1].isdigit()):
        return True
    return all(word in NOT_WHO or word in CALENDAR or word in CONNECTORS or word.isdigit() for word in words)
