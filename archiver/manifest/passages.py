"""The index of shared passages: which texts have some of the same sampled hashes, and what those texts are.

Read inside transaction 2, on the writer's connection. What the hashes are, and which of the texts found are worth a
comparison, is provenance.overlap's; filling the index is conclusions'.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable

from archiver.model.lineage import Shared

#: The texts that have one hash, the first in the index first; never more of them than asked for, however many there are.
_HOLDERS = "select rowid from shingles where shingles match ? order by rowid limit ?"

#: Claims of where a text came from that give the address of a page, and not only a site's front page.
_UPSTREAM = (
    "c.relation in ('originally_published_by', 'republished_from', 'syndicated_by', 'translated_from')"
    " and c.url_key like '//%/_%'"
)

#: The texts of the pages that a document names as its source, and of those that name it.
_NAMED = f"""
select d.text_id from claims c join addresses a on a.url_key = c.url_key join documents d on d.id = a.document_id
where c.document_id = ?1 and {_UPSTREAM} and d.text_id is not null
union
select d.text_id from addresses a join claims c on c.url_key = a.url_key join documents d on d.id = c.document_id
where a.document_id = ?1 and {_UPSTREAM} and d.text_id is not null
order by 1 limit ?2
"""  # noqa: S608 - words of this module


def sharing(connection: sqlite3.Connection, sampled: Iterable[int], stop: int) -> list[Shared]:
    """The texts that share any of these hashes, in the order of the index.

    The work for a hash is bounded, whatever the archive's size: one that stands in more than `stop` texts is common, and
    leads to the first `stop` of them only. A text that shares nothing but one common hash is left out.
    """
    rare, common = Counter[int](), Counter[int]()
    for one in sorted(sampled):
        holders = [row[0] for row in connection.execute(_HOLDERS, (f'"{one:016x}"', stop + 1))]
        (rare if len(holders) <= stop else common).update(holders[:stop])
    found = rare.keys() | {text for text, count in common.items() if count > 1}
    rows = connection.execute(
        "select id, sampled from texts where id in (select value from json_each(?)) order by id",
        (json.dumps(sorted(found)),),
    )
    return [Shared(text, rare[text], common[text], count) for text, count in rows]


def named(connection: sqlite3.Connection, document_id: str, most: int) -> list[int]:
    """The texts that a document's own words, or another's, relate to it; no more than so many, the first in the index first.

    What a page says of its source is held against the source's text: that must not hang on a sample of hashes.
    """
    return [row[0] for row in connection.execute(_NAMED, (document_id, most))]


def texts_of(connection: sqlite3.Connection, text_ids: Iterable[int]) -> list[tuple[str, str]]:
    """(document id, text) of the documents that have these texts."""
    rows = connection.execute(
        "select d.id, t.text from json_each(?) w join texts t on t.id = w.value join documents d on d.text_id = t.id",
        (json.dumps(list(text_ids)),),
    )
    return [(row[0], row[1]) for row in rows]


#: Pages of an index that one step of tidying writes.
_PAGES = 200


def tidy(connection: sqlite3.Connection) -> bool:
    """Merge some of what was added to the indexes of texts: whoever reads them then looks in fewer places. Whether there may be more."""
    worked = False
    for table in ("shingles", "texts_fts"):
        before = connection.total_changes
        connection.execute(f"insert into {table} ({table}, rank) values ('merge', ?)", (_PAGES,))  # noqa: S608 - two names
        worked |= connection.total_changes - before >= 2  # as FTS5 says whether there was anything to do
    return worked
