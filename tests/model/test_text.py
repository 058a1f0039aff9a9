"""Foreign text made plain."""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from archiver.cli._output import show
from archiver.model.text import MARKS, cut, dated, leftward, plain


@given(st.text())
def test_plain_text_is_one_line_that_steers_nothing_and_stays_as_it_is(text: str) -> None:
    shown = plain(text)
    assert not {unicodedata.category(char) for char in shown} & {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
    assert shown == " ".join(shown.split()) == plain(shown)
    shown.encode("utf-8")


@given(st.text())
def test_a_terminal_and_a_file_are_given_the_same(text: str) -> None:
    assert show(text) == plain(text)


@given(st.text(alphabet="ab \u0301\u0302\ufe0f\U000e0100\u200d\u0940\u3164", max_size=40))
def test_marks_stand_on_letters_of_the_text_and_not_in_heaps(text: str) -> None:
    shown = plain(text)
    assert plain(shown) == shown
    assert not shown[:1] or unicodedata.category(shown[0])[0] != "M"
    assert " " not in [before for before, char in pairwise(shown) if unicodedata.category(char)[0] == "M"]
    assert not re.search(f"[\u0301\u0302\u0940\ufe0f\U000e0100]{{{MARKS + 1}}}", shown)
    assert not re.search("[\ufe0f\U000e0100]{2}", shown)


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


def test_what_cannot_be_seen_is_gone_and_blanks_are_spaces() -> None:
    assert plain("a\U000e0041\U000e007fb\U000e0fff\ufff9c\ufffbd\u034fe\u2065f") == "abcdef"
    assert plain("a\u3164b\u115fc\u2800\u2800d\uffa0") == "a b c d"
    assert plain("\ue000x\U000f0000\ufdd0\U0001fffe") == "x"


def test_scripts_keep_their_marks() -> None:
    for text in ("ཧཱུྃ", "မြန်မာ", "שָׁלוֹם", "हिन्दी", "❤️ fire", "葛󠄀城", "e\u0301te\u0301"):
        assert plain(text) == text


def test_a_day_behind_a_name_from_right_to_left_has_a_word_before_it() -> None:
    assert dated("By העמק, 2024-05-02 (archived).") == "By העמק, on 2024-05-02 (archived)."
    assert dated("By “الوادي”, 2024-05-02.") == "By “الوادي”, on 2024-05-02."
    for text in ("By The Lamp, 2024-05-02.", "העמק and The Lamp, 2024-05-02", "העמק, 24 בו"):
        assert dated(text) == text


def test_what_is_written_from_right_to_left_is_known() -> None:
    assert all(map(leftward, ("x שלום", "ورد", "ދިވެހި", "ߒߞߏ", "𞤀", "ﷺ", "ﹰ")))
    assert not any(map(leftward, ("", "plain", "Привет", "漢字", "हिन्दी", "“…” – →")))
