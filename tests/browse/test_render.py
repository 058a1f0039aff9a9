"""How foreign text gets into a page, and what the stylesheet promises."""

from __future__ import annotations

import re
import shlex
from dataclasses import replace
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.browse import render
from archiver.browse.web import POLICY, Served
from archiver.errors import NotFound
from archiver.export.lineage import link
from archiver.extract.standin import RULES
from archiver.model.citation import CitedSignal, CitedWithdrawal
from tests.browse.markup import Markup, sound
from tests.export.answers import CAPTURE, CITATION

LINKS = Served(database="manifest")
PAGES, STATIC = (files("archiver.browse") / name for name in ("pages", "static"))


def written(name: str) -> str:
    return (STATIC / name).read_text("utf-8")


# ── text ──


def test_a_name_is_cut_and_marked_for_letters_of_its_whole_that_can_be_mistaken() -> None:
    assert render.name("The Lamp") == "The Lamp"
    assert render.name("word " * 100 + "R\u0435uters", 20) == "word word word … [mixed letters: Latin, Cyrillic]"
    assert render.name(None) == render.name("\u202e\u200b") == ""


def test_an_address_is_shown_without_what_all_have_and_without_its_middle() -> None:
    assert render.short("https://www.lamp.example/a/") == "lamp.example/a"
    shown = render.short("https://lamp.example/" + "a" * 500 + "/end")
    assert len(shown) == 60
    assert shown.startswith("lamp.example/aaa")
    assert shown.endswith("…aaaaaaaaaaaaaaaaaaaaaaaaa/end")


@pytest.mark.parametrize("tag", ["en", "fa", "pt-BR", "zh-Hant-TW", "sr-Latn"])
def test_a_language_is_one_where_it_is_written_as_one(tag: str) -> None:
    assert render.tag(tag) == tag


@pytest.mark.parametrize("text", [None, "", "english", "en us", "en\n|x=y", 'en" onload="x', "e", "x-" + "a" * 50])
def test_what_is_no_language_tag_is_left_out(text: str | None) -> None:
    assert render.tag(text) is None


def test_a_problem_code_of_a_newer_program_is_told_apart() -> None:
    assert render.meaning("paywall") == "only the part before a paywall was served"
    assert "newer" in render.meaning("moon-phase")


def test_of_what_surrounds_a_quote_its_nearest_words_are_shown() -> None:
    long = " ".join(f"w{number}" for number in range(9_000))
    assert (render.before("as it was"), render.after("as it was")) == ("as it was", "as it was")
    assert render.before(long).endswith(" w8998 w8999")
    assert render.after(long).startswith("w0 w1 ")
    for shown in (render.before(long), render.after(long), render.before("x" * 9_000), render.after("x" * 9_000)):
        assert 150 < len(shown) <= render.AROUND
    assert set(render.before(long).split()) | set(render.after(long).split()) <= set(long.split())


def test_times_in_our_sentences_are_written_as_everywhere_else() -> None:
    assert (
        render.said("kept from 2026-11-22T02:56:05.805Z to 2026-11-22T02:57:00Z")
        == "kept from 2026-11-22 02:56:05 UTC to 2026-11-22 02:57:00 UTC"
    )


@pytest.mark.parametrize(
    ("status", "verdict", "word"),
    [
        ("republication", "A translation. First published by Harbour Gazette.", "Translation"),
        ("republication", "An agency's text. Supplied by North Wire.", "Agency text"),
        ("republication", "Another form of http://a.example/x. A translation. Taken from B.", "Translation"),
        ("republication", "Not the original. First published by A translation. And so on.", ""),
        ("original", "A translation. ", ""),
    ],
)
def test_a_translation_and_a_text_of_an_agency_are_called_that(status: str, verdict: str, word: str) -> None:
    assert render.standing(replace(CITATION, status=status, verdict=verdict)) == word


def test_what_a_page_is_called() -> None:
    assert render.titled(CITATION) == "How the weir was won"
    assert render.titled(replace(CITATION, title="\u202e")) == "Without a title"
    gone = replace(CAPTURE, withdrawn=CitedWithdrawal("2026-02-01T00:00:00Z", "Desk", "it asked", removed=False))
    assert render.titled(replace(CITATION, captures=(gone,))) == "A withdrawn page"


@pytest.mark.parametrize(
    ("rule", "quote", "coded"),
    [
        ("paywall-marked", '"isAccessibleForFree":false', True),
        ("challenge-header-cf-mitigated", "cf-mitigated: challenge", True),
        ("login-form", "<input type=password>", True),
        ("of-a-newer-program", "<meta name=x>", True),
        ("paywall-words", "Subscribe to continue reading.", False),
        ("soft-404-title-and-heading", "Page not found", False),
    ],
)
def test_markup_and_header_lines_are_no_words_of_a_page(rule: str, quote: str, coded: bool) -> None:
    assert render.coded(CitedSignal("paywall", rule, quote)) is coded


def test_words_that_a_reader_sees_are_told_before_markup() -> None:
    marked, words = (CitedSignal("paywall", f"paywall-{kind}", kind) for kind in ("marked", "words"))
    assert render.told(replace(CITATION, signals=(marked, words)), "paywall") == words
    assert render.told(replace(CITATION, signals=(marked,)), "paywall") == marked
    assert render.told(CITATION, "paywall") is None


def test_every_rule_that_tells_by_markup_is_known_as_one() -> None:
    words = {"title", "heading", "title-and-heading", "words", "waiting", "notice"}
    told = {
        rule.name.removeprefix(rule.code + "-")
        for rule in RULES
        if not render.coded(CitedSignal(rule.code, rule.name, ""))
    }
    assert told <= words


@given(st.text(alphabet=st.sampled_from("/?#&;$()'\"` |<>\\!*~=%ab\u202e\n"), max_size=40))
def test_whatever_stands_in_an_address_a_shell_takes_it_for_one_word(tail: str) -> None:
    url = f"https://lamp.example/{tail}"
    command = render.command(url)
    assert command is not None
    assert shlex.split(command) == ["archiver", "capture", link(url)]
    assert "\n" not in command


@pytest.mark.parametrize("url", [None, "", "javascript:alert(1)", "ftp://lamp.example/", "https://a:b@lamp.example/"])
def test_what_cannot_be_captured_has_no_command(url: str | None) -> None:
    assert render.command(url) is None


@given(st.text(max_size=200), st.text(max_size=200))
def test_no_text_gets_out_of_its_place(what: str, advice: str) -> None:
    said = render.error(LINKS, NotFound(f"<b>{what}", advice=f"\"'>{advice}"), 404)
    page = Markup(said.body.decode())
    sound(page)
    assert said.status == 404
    assert not page.all("b")


def test_an_error_says_what_is_wrong_and_what_next() -> None:
    page = Markup(render.error(LINKS, NotFound("nothing answers", advice="Look at the front door."), 404).body.decode())
    assert "Nothing answers. Look at the front door." in page.text
    assert "/-/archiver" in page.targets


# ── templates ──


def test_no_template_marks_anything_as_safe_nor_has_a_style_or_a_script() -> None:
    for one in PAGES.iterdir():
        source = one.read_text("utf-8")
        assert not re.search(r"<script|<style|\sstyle=|\son\w+=", source), one.name
        safe = re.findall(r"\{\{[^}]*\|\s*safe", source)
        assert all("picture" in found for found in safe), one.name


def test_the_policy_lets_no_script_run_and_nothing_be_fetched_elsewhere() -> None:
    rules = dict(rule.strip().split(" ", 1) for rule in POLICY.split(";"))
    assert rules["default-src"] == "'none'"
    assert "script-src" not in rules
    assert rules["style-src"] == rules["form-action"] == "'self'"


# ── the stylesheet ──


def tokens(scheme: str) -> dict[str, str]:
    """The colours of a scheme, by their names."""
    light, dark = written("archiver.css").split("@media (prefers-color-scheme: dark)", 1)
    found = dict(re.findall(r"--([a-z]+): (#[0-9a-f]{6});", light))
    return found if scheme == "light" else found | dict(re.findall(r"--([a-z]+): (#[0-9a-f]{6});", dark.split("}")[0]))


def contrast(one: str, other: str) -> float:
    """WCAG 2, 1.4.3: (L1 + .05) / (L2 + .05) of the relative luminances."""

    def luminance(colour: str) -> float:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("ground", ["paper", "sunk"])
def test_what_is_read_stands_out_from_its_ground(scheme: str, ground: str) -> None:
    colours = tokens(scheme)
    for name in ("ink", "muted", "accent", "ok", "warn", "bad"):
        assert contrast(colours[name], colours[ground]) >= 4.5, (name, ground)
    assert contrast(colours["line"], colours[ground]) >= 3
    assert contrast(colours["ink"], colours["mark"]) >= 4.5


def test_the_stylesheets_ask_nobody_for_anything() -> None:
    for one in STATIC.iterdir():
        assert not re.search(r"url\(|@import|@font-face|expression|javascript", one.read_text("utf-8")), one.name


def test_nothing_is_set_smaller_than_13_px() -> None:
    found = re.findall(r"font-size: ([\d.]+)(rem|px)|--tiny: ([\d.]+)rem", written("archiver.css"))
    assert found
    assert all(float(size or tiny) * (16 if unit != "px" else 1) >= 13 for size, unit, tiny in found)


def test_every_class_that_the_shared_templates_use_is_known_to_the_stylesheet() -> None:
    known = set(re.findall(r"\.([a-z][a-z-]*)", written("archiver.css")))
    for name in ("base.html", "front.html", "error.html", "_parts.html"):
        source = re.sub(r"\{[{%].*?[%}]\}", " ", (PAGES / name).read_text("utf-8"))
        used = {one for found in re.findall(r'class="([^"]*)"', source) for one in found.split()}
        assert used - known <= {"front", "found", "state-"}, name
