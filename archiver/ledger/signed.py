"""Who signs a log, by its own word: the keys that it names, and the newest checkpoint with whoever signed that.

    log = signed_log(connection, archive)
    log.state(vkey)                        what it says of a key, one of STATES

Read-only, and no verification: whether the keys follow one from the other is keys.faults', whether the root is the right one is verify's.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from pathlib import Path

from archiver.ledger import checkpoints
from archiver.ledger.checkpoints import Kept
from archiver.ledger.keys import verifiers
from archiver.ledger.log import Log
from archiver.manifest import log as rows
from archiver.manifest.schema import has_log
from archiver.model.citation import Json
from archiver.model.date import rfc3339
from archiver.model.log import KeyChange
from archiver.signing.note import BadNote

#: What a log can say of a key.
STATES = {
    "current": "the log is signed with it",
    "earlier": "the log was signed with it, and names another one since",
    "other": "the log is signed with another key",
    "none": "the log is not signed yet: the next command that writes signs it",
}


@dataclass(frozen=True, slots=True)
class SignedLog:
    """A log's name, the keys that it names, the first one first, and its newest checkpoint: when what its last statement speaks of was
    (RFC 3339), and the vkeys of the log that signed it, or (`fault`) why a signature does not hold.
    """

    origin: str
    changes: tuple[KeyChange, ...]
    newest: Kept | None
    at: str | None
    signed_by: tuple[str, ...]
    fault: str

    @property
    def key(self) -> str | None:
        """The vkey that it is to be signed with from now on."""
        return self.changes[-1].key if self.changes else None

    def state(self, vkey: str | None) -> str:
        """What it says of a key: one of STATES."""
        if not self.changes:
            return "none"
        if vkey == self.key:
            return "current"
        return "earlier" if any(vkey == one.key for one in self.changes) else "other"

    def as_json(self) -> dict[str, Json]:
        """For --json."""
        keys: list[Json] = [
            {"vkey": one.key, "at": rfc3339(one.at), "because": one.because,
             "endorsed": one.endorsement is not None if place else None}  # before the first there is nobody who could
            for place, one in enumerate(self.changes)
        ]  # fmt: skip
        return {
            "origin": self.origin,
            "keys": keys,
            "checkpoint": None if self.newest is None else self._newest(self.newest),
        }

    def _newest(self, newest: Kept) -> dict[str, Json]:
        made = newest.checkpoint
        return {
            "size": made.size, "root": made.root.hex, "at": self.at, "signed_by": list(self.signed_by), "fault": self.fault or None,
        }  # fmt: skip


def signed_log(connection: sqlite3.Connection, archive: Path) -> SignedLog | None:
    """Of the manifest behind `connection`, and the checkpoints in the folder `archive` of the WARC files; None where there is no leaf
    yet, or the manifest is of a schema without a log. Raises Damaged where the first leaf cannot be read.
    """
    if not has_log(connection) or not rows.size(connection):
        return None
    changes = tuple(change for _, change in rows.key_changes(connection))
    newest = checkpoints.newest(archive)
    if newest is None:
        return SignedLog(Log(connection).origin, changes, None, None, (), "")
    try:
        signers, fault = tuple(map(str, newest.note.verified(verifiers(changes)))), ""
    except BadNote as why:
        signers, fault = (), str(why)
    at = rows.stated_at(connection, newest.checkpoint.size)
    return SignedLog(Log(connection).origin, changes, newest, at, signers, fault)
