"""A scheduled run over pages and lists, on a clock that the test moves."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from archiver.config import Settings
from archiver.jobs.run import Enough
from archiver.manifest import runs
from archiver.manifest.opening import open_read_only
from archiver.model.run import Change, Ending, Report
from archiver.model.state import State
from tests.fetch.server import answer, redirect
from tests.jobs.world import START, World, article, job

A, B, C = "http://one.example/a", "http://two.example/b", "http://two.example/c"


def states(world: World) -> dict[str, tuple[State, State | None, Change | None]]:
    """What the last run found at each address."""
    return {one.url: (one.state, one.was, one.change) for one in world.notes.visits}


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Three pages on two hosts, captured daily."""
    with World(tmp_path, job(urls=(A, B, C))) as made:
        for url in (A, B, C):
            made.put(url, article(url[-1].upper()))
        yield made


def rows(world: World, sql: str) -> list[tuple[object, ...]]:
    with open_read_only(world.folder) as connection:
        return [tuple(row) for row in connection.execute(sql)]


def test_what_was_never_captured_is_captured_and_then_rests_for_its_period(world: World) -> None:
    first = world.run()
    assert (first.total.due, first.total.changes[Change.FIRST], first.ending) == (3, 3, Ending.DONE)
    assert first.upcoming == START + timedelta(days=1)
    again = world.run()
    assert (again.total.due, again.warc_bytes, again.hosts) == (0, 0, 0)
    world.pass_by(hours=23, minutes=50)
    assert world.run().total.due == 0
    world.pass_by(minutes=10)
    assert world.run().total.due == 3
    assert [len(world.asked(url)) for url in (A, B, C)] == [2, 2, 2]


def test_everything_is_visited_where_that_is_asked_for(world: World) -> None:
    world.run()
    assert world.run(everything=True).total.changes == {Change.NOT_MODIFIED: 3}


def test_of_what_did_not_change_it_is_kept_that_the_server_said_so(world: World) -> None:
    world.run()
    world.pass_by(days=1)
    report = world.run()
    assert report.total.changes == {Change.NOT_MODIFIED: 3}
    assert all(arrival.conditional for arrival in world.arrivals[3:])
    assert report.warc_bytes < 3 * 3_000 + 2 * 3_000  # three visits and two looks at robots.txt
    assert rows(world, "select count(*) from documents") == [(3,)]


def test_a_server_that_never_says_that_anything_changed_is_asked_plainly_now_and_then(world: World) -> None:
    for _ in range(33):
        world.run()
        world.pass_by(days=1)
    conditional = [arrival.conditional for arrival in world.arrivals if arrival.url == A]
    assert conditional.index(False, 1) in (30, 31)


def test_a_page_that_changed_is_told_with_its_changes(world: World) -> None:
    world.run()
    world.pass_by(days=1)
    world.put(A, article("A").replace("at the quay", "at the station", 1))
    world.put(B, article("B") + "<!-- another advertisement -->")
    world.put(C, article("The end of C"))
    report = world.run()
    found = {one.url: one for one in world.notes.visits}
    assert [found[url].change for url in (A, B, C)] == [Change.CHANGED, Change.SAME_TEXT, Change.CHANGED]
    assert (found[A].body.replaced, found[A].body.replacing) == (1, 1)
    assert [(one.field, one.old, one.new) for one in found[C].changes] == [("title", "C", "The end of C")]
    assert {one.url for one in report.told} == {A, C}
    assert rows(world, "select change, words_added, words_removed from visits where run_id = 2 order by url") == [
        ("changed", 1, 1),
        ("same-text", None, None),
        ("changed", 42, 0),
    ]


def test_a_page_that_changes_back_has_changed(world: World) -> None:
    for text in ("A", "A again", "A"):
        world.put(A, article(text))
        world.run()
        world.pass_by(days=1)
    assert states(world)[A] == (State.THERE, State.THERE, Change.CHANGED)


@pytest.mark.parametrize(
    ("gone", "problems"),
    [
        (None, ("http-error",)),
        (answer(b"gone", "410 Gone"), ("http-error",)),
        (redirect("http://one.example/")[0], ()),
    ],
)
def test_a_page_that_went_away_is_a_state_with_a_date_and_is_told_once(
    world: World, gone: bytes | None, problems: tuple[str, ...]
) -> None:
    world.put("http://one.example/", article("The front page"))
    world.run()
    world.pass_by(days=1)
    world.put(A, gone)
    report = world.run()
    (told,) = report.told
    assert (told.url, told.state, told.was, told.problems) == (A, State.GONE, State.THERE, problems)
    world.pass_by(days=1)
    assert world.run().told == []
    world.put(A, article("A"))
    world.pass_by(days=1)
    (told,) = world.run().told
    assert (told.state, told.was) == (State.THERE, State.GONE)
    history = rows(world, f"select state, substr(since, 1, 10), visits from address_states where url = '{A}'")
    assert history == [("there", "2026-05-04", 1), ("gone", "2026-05-05", 2), ("there", "2026-05-07", 1)]


def test_what_failed_is_tried_again_soon_and_ever_more_seldom(world: World) -> None:
    world.put(A, answer(b"busy", "503 Service Unavailable"))
    world.run()
    for _ in range(24 * 12):
        world.pass_by(minutes=5)
        world.run()
    waits = [later - sooner for sooner, later in pairwise(world.asked(A))]
    assert all(later >= sooner * 1.4 for sooner, later in pairwise(waits[:6]))
    assert max(waits) <= timedelta(hours=8, minutes=5)
    assert 8 <= len(waits) <= 10
    world.put(A, article("A"))
    world.pass_by(hours=9)
    world.run()
    assert states(world)[A] == (State.THERE, State.DOWN, Change.FIRST)


def test_a_host_that_asks_to_be_left_alone_is(world: World) -> None:
    world.put(B, answer(b"busy", "429 Too Many Requests", Retry_After="7200"))
    report = world.run(settings=Settings(delay_seconds=0.0))
    asked = len([arrival for arrival in world.arrivals if arrival.url in (B, C)])
    assert (asked, report.total.put_off, report.total.visited) == (1, 1, 2)
    assert rows(world, "select count(*) from attempts where url like '%two.example%'") == [(1,)]
    world.pass_by(minutes=119)
    assert world.run().total.put_off == 2
    world.put(B, article("B"))
    world.pass_by(minutes=2)
    assert world.run().total.changes == {Change.FIRST: 2}


def test_the_delay_of_a_job_holds_for_its_hosts(tmp_path: Path) -> None:
    slow = [f"http://slow.example/{n}" for n in range(3)]
    quick = [f"http://quick.example/{n}" for n in range(3)]
    watch = job("slow", slow, delay_seconds="20") + job("quick", quick, delay_seconds="2", obey_robots="false")
    with World(tmp_path, watch) as world:
        for url in (*slow, *quick):
            world.put(url, article(url[-1]))
        assert world.run().total.changes[Change.FIRST] == 6
        for urls, least in ((slow, 20), (quick, 2)):
            times = sorted(world.asked(url)[0] for url in urls)
            assert min(later - sooner for sooner, later in pairwise(times)) >= timedelta(seconds=least)


def test_an_address_of_two_jobs_is_visited_once_for_the_one_that_wants_it_first(tmp_path: Path) -> None:
    watch = job("weekly", [A], every='"7d"') + job("daily", [A, B], every='"1d"')
    with World(tmp_path, watch) as world:
        world.put(A, article("A"))
        world.put(B, article("B"))
        world.run()
        assert {one.url: one.job for one in world.notes.visits} == {A: "weekly", B: "daily"}
        world.pass_by(days=1)
        world.run()
        assert {one.url: one.job for one in world.notes.visits} == {A: "daily", B: "daily"}
        assert len(world.asked(A)) == 2


def test_a_page_that_was_captured_by_hand_is_captured(world: World) -> None:
    world.put(f"{A}?utm_source=letter", article("A"))
    with world.opened() as archive:
        assert [one.outcome for one in archive.capture([f"{A}?utm_source=letter#top"])] == ["captured"]
    assert world.run().total.due == 2


def test_ages_come_besides(tmp_path: Path) -> None:
    with World(tmp_path, job(urls=[A], every='"7d"', recapture='["1h", "1d"]')) as world:
        world.put(A, article("A"))
        for _ in range(24 * 8):
            world.run()
            world.pass_by(hours=1)
        hours = [round((at - START) / timedelta(hours=1)) for at in world.asked(A)]
        assert hours == [0, 1, 24, 168]


def test_once_it_is_enough_no_visit_is_begun_and_the_next_run_goes_on(tmp_path: Path) -> None:
    urls = [f"http://h{n % 3}.example/{n}" for n in range(120)]
    with World(tmp_path, job(urls=urls)) as world:
        for url in urls:
            world.put(url, article(url[-2:]))
        enough = Enough()
        world.notes.seen = lambda _one: len(world.notes.visits) == 5 and enough.call(Ending.OUT_OF_TIME)
        report = world.run(enough=enough)
        assert report.ending is Ending.OUT_OF_TIME
        assert 5 <= report.total.visited < 60  # with those that were under way, or waited to be kept
        assert report.total.visited + report.total.left == 120
        assert report.upcoming is not None
        assert report.upcoming <= report.ended
        rest = world.run()
        assert (rest.total.due, rest.ending) == (report.total.left, Ending.DONE)
        assert sorted(arrival.url for arrival in world.arrivals) == sorted(urls)


def test_the_rows_of_a_run_say_what_it_did(world: World) -> None:
    world.put(B, answer(b"busy", "503 Service Unavailable"))
    report = world.run()
    assert report.total.outcomes == {"captured": 2, "flagged": 1}
    (row,) = rows(
        world, "select id, outcome, jobs, due, captured, flagged, new, warc_bytes > 0, ended_at is not null from runs"
    )
    assert row == (1, "done", '["press"]', 3, 2, 1, 2, 1, 1)
    assert rows(world, "select v.url, v.outcome, v.state, a.outcome from visits v join captures c using (sequence)"
                " join attempts a on a.capture_id = c.capture_id order by v.url") == [
        (A, "captured", "there", "captured"), (B, "flagged", "down", "flagged"), (C, "captured", "there", "captured"),
    ]  # fmt: skip


def test_a_job_that_rests_is_not_visited(tmp_path: Path) -> None:
    with World(tmp_path, job("rests", [A], paused="true") + job("works", [B])) as world:
        world.put(B, article("B"))
        assert world.run().jobs.keys() == {"works"}
        assert not world.asked(A)


def test_a_clock_that_was_wrong_is_told_and_keeps_nothing_waiting(world: World) -> None:
    world.pass_by(days=400)
    world.run()
    world.pass_by(days=-400)
    report = world.run()
    assert any("still to come" in warning for warning in world.notes.warnings)
    assert report.total.visited == 3


def test_nothing_due_writes_one_row_and_nothing_else(world: World) -> None:
    world.run()
    before = rows(world, "select max(sequence) from captures")
    report: Report = world.run()
    assert (report.total.due, report.ending) == (0, Ending.DONE)
    assert rows(world, "select max(sequence) from captures") == before
    assert rows(world, "select count(*) from runs") == [(2,)]


def test_a_run_that_was_killed_is_told_by_the_next_one_and_old_visits_are_forgotten(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.run()
    with world.opened() as archive, archive.store.locked():
        archive.manifest.connection.execute("update runs set outcome = null, ended_at = null")
    monkeypatch.setattr(runs, "MOST_KEPT", 5)
    for _ in range(3):
        world.pass_by(days=1)
        world.run()
    assert rows(world, "select outcome from runs order by id") == [("killed",), ("done",), ("done",), ("done",)]
    assert rows(world, "select distinct run_id from visits") == [(3,), (4,)]
    world.pass_by(days=100)
    world.run()
    assert rows(world, "select distinct run_id from visits") == [(5,)]
