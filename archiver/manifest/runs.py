"""Rows of runs: when each began and ended, what was due, and what came of each address.

The caller holds the archive's write lock for what writes. Nothing here is stated in the WARC files, and a rebuild does not restore it:
the captures and attempts that a run made are, and are restored.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from archiver.manifest.records import insert
from archiver.model.date import parse_rfc3339, rfc3339, stamp
from archiver.model.run import Change, Ending, Report, Visited
from archiver.model.url import key

#: The schema with which runs came.
SINCE = 7

#: For so long it is kept what became of each address in a run. The runs themselves stay, and so do all captures and attempts.
#: And no more than so many visits, those of the last runs.
KEPT, MOST_KEPT = timedelta(days=90), 1_000_000

_FORGET = """
delete from visits where run_id <= (
    select max(id) from (select id, sum(captured + flagged + failed + refused) over (order by id desc) as visits from runs)
    where visits > ?
)
"""


@dataclass(frozen=True, slots=True)
class Last:
    """The run before: when it began, and how it ended (None: it was killed, or is at work)."""

    started: datetime
    ending: Ending | None

    def __str__(self) -> str:
        """For people."""
        how = "it is at work, or was killed" if self.ending is None else self.ending.replace("-", " ")
        return f"{rfc3339(self.started.replace(microsecond=0))}: {how}"


def begin(connection: sqlite3.Connection, jobs: Iterable[str], now: datetime, process: int) -> int:
    """A run begins: its number. No other one is at work, so one without an ending was killed. What became of addresses long ago is
    forgotten.
    """
    connection.execute("update runs set outcome = ? where outcome is null", (Ending.KILLED,))
    connection.execute(
        "delete from visits where run_id in (select id from runs where started_at < ?)", (stamp(now - KEPT),)
    )
    connection.execute(_FORGET, (MOST_KEPT,))
    row = {"started_at": stamp(now), "jobs": json.dumps(list(jobs), ensure_ascii=False), "process": process}
    return insert(connection, "runs", row)


def add(connection: sqlite3.Connection, number: int, position: int, visits: Iterable[Visited]) -> None:
    """What came of addresses that were due, the first of them at `position`."""
    for place, one in enumerate(visits, position):
        insert(connection, "visits", {
            "run_id": number, "position": place, "job": one.job, "role": one.role, "url": one.url, "url_key": key(one.url),
            "due_at": stamp(one.due_at), "why": one.why, "at": stamp(one.at), "outcome": one.outcome,
            "problems": json.dumps(one.problems), "state": one.state, "was": one.was, "change": one.change,
            "changes": json.dumps([change.as_json() for change in one.changes], ensure_ascii=False),
            "words_added": one.body and one.body.added + one.body.replacing,
            "words_removed": one.body and one.body.cut + one.body.replaced, "sequence": one.sequence,
        })  # fmt: skip


def update(connection: sqlite3.Connection, report: Report) -> None:
    """How far a run has come, or how it ended."""
    count = report.total
    connection.execute(
        "update runs set ended_at = ?, outcome = ?, hosts = ?, due = ?, captured = ?, flagged = ?, failed = ?, refused = ?, put_off = ?,"
        " left_over = ?, new = ?, changed = ?, warc_bytes = ?, message = ? where id = ?",
        (
            report.ended and stamp(report.ended), report.ending, report.hosts, count.due,
            *(count.outcomes[name] for name in ("captured", "flagged", "failed", "refused")), count.put_off, count.left,
            count.changes[Change.FIRST], count.changes[Change.CHANGED], report.warc_bytes, report.message, report.number,
        ),
    )  # fmt: skip


def last(connection: sqlite3.Connection) -> Last | None:
    """The newest run by its number; None where there was none, or of a manifest one schema back."""
    if connection.execute("pragma user_version").fetchone()[0] < SINCE:
        return None
    row = connection.execute("select started_at, outcome from runs order by id desc limit 1").fetchone()
    return None if row is None else Last(parse_rfc3339(row[0]), None if row[1] is None else Ending(row[1]))


def last_done(connection: sqlite3.Connection) -> datetime | None:
    """When the last run ended that did all there was to do."""
    row = connection.execute("select ended_at from runs where outcome = 'done' order by id desc limit 1").fetchone()
    return None if row is None else parse_rfc3339(row[0])
