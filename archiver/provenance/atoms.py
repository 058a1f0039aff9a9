"""A text as the pieces that an alignment compares: words with their places, and when two spellings are one.

    read(text, numbers)   -> Atoms: where each word or mark stands, and the number of its folded spelling
    alike(one, other)     -> whether two passages differ in typography alone

A word is what overlap takes for one, but whole where it holds an apostrophe or is a number with its separators, so that a
change in it is shown as one; in scripts without spaces it is a character with its marks. What is aligned with what is
decided in align.
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import NamedTuple

from archiver.provenance.overlap import tokens

#: Typography: quotation marks and dashes of any make, and what NFKC does not fold of them.
_TYPE = str.maketrans(dict.fromkeys("‘’‛′`´‹›", "'") | dict.fromkeys("“”„‟«»″", '"') | dict.fromkeys("‐‑‒–—―−", "-"))
_DASHES = re.compile(r" ?-+ ?")
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")


class Atoms(NamedTuple):
    """Words and marks of a text in order: [start, end) in characters, and the number of their folded spelling.

    What stands between two of them is white space, or characters that cannot be seen.
    """

    starts: array[int]
    ends: array[int]
    keys: array[int]


def read(text: str, numbers: dict[str, int]) -> Atoms:
    """The atoms of a text. `numbers` gives each folded spelling its number and grows; texts to be compared share it."""
    known: dict[str, int] = {}  # atoms by their very spelling: folding is done once for each
    atoms = Atoms(array("l"), array("l"), array("l"))
    for found in _pattern(text.isascii()).finditer(text):
        word, start = found[0], found.start()
        number = known.get(word)
        for piece in (word,) if number is not None or word.isascii() else _pieces(word):
            if (number := known.get(piece)) is None:
                number = known[piece] = numbers.setdefault(_folded(piece), len(numbers))
            atoms.starts.append(start)
            start += len(piece)
            atoms.ends.append(start)
            atoms.keys.append(number)
    return atoms


def alike(one: str, other: str) -> bool:
    """Whether two passages read the same: they differ in quotation marks, dashes, spacing and ligatures at most."""
    return _plain(one) == _plain(other)


def _plain(text: str) -> str:
    folded = _UNSEEN.sub("", unicodedata.normalize("NFKC", text).translate(_TYPE))
    return _DASHES.sub("-", " ".join(folded.split()))


@cache
def _pattern(ascii_only: bool) -> re.Pattern[str]:
    """A word; dots or hyphens in a row; any one other character that is not white space. Possessive: nothing is tried twice. But
    no group is: before Python 3.11.5 a possessive group could match nothing where there was something.
    """
    letter = r"\w" if ascii_only else rf"[\w{_marks()}]"
    return re.compile(rf"{letter}++(?:['’]{letter}++|(?<=\d)[.,]\d{letter}*+)*|\.\.+|--+|\S")


@cache
def _marks() -> str:
    """What belongs to the letter before it without being a letter to `re`: vowel signs, accents, joiners, soft hyphens."""
    marks = (char for char in map(chr, range(0x300, 0x20000)) if unicodedata.category(char)[0] == "M")
    return "".join(marks) + "\u00ad\u0640\u200b-\u200f\u2060\ufeff"


def _pieces(word: str) -> Iterator[str]:
    """A word, or its characters where they are of a script without spaces, each with its marks."""
    start, alone = 0, False
    for place, char in enumerate(word):
        kind = _standing(char)
        if kind == "mark":
            continue
        if place > start and (alone or kind == "alone"):
            yield word[start:place]
            start = place
        alone = kind == "alone"
    yield word[start:]


@lru_cache(1 << 16)
def _standing(char: str) -> str:
    """Whether a character is a word by itself (as overlap has it), belongs to the one before, or is a letter among others."""
    if unicodedata.category(char)[0] in "MC":
        return "mark"
    return "alone" if len(tokens(char * 2)) > 1 else "letter"


def _folded(word: str) -> str:
    """The spelling by which an atom is known again: case, width and typography do not count."""
    return " ".join(tokens(word)) or _DASHES.sub("-", unicodedata.normalize("NFKC", word).casefold().translate(_TYPE))
