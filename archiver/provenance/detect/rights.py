"""Copyright lines: "Copyright © Ann Author, X, 2024". A line of another known publisher below the text also says whose text it is."""

from __future__ import annotations

import re
from collections.abc import Iterator

from archiver.model import url as urls
from archiver.model.claim import Relation, Strength
from archiver.model.document import Role
from archiver.provenance.detect.kinds import person
from archiver.provenance.detect.page import CONTENT, Hit, Page, Place

WEIGHT, WHOSE = 0.90, 0.80
_WANTED = CONTENT | {Role.NAV}
#: One of these stands in every block that holds a notice.
_MARKS = ("©", "(c)", "(C)", "opyri", "OPYRI", "opyRi")
_MARK = re.compile(
    r"(?:copyright|©|\(c\)(?= ?\d{4}))[ ©:]{0,4}(?:\(c\) ?)?(?:by )?(?:(?:19|20)\d\d(?:\s?[-–—/]\s?(?:19|20)?\d\d)?,? ?)?(?:©? ?by |: )?",
    re.IGNORECASE,
)
_HOLDER = re.compile(
    r"[^,;|.•·\n]{2,60}(?:\.(?:com|org|net|ca|de|fr|ru|info|co\.uk|in|news|example)\b|\.(?=[A-Z]\.)[A-Z.]{1,6}| Inc| Ltd)?"
)
_END = re.compile(
    r"\.(?:\s|$)|\ball rights\b|\balle rechte\b|\btous droits\b|\btodos los\b|\btodos os\b|\btutti i\b|[|•·\n]",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?:19|20)\d\d(?:\s?[-–]\s?(?:19|20)\d\d)?")
_NO_HOLDER = re.compile(
    r"(?:all rights.*|owners?|holders?|material|law|infring.*|notice|policy|the|this|is|of|and|act|protected|\W*)",
    re.IGNORECASE,
)

#: An agency that sends out other people's texts says so behind their copyright line.
DISTRIBUTED = re.compile(
    r"\b(?:distributed|syndicated|provided|supplied) by\b|\bvertrieb(?:en)? durch\b|\bdistribu(?:ido|é|ito) (?:por|par|da)\b",
    re.IGNORECASE,
)


def detect(page: Page) -> Iterator[Hit]:
    """Holders, each a claim; at most four a line."""
    for place in page.holding(_MARKS, _WANTED):
        if "©" in place.plain or "copyright" in (lower := place.lower) or "(c)" in lower:
            for mark in _MARK.finditer(place.plain):
                if _is_notice(place, mark):
                    yield from _line(page, place, mark)


def _is_notice(place: Place, mark: re.Match[str]) -> bool:
    """Whether the word is a notice ("Copyright 2020 X", "© X") and not talk of copyright law."""
    return (
        "©" in mark[0]
        or "(c)" in mark[0].lower()
        or bool(_YEAR.search(mark[0]))
        or place.plain[mark.end() : mark.end() + 1].isupper()
    )


def _own_link(page: Page, place: Place, name: str) -> str | None:
    """The address of the holder's own site in a block."""
    return next(
        (link.url for link in page.links(place) if page.authority.matches_host(name, urls.host(link.url))), None
    )


def _line(page: Page, place: Place, mark: re.Match[str]) -> Iterator[Hit]:
    stop = min(len(place.plain), mark.end() + 120)
    end = _END.search(place.plain, mark.end() + 2, stop)
    stop = end.start() if end else stop
    count = 0
    for part in _HOLDER.finditer(place.plain, mark.end(), stop):
        name = _YEAR.sub("", part[0]).strip(" ,-–—()&©:")
        if (
            not name
            or _NO_HOLDER.fullmatch(name)
            or not (name[0].isupper() or name[0].isdigit() or page.known(name))
            or len(name.split()) > 7
        ):
            continue
        count += 1
        if count > 4:
            return
        span = (mark.start(), part.end())
        link = next(
            (link.url for link in page.links(place) if link.start <= part.end() and link.end > part.start()), None
        )
        yield Hit(Relation.COPYRIGHT, name, link, Strength.LABEL, page.evidence(place, *span, "copyright@1", WEIGHT))
        known = page.known(name)
        if (
            known is None
            and not person(name)
            and DISTRIBUTED.search(place.plain, part.end())
            and page.near_tail(place)
            and not page.is_self(name, link)
        ):
            evidence = page.evidence(place, *span, "copyright-distributed@1", WHOSE)
            yield Hit(Relation.REPUBLISHED_FROM, name, _own_link(page, place, name) or link, Strength.AGENCY, evidence)
        if (
            known is not None
            and known.kind in ("agency", "outlet", "press-release")
            and page.near_tail(place)
            and not page.is_self(name, None)
        ):
            relation = Relation.REPUBLISHED_FROM if known.kind == "outlet" else Relation.SYNDICATED_BY
            yield Hit(relation, name, None, Strength.AGENCY, page.evidence(place, *span, "copyright-of-other@1", WHOSE))
