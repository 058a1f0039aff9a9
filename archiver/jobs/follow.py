"""What pages name as their sources, captured on the way: for the jobs that ask for it.

A page is followed when it is new or its text changed, and when it names an address that was never asked for: so what a run that was
killed did not come to is done by a later one. Following itself is trace's.
"""

from __future__ import annotations

import sqlite3
import threading

from archiver.fetch.client import Client
from archiver.manifest.agenda import known
from archiver.manifest.wanted import named_at
from archiver.model.run import Change, Visited
from archiver.model.url import key
from archiver.pipeline import Archive
from archiver.trace import Tracer

#: What a capture brings that may name another source.
_NEWS = frozenset({Change.FIRST, Change.CHANGED, Change.SAME_TEXT})


class Follower:
    """Follows the pages of one run: a source that many of them share is asked for once. Ends early where it is `enough`."""

    def __init__(self, archive: Archive, enough: threading.Event) -> None:
        self._archive = archive
        self._enough = enough
        self._tracers: dict[int, Tracer] = {}

    def follow(self, client: Client, one: Visited) -> int:
        """Follow a page that was visited; how many addresses were asked for."""
        url = one.final_url or one.url
        if one.change not in _NEWS and not _names_unasked(self._archive.manifest.connection, url):
            return 0
        tracer = self._tracers.setdefault(id(client), Tracer(self._archive.under(client)))
        asked = 0
        for step in tracer.follow(url):
            asked += step.result is not None
            if self._enough.is_set():
                break
        return asked


def _names_unasked(connection: sqlite3.Connection, url: str) -> bool:
    """Whether a page names the address of a source that was never asked for."""
    named = {
        (key(source.url), "page") for source in named_at(connection, url).sources if source.url and not source.archived
    }
    return len(dict(known(connection, named))) < len(named)
