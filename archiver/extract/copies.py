"""Marks by which a text says itself, to machines, that it is a copy: a feed's <source>, microformats' u-repost-of.

    feed source      the address of the feed that an item was taken from: RSS <source url="...">name</source>, in a feed
                     or in a page that was made from one; Atom <source> with a link
    a u-repost-of    the address of the text that the page's own h-entry repeats

Both speak of one text. A feed of many items, a page of many entries, and what stands in menus, comments and hidden parts
give nothing. Of a feed nothing else is read: its text is the page's that it leads to.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from lxml import etree

from archiver.extract.blocks import role_of
from archiver.extract.kinds import MAX_BYTES
from archiver.extract.markup import Element, absolute, tag_in
from archiver.extract.text import clean, decode
from archiver.model.capture import Payload
from archiver.model.document import Pointer, Role

FEED_SOURCE, REPOST = "feed source", "a u-repost-of"

#: Parts of a page that speak of other texts, or to nobody.
_ASIDE = frozenset({Role.HIDDEN, Role.COMMENT, Role.NAV, Role.LIST})
_MEDIA = ("video", "audio", "picture")
_MOST_REPOSTS = 5
_MOST = 50  # elements of one microformats class that are looked at
_DECLARATION = re.compile(r"\A\s*<\?xml[^>]{0,200}\?>")
_ADDRESS = ("http://", "https://")


def in_page(tree: Element, base: str, source: str) -> Iterator[Pointer]:
    """The marks of an HTML page. Nearly every page has neither word in its source, and is not searched."""
    if "<source" in source:
        yield from _sources(tree, base, source)
    if "u-repost-of" in source:
        yield from _reposts(tree, base, source)


def _sources(tree: Element, base: str, source: str) -> Iterator[Pointer]:
    """HTML has an element of that name too, without `url` and without text."""
    marked = list(islice((node for node in tree.iter("source") if node.get("url")), 2))
    if len(marked) != 1 or not clean("".join(islice(marked[0].itertext(), 20))):
        return
    inside_media = any(above.tag in _MEDIA for above in marked[0].iterancestors())
    url = absolute(marked[0].get("url", ""), base)
    if not inside_media and role_of(marked[0]) not in _ASIDE and url.startswith(_ADDRESS):
        yield Pointer(FEED_SOURCE, url, tag_in(source, marked[0], inner=True))


def _reposts(tree: Element, base: str, source: str) -> Iterator[Pointer]:
    entries = islice(_with_class(tree, "h-entry"), _MOST)
    own = [node for node in entries if _root(node) is None and role_of(node) not in _ASIDE]
    if len(own) != 1:
        return
    found: dict[str, Element] = {}
    for node in islice(_with_class(own[0], "u-repost-of"), _MOST):
        if _root(node) is own[0] and role_of(node) not in _ASIDE:
            link = _link(node)
            url = absolute(link.get("href", ""), base) if link is not None else ""
            if link is not None and url.startswith(_ADDRESS):
                found.setdefault(url, link)
    for url, link in islice(found.items(), _MOST_REPOSTS):
        yield Pointer(REPOST, url, tag_in(source, link))


def _with_class(tree: Element, name: str) -> Iterator[Element]:
    return (node for node in tree.iter(etree.Element) if name in _classes(node))


def _classes(node: Element) -> list[str]:
    return (node.get("class") or "").split()


def _root(node: Element) -> Element | None:
    """The microformat that a node is a property of: the nearest element above it that is one, a list of entries aside."""
    for above in node.iterancestors():
        kinds = [name for name in _classes(above) if name.startswith("h-")]
        if kinds and kinds != ["h-feed"]:
            return above
    return None


def _link(node: Element) -> Element | None:
    """The link of a property: the element itself, or the first u-url of the citation that it is."""
    if node.get("href") is not None:
        return node
    if "h-cite" not in _classes(node):
        return None
    links = islice((link for link in _with_class(node, "u-url") if link.get("href")), _MOST)
    return next((link for link in links if _root(link) is node), None)


def in_feed(payload: Payload) -> tuple[tuple[Pointer, ...], tuple[str, ...]]:
    """The mark of a feed with one item, or of an item alone, and what went wrong. Entities are not expanded."""
    if not payload.content.strip():
        return (), ("empty",)
    if len(payload.content) > MAX_BYTES:
        return (), ("extraction-failed",)
    text = _DECLARATION.sub("", decode(payload.content, payload.charset).removeprefix("\ufeff"))
    parser = etree.XMLParser(
        encoding="utf-8", resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False,
        remove_comments=True, remove_pis=True, collect_ids=False,
    )  # fmt: skip
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError:
        return (), ("extraction-failed",)
    items = list(islice((node for node in root.iter(etree.Element) if _name(node) in ("item", "entry")), 2))
    pointer = _item_source(items[0], text, payload.url) if len(items) == 1 else None
    return ((pointer,) if pointer else ()), ()


def _name(node: etree._Element) -> str:
    """The name of an element without its namespace and prefix; "" for what is none, an entity that was not expanded."""
    return re.split("[}:]", node.tag)[-1] if isinstance(node.tag, str) else ""  # type: ignore[redundant-expr] # lxml: a function


def _item_source(item: etree._Element, text: str, base: str) -> Pointer | None:
    marked = next((node for node in item if _name(node) == "source"), None)
    if marked is None:
        return None
    links = [node for node in marked if _name(node) == "link" and node.get("rel", "alternate") in ("alternate", "self")]
    links.sort(key=lambda node: node.get("rel") == "self")
    href = next((node.get("href", "") for node in links), "") or marked.get("url", "")
    url = absolute(href, base)
    return Pointer(FEED_SOURCE, url, tag_in(text, marked, inner=True)) if url.startswith(_ADDRESS) else None
