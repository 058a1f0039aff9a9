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
    assert not {unicodedata.category(char) for char in line.rstrip("\n")} & {"Cc", "Zl", "Zp"}
    assert not set(line) & set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def test_no_colour_where_there_is_no_terminal() -> None:
    assert _output.colour("x", "red") == "x"


def test_sizes() -> None:
    assert [_output.size(n) for n in (0, 999, 11_900, 3_200_000)] == ["0 bytes", "999 bytes", "11.9 kB", "3.2 MB"]
