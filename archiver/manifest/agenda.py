"""What the manifest knows of addresses that are visited again and again: when each was captured and tried, and what it was then.

    known(connection, addresses) -> what model.schedule goes by, for each that was visited
    payload_before(...)          -> the payload of the capture before one, at its address

Read-only. An address is one by its look-up key, and by what it is asked for as (page, feed, sitemap): a page that was captured by
hand is as captured as one by a run. The order is that in which attempts were stated, whatever dates they bear; what others
captured counts for nothing here.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import TypeAlias

from archiver.manifest.lookup import STATE
from archiver.model.date import parse_rfc3339
from archiver.model.digest import Digest
from archiver.model.schedule import Seen
from archiver.model.state import State

#: A look-up key, and the purpose of the visits.
Address: TypeAlias = tuple[str, str]

#: So many addresses are asked about at once.
LOT = 2000

#: Failures in a row are counted up to so many: the wait after them grows no longer.
MOST_FAILURES = 20

#: Our attempts at an address; one that left nothing to keep has no state of its own.
_ATTEMPTS = """
from attempts a left join captures c on c.capture_id = a.capture_id
where a.url_key = {key} and a.purpose = {purpose} and (a.capture_id is null or (c.state is not null and c.source = 'fetch'))
"""
_ANSWERED = "and c.state in ('there', 'gone')"

_HERE = _ATTEMPTS.format(key="json_extract(w.value, '$[0]')", purpose="json_extract(w.value, '$[1]')")

#: Of each address the last attempt, its state, and when it answered first. (Lint: of constants of this module.)
_LAST = f"""
select w.key, l.at, {STATE.format(capture="k", attempt="l")},
(select a.at {_HERE} {_ANSWERED} order by a.id limit 1)
from json_each(?) w join attempts l on l.id = (select a.id {_HERE} order by a.id desc limit 1)
left join captures k on k.capture_id = l.capture_id
"""  # noqa: S608

_ONE = _ATTEMPTS.format(key="?1", purpose="?2")
_LAST_ANSWER = f"select a.at, a.id {_ONE} {_ANSWERED} order by a.id desc limit 1"
_FAILURES = f"select count(*) from (select 1 {_ONE} and a.id > ?3 limit {MOST_FAILURES})"  # noqa: S608

_BEFORE = """
select c.payload_sha256 from attempts a join captures c on c.capture_id = a.capture_id
where a.url_key = ? and a.purpose = ? and c.state = 'there' and c.sequence < ? order by a.id desc limit 1
"""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of an address that was visited: for model.schedule, and its state at the last visit."""

    seen: Seen
    state: State


def known(connection: sqlite3.Connection, addresses: Iterable[Address]) -> Iterator[tuple[Address, Known]]:
    """What is known of each of these addresses; those that were never visited are left out."""
    rest = iter(addresses)
    while lot := list(islice(rest, LOT)):
        for index, at, said, first in connection.execute(_LAST, (json.dumps(lot),)):
            state, tried = State(said), parse_rfc3339(at)
            since = None if first is None else parse_rfc3339(first)
            seen = Seen(since, tried, tried)
            if not state.answers:
                seen = _failing(connection, lot[index], replace(seen, refused=state is State.REFUSED))
            yield lot[index], Known(seen, state)


def _failing(connection: sqlite3.Connection, address: Address, seen: Seen) -> Seen:
    """What is known of an address whose last attempt failed: when it answered last, and how often it failed since."""
    answered = connection.execute(_LAST_ANSWER, address).fetchone()
    (failures,) = connection.execute(_FAILURES, (*address, answered[1] if answered else 0)).fetchone()
    return replace(seen, last=parse_rfc3339(answered[0]) if answered else None, failures=failures)


def payload_before(connection: sqlite3.Connection, address: Address, sequence: int) -> Digest | None:
    """The payload that the page had at the last capture before statement `sequence`; None where there was none."""
    row = connection.execute(_BEFORE, (*address, sequence)).fetchone()
    return None if row is None else Digest.from_hex(row[0])


def document_of(connection: sqlite3.Connection, sequence: int) -> str | None:
    """The document that was concluded from a capture, where one was."""
    row = connection.execute("select document_id from captures where sequence = ?", (sequence,)).fetchone()
    return None if row is None else row[0]
