"""What a reader of one format found on a page, before anything is chosen: the one thing that signals, pdf and text hand to metadata."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from archiver.model import url as urls
from archiver.model.document import Block, Candidate, Role

_HEAD_SIZE = 220  # a line longer than this is no byline and no date line


@dataclass(slots=True)
class Said:
    """What a reader found, each list best first. `authors` and `raw` strings are as the page gives them."""

    url: str
    language: str | None
    blocks: tuple[Block, ...]
    titles: list[Candidate] = field(default_factory=list)
    publishers: list[Candidate] = field(default_factory=list)
    weak_publishers: list[Candidate] = field(default_factory=list)
    authors: list[Candidate] = field(default_factory=list)
    published: list[Candidate] = field(default_factory=list)
    vague_published: list[Candidate] = field(default_factory=list)
    late_published: list[Candidate] = field(default_factory=list)
    modified: list[Candidate] = field(default_factory=list)

    @property
    def host(self) -> str:
        """The host that served it."""
        return urls.host(self.url) if self.url else ""

    def lines(self, *roles: Role, limit: int = _HEAD_SIZE) -> Iterator[Block]:
        """The short blocks of these roles."""
        return (block for block in self.blocks if block.role in roles and len(block.text) <= limit)
