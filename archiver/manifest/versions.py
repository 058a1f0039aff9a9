"""Documents as they are compared: one by itself, or the versions of one address in the order of their captures. Read-only.

A version is a stretch of captures in a row that hold the same content: a page that changes and changes back has three. What
was kept in place of the page (an error, a bot check) is none of them. What changed between two is not said here.
"""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from archiver.model.history import CitedText

#: How many versions of an address are read, the newest.
MOST_VERSIONS = 20

_CAPTURES = """
select d.id, d.content_sha256, c.capture_id, c.captured_at from documents d join captures c on c.document_id = d.id
where d.url_key = (select url_key from documents where id = ?) and d.is_page = 1 and c.purpose = 'page'
order by c.captured_at, c.sequence
"""

_SEVERAL = """
select count(distinct d.content_sha256) > 1 from documents d
where d.url_key = (select url_key from documents where id = ?) and d.is_page = 1
and exists (select 1 from captures c where c.document_id = d.id and c.purpose = 'page')
"""

_DOCUMENT = """
select d.*, t.text, t.extractor, c.capture_id, c.captured_at from documents d left join texts t on t.id = d.text_id
join captures c on c.document_id = d.id and c.capture_id = ? where d.id = ?
"""

_NOTES = """
select relation, publisher, url from claims where document_id = ? and relation in
('originally_published_by', 'republished_from', 'syndicated_by', 'translated_from') order by position
"""


@dataclass(slots=True)
class _Run:
    """Captures in a row that hold the same content: the first of them, the time of the last, and how many."""

    document_id: str
    content: str
    capture_id: str
    last: str
    count: int = 1


def several(connection: sqlite3.Connection, document_id: str) -> bool:
    """Whether a document's address has more than one version. Asked of nearly every page, so it loads nothing more."""
    return bool(connection.execute(_SEVERAL, (document_id,)).fetchone()[0])


def one(connection: sqlite3.Connection, document_id: str, capture_id: str) -> CitedText | None:
    """A document as one of its captures has it; None where there is no such."""
    from archiver.model.history import CitedNote, CitedText  # noqa: PLC0415 - a look-up of a page with one version needs none

    cursor = connection.execute(_DOCUMENT, (capture_id, document_id))
    cursor.row_factory = sqlite3.Row
    row = cursor.fetchone()
    if row is None:
        return None
    at = _plain(row["captured_at"])
    return CitedText(
        document_id=document_id, capture_id=capture_id, url=row["url"], sha256=row["payload_sha256"], captured_at=at, last_captured_at=at,
        captures=1, number=1, media_type=row["media_type"], extractor=row["extractor"], title=row["title"],
        authors=tuple(json.loads(row["authors"])), publisher=row["publisher"], date_published=row["date_published"],
        date_modified=row["date_modified"], language=row["language"], outcome=row["outcome"], problems=tuple(json.loads(row["problems"])),
        notes=tuple(CitedNote(*note) for note in connection.execute(_NOTES, (document_id,))), text=row["text"],
    )  # fmt: skip


def history(connection: sqlite3.Connection, document_id: str, most: int = MOST_VERSIONS) -> list[CitedText]:
    """The newest versions of a document's address, in the order of their captures; numbered from the first that there is."""
    runs: list[_Run] = []
    for name, content, capture_id, at in connection.execute(_CAPTURES, (document_id,)):
        if runs and runs[-1].content == content:
            runs[-1].last, runs[-1].count = at, runs[-1].count + 1
        else:
            runs.append(_Run(name, content, capture_id, at))
    found: list[CitedText] = []
    for number, run in list(enumerate(runs, 1))[-most:]:
        text = one(connection, run.document_id, run.capture_id)
        if text is not None:
            found.append(replace(text, last_captured_at=_plain(run.last), captures=run.count, number=number))
    return found


def _plain(at: str) -> str:
    """A time as people write it: without milliseconds where there are none."""
    return at.replace(".000Z", "Z")
