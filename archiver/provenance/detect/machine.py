"""What the page says to machines: canonical, og:url, syndication-source, JSON-LD, counter pixels.

Holds the guards of the canonical link: caches and proxies, one brand on two suffixes, a home page, a renamed host.
"""

from __future__ import annotations

from collections.abc import Iterator

from archiver.model import url as urls
from archiver.model.claim import Relation, Strength
from archiver.model.document import Pointer
from archiver.provenance.detect.link import NEVER, article_like
from archiver.provenance.detect.page import Hit, Page

CANONICAL, SYNDICATION, GRAPH, PIXEL, SELF = 0.95, 0.85, 0.70, 0.90, 0.15

#: A first label that says who a host is has more letters: `blog`, `news` and `shop` do not.
SHORTEST_BRAND = 6
#: Hosts that hold copies of other people's pages for technical reasons.
CACHES = frozenset(
    ["feedproxy.google.com", "news.google.com", "webcache.googleusercontent.com", "translate.google.com", "web.archive.org", "archive.org", "archive.is", "archive.ph", "archive.today", "ampproject.org", "cdn.ampproject.org", "feedburner.com", "outline.com", "localhost", "translate.goog"]
)  # fmt: skip
#: Counter pixels: host -> whose text is counted. Not on that publisher's own pages.
PIXELS = {
    "counter.theconversation.com": "The Conversation", "counter.theconversation.edu.au": "The Conversation", "pixel.propublica.org": "ProPublica",
}  # fmt: skip
#: Pointer name -> relation and weight. A value that is an address or a name.
POINTERS: dict[str, tuple[Relation, float]] = {
    "meta syndication-source": (Relation.REPUBLISHED_FROM, SYNDICATION),
    "meta original-source": (Relation.CITES, GRAPH),
    "a u-repost-of": (Relation.REPUBLISHED_FROM, SYNDICATION),
    "feed source": (Relation.REPUBLISHED_FROM, SYNDICATION),
    "json-ld isBasedOn": (Relation.REPUBLISHED_FROM, GRAPH),
    "json-ld isBasedOnUrl": (Relation.REPUBLISHED_FROM, GRAPH),
    "json-ld isBasedOn publisher": (Relation.CITES, GRAPH),
    "json-ld translationOfWork": (Relation.TRANSLATED_FROM, GRAPH),
    "json-ld sourceOrganization": (Relation.REPUBLISHED_FROM, GRAPH),
    "json-ld copyrightHolder": (Relation.COPYRIGHT, GRAPH),
    "json-ld citation": (Relation.CITES, GRAPH),
}


def detect(page: Page) -> Iterator[Hit]:
    """Pointers in the order of the page."""
    for pointer in page.document.pointers:
        if pointer.name == "link canonical":
            yield from _canonical(page, pointer)
        elif pointer.name == "img src":
            yield from _pixel(page, pointer)
        elif pointer.name in POINTERS:
            yield from _named(page, pointer)
    yield from _copies(page)


def _copies(page: Page) -> Iterator[Hit]:
    """`rel=syndication` on a link, or the class u-syndication: copies of this page stand there, so this is where it comes from."""
    for place in page.content:
        link = next((link for link in place.block.links if link.rel and "syndication" in link.rel.split()), None)
        if link is not None:
            name = page.own_names[0] if page.own_names else page.host
            evidence = page.evidence(place, link.start, link.end, "syndicated-copies@1", SELF)
            yield Hit(Relation.SELF_CLAIM, name or None, page.document.url, Strength.SELF, evidence)
            return


def _canonical(page: Page, pointer: Pointer) -> Iterator[Hit]:
    there, here = urls.host(pointer.value), page.host
    if "." not in here or "." not in there or page.own_site(pointer.value):
        return
    if {urls.site(here), urls.site(there), here, there} & CACHES or _one_brand(here, there):
        return
    if len(urls.path(pointer.value)) <= 1 or _renamed(page, pointer):
        return
    evidence = page.markup(pointer, "canonical@1", CANONICAL)
    yield Hit(Relation.REPUBLISHED_FROM, None, pointer.value, Strength.MACHINE, evidence)


def _one_brand(here: str, there: str) -> bool:
    """Whether two hosts are one brand on two suffixes: by the registry's rules, or by their first label (`x.org`, `x.co.org`)."""
    first, other = (host.removeprefix("www.").split(".")[0] for host in (here, there))
    return urls.brand(here) == urls.brand(there) or (first == other and len(first) > SHORTEST_BRAND)


def _renamed(page: Page, pointer: Pointer) -> bool:
    """Whether the page calls the other host its own in every way: the same path there, and og:url moved along."""
    shown = next((p.value for p in page.document.pointed("meta og:url")), None)
    same_path = urls.path(pointer.value).strip("/") == urls.path(page.document.url.strip()).strip("/")
    return same_path and (shown is None or urls.same_site(shown, pointer.value))


def _pixel(page: Page, pointer: Pointer) -> Iterator[Hit]:
    publisher = PIXELS.get(urls.host(pointer.value))
    if publisher and not page.is_self(publisher, None):
        yield Hit(Relation.REPUBLISHED_FROM, publisher, None, Strength.MACHINE, page.markup(pointer, "pixel@1", PIXEL))


def _deep(url: str) -> bool:
    """Whether an address lies two levels below its host: enough where the page says itself that it is based on it."""
    return urls.site(urls.host(url)) not in NEVER and "/" in urls.path(url).strip("/")


def _named(page: Page, pointer: Pointer) -> Iterator[Hit]:
    relation, weight = POINTERS[pointer.name]
    address = pointer.value.startswith(("http://", "https://"))
    url, name = (pointer.value, None) if address else (None, pointer.value.strip())
    if page.is_self(name, url) or not (url or name):
        return
    if url is not None and pointer.name.startswith("json-ld isBasedOn") and not (article_like(url) or _deep(url)):
        return
    known = page.known(name) if name else None
    if name and relation is not Relation.CITES and known is None:
        return
    if relation is Relation.COPYRIGHT and known is not None:
        yield Hit(
            Relation.REPUBLISHED_FROM,
            name,
            url,
            Strength.MACHINE,
            page.markup(pointer, f"{pointer.name.split()[-1]}@1", weight),
        )
    rule = f"{pointer.name.split()[-1]}@1"
    yield Hit(relation, name, url, Strength.MACHINE, page.markup(pointer, rule, weight))
