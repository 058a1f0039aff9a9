"""A value as one line of JSON: what every `--json` prints, and what a page is as `.json`.

It keeps what pages say as they said it; what a terminal or a line-based tool would take for more than text is escaped.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # every command prints with this, and few of them look anything up
    from archiver.model.citation import Json

#: What JSON may hold as it is and a terminal or a line-based tool may not: written as escapes, which mean the same.
_UNSAFE = (
    "[\x7f-\x9f\xad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u2028-\u202e\u2060-\u206f\u3164\ue000-\uf8ff\ufdd0-\ufdef\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff"
    "\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U0010ffff]"
)


def encoded(value: Json, indent: int | None = None) -> bytes:
    """One line in UTF-8, with its line end; line separators are escaped, so that every line is one object. Indented: many lines."""
    line = json.dumps(value, ensure_ascii=False, indent=indent, separators=(", " if indent is None else ",", ": "))
    if not line.isascii() or "\x7f" in line:
        line = re.sub(_UNSAFE, _escaped, line)
    # A page may hold lone surrogates; they cannot be written as UTF-8.
    return line.encode("utf-8", "backslashreplace") + b"\n"


def _escaped(match: re.Match[str]) -> str:
    """A character as JSON escapes it, by its UTF-16 units."""
    units = match[0].encode("utf-16-be")
    return "".join(f"\\u{units[at] << 8 | units[at + 1]:04x}" for at in range(0, len(units), 2))
