"""What the archive holds, in figures. Read-only."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, fields

from archiver.model.citation import Json

#: One query a figure; the names are those of Figures, in its order.
_QUERIES = {
    "captures": "select count(*) from captures where purpose = 'page'",
    "flagged": "select count(*) from captures c left join documents d on d.id = c.document_id"
    " where c.purpose = 'page' and coalesce(d.outcome, c.outcome) = 'flagged'",
    "failed": "select count(*) from attempts where outcome = 'failed'",
    "refused": "select count(*) from attempts where outcome = 'refused'",
    "documents": "select count(*) from documents",
    "publishers": "select count(*) from publishers",
    "claims": "select count(*) from claims",
    "chains": "select count(distinct l.work_id) from lineages l join edges e on e.from_document = l.document_id",
    "contradictions": "select count(distinct document_id) from findings where code = 'conflicting-origin'",
    "warc_files": "select count(*) from warcs",
    "warc_bytes": "select coalesce(sum(committed), 0) from warcs",
    "first_capture": "select min(captured_at) from captures where purpose = 'page'",
    "last_capture": "select max(captured_at) from captures where purpose = 'page'",
}


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts of rows, bytes on disk, and the times of the first and the last capture."""

    captures: int
    flagged: int
    failed: int
    refused: int
    documents: int
    publishers: int
    claims: int
    chains: int
    contradictions: int
    warc_files: int
    warc_bytes: int
    first_capture: str | None
    last_capture: str | None

    def as_json(self) -> dict[str, Json]:
        """Every figure by its name."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def lines(self) -> Iterator[tuple[str, str]]:
        """Label and value, for people."""
        for field in fields(self):
            value = getattr(self, field.name)
            yield (
                field.name.replace("_", " ").replace("warc", "WARC"),
                f"{value:,}" if isinstance(value, int) else value or "none",
            )


def figures(connection: sqlite3.Connection) -> Figures:
    """Count."""
    return Figures(**{name: connection.execute(sql).fetchone()[0] for name, sql in _QUERIES.items()})
