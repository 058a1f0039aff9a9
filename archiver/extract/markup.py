"""What a page says to machines: meta, link, JSON-LD, time, title, pixels - read in one pass over the tree, in page order.

It reads and finds the source text of what it read; which of it is believed is metadata's business, which of it points at
another publisher is pointers'.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import TypeAlias
from urllib.parse import urljoin

import lxml.html
from lxml import etree

from archiver.extract.jsonld import Graph, read_scripts
from archiver.extract.text import clean

_MAX_TAGS = 3000
_MAX_TAG = 8192
_SOURCE_TAG = re.compile(r"<(meta|link|img)\b", re.IGNORECASE)
_REST = re.compile(r"""(?:[^>"']|"[^"]*"|'[^']*')*+>""")
_VALUE = re.compile(r"""=\s*("[^"]*"|'[^']*'|[^\s>"']+)""")

Element: TypeAlias = lxml.html.HtmlElement


def absolute(href: str, base: str) -> str:
    """The address a link leads to, or "" where it leads nowhere else: fragments, scripts, mail, what cannot be joined."""
    href = "".join(href.split())
    if not href or href.startswith("#") or re.match(r"(?!https?:)[a-z][a-z0-9+.-]*:", href, re.IGNORECASE):
        return ""
    try:
        return urljoin(base, href)
    except ValueError:
        return ""


@dataclass(frozen=True, slots=True)
class Meta:
    """One meta element; `name` is its property, name or itemprop, lower case."""

    name: str
    content: str
    element: Element


@dataclass(slots=True)
class Markup:
    """All of it, in page order."""

    language: str | None = None
    title: str = ""
    metas: list[Meta] = field(default_factory=list)
    links: list[Element] = field(default_factory=list)
    images: list[Element] = field(default_factory=list)
    times: list[Element] = field(default_factory=list)
    properties: list[Element] = field(default_factory=list)  # itemprop and rel=author in the body
    graph: Graph = field(default_factory=Graph)

    def meta(self, *names: str) -> Iterator[Meta]:
        """The metas of these names, in the order of the names."""
        for name in names:
            yield from (meta for meta in self.metas if meta.name == name and meta.content)


def collect(tree: Element) -> Markup:
    """Everything of a tree that Markup holds."""
    found = Markup(language=_language(tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang")))
    scripts: list[str] = []
    for node in tree.iter("meta", "link", "title", "script", "time", "img", "a", "span", "div", "p", "address", "abbr"):
        tag = node.tag
        if tag == "meta":
            # An itemprop may speak of another text (a reference, a teaser): it is kept apart by its name.
            inner = f"itemprop:{node.get('itemprop')}" if node.get("itemprop") else None
            name = node.get("property") or node.get("name") or inner or node.get("http-equiv") or ""
            content = node.get("content") or node.get("value") or ""  # `value` is a common slip
            found.metas.append(Meta(name.strip().lower(), clean(content), node))
        elif tag == "link":
            found.links.append(node)
        elif tag == "title":
            found.title = found.title or clean(node.text or "")
        elif tag == "script":
            if "ld+json" in (node.get("type") or ""):
                scripts.append(node.text or "")
        elif tag == "time":
            found.times.append(node)
        elif tag == "img":
            found.images.append(node)
        elif node.attrib and (node.get("itemprop") or "author" in (node.get("rel") or "") or tag == "abbr"):
            found.properties.append(node)
    found.graph = read_scripts(scripts)
    if found.language is None:
        spoken = next(found.meta("content-language", "language", "dc.language", "og:locale"), None)
        found.language = _language(spoken.content if spoken else None)
    return found


def _language(text: str | None) -> str | None:
    """A BCP 47 tag in lower case, or None for what is none."""
    tag = (text or "").strip().lower().replace("_", "-")
    return tag if re.fullmatch(r"[a-z]{2,3}(?:-[a-z0-9]{2,8})*", tag) else None


def tag_in(source: str, node: etree._Element, *, inner: bool = False) -> str:
    """The tag of one element as it stands in the source, or as it would be written; `inner`: up to its end tag."""
    written = etree.tostring(node, encoding="unicode", with_tail=False)
    wanted = {value.strip() for value in node.attrib.values()} - {""}
    name = re.escape(re.split("[}:]", str(node.tag))[-1])
    quote = written[: written.find(">") + 1]
    for start in islice(re.finditer(rf"<(?:[\w.-]+:)?{name}\b", source), _MAX_TAGS):
        rest = _REST.match(source, start.end(), start.end() + _MAX_TAG)
        if rest and wanted == {html.unescape(v.strip("\"'")).strip() for v in _VALUE.findall(rest[0])} - {""}:
            end = source.find(f"</{source[start.start() + 1 : start.end()]}>", rest.end(), rest.end() + _MAX_TAG)
            whole = inner and end >= 0
            return source[start.start() : source.index(">", end) + 1 if whole else rest.end()]
    return written[:_MAX_TAG] if inner else quote


class Quoter:
    """Finds the source text of a tag: `<meta ...>` as it stands in the page. Built once a page, on first use."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._tags: dict[tuple[str, frozenset[str]], str] | None = None

    def quote(self, node: Element) -> str:
        """The tag as it stands in the source, or as the parser would write it where it cannot be found."""
        if self._tags is None:
            self._tags = dict(self._read())
        known = self._tags.get((str(node.tag), frozenset(value.strip() for value in node.attrib.values() if value)))
        if known:
            return known
        text = etree.tostring(node, encoding="unicode", method="html", with_tail=False)
        return text[: text.find(">") + 1]

    def _read(self) -> Iterator[tuple[tuple[str, frozenset[str]], str]]:
        """Tags by name and attribute values; the same tag twice is the same quote."""
        for count, start in enumerate(_SOURCE_TAG.finditer(self._source)):
            if count == _MAX_TAGS:
                return
            rest = _REST.match(self._source, start.end(), start.end() + _MAX_TAG)
            if rest:
                quote = self._source[start.start() : rest.end()]
                values = {html.unescape(value.strip("\"'")).strip() for value in _VALUE.findall(quote)} - {""}
                yield (start[1].lower(), frozenset(values)), quote
