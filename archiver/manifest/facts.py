"""What resolution is given: the documents that hang together with one, as Facts, and their overlaps.

Read inside transaction 2, on the writer's connection. Which documents *may* matter to each other is decided here, by
indexes alone; whether they do is resolution's business.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from archiver.model.claim import Claim, Evidence, Relation, Strength
from archiver.model.date import parse_rfc3339
from archiver.model.document import Role
from archiver.model.lineage import Decision, Facts, Overlap, Ruling

#: A component grows no larger than this, the nearest documents first: a boilerplate shared by a whole crawl must not make one
#: capture re-resolve the archive. What was concluded of documents at its border before stays.
MAX_COMPONENT = 400

#: What leads from a document to others that its lineage may depend on; each takes the document's id once.
NEIGHBOURS = (
    "select b from overlaps where a = ?",
    "select a from overlaps where b = ?",
    # the same address: revisions, and what was asked for under another name
    "select o.document_id from addresses mine join addresses o on o.url_key = mine.url_key where mine.document_id = ?",
    # what it says it was taken from
    "select o.document_id from claims c join addresses o on o.url_key = c.url_key where c.document_id = ?"
    " and c.relation in ('originally_published_by', 'republished_from', 'syndicated_by', 'translated_from')",
    # what says it was taken from it
    "select c.document_id from addresses mine join claims c on c.url_key = mine.url_key where mine.document_id = ?"
    " and c.relation in ('originally_published_by', 'republished_from', 'syndicated_by', 'translated_from')",
    # what names the same article, archived or not
    "select c.document_id from claims mine join claims c on c.url_key = mine.url_key where mine.document_id = ?"
    " and mine.relation in ('originally_published_by', 'republished_from', 'syndicated_by', 'translated_from')"
    " and c.relation in ('originally_published_by', 'republished_from', 'syndicated_by', 'translated_from')"
    " and mine.url_key like '//%/_%'",
    # what a person decided of the two
    "select o.document_id from addresses mine join decisions d on d.url_key = mine.url_key join addresses o on o.url_key = d.source_key"
    " where mine.document_id = ?",
    "select o.document_id from addresses mine join decisions d on d.source_key = mine.url_key join addresses o on o.url_key = d.url_key"
    " where mine.document_id = ?",
    # the same headline, unless it is one that many pages bear
    "select o.id from documents mine join documents o on o.title_key = mine.title_key where mine.id = ? and length(mine.title_key) >= 12"
    " and (select count(*) from (select 1 from documents c where c.title_key = mine.title_key limit 26)) <= 25",
)


@dataclass(frozen=True, slots=True)
class Component:
    """The documents that hang together with one, itself first, nearest first; `whole` are those all of whose neighbours are
    among them: what resolution says of the others is not the last word.
    """

    members: tuple[str, ...]
    whole: frozenset[str]


def component(connection: sqlite3.Connection, document_id: str, limit: int = MAX_COMPONENT) -> Component:
    """What hangs together with a document. Captures that are not the page that was asked for hang together with nothing."""
    found = {document_id: None}
    whole: set[str] = set()
    waiting = [document_id]
    for name in waiting:  # grows as it goes: nearest first
        reached = {row[0] for sql in NEIGHBOURS for row in connection.execute(sql, (name,))} - {name}
        rows = connection.execute(
            "select id from documents where id in (select value from json_each(?)) and is_page = 1 order by id",
            (json.dumps(sorted(reached)),),
        )
        pages = [row[0] for row in rows if row[0] not in found]
        if len(found) + len(pages) <= limit:
            whole.add(name)
            found.update(dict.fromkeys(pages))
            waiting += pages
    return Component(tuple(found), frozenset(whole))


def facts_of(connection: sqlite3.Connection, documents: Iterable[str]) -> tuple[Facts, ...]:
    """The facts of these documents; those whose capture is not the page that was asked for are left out."""
    found: list[Facts] = []
    for document_id in documents:
        row = _rows(
            connection,
            "select d.*, t.words from documents d left join texts t on t.id = d.text_id where d.id = ?",
            document_id,
        )[0]
        if not row["is_page"]:
            continue
        keys = connection.execute(
            "select url_key from addresses where document_id = ? order by url_key", (document_id,)
        )
        found.append(
            Facts(
                document_id=document_id, url=row["url"], key=row["url_key"], site=row["site"], title=row["title"], publisher=row["publisher"],
                authors=tuple(json.loads(row["authors"])), published=row["date_published"], captured=row["first_captured_at"],
                media_type=row["media_type"], language=row["language"], words=row["words"] or 0,
                canonical_keys=() if _is_front(row["url_key"]) else tuple(key[0] for key in keys), claims=claims_of(connection, document_id),
                second_hand=_second_hand(connection, document_id), linked=frozenset(json.loads(row["linked"])),
                staff=_staff(connection, document_id),
            )
        )  # fmt: skip
    return tuple(found)


def _is_front(key: str) -> bool:
    """Whether a look-up key is that of a front page. Addresses that lead there are those of pages that are gone: it is none of them."""
    return key.endswith("/")


def _staff(connection: sqlite3.Connection, document_id: str) -> frozenset[str]:
    """Those of a document's authors who wrote another page of its site."""
    rows = connection.execute(
        "select mine.value from candidates mine join documents here on here.id = mine.document_id"
        " where mine.document_id = ? and mine.field = 'authors' and mine.chosen and exists ("
        "select 1 from candidates theirs join documents other on other.id = theirs.document_id"
        " where theirs.value = mine.value and theirs.field = 'authors' and theirs.chosen"
        " and other.site = here.site and other.url_key <> here.url_key)",
        (document_id,),
    )
    return frozenset(row[0] for row in rows)


def _second_hand(connection: sqlite3.Connection, document_id: str) -> bool:
    sql = "select min(source = 'memento') from captures where document_id = ?"
    return bool(connection.execute(sql, (document_id,)).fetchone()[0])


def claims_of(connection: sqlite3.Connection, document_id: str) -> tuple[Claim, ...]:
    """The claims of a document in their order, with all their evidence."""
    claims: list[Claim] = []
    for row in _rows(connection, "select * from claims where document_id = ? order by position", document_id):
        evidence = tuple(
            Evidence(
                e["quote"], Role(e["role"]), e["rule"], e["weight"], e["start"], e["end"], e["prefix"], e["suffix"]
            )
            for e in _rows(connection, "select * from evidence where claim_id = ? order by id", row["id"])
        )
        claims.append(
            Claim(
                Relation(row["relation"]), row["publisher"], row["url"], Strength[row["strength"].upper()], evidence,
                boilerplate=bool(row["boilerplate"]),
            )
        )  # fmt: skip
    return tuple(claims)


def overlaps_among(connection: sqlite3.Connection, documents: Iterable[str]) -> tuple[Overlap, ...]:
    """The measured overlaps of which both sides are among these documents."""
    wanted = json.dumps(list(documents))
    rows = connection.execute(
        "select a, b, containment_a, containment_b, shared, longest from overlaps"
        " where a in (select value from json_each(?)) and b in (select value from json_each(?)) order by a, b",
        (wanted, wanted),
    )
    return tuple(Overlap(*row) for row in rows)


def decisions_about(connection: sqlite3.Connection, documents: Iterable[str]) -> tuple[Decision, ...]:
    """What people decided of these documents, in the order in which it was stated."""
    rows = _rows(
        connection,
        "select * from decisions where url_key in (select url_key from addresses where document_id in (select value from json_each(?)))"
        " order by sequence",
        json.dumps(list(documents)),
    )
    return tuple(
        Decision(
            row["url"], Ruling(row["ruling"]), parse_rfc3339(row["at"]), row["by"], row["because"], row["source_url"], row["publisher"],
            row["sequence"],
        )
        for row in rows
    )  # fmt: skip


def pages_of(connection: sqlite3.Connection, site: str, most: int) -> int:
    """How many pages (addresses) of a site are archived; counted up to `most`."""
    sql = "select count(*) from (select distinct url_key from documents where site = ? and is_page = 1 limit ?)"
    return int(connection.execute(sql, (site, most)).fetchone()[0])


@dataclass(frozen=True, slots=True)
class Repeated:
    """Words that a site's pages say of one target: their key, on how many pages they stand, and whether that is known as much."""

    sentence: str
    words: str
    pages: int
    boilerplate: bool


def repeated(connection: sqlite3.Connection, document_id: str, site: str, most: int) -> list[Repeated]:
    """What may change its standing with this document: its own sentences, and those of its site that are boilerplate now.
    Pages are counted up to `most`.
    """
    rows = connection.execute(
        "select s.sentence, s.words, (select count(*) from (select distinct e.page from evidence e where e.sentence = s.sentence limit ?3)),"
        " exists (select 1 from boilerplate b where b.sentence = s.sentence) from ("
        "select sentence, words from boilerplate where site = ?1 union"
        " select e.sentence, min(e.quote) from claims c join evidence e on e.claim_id = c.id"
        " where c.document_id = ?2 and e.sentence is not null and not exists (select 1 from boilerplate b where b.sentence = e.sentence)"
        " group by e.sentence) s order by s.sentence",
        (site, document_id, most),
    )
    return [Repeated(row[0], row[1], row[2], bool(row[3])) for row in rows]


def _rows(connection: sqlite3.Connection, sql: str, *parameters: object) -> list[sqlite3.Row]:
    cursor = connection.execute(sql, parameters)
    cursor.row_factory = sqlite3.Row
    return cursor.fetchall()
