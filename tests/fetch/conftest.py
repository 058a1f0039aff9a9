"""Fixtures of the fetch tests: a scripted server, and clients that reach it under any host name."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
import trustme

from archiver.fetch.client import Client, FetchSettings
from archiver.fetch.fetch import fetch
from archiver.fetch.guard import ConnectTo
from archiver.model.capture import Limits, Visit

from .server import Server

USER_AGENT = "archiver/0.0 (+https://archive.example/contact)"


@pytest.fixture
def serve() -> Iterator[Callable[..., Server]]:
    """serve({"/path": script}, tls=None) -> a running server, stopped when the test ends."""
    with ExitStack() as running:
        yield lambda table, tls=None: running.enter_context(Server(table, tls))


@pytest.fixture
def visit() -> Iterator[Callable[..., Visit]]:
    """visit(url, client) -> fetch(), with the spools of the answer closed when the test ends."""
    with ExitStack() as spools:

        def go(url: str, client: Client) -> Visit:
            result = fetch(url, client)
            for hop in result.exchanges:
                spools.callback(hop.response.close)
            return result

        yield go


@pytest.fixture
def get(serve, visit) -> Callable[..., Visit]:
    """get(*script) -> the visit to a page of news.example that is served by this script."""

    def go(*script: object, **limits: float) -> Visit:
        server: Server = serve({"/page": script})
        return visit("http://news.example/page", client_for(server, limits=Limits(**limits)))  # type: ignore[arg-type]

    return go


def client_for(server: Server, **settings: object) -> Client:
    """A client whose every connection goes to the server, without delay and without robots.txt unless asked."""
    given = {
        "user_agent": USER_AGENT,
        "connect_to": (ConnectTo(None, None, "127.0.0.1", server.port),),
        "obey_robots": False,
        "delay_seconds": 0.0,
        **settings,
    }
    clock = given.pop("clock", None)
    on_robots = given.pop("on_robots", None)
    extra = {"clock": clock} if clock else {}
    return Client(FetchSettings(**given), on_robots=on_robots, **extra)  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def trusted(authority, monkeypatch, tmp_path) -> trustme.CA:
    """The authority, trusted through SSL_CERT_FILE as an operator would do it."""
    pem = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(str(pem))
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    return authority


def server_tls(authority: trustme.CA, *names: str) -> ssl.SSLContext:
    """A server's TLS with a certificate for these names."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*names).configure_cert(context)
    return context
