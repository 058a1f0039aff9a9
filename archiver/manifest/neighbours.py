"""What a document's page tells of others: which of the addresses that it names are archived, and which must not be quoted. Read-only.

is_known(connection, document_id)     whether there is such a document
documents_at(connection, urls)        address -> the document that stands there now, where there is one
unquotable(connection, urls)          those of them of which a page is withdrawn
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable

from archiver.manifest.withdrawals import HIDDEN, any_withdrawn
from archiver.model.url import key

#: The document of an address that a reader wants: kept clean before flagged, the newest last, so that it wins.
_AT = """
select url_key, id from documents where url_key in (select value from json_each(?))
order by outcome = 'flagged' desc, last_captured_at, id
"""

_HIDDEN_AT = f"select url_key from documents where url_key in (select value from json_each(?)) and id in ({HIDDEN})"  # noqa: S608 - of constants


def is_known(connection: sqlite3.Connection, document_id: str) -> bool:
    """Whether there is a document with this ID."""
    return connection.execute("select 1 from documents where id = ?", (document_id,)).fetchone() is not None


def documents_at(connection: sqlite3.Connection, urls: Iterable[str]) -> dict[str, str]:
    """The documents at these addresses, by the keys of the addresses (model.url.key): one each, and none where none is archived."""
    return {row[0]: row[1] for row in connection.execute(_AT, (_keys(urls),))}


def unquotable(connection: sqlite3.Connection, urls: Iterable[str]) -> frozenset[str]:
    """The keys of those addresses of which any document is withdrawn: what is said of them keeps its words to itself."""
    if not any_withdrawn(connection):
        return frozenset()
    return frozenset(row[0] for row in connection.execute(_HIDDEN_AT, (_keys(urls),)))


def _keys(urls: Iterable[str]) -> str:
    return json.dumps(sorted({key(url) for url in urls}))
