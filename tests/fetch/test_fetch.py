from datetime import UTC, datetime

import pytest

from archiver.errors import Exit, FetchError
from archiver.fetch.client import Client, FetchSettings
from archiver.fetch.fetch import fetch
from archiver.fetch.pace import Pace
from archiver.fetch.wire import MOST_WAITING
from archiver.model.capture import PROBLEMS, Limits, Outcome

from .conftest import USER_AGENT, client_for
from .server import answer, redirect

PAGE = (answer(b"<p>News</p>", Content_Type="text/html"),)


def test_every_hop_of_a_redirect_is_an_exchange_of_its_own(serve, visit):
    server = serve({
        "a.example/start": redirect("/next?x=1#part", "301 Moved Permanently"),
        "a.example/next?x=1": redirect("//b.example/here", "307 Temporary Redirect"),
        "b.example/here": PAGE,
    })  # fmt: skip
    found = visit("http://a.example/start", client_for(server))
    assert [(hop.url, hop.status) for hop in found.exchanges] == [
        ("http://a.example/start", 301),
        ("http://a.example/next?x=1", 307),
        ("http://b.example/here", 200),
    ]
    assert (found.asked, found.purpose, found.problems) == ("http://a.example/start", "page", ())
    assert [hop.request for hop in found.exchanges] == server.requests
    assert found.exchanges[0].response.read().startswith(b"HTTP/1.1 301 Moved Permanently\r\n")


@pytest.mark.parametrize("status", ["300 Multiple Choices", "304 Not Modified", "200 OK", "404 Not Found"])
def test_a_location_of_another_status_is_not_followed(serve, visit, status):
    server = serve({"/": redirect("/elsewhere", status), "/elsewhere": PAGE})
    assert len(visit("http://a.example/", client_for(server)).exchanges) == 1


def test_a_redirect_status_without_location_is_the_answer(serve, visit):
    server = serve({"/": (answer(status="302 Found"),)})
    assert visit("http://a.example/", client_for(server)).final.status == 302


def test_a_location_in_utf_8_is_read_as_that(serve, visit):
    location = "/caf\u00e9".encode().decode("latin-1")
    server = serve({"/": redirect(location), "/caf%C3%A9": PAGE})
    assert visit("http://a.example/", client_for(server)).final.url == "http://a.example/caf%C3%A9"


@pytest.mark.parametrize(
    "table",
    [
        {"/": redirect("/")},
        {"/": redirect("/b"), "/b": redirect("http://A.example:80/#x")},
        {"/": redirect("/r1"), **{f"/r{n}": redirect(f"/r{n + 1}") for n in range(1, 30)}},
    ],
    ids=["to itself", "in a circle", "without end"],
)
def test_redirects_that_lead_nowhere_are_a_protocol_failure(serve, table):
    server = serve(table)
    with pytest.raises(FetchError, match="redirect") as caught:
        fetch("http://a.example/", client_for(server))
    assert caught.value.problem == "protocol"
    assert len(server.requests) <= 11


@pytest.mark.parametrize(
    ("location", "problem"),
    [
        ("file:///etc/passwd", "scheme"),
        ("ftp://a.example/", "scheme"),
        ("javascript:alert(1)", "scheme"),
        ("data:text/html,x", "scheme"),
        ("http://user:secret@a.example/", "credentials"),
        ("http://[::1/", "not-a-url"),
        ("http://a..b.example/", "not-a-url"),
        ("http://10.0.0.1/", "address"),
        ("http://169.254.169.254/latest/meta-data/", "address"),
        ("http://[::1]:1/", "address"),
    ],
)
def test_a_redirect_to_what_is_not_taken_is_refused(serve, location, problem):
    server = serve({"/": redirect(location)})
    settings = FetchSettings(
        USER_AGENT, allow=frozenset({("127.0.0.1", server.port)}), obey_robots=False, delay_seconds=0
    )
    with pytest.raises(FetchError) as caught:
        fetch(f"http://127.0.0.1:{server.port}/", Client(settings))
    assert caught.value.problem == problem
    assert PROBLEMS[problem].outcome is Outcome.REFUSED
    assert "secret" not in str(caught.value)
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "not-a-url"),
        ("news", "not-a-url"),
        ("http://", "not-a-url"),
        ("http://a b.example/", "not-a-url"),
        ("http://999.999.999.999/", "not-a-url"),
        ("mailto:a@b.example", "scheme"),
        ("https://name:word@news.example/", "credentials"),
        ("http://news.example/" + "a" * 70_000, "not-a-url"),
    ],
)
def test_what_cannot_be_asked_for_is_refused_before_any_connection(serve, text, problem):
    server = serve({})
    with pytest.raises(FetchError) as caught:
        fetch(text, client_for(server))
    assert caught.value.problem == problem
    assert server.requests == []


def test_an_error_page_is_kept_with_its_problem(serve, visit):
    found = visit("http://a.example/missing", client_for(serve({})))
    assert (found.final.status, found.problems) == (404, ("http-error",))


def test_times_come_from_the_clock_that_was_passed_in(serve, visit):
    moment = datetime(2024, 3, 1, 12, tzinfo=UTC)
    server = serve({"/": (answer(b"x", Date="Fri, 01 Mar 2024 12:30:00 GMT"),)})
    found = visit("http://a.example/", client_for(server, clock=lambda: moment))
    assert (found.final.started_at, found.problems) == (moment, ("date-skew",))


def test_one_byte_budget_holds_for_all_hops(serve):
    body = b"x" * 600
    server = serve({"/": (answer(body, "302 Found", Location="/b"),), "/b": (answer(body),)})
    with pytest.raises(FetchError) as caught:
        fetch("http://a.example/", client_for(server, limits=Limits(max_wire_bytes=1000)))
    assert (caught.value.problem, caught.value.final_url) == ("too-large", "http://a.example/b")


def test_the_delay_between_requests_does_not_use_up_the_deadline(serve, visit):
    server = serve({"/": redirect("/b"), "/b": redirect("/c"), "/c": PAGE})
    client = client_for(server, delay_seconds=0.2, limits=Limits(total_seconds=0.3))
    assert len(visit("http://a.example/", client).exchanges) == 3


def test_a_host_that_asks_for_long_waits_before_each_hop_does_not_hold_a_capture_for_minutes(serve):
    robots = answer(b"User-agent: *\nCrawl-delay: 25\n", Content_Type="text/plain")
    server = serve(
        {"/robots.txt": (robots,), "/": redirect("/1"), **{f"/{n}": redirect(f"/{n + 1}") for n in range(1, 9)}}
    )
    now, slept = [1000.0], []

    def sleep(seconds):
        slept.append(seconds)
        now[0] += seconds

    client = client_for(server, obey_robots=True, limits=Limits(total_seconds=60))
    client.monotonic = lambda: now[0]
    client.pace = Pace(1.0, monotonic=client.monotonic, sleep=sleep)
    with pytest.raises(FetchError, match="may be asked again") as caught:
        fetch("http://a.example/", client)
    assert caught.value.problem == "timeout"
    assert sum(slept) <= 60 + MOST_WAITING


def test_a_failure_ends_in_the_documented_exit_code():
    assert FetchError("dns", "x").exit_code is Exit.FAILED


@pytest.mark.parametrize("target", ["http://xn--99999999.invalid/", "http://xn--a-ecp.invalid/"])
def test_an_a_label_that_decodes_to_nothing_is_a_name_like_any_other(target, serve, visit):
    server = serve({"/page": redirect(target)})
    assert visit("http://news.example/page", client_for(server)).final.url == target


def test_where_only_the_first_bytes_are_wanted_a_longer_answer_is_kept_as_far_as_they_go(serve):
    server = serve({"/feed": (answer(b"x" * 400_000, Content_Type="text/xml"),)})
    found = fetch("http://a.example/feed", client_for(server), 200_000)
    try:
        assert (found.problems, found.final.truncated) == (("truncated",), "length")
        assert 100_000 < found.final.payload_length < 300_000
    finally:
        found.close()
