"""A web of pages that a test writes, on 127.0.0.1, and an archive that reaches it."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from archiver.cli._fetching import fetch_settings
from archiver.config import Settings
from archiver.pipeline import Archive


@contextmanager
def served(pages: Mapping[str, str]) -> Iterator[int]:
    """These pages (HTML by address, http only) while the block runs; gives the port."""

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            body = pages.get(f"http://{self.headers.get('Host', '')}{self.path}")
            data = (body or "not found").encode()
            self.send_response(404 if body is None else 200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - http.server's signature
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield int(server.server_address[1])
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def archived(folder: Path, pages: Mapping[str, str]) -> None:
    """Capture these pages, in their order, one run a page."""
    settings = Settings(delay_seconds=0.0)
    with (
        served(pages) as port,
        Archive(folder, settings, fetch_settings(settings, [f"::127.0.0.1:{port}"], None)) as archive,
    ):
        for url in pages:
            assert [result.outcome for result in archive.capture([url])] == ["captured"], url
