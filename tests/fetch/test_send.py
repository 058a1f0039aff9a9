"""What is sent to others: through the same guard as any page, once, bounded, and nothing of it is kept."""

from __future__ import annotations

import gzip
import time
from collections.abc import Callable

import pytest
import trustme

from archiver.errors import FetchError
from archiver.fetch.client import Client, FetchSettings
from archiver.fetch.guard import ConnectTo
from archiver.fetch.send import MAX_ANSWER, MAX_REDIRECTS, Answer, ask, send
from archiver.model.capture import Limits

from .conftest import USER_AGENT, client_for, server_tls
from .server import End, Repeat, Script, Server, answer, redirect

HEAD = (
    f"Host: hc.example\r\nUser-Agent: {USER_AGENT}\r\n"
    "Accept: text/html,application/xhtml+xml,application/pdf;q=0.9,application/xml;q=0.8,*/*;q=0.5\r\n"
    "Accept-Encoding: gzip, deflate\r\n"
)


def to_page(server: Server, seconds: float = 5.0, **settings: object) -> int:
    return send(client_for(server, **settings), "http://hc.example/page", seconds=seconds)


def test_a_ping_is_a_get_with_our_headers_alone(serve: Callable[..., Server]) -> None:
    server = serve({"/a/start?b=1": (answer(b"OK", Set_Cookie="a=1"),)})
    assert send(client_for(server), "http://hc.example/a/start?b=1") == 200
    assert server.requests == [f"GET /a/start?b=1 HTTP/1.1\r\n{HEAD}Connection: close\r\n\r\n".encode()]


@pytest.mark.parametrize("body", [b"", b"done\n", b"\x00\xff\r\n\r\n" * 20_000])
def test_what_is_posted_arrives_to_the_byte(serve: Callable[..., Server], body: bytes) -> None:
    server = serve({"/hook": (answer(status="204 No Content"),)})
    assert send(client_for(server), "http://hc.example/hook", body, "text/plain") == 204
    head, _, received = server.requests[0].partition(b"\r\n\r\n")
    assert received == body
    assert head.decode() == (
        f"POST /hook HTTP/1.1\r\n{HEAD}Content-Type: text/plain\r\nContent-Length: {len(body)}\r\nConnection: close"
    )


@pytest.mark.parametrize("status", ["404 Not Found", "500 Internal Server Error"])
def test_the_status_is_told_whatever_it_is(serve: Callable[..., Server], status: str) -> None:
    assert to_page(serve({"/page": (answer(b"no", status=status),)})) == int(status[:3])


def test_neither_robots_txt_nor_the_pace_nor_the_record_of_pages_knows_of_it(serve: Callable[..., Server]) -> None:
    server = serve({"/page": (answer(b"x"),), "/robots.txt": (answer(b"User-agent: *\nDisallow: /"),)})
    client = client_for(server, obey_robots=True, delay_seconds=30.0)
    begun = time.monotonic()
    assert [send(client, "http://hc.example/page") for _ in range(2)] == [200, 200]
    assert time.monotonic() - begun < 5
    assert server.paths == ["/page", "/page"]


# ── redirects ──


def test_a_ping_is_sent_on_where_it_is_redirected(serve: Callable[..., Server]) -> None:
    server = serve({"/page": redirect("http://other.example/b"), "/b": redirect("/c"), "/c": (answer(b"x"),)})
    assert to_page(server) == 200
    assert server.paths == ["/page", "/b", "/c"]


def test_what_is_posted_is_not_sent_on(serve: Callable[..., Server]) -> None:
    server = serve({"/page": redirect("/b", "307 Temporary Redirect"), "/b": (answer(b"x"),)})
    assert send(client_for(server), "http://hc.example/page", b"{}") == 307
    assert server.paths == ["/page"]


@pytest.mark.parametrize(
    ("location", "problem"),
    [
        ("/page", "protocol"),
        ("file:///etc/passwd", "scheme"),
        ("http://user:word@hc.example/", "credentials"),
        ("http://[", "not-a-url"),
    ],
)
def test_a_redirect_leads_nowhere_that_an_address_may_not(
    serve: Callable[..., Server], location: str, problem: str
) -> None:
    with pytest.raises(FetchError) as caught:
        to_page(serve({"/page": redirect(location)}))
    assert caught.value.problem == problem


def test_redirects_come_to_an_end(serve: Callable[..., Server]) -> None:
    server = serve({f"/{n}": redirect(f"/{n + 1}") for n in range(20)})
    with pytest.raises(FetchError, match="more than 3 redirects"):
        send(client_for(server), "http://hc.example/0")
    assert len(server.requests) == MAX_REDIRECTS + 1


# ── whom it may reach ──


@pytest.mark.parametrize("body", [None, b"{}"])
def test_a_private_address_needs_the_same_leave_as_a_page_and_the_error_says_which(
    serve: Callable[..., Server], body: bytes | None
) -> None:
    server = serve({"/page": (answer(b"x"),)})
    client = Client(FetchSettings(USER_AGENT))
    with pytest.raises(FetchError, match="not a public address") as caught:
        send(client, f"http://127.0.0.1:{server.port}/page", body)
    assert caught.value.problem == "address"
    assert f"--allow-address 127.0.0.1:{server.port}" in caught.value.advice
    assert "ARCHIVER_ALLOW" in caught.value.advice
    assert server.requests == []
    allowed = Client(FetchSettings(USER_AGENT, allow=frozenset({("127.0.0.1", server.port)})))
    assert send(allowed, f"http://127.0.0.1:{server.port}/page", body) == 200


def test_a_redirect_to_a_private_address_is_not_followed(serve: Callable[..., Server]) -> None:
    inner = serve({"/secret": (answer(b"x"),)})
    outer = serve({"/page": redirect(f"http://127.0.0.1:{inner.port}/secret")})
    settings = FetchSettings(USER_AGENT, connect_to=(ConnectTo("hc.example", 80, "127.0.0.1", outer.port),))
    with pytest.raises(FetchError) as caught:
        send(Client(settings), "http://hc.example/page")
    assert caught.value.problem == "address"
    assert inner.requests == []


@pytest.mark.parametrize(
    ("url", "problem"), [("ftp://hc.example/", "scheme"), ("hc.example/x", "not-a-url"), ("http://a:b@hc.example/", "credentials")]
)  # fmt: skip
def test_what_is_no_address_of_the_web_is_refused(serve: Callable[..., Server], url: str, problem: str) -> None:
    with pytest.raises(FetchError) as caught:
        send(client_for(serve({})), url)
    assert caught.value.problem == problem


# ── TLS ──


def test_tls_is_verified(serve: Callable[..., Server], trusted: trustme.CA) -> None:
    server = serve({"/page": (answer(b"x"),)}, server_tls(trusted, "hc.example"))
    assert send(client_for(server), "https://hc.example/page") == 200
    with pytest.raises(FetchError, match="does not verify"):
        send(client_for(server), "https://other.example/page")


def test_a_reason_to_accept_certificates_is_for_pages_alone(
    serve: Callable[..., Server], authority: trustme.CA
) -> None:
    server = serve({"/page": (answer(b"x"),)}, server_tls(authority, "hc.example"))
    with pytest.raises(FetchError) as caught:
        send(client_for(server, insecure_tls="an old server"), "https://hc.example/page")
    assert (caught.value.problem, server.requests) == ("tls-invalid", [])
    assert "--insecure-tls" not in caught.value.advice


# ── bounds ──


@pytest.mark.parametrize(
    ("script", "problem"),
    [
        ((End.HOLD,), "timeout"),
        ((b"HTTP/1.1 200 OK\r\n", Repeat(b"A: b\r\n", 100, 0.05)), "timeout"),
        ((End.RESET,), "connect"),
        ((b"",), "connect"),
        ((b"SSH-2.0-OpenSSH_9.6\r\n",), "protocol"),
        ((b"HTTP/1.1 200 OK\r\n", Repeat(b"A: " + b"b" * 997 + b"\r\n", 1000)), "too-large"),
    ],
)
def test_without_the_head_of_an_answer_it_did_not_arrive(
    serve: Callable[..., Server], script: Script, problem: str
) -> None:
    begun = time.monotonic()
    with pytest.raises(FetchError) as caught:
        to_page(serve({"/page": script}), seconds=0.4)
    assert caught.value.problem == problem
    assert time.monotonic() - begun < 3


@pytest.mark.parametrize(
    "script",
    [
        (answer(b"x", Content_Length=str(10**12)), Repeat(b"x" * 10_000, 10**6)),
        (b"HTTP/1.1 200 OK\r\n\r\n", Repeat(b"x" * 10_000, 10**6)),
        (answer(b"half", Content_Length="900"), End.HOLD),
        (b"HTTP/1.1 200 OK\r\n\r\n", Repeat(b"drip ", 1000, 0.02)),
        (answer(b"half", Content_Length="900"),),
        (answer(b"half", Content_Length="900"), 0.05, End.RESET),
    ],
    ids=["huge", "endless", "stalled", "dripping", "short", "reset"],
)
def test_a_body_that_goes_on_or_breaks_off_takes_nothing_from_a_status(
    serve: Callable[..., Server], script: Script
) -> None:
    begun = time.monotonic()
    assert to_page(serve({"/page": script}), seconds=0.4) == 200
    assert time.monotonic() - begun < 3


def test_of_all_answers_together_no_more_than_the_limit_is_read(serve: Callable[..., Server]) -> None:
    server = serve({"/page": (answer(b"x" * (MAX_ANSWER + 1), "302 Found", Location="/b"),), "/b": (answer(b"x"),)})
    with pytest.raises(FetchError) as caught:
        to_page(server)
    assert caught.value.problem == "too-large"


def test_the_time_is_its_own_and_not_that_of_a_capture(serve: Callable[..., Server]) -> None:
    server = serve({"/page": (0.3, answer(b"x"))})
    assert to_page(server, limits=Limits(total_seconds=0.05, idle_seconds=0.05, connect_seconds=0.05)) == 200


# ── what is answered ──


def asked(server: Server, seconds: float = 5.0) -> Answer:
    return ask(client_for(server), "http://hc.example/page", b"what", "text/plain", seconds)


@pytest.mark.parametrize("status", ["200 OK", "409 Conflict", "302 Found"])
def test_what_is_answered_can_be_had(serve: Callable[..., Server], status: str) -> None:
    server = serve({"/page": (answer(b"\x00this", status, Location="/b"),)})
    assert asked(server) == Answer(int(status[:3]), b"\x00this", whole=True)
    assert server.paths == ["/page"]
    assert server.requests[0].endswith(b"\r\n\r\nwhat")


def test_an_answer_is_inflated_within_bounds(serve: Callable[..., Server]) -> None:
    packed = gzip.compress(b"0" * MAX_ANSWER)
    assert asked(serve({"/page": (answer(packed, Content_Encoding="gzip"),)})) == Answer(
        200, b"0" * MAX_ANSWER, whole=True
    )
    bomb = gzip.compress(b"0" * (MAX_ANSWER + 1))
    assert not asked(serve({"/page": (answer(bomb, Content_Encoding="gzip"),)})).whole


@pytest.mark.parametrize(
    "script",
    [
        (b"HTTP/1.1 200 OK\r\n\r\n", Repeat(b"x" * 10_000, 10**6)),
        (answer(b"half", Content_Length="900"), End.HOLD),
        (answer(b"half", Content_Length="900"),),
    ],
    ids=["endless", "stalled", "short"],
)
def test_an_answer_that_breaks_off_is_not_whole(serve: Callable[..., Server], script: Script) -> None:
    found = asked(serve({"/page": script}), seconds=0.4)
    assert (found.status, found.whole) == (200, False)
    assert len(found.content) <= MAX_ANSWER
