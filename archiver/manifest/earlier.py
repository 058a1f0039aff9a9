"""What was captured of an address before, as far as asking for it again and reading it again need it. Read-only.

    last_good(connection, asked)      the capture about which can be asked whether it has changed since
    last_robots(connection, where)    the statement of the last visit to a robots.txt
    header_of(connection, capture)    the header with which the payload came that a capture says is unchanged

Does not own: what of a capture's header can be sent back (fetch.condition), whether its record is unharmed (warc.seal).
"""

from __future__ import annotations

import json
import sqlite3

from archiver.manifest.fixity import KnownRecord, location
from archiver.manifest.withdrawals import WITHDRAWN
from archiver.model.capture import Capture, Earlier, Prior, RecordLocation
from archiver.model.date import parse_rfc3339, rfc3339
from archiver.model.digest import Digest
from archiver.model.url import key

#: The last attempt of ours at an address: whether it left a good page, or a list that could be read, and that capture. What failed
#: may be spelt in another way.
_LAST_ATTEMPT = """
select c.outcome = 'captured' and iif(c.purpose = 'page', d.read_problems = '[]', c.state = 'there'), c.sequence from attempts a
left join captures c on c.capture_id = a.capture_id left join documents d on d.id = c.document_id
where a.url_key = :key and a.purpose = :purpose and (c.asked_url = :asked and c.source = 'fetch' or a.capture_id is null) order by a.id desc limit 1
"""

#: The last answer at an address that brought the payload which the capture `last` has, and the record that holds it.
_LAST_ANSWER = f"""
select c.url, x.headers, c.captured_at, c.payload_sha256, c.payload_length, h.capture_id, h.url, h.captured_at
from captures l join captures c on c.payload_sha256 = l.payload_sha256 and c.url = l.url
join exchanges x on x.sequence = c.sequence and x.record_id = c.capture_id
join captures h on h.capture_id = coalesce(c.revisit_of, c.capture_id)
where l.sequence = :last and c.sequence <= l.sequence and c.asked_url = :asked and not {WITHDRAWN}
and c.source = 'fetch' and c.purpose = :purpose and c.http_status <> 304
order by c.sequence desc limit 1
"""  # noqa: S608 - of a constant

#: The last answer before a capture, at its address and with its payload, that was no 304.
_LAST_HEADER = """
select capture_id from captures where payload_sha256 = ? and url = ? and http_status <> 304 and sequence < ?
order by sequence desc limit 1
"""

#: The last visit of ours to a robots.txt, by the address that was asked for: it may have been had from another.
_LAST_ROBOTS = """
select c.statement_id from exchanges x join captures c on c.sequence = x.sequence
where x.url_key = :key and x.hop = 0 and c.asked_url = :where and c.purpose = 'robots' and c.source = 'fetch'
order by x.sequence desc limit 1
"""


def last_good(connection: sqlite3.Connection, asked: str, purpose: str = "page") -> Earlier | None:
    """The capture about which can be asked whether what is at `asked`, as it is requested, has changed since; `purpose`: page, feed, sitemap.

    None unless the last attempt of ours there was a capture without any problem, of the page as it reads: whatever else became of it
    may be for the condition that was sent, and what was kept in place of a page must not keep it from being fetched. Where the server
    has said since that nothing changed, it is the capture that this was said of.
    """
    last = connection.execute(_LAST_ATTEMPT, {"asked": asked, "key": key(asked), "purpose": purpose}).fetchone()
    if last is None or not last[0]:
        return None
    row = connection.execute(_LAST_ANSWER, {"asked": asked, "last": last[1], "purpose": purpose}).fetchone()
    if row is None:
        return None
    headers = tuple((str(name), str(value)) for name, value in json.loads(row[1]))
    holder = Prior(row[5], row[6], rfc3339(parse_rfc3339(row[7])))
    return Earlier(row[0], headers, parse_rfc3339(row[2]), Digest.from_hex(row[3]), row[4], holder)


def last_robots(connection: sqlite3.Connection, where: str) -> KnownRecord | None:
    """The record that states the last visit of ours to the robots.txt at `where`."""
    row = connection.execute(_LAST_ROBOTS, {"where": where, "key": key(where)}).fetchone()
    return None if row is None else location(connection, row[0])


def header_of(connection: sqlite3.Connection, capture: Capture) -> RecordLocation | None:
    """Where the header lies with which the payload came that a capture says is unchanged; None where no answer brought it here."""
    record = header_before(connection, capture.final.payload.hex, capture.address, capture.sequence)
    return None if record is None else record.location


def header_before(connection: sqlite3.Connection, payload: str, url: str, sequence: int) -> KnownRecord | None:
    """The record of the last answer at an address that brought this payload (SHA-256 in hex), before the capture of that number."""
    row = connection.execute(_LAST_HEADER, (payload, url, sequence)).fetchone()
    return None if row is None else location(connection, row[0])
