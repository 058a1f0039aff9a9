"""A cron line: five fields, and the first moment after another that they name. Pure: the zone is handed in, nothing is read.

    parse("30 2 * * mon-fri", zone) -> Cron            or BadCron, naming the field that is wrong
    Cron.next_after(moment)         -> the first moment later than that one

The fields are those of crontab(5): lists, ranges, steps, names of months and days, 0 and 7 for Sunday; where neither day field
holds a `*`, a day that either of them names is taken. Where the clocks change, a line with fixed hours runs once for each time
of the day: a time that is skipped is made up at the moment of the change, one that comes twice counts the first time. A line for
every hour follows the hours that really pass: nothing is made up, and both of the doubled hours count.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)

#: The longest line that is read, in characters: every minute written out has fewer.
LONGEST = 1000


class BadCron(ValueError):
    """A line that is no cron line; the message says which field is wrong, and what is likely meant."""


@dataclass(frozen=True, slots=True)
class Field:
    """One of the five: what it is called, its least and its greatest number, and names that may stand for numbers from the least on."""

    name: str
    low: int
    high: int
    names: tuple[str, ...] = ()


FIELDS = (
    Field("minute", 0, 59),
    Field("hour", 0, 23),
    Field("day of the month", 1, 31),
    Field("month", 1, 12, ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")),
    Field("day of the week", 0, 7, ("sun", "mon", "tue", "wed", "thu", "fri", "sat")),
)

#: What some programs take for a line, and the line that says the same.
NICKNAMES = {
    "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *", "@monthly": "0 0 1 * *", "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@hourly": "0 * * * *",
}  # fmt: skip

#: The most days that each month has.
_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_PIECE = re.compile(r"(?P<first>\*|[0-9a-z]+)(?:-(?P<last>[0-9a-z]+))?(?:/(?P<step>[0-9]+))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Cron:
    """A line as the numbers that it names, each field sorted; `either`: a day is taken that one of the two day fields names."""

    text: str
    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    either: bool
    zone: tzinfo = UTC

    @property
    def hourly(self) -> bool:
        """Whether it names every hour, and so follows the hours that pass."""
        return len(self.hours) == 24

    def next_after(self, moment: datetime) -> datetime:
        """The first moment after this one that the line names, in UTC. An OverflowError where there is none before the year 10000."""
        at = moment.astimezone(UTC).replace(second=0, microsecond=0)
        low = self._wall(at) + MINUTE
        while True:
            offset = self._offset(at)
            wall = self._first(low)
            found = wall.replace(tzinfo=UTC) - offset
            if found - at > 3 * DAY:
                # Changes of the clocks on the way there do not matter: what they skip or double is not named.
                at = found - 2 * DAY
                low = self._wall(at)
            elif self._offset(found) != offset:
                turn = self._turn(at, found, offset)
                low = self._wall(turn)
                if not self.hourly and wall < low:
                    return turn
                at = turn
            elif not self.hourly and found.astimezone(self.zone).fold:
                at, low = found, wall + MINUTE
            else:
                return found

    def names(self, wall: datetime) -> bool:
        """Whether it names this minute of the wall clock."""
        return self._takes(wall.date()) and wall.hour in self.hours and wall.minute in self.minutes

    def slot_after(self, moment: datetime, first: datetime) -> datetime:  # noqa: ARG002 - as of a length of time
        """The beginning of the first period after that moment. When a page was first captured does not matter here."""
        return self.next_after(moment)

    def __str__(self) -> str:
        return f"cron {self.text}" + ("" if self.zone is UTC else f" ({self.zone})")

    def _offset(self, moment: datetime) -> timedelta:
        return moment.astimezone(self.zone).utcoffset() or timedelta()

    def _wall(self, moment: datetime) -> datetime:
        return moment.astimezone(self.zone).replace(tzinfo=None)

    def _turn(self, before: datetime, after: datetime, offset: timedelta) -> datetime:
        """The first second between two moments at which the clocks no longer show that offset."""
        low, high = 0, int((after - before).total_seconds())
        while high - low > 1:
            middle = (low + high) // 2
            if self._offset(before + timedelta(seconds=middle)) == offset:
                low = middle
            else:
                high = middle
        return before + timedelta(seconds=high)

    def _takes(self, day: date) -> bool:
        in_month, in_week = day.day in self.days, day.isoweekday() % 7 in self.weekdays
        return day.month in self.months and (in_month or in_week if self.either else in_month and in_week)

    def _first(self, low: datetime) -> datetime:
        """The first minute of the wall clock, from this one on, that it names."""
        if low.second or low.microsecond:
            low = low.replace(second=0, microsecond=0) + MINUTE
        day, hour, minute = low.date(), low.hour, low.minute
        while True:
            if self._takes(day):
                at = bisect_left(self.hours, hour)
                if at < len(self.hours) and (self.hours[at] > hour or self.minutes[-1] < minute):
                    at += self.hours[at] == hour
                    minute = 0
                if at < len(self.hours):
                    later = self.minutes[bisect_left(self.minutes, minute)]
                    return datetime(day.year, day.month, day.day, self.hours[at], later)  # noqa: DTZ001 - a wall clock's
            hour = minute = 0
            if day.month in self.months:
                day += DAY
            else:
                day = (day.replace(day=1) + 31 * DAY).replace(day=1)


def parse(text: str, zone: tzinfo = UTC) -> Cron:
    """The line as a value. Raises BadCron."""
    line = " ".join(text.split())
    if len(line) > LONGEST:
        raise BadCron(f"it has {len(line)} characters; more than {LONGEST} are not read")
    if line.startswith("@"):
        meant = NICKNAMES.get(line.lower())
        raise BadCron(f"{line!r} is not taken" + (f"; is {meant!r} meant?" if meant else ""))
    parts = line.lower().split()
    if len(parts) != len(FIELDS):
        names = ", ".join(field.name for field in FIELDS)
        raise BadCron(f"it has {len(parts)} fields, not five: {names}")
    minutes, hours, days, months, weekdays = map(_numbers, parts, FIELDS)
    either = "*" not in parts[2] and "*" not in parts[4]
    if not either and not any(day <= _DAYS[month - 1] for month in months for day in days):
        raise BadCron(f"the day of the month field: none of its months has a day {min(days)}, so it never comes")
    return Cron(
        line, tuple(sorted(minutes)), tuple(sorted(hours)), frozenset(days), frozenset(months),
        frozenset(day % 7 for day in weekdays), either, zone,
    )  # fmt: skip


def _numbers(text: str, field: Field) -> set[int]:
    """The numbers that one field names. Raises BadCron."""
    found: set[int] = set()
    for piece in text.split(","):
        match = _PIECE.fullmatch(piece)
        if match is None or (match["first"] == "*" and match["last"]):
            raise BadCron(
                f"the {field.name} field: {piece!r} is not *, a number, or a range such as {field.low}-{field.high}"
            )
        if match["first"] == "*":
            first, last = field.low, field.high
        else:
            first = _number(match["first"], field)
            last = _number(match["last"], field) if match["last"] else first
            if match["step"] and not match["last"]:
                raise BadCron(
                    f"the {field.name} field: a step needs a range; is '{first}-{field.high}/{match['step']}' meant?"
                )
        if first > last:
            raise BadCron(f"the {field.name} field: {piece!r} ends before it begins; write it as two, with a comma")
        step = int((match["step"] or "1")[:4])
        if not 1 <= step <= field.high:
            raise BadCron(f"the {field.name} field: a step of {step} leads nowhere; it is from 1 to {field.high}")
        found.update(range(first, last + 1, step))
    return found


def _number(word: str, field: Field) -> int:
    """What a number or a name stands for. Raises BadCron."""
    if word in field.names:
        return field.names.index(word) + field.low
    if not word.isdecimal():
        hint = f" or a name such as {field.names[0]}" if field.names else ""
        raise BadCron(f"the {field.name} field: {word!r} is not a number{hint}")
    number = int(word[:4])
    if not field.low <= number <= field.high:
        raise BadCron(f"the {field.name} field: {word} is not between {field.low} and {field.high}")
    return number
