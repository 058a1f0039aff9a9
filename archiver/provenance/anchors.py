"""Two sequences of numbers side by side: which runs of one stand in the other, in the same order.

    grams     -> every run of 16, 4 and 1 as a number of its own
    matched   -> Blocks: anchors (runs that stand once on each side; the heaviest chain of them in order), level by level;
                 what is left between two anchors by the shortest edit (Myers), while the budget lasts

Nothing takes a square of its input: anchors are found by counting, and the exact search has a budget of steps; where that ends
nothing is said to be the same that could not be seen to be. What the numbers stand for is align's business.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

#: Items in a run that anchors, longest first; powers of two.
ANCHORS = (16, 4, 1)

#: Steps of the exact search: between two anchors; and in all, so many and for each item some more (a tenth of a second, and
#: no more than about a second).
STEPS_BETWEEN, STEPS_AT_LEAST, STEPS_EACH, STEPS_AT_MOST = 1 << 17, 1 << 18, 16, 1 << 21

#: Runs among which a chain is chosen, for each stretch; of more than these the longest are looked at.
MAX_RUNS = 1 << 13

#: The numbers of the runs of each width in ANCHORS, in both sequences.
Grams = Mapping[int, tuple[Sequence[int], Sequence[int]]]


class Block(NamedTuple):
    """`length` items that are the same, from item `a` of one and item `b` of the other on."""

    a: int
    b: int
    length: int


class Window(NamedTuple):
    """A stretch of items on each side, of which nothing is known yet: [a, a_end) and [b, b_end)."""

    a: int
    a_end: int
    b: int
    b_end: int


def matched(one: Sequence[int], other: Sequence[int], numbered: Grams) -> list[Block]:
    """Blocks of equal keys, in order on both sides, as far as the budget goes."""
    found: list[Block] = []
    windows = list(_trimmed(Window(0, len(one), 0, len(other)), one, other, found))
    for width in ANCHORS:
        left: list[Window] = []
        for window in windows:
            for between in _split(window, _chain(_runs(window, one, other, numbered, width)), found):
                left += _trimmed(between, one, other, found)
        windows = left
    budget = min(STEPS_AT_MOST, STEPS_AT_LEAST + STEPS_EACH * (len(one) + len(other)))
    for window in sorted(windows, key=lambda w: (w.a_end - w.a) + (w.b_end - w.b)):
        blocks, steps = _exact(window, one, other, min(budget, STEPS_BETWEEN))
        found += blocks
        budget -= steps
    return sorted(found)


def grams(one: Sequence[int], other: Sequence[int]) -> Grams:
    """Runs of 1, 2, 4 ... items as numbers, equal where the runs are: twice as long from two of half the length."""
    found = {1: (one, other)}
    width = 1
    while width < ANCHORS[0]:
        numbers: dict[int, int] = {}
        one, other = (
            array("l", [numbers.setdefault(x << 32 | y, len(numbers)) for x, y in zip(run, run[width:], strict=False)])
            for run in (one, other)
        )
        width *= 2
        found[width] = one, other
    return {width: found[width] for width in ANCHORS}


def _trimmed(window: Window, one: Sequence[int], other: Sequence[int], found: list[Block]) -> Iterator[Window]:
    """The window without what is the same at its ends, which is noted; nothing where that leaves one side empty."""
    a, a_end, b, b_end = window
    while a < a_end and b < b_end and one[a] == other[b]:
        a, b = a + 1, b + 1
    while a < a_end and b < b_end and one[a_end - 1] == other[b_end - 1]:
        a_end, b_end = a_end - 1, b_end - 1
    if a > window.a:
        found.append(Block(window.a, window.b, a - window.a))
    if a_end < window.a_end:
        found.append(Block(a_end, b_end, window.a_end - a_end))
    if a < a_end and b < b_end:
        yield Window(a, a_end, b, b_end)


def _runs(window: Window, one: Sequence[int], other: Sequence[int], numbered: Grams, width: int) -> list[Block]:
    """Runs that begin with a gram of this width that pairs a place of A with one of B, in the order of A."""
    runs: list[Block] = []
    end = 0
    grams_a, grams_b = numbered[width]
    here = grams_a[window.a : max(window.a, window.a_end - width + 1)]
    there = grams_b[window.b : max(window.b, window.b_end - width + 1)]
    for a, b in enumerate(_places(here, there, repeated=width == ANCHORS[0]), window.a):
        if b < 0 or a < end:
            continue
        b += window.b  # noqa: PLW2901 - from the window's to the text's
        length = width
        while a + length < window.a_end and b + length < window.b_end and one[a + length] == other[b + length]:
            length += 1
        runs.append(Block(a, b, length))
        end = a + length
    if len(runs) > MAX_RUNS:
        runs = sorted(sorted(runs, key=lambda run: (-run.length, run))[:MAX_RUNS])
    return runs


def _places(here: Sequence[int], there: Sequence[int], *, repeated: bool) -> list[int]:
    """For each gram of A its place in B, or -1: of grams that stand once on each side; where there is none of them and
    `repeated` is asked for (a page of one line ten thousand times), the first with the first, the second with the second ...
    """
    count_a, count_b = Counter(here), Counter(there)
    once = {gram for gram, count in count_a.items() if count == 1 and count_b[gram] == 1}
    if once or not repeated:
        place = {gram: b for b, gram in enumerate(there) if gram in once}
        return [place.get(gram, -1) for gram in here]
    places: defaultdict[int, list[int]] = defaultdict(list)
    for b, gram in enumerate(there):
        if gram in count_a:
            places[gram].append(b)
    following = {gram: iter(found) for gram, found in places.items()}
    nothing: Iterator[int] = iter(())
    return [next(following.get(gram, nothing), -1) for gram in here]


def _chain(runs: list[Block]) -> list[Block]:
    """The heaviest choice of runs that follow one another on both sides. Runs come in the order of A and do not meet there."""
    ends: list[int] = []  # where chains end in B, ascending; with weight and last run, of which the weights ascend too
    weights: list[int] = []
    lasts: list[int] = []
    before: list[int] = []
    for number, run in enumerate(runs):
        at = bisect_right(ends, run.b) - 1
        weight, end = run.length + (weights[at] if at >= 0 else 0), run.b + run.length
        before.append(lasts[at] if at >= 0 else -1)
        place = bisect_right(ends, end)
        if place and weights[place - 1] >= weight:
            continue
        first = place - 1 if place and ends[place - 1] == end else place
        beaten = first
        while beaten < len(ends) and weights[beaten] <= weight:
            beaten += 1
        ends[first:beaten], weights[first:beaten], lasts[first:beaten] = [end], [weight], [number]
    chain: list[Block] = []
    number = lasts[-1] if lasts else -1
    while number >= 0:
        chain.append(runs[number])
        number = before[number]
    return chain[::-1]


def _split(window: Window, chain: list[Block], found: list[Block]) -> Iterator[Window]:
    """The windows before, between and behind the blocks of a chain, which are noted."""
    found += chain
    edge = Block(window.a_end, window.b_end, 0)
    for before, block in pairwise([Block(window.a, window.b, 0), *chain, edge]):
        yield Window(before.a + before.length, block.a, before.b + before.length, block.b)


def _exact(window: Window, one: Sequence[int], other: Sequence[int], budget: int) -> tuple[list[Block], int]:
    """The blocks of a shortest edit (Myers' greedy search) and the steps that it took; no blocks where they were too few."""
    a, b = one[window.a : window.a_end], other[window.b : window.b_end]
    width, height = len(a), len(b)
    front = {1: 0}  # how far in A each diagonal was followed
    trail: list[dict[int, int]] = []
    steps = 0
    for edits in range(width + height + 1):
        trail.append(front)
        front = {}
        for diagonal in range(-edits, edits + 1, 2):
            start = x = _entered(trail[-1], diagonal, edits)
            while x < width and x - diagonal < height and a[x] == b[x - diagonal]:
                x += 1
            front[diagonal] = x
            steps += 1 + x - start
            if x >= width and x - diagonal >= height:
                return list(_retraced(trail, window, width, height)), steps
        if steps > budget:
            break
    return [], steps


def _from_above(front: dict[int, int], diagonal: int, edits: int) -> bool:
    """Whether a diagonal is entered by an addition, from the one above; else by a cut, from the one below."""
    return diagonal == -edits or (diagonal != edits and front[diagonal - 1] < front[diagonal + 1])


def _entered(front: dict[int, int], diagonal: int, edits: int) -> int:
    """Where in A a diagonal is entered with one more edit."""
    return front[diagonal + 1] if _from_above(front, diagonal, edits) else front[diagonal - 1] + 1


def _retraced(trail: list[dict[int, int]], window: Window, x: int, y: int) -> Iterator[Block]:
    """The way back through the search, as the blocks on it."""
    for edits in range(len(trail) - 1, -1, -1):
        diagonal = x - y
        start = _entered(trail[edits], diagonal, edits)
        if x > start:
            yield Block(window.a + start, window.b + start - diagonal, x - start)
        above = _from_above(trail[edits], diagonal, edits)
        x, y = (start, start - diagonal - 1) if above else (start - 1, start - diagonal)
