"""What a feed, a sitemap or a front page lists: addresses with the titles and days that stand beside them. Values alone."""

from __future__ import annotations

from dataclasses import dataclass


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
