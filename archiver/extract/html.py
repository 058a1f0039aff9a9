"""HTML bytes -> one tree and its source text, shared by everything that reads the page; and the main text of it.

Guards stand here: how many elements, attributes and bytes are still read. What lies past a limit is left out and said so
(`problems`). It parses without network and without libxml2's huge mode, so depth (256) and text nodes (10 MB) are bounded.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice

import lxml.html
from lxml import etree
from trafilatura import bare_extraction

from archiver.extract.kinds import MAX_BYTES
from archiver.extract.markup import absolute
from archiver.extract.mojibake import repaired, suspicious
from archiver.extract.text import decode, visible
from archiver.model.capture import Payload

MAX_ELEMENTS = 30_000  # beyond this the heavy reader is left out: its time is not linear; the blocks are still read
MAX_ATTRIBUTES = 500  # of one tag: libxml2's check for duplicates is quadratic
MAX_TAGS = 200_000  # of a page: what a tree of more takes in memory costs the whole page, and nobody writes them

_LONG_TAG = 20_000
_TAG = re.compile(r"""<([a-zA-Z][^\s/>]*)(?:[^>"']|"[^"]*"|'[^']*')*+>?""")
_ATTRIBUTE = re.compile(r"""[^\s=/>"']+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s>"']*))?""")
_RAW_END = {name: re.compile(rf"</{name}", re.IGNORECASE) for name in ("script", "style", "textarea")}
_XML_DECLARATION = re.compile(r"\A\s*<\?xml[^>]{0,200}\?>")
#: lxml.html asks a Python function for the class of every element it hands out; forms and inputs are no others to us.
_ONE_CLASS = etree.ElementDefaultClassLookup(element=lxml.html.HtmlElement)
_EMPTY = "<html><body></body></html>"
#: What may stand in a head (HTML 4.2.1, 13.2.6.4.4): any other element ends it.
_OF_HEAD = frozenset(
    {"base", "basefont", "bgsound", "link", "meta", "noframes", "noscript", "script", "style", "template", "title"}
)


@dataclass(frozen=True, slots=True)
class Page:
    """A parsed page: its address, the base for its links, its source as text, the tree, and what went wrong."""

    url: str
    base: str
    source: str
    tree: lxml.html.HtmlElement
    elements: int
    problems: tuple[str, ...] = ()
    #: Every element, held: lxml makes each anew, at a microsecond, as often as it is met again after it was let go.
    held: tuple[lxml.html.HtmlElement, ...] = ()

    @property
    def heavy(self) -> bool:
        """Whether it has more elements than readers whose time is not linear are given."""
        return self.elements > MAX_ELEMENTS


def parse(payload: Payload) -> Page:
    """The page of a payload. Never raises for its content."""
    source = decode(payload.content[:MAX_BYTES], payload.charset)
    cut = len(payload.content) > MAX_BYTES
    source = _XML_DECLARATION.sub("", visible(source) if "\0" in source else source)
    if source.count("<") > MAX_TAGS:
        source, cut = "<".join(source.split("<", MAX_TAGS)[:MAX_TAGS]), True
    raw = source.encode("utf-8", "replace")
    if suspicious(raw):
        source = repaired(source)
        raw = source.encode("utf-8", "replace")
    parser = lxml.html.HTMLParser(
        encoding="utf-8", huge_tree=False, no_network=True, remove_comments=True, remove_pis=True, collect_ids=False
    )
    parser.set_element_class_lookup(_ONE_CLASS)
    text = _without_attribute_floods(source)
    raw = raw if text is source else text.encode("utf-8", "replace")
    try:
        tree = lxml.html.document_fromstring(raw or _EMPTY.encode(), parser=parser)
    except (etree.LxmlError, ValueError, AssertionError):  # "Document is empty" and its like
        tree = lxml.html.document_fromstring(_EMPTY)
    _end_head(tree)
    held = tuple(islice(tree.iter(), MAX_ELEMENTS + 1))
    elements = len(held)
    limited = any(entry.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT for entry in parser.error_log)
    problems = ("extraction-failed",) if cut or limited or elements > MAX_ELEMENTS else ()
    return Page(payload.url, _base(tree, payload.url), source, tree, elements, problems, held)


def _without_attribute_floods(source: str) -> str:
    """The source with over-long tags cut to their first attributes. Almost every page is returned as it is."""
    if max(map(len, source.split(">"))) < _LONG_TAG:
        return source
    kept: list[str] = []
    at = 0
    while tag := _TAG.search(source, at):
        kept += [source[at : tag.start()], _cut(tag[0])]
        at = tag.end()
        raw = _RAW_END.get(tag[1].lower())
        if raw:  # what looks like a tag in a script is none
            end = raw.search(source, at)
            kept.append(source[at : end.start() if end else len(source)])
            at = end.start() if end else len(source)
    return "".join((*kept, source[at:]))


def _cut(tag: str) -> str:
    if len(tag) < _LONG_TAG:
        return tag
    parts = [found[0] for _, found in zip(range(MAX_ATTRIBUTES + 2), _ATTRIBUTE.finditer(tag, 1), strict=False)]
    return tag if len(parts) <= MAX_ATTRIBUTES + 1 else f"<{' '.join(parts[:-1])}>"


def _end_head(tree: lxml.html.HtmlElement) -> None:
    """Put what ends the head into the body, where browsers have it: libxml2 leaves an element that it does not know (article, main,
    section, header ...) in a head that nothing else ends, and all that it holds.
    """
    head = tree.find("head")
    strays = [node for node in head if node.tag not in _OF_HEAD] if head is not None else []
    if not strays:
        return
    body = tree.find("body")
    if body is None:
        body = etree.SubElement(tree, "body")
    for at, node in enumerate(strays):
        body.insert(at, node)
    if body.text:
        strays[-1].tail = visible(
            (strays[-1].tail or "") + body.text
        )  # the parser lets controls pass, the tree takes none
        body.text = None


def _base(tree: lxml.html.HtmlElement, url: str) -> str:
    """The address that relative links count from: `base href` where there is one."""
    element = tree.find(".//base[@href]")
    return absolute(element.get("href", ""), url) or url if element is not None else url


def reading(page: Page, *, thorough: bool = False) -> str:
    """The main text as trafilatura reads it, or "" where it finds none or the page is too heavy for it.

    The quick reading stops at its own rules. The thorough one asks its fallbacks as well: half as long again, and right
    where the first found next to nothing, wrong more often where it found the article.
    """
    if page.heavy:
        return ""
    try:
        found = bare_extraction(
            page.tree, url=page.url or None, include_comments=False, with_metadata=False, fast=not thorough, favor_precision=thorough,
        )  # fmt: skip
    except (etree.LxmlError, ValueError, TypeError, AttributeError, IndexError, KeyError, RecursionError):
        # a third-party reader on hostile input: the blocks still hold everything
        return ""
    text = getattr(found, "text", None)
    return visible(text).strip() if isinstance(text, str) else ""
