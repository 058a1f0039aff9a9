"""Markup -> pointers: the values that can name another publisher, each with its tag or JSON member as it stands in the page.

Which of them is a claim is for provenance to say; here nothing is weighed. Names:

    link canonical | amphtml | alternate | license | syndication      the absolute address
    meta NAME                                                         text, or the absolute address where it is one
    json-ld MEMBER, json-ld MEMBER url, json-ld MEMBER name           an agent: its name, its address beside it;
                                                                      a work: its address, its name beside it
    json-ld isBasedOn publisher                                       who published that work
    img src                                                           pixels that count readers

The marks of a copy in a page's body, `a u-repost-of` and `feed source`, are read by copies.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from archiver.extract.jsonld import WORKS, Json, Node, text
from archiver.extract.markup import Element, Markup, Quoter, absolute
from archiver.model.document import Pointer

LINK_RELS = frozenset(
    {"canonical", "amphtml", "license", "syndication", "original", "shortlink", "author", "publisher"}
)
#: Metas by name, and by prefix where the name ends in a star.
META_NAMES = (
    "og:url", "og:site_name", "og:title", "author", "article:author", "article:publisher", "syndication-source",
    "original-source", "dc.*", "dcterms.*", "citation_*", "twitter:site", "twitter:creator", "application-name", "source",
    "copyright", "publisher", "news_keywords", "news:source", "cre", "byl", "parsely-author", "parsely-link", "sailthru.author",
    "article:published_time", "robots", "canonical", "rights", "provider", "article.origheadline", "standout",
)  # fmt: skip
AGENTS = (
    "publisher", "sourceOrganization", "provider", "copyrightHolder", "creator", "author", "translator", "contributor",
    "sponsor", "accountablePerson",
)  # fmt: skip
WORK_MEMBERS = ("isBasedOn", "isBasedOnUrl", "translationOfWork", "mainEntityOfPage", "citation", "license", "isPartOf")
TEXTS = (
    "headline",
    "url",
    "creditText",
    "copyrightNotice",
    "copyrightYear",
    "datePublished",
    "dateModified",
    "dateline",
)

_PIXEL = re.compile(
    r"\b(?:count(?:er)?|pixel|track\w*|beacon|republish\w*|stats?|hit|analytics|impression)\b|\.gif(?:\?|\Z)",
    re.IGNORECASE,
)
_MAX_PIXELS = 20
_MAX_POINTERS = 400


def pointers(markup: Markup, base: str, source: str) -> tuple[Pointer, ...]:
    """All pointers of a page: links, metas, JSON-LD of the article, pixels."""
    quoter = Quoter(source)
    found = [*_links(markup, base, quoter), *_metas(markup, base, quoter), *_linked_data(markup, base)]
    found += list(_pixels(markup, base, quoter))[:_MAX_PIXELS]
    return tuple(pointer for pointer in found[:_MAX_POINTERS] if pointer.value)


def _links(markup: Markup, base: str, quoter: Quoter) -> Iterator[Pointer]:
    for node in markup.links:
        for rel in (node.get("rel") or "").lower().split():
            variant = rel == "alternate" and (node.get("media") or "handheld" in (node.get("type") or ""))
            if rel in LINK_RELS or variant:
                yield Pointer(f"link {rel}", absolute(node.get("href") or "", base), quoter.quote(node))
    for node in markup.properties:
        if "license" in (node.get("rel") or "").lower().split():
            yield Pointer("link license", absolute(node.get("href") or "", base), quoter.quote(node))


def _metas(markup: Markup, base: str, quoter: Quoter) -> Iterator[Pointer]:
    for meta in markup.metas:
        if not any(meta.name.startswith(name[:-1]) if name.endswith("*") else meta.name == name for name in META_NAMES):
            continue
        addressed = meta.name in ("og:url", "canonical") or meta.content.startswith(("http://", "https://", "//"))
        yield Pointer(
            f"meta {meta.name}", absolute(meta.content, base) if addressed else meta.content, quoter.quote(meta.element)
        )


def _linked_data(markup: Markup, base: str) -> Iterator[Pointer]:
    node = markup.graph.article()
    if node is None:
        return
    for member in TEXTS:
        value = text(node, member)
        if value:
            yield Pointer(f"json-ld {member}", value, markup.graph.quote(member, node[member]))
    for member in (*AGENTS, *WORK_MEMBERS):
        if member in node:
            yield from _entities(markup, node, member, base)
    for based in _nodes(node.get("isBasedOn")):
        for entity in markup.graph.entities(based, "publisher"):
            yield Pointer(
                "json-ld isBasedOn publisher",
                entity.name or entity.url,
                markup.graph.quote("isBasedOn", node["isBasedOn"]),
            )


def _entities(markup: Markup, node: Node, member: str, base: str) -> Iterator[Pointer]:
    quote = markup.graph.quote(member, node[member])
    work = member in WORKS or member == "isPartOf"
    for entity in markup.graph.entities(node, member):
        url = absolute(entity.url, base)
        first, second = (url, entity.name) if work else (entity.name, url)
        yield Pointer(f"json-ld {member}", first or second, quote)
        if first and second:
            yield Pointer(f"json-ld {member} {'name' if work else 'url'}", second, quote)


def _nodes(value: Json) -> Iterator[Node]:
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, dict):
            yield item


def _pixels(markup: Markup, base: str, quoter: Quoter) -> Iterator[Pointer]:
    for node in markup.images:
        src = node.get("src") or ""
        if src and not src.startswith("data:") and (_tiny(node) or _PIXEL.search(src[:500])):
            yield Pointer("img src", absolute(src, base), quoter.quote(node))


def _tiny(node: Element) -> bool:
    return (node.get("width") or "").strip(" px") in ("0", "1") or (node.get("height") or "").strip(" px") in ("0", "1")
