"""Which key words of the wordings stand in which blocks, found in one pass over the words of a page.

A page is asked for some five hundred key words in sixteen languages, and holds few. So each different word of a block is looked
at once, by one expression that branches letter by letter, and remembered between pages. It knows no wording and no role.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from archiver.provenance.phrases.lexicon import WORDINGS

#: Longer words are run-together text, a script without spaces, or an attack: looked at, not remembered.
LONGEST_REMEMBERED = 40
#: So many words are remembered; then the memory begins anew.
MOST_REMEMBERED = 1 << 17


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


def bare(key: str) -> str:
    """A key without the marks of its ends (`<a>`)."""
    return key.removeprefix("<").removesuffix(">")


_KEYS = sorted({key for wording in WORDINGS for group in wording.keys for key in group})
#: Of a key of several words the longest one is looked for, and then the whole.
_PARTS = {key: max(bare(key).split(), key=len) for key in _KEYS}
_PHRASES = {key: bare(key) for key in _KEYS if " " in key}
_ANY_PART = re.compile(_branching(sorted(set(_PARTS.values()))))
#: ... of those that a word of ASCII can hold: most words are, and most alternatives are not.
_ASCII_PART = re.compile(_branching(sorted({part for part in _PARTS.values() if part.isascii()})))
#: What was found -> the keys whose part it is, or begins with.
_KEYS_OF = {found: tuple(key for key in _KEYS if found.startswith(_PARTS[key])) for found in _PARTS.values()}


def _in_word(word: str) -> tuple[str, ...]:
    """The keys of which the looked-for part stands in a word (between white space), at its end where the key says so."""
    keys: list[str] = []
    found = _ANY_PART.search(word)
    while found is not None:
        start = found.start()
        for key in _KEYS_OF[found[0]]:
            end = start + len(_PARTS[key])
            if (key[0] != "<" or start == 0 or not word[start - 1].isalnum()) and (
                key[-1] != ">" or end == len(word) or not word[end].isalnum()
            ):
                keys.append(key)
        found = _ANY_PART.search(word, start + 1)
    return tuple(keys)


def _holding(words: set[str]) -> set[str]:
    """Those of the words in which any looked-for part stands, found in two passes over all of them, and the very long ones."""
    held = {word for word in words if len(word) > LONGEST_REMEMBERED}
    plain = {word for word in words - held if word.isascii()}
    for part, some in ((_ASCII_PART, plain), (_ANY_PART, words - held - plain)):
        text = "\n".join(some)
        for found in part.finditer(text):
            end = text.find("\n", found.end())
            held.add(text[text.rfind("\n", 0, found.start()) + 1 : len(text) if end < 0 else end])
    return held


class _Memory:
    """Words looked at before. Most words of most pages hold no key and come again: those are told apart by one set operation."""

    def __init__(self) -> None:
        self._silent: set[str] = set()
        self._telling: dict[str, tuple[str, ...]] = {}

    def telling(self, words: set[str]) -> dict[str, tuple[str, ...]]:
        """Those of the words that hold keys, and which."""
        heard = words - self._silent
        told = {word: self._telling[word] for word in heard if word in self._telling}
        heard.difference_update(told)
        if not heard:
            return told
        new = {word: _in_word(word) for word in _holding(heard)}
        if len(self._silent) + len(self._telling) >= MOST_REMEMBERED:
            self._silent, self._telling = set(), {}
        self._silent.update(word for word in heard if not new.get(word) and len(word) <= LONGEST_REMEMBERED)
        self._telling.update((word, keys) for word, keys in new.items() if keys and len(word) <= LONGEST_REMEMBERED)
        told.update((word, keys) for word, keys in new.items() if keys)
        return told


_MEMORY = _Memory()


def places_of_keys(texts: Sequence[str]) -> dict[str, list[int]]:
    """Key word -> the numbers of the texts (lower case) that it stands in, in order."""
    words = [set(text.split()) for text in texts]
    telling = _MEMORY.telling(set[str]().union(*words))
    worth = set(telling)
    places: dict[str, list[int]] = {}
    for number, said in enumerate(words):
        for key in {key for word in said & worth for key in telling[word]}:
            phrase = _PHRASES.get(key)
            if phrase is None or phrase in texts[number]:
                places.setdefault(key, []).append(number)
    return places
