"""Pages whose title, byline, publisher, quotes and address are markup, quotation marks, controls, Hebrew, letters that are not seen and
10,000 of them: captured for real, and seen wherever our pages and Datasette's show them.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest

from archiver.manifest.opening import MANIFEST
from tests.browse.hostile_web import FORGED, WORDS, copy_url, sentence, worded
from tests.chromium import WIDTHS, audit, context, fits, keep
from tests.serving import serving
from tests.tracing import opened, served

#: Where Datasette shows them: tables, a stored query of each shape, and a table with its facets open.
LISTS = (
    "documents", "captures", "claims", "evidence", "publishers", "texts", "lineages", "contradicting-pages", "chains", "recent-captures",
    "documents?_facet=publisher&_facet=title", "documents?_search=words", "sources-of-publisher?publisher=%22%3E%3Cb+id%3Dbroken%3E",
)  # fmt: skip

#: What a heading may take of a window.
MOST_OF_A_WINDOW = 0.4


@pytest.fixture(scope="module")
def kept(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("worded")
    pages = worded()
    with served(pages) as web, opened(folder, web) as archive:
        assert {result.outcome for result in archive.capture(list(pages))} == {"captured"}
    with closing(sqlite3.connect(folder / MANIFEST)) as manifest, manifest:
        for kind in FORGED:
            site = urlsplit(copy_url(kind)).hostname.partition("-")[2]
            for statement in FORGING:
                manifest.execute(statement, {"words": WORDS[kind], "site": f"%{site}%"})
    return folder


#: What puts words where no page could have put so many.
_THEIRS = "(select id from documents where url like :site)"
FORGING = (
    "update documents set title = :words, publisher = :words, authors = json_array(:words, :words) where url like :site",
    f"update claims set publisher = :words where document_id in {_THEIRS}",
    f"update evidence set quote = :words, prefix = :words where claim_id in (select id from claims where document_id in {_THEIRS})",
    f"update lineages set origin_publisher = :words, verdict = :words where document_id in {_THEIRS}",
    f"update edges set to_publisher = :words where from_document in {_THEIRS}",
)


@pytest.fixture(scope="module")
def address(kept: Path) -> Iterator[str]:
    with serving(kept) as (front, _):
        yield front


def document(kept: Path, url: str) -> tuple[str, str]:
    """The document of an address, and its capture."""
    with closing(sqlite3.connect(f"{(kept / MANIFEST).as_uri()}?mode=ro", uri=True)) as manifest:
        return manifest.execute("select document_id, capture_id from captures where asked_url = ?", (url,)).fetchone()


class Watched:
    """A page, and what it does that it must not."""

    def __init__(self, page, front: str) -> None:
        self.page, self.done, server = page, [], urlsplit(front).netloc
        page.on("dialog", lambda dialog: (self.done.append(dialog.message), dialog.dismiss()))
        page.on("pageerror", lambda error: self.done.append(str(error)))
        page.on("request", lambda one: urlsplit(one.url).netloc == server or self.done.append(one.url))

    def go(self, address: str, *, hidden: bool = True) -> None:
        self.page.goto(address)
        self.sound(hidden=hidden)

    def sound(self, *, hidden: bool = True) -> None:
        """No word is an element, a handler or a link that runs; none turns what stands around it, nor is `hidden`; nothing was asked for."""
        assert self.done == []
        assert self.page.evaluate(TAKEN_FOR_MARKUP) == []
        assert self.page.evaluate(STEERING, hidden) == []

    def ours(self) -> None:
        """What holds for our own pages: they keep their order and their shape on a screen and on a phone."""
        assert self.page.evaluate(OUT_OF_ORDER) == []
        for width in ("wide", "narrow"):
            columns, rows = WIDTHS[width]
            self.page.set_viewport_size({"width": columns, "height": rows})
            assert fits(self.page), width
            heading = self.page.get_by_role("heading", level=1).bounding_box()
            assert heading["height"] <= MOST_OF_A_WINDOW * rows, width


#: Elements and attributes that only words could have brought.
TAKEN_FOR_MARKUP = """() => [...document.querySelectorAll(
    '#broken, x-broken, [onfocus], [onerror], [autofocus], [src*=outside], a[href^="javascript:" i], textarea ~ x-broken, html[data-ran]'
)].map(one => one.outerHTML.slice(0, 200))"""

#: Letters that steer or hide, in what is read, in the title of the window, and in what can be sent again.
STEERING = r"""(hidden) => [document.title, document.body.innerText, ...[...document.querySelectorAll('input')].map(one => one.value)]
    .flatMap(text => text.match(hidden ? /[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u061c\u034f\u{e0000}-\u{e007f}]/gu : /[\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu) ?? [])
    .map(letter => letter.codePointAt(0).toString(16))"""

#: Words around a name that do not stand where they were written: on a line of left-to-right text what comes before a name is to its
#: left, and what comes after it to its right. And right-to-left words that nothing keeps apart from what stands around them.
OUT_OF_ORDER = r"""() => {
    const found = [], on_a_line = (a, b) => a.top < b.bottom - 2 && b.top < a.bottom - 2
    const boxes = node => { const range = document.createRange(); range.selectNode(node); return [...range.getClientRects()] }
    for (const name of document.querySelectorAll('main bdi, main [dir=ltr], main time')) {
        if (getComputedStyle(name.parentElement).direction != 'ltr' || !name.checkVisibility()) continue
        for (const [other, before] of [[name.previousSibling, true], [name.nextSibling, false]]) {
            if (!other?.textContent.trim()) continue
            const [first, second] = before ? [boxes(other).at(-1), boxes(name)[0]] : [boxes(name).at(-1), boxes(other)[0]]
            if (first && second && on_a_line(first, second) && first.right > second.left + 1)
                found.push([other.textContent.trim().slice(0, 60), name.textContent.slice(0, 60)])
        }
    }
    const texts = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT)
    while (texts.nextNode()) {
        if (!/[\u0590-\u08ff]/.test(texts.currentNode.textContent)) continue
        let one = texts.currentNode.parentElement
        while (one && one.tagName != 'MAIN' && !/isolate|plaintext/.test(getComputedStyle(one).unicodeBidi) && one.tagName != 'text') one = one.parentElement
        if (!one || one.tagName == 'MAIN') found.push(['kept apart by nothing', texts.currentNode.textContent.slice(0, 80)])
    }
    return found
}"""


@pytest.mark.parametrize("kind", WORDS)
def test_words_of_a_page_are_words_on_ours(browser, kept: Path, address: str, kind: str) -> None:
    with context(browser) as reader:
        watched = Watched(page := reader.new_page(), address)
        watched.go(f"{address}?{urlencode({'q': sentence(kind)})}")
        assert page.get_by_role("article").count() == 2
        watched.ours()
        document_id, capture_id = document(kept, copy_url(kind))
        watched.go(f"{address}/document/{document_id}")
        watched.ours()
        assert audit(page) == []
        keep(page, f"words-{kind}")
        watched.go(f"{address}/view/{capture_id}")
        watched.ours()


@pytest.mark.parametrize("kind", WORDS)
def test_words_that_are_asked_for_are_words_again(browser, address: str, kind: str) -> None:
    with context(browser) as reader:
        watched = Watched(page := reader.new_page(), address)
        watched.go(f"{address}?{urlencode({'q': f'http://{kind}.example/{WORDS[kind][:500]}'})}")
        watched.ours()
        page.get_by_role("searchbox").fill(WORDS[kind][:2000])
        page.get_by_role("button", name="Look up").click()
        watched.sound()
        watched.ours()
        keep(page, f"words-{kind}-asked")


@pytest.mark.parametrize("where", LISTS)
def test_words_of_a_page_are_words_in_the_tables(browser, address: str, where: str) -> None:
    with context(browser) as reader:
        watched = Watched(page := reader.new_page(), address)
        watched.go(
            f"{address.removesuffix('/-/archiver')}/manifest/{where}", hidden="_facet" not in where
        )  # its facets are Datasette's own
        assert page.get_by_role("heading", level=1).is_visible()
        keep(page, f"table-{where.partition('?')[0]}")
