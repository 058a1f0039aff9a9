"""What the rules of standin look at: a page as far as it can be told from it whether it is the page. Pure, and bounded.

Of a page with a long text nothing but the headers and the address is looked at: no word makes another thing of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from archiver.extract.html import Page
from archiver.extract.jsonld import Node
from archiver.extract.markup import Element, Markup
from archiver.extract.text import clean, fold
from archiver.extract.titles import segments
from archiver.model.capture import Payload
from archiver.model.document import Block, Document, Role

#: Words of its own up to which a page is bare, meagre or short; with more than LONG no words of it are looked at.
BARE, MEAGRE, SHORT, LONG = 30, 120, 250, 600

_NAME = 300  # characters of a title that are compared, and of a selector
_LINE, _LINES = 1000, 20_000  # characters of a line that are searched, and of all lines
_SOURCE = 400_000  # characters of the source that are searched for markup
_PARTS = 5  # works, and parts of one, of which it is asked whether they were served
_TEXT = 40_000  # characters: a longer text is longer than LONG, whatever it is written in

#: Signs around a title or a sentence that are no part of its wording.
SIGNS = " .!?:()[]\"'*…。！"

_WIDE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")
_ASIDE = frozenset({Role.NAV, Role.HIDDEN, Role.COMMENT})


def words(text: str) -> int:
    """About how many words a text has; two signs of a script without spaces are one."""
    wide = len(_WIDE.findall(text))
    return len(text.split()) + wide // 2 if wide else len(text.split())


@dataclass(frozen=True, slots=True)
class Line:
    """A line as it is shown, and as it is compared: folded, and of a title or heading a part alone, without the signs around it."""

    text: str
    folded: str
    linked: bool = False
    heading: bool = False


@dataclass(frozen=True, slots=True)
class Seen:
    """What the rules look at. `own`: words of the page's own; `links`: how many it has; `scriptless`: what is for people without scripts;
    `marked`: where the markup says that a part is for payers; `end`: of the main text.
    """

    payload: Payload
    source: str
    own: int
    links: int
    titles: tuple[Line, ...]
    headings: tuple[Line, ...]
    lines: tuple[Line, ...]
    scriptless: tuple[Line, ...]
    article: bool
    marked: str | None
    end: str

    def header(self, name: str) -> str | None:
        """The first header of that name."""
        return next((value.strip() for key, value in self.payload.headers if key.casefold() == name), None)


def look(payload: Payload, document: Document, page: Page | None, markup: Markup | None) -> Seen:
    """What the rules look at, of a payload and the document that was read from it."""
    shown = [block for block in document.blocks if block.role is not Role.HIDDEN]
    own = words(document.text[:_TEXT])
    if own <= LONG:
        own = max(own, words("\n".join(block.text for block in shown if _is_own(block))[:_TEXT]))
    readable = own <= LONG and (page is not None or document.media_type.startswith("text/"))
    heading = next((b for b in shown if b.tag == "h1"), None) or next(
        (b for b in shown if b.tag == "h2" and b.role not in (Role.NAV, Role.LIST)), None
    )
    title = markup.title if markup else ""
    return Seen(
        payload=payload,
        source=page.source[:_SOURCE] if page and readable else "",
        own=own,
        links=sum(len(block.links) for block in shown),
        titles=_parts(title) if readable else (),
        headings=_parts(heading.text) if heading and readable else (),
        lines=tuple(_lines(shown)) if readable else (),
        scriptless=tuple(_scriptless(page.tree)) if page and readable else (),
        article=_is_article(markup),
        marked=_marked(page, markup) if page and markup and own <= SHORT else None,
        end=document.text[-20:].rstrip(),
    )


def _is_own(block: Block) -> bool:
    linked = sum(link.end - link.start for link in block.links)
    return block.role not in _ASIDE and linked * 2 < len(block.text)


def _lines(shown: list[Block]) -> Iterator[Line]:
    left = _LINES
    for block in shown:
        line = _line(block.text, block)
        left -= len(line.text)
        if left < 0:
            return
        yield line


def _line(text: str, block: Block | None = None) -> Line:
    text = text[:_LINE]
    linked = block is not None and sum(link.end - link.start for link in block.links) * 2 >= len(block.text)
    return Line(text, fold(text), linked, block is not None and block.tag[:1] == "h" and block.tag[1:].isdigit())


def _scriptless(tree: Element) -> Iterator[Line]:
    for node in islice(tree.iter("noscript"), 20):
        text = clean(" ".join(islice(node.itertext(), 50)))
        if text:
            yield _line(text)


def _parts(title: str) -> tuple[Line, ...]:
    """A title whole and in its parts."""
    cut = title[:_NAME]
    return tuple(Line(cut, fold(part).strip(SIGNS)) for part in dict.fromkeys((cut, *segments(cut))))


def _is_article(markup: Markup | None) -> bool:
    """Whether the markup calls the page an article and gives the day on which it was published."""
    if markup is None:
        return False
    dated = next(
        markup.meta("article:published_time", "datepublished", "citation_publication_date", "dc.date.issued"), None
    )
    article = markup.graph.article() or {}
    return dated is not None or bool(article.get("datePublished") and article.get("headline"))


def _marked(page: Page, markup: Markup) -> str | None:
    """The member by which the page's own JSON-LD says that a part of it is for payers, where that part is not on the page."""
    said = (node for node in markup.graph.nodes if node.get("hasPart") and _is_closed(node))
    for node in islice(said, _PARTS):
        parts = node["hasPart"]
        listed = islice(parts if isinstance(parts, list) else [parts], _PARTS)
        closed = [part for part in listed if isinstance(part, dict) and _is_closed(part)]
        if closed and not any(_is_served(page.tree, part) for part in closed):
            return markup.graph.quote("hasPart", parts)
    return None


def _is_closed(node: Node) -> bool:
    return str(node.get("isAccessibleForFree")).rsplit("/", 1)[-1].lower() == "false"


def _is_served(tree: Element, part: Node) -> bool:
    """Whether what the part's selector names is on the page, with so much text that it is no mere beginning."""
    names = re.findall(r"[.#][\w-]{1,80}", str(part.get("cssSelector"))[:_NAME])
    found: set[Element] = set()
    size = 0
    for node in tree.iter() if names else ():
        own = {f".{name}" for name in (node.get("class") or "").split()} | {f"#{node.get('id')}"}
        if names[-1] in own and found.isdisjoint(node.iterancestors()):
            found.add(node)
            size += words(" ".join(node.xpath(".//text()[not(parent::script or parent::style)]"))[:_TEXT])
    return size > SHORT
