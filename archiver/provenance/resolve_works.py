"""Edges -> works: which documents carry one text, and where each path upstream ends.

Reads a Lineage and draws no edge of its own. Contradicted edges keep documents together but lead nowhere.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from archiver.model import url as urls
from archiver.model.claim import Relation
from archiver.model.lineage import (
    COPYING,
    Edge,
    EdgeRelation,
    EdgeStatus,
    Facts,
    Finding,
    Lineage,
    Origin,
    Overlap,
    Work,
)
from archiver.provenance.overlap import same_text
from archiver.provenance.publishers import fold

#: How much a claim of that kind says of the *first* publication, and not only of the way the text came.
FIRSTNESS = {
    Relation.ORIGINALLY_PUBLISHED_BY: 2,
    Relation.TRANSLATED_FROM: 2,
    Relation.SYNDICATED_BY: 1,
}

_IDENTITY = frozenset({EdgeRelation.VARIANT_OF, EdgeRelation.REVISION_OF})

#: A node as in resolve_web: ("document", the publication's first document), ("url", key) or ("name", folded name).
_Node = tuple[str, str]


class _Sets:
    """Union-find over document IDs; the smallest ID stands for its set."""

    def __init__(self) -> None:
        self._parent: dict[str, str] = {}

    def of(self, name: str) -> str:
        while (above := self._parent.get(name, name)) != name:
            name = above
        return name

    def join(self, a: str, b: str) -> None:
        first, second = sorted((self.of(a), self.of(b)))
        if first != second:
            self._parent[second] = first


class _Paths:
    """The ways upstream among publications, and where they end."""

    def __init__(self, edges: Iterable[Edge], documents: Iterable[Facts]) -> None:
        self.facts = {d.document_id: d for d in documents}
        self._main: dict[str, str] = {}
        self._same = _Sets()
        self.out: defaultdict[_Node, list[tuple[_Node, Edge]]] = defaultdict(list)
        self.undirected: set[_Node] = set()
        edges = tuple(edges)
        onward = {e.from_document: e.to_document for e in edges if e.relation in _IDENTITY and e.to_document}
        for form, page in onward.items():
            self._same.join(form, page)
        for page in set(onward.values()) - set(onward):  # what all forms lead to and what leads to no other
            self._main[self._same.of(page)] = page
        for edge in edges:
            if edge.relation in COPYING and edge.status is not EdgeStatus.CONTRADICTED:
                self.out[self.node(edge.from_document)].append((self._target(edge), edge))
            elif edge.relation is EdgeRelation.SAME_TEXT and edge.to_document is not None:
                self.undirected |= {self.node(edge.from_document), self.node(edge.to_document)}

    def node(self, document_id: str) -> _Node:
        """The node of a document's publication."""
        return ("document", self._same.of(document_id))

    def _target(self, edge: Edge) -> _Node:
        if edge.to_document is not None:
            return self.node(edge.to_document)
        if edge.to_url is not None:
            return ("url", urls.key(edge.to_url))
        return ("name", fold(edge.to_publisher or "") or edge.to_publisher or "")

    def ends(self, starts: Iterable[_Node]) -> tuple[list[Origin], bool]:
        """Where the ways from these nodes end, and whether an end is one of several pages that nothing puts in order."""
        reached: dict[_Node, list[Edge]] = {}
        ahead = list(starts)
        seen = set(ahead)
        while ahead:
            for target, edge in self.out.get(ahead.pop(), ()):
                reached.setdefault(target, []).append(edge)
                if target not in seen:
                    seen.add(target)
                    ahead.append(target)
        ends = {node: edges for node, edges in reached.items() if not self.out.get(node)}
        if not ends and len(seen) == 1:
            ends = {node: [] for node in seen}
        best = max((self._firstness(edges) for edges in ends.values()), default=(0, 0))
        chosen = sorted(node for node, edges in ends.items() if self._firstness(edges) == best)
        origins = [self._origin(node, ends[node]) for node in chosen]
        named = {fold(o.publisher) for o in origins if o.publisher and (o.url or o.document_id)}
        whole = [o for o in origins if o.url or fold(o.publisher or "") not in named]
        return whole, any(node in self.undirected for node in chosen)

    def _firstness(self, edges: Iterable[Edge]) -> tuple[int, int]:
        claims = [
            self.facts[e.from_document].claims[n] for e in edges if e.from_document in self.facts for n in e.claims
        ]
        rank, strength = max(((FIRSTNESS.get(c.relation, 0), int(c.precedence)) for c in claims), default=(0, 0))
        return (rank, strength if rank else 0)

    def _origin(self, node: _Node, edges: list[Edge]) -> Origin:
        if node[0] == "document":
            main = self.facts.get(self._main.get(node[1], node[1]))
            if main is not None:
                forms = (facts for name, facts in self.facts.items() if self._same.of(name) == node[1])
                copied = all(facts.second_hand for facts in forms)
                return Origin(main.document_id, main.url, main.publisher, main.published, True, copied)
        url = min((e.to_url for e in edges if e.to_url), default=None)
        publisher = min((e.to_publisher for e in edges if e.to_publisher), default=None)
        return Origin(node[1] if node[0] == "document" else None, url, publisher, None, captured=node[0] == "document")


def origin_of(document_id: str, edges: Iterable[Edge], documents: Iterable[Facts]) -> Origin | None:
    """Where the path of one document ends: at itself where nothing leads away; None where that is not decided."""
    paths = _Paths(edges, documents)
    ends, open_end = paths.ends([paths.node(document_id)])
    return ends[0] if len(ends) == 1 and not open_end else None


def works(lineage: Lineage, documents: Iterable[Facts], overlaps: Iterable[Overlap] = ()) -> tuple[Work, ...]:
    """The documents sorted into works, by the smallest ID in each. Every document is in one; a page alone is a work.

    Documents belong together by an edge, by naming one address, or by holding one text (`overlaps`: two papers with one
    agency's text have no edge between them).
    """
    documents = tuple(documents)
    paths = _Paths(lineage.edges, documents)
    together = _Sets()
    address: dict[str, str] = {}
    for edge in lineage.edges:
        if edge.to_document in paths.facts:
            together.join(edge.from_document, edge.to_document)
        elif edge.to_url is not None:
            together.join(edge.from_document, address.setdefault(urls.key(edge.to_url), edge.from_document))
    for overlap in overlaps:
        if same_text(overlap) and overlap.a in paths.facts and overlap.b in paths.facts:
            together.join(overlap.a, overlap.b)
    members: defaultdict[str, list[str]] = defaultdict(list)
    for name in sorted(paths.facts):
        members[together.of(name)].append(name)
    return tuple(_work(paths, lineage, names) for _, names in sorted(members.items()))


def _work(paths: _Paths, lineage: Lineage, names: list[str]) -> Work:
    inside = frozenset(names)
    edges = tuple(e for e in lineage.edges if e.from_document in inside)
    findings = [f for f in lineage.findings if f.document_id in inside]
    ends, open_end = paths.ends(sorted({paths.node(name) for name in names}))
    if len(ends) > 1:
        called = " and ".join(sorted(o.publisher or o.url or "a publisher not named" for o in ends))
        findings.append(Finding("several-origins", names[0], f"These pages lead to more than one origin: {called}."))
    origin = ends[0] if len(ends) == 1 and not open_end else None
    return Work(origin, tuple(names), edges, tuple(sorted(findings)))
