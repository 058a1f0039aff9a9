"""What the chain of an archived page still lacks: the sources that its documents name, archived or not. Read-only, for tracing."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from archiver.model.url import key

#: Titles of one page that are looked for: the chosen one first, then what its markup calls it besides.
MAX_TITLES = 6

#: Documents at an address. One that leads to a front page has not led to the page that was asked for.
_AT = """
select a.document_id, a.kind from addresses a join documents d on d.id = a.document_id
where a.url_key = ? and d.is_page = 1 and (d.url_key = a.url_key or d.url_key not like '%/')
order by case a.kind when 'final' then 0 when 'canonical' then 1 when 'hop' then 2 else 3 end, d.last_captured_at desc, d.id
"""

_FORMS = """
select to_document from edges where from_document = :id and relation in ('variant_of', 'revision_of') and to_document is not null
union select from_document from edges where to_document = :id and relation in ('variant_of', 'revision_of')
"""

_SOURCES = """
select e.id, e.relation, e.to_document, t.url as document_url, e.to_url, e.to_publisher, f.url as named_by from edges e
join documents f on f.id = e.from_document left join documents t on t.id = e.to_document
where e.from_document in (select value from json_each(?)) and e.status <> 'contradicted'
and e.relation in ('republished_from', 'syndicated_by', 'translated_from') order by e.confidence desc, e.id
"""

_LINKS = """
select distinct c.url from edge_claims x join claims c on c.id = x.claim_id where x.edge_id = ? and c.url is not null order by c.url
"""


@dataclass(frozen=True, slots=True)
class Source:
    """What a page names as its source, as resolution has it: an archived document (`archived`, its address in `url`), an address
    that is not archived (`url`), or a publisher alone. `links` are the addresses in the claims that name it.
    """

    named_by: str
    relation: str
    url: str | None
    archived: bool
    publisher: str | None
    links: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Named:
    """What the documents of one page say: their sources, their titles, and the day of the earliest of them."""

    sources: tuple[Source, ...] = ()
    titles: tuple[str, ...] = ()
    day: str | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """A page that is archived; `second_hand`: by third parties alone."""

    title: str | None
    second_hand: bool


def kept_at(connection: sqlite3.Connection, url: str, since: str = "") -> Kept | None:
    """The page at an address, where it is archived with a capture since that time (RFC 3339, to the millisecond)."""
    row = connection.execute(
        "select d.title, (select min(source = 'memento') from captures c where c.document_id = d.id)"  # noqa: S608 - a constant of this module
        f" from ({_AT}) a join documents d on d.id = a.document_id where a.kind <> 'canonical' and d.last_captured_at >= ?",
        (key(url), since),
    ).fetchone()
    return None if row is None else Kept(row[0], bool(row[1]))


def named_at(connection: sqlite3.Connection, url: str) -> Named:
    """What the archived page at an address, in all its forms, names as its sources; those most sure first."""
    rows = connection.execute(_AT, (key(url),)).fetchall()
    forms = [row[0] for row in rows if row[1] == rows[0][1]]
    for name in forms:  # grows as it goes
        forms += [row[0] for row in connection.execute(_FORMS, {"id": name}) if row[0] not in forms]
    wanted = json.dumps(forms)
    sources = tuple(_source(connection, row) for row in connection.execute(_SOURCES, (wanted,)).fetchall())
    days = connection.execute(
        "select min(substr(date_published, 1, 10)) from documents where id in (select value from json_each(?))",
        (wanted,),
    )
    return Named(sources, _titles(connection, forms), days.fetchone()[0])


def _source(connection: sqlite3.Connection, row: Sequence[str | int | None]) -> Source:
    edge, relation, document, document_url, url, publisher, named_by = row
    links = tuple(link[0] for link in connection.execute(_LINKS, (edge,)))
    address = document_url if document is not None else url
    return Source(str(named_by), str(relation), _text(address), document is not None, _text(publisher), links)


def _titles(connection: sqlite3.Connection, documents: Sequence[str]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for sql in (
        "select title from documents where id = ? and title is not null",
        "select value from candidates where document_id = ? and field = 'title' order by chosen desc, id",
    ):
        for document_id in documents:
            found.update(dict.fromkeys(row[0] for row in connection.execute(sql, (document_id,))))
    return tuple(found)[:MAX_TITLES]


def _text(value: str | int | None) -> str | None:
    return None if value is None else str(value)
