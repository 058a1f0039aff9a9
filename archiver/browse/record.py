"""What the provenance page says of a document, in the order in which a reader asks: pure values, from a Citation and what is beside it.

    citation, neighbours, timeline -> record(..) -> Record, which pages/document.html sets out

Who says what against whom (Contradiction), who took it from whom (Step), in which words (Card), from where and when (Taken). Texts are
foreign here still: the template makes them plain. What is withdrawn is named and quoted nowhere: quiet(citation, withdrawn) comes
first (export.silence), then told_of(citation).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from archiver.browse.web import Links
from archiver.export.captures import again, folded
from archiver.export.checks import placed
from archiver.export.graph import RELATIONS, UPSTREAM, Graph, Node, graph
from archiver.export.mistakable import mistakable
from archiver.export.silence import silent
from archiver.model.citation import Citation, CitedCapture, CitedClaim, CitedEdge, CitedFinding
from archiver.model.lineage import COPYING, EdgeStatus
from archiver.model.url import key

#: Captures, claims of one kind, pieces of evidence of a claim, and steps of a chain that a page shows.
CAPTURES, CLAIMS, EVIDENCE, STEPS = 20, 40, 3, 24

#: The findings that set two sentences against each other: see provenance.resolve.
ITSELF, ITS_SOURCE = "conflicting-origin", "contradicted-origin"
#: What the first of them says of a page that names two origins, and not of one that names itself.
_TWO = "two first publishers"

#: Why of two sentences the first counts, or neither does.
_COUNTS = (
    "The first counts. A page that names another publisher gives credit away; one that calls itself the source often does so in words "
    "that stand on all pages of its site, which weigh little."
)
_NEITHER = "Neither is taken as it stands: what is archived of the page that the first names speaks against it."
_BOTH = "Nothing on the page decides between the two. The chain keeps both."
_AGAINST = (
    "The step stays in the chain, marked as contradicted, and no origin rests on it: what is archived of the named page outweighs "
    "what another page says of it."
)

#: What is said of TLS, by the state of the chain that was kept.
_TLS = {
    "verified": "the certificate verified, and its chain is kept",
    "leaf-only": "the certificate verified; of its chain only the server’s own is kept",
    "unverified": "the certificate did not verify, and was accepted on the operator’s order",
}
_SOURCES = {
    "fetch": "fetched from its own address by this archive",
    "import": "taken in from a file, and not fetched by this archive",
    "memento": "a copy that was had from a public archive, on whose word it stands",
}

#: What the chain is called that hangs together by these: somebody took the text; it is said, and spoken against; nobody knows who did.
_TAKEN = "From where the text began, as far as anything here says so, to those that took it."
_DENIED = "What pages name as their source, though what is archived speaks against it."
_PEERS = "Pages with the same text. Nothing decides who had it first, so that above and below mean nothing here."
_PEERS_TOO = "Where a line has no arrow, nothing decides who had the text first."
_FORMS = "One publication in several forms."


@dataclass(frozen=True, slots=True)
class Side:
    """One of two sentences that contradict each other: whose it is (None: this page's), and the claim; None where it says nothing."""

    whose: Node | None
    document: str | None
    claim: CitedClaim | None


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two sentences side by side, what is odd about them, and why one of them counts."""

    message: str
    first: Side
    second: Side
    why: str


@dataclass(frozen=True, slots=True)
class Step:
    """A publication in the chain and the edge by which it hangs below another, `depth` lists deep: it `opens` a list below the item
    before, or closes `closes` of them. `document` is its own page of ours.
    """

    node: Node
    edge: CitedEdge | None
    again: bool
    depth: int
    opens: bool
    closes: int
    document: str | None


@dataclass(frozen=True, slots=True)
class Card:
    """A claim, in words, with its evidence, the strongest first; `more` counts what is not shown."""

    relation: str
    claim: CitedClaim
    document: str | None
    more: int


@dataclass(frozen=True, slots=True)
class Taken:
    """A capture that is told, with those that it stands for; where its statement stands in the log, and where its archived copy is, unless
    it is withdrawn.
    """

    capture: CitedCapture
    again: str
    tls: str
    source: str
    logged: str
    view: str | None


@dataclass(frozen=True, slots=True)
class Record:
    """All of it. `near` is the citation with the edges that are told; `origin` is the page of ours about the origin, where that is another
    page and archived, `instead` that of what is kept at its address in its place; `order` says what the order of the chain means;
    `left_out` counts steps and captures that are not shown.
    """

    near: Citation
    origin: str | None
    instead: str | None
    contradictions: tuple[Contradiction, ...]
    findings: tuple[CitedFinding, ...]
    graph: Graph
    order: str
    steps: tuple[Step, ...]
    steps_left_out: int
    upstream: tuple[Card, ...]
    others: tuple[Card, ...]
    claims_left_out: int
    captures: tuple[Taken, ...]
    captures_left_out: int
    forms: tuple[tuple[str, str | None], ...]


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The documents that are archived at other addresses (by model.url.key), and the citations of those that are quoted against this."""

    documents: Mapping[str, str]
    sources: Mapping[str, Citation]

    def at(self, url: str | None) -> str | None:
        """The document at an address."""
        return self.documents.get(key(url)) if url else None


def quiet(citation: Citation, withdrawn: Collection[str]) -> Citation:
    """The citation without the words of pages that are withdrawn, itself or others; `withdrawn` are the keys of their addresses."""
    if citation.withdrawn is not None or not withdrawn:
        return silent(citation)
    edges = tuple(replace(one, quotes=()) if key(one.from_url) in withdrawn else one for one in citation.edges)
    return replace(citation, edges=edges)


def told_of(citation: Citation) -> Citation:
    """It with the edges that its page tells: those nearest to it."""
    return replace(citation, edges=nearest(citation.edges, citation.url, STEPS))


def record(citation: Citation, near: Citation, neighbours: Neighbours, links: Links) -> Record:
    """Everything that the page says, `near` with the edges that it tells (told_of); addresses of other pages by `links`."""
    asked = Node(citation.publisher, citation.date_published, citation.url, captured=True, title=citation.title)
    drawn = graph(near.edges, {citation.url: asked})
    claims = [claim for claim in citation.claims if claim.relation in UPSTREAM]
    others = [claim for claim in citation.claims if claim.relation not in UPSTREAM]
    captures = list(folded(citation.captures))
    contradictions = tuple(_contradictions(citation, neighbours, links))
    there, archived = _origin(citation, neighbours, links), citation.origin is not None and citation.origin.captured
    told = {one.message for one in contradictions}
    found = [
        *citation.findings,
        *mistakable(replace(near, claims=(*claims[:CLAIMS], *others[:CLAIMS]))),
    ]
    return Record(
        near=near,
        origin=there if archived else None,
        instead=None if archived else there,
        contradictions=contradictions,
        findings=tuple(one for one in found if one.message not in told),
        graph=drawn,
        order=order(drawn),
        steps=tuple(_steps(drawn, citation, neighbours, links)) if drawn.links else (),
        steps_left_out=len(citation.edges) - len(near.edges),
        upstream=tuple(_card(claim, neighbours, links) for claim in claims[:CLAIMS]),
        others=tuple(_card(claim, neighbours, links) for claim in others[:CLAIMS]),
        claims_left_out=len(claims[CLAIMS:]) + len(others[CLAIMS:]),
        captures=tuple(_taken(one, later, links) for one, later in captures[:CAPTURES]),
        captures_left_out=sum(1 + len(later) for _, later in captures[CAPTURES:]),
        forms=tuple((url, _page(neighbours.at(url), links)) for url in citation.variants),
    )


def order(drawn: Graph) -> str:
    """What it means that one page of a chain stands above another: no more than what is decided."""
    taken = [one.edge.status for one in drawn.links if one.edge.relation in COPYING]
    peers = any(one.edge.relation == "same_text" for one in drawn.links)
    if not taken:
        return _PEERS if peers else _FORMS
    said = _TAKEN if any(status != EdgeStatus.CONTRADICTED for status in taken) else _DENIED
    return f"{said} {_PEERS_TOO}" if peers else said


def nearest(edges: Sequence[CitedEdge], url: str, most: int) -> tuple[CitedEdge, ...]:
    """The edges nearest to an address, in the order given: all of them where they are few; else first the way up to where its text
    came from, then what was taken from it, then what hangs on these. What is told hangs together.
    """
    if len(edges) <= most:
        return tuple(edges)
    ends = [(key(edge.from_url), key(edge.to_url) if edge.to_url else "") for edge in edges]
    up: dict[str, list[int]] = {}
    down: dict[str, list[int]] = {}
    for number, (source, target) in enumerate(ends):
        up.setdefault(source, []).append(number)
        if target:
            down.setdefault(target, []).append(number)
    kept: dict[int, None] = {}
    for ways in ((up,), (down,), (up, down)):
        beside = [end for number in kept for end in ends[number]] if len(ways) > 1 else []
        seen = dict.fromkeys([key(url), *beside])
        waiting = list(seen)
        for here in waiting:
            for number in (number for way in ways for number in way.get(here, ())):
                kept.setdefault(number)
                waiting += [end for end in dict.fromkeys(ends[number]) if end and end not in seen]
                seen |= dict.fromkeys(ends[number])
    return tuple(edges[number] for number in sorted(islice(kept, most)))


def _origin(citation: Citation, neighbours: Neighbours, links: Links) -> str | None:
    """The page of ours about what is kept at the origin's address: the origin, or what came in its place."""
    if citation.origin is None or not citation.origin.url or key(citation.origin.url) == key(citation.url):
        return None
    return _page(neighbours.at(citation.origin.url), links)


def _page(document: str | None, links: Links) -> str | None:
    return links.document(document) if document else None


def _steps(drawn: Graph, citation: Citation, neighbours: Neighbours, links: Links) -> Iterator[Step]:
    before = -1
    for step in drawn.steps():
        depth = len(step.last)
        here = step.node.url is not None and key(step.node.url) == key(citation.url)
        document = _page(neighbours.at(step.node.url), links) if step.node.captured and not here else None
        yield Step(step.node, step.edge, step.again, depth, depth > before, max(before - depth, 0), document)
        before = depth


def _contradictions(citation: Citation, neighbours: Neighbours, links: Links) -> Iterator[Contradiction]:
    """The page against itself, then the page against those that it names."""
    for message in (one.message for one in citation.findings if one.code == ITSELF):
        if (pair := _against_itself(citation, two_origins=_TWO in message)) is not None:
            first, second, why = pair
            yield Contradiction(message, Side(None, None, first), Side(None, None, second), why)
    found = [one.message for one in citation.findings if one.code == ITS_SOURCE]
    edges = [one for one in citation.edges if one.status == "contradicted" and key(one.from_url) == key(citation.url)]
    for number, edge in enumerate(edges[: len(found)]):
        named = edge.to_publisher or edge.to_url or ""
        message = next((one for one in found if f"names {named} as" in one), found[number])
        other = neighbours.sources.get(key(edge.to_url)) if edge.to_url else None
        whose = Node(edge.to_publisher, edge.to_date, edge.to_url, edge.to_captured)
        says = _strongest(other.claims if other else (), UPSTREAM)
        said = next((one for one in citation.claims if {e.quote for e in one.evidence} & set(edge.quotes)), None)
        yield Contradiction(
            message, Side(None, None, said), Side(whose, _page(neighbours.at(edge.to_url), links), says), _AGAINST
        )


def _against_itself(citation: Citation, *, two_origins: bool) -> tuple[CitedClaim, CitedClaim, str] | None:
    """Two claims of the page that cannot both hold: two first publishers, or another source and itself."""
    held = {quote for edge in citation.edges if edge.status != "contradicted" for quote in edge.quotes}
    named = [one for one in citation.claims if one.relation in UPSTREAM and one.relation != "self_claim"]
    named.sort(key=lambda one: (not {e.quote for e in one.evidence} & held, -one.weight))
    if two_origins:
        first = [one for one in named if one.relation == "originally_published_by"]
        return (first[0], first[1], _BOTH) if len(first) > 1 else None
    own = _strongest(citation.claims, ("self_claim",))
    if own is None or not named:
        return None
    return named[0], own, _NEITHER if citation.status == "contradicted" else _COUNTS


def _strongest(claims: Iterable[CitedClaim], relations: Collection[str]) -> CitedClaim | None:
    return max((one for one in claims if one.relation in relations), key=lambda one: one.weight, default=None)


def _card(claim: CitedClaim, neighbours: Neighbours, links: Links) -> Card:
    relation = RELATIONS.get(claim.relation, claim.relation)
    shown = replace(claim, evidence=claim.evidence[:EVIDENCE])
    return Card(relation, shown, _page(neighbours.at(claim.url), links), len(claim.evidence) - len(shown.evidence))


def _taken(capture: CitedCapture, later: Sequence[CitedCapture], links: Links) -> Taken:
    version, _, state = (capture.tls or "").rstrip(")").partition(" (")
    tls = f"{version}: {_TLS.get(state, state)}" if version else "no TLS: nothing vouches for the server"
    return Taken(
        capture=capture,
        again=again(later) if later else "",
        tls=tls if capture.source == "fetch" or version else "",
        source=_SOURCES.get(capture.source, capture.source),
        logged=placed(capture.logged) if capture.logged else "",
        view=None if capture.withdrawn else links.view(capture.capture_id),
    )
