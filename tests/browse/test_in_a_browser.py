"""The straight line of a reader in a real browser, from a sentence to a citation; and by whom it can be gone: on a phone, by night, with
a keyboard alone, without scripts, with large letters, on paper, with a screen reader (as far as axe-core can tell).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests import chromium
from tests.chromium import audit, context, fits, keep
from tests.serving import serving
from tests.small_web import archived
from tests.tracing import article

SENTENCE = "This article was originally published on Harbour Gazette."
AGAINST = "The original source of this article is World Letter"
VERDICT = "Not the original. First published by Harbour Gazette"
TITLE = "The last night ferry to Skerrow"
DIGEST = r"SHA-256\s+[0-9a-f]{64}\b"
REPOST = "worldletter.example/the-last-night-ferry/5121"

LINES = [(width, scheme) for width in ("wide", "narrow") for scheme in chromium.SCHEMES]


def in_order(text: str, *parts: str) -> bool:
    """Whether these stand in a text, each behind the one before it."""
    return re.search(".*?".join(map(re.escape, parts)), text, re.DOTALL) is not None


def the_hit(page):
    """Of the pages that answer, the republication itself: not its PDF."""
    return page.get_by_role("article").filter(has=page.get_by_role("link", name=REPOST, exact=True))


def ask(page, words: str) -> None:
    page.get_by_role("searchbox").fill(words)
    page.get_by_role("button", name="Look up").click()


def straight_line(page, address: str, looked_at: Callable[[str], None]) -> None:
    """A sentence, the page that has it, where it came from, its archived copy, and back to a citation."""
    page.goto(address)
    assert page.get_by_role("heading", level=1).inner_text() == "Where did this come from?"
    looked_at("1-front-door")

    ask(page, SENTENCE)
    hit = the_hit(page)
    assert in_order(hit.inner_text(), TITLE, "World Letter", "Republication", VERDICT, SENTENCE)
    looked_at("2-hits")

    hit.get_by_role("heading").get_by_role("link").click()
    provenance(page)
    looked_at("3-provenance")
    record = page.url

    page.get_by_role("link", name="Open the archived copy").click()
    page.get_by_text("Checked just now").click()  # what was checked is folded, or unfolds
    checked = page.get_by_role("main")
    if not re.search(DIGEST, checked.inner_text()):
        page.get_by_text("Checked just now").click()
    assert re.search(DIGEST, checked.inner_text())
    frame = page.frame_locator("iframe")
    assert frame.get_by_role("heading", level=1).inner_text() == TITLE
    assert frame.get_by_text(SENTENCE).is_visible()
    looked_at("4-archived-copy")

    page.go_back()
    assert page.url == record
    to_cite = page.get_by_role("region", name="To cite it")
    to_cite.get_by_text(TITLE).first.click()
    selected = page.evaluate("getSelection().toString()")
    assert in_order(selected, TITLE, "World Letter", "Harbour Gazette")
    assert selected.strip() == to_cite.get_by_role("paragraph").first.inner_text().strip()
    looked_at("5-citation")


def provenance(page) -> None:
    """What the page of the republication says, by the names that its parts have."""
    assert page.get_by_role("heading", level=1).inner_text() == TITLE
    assert VERDICT in page.get_by_role("main").inner_text()
    contradiction = page.get_by_role("region", name="contradiction").inner_text()
    assert in_order(contradiction, SENTENCE, "weight 0.93", AGAINST, "weight 0.15")

    chain = page.get_by_role("region", name="The chain")
    assert chain.get_by_text("Harbour Gazette").locator("visible=true").count()
    assert chain.get_by_text("this page").locator("visible=true").count()
    evidence = page.get_by_role("region", name="of its origin")
    card = evidence.get_by_role("listitem").filter(has_text=SENTENCE).first
    assert re.search(r"characters [\d,]+–[\d,]+.*rule\s+statement-en-1@\d+.*weight 0\.93", card.inner_text(), re.DOTALL)


@pytest.mark.parametrize(("width", "scheme"), LINES)
def test_a_sentence_leads_to_its_origin_its_archived_copy_and_a_citation(
    browser, library: str, width: str, scheme: str
) -> None:
    amiss = {}

    with context(browser, width, scheme) as reader:
        page = reader.new_page()

        def looked_at(step: str) -> None:
            keep(page, f"{step}-{width}-{scheme}")
            assert fits(page), step
            amiss.update({(step, one.rule): one for one in audit(page)})

        straight_line(page, library, looked_at)
    assert not [one for one in amiss.values() if one.impact in chromium.SERIOUS]
    assert not amiss, "no more than advice, and there is none that we do not follow"


def test_no_script_is_needed(browser, library: str) -> None:
    with context(browser, scripts=False) as reader:
        page = reader.new_page()
        straight_line(page, library, lambda _: None)


def test_a_page_can_be_had_in_the_formats_of_reference_managers(browser, library: str) -> None:
    with context(browser) as reader:
        page = reader.new_page()
        page.goto(f"{library}?q={REPOST}")
        the_hit(page).get_by_role("heading").get_by_role("link").click()
        link = page.get_by_role("complementary").get_by_role("link", name="BibLaTeX")
        with page.expect_download() as begun:
            link.click()
        assert re.fullmatch(r"archiver-[0-9a-f]{16}\.bib", begun.value.suggested_filename)
        taken = Path(begun.value.path()).read_text("utf-8")
        fold = page.get_by_role("region", name="To cite it").get_by_text("BibLaTeX")
        fold.click()
        shown = page.get_by_text("@online{")
        shown.click()
        assert taken.strip() == page.evaluate("getSelection().toString()").strip()


# ── with what people have ──


def focus_is_seen(page) -> bool:
    return bool(page.evaluate("(({outlineStyle, outlineWidth}) => outlineStyle != 'none' && parseFloat(outlineWidth) >= 2)"
                              "(getComputedStyle(document.activeElement))"))  # fmt: skip


def tab_to(page, target, most: int = 40) -> None:
    """Press Tab until it has the focus; what has it is seen at every step."""
    for _ in range(most):
        page.keyboard.press("Tab")
        assert focus_is_seen(page), page.evaluate("document.activeElement.outerHTML")
        if target.evaluate("one => one === document.activeElement"):
            return
    raise AssertionError(f"{most} times Tab, and it is not reached")


def test_a_keyboard_is_enough(browser, library: str) -> None:
    with context(browser) as reader:
        page = reader.new_page()
        page.goto(library)
        page.keyboard.press("Tab")
        skip = page.evaluate("document.activeElement.textContent")
        assert skip == "Skip to the content"
        assert page.get_by_role("link", name=skip).bounding_box()["y"] >= 0, "it is seen where it has the focus"
        tab_to(page, page.get_by_role("searchbox"))
        page.keyboard.type(SENTENCE)
        page.keyboard.press("Enter")
        page.wait_for_url("**?q=*")
        tab_to(page, the_hit(page).get_by_role("heading").get_by_role("link"))
        page.keyboard.press("Enter")
        page.wait_for_url("**/document/*")
        tab_to(page, page.get_by_role("link", name="Open the archived copy"), 80)


#: Every kind of page of ours, by what a reader did to come there: the words asked for, and which link of the first hit was followed.
WAYS = {
    "front-door": ("", ""),
    "nothing-by-words": ("nobody wrote this", ""),
    "nothing-by-address": ("https://no.example/", ""),
    "nothing-by-digest": ("0" * 64, ""),
    "many-hits": ("pilot", ""),
    "original": ("http://www.harbourgazette.example/2024/03/04/the-last-night-ferry/", TITLE),
    "republication": (f"http://www.{REPOST}", TITLE),
    "archived-copy": (f"http://www.{REPOST}", "Archived copy"),
    "archived-pdf": (f"http://www.{REPOST}?pdf=5121", "Archived copy"),
    "no-page": ("", "nothing"),
}


def come_to(page, library: str, way: str) -> None:
    words, link = WAYS[way]
    page.goto(f"{library}?{urlencode({'q': words})}" if words else f"{library}/{link}")
    if words and link:
        page.get_by_role("article").first.get_by_role("link", name=link).first.click()


@pytest.mark.parametrize("way", WAYS)
def test_every_page_of_ours_is_for_every_window_and_every_size_of_letters(browser, library: str, way: str) -> None:
    with context(browser) as reader:
        page = reader.new_page()
        come_to(page, library, way)
        assert audit(page) == []
        keep(page, f"{way}-wide")
        for width in ("narrowest", "narrow", "zoomed"):
            columns, rows = chromium.WIDTHS[width]
            page.set_viewport_size({"width": columns, "height": rows})
            assert fits(page), width
            assert overlapping(page) == [], width
        keep(page, f"{way}-zoomed")
        page.set_viewport_size({"width": 1280, "height": 900})
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert fits(page)
        assert overlapping(page) == []
        keep(page, f"{way}-large-letters")


def overlapping(page) -> list[list[str]]:
    """What one presses or finds one's way by, of which one lies on another."""
    return page.evaluate("""() => {
        const shown = [...document.querySelectorAll('h1, h2, h3, summary, label, input, button')].filter(one => one.checkVisibility())
        const boxes = shown.map(one => [one, one.getBoundingClientRect()])
        const on = (a, b) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1
        return boxes.flatMap(([one, a], at) => boxes.slice(at + 1)
            .filter(([other, b]) => on(a, b) && !one.contains(other) && !other.contains(one))
            .map(([other]) => [one.textContent, other.textContent]))
    }""")


def test_on_paper_stands_what_is_read_and_not_what_is_pressed(browser, library: str) -> None:
    with context(browser, scheme="dark") as reader:
        page = reader.new_page()
        come_to(page, library, "many-hits")
        page.emulate_media(media="print", color_scheme="dark")
        assert page.get_by_text(VERDICT).first.is_visible()
        assert (
            not page.get_by_role("search").or_(page.get_by_role("navigation")).or_(page.get_by_role("button")).count()
        )
        keep(page, "paper-hits")
        page.emulate_media(media="screen")
        come_to(page, library, "republication")
        page.emulate_media(media="print", color_scheme="dark")
        provenance(page)
        assert not page.get_by_role("link", name="Open the archived copy").count()
        keep(page, "paper-provenance")
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


# ── an archive that is at work ──


def test_what_is_captured_is_seen_at_once(browser, tmp_path: Path) -> None:
    first, second = ("http://mill.example/falls-silent", "http://weir.example/a-new-weir")
    archived(tmp_path, {first: article(first, "Mill Post")})
    with context(browser) as reader, serving(tmp_path) as (address, _):
        page = reader.new_page()
        page.goto(address)
        holds = page.get_by_role("complementary", name="This archive holds")
        assert re.search(r"Captures\s+1\b", holds.inner_text())
        archived(tmp_path, {second: article(second, "Weir Post", title="A new weir for the Orrin", text=(
            "Nobody on the upper Orrin had asked for a weir until the winter in which the ford went.",
            "Now there are three plans for one, and the smallest has a ladder for the salmon that the others forgot.",
            "The parish will vote on the second Sunday in May, in the room above the bakery, where it is warm.",
        ))})  # fmt: skip
        page.reload()
        assert re.search(r"Captures\s+2\b", holds.inner_text())
        ask(page, "a ladder for the salmon that the others forgot")
        assert page.get_by_role("article").get_by_role("heading").inner_text() == "A new weir for the Orrin"
