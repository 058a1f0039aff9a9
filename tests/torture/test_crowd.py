"""A part of the torture: `python -m tests.torture crowd` captures seven times as much."""

from __future__ import annotations

from tests.torture import crowd


def test_three_writers_and_datasette_do_not_disturb_each_other() -> None:
    outcome = crowd.run(20)
    assert outcome.problems == ()
    assert outcome.captures == 61
    assert outcome.answers > 10
