"""The entries of an XML list, one after the other, however broken the list is and however large.

    rows = Rows(text)
    for row in rows: ...            item and entry of a feed, url and sitemap of a sitemap; each until the next is asked for
                                    also of one that breaks off what was said before that
    rows.root, rows.whole           what the list is by its root element; whether it came to its end

Entities are not expanded and nothing is loaded from elsewhere. The tree never grows: what has been handed out goes, and of what
an entry holds beyond its first PARTS parts on each level only the last stays, so that one entry of ten million elements is an
entry of a hundred. What the entries say is not read here: feeds and sitemaps do that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from lxml import etree

#: Parts of one element, and texts of one part, that are looked at.
PARTS, STRINGS = 100, 50
#: Elements within each other, and bytes of one tag; beyond that there is no list. libxml2 has bounds of its own, but together with
#: one for texts, and an entry may be long.
DEPTH, TAG = 256, 128 * 1024

_ROOTS = ("rss", "feed", "RDF", "urlset", "sitemapindex")
_ROWS = ("item", "entry", "url", "sitemap")
_DECLARATION = re.compile(r"\A\s*<\?xml[^>]{0,200}\?>")
_CLOSING = re.compile(rb"</(?:[^\s:<>]{1,100}:)?([^\s:<>]{1,100})")
#: libxml2 waits behind a bare `&` for a `;` to come: where none does, it has one at the end.
_ROUSE = b"<!--;-->"
_PIECE = 64 * 1024


class Rows:
    """Read once, from beginning to end. `root` is "" until the first row is there, and where there is none."""

    def __init__(self, text: str) -> None:
        self._content = _DECLARATION.sub("", text.removeprefix("\ufeff")).encode("utf-8", "replace") + _ROUSE
        self.root = ""
        self.whole = False

    def __iter__(self) -> Iterator[etree._Element]:
        """Every element that is an entry, as soon as it is whole. Ends where the parser gives up, or elements go too deep."""
        parser = etree.XMLPullParser(
            ("start", "end"), tag=[f"{{*}}{one}" for one in _ROOTS + _ROWS], encoding="utf-8", recover=True,
            resolve_entities=False, load_dtd=False, no_network=True, huge_tree=True,
            remove_comments=True, remove_pis=True, collect_ids=False,
        )  # fmt: skip
        top: etree._Element | None = None
        opened: etree._Element | None = None
        for start in range(0, len(self._content), _PIECE):
            if self._is_flooded(start):
                return
            try:
                parser.feed(self._content[start : start + _PIECE])
            except etree.XMLSyntaxError:
                return
            for event, node in parser.read_events():
                if not isinstance(node, etree._Element):  # of other events than these two
                    continue
                if top is None:
                    top = node.getroottree().getroot()
                    self.root = name(top)
                if name(node) in _ROWS:
                    opened = node if event == "start" else None
                    if opened is None:
                        yield node
            if top is not None and _prune(top) > DEPTH:
                return
        self.whole = self._ends()
        if opened is not None and len(opened) > 1:  # what was being read when the list broke off is half of something
            del opened[-1]
            yield opened

    def _ends(self) -> bool:
        """Whether the last element that ends is the first that began."""
        last = _CLOSING.search(self._content, max(self._content.rfind(b"</"), 0))
        return last is not None and last[1].lower().decode("utf-8", "replace") == self.root

    def _is_flooded(self, at: int) -> bool:
        """Whether a tag goes on here that has too many attributes."""
        begun = self._content.rfind(b"<", max(at - TAG, 0), at)
        if begun < 0 or self._content.startswith(b"<!", begun):
            return False
        return len(self._content) > begun + TAG and self._content.find(b">", begun, begun + TAG) < 0


def _prune(node: etree._Element) -> int:
    """Let go of what is complete: along the way to what is being read now, everything before it. How long that way is."""
    inside, depth = False, 0
    while len(node):
        inside, depth = inside or name(node) in _ROWS, depth + 1
        del node[PARTS if inside else 0 : -1]
        node = node[-1]
    return depth


def name(node: etree._Element) -> str:
    """The name of an element without its namespace and prefix, lower case; "" for what is none."""
    return re.split("[}:]", node.tag)[-1].lower() if isinstance(node.tag, str) else ""  # type: ignore[redundant-expr] # lxml: a function


def space(node: etree._Element) -> str:
    """The namespace of an element, as lxml writes it: `{...`, or "" where it has none."""
    return str(node.tag).rpartition("}")[0]


def text(node: etree._Element, most: int, between: str = "") -> str:
    """At most so many characters of the text in an element."""
    return between.join(str(part) for part in islice(node.itertext(), STRINGS))[:most]
