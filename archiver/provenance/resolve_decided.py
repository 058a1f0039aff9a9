"""Rule 11 of resolution: what a person decided. It outranks what pages say and what texts show; nothing here weighs evidence.

A decision speaks of addresses and names, as its statement does; here it becomes a Hop between publications, or keeps two of
them apart. Of several on the same two the latest counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from archiver.model import url as urls
from archiver.model.claim import Strength
from archiver.model.lineage import Decision, Edge, EdgeRelation, EdgeStatus, Facts, Ruling
from archiver.provenance.resolve_claims import Hop
from archiver.provenance.resolve_web import Node, Web

#: The edge that a decision makes.
EDGES = {
    Ruling.REPUBLISHED_FROM: EdgeRelation.REPUBLISHED_FROM,
    Ruling.SYNDICATED_BY: EdgeRelation.SYNDICATED_BY,
    Ruling.TRANSLATED_FROM: EdgeRelation.TRANSLATED_FROM,
}


@dataclass(frozen=True, slots=True)
class Decided:
    """The hops that people decided on, by their ends, and the pairs that they keep apart."""

    hops: Mapping[tuple[Node, Node], Hop]
    apart: frozenset[frozenset[Node]]

    def over(self, said: Iterable[Hop]) -> list[Hop]:
        """The decisions, with the claims that agree; and what pages say, where no person has said where their text came from."""
        kept, hops = [], dict(self.hops)
        spoken_for = {source for source, _ in hops}
        for hop in said:
            ends = (hop.source, hop.target)
            if ends in hops:
                decided = hops[ends]
                edge = replace(
                    decided.edge, claims=hop.edge.claims, from_document=hop.edge.from_document, overlap=hop.edge.overlap
                )
                hops[ends] = replace(decided, edge=edge, names=decided.names | hop.names, said_by=hop.said_by)
            elif hop.source not in spoken_for and not self._keeps_apart(hop):
                kept.append(hop)
        return kept + [hops[ends] for ends in sorted(hops)]

    def _keeps_apart(self, hop: Hop) -> bool:
        return any(frozenset((hop.source, end)) in self.apart for end in (hop.target, *hop.names))


def one_article(documents: Iterable[Facts], decisions: Iterable[Decision]) -> dict[tuple[str, str], int]:
    """Pairs of document IDs that a person called forms of one article, with the sequence numbers of the decisions."""
    by_key: dict[str, list[str]] = {}
    for facts in documents:
        for key in {facts.key, *facts.canonical_keys}:
            by_key.setdefault(key, []).append(facts.document_id)
    return {
        (one, other): decision.sequence
        for decision in _latest(decisions)
        if decision.ruling is Ruling.VARIANT_OF and decision.source is not None
        for one in by_key.get(urls.key(decision.url), ())
        for other in by_key.get(urls.key(decision.source), ())
    }


def signed(edge: Edge, joined: Mapping[tuple[str, str], int]) -> Edge:
    """An edge between forms of one article; marked as a person's, where a person said so of these two."""
    ends = (edge.from_document, edge.to_document or "")
    sequence = joined.get(ends, joined.get(ends[::-1]))
    return edge if sequence is None else replace(edge, status=EdgeStatus.CURATED, confidence=1.0, decision=sequence)


def decided(web: Web, decisions: Iterable[Decision]) -> Decided:
    """What the decisions come to among these publications; those about pages that are not here come to nothing."""
    hops: dict[tuple[Node, Node], Hop] = {}
    apart: set[frozenset[Node]] = set()
    for decision in _latest(decisions):
        pages = web.at(decision.url)
        if not pages or decision.ruling is Ruling.VARIANT_OF:
            continue
        source = web.node(pages[0])
        target = _target(web, decision)
        if decision.ruling is Ruling.UNRELATED:
            apart.add(frozenset((source, target)))
        elif source != target:
            hops[source, target] = _hop(web, pages[0], target, decision)
    return Decided(hops, frozenset(apart))


def _latest(decisions: Iterable[Decision]) -> list[Decision]:
    """The decisions in force: of those on the same two, whichever way round, the last that was stated."""
    last: dict[frozenset[str], Decision] = {}
    for decision in sorted(decisions, key=lambda d: d.sequence):
        other = urls.key(decision.source) if decision.source else f"name {(decision.publisher or '').casefold()}"
        last[frozenset((urls.key(decision.url), other))] = decision
    return sorted((d for d in last.values() if d.ruling is not Ruling.UNDECIDED), key=lambda d: d.sequence)


def _target(web: Web, decision: Decision) -> Node:
    if decision.source is None:
        return web.name_node(decision.publisher or "")
    there = web.at(decision.source)
    return web.node(there[0]) if there else ("url", urls.key(decision.source))


def _hop(web: Web, page: Facts, target: Node, decision: Decision) -> Hop:
    there = web.by_id[target[1]] if target[0] == "document" else None
    overlap = web.shared(web.publication(page.document_id), web.publication(target[1])) if there else None
    publisher = there.publisher if there else web.known_as(decision.publisher) if decision.publisher else None
    main = web.publication(page.document_id).main
    edge = Edge(
        from_document=main.document_id,
        to_document=there.document_id if there else None,
        to_url=there.url if there else decision.source,
        to_publisher=publisher,
        relation=EDGES[decision.ruling],
        status=EdgeStatus.CURATED,
        confidence=1.0,
        overlap=round(overlap.score, 3) if overlap else None,
        decision=decision.sequence,
    )
    names = frozenset({web.name_node(publisher)} if publisher else ())
    return Hop(web.node(page), target, edge, Strength.CURATOR, names, (main.document_id,))
