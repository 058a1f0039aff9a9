"""The watch list as values: jobs, what each visits and how often; the table of the keys that watch.toml takes; patterns.

    Job, Role       what is visited, and what an address is to its job: listed in it, a listing, or found in one
    KEYS            every key of [defaults] and [[job]]: what it takes, what it is where it is not given, what it means
    matches(...)    whether an address fits a pattern

Reading the file is archiver.watch; when something is due is model.schedule.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from archiver.model.cron import Cron
from archiver.model.schedule import Every, Plan


class Kind(StrEnum):
    """What a key takes, in the words of the table and of a mistake."""

    TEXT = "text"
    ADDRESS = "an address"
    ADDRESSES = "a list of addresses"
    PATTERNS = "a list of patterns"
    LENGTH = "a length of time"
    LENGTHS = "a list of lengths of time"
    CRON = "a cron line"
    ZONE = "a time zone"
    FLAG = "true or false"
    SETTING = "as in `[settings]`"


@dataclass(frozen=True, slots=True)
class Key:
    """One key: its name, what it takes, what holds where it is not given, and what it means. `shared`: `[defaults]` takes it too."""

    name: str
    kind: Kind
    default: str
    meaning: str
    shared: bool = True


_K, _UNSET = Kind, "that of `[settings]`"

#: Every key. Those whose kind is SETTING have the name of a setting, and hold for the job alone.
KEYS: tuple[Key, ...] = (
    Key("name", _K.TEXT, "none: it must be given", "what the job is called; each name stands once", shared=False),
    Key("urls", _K.ADDRESSES, "none", "pages to capture", shared=False),
    Key("feeds", _K.ADDRESSES, "none", "RSS, Atom or JSON feeds: they are captured, and so are the pages that they name", shared=False),
    Key("sitemaps", _K.ADDRESSES, "none", "sitemaps, or indexes of them: likewise", shared=False),
    Key(
        "match", _K.PATTERNS, "all", "which pages of feeds and sitemaps: `*` is any run of characters, all else stands for itself; the whole "
        "address, or where the pattern begins with `/` its path and query", shared=False,
    ),
    Key("every", _K.LENGTH, "`1d`", "how often: a number and m, h, d or w"),
    Key("cron", _K.CRON, "none", "instead of `every`: minute, hour, day of the month, month, day of the week"),
    Key("timezone", _K.ZONE, "`UTC`", "where the cron line's clock stands, such as `Europe/Berlin`"),
    Key("recapture", _K.LENGTHS, "none", "ages of a page at which it is captured besides, such as `1h`, `1d`, `7d`, `30d`: silent edits come early"),
    Key("revisit", _K.LENGTH, "`30d`", "how often pages that a feed or sitemap named are captured again, besides `recapture`"),
    Key("follow_origin", _K.FLAG, "`false`", "capture also what a page says it was taken from"),
    Key("delay_seconds", _K.SETTING, _UNSET, "between two requests to a host; a longer Crawl-delay wins"),
    Key("total_seconds", _K.SETTING, _UNSET, "for one capture, redirects included"),
    Key("idle_seconds", _K.SETTING, _UNSET, "for which a server may be silent"),
    Key("connect_seconds", _K.SETTING, _UNSET, "to make a connection"),
    Key("max_megabytes", _K.SETTING, _UNSET, "of one capture, on the wire"),
    Key("obey_robots", _K.SETTING, _UNSET, "whether robots.txt is obeyed"),
    Key("contact", _K.SETTING, _UNSET, "goes into the User-Agent"),
    Key("on_change", _K.ADDRESS, "none", "is sent a notice when the state of a page changes"),
    Key("ping", _K.ADDRESS, "none", "is asked when the job begins and ends"),
    Key("paused", _K.FLAG, "`false`", "the job rests; what it captured stays", shared=False),
    Key("note", _K.TEXT, "none", "for people", shared=False),
)  # fmt: skip

#: The rhythm where none is asked for.
DAILY = Every(timedelta(days=1))

#: Names of the keys that hold for a job in the place of a setting.
OVERRIDES = tuple(key.name for key in KEYS if key.kind is Kind.SETTING)


class Role(StrEnum):
    """What an address is to its job."""

    PAGE = "page"
    FEED = "feed"
    SITEMAP = "sitemap"
    FOUND = "found"


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One job, checked, its addresses as they are requested. Where a setting is None, that of the run holds."""

    name: str
    urls: tuple[str, ...] = ()
    feeds: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()
    match: tuple[str, ...] = ()
    rhythm: Every | Cron = DAILY
    recapture: tuple[timedelta, ...] = ()
    revisit: timedelta = timedelta(days=30)
    follow_origin: bool = False
    delay_seconds: float | None = None
    total_seconds: float | None = None
    idle_seconds: float | None = None
    connect_seconds: float | None = None
    max_megabytes: float | None = None
    obey_robots: bool | None = None
    contact: str | None = None
    on_change: str = ""
    ping: str = ""
    paused: bool = False
    note: str = ""

    def visits(self) -> tuple[tuple[Role, str], ...]:
        """What the file says it visits, each with its role."""
        both = ((Role.PAGE, self.urls), (Role.FEED, self.feeds), (Role.SITEMAP, self.sitemaps))
        return tuple((role, address) for role, addresses in both for address in addresses)

    def roles(self) -> tuple[Role, ...]:
        """The roles that there are in it."""
        listed = tuple(dict.fromkeys(role for role, _ in self.visits()))
        return (*listed, Role.FOUND) if self.feeds or self.sitemaps else listed

    def plan(self, role: Role) -> Plan:
        """When an address of that role is due, for model.schedule. The ages are of pages: a feed is no page that is edited."""
        if role is Role.FOUND:
            return Plan(Every(self.revisit), self.recapture)
        return Plan(self.rhythm, self.recapture if role is Role.PAGE else ())

    def wants(self, address: str) -> bool:
        """Whether a page that a feed or sitemap names is one of its pages."""
        return not self.match or any(matches(pattern, address) for pattern in self.match)


def matches(pattern: str, address: str) -> bool:
    """Whether an address (as model.url.parse gives it) fits a pattern: the whole of it, or from its path on. Linear in both."""
    if pattern.startswith("/"):
        address = address[address.find("/", address.find("://") + 3) :]
    first, *rest = pattern.split("*")
    if not rest:
        return address == pattern
    if not address.startswith(first):
        return False
    at = len(first)
    for piece in rest[:-1]:
        found = address.find(piece, at)
        if found < 0:
            return False
        at = found + len(piece)
    return len(address) - len(rest[-1]) >= at and address.endswith(rest[-1])
