"""Parts of the torture: `python -m tests.torture runs` kills 200 times, `python -m tests.torture minute` takes a minute."""

from __future__ import annotations

from tests.torture import minute, runs


def test_runs_that_are_killed_lose_no_page_and_capture_none_twice() -> None:
    outcome = runs.run(8, seed=3, pages=2, each=4)
    assert outcome.problems == []
    assert outcome.kills >= 8
    assert outcome.requests >= outcome.pages


def test_the_delay_holds_over_runs_that_follow_each_other_and_two_at_once() -> None:
    outcome = minute.run(4.0)
    assert outcome.problems == []
    assert outcome.runs >= 3
    assert minute.DELAY <= outcome.nearest < 2 * minute.DELAY
