"""Two texts side by side: which passages stand in both, and what was added, cut, changed or moved between them.

    text -> atoms (words, punctuation marks; characters in scripts without spaces), numbered by their folded spelling
         -> anchors: runs of 16, then 4, then 1 atoms that stand once on each side; the heaviest chain of them in order
         -> what is left between two anchors word by word (Myers), while the budget lasts
         -> readable blocks: lone matches inside rewritten passages given up, cuts moved to the ends of sentences
         -> Passages, which tile both texts; long runs that stand in both at another place are `moved`

Case, quotation marks, dashes and spacing do not keep two words from being the same word; where they differ the passage is
`changed` and, unless it is more than typography, says so. Nothing here takes a square of its input: anchors are found by
counting, the exact search has a budget of steps, and where that ends a stretch is `changed` as a whole, which is true if
coarse. It weighs nothing: how much of a text is a copy is said by overlap, who copied by resolution.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import NamedTuple

from archiver.model.history import Tally
from archiver.provenance.anchors import ANCHORS, Block, Grams, Window, grams, matched
from archiver.provenance.atoms import Atoms, alike, read
from archiver.provenance.overlap import WIDTH, tokens

#: How many atoms a cut may be moved along to begin and end where sentences do.
MAX_SLIDE = 48

#: Atoms of a block that are compared at once: word by word only where these differ in spelling.
STRIDE = 64

#: What ends a sentence, and what may stand behind that.
SENTENCE_ENDS, CLOSING = ".!?…。！？؟।", "'’\"”»)]』」"


class Kind(StrEnum):
    """What became of a passage on the way from A to B."""

    SAME = "same"  # character for character
    ADDED = "added"
    CUT = "cut"
    CHANGED = "changed"
    MOVED = "moved"  # character for character, at another place


@dataclass(frozen=True, slots=True)
class Passage:
    """A span of A and a span of B, in characters; one of them is empty where something was added or cut.

    `typographic`: the two differ in quotation marks, dashes or spacing and in nothing that is read.
    """

    kind: Kind
    a_start: int
    a_end: int
    b_start: int
    b_end: int
    typographic: bool = False

    @property
    def mirrored(self) -> Passage:
        """The same seen from B: what was added was cut."""
        kind = {Kind.ADDED: Kind.CUT, Kind.CUT: Kind.ADDED}.get(self.kind, self.kind)
        return Passage(kind, self.b_start, self.b_end, self.a_start, self.a_end, self.typographic)


def align(a: str, b: str) -> tuple[Passage, ...]:
    """The passages of two texts in the order of B, what was cut where it stood; empty only where both texts are.

    The spans of A tile A and those of B tile B; swapping the texts swaps `added` and `cut` and nothing else.
    """
    if a == b:
        return (Passage(Kind.SAME, 0, len(a), 0, len(b)),) if a else ()
    if (len(b), b) < (len(a), a):  # one order of work, whichever text comes first: what is found is the same
        return _ordered(passage.mirrored for passage in align(b, a))
    numbers: dict[str, int] = {}
    pair = _Pair(a, b, read(a, numbers), read(b, numbers))
    numbered = grams(pair.one.keys, pair.other.keys)
    blocks = _slid(pair, _settled(pair, matched(pair.one.keys, pair.other.keys, numbered)))
    moves = _moves(pair, list(_gaps(pair, blocks)), numbered)
    moved = [_moved(pair, move) for move in moves]
    return _ordered([*_merged(_passages(pair, blocks, moves)), *moved])


def applied(passages: Iterable[Passage], a: str, b: str) -> str:
    """What the passages make of A, taking from B only what they call added or changed: B."""
    kept = (Kind.SAME, Kind.MOVED)
    return "".join(a[p.a_start : p.a_end] if p.kind in kept else b[p.b_start : p.b_end] for p in passages)


def tally(a: str, b: str, passages: Iterable[Passage]) -> Tally:
    """Count the words of the passages. What differs in typography alone counts as the same."""
    count: Counter[str] = Counter()
    for p in passages:
        here, there = len(tokens(a[p.a_start : p.a_end])), len(tokens(b[p.b_start : p.b_end]))
        if p.typographic or p.kind in (Kind.SAME, Kind.MOVED):
            count["moved" if p.kind is Kind.MOVED else "same"] += there
        elif not here and not there:
            count["marks"] += 1
        elif p.kind is Kind.CHANGED:
            count["replaced"] += here
            count["replacing"] += there
        else:
            count[p.kind] += here + there
    return Tally(*(count[name] for name in ("same", "added", "cut", "replaced", "replacing", "moved", "marks")))


def _ordered(passages: Iterable[Passage]) -> tuple[Passage, ...]:
    return tuple(sorted(passages, key=lambda p: (p.b_start, p.b_end, p.a_start, p.a_end)))


class _Pair(NamedTuple):
    """Both texts and their atoms."""

    a: str
    b: str
    one: Atoms
    other: Atoms


def _settled(pair: _Pair, blocks: list[Block]) -> list[Block]:
    """The blocks without those that a reader would not see as kept: shorter than a shingle, and lost in what changed on both sides."""
    kept: list[Block] = []
    for block in [*_joined(blocks), Block(len(pair.one.keys), len(pair.other.keys), 0)]:
        while kept and _is_lost(pair, kept[-2] if len(kept) > 1 else Block(0, 0, 0), kept[-1], block):
            kept.pop()
        kept.append(block)
    return kept[:-1]


def _joined(blocks: Iterable[Block]) -> list[Block]:
    """Blocks that touch on both sides, made one."""
    joined: list[Block] = []
    for block in blocks:
        last = joined[-1] if joined else None
        if last and (last.a + last.length, last.b + last.length) == (block.a, block.b):
            joined[-1] = Block(last.a, last.b, last.length + block.length)
        elif block.length:
            joined.append(block)
    return joined


def _is_lost(pair: _Pair, before: Block, block: Block, after: Block) -> bool:
    """Whether a block is a few words between two passages, each of which has more than twice its letters."""
    if block.length > 2 * WIDTH:
        return False
    starts, ends = pair.one.starts, pair.one.ends
    places = range(block.a, block.a + block.length)
    if sum(pair.a[starts[at]].isalnum() for at in places) >= WIDTH:
        return False
    size = sum(ends[at] - starts[at] for at in places)
    return 2 * size < min(_changed(pair, before, block), _changed(pair, block, after))


def _changed(pair: _Pair, before: Block, after: Block) -> int:
    """Characters between two blocks, on the side that has more of them."""

    def between(atoms: Atoms, start: int, end: int) -> int:
        return atoms.ends[end - 1] - atoms.starts[start] if end > start else 0

    return max(
        between(pair.one, before.a + before.length, after.a), between(pair.other, before.b + before.length, after.b)
    )


def _slid(pair: _Pair, blocks: list[Block]) -> list[Block]:
    """The blocks with what was cut or added moved along equal words, where it then begins and ends as sentences do."""
    slid = blocks[:1]
    for block in blocks[1:]:
        before = slid.pop()
        by = 0
        if before.a + before.length == block.a:
            by = _slide(pair.b, pair.other, (before.b + before.length, block.b), (before.length, block.length))
        elif before.b + before.length == block.b:
            by = _slide(pair.a, pair.one, (before.a + before.length, block.a), (before.length, block.length))
        slid.append(Block(before.a, before.b, before.length + by))
        slid.append(Block(block.a + by, block.b + by, block.length - by))
    return [block for block in slid if block.length]


def _slide(text: str, atoms: Atoms, passage: tuple[int, int], room: tuple[int, int]) -> int:
    """By how many atoms to move a passage to the right, or (below 0) to the left; there is `room` for so many each way."""
    keys, (start, end) = atoms.keys, passage
    best = (_seam(text, atoms, start) + _seam(text, atoms, end), 0)
    chosen = 0
    for way, most in zip((-1, 1), room, strict=True):
        for by in range(1, min(most, MAX_SLIDE) + 1):
            first, last = (start - by, end - by) if way < 0 else (start + by - 1, end + by - 1)
            if keys[first] != keys[last]:
                break
            at = way * by
            value = (_seam(text, atoms, start + at) + _seam(text, atoms, end + at), -by)
            if value > best:
                best, chosen = value, at
    return chosen


def _seam(text: str, atoms: Atoms, at: int) -> int:
    """How good a place to begin or end a passage stands before an atom: a paragraph's start 4, a sentence's 2, behind a mark 1."""
    if at == 0 or at == len(atoms.starts):
        return 4
    if "\n" in text[atoms.ends[at - 1] : atoms.starts[at]]:
        return 4
    before = text[max(0, atoms.ends[at - 1] - 3) : atoms.ends[at - 1]]
    return 2 if before.rstrip(CLOSING)[-1:] in SENTENCE_ENDS else int(not before[-1:].isalnum())


def _gaps(pair: _Pair, blocks: list[Block]) -> Iterator[Window]:
    """What stands before, between and behind the blocks; either side may be empty."""
    end = Block(len(pair.one.keys), len(pair.other.keys), 0)
    for before, block in pairwise([Block(0, 0, 0), *blocks, end]):
        yield Window(before.a + before.length, block.a, before.b + before.length, block.b)


def _moves(pair: _Pair, gaps: list[Window], numbered: Grams) -> list[Block]:
    """Long runs that the gaps hold once on each side, character for character; in the order of A."""
    width = ANCHORS[0]
    grams_a, grams_b = numbered[width]
    places_a = [at for gap in gaps for at in range(gap.a, gap.a_end - width + 1)]
    places_b = [at for gap in gaps for at in range(gap.b, gap.b_end - width + 1)]
    count_a, count_b = Counter(grams_a[at] for at in places_a), Counter(grams_b[at] for at in places_b)
    seeds = {grams_b[at]: at for at in places_b if count_b[grams_b[at]] == count_a[grams_b[at]] == 1}
    if not seeds:
        return []
    free_b = bytearray(len(pair.other.keys))  # 1: an atom of B that no block and no run holds
    for gap in gaps:
        free_b[gap.b : gap.b_end] = b"\1" * (gap.b_end - gap.b)
    moves: list[Block] = []
    for gap in gaps:
        free = gap.a  # the first atom of A that no run holds
        for at in range(gap.a, gap.a_end - width + 1):
            if at >= free and (there := seeds.get(grams_a[at])) is not None and free_b[there]:
                move = _grown(pair, Block(at, there, 1), free, gap.a_end, free_b)
                if move.length >= width:
                    moves.append(move)
                    free_b[move.b : move.b + move.length] = bytes(move.length)
                    free = move.a + move.length
    return moves


def _grown(pair: _Pair, seed: Block, a_start: int, a_end: int, free_b: bytearray) -> Block:
    """A run of one atom made as long as the characters are the same on both sides, within what is free."""
    one, other = pair.one, pair.other
    a, b, length = seed

    def same(start_a: int, end_a: int, start_b: int, end_b: int) -> bool:
        return pair.a[start_a:end_a] == pair.b[start_b:end_b]

    if not same(one.starts[a], one.ends[a], other.starts[b], other.ends[b]):
        return Block(a, b, 0)
    while a > a_start and b > 0 and free_b[b - 1] and same(
        one.starts[a - 1], one.starts[a], other.starts[b - 1], other.starts[b]
    ):  # fmt: skip
        a, b, length = a - 1, b - 1, length + 1
    last_a, last_b = a + length - 1, b + length - 1
    while last_a + 1 < a_end and last_b + 1 < len(free_b) and free_b[last_b + 1] and same(
        one.ends[last_a], one.ends[last_a + 1], other.ends[last_b], other.ends[last_b + 1]
    ):  # fmt: skip
        last_a, last_b = last_a + 1, last_b + 1
    return Block(a, b, last_a - a + 1)


def _moved(pair: _Pair, move: Block) -> Passage:
    one, other, last = pair.one, pair.other, move.length - 1
    return Passage(
        Kind.MOVED, one.starts[move.a], one.ends[move.a + last], other.starts[move.b], other.ends[move.b + last]
    )


def _passages(pair: _Pair, blocks: list[Block], moves: list[Block]) -> Iterator[Passage]:
    """Everything but what was moved, in the order of both texts: blocks, and what stands between them."""
    one, other = pair.one, pair.other
    moved_a = deque(sorted((one.starts[m.a], one.ends[m.a + m.length - 1]) for m in moves))
    moved_b = deque(sorted((other.starts[m.b], other.ends[m.b + m.length - 1]) for m in moves))

    def between(a: int, a_end: int, b: int, b_end: int) -> Iterator[Passage]:
        gone, come = _taken(moved_a, a_end), _taken(moved_b, b_end)
        if not gone and not come:
            yield from _differing(pair, a, a_end, b, b_end)
            return
        for start, end in _outside(a, a_end, gone):
            yield _passage(pair, Kind.CUT, (start, end), (b, b))
        for start, end in _outside(b, b_end, come):
            yield _passage(pair, Kind.ADDED, (a, a), (start, end))

    a = b = 0
    for block in blocks:
        yield from between(a, one.starts[block.a], b, other.starts[block.b])
        for at in range(0, block.length, STRIDE):
            yield from _spelled(pair, Block(block.a + at, block.b + at, min(STRIDE, block.length - at)))
            last = min(at + STRIDE, block.length) - 1
            a, b = one.ends[block.a + last], other.ends[block.b + last]
            if last + 1 < block.length:
                yield from _differing(pair, a, one.starts[block.a + last + 1], b, other.starts[block.b + last + 1])
    yield from between(a, len(pair.a), b, len(pair.b))


def _taken(moved: deque[tuple[int, int]], end: int) -> list[tuple[int, int]]:
    """The spans of what was moved that stand before `end`, taken off the list."""
    taken: list[tuple[int, int]] = []
    while moved and moved[0][0] < end:
        taken.append(moved.popleft())
    return taken


def _outside(start: int, end: int, spans: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """What of [start, end) is not in the spans."""
    for first, last in [*spans, (end, end)]:
        if first > start:
            yield start, first
        start = last


def _spelled(pair: _Pair, block: Block) -> Iterator[Passage]:
    """A block as it is written: the same where its characters are, else word by word."""
    one, other, last = pair.one, pair.other, block.length - 1
    a, a_end = one.starts[block.a], one.ends[block.a + last]
    b, b_end = other.starts[block.b], other.ends[block.b + last]
    if pair.a[a:a_end] == pair.b[b:b_end]:
        yield Passage(Kind.SAME, a, a_end, b, b_end)
        return
    for at in range(block.length):
        yield from _differing(pair, a, one.starts[block.a + at], b, other.starts[block.b + at])
        a, b = one.ends[block.a + at], other.ends[block.b + at]
        yield from _differing(pair, one.starts[block.a + at], a, other.starts[block.b + at], b)


def _differing(pair: _Pair, a: int, a_end: int, b: int, b_end: int) -> Iterator[Passage]:
    """Two spans that stand for one another, any of them perhaps empty; white space at their ends that is the same set apart."""
    x, y = pair.a[a:a_end], pair.b[b:b_end]
    if x == y:
        if x:
            yield Passage(Kind.SAME, a, a_end, b, b_end)
        return
    most = min(len(x), len(y))
    head = tail = 0
    while head < most and x[head] == y[head] and x[head].isspace():
        head += 1
    while tail < most - head and x[-1 - tail] == y[-1 - tail] and x[-1 - tail].isspace():
        tail += 1
    if head:
        yield Passage(Kind.SAME, a, a + head, b, b + head)
    kind = Kind.CHANGED if most > head + tail else Kind.CUT if len(x) > len(y) else Kind.ADDED
    yield _passage(pair, kind, (a + head, a_end - tail), (b + head, b_end - tail))
    if tail:
        yield Passage(Kind.SAME, a_end - tail, a_end, b_end - tail, b_end)


def _passage(pair: _Pair, kind: Kind, a: tuple[int, int], b: tuple[int, int]) -> Passage:
    return Passage(kind, *a, *b, typographic=alike(pair.a[slice(*a)], pair.b[slice(*b)]))


def _merged(passages: Iterable[Passage]) -> list[Passage]:
    """Passages of one kind that touch on both sides, made one."""
    merged: list[Passage] = []
    for p in passages:
        last = merged[-1] if merged else None
        if last and (last.kind, last.typographic, last.a_end, last.b_end) == (
            p.kind,
            p.typographic,
            p.a_start,
            p.b_start,
        ):
            merged[-1] = Passage(p.kind, last.a_start, p.a_end, last.b_start, p.b_end, p.typographic)
        else:
            merged.append(p)
    return merged
