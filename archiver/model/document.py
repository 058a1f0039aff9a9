"""What a payload says: Document and its Blocks, each value with every candidate and where it came from.

Conclusions, drawn by extract/ from bytes and by nothing else. Offsets are in characters of `Document.whole`, the blocks
joined by newlines: that is the text in which a claim's quote stands.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

from archiver.model.url import host, site

#: How many sites that a text links to are kept.
MOST_LINKED = 40


class Role(StrEnum):
    """Where in a page a block stands. It carries most of the precision of claim detection."""

    HEAD = "head"  # before the first paragraph of the body: headline, byline, dateline, source label
    BODY = "body"
    TAIL = "tail"  # after the last paragraph of the body: credits, origin notes, author box
    CAPTION = "caption"
    QUOTE = "quote"
    COMMENT = "comment"
    LIST = "list"
    NAV = "nav"  # menus, side bars, footers, running heads of a PDF
    HIDDEN = "hidden"
    MARKUP = (
        "markup"  # not text: an element of the head, a tracking pixel; its quote is the tag as it stands in the page
    )


@dataclass(frozen=True, slots=True)
class Link:
    """An anchor in a block: `start` and `end` in characters of the block's text, `url` absolute, `rel` as given."""

    start: int
    end: int
    url: str
    rel: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, heading, caption, list item ... `text` has white space folded; `offset` is its start in Document.whole."""

    text: str
    role: Role
    offset: int
    tag: str
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Candidate:
    """One possible value and where the page gives it (`json-ld headline`, `meta article:published_time`, `first heading`)."""

    value: str
    source: str


@dataclass(frozen=True, slots=True)
class Stated:
    """A value chosen among candidates, best first; None where the page does not say."""

    value: str | None = None
    candidates: tuple[Candidate, ...] = ()

    @property
    def source(self) -> str | None:
        """Where the chosen value came from."""
        return next((c.source for c in self.candidates if c.value == self.value), None)


@dataclass(frozen=True, slots=True)
class Pointer:
    """Something a machine reads: a link, meta, JSON-LD or pixel value that can point at another publisher.

    `name` says which (`link canonical`, `meta og:url`, `meta syndication-source`, `json-ld isBasedOn`, `json-ld publisher`,
    `img src` ...), `value` the text or absolute URL, `quote` the tag or JSON member as it stands in the page's source.
    """

    name: str
    value: str
    quote: str


@dataclass(frozen=True, slots=True)
class Signal:
    """By what a page was told to be something else than the page, or not the whole of it.

    `code` is a problem code, `name` that of the rule (`challenge-words`), `quote` the header line, address, tag or words.
    """

    code: str
    name: str
    quote: str


@dataclass(frozen=True, slots=True)
class Document:
    """What one payload says. `extractor` names the reader and the version of its rules.

    `text` is the main text alone (for search, overlap and the conversion record); `blocks` are all of the page. `signals` are
    what those of its problems rest on that its words, headers or markup give.
    Dates are `YYYY-MM-DD` or a full RFC 3339 time; `language` is a BCP 47 tag as the page gives it, lower case.
    """

    url: str
    media_type: str
    title: Stated
    publisher: Stated
    authors: tuple[str, ...]
    author_candidates: tuple[Candidate, ...]
    date_published: Stated
    date_modified: Stated
    language: str | None
    text: str
    blocks: tuple[Block, ...]
    pointers: tuple[Pointer, ...]
    extractor: str
    problems: tuple[str, ...] = ()
    signals: tuple[Signal, ...] = ()

    @property
    def whole(self) -> str:
        """All blocks in page order, joined by newlines: what claim offsets count in."""
        return "\n".join(block.text for block in self.blocks)

    @property
    def linked(self) -> frozenset[str]:
        """The sites of others that links in the running text lead to; of a list of links, the first ones."""
        own = site(host(self.url))
        links = (link for block in self.blocks if block.role is Role.BODY for link in block.links)
        sites = dict.fromkeys(site(host(link.url)) for link in links)
        return frozenset(islice((one for one in sites if one and one != own), MOST_LINKED))

    def pointed(self, name: str) -> Iterator[Pointer]:
        """The pointers of that name, in page order."""
        return (pointer for pointer in self.pointers if pointer.name == name)


def laid_out(rows: list[tuple[str, Role, str, tuple[Link, ...]]]) -> tuple[Block, ...]:
    """Blocks with their offsets, from rows of (text, role, tag, links); rows without text are left out."""
    blocks: list[Block] = []
    offset = 0
    for text, role, tag, links in rows:
        if text:
            blocks.append(Block(text, role, offset, tag, links))
            offset += len(text) + 1
    return tuple(blocks)
