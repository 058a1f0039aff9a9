"""That nothing keeps a page from being visited but its own host, and nothing makes a host be asked again and again."""

from __future__ import annotations

import time
from datetime import timedelta
from pathlib import Path

from archiver.jobs.run import Enough
from archiver.model.run import Change, Ending
from archiver.model.state import State
from tests.fetch.server import answer, redirect
from tests.jobs.test_lists import index
from tests.jobs.test_month_down import Broken
from tests.jobs.world import START, World, article, job

A, B = "http://one.example/a", "http://two.example/b"


def ended_after(world: World, visits: int) -> Enough:
    """It is enough once so many visits were told."""
    enough = Enough()
    world.notes.seen = lambda _one: len(world.notes.visits) == visits and enough.call(Ending.OUT_OF_TIME)
    return enough


def test_pages_that_were_never_captured_have_their_turn_where_a_day_does_not_fit_into_a_run(tmp_path: Path) -> None:
    urls = [f"http://one.example/{number:03}" for number in range(120)]
    with World(tmp_path, job(urls=urls)) as world:
        for url in urls:
            world.put(url, answer(url.encode(), Content_Type="text/plain"))
        for _ in range(6):
            world.run(enough=ended_after(world, 40))
            world.pass_by(days=1)
        assert {arrival.url for arrival in world.arrivals} == set(urls)


def test_lists_of_a_slow_host_keep_no_page_of_another_waiting(tmp_path: Path) -> None:
    sitemap = "http://slow.example/sitemap.xml"
    watch = job("big", sitemaps=f'["{sitemap}"]', delay_seconds="30") + job("press", [A])
    with World(tmp_path, watch) as world:
        world.put(sitemap, index(f"http://slow.example/{number}.xml" for number in range(60)))
        world.put(A, article("A"))
        world.run(enough=ended_after(world, 2))
        assert len(world.asked(A)) == 1


def test_a_page_that_redirects_to_a_host_that_wants_to_be_left_alone_is_not_asked_at_every_call(tmp_path: Path) -> None:
    with World(tmp_path, job(urls=[A, B])) as world:
        world.put(A, redirect("http://busy.example/a")[0])
        world.put(B, redirect("http://busy.example/b")[0])
        world.put("http://busy.example/a", answer(b"", "503 Busy", Retry_After="86400"))
        for _ in range(36):
            world.run()
            world.pass_by(minutes=5)
        assert len(world.asked("http://busy.example/a")) == 1
        assert len(world.asked(A)) + len(world.asked(B)) <= 14


def test_what_robots_txt_forbids_is_tried_once_a_day_and_what_is_allowed_then_is_captured(tmp_path: Path) -> None:
    with World(tmp_path, job(urls=[A], every='"1h"')) as world:
        world.put(A, article("A"))
        world.put("http://one.example/robots.txt", answer(b"User-agent: *\nDisallow: /a\n", Content_Type="text/plain"))
        tried = []
        for hour in range(72):
            tried += [hour] * world.run().total.visited
            world.pass_by(hours=1)
        assert (tried, world.asked(A)) == ([0, 24, 48], [])
        world.put("http://one.example/robots.txt", None)
        for _ in range(26):
            world.run()
            world.pass_by(hours=1)
        assert len(world.asked(A)) >= 1
        assert world.notes.visits == [] or world.notes.visits[-1].state is State.THERE


def test_the_next_due_time_is_that_of_whichever_job_wants_it_first(tmp_path: Path) -> None:
    with World(tmp_path, job("slow", [A], every='"7d"') + job("quick", [A], every='"1h"')) as world:
        world.put(A, article("A"))
        assert world.run().upcoming == START + timedelta(hours=1)


def test_a_machine_that_is_cut_off_says_nothing_of_any_page(tmp_path: Path) -> None:
    urls = [f"http://h{number}.example/" for number in range(12)]
    with Broken(tmp_path, job(urls=urls)) as world:
        for url in urls:
            world.put(url, answer(url.encode(), Content_Type="text/plain", ETag='"1"'))
        world.run()
        world.pass_by(days=1)
        world.dead = tuple(urls)
        report = world.run()
        assert (report.ending, report.total.visited, report.told) == (Ending.OFFLINE, 0, [])
        assert report.total.left == 12
        assert any("cut off" in warning for warning in world.notes.warnings)
        world.dead = ()
        world.pass_by(hours=1)
        again = world.run()
        assert (again.told, again.total.changes[Change.SAME_BYTES]) == ([], 12)


def test_a_host_that_is_down_among_others_is_told(tmp_path: Path) -> None:
    with Broken(tmp_path, job(urls=[A, B])) as world:
        world.put(A, article("A"))
        world.put(B, article("B"))
        world.run()
        world.dead = (B,)
        world.pass_by(days=1)
        (told,) = world.run().told
        assert (told.url, told.state, told.was) == (B, State.DOWN, State.THERE)


def test_what_is_wrong_is_told_with_its_status_and_where_it_leads(tmp_path: Path) -> None:
    with World(tmp_path, job(urls=[A, B])) as world:
        world.put(A, answer(b"gone", "410 Gone"))
        world.put(B, redirect("http://two.example/")[0])
        world.put("http://two.example/", article("Front"))
        world.run()
        said = {one.url: one.message for one in world.notes.visits}
        assert said == {A: "the server answered 410", B: "it leads to the front page http://two.example/"}


def test_hosts_that_are_slower_than_those_that_refuse_are_waited_for(tmp_path: Path) -> None:
    dead = [f"http://dead{number}.example/" for number in range(8)]
    with Broken(tmp_path, job(urls=[*dead, A, B])) as world:
        world.dead = tuple(dead)

        def slowly(_request: bytes) -> bytes:
            time.sleep(0.5)
            return answer(b"late", Content_Type="text/plain")

        world.put(A, slowly)
        world.put(B, slowly)
        report = world.run()
        assert (report.ending, report.total.outcomes) == (Ending.DONE, {"captured": 2, "failed": 8})


def test_hosts_that_died_together_do_not_end_every_run(tmp_path: Path) -> None:
    dead = [f"http://dead{number:02}.example/" for number in range(24)]
    alive = [f"http://alive{number:02}.example/" for number in range(12)]
    with Broken(tmp_path, job(urls=[*dead, *alive])) as world:
        world.dead = tuple(dead)
        for url in alive:
            world.put(url, answer(url.encode(), Content_Type="text/plain"))
        endings = [world.run().ending for _ in range(2)]
        assert endings[0] in (Ending.OFFLINE, Ending.DONE)  # which threads come first is the machine's to say
        assert endings[1] is Ending.DONE
        assert all(world.asked(url) for url in alive)
