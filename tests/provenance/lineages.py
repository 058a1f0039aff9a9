"""Builders of facts, claims and overlaps for the tests of resolution: invented outlets on .example hosts."""

from archiver.model import url as urls
from archiver.model.claim import Claim, Evidence, Relation, Strength
from archiver.model.document import Role
from archiver.model.lineage import Facts, Lineage, Overlap
from archiver.provenance.publishers import SHIPPED
from archiver.provenance.resolve import resolve


def page(
    document_id,
    url,
    publisher=None,
    *claims,
    day=None,
    title="How the weir was won",
    authors=(),
    media="text/html",
    language="en",
    words=400,
    captured="2025-03-01T10:00:00Z",
    also=(),
    linked=(),
    staff=(),
):
    site = urls.site(urls.host(url))
    keys = tuple(sorted(urls.key(other) for other in also))
    return Facts(
        document_id, url, urls.key(url), site, title, publisher, tuple(authors), day, captured, media, language, words, keys, claims,
        linked=frozenset(linked), staff=frozenset(staff),
    )  # fmt: skip


def claim(relation, publisher=None, url=None, strength=Strength.STATEMENT, weight=0.93):
    evidence = Evidence("Words of the page itself.", Role.TAIL, "by-hand@1", weight, 0, 25)
    return Claim(relation, publisher, url, strength, (evidence,))


def originally(publisher=None, url=None, **more):
    return claim(Relation.ORIGINALLY_PUBLISHED_BY, publisher, url, **more)


def taken_from(publisher=None, url=None, **more):
    return claim(Relation.REPUBLISHED_FROM, publisher, url, **more)


def via(publisher=None, url=None):
    return taken_from(publisher, url, strength=Strength.LABEL, weight=0.85)


def wire(publisher):
    return claim(Relation.SYNDICATED_BY, publisher, strength=Strength.AGENCY, weight=0.95)


def translated(publisher=None, url=None):
    return claim(Relation.TRANSLATED_FROM, publisher, url, weight=0.95)


def itself(publisher):
    return claim(Relation.SELF_CLAIM, publisher, strength=Strength.SELF, weight=0.15)


def same(a, b, one=0.95, two=None, longest=300):
    if b < a:
        a, b = b, a
    two = one if two is None else two
    return Overlap(a, b, one, two, int(300 * max(one, two)), longest)


def lineage(documents, overlaps=()) -> Lineage:
    return resolve(documents, overlaps, SHIPPED)


def drawn(found: Lineage):
    """The edges as (from, relation, to, status), where `to` is a document, an address or a name."""
    return [
        (e.from_document, str(e.relation), e.to_document or e.to_url or e.to_publisher, str(e.status))
        for e in found.edges
    ]


def codes(found: Lineage):
    return [(f.code, f.document_id) for f in found.findings]
