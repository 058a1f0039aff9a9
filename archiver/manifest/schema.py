"""The tables of manifest.db, by migrations (migrations/*.sql), and how a database is recognised as ours.

Evidence tables (EVIDENCE_TABLES) are copies of what the WARC files state; the others are conclusions and can be emptied and
drawn again, but for a few that no rebuild restores (dump.LEFT_OUT). Names are plain words, tables STRICT, times RFC 3339 text, digests hex.

Does not own: what is written when (store), what is read how (lookup).
"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from importlib.resources.abc import Traversable

    from sqlite_utils import Database

#: "arcv": what `PRAGMA application_id` says of a manifest of ours.
APPLICATION_ID = 0x61726376

#: The number of the newest migration below; `PRAGMA user_version` of a database that has them all.
VERSION = 9

#: A look-up reads a manifest one schema back; 9 added nothing but indexes, so that is 7.
OLDEST_READABLE = 7

#: What copies the WARC files and those of checkpoints; every other table holds conclusions.
EVIDENCE_TABLES = frozenset(
    {
        *("warcs", "records", "certificates", "captures", "exchanges", "conversions"),
        *("attempts", "events", "namings", "decisions", "readings", "withdrawals"),
        *("log", "keys", "anchors", "checkpoints"),
    }
)

#: The tables with a row for each statement: their sequence numbers are one sequence.
STATEMENT_TABLES = (
    *("captures", "attempts", "events", "namings", "decisions"),
    *("readings", "withdrawals", "keys", "anchors"),
)

#: The schema with which the log came.
LOG_SINCE = 8


def has_log(connection: sqlite3.Connection) -> bool:
    """Whether this manifest is of a schema that has one: a look-up reads one that has none."""
    return int(connection.execute("pragma user_version").fetchone()[0]) >= LOG_SINCE


def migrate(db: Database) -> None:
    """Bring a database that we have open for writing to VERSION. Each migration is one transaction."""
    from sqlite_utils.migrations import Migrations  # noqa: PLC0415 - for writing alone: see the package's docstring

    migrations = Migrations("archiver")
    for number, file in enumerate(scripts(), 1):
        migrations(name=file.name.removesuffix(".sql"))(_applying(file, number))
    if migrations.pending(db):
        migrations.apply(db)


def scripts() -> list[Traversable]:
    """The migrations in order: one file of SQL each, VERSION of them."""
    from importlib import resources  # noqa: PLC0415 - the same

    folder = resources.files(__package__).joinpath("migrations")
    return sorted((file for file in folder.iterdir() if file.name.endswith(".sql")), key=lambda file: file.name)


def _applying(file: Traversable, number: int) -> Callable[[Database], None]:
    def apply(db: Database) -> None:
        for statement in _statements(file.read_text("utf-8")):
            db.execute(statement)
        db.execute(f"pragma user_version = {number}")

    return apply


def _statements(script: str) -> list[str]:
    """The single statements of a script; a trigger's body stays whole."""
    statements: list[str] = []
    pending = ""
    for line in script.splitlines(keepends=True):
        pending += line
        if sqlite3.complete_statement(pending):
            statements.append(pending.strip())
            pending = ""
    return statements
