"""Two aligned texts as a person reads them: one text with marks, long unchanged stretches left out.

    [-cut from A-]   {+added in B+}   {~moved, at its place in B~}

The marks are said without colour, and only we make them: where a text holds one, a backslash stands inside it. A line is one of
the text, wrapped; what is printed goes through _output.show. A stretch that is written from right to left has a word at the
beginning of its line (same, cut, added, moved) instead of the marks.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import TYPE_CHECKING

from archiver.cli._output import colour, column, columns, say, show
from archiver.export.passages import Run, runs, shortened
from archiver.model.text import leftward

if TYPE_CHECKING:
    from archiver.provenance.align import Passage

WIDTH = 100

#: Mark and colour of what is not the same.
MARKS = {"cut": ("[-", "-]", "red"), "added": ("{+", "+}", "green"), "moved": ("{~", "~}", "cyan")}

#: Columns from which a word is broken, and into pieces of how many; how far a word that touches the one before may stand out.
LONG_WORD, GRAIN, STANDING_OUT = 40, 8, 12

_MARK_IN_TEXT = re.compile(r"\[(?=-)|-(?=\])|\{(?=[+~])|[+~](?=\})")


def passages(a: str, b: str, found: Iterable[Passage]) -> None:
    """Print what the passages say."""
    paper = _Paper()
    for run in shortened(runs(a, b, found)):
        paper.add(run)
    paper.end_line()


def legend(found: Iterable[Passage]) -> str:
    """What the marks mean that `passages` will make of these."""
    said = {"cut": "cut from A", "added": "added in B", "moved": "moved, shown where B has it"}
    kinds = {str(p.kind) for p in found if not p.typographic}
    marked = [name for name in said if name in kinds or ("changed" in kinds and name != "moved")]
    return " ".join(colour(f"{MARKS[name][0]}{said[name]}{MARKS[name][1]}", MARKS[name][2]) for name in marked)


class _Paper:
    """Lines of words, each in its colour, none wider than WIDTH where it can be broken."""

    def __init__(self) -> None:
        self._line: list[tuple[str, str]] = []  # text and its colour
        self._column = 0
        self._space = False  # white space stands before the next word

    def add(self, run: Run) -> None:
        """A run behind what was added before."""
        if run.kind == "left-out":
            self.end_line()
            say("  " + colour(run.text, "dim"))
            return
        if leftward(run.text):
            self._add_leftward(run)
            return
        opening, closing, name = MARKS.get(run.kind, ("", "", ""))
        for number, line in enumerate(run.text.split("\n")):
            if number:
                self.end_line()
            self._space = self._space or line[:1].isspace()
            words = _MARK_IN_TEXT.sub(r"\g<0>\\", show(line)).split(" ")
            if words == [""]:
                continue
            for place, word in enumerate(words):
                last = place == len(words) - 1
                for piece in _broken(("" if place else opening) + word + (closing if last else "")):
                    self._put(piece, name)
                self._space = True
            self._space = line[-1:].isspace()

    def _add_leftward(self, run: Run) -> None:
        """A run that is written from right to left, each line of it on a line by itself: beside others, the marks would change
        their places.
        """
        self.end_line()
        for line in map(show, run.text.split("\n")):
            if line:
                say(f"  {run.kind:<6} " + (colour(line, MARKS[run.kind][2]) if run.kind in MARKS else line))

    def end_line(self) -> None:
        """Print the line, if there is anything on it."""
        if self._line:
            runs = [
                ("".join(text for text, _ in run), name)
                for name, run in groupby(self._line, key=lambda piece: piece[1])
            ]
            say("  " + "".join(colour(text, name) if name else text for text, name in runs))
        self._line, self._column, self._space = [], 0, False

    def _put(self, word: str, name: str) -> None:
        """A word, behind a space where there is one. One that touches the word before it may stand a little out, unless its
        script may be broken anywhere.
        """
        wide = columns(word)
        over = self._column + wide + self._space - WIDTH
        if self._column and over > (0 if self._space or wide > len(word) else STANDING_OUT):
            self.end_line()
        if self._space and self._column:
            self._line.append((" ", name if self._line[-1][1] == name else ""))
            self._column += 1
        self._space = False
        self._line.append((word, name))
        self._column += wide


def _broken(word: str) -> Iterator[str]:
    """A word, in pieces that fit on a line where it is long: text without spaces."""
    if columns(word) <= LONG_WORD:
        yield word
        return
    start = wide = 0
    for place, char in enumerate(word):
        wide += column(char)
        if wide > GRAIN and unicodedata.category(char)[0] != "M" and len(word) - place > 2:
            yield word[start:place]
            start, wide = place, column(char)
    yield word[start:]
