"""The captures of a page as a person wants them told: what came again and again, once. Pure; shared by tree and note.

    folded(captures) -> each capture that is told, and those that it stands for         again(later) -> the words for these

JSON keeps every capture; what is told of one is its teller's business.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from archiver.model.citation import CitedCapture
from archiver.model.text import counted


def folded(captures: Iterable[CitedCapture]) -> Iterator[tuple[CitedCapture, tuple[CitedCapture, ...]]]:
    """Of captures, the newest first: the oldest of those in a row that brought the same bytes in the same way, and those after it."""
    for _, row in groupby(
        captures, lambda one: (one.url, one.sha256, one.tls, one.source, one.source_note, one.withdrawn)
    ):
        *later, first = row
        yield first, tuple(later)


def again(later: Sequence[CitedCapture]) -> str:
    """What is said of the captures that another stands for: `unchanged 25 more times, the last on 2026-11-21`."""
    return f"unchanged {counted(len(later), 'more time')}, the last on {later[0].captured_at[:10]}"
