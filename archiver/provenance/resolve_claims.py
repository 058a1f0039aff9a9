"""Rules 2, 4, 8 and 9 of resolution: what a page's upstream claims point at, and what the archive says of that.

A publication speaks once: its forms (page, PDF, captures of one address) often carry the same sentence, and each target
makes one Hop, held by the first of them that names it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import prod

from archiver.model import url as urls
from archiver.model.claim import Claim, Relation, Strength
from archiver.model.lineage import Edge, EdgeRelation, EdgeStatus, Facts
from archiver.provenance.overlap import SHARED, same_text
from archiver.provenance.resolve_identity import Publication, other_language, same_title, texts_differ
from archiver.provenance.resolve_web import Node, Target, Web

#: What an edge is, by the claims that hold it; the first that fits.
RELATIONS = (
    (Relation.TRANSLATED_FROM, EdgeRelation.TRANSLATED_FROM),
    (Relation.SYNDICATED_BY, EdgeRelation.SYNDICATED_BY),
    (Relation.REPUBLISHED_FROM, EdgeRelation.REPUBLISHED_FROM),
    (Relation.ORIGINALLY_PUBLISHED_BY, EdgeRelation.REPUBLISHED_FROM),
)

#: A source that is dated later than its copy by more days than this is not its source; less may be a time zone or a re-dating.
GRACE_DAYS = 2

#: A shared run of so many words confirms a named source even where a longer comment around it keeps containment low.
TELLING_RUN = 40

#: How far a claim can be believed alone, with the text found at its target, and against the text or the dates there.
ASSERTED_CEILING, CORROBORATED, CONTRADICTED_CEILING = 0.97, 0.99, 0.50


@dataclass(frozen=True, slots=True)
class Hop:
    """An edge while it is being weighed: `source` and `target` are nodes, `strength` the best evidence for it.

    `names` are further nodes that the target answers to (its publisher's name). `said_by` are the documents that name it.
    `later` is by how many days the target is dated after the source. `why_not` says what contradicts it.
    """

    source: Node
    target: Node
    edge: Edge
    strength: Strength
    names: frozenset[Node]
    said_by: tuple[str, ...]
    later: int | None = None
    why_not: str = ""

    @property
    def live(self) -> bool:
        """Whether it counts as a way that the text went."""
        return self.edge.status is not EdgeStatus.CONTRADICTED


def hops(web: Web) -> list[Hop]:
    """Every upstream target that some page names, verified."""
    return [hop for publication in web.publications for hop in _said(web, publication)]


def _said(web: Web, publication: Publication) -> Iterator[Hop]:
    """The targets of one publication, those of one house merged where only one of them is an article."""
    said: defaultdict[Node, list[tuple[Facts, int, Target]]] = defaultdict(list)
    for member in publication.members:
        for number, claim in enumerate(member.claims):
            target = target_of(web, member, claim) if claim.upstream else None
            if target is not None:
                said[_node(web, target)].append((member, number, target))
    for node in [node for node in said if node[0] == "name"]:
        articles = [other for other in said if other[0] != "name" and _same_target(web, node, said[other][0][2])]
        if len(articles) == 1:
            said[articles[0]] += said.pop(node)
    for node, rows in sorted(said.items()):
        yield _hop(web, publication, node, rows)


def _same_target(web: Web, name: Node, target: Target) -> bool:
    """Whether a publisher known by name alone is the house of a target."""
    if target.publisher is not None and web.name_node(target.publisher) == name:
        return True
    address = target.document.url if target.document else target.url
    return address is not None and web.authority.matches_host(name[1], urls.host(address))


def _hop(web: Web, publication: Publication, node: Node, rows: Sequence[tuple[Facts, int, Target]]) -> Hop:
    order = {m.document_id: place for place, m in enumerate(publication.members)}
    speaker = min((row[0] for row in rows), key=lambda m: order[m.document_id])
    numbers = tuple(number for member, number, _ in rows if member is speaker)
    claims = [speaker.claims[number] for number in numbers]
    kinds = {member.claims[number].relation for member, number, _ in rows}
    relation = next(edge for said, edge in RELATIONS if said in kinds)
    target = rows[0][2]
    document = target.document and web.face(web.publication(target.document.document_id), speaker)
    status, score, later, why_not = _verified(web, publication, document, relation)
    edge = Edge(
        from_document=speaker.document_id,
        to_document=document.document_id if document else None,
        to_url=document.url if document else target.url,
        to_publisher=(document.publisher if document else None) or target.publisher,
        relation=relation,
        status=status,
        confidence=_confidence(claims, status),
        claims=tuple(sorted(numbers)),
        overlap=score,
    )
    names = frozenset(web.name_node(name) for name in (edge.to_publisher, target.publisher) if name)
    return Hop(
        source=web.node(speaker),
        target=node,
        edge=edge,
        strength=max(claim.precedence for claim in claims),
        names=names,
        said_by=tuple(sorted({member.document_id for member, _, _ in rows})),
        later=later,
        why_not=why_not,
    )


def target_of(web: Web, source: Facts, claim: Claim) -> Target | None:
    """What a claim points at, seen from the page that makes it; None where that is the page's own house (rule 2)."""
    own = web.publication(source.document_id)
    url, name = claim.url, claim.publisher
    abroad = claim.relation is Relation.TRANSLATED_FROM  # the original may be another page of the same house
    if url is not None and not urls.is_home(url):
        there = [web.publication(d.document_id) for d in web.at(url)]
        if own in there:
            return None
        if there and (abroad or not _own(web, source, None, url)):
            return _archived(web, own, there, name)
    if not abroad and _own(web, source, name, url):
        return None
    if url is not None and name is not None and urls.site(urls.host(url)) == source.site:
        url = None  # the name leads away, the link does not: a tag page of the own site
    found = _likely(web, own, source, name, url)
    if found:
        return _archived(web, own, found, name)
    article = None if url is None or urls.is_home(url) else url
    return Target(None, article, _house_name(web, name, url))


def _own(web: Web, source: Facts, name: str | None, url: str | None) -> bool:
    """Whether a name and an address mean the page's own house. Where they disagree, what leads away counts."""
    if url is not None and urls.site(urls.host(url)) != source.site:
        host = urls.host(url)
        return source.publisher is not None and all(
            web.authority.matches_host(source.publisher, place) for place in (host, source.site)
        )
    return name is None or web.is_of(source, name, None)


def _likely(web: Web, own: Publication, source: Facts, name: str | None, url: str | None) -> list[Publication]:
    """Archived articles of the house that a claim names, where it names no archived address: by text, else by title."""
    article = url is not None and not urls.is_home(url)
    found = []
    for other in web.neighbours(own):
        overlap = web.shared(own, other)
        enough = same_text(overlap) if article else overlap is not None and overlap.score >= SHARED
        if enough and web.is_of(other.main, name, url):
            found.append(other)
    if not found and not article:
        titled = (p for p in web.titled(own) if web.is_of(p.main, name, url))
        found = [p for p in titled if not texts_differ(source, p.main, web.shared(own, p))]
    return found


def _archived(web: Web, own: Publication, found: Sequence[Publication], name: str | None) -> Target:
    """The best of the archived articles that a claim may mean: most text in common, then the title, then the earliest."""

    def rank(other: Publication) -> tuple[float, bool, str, str]:
        overlap = web.shared(own, other)
        titled = same_title(own.main.title, other.main.title)
        return (-overlap.score if overlap else 0.0, not titled, str(other.published or "9"), other.main.document_id)

    best = min(found, key=rank).main
    return Target(best, best.url, best.publisher or (web.known_as(name) if name else None))


def _house_name(web: Web, name: str | None, url: str | None) -> str | None:
    """The publisher that a claim means, under the name that it goes by; the bare site where the page gives only an address."""
    if name is not None:
        return web.known_as(name)
    if url is None:
        return None
    known = web.authority.of_host(urls.host(url))
    return known.name if known else urls.site(urls.host(url)) or None


def _node(web: Web, target: Target) -> Node:
    if target.document is not None:
        return web.node(target.document)
    if target.url is not None:
        return ("url", urls.key(target.url))
    return web.name_node(target.publisher or "")


def _verified(
    web: Web, own: Publication, document: Facts | None, relation: EdgeRelation
) -> tuple[EdgeStatus, float | None, int | None, str]:
    """Rule 4: status, overlap, days by which the target is later, and what speaks against it."""
    if document is None:
        return EdgeStatus.ASSERTED, None, None, ""
    target = web.publication(document.document_id)
    overlap = web.shared(own, target)
    score = round(overlap.score, 3) if overlap else None
    later = web.days_later(target.published, own.published)
    if later is not None and later > GRACE_DAYS:
        return EdgeStatus.CONTRADICTED, score, later, f"it is dated {later} days later"
    if overlap is not None and (same_text(overlap) or (overlap.score >= SHARED and overlap.longest >= TELLING_RUN)):
        return EdgeStatus.CORROBORATED, score, later, ""
    whole = relation is EdgeRelation.REPUBLISHED_FROM and not other_language(own.main, document)
    if whole and texts_differ(own.main, document, overlap):
        return EdgeStatus.CONTRADICTED, score, later, "the text does not stand there"
    return EdgeStatus.ASSERTED, score, later, ""


def _confidence(claims: Sequence[Claim], status: EdgeStatus) -> float:
    """Kinds of evidence add up (noisy-or, the best of each kind); the archive confirms or caps them."""
    best: dict[Strength, float] = {}
    for claim in claims:
        best[claim.precedence] = max(claim.weight, best.get(claim.precedence, 0.0))
    said = 1 - prod(1 - best[strength] for strength in sorted(best))
    if status is EdgeStatus.CORROBORATED:
        return CORROBORATED
    return round(min(said, CONTRADICTED_CEILING if status is EdgeStatus.CONTRADICTED else ASSERTED_CEILING), 3)
