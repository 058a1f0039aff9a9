"""What a visit came to: the result of a capture, beside what was known of its address before.

    visited(item, result, connection) -> Visited

The comparison itself is provenance.versions', as `archiver diff` has it. Writes nothing.
"""

from __future__ import annotations

import sqlite3
from datetime import datetime

from archiver.jobs.agenda import Item
from archiver.manifest import versions
from archiver.manifest.agenda import document_of, payload_before
from archiver.model.history import CitedVersion
from archiver.model.run import Change, Visited
from archiver.model.state import State
from archiver.model.watch import Role
from archiver.pipeline import Result
from archiver.provenance.versions import OTHER_RULES, timeline


def visited(item: Item, result: Result, connection: sqlite3.Connection, now: datetime) -> Visited:
    """What came of an address that was due. `now` is the time of what left nothing to keep."""
    entry, capture = item.entry, result.capture
    change, version = _change(item, result, connection)
    return Visited(
        job=entry.job.name, role=entry.role, url=entry.url, due_at=item.due.at, why=item.due.why,
        at=now if capture is None else capture.final.captured_at, outcome=result.outcome, problems=result.problems, state=result.state,
        was=item.state, change=change, changes=version.changes if version else (), body=version.body if version else None,
        final_url=result.final_url, title=result.title, message=result.message,
        capture_id=None if capture is None else capture.capture_id, sequence=result.sequence,
    )  # fmt: skip


def _change(item: Item, result: Result, connection: sqlite3.Connection) -> tuple[Change | None, CitedVersion | None]:
    """What the capture brought; of a page that changed, the version with its changes."""
    capture = result.capture
    if capture is None or result.state is not State.THERE:
        return None, None
    if capture.unchanged:
        return Change.NOT_MODIFIED, None
    before = payload_before(connection, item.entry.address, capture.sequence)
    if before is None:
        return Change.FIRST, None
    if before == capture.final.payload:
        return Change.SAME_BYTES, None
    if item.entry.role in (Role.FEED, Role.SITEMAP):  # what they list is told by what becomes of it
        return None, None
    version = _version(connection, capture.sequence)
    return (Change.SAME_TEXT, None) if version is None else (Change.CHANGED, version)


def _version(connection: sqlite3.Connection, sequence: int) -> CitedVersion | None:
    """The page as it is now, with what changed; None where nothing did that is read, or where all that may differ is our own reading."""
    document_id = document_of(connection, sequence)
    if document_id is None:
        return None
    compared = timeline(versions.history(connection, document_id, 2))
    if len(compared) < 2 or compared[-1].captures > 1:
        return None
    last = compared[-1]
    return last if last.changes or (last.body_changed and last.caveat != OTHER_RULES) else None
