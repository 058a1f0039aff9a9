"""Foreign text made plain: on one line, and nothing in it that steers what shows it.

    plain(text)     what every surface shows of a title, a name, a quote, an address or a server's words
    cut(text, n)    the same, of at most so many characters
    size(octets), lasting(seconds), counted(number, what)  figures for people
    leftward(text)  whether any of it is written from right to left: then it takes what stands beside it along
    dated(text)     a sentence of ours, in which a day stands behind such a name

Every surface that prints what a page, a server, a file or an argument says starts from this; what its own notation treats
specially is its own business. JSON is not made plain: it keeps what was said, and escapes it. What can be mistaken for other
letters is model.letters.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

#: Controls, format characters (bidi, zero-width, tags, annotations), lone surrogates, private use, line and paragraph separators.
_STEERING = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})

#: Invisible all the same: the grapheme joiner, two Khmer vowels that are never written, Mongolian selectors.
_UNSEEN = frozenset("\u034f\u17b4\u17b5\u180b\u180c\u180d\u180f")

#: Letters and signs that are blank: what Hangul fills up with, and a Braille cell without dots.
_BLANK = frozenset("\u115f\u1160\u3164\uffa0\u2800")

#: Marks upon one letter that are kept: as many as the fullest syllables of Tibetan and Burmese have; a flood has hundreds.
MARKS = 8

#: Characters of a text that is remembered when it was made plain.
REMEMBERED = 12_000

#: Letters, marks and signs of scripts that are written from right to left, by blocks.
_RTL = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff"


def plain(text: str) -> str:
    """Foreign text on one line, single spaces, without the characters above and without noncharacters (which XML refuses).

    A mark stands on a letter of the text's own, and one variation selector at most behind what it selects a form of: neither
    a mark at the beginning nor a pile of them reaches what stands before, above or below.
    """
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    return _remembered(text) if len(text) <= REMEMBERED else _plain(text)


def _plain(text: str) -> str:
    """The same, character by character."""
    kept: list[str] = []
    room = 0  # for marks upon what stands last
    for char in text:
        if char.isspace() or char in _BLANK:
            kept.append(" ")
            room = 0
            continue
        category = unicodedata.category(char)
        if category in _STEERING or char in _UNSEEN or _is_unassigned(ord(char)):
            continue
        if category[0] != "M":
            room = MARKS
        elif not room:
            continue
        else:
            room = 0 if _selects(ord(char)) else room - 1
        kept.append(char)
    return " ".join("".join(kept).split())


#: One page says the same title, name or quote many times over: those last made plain are remembered.
_remembered = lru_cache(maxsize=256)(_plain)


def _selects(code: int) -> bool:
    """Whether a character is a variation selector."""
    return 0xFE00 <= code <= 0xFE0F or 0xE0100 <= code <= 0xE01EF


def _is_unassigned(code: int) -> bool:
    """A noncharacter, or in a stretch that Unicode keeps free for invisible characters to come."""
    return (
        code & 0xFFFE == 0xFFFE
        or 0xFDD0 <= code <= 0xFDEF
        or 0xFFF0 <= code <= 0xFFF8
        or code == 0x2065
        or (0xE0000 <= code <= 0xE0FFF and not _selects(code))
    )


def cut(text: str, most: int) -> str:
    """Plain text of at most so many characters, ended at a word where it had to be cut."""
    text = plain(text)
    if len(text) <= most:
        return text
    return (text[: most - 1].rpartition(" ")[0] or text[: most - 2]) + " …"


def counted(number: int, what: str) -> str:
    """`1 page`, `2 pages`."""
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def size(octets: int) -> str:
    """A number of bytes: `640 bytes`, `11.7 kB`, `3.2 MB`, `4.1 GB`."""
    if octets < 1000:
        return f"{octets} bytes"
    power = next((power for power in (1, 2) if round(octets / 1000**power, 1) < 1000), 3)
    return f"{octets / 1000**power:,.1f} {' kMG'[power]}B"


def lasting(seconds: float) -> str:
    """A time that something takes: `0.4 s`, `38 s`, `41 min 7 s`, `2 h 5 min`."""
    if seconds < 10:
        return f"{max(seconds, 0):.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours:,} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def leftward(text: str) -> bool:
    """Whether any of a text is written from right to left."""
    return not text.isascii() and _leftward().search(text) is not None


def dated(text: str) -> str:
    """A sentence of ours, plain: a day right behind a name that is written from right to left would change places with it, and has
    a word before it.
    """
    return _days().sub(r"\1, on ", text) if leftward(text) else text


@cache
def _leftward() -> re.Pattern[str]:
    return re.compile(f"[{_RTL}]")


@cache
def _days() -> re.Pattern[str]:
    """The end of a name that is written so, and the day behind it, as sentences of ours have it."""
    return re.compile(rf"([{_RTL}]\W{{0,8}}), (?=\d{{4}}-\d\d-\d\d)")
