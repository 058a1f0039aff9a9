"""How documents hang together: Overlap, Edge, Finding, Lineage, and the facts that resolution is given.

An Edge runs from a republication to what it was taken from. Findings are returned, never raised.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from archiver.model.claim import Claim


class EdgeRelation(StrEnum):
    """What one document is to another."""

    REPUBLISHED_FROM = "republished_from"
    SYNDICATED_BY = "syndicated_by"
    TRANSLATED_FROM = "translated_from"
    VARIANT_OF = "variant_of"  # the same article in another format or at another address of its publisher
    REVISION_OF = "revision_of"  # the same address, later
    SAME_TEXT = "same_text"  # undirected
    CITES = "cites"


#: The relations by which a text passed from one publisher to another.
COPYING = frozenset({EdgeRelation.REPUBLISHED_FROM, EdgeRelation.SYNDICATED_BY, EdgeRelation.TRANSLATED_FROM})


class EdgeStatus(StrEnum):
    """What holds an edge."""

    ASSERTED = "asserted"  # the page says so
    CORROBORATED = "corroborated"  # and the other page is archived, holds the text, and is not later
    CONTRADICTED = "contradicted"  # and the archived other page does not hold the text, or is later
    INFERRED = "inferred"  # text and dates alone
    CURATED = "curated"  # a person decided


class Ruling(StrEnum):
    """What a person can decide of two pages, or of a page and a publisher."""

    REPUBLISHED_FROM = "republished_from"
    SYNDICATED_BY = "syndicated_by"
    TRANSLATED_FROM = "translated_from"
    VARIANT_OF = "variant_of"
    UNRELATED = "unrelated"  # neither took its text from the other, whatever pages and texts say
    UNDECIDED = "undecided"  # what was decided of these two is taken back: pages and texts decide again


@dataclass(frozen=True, slots=True)
class Decision:
    """A person's word on where a text came from; a later one on the same two counts instead.

    `url` is the page that is spoken of; its source is the page at `source`, or `publisher` where no page of it is known.
    `by` who decided and `because` why, in their words. `sequence` is that of its statement, 0 before there is one.
    """

    url: str
    ruling: Ruling
    at: datetime
    by: str
    because: str
    source: str | None = None
    publisher: str | None = None
    sequence: int = 0

    def __post_init__(self) -> None:
        if (self.source is None) == (self.publisher is None):
            raise ValueError("a decision names either the source's address or its publisher")
        if self.ruling is Ruling.VARIANT_OF and self.source is None:
            raise ValueError("a page is another form of a page, not of a publisher")


@dataclass(frozen=True, slots=True, order=True)
class Overlap:
    """Shared passages of documents `a` < `b` (document IDs): share of each one's 5-word shingles that the other holds.

    `shared` shingles, `longest` shared run in words.
    """

    a: str
    b: str
    containment_a: float
    containment_b: float
    shared: int
    longest: int

    @property
    def score(self) -> float:
        """The larger containment: 1.0 where the shorter text stands whole in the other."""
        return max(self.containment_a, self.containment_b)


@dataclass(frozen=True, slots=True)
class Shared:
    """A text that an index found: by its number there, how many sampled hashes it shares with the text that was asked for.

    `rare` of them stand in few texts, `common` in very many; `sampled` is how many the found text has in all.
    """

    text: int
    rare: int
    common: int
    sampled: int


@dataclass(frozen=True, slots=True)
class Facts:
    """What resolution knows of one document. `document_id` as in design section 9, `url` its final address, `key` model.url.key.

    `canonical_keys` are look-up keys by which its own site also calls it (link canonical, og:url, hops, alternates).
    `published` is a day or None; `captured` the first capture's time, RFC 3339. `words` counts the main text.
    `publisher` is its name; `site` the registrable host. `second_hand`: all that is archived of it are copies that third parties
    say they made. `linked` are the sites that links in its text lead to; `staff` those of its authors who wrote other pages there.
    """

    document_id: str
    url: str
    key: str
    site: str
    title: str | None
    publisher: str | None
    authors: tuple[str, ...]
    published: str | None
    captured: str
    media_type: str
    language: str | None
    words: int
    canonical_keys: tuple[str, ...]
    claims: tuple[Claim, ...]
    second_hand: bool = False
    linked: frozenset[str] = frozenset()
    staff: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Edge:
    """From a republication to what it was taken from.

    `to_document` is None where that was never captured; `to_url` None where only the publisher (or only its home page) is
    known. `claims` are indexes into Facts.claims of the from-document; `overlap` is its score where one was measured.
    """

    from_document: str
    to_document: str | None
    to_url: str | None
    to_publisher: str | None
    relation: EdgeRelation
    status: EdgeStatus
    confidence: float
    claims: tuple[int, ...] = ()
    overlap: float | None = None
    decision: int | None = None


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """Something odd about the world: `code` (`conflicting-origin`, `date-after-capture`, `circular` ...), said in one sentence."""

    code: str
    document_id: str
    message: str


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a path ends: a document, or a publisher or address that was never captured. `second_hand` as in Facts."""

    document_id: str | None
    url: str | None
    publisher: str | None
    date: str | None
    captured: bool
    second_hand: bool = False


@dataclass(frozen=True, slots=True)
class Lineage:
    """Edges and findings among a set of documents, and the addresses that resolution would like to have captured next."""

    edges: tuple[Edge, ...] = ()
    findings: tuple[Finding, ...] = ()
    wanted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Work:
    """One text across its publications: the documents that carry it, what holds them together, and where it began.

    `origin` is None where nothing decides (undated copies that name nobody) or where several beginnings are named.
    """

    origin: Origin | None
    documents: tuple[str, ...]
    edges: tuple[Edge, ...]
    findings: tuple[Finding, ...]
