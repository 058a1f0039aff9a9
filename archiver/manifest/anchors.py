"""Who else has seen the log: the rows of what is stated of it, and of what was tried in vain. Read-only.

    anchors(connection)              every one that is stated, in order
    last(connection, kind, whom)     the newest of one
    news(connection, anchor)         how many statements came since that say more than who has seen the log
    waiting(connection, whoms)       who of these was asked in vain since they last saw it, since when, and why

What was tried in vain is an event (PENDING) and stated nowhere: a rebuild does not restore it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from archiver.manifest.log import size
from archiver.model.date import parse_rfc3339
from archiver.model.digest import Digest
from archiver.model.event import Event
from archiver.model.log import Anchor

_KIND, _PENDING = "timestamping", "pending"
_ANCHOR = "select sequence, kind, whom, at, size, root, name, sha256, said_at, note from anchors"
_WAITING = """
    with vain as (
        select e.id, e.subject as whom, e.at, e.detail from events e
        where e.kind = ? and e.outcome = ? and e.subject is not null and e.sequence is null
        and e.at > coalesce((select max(a.at) from anchors a where a.whom = e.subject), '')
    ), newest as (select whom, min(at) as since, max(id) as id from vain group by whom)
    select n.whom, n.since, v.at, v.detail from newest n join vain v on v.id = n.id order by n.whom
"""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Who was asked in vain: since when, when last that was worth a note, and why."""

    whom: str
    since: datetime
    last: datetime
    why: str


def pending(whom: str, at: datetime, why: str) -> Event:
    """That somebody was asked in vain."""
    return Event(_KIND, at, _PENDING, why, whom)


def anchors(connection: sqlite3.Connection) -> list[tuple[int, Anchor]]:
    """Each with its sequence number. Raises ValueError for a row that cannot be."""
    return [(sequence, at(connection, sequence)) for sequence in numbers(connection)]


def numbers(connection: sqlite3.Connection) -> list[int]:
    """Their sequence numbers."""
    return [row[0] for row in connection.execute("select sequence from anchors order by sequence")]


def names(connection: sqlite3.Connection) -> set[str]:
    """The files that they name."""
    return {row[0] for row in connection.execute("select name from anchors")}


def at(connection: sqlite3.Connection, sequence: int) -> Anchor:
    """The one of that number, which there is. Raises ValueError for a row that cannot be."""
    return _anchor(connection.execute(f"{_ANCHOR} where sequence = ?", (sequence,)).fetchone())


def last(connection: sqlite3.Connection, kind: str, whom: str) -> Anchor | None:
    """The newest of that kind by them."""
    row = connection.execute(
        f"{_ANCHOR} where kind = ? and whom = ? order by sequence desc limit 1", (kind, whom)
    ).fetchone()
    return None if row is None else _anchor(row)


def news(connection: sqlite3.Connection, anchor: Anchor) -> int:
    """Statements behind those that they saw, without those of anchors."""
    own = connection.execute("select count(*) from anchors where sequence > ?", (anchor.size,)).fetchone()[0]
    return size(connection) - anchor.size - int(own)


def waiting(connection: sqlite3.Connection, whoms: Collection[str] | None = None) -> list[Waiting]:
    """By name; of those who are given, where some are: whoever is not asked any more keeps nobody waiting."""
    rows = connection.execute(_WAITING, (_KIND, _PENDING))
    found = [row for row in rows if whoms is None or row[0] in whoms]
    return [Waiting(row[0], parse_rfc3339(row[1]), parse_rfc3339(row[2]), row[3]) for row in found]


def _anchor(row: tuple[str, ...]) -> Anchor:
    _, kind, whom, at, covered, root, name, digest, said_at, note = row
    said = parse_rfc3339(said_at) if said_at else None
    return Anchor(
        kind, whom, parse_rfc3339(at), int(covered), Digest.from_hex(root), name, Digest.from_hex(digest), said, note
    )
