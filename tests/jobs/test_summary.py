"""A run in words: one screen, whatever happened."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.jobs.summary import COLUMNS, LINES, attention, of_job, summary
from archiver.model.capture import PROBLEMS
from archiver.model.run import Change, Ending, Report, Visited
from archiver.model.state import State
from archiver.model.text import lasting, size
from tests.cli.printed import disturbed, unsafe

from .made import BEGUN, WADI, changed, down, gone, report, visited

LONG = "http://meadow.example/2026/11/21/" + "on-and-" * 100


def a_run() -> Report:
    made = report(
        visited(),
        visited("http://meadow.example/n", change=Change.FIRST, was=None),
        changed("http://meadow.example/b"),
        gone("http://meadow.example/c"),
        down(LONG),
        visited("http://wadi.example/d", job=WADI, was=State.GONE, change=Change.SAME_BYTES),
        visited("http://wadi.example/e", job=WADI, outcome="flagged", problems=("paywall",), change=Change.SAME_TEXT),
        ending=Ending.OUT_OF_TIME,
    )
    made.free = ("slow.example", BEGUN + timedelta(hours=2))
    made.total.due, made.total.put_off, made.total.left, made.followed = 1240, 1200, 33, 1
    return made


def test_a_run_on_one_screen() -> None:
    assert (
        "\n".join(summary(a_run()))
        == f"""\
run 17    2026-11-21T06:00:03Z, 41 min 7 s: ended when its time was up
due       1,240 addresses
visited   4 captured, 2 flagged, 1 failed, on 2 hosts
          1 first, 1 changed, 1 same text, 1 same bytes, 1 not modified
problems  1 http-error, 1 paywall, 1 timeout
turned    1 gone, 1 down, 1 there again
put off   1,200: their hosts want to be left alone, one until 2026-11-21T08:00:03Z: slow.example
left      33 for the next run
written   12.3 MB; the archive has 4.2 GB
jobs      5 due, 4 kept, 3 worth a look in the meadow
          2 due, 2 kept, 2 worth a look in أخبار الوادي
followed  1 source that pages name
next due  2026-11-21T07:00:03Z
5 addresses worth a look
  gone, was there  http://meadow.example/c
  down, was there  {LONG[:80]}…
  there, was gone  http://wadi.example/d
  changed          http://meadow.example/b
  flagged          http://wadi.example/e"""
    )


def test_one_job_of_a_run() -> None:
    assert (
        of_job(a_run(), WADI)
        == """\
run 17    2026-11-21T06:00:03Z, 41 min 7 s: ended when its time was up
job       أخبار الوادي
due       2 addresses
visited   1 captured, 1 flagged
          1 same text, 1 same bytes
problems  1 paywall
turned    1 there again
2 addresses worth a look
  there, was gone  http://wadi.example/d
  flagged          http://wadi.example/e"""
    )


@pytest.mark.parametrize(("upcoming", "said"), [(BEGUN, "2026-11-21T06:00:03Z"), (None, "nothing")])
def test_where_nothing_was_due_it_is_one_line(upcoming: object, said: str) -> None:
    made = report()
    made.upcoming = upcoming  # type: ignore[assignment]
    assert summary(made) == [f"nothing is due; next due: {said}"]


def test_a_run_that_broke_off_says_why_even_where_nothing_was_due() -> None:
    made = report(ending=Ending.BROKEN)
    made.message = "the disk is\x1b[31m full"
    assert summary(made)[:2] == [
        "run 17    2026-11-21T06:00:03Z, 41 min 7 s: broken off", "why       the disk is[31m full"
    ]  # fmt: skip
    assert "next due" not in "\n".join(summary(made))


def test_where_all_was_put_off_no_host_was_visited() -> None:
    made = report()
    made.hosts, made.total.due, made.total.put_off = 0, 3, 3
    assert summary(made)[1:3] == ["due       3 addresses", "put off   3: their hosts want to be left alone"]


def test_addresses_are_whole_where_there_is_no_width() -> None:
    assert f"  down, was there  {LONG}" in summary(a_run(), None)
    assert max(map(len, summary(a_run(), 60)[-4:])) == 60


@pytest.mark.parametrize(
    ("one", "said"),
    [
        (visited(), "not modified"),
        (visited(change=Change.FIRST, was=None), "first"),
        (visited(change=None), "captured"),
        (changed("http://meadow.example/b"), "changed"),
        (gone("http://meadow.example/b"), "gone, was there"),
        (gone("http://meadow.example/b", was=None), "gone"),
        (gone("http://meadow.example/b", was=State.GONE), "flagged"),
        (visited(outcome="flagged", problems=("paywall",), change=Change.SAME_TEXT), "flagged"),
        (visited(outcome="flagged", problems=("paywall",), change=Change.SAME_BYTES), "same bytes"),
        (changed("http://meadow.example/b", was=State.DOWN), "there, was down"),
    ],
)
def test_what_is_to_be_said_of_a_visit(one: Visited, said: str) -> None:
    assert attention(one) == said


VISITS = st.builds(
    lambda n, job, state, was, change, problems: visited(
        f"http://h{n}.example/{'x' * n}", job=job, state=state, was=was, change=change, problems=tuple(problems), title="\u202e" * n
    ),
    st.integers(0, 300),
    st.sampled_from([f"{name} {n}" for n in range(8) for name in ("העמק והנחל והסכר אשר שם", "a job with a very long name", "新聞")]),
    st.sampled_from(State),
    st.none() | st.sampled_from(State),
    st.none() | st.sampled_from(Change),
    st.lists(st.sampled_from(sorted(PROBLEMS)), max_size=8, unique=True),
)  # fmt: skip


@given(st.lists(VISITS, max_size=60), st.sampled_from(Ending), st.text(max_size=300), st.integers(40, 200))
def test_whatever_happened_it_fits_one_screen_and_steers_nothing(
    visits: list[Visited], ending: Ending, message: str, width: int
) -> None:
    made = report(*visits, ending=ending, jobs=tuple(dict.fromkeys(one.job for one in visits)))
    made.message, made.followed = message, len(message)
    made.total.put_off = made.total.left = len(message)
    made.upcoming = BEGUN + timedelta(seconds=len(message))
    lines = summary(made, width)
    assert len(lines) <= LINES
    assert max(map(len, lines)) <= max(COLUMNS, width)
    assert unsafe("\n".join(lines)) == set()
    for name in made.jobs:
        text = of_job(made, name)
        assert len(text.split("\n")) <= LINES
        assert unsafe(text) == set()


def test_a_name_from_right_to_left_takes_nothing_along() -> None:
    made = a_run()
    for line in (*summary(made), *of_job(made, WADI).split("\n")):
        assert disturbed(line, frozenset()) == []


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(-1, "0.0 s"), (0.04, "0.0 s"), (9.94, "9.9 s"), (38.2, "38 s"), (59.6, "1 min 0 s"), (2467, "41 min 7 s"), (7500, "2 h 5 min")],
)  # fmt: skip
def test_how_long_something_takes(seconds: float, said: str) -> None:
    assert lasting(seconds) == said


def test_how_large_an_archive_is() -> None:
    assert [size(n) for n in (999, 999_949, 999_951, 1_000_000, 999_999_999, 4_200_000_000, 10**13)] == [
        "999 bytes", "999.9 kB", "1.0 MB", "1.0 MB", "1.0 GB", "4.2 GB", "10,000.0 GB"
    ]  # fmt: skip
