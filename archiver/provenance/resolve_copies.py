"""Rules 5, 6 and 7 of resolution: circles broken, siblings explained away, and copies that name nobody.

Works on the hops that claims made. Text alone makes an edge only here, and only where nothing else explains it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from archiver.model.lineage import Edge, EdgeRelation, EdgeStatus, Finding
from archiver.provenance.overlap import tokens
from archiver.provenance.resolve_claims import Hop
from archiver.provenance.resolve_identity import Publication, captured_by, same_house
from archiver.provenance.resolve_web import Node, Web

#: Text and dates alone; and where both pages give the same author. Where no day tells them apart: one further sign, or more.
INFERRED, INFERRED_BYLINE = 0.80, 0.95
ONE_SIGN, MORE_SIGNS = 0.55, 0.70

#: A text is the fuller one of two where it holds so much of the other, and that one so little of it.
HOLDS, HELD = 0.95, 0.80


class Graph:
    """Ways that texts went, from node to node, along live hops and inferred edges."""

    def __init__(self, hops: Iterable[Hop]) -> None:
        self.out: defaultdict[Node, set[Node]] = defaultdict(set)
        self.names: defaultdict[Node, set[Node]] = defaultdict(set)
        for hop in hops:
            if hop.live:
                self.add(hop.source, hop.target, hop.names)

    def add(self, source: Node, target: Node, names: Iterable[Node] = ()) -> None:
        """One more way."""
        self.out[source].add(target)
        self.names[target].update(names)

    def upstream(self, node: Node) -> set[Node]:
        """Every node that lies upstream of one; itself too only where it stands in a circle."""
        found: set[Node] = set()
        ahead = list(self.out.get(node, ()))
        while ahead:
            here = ahead.pop()
            if here not in found:
                found.add(here)
                ahead += self.out.get(here, ())
        return found

    def ancestors(self, node: Node) -> set[Node]:
        """`upstream`, with the publishers' names that those nodes answer to."""
        found = self.upstream(node)
        return found.union(*(self.names.get(here, ()) for here in found))


def unwound(web: Web, hops: Sequence[Hop]) -> tuple[list[Hop], list[Edge], list[Finding]]:
    """Rule 7: hops without circles; undirected edges where a circle left nothing to choose by; what was found.

    The weakest hop of a circle goes: by strength, weight, then by leading to a later page. Hops that are equal go together.
    """
    kept, edges, findings = list(hops), [], []
    while circle := _circle(kept):
        weakest = min(_holds(hop) for hop in circle)
        gone = [hop for hop in circle if _holds(hop) == weakest]
        for hop in gone:
            kept.remove(hop)
            findings.append(_circular(web, hop))
            if len(gone) > 1:
                edges += _undirected(web, hop)
    return kept, sorted(set(edges), key=lambda e: (e.from_document, e.to_document or "")), findings


def _circle(hops: Sequence[Hop]) -> list[Hop]:
    """The live hops among the nodes that lie on circles with the first such node; empty where there is no circle."""
    graph = Graph(hops)
    upstream = {node: graph.ancestors(node) for node in graph.out}
    for node in sorted(upstream):
        if node in upstream[node]:
            knot = {other for other in upstream[node] if node in upstream.get(other, ())}
            return [hop for hop in hops if hop.live and hop.source in knot and hop.target in knot]
    return []


def _holds(hop: Hop) -> tuple[int, float, int]:
    """How well a hop holds against others of its circle."""
    backward = 0 if hop.later is None else -1 if hop.later > 0 else 1 if hop.later < 0 else 0
    return (hop.strength, hop.edge.confidence, backward)


def _circular(web: Web, hop: Hop) -> Finding:
    here, there = web.by_id[hop.edge.from_document], hop.edge.to_publisher or hop.edge.to_url
    message = f"This page names {there} as its source, and following the sources named there leads back to {here.publisher or here.url}."
    return Finding("circular", here.document_id, message)


def _undirected(web: Web, hop: Hop) -> list[Edge]:
    a, b = web.publication(hop.source[1]), web.publication(hop.target[1])
    return [_same_text(web, a, b)] if b in web.copies(a) else []


def copies(
    web: Web, hops: Sequence[Hop], undirected: Sequence[Edge], apart: Collection[frozenset[Node]] = ()
) -> list[Edge]:
    """Rules 5 and 6: edges between publications of one text that no claim relates and no common source explains; none between
    those that a person keeps apart.
    """
    graph = Graph(hops)
    words = Graph(hop for hop in hops if hop.edge.relation is not EdgeRelation.TRANSLATED_FROM)  # ways that words went
    named = {frozenset((hop.source, hop.target)) for hop in hops} | set(apart)
    directed = []
    for here in sorted(web.publications, key=_by_date):
        node = web.node(here.main)
        if any(kind != "document" for kind, _ in words.out.get(node, ())):
            continue  # what was never captured may explain all of it
        known = [web.publication(name) for _, name in words.out.get(node, ())]
        above = graph.ancestors(node) | {node}
        for there in _sources(web, words, here):
            other = web.node(there.main)
            unnamed = frozenset((node, other)) not in named and above.isdisjoint(graph.ancestors(other) | {other})
            if unnamed and not any(web.shared(there, source) for source in known):
                known.append(there)
                graph.add(node, other)
                words.add(node, other)
                directed.append(_inferred(web, here, there))
    return directed + _unexplained(web, graph, named, undirected)


def _sources(web: Web, words: Graph, here: Publication) -> list[Publication]:
    """Older copies of another house, the oldest first: those that nothing farther up explains.

    A copy that itself came from a page which holds this text, or from one that was never captured, is passed over.
    """
    held = web.copies(here)
    held_nodes = {web.node(p.main) for p in held}
    found = [
        there
        for there in held
        if older(web, there, here)
        and all(up[0] == "document" and up not in held_nodes for up in words.upstream(web.node(there.main)))
        and not same_house(here.main, there.main, web.authority)
    ]
    return sorted(found, key=lambda p: (str(p.published), -_score(web, here, p), p.main.document_id))


def older(web: Web, one: Publication, other: Publication) -> bool:
    """Whether `one` had the text first: by a day or more; where no day tells, by more of the signs than the other has."""
    days = _days_between(web, one, other)
    return days >= 1 if days else signs(web, one, other) > signs(web, other, one)


def _days_between(web: Web, one: Publication, other: Publication) -> int | None:
    """By how many days `other` is known to be younger. A page without a date is no younger than its first capture."""
    shown = web.days_later(other.published, one.published)
    if shown is not None or (one.published is None and other.published is None):
        return shown
    captured = min(captured_by(page) for page in (one if one.published is None else other).members)
    if one.published is None:
        return max(web.days_later(other.published, captured) or 0, 0)
    return min(web.days_later(captured, one.published) or 0, 0)


def signs(web: Web, one: Publication, other: Publication) -> int:
    """How many signs say that `other` was made from `one`: links that lead back there, a byline of that house, the fuller text."""
    overlap = web.shared(one, other)
    if overlap is None:
        return 0
    held = {overlap.a: overlap.containment_a, overlap.b: overlap.containment_b}
    of_one = max((held[m.document_id] for m in one.members if m.document_id in held), default=0.0)
    of_other = max((held[m.document_id] for m in other.members if m.document_id in held), default=0.0)
    leads_back = any(one.main.site in m.linked for m in other.members)
    bylines = {name for m in other.members for name in m.authors}
    staff = {name for m in one.members for name in m.staff}
    theirs = bool(staff) and bylines <= staff and not any(m.staff for m in other.members)
    return leads_back + theirs + (of_other >= HOLDS and of_one <= HELD)


def _unexplained(web: Web, graph: Graph, named: set[frozenset[Node]], undirected: Sequence[Edge]) -> list[Edge]:
    """`same_text` edges where nothing gives a direction: as few as hold the texts together, the closest pairs first."""
    parent: dict[Node, Node] = {}

    def root(node: Node) -> Node:
        while parent.get(node, node) != node:
            node = parent[node]
        return node

    def join(a: Node, b: Node) -> bool:
        first, second = sorted((root(a), root(b)))
        parent[second] = first
        return first != second

    for node, targets in sorted(graph.out.items()):
        if len(targets) == 1:  # a round-up of several articles does not make them one text
            join(node, *targets)
    for edge in undirected:
        join(*(web.node(web.by_id[name]) for name in (edge.from_document, edge.to_document) if name))
    pairs = [(a, b) for a in web.publications for b in web.copies(a) if a.main.document_id < b.main.document_id]
    pairs.sort(key=lambda pair: (-_score(web, *pair), pair[0].main.document_id, pair[1].main.document_id))
    above = {node: graph.ancestors(node) | {node} for node in map(web.node, (p.main for p in web.publications))}
    edges = []
    for a, b in pairs:
        one, two = web.node(a.main), web.node(b.main)
        explained = not above[one].isdisjoint(above[two]) or frozenset((one, two)) in named
        if not explained and join(one, two):
            edges.append(_same_text(web, a, b))
    return edges


def _by_date(publication: Publication) -> tuple[str, str]:
    return (str(publication.published or "9"), publication.main.document_id)


def _score(web: Web, a: Publication, b: Publication) -> float:
    overlap = web.shared(a, b)
    return overlap.score if overlap else 0.0


def _inferred(web: Web, here: Publication, there: Publication) -> Edge:
    bylines = [{" ".join(tokens(name)) for name in p.main.authors} - {""} for p in (here, there)]
    return Edge(
        from_document=here.main.document_id,
        to_document=there.main.document_id,
        to_url=there.main.url,
        to_publisher=there.main.publisher,
        relation=EdgeRelation.REPUBLISHED_FROM,
        status=EdgeStatus.INFERRED,
        confidence=_confidence(web, here, there, same_byline=bool(bylines[0] & bylines[1])),
        overlap=round(_score(web, here, there), 3),
    )


def _confidence(web: Web, here: Publication, there: Publication, *, same_byline: bool) -> float:
    if _days_between(web, there, here):
        return INFERRED_BYLINE if same_byline else INFERRED
    return ONE_SIGN if signs(web, there, here) == 1 else MORE_SIGNS


def _same_text(web: Web, a: Publication, b: Publication) -> Edge:
    """The undirected edge; it is written from the smaller ID to the larger."""
    first, second = sorted((a.main, b.main), key=lambda facts: facts.document_id)
    score = round(_score(web, a, b), 3)
    return Edge(
        from_document=first.document_id,
        to_document=second.document_id,
        to_url=second.url,
        to_publisher=second.publisher,
        relation=EdgeRelation.SAME_TEXT,
        status=EdgeStatus.INFERRED,
        confidence=min(score, 0.99),
        overlap=score,
    )
