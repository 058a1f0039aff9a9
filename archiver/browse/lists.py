"""Rows of any list as a bibliography: the documents that they name, each once, in their order.

    can_list(table, columns)        whether such rows can name a document
    documents(connection, rows)     the IDs of those that they name
    written(connection, rows, ...)  the bibliography
    arguments(table, ...)           what a list of ours is best asked for with

A row names a document by its ID, else by a capture, a digest or an address, as its columns are called: stored queries and SQL of one's
own are lists like any table. Where a row names several (an edge), it is the one that the row is of.

Does not own: the formats (export.cite), and what of a withdrawn page they say; which rows a list has.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from archiver.browse.cells import DIGEST_OF, DOCUMENT_ID, UUID, Row, valued
from archiver.browse.tables import Table
from archiver.export.cite import FORMATS, Format
from archiver.manifest import lookup

#: The formats of lists, by the ending of an address.
ENDINGS: Mapping[str, Format] = {"bib": FORMATS[".bib"], "ris": FORMATS[".ris"], "csl": FORMATS[".csl.json"]}

#: Rows that are read, and so the documents of a list at most.
MOST = 1_000

#: Tables whose own `id` is that of a document; elsewhere it is a number.
_OF_DOCUMENTS = frozenset({"documents", "works"})


@dataclass(frozen=True, slots=True)
class Bibliography:
    """What is sent, of how many documents; `whole` where no row was left out."""

    text: str
    documents: int
    whole: bool


def _by_id(connection: sqlite3.Connection, value: str) -> list[str]:
    found = (
        connection.execute("select id from documents where id = ?", (value,)).fetchone()
        if DOCUMENT_ID.fullmatch(value)
        else None
    )
    return [] if found is None else [str(found[0])]


def _by_capture(connection: sqlite3.Connection, value: str) -> list[str]:
    if not UUID.fullmatch(value):
        return []
    rows = connection.execute(
        "select document_id from captures where capture_id = ? and document_id is not null", (value,)
    )
    return [str(row[0]) for row in rows]


def _by_digest(connection: sqlite3.Connection, value: str) -> list[str]:
    return lookup.by_digest(connection, value) if DIGEST_OF.fullmatch(value) else []


#: How a row names its document, by the names of its columns, the surest first.
_WAYS: tuple[tuple[str, Callable[[sqlite3.Connection, str], list[str]]], ...] = (
    *((name, _by_id) for name in ("document", "document_id", "from_document", "origin_document", "a", "id")),
    *((name, _by_capture) for name in ("capture_id", "capture")),
    *((name, _by_digest) for name in ("payload_sha256", "content_sha256", "sha256")),
    *((name, lookup.by_url) for name in ("url", "from_url", "asked_url", "origin_url")),
)


def can_list(table: str | None, columns: Collection[str]) -> bool:
    """Whether rows with these columns can name a document."""
    return any(name in columns for name, _ in _WAYS if name != "id" or table is None or table in _OF_DOCUMENTS)


def documents(connection: sqlite3.Connection, rows: Iterable[Row]) -> list[str]:
    """The documents that rows name, each once, in their order."""
    return list(dict.fromkeys(found for row in rows if (found := _named(connection, row)) is not None))


def _named(connection: sqlite3.Connection, row: Row) -> str | None:
    values = ((look, valued(row, name)) for name, look in _WAYS)
    return next(_found(connection, values), None)


def _found(
    connection: sqlite3.Connection, values: Iterable[tuple[Callable[[sqlite3.Connection, str], list[str]], object]]
) -> Iterator[str]:
    for look, value in values:
        if isinstance(value, str) and value:
            yield from look(connection, value)


def written(connection: sqlite3.Connection, rows: Iterable[Row], ending: str) -> Bibliography:
    """The bibliography of the first MOST rows."""
    rows = iter(rows)
    named = documents(connection, islice(rows, MOST))
    whole = next(rows, None) is None
    return Bibliography(ENDINGS[ending].write(lookup.citations(connection, named)), len(named), whole)


def arguments(table: Table, ending: str, said: Collection[str]) -> Iterator[tuple[str, str]]:
    """What a page of one of our tables, or another form of it, is best asked for with (Datasette's own arguments): facets are chosen
    (tables), so none are looked for; what takes long to count is not; a bibliography is of as many rows as there may be.
    """
    listed = ending in ENDINGS
    yield "_nosuggest", "1"
    if table.uncounted or listed:
        yield "_nocount", "1"
    if listed:
        yield from (("_nofacet", "1"), ("_size", "max"))
    # Links on the page repeat its arguments; one to all columns leaves these out, and `_nosuggest` tells it from a first visit.
    if not ending and not {"_nosuggest", "_nocol"} & set(said):
        yield from (("_col", column) for column in table.first)
