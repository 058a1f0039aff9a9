"""Politeness: when a host may be asked next. Thread-safe; the clocks, the sleep and the book of what is known are arguments.

    turn = pace.wait(host, crawl_delay, most)      look in the book; sleep; look again; note that we ask now
    ...                                            one exchange
    pace.done(turn, failure)                       note how it ended, and when the host may be asked next

Rules:
1. Between the end of one request to a host and the start of the next lies the delay (the longer one, where theirs differ), whoever
   makes them: whatever a name server or a busy machine adds to a request, two of them never arrive closer than that. What is on its
   way is noted in the book, and counts as lost IN_FLIGHT seconds after the delay: a process that was killed holds up nobody for longer.
2. After a failure (429, 503, no connection, no answer in time) the delay doubles, and again with each further one in a row, up to
   MAX_BACKOFF; an answer ends that. Without a delay nothing doubles.
3. A Retry-After with 429 and 503 holds for the host, with a redirect for the request that it leads to; never for more than
   MAX_RETRY_AFTER.
4. Nothing is waited for that lasts longer than the caller can wait: TimeoutError, at once.
5. The clock may be wrong. What was noted in the future is taken as noted now: it is waited for once more, and no longer than it was
   meant to last. A clock that jumped ahead ends waits early, once; within a process the delay is kept by the monotonic clock too.

It knows hosts as names: what `--connect-to` makes of them does not count. It decides nothing about whether a request may be made at
all (robots.py), and where the book lies is the caller's (in the manifest, for all processes; else in memory).
"""

from __future__ import annotations

import hashlib
import math
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from archiver.model import date
from archiver.model.capture import Exchange
from archiver.model.pace import HostPace

#: A longer Crawl-delay is asked for, and is not waited for: a page cited today is not captured tomorrow.
MAX_CRAWL_DELAY = 30.0
#: The longest that a host keeps us away by a Retry-After.
MAX_RETRY_AFTER = 24 * 3600
#: The longest that failures keep us away from a host.
MAX_BACKOFF = 3600.0
#: Up to this share of a back-off is added, another one for each host: what failed together is not asked again together.
JITTER = 0.25
#: How much longer than the delay a request on its way keeps others away, unless it ends before.
IN_FLIGHT = 5.0
#: How often one looks whether it has ended.
GLANCE = 0.1

#: Statuses by which a host says that it is asked too much; codes of PROBLEMS that may mean the same.
OVERLOADED = frozenset((429, 503))
FAILURES = frozenset(("connect", "timeout"))

#: What is known of a host in, what is to be known of it out; None: as it is.
Step = Callable[[HostPace | None], HostPace | None]
#: Takes one step for a host, while nobody else does.
Book = Callable[[str, Step], None]


def in_memory() -> Book:
    """A book of this process alone."""
    known: dict[str, HostPace] = {}
    lock = threading.Lock()

    def change(host: str, step: Step) -> None:
        with lock:
            new = step(known.get(host))
            if new is not None:
                known[host] = new

    return change


@dataclass(frozen=True, slots=True)
class Failure:
    """A request that the host did not answer, or by which it says that it is asked too much; `retry_after` in seconds."""

    problem: str
    url: str
    retry_after: int | None = None


def refusal(answer: Exchange, now: datetime) -> Failure | None:
    """What an answer says of being asked too much, where it does."""
    if answer.status not in OVERLOADED:
        return None
    return Failure(str(answer.status), answer.url, retry_after(answer, now))


def retry_after(answer: Exchange, now: datetime) -> int | None:
    """The seconds of an answer's Retry-After, at most MAX_RETRY_AFTER; a date in it counts from the Date of the answer (RFC 9110, 10.2.3)."""
    said = (answer.header("Retry-After") or "").strip()
    if re.fullmatch(r"[0-9]{1,18}", said):
        return min(int(said), MAX_RETRY_AFTER)
    then, since = _moment(said), _moment(answer.header("Date") or "") or now
    if then is None:
        return None
    return min(max(math.ceil((then - since).total_seconds()), 0), MAX_RETRY_AFTER)


def _moment(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text[:80])
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, OverflowError):
        return None


@dataclass(frozen=True, slots=True)
class Turn:
    """A request that may be made now. `waited` is how many seconds that took; `known` what the book says of the host meanwhile."""

    host: str
    delay: float
    waited: float
    known: HostPace | None


class Over(TimeoutError):
    """Nobody waits any more."""


class Pace:
    """When each host may be asked again. `delay_seconds` is ours; a host's Crawl-delay counts where it is longer."""

    def __init__(
        self,
        delay_seconds: float,
        *,
        clock: date.Clock = date.now,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] | None = None,
        book: Book | None = None,
    ) -> None:
        self._delay = delay_seconds
        self._clock = clock
        self._monotonic = monotonic
        self._over = threading.Event()
        self._sleep = sleep or self._over.wait
        self._change = book or in_memory()
        self._asked: dict[str, float] = {}  # when, by the monotonic clock: a start, and then its end

    def wait(self, host: str, crawl_delay: float | None = None, most: float = math.inf, at_least: float = 0.0) -> Turn:
        """Sleep until `host` may be asked, `at_least` so many seconds. Who has a turn gives it back (`done`).

        Raises TimeoutError at once, and takes no turn, where that would be more than `most` seconds; Over where it has ended.
        """
        delay = max(self._delay, min(crawl_delay or 0.0, MAX_CRAWL_DELAY))
        waited = 0.0
        while True:
            if self._over.is_set():
                raise Over(f"{host} was still waited for when the run ended")
            left, known = self._look(host, delay, at_least - waited)
            if left <= 0:
                return Turn(host, delay, waited, known)
            if known is not None and known.asking:
                left = min(left, max(GLANCE, at_least - waited))
            if waited + left > most:
                raise TimeoutError(self._too_soon(host, left, known))
            self._sleep(left)
            waited += left

    def end(self) -> None:
        """Whoever waits, or asks for a turn from now on, is told that it is in vain: what they were to ask for is not wanted any more."""
        self._over.set()

    def _look(self, host: str, delay: float, at_least: float) -> tuple[float, HostPace | None]:
        """The seconds that are left, and what the book says now. Where none are left it says that the host is being asked."""
        left, known = 0.0, None

        def step(kept: HostPace | None) -> HostPace | None:
            nonlocal left, known
            now = self._now()
            known = kept and _as_of(kept, now)
            by_book = now if known is None else max(known.next_at, _later(known.at, delay))
            here = self._asked.get(host, -math.inf) + delay - self._monotonic()
            left = max((by_book - now).total_seconds(), at_least, here)
            if left <= 0:
                self._asked[host] = self._monotonic()
            if left <= 0 and delay:
                known = known or HostPace(now, now)
                known = replace(known, at=now, next_at=_later(now, delay + IN_FLIGHT), asking=True)
            return None if known == kept else known

        self._change(host, step)
        return left, known

    def done(self, turn: Turn, failure: Failure | None = None, *, answered: bool = True) -> None:
        """The request has ended: in a failure, with an answer, or (`answered` is false) so that nothing is known of the host."""

        def step(kept: HostPace | None) -> HostPace | None:
            now = self._now()
            known = HostPace(now, now) if kept is None else _as_of(kept, now)
            wait = turn.delay
            if failure is not None:
                count = known.failures + 1
                wait = max(wait, _backoff(turn.host, turn.delay, count), failure.retry_after or 0)
                known = replace(
                    known, failures=count, problem=failure.problem, retry_after=failure.retry_after,
                    retry_url=None if failure.retry_after is None else failure.url,
                )  # fmt: skip
            if kept == turn.known:
                if answered and failure is None:
                    known = HostPace(now, now)
                known = replace(known, at=now, next_at=_later(now, wait), asking=False)
            else:  # somebody else noted something meanwhile: that holds too
                known = replace(known, at=now, next_at=max(known.next_at, _later(now, wait)))
            needed = wait > 0 or (kept is not None and kept.failures != known.failures)
            return known if needed else None

        self._change(turn.host, step)
        self._asked[turn.host] = self._monotonic()

    def free_at(self, host: str) -> datetime:
        """The earliest time at which `host` may be asked, as far as is known now; a request on its way is taken to end at once.

        What was noted in the future is put right in the book (rule 5): whoever only asks must not be told the same for ever.
        """
        moment = now = self._now()

        def step(kept: HostPace | None) -> HostPace | None:
            nonlocal moment
            known = kept and _as_of(kept, now)
            if known is not None and not known.asking:
                moment = max(now, known.next_at)
            return None if known == kept else known

        self._change(host, step)
        return moment

    def _now(self) -> datetime:
        moment = self._clock()
        return moment.replace(microsecond=moment.microsecond // 1000 * 1000)

    def _too_soon(self, host: str, left: float, known: HostPace | None) -> str:
        again = date.rfc3339((self._now() + timedelta(seconds=math.ceil(left))).replace(microsecond=0))
        return f"{host} may be asked again at {again}, in {left:.0f} s{_because(known)}"


def _because(known: HostPace | None) -> str:
    if known is None or not known.failures:
        return ""
    if known.retry_after is not None:
        return f": it answered {known.problem} to {known.retry_url}, with a Retry-After of {known.retry_after} s"
    times = "once" if known.failures == 1 else f"{known.failures} times in a row"
    return f": asking it failed {times}, the last time with {known.problem}"


def _as_of(known: HostPace, now: datetime) -> HostPace:
    """What is known, by a clock that may have been set back since, or may have been wrong then."""
    if known.at > now:
        known = replace(known, at=now, next_at=now + (known.next_at - known.at))
    return replace(known, next_at=min(known.next_at, _later(now, MAX_RETRY_AFTER)))


def _backoff(host: str, delay: float, failures: int) -> float:
    """The delay after so many failures in a row: the same for the same host and count."""
    doubled = min(delay * 2.0 ** min(failures, 40), MAX_BACKOFF)
    share = int.from_bytes(hashlib.sha256(f"{host} {failures}".encode()).digest()[:4]) / 2**32
    return doubled * (1 + JITTER * share)


def _later(moment: datetime, seconds: float) -> datetime:
    """So much later, and a millisecond: what the clock cuts off."""
    return moment + timedelta(milliseconds=math.ceil(seconds * 1000) + 1) if seconds else moment
