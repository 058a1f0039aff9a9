"""Candidates -> title, publisher, authors, dates: one choice for HTML and PDF.

A reader brings what its format says (`Said`); the head, foot and tail of the text are read here. Rules:

    publisher  og:site_name > JSON-LD > title suffix, "Outlet, date" line, running head, application-name, masthead and
               copyright line, these six only where the name can be the host's; the archive's own name comes last
    title      the value that most places agree on once site names are cut off; JSON-LD before og:title, h1 and title
    authors    the first place that names people, and never an outlet
    dates      what agrees with the day in the address; else the first place that gives one, in the reader's order

Nothing is invented: where no place speaks the value is None, and a host name is not a publisher.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from archiver.extract import dates, titles
from archiver.extract.names import looks_like_host, of_host, people
from archiver.extract.text import clean, letters
from archiver.model import url as urls
from archiver.model.document import Block, Candidate, Role, Stated

_BYLINE = re.compile(
    r"\A\W{0,3}(?:(?:written|posted|story|reported|words)\s+by|by|von|par|por|автор|autor(?:in|a)?|author|auteur|articles?\s+by)\b\s*:?\s*\S",
    re.IGNORECASE,
)
_TITLED = re.compile(
    r"\A(?P<name>[^,\d]{5,40}),\s+(?:an?\s+|the\s+)?(?:[\w-]+\s+){0,4}?(?:journalist|commentator|correspondent|reporter|columnist|analyst|author|writer|editor|historian|professor|journaliste|periodista|journalistin|korrespondent)\b",
    re.IGNORECASE,
)
_COPYRIGHT = re.compile(r"(?:©|\(c\)|\bcopyright\b)[\s©:]*(?:(?:19|20)\d\d(?:\s*[-–]\s*(?:19|20)?\d\d)?)?[\s,:]*(?P<who>[^|•·.,;]{2,80})", re.IGNORECASE)  # fmt: skip
_RIGHTS = re.compile(r"\s*(?:all rights reserved|alle rechte|todos los|tous droits|(?:19|20)\d\d).*\Z", re.IGNORECASE)
_PARTS = re.compile(r"\s+[-–—|●•·]\s+|\s*[|●•·,]\s*")
_DATE_WORDS = re.compile(
    r"\b(?:published|posted|submitted|updated|veröffentlicht|publié|publicado|pubblicato|date)\b", re.IGNORECASE
)
#: Places that go on to name the authors of other texts: what stands first counts.
_FIRST_ALONE = frozenset({"byline class", "itemprop author", "byline", "named line"})
_TITLE_SIZE = 600  # what is longer is no title, whatever it is called
_HEAD_SIZE = 220  # a line longer than this is no byline and no date line


@dataclass(slots=True)
class Said:
    """What a reader found, each list best first. `authors` and `raw` strings are as the page gives them."""

    url: str
    language: str | None
    blocks: tuple[Block, ...]
    titles: list[Candidate] = field(default_factory=list)
    publishers: list[Candidate] = field(default_factory=list)
    weak_publishers: list[Candidate] = field(default_factory=list)
    authors: list[Candidate] = field(default_factory=list)
    published: list[Candidate] = field(default_factory=list)
    late_published: list[Candidate] = field(default_factory=list)
    modified: list[Candidate] = field(default_factory=list)

    @property
    def host(self) -> str:
        """The host that served it."""
        return urls.host(self.url) if self.url else ""

    def lines(self, *roles: Role, limit: int = _HEAD_SIZE) -> Iterator[Block]:
        """The short blocks of these roles."""
        return (block for block in self.blocks if block.role in roles and len(block.text) <= limit)


@dataclass(frozen=True, slots=True)
class Metadata:
    """What was chosen."""

    title: Stated
    publisher: Stated
    authors: tuple[str, ...]
    author_candidates: tuple[Candidate, ...]
    published: Stated
    modified: Stated


def conclude(said: Said, archive_name: str | None = None) -> Metadata:
    """Everything at once: the values depend on one another (a title is cut at the publisher's name, an author is no outlet)."""
    said.titles = [Candidate(shown, c.source) for c in said.titles if 0 < len(shown := clean(c.value)) <= _TITLE_SIZE]
    publisher = _publisher(said, archive_name)
    brands = [c.value for c in publisher.candidates]
    title = titles.choose(said.titles, brands, said.host, _sources(said))
    authors, candidates = _authors(said, [*brands, title.value or ""])
    return Metadata(title, publisher, authors, candidates, _published(said), _first(said.modified))


def _first(candidates: Iterable[Candidate]) -> Stated:
    kept = tuple(dict.fromkeys(candidates))
    return Stated(kept[0].value if kept else None, kept)


# -- publisher


def _publisher(said: Said, archive_name: str | None) -> Stated:
    named = [Candidate(name, c.source) for c in said.publishers if (name := _outlet_name(c.value))]
    hosted = [
        Candidate(name, c.source)
        for c in _hosted(said)
        if (name := _outlet_name(c.value)) and of_host(name, said.host) and not looks_like_host(name)
    ]
    kept = list(dict.fromkeys([*named, *hosted]))
    if archive_name:
        known = Candidate(archive_name, "archive")
        same = bool(kept) and letters(kept[0].value) == letters(archive_name)
        kept = [known, *kept] if same else [*kept, known]
    return Stated(kept[0].value if kept else None, tuple(kept))


def _outlet_name(text: str) -> str | None:
    name = clean(text).strip(" @|-–—·•,:")
    return name if 2 <= len(name) <= 80 and letters(name) and not name.startswith(("http:", "https:")) else None


def _hosted(said: Said) -> Iterator[Candidate]:
    """Names that count where they can be the host's."""
    for title in said.titles:
        for segment in reversed(titles.segments(title.value)[1:]):
            yield Candidate(segment, f"suffix of {title.source}")
    for block in said.lines(Role.HEAD):
        if next(dates.written(block.text), None):
            yield Candidate(block.text.split(",")[0], "dated line in the head")
    for block in said.lines(Role.NAV):
        if next(dates.written(block.text), None) and not _COPYRIGHT.search(block.text):
            for part in _PARTS.split(block.text):
                yield Candidate(part.strip(" 0123456789"), "running head")
    yield from said.weak_publishers
    for block in said.lines(Role.NAV):
        for link in block.links:
            if urls.path(link.url) == "/" and urls.same_site(link.url, said.url):
                yield Candidate(block.text[link.start : link.end], "masthead")
    for block in said.lines(Role.NAV, Role.TAIL):
        for match in _COPYRIGHT.finditer(block.text):
            yield Candidate(_RIGHTS.sub("", match["who"]), "copyright line")


# -- title


def _sources(said: Said) -> list[str]:
    """Hosts that the page links to from before and after its text: a title may end in the name of one of them."""
    hosts = [
        urls.host(link.url)
        for block in said.blocks
        if block.role in (Role.HEAD, Role.TAIL) or (block.role is Role.BODY and len(block.text) <= 300)
        for link in block.links
        if link.end - link.start >= 0.3 * len(block.text) and not urls.same_site(link.url, said.url)
    ]
    return list(dict.fromkeys(host for host in hosts if host))


# -- authors


def _authors(said: Said, outlets: list[str]) -> tuple[tuple[str, ...], tuple[Candidate, ...]]:
    """The people that the first speaking place names, and every place that names some."""
    places: dict[str, list[str]] = {}
    for candidate in [*said.authors, *_bylines(said)]:
        single = candidate.source.startswith(("json-ld", "meta", "rel", "itemprop"))
        names = [
            n for n in people(candidate.value, outlets, single=single) if not (said.host and _is_site(n, said.host))
        ]
        if candidate.source not in _FIRST_ALONE or not places.get(candidate.source):
            places.setdefault(candidate.source, []).extend(names)
    chosen = next((tuple(dict.fromkeys(names)) for names in places.values() if names), ())
    kept = dict.fromkeys(Candidate(name, source) for source, names in places.items() for name in names)
    return _without_repeats(chosen), tuple(kept)


def _is_site(name: str, host: str) -> bool:
    return letters(name) in (letters(urls.brand(host)), letters(urls.site(host)))


def _without_repeats(names: tuple[str, ...]) -> tuple[str, ...]:
    kept: list[str] = []
    for name in names:
        if letters(name) not in {letters(k) for k in kept}:
            kept.append(name)
    return tuple(kept)


def _bylines(said: Said) -> Iterator[Candidate]:
    for title in said.titles:
        name = titles.byline(title.value)
        if name:
            yield Candidate(name, f"byline in {title.source}")
    for at, block in enumerate(said.blocks):
        if block.role is Role.HEAD and len(block.text) <= _HEAD_SIZE and block.tag != "h1":
            if _BYLINE.match(block.text):
                after = said.blocks[at + 1].text if at + 1 < len(said.blocks) else ""
                broken = len(after) <= 40 and not people(block.text)  # `By Ada`, and `Lund` on the next line
                yield Candidate(f"{block.text} {after}" if broken else block.text, "byline")
            elif match := _TITLED.match(block.text):
                yield Candidate(match["name"], "named line")
        elif block.role is Role.TAIL and len(block.text) <= 120 and _BYLINE.match(block.text) and at:
            yield Candidate(re.sub(r"(?i)\A\W*articles?\s+", "", block.text), "byline after the text")
    start = next((i for i, b in enumerate(said.blocks) if b.role is Role.BODY), len(said.blocks))
    for block in said.blocks[start : start + 1]:
        if len(block.text) <= _HEAD_SIZE and (match := _TITLED.match(block.text)):
            yield Candidate(match["name"], "named line")


# -- dates


def _published(said: Said) -> Stated:
    """A day in the address was put there by the site's own clock on the first day: it settles which candidate is right."""
    early = [*said.published, *_dated_lines(said)]
    url_day = dates.in_url(said.url)
    if url_day:
        early = [*(c for c in early if c.value[:10] == url_day), Candidate(url_day, "address"), *early]
    return _first([*early, *said.late_published, *_running_dates(said)])


def _dated_lines(said: Said) -> Iterator[Candidate]:
    """Dates in short lines of the head, and at the very start of the text (a dateline)."""
    american = True if said.language == "en-us" else None if said.language in (None, "en") else False
    head = list(said.lines(Role.HEAD))
    for block in sorted(head, key=lambda b: not _DATE_WORDS.search(b.text)):
        for day in list(dates.written(block.text, american))[:1]:
            yield Candidate(day, "line in the head")
    for block in said.blocks:
        if block.role is Role.BODY:
            for day in list(dates.written(re.split(r"[—–:]|\s-\s", block.text[:60])[0], american))[:1]:
                if _starts_dated(block.text):
                    yield Candidate(day, "dateline")
            return


def _starts_dated(text: str) -> bool:
    """Whether a paragraph opens with a date that a dash or colon sets off."""
    opening = re.split(r"[—–:]|\s-\s", text[:80])
    return len(opening) > 1 and len(opening[0]) <= 50


def _running_dates(said: Said) -> Iterator[Candidate]:
    for block in said.lines(Role.NAV):
        day = next(dates.written(block.text), None)
        if day and any(of_host(part.strip(" 0123456789"), said.host) for part in _PARTS.split(block.text)):
            yield Candidate(day, "running head")
