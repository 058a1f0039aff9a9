"""What a feed, a sitemap, a front page or a public archive lists, as values; and how they come back from the process that read them.

    encode(listing) -> bytes             decode(bytes) -> listing            or Unreadable
    encode_copies(timemap) -> bytes      decode_copies(bytes) -> timemap           or Unreadable

As with what a page says (model.inspection): who has read a hostile list may have become hostile. So the answer is parsed, never
unpickled; it is bounded before it is parsed; and nothing in it is other than what such a list can say: addresses on the web,
words, days.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

from archiver.model.answer import parsed
from archiver.model.statement import FLAG, MOMENT, PROBLEM, TEXT, Codec, Json, Shape, canonical, many, optional

#: Bytes of one list that are read, after inflating.
MAX_BYTES = 16 * 1024 * 1024
#: The longest answer, in bytes, and the most values in one. A sitemap may be 16 MB, of which half is markup.
LONGEST, MOST_VALUES = 12 * 1024 * 1024, 1_000_000
#: The longest address of a page that is listed, and the longest title, in characters.
MAX_ADDRESS, MAX_TITLE = 4000, 2000
#: What a list can be; "" is one that could not be read. A `page` is HTML: it has links, and is no list of its own accord.
KINDS = frozenset({"feed", "sitemap", "index", "text", "page", ""})


@dataclass(frozen=True, slots=True)
class Entry:
    """One page that is listed: its absolute address, its title ("" where none is given) and a day `YYYY-MM-DD` or None.

    `changed`: the day is that of the last change, as sitemaps have it, and not that of publication. `source_url` and
    `source_title`: where the list says that it has the entry from. A JSON Feed cannot say that: its `external_url` is the page
    that an entry speaks of.
    """

    url: str
    title: str = ""
    date: str | None = None
    changed: bool = False
    source_url: str | None = None
    source_title: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """What one listing holds: pages, the feeds that it declares, and the sitemaps that an index of them names.

    `kind` is one of KINDS; `problems` are codes of the one table (model.capture): what there is more of, or was not to be had.
    """

    entries: tuple[Entry, ...] = ()
    feeds: tuple[str, ...] = ()
    sitemaps: tuple[Entry, ...] = ()
    kind: str = ""
    problems: tuple[str, ...] = ()

    @property
    def lists(self) -> bool:
        """Whether it is a list of its own accord, as a feed and a sitemap are, and a page is not."""
        return self.kind not in ("page", "")


@dataclass(frozen=True, slots=True)
class Memento:
    """A copy that an archive lists: where it can be had, and when the archive says it was made."""

    url: str
    at: datetime


@dataclass(frozen=True, slots=True)
class TimeMap:
    """The earliest copies, by time, and the TimeMaps that this one says go on with it."""

    mementos: tuple[Memento, ...] = ()
    further: tuple[str, ...] = ()


_WEB = re.compile(r"https?://[^\s\x00-\x1f\x7f]++")
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def is_address(text: str) -> bool:
    """Whether a list can lead there: an address on the web, of a bearable length."""
    return len(text) <= MAX_ADDRESS and _WEB.fullmatch(text) is not None


def is_day(text: str) -> bool:
    """Whether it is a day that there is, as `YYYY-MM-DD`."""
    try:
        return _DAY.fullmatch(text) is not None and bool(date.fromisoformat(text))
    except ValueError:
        return False


def _checked(holds: Callable[[str], object], what: str) -> Codec[str]:
    def read(value: Json) -> str:
        if not holds(TEXT.read(value)):
            raise ValueError(f"not {what}")
        return TEXT.read(value)

    return Codec(TEXT.write, read)


ADDRESS = _checked(is_address, "an address on the web")

TITLE = _checked(lambda text: len(text) <= MAX_TITLE, "a title of a bearable length")

ENTRY = Shape(
    Entry, url=ADDRESS, title=TITLE, date=optional(_checked(is_day, "a day")), changed=FLAG,
    source_url=optional(ADDRESS), source_title=TITLE,
).codec()  # fmt: skip

KIND = _checked(KINDS.__contains__, "a kind of list")

LISTING = Shape(
    Listing, entries=many(ENTRY), feeds=many(ADDRESS), sitemaps=many(ENTRY), kind=KIND, problems=many(PROBLEM)
).codec()

MEMENTO = Shape(Memento, url=ADDRESS, at=MOMENT).codec()

TIMEMAP = Shape(TimeMap, mementos=many(MEMENTO), further=many(ADDRESS)).codec()


def encode(found: Listing) -> bytes:
    """The bytes that say it: with as many of its entries as there is room for, and with `listing-cut` where that is not all."""
    entries = tuple(_fitting(found.entries, LONGEST * 3 // 4))
    if len(entries) < len(found.entries):
        found = replace(found, entries=entries, problems=tuple(dict.fromkeys((*found.problems, "listing-cut"))))
    return canonical(LISTING.write(found))


def _fitting(entries: tuple[Entry, ...], room: int) -> Iterator[Entry]:
    for entry in entries:
        room -= len(canonical(ENTRY.write(entry)))
        if room < 0:
            return
        yield entry


def decode(data: bytes) -> Listing:
    """What was listed. Raises Unreadable for anything else than that."""
    return parsed(data, LISTING.read, "what a list says", LONGEST, MOST_VALUES)


def encode_copies(found: TimeMap) -> bytes:
    """The bytes that say it."""
    return canonical(TIMEMAP.write(found))


def decode_copies(data: bytes) -> TimeMap:
    """The copies that were listed. Raises Unreadable for anything else than that."""
    return parsed(data, TIMEMAP.read, "what a TimeMap says", LONGEST, MOST_VALUES)
