"""Rows of pacing: what is known of each host, for all processes that ask it, and from one run to the next.

The caller holds the archive's write lock. No WARC file says any of this, and a rebuild does not restore it. What the
rows mean is fetch.pace's.
"""

from __future__ import annotations

import sqlite3
from datetime import datetime, timedelta

from archiver.model.date import parse_rfc3339, stamp
from archiver.model.pace import HostPace

#: How long a row is kept that keeps nobody waiting any more: of a host that answered, and of one that failed.
KEPT, FAILED_KEPT = timedelta(minutes=1), timedelta(days=7)


def of(connection: sqlite3.Connection, host: str) -> HostPace | None:
    """What is known of a host."""
    row = connection.execute(
        "select at, next_at, asking, failures, problem, retry_after, retry_url from pace where host = ?", (host,)
    ).fetchone()
    if row is None:
        return None
    return HostPace(parse_rfc3339(row[0]), parse_rfc3339(row[1]), bool(row[2]), row[3], row[4], row[5], row[6])


def keep(connection: sqlite3.Connection, host: str, known: HostPace) -> None:
    """Note it."""
    connection.execute(
        "replace into pace (host, at, next_at, asking, failures, problem, retry_after, retry_url) values (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            host, stamp(known.at), stamp(known.next_at), known.asking, known.failures, known.problem, known.retry_after,
            known.retry_url,
        ),
    )  # fmt: skip


def prune(connection: sqlite3.Connection, now: datetime) -> None:
    """Forget the hosts of which nothing needs to be known any more."""
    connection.execute(
        "delete from pace where next_at < iif(failures, ?, ?)", (stamp(now - FAILED_KEPT), stamp(now - KEPT))
    )
