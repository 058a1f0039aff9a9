"""What the archive holds, in figures. Read-only."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, fields

from archiver.manifest.schema import has_log
from archiver.manifest.withdrawals import WITHDRAWN
from archiver.model.citation import WHOSE, Json
from archiver.model.text import counted

#: One query a figure; the names are those of Figures, in its order. Each reads an index, or few rows: the front door asks them all.
_QUERIES = {
    "captures": "select (select count(*) from captures) - (select count(*) from captures where purpose <> 'page')",
    # Documents are of pages. What was not read yet is as its capture says.
    "flagged": "select (select count(*) from documents d cross join captures c on c.document_id = d.id where d.outcome = 'flagged')"
    " + (select count(*) from captures indexed by captures_unconcluded where document_id is null and purpose = 'page' and outcome = 'flagged')",
    "failed": "select count(*) from attempts where outcome = 'failed'",
    "refused": "select count(*) from attempts where outcome = 'refused'",
    "withdrawn": f"select count(*) from captures c where c.payload_sha256 in (select payload_sha256 from withdrawals) and {WITHDRAWN}",  # noqa: S608 - a constant
    "documents": "select count(*) from documents",
    "publishers": "select count(*) from publishers",
    "claims": "select count(*) from claims",
    # Works with an edge: their pages are held together by one, and a page alone has one where its status is what an edge makes it.
    "chains": "select count(*) from (select 1 from lineages group by work_id"
    " having count(*) > 1 or status in ('republication', 'contradicted'))",
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
    withdrawn: int
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


@dataclass(frozen=True, slots=True)
class LogFigures:
    """How far the log is vouched for: its leaves, the newest checkpoint, the newest that is signed, and the last that others have seen
    (sizes, 0 where there is none), with who and when, and what is noted against their word.
    """

    leaves: int
    checkpoint: int
    signed: int
    seen: int
    seen_by: str | None = None
    seen_at: str | None = None
    seen_caveat: str | None = None

    def as_json(self) -> dict[str, Json]:
        """Every figure by its name."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def __str__(self) -> str:
        """For a person, on one line."""
        if not self.leaves:
            return "nothing is stated yet"
        under = f"checkpoint {self.checkpoint}, " + (
            "signed" if self.signed == self.checkpoint else "not signed (archiver key)"
        )
        seen = (
            f"seen by {self.seen_by}{f' ({self.seen_caveat})' if self.seen_caveat else ''} up to {self.seen} on {self.seen_at}"
            if self.seen
            else "seen by nobody else (archiver anchor)"
        )
        return f"{counted(self.leaves, 'statement')}, {under if self.checkpoint else 'no checkpoint yet'}, {seen}"


def log_figures(connection: sqlite3.Connection) -> LogFigures | None:
    """Count; None in a manifest of a schema that has no log."""
    if not has_log(connection):
        return None
    counts = connection.execute(
        "select (select coalesce(max(sequence), 0) from log), coalesce(max(size), 0),"
        " coalesce(max(size) filter (where signers <> '[]'), 0) from checkpoints"
    ).fetchone()
    last = connection.execute(
        "select size, whom, coalesce(said_at, at), case when instr(note, ?) then ? end from anchors"
        " order by size desc, sequence desc limit 1",
        (WHOSE, WHOSE),
    ).fetchone()
    return LogFigures(*counts, *(last or (0,)))


def figures(connection: sqlite3.Connection) -> Figures:
    """Count."""
    known = {name: sql for name, sql in _QUERIES.items() if name != "withdrawn" or has_log(connection)}
    return Figures(**{"withdrawn": 0, **{name: connection.execute(sql).fetchone()[0] for name, sql in known.items()}})
