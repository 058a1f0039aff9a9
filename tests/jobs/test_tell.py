"""Pings and notices: what is sent where, and that nothing that happens to them is more than a sentence."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.errors import FetchError, UsageError
from archiver.jobs.tell import MAX_NOTICE, MAX_TEXT, MAX_VISITS, Stage, notice, notify, ping, ping_address, stage
from archiver.model.history import CitedChange
from archiver.model.run import MOST_TOLD, Change, Ending, Visited
from archiver.model.state import State

from .made import MEADOW, REWRITTEN, WADI, changed, down, gone, report, visited

HOOK = "https://hc.example/0f6b-secret"


class Listener:
    """Takes what is sent, and gives these answers one after the other, the last one again and again."""

    def __init__(self, *answers: int | Exception) -> None:
        self.answers = list(answers)
        self.sent: list[tuple[str, bytes | None, str]] = []

    def __call__(self, url: str, body: bytes | None, media_type: str) -> int:
        self.sent.append((url, body, media_type))
        found = self.answers[0] if len(self.answers) == 1 else self.answers.pop(0)
        if isinstance(found, Exception):
            raise found
        return found


# ── pings ──


@pytest.mark.parametrize(
    ("url", "begun", "failed"),
    [
        ("https://hc.example/ab", "https://hc.example/ab/start", "https://hc.example/ab/fail"),
        ("https://hc.example/ab/", "https://hc.example/ab/start", "https://hc.example/ab/fail"),
        ("https://hc.example/", "https://hc.example/start", "https://hc.example/fail"),
        ("https://hc.example/ab?c=1&d", "https://hc.example/ab/start?c=1&d", "https://hc.example/ab/fail?c=1&d"),
    ],
)
def test_the_stage_stands_at_the_end_of_the_path(url: str, begun: str, failed: str) -> None:
    assert [ping_address(url, one) for one in Stage] == [begun, url, failed]


def test_a_ping_at_the_beginning_is_a_get_and_one_at_the_end_carries_the_summary() -> None:
    there = Listener(200)
    assert ping(there, HOOK, Stage.BEGUN) == ""
    assert ping(there, HOOK, Stage.FAILED, "run 17: העמק\n") == ""
    text = "text/plain; charset=utf-8"
    assert there.sent == [(f"{HOOK}/start", None, text), (f"{HOOK}/fail", "run 17: העמק\n".encode(), text)]


@given(st.text(min_size=1, max_size=30).map(lambda text: text * MAX_TEXT))
def test_the_text_of_a_ping_is_bounded_and_ends_with_a_whole_character(text: str) -> None:
    there = Listener(200)
    ping(there, HOOK, Stage.DONE, text)
    body = there.sent[0][1] or b""
    assert MAX_TEXT - 4 < len(body) <= MAX_TEXT
    body.decode("utf-8")


@pytest.mark.parametrize(
    ("answers", "tries", "arrived"),
    [
        ((200,), 1, True),
        ((204,), 1, True),
        ((503, 200), 2, True),
        ((FetchError("timeout", "no answer"), 200), 2, True),
        ((FetchError("connect", "no connection"),), 2, False),
        ((FetchError("address", "10.0.0.1 is not a public address"),), 1, False),
        ((FetchError("tls-invalid", "the certificate does not verify"),), 1, False),
        ((UsageError("the certificates to trust cannot be read"),), 1, False),
        ((500,), 2, False),
        ((404,), 1, False),
        ((302,), 1, False),
    ],
)
def test_what_may_pass_is_tried_once_more(answers: tuple[int | Exception, ...], tries: int, arrived: bool) -> None:
    there = Listener(*answers)
    wrong = ping(there, HOOK, Stage.DONE, "text")
    assert (len(there.sent), wrong == "") == (tries, arrived)


def test_what_went_wrong_names_the_host_and_what_to_do_and_no_secret() -> None:
    address = FetchError("address", "10.0.0.1 is not a public address", advice="--allow-address 10.0.0.1:80 allows it")
    assert ping(Listener(address), HOOK, Stage.DONE) == (
        "the ping to hc.example did not arrive: 10.0.0.1 is not a public address; --allow-address 10.0.0.1:80 allows it"
    )
    circle = FetchError("protocol", f"{HOOK} redirects back to {HOOK}/again")
    assert notify(Listener(circle), HOOK, b"{}") == (
        "the notice to hc.example did not arrive: https://hc.example/… redirects back to https://hc.example/…"
    )


@pytest.mark.parametrize(("body", "said"), [("text", True), ("", False)])
def test_a_redirect_of_what_is_posted_says_that_it_is_not_sent_on(body: str, said: bool) -> None:
    assert ("redirects to" in ping(Listener(308), HOOK, Stage.DONE, body)) is said


@pytest.mark.parametrize(
    ("ending", "visits", "expected"),
    [
        (Ending.DONE, [visited(), down("http://b.example/")], Stage.DONE),
        (Ending.DONE, [gone("http://b.example/")], Stage.DONE),
        (Ending.DONE, [down("http://b.example/")], Stage.FAILED),
        (Ending.DONE, [], Stage.DONE),
        (Ending.OUT_OF_TIME, [visited()], Stage.DONE),
        (Ending.STOPPED, [], Stage.DONE),
        (Ending.BROKEN, [visited()], Stage.FAILED),
    ],
)
def test_a_run_failed_where_it_broke_off_or_was_all_in_vain(
    ending: Ending, visits: list[Visited], expected: Stage
) -> None:
    assert stage(ending, report(*visits).total) is expected


# ── notices ──


def test_a_notice_says_what_turned_and_what_changed_in_its_job() -> None:
    made = report(
        visited("http://meadow.example/same"),
        gone("http://meadow.example/b", title="Not here"),
        changed("http://meadow.example/c"),
        gone("http://wadi.example/d", job=WADI),
    )
    body = notice(made, MEADOW, "desk")
    assert body is not None
    said = json.loads(body)
    assert {key: said[key] for key in said if key != "changes"} == {
        "run": 17, "job": MEADOW, "archive": "desk", "at": "2026-11-21T06:41:10.250Z", "more": 0,
    }  # fmt: skip
    assert said["changes"] == [
        {
            "url": "http://meadow.example/b", "title": "Not here", "role": "page", "at": "2026-11-21T06:00:03Z", "state": "gone",
            "was": "there", "change": None, "changes": [], "words": None, "problems": ["http-error"],
            "message": "the server answered with a 4xx or 5xx status", "capture_id": "c-1",
        },
        {
            "url": "http://meadow.example/c", "title": "The weir opens", "role": "page", "at": "2026-11-21T06:00:03Z",
            "state": "there", "was": "there", "change": "changed",
            "changes": [{"field": "title", "old": "The weir closes", "new": "The weir opens"}], "words": REWRITTEN.as_json(),
            "problems": [], "message": "", "capture_id": "c-1",
        },
    ]  # fmt: skip


@pytest.mark.parametrize("job", [MEADOW, WADI])
def test_where_there_is_nothing_to_tell_there_is_no_notice(job: str) -> None:
    assert notice(report(visited(), visited(change=Change.FIRST, was=None)), job, "desk") is None


@pytest.mark.parametrize("state", [State.DOWN, State.GONE, State.BARRED])
def test_what_stays_as_it_was_is_told_once(state: State) -> None:
    assert notice(report(visited(state=state, was=state, change=None)), MEADOW, "desk") is None


def test_of_many_visits_the_first_are_told_and_the_others_counted() -> None:
    many = MOST_TOLD + 50
    said = json.loads(notice(report(*(gone(f"http://meadow.example/{n}") for n in range(many))), MEADOW, "desk") or b"")
    assert (len(said["changes"]), said["more"]) == (MAX_VISITS, many - MAX_VISITS)


def test_a_job_whose_visits_came_after_many_others_is_told_how_many_there_are() -> None:
    others = (gone(f"http://meadow.example/{n}") for n in range(MOST_TOLD))
    said = json.loads(notice(report(*others, gone("http://wadi.example/a", job=WADI)), WADI, "desk") or b"")
    assert (said["changes"], said["more"]) == ([], 1)


@pytest.mark.parametrize("char", ["x", "\U0001f600", "\x00", "\udce9", '"', "\u202e"])
def test_a_notice_is_bounded_and_ascii_whatever_a_page_holds(char: str) -> None:
    long = char * 100_000
    made = report(
        *(
            changed(
                f"http://meadow.example/{n}?{'a' * 3900}",
                title=long,
                message=long,
                changes=tuple(CitedChange("title", long, long) for _ in range(30)),
            )
            for n in range(MAX_VISITS)
        )
    )
    body = notice(made, MEADOW, "desk") or b""
    assert body.isascii()
    said = json.loads(body)
    assert MAX_NOTICE // 2 < len(body) <= MAX_NOTICE
    assert said["changes"]
    assert said["more"] == MAX_VISITS - len(said["changes"])
    assert max(len(entry["title"]) for entry in said["changes"]) == 500


def test_a_run_that_is_not_over_is_dated_by_its_beginning() -> None:
    body = notice(report(gone("http://meadow.example/b"), ending=None), MEADOW, "desk") or b""
    assert json.loads(body)["at"] == "2026-11-21T06:00:03Z"
