"""A note: what stands in it, and that what a page says stays text, in its place."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import example, given

from archiver.export.note import chain_note, note
from archiver.model.citation import CitedCapture
from archiver.model.letters import marked
from archiver.model.text import cut, plain
from tests.export.answers import CAPTURE, CHAIN, CITATION, REPOST, saying
from tests.export.test_lineage import NASTY, addresses, foreign

GOLDEN = Path(__file__).parent / "golden"


def test_a_fixed_citation_and_a_fixed_chain_read_as_they_always_did() -> None:
    assert note(CITATION) == (GOLDEN / "citation.md").read_text("utf-8")
    assert chain_note(CHAIN) == (GOLDEN / "chain.md").read_text("utf-8")


def markdown():
    """A CommonMark parser that is here already: what prints help for the command line needs it."""
    parser = pytest.importorskip("markdown_it").MarkdownIt("commonmark")
    return parser.enable(["table", "strikethrough"])


def shape(tokens) -> list[tuple[str, str, int]]:
    return [(token.type, token.tag, token.level) for token in tokens]


@given(foreign, foreign, foreign, addresses)
@example(*NASTY)
@example("\u200b", " ", "\u202e ", "\n")
def test_whatever_a_page_says_the_note_has_its_shape_and_the_text_its_place(
    title: str, publisher: str, quote: str, url: str
) -> None:
    parser = markdown()
    tokens = parser.parse(note(saying(title, publisher, quote, url)))
    # An empty name or verdict is left out; all else is the same, block by block, whatever the text.
    plainly = parser.parse(
        note(saying(*("words" if plain(text) else "" for text in (title, publisher, quote)), "words" if plain(url) else ""))
    )  # fmt: skip
    assert shape(tokens) == shape(plainly)
    inline = [child for token in tokens for child in token.children or ()]
    allowed = {
        "text",
        "code_inline",
        "link_open",
        "link_close",
        "strong_open",
        "strong_close",
        "html_inline",
        "softbreak",
    }
    assert {child.type for child in inline} <= allowed
    assert {child.content for child in inline if child.type == "html_inline"} <= {"<!-- -->"}
    assert all(re.match("https?://", child.attrs["href"]) for child in inline if child.type == "link_open")
    heading = next(token for token in tokens if token.type == "inline")
    assert text(heading) == (marked(cut(title, 300)) or "(no title)")
    assert f"“{cut(quote, 600)}”" in [text(token) for token in tokens if token.type == "inline"]


def text(token) -> str:
    return "".join(child.content for child in token.children if child.type in ("text", "code_inline"))


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("# a title", "\\# a title"),
        ("- a point", "\\- a point"),
        ("3. a third", "3\\. a third"),
        ("=====", "\\====="),
        ("a | b ~~c~~ `d` _e_ *f*", "a \\| b \\~\\~c\\~\\~ \\`d\\` \\_e\\_ \\*f\\*"),
        ("[x](javascript:y)", "\\[x\\](javascript:y)"),
        ("see https://evil.example/x or www.evil.example", "see https\\://evil.example/x or www\\.evil.example"),
        ("ask a@evil.example, @all", "ask a@<!-- -->evil.example, @<!-- -->all"),
        ("AT&T &lt;b&gt; <b>", "AT\\&T \\&lt;b\\&gt; \\<b\\>"),
        ("{{ secret }} {% x %} $y$", "\\{\\{ secret \\}\\} \\{% x %\\} \\$y\\$"),
        ("two\nlines \u202eand\u200b more", "two lines and more"),
        ("2024-03-04, 3.5 % – “fine” (really)", "2024-03-04, 3.5 % – “fine” (really)"),
    ],
)
def test_text_is_written_so_that_it_stays_text(said: str, written: str) -> None:
    assert note(replace(CITATION, title=said)).split("\n")[0] == f"## {written}"


def test_an_address_that_no_browser_may_follow_is_code() -> None:
    shown = note(replace(CITATION, variants=("javascript:alert(`1`)", "http://ok.example/<b>")))
    assert "- ``javascript:alert(`1`)``\n- <http://ok.example/%3Cb%3E>\n" in shown


def test_names_that_are_written_from_right_to_left_keep_days_and_each_other_in_their_places() -> None:
    hebrew = replace(
        CITATION, publisher="העמק", authors=("דנה לוי",), edges=(), verdict="Not the original. First published by העמק, 2024-05-02."
    )  # fmt: skip
    lines = note(hebrew).split("\n")
    assert lines[2] == f"By דנה לוי · in העמק, dated 2024-05-03, <{REPOST}>"
    assert lines[4] == "**Verdict:** Not the original. First published by העמק, on 2024-05-02."


def test_names_whose_letters_can_be_mistaken_are_marked() -> None:
    shown = note(replace(CITATION, title="Wеir won", publisher="Тhe Lamp")).split("\n")
    assert shown[0] == "## Wеir won \\[mixed letters: Latin, Cyrillic\\]"
    assert ", ".join(shown[2].split(" · ")[1:]).startswith("Тhe Lamp \\[mixed letters: Cyrillic, Latin\\], 2024-05-03")


def captured(**more: object) -> CitedCapture:
    return replace(CAPTURE, **more)


@pytest.mark.parametrize(
    ("capture", "words"),
    [
        (captured(tls=None), "fetched without TLS"),
        (captured(source="memento"), "a copy that was had from a public archive"),
        (captured(tls="TLSv1.3 (unverified)"), "whose certificate did not verify"),
        (captured(tls="TLSv1.3 (verified)"), "whose certificate verified"),
        (
            captured(source="import", source_note="from M. Frey"),
            "taken in from a file, and not fetched by this archive",
        ),
    ],
)
def test_a_note_claims_no_more_than_was_checked(capture: CitedCapture, words: str) -> None:
    shown = note(replace(CITATION, captures=(capture,), verified=None))
    assert words in shown
    assert "not checked since they were stored" in shown
    assert "authentic" not in shown


def test_an_address_that_was_never_archived_says_why() -> None:
    gone = replace(
        CITATION, document_id=None, url=REPOST, outcome="failed", problems=("dns",), captures=(), message="nowhere.example does not resolve"
    )  # fmt: skip
    assert (
        note(gone) == f"## <{REPOST}>\n\n**Not archived:** failed (dns)\n\nReason: nowhere.example does not resolve\n"
    )
