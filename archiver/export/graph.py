"""The edges of chains as a graph of publications: what a tree, a note and a picture have in common.

    graph(edges, citations)  -> Graph: each publication once, each edge once
    Graph.steps()            -> the same as an indented tree, origins first

One address is one publication: versions of one address are counted in its node and make no edge. Pure values; what a
publisher or a quote may hold, and how it is escaped, is the business of whoever shows it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from archiver.model import url as urls
from archiver.model.citation import CitedEdge
from archiver.model.text import plain

if TYPE_CHECKING:  # a look-up draws with this module, and needs nothing of resolution's
    from archiver.model.lineage import Edge

#: How a relation reads between "X is ..." and a publisher.
RELATIONS = {
    "originally_published_by": "originally published by",
    "republished_from": "republished from",
    "syndicated_by": "syndicated by",
    "translated_from": "translated from",
    "cites": "cites",
    "image_credit": "image from",
    "self_claim": "calls itself the source",
    "copyright": "copyright",
    "variant_of": "another form of",
    "revision_of": "later version of",
    "same_text": "same text as",
}

#: The relations of a claim that say where the text comes from, its own included.
UPSTREAM = ("originally_published_by", "republished_from", "syndicated_by", "translated_from", "self_claim")

#: What a picture says of what was asked for, of what is named and not archived, and where nobody is named.
ASKED, MISSING, UNNAMED = "this page", "not archived", "a publisher not named"


@dataclass(frozen=True, slots=True)
class Node:
    """A publication: who, when (a day), where. `captured` says whether it is archived, `asked` whether it was asked for.

    `versions` counts the archived versions of the address; `title` is known of what was asked for alone.
    """

    publisher: str | None
    date: str | None
    url: str | None
    captured: bool
    asked: bool = False
    title: str | None = None
    versions: int = 1


@dataclass(frozen=True, slots=True)
class Link:
    """An edge between two nodes, by their places in Graph.nodes: from the republication to what it was taken from."""

    source: int
    target: int
    edge: CitedEdge


@dataclass(frozen=True, slots=True)
class Step:
    """A line of the tree: a node, and the edge by which it hangs below another (None for a root).

    `last` says for each level from the top down to this one whether the node there is the last of its siblings; it is
    empty for a root. `again`: the node stands farther up with what is below it, and only the edge is new.
    """

    node: Node
    edge: CitedEdge | None
    last: tuple[bool, ...]
    again: bool = False


@dataclass(frozen=True, slots=True)
class Graph:
    """Publications and what relates them, in the order in which they were given."""

    nodes: tuple[Node, ...]
    links: tuple[Link, ...]

    def steps(self) -> Iterator[Step]:
        """Every node and every edge as a tree, depth first; from any number of origins, and through circles."""
        below: dict[int, list[Link]] = {}
        for link in self.links:
            below.setdefault(link.target, []).append(link)
        taken = {link.source for link in self.links}
        printed: set[int] = set()
        roots = [place for place in range(len(self.nodes)) if place not in taken]
        for root in [*roots, *range(len(self.nodes))]:
            if root in printed:
                continue
            ahead: list[tuple[int, CitedEdge | None, tuple[bool, ...]]] = [(root, None, ())]
            while ahead:  # a stack of our own: a chain may be longer than the interpreter's
                place, edge, last = ahead.pop()
                again = place in printed
                yield Step(self.nodes[place], edge, last, again)
                if not again:
                    printed.add(place)
                    links = below.get(place, [])
                    ahead += [
                        (link.source, link.edge, (*last, number == 0)) for number, link in enumerate(reversed(links))
                    ]


def graph(edges: Iterable[CitedEdge], asked: Mapping[str, Node] | None = None) -> Graph:
    """The graph of these edges and of what was asked for (nodes by their addresses), each edge and each publication once."""
    nodes: dict[str, Node] = {urls.key(url): replace(node, asked=True) for url, node in (asked or {}).items()}
    ends = [(urls.key(edge.from_url), _target(edge), edge) for edge in dict.fromkeys(edges)]
    for here, _, edge in ends:
        _add(nodes, here, Node(edge.from_publisher, edge.from_date, edge.from_url, captured=True))
    for _, there, edge in ends:
        _add(nodes, there, Node(edge.to_publisher, edge.to_date, edge.to_url, captured=edge.to_captured))
    places = {key: place for place, key in enumerate(nodes)}
    links: list[Link] = []
    for here, there, edge in ends:
        if here != there:
            links.append(Link(places[here], places[there], edge))
        elif edge.relation == "revision_of":
            nodes[here] = replace(nodes[here], versions=nodes[here].versions + 1)
    return Graph(tuple(nodes.values()), tuple(links))


def _target(edge: CitedEdge) -> str:
    """What an edge leads to: an address, or a publisher by name (no address looks like that)."""
    return urls.key(edge.to_url) if edge.to_url else f"({plain(edge.to_publisher or '').casefold()})"


def _add(nodes: dict[str, Node], key: str, node: Node) -> None:
    """One more mention of a publication: it fills in what was not known of it."""
    known = nodes.setdefault(key, node)
    nodes[key] = replace(
        known,
        publisher=known.publisher or node.publisher,
        date=known.date or node.date,
        captured=known.captured or node.captured,
    )


def held(edge: CitedEdge | Edge) -> str:
    """How an edge is held, in words: its status, its confidence, how much text is shared. Nothing foreign in it."""
    overlap = f", {edge.overlap:.0%} of the text shared" if edge.overlap is not None else ""
    return f"{edge.status}, confidence {edge.confidence:.2f}{overlap}"


def versions(node: Node) -> str:
    """How many versions of a publication are archived, in words."""
    return f"{node.versions} archived versions"


def relation(edge: CitedEdge | Edge) -> str:
    """What an edge says, in words."""
    return RELATIONS.get(edge.relation, edge.relation)
