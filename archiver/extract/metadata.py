"""Candidates -> title, publisher, authors, dates: one choice for HTML and PDF.

A reader brings what its format says (`Said`); the head, foot and tail of the text are read here. Rules:

    publisher  og:site_name > JSON-LD > title suffix, "Outlet, date" line, running head, application-name, masthead and
               copyright line, these six only where the name can be the host's; the archive's own name comes last
    title      the value that most places agree on once site names are cut off; JSON-LD before og:title, h1 and title
    authors    people, and never an outlet; which place is believed is for authors to say
    dates      what agrees with the day in the address; else the first place that gives one, in the reader's order

Nothing is invented: where no place speaks the value is None, and a host name is not a publisher.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from archiver.extract import dates, titles
from archiver.extract.authors import authors, penned
from archiver.extract.names import is_person, looks_like_host, of_host
from archiver.extract.said import Said
from archiver.extract.text import clean, letters
from archiver.model import url as urls
from archiver.model.document import Candidate, Role, Stated

_COPYRIGHT = re.compile(r"(?:©|\(c\)|\bcopyright\b)[\s©:]*(?:(?:19|20)\d\d(?:\s*[-–]\s*(?:19|20)?\d\d)?)?[\s,:]*(?P<who>[^|•·.,;]{2,80})", re.IGNORECASE)  # fmt: skip
_RIGHTS = re.compile(r"\s*(?:all rights reserved|alle rechte|todos los|tous droits|(?:19|20)\d\d).*\Z", re.IGNORECASE)
_PARTS = re.compile(r"\s+[-–—|●•·]\s+|\s*[|●•·,]\s*")
#: Words before a date that say what it is of.
_DATE_WORDS = re.compile(
    r"\b(?:published|posted|submitted|created|veröffentlicht|erschienen|erstellt|publiziert|datum|publiée?|parue?|publicad[oa]|fecha|"
    r"pubblicat[oa]|geplaatst|gepubliceerd|opublikowano|dodano|опубликовано|дата|yayın\w*|megjelent|közzétéve|date|data)\b|公開|掲載|投稿|発行|发布|發布|发表|發表|게시|입력|등록|نشر|انتشار|منتشر",
    re.IGNORECASE,
)
_CHANGE_WORDS = re.compile(
    r"\b(?:updated|modified|edited|revised|aktualisiert|aktualisierung|geändert|änderung|mise? à jour|modifiée?|actualizad[oa]|"
    r"modificad[oa]|aggiornat[oa]|modificat[oa]|atualizad[oa]|bijgewerkt|gewijzigd|zaktualizowano|aktualizacja|обновлено|изменено|"
    r"güncelle\w*|frissítve)\b|更新|修正日|수정|تحديث|به‌روز",
    re.IGNORECASE,
)
_RANGE = re.compile(r"(?<![\d-])\d{1,2}\.?\s?[–—-]\s?\d{1,2}\.?\s+[^\W\d]")  # days of an event: `14. - 20. Januar 2022`
_ONLINE = "1990"  # before, no page was published: a person's dates stand in such lines too
_TITLE_SIZE = 600  # what is longer is no title, whatever it is called


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
    outlets = [
        name for name in brands if (name == publisher.value or not is_person(name)) and not penned(name, said.host)
    ]
    title = titles.choose(said.titles, brands, said.host, _sources(said))
    people, candidates = authors(said, [*outlets, title.value or ""])
    return Metadata(title, publisher, people, candidates, _published(said), _first([*said.modified, *_changes(said)]))


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


# -- dates


def _published(said: Said) -> Stated:
    """A day in the address was put there by the site's own clock on the first day: it settles which candidate is right.

    A time in UTC gives way to the next or last day where the reader is told that one: it is the day of the place.
    """
    lines = list(_dated_lines(said))
    early = [*said.published, *lines, *said.vague_published, *_labelled(said)]
    url_day = dates.in_url(said.url)
    if url_day:
        early = [*(c for c in early if c.value[:10] == url_day), Candidate(url_day, "address"), *early]
    elif early and early[0].value.endswith("Z"):
        local = [c for c in lines if dates.apart(c.value, early[0].value) == 1][:1]
        early = [*local, *early]
    early = [*(c for c in early if dates.spelled_in(said.url, c.value)), *early]
    weak = [c for c in said.late_published if early or c.source == "script" or _confirmed(said, c.value[:10])]
    return _first([*early, *weak, *_running_dates(said)])


def _american(said: Said) -> bool | None:
    """Whether 01/09/2020 is in January: known for one country, open for English without a country."""
    return True if said.language == "en-us" else None if said.language in (None, "en") else False


def _dated_lines(said: Said) -> Iterator[Candidate]:
    """Dates in short lines of the head and beside the headline, and at the very start of the text (a dateline)."""
    start = next((at for at, block in enumerate(said.blocks) if block.role is Role.BODY), len(said.blocks))
    top = next((at for at, block in enumerate(said.blocks[:start]) if block.tag == "h1"), start)
    named = {letters(title.value) for title in said.titles}
    lines = [
        b for b in said.lines(Role.HEAD) if b.tag != "h1" and letters(b.text) not in named and not _RANGE.search(b.text)
    ]
    for block in sorted(lines, key=lambda b: _rank(b.text)):
        for day in list(dates.written(block.text, _american(said)))[:1]:
            yield Candidate(day, "line in the head")
    for block in said.blocks[start : start + 1]:
        for day in list(dates.written(re.split(r"[—–:]|\s-\s", block.text[:60])[0], _american(said)))[:1]:
            if _starts_dated(block.text):
                yield Candidate(day, "dateline")
    for block in said.blocks[top : min(start, top + 12)]:
        if block.role in (Role.NAV, Role.LIST) and len(block.text) <= 60 and not _changed(block.text):
            for day in list(dates.written(block.text, _american(said)))[:1]:
                if day >= _ONLINE:
                    yield Candidate(day, "line by the headline")


def _rank(line: str) -> int:
    return 0 if _DATE_WORDS.search(line) else 2 if _CHANGE_WORDS.search(line) else 1


def _changed(line: str) -> bool:
    return _rank(line) == 2


def _labelled(said: Said) -> Iterator[Candidate]:
    """The first short line, wherever it stands, that opens with a word of publishing and gives a date."""
    for block in said.lines(Role.BODY, Role.TAIL, Role.NAV, Role.LIST, limit=80):
        label = _DATE_WORDS.search(block.text[:24])
        if label and label.start() <= 8 and not _CHANGE_WORDS.search(block.text):
            for day in list(dates.written(block.text, _american(said)))[:1]:
                if day >= _ONLINE:
                    yield Candidate(day, "labelled date")
                    return


def _confirmed(said: Said, day: str) -> bool:
    """Whether the page shows a day that a reader of last resort guessed: it takes copyright years and teasers for dates."""
    if dates.contradicts(said.url, day):
        return False
    shown = [
        b
        for b in said.lines(Role.HEAD, Role.BODY, Role.TAIL, Role.NAV)
        if day in dates.written(b.text, _american(said)) and not _changed(b.text) and not _RANGE.search(b.text)
    ]
    return bool(shown) or dates.spelled_in(said.url, day)


def _starts_dated(text: str) -> bool:
    """Whether a paragraph opens with a date that a dash or colon sets off."""
    if re.match(r"\d{1,2}\.\s?\d{1,2}\.\s?\d{4}\s+\S", text):
        return True
    opening = re.split(r"[—–:]|\s-\s|(?<=\d{4})\.\s", text[:80])
    return len(opening) > 1 and len(opening[0]) <= 50


def _changes(said: Said) -> Iterator[Candidate]:
    """Days that short lines give for the last change."""
    for block in said.lines(Role.HEAD, Role.TAIL, limit=80):
        if _changed(block.text):
            for day in list(dates.written(block.text, _american(said)))[:1]:
                yield Candidate(day, "line of a change")


def _running_dates(said: Said) -> Iterator[Candidate]:
    for block in said.lines(Role.NAV):
        day = next(dates.written(block.text), None)
        if day and any(of_host(part.strip(" 0123456789"), said.host) for part in _PARTS.split(block.text)):
            yield Candidate(day, "running head")
