"""Which key words of the wordings stand in which blocks, found in one pass over the words of a page.

A page is asked for some five hundred key words in sixteen languages, and holds few. So each different word of a block is looked
at once, by one expression that branches letter by letter, and remembered between pages. It knows no wording and no role.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from archiver.provenance.phrases.lexicon import WORDINGS

#: Longer words are run-together text, a script without spaces, or an attack: looked at, not remembered.
LONGEST_REMEMBERED = 40


def _branching(words: Iterable[str]) -> str:
    """An expression for the longest of the words that begins at a place, its alternatives told apart by their first letter."""
    heads: dict[str, list[str]] = {}
    for word in words:
        heads.setdefault(word[:1], []).append(word[1:])
    ends = heads.pop("", None) is not None
    if not heads:
        return ""
    found = "|".join(re.escape(head) + _branching(rest) for head, rest in heads.items())
    return f"(?:{found})?" if ends else f"(?:{found})"


_KEYS = sorted({key for wording in WORDINGS for key in wording.keys})
#: Of a key of several words the longest one is looked for, and then the whole.
_PARTS = {key: max(key.split(), key=len) for key in _KEYS}
_ANY_PART = re.compile(_branching(sorted(set(_PARTS.values()))))
#: What was found -> the keys whose part it is, or begins with.
_KEYS_OF = {found: tuple(key for key in _KEYS if found.startswith(_PARTS[key])) for found in _PARTS.values()}


def _in_word(word: str) -> tuple[str, ...]:
    """The keys of which the looked-for part stands in a word."""
    keys: list[str] = []
    found = _ANY_PART.search(word)
    while found is not None:
        keys.extend(_KEYS_OF[found[0]])
        found = _ANY_PART.search(word, found.start() + 1)
    return tuple(keys)


_remembered = lru_cache(maxsize=1 << 16)(_in_word)


def _keys_in(word: str) -> tuple[str, ...]:
    return _remembered(word) if len(word) <= LONGEST_REMEMBERED else _in_word(word)


def places_of_keys(texts: Sequence[str]) -> dict[str, list[int]]:
    """Key word -> the numbers of the texts (lower case) that it stands in, in order."""
    words = [set(text.split()) for text in texts]
    keys = {word: _keys_in(word) for word in set[str]().union(*words)}
    telling = {word for word, held in keys.items() if held}
    places: dict[str, list[int]] = {}
    for number, text in enumerate(texts):
        for key in {key for word in words[number] & telling for key in keys[word]}:
            if " " not in key or key in text:
                places.setdefault(key, []).append(number)
    return places
