"""A graph of publications as a picture: one `<svg>` element, to be put into a page of HTML.

    svg(graph, address, prefix) -> the element

It shows what the dot and Mermaid of lineage show, and as they do: origins at the top, an arrow from a republication to what it
was taken from, every state by words and dashes, colour never alone. The page's policy may forbid styles (`style-src 'self'`):
there is none here, only presentation attributes and classes, and it reads well where no stylesheet knows of them. `width` and
`height` are its true size (720 units at most, no text under 12); `max-width: 100%; height: auto` fits it into less.

To a screen reader it is a group, named by its title and described in words, a sentence a step. It is no `img`: what is in an image
cannot be reached, and the boxes of archived pages are links. A box is read as one thing, origins first; lines and their labels
are hidden there, for the description says them.

Foreign text goes through model.text.plain, is cut to what there is room for, and is escaped by `_element` and nothing else. Each
line of it is isolated where it is written from right to left. Widths are estimated; a box clips what is wider than thought.
Does not own: where things stand (export._layers), how text is broken (export._setting),
which pages have an address (the caller), colours (the stylesheet).
"""

from __future__ import annotations

import html
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from urllib.parse import urlsplit

from archiver.export._layers import Line, Piece, Plan, Spot, Trunk, plan, ranks
from archiver.export._setting import Look, broken, ending, from_right, isolated
from archiver.export._setting import width as measured
from archiver.export.graph import ASKED, MISSING, UNNAMED, Graph, Link, Node, held, relation, versions
from archiver.model import url as urls
from archiver.model.letters import marked
from archiver.model.text import counted, cut, plain

#: What a picture holds of a graph: the part nearest to what was asked for.
NODES, LINKS = 40, 60

#: Characters of a title, of a publisher's name, of a whole address, of a word on a line, and of all that is known of one.
_TITLE, _NAME, _ADDRESS, _WORD, _KNOWN = 90, 60, 160, 24, 90

#: The widths of boxes: where a row may hold three, and where none holds more than two.
_NARROW, _WIDE = 208, 264
_MARGIN, _PAD, _FRAME = 8, 12, 4
#: Height of a line of a label.
_LABEL = 15


_TAG = Look(12, 18, True, "tag")
_WHO = Look(14, 19, True, "who")
_WHAT = Look(13, 17, False, "what")
_WHEN = Look(12, 17, False, "when")
_WHERE = Look(12, 16, False, "where")
_NOTE = Look(12, 17, True, "note")
_SAID = Look(12, _LABEL, False, "said")


@dataclass(frozen=True, slots=True)
class _Stroke:
    """How the lines of a status are drawn; `tip` is what they end in."""

    width: float
    dashes: str | None = None
    tip: str = "arrow"


_STROKES = {
    "corroborated": _Stroke(1.5),
    "curated": _Stroke(3),
    "asserted": _Stroke(1.5, "7 4"),
    "inferred": _Stroke(2, "2 4"),
    "contradicted": _Stroke(1.5, "7 4", "bar"),
}
#: The room that the end of a line takes.
_TIPS = {"arrow": 9.0, "bar": 5.0, "none": 0.0}


@dataclass(frozen=True, slots=True)
class _Card:
    """A publication and what its box says: line by line, and in one breath."""

    node: Node
    name: str
    lines: tuple[tuple[str, Look], ...]

    @property
    def pad(self) -> int:
        """Above and below the lines; within the second border, where there is one."""
        return 9 + (_FRAME if self.node.asked else 0)

    @property
    def height(self) -> float:
        """Of the box."""
        return sum(look.height for _, look in self.lines) + 2 * self.pad


def svg(graph: Graph, address: Callable[[Node], str | None], prefix: str = "chain") -> str:
    """The picture. `address` tells where a publication's page of ours is, or None; `prefix` begins the ids, where several stand on a page."""
    places, links = _nearest(graph)
    nodes = [graph.nodes[place] for place in places]
    at = {place: number for number, place in enumerate(places)}
    ends = [(at[link.source], at[link.target]) for link in links]
    layers = ranks(len(nodes), ends)
    width = _NARROW if any(layers.count(layer) > 2 for layer in set(layers)) else _WIDE
    cards = [_card(node, width) for node in nodes]
    lines = [_line(source, target, link) for (source, target), link in zip(ends, links, strict=True)]
    drawn = plan(layers, width, [card.height for card in cards], lines)
    left_out = _left_out(len(graph.nodes) - len(nodes), len(graph.links) - len(links))
    rest, height = _rest(left_out, width, drawn) if left_out else ("", drawn.height)
    whole, high = drawn.width + 2 * _MARGIN, height + 2 * _MARGIN
    moved = {"transform": f"translate({_MARGIN} {_MARGIN})"}
    inside = _element("g", moved, _edges(drawn, lines, links), *_boxes(drawn, cards, address), rest)
    title = f"The chain: {counted(len(graph.nodes), 'publication')}, {counted(len(graph.links), 'step')}"
    described = " ".join([*_described(nodes, ends, links), *([f"{left_out}."] if left_out else [])])
    return _element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg", "class": "chain", "width": whole, "height": high,
            "viewBox": f"0 0 {_number(whole)} {_number(high)}", "role": "group", "aria-labelledby": f"{prefix}-title",
            "aria-describedby": f"{prefix}-desc", "font-family": "system-ui, sans-serif", "fill": "none", "stroke": "none",
        },
        _element("title", {"id": f"{prefix}-title"}, _escaped(title)),
        _element("desc", {"id": f"{prefix}-desc"}, _escaped(described)),
        inside,
    )  # fmt: skip


def _nearest(graph: Graph) -> tuple[list[int], list[Link]]:
    """The places and the links that are drawn: all, or those nearest to what was asked for, its way to the origin first."""
    links = [link for link in graph.links if link.source != link.target]
    if len(graph.nodes) <= NODES and len(links) <= LINKS:
        return list(range(len(graph.nodes))), links
    up: dict[int, list[int]] = {}
    beside: dict[int, list[int]] = {}
    for number, link in enumerate(links):
        up.setdefault(link.source, []).append(number)
        beside.setdefault(link.source, []).append(number)
        beside.setdefault(link.target, []).append(number)
    near = dict.fromkeys([place for place, node in enumerate(graph.nodes) if node.asked] or [0])
    found: dict[int, None] = {}  # the links by which they were reached: what is drawn hangs together
    for ways in (up, beside):
        ahead = list(near)
        for place in ahead:
            for number in ways.get(place, ()):
                other = links[number].target if links[number].source == place else links[number].source
                if other not in near:
                    near[other] = found[number] = None
                    ahead.append(other)
    kept = sorted(list(dict.fromkeys([*near, *range(len(graph.nodes))]))[:NODES])
    shown = set(kept)
    within = [n for n in dict.fromkeys([*found, *range(len(links))]) if {links[n].source, links[n].target} <= shown]
    return kept, [links[number] for number in sorted(within[:LINKS])]


def _left_out(nodes: int, links: int) -> str:
    """What is not drawn, in words; "" where all is."""
    parts = [counted(number, f"more {what}") for number, what in ((nodes, "publication"), (links, "step")) if number]
    return f"{' and '.join(parts)} not drawn here" if parts else ""


def _card(node: Node, width: float) -> _Card:
    """What a box says of a publication, broken into lines that fit its width."""
    said = [(ASKED, _TAG)] if node.asked else []
    said += [(_publisher(node), _WHO)] if _publisher(node) else [(UNNAMED, _WHAT)]
    said += [(marked(f"“{cut(node.title, _TITLE)}”"), _WHAT)] if node.asked and node.title and plain(node.title) else []
    said += [(_day(node), _WHEN)] if _day(node) else []
    room = width - 2 * _PAD
    said += [(line, _WHERE) for line in _short(node.url or "", room)]
    said += [(versions(node), _WHERE)] if node.versions > 1 else []
    said += [] if node.captured else [(MISSING, _NOTE)]
    lines = [[(line, look) for line in broken(text, look, room)] for text, look in said]
    # The name is what is seen, word by word: one that was broken over lines is broken in it, too (WCAG 2.5.3).
    name = ", ".join(isolated(" ".join(line for line, _ in part)) for part in lines)
    return _Card(node, name, tuple(line for part in lines for line in part))


def _publisher(node: Node) -> str:
    return marked(cut(node.publisher or "", _NAME))


def _day(node: Node) -> str:
    return plain(node.date or "")[:10]


def _short(url: str, room: float) -> list[str]:
    """An address: whole where it fits on a line, else its host and the end of its path, each cut at its beginning."""
    whole = plain(url)
    host = urls.host(whole).removeprefix("www.")
    if not host:
        return [ending(whole, _WHERE, room)] if whole else []
    parts = urlsplit(whole if "//" in whole else "//" + whole)
    path = (parts.path + (f"?{parts.query}" if parts.query else "")).rstrip("/")
    if measured(host + path, _WHERE) <= room:
        return [host + path]
    last = f"/…/{path.rpartition('/')[2]}" if path.count("/") > 1 else path
    if measured(host + last, _WHERE) <= room:
        return [host + last]
    return [ending(host, _WHERE, room), ending(last, _WHERE, room)]


def _line(source: int, target: int, link: Link) -> Line:
    """A link as the layout knows it: lines that look alike and end alike may share their way."""
    status = link.edge.status if link.edge.status in _STROKES else "inferred"
    tip = "none" if link.edge.relation == "same_text" else _STROKES[status].tip
    width = max(measured(text, _SAID) for text in _words(link))
    return Line(source, target, f"{status} {tip}", _TIPS[tip], 2 * ceil(width / 2) + 4, 2 * _LABEL)


def _words(link: Link) -> tuple[str, str]:
    """What stands on a line: what it says, and how that is known."""
    return cut(relation(link.edge), _WORD), cut(link.edge.status, _WORD)


def _known(link: Link) -> str:
    """The whole of how it is known."""
    return cut(held(link.edge), _KNOWN)


def _edges(drawn: Plan, lines: Sequence[Line], links: Sequence[Link]) -> str:
    """All lines with their labels."""
    return _element(
        "g", {"class": "edges", "aria-hidden": "true"}, *(_trunk(trunk, drawn, lines, links) for trunk in drawn.trunks)
    )


def _trunk(trunk: Trunk, drawn: Plan, lines: Sequence[Line], links: Sequence[Link]) -> str:
    """The lines of one status to one publication."""
    status, tip = lines[trunk.lines[0]].kind.split(" ")
    stroke = _STROKES[status]
    way = _element(
        "path",
        {"d": " ".join(map(_piece, trunk.pieces)), "stroke": "currentColor", "stroke-width": stroke.width, "stroke-dasharray": stroke.dashes},
    )  # fmt: skip
    return _element(
        "g",
        {"class": f"edge {status}"},
        way,
        *_tip(tip, trunk),
        *(_label(drawn.labels[at], links[at]) for at in trunk.lines),
    )


def _piece(piece: Piece) -> str:
    x1, y1, x2, y2 = map(_number, (piece.x1, piece.y1, piece.x2, piece.y2))
    middle = _number((piece.y1 + piece.y2) / 2)
    return f"M{x1} {y1}V{y2}" if x1 == x2 else f"M{x1} {y1}C{x1} {middle} {x2} {middle} {x2} {y2}"


def _tip(tip: str, trunk: Trunk) -> Iterator[str]:
    """What the lines end in."""
    x, y = trunk.tip
    back = 1 if trunk.upwards else -1
    if tip == "arrow":
        yield _element("path", {"d": f"M{_number(x)} {_number(y)}l-5 {10 * back}h10z", "fill": "currentColor"})
    elif tip == "bar":
        bar = f"M{_number(x - 8)} {_number(y + 5 * back)}h16"
        yield _element("path", {"d": bar, "stroke": "currentColor", "stroke-width": 3})


def _label(spot: Spot, link: Link) -> str:
    """The words on a line; more of how it is known where the pointer rests."""
    middle = spot.left + spot.width / 2
    lines = (
        _element(
            "text",
            {"class": _SAID.name, "x": middle, "y": spot.top + _LABEL * number - 3, "font-size": _SAID.size, "text-anchor": "middle", "fill": "currentColor"},
            _escaped(text),
        )
        for number, text in enumerate(_words(link), 1)
    )  # fmt: skip
    return _element("g", {}, _element("title", {}, _escaped(_known(link))), *lines)


def _boxes(drawn: Plan, cards: Sequence[_Card], address: Callable[[Node], str | None]) -> Iterator[str]:
    """All boxes, as they are read: row by row."""
    for spot, card in sorted(zip(drawn.boxes, cards, strict=True), key=lambda one: (one[0].top, one[0].left)):
        yield _box(spot, card, address(card.node))


def _box(spot: Spot, card: _Card, target: str | None) -> str:
    """A publication: a link where there is a page of it, else a labelled thing."""
    node = card.node
    states = {"asked": node.asked, "missing": not node.captured, "linked": target is not None}
    named = {
        "class": " ".join(["node", *(name for name, holds in states.items() if holds)]),
        "aria-label": card.name,
    }
    inside = [_element("title", {}, _escaped(cut(node.url or "", _ADDRESS)))] if node.url else []
    inside.append(_frame(spot, "card", None if node.captured else "5 4"))
    if node.asked:
        within = Spot(spot.left + _FRAME, spot.top + _FRAME, spot.width - 2 * _FRAME, spot.height - 2 * _FRAME)
        inside.append(_frame(within, "inner", None if node.captured else "5 4"))
    inside.append(_text(spot, card.lines, card.pad))
    if target is None:
        return _element("g", {**named, "role": "img"}, *inside)
    return _element("a", {"href": plain(target), **named, "aria-current": "page" if node.asked else None}, *inside)


def _frame(spot: Spot, name: str, dashes: str | None) -> str:
    return _element(
        "rect",
        {
            "class": name, "x": spot.left, "y": spot.top, "width": spot.width, "height": spot.height, "rx": 3, "stroke": "currentColor",
            "stroke-width": 1.5 if name == "card" else 1, "stroke-dasharray": dashes, "pointer-events": "all",
        },
    )  # fmt: skip


def _text(spot: Spot, lines: Iterable[tuple[str, Look]], pad: float) -> str:
    """Lines of text in a box, which clips them: an inner picture does so by itself."""
    said: list[str] = []
    y = pad
    for text, look in lines:
        rtl = from_right(text)
        attributes = {
            "class": look.name, "x": spot.width - _PAD if rtl else _PAD, "y": round(y + look.height / 2 + look.size * 0.36, 1), "font-size": look.size,
            "font-weight": "bold" if look.bold else None, "text-anchor": "end" if rtl else None, "fill": "currentColor",
        }  # fmt: skip
        said.append(_element("text", attributes, _escaped(text)))
        y += look.height
    return _element("svg", {"x": spot.left, "y": spot.top, "width": spot.width, "height": spot.height}, *said)


def _rest(words: str, width: float, drawn: Plan) -> tuple[str, float]:
    """A box that says how much is not drawn, below all others, and the height of the picture with it."""
    lines = tuple((line, _WHAT) for line in broken(words, _WHAT, width - 2 * _PAD))
    left = (drawn.width - width) / 2
    spot = Spot(left, drawn.height + 24, width, sum(look.height for _, look in lines) + 18)
    return _element(
        "g", {"class": "node rest"}, _frame(spot, "card", "1 5"), _text(spot, lines, 9)
    ), spot.top + spot.height


def _described(nodes: Sequence[Node], ends: Sequence[tuple[int, int]], links: Sequence[Link]) -> Iterator[str]:
    """The picture in words: a sentence a step, and one for each publication that stands alone."""
    for (source, target), link in zip(ends, links, strict=True):
        said = cut(relation(link.edge), _WORD)
        yield f"{_named(nodes[source])}: {said} {_named(nodes[target])} ({_known(link)})."
    joined = {place for pair in ends for place in pair}
    yield from (f"{_named(node)}." for place, node in enumerate(nodes) if place not in joined)


def _named(node: Node) -> str:
    """A publication in words: who, when, and what else its box says."""
    host = plain(urls.host(plain(node.url or "")))
    who = isolated(_publisher(node) or cut(host, _NAME) or UNNAMED)
    states = [ASKED] if node.asked else []
    return ", ".join([who, *filter(None, [_day(node)]), *states, *([] if node.captured else [MISSING])])


def _number(value: float) -> str:
    return f"{value:g}"


def _escaped(text: str) -> str:
    return html.escape(text)


def _element(name: str, attributes: Mapping[str, str | float | None], *inside: str) -> str:
    """An element; its attributes are escaped here, what is inside it is markup already."""
    said = "".join(
        f' {key}="{_escaped(value if isinstance(value, str) else _number(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    parts = [part for part in inside if part]
    if not parts:
        return f"<{name}{said}/>"
    between = "" if name in ("text", "title", "desc") else "\n"
    return f"<{name}{said}>{between}{between.join(parts)}{between}</{name}>"
