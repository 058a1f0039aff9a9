"""pywb replays what we sealed, byte for byte. Needs a pywb in an environment of its own: its brotli is older than ours.

python -m venv /somewhere && /somewhere/bin/pip install pywb 'setuptools<81'
ARCHIVER_PYWB=/somewhere/bin pytest tests/warc/test_replay.py
"""

from __future__ import annotations

import gzip
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from datetime import timedelta
from http.client import HTTPConnection
from pathlib import Path

import pytest

from archiver.model.event import Attempt
from archiver.warc.seal import seal_fact
from tests.warc import archive
from tests.warc.archive import START, Memory, captured, exchange, unchanged
from tests.warc.lone_texts import seal_text

PYWB = Path(os.environ.get("ARCHIVER_PYWB", ""))
pytestmark = pytest.mark.skipif(
    not (os.environ.get("ARCHIVER_PYWB") and (PYWB / "wayback").exists()),
    reason="ARCHIVER_PYWB names no folder with pywb's `wayback`",
)

TYPE = b"Content-Type: text/html; charset=utf-8\r\n"
PAGES = {
    "http://paper.example/plain": b"<p>Plain, told once.</p>",
    "http://paper.example/coded": b"<p>Coded, told once.</p>",
    "http://paper.example/chunked": b"<p>Chunked, told once.</p>",
    "http://paper.example/both": b"<p>Coded and chunked, told once.</p>",
    "http://paper.example/target": b"<p>Where the redirect led.</p>",
    "http://copy.example/plain": b"<p>Plain, told once.</p>",  # a revisit of the first
    "http://copy.example/chunked": b"<p>Chunked, told once.</p>",  # and of a chunked one
}
#: Of these the server said a year later that they had not changed.
UNCHANGED = ("http://paper.example/plain", "http://paper.example/both", "http://copy.example/plain")
LATER = START + timedelta(days=365)
STAMP = "20240517093000"


def chunks(body: bytes) -> bytes:
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in (body[:7], body[7:])) + b"0\r\n\r\n"


def fill(folder: Path) -> Path:
    store, journal = archive.store(folder), Memory()
    length = lambda body: b"Content-Length: %d\r\n" % len(body)  # noqa: E731 - a word of this function's
    for url, page in PAGES.items():
        at = START + timedelta(days=url.startswith("http://copy"))
        name = url.rpartition("/")[2]
        coded = gzip.compress(page, mtime=0)
        body, payload, fields = {
            "coded": (coded, coded, TYPE + b"Content-Encoding: gzip\r\n" + length(coded)),
            "chunked": (chunks(page), page, TYPE + b"Transfer-Encoding: chunked\r\n"),
            "both": (chunks(coded), coded, TYPE + b"Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n"),
        }.get(name, (page, page, TYPE + length(page)))
        hop = exchange(url, body, payload=payload, fields=fields, at=at)
        if url.endswith("target"):
            moved = b"Location: http://paper.example/target\r\nContent-Length: 0\r\n"
            captured(
                store, journal, exchange("http://paper.example/moved", b"", status=b"302 Found", fields=moved), hop
            )
        else:
            captured(store, journal, hop)
    for url in UNCHANGED:
        unchanged(store, journal, next(one for one in journal.captures() if one.final.url == url), at=LATER)
    with store.locked():
        last = next(journal.captures())
        journal.keep(*seal_text("Plain, told once.", last, "html/1", store, journal))
        journal.record(seal_fact(Attempt("http://gone.example/", START, "failed", ("dns",)), store, journal))
    assert [capture.final.kind for capture in journal.captures()] == ["response"] * 5 + ["revisit"] * 5
    return store.files()[0]


@pytest.fixture(scope="module")
def wayback(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of a pywb that serves a file of ours, rewriting nothing (`id_`)."""
    folder = tmp_path_factory.mktemp("pywb")
    path = fill(folder / "archive")
    run = {"cwd": folder, "stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE}
    subprocess.run([PYWB / "wb-manager", "init", "ours"], check=True, **run)  # type: ignore[call-overload]  # options in common
    subprocess.run([PYWB / "wb-manager", "add", "ours", shutil.copy(path, folder)], check=True, **run)  # type: ignore[call-overload]
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [PYWB / "wayback", "-b", "127.0.0.1", "-p", str(port)],
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(100):
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                time.sleep(0.1)
        yield port
    finally:
        server.terminate()
        server.wait()


def replayed(port: int, url: str, stamp: str = STAMP) -> tuple[int, dict[str, str], bytes]:
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", f"/ours/{stamp}id_/{url}", headers={"Accept-Encoding": "gzip"})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, {name.lower(): value for name, value in answer.getheaders()}, body


@pytest.mark.parametrize("url", PAGES)
@pytest.mark.parametrize("stamp", [STAMP, "2034"])
def test_a_page_is_replayed_byte_for_byte_whatever_time_is_asked_for(wayback: int, url: str, stamp: str) -> None:
    """Its statement, certificates and text, which are later, are never taken for the page."""
    status, headers, body = replayed(wayback, url, stamp)
    assert status == 200
    assert (gzip.decompress(body) if headers.get("content-encoding") == "gzip" else body) == PAGES[url]


@pytest.mark.parametrize("url", UNCHANGED)
def test_a_page_that_had_not_changed_is_replayed_as_it_was(wayback: int, url: str) -> None:
    """Of the later time, and as a page: a 304 would show nothing."""
    status, headers, body = replayed(wayback, url, f"{LATER:%Y%m%d%H%M%S}")
    assert (status, headers["memento-datetime"]) == (200, f"{LATER:%a, %d %b %Y %H:%M:%S GMT}")
    assert (gzip.decompress(body) if headers.get("content-encoding") == "gzip" else body) == PAGES[url]


def test_a_redirect_is_replayed_as_one(wayback: int) -> None:
    status, headers, _ = replayed(wayback, "http://paper.example/moved")
    assert status == 302
    assert headers["location"].endswith("http://paper.example/target")
