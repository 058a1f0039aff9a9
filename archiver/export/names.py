"""Names of authors in two parts, where it is certain which part is the family's. Pure.

    split(name) -> Name(family, given), or None: then it is written whole

Certain are two forms, in Latin letters alone: `A. Quill`, `A. B. de Quill` (initials first, each by itself: `U.S. Navy` is nobody's
name), and `Quill, Ana` (one comma, one name before it). Of `Ana de Quill`, `J. Edgar Quill` or `Quill Ana` nobody can tell without
knowing whose name it is: in half of the world the family comes first. What is no person (`Reuters, Berlin`) may have the second form; it
is written in the same order and with the same comma then, so that a reader sees what the page says.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

#: What stands before a family's name and belongs to it.
_PARTICLES = "de|del|della|di|da|do|dos|das|du|la|le|los|van|von|der|den|zu|zur|zum|ter|ten|af|av|al|el|bin|ibn"
_LETTERS = "A-Za-zÀ-ÖØ-öø-ɏ"
_WORD = rf"[{_LETTERS}]{{2,40}}(?:[-'’][{_LETTERS}]{{1,40}}){{0,3}}"
_INITIAL = rf"[{_LETTERS}]\."
_FAMILY = rf"(?P<family>(?:(?:{_PARTICLES}) ){{0,3}}(?:[OD]['’])?{_WORD})"

_INITIALS_FIRST = re.compile(rf"(?P<given>{_INITIAL}(?: {_INITIAL}){{0,3}}) {_FAMILY}")
_FAMILY_FIRST = re.compile(rf"{_FAMILY}, (?P<given>(?:{_WORD}|{_INITIAL})(?: (?:{_WORD}|{_INITIAL})){{0,2}})")

#: What stands behind a comma, or after initials, and is no name.
_NO_NAME = frozenset(
    ("jr", "sr", "ii", "iii", "iv", "md", "phd", "esq", "inc", "ltd", "llc", "llp", "gmbh", "ag", "corp", "co", "staff", "editor", "and", "others")
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Name:
    """The family's name with what stands before it, and the given names or their initials."""

    family: str
    given: str


def split(name: str) -> Name | None:
    """The parts of a name that is plain; None where it is not certain which they are."""
    found = _INITIALS_FIRST.fullmatch(name) or _FAMILY_FIRST.fullmatch(name)
    if found is None:
        return None
    words = [word.rstrip(".") for part in (found["family"].rpartition(" ")[2], found["given"]) for word in part.split()]
    if not all(word[0].isupper() and word.lower() not in _NO_NAME for word in words):
        return None
    return Name(found["family"], found["given"])
