"""Claims, overlaps and dates -> Lineage. The same documents and overlaps in any order give the same edges, byte for byte.

The rules, in the order in which they are applied; their numbers stand in the code.

 1. Identity. Documents of one house are one publication where they have one address (`revision_of`, later to earlier), or one
    names the other's address as its own, or the addresses differ in form alone (print, AMP, PDF), or they hold one text and
    share an address without its query, a canonical address, or a title (`variant_of`, to the plainest HTML page).
    A publication speaks once: what its forms say of one target is one edge.
 2. Targets. A claim means the document at its address (also a canonical or a shortened one); else, by text, then by title, a
    document of the house that it names by name, host or home page; else what was never captured, a node of its own.
    A claim that means the page's own house leads nowhere.
 3. Precedence. Curator, statement, machine pointer, label, agency, text, self-claim. Two sources are usually two hops: an edge
    to the farther one goes where the nearer one's own chain reaches it. A self-claim never outranks a claim that names another
    publisher; both are kept, and the contradiction is a finding (`conflicting-origin`). What a site says on most of its pages
    (`boilerplate`) outranks nothing; where it is all there is, that is a finding too (`boilerplate-claim`).
 4. Verification. The archived target holds the text and is not later by more than two days: corroborated. It does not hold
    it, or is later: contradicted. Not archived, or not to be told (another language, a stub): asserted.
 5. Copies without a claim. One text, a day or more apart, and no source that is known explains it: inferred, to the earliest
    page that did not itself take the text from elsewhere. Where no day tells: by the signs that a copy keeps (links that lead
    back, a byline of the other house, a shorter text). Without any: `same_text`, as few as hold the pages together.
 6. Explaining away. Publications with a common source upstream get no edge among themselves.
 7. Circles. The weakest edge goes; where all are equal they all go, and `same_text` is left (`circular`).
 8. Agencies. `syndicated_by`, to the agency by name unless its own text is archived.
 9. Translations. `translated_from`; no text is expected to be shared.
10. Dates. The day in a page's address or of its first capture beats a later one that it shows. A page dated after its own
    capture is a finding (`date-after-capture`). What is named and not archived is wanted.
11. Decisions. A person's word outranks all of this: it makes an edge (`curated`) in place of what the page says of its source,
    joins forms of one article, or keeps two apart.

Not here: reading pages (detect), measuring texts (overlap), storing or fetching anything, the clock.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from archiver.model.claim import Relation
from archiver.model.lineage import COPYING, Decision, Edge, EdgeStatus, Facts, Finding, Lineage, Overlap
from archiver.provenance.publishers import Authority
from archiver.provenance.resolve_claims import Hop, hops
from archiver.provenance.resolve_copies import Graph, copies, unwound
from archiver.provenance.resolve_decided import decided, one_article, signed
from archiver.provenance.resolve_identity import captured_by, displayed, identity_edges
from archiver.provenance.resolve_web import Web, is_cut

#: The version of these rules; it goes up with every change that can change an edge.
VERSION = 3


def resolve(
    documents: Iterable[Facts],
    overlaps: Iterable[Overlap],
    authority: Authority,
    decisions: Sequence[Decision] = (),
) -> Lineage:
    """The lineage of these documents among each other, and what they name beyond.

    `overlaps` are all pairs of them from overlap.SHARED up; pairs with other documents are ignored. Edges are sorted by
    their document IDs, findings by code and document.
    """
    documents = tuple(documents)
    joined = one_article(documents, decisions)  # 11
    web = Web(documents, overlaps, authority, joined)
    identity = [signed(edge, joined) for p in web.publications for edge in identity_edges(p, web.overlaps)]  # 1
    ruled = decided(web, decisions)  # 11
    said = ruled.over(hops(web))  # 2, 4, 8, 9
    followed, undirected, circular = unwound(web, said)  # 7
    inferred = copies(web, followed, undirected, ruled.apart)  # 5, 6
    kept = _nearest(web, followed, inferred)  # 3
    edges = [*identity, *(hop.edge for hop in kept), *undirected, *inferred]
    findings = [*circular, *_conflicts(web, kept), *_contradicted(kept), *_templated(web, kept), *_misdated(web)]
    wanted = {hop.edge.to_url for hop in said if hop.target[0] == "url" and hop.edge.to_url}
    return Lineage(
        edges=tuple(sorted(edges, key=_order)),
        findings=tuple(sorted(set(findings))),
        wanted=tuple(sorted(url for url in wanted if not is_cut(url))),
    )


def _order(edge: Edge) -> tuple[str, ...]:
    return (edge.from_document, edge.relation, edge.to_document or "", edge.to_url or "", edge.to_publisher or "")


def _nearest(web: Web, said: Sequence[Hop], inferred: Iterable[Edge]) -> list[Hop]:
    """Rule 3: the hops without those whose target lies upstream of another source of the same page."""
    graph = Graph(said)
    for edge in inferred:
        if edge.to_document is not None and edge.relation in COPYING:
            graph.add(web.node(web.by_id[edge.from_document]), web.node(web.by_id[edge.to_document]))
    upstream = {near: graph.ancestors(near) for targets in list(graph.out.values()) for near in targets}

    def passes_another(hop: Hop) -> bool:
        return any(hop.target in upstream[near] for near in graph.out[hop.source] if near != hop.target)

    return [hop for hop in said if hop.edge.decision is not None or not (hop.live and passes_another(hop))]


def _conflicts(web: Web, kept: Sequence[Hop]) -> Iterator[Finding]:
    """Rule 3: pages that name another source and themselves, or two origins."""
    named: defaultdict[str, list[Hop]] = defaultdict(list)
    for hop in sorted(kept, key=lambda h: (-h.strength, -h.edge.confidence, h.target)):
        for name in hop.said_by:
            named[name].append(hop)
    for name, sources in sorted(named.items()):
        page = web.by_id[name]
        own = [c.publisher or page.publisher or page.site for c in page.claims if c.relation is Relation.SELF_CLAIM]
        if own:
            message = f"This page says that its text comes from {_called(sources[0])}, and also calls {own[0]} the original source."
            yield Finding("conflicting-origin", name, message)
        origins = [hop for hop in sources if hop.live and _says_first(web, hop)]
        if len(origins) > 1:
            message = f"This page names two first publishers, {_called(origins[0])} and {_called(origins[1])}."
            yield Finding("conflicting-origin", name, message)


def _says_first(web: Web, hop: Hop) -> bool:
    claims = web.by_id[hop.edge.from_document].claims
    return any(claims[number].relation is Relation.ORIGINALLY_PUBLISHED_BY for number in hop.edge.claims)


def _called(hop: Hop) -> str:
    return hop.edge.to_publisher or hop.edge.to_url or "another publisher"


def _contradicted(kept: Sequence[Hop]) -> Iterator[Finding]:
    """Rule 4: sources that the archive speaks against."""
    for hop in kept:
        if not hop.live:
            message = f"This page names {_called(hop)} as its source, but {hop.why_not}."
            yield Finding("contradicted-origin", hop.edge.from_document, message)


def _templated(web: Web, kept: Sequence[Hop]) -> Iterator[Finding]:
    """Rule 3: sources that nothing names but words which stand on most pages of the site."""
    for hop in kept:
        claims = web.by_id[hop.edge.from_document].claims
        if hop.edge.status is EdgeStatus.ASSERTED and all(claims[number].boilerplate for number in hop.edge.claims):
            message = f"What names {_called(hop)} as the source stands on most of the archived pages of this site: it may not mean this one."
            yield Finding("boilerplate-claim", hop.edge.from_document, message)


def _misdated(web: Web) -> Iterator[Finding]:
    """Rule 10: pages dated later than the day on which they were captured, wherever on earth that day was."""
    for page in web.documents:
        day = displayed(page)
        if day is not None and day > captured_by(page):
            message = f"This page is dated {day}, after it was captured ({page.captured[:10]})."
            yield Finding("date-after-capture", page.document_id, message)
