"""A part of the torture: `python -m tests.torture killing` kills 200 times."""

from __future__ import annotations

from tests.torture import killing


def test_writers_that_are_killed_lose_nothing_and_do_nothing_twice() -> None:
    outcome = killing.run(15, seed=4)
    assert outcome.problems == ()
    assert outcome.kills >= 15
    assert outcome.captures >= outcome.acknowledged > 5
    assert outcome.given_up < outcome.captures / 4
