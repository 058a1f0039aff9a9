"""What the count of independent sources is drawn from: a list of addresses in, a Question out. Read-only, in a few queries.

The rule itself is provenance.independence.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable

from archiver.manifest import facts, lookup
from archiver.model.independence import Known, Question
from archiver.model.lineage import Edge, EdgeRelation, EdgeStatus, Origin

_WORKS = """
select d.id, d.url, d.publisher, d.date_published, l.status, l.origin_document, l.origin_url, l.origin_publisher, l.origin_date,
       l.origin_captured
from documents d left join lineages l on l.document_id = d.id
where d.id in (select value from json_each(:asked)) or l.work_id in (
    select work_id from lineages where document_id in (select value from json_each(:asked)))
order by d.id
"""

_EDGES = """
select id, from_document, to_document, to_url, to_publisher, relation, status, confidence, overlap from edges
where relation <> 'cites' and from_document in (select value from json_each(?)) order by id
"""

_QUOTES = """
select c.edge_id, v.quote from edge_claims c join evidence v on v.claim_id = c.claim_id
where c.edge_id in (select value from json_each(?)) order by v.weight desc, v.id
"""


def question(connection: sqlite3.Connection, addresses: Iterable[str]) -> Question:
    """The archived ones of these addresses with the works that they belong to, and why the others are not archived."""
    asked: list[tuple[str, str]] = []
    missing: list[tuple[str, str]] = []
    for address in addresses:
        documents = lookup.by_url(connection, address)
        page = next((name for name in documents if _is_page(connection, name)), None)
        if page is not None:
            asked.append((address, page))
        else:
            missing.append((address, _why(connection, address, documents)))
    rows = connection.execute(_WORKS, {"asked": json.dumps([name for _, name in asked])}).fetchall()
    members = [row["id"] for row in rows]
    edges = {row["id"]: _edge(row) for row in connection.execute(_EDGES, (json.dumps(members),)).fetchall()}
    quotes: dict[Edge, tuple[str, ...]] = {}
    for edge_id, quote in connection.execute(_QUOTES, (json.dumps(list(edges)),)):
        quotes[edges[edge_id]] = (*quotes.get(edges[edge_id], ()), quote)
    return Question(
        asked=tuple(asked),
        missing=tuple(missing),
        known=tuple(_known(row) for row in rows),
        edges=tuple(edges.values()),
        overlaps=facts.overlaps_among(connection, members),
        apart=_apart(connection),
        quotes=quotes,
    )


def _is_page(connection: sqlite3.Connection, document_id: str) -> bool:
    row = connection.execute("select is_page from documents where id = ?", (document_id,)).fetchone()
    return bool(row["is_page"])


def _why(connection: sqlite3.Connection, address: str, documents: list[str]) -> str:
    """Why nothing that could be counted is archived at an address, in words and problem codes."""
    if documents:
        row = connection.execute("select outcome, problems from documents where id = ?", (documents[0],)).fetchone()
        return f"kept, and not the page: {', '.join(json.loads(row['problems']))}"
    attempt = lookup.attempts(connection, address)
    if attempt is None:
        return "never asked for"
    if attempt.captures:
        return "captured, and not read yet"
    return f"{attempt.outcome}: {', '.join(attempt.problems)}"


def _known(row: sqlite3.Row) -> Known:
    origin = None
    if row["origin_captured"] is not None:
        origin = Origin(
            row["origin_document"], row["origin_url"], row["origin_publisher"], row["origin_date"], captured=bool(row["origin_captured"])
        )  # fmt: skip
    status = row["status"] or "undecided"
    return Known(row["id"], row["url"], row["publisher"], row["date_published"], status, origin)


def _edge(row: sqlite3.Row) -> Edge:
    return Edge(
        from_document=row["from_document"], to_document=row["to_document"], to_url=row["to_url"], to_publisher=row["to_publisher"],
        relation=EdgeRelation(row["relation"]), status=EdgeStatus(row["status"]), confidence=row["confidence"], overlap=row["overlap"],
    )  # fmt: skip


def _apart(connection: sqlite3.Connection) -> frozenset[frozenset[str]]:
    """The pairs of documents that a person keeps apart: of what was decided of two addresses the last word counts."""
    if not connection.execute("select 1 from sqlite_master where name = 'decisions'").fetchone():  # schema 2 lacks it
        return frozenset()
    last: dict[frozenset[str], str] = {}
    for row in connection.execute(
        "select url_key, source_key, ruling from decisions where source_key is not null order by sequence"
    ):
        last[frozenset((row["url_key"], row["source_key"]))] = row["ruling"]
    pairs = [json.dumps(sorted(keys)) for keys, ruling in last.items() if ruling == "unrelated"]
    found = connection.execute(
        "select a.document_id, b.document_id from json_each(?) w"
        " join addresses a on a.url_key = json_extract(w.value, '$[0]') join addresses b on b.url_key = json_extract(w.value, '$[1]')",
        (json.dumps(pairs),),
    )
    return frozenset(frozenset(row) for row in found if row[0] != row[1])
