"""Which of the pages that a house lists is the one that bears a title. High bars: a wrong page is worse than none. Pure.

    3  the very title
    2  the title with words round it, as listings print it (a card that begins with it, a site's name behind it); or cut short
    1  no title is given, and the words of the address are those of the title, as sitemaps have it

The best rank wins; within it, the day nearest to that of the copy. What is dated after the copy is not its source. Where two
different pages remain that nothing tells apart, neither is taken.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from urllib.parse import unquote

from archiver.model import url as urls
from archiver.model.listing import Entry
from archiver.provenance.overlap import tokens
from archiver.provenance.resolve_claims import GRACE_DAYS
from archiver.provenance.resolve_identity import plain

#: Characters of a title that are compared.
MAX_TITLE = 500
#: A title of fewer words, or letters, is one that many pages bear. A character of a script without spaces counts for three.
MIN_WORDS, MIN_LETTERS = 3, 12
#: Of a text with words round a title so much must be the title; of a title that is cut short by dots so much must be left.
MOST_OF, HALF = 0.8, 0.5
#: An address speaks by so many words at least; so much of it must be in the title, and so much of the title's longer words in it.
MIN_SLUG_WORDS, SLUG_IN_TITLE, TITLE_IN_SLUG = 4, 0.9, 0.75
#: Words from this length on carry a title; shorter ones are left out of many addresses.
LONG_WORD = 4

_DATED_PATH = re.compile(r"/((?:19|20)\d\d)[/-](\d\d)(?:[/-](\d\d))?(?=[/-])")
_EXTENSION = re.compile(r"\.\w{2,5}$")
_NUMBERED = re.compile(r"\d+|[0-9a-f]*\d[0-9a-f]*")
_CUT = re.compile(r"(?:…|\.\.\.)\s*\]?\s*\Z")
_MARKS = re.compile("[\u0300-\u036f]")
#: Letters that addresses write otherwise, beside those that lose their mark.
_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d"})
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})


def best(entries: Iterable[Entry], titles: Sequence[str], day: str | None) -> Entry | None:
    """The entry that is the page of one of these titles; `day` is when the copy was published, None where that is not known."""
    wanted = [words for title in titles if weighty(words := tokens(title[:MAX_TITLE]))]
    slugs = [spelling for title in titles for spelling in _spellings(title[:MAX_TITLE])]
    copied = _date(day)
    found: list[tuple[int, int, Entry]] = []
    for entry in entries:
        rank = _rank(entry, wanted, slugs)
        if rank == 0 or urls.is_home(entry.url):
            continue
        shown = _shown(entry)
        if copied is not None and shown is not None and shown > copied + timedelta(days=GRACE_DAYS):
            continue
        apart = abs((copied - shown).days) if copied is not None and shown is not None else _FAR
        found.append((-rank, apart, entry))
    if not found:
        return None
    nearest = min(row[:2] for row in found)
    left = [entry for *row, entry in found if tuple(row) == nearest]
    if len({plain(urls.key(entry.url)) for entry in left}) > 1:
        return None
    return min(left, key=lambda entry: (len(entry.url), entry.url))


#: Days between two pages of which one has no day.
_FAR = 10**6


def weighty(words: Sequence[str]) -> bool:
    """Whether so many words tell one page from others."""
    letters = sum(3 if len(word) == 1 and not word.isascii() else len(word) for word in words)
    return len(words) >= MIN_WORDS and letters >= MIN_LETTERS


def _rank(entry: Entry, wanted: Sequence[list[str]], slugs: Sequence[frozenset[str]]) -> int:
    if entry.title:
        words, is_cut = tokens(entry.title[:MAX_TITLE]), _CUT.search(entry.title) is not None
        return max((_titled(words, title, is_cut) for title in wanted), default=0)
    slug = _slug(entry.url)
    return int(len(slug) >= MIN_SLUG_WORDS and any(_spelt(slug, title) for title in slugs))


def _titled(words: list[str], title: list[str], is_cut: bool) -> int:
    """How a listed text stands to a title: 3, 2 or not at all. `is_cut`: it ends in dots."""
    if words == title:
        return 3
    if is_cut and title[: len(words)] == words:
        return 2 if weighty(words) and len(words) >= HALF * len(title) else 0
    short, long = sorted((words, title), key=len)
    whole = f" {' '.join(long)} "
    at = whole.find(f" {' '.join(short)} ")
    if at < 0 or not weighty(short):
        return 0
    begins_a_card = short is title and whole.count(" ", 0, at) <= 1 and len(title) > MIN_WORDS
    return 2 if begins_a_card or len(short) >= MOST_OF * len(long) else 0


def _spellings(title: str) -> set[frozenset[str]]:
    """The words of a title as an address may spell them."""
    folded = unicodedata.normalize("NFC", title).casefold()
    return {frozenset(_ascii(text)) for text in (folded, folded.translate(_UMLAUTS))}


def _ascii(text: str) -> list[str]:
    text = re.sub("['’]", "", text.casefold().translate(_LETTERS))
    return tokens(unicodedata.normalize("NFC", _MARKS.sub("", unicodedata.normalize("NFD", text))))


def _spelt(slug: frozenset[str], title: frozenset[str]) -> bool:
    """Whether the words of an address are those of a title."""
    longer = {word for word in title if len(word) >= LONG_WORD or not word.isascii()}
    if len(title) < MIN_SLUG_WORDS or not longer:
        return False
    shared = slug & title
    return (
        len(shared) >= MIN_SLUG_WORDS
        and weighty(sorted(shared))
        and len(shared) >= SLUG_IN_TITLE * len(slug)
        and len(slug & longer) >= TITLE_IN_SLUG * len(longer)
    )


def _slug(address: str) -> frozenset[str]:
    """The words of the part of a path that has most of them, without numbers."""
    parts = unquote(urls.path(address)[:2000]).split("/")
    spoken = [
        frozenset(
            word for word in _ascii(re.sub(r"[-_+.]", " ", _EXTENSION.sub("", part))) if not _NUMBERED.fullmatch(word)
        )
        for part in parts
    ]
    return max(spoken, key=len, default=frozenset())


def _shown(entry: Entry) -> date | None:
    """The day of a page: that in its address, else that of its publication. When it was last changed says nothing of it."""
    dated = _DATED_PATH.search(urls.path(entry.url))
    if dated is not None and dated[3] is not None:
        return _date("-".join(dated.groups()))
    return None if entry.changed else _date(entry.date)


def _date(text: str | None) -> date | None:
    try:
        return date.fromisoformat((text or "")[:10])
    except ValueError:
        return None
