"""Text that is set in lines without a typeface at hand: how wide it is, about, where it breaks, and how it is isolated.

    width(text, look)        in user units, rather too wide than too narrow
    broken(text, look, room) -> its lines, isolated
    ending(text, look, room) -> as much of its end as fits on one line
    isolated(text)           (and from_right of it) the text so that letters from right to left in it take nothing along that stands beside it

It takes plain text (model.text), and escapes nothing.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from archiver.model.text import leftward


@dataclass(frozen=True, slots=True)
class Look:
    """How a line of text is set: its size, the height that it takes, whether it is bold, its class."""

    size: float
    height: float
    bold: bool
    name: str


#: Widths of characters in parts of the size, of a wide typeface without serifs. What is not told is a small letter or a digit.
_WIDTHS = {
    **dict.fromkeys(" ijlI|!.,:;'’", 0.34),
    **dict.fromkeys("frt()[]/\\-", 0.41),
    **dict.fromkeys("mMwW@%—…", 1.0),
    **dict.fromkeys("#&+<=>~ABCDEFGHJKLNOPQRSTUVXYZ", 0.78),
}
_SMALL, _FOREIGN, _FULL, _BOLD = 0.63, 0.72, 1.1, 1.12

#: What makes a text an isolated one, from left to right or from right to left, and what ends it.
_LEFT_TO_RIGHT, _RIGHT_TO_LEFT, _END = "\u2066", "\u2067", "\u2069"


def width(text: str, look: Look) -> float:
    """How wide a text is at most, about."""
    return sum(map(_part, text)) * look.size * (_BOLD if look.bold else 1)


def _part(char: str) -> float:
    if char.isascii() or char in _WIDTHS:
        return _WIDTHS.get(char, _SMALL)
    if unicodedata.category(char) in ("Mn", "Me"):
        return 0.0
    return _FULL if unicodedata.east_asian_width(char) in "WF" else _FOREIGN


def broken(text: str, look: Look, room: float) -> list[str]:
    """A text in lines, broken at blanks, and within what is too long for a line by itself, never before a mark."""
    lines: list[str] = []
    line = ""
    for word in text.split(" "):
        if line and width(f"{line} {word}", look) <= room:
            line = f"{line} {word}"
            continue
        lines += [line] if line else []
        line = ""
        for char in word:
            if line and unicodedata.category(char)[0] != "M" and width(line + char, look) > room:
                lines.append(line)
                line = ""
            line += char
    return [isolated(one, text) for one in (*lines, line)]


def ending(text: str, look: Look, room: float) -> str:
    """As much of the end of a text as there is room for: the end of a host says whose it is, that of a path which page it is."""
    if width(text, look) <= room:
        return text
    end = len(text)
    room -= width("…", look)
    while end and (room := room - width(text[end - 1], look)) >= 0:
        end -= 1
    return "…" + text[end:]


def isolated(text: str, whole: str = "") -> str:
    """Plain text so that letters from right to left in it take nothing along that stands beside it.

    Its direction is that of the first letter that has one; of the whole text, where it is a line of one.
    """
    whole = whole or text
    if not leftward(whole):
        return text
    first = next((kind for kind in map(unicodedata.bidirectional, whole) if kind in ("L", "R", "AL")), "L")
    return f"{_LEFT_TO_RIGHT if first == 'L' else _RIGHT_TO_LEFT}{text}{_END}"


def from_right(line: str) -> bool:
    """Whether an isolated line is written from right to left."""
    return line.startswith(_RIGHT_TO_LEFT)
