"""What is to be visited, and when: the addresses of the jobs, beside what the manifest knows of each.

    every(connection, jobs)          -> Entry for each list and each page of these jobs, as far as they are known
    agenda(connection, entries, now) -> Item for each address, those of several jobs once

Owns what belongs to a job, and that an address is visited once. When something is due is model.schedule's to say; visiting is the run's.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType

from archiver.manifest import listed
from archiver.manifest.agenda import Address, known
from archiver.model.schedule import Due, Seen, due
from archiver.model.state import State
from archiver.model.url import key
from archiver.model.watch import Job, Role

#: Pages that the lists of one job name, and that it visits: the newest ones. A whole house is no watch list.
MOST_FOUND = 50_000

#: Lists that lists name are followed so far down: an index, its sitemaps, and what some houses put in between.
MOST_LEVELS = 3

#: As what an address is asked for.
PURPOSES: Mapping[Role, str] = MappingProxyType(
    {Role.PAGE: "page", Role.FOUND: "page", Role.FEED: "feed", Role.SITEMAP: "sitemap"}
)


@dataclass(frozen=True, slots=True)
class Entry:
    """An address of a job. `changed` is the day on which it changed by what a list says."""

    job: Job
    role: Role
    url: str
    key: str
    changed: date | None = None

    @property
    def address(self) -> Address:
        """What the manifest knows it by."""
        return self.key, PURPOSES[self.role]


@dataclass(frozen=True, slots=True)
class Item:
    """An entry, when it is due, and what is known of it; `state` is None where it was never visited."""

    entry: Entry
    due: Due
    seen: Seen
    state: State | None


def agenda(connection: sqlite3.Connection, entries: Iterable[Entry], now: datetime) -> dict[Address, Item]:
    """Every address once: where several jobs have it, for the one whose plan has it due first."""
    found: dict[Address, Item] = {}
    entries = list(entries)
    facts = dict(known(connection, dict.fromkeys(entry.address for entry in entries)))
    for entry in entries:
        fact = facts.get(entry.address)
        seen = Seen() if fact is None else fact.seen
        when = due(entry.job.plan(entry.role), seen, entry.url, now, entry.changed)
        before = found.get(entry.address)
        if before is None or when.at < before.due.at:
            found[entry.address] = Item(entry, when, seen, None if fact is None else fact.state)
    return found


def lists(connection: sqlite3.Connection, job: Job) -> Iterator[Entry]:
    """The feeds and sitemaps that the file names, and the sitemaps that these name, MOST_LEVELS of them."""
    wave = [Entry(job, role, url, key(url)) for role, url in job.visits() if role is not Role.PAGE]
    known: set[Address] = set()
    for _ in range(MOST_LEVELS):
        wave = [entry for entry in {entry.address: entry for entry in wave}.values() if entry.address not in known]
        known.update(entry.address for entry in wave)
        yield from wave
        wave = [child for entry in wave if entry.role is Role.SITEMAP for child in _children(connection, entry)]


def _children(connection: sqlite3.Connection, entry: Entry) -> Iterator[Entry]:
    for child in listed.children(connection, entry.key):
        yield Entry(entry.job, Role.SITEMAP, child.url, child.url_key)


def pages(connection: sqlite3.Connection, job: Job, list_keys: Iterable[str]) -> Iterator[Entry]:
    """The pages of a job: those that the file names, and those that its lists have named, at most MOST_FOUND of them."""
    own = {key(url): url for url in job.urls}
    for name, url in own.items():
        yield Entry(job, Role.PAGE, url, name)
    found: dict[str, Entry] = {}
    for page in listed.named(connection, list_keys):
        if page.url_key not in own and job.wants(page.url):
            changed = date.fromisoformat(page.date) if page.changed and page.date else None
            before = found.get(page.url_key)
            if before is None or (changed and (before.changed is None or before.changed < changed)):
                found[page.url_key] = Entry(job, Role.FOUND, page.url, page.url_key, changed)
        if len(found) >= MOST_FOUND:
            break
    yield from found.values()


def every(connection: sqlite3.Connection, jobs: Iterable[Job]) -> Iterator[Entry]:
    """Every address of these jobs, as far as it is known: their lists, and the pages of all."""
    for job in jobs:
        found = list(lists(connection, job))
        yield from found
        yield from pages(connection, job, [entry.key for entry in found])
