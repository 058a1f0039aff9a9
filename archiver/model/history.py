"""The versions of a page, and how one text differs from another: what `diff` and a look-up of a changed page answer with.

Values alone; who compares is provenance.align and provenance.versions. Apart from model.citation because a look-up of a page
with one version needs none of them, and making a class costs a start more than reading a row does.
"""

from __future__ import annotations

from dataclasses import dataclass

from archiver.model.citation import CitedFinding, Json


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
