"""Where the boxes, the labels and the lines of a layered picture stand: geometry alone, in user units, y downwards.

    ranks(count, ends)                  -> the layer of each box: 0 for what was taken from nothing
    plan(layers, width, heights, lines) -> Plan: what stands where, and the ways of the lines

A line runs upwards, from its source to its target; one that closes a circle runs downwards. Rows of labels and rows of boxes
alternate, and a line that passes a row has a place of its own in it: so no label lies on a box or on another label, and no
line crosses either. Lines of one kind to one target share their way (a trunk) once their labels are behind them. A layer that
is too wide becomes several rows. Same input, same picture; what a box or a label says is not known here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, pairwise, repeat

#: The room for a row, between the margins of a picture that is 720 wide.
ROOM = 704.0
#: Between neighbours of a row: where there is room, and where there is none. Lines may come nearer still.
_GAP, _TIGHT = 24.0, 10.0
#: Between lines that meet a side of a box, and from there to its corner.
_PORT, _CORNER = 20.0, 14.0
#: Above a row: of boxes below their labels, of labels below labels, of boxes below boxes, of labels below the boxes that lines go to.
_STUB, _STACK, _BARE, _FALL = 10.0, 8.0, 28.0, 34.0
#: Sweeps that put the rows in order, and sweeps that straighten the lines afterwards.
_SWEEPS, _STRAIGHTENING = 8, 16
#: How much sooner a box moves aside than a line.
_STIFF = 4.0


@dataclass(frozen=True, slots=True)
class Line:
    """From one box to another, by their places in the picture; `width` and `height` of its label; room for the `head` at its target."""

    source: int
    target: int
    kind: str
    head: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Spot:
    """A rectangle."""

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a line, from (x1, y1) down to (x2, y2): straight where x1 is x2, else bent so that it begins and ends upright."""

    x1: float
    y1: float
    x2: float
    y2: float


@dataclass(frozen=True, slots=True)
class Trunk:
    """The lines of one kind to one target: `tip` is where they meet it, from below or from above; `lines` their places."""

    lines: tuple[int, ...]
    pieces: tuple[Piece, ...]
    tip: tuple[float, float]
    upwards: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """A picture's measures, its boxes and the labels of its lines in the order in which they were given, and its trunks."""

    width: float
    height: float
    boxes: tuple[Spot, ...]
    labels: tuple[Spot, ...]
    trunks: tuple[Trunk, ...]


@dataclass(slots=True, eq=False)
class _Item:
    """What has a place in a row: a box, a label, or a line on its way (no width). `reach`: how far off its middle lines meet it."""

    width: float = 0.0
    height: float = 0.0
    reach: float = 0.0
    x: float = 0.0
    top: float = 0.0
    floor: float = 0.0  # where its row ends
    above: list[_Item] = field(default_factory=list)
    below: list[_Item] = field(default_factory=list)
    holder: _Item | None = None  # of a label: the box that it is said of


#: A row, from left to right.
_Row = list[_Item]
#: The line that a label or a stub is of, or the trunk: by kind, target and direction.
_Key = int | tuple[str, int, bool]


def ranks(count: int, ends: Iterable[tuple[int, int]]) -> list[int]:
    """The layer of each of `count` boxes: one below the lowest of its targets, as far as there is no circle."""
    targets: list[list[int]] = [[] for _ in range(count)]
    for source, target in ends:
        targets[source].append(target)
    found: list[int | None] = [None] * count
    rank = [0] * count
    opened = [False] * count
    for start in range(count):
        ahead: list[tuple[int, Iterator[int]]] = [(start, iter(targets[start]))] if not opened[start] else []
        opened[start] = True
        while ahead:  # a stack of our own: a chain may be longer than the interpreter's
            place, rest = ahead[-1]
            for target in rest:
                known = found[target]
                if known is not None:
                    rank[place] = max(rank[place], known + 1)
                elif not opened[target]:
                    opened[target] = True
                    ahead.append((target, iter(targets[target])))
                    break
            else:
                found[place] = rank[place]
                ahead.pop()
                if ahead:
                    above = ahead[-1][0]
                    rank[above] = max(rank[above], rank[place] + 1)
    return rank


def plan(layers: Sequence[int], width: float, heights: Sequence[float], lines: Sequence[Line]) -> Plan:
    """The picture of boxes that are `width` wide, in these layers. No line may begin and end in one layer."""
    sheet = _Sheet(layers, width, heights, lines)
    _settle(sheet.rows)
    _lower(sheet.rows, set(map(id, sheet.boxes)))
    trunks = tuple(sheet.trunks())
    left = min((item.x - item.width / 2 for row in sheet.rows for item in row), default=0.0)
    right = max((item.x + item.width / 2 for row in sheet.rows for item in row), default=0.0)
    bottom = max((item.top + item.height for item in sheet.boxes), default=0.0)
    return Plan(
        right - left,
        bottom,
        tuple(_spot(item, left) for item in sheet.boxes),
        tuple(_spot(item, left) for item in sheet.labels),
        tuple(_moved(trunk, left) for trunk in trunks),
    )


class _Sheet:
    """The rows of a picture, top to bottom, and every line threaded through them."""

    def __init__(self, layers: Sequence[int], width: float, heights: Sequence[float], lines: Sequence[Line]) -> None:
        self.lines = lines
        reach = width / 2 - _CORNER
        self.boxes = [_Item(width, height, reach) for height in heights]
        self.labels = [_Item(line.width, line.height, holder=self.boxes[line.source]) for line in lines]
        self.rows: list[_Row] = []
        self._row_of: dict[_Item, int] = {}
        self._ways: dict[tuple[int, _Key], _Item] = {}
        #: The parts of each trunk, as (upper, lower), each once.
        self._parts: dict[_Key, dict[tuple[_Item, _Item], None]] = {}
        self._members: dict[_Key, list[int]] = {}
        bands = _bands(layers, width, lines)
        level = {place: number for number, band in enumerate(bands) for place in band}
        for number, band in enumerate(bands):
            said = [at for at, line in enumerate(lines) if _said_above(line, level) == number]
            passing = {_trunk(line, level) for line in lines if _spans(line, level, number)}
            for row in _label_rows([self.labels[at] for at in said], ROOM - _TIGHT * len(passing)):
                self._put(row)
            self._put([self.boxes[place] for place in band])
        for at, line in enumerate(lines):
            self._thread(at, line, _trunk(line, level))

    def _put(self, row: _Row) -> None:
        self._row_of.update(dict.fromkeys(row, len(self.rows)))
        self.rows.append(row)

    def _thread(self, at: int, line: Line, trunk: tuple[str, int, bool]) -> None:
        """One line from its source by its label to its target: alone as far as the label, then with its trunk."""
        self._members.setdefault(trunk, []).append(at)
        here, label, there = self.boxes[line.source], self.labels[at], self.boxes[line.target]
        for start, end, key in ((here, label, at), (label, there, trunk)):
            first, last = self._row_of[start], self._row_of[end]
            step = 1 if last > first else -1
            way = [start, *(self._way(row, key) for row in range(first + step, last, step)), end]
            for one, two in pairwise(way):
                upper, lower = (one, two) if step > 0 else (two, one)
                parts = self._parts.setdefault(trunk, {})
                if (upper, lower) not in parts:
                    parts[upper, lower] = None
                    upper.below.append(lower)
                    lower.above.append(upper)

    def _way(self, row: int, key: _Key) -> _Item:
        """The place in a row of a line, or a trunk, that passes it."""
        if (row, key) not in self._ways:
            self._ways[row, key] = _Item()
            self.rows[row].append(self._ways[row, key])
        return self._ways[row, key]

    def trunks(self) -> Iterator[Trunk]:
        """The lines as they are drawn, once everything has its place."""
        ports = self._ports()
        for key, parts in self._parts.items():
            members = self._members[key]
            line = self.lines[members[0]]
            target, upwards = self.boxes[line.target], _upwards(key)
            pieces: dict[Piece, None] = {}
            for upper, lower in parts:
                y1, y2 = upper.top + upper.height, lower.top
                if target in (upper, lower):
                    y1, y2 = (y1 + line.head, y2) if upwards else (y1, y2 - line.head)
                x1, x2 = ports.get((upper, lower, key), upper.x), ports.get((lower, upper, key), lower.x)
                bend = max(y1, upper.floor)  # below a box that is less high than its row
                pieces[Piece(x1, bend, x2, y2)] = None
                if y1 < bend:
                    pieces[Piece(x1, y1, x1, bend)] = None
            for item in (item for pair in parts for item in pair if not item.width):
                pieces[Piece(item.x, item.top, item.x, item.floor)] = None
            tips = [x for (box, _, whose), x in ports.items() if box is target and whose == key]
            yield Trunk(
                tuple(members), tuple(pieces), (tips[0], target.top + (target.height if upwards else 0)), upwards
            )

    def _ports(self) -> dict[tuple[_Item, _Item, _Key], float]:
        """Where the lines meet the boxes: by box, by what stands at the other end of the part, and by trunk."""
        sides: dict[tuple[_Item, bool], dict[_Key | _Item, list[tuple[_Item, _Key]]]] = {}
        for key, parts in self._parts.items():
            target = self.boxes[self.lines[self._members[key][0]].target]
            for upper, lower in parts:
                for box, other in ((upper, lower), (lower, upper)):
                    if box.reach:  # a trunk arrives at one place; what leaves a box leaves it line by line
                        shared: _Key | _Item = key if box is target else other
                        sides.setdefault((box, box is upper), {}).setdefault(shared, []).append((other, key))
        found: dict[tuple[_Item, _Item, _Key], float] = {}
        for (box, _), ends in sides.items():
            wanted = sorted(
                ((sum(other.x for other, _ in group) / len(group), group) for group in ends.values()), key=lambda one: one[0]
            )  # fmt: skip
            near = min(_PORT, 2 * box.reach / max(len(wanted) - 1, 1))
            places = _spread([x for x, _ in wanted], [near] * (len(wanted) - 1), box.x - box.reach, box.x + box.reach)
            for x, (_, group) in zip(places, wanted, strict=True):
                found.update({(box, other, key): round(x) for other, key in group})
        return found


def _bands(layers: Sequence[int], width: float, lines: Sequence[Line]) -> list[list[int]]:
    """The boxes row by row: a layer is one row, or as many even ones as it takes beside the lines that pass them."""
    bands: list[list[int]] = []
    spans = [(sorted((layers[line.source], layers[line.target])), (line.kind, line.target)) for line in lines]
    for layer in range(max(layers, default=-1) + 1):
        places = [place for place, rank in enumerate(layers) if rank == layer]
        passing = {trunk for (upper, lower), trunk in spans if upper < layer < lower}
        touching = {trunk for (upper, lower), trunk in spans if upper <= layer <= lower}
        most = max(1, int((ROOM + _TIGHT) // (width + _TIGHT)))
        while most > 1:
            ways = len(passing if len(places) <= most else touching)
            if most * width + (most + ways - 1) * _TIGHT <= ROOM:
                break
            most -= 1
        count = -(-len(places) // most)
        bands += [
            places[number * len(places) // count : (number + 1) * len(places) // count] for number in range(count)
        ]
    return bands


def _trunk(line: Line, level: dict[int, int]) -> tuple[str, int, bool]:
    """What a line shares its way with: the lines of its kind to its target in its direction."""
    return line.kind, line.target, level[line.source] > level[line.target]


def _upwards(key: _Key) -> bool:
    return not isinstance(key, int) and key[2]


def _said_above(line: Line, level: dict[int, int]) -> int:
    """Above which row of boxes the label stands: beside its source, on the side of its target."""
    return level[line.source] + (0 if level[line.source] > level[line.target] else 1)


def _spans(line: Line, level: dict[int, int], number: int) -> bool:
    """Whether a line passes between a row of boxes and the row above it."""
    return min(level[line.source], level[line.target]) < number <= max(level[line.source], level[line.target])


def _label_rows(labels: Iterable[_Item], room: float) -> Iterator[_Row]:
    """Labels in as many rows as they need."""
    row: _Row = []
    taken = 0.0
    for label in labels:
        taken += label.width + _TIGHT
        if row and taken > room:
            yield row
            row, taken = [], label.width + _TIGHT
        row.append(label)
    if row:
        yield row


def _settle(rows: Sequence[_Row]) -> None:
    """Puts the rows in order and gives every item its x: the order by barycentres, then the places that keep lines straight."""
    for row in rows:
        _place(row, [0.0] * len(row))
    for sweep in range(_SWEEPS):
        down = sweep % 2 == 0
        for row in rows if down else reversed(rows):
            wanted = {item: _mean(item.above if down else item.below, item.x) for item in row}
            row.sort(key=wanted.__getitem__)
            _place(row, [wanted[item] for item in row])
    for sweep in range(_STRAIGHTENING):
        down = sweep % 2 == 0
        for row in rows if down else reversed(rows):
            _place(row, [_wanted(item, down) for item in row])
    for row in rows:
        for item in row:
            item.x = float(round(item.x))


def _mean(items: Collection[_Item], default: float) -> float:
    return sum(item.x for item in items) / len(items) if items else default


def _wanted(item: _Item, down: bool) -> float:
    """Where an item stands best: a line where it stands in the row before, a box between what it is joined to, a label between them
    and not far from the middle of its box.
    """
    if not item.width:
        return _mean(item.above if down else item.below, item.x)
    if item.holder is None:
        ends = [_mean(side, item.x) for side in (item.above, item.below) if side]
        return sum(ends) / len(ends) if ends else item.x
    near = item.holder.width / 4
    other = _mean([one for one in (*item.above, *item.below) if one is not item.holder], item.x)
    return min(max(other, item.holder.x - near), item.holder.x + near)


def _place(row: _Row, wanted: Sequence[float]) -> None:
    """Gives the items of a row the places nearest to the wanted ones that keep them apart and the row within its room."""
    spare = ROOM - sum(item.width for item in row)
    gap = min(_GAP, spare / max(len(row) - 1, 1))
    apart = [(one.width + two.width) / 2 + gap for one, two in pairwise(row)]
    low, high = (row[0].width - ROOM) / 2, (ROOM - row[-1].width) / 2
    weights = [1.0 if item.width else _STIFF for item in row]
    for item, x in zip(row, _spread(wanted, apart, low, high, weights), strict=True):
        item.x = x


def _spread(
    wanted: Sequence[float], apart: Sequence[float], low: float, high: float, weights: Sequence[float] = ()
) -> list[float]:
    """The numbers nearest to the wanted ones (least squares) that ascend by at least `apart` and lie within low and high.

    With the distances taken off this is isotonic regression, by pooling adjacent violators; its bounds are put on afterwards.
    """
    offsets = list(accumulate(apart, initial=0.0))
    pools: list[tuple[float, float, int]] = []  # the mean, its weight, and of how many it is
    for x, offset, weight in zip(wanted, offsets, weights or repeat(1.0), strict=False):
        mean, heavy, count = x - offset, weight, 1
        while pools and pools[-1][0] >= mean:
            before, weighed, many = pools.pop()
            mean = (mean * heavy + before * weighed) / (heavy + weighed)
            heavy, count = heavy + weighed, count + many
        pools.append((mean, heavy, count))
    level = [mean for mean, _, count in pools for _ in range(count)]
    return [max(low, min(x, high - offsets[-1])) + offset for x, offset in zip(level, offsets, strict=True)]


def _lower(rows: Sequence[_Row], boxes: Collection[int]) -> None:
    """Gives every row its top and all of its items one height; farther from the row above where lines go far to the side."""
    bottom = 0.0
    before: bool | None = None  # whether the row above is one of boxes
    for row in rows:
        of_boxes = any(id(item) in boxes for item in row)
        if before is not None:
            gap = (_BARE if of_boxes else _FALL) if before else (_STUB if of_boxes else _STACK)
            aside = max((abs(item.x - one.x) - one.reach for item in row for one in item.above), default=0.0)
            bottom += gap + round(min(max(aside, 0.0) / 8, 30.0))
        height = max(item.height for item in row)
        for item in row:
            item.top, item.floor = bottom, bottom + height
            item.height = item.height or height
        bottom += height
        before = of_boxes


def _spot(item: _Item, left: float) -> Spot:
    return Spot(item.x - item.width / 2 - left, item.top, item.width, item.height)


def _moved(trunk: Trunk, left: float) -> Trunk:
    pieces = tuple(Piece(one.x1 - left, one.y1, one.x2 - left, one.y2) for one in trunk.pieces)
    return Trunk(trunk.lines, pieces, (trunk.tip[0] - left, trunk.tip[1]), trunk.upwards)
