"""An answer of a process that has read hostile content, and may have become hostile: parsed, never unpickled, bounded before it is.

    parsed(data, codec.read, "what a page says", longest, most) -> value        or Unreadable

What an answer may say is its codec's to check (model.inspection, model.listing).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import NoReturn, TypeVar

from archiver.errors import Unreadable
from archiver.model.statement import Json

T = TypeVar("T")

#: A text in JSON, one that never ends too: what has begun as one is taken whatever comes, so that nothing is read twice.
_TEXT = re.compile(rb'"(?:[^"\\]++|\\.?)*"?', re.DOTALL)


def parsed(data: bytes, read: Callable[[Json], T], what: str, longest: int, most: int) -> T:
    """The value that `read` makes of the JSON in `data`, at most `longest` bytes with at most `most` values.

    Values are counted as the signs that begin or part them, outside of texts: what costs memory cannot be more. Raises
    Unreadable, also for whatever ValueError `read` raises.
    """
    if len(data) > longest or (_signs(data) > most and _signs(_TEXT.sub(b"", data)) > most):
        raise Unreadable(f"not {what}: too much of it")
    try:
        return read(json.loads(data, parse_float=_no_number, parse_constant=_no_number))
    except (ValueError, RecursionError) as why:
        raise Unreadable(f"not {what}: {str(why)[:200]}") from why


def _signs(data: bytes) -> int:
    return sum(map(data.count, (b",", b"[", b"{")))


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"a number that is not an integer: {text[:20]}")
