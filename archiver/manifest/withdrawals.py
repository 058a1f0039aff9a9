"""What was withdrawn: which captures a withdrawal is of, which records hold what they say, and how far it is carried out.

    withdrawn(connection, capture_id)          whether a capture may be shown, and why not: whoever shows one asks this
    again(connection, capture_id)              the same, said of one that has just come
    affected, holders, loose_texts             of a withdrawal that is to be: the captures, and the records that hold their bytes
    due, put, documents, applied               of one that is stated: what is left to do, and that it is done
    redraw                                     the rows of one that is stated, for whoever compares the manifest with the statements

A withdrawal is of the capture that it names and of all before it with the same payload: that of a revisit is another's. An empty
payload is nobody else's. What came after it with that payload is kept, and not shown either (WITHDRAWN); its bytes are there, whatever
was removed before (REMOVED). Where records were removed, their rows are those of the records that stand in their place.

Does not own: those records (warc.withdrawn), the order of the steps (withdrawing, removal), what is concluded afterwards (conclude).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from archiver.manifest.schema import has_log
from archiver.model.citation import CitedWithdrawal

if TYPE_CHECKING:  # a look-up asks what is withdrawn, and needs no nouns of what withdraws
    from archiver.model.capture import RecordLocation, StoredRecord
    from archiver.model.event import Withdrawal

#: Whether the capture `c` holds what the withdrawal `w` withdrew, and whether `w` is of it: it is of what came before.
_HOLDS = "w.payload_sha256 = c.payload_sha256 and (c.payload_length > 0 or w.capture_id = c.capture_id)"
_IS_OF = f"{_HOLDS} and w.sequence > c.sequence"

#: Whether the capture `c` is not to be shown: a condition for a query.
WITHDRAWN = f"exists (select 1 from withdrawals w where {_HOLDS})"  # noqa: S608 - of constants of this module
#: Whether what `c` holds is gone, or is to go: nothing that comes now may refer to it. Another such condition.
REMOVED = f"exists (select 1 from withdrawals w where {_IS_OF} and w.removed)"  # noqa: S608 - the same
#: The documents that are not to be found by what they say: a query. From the few withdrawals to their captures, never the other way.
HIDDEN = f"select c.document_id from withdrawals w cross join captures c on {_HOLDS} where c.document_id is not null"  # noqa: S608 - the same

_WITHDRAWN = f"""
select w.at, w.by, w.because, w.removed and w.sequence > c.sequence from captures c join withdrawals w on {_HOLDS}
where c.capture_id = ? order by 4 desc, w.sequence > c.sequence desc, w.sequence desc limit 1
"""  # noqa: S608 - the same

_SAME = """
(c.payload_length > 0 and c.payload_sha256 = (select payload_sha256 from captures where capture_id = :capture) or c.capture_id = :capture)
"""

_AFFECTED = f"""
select c.capture_id, c.url, c.captured_at, c.purpose from captures c where {_SAME} order by c.captured_at, c.sequence
"""  # noqa: S608 - the same

_AT = """
select distinct c.capture_id, c.url, c.captured_at, c.purpose from captures c left join exchanges x on x.sequence = c.sequence
where c.url_key = ?1 or x.url_key = ?1 order by c.captured_at, c.sequence
"""

#: Answers that hold the payload, and the texts that were drawn from it. What was removed is a metadata record.
_HOLDERS = """
select r.record_id, r.kind, r.warc, r.offset, r.length, r.stored_sha256 from records r
where r.kind in ('response', 'resource') and r.record_id in (
    select x.record_id from exchanges x join captures c on c.capture_id = :capture
    where x.record_id = :capture or (c.payload_length > 0 and x.payload_sha256 = c.payload_sha256)
) or r.kind = 'conversion' and r.record_id in (
    select t.record_id from conversions t join captures c using (payload_sha256) where c.capture_id = :capture and c.payload_length > 0
)
order by r.warc, r.offset
"""

_LOOSE_TEXTS = """
select record_id, kind, warc, offset, length, stored_sha256 from records
where kind = 'conversion' and record_id not in (select record_id from conversions) order by warc, offset
"""

#: The documents with a payload, the first capture of each that is withdrawn with it, and the first that came after.
_DOCUMENTS = f"""
select c.document_id, min(c.sequence), (select min(l.sequence) from captures l where l.document_id = c.document_id and l.sequence > w.sequence)
from withdrawals w join captures c on {_IS_OF} where w.sequence = ? and c.purpose = 'page' and c.document_id is not null
group by c.document_id order by 2
"""  # noqa: S608 - the same

_LISTS = f"""
select distinct a.url_key, a.purpose from withdrawals w join captures c on {_IS_OF} join attempts a on a.capture_id = c.capture_id
where w.sequence = ? and c.purpose in ('feed', 'sitemap')
"""  # noqa: S608 - the same


@dataclass(frozen=True, slots=True)
class Affected:
    """A capture that a withdrawal is of, or that an address has."""

    capture_id: str
    url: str
    captured_at: str
    purpose: str


def withdrawn(connection: sqlite3.Connection, capture_id: str) -> CitedWithdrawal | None:
    """Why a capture is not to be shown; None where it may be. Of a manifest that is one schema back it always may."""
    if not any_withdrawn(connection):
        return None
    row = connection.execute(_WITHDRAWN, (capture_id,)).fetchone()
    return None if row is None else CitedWithdrawal(row[0].replace(".000Z", "Z"), row[1], row[2], bool(row[3]))


def again(connection: sqlite3.Connection, capture_id: str) -> list[str]:
    """What is to be said of a capture of bytes that were withdrawn before it came; of all others nothing."""
    why = withdrawn(connection, capture_id)
    return [] if why is None else [f"these bytes were withdrawn on {why.at[:10]} by {why.by}: kept, and not shown"]


def any_withdrawn(connection: sqlite3.Connection) -> bool:
    """Whether anything is; of a manifest that is one schema back nothing can be."""
    return has_log(connection) and connection.execute("select 1 from withdrawals limit 1").fetchone() is not None


# ── a withdrawal that is to be ──


def affected(connection: sqlite3.Connection, capture_id: str) -> list[Affected]:
    """The captures that are withdrawn with this one now, itself among them, the oldest first; none where there is no such capture."""
    return [Affected(*row) for row in connection.execute(_AFFECTED, {"capture": capture_id})]


def at_address(connection: sqlite3.Connection, url_key: str) -> list[Affected]:
    """The captures that came from an address, or through it, the oldest first."""
    return [Affected(*row) for row in connection.execute(_AT, (url_key,))]


def holders(connection: sqlite3.Connection, capture_id: str) -> list[StoredRecord]:
    """The records that hold what this capture says: the payload, and texts that were drawn from it. None where they were removed."""
    return [_record(row) for row in connection.execute(_HOLDERS, {"capture": capture_id})]


def loose_texts(connection: sqlite3.Connection) -> list[StoredRecord]:
    """Texts that came in with other people's files: only they say of what they are."""
    return [_record(row) for row in connection.execute(_LOOSE_TEXTS)]


def _record(row: sqlite3.Row | tuple[str, str, str, int, int, str]) -> StoredRecord:
    from archiver.model.capture import RecordLocation, StoredRecord  # noqa: PLC0415 - for writing alone
    from archiver.model.digest import Digest  # noqa: PLC0415 - the same

    return StoredRecord(row[0], row[1], RecordLocation(row[2], row[3], row[4], Digest.from_hex(row[5])))


# ── one that is stated ──


def due(connection: sqlite3.Connection) -> list[tuple[str, RecordLocation]]:
    """The statements of withdrawals that remove something and are not carried out: id and place, in sequence."""
    rows = connection.execute(
        "select r.record_id, r.kind, r.warc, r.offset, r.length, r.stored_sha256 from withdrawals w"
        " join records r on r.record_id = w.statement_id where w.removed and not w.applied order by w.sequence"
    )
    return [(row[0], _record(row).location) for row in rows]


def put(connection: sqlite3.Connection, withdrawal: Withdrawal, done: Collection[StoredRecord]) -> None:
    """The rows of those of its records that stand in the place of others now; no text is in the files any more that one of them was."""
    from archiver.manifest.records import add_record  # noqa: PLC0415 - for writing alone

    for one in done:
        add_record(connection, one)  # where no statement named what was there, only this one does
        connection.execute(
            "update records set kind = ?, stored_sha256 = ? where record_id = ?",
            (one.kind, one.location.stored.hex, one.record_id),
        )
        connection.execute("update texts set record_id = null where record_id = ?", (one.record_id,))
        connection.execute("delete from conversions where record_id = ?", (one.record_id,))
    left = {one.location.warc for one in withdrawal.replaced if one not in done}
    for seal in (one for one in withdrawal.files if one.warc not in left):
        connection.execute("update warcs set sha256 = ? where name = ? and sealed", (seal.digest.hex, seal.warc))


def redraw(scratch: sqlite3.Connection, connection: sqlite3.Connection, sequence: int, withdrawal: Withdrawal) -> None:
    """The rows of a withdrawal in a `scratch` manifest that is drawn from the statements, as far as it is carried out in the real one:
    wholly, or of the records whose rows say so already.
    """
    row = connection.execute("select applied from withdrawals where sequence = ?", (sequence,)).fetchone()
    done = [
        one for one in withdrawal.replaced
        if (row is not None and row[0]) or _stored(connection, one.record_id) == one.location.stored.hex
    ]  # fmt: skip
    put(scratch, withdrawal, done)


def _stored(connection: sqlite3.Connection, record_id: str) -> str | None:
    row = connection.execute("select stored_sha256 from records where record_id = ?", (record_id,)).fetchone()
    return None if row is None else str(row[0])


def documents(connection: sqlite3.Connection, sequence: int) -> list[tuple[str, int, int | None]]:
    """The documents that a withdrawal is of, each with the number of its first capture that is withdrawn, and of its first after that."""
    return [(row[0], row[1], row[2]) for row in connection.execute(_DOCUMENTS, (sequence,)).fetchall()]


def reopen_lists(connection: sqlite3.Connection, sequence: int) -> list[int]:
    """What feeds and sitemaps named of which a capture is withdrawn is forgotten. Their captures, by number, which are to be read anew."""
    found: list[int] = []
    for url_key, purpose in connection.execute(_LISTS, (sequence,)).fetchall():
        connection.execute("delete from listed where listing_key = ?", (url_key,))
        rows = connection.execute(
            "update captures set list_problems = null where list_problems is not null and capture_id in"
            " (select capture_id from attempts where url_key = ? and purpose = ?) returning sequence",
            (url_key, purpose),
        )
        found += [row[0] for row in rows.fetchall()]
    return sorted(found)


def is_removed(connection: sqlite3.Connection, capture_id: str) -> bool:
    """Whether the record is gone that held what this capture says."""
    row = connection.execute(
        "select r.kind from captures c join records r on r.record_id = coalesce(c.revisit_of, c.capture_id) where c.capture_id = ?",
        (capture_id,),
    ).fetchone()
    return row is not None and row[0] == "metadata"


def statement_at(connection: sqlite3.Connection, sequence: int) -> tuple[str, RecordLocation]:
    """The statement of a capture: id and place."""
    row = connection.execute(
        "select r.record_id, r.kind, r.warc, r.offset, r.length, r.stored_sha256 from captures c"
        " join records r on r.record_id = c.statement_id where c.sequence = ?",
        (sequence,),
    ).fetchone()
    return row[0], _record(row).location


def applied(connection: sqlite3.Connection, sequence: int) -> None:
    """Files and conclusions are as a withdrawal says."""
    connection.execute("update withdrawals set applied = 1 where sequence = ?", (sequence,))
