"""What a manifest says, without the numbers that only it gives: how two of them are compared.

Two manifests are the same where each table here has the same rows. Left out: surrogate keys (ids by which tables refer to each other;
what they refer to stands in their place), how often a reading was begun, and what is not stated in the WARC files (the history of
checks, LEFT_OUT). The index of shared passages cannot be read back; what it holds follows from the texts, and `sampled` counts it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

#: Of each table, what its rows say. `{db}` is the database's name.
ROWS: Mapping[str, str] = {
    "warcs": "select name, committed, sealed, sha256 from {db}.warcs",
    "records": "select * from {db}.records",
    "certificates": "select * from {db}.certificates",
    "conversions": "select * from {db}.conversions",
    "captures": "select sequence, capture_id, asked_url, url, url_key, captured_at, outcome, problems, http_status, media_type,"
    " payload_sha256, payload_length, revisit_of, purpose, source, source_note, robots, statement_id, operator, note, clock_state,"
    " tool, document_id, state, list_problems from {db}.captures",
    "exchanges": "select * from {db}.exchanges",
    "attempts": "select url, url_key, at, outcome, problems, message, final_url, capture_id, purpose, sequence, statement_id from {db}.attempts",
    "events": "select kind, at, outcome, detail, subject, sequence, statement_id from {db}.events where sequence is not null",
    "log": "select * from {db}.log",
    "log_nodes": "select * from {db}.log_nodes",
    "checkpoints": "select * from {db}.checkpoints",
    "keys": "select * from {db}.keys",
    "anchors": "select * from {db}.anchors",
    "readings": "select * from {db}.readings",
    "withdrawals": "select * from {db}.withdrawals",
    "namings": "select * from {db}.namings",
    "decisions": "select * from {db}.decisions",
    "publishers": "select name, kind, owner, source from {db}.publishers",
    "aliases": "select p.name, a.kind, a.alias, a.spelling, a.source from {db}.aliases a join {db}.publishers p on p.id = a.publisher_id",
    "texts": "select payload_sha256, extractor, title, byline, text, words, sampled, record_id from {db}.texts",
    "documents": "select d.id, d.url, d.url_key, d.site, d.media_type, d.title, d.title_key, d.publisher, p.name, d.authors,"
    " d.date_published, d.date_modified, d.language, d.outcome, d.problems, d.is_page, d.read_problems, d.payload_sha256,"
    " d.content_sha256, d.first_captured_at, d.last_captured_at, d.rules, t.payload_sha256, t.extractor, d.linked from {db}.documents d"
    " left join {db}.publishers p on p.id = d.publisher_id left join {db}.texts t on t.id = d.text_id",
    "addresses": "select * from {db}.addresses",
    "signals": "select * from {db}.signals",
    "listed": "select * from {db}.listed",
    "candidates": "select document_id, field, value, source, chosen from {db}.candidates",
    "claims": "select c.document_id, c.position, c.relation, c.publisher, p.name, c.url, c.url_key, c.strength, c.weight, c.boilerplate"
    " from {db}.claims c left join {db}.publishers p on p.id = c.publisher_id",
    "evidence": "select c.document_id, c.position, e.quote, e.prefix, e.suffix, e.start, e.end, e.role, e.rule, e.weight, e.sentence,"
    " e.page from {db}.evidence e join {db}.claims c on c.id = e.claim_id",
    "overlaps": "select * from {db}.overlaps",
    "edges": "select from_document, to_document, to_url, to_publisher, relation, status, confidence, overlap, decision from {db}.edges",
    "edge_claims": "select e.from_document, e.to_document, e.to_url, e.to_publisher, e.relation, c.document_id, c.position"
    " from {db}.edge_claims h join {db}.edges e on e.id = h.edge_id join {db}.claims c on c.id = h.claim_id",
    "findings": "select document_id, code, message from {db}.findings",
    "works": "select * from {db}.works",
    "lineages": "select * from {db}.lineages",
    "boilerplate": "select * from {db}.boilerplate",
    "unresolved": "select * from {db}.unresolved",
}

#: Tables that a rebuild does not restore, and why.
LEFT_OUT: Mapping[str, str] = {
    "pace": "when a host may be asked again: of the moment, and stated nowhere else",
    "runs": "what each run did: the captures and attempts that came of it are stated, and are restored",
    "visits": "the same, address by address",
}


@dataclass(frozen=True, slots=True)
class Difference:
    """A table that two manifests do not agree on: how many rows only the earlier has, and how many only the later."""

    table: str
    gone: int
    new: int


def differences(earlier: Path, later: Path) -> tuple[Difference, ...]:
    """The tables in which two manifests of this program's schema differ; both are opened for reading alone. Raises sqlite3.Error."""
    with closing(sqlite3.connect(_address(earlier), uri=True)) as connection:
        connection.execute("attach ? as later", (_address(later),))
        found = []
        for table, sql in ROWS.items():
            here, there = sql.format(db="main"), sql.format(db="later")
            one = Difference(table, _only(connection, here, there), _only(connection, there, here))
            if one.gone or one.new:
                found.append(one)
        return tuple(found)


def _only(connection: sqlite3.Connection, here: str, there: str) -> int:
    row = connection.execute(f"select count(*) from ({here} except {there})").fetchone()  # noqa: S608 - texts of this module
    return int(row[0])


def _address(path: Path) -> str:
    return f"{path.resolve().as_uri()}?mode=ro"
