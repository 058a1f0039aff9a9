"""Document -> claims: every detector over one Page, then merged.

    page     = Page(document, authority)
    hits     = statement, label, byline, title, link, machine, agency, translation, cites, images, rights     # DETECTORS, in order
    claims   = merge(hits)     1. self test     2. agencies and translations by their names     3. one claim a relation and target

What holds of the result: no claim without a quote that stands in the page; no upstream claim from quoted, hidden, commented,
listed or menu text; a target that is the page itself is a self_claim; the same document gives the same claims in the same order.
Nothing is looked up and nothing resolved: where the page gives only an address, `publisher` is None.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import islice

from archiver.model import url as urls
from archiver.model.claim import UPSTREAM, Claim, Evidence, Relation, Strength
from archiver.model.document import Document, Role
from archiver.provenance.detect import (
    agency,
    byline,
    cites,
    images,
    label,
    link,
    machine,
    rights,
    statement,
    title,
    translation,
)
from archiver.provenance.detect.page import Hit, Page
from archiver.provenance.publishers import SHIPPED, Authority, fold, looks_like_host

Detector = Callable[[Page], Iterator[Hit]]

#: All kinds of evidence, strongest first. Order decides between hits of equal strength and weight.
DETECTORS: tuple[Detector, ...] = (
    translation.detect, statement.detect, machine.detect, label.detect, byline.detect, title.detect, link.detect, agency.detect, rights.detect, cites.detect, images.detect,
)  # fmt: skip

#: So many hits of one detector are taken, in page order; what says more is a directory or an attack.
MAX_HITS = 100
#: What a page's claim to be its own origin weighs: it costs nothing, and is mostly a template.
SELF_WEIGHT = 0.15
#: Of two upstream relations to one target the first in this order is kept.
_UPSTREAM_ORDER = (
    Relation.TRANSLATED_FROM,
    Relation.SYNDICATED_BY,
    Relation.ORIGINALLY_PUBLISHED_BY,
    Relation.REPUBLISHED_FROM,
)
_RELATION_ORDER = (
    *_UPSTREAM_ORDER[2:],
    *_UPSTREAM_ORDER[:2],
    Relation.SELF_CLAIM,
    Relation.CITES,
    Relation.IMAGE_CREDIT,
    Relation.COPYRIGHT,
)


def detect(document: Document, authority: Authority = SHIPPED) -> tuple[Claim, ...]:
    """The claims of a document, upstream ones first, each with its evidence, strongest first."""
    page = Page(document, authority)
    hits = [hit for detector in DETECTORS for hit in islice(detector(page), MAX_HITS)]
    hits = [judged for hit in hits if (judged := _judged(page, hit)) is not None]
    hits = [hit for hit in hits if not any(_outdone(page, hit, other) for other in hits)]
    if any(hit.relation in UPSTREAM for hit in hits) and translation.noticed(page):
        hits = [_translated(hit) for hit in hits]
    return merge(page, hits)


def _judged(page: Page, hit: Hit) -> Hit | None:
    """The self test, and the relation that an agency's name calls for."""
    if hit.relation in (Relation.COPYRIGHT, Relation.SELF_CLAIM):
        return hit
    if page.is_self(hit.publisher, hit.url):
        if hit.relation not in UPSTREAM or hit.publisher is None:
            return None
        return replace(
            hit,
            relation=Relation.SELF_CLAIM,
            strength=Strength.SELF,
            evidence=replace(hit.evidence, weight=SELF_WEIGHT),
        )
    if hit.relation is Relation.REPUBLISHED_FROM:
        known = page.known(hit.publisher) if hit.publisher else page.authority.of_host(urls.host(hit.url or ""))
        if known is not None and page.is_agency(known.name):
            return replace(hit, relation=Relation.SYNDICATED_BY)
        if known is not None and known.kind == "image-agency":  # "Source: Getty Images" below a picture
            return replace(hit, relation=Relation.IMAGE_CREDIT)
    return hit


def _outdone(page: Page, hit: Hit, other: Hit) -> bool:
    """Whether the same words say something else: a picture credit is no source, a source is no citation."""
    a, b = hit.evidence, other.evidence
    if (
        a.start is None
        or a.end is None
        or b.start is None
        or b.end is None
        or not (a.start < b.end and b.start < a.end)
    ):
        return False
    if other.relation is Relation.IMAGE_CREDIT:
        return hit.relation in UPSTREAM and hit.strength <= Strength.LABEL
    if hit.relation is Relation.CITES and (other.relation in UPSTREAM or other.relation is Relation.SELF_CLAIM):
        return _one_target(page, hit.publisher, hit.url, other.publisher, other.url)
    return False


def _translated(hit: Hit) -> Hit:
    """On a page that says it is a translation, the text named as origin is the one that was translated."""
    return (
        replace(hit, relation=Relation.TRANSLATED_FROM)
        if hit.relation in (Relation.REPUBLISHED_FROM, Relation.ORIGINALLY_PUBLISHED_BY)
        else hit
    )


@dataclass(slots=True)
class _Group:
    """Hits on one relation and target, while they are being gathered."""

    relation: Relation
    publisher: str | None
    url: str | None
    strength: Strength
    evidence: list[Evidence] = field(default_factory=list)


def merge(page: Page, hits: Iterable[Hit]) -> tuple[Claim, ...]:
    """One claim a relation and target; upstream relations to one target are one claim too."""
    groups: list[_Group] = []
    for hit in sorted(hits, key=lambda h: (-h.strength, -h.evidence.weight)):
        group = next((g for g in groups if _same(page, g, hit)), None)
        if group is None:
            groups.append(_Group(hit.relation, hit.publisher, hit.url, hit.strength, [hit.evidence]))
            continue
        if hit.relation in UPSTREAM:
            group.relation = min(group.relation, hit.relation, key=_UPSTREAM_ORDER.index)
        group.publisher = _fuller(group.publisher, hit.publisher)
        if hit.url and (group.url is None or len(urls.path(group.url)) <= 1 < len(urls.path(hit.url))):
            group.url = hit.url
        if all(
            (e.start, e.end, e.quote) != (hit.evidence.start, hit.evidence.end, hit.evidence.quote)
            for e in group.evidence
        ):
            group.evidence.append(hit.evidence)
    return tuple(sorted((_claim(group) for group in groups), key=_order))


def _same(page: Page, group: _Group, hit: Hit) -> bool:
    """Whether a hit says again what a group says."""
    if group.relation is not hit.relation and not (group.relation in UPSTREAM and hit.relation in UPSTREAM):
        return False
    return _one_target(page, group.publisher, group.url, hit.publisher, hit.url)


def _one_target(page: Page, name: str | None, url: str | None, other_name: str | None, other_url: str | None) -> bool:
    """Whether two targets are one publisher: by name where both have one, else by site, else by the letters of the host."""
    if name and other_name:
        return page.authority.same(name, other_name)
    here, there = urls.host(url or ""), urls.host(other_url or "")
    if here and there and urls.site(here) == urls.site(there):
        return True
    known, host = (name, there) if name else (other_name, here)
    return bool(known and host) and page.authority.matches_host(known or "", host)


def _fuller(name: str | None, other: str | None) -> str | None:
    """Of two spellings on the page the first, unless it is an abbreviation (AP) and the other spells it out."""
    if name and other and len(fold(name)) <= 4 < len(fold(other)) and name.isascii() and not looks_like_host(other):
        return other
    return name or other


def _claim(group: _Group) -> Claim:
    evidence = sorted(group.evidence, key=lambda e: (-e.weight, e.role is Role.MARKUP, e.start or 0, e.quote))
    return Claim(group.relation, group.publisher, group.url, group.strength, tuple(evidence))


def _order(claim: Claim) -> tuple[int, int, int, str]:
    first = claim.evidence[0]
    place = -1 if first.start is None else first.start
    return (
        _RELATION_ORDER.index(claim.relation),
        -claim.strength,
        place,
        fold(claim.publisher or "") + (claim.url or ""),
    )
