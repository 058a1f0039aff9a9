"""Rows of what feeds and sitemaps list: which pages, and which further lists, each has named, since when, and what it says of them.

    keep(connection, listing_key, sequence, listing)    what one capture of a list names
    named(connection, listing_keys)                     the pages that lists have named, the newest first
    children(connection, listing_key)                   the sitemaps that an index names
    of_pages(connection, url_keys)                      who has named a page: evidence for a look-up
    read_before, mark                                   what reading a list's bytes showed; that a capture of one is read

A list is known by the look-up key of the address that was asked for. A page that it has named stays when it names it no longer: a
feed is a window on what there is. Of the sitemaps those stay that its last whole reading names: an index is all there is, and each
of them is asked for again and again. What it names twice is what it says first. What is visited is the run's to say.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING

from archiver.model.citation import CitedListing
from archiver.model.date import parse_rfc3339
from archiver.model.url import key

if TYPE_CHECKING:  # a look-up reads rows, and needs no nouns of what writes them
    from archiver.model.capture import Capture
    from archiver.model.listing import Entry, Listing
    from archiver.model.state import State

#: Sitemaps of one index that are visited: those that it named last.
MOST_CHILDREN = 1000

#: Lists that are cited for one page.
MOST_CITED = 20

#: A row that says what is there already is left alone, but for sitemaps: which of them were named last has to be known. One of an
#: earlier capture, read late, moves only the beginning.
_KEEP = """
insert into listed (listing_key, kind, url_key, url, title, date, changed, source_url, source_title, first_sequence, sequence)
values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?10)
on conflict do update set url = excluded.url, title = excluded.title, date = excluded.date, changed = excluded.changed,
source_url = excluded.source_url, source_title = excluded.source_title, sequence = excluded.sequence
where excluded.sequence > sequence and (kind = 'sitemap' or (excluded.url, excluded.title, excluded.date, excluded.changed, excluded.source_url,
excluded.source_title) is not (url, title, date, changed, source_url, source_title))
"""
#: Of an index that was read whole, what it names no longer.
_DROP = (
    "delete from listed where listing_key = ? and kind = 'sitemap' and url_key not in (select value from json_each(?))"
)
_EARLIER = "update listed set first_sequence = ?1 where listing_key = ?2 and kind = ?3 and url_key = ?4 and first_sequence > ?1"

#: The captures of a list that were read, the last first.
_READ = """
select c.payload_sha256, c.problems, c.list_problems from attempts a join captures c on c.capture_id = a.capture_id
where a.url_key = ? and a.purpose = ? and c.asked_url = ? and c.sequence < ? and c.list_problems is not null order by a.id desc
"""

_NAMED = """
select l.url, l.url_key, l.date, l.changed, c.captured_at from listed l join captures c on c.sequence = l.first_sequence
where l.listing_key in (select value from json_each(?)) and l.kind = ? order by l.first_sequence desc, l.date desc, l.url_key
"""

_OF_PAGES = """
select f.asked_url as listing, f.captured_at as since, l.title, l.date, l.changed, l.source_url, l.source_title, c.capture_id
from listed l join captures f on f.sequence = l.first_sequence join captures c on c.sequence = l.sequence
where l.url_key in (select value from json_each(?)) and l.kind = 'page'
order by l.source_url is null, l.first_sequence, l.listing_key, l.url_key limit ?
"""


@dataclass(frozen=True, slots=True)
class ListedPage:
    """A page, or a further list, that a list has named: its address, look-up key and day (`YYYY-MM-DD` as the list says it, of the
    last change where `changed`), and when the list was first captured that names it.
    """

    url: str
    url_key: str
    date: str | None
    changed: bool
    since: datetime


def keep(connection: sqlite3.Connection, listing_key: str, sequence: int, listing: Listing) -> None:
    """What the capture of that sequence number lists, inside one transaction of the manifest; repeatable."""
    rows = list(_rows(listing_key, "page", listing.entries, sequence))
    sitemaps = list(_rows(listing_key, "sitemap", listing.sitemaps, sequence))
    later = "select 1 from listed where listing_key = ? and sequence > ? limit 1"
    if connection.execute(later, (listing_key, sequence)).fetchone():
        connection.executemany(_EARLIER, [(sequence, *row[:3]) for row in (*rows, *sitemaps)])
    else:
        if not listing.problems:
            connection.execute(_DROP, (listing_key, json.dumps([row[2] for row in sitemaps])))
        rows += sitemaps
    connection.executemany(_KEEP, rows)


def _rows(listing_key: str, kind: str, entries: Iterable[Entry], sequence: int) -> Iterator[tuple[object, ...]]:
    seen: set[str] = set()
    for entry in entries:
        url_key = key(entry.url)
        if url_key not in seen:
            seen.add(url_key)
            yield (
                listing_key, kind, url_key, entry.url, entry.title, entry.date, int(entry.changed), entry.source_url,
                entry.source_title or None, sequence,
            )  # fmt: skip


def read_before(connection: sqlite3.Connection, capture: Capture) -> tuple[str, ...] | None:
    """The problems that reading this capture of a list would show, where that is known: the last one that was read at its address had
    the same bytes. Of bytes that were there before that one, what they name may have to be kept anew.
    """
    from archiver.model.capture import is_the_page  # noqa: PLC0415 - for writing alone: a look-up names these rows too

    asked = (key(capture.asked), capture.purpose, capture.asked, capture.sequence)
    for payload, stated, read in connection.execute(_READ, asked):
        if is_the_page(tuple(json.loads(stated))):  # else it was not looked into
            return tuple(json.loads(read)) if payload == capture.final.payload.hex else None
    return None


def mark(connection: sqlite3.Connection, sequence: int, problems: tuple[str, ...], state: State | None) -> None:
    """A capture of a list is read: that showed these problems, and says this of its address."""
    connection.execute(
        "update captures set list_problems = ?, state = ? where sequence = ?", (json.dumps(problems), state, sequence)
    )


def named(connection: sqlite3.Connection, listing_keys: Iterable[str]) -> Iterator[ListedPage]:
    """The pages that these lists have named, once for each list: those that were named last come first."""
    return _listed(connection, listing_keys, "page")


def children(connection: sqlite3.Connection, listing_key: str) -> Iterator[ListedPage]:
    """The sitemaps that a sitemap names, but for itself, at most MOST_CHILDREN of them."""
    others = (child for child in _listed(connection, [listing_key], "sitemap") if child.url_key != listing_key)
    return islice(others, MOST_CHILDREN)


def _listed(connection: sqlite3.Connection, listing_keys: Iterable[str], kind: str) -> Iterator[ListedPage]:
    moment = lru_cache(maxsize=1)(parse_rfc3339)  # thousands of rows are of one capture, one after the other
    for url, url_key, day, changed, since in connection.execute(_NAMED, (json.dumps(list(listing_keys)), kind)):
        yield ListedPage(url, url_key, day, bool(changed), moment(since))


def of_pages(
    connection: sqlite3.Connection, url_keys: Iterable[str], most: int = MOST_CITED
) -> tuple[CitedListing, ...]:
    """The lists that have named any of these addresses of a page: those first that say where they have it from, then the earliest.

    Of a manifest one schema back, which knows of no lists, none.
    """
    if connection.execute("select 1 from sqlite_master where name = 'listed'").fetchone() is None:
        return ()
    found = connection.execute(_OF_PAGES, (json.dumps(list(url_keys)), most))
    return tuple(
        CitedListing(
            listing=listing, since=since.replace(".000Z", "Z"), title=title, date=day, changed=bool(changed), source_url=source_url,
            source_title=source_title, capture_id=capture_id,
        )
        for listing, since, title, day, changed, source_url, source_title, capture_id in found
    )  # fmt: skip
