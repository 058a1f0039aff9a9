"""Cron lines: what is taken, what is refused with which words, and the next moment, against a walker that looks at each minute."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archiver.model.cron import FIELDS, NICKNAMES, BadCron, Cron, parse

MINUTE = timedelta(minutes=1)
BERLIN = ZoneInfo("Europe/Berlin")

#: Zones, each with moments near which its clocks change: by an hour, by half of one, a minute after midnight, over a whole day.
TURNS: tuple[tuple[tzinfo, datetime], ...] = (
    (UTC, datetime(2024, 2, 28, 12, tzinfo=UTC)),
    (BERLIN, datetime(2026, 3, 29, 1, tzinfo=UTC)),
    (BERLIN, datetime(2026, 10, 25, 1, tzinfo=UTC)),
    (ZoneInfo("America/New_York"), datetime(2026, 3, 8, 7, tzinfo=UTC)),
    (ZoneInfo("America/New_York"), datetime(2026, 11, 1, 6, tzinfo=UTC)),
    (ZoneInfo("Australia/Lord_Howe"), datetime(2026, 4, 4, 15, tzinfo=UTC)),
    (ZoneInfo("Australia/Lord_Howe"), datetime(2026, 10, 3, 15, 30, tzinfo=UTC)),
    (ZoneInfo("America/St_Johns"), datetime(2009, 11, 1, 2, 31, tzinfo=UTC)),
    (ZoneInfo("America/St_Johns"), datetime(2009, 3, 8, 3, 31, tzinfo=UTC)),
    (ZoneInfo("Pacific/Apia"), datetime(2011, 12, 30, 10, tzinfo=UTC)),
    (ZoneInfo("Asia/Kathmandu"), datetime(2026, 1, 31, 18, tzinfo=UTC)),
)


def walked(cron: Cron, moment: datetime, minutes: int) -> datetime | None:
    """The same as next_after, minute by minute, by the rules as they are written down; None where none comes in time."""
    at = moment.astimezone(UTC).replace(second=0, microsecond=0)
    before = at.astimezone(cron.zone)
    for _ in range(minutes):
        at += MINUTE
        local = at.astimezone(cron.zone)
        wall, previous = local.replace(tzinfo=None), before.replace(tzinfo=None)
        if cron.names(wall) and (cron.hourly or not local.fold):
            return at
        skipped = int((wall - previous) / MINUTE) - 1
        if not cron.hourly and any(cron.names(previous + n * MINUTE) for n in range(1, skipped + 1)):
            return at
        before = local
    return None


def fields_of(low: int, high: int) -> st.SearchStrategy[str]:
    number = st.integers(low, high)
    span = st.tuples(number, number).map(lambda pair: f"{min(pair)}-{max(pair)}")
    step = st.integers(1, high)
    one = st.one_of(
        st.just("*"), number.map(str), span, st.tuples(st.just("*") | span, step).map(lambda p: f"{p[0]}/{p[1]}")
    )
    return st.lists(one, min_size=1, max_size=3).map(",".join)


LINES = st.tuples(
    fields_of(0, 59), fields_of(0, 23), st.just("*") | fields_of(1, 28), st.just("*"), st.just("*") | fields_of(0, 7)
).map(" ".join)


@settings(max_examples=150, deadline=None)
@given(LINES, st.sampled_from(TURNS), st.integers(-2000 * 60, 2000 * 60))
def test_the_next_moment_is_what_a_walker_finds(line: str, turn: tuple[tzinfo, datetime], seconds: int) -> None:
    zone, change = turn
    cron, moment = parse(line, zone), change + timedelta(seconds=seconds)
    found, limit = walked(cron, moment, 2500), moment.replace(second=0) + 2500 * MINUTE
    if found is None:
        assert cron.next_after(moment) > limit
    else:
        assert cron.next_after(moment) == found


@settings(max_examples=100, deadline=None)
@given(LINES, st.sampled_from(TURNS), st.integers(-(10**6), 10**6), st.integers(0, 10**5))
def test_the_next_moment_is_later_and_never_goes_back(
    line: str, turn: tuple[tzinfo, datetime], seconds: int, on: int
) -> None:
    cron, moment = parse(line, turn[0]), turn[1] + timedelta(seconds=seconds)
    following = cron.next_after(moment)
    assert following > moment
    assert cron.next_after(moment + timedelta(seconds=on)) >= following
    assert cron.next_after(following - timedelta(seconds=1)) == following


@pytest.mark.parametrize(
    ("line", "day", "times"),
    [
        # The hour from 2 to 3 is skipped: what it held is made up once, as it ends; a line for every hour goes on.
        ("30 2 * * *", "2026-03-28", ["03-28T01:30", "03-29T01:00", "03-30T00:30"]),
        ("0,20,40 2,3 * * *", "2026-03-29", ["03-29T01:00", "03-29T01:20", "03-29T01:40", "03-30T00:00"]),
        ("30 * * * *", "2026-03-29", ["03-28T23:30", "03-29T00:30", "03-29T01:30"]),
        # The hour from 2 to 3 comes twice: what it holds runs the first time; a line for every hour runs both times.
        ("30 2 * * *", "2026-10-25", ["10-25T00:30", "10-26T01:30"]),
        ("30 * * * *", "2026-10-25", ["10-24T22:30", "10-24T23:30", "10-25T00:30", "10-25T01:30", "10-25T02:30"]),
    ],
)
def test_where_clocks_change(line: str, day: str, times: list[str]) -> None:
    cron, at, found = parse(line, BERLIN), datetime.fromisoformat(f"{day}T00:00").replace(tzinfo=BERLIN), []
    for _ in times:
        at = cron.next_after(at)
        found.append(at.strftime("%m-%dT%H:%M"))
    assert found == times


@pytest.mark.parametrize(
    ("line", "after", "following"),
    [
        ("0 0 29 2 *", "2096-03-01", "2104-02-29T00:00"),
        ("0 0 13 * 5", "2026-03-01", "2026-03-06T00:00"),  # either: a Friday
        ("0 0 */2 * 1", "2026-03-02", "2026-03-09T00:00"),  # both: an odd day that is a Monday
        ("0 9 * jan,Jul MON-FRI", "2026-02-01", "2026-07-01T09:00"),
        ("0 0 * * 7", "2026-03-01", "2026-03-08T00:00"),
        ("0 0 * * sun", "2026-03-01", "2026-03-08T00:00"),
        ("59 23 31 12 *", "2026-12-31", "2026-12-31T23:59"),
        ("10-30/10 5 * * *", "2026-03-01T05:20", "2026-03-01T05:30"),
    ],
)
def test_lines_and_the_moment_that_follows(line: str, after: str, following: str) -> None:
    at = parse(line).next_after(datetime.fromisoformat(after).replace(tzinfo=UTC))
    assert at == datetime.fromisoformat(following).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("* * * *", "4 fields, not five: minute, hour"),
        ("0 0 0 1 1 *", "6 fields, not five"),
        ("60 * * * *", "the minute field: 60 is not between 0 and 59"),
        ("0 24 * * *", "the hour field: 24 is not between"),
        ("0 0 0 * *", "the day of the month field: 0 is not between 1"),
        ("0 0 * 13 *", "the month field: 13"),
        ("0 0 * * 8", "the day of the week field: 8"),
        ("0 0 * * funday", "'funday' is not a number or a name such as sun"),
        ("x * * * *", "the minute field: 'x' is not a number"),
        ("0 22-2 * * *", "the hour field: '22-2' ends before it begins"),
        ("5/15 * * * *", "is '5-59/15' meant?"),
        ("*/0 * * * *", "a step of 0 leads nowhere"),
        ("*/99999999999999999999 * * * *", "a step of 9999 leads nowhere"),
        ("1,,2 * * * *", "the minute field: ''"),
        ("*-5 * * * *", "the minute field: '*-5'"),
        ("-5 * * * *", "the minute field: '-5'"),
        ("0 0 L * *", "the day of the month field: 'l'"),
        ("0 0 31 4,6 *", "never comes"),
        ("@daily", "is '0 0 * * *' meant?"),
        ("@reboot", "'@reboot' is not taken"),
        ("1,2 " * 500, "characters; more than"),
        ("٣ * * * *", "the minute field"),
    ],
)
def test_a_line_that_is_none_names_the_field(line: str, says: str) -> None:
    with pytest.raises(BadCron) as caught:
        parse(line)
    assert says in str(caught.value)


def test_what_a_nickname_is_said_to_mean_is_taken() -> None:
    assert all(parse(line) for line in NICKNAMES.values())
    assert len(FIELDS) == 5


@given(st.text(max_size=60) | st.text(alphabet="0123456789*/-, @amonju", max_size=60))
def test_any_text_is_a_line_or_a_mistake(text: str) -> None:
    with contextlib.suppress(BadCron):
        assert parse(text).next_after(datetime(2026, 3, 1, tzinfo=UTC))
