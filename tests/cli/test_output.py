"""Foreign text meets a terminal in one place."""

from __future__ import annotations

import contextlib
import io
import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.cli import _output
from tests.cli.printed import unsafe


@given(st.text())
def test_what_is_shown_holds_nothing_that_steers_a_terminal(text: str) -> None:
    shown = _output.show(text)
    assert not {unicodedata.category(char) for char in shown} & {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
    assert "\n" not in shown
    shown.encode("utf-8")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred\x1b[0m", "[31mred[0m"),
        ("a\u202egnp.exe", "agnp.exe"),
        ("two\nlines\tand a tab", "two lines and a tab"),
        ("zero\u200bwidth \u2066isolate\u2069", "zerowidth isolate"),
        ("café — 新华社", "café — 新华社"),
        ("[bold]markup[/bold]", "[bold]markup[/bold]"),
    ],
)
def test_examples(text: str, shown: str) -> None:
    assert _output.show(text) == shown


def test_json_stays_one_line_whatever_a_page_holds(capsys: pytest.CaptureFixture[str]) -> None:
    value = {"title": "a\u2028b\u0085c\u2029d\ne\ud800"}
    _output.emit(dict(value))
    out = capsys.readouterr().out
    assert len(out.splitlines()) == 1
    assert json.loads(out)["title"] == "a\u2028b\u0085c\u2029d\ne\ud800"


@given(st.text())
def test_json_holds_nothing_that_steers_a_terminal_and_means_the_same(text: str) -> None:
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        _output.emit({"title": text})
    line = out.getvalue()
    assert json.loads(line) == {"title": text}
    assert not {unicodedata.category(char) for char in line.rstrip("\n")} & {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
    assert not set(line) & set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@pytest.mark.parametrize("block", range(0, 0x110000, 0x10000))
def test_no_character_that_steers_stands_in_json(block: int) -> None:
    text = ".".join(map(chr, range(block, block + 0x10000)))
    line = _output.encoded({"title": text}).decode()
    assert unsafe(line, data=True) == set()
    assert json.loads(line) == {"title": text}


@given(st.text(), st.integers(1, 60))
def test_what_is_fitted_into_columns_is_the_beginning_and_no_wider(text: str, room: int) -> None:
    shown = _output.show(text)
    fitted = _output.fitted(shown, room)
    assert shown.startswith(fitted.removesuffix(" …"))
    assert _output.columns(fitted) <= max(room, 5)


def test_fields_on_one_line_have_labels_where_one_is_written_from_right_to_left() -> None:
    assert _output.row(("by", ""), ("in", "The Lamp"), ("dated", "2024-05-03")) == "The Lamp · 2024-05-03"
    assert _output.row(("by", None), ("in", "העמק"), ("dated", "2024-05-03")) == "in העמק · dated 2024-05-03"
    assert _output.row(("in", "Тhe Lamp"), ("dated", "\u202e")) == "Тhe Lamp [mixed letters: Cyrillic, Latin]"


def test_an_address_is_read_out_where_its_letters_cannot_be_mistaken() -> None:
    assert _output.address("http://xn--e1afmkfd.example/a") == "http://xn--e1afmkfd.example/a  reads пример.example"
    assert _output.address("http://xn--80ak6aa92e.example/") == "http://xn--80ak6aa92e.example/"
    assert _output.address("http://plain.example/\x1b") == "http://plain.example/"


def test_a_line_of_a_page_stays_as_it_is_unless_it_steers() -> None:
    for line in ("two  spaces\tand a tab", "no\u00a0break", "می\u200cخواهم", "e\u0301"):
        assert _output.calm(line) == line
    for line in ("a\rb", "a\x1b[1m  b", "a\u202eb", "a\u2028b", "a\x1cb", "a" + "\u0301" * 20):
        assert _output.calm(line) == _output.show(line)


def test_no_colour_where_there_is_no_terminal() -> None:
    assert _output.colour("x", "red") == "x"


def test_sizes() -> None:
    assert [_output.size(n) for n in (0, 999, 11_900, 3_200_000)] == ["0 bytes", "999 bytes", "11.9 kB", "3.2 MB"]
