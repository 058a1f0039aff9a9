"""What a look-up answers with: one document with its captures, claims, edges and verdict, as the archive has them.

These values are the API: `as_json` gives the keys that README documents, which never change meaning. No SQL and no
printing here; exporters take a Citation and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass

#: What `json.dumps` takes.
Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]


@dataclass(frozen=True, slots=True)
class CitedCapture:
    """One capture: when, which bytes (SHA-256 of the payload, hex), and where they lie (offset and length in bytes)."""

    capture_id: str
    captured_at: str
    sha256: str
    warc: str
    offset: int
    length: int
    http_status: int
    revisit_of: str | None
    asked_url: str
    url: str
    outcome: str
    problems: tuple[str, ...]
    peer: str | None
    tls: str | None
    source: str
    source_note: str | None

    def as_json(self) -> dict[str, Json]:
        """The keys of design section 9, and what stands beside them."""
        return {
            "capture_id": self.capture_id, "captured_at": self.captured_at, "sha256": self.sha256, "warc": self.warc,
            "offset": self.offset, "length": self.length, "http_status": self.http_status, "revisit_of": self.revisit_of,
            "asked_url": self.asked_url, "url": self.url, "outcome": self.outcome, "problems": list(self.problems),
            "peer": self.peer, "tls": self.tls, "source": self.source, "source_note": self.source_note,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class CitedEvidence:
    """A quote with its place: see model.claim.Evidence."""

    quote: str
    role: str
    rule: str
    weight: float
    start: int | None
    end: int | None
    prefix: str
    suffix: str

    def as_json(self) -> dict[str, Json]:
        """All of it."""
        return {
            "quote": self.quote, "role": self.role, "rule": self.rule, "weight": self.weight, "start": self.start, "end": self.end,
            "prefix": self.prefix, "suffix": self.suffix,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class CitedClaim:
    """A claim; `publisher_from` is `page`, or `host` where the name is the one known for the address's host.

    `weight` is that of the strongest evidence, little of it where the claim is `boilerplate` (model.claim.Claim).
    """

    relation: str
    publisher: str | None
    publisher_from: str
    url: str | None
    weight: float
    boilerplate: bool
    evidence: tuple[CitedEvidence, ...]

    def as_json(self) -> dict[str, Json]:
        """The strongest evidence at the top, all of it in `evidence`."""
        first = self.evidence[0]
        return {
            "relation": self.relation, "publisher": self.publisher, "publisher_from": self.publisher_from, "url": self.url,
            "quote": first.quote, "role": first.role, "rule": first.rule, "weight": self.weight, "boilerplate": self.boilerplate,
            "evidence": [e.as_json() for e in self.evidence],
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class CitedEdge:
    """An edge by addresses: from the republication to what it was taken from. `decided`: who decided it, when and why."""

    from_url: str
    from_publisher: str | None
    from_date: str | None
    to_url: str | None
    to_publisher: str | None
    to_date: str | None
    to_captured: bool
    relation: str
    status: str
    confidence: float
    overlap: float | None
    quotes: tuple[str, ...]
    decided: str | None = None

    def as_json(self) -> dict[str, Json]:
        """The keys of design section 9, with what holds the edge."""
        return {
            "from": self.from_url, "from_publisher": self.from_publisher, "from_date": self.from_date,
            "to": self.to_url, "to_publisher": self.to_publisher, "to_date": self.to_date, "to_captured": self.to_captured,
            "relation": self.relation, "status": self.status, "confidence": self.confidence, "overlap": self.overlap,
            "quotes": list(self.quotes), "decided": self.decided,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class CitedOrigin:
    """Who had it first, as far as the archive can tell; `captured` says whether that page is archived."""

    url: str | None
    publisher: str | None
    date: str | None
    captured: bool

    def as_json(self) -> dict[str, Json]:
        """All of it."""
        return {"url": self.url, "publisher": self.publisher, "date": self.date, "captured": self.captured}


@dataclass(frozen=True, slots=True)
class CitedFinding:
    """Something odd about the world, in one sentence."""

    code: str
    message: str

    def as_json(self) -> dict[str, Json]:
        """All of it."""
        return {"code": self.code, "message": self.message}


@dataclass(frozen=True, slots=True)
class Verified:
    """The last check of the archive: its level, when, and how it ended."""

    level: str
    at: str
    outcome: str

    def as_json(self) -> dict[str, Json]:
        """All of it."""
        return {"level": self.level, "at": self.at, "outcome": self.outcome}


@dataclass(frozen=True, slots=True)
class CitedNote:
    """Where a page says its text came from: the relation and target of an upstream claim, without its evidence."""

    relation: str
    publisher: str | None
    url: str | None


@dataclass(frozen=True, slots=True)
class CitedText:
    """A document as it is compared with another: what it says of itself, its main text (None where none was drawn), and the
    captures in a row that hold it, from `captured_at` to `last_captured_at`; `number` counts the versions of its address.
    """

    document_id: str
    capture_id: str
    url: str
    sha256: str
    captured_at: str
    last_captured_at: str
    captures: int
    number: int
    media_type: str
    extractor: str | None
    title: str | None
    authors: tuple[str, ...]
    publisher: str | None
    date_published: str | None
    date_modified: str | None
    language: str | None
    outcome: str
    problems: tuple[str, ...]
    notes: tuple[CitedNote, ...]
    text: str | None

    def as_json(self) -> dict[str, Json]:
        """All but the text and what its claims say."""
        return {
            "document_id": self.document_id, "capture_id": self.capture_id, "url": self.url, "sha256": self.sha256,
            "captured_at": self.captured_at, "media_type": self.media_type, "title": self.title, "authors": list(self.authors),
            "publisher": self.publisher, "date_published": self.date_published, "date_modified": self.date_modified,
            "language": self.language, "outcome": self.outcome, "problems": list(self.problems),
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Tally:
    """Words (characters in scripts without spaces) by what became of them from one text to another: `replaced` ones of the first
    stood where `replacing` ones of the second stand; `marks` counts the places where nothing but punctuation differs.
    """

    same: int
    added: int
    cut: int
    replaced: int
    replacing: int
    moved: int
    marks: int

    @property
    def changes(self) -> bool:
        """Whether anything differs that is read."""
        return bool(self.added or self.cut or self.replaced or self.replacing or self.moved or self.marks)

    def as_json(self) -> dict[str, Json]:
        """All of it."""
        return {
            "same": self.same, "added": self.added, "cut": self.cut, "replaced": self.replaced, "replacing": self.replacing,
            "moved": self.moved, "marks": self.marks,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class CitedChange:
    """A field that one version of a page gives otherwise than the one before: title, byline, date_published, date_modified, origin."""

    field: str
    old: str | None
    new: str | None

    def as_json(self) -> dict[str, Json]:
        """All of it."""
        return {"field": self.field, "old": self.old, "new": self.new}


@dataclass(frozen=True, slots=True)
class CitedVersion:
    """One version of the page at an address, and what changed since the one before it.

    `body_changed` and `body` are None where that is not known (no text, or too long to count here). `acknowledged` says whether
    the page's own modified date owned up to a changed body; None where the body did not change or the date cannot tell.
    """

    number: int
    document_id: str
    capture_id: str
    sha256: str
    captured_at: str
    last_captured_at: str
    captures: int
    changes: tuple[CitedChange, ...] = ()
    body_changed: bool | None = None
    body: Tally | None = None
    acknowledged: bool | None = None
    caveat: str = ""
    findings: tuple[CitedFinding, ...] = ()

    def as_json(self) -> dict[str, Json]:
        """All of it."""
        return {
            "number": self.number, "document_id": self.document_id, "capture_id": self.capture_id, "sha256": self.sha256,
            "captured_at": self.captured_at, "last_captured_at": self.last_captured_at, "captures": self.captures,
            "changes": [c.as_json() for c in self.changes], "body_changed": self.body_changed,
            "body": None if self.body is None else self.body.as_json(), "acknowledged": self.acknowledged,
            "caveat": self.caveat, "findings": [f.as_json() for f in self.findings],
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Citation:
    """Everything the archive knows of one document. `document_id` is None where an address was only ever attempted."""

    document_id: str | None
    url: str
    title: str | None
    publisher: str | None
    authors: tuple[str, ...]
    date_published: str | None
    language: str | None
    outcome: str
    problems: tuple[str, ...]
    captures: tuple[CitedCapture, ...]
    claims: tuple[CitedClaim, ...]
    status: str
    verdict: str
    origin: CitedOrigin | None
    edges: tuple[CitedEdge, ...]
    findings: tuple[CitedFinding, ...]
    variants: tuple[str, ...]
    verified: Verified | None
    message: str = ""
    versions: tuple[CitedVersion, ...] = ()

    def as_json(self) -> dict[str, Json]:
        """One line of `lookup --json`."""
        return {
            "url": self.url, "title": self.title, "publisher": self.publisher, "authors": list(self.authors),
            "date_published": self.date_published, "language": self.language, "outcome": self.outcome, "problems": list(self.problems),
            "captures": [c.as_json() for c in self.captures], "claims": [c.as_json() for c in self.claims],
            "status": self.status, "verdict": self.verdict, "origin": None if self.origin is None else self.origin.as_json(),
            "edges": [e.as_json() for e in self.edges], "findings": [f.as_json() for f in self.findings],
            "variants": list(self.variants), "verified": None if self.verified is None else self.verified.as_json(),
            "document_id": self.document_id, "message": self.message, "versions": [v.as_json() for v in self.versions],
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Chain:
    """One work: its origin, the edges of its documents, and what is odd about them. A line of `chains --json`."""

    origin: CitedOrigin | None
    edges: tuple[CitedEdge, ...]
    findings: tuple[CitedFinding, ...]
    title: str | None  # of the origin where it is archived, else of the first document captured

    def as_json(self) -> dict[str, Json]:
        """The keys of design section 9."""
        return {
            "origin": None if self.origin is None else self.origin.as_json(),
            "edges": [e.as_json() for e in self.edges],
            "findings": [f.as_json() for f in self.findings],
        }
