"""Foreign text made plain: on one line, and nothing in it that steers what shows it.

Every surface that prints what a page says starts from this; what its own notation treats specially is its own business.
"""

from __future__ import annotations

import unicodedata

#: Controls, format characters (bidi, zero-width), lone surrogates, private use, line and paragraph separators.
_STEERING = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})


def plain(text: str) -> str:
    """Foreign text on one line, single spaces, without the characters above and without noncharacters (which XML refuses)."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    kept = (
        " " if char.isspace() else char
        for char in text
        if char.isspace() or not (unicodedata.category(char) in _STEERING or _is_nonchar(ord(char)))
    )
    return " ".join("".join(kept).split())


def _is_nonchar(code: int) -> bool:
    return code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF


def cut(text: str, most: int) -> str:
    """Plain text of at most so many characters, ended at a word where it had to be cut."""
    text = plain(text)
    if len(text) <= most:
        return text
    return (text[: most - 1].rpartition(" ")[0] or text[: most - 2]) + " …"
