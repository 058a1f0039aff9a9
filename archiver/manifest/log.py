"""The log's rows: the hash of every statement, in sequence; what is kept of the tree over them, and the checkpoints that there are.

    append(connection, statement)          within transaction 1
    behind(connection, limit)              statements without a leaf: of an archive that was made before there was a log
    leaves(connection, begin, end)         their hashes
    nodes, keep_node                       hashes over whole runs of leaves

Does not own: the tree (ledger.merkle), what a checkpoint is worth (ledger), the files.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator

from archiver.manifest.fixity import KnownRecord, location
from archiver.manifest.records import as_json
from archiver.manifest.schema import STATEMENT_TABLES
from archiver.model.date import parse_rfc3339
from archiver.model.digest import Digest
from archiver.model.log import Checkpoint, KeyChange
from archiver.model.statement import Statement

_STATEMENTS = " union all ".join(
    f"select sequence, statement_id from {table} where sequence is not null"  # noqa: S608 - names of ours
    for table in STATEMENT_TABLES
)
_BEHIND = (
    f"select s.sequence, s.statement_id from ({_STATEMENTS}) s left join log l using (sequence)"  # noqa: S608 - the same
    " where s.sequence > ? and l.sequence is null order by s.sequence limit ?"
)
_MOMENT = " union all ".join(
    f"select {'captured_at' if table == 'captures' else 'at'} from {table} where sequence = :sequence"  # noqa: S608 - the same
    for table in STATEMENT_TABLES
)
_INSERT = "insert into log (sequence, leaf, statement_id) values (?, ?, ?)"


def append(connection: sqlite3.Connection, statement: Statement) -> None:
    """The leaf of a statement that has been written."""
    if statement.leaf is None:
        raise ValueError("a statement that has not been written has no leaf")
    connection.execute(_INSERT, (statement.sequence, statement.leaf.hex, statement.statement_id))


def size(connection: sqlite3.Connection) -> int:
    """How many leaves there are, as far as the last one's number says so."""
    return int(connection.execute("select coalesce(max(sequence), 0) from log").fetchone()[0])


def whole(connection: sqlite3.Connection) -> int:
    """How many of the first leaves there are without a gap."""
    sql = "select min(sequence) from log l where not exists (select 1 from log n where n.sequence = l.sequence + 1)"
    known = connection.execute("select 1 from log where sequence = 1").fetchone()
    return 0 if known is None else int(connection.execute(sql).fetchone()[0])


def count(connection: sqlite3.Connection, after: int = 0) -> int:
    """How many leaves there are behind the first `after`, counted; fewer than `size` says where some are missing."""
    return int(connection.execute("select count(*) from log where sequence > ?", (after,)).fetchone()[0])


def behind(connection: sqlite3.Connection, limit: int, after: int = 0) -> list[tuple[int, KnownRecord]]:
    """The next statements behind the one of number `after` that have no leaf: sequence number, and the record."""
    rows = connection.execute(_BEHIND, (after, limit)).fetchall()
    found = ((int(row[0]), location(connection, row[1])) for row in rows)
    return [(sequence, record) for sequence, record in found if record is not None]


def add_leaf(connection: sqlite3.Connection, sequence: int, leaf: Digest, statement_id: str) -> None:
    """The leaf of a statement that was recorded before."""
    connection.execute(_INSERT, (sequence, leaf.hex, statement_id))


def add_lost(connection: sqlite3.Connection, sequence: int, leaf: str) -> None:
    """The leaf, in hex, of a statement that is nowhere; what there is stays."""
    connection.execute("insert or ignore into log (sequence, leaf) values (?, ?)", (sequence, leaf))


def leaves(connection: sqlite3.Connection, begin: int = 0, end: int | None = None) -> Iterator[tuple[int, bytes]]:
    """(index, hash) of the leaves in [begin, end), in order."""
    rows = connection.execute(
        "select sequence - 1, leaf from log where sequence > ? and sequence <= ? order by sequence",
        (begin, end if end is not None else 2**62),
    )
    for index, leaf in rows:
        yield index, bytes.fromhex(leaf)


def statement_ids(connection: sqlite3.Connection, begin: int, end: int) -> Iterator[tuple[int, str | None]]:
    """(index, id of the statement) of the leaves in [begin, end), in order; None for the id of one that is lost."""
    yield from connection.execute(
        "select sequence - 1, statement_id from log where sequence > ? and sequence <= ? order by sequence",
        (begin, end),
    )


def nodes(connection: sqlite3.Connection, level: int, begin: int, end: int) -> Iterator[tuple[int, bytes]]:
    """(position, hash) of those of a level that are kept, from position `begin` to before `end`, in order."""
    rows = connection.execute(
        "select position, hash from log_nodes where level = ? and position >= ? and position < ? order by position",
        (level, begin, end),
    )
    for position, value in rows:
        yield position, bytes.fromhex(value)


def keep_node(connection: sqlite3.Connection, level: int, position: int, value: bytes) -> None:
    """Keep one."""
    connection.execute(
        "insert or ignore into log_nodes (level, position, hash) values (?, ?, ?)", (level, position, value.hex())
    )


def kept_nodes(connection: sqlite3.Connection, level: int) -> int:
    """How many of a level are kept: those of the positions before that number."""
    return int(connection.execute("select count(*) from log_nodes where level = ?", (level,)).fetchone()[0])


def keep_checkpoint(
    connection: sqlite3.Connection, checkpoint: Checkpoint, name: str, signers: tuple[str, ...]
) -> None:
    """The row of a checkpoint whose file is on disk; signers as NAME+ID."""
    connection.execute(
        "insert or replace into checkpoints (size, origin, root, name, signers) values (?, ?, ?, ?, ?)",
        (checkpoint.size, checkpoint.origin, checkpoint.root.hex, name, as_json(signers)),
    )


def checkpoints(connection: sqlite3.Connection) -> list[tuple[Checkpoint, str]]:
    """Every checkpoint that the manifest knows, and its file's name, the smallest first."""
    rows = connection.execute("select origin, size, root, name from checkpoints order by size")
    return [(Checkpoint(row[0], row[1], Digest.from_hex(row[2])), row[3]) for row in rows]


def checkpoint_names(connection: sqlite3.Connection) -> frozenset[str]:
    """What their files are called."""
    return frozenset(row[0] for row in connection.execute("select name from checkpoints"))


def latest_checkpoints(connection: sqlite3.Connection) -> Iterator[tuple[Checkpoint, str, tuple[str, ...]]]:
    """(checkpoint, name of its file, signers as NAME+ID), the largest first; without the rows that cannot be read."""
    rows = connection.execute("select origin, size, root, name, signers from checkpoints order by size desc")
    for origin, size, root, name, signers in rows:
        try:
            known = Checkpoint(origin, size, Digest.from_hex(root)), name, tuple(map(str, json.loads(signers)))
        except (ValueError, TypeError):  # verification says so
            continue
        yield known


def covered(connection: sqlite3.Connection) -> int:
    """The size of the largest checkpoint that the manifest knows."""
    return int(connection.execute("select coalesce(max(size), 0) from checkpoints").fetchone()[0])


def checkpoint_signed(connection: sqlite3.Connection, size: int) -> bool | None:
    """Whether anybody signed the checkpoint of so many leaves; None where there is no row of it."""
    row = connection.execute("select signers <> '[]' from checkpoints where size = ?", (size,)).fetchone()
    return None if row is None else bool(row[0])


def current_key(connection: sqlite3.Connection) -> str | None:
    """The vkey that checkpoints are signed with, by the log's last word about it."""
    row = connection.execute("select key from keys order by sequence desc limit 1").fetchone()
    return None if row is None else str(row[0])


def key_changes(connection: sqlite3.Connection) -> list[tuple[int, KeyChange]]:
    """(sequence number, change) of every key that the log names, the first one first."""
    rows = connection.execute("select sequence, at, key, because, endorsement from keys order by sequence")
    return [(int(row[0]), KeyChange(parse_rfc3339(row[1]), row[2], row[3], row[4])) for row in rows]


def stated_at(connection: sqlite3.Connection, sequence: int) -> str | None:
    """When what the statement of that number speaks of was, RFC 3339; None where there is no row of it."""
    row = connection.execute(_MOMENT, {"sequence": sequence}).fetchone()
    return None if row is None else str(row[0])
