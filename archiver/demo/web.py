"""Serves the demo's pages on loopback: every host at one port, told apart by the Host header."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from importlib import resources
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Page:
    """One address, the file that answers for it, and its Content-Type; `location` makes it a redirect."""

    url: str
    file: str
    media_type: str = "text/html; charset=utf-8"
    location: str | None = None


ORIGINAL = "http://www.harbourgazette.example/2024/03/04/the-last-night-ferry/"
REPOST = "http://www.worldletter.example/the-last-night-ferry/5121"
REPOST_PDF = "http://www.worldletter.example/the-last-night-ferry/5121?pdf=5121"
EXCERPT = "http://dailyrelay.example/2024/03/07/night-ferry-world-letter/"

PAGES = (
    Page(ORIGINAL, "original.html"),
    Page(REPOST, "repost.html"),
    Page(REPOST_PDF, "repost.pdf", "application/pdf"),
    Page(EXCERPT, "excerpt.html"),
    Page("http://worldletter.example/the-last-night-ferry/5121", "", location=REPOST),
    Page("http://www.worldletter.example/robots.txt", "robots.txt", "text/plain"),
)

#: What the demo captures, in this order: the republication is reached through a redirect.
VISITED = ("http://worldletter.example/the-last-night-ferry/5121", REPOST_PDF, ORIGINAL, EXCERPT)


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "demo", ""

    def do_GET(self) -> None:
        host = self.headers.get("Host", "").rsplit(":", 1)[0].lower()
        page = next((p for p in PAGES if urlsplit(p.url).netloc == host and p.url.split(host, 1)[1] == self.path), None)
        if page is None:
            self._answer(404, b"not found\n", "text/plain")
        elif page.location is not None:
            self._answer(301, b"moved\n", "text/plain", page.location)
        else:
            self._answer(200, resources.files(__package__).joinpath("pages", page.file).read_bytes(), page.media_type)

    def _answer(self, status: int, body: bytes, media_type: str, location: str | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        if location is not None:
            self.send_header("Location", location)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - http.server's signature
        """Say nothing: standard error belongs to the command."""


def served() -> AbstractContextManager[int]:
    """The demo's web on 127.0.0.1 while the block runs; gives the port."""
    return answering(_Handler)


@contextmanager
def answering(handler: type[http.server.BaseHTTPRequestHandler]) -> Iterator[int]:
    """A server on a free port of 127.0.0.1 while the block runs; gives the port."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield int(server.server_address[1])
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
