"""What a look-up answers with: one document with its captures, claims, edges and verdict, as the archive has them.

These values are the API: `as_json` gives the keys that README documents, which never change meaning. No SQL and no
printing here; exporters take a Citation and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # nearly all pages have one version: a look-up loads the others' nouns where there are any
    from archiver.model.history import CitedVersion

#: What `json.dumps` takes.
Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]


@dataclass(frozen=True, slots=True)
class CitedWithdrawal:
    """Why a capture is not shown any more: when, by whose word and because of what it was withdrawn; whether its bytes are gone."""

    at: str
    by: str
    because: str
    removed: bool

    def __str__(self) -> str:
        """For people."""
        how = "withdrawn, and its bytes removed," if self.removed else "withdrawn"
        return f"{how} on {self.at[:10]} by {self.by}, because: {self.because}"

    def as_json(self) -> dict[str, Json]:
        """All of it."""
        return {"at": self.at, "by": self.by, "because": self.because, "removed": self.removed}


#: What is said of a timestamp that was taken where nobody was trusted with the time.
WHOSE = "whose certificate it is was not checked"


@dataclass(frozen=True, slots=True)
class Seen:
    """Somebody else has seen a checkpoint that covers a capture: what kind of witness, who, and when (by their word, else by ours);
    `caveat`: what the archive notes against their word, or "".
    """

    kind: str
    whom: str
    at: str
    caveat: str = ""

    def __str__(self) -> str:
        """For a person."""
        return f"seen by {self.whom}{f' ({self.caveat})' if self.caveat else ''} on {self.at}"


@dataclass(frozen=True, slots=True)
class Logged:
    """The place of a capture's statement in the log, counted from 1, and the sizes of the first checkpoint that covers it and of the
    first signed one. None where there is none yet.
    """

    entry: int
    checkpoint: int | None
    signed: int | None
    seen: tuple[Seen, ...] = ()

    def as_json(self) -> dict[str, Json]:
        """`captures[].logged`."""
        seen: list[Json] = [
            {"kind": one.kind, "whom": one.whom, "at": one.at, "caveat": one.caveat or None} for one in self.seen
        ]
        return {"entry": self.entry, "checkpoint": self.checkpoint, "signed": self.signed, "seen": seen}

    def __str__(self) -> str:
        """For a person, on one line."""
        if self.checkpoint is None:
            return f"entry {self.entry}, which no checkpoint covers yet"
        signed = (
            f"signed checkpoint {self.signed}" if self.signed else f"checkpoint {self.checkpoint}, which nobody signed"
        )
        seen = "".join(f"; {one}" for one in self.seen)
        return f"entry {self.entry}, under {signed}{seen}"


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
    withdrawn: CitedWithdrawal | None = None
    logged: Logged | None = None

    @property
    def unchanged(self) -> bool:
        """Whether no bytes came: the server said that those of an earlier capture still hold."""
        return self.http_status == 304 and self.revisit_of is not None

    def as_json(self) -> dict[str, Json]:
        """The keys of design section 9, and what stands beside them."""
        return {
            "capture_id": self.capture_id, "captured_at": self.captured_at, "sha256": self.sha256, "warc": self.warc,
            "offset": self.offset, "length": self.length, "http_status": self.http_status, "revisit_of": self.revisit_of,
            "asked_url": self.asked_url, "url": self.url, "outcome": self.outcome, "problems": list(self.problems),
            "peer": self.peer, "tls": self.tls, "source": self.source, "source_note": self.source_note,
            "withdrawn": None if self.withdrawn is None else self.withdrawn.as_json(),
            "logged": None if self.logged is None else self.logged.as_json(),
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
class CitedSignal:
    """By what a document was told to be something else than the page: see model.document.Signal."""

    code: str
    name: str
    quote: str

    def as_json(self) -> dict[str, Json]:
        """All of it."""
        return {"code": self.code, "name": self.name, "quote": self.quote}


@dataclass(frozen=True, slots=True)
class CitedState:
    """What the page's address is to whoever asks for it (model.state), from when on, and when it was asked for last."""

    state: str
    since: str
    asked: str

    def __str__(self) -> str:
        """For people."""
        return f"{self.state} since {self.since[:10]}, asked for last on {self.asked[:10]}"

    def as_json(self) -> dict[str, Json]:
        """All of it."""
        return {"state": self.state, "since": self.since, "asked": self.asked}


@dataclass(frozen=True, slots=True)
class CitedListing:
    """A feed or sitemap that named the page: since when, its title and day there (of the last change where `changed`), and where the
    list says that it has the page from. `capture_id` is the capture of the list that says so.
    """

    listing: str
    since: str
    title: str
    date: str | None
    changed: bool
    source_url: str | None
    source_title: str | None
    capture_id: str

    def as_json(self) -> dict[str, Json]:
        """All of it."""
        return {
            "listing": self.listing, "since": self.since, "title": self.title, "date": self.date, "changed": self.changed,
            "source_url": self.source_url, "source_title": self.source_title, "capture_id": self.capture_id,
        }  # fmt: skip


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
    listed: tuple[CitedListing, ...] = ()
    state: CitedState | None = None
    signals: tuple[CitedSignal, ...] = ()

    @property
    def withdrawn(self) -> CitedWithdrawal | None:
        """Why the document is not shown any more: none of its captures may be."""
        return self.captures[0].withdrawn if all(one.withdrawn for one in self.captures) and self.captures else None

    @property
    def lost(self) -> CitedState | None:
        """The state of its address, where the page is not there any more, or not to be had."""
        return self.state if self.state is not None and self.state.state != "there" else None

    def told_by(self, code: str) -> CitedSignal | None:
        """The first signal of a problem code."""
        return next((one for one in self.signals if one.code == code), None)

    def as_json(self) -> dict[str, Json]:
        """One line of `lookup --json`."""
        return {
            "url": self.url, "title": self.title, "publisher": self.publisher, "authors": list(self.authors),
            "date_published": self.date_published, "language": self.language, "outcome": self.outcome, "problems": list(self.problems),
            "state": self.state.as_json() if self.state else None,
            "signals": [s.as_json() for s in self.signals],
            "captures": [c.as_json() for c in self.captures], "claims": [c.as_json() for c in self.claims],
            "status": self.status, "verdict": self.verdict, "origin": None if self.origin is None else self.origin.as_json(),
            "edges": [e.as_json() for e in self.edges], "findings": [f.as_json() for f in self.findings],
            "variants": list(self.variants), "verified": None if self.verified is None else self.verified.as_json(),
            "document_id": self.document_id, "message": self.message, "versions": [v.as_json() for v in self.versions],
            "listed": [one.as_json() for one in self.listed],
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
