"""A graph of publications as a picture's source: Graphviz (dot) and Mermaid (flowchart, as GitHub renders it).

    origin at the top; an arrow runs from a republication to what it was taken from, and says how that is known
    a dashed box          named, and not archived
    a double border, "this page"   what was asked for
    solid, heavy          corroborated, decided by a person
    dashed, dotted        asserted by the page alone, inferred from texts and dates
    dashed, cut off       contradicted
    no arrow head         the same text, nobody knows who had it first

Colour is never the only sign. Foreign text goes through model.text.plain and then through `_quoted` or `_entities`, and
stands nowhere but in labels, tooltips and link targets; only http and https are linked.
"""

from __future__ import annotations

import re

from archiver.export.graph import ASKED, MISSING, UNNAMED, Graph, Node, held, relation, versions
from archiver.model import url as urls
from archiver.model.citation import CitedEdge
from archiver.model.letters import marked
from archiver.model.text import cut, plain

#: Characters of a title or a quote, of a publisher's name, and of an address, that a box shows.
_TITLE, _NAME, _ADDRESS = 90, 60, 160
#: An address is broken into lines of so many characters.
_LINE = 56

#: How Graphviz draws the edges of a status.
_DOT_STATUS = {
    "corroborated": "style=solid",
    "curated": "style=bold",
    "asserted": "style=dashed",
    "inferred": "style=dotted",
    "contradicted": 'style=dashed, color="#b00020", arrowhead=tee',
}

#: How Mermaid draws them: the arrow, and the dashes of its line.
_MERMAID_STATUS = {
    "corroborated": ("-->", ""),
    "curated": ("==>", ""),
    "asserted": ("-.->", "7 4"),
    "inferred": ("-.->", "2 4"),
    "contradicted": ("-.-x", "7 4"),
}

#: GitHub's Mermaid refuses a text of more than 50,000 characters and a graph of more than 500 edges.
MERMAID_TEXT, MERMAID_EDGES = 48_000, 480

#: What Mermaid shows as it is: letters, digits, blanks, commas and slashes, and these between letters or digits. All else is an entity.
_PLAIN_IN_MERMAID = re.compile(r"(?<=[^\W_])[-._](?=[^\W_])|[^\x00-\x7f\ufb01\ufb02\u00b0\u00b6]|[A-Za-z0-9 ,/]")


def dot(graph: Graph) -> str:
    """A Graphviz digraph. Addresses are links and quotes are tooltips where it is drawn as SVG."""
    lines = [
        "digraph lineage {",
        "  graph [rankdir=BT, nodesep=0.4, ranksep=0.6];",
        '  node [shape=box, fontname="Helvetica,Arial,sans-serif", fontsize=11, margin="0.15,0.08"];',
        '  edge [fontname="Helvetica,Arial,sans-serif", fontsize=9];',
    ]
    for place, node in enumerate(graph.nodes):
        label = "\\n".join(_quoted(line) for line in _lines(node))
        marks = "" if node.captured else ", style=dashed"
        marks += ", peripheries=2" if node.asked else ""
        if (target := link(node.url)) is not None:
            marks += f', URL="{_quoted(target)}", tooltip="{_quoted(target)}"'
        lines.append(f'  n{place} [label="{label}"{marks}];')
    for one in graph.links:
        label = "\\n".join(_quoted(line) for line in _held(one.edge))
        marks = _DOT_STATUS.get(one.edge.status, "style=dotted")
        marks += ", dir=none" if one.edge.relation == "same_text" else ""
        if evidence := _evidence(one.edge):
            marks += f', tooltip="{_quoted(evidence)}", labeltooltip="{_quoted(evidence)}"'
        lines.append(f'  n{one.source} -> n{one.target} [label="{label}", {marks}];')
    return "\n".join([*lines, "}", ""])


def mermaid(graph: Graph) -> str:
    """A Mermaid flowchart. What does not fit within what GitHub draws is left out, and a box says how much that is."""
    boxes = [_box(place, node) for place, node in enumerate(graph.nodes)]
    shown: dict[int, None] = {place: None for place, node in enumerate(graph.nodes) if node.asked}
    arrows: list[str] = []
    dashes: dict[str, list[str]] = {}
    room = MERMAID_TEXT - sum(len(boxes[place]) for place in shown)
    left_out = 0
    for one in graph.links:
        arrow, dash = _MERMAID_STATUS.get(one.edge.status, ("-.->", "2 4"))
        if one.edge.relation == "same_text":
            arrow = "-.-"
        said = "<br/>".join(_entities(line) for line in _held(one.edge))
        line = f'  n{one.source} {arrow}|"{said}"| n{one.target}'
        fresh = [place for place in (one.target, one.source) if place not in shown]
        needed = len(line) + 6 + sum(len(boxes[place]) + 1 for place in fresh)
        if needed > room or len(arrows) == MERMAID_EDGES:
            left_out += 1
            continue
        room -= needed
        shown.update(dict.fromkeys(fresh))
        if dash:
            dashes.setdefault(dash, []).append(str(len(arrows)))
        arrows.append(line)
    kept = [place for place in range(len(boxes)) if place in shown] if left_out else list(range(len(boxes)))
    lines = ["flowchart BT", *(boxes[place] for place in kept), *arrows]
    if left_out:
        lines.append(f'  more["and {left_out} more edges, too many for Mermaid"]')
    for dash, numbers in sorted(dashes.items()):
        lines.append(f"  linkStyle {','.join(numbers)} stroke-dasharray:{dash}")
    lines += _classes(graph, kept)
    return "\n".join([*lines, ""])


def link(url: str | None) -> str | None:
    """An address that may be made a link, spelled so that no notation can take it for more; None where it is no http(s) one."""
    try:
        target = urls.parse(plain(url or ""))
    except urls.BadUrl:
        return None
    # What reads as a character reference is not left as one.
    return re.sub(r"(&#?\w+);", r"\1%3B", target)


def _lines(node: Node) -> list[str]:
    """What a box says, line by line."""
    address = cut(node.url or "", _ADDRESS)
    lines = [ASKED] if node.asked else []
    lines += [marked(f"“{cut(node.title, _TITLE)}”")] if node.title and plain(node.title) else []
    lines += [marked(cut(node.publisher, _NAME))] if node.publisher else []
    lines += [plain(node.date)[:10]] if node.date else []
    lines += _broken(address)
    lines += [versions(node)] if node.versions > 1 else []
    lines += [] if node.captured else [MISSING]
    return [line for line in lines if line] or [UNNAMED]


def _broken(address: str) -> list[str]:
    """An address in lines, broken behind a slash or a hyphen where there is one not far from the end."""
    lines: list[str] = []
    while len(address) > _LINE:
        end = max(address.rfind(mark, _LINE // 2, _LINE) for mark in "/-&") + 1 or _LINE
        lines.append(address[:end])
        address = address[end:]
    return [*lines, address]


def _held(edge: CitedEdge) -> list[str]:
    return [relation(edge), *held(edge).split(", ", 1)]


def _evidence(edge: CitedEdge) -> str:
    """The words that hold an edge, for a tooltip: a person's decision, else the strongest quote."""
    if edge.decided:
        return f"decided by {cut(edge.decided, 300)}"
    return f"“{cut(edge.quotes[0], 300)}”" if edge.quotes else ""


def _quoted(text: str) -> str:
    """Foreign text inside a quoted string of dot: its quotes, its backslashes (dot has escapes of its own) and its entities."""
    return plain(text).replace("&", "&amp;").replace("\\", "\\\\").replace('"', '\\"')


def _entities(text: str) -> str:
    """Foreign text inside a quoted label of Mermaid. Entities are numeric: quotes, brackets, backticks, comments and
    directives (%%), HTML, links and lists all need a character that is not there any more.
    """
    text = plain(text)
    kept = {found.start() for found in _PLAIN_IN_MERMAID.finditer(text)}
    return "".join(char if place in kept else f"#{ord(char)};" for place, char in enumerate(text))


def _box(place: int, node: Node) -> str:
    """A node of Mermaid, with its link."""
    label = "<br/>".join(_entities(line) for line in _lines(node))
    target = link(node.url)
    clicked = "" if target is None else f'\n  click n{place} href "{target}"'
    return f'  n{place}["{label}"]{clicked}'


def _classes(graph: Graph, kept: list[int]) -> list[str]:
    """The looks of the boxes that are shown."""
    looks = (
        ("missing", "stroke-dasharray:5 4", [f"n{place}" for place in kept if not graph.nodes[place].captured]),
        ("asked", "stroke-width:4px", [f"n{place}" for place in kept if graph.nodes[place].asked]),
    )
    found: list[str] = []
    for name, style, members in looks:
        if members:
            found += [f"  classDef {name} {style}", f"  class {','.join(members)} {name}"]
    return found
