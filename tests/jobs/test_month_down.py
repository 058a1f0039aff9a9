"""Runs over hosts that are down: for a week, for good, or since this machine is cut off."""

from __future__ import annotations

from pathlib import Path

import pytest

from archiver.model.run import Ending
from archiver.model.state import State
from tests.fetch.server import answer
from tests.jobs.world import World, article, job

DEAD = [f"http://dead{number}.example/" for number in range(12)]
ALIVE = [f"http://alive{number}.example/" for number in range(20)]


class Broken(World):
    """A web of which some hosts refuse connections."""

    dead: tuple[str, ...] = ()

    def connects(self) -> list[str]:
        return [*(f"{url.split('/')[2]}::127.0.0.1:1" for url in self.dead), *super().connects()]


def test_hosts_that_are_dead_for_good_do_not_keep_the_others_from_their_day(tmp_path: Path) -> None:
    with Broken(tmp_path, job(urls=DEAD + ALIVE)) as world:
        for url in DEAD + ALIVE:
            world.put(
                url, f"<title>{url}</title><p>What stands at {url} is short, and nobody has changed it in years.</p>"
            )
        world.run()
        for day in range(1, 7):
            world.dead = tuple(DEAD[: 4 * day])
            world.pass_by(days=1)
            report = world.run()
            assert (report.ending, world.notes.warnings) == (Ending.DONE, [])
            assert [len(world.asked(url)) for url in ALIVE] == [1 + day] * len(ALIVE)


def test_a_host_that_is_down_for_a_week_is_tried_on_and_is_back_within_hours(tmp_path: Path) -> None:
    watch = job(urls=[ALIVE[0], *DEAD[:3]])
    with Broken(tmp_path, watch) as world:
        for url in (ALIVE[0], *DEAD[:3]):
            world.put(
                url, f"<title>{url}</title><p>What stands at {url} is short, and nobody has changed it in years.</p>"
            )
        world.run()
        world.dead = tuple(DEAD[:3])
        tried = []
        for _ in range(2 * 7):
            world.pass_by(hours=12)
            world.run()
            tried += [one.at for one in world.notes.visits if one.url == DEAD[0]]
        assert len(tried) == 13  # from the second day on; it is never left alone for longer than eight hours
        assert len(world.asked(ALIVE[0])) == 8
        world.dead = ()
        world.pass_by(hours=9)
        world.run()
        assert [len(world.asked(url)) for url in DEAD[:3]] == [2, 2, 2]
        assert {one.state for one in world.notes.visits} <= {State.THERE}


@pytest.mark.parametrize("seconds", [10, 59, 70, 80, 88, 3600])
def test_a_page_whose_host_is_to_be_left_alone_is_visited_afterwards_or_put_off_and_never_fails(
    tmp_path: Path, seconds: int
) -> None:
    busy, page = "http://one.example/busy", "http://one.example/page"
    with World(tmp_path, job(urls=(busy, page))) as world:

        def slow(_request: bytes) -> bytes:
            world.pass_by(seconds=5)
            return world.served(article("page"))

        world.put(busy, answer(b"busy", "429 Too Many Requests", Retry_After=str(seconds)))
        world.put(page, slow)
        world.run()
        outcomes = {one.url: one.outcome for one in world.notes.visits}
        if world.notes.put_offs:
            assert (world.notes.put_offs, outcomes) == ([page], {busy: "flagged"})
            assert seconds > 30
        else:
            assert outcomes == {busy: "flagged", page: "captured"}
