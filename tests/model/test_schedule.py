"""When something is due: never early, never twice in a period, never for ever not; whatever the clock and the caller do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archiver.model.cron import parse
from archiver.model.schedule import (
    AHEAD,
    FIRST_WAIT,
    LONGEST_WAIT,
    Due,
    Every,
    Plan,
    Seen,
    due,
    length,
    upcoming,
    wait,
    written,
)

PAGE = "https://news.example/a"
NOW = datetime(2026, 3, 1, 12, 34, 56, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
AGES = (HOUR, DAY, 7 * DAY, 30 * DAY)

SPANS = st.sampled_from(
    [timedelta(minutes=1), timedelta(minutes=7), timedelta(minutes=90), HOUR, 6 * HOUR, DAY, 7 * DAY, 400 * DAY]
)
MOMENTS = st.integers(-(10**9), 10**9).map(lambda seconds: NOW + timedelta(seconds=seconds))
PLANS = st.builds(Plan, SPANS.map(Every), st.sampled_from([(), AGES, (timedelta(minutes=5),)]))
SEEN = st.builds(Seen, st.none() | MOMENTS, st.none() | MOMENTS, st.none() | MOMENTS, st.integers(0, 10**6))


def captured(seen: Seen, now: datetime) -> Seen:
    return Seen(seen.first or now, now, now, 0)


def failed(seen: Seen, now: datetime) -> Seen:
    return Seen(seen.first, seen.last, now, seen.failures + 1)


def test_what_was_never_captured_is_due_at_once() -> None:
    assert due(Plan(Every(DAY)), Seen(), PAGE, NOW) == Due(NOW, "never captured")
    assert due(Plan(parse("0 3 * * *")), Seen(), PAGE, NOW).at == NOW


@pytest.mark.parametrize(
    ("plan", "ago", "says"),
    [
        (Plan(Every(6 * HOUR)), (0, 0), ("2026-03-01T18:30:00", "every 6h")),
        (Plan(Every(DAY)), (0, 0), ("2026-03-02T12:00:00", "every 1d")),
        (Plan(Every(timedelta(minutes=20))), (0, 0), ("2026-03-01T12:54:56", "every 20m")),
        (Plan(Every(DAY), AGES), (0, 0), ("2026-03-01T13:34:56", "recapture after 1h")),
        (Plan(Every(DAY), AGES), (2, 1), ("2026-03-02T10:00:00", "every 1d")),
        (Plan(Every(60 * DAY), AGES), (2, 1), ("2026-03-02T10:34:56", "recapture after 1d")),
        (Plan(Every(60 * DAY), AGES), (24 * 40, 24 * 9), ("2026-03-21T12:00:00", "every 60d")),
        (Plan(parse("0 3 * * *")), (9, 9), ("2026-03-02T03:00:00", "cron 0 3 * * *")),
        (Plan(parse("0 3 * * *")), (24 * 9, 24 * 5), ("2026-02-25T03:00:00", "cron 0 3 * * *")),
    ],
)
def test_the_next_time_and_its_reason(plan: Plan, ago: tuple[int, int], says: tuple[str, str]) -> None:
    first, last = (NOW - hours * HOUR for hours in ago)
    found = due(plan, Seen(first, last, last), PAGE, NOW)
    assert (found.at.replace(tzinfo=None).isoformat(), found.why) == says


def test_a_caller_that_comes_each_day_captures_each_day_whichever_second_it_comes_in() -> None:
    seen, count = Seen(), 0
    for day in range(60):
        for second in (0, 20 * (day % 3)):
            now = NOW.replace(minute=0, second=0) + day * DAY + timedelta(seconds=second)
            if due(Plan(Every(DAY)), seen, PAGE, now).at <= now:
                seen, count = captured(seen, now + timedelta(minutes=day % 5)), count + 1
    assert count == 60


@settings(deadline=None)
@given(SPANS, st.lists(st.integers(1, 10**6), min_size=1, max_size=40))
def test_each_period_in_which_somebody_comes_has_exactly_one_capture(span: timedelta, gaps: list[int]) -> None:
    plan, seen, now = Plan(Every(span)), Seen(), NOW
    periods: list[datetime] = []
    came: set[datetime] = set()
    for gap in gaps:
        begins = plan.rhythm.slot_after(now, seen.first or now) - span  # of the period that `now` is in
        came.add(begins)
        if due(plan, seen, PAGE, now).at <= now:
            periods.append(begins)
            seen = captured(seen, now)
        now += timedelta(seconds=gap)
    assert sorted(periods) == sorted(came)


@settings(deadline=None)
@given(PLANS, MOMENTS, st.integers(0, 10**8), st.integers(0, 10**8), st.integers(0, 10**6))
def test_after_a_capture_nothing_is_due_at_once_and_later_captures_are_not_due_sooner(
    plan: Plan, first: datetime, since: int, more: int, failures: int
) -> None:
    last = first + timedelta(seconds=since)
    found = due(plan, Seen(first, last, last), PAGE, last)
    later = last + timedelta(seconds=more)
    assert found.at > last
    assert due(plan, Seen(first, later, later), PAGE, later).at >= found.at
    # The clock goes on and nothing happens: neither does the time at which it is due change, nor does a failure bring it nearer.
    assert due(plan, Seen(first, last, last), PAGE, later) == found
    assert due(plan, Seen(first, last, later, failures), PAGE, later).at >= found.at


@settings(deadline=None)
@given(PLANS, SEEN, MOMENTS)
def test_no_state_and_no_clock_makes_anyone_wait_without_end(plan: Plan, seen: Seen, now: datetime) -> None:
    assert isinstance(plan.rhythm, Every)
    assert due(plan, seen, PAGE, now).at <= now + AHEAD + max(plan.rhythm.length, LONGEST_WAIT)


@given(PLANS, st.integers(1, int(AHEAD.total_seconds())))
def test_a_clock_that_was_put_back_makes_nothing_due_early(plan: Plan, back: int) -> None:
    seen = Seen(NOW - 40 * DAY, NOW, NOW)
    assert due(plan, seen, PAGE, NOW - timedelta(seconds=back)) == due(plan, seen, PAGE, NOW)
    waiting = Seen(None, None, NOW, 3)
    assert due(plan, waiting, PAGE, NOW - timedelta(seconds=back)).at == due(plan, waiting, PAGE, NOW).at > NOW


def test_a_clock_that_ran_years_ahead_is_not_waited_for() -> None:
    ahead = NOW + 4000 * DAY
    found = due(Plan(Every(DAY), AGES), Seen(NOW - DAY, ahead, ahead), PAGE, NOW)
    assert found == Due(NOW, "the clock has been put back since its last capture")
    assert due(Plan(Every(DAY)), Seen(ahead, NOW, NOW), PAGE, NOW).at <= NOW + DAY
    assert due(Plan(Every(DAY)), Seen(None, None, ahead, 9), PAGE, NOW).at == NOW


def test_a_host_that_is_down_for_a_week_is_asked_a_few_times_a_day_and_keeps_its_periods() -> None:
    plan = Plan(Every(HOUR))
    seen = captured(Seen(), NOW)
    asked: list[datetime] = []
    now = NOW
    while now < NOW + 7 * DAY:
        now += timedelta(minutes=1)
        if due(plan, seen, PAGE, now).at <= now:
            asked.append(now)
            seen = failed(seen, now)
    days = [sum(NOW + n * DAY <= at < NOW + (n + 1) * DAY for at in asked) for n in range(7)]
    assert days[0] <= 10
    assert all(2 <= count <= 4 for count in days[1:])
    before = due(plan, Seen(NOW, NOW, NOW), PAGE, NOW).at
    after = due(plan, captured(seen, now), PAGE, now).at
    assert (after - before) % HOUR == timedelta()
    assert after <= now + HOUR


def test_a_retry_says_so_and_is_drawn_from_address_and_count() -> None:
    last = NOW - 3 * DAY
    found = due(Plan(Every(DAY)), Seen(last, last, NOW, 2), PAGE, NOW)
    assert found.why == "retry 2 after failure"
    assert found.at == NOW + wait(PAGE, 2)
    new = due(Plan(Every(DAY)), Seen(None, None, NOW - DAY, 3), PAGE, NOW)
    assert new == Due(NOW - DAY + wait(PAGE, 3), "retry 3 after failure")
    waits = {wait(f"https://news.example/{n}", 1) for n in range(50)}
    assert len(waits) == 50
    assert all(FIRST_WAIT * 3 / 4 <= one <= FIRST_WAIT for one in waits)


@given(st.text(max_size=30), st.integers(1, 10**9))
def test_waiting_grows_up_to_its_longest(address: str, count: int) -> None:
    assert FIRST_WAIT * 3 / 4 <= wait(address, count) <= LONGEST_WAIT
    if count < 8:
        assert wait(address, count) <= wait(address, count + 1)


def test_a_capture_shortly_before_an_age_serves_for_it() -> None:
    plan = Plan(Every(365 * DAY), AGES)
    near, far = NOW + DAY - timedelta(minutes=30), NOW + DAY - 2 * HOUR
    assert due(plan, Seen(NOW, near, near), PAGE, near).why == "recapture after 7d"
    assert due(plan, Seen(NOW, far, far), PAGE, far) == Due(NOW + DAY, "recapture after 1d")


def test_what_comes_next_if_nothing_is_late() -> None:
    found = upcoming(Plan(Every(DAY), AGES), NOW, 4)
    assert [one.why for one in found] == ["recapture after 1h", "every 1d", "every 1d", "every 1d"]
    assert [one.at for one in found] == sorted({one.at for one in found})


@pytest.mark.parametrize(
    ("text", "span"), [("90m", 90 * HOUR / 60), ("6h", 6 * HOUR), ("1d", DAY), ("2w", 14 * DAY), ("0048h", 2 * DAY)]
)
def test_lengths_of_time(text: str, span: timedelta) -> None:
    assert length(text) == span
    assert length(written(span)) == span


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("daily", "is '1d' meant?"),
        ("Weekly", "is '1w' meant?"),
        ("6", "no length of time"),
        ("", "no length of time"),
        ("h", "no length of time"),
        ("-1d", "no length of time"),
        ("1.5h", "no length of time"),
        ("1h30m", "no length of time"),
        ("٣h", "no length of time"),
        ("30s", "no length of time"),
        ("0m", "not between 1m and 3650d"),
        ("9999999999999999999d", "not between"),
    ],
)
def test_what_is_no_length_of_time(text: str, says: str) -> None:
    with pytest.raises(ValueError, match="is n") as caught:
        length(text)
    assert says in str(caught.value)
