"""The pace of a host, by a clock that only the tests move."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from io import BytesIO
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archiver.fetch.pace import (
    GLANCE,
    IN_FLIGHT,
    JITTER,
    MAX_BACKOFF,
    MAX_RETRY_AFTER,
    Book,
    Failure,
    Pace,
    Turn,
    in_memory,
    refusal,
    retry_after,
)
from archiver.model.capture import Exchange
from archiver.model.digest import Digest
from archiver.model.pace import HostPace

from .server import answer

HOST = "news.example"
START = datetime(2026, 3, 1, 12, tzinfo=UTC)
#: What the clock cuts off, and what is added for it.
MILLISECOND = 0.0021


@dataclass
class Time:
    """True time, which only sleeping and `pass_` move, and a clock on the wall that can be set wrong."""

    true: float = 1000.0
    wrong_by: float = 0.0
    slept: list[float] = field(default_factory=list)

    def clock(self) -> datetime:
        return START + timedelta(seconds=self.true + self.wrong_by)

    def monotonic(self) -> float:
        return self.true

    def pass_(self, seconds: float) -> None:
        self.true += seconds

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.true += seconds

    def pace(self, delay: float = 1.0, book: Book | None = None) -> Pace:
        return Pace(delay, clock=self.clock, monotonic=self.monotonic, sleep=self.sleep, book=book)


@pytest.fixture
def time() -> Time:
    return Time()


def ask(pace: Pace, failure: Failure | None = None, **how: float) -> float:
    """One whole request, which takes no time; how long was waited for it."""
    turn = pace.wait(HOST, **how)
    pace.done(turn, failure)
    return turn.waited


def about(seconds: float) -> object:
    return pytest.approx(seconds, abs=MILLISECOND)


# ── the delay ──


def test_the_first_request_to_a_host_does_not_wait(time):
    assert ask(time.pace()) == 0.0


def test_requests_to_one_host_are_spaced_and_other_hosts_do_not_count(time):
    pace = time.pace()
    ask(pace)
    time.pass_(0.4)
    assert pace.wait("other.example").waited == 0.0
    assert ask(pace) == about(0.6)
    time.pass_(5)
    assert ask(pace) == 0.0


def test_the_delay_counts_from_the_end_of_a_request(time):
    pace = time.pace()
    turn = pace.wait(HOST)
    time.pass_(3)
    pace.done(turn)
    assert ask(pace) == about(1.0)


def test_a_longer_crawl_delay_counts_up_to_its_cap(time):
    pace = time.pace()
    for crawl_delay, waited in ((3.0, 0.0), (3.0, 3.0), (0.1, 3.0), (0.1, 1.0), (86_400.0, 30.0), (0.1, 30.0)):
        assert ask(pace, crawl_delay=crawl_delay) == about(waited)


def test_a_crawl_delay_counts_from_the_request_that_told_of_it(time):
    pace = time.pace(0.0)
    ask(pace)
    assert ask(pace, crawl_delay=3.0) == about(3.0)


def test_what_would_last_longer_than_a_capture_may_wait_is_said_at_once_and_takes_no_turn(time):
    pace = time.pace(10.0)
    ask(pace)
    with pytest.raises(TimeoutError, match=r"news\.example may be asked again at 2026-03-01T12:16:5\dZ, in 10 s"):
        ask(pace, most=9)
    assert time.slept == []
    assert ask(pace, most=11) == about(10.0)


def test_who_is_told_to_pause_pauses_even_where_the_host_may_be_asked(time):
    assert ask(time.pace(), at_least=7.0) == about(7.0)
    assert ask(time.pace(0.0), at_least=7.0) == about(7.0)


def test_without_a_delay_nothing_is_waited_for_and_nothing_is_noted(time):
    noted: list[object] = []
    pace = time.pace(0.0, lambda _, step: noted.append(step(None)))
    assert [ask(pace) for _ in range(3)] == [0.0, 0.0, 0.0]
    assert set(noted) == {None}


def test_threads_get_one_turn_each():
    pace = Pace(0.02)
    began: list[float] = []

    def go() -> None:
        turn = pace.wait(HOST)
        began.append(pace._monotonic())
        pace.done(turn)

    threads = [threading.Thread(target=go) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    began.sort()
    assert len(began) == 6
    assert all(later - sooner >= 0.02 for sooner, later in pairwise(began))


def test_whoever_waits_when_a_run_ends_is_let_go_at_once():
    pace = Pace(60.0)
    pace.done(pace.wait(HOST))
    ended: list[str] = []

    def go() -> None:
        with pytest.raises(TimeoutError) as caught:
            pace.wait(HOST)
        ended.append(str(caught.value))

    thread = threading.Thread(target=go)
    thread.start()
    pace.end()
    thread.join(5)
    assert ended == ["news.example was still waited for when the run ended"]


# ── several processes ──


def test_a_request_of_another_process_is_waited_for_until_it_has_ended(time):
    book = in_memory()
    one, other = time.pace(book=book), time.pace(book=book)
    turn = one.wait(HOST)

    def sleep(seconds: float) -> None:
        time.sleep(seconds)
        if len(time.slept) == 3:
            one.done(turn)

    other._sleep = sleep
    assert ask(other) == about(3 * GLANCE + 1.0)


def test_a_process_that_was_killed_holds_up_nobody_for_long(time):
    book = in_memory()
    time.pace(book=book).wait(HOST)
    waited = ask(time.pace(book=book))
    assert waited == pytest.approx(1.0 + IN_FLIGHT, abs=GLANCE)


@dataclass
class Process:
    """One that asks now and then."""

    pace: Pace
    turn: Turn | None = None
    since: float = 0.0


@settings(max_examples=200, deadline=None)
@given(
    st.floats(0.1, 5.0),
    st.lists(
        st.tuples(
            st.floats(0.0, 2.0), st.integers(0, 2), st.sampled_from(["end", "fail", "kill"]), st.floats(0.0, 1.0)
        ),
        max_size=60,
    ),
)
def test_however_many_ask_and_whenever_they_are_killed_no_two_requests_come_closer_than_the_delay(delay, happenings):
    """A request reaches the host at any moment between its turn and its end."""
    time, book = Time(), in_memory()
    processes = [Process(time.pace(delay, book)) for _ in range(3)]
    arrived = []
    for passed, which, end, share in happenings:
        time.pass_(passed)
        process = processes[which]
        if process.turn is None:
            try:
                process.turn, process.since = process.pace.wait(HOST, most=0), time.true
            except TimeoutError:
                continue
        elif time.true - process.since < IN_FLIGHT:
            arrived.append(process.since + share * (time.true - process.since))
            if end == "kill":
                process.pace = time.pace(delay, book)
            else:
                process.pace.done(process.turn, Failure("timeout", "http://news.example/") if end == "fail" else None)
            process.turn = None
    arrived.sort()
    assert all(later - sooner >= delay for sooner, later in pairwise(arrived))


# ── clocks that are wrong ──


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 3), st.floats(-1e8, 1e8)), min_size=1, max_size=20))
def test_a_clock_that_jumps_never_makes_a_process_faster_and_holds_it_up_for_one_delay_at_most(jumps):
    time = Time()
    pace = time.pace()
    asked = []
    for passed, jump in jumps:
        time.pass_(passed)
        time.wrong_by = jump
        assert ask(pace) <= 1.0 + 2 * MILLISECOND
        asked.append(time.true)
    assert all(later - sooner >= 1.0 - 1e-6 for sooner, later in pairwise(asked))


@pytest.mark.parametrize(
    ("failure", "held"),
    [(None, 1.0), (Failure("503", "http://news.example/", 600), 600.0), (Failure("429", "http://news.example/", 86_400), 86_400.0)],
)  # fmt: skip
def test_what_a_clock_far_ahead_noted_is_waited_for_once_by_the_next_process(time, failure, held):
    book = in_memory()
    time.wrong_by = 400 * 86_400.0
    ask(time.pace(book=book), failure)
    time.wrong_by = 0.0
    assert ask(time.pace(book=book)) == about(held)


def test_after_a_clock_jumped_ahead_a_host_is_asked_once_too_early_and_no_more(time):
    book = in_memory()
    ask(time.pace(book=book), Failure("503", "http://news.example/", 600))
    time.wrong_by = 86_400.0
    assert [ask(time.pace(book=book)) for _ in range(3)] == [0.0, about(1.0), about(1.0)]


def test_no_row_whatever_it_says_keeps_a_host_away_for_longer_than_the_longest_retry_after(time):
    book = in_memory()
    book(HOST, lambda _: HostPace(START, START + timedelta(days=4000)))
    assert ask(time.pace(book=book)) == about(MAX_RETRY_AFTER)


# ── failures ──


def test_the_delay_doubles_with_each_failure_in_a_row_up_to_its_cap_and_an_answer_ends_that(time):
    pace = time.pace()
    refused = Failure("connect", "http://news.example/")
    waits = [ask(pace, refused) for _ in range(20)]
    for count, waited in enumerate(waits):
        plain = min(2.0**count, MAX_BACKOFF) if count else 0.0
        assert plain <= waited <= plain * (1 + JITTER) + MILLISECOND
    ask(pace)
    assert ask(pace) == about(1.0)


def test_the_jitter_is_another_for_each_host_and_the_same_for_the_same():
    def waited(host: str) -> float:
        time = Time()
        pace = time.pace()
        pace.done(pace.wait(host), Failure("503", f"http://{host}/"))
        return pace.wait(host).waited

    waits = [waited(f"{name}.example") for name in "abcdefgh"]
    assert len(set(waits)) > 4
    assert waits[0] == waited("a.example")


def test_a_retry_after_holds_for_all_processes_and_who_asks_is_told_who_said_so(time):
    book = in_memory()
    ask(time.pace(book=book), Failure("429", "http://news.example/story", 7200))
    other = time.pace(book=book)
    assert other.free_at(HOST) - time.clock() == timedelta(seconds=7200, milliseconds=1)
    assert other.free_at("other.example") == time.clock()
    told = r"answered 429 to http://news\.example/story, with a Retry-After of 7200 s"
    with pytest.raises(TimeoutError, match=told):
        ask(other, most=90)
    assert ask(other) == about(7200)


def test_a_shorter_retry_after_than_the_back_off_changes_nothing(time):
    pace = time.pace()
    for _ in range(5):
        ask(pace, Failure("503", "http://news.example/", 0))
    assert ask(pace) >= 2.0**5


def test_a_retry_after_holds_without_a_delay_too(time):
    pace = time.pace(0.0)
    ask(pace, Failure("503", "http://news.example/", 30))
    assert ask(pace) == about(30)
    assert ask(pace) == 0.0


def test_an_answer_to_one_process_does_not_undo_what_another_was_told_meanwhile(time):
    book = in_memory()
    slow, other = time.pace(book=book), time.pace(book=book)
    turn = slow.wait(HOST)
    time.pass_(1.0 + IN_FLIGHT + 0.1)
    ask(other, Failure("429", "http://news.example/", 600))
    slow.done(turn)
    assert ask(slow) == about(600)


def test_a_request_that_never_reached_the_host_neither_counts_nor_clears(time):
    pace = time.pace()
    for _ in range(3):
        ask(pace, Failure("timeout", "http://news.example/"))
    pace.done(pace.wait(HOST), answered=False)
    ask(pace, Failure("timeout", "http://news.example/"))
    assert 2.0**4 <= ask(pace) <= 2.0**4 * (1 + JITTER) + MILLISECOND


# ── what an answer says ──


def answered(status: str, **headers: str) -> Exchange:
    said = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    none = Digest.sha256(b"")
    return Exchange(
        "http://news.example/", b"", BytesIO(answer()), 0, 0, b"", 0, int(status[:3]), "", said, START, 0.0, "", None, none, 0, none,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"Retry_After": "120"}, 120),
        ({"Retry_After": " 0 "}, 0),
        ({"Retry_After": "99999999999"}, MAX_RETRY_AFTER),
        ({"Retry_After": "9" * 5000}, None),
        ({"Retry_After": "-5"}, None),
        ({"Retry_After": "1.5"}, None),
        ({"Retry_After": "soon"}, None),
        ({"Retry_After": "٣٠"}, None),
        ({"Retry_After": "Sun, 01 Mar 2026 12:10:00 GMT"}, 600),
        ({"Retry_After": "Sunday, 01-Mar-26 12:10:00 GMT"}, 600),
        ({"Retry_After": "Sun, 01 Mar 2026 11:00:00 GMT"}, 0),
        ({"Retry_After": "Sun, 01 Mar 2099 11:00:00 GMT"}, MAX_RETRY_AFTER),
        ({"Retry_After": "Sun, 01 Mar 99999 11:00:00 GMT"}, None),
        ({"Retry_After": "Sun, 01 Mar 2025 09:10:00 GMT", "Date": "Sun, 01 Mar 2025 09:00:00 GMT"}, 600),
        ({"Retry_After": "Sun, 01 Mar 2026 12:10:00 GMT", "Date": "yesterday"}, 600),
    ],
)
def test_retry_after_is_seconds_or_a_date_by_the_server_s_own_clock(headers, seconds):
    assert retry_after(answered("503", **headers), START) == seconds


def test_only_429_and_503_are_refusals():
    assert refusal(answered("503", Retry_After="5"), START) == Failure("503", "http://news.example/", 5)
    assert refusal(answered("429"), START) == Failure("429", "http://news.example/", None)
    assert [refusal(answered(status, Retry_After="5"), START) for status in ("200", "302", "404", "500")] == [None] * 4
