"""Words in, passages out: full-text search over titles, bylines and main texts.

The query language of FTS5 is not exposed: a person's words are always words. As a phrase first, then all of them anywhere. What is
withdrawn is not found: whoever may ask for words, one after the other, has the text.
"""

from __future__ import annotations

import re
import sqlite3
from dataclasses import dataclass

from archiver.manifest.withdrawals import HIDDEN, any_withdrawn

_SEARCH = """
select d.id, d.url, d.title, d.publisher, d.date_published, snippet(texts_fts, -1, ?, ?, '…', 24) as passage
from texts_fts f join documents d on d.text_id = f.rowid
where texts_fts match ? {shown} order by bm25(texts_fts, 8.0, 4.0, 1.0), d.first_captured_at, d.id limit ?
"""


@dataclass(frozen=True, slots=True)
class Hit:
    """A document that holds the words, with the passage; the words stand between `mark_open` and `mark_close`."""

    document_id: str
    url: str
    title: str | None
    publisher: str | None
    date_published: str | None
    passage: str


def search(
    connection: sqlite3.Connection, words: str, limit: int = 20, mark_open: str = "", mark_close: str = ""
) -> list[Hit]:
    """The documents that hold these words, best first: as a phrase, else all of the words. No words, no hits."""
    tokens = re.findall(r"\w+", words)
    if not tokens:
        return []
    phrase = f'"{" ".join(tokens)}"'
    everywhere = " ".join(f'"{token}"' for token in tokens)
    sql = _SEARCH.format(shown=f"and d.id not in ({HIDDEN})" if any_withdrawn(connection) else "")
    for query in dict.fromkeys((phrase, everywhere)):
        rows = connection.execute(sql, (mark_open, mark_close, query, limit)).fetchall()
        if rows:
            return [Hit(*row) for row in rows]
    return []
