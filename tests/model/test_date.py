"""Times, written and read."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.model.date import day, now, parse_rfc3339, rfc3339


@given(st.datetimes(min_value=datetime(1, 1, 2), max_value=datetime(9999, 12, 30), timezones=st.just(UTC)))  # noqa: DTZ001 - hypothesis wants naive bounds
def test_a_time_is_read_back_to_the_millisecond(moment: datetime) -> None:
    cut = moment.replace(microsecond=moment.microsecond // 1000 * 1000)
    assert parse_rfc3339(rfc3339(moment)) == cut


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("2024-01-25T14:05:11+02:00", "2024-01-25T12:05:11Z"),
        ("2024-01-25 14:05:11Z", "2024-01-25T14:05:11Z"),
        ("2024-01-25", "2024-01-25T00:00:00Z"),
        ("2024-01-25T14:05:11.123456789Z", "2024-01-25T14:05:11.123Z"),
        ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59Z"),
    ],
)
def test_other_spellings(text: str, written: str) -> None:
    assert rfc3339(parse_rfc3339(text)) == written


@pytest.mark.parametrize(
    "text",
    [
        "", "yesterday", "2024-13-01", "20240125", "2024-01-25T25:00:00Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00",
        "2024-01-25T00:00:00+99:00",
    ],
)  # fmt: skip
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_rfc3339(text)


def test_a_time_without_a_zone_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="zone"):
        rfc3339(datetime(2024, 1, 1))  # noqa: DTZ001 - that is the point


def test_zones_are_undone_and_now_has_one() -> None:
    assert rfc3339(datetime(2024, 1, 1, 3, tzinfo=timezone(timedelta(hours=3)))) == "2024-01-01T00:00:00Z"
    assert now().tzinfo is UTC
    assert day("2024-01-25T14:05:11Z") == "2024-01-25"
    assert day("soon") is None
