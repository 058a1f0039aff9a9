"""Runs by a clock that is wrong: nothing comes early, nothing comes twice, nothing waits for ever, and the pace of hosts holds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from tests.fetch.server import answer
from tests.jobs.world import World, article, job

URLS = [f"http://{host}.example/{page}" for host in ("one", "two", "three") for page in range(4)]
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Twelve pages of three hosts, captured daily."""
    with World(tmp_path, job(urls=URLS)) as made:
        for url in URLS:
            made.put(url, article(url))
        yield made


def hourly(world: World, hours: int) -> list[int]:
    """Runs, an hour apart: how many pages each visited."""
    visited = []
    for _ in range(hours):
        visited.append(world.run().total.visited)
        world.pass_by(hours=1)
    return visited


def nearest(world: World) -> float:
    """The least time that really passed between two requests to a host."""
    by_host: dict[str, list[float]] = {}
    for arrival in world.arrivals:
        by_host.setdefault(arrival.url.split("/")[2], []).append(arrival.seconds)
    return min(later - sooner for times in by_host.values() for sooner, later in pairwise(times))


def test_what_was_archived_a_year_ahead_is_due_once_and_then_keeps_its_rhythm(world: World) -> None:
    world.clock.put(365 * DAY)
    assert world.run().total.visited == 12
    world.clock.put(-365 * DAY)
    visited = hourly(world, 50)
    assert visited[0] == 12
    assert sum(visited) == 36
    assert [number for number in visited if number] == [12, 12, 12]


@pytest.mark.parametrize("ahead", [HOUR, 5 * HOUR, 23 * HOUR])
def test_a_clock_that_is_put_back_makes_nothing_due_early(world: World, ahead: timedelta) -> None:
    world.run()
    world.pass_by(hours=30)
    assert world.run().total.visited == 12
    world.clock.put(-ahead)
    hours = (DAY - HOUR * 6 + ahead) // HOUR  # until the period that follows those of the two captures
    assert sum(hourly(world, hours)) == 0
    assert sum(hourly(world, 2)) == 12


def test_a_clock_that_is_put_back_by_more_than_a_day_makes_all_of_it_due_once(world: World) -> None:
    world.run()
    world.clock.put(-2 * DAY)
    assert hourly(world, 24) == [12] + [0] * 23


def test_a_clock_that_is_put_ahead_brings_one_capture_and_makes_up_for_nothing(world: World) -> None:
    world.run()
    world.clock.put(10 * DAY)
    assert hourly(world, 23) == [12] + [0] * 22


@pytest.mark.parametrize("jump", [3 * DAY, 3 * HOUR, -3 * HOUR, -3 * DAY])
def test_a_clock_that_jumps_in_the_middle_of_a_run_disturbs_neither_pace_nor_rhythm(
    world: World, jump: timedelta
) -> None:
    def leaps(_request: bytes) -> bytes:
        world.clock.put(jump)
        return world.served(article("the leap"))

    world.put(URLS[5], leaps)
    first = world.run()
    assert (first.total.visited, first.total.kept) == (12, 12)
    assert sorted(arrival.url for arrival in world.arrivals) == sorted(URLS)
    world.put(URLS[5], article("the leap"))
    world.pass_by(minutes=30)
    # Since then a period has passed by this clock, or a clock was wrong that was more than a day ahead.
    before = sum(abs(world.clock.at - one.at) > DAY for one in world.notes.visits)
    assert (0 < before < 12) == (abs(jump) > DAY)
    assert world.run().total.visited == before
    world.pass_by(minutes=29)
    assert world.run().total.visited == 0
    assert nearest(world) >= 1.0


@pytest.mark.parametrize("ahead", [5 * HOUR, 365 * DAY])
def test_a_host_that_asked_to_be_left_alone_while_the_clock_was_ahead_is_so_once_more_and_no_longer(
    world: World, ahead: timedelta
) -> None:
    world.clock.put(ahead)
    world.put(URLS[0], answer(b"busy", "429 Too Many Requests", Retry_After="7200"))
    world.run()
    world.put(URLS[0], article(URLS[0]))
    world.clock.put(-ahead)
    hourly(world, 2)
    assert world.asked(URLS[1]) == []
    hourly(world, 2)
    assert len(world.asked(URLS[1])) == 1
