"""Finding an article at a house of which only the front page is known, or only the publisher.

    front page, and its own links
      -> the feeds that it declares, else the usual ones
      -> the page of the month, where the house's addresses have months; else a page that lists what is new
      -> the sitemaps that robots.txt names, else the usual one -> those of an index that are nearest to the day

One place after the other until one lists the title (provenance.titles says which entry that is); at most PLACES of them, and
nothing outside the house. Each is asked like any page (guard, robots, pace, limits), archived with the purpose "listing", and
read once in the life of a Houses. No search forms are used. What is found is an address: capturing it is the caller's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from urllib.parse import urljoin

from archiver.errors import FetchError
from archiver.model import url as urls
from archiver.model.capture import Payload, is_the_page
from archiver.model.listing import Entry, Listing
from archiver.provenance.titles import best

#: How many places are asked for one article, and of which kind at most.
PLACES = 8
AT_MOST = {"feed": 2, "listing": 1, "sitemap": 4}
#: Sitemaps of one robots.txt that are asked.
SITEMAPS = 2

#: Entries that are read for one article, of all its listings together.
MAX_ENTRIES = 50_000
#: Entries of listings that are remembered, so that many pages from one house cost it no more than one.
REMEMBERED = 200_000

#: Where feeds and sitemaps stand that nobody declares.
USUAL_FEEDS, USUAL_SITEMAP = ("/feed", "/rss"), "/sitemap.xml"
#: The last word in the address of a page that lists a house's articles.
LISTS = frozenset(
    {"archive", "archives", "articles", "all", "blog", "latest", "news", "posts", "stories", "archiv", "artikel", "articulos", "noticias", "actualites"}
)  # fmt: skip

_MONTHS = re.compile(r"/(?:19|20)\d\d/\d\d/")
#: Sitemaps of other things than articles.
_ASIDE = re.compile(r"image|video|tag|categor|author|user|product|taxonom", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Found:
    """The article's address, the kind of place that listed it (feed, sitemap, listing), and that place's address."""

    url: str
    by: str
    place: str


@dataclass(frozen=True, slots=True)
class NotFound:
    """In how many places the title does not stand; where not one could be read, what was in the way of the first."""

    looked: int
    failure: FetchError | None = None


@dataclass(frozen=True, slots=True)
class _Place:
    kind: str  # front, feed, listing, sitemap
    url: str


@dataclass(slots=True)
class _Hunt:
    """One article, while it is looked for."""

    titles: Sequence[str]
    day: str | None
    sites: set[str]
    ahead: list[_Place]
    asked: dict[str, int] = field(default_factory=dict)
    looked: int = 0
    room: int = MAX_ENTRIES
    failure: FetchError | None = None


class Houses:
    """What the houses that were asked list. `look` fetches and archives one listing, `listed` reads it (at most so many entries,
    in a process with limits: reader.py); `sitemaps` are those of a robots.txt.
    """

    def __init__(
        self,
        look: Callable[[str], Payload | FetchError],
        listed: Callable[[Payload, int], Listing],
        sitemaps: Callable[[str], tuple[str, ...]],
    ) -> None:
        self._look = look
        self._listed = listed
        self._sitemaps = sitemaps
        self._read: dict[str, tuple[str, Listing | None] | FetchError] = {}

    def find(self, fronts: Sequence[str], titles: Sequence[str], day: str | None) -> Found | NotFound:
        """The page of one of these titles at the house whose front page is one of `fronts`: the first that can be had."""
        hunt = _Hunt(
            titles, day, {urls.site(urls.host(one)) for one in fronts}, [_Place("front", one) for one in fronts]
        )
        asked = 0
        while hunt.ahead and asked < PLACES and hunt.room > 0:
            place = hunt.ahead.pop(0)
            if hunt.asked.get(place.kind, 0) >= AT_MOST.get(place.kind, PLACES):
                continue
            read = self._listing(place.url, hunt.room)
            if isinstance(read, FetchError):
                hunt.failure = hunt.failure or read
                continue
            base, listing = read
            if listing is None and place.kind == "front":
                continue  # nobody lives at that spelling of the host; the next may be the house's
            hunt.asked[place.kind] = hunt.asked.get(place.kind, 0) + 1
            asked += 1
            if found := self._search(hunt, place, base, listing or Listing()):
                return found
        return NotFound(hunt.looked, None if hunt.looked else hunt.failure)

    def _listing(self, url: str, room: int) -> tuple[str, Listing | None] | FetchError:
        """The address that answered, and what stands there: None where that is an error page."""
        known = self._read.get(url)
        if known is None:
            payload = self._look(url)
            if isinstance(payload, FetchError):
                known = payload
            else:
                known = payload.url, self._listed(payload, room) if is_the_page(payload.problems) else None
            self._read[url] = known
            while (
                sum(len(one[1].entries) for one in self._read.values() if not isinstance(one, FetchError) and one[1])
                > REMEMBERED
            ):
                del self._read[next(iter(self._read))]
        return known

    def _search(self, hunt: _Hunt, place: _Place, base: str, listing: Listing) -> Found | None:
        """Look for the title in one listing, and see where it leads."""
        hunt.looked += 1
        hunt.room -= len(listing.entries)
        if place.kind == "front":
            site = urls.site(urls.host(base))
            hunt.sites.add(site)
            hunt.ahead = [one for one in hunt.ahead if urls.site(urls.host(one.url)) not in (site, *_site(place.url))]
        here = [entry for entry in listing.entries if urls.site(urls.host(entry.url)) in hunt.sites]
        entry = best(here, hunt.titles, hunt.day)
        if entry is not None:
            return Found(entry.url, "listing" if place.kind == "front" else place.kind, base)
        if place.kind == "front":
            hunt.ahead[:0] = _onward(base, here, listing.feeds, self._sitemaps(base), hunt.day)
        elif place.kind == "sitemap":
            inside = [
                one for one in listing.sitemaps if urls.host(one.url) == urls.host(base) or _site(one.url) & hunt.sites
            ]
            inside.sort(key=lambda one: _distance(one, hunt.day))
            hunt.ahead += [_Place("sitemap", one.url) for one in inside[: AT_MOST["sitemap"]]]
        return None


def _site(url: str) -> set[str]:
    return {urls.site(urls.host(url))}


def _onward(
    base: str, here: Sequence[Entry], feeds: Sequence[str], sitemaps: Sequence[str], day: str | None
) -> Iterator[_Place]:
    """The places to look in after a front page, the most telling first."""
    for feed in feeds or [urljoin(base, path) for path in USUAL_FEEDS]:
        yield _Place("feed", feed)
    if day and any(_MONTHS.match(urls.path(entry.url)) for entry in here):
        yield _Place("listing", urljoin(base, f"/{day[:4]}/{day[5:7]}/"))
    lists = (one.url for one in here if urls.path(one.url).rstrip("/").rpartition("/")[2].lower() in LISTS)
    for url in sorted(set(lists), key=lambda url: (len(url), url))[:1]:
        yield _Place("listing", url)
    for url in sitemaps[:SITEMAPS] or [urljoin(base, USUAL_SITEMAP)]:
        yield _Place("sitemap", url)


def _distance(sitemap: Entry, day: str | None) -> tuple[bool, bool, bool, int, str]:
    """How far a sitemap of an index is from listing an article of that day; the smaller the nearer."""
    path = urls.path(sitemap.url)
    in_month = bool(day) and re.search(f"{(day or '')[:4]}[-_/]?{(day or '')[5:7]}", path) is not None
    too_early = bool(day and sitemap.date and sitemap.date < day)
    return (_ASIDE.search(path) is not None, not in_month, too_early, _apart(sitemap.date, day), sitemap.url)


def _apart(one: str | None, other: str | None) -> int:
    try:
        return abs((date.fromisoformat((one or "")[:10]) - date.fromisoformat((other or "")[:10])).days)
    except ValueError:
        return 10**6
