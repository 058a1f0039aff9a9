"""The main text: what a reader's opinion loses is given back, what is furniture is left out, and the order is the page's."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.extract.article import body_text, main_text, suffices
from archiver.extract.read import read
from archiver.model.capture import Payload
from archiver.model.document import Block, Link, Role, laid_out

TITLE = "The ferry that came back"
FIRST = (
    "The ferry came back to the island on Monday, eleven weeks after the storm had taken its pier and half of its crew."
)
SECOND = (
    "Nobody on the quay had been told, and so the first to greet the captain was a dog that belonged to no one at all."
)
THIRD = "The harbour master has promised a new timetable for the spring, when the last of the piles will have been driven in."
LEAD = "Eleven weeks after the storm the only ship of the island is on its way again, and the bakery has flour for the first time."
LINK = "Read more: the storm that took the pier in nine pictures"


def page(*rows: tuple[str, Role, str]) -> tuple[Block, ...]:
    """Blocks of a page; a text that starts with > is one link."""
    return laid_out(
        [
            (t.lstrip(">"), r, tag, (Link(0, len(t) - 1, "https://a.example/"),) * t.startswith(">"))
            for t, r, tag in rows
        ]
    )


HEADLINE = (TITLE, Role.HEAD, "h1")
BODY = ((FIRST, Role.BODY, "p"), (SECOND, Role.BODY, "p"), (THIRD, Role.BODY, "p"))


@pytest.mark.parametrize(
    ("furniture", "rows"),
    [
        (TITLE, (HEADLINE, *BODY)),
        (LINK, (HEADLINE, BODY[0], (f">{LINK}", Role.BODY, "p"), *BODY[1:])),
        ("Related stories", (HEADLINE, *BODY, ("Related stories", Role.LIST, "h3"), (">One", Role.LIST, "li"))),
        ("Loading", (HEADLINE, BODY[0], ("Loading", Role.HIDDEN, "span"), *BODY[1:])),
        ("Sign up for our newsletter.", (HEADLINE, *BODY, ("Sign up for our newsletter.", Role.TAIL, "p"))),
        ("Write to ann@herald.example", (HEADLINE, *BODY, ("Write to ann@herald.example", Role.TAIL, "p"))),
    ],
)  # fmt: skip
def test_furniture_is_left_out_of_what_was_read(furniture, rows):
    blocks = page(*rows)
    read_text = "\n".join(block.text for block in blocks)
    assert furniture in read_text
    assert main_text(read_text, blocks, TITLE) == "\n".join(
        t for t in read_text.split("\n") if t in (FIRST, SECOND, THIRD, "One")
    )


@pytest.mark.parametrize(
    "kept",
    [
        "Originally published by the Harbour Herald.",
        "Ann Moor contributed to this report.",
        "- Flour, sugar and nails",
        "Part two",
    ],
)
def test_what_belongs_to_the_article_stays(kept):
    role, tag = (Role.LIST, "li") if kept.startswith("-") else (Role.TAIL, "p")
    blocks = page(HEADLINE, *BODY, (kept.removeprefix("- "), role, tag))
    text = f"{FIRST}\n{SECOND}\n{THIRD}\n{kept}"
    assert main_text(text, blocks, TITLE) == text


def test_prose_that_was_lost_between_paragraphs_comes_back_in_its_place():
    assert main_text(f"{FIRST}\n{THIRD}", page(HEADLINE, *BODY), TITLE) == f"{FIRST}\n{SECOND}\n{THIRD}"


def test_prose_that_was_lost_behind_an_insert_comes_back():
    blocks = page(HEADLINE, BODY[0], (">Menu", Role.NAV, "div"), *BODY[1:])
    assert main_text(FIRST, blocks, TITLE) == f"{FIRST}\n{SECOND}\n{THIRD}"


def test_a_list_of_teasers_between_paragraphs_does_not():
    teasers = [(f">{LINK}", Role.BODY, "h3"), (SECOND, Role.BODY, "p")]
    text = f"{FIRST}\n{THIRD}"
    assert main_text(text, page(HEADLINE, BODY[0], *teasers, BODY[2]), TITLE) == text


@pytest.mark.parametrize(
    ("lead", "back"), [(LEAD, True), (f"{LEAD} Follow us @herald.", False), (LEAD.rstrip("."), False)]
)
def test_a_lead_comes_back_where_it_reads_like_one(lead, back):
    blocks = page(HEADLINE, (lead, Role.HEAD, "p"), *BODY)
    text = f"{FIRST}\n{SECOND}\n{THIRD}"
    assert main_text(text, blocks, TITLE) == (f"{lead}\n{text}" if back else text)


def test_where_lines_cannot_be_told_on_the_page_nothing_is_given_back():
    text = "Quite another text, as a reader makes it of scripts that the page never shows to anybody.\n" + FIRST
    assert main_text(text, page(HEADLINE, *BODY), TITLE) == text


def test_no_opinion_leaves_the_body_and_nothing_but_furniture_stays_as_it_was_read():
    blocks = page(HEADLINE, *BODY)
    assert main_text("", blocks, TITLE) == body_text(blocks) == f"{FIRST}\n{SECOND}\n{THIRD}"
    assert main_text(TITLE, page(HEADLINE), TITLE) == TITLE


def test_a_reading_that_lost_most_of_the_body_does_not_suffice():
    blocks = page(HEADLINE, *BODY)
    assert not suffices("", blocks)
    assert not suffices(FIRST, blocks)
    assert suffices(f"{FIRST}\n{SECOND}", blocks)


TEXTS = st.sampled_from([FIRST, SECOND, THIRD, LEAD, TITLE, "Menu", "Part two", "- x", ""])


@given(
    st.lists(
        st.tuples(
            TEXTS, st.sampled_from([r for r in Role if r is not Role.MARKUP]), st.sampled_from(["p", "h2", "li"])
        ),
        max_size=12,
    ),
    st.lists(TEXTS, max_size=8),
)
def test_every_line_was_read_or_stands_on_the_page(rows, lines):
    blocks = page(*rows)
    known = {block.text for block in blocks} | set(lines)
    text = main_text("\n".join(lines), blocks, TITLE)
    assert all(line in known for line in text.split("\n") if line)


def test_a_page_of_one_paragraph_over_and_over_takes_no_longer_for_that():
    blocks = page(*([BODY[0]] * 10_000))
    start = time.process_time()
    main_text("\n".join([FIRST, FIRST + FIRST[:60]] * 2_500), blocks, TITLE)
    assert time.process_time() - start < 5


def test_a_whole_page_gives_its_article_alone():
    paragraphs = "".join(f"<p>{text}</p>" for text in (FIRST, SECOND, THIRD))
    source = (
        f"<html><head><title>{TITLE} - Harbour Herald</title></head><body><nav><a href='/'>Home</a></nav>"
        f"<article><h1>{TITLE}</h1>{paragraphs}<p><a href='/x'>{LINK}</a></p></article><footer>© Herald</footer></body></html>"
    )
    found = read(Payload("https://herald.example/ferry", source.encode(), "text/html", "utf-8"))
    assert found.text == f"{FIRST}\n{SECOND}\n{THIRD}"
