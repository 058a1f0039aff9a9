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
from datetime import datetime

from archiver.model.answer import parsed
from archiver.model.statement import FLAG, MOMENT, TEXT, Codec, Json, Shape, canonical, many, optional

#: The longest answer, in bytes, and the most values in one. A sitemap may be 16 MB, of which half is markup.
LONGEST, MOST_VALUES = 12 * 1024 * 1024, 1_000_000
#: The longest address of a page that is listed, in characters.
MAX_ADDRESS = 4000


@dataclass(frozen=True, slots=True)
class Entry:
    """One page that is listed: its absolute address, its title ("" where none is given) and a day `YYYY-MM-DD` or None.

    `changed`: the day is that of the last change, as sitemaps have it, and not that of publication.
    """

    url: str
    title: str = ""
    date: str | None = None
    changed: bool = False


@dataclass(frozen=True, slots=True)
class Listing:
    """What one listing holds: pages, the feeds that it declares, and the sitemaps that an index of them names."""

    entries: tuple[Entry, ...] = ()
    feeds: tuple[str, ...] = ()
    sitemaps: tuple[Entry, ...] = ()


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


def _checked(holds: Callable[[str], object], what: str) -> Codec[str]:
    def read(value: Json) -> str:
        if not holds(TEXT.read(value)):
            raise ValueError(f"not {what}")
        return TEXT.read(value)

    return Codec(TEXT.write, read)


ADDRESS = _checked(is_address, "an address on the web")

ENTRY = Shape(Entry, url=ADDRESS, title=TEXT, date=optional(_checked(_DAY.fullmatch, "a day")), changed=FLAG).codec()

LISTING = Shape(Listing, entries=many(ENTRY), feeds=many(ADDRESS), sitemaps=many(ENTRY)).codec()

MEMENTO = Shape(Memento, url=ADDRESS, at=MOMENT).codec()

TIMEMAP = Shape(TimeMap, mementos=many(MEMENTO), further=many(ADDRESS)).codec()


def encode(found: Listing) -> bytes:
    """The bytes that say it: with as many of its entries as there is room for."""
    return canonical(LISTING.write(replace(found, entries=tuple(_fitting(found.entries, LONGEST * 3 // 4)))))


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
