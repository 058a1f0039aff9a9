"""What an administrator asks of a manifest: its schema, what is left to do in it, the newest capture. Read-only."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Health:
    """The schema's number; the time of the newest capture that was made here, RFC 3339; captured pages of which nothing is concluded
    yet; the WARC file that is not full, and how many bytes of it are known.
    """

    schema: int
    newest: str | None
    unconcluded: int
    open_file: str | None = None
    open_end: int | None = None


def health(connection: sqlite3.Connection) -> Health:
    """Ask. What others captured (imports, copies in public archives) has other clocks' times, and is not the newest."""
    opened = connection.execute(
        "select name, committed from warcs where not sealed order by name desc limit 1"
    ).fetchone()
    return Health(
        connection.execute("pragma user_version").fetchone()[0],
        connection.execute("select max(captured_at) from captures where source = 'fetch'").fetchone()[0],
        connection.execute("select count(*) from captures where document_id is null and purpose = 'page'").fetchone()[
            0
        ],
        *(opened or ()),
    )
