"""Places that name authors -> the authors: people and never an outlet, as the place that speaks best names them.

    1  Each candidate is cut down to the people in it; a place that goes on to name other texts' authors counts with its first.
    2  The first place that names somebody wins, in the order of the table below. What only machines are told, and no reader
       sees anywhere on the page, gives way to a byline that readers see.
    3  What other places know better is taken from them: a first name's rest, the end of a name that was run together with the
       next word, the other authors of a text, a full name in place of an account's.

Where a line names an author is for bylines to say, what is a person's name for names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from archiver.extract import titles
from archiver.extract.bylines import bylines
from archiver.extract.names import UMLAUTS, is_person, of_host, people
from archiver.extract.said import Said
from archiver.extract.text import letters
from archiver.model import url as urls
from archiver.model.document import Candidate, Role

#: Places of authors, best first; a place that is not here comes last. What the reader is told goes before what the site tells machines.
_AUTHOR_PLACES = tuple(
    re.compile(pattern)
    for pattern in (
        "json-ld .*", "byline in .*", "byline|byline name", "hcard author", "rel author", "itemprop author", "author page", "meta .*", "named line",
    )
)  # fmt: skip
#: Places that go on to name the authors of other texts: what stands first counts.
_FIRST_ALONE = frozenset(
    {
        "byline",
        "byline name",
        "byline class",
        "byline classes",
        "itemprop author",
        "rel author",
        "named line",
        "author page",
    }
)
#: Places that name authors and nothing else: one word is a name there.
_SINGLE = ("json-ld", "meta", "rel", "itemprop", "hcard", "byline name", "author page")
#: Places that readers see.
_SHOWN = frozenset({"byline", "byline name", "hcard author", "rel author", "itemprop author", "author page"})
_BLOG_HOSTS = (
    ".wordpress.com",
    ".blogspot.com",
    ".substack.com",
    ".tumblr.com",
    ".typepad.com",
    ".livejournal.com",
    ".hatenablog.com",
)


def authors(said: Said, outlets: list[str]) -> tuple[tuple[str, ...], tuple[Candidate, ...]]:
    """The people that the best speaking place names, and every place that names some. `outlets` are known to be no people."""
    places: dict[str, list[str]] = {}
    for candidate in sorted([*said.authors, *_title_bylines(said), *bylines(said.blocks)], key=_author_rank):
        single = candidate.source.startswith(_SINGLE)
        names = [
            n for n in people(candidate.value, outlets, single=single) if not _is_site(n, said.host, candidate.source)
        ]
        if candidate.source not in _FIRST_ALONE or not places.get(candidate.source):
            places.setdefault(candidate.source, []).extend(names)
    chosen = _shown(places, said) or next((tuple(dict.fromkeys(names)) for names in places.values() if names), ())
    kept = dict.fromkeys(Candidate(name, source) for source, names in places.items() for name in names)
    whole = _without_repeats(_completed(chosen, places, _lone_names(said), said))
    known = dict.fromkeys(
        [*kept, *(Candidate(name, "named line") for name in whole if name not in {c.value for c in kept})]
    )
    return whole, tuple(known)


def _shown(places: dict[str, list[str]], said: Said) -> tuple[str, ...]:
    """The names of the best place that readers see, where the best of all names nobody whom the page shows."""
    best = next((source for source, names in places.items() if names), "")
    if not best.startswith(("json-ld", "meta")) or any(_stands(name, said) for name in places[best]):
        return ()
    seen = (names for source, names in places.items() if source in _SHOWN and any(is_person(name) for name in names))
    return tuple(dict.fromkeys(next(seen, ())))


def _stands(name: str, said: Said) -> bool:
    """Whether the page shows a name, or its last word."""
    last = name.rsplit(maxsplit=1)[-1].lower()
    return any(last in block.text.lower() for block in said.blocks if block.role is not Role.HIDDEN)


def _lone_names(said: Said) -> list[str]:
    """The lines that are nothing but a person's name: they are no byline, but know a first name's rest."""
    return [block.text for block in said.blocks if 5 <= len(block.text) <= 40 and is_person(block.text)]


def _author_rank(candidate: Candidate) -> int:
    places = enumerate(_AUTHOR_PLACES)
    return next((at for at, place in places if place.fullmatch(candidate.source)), len(_AUTHOR_PLACES))


def _completed(chosen: tuple[str, ...], places: dict[str, list[str]], lines: list[str], said: Said) -> tuple[str, ...]:
    """The names with what other places know better: first names alone and names run together, and a byline that names more."""
    known = [(name, source) for source, names in places.items() for name in names if " " in name]
    known += [(name, "") for name in lines]
    chosen = tuple(_better(name, known, said) for name in chosen)
    if len(chosen) == 1 and _is_account(chosen[0]):
        signed = (names for source, names in places.items() if source in _SHOWN and any(" " in name for name in names))
        chosen = tuple(next(signed, chosen))
    for source, names in places.items():
        together = source in ("byline", "rel author", "itemprop author") and 0 < len(chosen) < len(names) <= 12
        if together and {letters(name) for name in chosen} < {letters(name) for name in names}:
            return tuple(names)
    return chosen


def _better(name: str, known: list[tuple[str, str]], said: Said) -> str:
    """A name as another place has it in full or without what was run together with it; itself where none does.

    What a reader put together of several elements is no name: it must stand in one line of the page, or in its markup.
    """
    for other, source in known:
        if (_cut_short(name, other) or _fuller(name, other)) and (
            source.startswith(("json-ld", "meta")) or any(other in block.text for block in said.blocks)
        ):
            return other
    return _with_host(name, said) or name


def _with_host(name: str, said: Said) -> str:
    """A first name with the last name that the site is called after, where the page has both together."""
    brand = urls.brand(said.host) if said.host else ""
    if " " in name or not brand:
        return ""
    both = re.compile(rf"(?<!\w){re.escape(name)}\s+({re.escape(brand)})(?!\w)", re.IGNORECASE)
    found = (match[1] for block in said.blocks for match in both.finditer(block.text))
    last = next((word for word in found if word[:1].isupper()), "")
    return f"{name} {last.title() if last.isupper() else last}" if last else ""


def _is_account(name: str) -> bool:
    """Whether a name is what somebody logs in with."""
    return " " not in name and any(char.isdigit() for char in name)


def _cut_short(name: str, other: str) -> bool:
    """Whether a name is another one that was run together with what followed: `Ada LundStaff`, `Ada LundAda Lund`."""
    return len(name) > len(other) and name.startswith(other) and name[len(other)].isupper()


def _fuller(name: str, other: str) -> bool:
    """Whether another name is this one in full: `Ada` and `Ada Lund`, `adalund` and `Ada Lund`."""
    return " " not in name and (letters(name) == letters(other) or letters(other.split(maxsplit=1)[0]) == letters(name))


def penned(name: str, host: str) -> bool:
    """Whether a name is the pen name that a blog's address begins with, on a host that gives each writer a label."""
    label = letters(host.split(".", maxsplit=1)[0])
    return host.endswith(_BLOG_HOSTS) and label in (letters(name), letters(name.lower().translate(UMLAUTS)))


def _is_site(name: str, host: str, source: str) -> bool:
    """Whether a name is the site's own; on a host of blogs the label is its writer's."""
    if not host or (penned(name, host) and source != "copyright of the text"):
        return False
    return letters(name) in (letters(urls.brand(host)), letters(urls.site(host))) or (
        " " not in name and of_host(name, host)
    )


def _without_repeats(names: tuple[str, ...]) -> tuple[str, ...]:
    kept: list[str] = []
    for name in names:
        if letters(name) not in {letters(k) for k in kept}:
            kept.append(name)
    return tuple(kept)


def _title_bylines(said: Said) -> Iterator[Candidate]:
    for title in said.titles:
        name = titles.byline(title.value)
        if name:
            yield Candidate(name, f"byline in {title.source}")
