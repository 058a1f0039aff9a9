"""`archiver run` as a process: signals, the run lock, exit codes. What a run does is tested under tests/jobs."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from archiver.cli._running import timed
from archiver.errors import Exit
from archiver.jobs.run import Enough
from archiver.model.run import Ending
from tests.torture.live import Web, Work, addresses, live

HOSTS, PAGES = 4, 5
URLS = addresses(HOSTS, PAGES)


@pytest.fixture
def web() -> Iterator[Web]:
    with live(pause=0.15) as made:
        yield made


@pytest.fixture
def work(tmp_path: Path, web: Web) -> Iterator[Work]:
    """Twenty pages of four hosts that are never in a hurry."""
    with Work(tmp_path, web) as made:
        made.watch(URLS)
        yield made


def ended(work: Work) -> list[tuple[object, ...]]:
    return work.rows("select outcome, ended_at is not null from runs order by id")


def test_a_run_that_is_told_to_stop_finishes_the_visits_under_way_and_the_next_does_the_rest(work: Work) -> None:
    process = work.begin()
    work.web.until(6)
    process.send_signal(signal.SIGTERM)
    done = work.end(process)
    assert done.code == Exit.PARTLY, done.err
    assert "stopping: the visits under way are finished first" in done.err
    assert sorted(done.urls()) == sorted(one.url for one in work.web.pages())
    assert 6 <= len(done.urls()) < len(URLS)
    assert ended(work) == [("stopped", 1)]
    rest = work.run()
    assert rest.code == Exit.DONE
    assert sorted(done.urls() + rest.urls()) == sorted(URLS)
    assert ended(work) == [("stopped", 1), ("done", 1)]
    assert work.captured() == dict.fromkeys(URLS, 1)


def test_it_is_done_where_nothing_was_left_when_it_was_told_to_stop(work: Work) -> None:
    work.watch(URLS[:HOSTS])
    process = work.begin()
    work.web.until(HOSTS)
    process.send_signal(signal.SIGTERM)
    done = work.end(process)
    assert (done.code, len(done.urls())) == (Exit.DONE, HOSTS), done.err
    assert ended(work) == [("stopped", 1)]


def test_who_waits_for_its_host_does_not_keep_a_run_from_ending(work: Work) -> None:
    work.delay = 30
    process = work.begin()
    work.web.until(0)
    while len(work.web.log) < HOSTS:  # each robots.txt was asked for; the pages are 30 s away
        time.sleep(0.02)
    time.sleep(0.3)
    process.send_signal(signal.SIGTERM)
    begun = time.monotonic()
    assert work.end(process).code == Exit.PARTLY
    assert time.monotonic() - begun < 10
    assert ended(work) == [("stopped", 1)]


def test_ctrl_c_once_is_to_stop_and_twice_to_end_at_once(work: Work) -> None:
    process = work.begin()
    work.web.until(6)
    work.web.open.clear()
    work.web.until(8)
    process.send_signal(signal.SIGINT)
    assert work.says(process, "Ctrl-C ends them now")
    process.send_signal(signal.SIGINT)
    done = work.end(process)  # the web answers nothing any more
    assert done.code == Exit.INTERRUPTED, done.err
    assert "what was acknowledged is safe" in done.err
    work.web.open.set()
    rest = work.run()
    assert rest.code == Exit.DONE, rest.err
    assert ended(work) == [("killed", 0), ("done", 1)]
    assert not set(done.urls()) & set(rest.urls())
    assert work.captured() == dict.fromkeys(URLS, 1)


def test_of_two_runs_one_works_and_the_other_says_who(work: Work) -> None:
    work.web.open.clear()
    first = work.begin()
    work.web.until(1)
    second, third = work.run(), work.begin("--wait")
    assert (second.code, second.out) == (Exit.LOCKED, "")
    assert f"another run (process {first.pid} on " in second.err
    assert ", since 20" in second.err
    assert "Nothing was done." in second.err
    assert f"another run (process {first.pid} on " in work.says(third, "waiting for it to end")
    work.web.open.set()
    one, waited = work.end(first), work.end(third)
    assert (one.code, len(one.urls())) == (Exit.DONE, len(URLS))
    assert (waited.code, waited.out) == (Exit.DONE, "")
    assert work.rows("select outcome, due from runs order by id") == [("done", len(URLS)), ("done", 0)]


def test_a_run_that_was_killed_holds_nobody_up(work: Work) -> None:
    process = work.begin()
    work.web.until(2)
    process.kill()
    done = work.end(process)
    rest = work.run()
    assert (rest.code, ended(work)) == (Exit.DONE, [("killed", 0), ("done", 1)]), rest.err
    assert sorted({*done.urls(), *rest.urls()}) == sorted(URLS)
    assert work.captured() == dict.fromkeys(URLS, 1)


def test_time_is_up_after_so_long() -> None:
    enough = Enough()
    with timed(enough, 0.05):
        assert enough.event.wait(5)
    assert enough.ending is Ending.OUT_OF_TIME


def test_no_timer_is_left_behind_by_a_run_that_ends_before_its_time() -> None:
    before = threading.active_count()
    enough = Enough()
    with timed(enough, 3600.0):
        assert threading.active_count() == before + 1
    deadline = time.monotonic() + 5
    while threading.active_count() > before and time.monotonic() < deadline:
        time.sleep(0.01)
    assert threading.active_count() == before
    assert enough.ending is None


@pytest.mark.parametrize("text", ["10", "0m", "soon", "30s"])
def test_a_time_that_is_none_is_said_to_be_none(work: Work, text: str) -> None:
    done = work.run("--max-time", text)
    assert (done.code, done.out) == (Exit.USAGE, "")
    assert "--max-time" in done.err
    assert work.web.log == []


def test_an_unknown_job_and_a_mistake_in_the_list_are_told_before_anything_is_done(work: Work) -> None:
    done = work.run("pres")
    assert done.code == Exit.USAGE
    assert "is 'press' meant?" in done.err
    (work.folder / "manifests" / "watch.toml").write_text('[[job]]\nname = "a"\nevry = "1d"\n')
    done = work.run()
    assert done.code == Exit.USAGE
    assert "line 3" in done.err
    assert work.web.log == []
