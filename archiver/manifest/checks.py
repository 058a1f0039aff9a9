"""The history of checks, in `events`: of the whole archive (without a subject), and of each WARC file that was read.

    note(manifest, checks)       in one transaction
    last_reads(connection)       when each file was last read whole and found right, and at which level

Nothing states them, so no rebuild restores them but from the manifest before. Of a file's good ends only the last of each level is
kept: a nightly check would fill the manifest with them. Bad ends stay.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from datetime import datetime

from archiver.manifest.store import Manifest
from archiver.model.date import parse_rfc3339, stamp
from archiver.model.event import Event

KIND, OK = "fixity-check", "ok"


def note(manifest: Manifest, checks: Iterable[Event]) -> None:
    """Keep these. The one of the whole comes last: it is the one that is asked for."""
    with manifest.together():
        for one in checks:
            if one.subject is not None and one.outcome == OK:
                manifest.connection.execute(
                    "delete from events where kind = ? and subject = ? and detail = ? and outcome = ? and sequence is null and at <= ?",
                    (KIND, one.subject, one.detail, OK, stamp(one.at)),
                )
            manifest.note_event(one)


def last_reads(connection: sqlite3.Connection) -> Mapping[str, Mapping[str, datetime]]:
    """By file and level."""
    rows = connection.execute(
        "select subject, detail, max(at) from events where kind = ? and subject is not null and outcome = ? group by subject, detail",
        (KIND, OK),
    )
    found: dict[str, dict[str, datetime]] = {}
    for name, level, at in rows:
        found.setdefault(name, {})[level] = parse_rfc3339(at)
    return found
