"""News agencies: datelines, bylines, tail credits, "X contributed to this report".

Only names that the authority knows as agencies count here, and only in the shapes of the table below: a text about an agency is
not from it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from archiver.model.claim import Relation, Strength
from archiver.provenance.detect.match import matches
from archiver.provenance.detect.page import Hit, Page, Place
from archiver.provenance.phrases.grammar import Form

DATELINE, CREDIT, CONTRIBUTED = 0.95, 0.95, 0.80
#: A dateline stands among the first so many blocks, within the first so many characters.
FIRST_BLOCKS, WITHIN = 8, 110
#: A block that is nothing but a credit is at most this long.
LONGEST_CREDIT = 100

_PLACE = r"[^\W\d_a-zß-öø-ÿ][^()\[\]|:;]{1,70}?"
#: Shapes of datelines; the group holds the agency. Each is anchored at the start of a block.
DATELINES: tuple[re.Pattern[str], ...] = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_PLACE}\s?[,.]?\s?[(\[]([^()\[\]]{{2,60}})[)\]]\s?(?:[-–—―:.]|--)",  # OSLO, Norway (AP) -
        r"[A-ZÀ-Þ][\w'’-]{2,20}(?:, [A-ZÀ-Þ][\w'’-]{2,20}){0,2}(?:, \d{1,2} \w{3,10}\.?)?\s?\(([^()]{2,40})\)",  # Oslo, Noruega (Prensa Latina) Los
        r"[(\[【]([^()\[\]【】]{2,40})[)\]】]\s?(?:[-–—―:.]|--)",  # (AFP) -
        r"[^\W\d_][^()/]{1,60}[.,]?\s?/([^/]{2,30})/",  # ОСЛО, 3 марта. /ТАСС/.
        r"[^\W\d_][^()]{1,50}?[-–—―]\s?([^\W\d_][\w «»]{1,30})[.:]\s",  # ОСЛО, 3 мар — РИА Новости.
        r"[^\W\d_][^():;]{2,40};\s?([^:;()]{2,60}):",  # Oslo, March 3; IANS:
        r"[(\[]\w{1,8}=([^()\[\]=]{2,20})[)\]]",  # (오슬로=연합뉴스)
        r"[\[【(][^\[\]【】()\d]{1,12}?(?:[=＝ 　]|(?=共同|時事|ロイター|AFP|AP))([^\[\]【】()=＝ 　]{2,12})[\]】)]",  # 【オスロ共同】
        r"(?:据)?([^\W\d_]{2,5}[社网])[^\W\d_]{0,12}\d{1,2}月\d{1,2}日(?:电|電|讯|訊|消息)",  # 新华社北京3月1日电
        r"([^\W\d_][^\W\d_]{1,11})\s?(?:[-–—―]|--)\s",  # AFP -
    )
)
_PREFIX = re.compile(
    r"(?:par|by|por|von|da|di|door|od|fuente|agencia|quelle|source|with|from|mit|avec|con)\b:?\s+(?:l['’])?",
    re.IGNORECASE,
)
_SPLIT = re.compile(r"\s?/\s?|,\s| (?:and|und|et|y|e|en|with|mit|con|avec) |\s[-–—|•·]\s|\|")
_SUFFIX = re.compile(
    r"(?:['’]s)?\s(?:staff|writers?|reporters?|correspondents?|(?:[A-Z]\w+ ){0,2}(?:Writer|Reporter|Correspondent|Editor|Staff)|news agency|via .{2,30})$",
    re.IGNORECASE,
)
_TAIL = re.compile(r"(?:[\s.!?…”\"»]|^)(?:--|[-–—(\[/])\s?([^()\[\]/–—.]{2,40})[)\]/.]?\s*$")
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
        if (
            target is None
            or not page.authority.is_agency(target.publisher or "")
            or page.is_self(target.publisher, None)
        ):
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


def _dateline(page: Page, place: Place) -> Iterator[Hit]:
    start = place.plain[:WITHIN]
    for number, shape in enumerate(DATELINES, 1):
        found = shape.match(start)
        if found is None:
            continue
        named = [name for name in re.split(r"\s?/\s?|, | and | e | y | et | und ", found[1]) if _is_agency(page, name)]
        partners = (
            [n.strip() for n in re.split(r"\s?/\s?", found[1]) if n.strip()] if named and "/" in found[1] else named
        )
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
    pieces = [_SUFFIX.sub("", _PREFIX.sub("", piece.strip(" .,*_()[]–—-:"))).strip() for piece in _SPLIT.split(text)]
    for piece in pieces:
        if _is_agency(page, piece):
            found.append(_spelled(page, piece))
        elif whole:
            return []
    return found


def _spelled(page: Page, name: str) -> str:
    """Initials of two letters spelled out as the authority knows them: alone they are no name by which two pages' claims meet.

    The quote keeps what the page writes.
    """
    known = page.authority.match(name) if len(name) <= 2 else None
    return known.name if known is not None else name


def _is_agency(page: Page, name: str) -> bool:
    return 1 < len(name.strip()) < 60 and page.authority.is_agency(name.strip())
