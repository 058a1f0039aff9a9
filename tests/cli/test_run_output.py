"""How a run shows itself: to a person at a terminal, to a log, to a program."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from archiver.cli import _output
from archiver.cli._run_output import Log, Text
from archiver.model.run import Count, Ending, Report, Visited
from archiver.model.state import State
from archiver.pipeline import Result
from tests.cli.printed import disturbed, objects, unsafe
from tests.jobs.made import BEGUN, MEADOW, WADI, changed, down, gone, report, visited

if TYPE_CHECKING:
    from archiver.jobs.run import Watcher

TITLE = "السد مفتوح"

VISITS = (
    visited("http://meadow.example/same"),
    gone("http://meadow.example/b"),
    changed("http://wadi.example/c", job=WADI, title=TITLE),
    gone("http://meadow.example/still-gone", was=State.GONE),
)


@pytest.fixture(autouse=True)
def usual() -> Iterator[None]:
    before = _output.verbosity
    yield
    _output.verbosity = before


def result(one: Visited) -> Result:
    """What the visit came to, without its record: that has no part in what is shown."""
    return Result(one.url, one.outcome, one.problems, None, one.final_url, one.title, one.message)


def play(watcher: Watcher, visits: tuple[Visited, ...] = VISITS, ending: Ending = Ending.DONE) -> None:
    """A run as the watcher sees it."""
    made = Report(number=17, started=BEGUN, jobs={MEADOW: Count(), WADI: Count()})
    over = report(*visits, ending=ending)
    watcher.begin(made)
    made.total.due = over.total.due = len(visits) + 1
    over.total.put_off = 1
    for one in visits:
        made.add(one)
        watcher.visited(one, result(one))
    watcher.put_off("http://slow.example/a", BEGUN + timedelta(hours=2), "slow.example asked to be\x1b[8m left alone")
    watcher.warning("the ping to hc.example did not arrive: no answer\x1b[2J")
    watcher.end(over)


def played(watcher: Watcher, **told: object) -> tuple[str, str]:
    """What stands on stdout and stderr then, both piped."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        play(watcher, **told)  # type: ignore[arg-type]
    return out.getvalue(), err.getvalue()


def test_for_a_person_what_is_worth_a_look_stands_on_stderr_and_the_summary_on_stdout() -> None:
    out, err = played(Text())
    assert (
        err
        == f"""\
gone, was there: http://meadow.example/b: http-error: the server answered with a 4xx or 5xx status
changed: http://wadi.example/c: title, 14 words added, 3 cut: {TITLE}
archiver: the ping to hc.example did not arrive: no answer[2J
"""
    )
    assert (
        out
        == f"""\
run 17    2026-11-21T06:00:03Z, 41 min 7 s: done
due       5 addresses
visited   2 captured, 2 flagged, on 2 hosts
          1 changed, 1 not modified
problems  2 http-error
turned    1 gone
put off   1: their hosts want to be left alone
written   12.3 MB; the archive has 4.2 GB
jobs      3 due, 3 kept, 1 worth a look in the meadow
          1 due, 1 kept, 1 worth a look in {WADI}
next due  2026-11-21T07:00:03Z
2 addresses worth a look
  gone, was there  http://meadow.example/b
  changed          http://wadi.example/c
"""
    )
    for line in (out + err).splitlines():
        assert disturbed(line, frozenset()) == []


def test_with_v_every_visit_is_a_line() -> None:
    _output.verbosity = 1
    _, err = played(Text())
    assert err.splitlines()[0] == "not modified: http://meadow.example/same"
    assert "flagged: http://meadow.example/still-gone" in err.splitlines()
    assert "put off until 2026-11-21T08:00:03Z: http://slow.example/a: slow.example asked to be[8m left alone" in err
    assert unsafe(err) == set()


def test_with_q_there_is_what_is_worth_a_look_and_where_all_is_as_it_was_nothing() -> None:
    _output.verbosity = -1
    out, err = played(Text())
    assert out == ""
    assert [line.split(":")[0] for line in err.splitlines()] == ["gone, was there", "changed", "archiver"]
    assert "the ping to hc.example did not arrive" in err
    _, err = played(Text(), visits=(VISITS[0], VISITS[3]))
    assert len(err.splitlines()) == 1


def test_with_q_a_log_has_warnings_alone() -> None:
    _output.verbosity = -1
    out, err = played(Log())
    assert (out, [event["event"] for event in objects(err)]) == ("", ["warning"])


def test_what_is_wrong_with_what_is_new_on_a_page_is_named() -> None:
    walled = changed(
        "http://meadow.example/p",
        outcome="flagged",
        problems=("paywall",),
        message="only the part before a paywall was served",
    )
    _, err = played(
        Text(), visits=(walled, visited("http://meadow.example/q", outcome="flagged", problems=("paywall",)))
    )
    assert err.splitlines()[0] == (
        "flagged: http://meadow.example/p: paywall: only the part before a paywall was served: title, 14 words added, 3 cut: The weir opens"
    )
    assert len(err.splitlines()) == 2


def test_an_error_is_an_error_in_the_log() -> None:
    err = io.StringIO()
    with redirect_stderr(err):
        Log(clock=lambda: BEGUN).said("error", "the disk is full", "Make room.")
    assert objects(err.getvalue()) == [
        {"time": "2026-11-21T06:00:03Z", "level": "error", "event": "error", "message": "the disk is full", "advice": "Make room."}
    ]  # fmt: skip


def test_a_run_with_nothing_due_says_one_line() -> None:
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        watcher = Text()
        watcher.begin(report(ending=None))
        watcher.end(report())
    assert (out.getvalue(), err.getvalue()) == ("nothing is due; next due: 2026-11-21T07:00:03Z\n", "")


# ── for machines ──


def test_a_log_is_an_object_a_line_for_each_event() -> None:
    out, err = played(Log(clock=lambda: BEGUN))
    assert out == ""
    events = objects(err)
    assert [event["event"] for event in events] == ["run-begun", *["visited"] * 4, "put-off", "warning", "run-ended"]
    assert [event["level"] for event in events] == [*["info"] * 6, "warning", "info"]
    assert {event["time"] for event in events} == {"2026-11-21T06:00:03Z"}
    assert events[0] == {
        "time": "2026-11-21T06:00:03Z", "level": "info", "event": "run-begun", "run": 17, "jobs": [MEADOW, WADI],
    }  # fmt: skip
    assert {key: events[3][key] for key in ("job", "url", "state", "was", "change", "changes", "title")} == {
        "job": WADI, "url": "http://wadi.example/c", "state": "there", "was": "there", "change": "changed",
        "changes": [{"field": "title", "old": "The weir closes", "new": "The weir opens"}], "title": TITLE,
    }  # fmt: skip
    assert events[5]["until"] == "2026-11-21T08:00:03Z"
    assert events[6]["message"] == "the ping to hc.example did not arrive: no answer\x1b[2J"
    ended = events[7]
    assert (ended["ending"], ended["due"], ended["visited"], ended["outcomes"], ended["upcoming"]) == (
        "done", 5, 4, {"captured": 2, "flagged": 2}, "2026-11-21T07:00:03Z"
    )  # fmt: skip
    assert ended["jobs"][WADI]["changes"] == {"changed": 1}  # type: ignore[index, call-overload]
    assert unsafe(err, data=True) == set()


def test_a_run_that_broke_off_is_an_error_in_the_log_also_with_q() -> None:
    _output.verbosity = -1
    _, err = played(Log(), ending=Ending.BROKEN)
    assert [event["level"] for event in objects(err)] == ["warning", "error"]


@pytest.mark.parametrize("watcher", [Text, Log])
def test_data_on_stdout_is_an_object_for_each_visit_and_nothing_else(watcher: Callable[..., Watcher]) -> None:
    out, err = played(watcher(data=True), visits=(*VISITS, down("http://meadow.example/d", title="a\u2028\u202eb")))
    found = objects(out)
    assert [one["url"] for one in found] == [one.url for one in VISITS] + ["http://meadow.example/d"]
    assert found[0] | {"url": ""} == {
        "url": "", "final_url": None, "outcome": "captured", "problems": [], "http_status": None, "capture_id": None,
        "captured_at": None, "sha256": None, "warc": None, "offset": None, "length": None, "revisit_of": None,
        "title": None, "message": "", "job": MEADOW, "role": "page", "due_at": "2026-11-21T06:00:03Z", "why": "every 1d",
        "at": "2026-11-21T06:00:03Z", "state": "there", "was": "there", "change": "not-modified", "changes": [], "words": None,
    }  # fmt: skip
    assert (found[4]["state"], found[4]["message"]) == ("down", "no answer in time")
    assert "run 17" in err or "run-ended" in err
    assert unsafe(out, data=True) == set()


# ── at a terminal ──


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


class Clock:
    """A steady clock that goes on by so much at each look."""

    def __init__(self, step: float) -> None:
        self.now, self.step = 0.0, step

    def __call__(self) -> float:
        self.now += self.step
        return self.now


def test_progress_says_how_many_how_fast_and_how_long_yet_and_is_gone_at_the_end() -> None:
    err = Terminal()
    visits = tuple(visited(f"http://meadow.example/{n}") for n in range(2000))
    with redirect_stdout(io.StringIO()), redirect_stderr(err):
        play(Text(monotonic=Clock(0.25)), visits)
    drawn = err.getvalue().split("\r\x1b[K")
    assert drawn[0] == "visited 1 of 2,001 …"
    assert drawn[999] == "visited 1,000 of 2,001, 4.0/s, 4 min 10 s left …"
    assert drawn[-1] == "archiver: the ping to hc.example did not arrive: no answer[2J\n"


def test_the_rate_is_that_of_the_last_minute() -> None:
    err, clock = Terminal(), Clock(0.1)
    with redirect_stderr(err):
        progress = _output.Progress(1000, "visited", clock)
        for _ in range(100):
            progress.step()
        clock.step = 20.0
        for _ in range(10):
            progress.step()
    assert err.getvalue().endswith("visited 110 of 1,000, 3.0/min, 4 h 56 min left …")


@pytest.mark.parametrize(("columns", "last"), [("80", 80), ("200", 100)])
def test_addresses_are_cut_to_the_terminal(monkeypatch: pytest.MonkeyPatch, columns: str, last: int) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    out = Terminal()
    with redirect_stdout(out), redirect_stderr(io.StringIO()):
        play(Text(), (gone("http://meadow.example/" + "b" * 300),))
    lines = out.getvalue().splitlines()
    assert lines[0] == "\x1b[1mrun 17    2026-11-21T06:00:03Z, 41 min 7 s: done\x1b[0m"
    assert len(lines[-1]) == last


# ── nobody there ──


@contextmanager
def nobody() -> Iterator[io.TextIOWrapper]:
    """A stream whose reader has gone."""
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w", encoding="utf-8") as stream:
        yield stream


@pytest.mark.parametrize("watcher", [Text, Log])
def test_a_run_goes_on_where_nobody_reads_what_it_says(watcher: Callable[..., Watcher]) -> None:
    with nobody() as out, nobody() as err, redirect_stdout(out), redirect_stderr(err):
        play(watcher(data=True), VISITS * 100)
