"""Documents that were read by other rules than the current ones, or of which nothing states what they were read as, and what each of
them says. Read-only, for reading them again.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from typing import NamedTuple

from archiver.manifest.schema import has_log
from archiver.model.capture import RecordLocation
from archiver.model.digest import Digest

#: Whether it is stated what a document was read as, by the rules that it was last read by.
_STATED = "exists (select 1 from readings g where g.document_id = d.id and g.rules = d.rules)"

#: The first capture of each document that was read by such rules: reading it again is what a rebuild would do.
_FIRST = f"""
select c.sequence, c.document_id, c.statement_id, r.warc, r.offset, r.length, r.stored_sha256
from captures c join documents d on d.id = c.document_id join records r on r.record_id = c.statement_id
where c.sequence > ? and json_array(d.media_type, d.rules, {_STATED}) in (select value from json_each(?))
and not exists (select 1 from captures e where e.document_id = c.document_id and e.sequence < c.sequence)
order by c.sequence limit ?
"""  # noqa: S608 - of a constant

_CLAIMS = """
select relation, publisher, url, strength, boilerplate, (select json_group_array(quote) from evidence where claim_id = claims.id)
from claims where document_id = ? order by position
"""


class Rules(NamedTuple):
    """A media type, the rules by which documents of it were read, and whether what they were read as is stated in the log."""

    media_type: str
    rules: str
    stated: bool


@dataclass(frozen=True, slots=True)
class First:
    """The first capture of a document, and where its statement lies."""

    sequence: int
    document_id: str
    statement_id: str
    statement: RecordLocation


@dataclass(frozen=True, slots=True)
class Said:
    """What is concluded of a document, as far as two readings of it are compared."""

    outcome: str
    problems: str
    claims: str
    text: str | None
    rest: str

    def changes(self, later: Said) -> list[str]:
        """In what a later reading says something else: names of the fields."""
        return [one.name for one in fields(self) if getattr(self, one.name) != getattr(later, one.name)]


def outdated(connection: sqlite3.Connection, current: Callable[[str], str]) -> dict[Rules, int]:
    """How many documents were read by rules that are not the `current` ones of their media type, or before that was stated."""
    stated = _STATED if has_log(connection) else "0"
    sql = f"select d.media_type, d.rules, {stated}, count(*) from documents d group by 1, 2, 3"  # noqa: S608 - of a constant
    found = {Rules(row[0], row[1], bool(row[2])): int(row[3]) for row in connection.execute(sql)}
    return {by: count for by, count in found.items() if not by.stated or by.rules != current(by.media_type)}


def firsts(connection: sqlite3.Connection, by: Iterable[Rules], after: int, limit: int) -> list[First]:
    """The first captures of the documents that were read by these rules, in sequence, behind `after`."""
    pairs = json.dumps([_pair(one) for one in by])
    rows = connection.execute(_FIRST, (after, pairs, limit)).fetchall()
    return [
        First(row[0], row[1], row[2], RecordLocation(row[3], row[4], row[5], Digest.from_hex(row[6]))) for row in rows
    ]


def said(connection: sqlite3.Connection, document_id: str) -> Said:
    """What is concluded of a document now."""
    row = connection.execute(
        "select d.outcome, d.problems, t.text, d.title, d.publisher, d.authors, d.date_published, d.date_modified, d.language"
        " from documents d left join texts t on t.id = d.text_id where d.id = ?",
        (document_id,),
    ).fetchone()
    claims = [tuple(claim) for claim in connection.execute(_CLAIMS, (document_id,))]
    return Said(row[0], row[1], json.dumps(claims), row[2], json.dumps(tuple(row)[3:]))


def _pair(one: Rules) -> str:
    """As SQLite's json_array writes it."""
    return json.dumps((one.media_type, one.rules, int(one.stated)), ensure_ascii=False, separators=(",", ":"))
