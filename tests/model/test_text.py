"""Foreign text made plain."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from archiver.cli._output import show
from archiver.model.text import cut, plain


@given(st.text())
def test_plain_text_is_one_line_that_steers_nothing_and_stays_as_it_is(text: str) -> None:
    shown = plain(text)
    assert not {unicodedata.category(char) for char in shown} & {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
    assert shown == " ".join(shown.split()) == plain(shown)
    shown.encode("utf-8")


@given(st.text(alphabet=st.characters(exclude_categories=["Cn"])))
def test_a_terminal_and_a_file_are_given_the_same(text: str) -> None:
    assert " ".join(show(text).split()) == " ".join(show(plain(text)).split())


@given(st.text(), st.integers(3, 40))
def test_what_is_cut_is_the_beginning_and_no_longer_than_asked(text: str, most: int) -> None:
    found = cut(text, most)
    assert len(found) <= most
    assert plain(text).startswith(found.removesuffix(" …"))


def test_examples() -> None:
    assert plain("two\nlines \u202eand\u200b a\u2028third\x1b[1m \ud800.") == "two lines and a third[1m ."
    assert plain("\ufeff \u200b x \uffff") == "x"
    assert cut("a word too many", 12) == "a word too …"
    assert cut("unbroken" * 3, 10) == "unbroken …"
