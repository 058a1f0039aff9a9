"""How many independent sources a set of addresses comes down to: what the question is asked of, and what answers it.

The rule itself is provenance.independence; what is read for it, manifest.independence.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from archiver.model.lineage import Edge, Origin, Overlap


class Standing(StrEnum):
    """How well it is known where a group of addresses began."""

    ARCHIVED = "archived"  # with a page that is in the archive
    NAMED = "named"  # with a page or an agency's text that is named, and not in the archive
    SAME_TEXT = "same-text"  # they hold one text, and nothing decides who had it first
    CONTRADICTED = "contradicted"  # its pages name a source that the archive speaks against; counted as its own
    UNDECIDED = "undecided"  # nothing says where it began, or more than one origin is named; counted as its own


@dataclass(frozen=True, slots=True)
class Known:
    """What is concluded of one document: its `status` as in a look-up, and the end of its path, None where that is not decided."""

    document_id: str
    url: str
    publisher: str | None
    published: str | None
    status: str
    origin: Origin | None


@dataclass(frozen=True, slots=True)
class Question:
    """The addresses asked about and the works that they belong to.

    `asked` are the archived addresses with their documents, in the order of the list; `missing` the others, with why.
    `known` holds every document of those works, `edges` what relates them, `overlaps` what was measured among them, and
    `apart` the pairs of document IDs that a person keeps apart. `quotes` are the words that hold an edge, strongest first.
    """

    asked: tuple[tuple[str, str], ...]
    missing: tuple[tuple[str, str], ...]
    known: tuple[Known, ...]
    edges: tuple[Edge, ...]
    overlaps: tuple[Overlap, ...] = ()
    apart: frozenset[frozenset[str]] = frozenset()
    quotes: Mapping[Edge, tuple[str, ...]] | None = None


@dataclass(frozen=True, slots=True)
class Member:
    """An address in a group, and what holds it there: that its text began here, an edge, shared text.

    An edge to a publisher's name and shared text come together; nothing comes where it stands alone and nothing decides.
    """

    address: str
    document_id: str
    is_origin: bool = False
    edge: Edge | None = None
    overlap: Overlap | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Addresses that are one source between them. `origin` is None where it is not decided."""

    origin: Origin | None
    standing: Standing
    members: tuple[Member, ...]
