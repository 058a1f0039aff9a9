"""Words in, passages out: full-text search over titles, bylines and main texts.

The query language of FTS5 is not exposed: a person's words are always words. As a phrase first, then all of them anywhere. What is
withdrawn is not found: whoever may ask for words, one after the other, has the text.

The work is bounded, whatever the archive's size: words that stand in more than MOST_RANKED texts say little of any of them, and are not
weighed. Whether a phrase stands in any text has to be looked up in all that have its words: 1 µs for each of them.
"""

from __future__ import annotations

import json
import re
import sqlite3
from dataclasses import dataclass

from archiver.manifest.withdrawals import HIDDEN, any_withdrawn

#: Texts that are ranked by how often, and where, they hold the words.
MOST_RANKED = 2000

#: The texts with the words, no more than so many, and the best documents among them; `several`: how many texts there were.
_RANKED = """
with found as materialized (
    select rowid as text_id, bm25(texts_fts, 8.0, 4.0, 1.0) as score from texts_fts where texts_fts match ? limit ?
)
select d.id, d.text_id, (select count(*) from found) as several from found f join documents d on d.text_id = f.text_id
where true {shown} order by f.score, d.first_captured_at, d.id limit ?
"""

#: The first documents of the index that have the words in title or byline, then the first that have them anywhere.
_FIRST = """
select d.id, d.text_id from (
    select rowid, min(place) as place from (
        select * from (select rowid, 0 as place from texts_fts where texts_fts match ? limit ?)
        union all select * from (select rowid, 1 as place from texts_fts where texts_fts match ? limit ?)
    ) group by rowid
) f join documents d on d.text_id = f.rowid where true {shown} order by f.place, f.rowid, d.id limit ?
"""

_PASSAGES = """
select d.id, d.url, d.title, d.publisher, d.date_published, snippet(texts_fts, -1, ?, ?, '…', 24) as passage
from texts_fts f join documents d on d.text_id = f.rowid
where texts_fts match ? and f.rowid in (select value from json_each(?)) and d.id in (select value from json_each(?))
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
    """The documents that hold these words, best first: as a phrase, else all of the words. No words, no hits.

    Of words that more than MOST_RANKED texts hold: those first that hold them in title or byline, then any, in the order of their reading.
    """
    tokens = re.findall(r"\w+", words)
    if not tokens:
        return []
    phrase = f'"{" ".join(tokens)}"'
    everywhere = " ".join(f'"{token}"' for token in tokens)
    for query in dict.fromkeys((phrase, everywhere)):
        if best := _best(connection, query, limit):
            texts, documents = json.dumps([row[1] for row in best]), json.dumps([row[0] for row in best])
            rows = connection.execute(_PASSAGES, (mark_open, mark_close, query, texts, documents))
            found = {row[0]: Hit(*row) for row in rows}
            return [found[row[0]] for row in best]
    return []


def _best(connection: sqlite3.Connection, query: str, limit: int) -> list[tuple[str, int]]:
    """The best documents for a query of FTS5, with their texts."""
    shown = f"and d.id not in ({HIDDEN})" if any_withdrawn(connection) else ""
    rows = connection.execute(_RANKED.format(shown=shown), (query, MOST_RANKED + 1, limit)).fetchall()
    if rows and rows[0][2] > MOST_RANKED:
        told = (f"{{title byline}} : ({query})", MOST_RANKED, query, MOST_RANKED, limit)
        rows = connection.execute(_FIRST.format(shown=shown), told).fetchall()
    return [(row[0], row[1]) for row in rows]
