"""An archived page that reaches out by every means that markup has, seen in a real browser: nothing of it leaves, runs, asks or opens.

The same page without any protection is seen first: by which of its means that browser is heard of at all.
"""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest

from archiver.demo.web import REPOST_PDF
from tests.browse.hostile_web import NAMES, OUTSIDE, PRESSED, TOLD, UNHEARD, reaching
from tests.chromium import context, keep, profiled
from tests.serving import serving
from tests.tracing import opened, served

HOSTILE = "http://archived.example/reaching"
BARE = "http://bare.example/"

#: How long a page is left to itself, in ms: longer than what would refresh or move it takes.
LEFT_ALONE = 2500


@dataclass
class Outside:
    """A server elsewhere: how many connections were made to it, and what was sent over them."""

    listening: socket.socket
    connections: int = 0
    asked: list[bytes] = field(default_factory=list)

    @property
    def port(self) -> int:
        return int(self.listening.getsockname()[1])

    def was_asked(self, name: str) -> bool:
        return any(f"Host: {name}.".encode() in one for one in self.asked)

    def listen(self) -> None:
        while True:
            try:
                taken, _ = self.listening.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._answer, args=(taken,), daemon=True).start()

    def _answer(self, taken: socket.socket) -> None:
        """That there is nothing: who asks stays where it is, and may go on asking."""
        with taken:
            taken.settimeout(5)
            try:
                while sent := taken.recv(65536):
                    self.asked.append(sent)
                    taken.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")
            except OSError:
                return


@pytest.fixture(scope="module")
def everybody() -> Iterator[Outside]:
    server = Outside(socket.create_server(("127.0.0.1", 0)))
    thread = threading.Thread(target=server.listen, daemon=True)
    thread.start()
    yield server
    server.listening.shutdown(socket.SHUT_RDWR)
    server.listening.close()
    thread.join()


@pytest.fixture
def outside(everybody: Outside) -> Outside:
    """Everybody else, of whom nobody has heard anything yet."""
    everybody.connections = 0
    everybody.asked.clear()
    return everybody


@dataclass
class Seen:
    """What a browser was seen to do: dialogs, downloads, further pages, where it went, and by whom it was answered."""

    done: list[str] = field(default_factory=list)
    answered: set[str] = field(default_factory=set)

    def watch(self, page) -> None:
        """A page, and what is opened from it. Dialogs are answered as somebody would who does not look: with yes."""
        page.on("dialog", lambda dialog: (self.done.append(f"a dialog: {dialog.type}"), dialog.accept()))
        page.on("download", lambda download: self.done.append(f"a download: {download.url}"))
        page.on("framenavigated", lambda frame: frame.parent_frame or self.done.append(f"to {frame.url}"))
        page.context.on("page", lambda opened: self.done.append(f"a page: {opened.url}"))
        page.context.on("response", self._answered)

    def _answered(self, response) -> None:
        if response.url.startswith("http"):  # the browser's own pages are answered by itself
            self.answered.add(urlsplit(response.url).netloc)


@dataclass(frozen=True)
class Kept:
    """An archive that holds the page, served: the page itself there, and ours around it."""

    server: str
    replay: str
    view: str


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory, everybody: Outside) -> Iterator[Kept]:
    folder = tmp_path_factory.mktemp("reaching")
    with served({HOSTILE: reaching(everybody.port)}) as web, opened(folder, web) as archive:
        (result,) = archive.capture([HOSTILE])
        assert result.capture is not None
        capture_id = result.capture.capture_id
    with serving(folder) as (address, _):
        yield Kept(urlsplit(address).netloc, f"{address}/replay/{capture_id}", f"{address}/view/{capture_id}")


def test_unprotected_it_is_heard_of_by_nearly_all_of_its_means(browser, tmp_path: Path, outside: Outside) -> None:
    seen = Seen()
    with (
        served({BARE: reaching(outside.port)}) as web,
        profiled(browser, tmp_path, {"bare.example": web.port}) as (reader, wire),
    ):
        page = reader.new_page()
        seen.watch(page)
        page.goto(BARE, wait_until="commit")
        for _ in range(100):
            if outside.was_asked("moved"):  # the last of it
                break
            page.wait_for_timeout(100)
        assert page.evaluate("document.documentElement.dataset.ran") == "1"
        assert page.title() == "It ran"
        assert reader.cookies()
    assert NAMES - UNHEARD.keys() <= wire.names(OUTSIDE), "what is not heard of here proves nothing below"
    assert {"a dialog: alert", "a dialog: confirm", "a dialog: prompt", "a download: data:text/plain,x"} <= set(
        seen.done
    )
    assert len(seen.answered) > 20
    assert len(outside.asked) > 20


def test_archived_it_reaches_nobody_runs_nothing_asks_nothing_and_stays_where_it_is(
    browser, tmp_path: Path, kept: Kept, outside: Outside
) -> None:
    seen = Seen()
    with profiled(browser, tmp_path, {}) as (reader, wire):
        page = reader.new_page()
        seen.watch(page)
        for address in (kept.replay, kept.view):
            page.goto(address)
            page.wait_for_timeout(LEFT_ALONE)
            untouched(page, address)
            keep(page, f"hostile-page-{urlsplit(address).path.split('/')[3]}")
        page.goto(kept.view)
        for link in PRESSED:
            page.frames[1].locator(f"#{link}").hover()
        assert seen.done == [f"to {address}" for address in (kept.replay, kept.view, kept.view)]
        assert seen.answered == {kept.server}
        assert reader.cookies() == []
    assert wire.names(OUTSIDE) == set()
    assert outside.connections == 0


def untouched(page, address: str) -> None:
    """The archived page is there, and nothing of it has run, neither in it nor in ours around it."""
    assert page.url == address
    shown = page.frames[-1]
    assert shown.locator("#told").inner_text() == TOLD
    assert shown.title() == "Reaching"
    for frame in page.frames:
        assert frame.evaluate("document.documentElement.dataset.ran") is None
    if len(page.frames) > 1:  # a page by itself has no storage at all
        assert page.evaluate("localStorage.length + sessionStorage.length") == 0


def test_what_is_pressed_in_our_frame_asks_nobody_and_leads_nowhere(
    browser, tmp_path: Path, kept: Kept, outside: Outside
) -> None:
    """A link's host may be connected to: Chromium does so as soon as a link is pressed, before it asks whether it may be followed."""
    seen = Seen()
    with profiled(browser, tmp_path, {}) as (reader, _):
        page = reader.new_page()
        seen.watch(page)
        page.goto(kept.view)
        for link in PRESSED:
            untouched(page, kept.view)
            page.frames[1].locator(f"#{link}").click(no_wait_after=True)
            page.wait_for_timeout(150)
        assert page.url == kept.view
        assert seen.done == [f"to {kept.view}"]
        assert seen.answered == {kept.server}
    assert outside.asked == []


def test_a_link_that_a_reader_opens_in_a_new_window_does_not_say_from_where(
    browser, tmp_path: Path, kept: Kept, outside: Outside
) -> None:
    with profiled(browser, tmp_path, {}) as (reader, _):
        page = reader.new_page()
        page.goto(kept.view)
        page.frames[1].locator("#same").click(modifiers=["ControlOrMeta"], no_wait_after=True)
        page.wait_for_timeout(500)
        untouched(page, kept.view)
    assert len(outside.asked) <= 1, "no ping, no prefetch: what was asked for"
    for asked in outside.asked:
        assert b"Host: same." in asked
        assert not re.search(rb"(?im)^(?:referer|origin|cookie):|archiver|127\.0\.0\.1", asked)


def test_a_pdf_is_offered_and_opens_nothing_by_itself(browser, library: str) -> None:
    with context(browser) as reader:
        page = reader.new_page()
        seen = Seen()
        page.goto(f"{library}?q={quote(REPOST_PDF)}")
        page.get_by_role("article").first.get_by_role("link", name="Archived copy").click()
        seen.watch(page)
        page.wait_for_timeout(300)
        assert seen.done == []
        assert page.locator("iframe, object, embed").count() == 0
        here = page.url
        with page.expect_download() as begun:
            page.get_by_role("link", name="download").click()
        assert begun.value.suggested_filename.endswith(".pdf")
        assert Path(begun.value.path()).read_bytes().startswith(b"%PDF-")
        assert page.url == here
        assert len(reader.pages) == 1
