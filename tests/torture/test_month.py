"""A part of the torture: ten days on a small web. `python -m tests.torture month` lives through a month of 500 hosts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from archiver.config import Settings
from tests.torture import month
from tests.torture.month_judge import START, VISIT, Month
from tests.torture.month_rules import AGES, Cron, Every, Plan, Track, window
from tests.torture.month_web import Site


def test_ten_days_of_thirty_hosts_are_visited_as_they_fall_due(tmp_path: Path) -> None:
    outcome = month.run(tmp_path / "archive", hosts=30, pages=1, days=10, seed=5)
    assert outcome.problems == []
    assert outcome.visits > 500
    assert outcome.put_off > 10
    assert outcome.states.keys() == {"there", "gone", "down", "barred", "refused"}
    assert outcome.changes.keys() >= {"first", "not-modified", "same-bytes", "changed"}
    assert 0 < outcome.per_visit < VISIT


@pytest.mark.parametrize(
    ("what", "otherwise", "words"),
    [
        ('every = "1d"', 'every = "12h"', "and was due at"),
        ('every = "1d"', 'every = "2d"', "was due and was not visited"),
        ("[[job]]", "[defaults]\nobey_robots = false\n[[job]]", "robots.txt does not allow that"),
        ("[[job]]", "[defaults]\ndelay_seconds = 0.4\n[[job]]", "after the request before to its host"),
    ],
)  # fmt: skip
def test_a_run_that_goes_by_another_list_is_found_out(tmp_path: Path, what: str, otherwise: str, words: str) -> None:
    """What judges the month must see what it is there for."""
    site = Site(9, 3, 10, 5, START)
    site.watch = site.watch.replace(what, otherwise, 1)
    with Month(tmp_path, site, 5) as there:
        for _ in range(3):
            there.once()
            there.pass_by(hours=13)
    assert any(words in problem for problem in there.outcome.problems)


BEGUN = datetime(2026, 3, 5, 6, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("plan", "last", "due"),
    [
        (Plan(Every(timedelta(days=1))), BEGUN + timedelta(hours=30), datetime(2026, 3, 7, 6, 0, tzinfo=UTC)),
        (Plan(Every(timedelta(hours=6))), BEGUN, datetime(2026, 3, 5, 12, 0, tzinfo=UTC)),
        (Plan(Every(timedelta(days=7)), AGES), BEGUN, BEGUN + timedelta(hours=1)),
        (Plan(Every(timedelta(days=7)), AGES), BEGUN + timedelta(hours=23.5), BEGUN + timedelta(days=3)),
        (Plan(Cron(((2, 30),), range(7), "Europe/Berlin")), datetime(2026, 3, 28, 12, tzinfo=UTC), datetime(2026, 3, 29, 1, tzinfo=UTC)),
        (Plan(Cron(((2, 30),), range(7), "Europe/Berlin")), datetime(2026, 10, 24, 12, tzinfo=UTC), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        (Plan(Cron(((6, 0), (18, 0)), range(5), "America/New_York")), datetime(2026, 3, 6, 23, 30, tzinfo=UTC), datetime(2026, 3, 9, 10, tzinfo=UTC)),
    ],
)  # fmt: skip
def test_the_rules_that_judge_are_those_of_the_watch_list(plan: Plan, last: datetime, due: datetime) -> None:
    assert window([plan], Track(BEGUN, last, last), last, None) == (due, due)


def test_the_same_seed_is_the_same_web() -> None:
    assert Site(30, 2, 10, 7, BEGUN).watch == Site(30, 2, 10, 7, BEGUN).watch
    assert Site(30, 2, 10, 7, BEGUN).watch != Site(30, 2, 10, 8, BEGUN).watch
    assert Settings().delay_seconds == 1.0  # what the judge takes the delay to be
