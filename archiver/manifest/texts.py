"""The main texts' rows and their indexes: for words (texts_fts, by triggers) and for shared passages (shingles).

Written, as Conclusions.texts, inside transaction 2. What a text is indexed by is given; which texts share passages is passages'.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection

from archiver.manifest.records import insert
from archiver.model.digest import Digest
from archiver.model.document import Document
from archiver.model.event import Reading


class TextRows:
    """The texts that were drawn from payloads, one for each extractor. Made by Conclusions alone."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def drawn(self, payload: Digest, extractor: str) -> tuple[int, str] | None:
        """The text that this extractor drew from this payload, if it did: its id, and the text."""
        row = self._connection.execute(
            "select id, text from texts where payload_sha256 = ? and extractor = ?", (payload.hex, extractor)
        ).fetchone()
        return None if row is None else (int(row[0]), str(row[1]))

    def was_read_as(self, reading: Reading) -> bool:
        """Whether the last that is stated of what this document was read as is this."""
        row = self._connection.execute(
            "select rules, claims_sha256, text_sha256 from readings where document_id = ? order by sequence desc limit 1",
            (reading.document_id,),
        ).fetchone()
        text = None if reading.text is None else reading.text.hex
        return row is not None and tuple(row) == (reading.rules, reading.claims_digest.hex, text)

    def conversions(self, payload: Digest, extractor: str) -> list[str]:
        """The records that hold a text of this payload by this extractor, as far as they are known; concluded from or not."""
        rows = self._connection.execute(
            "select record_id from conversions where payload_sha256 = ? and extractor = ? order by record_id",
            (payload.hex, extractor),
        )
        return [row[0] for row in rows]

    def keep(
        self, payload: Digest, document: Document, words: int, sampled: Collection[int], record_id: str | None
    ) -> int:
        """The main text, indexed for its words and by `sampled` (64-bit hashes of its passages), and the record that holds
        it, where one does. Its id.
        """
        row = insert(self._connection, "texts", {
            "payload_sha256": payload.hex, "extractor": document.extractor, "title": document.title.value,
            "byline": ", ".join(document.authors), "text": document.text, "words": words, "sampled": len(sampled),
            "record_id": record_id,
        })  # fmt: skip
        self._connection.execute("insert into shingles (rowid, hashes) values (?, ?)", (row, _hashes(sampled)))
        return row

    def of(self, document_id: str) -> tuple[int, str] | None:
        """The text that a document has now: its id, and the text."""
        row = self._connection.execute(
            "select t.id, t.text from documents d join texts t on t.id = d.text_id where d.id = ?", (document_id,)
        ).fetchone()
        return None if row is None else (row[0], row[1])

    def forget(self, text_id: int, sampled: Collection[int]) -> None:
        """A text that is no document's any more goes, out of its indexes too; `sampled` is what it was indexed by."""
        if self._connection.execute("select 1 from documents where text_id = ? limit 1", (text_id,)).fetchone():
            return
        self._connection.execute(
            "insert into shingles (shingles, rowid, hashes) values ('delete', ?, ?)", (text_id, _hashes(sampled))
        )
        self._connection.execute("delete from texts where id = ?", (text_id,))


def _hashes(sampled: Collection[int]) -> str:
    return " ".join(f"{one:016x}" for one in sorted(sampled))
