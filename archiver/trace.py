"""From a page to its origin, capturing on the way.

    page        captured, unless a capture of the last day is there
    named       = what the manifest says that it names as its sources (manifest.wanted)
      archived  -> followed as it is
      address   -> captured -> gone? its earliest copy in a public archive, as what it is: second-hand (fetch.timemap)
      house     -> the article of that title in what the house lists (house.py) -> captured
    each source -> the same again, until nothing new is named, or `depth` or `limit` is reached

Every capture is the ordinary one, concluded before the next is asked for, so that each step reads what the one before it
brought. Owns the order and the account of it (Step); decides nothing about who took a text from whom. A page is asked for once
in the life of a Tracer: circles end, and a source that many pages share is not asked for again.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from archiver.errors import FetchError
from archiver.fetch.timemap import raw
from archiver.house import Found, Houses
from archiver.manifest.opening import open_read_only
from archiver.manifest.wanted import Kept, Named, Source, kept_at, named_at
from archiver.model import url as urls
from archiver.model.capture import PROBLEMS, is_the_page
from archiver.model.citation import Json
from archiver.model.date import rfc3339, stamp
from archiver.model.listing import Memento
from archiver.pipeline import Archive, Result
from archiver.provenance.publishers import looks_like_host
from archiver.provenance.resolve_web import is_cut

#: Steps up from the page, and pages fetched, unless the caller says otherwise.
DEPTH, LIMIT = 3, 20

#: A page captured so recently is not asked for again.
FRESH = timedelta(days=1)

#: What has become of a source that a public archive is asked for. Not here: what its house serves, but not to us.
GONE = frozenset({"dns", "connect", "timeout", "tls-invalid", "protocol", "soft-404", "empty"})
GONE_STATUS = frozenset({404, 410, 451})

#: Hosts of one publisher that are asked.
MAX_HOSTS = 2

_KNOW_BETTER = "Where you know the article's address: archiver capture ADDRESS"
_NAME_ITS_HOST = "`archiver publisher alias NAME HOST` tells the archive where it publishes."


@dataclass(frozen=True, slots=True)
class Step:
    """One source and what came of it.

    `url` is the address wanted, None where only the publisher is known. `named_by` is the page that names it, None for the page
    that was asked for. `outcome`: one of a capture's; `archived` (it was there); `not-found` (no listing has the title, no
    archive a copy); `left` (depth or limit is reached). `found_by`: address, feed, sitemap, listing, timemap; `place` is the
    listing. `had`: the page is in the archive, and followed; `second_hand`: as a third party's copy. `result` is the capture's.
    """

    url: str | None
    named_by: str | None
    publisher: str | None
    depth: int
    outcome: str
    found_by: str = "address"
    place: str | None = None
    had: bool = False
    title: str | None = None
    second_hand: bool = False
    message: str = ""
    advice: str = ""
    result: Result | None = None

    @property
    def why(self) -> str:
        """Why it was asked for, in words."""
        return "asked for" if self.named_by is None else f"named by {self.named_by}"

    def as_json(self) -> dict[str, Json]:
        """One line of `trace --json`."""
        capture = self.result.capture if self.result else None
        return {
            "url": self.url, "why": self.why, "named_by": self.named_by, "publisher": self.publisher, "depth": self.depth,
            "outcome": self.outcome, "found_by": self.found_by, "place": self.place, "had": self.had,
            "problems": list(self.result.problems) if self.result else [], "final_url": self.result.final_url if self.result else None,
            "title": self.title, "capture_id": capture.capture_id if capture else None,
            "captured_at": rfc3339(capture.final.captured_at) if capture else None, "second_hand": self.second_hand,
            "source_note": capture.source_note if capture else None, "message": self.message,
        }  # fmt: skip


#: Steps as they happen; at the end, whether the page is in the archive.
Steps = Generator[Step, None, bool]


class Tracer:
    """Follows pages to their origins in one archive, open for fetching; `limit` counts the pages fetched, and the houses
    searched, for each page begun at. `timemaps` are templates as in the settings, which hold where none are given.
    """

    def __init__(
        self, archive: Archive, *, depth: int = DEPTH, limit: int = LIMIT, timemaps: Sequence[str] | None = None
    ) -> None:
        self._archive = archive
        self._depth = depth
        self._limit = limit
        self._timemaps = archive.settings.timemaps if timemaps is None else tuple(timemaps)
        self._reader = archive.concluder.reader
        self._houses = Houses(lambda url: archive.look(url, "listing"), self._reader.listing, archive.sitemaps)
        self._tried: dict[str, Step] = {}
        self._fetched = self._searched = 0

    def trace(self, url: str) -> Iterator[Step]:
        """The page at `url`, and from there on what it names."""
        self._fetched = self._searched = 0
        asked = Step(url, None, None, 0, "")
        had = yield from self._page(asked, stamp(self._archive.clock() - FRESH))
        if had:
            yield from self._follow(url)

    def follow(self, url: str) -> Iterator[Step]:
        """What the archived page at `url` names as its source, and what that one names, and so on."""
        self._fetched = self._searched = 0
        yield from self._follow(url)

    def _follow(self, url: str) -> Iterator[Step]:
        ahead = deque([(url, 0)])
        reached = {urls.key(url)}
        while ahead:
            here, depth = ahead.popleft()
            with open_read_only(self._archive.folder) as connection:
                named = named_at(connection, here)
            for source in named.sources:
                if source.archived and urls.key(source.url or "") in reached:
                    continue
                there = yield from self._source(source, named, depth + 1)
                if there is not None and urls.key(there) not in reached:
                    reached.add(urls.key(there))
                    ahead.append((there, depth + 1))

    def _source(self, source: Source, named: Named, depth: int) -> Generator[Step, None, str | None]:
        """One source of one page: its address, where it is archived in the end."""
        step = Step(source.url, source.named_by, source.publisher, depth, "")
        if depth > self._depth:
            yield replace(step, outcome="left", message=f"farther than {self._depth} steps from the page")
            return None
        if source.url is None or is_cut(source.url):
            step = self._at_house(replace(step, url=None), source, named)
            if step.outcome:
                yield step
                return None
        had = yield from self._page(step)
        return step.url if had else None

    # ── an address ──

    def _page(self, wanted: Step, since: str = "") -> Steps:
        """The page at an address, captured unless it is archived (with a capture since then)."""
        url = wanted.url or ""
        known = self._tried.get(urls.key(url))
        if known is not None:
            yield replace(known, named_by=wanted.named_by, depth=wanted.depth)
            return known.had
        last = wanted
        if kept := self._kept(url, since):
            last = _archived(wanted, kept)
            yield last
        elif self._fetched >= self._limit:
            yield replace(wanted, outcome="left", message=f"{self._limit} pages were fetched, which is the limit")
            return False
        else:
            self._fetched += 1
            (result,) = self._archive.capture([url])
            last = _captured(wanted, result)
            yield last
            if not last.had and (kept := self._kept(url)):
                last = _archived(wanted, kept)
                yield last
            elif not last.had and self._timemaps and _is_gone(last):
                last = yield from self._second_hand(last)
        self._tried[urls.key(url)] = last
        return last.had

    def _kept(self, url: str, since: str = "") -> Kept | None:
        with open_read_only(self._archive.folder) as connection:
            return kept_at(connection, url, since)

    # ── a house ──

    def _at_house(self, step: Step, source: Source, named: Named) -> Step:
        """The step with the address of the article at a house; with an outcome where there is none."""
        fronts = list(dict.fromkeys(self._fronts(source)))
        called = source.publisher or "the publisher"
        if not fronts:
            return replace(step, outcome="not-found", message=f"no address of {called} is known", advice=_NAME_ITS_HOST)
        if source.relation == "translated_from":
            message = f"the title that the original has at {called} is not known"
            return replace(step, outcome="not-found", message=message, advice=_KNOW_BETTER)
        if self._searched >= self._limit:
            return replace(step, outcome="left", message=f"{self._limit} houses were searched, which is the limit")
        self._searched += 1
        found = self._houses.find(fronts, named.titles, named.day)
        if isinstance(found, Found):
            return replace(step, url=found.url, found_by=found.by, place=found.place)
        if (failure := found.failure) is not None:
            outcome = str(PROBLEMS[failure.problem].outcome)
            return replace(step, outcome=outcome, message=str(failure), advice=failure.advice)
        looked = f"{found.looked} {'place' if found.looked == 1 else 'places'}"
        message = f"{looked} at {urls.host(fronts[0])} were read; none lists a page of that title"
        return replace(step, outcome="not-found", message=message, advice=_KNOW_BETTER)

    def _fronts(self, source: Source) -> Iterable[str]:
        """The front pages that a source's house may have: those that the page links to, then those of the publisher's hosts."""
        own = urls.site(urls.host(source.named_by))
        for link in (source.url, *source.links):
            if link is not None and urls.site(urls.host(link)) != own and (urls.is_home(link) or is_cut(link)):
                yield urls.front(link)
        name = source.publisher or ""
        entry = self._archive.publisher(name) if name else None
        hosts = entry.hosts if entry is not None and entry.hosts else (name,) if looks_like_host(name) else ()
        for host in hosts[:MAX_HOSTS]:
            spellings = (host,) if host.startswith("www.") else (host, f"www.{host}")
            yield from (f"{scheme}://{one}/" for one in spellings for scheme in ("https", "http"))

    # ── a public archive ──

    def _second_hand(self, gone: Step) -> Generator[Step, None, Step]:
        """A page that its house does not have any more, from the first public archive that has a copy: the earliest."""
        wanted = replace(gone, found_by="timemap", result=None, title=None, message="", advice="")
        said = ""
        for template in self._timemaps:
            place = template.replace("{url}", gone.url or "")
            found = self._mementos(place)
            if isinstance(found, FetchError):
                said = said or str(found)
                continue
            for memento in found:
                for address in filter(None, (raw(memento.url), memento.url)):
                    step = _captured(replace(wanted, place=place), self._archive.witness(address, gone.url or ""))
                    if step.had:
                        yield step
                        return step
                    said = said or step.message
        last = replace(wanted, outcome="not-found", message=said or "no public archive that was asked has a copy of it")
        yield last
        return last

    def _mementos(self, place: str) -> tuple[Memento, ...] | FetchError:
        """The earliest copies that a TimeMap lists, or the one that goes on with it."""
        for _ in range(2):
            payload = self._archive.look(place, "timemap")
            if isinstance(payload, FetchError):
                return payload
            if not is_the_page(payload.problems):
                return ()
            timemap = self._reader.copies(payload)
            if timemap.mementos or not timemap.further:
                return timemap.mementos
            place = timemap.further[0]
        return ()


def _captured(wanted: Step, result: Result) -> Step:
    """A step that ended in a capture, or in none. An article's address that leads to a front page has not led to the article."""
    kept = result.capture is not None and is_the_page(result.problems)
    lost = kept and not urls.is_home(wanted.url or "") and urls.is_home(result.final_url or "")
    message = f"it leads to the front page {result.final_url}" if lost else result.message
    return replace(
        wanted, outcome=result.outcome, had=kept and not lost, title=result.title, message=message, advice=result.advice,
        second_hand=result.capture is not None and result.capture.copy_of is not None, result=result,
    )  # fmt: skip


def _archived(wanted: Step, kept: Kept) -> Step:
    """A step to what is archived already."""
    return replace(wanted, outcome="archived", had=True, title=kept.title, second_hand=kept.second_hand)


def _is_gone(step: Step) -> bool:
    """Whether a page is not to be had from its house any more, whoever asks."""
    result = step.result
    if result is None or not GONE.isdisjoint(result.problems):
        return result is not None
    status = result.capture.final.status if result.capture else 0
    astray = urls.is_home(result.final_url or "") and not urls.is_home(step.url or "")
    return status in GONE_STATUS or status >= 500 or astray
