"""Two aligned texts as one, for whoever shows them: stretches that are the same, cut, added or moved, long unchanged ones left out.

    runs(a, b, passages)  -> Runs in the order of B        shortened(runs)  -> the same with what is the same folded away

How a stretch is marked is the business of whoever shows it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from archiver.provenance.align import Passage
from archiver.provenance.overlap import tokens

#: Characters that are shown of what is the same beside a change, and that must be left out for it to be worth a line.
CONTEXT, WORTH_LEAVING_OUT = 80, 160


class Run(NamedTuple):
    """A stretch of text of one kind: same, cut, added, moved; or `left-out`, of which the text is a note."""

    kind: str
    text: str


def runs(a: str, b: str, found: Iterable[Passage]) -> Iterator[Run]:
    """The passages as runs in the order of B, neighbours of one kind made one. Typography is shown as B has it, unmarked."""
    same = ""
    for passage in found:
        old, new = a[passage.a_start : passage.a_end], b[passage.b_start : passage.b_end]
        if passage.typographic or passage.kind == "same":
            same += new
            continue
        if same:
            yield Run("same", same)
            same = ""
        if passage.kind == "changed":
            yield Run("cut", old)
            yield Run("added", new)
        else:
            yield Run(passage.kind, new or old)
    if same:
        yield Run("same", same)


def shortened(runs: Iterable[Run]) -> Iterator[Run]:
    """The runs with a little of what is the same beside each change, and how much of it was left out."""
    told = list(runs)
    for number, run in enumerate(told):
        if run.kind != "same":
            yield run
            continue
        head = _head(run.text) if number else ""
        tail = _head(run.text[::-1])[::-1] if number + 1 < len(told) else ""
        middle = run.text[len(head) : len(run.text) - len(tail)]
        if len(head) + len(tail) + WORTH_LEAVING_OUT > len(run.text):
            yield run
            continue
        count = len(tokens(middle))
        yield Run("same", head)
        yield Run("left-out", f"… {count:,} {'word' if count == 1 else 'words'} the same …")
        yield Run("same", tail)


def _head(text: str) -> str:
    """The first few words of a text, no further than its line."""
    start = len(text) - len(text.lstrip())
    head = text[: start + CONTEXT]
    line = head.find("\n", start)
    if line >= 0:
        return head[:line]
    return head[: head.rfind(" ")] if " " in head[start + CONTEXT // 2 :] else head
