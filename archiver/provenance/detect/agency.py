"""News agencies: datelines, bylines, tail credits, "X contributed to this report".

Only names that the authority knows as agencies count here, and only in the shapes of the table below: a text about an agency is
not from it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from archiver.model.claim import Relation, Strength
from archiver.provenance.detect.match import Match, matches
from archiver.provenance.detect.names import Target
from archiver.provenance.detect.page import Hit, Page, Place, sentence
from archiver.provenance.detect.statement import DEFINITE
from archiver.provenance.phrases.common import CONNECTORS, DATED
from archiver.provenance.phrases.grammar import Form
from archiver.provenance.phrases.lexicon import SUBJECT

DATELINE, CREDIT, CONTRIBUTED = 0.95, 0.95, 0.80
#: A dateline stands among the first so many blocks, within the first so many characters.
FIRST_BLOCKS, WITHIN = 8, 110
#: A block that is nothing but a credit is at most this long.
LONGEST_CREDIT = 100
#: Behind an agency's name a credit has at most so many words in small letters, or so many characters of other scripts.
MORE_WORDS, MORE_SIGNS = 2, 30
#: An agency's name has at most so many words, where a byline ends in it.
LONGEST_AGENCY = 4
_BY = re.compile(r"\W{0,3}(?:by|por|von|par|di|da|door|autor|от) ", re.IGNORECASE)
_WORDS = re.compile(r"[^\W\d_]+")

_PLACE = r"[^\W\d_a-zß-öø-ÿ][^()\[\]|:;]{1,70}?"
_DASH = "-–—―"
#: Shapes of datelines, each with the signs of which one stands in every match; the group holds the agency. Each is anchored at
#: the start of a block.
DATELINES: tuple[tuple[frozenset[str], re.Pattern[str]], ...] = tuple(
    (frozenset(signs), re.compile(pattern))
    for signs, pattern in (
        ("([", rf"{_PLACE}\s?[,.]?\s?[(\[]([^()\[\]]{{2,60}})[)\]]\s?(?:[-–—―:.]|--)"),  # OSLO, Norway (AP) -
        ("-–—―:", r"[^\W\d_][^()\d\[\]:;]{1,40}[ ,]{1,2}(?:\d{1,2}[-./]\d{1,2}[-./]\d{2,4}|\d{1,2} [^\W\d_]{3,12}\.?(?: \d{4})?),? [(]?([^()\d:;–—-]{2,25}?)[)]?\s?[-–—―:]"),  # رام الله 4-2-2024 وفا-
        ("（([【", r"[(\[【]([^\W\d_]{2,6}?)(?:記者|记者|特派|通訊員)[^()\[\]【】]{0,24}\d{1,2}日(?:電|电|讯|訊)[)\]】]"),  # （中央社記者林若水基隆12日電）
        ("(", r"[A-ZÀ-Þ][\w'’-]{2,20}(?:, [A-ZÀ-Þ][\w'’-]{2,20}){0,2}(?:, \d{1,2} \w{3,10}\.?)?\s?\(([^()]{2,40})\)"),  # Oslo, Noruega (Prensa Latina) Los
        ("([【", r"[(\[【]([^()\[\]【】]{2,40})[)\]】]\s?(?:[-–—―:.]|--)"),  # (AFP) -
        ("/", r"[^\W\d_][^()/]{1,60}[.,]?\s?/([^/]{2,30})/"),  # ОСЛО, 3 марта. /ТАСС/.
        (_DASH, r"[^\W\d_][^()]{1,50}?[-–—―]\s?([^\W\d_][\w «»]{1,30})[.:]\s"),  # ОСЛО, 3 мар — РИА Новости.
        (";", r"[^\W\d_][^():;]{2,40};\s?([^:;()]{2,60}):"),  # Oslo, March 3; IANS:
        ("=", r"[(\[]\w{1,8}=([^()\[\]=]{2,20})[)\]]"),  # (오슬로=연합뉴스)
        ("[【(", r"[\[【(][^\[\]【】()\d]{1,12}?(?:[=＝ 　]|(?=共同|時事|ロイター|AFP|AP))([^\[\]【】()=＝ 　]{2,12})[\]】)]"),  # 【オスロ共同】
        ("月", r"(?:据)?([^\W\d_]{2,5}[社网])[^\W\d_]{0,12}\d{1,2}月\d{1,2}日(?:电|電|讯|訊|消息)"),  # 新华社北京3月1日电
        (_DASH, r"([^\W\d_][^\W\d_]{1,11})\s?(?:[-–—―]|--)\s"),  # AFP -
        (_DASH, r"[^\W\d_][^()\d:.-]{1,30} [-–—―] ([^\W\d_][^()\d:.-]{1,25}) [-–—―] "),  # یزد - ایرنا -
    )
)  # fmt: skip
_PREFIX = re.compile(
    r"(?:par|by|por|von|da|di|door|od|fuente|agencia|quelle|source|with|from|mit|avec|con)\b:?\s+(?:l['’])?",
    re.IGNORECASE,
)
_SPLIT = re.compile(r"\s?/\s?|,\s| (?:and|und|et|y|e|en|with|mit|con|avec) |\s[-–—|•·]\s|\|")
_SUFFIX = re.compile(
    r"(?:['’]s)?\s(?:staff|writers?|reporters?|correspondents?|(?:[A-Z]\w+ ){0,2}(?:Writer|Reporter|Correspondent|Editor|Staff)|news agency|via .{2,30})$",
    re.IGNORECASE,
)
_TAIL = re.compile(r"(?:[\s.!?…”\"»。！？」』]|^)(?:--|[-–—(\[/])\s?([^()\[\]/–—.]{2,40})[)\]/.]?\s*$")
_AUTHOR_POINTERS = frozenset(
    {
        "meta author",
        "json-ld author",
        "meta article:author",
        "meta dc.creator",
        "json-ld sourceOrganization",
        "json-ld provider",
        "json-ld creator",
        "json-ld publisher",
        "meta sailthru.author",
        "meta byl",
        "meta dc.source",
    }
)


def detect(page: Page) -> Iterator[Hit]:
    """Datelines, lone credits, tail credits, contributions, machine-readable authors."""
    head = page.content[:FIRST_BLOCKS]
    for place in head:
        yield from _dateline(page, place)
    for place in page.content:
        if (len(place.plain) <= LONGEST_CREDIT and (place.number or 0) < FIRST_BLOCKS) or page.near_tail(place):
            yield from _credit(page, place)
    for match in matches(page, Form.CREDIT, lambda place: place.number is not None):
        target = match.target
        if target is None or not page.is_agency(target.publisher or "") or page.is_self(target.publisher, None):
            continue
        if not _is_credit(page, match, target):
            continue
        for name in _agencies(page, match.place.plain[target.start : target.end + 60]) or [target.publisher or ""]:
            evidence = page.evidence(match.place, match.start, match.end, match.rule, CONTRIBUTED)
            yield Hit(Relation.SYNDICATED_BY, name, target.url, Strength.AGENCY, evidence)
    for pointer in page.document.pointers:
        if pointer.name in _AUTHOR_POINTERS and len(pointer.value) <= 3 * LONGEST_CREDIT:
            for name in _agencies(page, pointer.value):
                yield Hit(
                    Relation.SYNDICATED_BY,
                    name,
                    None,
                    Strength.AGENCY,
                    page.markup(pointer, "agency-author@1", CONTRIBUTED),
                )


def _is_credit(page: Page, match: Match, target: Target) -> bool:
    """Whether words with an agency's name are a credit, and not talk of the agency ("in an interview with X"): they say "X
    contributed" or speak of this article, or they begin the block or follow a sign, and hardly more than names follows.
    """
    text = match.place.plain
    begin, stop = sentence(text, match.start, match.end)
    before, behind = text[begin : match.start], text[target.end : stop]
    subject = SUBJECT.search(before)
    if match.wording.lead is None or (subject is not None and not DEFINITE.match(subject[0])):
        return True
    if (before.rstrip() or "(")[-1].isalnum():
        return False
    words = _WORDS.findall(behind)
    if any(word.lower() != word.upper() for word in words):  # a script with capitals
        return len([word for word in words if word.islower() and word not in CONNECTORS]) <= MORE_WORDS
    return len(behind) <= MORE_SIGNS or bool(match.start == 0 and page.begins_body(match.place))


def _dateline(page: Page, place: Place) -> Iterator[Hit]:
    start = place.plain[:WITHIN]
    held = set(start)
    for number, (signs, shape) in enumerate(DATELINES, 1):
        found = None if signs.isdisjoint(held) else shape.match(start)
        if found is None:
            continue
        named = [name for name in re.split(r"\s?/\s?|, | and | e | y | et | und ", found[1]) if _is_agency(page, name)]
        partners = named
        if named and "/" in found[1]:  # a desk's initials are in small letters: (dpa/lni)
            partners = [n for n in map(str.strip, found[1].split("/")) if n in named or (n and not n.islower())]
        for name in partners:
            if page.is_self(name, None):
                continue
            evidence = page.evidence(place, 0, found.end(), f"dateline-{number}@1", DATELINE)
            yield Hit(Relation.SYNDICATED_BY, _spelled(page, name.strip()), None, Strength.AGENCY, evidence)
        if named:
            return


def _credit(page: Page, place: Place) -> Iterator[Hit]:
    """A block that is nothing but a credit ("By Ann Author, Reuters"), or the credit at the end of the last blocks."""
    text = place.plain
    spans: list[tuple[int, int]] = []
    if len(text) <= LONGEST_CREDIT and place.block.tag not in ("h1", "h2", "h3"):
        spans.append((0, len(text)))
    if page.near_tail(place) and (tail := _TAIL.search(text, max(0, len(text) - 60))):
        spans.append(tail.span(1))
    for start, end in spans:
        for name in _agencies(page, text[start:end], whole=start > 0):
            if not page.is_self(name, None):
                evidence = page.evidence(place, start, end, "agency-credit@1", CREDIT)
                yield Hit(Relation.SYNDICATED_BY, name, None, Strength.AGENCY, evidence)


def _agencies(page: Page, text: str, *, whole: bool = False) -> list[str]:
    """The segments of a credit that are agencies; with `whole`, all of it must be."""
    found: list[str] = []
    for part in _SPLIT.split(DATED.sub(" | ", text)):
        piece = part.strip(" .,*_()[]–—-:")
        if not piece.isalnum():  # a single word has nothing before or behind it
            piece = _SUFFIX.sub("", _PREFIX.sub("", piece)).strip()
        if _is_agency(page, piece):
            found.append(_spelled(page, piece))
        elif not whole and _BY.match(part) and (last := _last_words(page, piece)):
            found.append(last)
        elif whole:
            return []
    return found


def _last_words(page: Page, piece: str) -> str | None:
    """The agency that a byline ends in without a sign before it: "By ANN AUTHOR Associated Press"."""
    words = piece.split()
    for count in range(min(LONGEST_AGENCY, len(words) - 2), 0, -1):
        name = " ".join(words[-count:])
        if (count > 1 or name.isupper()) and _is_agency(page, name):
            return _spelled(page, name)
    return None


def _spelled(page: Page, name: str) -> str:
    """Initials of two letters spelled out as the authority knows them: alone they are no name by which two pages' claims meet.

    The quote keeps what the page writes.
    """
    known = page.known(name) if len(name) <= 2 and name.isascii() else None
    return known.name if known is not None else name


def _is_agency(page: Page, name: str) -> bool:
    return 1 < len(name.strip()) < 60 and page.is_agency(name.strip())
