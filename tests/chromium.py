"""A real browser for tests: the Chromium that is on PATH, driven by Playwright, and axe-core that looks at what it shows.

    running()                    one that runs while the block does; skips where there is none
    context(browser, ...)        a reader: how wide the window is, light or dark, scripts allowed or not
    profiled(browser, ...)       a reader with a profile, whose browser looks ahead, and what of it went over the wire
    audit(page)                  what axe-core has against a page
    fits(page)                   whether it can be read without scrolling sideways
    keep(page, name)             a picture of the whole page among CI's output

ARCHIVER_AXE names axe.min.js, ARCHIVER_SCREENSHOTS the folder for pictures; .ci/run sets both. A Chromium runs for one module at
the most: while Playwright is at work nothing else in this thread can have an event loop.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

WIDTHS = {"wide": (1280, 900), "narrow": (390, 844), "narrowest": (320, 640), "zoomed": (640, 450)}
SCHEMES = ("light", "dark")

#: How long a page is waited for, and what is to be seen on it, in ms.
PATIENCE = 10_000

#: How bad a violation is that no page of ours may have.
SERIOUS = ("serious", "critical")


@dataclass(frozen=True, slots=True)
class Violation:
    """One rule that a page breaks: how bad it is, and at which elements."""

    rule: str
    impact: str
    places: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Wire:
    """What a browser did on the network, by its own log, which is whole once it has ended."""

    log: Path

    def names(self, domain: str) -> set[str]:
        """What it looked up, connected to or asked for under a domain: the labels before it."""
        return set(re.findall(rf"([a-z0-9-]+)\.{re.escape(domain)}", self.log.read_text("utf-8", "replace")))


def _program() -> str:
    program = shutil.which("chromium")
    if program is None:
        pytest.skip("there is no chromium on PATH (Debian: apt install chromium); .ci/run installs it")
    return program


#: As root it runs without its own sandbox: it would not start with it.
_ROOT = ("--no-sandbox",) if os.geteuid() == 0 else ()


@contextmanager
def running() -> Iterator[Browser]:
    """Chromium, without a window."""
    program = _program()
    api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: pip install -e '.[test]'")
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(_ROOT))
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def context(
    browser: Browser, width: str = "wide", scheme: str = "light", *, scripts: bool = True
) -> Iterator[BrowserContext]:
    """A reader's window, with nothing in it of what others saw."""
    columns, rows = WIDTHS[width]
    made = browser.new_context(
        viewport={"width": columns, "height": rows},
        color_scheme="dark" if scheme == "dark" else "light",
        java_script_enabled=scripts,
    )
    made.set_default_timeout(PATIENCE)
    try:
        yield made
    finally:
        made.close()


@contextmanager
def profiled(browser: Browser, folder: Path, hosts: Mapping[str, int]) -> Iterator[tuple[BrowserContext, Wire]]:
    """Another Chromium of the same kind, with a profile in `folder` and without the switches by which Playwright keeps one from looking
    up names and connecting beforehand, as people's do. `hosts` are at ports of 127.0.0.1 for it, and all below `localhost` on this machine; no other name exists.
    """
    wire = Wire(folder / "net-log.json")
    rules = ", ".join(
        (
            *(f"MAP {name} 127.0.0.1:{port}" for name, port in hosts.items()),
            "MAP * ~NOTFOUND",
            "EXCLUDE 127.0.0.1",
            "EXCLUDE *.localhost",
        )
    )
    options = (
        "--headless=new", "--remote-debugging-pipe", "--no-first-run", "--no-default-browser-check", "--disable-component-update",
        "--disable-sync", f"--host-resolver-rules={rules}", f"--log-net-log={wire.log}", *_ROOT,
    )  # fmt: skip
    made = browser.browser_type.launch_persistent_context(
        folder / "profile", executable_path=_program(), ignore_default_args=True, args=list(options), accept_downloads=True
    )  # fmt: skip
    made.set_default_timeout(PATIENCE)
    try:
        yield made, wire
    finally:
        made.close()


def audit(page: Page) -> list[Violation]:
    """What axe-core finds wrong with a page as it stands; skips where axe-core is not at hand. What stands in frames is not looked at:
    those pages are others'.
    """
    script = os.environ.get("ARCHIVER_AXE")
    if not script:
        pytest.skip("ARCHIVER_AXE names no axe.min.js (npm pack axe-core); .ci/run fetches it")
    page.evaluate(Path(script).read_text("utf-8"))  # not as an element: the page's own rules stay as they are
    asked = "async () => (await axe.run(document, {resultTypes: ['violations'], iframes: false})).violations"
    return [
        Violation(one["id"], one["impact"] or "", tuple(" ".join(map(str, node["target"])) for node in one["nodes"]))
        for one in page.evaluate(asked)
    ]


def fits(page: Page) -> bool:
    """Whether nothing of it lies beyond the right edge of the window."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


def keep(page: Page, name: str) -> None:
    """A picture of the whole page, where CI keeps them; none where nobody asked for any."""
    if folder := os.environ.get("ARCHIVER_SCREENSHOTS"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
