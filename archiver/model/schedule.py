"""When an address is due: a pure function of the rhythm that was asked for, of what is known of it, and of the clock.

    due(plan, seen, address, now) -> Due(at, why)          is due where `at` is not later than `now`

The rules, numbered where they are applied:
1. What was never captured is due at once.
2. Every length of time: the periods of a page are counted from its first capture, and it is due once in each, from the beginning
   of the period on. Whoever comes late captures once; periods that have passed are not made up. The first period begins with
   the full hour (of shorter rhythms the full quarter of an hour, five minutes, minute) in which the first capture lies, so a
   caller that starts each day at the same time does not come some seconds early every other day.
3. A cron line: due once from each moment on that it names.
4. Ages: besides, once at each age, counted from the first capture and never early. A capture within the last 24th of the age
   serves for it.
5. A list that says that a page changed on a day after that of its last capture, and not after today, makes it due.
6. What our own rules refuse (robots.txt, what is no address) is tried again after a day.
   Failures put off what is due: 5 minutes after the first, twice as long after each further one, at most 8 hours; up to a
   quarter less by a hash of address and count, so that pages that failed together do not return together. The periods stay.
7. A time that lies ahead of the clock is believed up to a day, so a clock that was put back makes nothing due early; beyond that
   the clock was wrong when it was noted, and it counts as unknown, so nothing waits for ever.

What this module does not do: read files or the manifest, know the clock, order what is due, or keep a pace.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from archiver.model.cron import Cron

#: The shortest and the longest length of time that may stand in a rhythm.
SHORTEST, LONGEST = timedelta(minutes=1), timedelta(days=3650)

#: Full units with which a first period may begin: the longest that is at most a 24th of the period, rule 2.
_GRAINS = (timedelta(hours=1), timedelta(minutes=15), timedelta(minutes=5), timedelta(minutes=1))
_PARTS = 24

#: Waiting after failures, rule 6.
FIRST_WAIT, LONGEST_WAIT, REFUSED_WAIT = timedelta(minutes=5), timedelta(hours=8), timedelta(days=1)

#: How far ahead of the clock a time may lie and be believed, rule 7.
AHEAD = timedelta(days=1)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}


@dataclass(frozen=True, slots=True)
class Every:
    """A rhythm of one length of time."""

    length: timedelta

    def slot_after(self, moment: datetime, first: datetime) -> datetime:
        """The beginning of the first period after that moment, for a page that was first captured then."""
        grain = next((grain for grain in _GRAINS if grain * _PARTS <= self.length), None)
        anchor = first - (first - _EPOCH) % grain if grain else first
        return anchor + ((moment - anchor) // self.length + 1) * self.length

    def __str__(self) -> str:
        return f"every {written(self.length)}"


@dataclass(frozen=True, slots=True)
class Plan:
    """What was asked for one address: its rhythm, and the ages at which it is captured besides, in rising order."""

    rhythm: Every | Cron
    ages: tuple[timedelta, ...] = ()


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known of an address. `last` and `tried` are the latest by the archive's own count, not by the dates they bear.

    A capture is whatever answered for the page, so also that it is gone. A failure is an attempt that left nothing, or
    something else in the page's place; `failures` counts those since the last capture. `refused`: the last of them by our own rules.
    """

    first: datetime | None = None
    last: datetime | None = None
    tried: datetime | None = None
    failures: int = 0
    refused: bool = False


@dataclass(frozen=True, slots=True)
class Due:
    """From when on an address is due, and why."""

    at: datetime
    why: str


def due(plan: Plan, seen: Seen, address: str, now: datetime, changed: date | None = None) -> Due:
    """When it is due next; `changed` is the day on which it changed by what a list says. The rules are those at the top."""
    last = seen.last if seen.last is not None and seen.last - now <= AHEAD else None  # rule 7
    if last is not None:
        found = _next(plan, last if seen.first is None else seen.first, last)
        if changed is not None and last.date() < changed <= now.date():  # rule 5
            said = Due(datetime.combine(changed, time(), UTC), f"said to have changed on {changed}")
            found = said if said.at < found.at else found
    else:
        why = "never captured" if seen.last is None else "the clock has been put back since its last capture"
        found = Due(now, why)  # rule 1
    tried = seen.tried if seen.tried is not None and seen.tried - now <= AHEAD else None
    if seen.failures > 0 and tried is not None:
        until = tried + (REFUSED_WAIT if seen.refused else wait(address, seen.failures))
        if until > found.at or last is None:
            return Due(until, "retry after refusal" if seen.refused else f"retry {seen.failures} after failure")
    return found


def _next(plan: Plan, first: datetime, last: datetime) -> Due:
    """What the rhythm and the ages say after a capture: whichever comes first."""
    slot = plan.rhythm.slot_after(last, first)  # rules 2 and 3
    age = next((age for age in plan.ages if last - first < age - age / _PARTS), None)  # rule 4
    if age is not None and first + age < slot:
        return Due(first + age, f"recapture after {written(age)}")
    return Due(slot, str(plan.rhythm))


def wait(address: str, failures: int) -> timedelta:
    """How long to leave an address alone after so many failures, rule 6."""
    longest = min(FIRST_WAIT * (1 << min(failures - 1, 20)), LONGEST_WAIT)
    drawn = hashlib.sha256(f"{failures} {address}".encode("utf-8", "replace")).digest()
    return longest * (1 - int.from_bytes(drawn[:4], "big") / 2**32 / 4)


def upcoming(plan: Plan, now: datetime, count: int) -> tuple[Due, ...]:
    """The next times at which a page is due that is first captured now and then always at once."""
    found: list[Due] = []
    last = now
    for _ in range(count):
        found.append(_next(plan, now, last))
        last = found[-1].at
    return tuple(found)


def length(text: str) -> timedelta:
    """A length of time as it is written: `90m`, `6h`, `1d`, `2w`. Raises ValueError, which says what is likely meant."""
    number, unit = text[:-1], text[-1:]
    if unit not in _UNITS or not (number.isascii() and number.isdecimal()):
        meant = _MEANT.get(" ".join(text.lower().split()))
        raise ValueError(
            f"{text[:40]!r} is no length of time: a whole number and m, h, d or w (minutes, hours, days, weeks), such as '6h'"
            + (f"; is {meant!r} meant?" if meant else "")
        )
    found = _UNITS[unit] * int(number[:9])
    if not SHORTEST <= found <= LONGEST:
        raise ValueError(f"{text[:40]!r} is not between {written(SHORTEST)} and {written(LONGEST)}")
    return found


def written(span: timedelta) -> str:
    """A length of time in the largest unit that it is a whole number of, days before weeks."""
    unit = next((unit for unit in "dhm" if not span % _UNITS[unit]), "m")
    return f"{span // _UNITS[unit]}{unit}"


_MEANT = {
    "hourly": "1h",
    "daily": "1d",
    "weekly": "1w",
    "monthly": "30d",
    "yearly": "365d",
    "hour": "1h",
    "day": "1d",
    "week": "1w",
}
