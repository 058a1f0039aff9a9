"""When an address was due, by the words of the README alone: what a simulated month is judged by. It asks nothing of archiver.

    track = Track()                                   what is known of an address: when it answered, when it failed
    window(plans, track, now, changed)                -> from when on it may be visited, and from when on it must be

1. What never answered is due at once; so is what a list names for the first time.
2. `every`: the periods are counted from the beginning of the hour (of less than a day: of the quarter of an hour) in which the
   address answered first; it is due once in each.
3. `cron`: once from each moment on; a moment that the clocks skip is the one at which they are changed, one that comes twice the first.
4. Ages are counted from the first answer; an answer within the last 24th of an age serves for it.
5. A list that says that a page changed on a day after that of its last answer, and not after today, makes it due.
6. After failures it is left alone for 5 minutes, twice as long after each further one, 8 hours at most, up to a quarter less.
   What our own rules refuse is left alone for a day.
Of several plans the one counts that has it due first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

HOUR, DAY = timedelta(hours=1), timedelta(days=1)

#: The ages of the plans that have some.
AGES = (HOUR, DAY, 3 * DAY)

#: What may lie between the time that a run notes of a failure and the one that it goes by, on a clock that others move.
SLACK = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Every:
    """A length of time; of six hours and more."""

    length: timedelta

    def after(self, last: datetime, first: datetime) -> datetime:
        """The beginning of the next period."""
        anchor = first.replace(minute=0 if self.length >= DAY else first.minute // 15 * 15, second=0, microsecond=0)
        return anchor + ((last - anchor) // self.length + 1) * self.length


@dataclass(frozen=True, slots=True)
class Cron:
    """Times of the day, on days of the week from Monday 0 on, where a zone's clocks show them."""

    times: tuple[tuple[int, int], ...]
    weekdays: range
    zone: str

    def after(self, last: datetime, first: datetime) -> datetime:  # noqa: ARG002 - as of a length of time
        """The next moment."""
        return min(moment for moment in self._moments(last.date() - DAY, 10) if moment > last)

    def _moments(self, day: date, days: int) -> Iterator[datetime]:
        zone = ZoneInfo(self.zone)
        for number in range(days):
            on = day + number * DAY
            if on.weekday() in self.weekdays:
                for hour, minute in self.times:
                    wall = datetime.combine(on, time(hour, minute), zone)
                    moment = wall.astimezone(UTC)
                    if moment.astimezone(zone).replace(tzinfo=None) != wall.replace(tzinfo=None):
                        moment = next(_changes(zone, moment - 3 * HOUR))
                    yield moment


def _changes(zone: ZoneInfo, after: datetime) -> Iterator[datetime]:
    """The minutes at which a zone's clocks are changed."""
    offset, moment = after.astimezone(zone).utcoffset(), after.replace(second=0, microsecond=0)
    while True:
        moment += timedelta(minutes=1)
        if moment.astimezone(zone).utcoffset() != offset:
            yield moment


@dataclass(frozen=True, slots=True)
class Plan:
    """A rhythm, and ages."""

    rhythm: Every | Cron
    ages: tuple[timedelta, ...] = ()


@dataclass(slots=True)
class Track:
    """What became of an address: `first` and `last` answered, `tried` and `failures` since then."""

    first: datetime | None = None
    last: datetime | None = None
    tried: datetime | None = None
    failures: int = 0
    refused: bool = False

    def visit(self, at: datetime, *, answers: bool, refused: bool) -> None:
        """One more."""
        self.tried, self.refused = at, refused
        if answers:
            self.first, self.last, self.failures = self.first or at, at, 0
        else:
            self.failures += 1


def window(plans: Iterable[Plan], track: Track, now: datetime, changed: datetime | None) -> tuple[datetime, datetime]:
    """From when on an address may be visited, and from when on it must be. They differ after failures alone."""
    at = min(_due(plan, track, now, changed) for plan in plans)
    if not track.failures or track.tried is None:
        return at, at
    if track.refused:
        return max(at, track.tried + DAY - SLACK), max(at, track.tried + DAY + SLACK)
    wait = min(timedelta(minutes=5) * 2 ** min(track.failures - 1, 12), timedelta(hours=8))
    return max(at, track.tried + wait * 0.75 - SLACK), max(at, track.tried + wait + SLACK)


def _due(plan: Plan, track: Track, now: datetime, changed: datetime | None) -> datetime:
    first, last = track.first, track.last
    if first is None or last is None:
        return datetime.min.replace(tzinfo=UTC)
    moments = [plan.rhythm.after(last, first)]
    moments += [first + age for age in plan.ages if last < first + age * 23 / 24][:1]
    if changed is not None and last.date() < changed.date() <= now.date():
        moments.append(datetime.combine(changed.date(), time(), UTC))
    return min(moments)
