"""Titles: site names, sources and bylines cut off, and the choice among the places that give one. Pure functions."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from archiver.extract.names import of_host
from archiver.extract.text import clean, fold, letters
from archiver.model import url as urls
from archiver.model.document import Candidate, Stated

_SEPARATOR = re.compile(r"\s+(?:[-–—|»«·•:/~›>✓★]|::|\|\|)+\s+|\s*[|»•]\s*")
_MARKDOWN_BYLINE = re.compile(r"\s+[Bb][Yy]\s+\[([^\[\]]{2,80})\]\s*(?:\([^()]{0,200}\))?\s*\Z")
_COLON = re.compile(r"\A([^:]{2,40}):\s+(.+)\Z")


def segments(title: str) -> list[str]:
    """The parts of a title between separators, never empty ones."""
    return [part for part in (p.strip() for p in _SEPARATOR.split(clean(title))) if part]


def byline(title: str) -> str | None:
    """The name in a byline that was left in the title in Markdown: `Headline By [Name](#)`."""
    match = _MARKDOWN_BYLINE.search(_core(title))
    return match[1] if match else None


def _core(title: str) -> str:
    """The title up to and with a Markdown byline, whatever follows it."""
    end = re.search(r"\]\s*\([^()]{0,200}\)", title)
    return title[: end.end()] if end else title


def strip(title: str, brands: Iterable[str], host: str, sources: Iterable[str] = ()) -> str:
    """The title without site names at its end or start, the name of a linked source at its end, and a Markdown byline.

    A name counts where it is one of `brands`, can be the host's, or is that of a host in `sources`. Where the name of a
    site stands in the middle, everything from there on goes: `Headline - OutletOutlet - Institute for Outlet`.
    """
    title = clean(title)
    names = [letters(name) for name in brands if letters(name)]
    pieces = [(m.start(), m.end()) for m in _SEPARATOR.finditer(title)]
    cut = len(title)
    for start, end in pieces:
        rest = title[end:cut]
        segment = letters(_SEPARATOR.split(rest)[0])
        if start and segment and any(segment == name or segment == name * 2 for name in names):
            cut = start
            break
    kept = title[:cut].rstrip()
    while (last := _last(kept)) and (of_host(last[1], host) or any(_of_source(last[1], s) for s in sources)):
        kept = last[0]
    first = segments(kept)
    if len(first) > 1 and (letters(first[0]) in names or of_host(first[0], host)) and len(first[0]) < 40:
        kept = kept[_SEPARATOR.search(kept).end() :] if _SEPARATOR.search(kept) else kept  # type: ignore[union-attr] # just found
    colon = _COLON.match(kept)
    if colon and letters(colon[1]) in names:
        kept = colon[2]
    return _MARKDOWN_BYLINE.sub("", _core(kept)).strip(" |-–—·•»") or title


def _last(title: str) -> tuple[str, str] | None:
    """What stands before and after the last separator, where both say something."""
    found = list(_SEPARATOR.finditer(title))
    if not found or not title[: found[-1].start()].strip():
        return None
    return title[: found[-1].start()].rstrip(), title[found[-1].end() :]


def _of_source(name: str, host: str) -> bool:
    return letters(name) in (letters(urls.brand(host)), letters(urls.site(host)), letters(host.removeprefix("www.")))


def choose(candidates: list[Candidate], brands: list[str], host: str, sources: list[str]) -> Stated:
    """The title that most places agree on after cutting; the earlier place where none agree.

    A candidate that goes on where another one ends at a separator is cut there too, so that a section's name goes as well.
    """
    plain = [Candidate(strip(c.value, brands, host, sources), c.source) for c in candidates if clean(c.value)]
    plain = [c for c in plain if letters(c.value) and letters(c.value) not in {letters(b) for b in brands}] or plain
    whole = {fold(c.value): c.value for c in plain}
    cut = [Candidate(_shortest(c.value, whole), c.source) for c in plain]
    if not cut:
        return Stated()
    votes = Counter(letters(c.value) for c in cut)
    best = max(cut, key=lambda c: (votes[letters(c.value)] > 1, -cut.index(c)))
    return Stated(best.value, tuple(dict.fromkeys([best, *cut])))


def _shortest(title: str, whole: dict[str, str]) -> str:
    """The title up to a separator, where that alone is what another place gives."""
    for found in _SEPARATOR.finditer(title):
        start = title[: found.start()].rstrip()
        if len(start) >= 12 and fold(start) in whole:
            return start
    return title
