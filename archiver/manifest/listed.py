"""Rows of what feeds and sitemaps list: which pages, and which further lists, each has named, since when, and what it says of them.

    keep(connection, listing_key, sequence, listing)    what one capture of a list names
    named(connection, listing_keys)                     the pages that lists have named, the newest first
    children(connection, listing_key)                   the sitemaps that an index has named
    of_pages(connection, url_keys)                      who has named a page: evidence for a look-up
    was_read, mark                                      whether a list's bytes are read already; that a capture of one is

A list is known by the look-up key of the address that was asked for. What a list has named stays when it names it no longer: a
feed is a window on what there is. A page that it names twice is what it says first. What is visited is the run's to say.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from archiver.model.citation import CitedListing
from archiver.model.date import parse_rfc3339
from archiver.model.url import key

if TYPE_CHECKING:  # a look-up reads rows, and needs no nouns of what writes them
    from archiver.model.capture import Capture
    from archiver.model.listing import Entry, Listing
    from archiver.model.state import State

#: Lists that are cited for one page.
MOST_CITED = 20

#: A row that says what is there already is left alone. One of an earlier capture, read late, moves only the beginning.
_KEEP = """
insert into listed (listing_key, kind, url_key, url, title, date, changed, source_url, source_title, first_sequence, sequence)
values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?10)
on conflict do update set url = excluded.url, title = excluded.title, date = excluded.date, changed = excluded.changed,
source_url = excluded.source_url, source_title = excluded.source_title, sequence = excluded.sequence
where excluded.sequence > sequence and (excluded.url, excluded.title, excluded.date, excluded.changed, excluded.source_url,
excluded.source_title) is not (url, title, date, changed, source_url, source_title)
"""
_EARLIER = "update listed set first_sequence = ?1 where listing_key = ?2 and kind = ?3 and url_key = ?4 and first_sequence > ?1"

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
    rows = [
        *_rows(listing_key, "page", listing.entries, sequence),
        *_rows(listing_key, "sitemap", listing.sitemaps, sequence),
    ]
    later = "select 1 from listed where listing_key = ? and first_sequence > ? limit 1"
    if connection.execute(later, (listing_key, sequence)).fetchone():
        connection.executemany(_EARLIER, [(sequence, *row[:3]) for row in rows])
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


def was_read(connection: sqlite3.Connection, capture: Capture) -> bool:
    """Whether what this capture of a list says is known: an earlier one of the same address had the same bytes, and was read."""
    known = connection.execute(
        "select 1 from captures where payload_sha256 = ? and asked_url = ? and purpose = ? and state = 'there' and sequence < ? limit 1",
        (capture.final.payload.hex, capture.asked, capture.purpose, capture.sequence),
    )
    return known.fetchone() is not None


def mark(connection: sqlite3.Connection, sequence: int, state: State) -> None:
    """A capture of a list is read, and says this of its address."""
    connection.execute("update captures set state = ? where sequence = ?", (str(state), sequence))


def named(connection: sqlite3.Connection, listing_keys: Iterable[str]) -> Iterator[ListedPage]:
    """The pages that these lists have named, once for each list: those that were named last come first."""
    return _listed(connection, listing_keys, "page")


def children(connection: sqlite3.Connection, listing_key: str) -> Iterator[ListedPage]:
    """The sitemaps that a sitemap has named, but for itself."""
    return (child for child in _listed(connection, [listing_key], "sitemap") if child.url_key != listing_key)


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
