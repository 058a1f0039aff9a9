"""What is sent to ask whether a page has changed, to whom, and which 304 is believed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.fetch.client import Client
from archiver.fetch.condition import Condition, conditional, http_date
from archiver.fetch.fetch import fetch
from archiver.model.capture import Earlier, Prior, Visit
from archiver.model.digest import Digest
from tests.fetch.conftest import client_for
from tests.fetch.server import Server, answer, redirect

NOON = datetime(2024, 3, 1, 12, tzinfo=UTC)
URL = "http://news.example/page"
TAG, DAY, DATE = '"v1"', "Thu, 29 Feb 2024 08:00:00 GMT", "Fri, 01 Mar 2024 12:00:00 GMT"


def earlier(*headers: tuple[str, str], url: str = URL) -> Earlier:
    prior = Prior("00000000-0000-4000-8000-000000000001", url, "2024-03-01T12:00:00Z")
    return Earlier(url, headers, NOON, Digest.sha256(b"page"), 4, prior)


def sent(*headers: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    condition = conditional(earlier(*headers))
    return () if condition is None else condition.headers


@pytest.mark.parametrize(
    ("headers", "conditions"),
    [
        ([("ETag", TAG)], [("If-None-Match", TAG)]),
        ([("etag", f"W/{TAG}")], [("If-None-Match", f"W/{TAG}")]),
        ([("Last-Modified", DAY), ("Date", DATE)], [("If-Modified-Since", DAY)]),
        ([("Last-Modified", DAY)], [("If-Modified-Since", DAY)]),
        ([("Last-Modified", DAY), ("Date", "yesterday")], [("If-Modified-Since", DAY)]),
        ([("ETag", TAG), ("Last-Modified", DAY)], [("If-None-Match", TAG), ("If-Modified-Since", DAY)]),
        ([("ETag", "v1"), ("Last-Modified", DAY)], [("If-Modified-Since", DAY)]),
        ([("ETag", TAG), ("Last-Modified", "yesterday")], [("If-None-Match", TAG)]),
        ([("Last-Modified", DATE), ("Date", DATE)], []),  # it may have changed twice in that second
        ([("Last-Modified", DATE), ("Date", DAY)], []),
        ([("Last-Modified", "Fri, 01 Mar 2024 12:00:01 GMT")], []),  # after our own clock
        ([("Last-Modified", DAY), ("Last-Modified", DAY)], []),
        ([("ETag", '"v1"\r\nX-Injected: yes')], []),
        ([("ETag", '"v1\x00"')], []),
        ([], []),
    ],
)
def test_what_is_sent_back_of_a_header(headers: list[tuple[str, str]], conditions: list[tuple[str, str]]) -> None:
    assert list(sent(*headers)) == conditions


@given(st.text(), st.text())
def test_whatever_came_what_is_sent_is_one_line_that_can_be_printed(etag: str, modified: str) -> None:
    for _, value in sent(("ETag", etag), ("Last-Modified", modified)):
        assert value.isascii()
        assert value.isprintable()
        assert len(value) < 300


@given(st.integers(-(10**10), 10**11).map(lambda seconds: NOON + timedelta(seconds=seconds)))
def test_a_date_is_read_as_it_is_written(moment: datetime) -> None:
    text = moment.strftime("%a, %d %b %Y %H:%M:%S GMT")
    assert http_date(text) == moment
    assert http_date(text.lower()) is http_date(text + " ") is http_date(text.replace("GMT", "UTC")) is None


def test_what_is_asked_stands_in_the_request(serve: Callable[..., Server]) -> None:
    server = serve({"/page": (answer(status="304 Not Modified", ETag=TAG),)})
    known = earlier(("ETag", TAG), ("Last-Modified", DAY))
    done = fetch(URL, client_for(server), recall=lambda asked: known if asked == URL else None)
    done.close()
    assert server.requests[0] == done.final.request
    assert f"\r\nIf-None-Match: {TAG}\r\nIf-Modified-Since: {DAY}\r\n".encode() in done.final.request
    assert (done.unchanged, done.problems) == (known, ())


def ask(client: Client, known: Earlier, url: str = URL) -> Visit:
    with_it = fetch(url, client, recall=lambda _: known)
    with_it.close()
    return with_it


def test_only_the_address_that_answered_is_asked(serve: Callable[..., Server]) -> None:
    known = earlier(("ETag", TAG), url="http://news.example/end")
    server = serve({"/page": redirect("/end"), "/end": (answer(status="304 Not Modified"),)})
    assert ask(client_for(server), known).unchanged == known
    assert [b"If-None-Match" in request for request in server.requests] == [False, True]


def test_a_304_of_a_hop_that_was_not_asked_is_empty(serve: Callable[..., Server]) -> None:
    known = earlier(("ETag", TAG), url="http://news.example/end")
    server = serve({"/page": (answer(status="304 Not Modified", ETag=TAG),)})
    done = ask(client_for(server), known)
    assert (done.unchanged, done.problems) == (None, ("empty",))
    assert b"\r\nIf-" not in server.requests[0]


def test_a_page_that_has_moved_is_asked_for_where_it_is_now(serve: Callable[..., Server]) -> None:
    server = serve({"/page": redirect("/new"), "/new": (answer(b"moved"),)})
    done = ask(client_for(server), earlier(("ETag", TAG)))
    assert (done.unchanged, done.problems, done.final.status) == (None, (), 200)
    assert [b"If-None-Match" in request for request in server.requests] == [True, False]


def test_without_a_validator_it_is_asked_plainly(serve: Callable[..., Server]) -> None:
    server = serve({"/page": (answer(status="304 Not Modified"),)})
    assert ask(client_for(server), earlier()).problems == ("empty",)
    assert b"\r\nIf-" not in server.requests[0]


@pytest.mark.parametrize(
    ("known", "answered", "believed"),
    [
        ([("ETag", TAG)], [], True),
        ([("ETag", TAG)], [("ETag", TAG)], True),
        ([("ETag", TAG)], [("etag", f"W/{TAG}")], True),
        ([("ETag", f"W/{TAG}")], [("ETag", TAG)], True),
        ([("ETag", TAG)], [("ETag", '"v2"')], False),
        ([("ETag", TAG)], [("ETag", TAG), ("ETag", '"v2"')], False),
        ([("ETag", TAG), ("Last-Modified", DAY)], [("ETag", TAG), ("Last-Modified", DATE)], True),
        ([("ETag", TAG), ("Last-Modified", DAY)], [("Last-Modified", DATE)], False),
        ([("Last-Modified", DAY)], [("ETag", '"v2"')], True),  # it said nothing of one before
        ([("Last-Modified", DAY)], [("Last-Modified", DATE)], False),
    ],
)
def test_a_304_is_believed_where_it_is_about_what_was_asked(
    known: list[tuple[str, str]],
    answered: list[tuple[str, str]],
    believed: bool,
    get: Callable[..., Visit],
) -> None:
    condition = conditional(earlier(*known))
    assert isinstance(condition, Condition)
    plain = get(answer(status="304 Not Modified")).final
    assert condition.unchanged(replace(plain, headers=tuple(answered))) is believed
    assert not condition.unchanged(replace(plain, headers=tuple(answered), url="http://news.example/other"))
    assert not condition.unchanged(replace(plain, headers=tuple(answered), status=200))
