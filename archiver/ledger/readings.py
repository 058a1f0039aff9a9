"""Documents and keys against what is stated of them: level index, behind the rows (projections).

documents(connection)          the claims and the text of each document against the digests of its last reading
claims_of(connection, document_id)   the claims that the manifest has of one
keys(connection, origin)       each key of the log against the one before
withdrawals(connection)        those that are not carried out yet
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from archiver.ledger.keys import faults, verifiers
from archiver.ledger.problems import Damage
from archiver.manifest.log import key_changes
from archiver.model.claim import Claim, Evidence, Relation, Strength
from archiver.model.document import Role
from archiver.model.reading import digest_of, text_digest

_DOCUMENTS = """
select d.id, d.rules, r.rules, r.claims, r.claims_sha256, r.text_sha256, t.text, r.sequence,
    (select capture_id from captures where document_id = d.id order by sequence limit 1)
from documents d left join texts t on t.id = d.text_id
left join readings r on r.sequence = (select max(sequence) from readings where document_id = d.id)
{which} order by d.id
"""
_CLAIMS = "select id, relation, publisher, url, strength from claims where document_id = ? order by position"
_EVIDENCE = (
    'select quote, role, rule, weight, "start", "end", prefix, suffix from evidence where claim_id = ? order by id'
)


def documents(connection: sqlite3.Connection, only: str | None = None) -> Iterator[Damage]:
    """Documents whose claims or text are not those that a reading stated: all of them, or one. The last reading counts."""
    sql, values = _DOCUMENTS.format(which="" if only is None else "where d.id = ?"), () if only is None else (only,)
    for document_id, rules, read_by, count, claims, text, held, sequence, capture in connection.execute(sql, values):
        place = f"documents {document_id}"
        if rules != read_by:
            what = (
                "what it was read as is not stated"
                if read_by is None
                else f"read by {rules}; what is stated was read by {read_by}"
            )
            yield Damage("reading-unstated", capture, None, None, what, place)
            continue
        try:
            found = tuple(claims_of(connection, document_id))
            if len(found) != count or digest_of(found).hex != claims:
                what = f"its claims are not those that statement {sequence} has the digest of"
                yield Damage("claims-digest", capture, None, None, what, place)
        except (ValueError, KeyError) as why:
            yield Damage("claims-digest", capture, None, None, f"it has a claim that cannot be: {why}", place)
        digest = text_digest(held or "")
        if (digest and digest.hex) != text:
            what = f"its text is not the one that statement {sequence} has the digest of"
            yield Damage("document-text", capture, None, None, what, place)


def is_stated(connection: sqlite3.Connection, document_id: str) -> bool:
    """Whether what is concluded of a document is what its last reading stated."""
    return not any(documents(connection, document_id))


def claims_of(connection: sqlite3.Connection, document_id: str) -> Iterator[Claim]:
    """The claims of a document as they were stated. Raises ValueError, KeyError for what is no claim."""
    for claim_id, relation, publisher, url, strength in connection.execute(_CLAIMS, (document_id,)).fetchall():
        evidence = (
            Evidence(row[0], Role(row[1]), *row[2:]) for row in connection.execute(_EVIDENCE, (claim_id,)).fetchall()
        )
        yield Claim(Relation(relation), publisher, url, Strength[strength.upper()], tuple(evidence))


def keys(connection: sqlite3.Connection, origin: str) -> Iterator[Damage]:
    """Keys that the one before does not vouch for."""
    stated = key_changes(connection)
    changes = [change for _, change in stated]
    for number, why in faults(origin, changes):
        change = changes[number]
        ours = [key for key in verifiers([change]) if key.name == origin]
        lost = bool(number and ours and change.endorsement is None)
        yield Damage("key-lost" if lost else "key-unendorsed", None, None, None, why, f"keys {stated[number][0]}")


def withdrawals(connection: sqlite3.Connection) -> Iterator[Damage]:
    """Withdrawals that are stated, and not carried out yet."""
    for sequence, capture in connection.execute("select sequence, capture_id from withdrawals where not applied"):
        what = "it is withdrawn, and files and conclusions do not show that yet"
        yield Damage("withdrawal-pending", capture, None, None, what, f"withdrawals {sequence}")
