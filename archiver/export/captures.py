"""The captures of a page as a person wants them told: what came again and again, once. Pure; shared by tree, note and page.

    folded(captures) -> each capture that is told, and those that it stands for         again(later) -> the words for these
    word(capture)    -> whose word its time is, where it is not the capturing machine's

JSON keeps every capture; what is told of one is its teller's business.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from archiver.model.citation import CitedCapture
from archiver.model.text import counted

#: Whose word the time of a capture is that this archive did not make itself, by its source.
_WORD = {
    "import": "by the word of whoever handed the file in",
    "memento": "by the word of the public archive that the copy was had from",
}


def word(capture: CitedCapture) -> str | None:
    """Whose word it is that it was captured when it says: `by the word of whoever handed the file in`; None where it is ours."""
    return _WORD.get(capture.source)


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
