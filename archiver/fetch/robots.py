"""robots.txt (RFC 9309): what a host asks of us, judged from a Visit to its robots.txt and remembered for a day.

Owns the rules and their cache. It fetches nothing: the visit comes from a function that the caller passes in (fetch.py), by
the same machinery as any page. It keeps nothing either: what an earlier process was answered comes from `recall`, out of the
archive, and is judged anew. It counts for a day from when it came, unless it forbids only because it could not be had.

The file is hostile input like any other: only its first 500 KiB count, and agents that are not ours are folded into one before
it is parsed, since rules times agents is what makes a robots.txt expensive.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice
from urllib.parse import urlsplit

from protego import Protego

from archiver.errors import FetchError
from archiver.fetch.decode import payload
from archiver.model.capture import Exchange, Limits, RobotsVerdict, StoredExchange, Visit
from archiver.model.date import Clock

#: The product token that rules for us name.
AGENT = "archiver"
#: RFC 9309, 2.5: at least this much is parsed.
MAX_BYTES = 500 * 1024
#: RFC 9309, 2.3.1.2
MAX_REDIRECTS = 5
#: RFC 9309, 2.4
MAX_AGE = timedelta(hours=24)
#: Sitemaps of one robots.txt that are handed on.
MAX_SITEMAPS = 20

# In every way that the parser takes one: it is generous with spaces, and knows other line ends than a file's.
_AGENT_LINE = re.compile(r"\s*user(?:-|\s*)agent(?=[\s:]|\Z)\s*:?([^#]*)", re.IGNORECASE)

#: What is known of one host: a verdict for every path, or the rules to ask.
Rules = RobotsVerdict | Protego

IGNORED = RobotsVerdict(allowed=True, rule="ignored")

#: What is read of a robots.txt's body.
LIMITS = Limits(max_decoded_bytes=MAX_BYTES)


@dataclass(frozen=True, slots=True)
class Recalled:
    """An answer out of the archive: the exchange that counts, and the body that it brought, decoded within LIMITS."""

    final: StoredExchange
    content: bytes


#: The last archived answer of ours at a robots.txt's address; None where there is none, or it cannot be read.
Recall = Callable[[str], Recalled | None]


def address(url: str) -> str:
    """Where the robots.txt for a page stands."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}/robots.txt"


def _fold_agents(text: str) -> str:
    return "\n".join(_folded(line) for line in text.splitlines())


def _folded(line: str) -> str:
    match = _AGENT_LINE.match(line)
    if match is None:
        return line
    name = match[1].strip().casefold()
    ours = re.match(r"[a-z_-]+", name)
    return f"User-agent: {'*' if name == '*' else AGENT if ours and ours[0] == AGENT else 'another'}"


def judge(visit: Visit) -> Rules:
    """What a visit to robots.txt means: 2xx are rules, 4xx and what redirects lead nowhere none, all else forbids."""
    final = visit.final
    return _without_rules(final) or _parsed(payload(final.url, final.response, LIMITS).content)


def _without_rules(final: Exchange | StoredExchange) -> RobotsVerdict | None:
    """What an answer means that brings no rules; None for one that does."""
    if final.truncated in ("disconnect", "time"):
        return RobotsVerdict(allowed=False, rule="robots.txt was cut off", url=final.url)
    if final.status >= 500:
        return RobotsVerdict(allowed=False, rule=f"robots.txt cannot be had ({final.status})", url=final.url)
    if final.status >= 300:
        return RobotsVerdict(allowed=True, rule=f"no robots.txt ({final.status})", url=final.url)
    return None


def _parsed(content: bytes) -> Protego:
    return Protego.parse(_fold_agents(content.decode("utf-8-sig", "replace")))


@dataclass(frozen=True, slots=True)
class _Entry:
    rules: Rules
    url: str
    record_id: str | None
    read_at: datetime


class RobotsCache:
    """The answers of each scheme://host:port. Thread-safe; one thread at a time asks one host.

    `on_visit` keeps a visit and returns the id of its record; `recall` gives back the last one that was kept.
    """

    def __init__(
        self, clock: Clock, on_visit: Callable[[Visit], str | None] | None = None, recall: Recall | None = None
    ) -> None:
        self._clock = clock
        self._on_visit = on_visit
        self._recall = recall
        self._lock = threading.Lock()
        self._host_locks: dict[str, threading.Lock] = {}
        self._entries: dict[str, _Entry] = {}

    def verdict(self, url: str, visit: Callable[[str], Visit | None]) -> RobotsVerdict:
        """What holds for `url`. `visit(robots_url)` fetches where nothing fresh is known; None: it redirects without end.

        Whatever `visit` raises passes through and is not remembered.
        """
        where = address(url)
        with self._lock:
            host_lock = self._host_locks.setdefault(where, threading.Lock())
        with host_lock:
            entry = self._entries.get(where)
            if entry is None or not self._holds(entry.read_at):
                entry = self._entries[where] = self._recalled(where) or self._ask(where, visit)
        if isinstance(entry.rules, RobotsVerdict):
            return replace(entry.rules, url=where, record_id=entry.record_id)
        allowed = bool(entry.rules.can_fetch(url, AGENT))
        delay = entry.rules.crawl_delay(AGENT)
        rule = "allowed" if allowed else "disallowed"
        return RobotsVerdict(allowed, rule, where, entry.record_id, None if delay is None else float(delay))

    def sitemaps(self, url: str) -> tuple[str, ...]:
        """The sitemaps that a host's robots.txt names, where a verdict was given by it: nothing is asked for here."""
        with self._lock:
            entry = self._entries.get(address(url))
        if entry is None or isinstance(entry.rules, RobotsVerdict):
            return ()
        return tuple(islice(entry.rules.sitemaps, MAX_SITEMAPS))

    def _holds(self, read_at: datetime) -> bool:
        """Whether an answer of that time still counts; one from the future was noted by a clock that was wrong."""
        return timedelta(0) <= self._clock() - read_at <= MAX_AGE

    def _recalled(self, where: str) -> _Entry | None:
        found = None if self._recall is None else self._recall(where)
        if found is None or not self._holds(found.final.captured_at):
            return None
        rules = _without_rules(found.final) or _parsed(found.content)
        if isinstance(rules, RobotsVerdict) and not rules.allowed:
            return None  # it could not be had then, and may be had now
        return _Entry(rules, where, found.final.record_id, found.final.captured_at)

    def _ask(self, where: str, visit: Callable[[str], Visit | None]) -> _Entry:
        visited = visit(where)
        if visited is None:
            endless = RobotsVerdict(allowed=True, rule=f"robots.txt redirects more than {MAX_REDIRECTS} times")
            return _Entry(endless, where, None, self._clock())
        try:
            rules = judge(visited)  # first: whoever archives the visit may let go of its bytes
            visited.final.response.seek(0)
            record_id = self._on_visit(visited) if self._on_visit else None
        finally:
            visited.close()
        return _Entry(rules, where, record_id, self._clock())


def require(verdict: RobotsVerdict, url: str) -> RobotsVerdict:
    """The verdict, where it allows; else FetchError("robots")."""
    if verdict.allowed:
        return verdict
    raise FetchError(
        "robots",
        f"robots.txt does not allow {url}: {verdict.rule} ({verdict.url})",
        advice="--ignore-robots captures it all the same and records that you said so",
        final_url=url,
    )
