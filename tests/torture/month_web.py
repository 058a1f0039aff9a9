"""The generated web of a simulated month: what each of its addresses answers, as a function of the time that has really passed.

    site = Site(hosts=500, pages=6, days=31, seed=1)
    site.watch                              its watch list, as text
    site.answer(url, day) -> Said           what stands there on that day (a fraction counts), and what that says of the address

Every kind of page, host and list that a run has to get along with is a row of a table, and a share of the pages has it. What is
drawn is drawn from the seed alone. Who asks when, and whether that was right, is not this module's: month_rules.py.
"""

from __future__ import annotations

import hashlib
import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from urllib.parse import urlsplit

from archiver.model.state import State
from tests.torture.month_rules import AGES, Cron, Every, Plan

DAY = 86400.0


class Shape(StrEnum):
    """What becomes of a page; but for the first two, from its first day on until its last, and then it is back."""

    STABLE = "stable"
    EDITED = "edited"
    MISSING = "404"
    GONE = "410"
    SOFT = "soft 404"
    HOME = "leads to the front page"
    MOVED = "leads to another host"
    BARRED = "403"
    BLANK = "empty"


class Temper(StrEnum):
    """What a host is like; those with days are so between them."""

    PLAIN = "plain"
    UNTAGGED = "sends no ETag"
    SLOW = "has a Crawl-delay"
    FORBIDS = "forbids some pages"
    UNRULED = "robots.txt is 503"
    DOWN = "is down"
    BUSY = "429, with seconds to wait"
    BUSY_UNTIL = "503, with a date to wait for"
    BUSY_MUTE = "503"


#: How many of a hundred pages, and of a hundred hosts, are so.
SHAPES = {
    Shape.STABLE: 55, Shape.EDITED: 25, Shape.MISSING: 4, Shape.GONE: 3, Shape.SOFT: 3, Shape.HOME: 3, Shape.MOVED: 3, Shape.BARRED: 2,
    Shape.BLANK: 2,
}  # fmt: skip
TEMPERS = {
    Temper.PLAIN: 62, Temper.UNTAGGED: 12, Temper.SLOW: 6, Temper.FORBIDS: 4, Temper.UNRULED: 3, Temper.DOWN: 4, Temper.BUSY: 3,
    Temper.BUSY_UNTIL: 3, Temper.BUSY_MUTE: 3,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rota:
    """One job: its share of a hundred hosts, its plan, what that is in watch.toml, and its delay where it has one of its own."""

    name: str
    share: int
    plan: Plan
    toml: str
    delay: float = 1.0


_DAILY, _WEEKLY = Every(timedelta(days=1)), Every(timedelta(days=7))
_NIGHTLY = Cron(((2, 30),), range(7), "Europe/Berlin")
ROTAS = (
    Rota("daily", 22, Plan(_DAILY), 'every = "1d"'),
    Rota("weekly", 34, Plan(_WEEKLY, AGES), 'every = "7d"\nrecapture = ["1h", "1d", "3d"]'),
    Rota("often", 3, Plan(Every(timedelta(hours=6))), 'every = "6h"'),
    Rota("nightly", 10, Plan(_NIGHTLY), 'cron = "30 2 * * *"\ntimezone = "Europe/Berlin"'),
    Rota("office", 8, Plan(Cron(((6, 0), (18, 0)), range(5), "America/New_York")), 'cron = "0 6,18 * * mon-fri"\ntimezone = "America/New_York"'),
    Rota("slowly", 8, Plan(_WEEKLY), 'every = "7d"\ndelay_seconds = 3', 3.0),
    Rota("resting", 3, Plan(_DAILY), 'every = "1d"\npaused = true'),
)  # fmt: skip

#: The jobs that read lists: what they name has a plan of its own.
LISTS, FOUND = Plan(_DAILY), Plan(Every(timedelta(days=10)), AGES)
_LISTS_TOML = 'every = "1d"\nrevisit = "10d"\nrecapture = ["1h", "1d", "3d"]'
RESTING = "resting"


@dataclass(frozen=True, slots=True)
class Said:
    """One answer: what it is, and what it says of the address. `names`: the pages that a list names, with the day of their last change.

    `to`: where it redirects to; `wait`: the seconds of its Retry-After.
    """

    state: State
    body: bytes = b""
    status: str = "200 OK"
    kind: str = "text/html; charset=utf-8"
    tagged: bool = True
    to: str | None = None
    wait: int = 0
    names: dict[str, datetime | None] = field(default_factory=dict)

    @property
    def tag(self) -> str:
        """Its ETag."""
        return f'"{hashlib.sha256(self.body).hexdigest()[:16]}"'


@dataclass(frozen=True, slots=True)
class Host:
    """A host: what it is like, between which days, and its number (a Crawl-delay, or seconds to wait)."""

    name: str
    temper: Temper
    days: tuple[float, float]
    number: int

    def suffers(self, day: float) -> bool:
        """Whether it is one of its days."""
        return self.days[0] <= day < self.days[1]

    def down(self, day: float) -> bool:
        """Whether it cannot be connected to."""
        return self.temper is Temper.DOWN and self.suffers(day)

    @property
    def crawl_delay(self) -> float:
        """Seconds between two requests that it asks for, as far as they are kept to."""
        return min(self.number, 30) if self.temper is Temper.SLOW else 0


@dataclass(frozen=True, slots=True)
class Page:
    """A page: what becomes of it, between which days, and where it leads then. Of one that is edited, the days are when."""

    url: str
    shape: Shape
    days: tuple[float, ...]
    target: str = ""

    def version(self, day: float) -> int:
        """How often it was edited until then."""
        return sum(edit <= day for edit in self.days) if self.shape is Shape.EDITED else 0

    def edited(self, day: float) -> float:
        """The day of its last edit, or 0."""
        return max((edit for edit in self.days if edit <= day), default=0.0) if self.shape is Shape.EDITED else 0.0


class Site:
    """All of it. Addresses are http://hN.example/M; lists are /feed.xml and /sitemap.xml of some hosts."""

    def __init__(self, hosts: int, pages: int, days: int, seed: int, start: datetime) -> None:
        self.start, self.days = start, days
        self._dice = dice = random.Random(seed)
        tempers = dice.choices(list(TEMPERS), list(TEMPERS.values()), k=hosts)
        tempers[: len(Temper)] = list(Temper)[:hosts]  # a small site has each of them too
        self.hosts = {host.name: host for host in map(self._host, range(hosts), tempers)}
        self.pages: dict[str, Page] = {}
        self.rota: dict[str, Rota] = {}
        self.plans: dict[str, list[Plan]] = {}
        #: Lists by address: the pages that each names, between which days; the job's match leaves those under /tag/ out.
        self.lists: dict[str, dict[str, tuple[float, float]]] = {}
        rotas = dice.choices(ROTAS, [rota.share for rota in ROTAS], k=hosts)
        rotas[: len(ROTAS)] = list(ROTAS)[:hosts]
        dice.shuffle(rotas)
        daily = rotas.index(ROTAS[0])
        rotas[0], rotas[daily] = rotas[daily], rotas[0]  # the first host is plain: there is one to move to
        self.rota.update(zip(self.hosts, rotas, strict=True))
        #: Hosts of the plain kind, to which others move.
        self._quiet = [
            name for name, host in self.hosts.items() if host.temper is Temper.PLAIN and self.rota[name].delay == 1.0
        ]
        for name in self.hosts:
            for number in range(pages):
                self._add(f"http://{name}/{'private/' * (number % 3 == 2)}{number}")
        for name in dice.sample(
            [name for name, rota in self.rota.items() if rota.name not in (RESTING, "slowly")], max(hosts // 8, 3)
        ):
            self._list(name)
        self.watch = self._watch()

    def _host(self, number: int, temper: Temper) -> Host:
        first = self._dice.uniform(0.1, 0.6) * self.days
        spans = {Temper.DOWN: 7.0, Temper.UNRULED: 4.0, Temper.BUSY: 1.5, Temper.BUSY_UNTIL: 1.5, Temper.BUSY_MUTE: 2.0}
        wait = self._dice.choice((5, 12, 60) if temper is Temper.SLOW else (90, 5400, 40_000))
        return Host(f"h{number}.example", temper, (first, first + spans.get(temper, 0.0)), wait)

    def _add(self, url: str) -> None:
        """A page that the watch list names."""
        self._draw(url)
        host = urlsplit(url).netloc
        if self.rota[host].name != RESTING:
            self.plans[url] = [self.rota[host].plan]

    def _draw(self, url: str) -> None:
        shape = self._dice.choices(list(SHAPES), list(SHAPES.values()))[0]
        if shape is Shape.EDITED:
            days = tuple(sorted(self._dice.uniform(0, self.days) for _ in range(self._dice.randint(1, 6))))
        else:
            first = self._dice.uniform(0, 0.7) * self.days
            days = (first, first + self._dice.choice((2.0, 5.0, 1000.0)))
        targets = {
            Shape.HOME: f"http://{urlsplit(url).netloc}/",
            Shape.MOVED: f"http://{self._dice.choice(self._quiet)}/moved/{len(self.pages)}",
        }
        self.pages[url] = Page(url, shape, days, targets.get(shape, ""))

    def _list(self, host: str) -> None:
        """A feed and a sitemap on a host: what they name appears in the course of the month, and some leaves again."""
        for kind in ("feed", "sitemap"):
            named = self.lists[f"http://{host}/{kind}.xml"] = {}
            for number in range(10):
                url = f"http://{host}/{'tag' if number == 9 else 'news'}/{kind}-{number}"
                self._draw(url)
                appears = 0.0 if number < 3 else self._dice.uniform(0, 0.9) * self.days
                named[url] = (appears, appears + self._dice.choice((3.0, 1000.0)))
            self.plans[f"http://{host}/{kind}.xml"] = [LISTS]
        self.plans[f"http://{host}/index.xml"] = [LISTS]

    def _watch(self) -> str:
        jobs = []
        for rota in ROTAS:
            pages = [
                url
                for url in self.pages
                if self.rota[urlsplit(url).netloc] is rota and "/news/" not in url and "/tag/" not in url
            ]
            jobs.append(f'[[job]]\nname = "{rota.name}"\nurls = {pages}\n{rota.toml}\n')
        feeds = [url for url in self.lists if url.endswith("feed.xml")]
        indexes = [url for url in self.plans if url.endswith("index.xml")]
        jobs.append(
            f'[[job]]\nname = "lists"\nfeeds = {feeds}\nsitemaps = {indexes}\nmatch = ["/news/*"]\n{_LISTS_TOML}\n'
        )
        twice = [
            url
            for url in self.pages
            if self.rota[urlsplit(url).netloc].name == "weekly" and "/news/" not in url and "/tag/" not in url
        ][::9]
        for url in twice:
            self.plans[url].append(Plan(_DAILY))
        return "".join([*jobs, f'[[job]]\nname = "twice"\nurls = {twice}\n'])

    # -- what stands where --

    def answer(self, url: str, day: float) -> Said:
        """What an address answers that can be connected to."""
        host = self.hosts[urlsplit(url).netloc]
        path = urlsplit(url).path
        if path == "/robots.txt":
            return self._robots(host, day)
        if host.suffers(day) and host.temper in (Temper.BUSY, Temper.BUSY_UNTIL, Temper.BUSY_MUTE):
            status = "429 Too Many Requests" if host.temper is Temper.BUSY else "503 Service Unavailable"
            return Said(
                State.DOWN, b"<title>Busy</title>", status, wait=0 if host.temper is Temper.BUSY_MUTE else host.number
            )
        tagged = host.temper is not Temper.UNTAGGED
        if url in self.lists or path == "/index.xml":
            return self._listing(url, day, tagged=tagged)
        if url in self.pages:
            return self._page(self.pages[url], day, tagged=tagged)
        return Said(State.THERE, text(url, 0), tagged=tagged)  # the front page, and where others have moved to

    def _page(self, page: Page, day: float, *, tagged: bool) -> Said:
        if page.shape in (Shape.STABLE, Shape.EDITED) or not page.days[0] <= day < page.days[1]:
            return Said(State.THERE, text(page.url, page.version(day)), tagged=tagged)
        if page.target:
            return Said(State.THERE, status="302 Found", to=page.target)
        return _INSTEAD[page.shape]

    def _robots(self, host: Host, day: float) -> Said:
        if host.temper is Temper.UNRULED and host.suffers(day):
            return Said(State.REFUSED, b"", "503 Service Unavailable")
        rules = {Temper.SLOW: f"Crawl-delay: {host.number}", Temper.FORBIDS: "Disallow: /private/"}
        return Said(
            State.THERE,
            f"User-agent: *\n{rules.get(host.temper, 'Disallow:')}\n".encode(),
            kind="text/plain",
            tagged=False,
        )

    def _listing(self, url: str, day: float, *, tagged: bool) -> Said:
        base = url.rpartition("/")[0]
        if url.endswith("index.xml"):  # an index that names itself, and the sitemap beside it
            children = "".join(f"<sitemap><loc>{base}/{name}.xml</loc></sitemap>" for name in ("index", "sitemap"))
            return Said(
                State.THERE, f"<sitemapindex>{children}</sitemapindex>".encode(), kind="application/xml", tagged=tagged
            )
        now = {page: span for page, span in self.lists[url].items() if span[0] <= day < span[1]}
        if url.endswith("feed.xml"):
            if int(base.rpartition("h")[2].partition(".")[0]) % 3 == 0 and 0.4 < day / self.days < 0.5:
                return Said(State.BARRED, b"<!doctype html><title>Soon</title><p>We are moving house.</p>")
            items = "".join(
                f"<item><title>{page}</title><link>{page}</link><pubDate>{self._date(page)}</pubDate></item>"
                for page in now
            )
            return Said(
                State.THERE, f'<rss version="2.0"><channel><title>F</title>{items}</channel></rss>'.encode(), kind="application/rss+xml",
                tagged=tagged, names=dict.fromkeys(now),
            )  # fmt: skip
        changed = {page: self._changed(page, day) for page in now}
        entries = "".join(
            f"<url><loc>{page}</loc><lastmod>{at:%Y-%m-%d}</lastmod></url>" for page, at in changed.items()
        )
        return Said(
            State.THERE, f"<urlset>{entries}</urlset>".encode(), kind="application/xml", tagged=tagged,
            names={page: at for page, at in changed.items() if "/news/" in page},
        )  # fmt: skip

    def _date(self, page: str) -> str:
        """The day of a page in its feed; of some it is yet to come."""
        ahead = 400 if page.endswith("4") else -3
        return (self.start + timedelta(days=ahead)).strftime("%a, %d %b %Y %H:%M:%S GMT")

    def _changed(self, page: str, day: float) -> datetime:
        """The day of its last change by what the sitemap says; of some it is yet to come."""
        return self.start + timedelta(days=400 if page.endswith("5") else self.pages[page].edited(day))


#: What stands there in place of a page.
_INSTEAD = {
    Shape.MISSING: Said(State.GONE, b"<title>Error</title><p>There is nothing here.</p>", "404 Not Found"),
    Shape.GONE: Said(State.GONE, b"<title>Gone</title>", "410 Gone"),
    Shape.SOFT: Said(
        State.GONE,
        b"<!doctype html><title>Page not found</title><h1>Page not found</h1><p>Nothing to be seen here.</p>",
    ),
    Shape.BARRED: Said(State.BARRED, b"<title>No</title><p>Not for you.</p>", "403 Forbidden"),
    Shape.BLANK: Said(State.DOWN, b""),
}

_SYLLABLES = (
    "ba",
    "ce",
    "di",
    "fo",
    "gu",
    "la",
    "me",
    "ni",
    "po",
    "ru",
    "sa",
    "te",
    "vi",
    "zo",
    "shul",
    "brin",
    "tarn",
    "quel",
)

#: What cannot be compressed in each page: bytes that are stored again would be seen.
WEIGHT = 4000


@lru_cache(1000)
def text(url: str, version: int) -> bytes:
    """A page of words of its own; each version has another sentence."""
    dice = random.Random(url)
    words = " ".join("".join(dice.choices(_SYLLABLES, k=3)) for _ in range(60))
    weight = dice.randbytes(WEIGHT).hex()
    edit = " ".join("".join(random.Random(f"{url} {version}").choices(_SYLLABLES, k=4)) for _ in range(12))
    title = words[:30].title()
    return f"<!doctype html><html lang=en><title>{title}</title><h1>{title}</h1><p>{words}.</p><p>{edit}.</p><!-- {weight} -->".encode()
