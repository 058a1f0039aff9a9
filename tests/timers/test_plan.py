"""What is called, and when: the grid of the clock, what the watch list needs, and words that no file can hold."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from archiver.errors import UsageError
from archiver.model import cron
from archiver.model.schedule import Every, length
from archiver.model.watch import Job
from archiver.timers.plan import GRIDS, Call, lasting, named, often
from tests.timers.calls import CALL, ODD

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.mark.parametrize("every", GRIDS)
@pytest.mark.parametrize("name", ["a", "archiver-desk", "x-9"])
def test_calls_come_at_even_distances_and_never_at_the_full_hour(every: timedelta, name: str) -> None:
    line = cron.parse(replace(CALL, name=name, every=every, lasts=lasting(every)).moments.cron)
    at = line.next_after(NOON)
    for _ in range(30):
        after = line.next_after(at)
        assert after - at == every
        assert after.minute or every <= timedelta(minutes=1)
        at = after


def test_two_archives_of_one_name_are_not_called_at_the_same_moment() -> None:
    moments = {replace(CALL, archive=f"/srv/{n}/desk").moments for n in range(20)}
    assert len(moments) > 10


@pytest.mark.parametrize(
    ("job", "every"),
    [
        (Job(name="a", urls=("u",), rhythm=Every(length("1d"))), "6h"),
        (Job(name="a", urls=("u",), rhythm=Every(length("1h"))), "15m"),
        (Job(name="a", urls=("u",), rhythm=Every(length("90m"))), "20m"),
        (Job(name="a", urls=("u",), rhythm=Every(length("1m"))), "5m"),
        (Job(name="a", urls=("u",), rhythm=Every(length("9w"))), "1d"),
        (Job(name="a", urls=("u",), recapture=(length("1h"), length("1d"))), "15m"),
        (Job(name="a", feeds=("u",), rhythm=Every(length("1d")), recapture=(length("2h"),)), "30m"),
        (Job(name="a", sitemaps=("u",), rhythm=Every(length("8d")), revisit=length("1d")), "6h"),
        (Job(name="a", urls=("u",), rhythm=cron.parse("30 6 * * mon-fri")), "15m"),
        (Job(name="a", urls=("u",), rhythm=cron.parse("55,5 * * * *")), "5m"),
    ],
)
def test_a_watch_list_is_looked_at_as_often_as_its_shortest_length_needs(job: Job, every: str) -> None:
    assert often([job]) == length(every)
    assert often([Job(name="slow", urls=("u",), rhythm=Every(length("52w"))), job]) == length(every)


def test_without_a_job_that_is_awake_it_is_looked_at_every_hour() -> None:
    assert often([]) == length("1h")
    assert often([Job(name="a", urls=("u",), rhythm=Every(length("1m")), paused=True)]) == length("1h")


@pytest.mark.parametrize("every", GRIDS)
def test_a_run_ends_before_the_next_one_comes(every: timedelta) -> None:
    lasts = lasting(every)
    assert timedelta(minutes=1) <= lasts <= every
    assert every - lasts >= timedelta(minutes=2) or every <= timedelta(minutes=2)
    assert not lasts % timedelta(minutes=1)
    assert lasting(every, timedelta(hours=5)) <= timedelta(hours=5)


@pytest.mark.parametrize(
    ("folder", "name"),
    [
        ("", "archiver"), ("archive", "archiver"), ("Archiver", "archiver"), ("desk", "archiver-desk"), ("archiver-demo", "archiver-demo"),
        ("Fact Desk (2026)", "archiver-fact-desk-2026"), ("Übersicht", "archiver-ubersicht"), ("日報", "archiver"), ("--x--", "archiver-x"),
        ("a" * 500, "archiver-" + "a" * 43), ("a" * 42 + " b", "archiver-" + "a" * 42),
    ],
)  # fmt: skip
def test_a_timer_is_named_after_the_folder(folder: str, name: str) -> None:
    assert named(folder) == name
    assert replace(CALL, name=named(folder)).name == name


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": "Desk"}, "no name for a timer"),
        ({"name": "a/../b"}, "no name for a timer"),
        ({"name": "a\n"}, "no name for a timer"),
        ({"name": "a" * 53}, "no name for a timer"),
        ({"name": "a-"}, "no name for a timer"),
        ({"archive": "/srv/a\nb"}, "the archive has a character"),
        ({"archive": "/srv/\udcff"}, "the archive has a character"),
        ({"program": ("/x\r",)}, "the program has a character"),
        ({"jobs": ("a", "b\x00")}, "a job has a character"),
        ({"jobs": ("a\u2028b",)}, "a job has a character"),
        ({"jobs": ("\ufffe",)}, "a job has a character"),
        ({"metrics": "/x\x7f"}, "the metrics file has a character"),
        ({"ping": "https://x.example/\n"}, "the address of --ping has a character"),
        ({"ping": "x.example"}, "no address to ping"),
        ({"every": length("90m")}, "1h or 2h is near"),
        ({"every": length("2w")}, "7d is near"),
        ({"every": length("7m")}, "6m or 10m is near"),
        ({"every": length("30m")}, "has not ended when the next one comes"),
        ({"jobs": tuple("j" * 100 for _ in range(100))}, "more than 8,000 characters"),
    ],
)
def test_what_no_scheduler_can_take_is_refused_with_what_it_is(changes: dict[str, object], said: str) -> None:
    with pytest.raises(UsageError, match=said) as refused:
        replace(CALL, **changes)
    assert refused.value.advice


def test_names_of_jobs_stand_behind_all_options_and_are_none() -> None:
    words = ODD.command("--quiet")
    assert words[:5] == (*ODD.program, "run")
    assert words[words.index("--") + 1 :] == ODD.jobs
    assert words.index("--quiet") < words.index("--")
    assert CALL.command() == ("/opt/archiver/bin/archiver", "run", "--archive", "/srv/desk", "--max-time", "55m")
    assert isinstance(ODD, Call)
