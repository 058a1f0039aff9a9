"""What a withdrawal takes out of the files: planned, stated, then carried out. Each step can be broken off, and done again.

    next_withdrawal(...)         what is to be stated: who, why, and with `remove` which records will stand in the place of which
    due(...)                     those that are stated and not carried out
    catch_up(...)                carries them out
    carry_out(stated, ...)       1. each file written anew beside, and put in the place of the old one
                                 2. the rows of the records that stand there now

The old files are never written to, and no other record moves. That a statement comes first is what tells a withdrawal from damage: a
record that was replaced and is in no statement is a fault.

Does not own: the records (warc.withdrawn), the rows (manifest.withdrawals), what is concluded (conclude), the order (withdrawing).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from itertools import groupby

from archiver.errors import Damaged, NotFound, Unreadable
from archiver.manifest import fixity, withdrawals
from archiver.manifest.store import Manifest
from archiver.model.capture import StoredRecord
from archiver.model.digest import Digest
from archiver.model.event import Seal, Withdrawal
from archiver.model.statement import Stated
from archiver.payloads import statement_of
from archiver.warc.read import record_at, uuid_of
from archiver.warc.seal import WarcStore
from archiver.warc.withdrawn import Replacement, merged, put, stands

#: So many records are replaced by one withdrawal: a statement holds no more. Of more there are several.
MOST = 150


def next_withdrawal(
    manifest: Manifest, store: WarcStore, capture_id: str, *, at: datetime, by: str, because: str, remove: bool
) -> Withdrawal | None:
    """What is to be stated now, to withdraw a capture and those before it with its payload; None where nothing is left to state. Again
    after it is carried out: a payload that lies in very many records takes several. The lock must be held. Raises NotFound, Damaged.
    """
    connection = manifest.connection
    row = connection.execute("select payload_sha256 from captures where capture_id = ?", (capture_id,)).fetchone()
    if row is None:
        raise NotFound(f"there is no capture {capture_id!r}", advice="`archiver lookup` names the captures of a page.")
    by, because = (text.encode("utf-8", "replace").decode() for text in (by, because))  # as it will be read back
    fact = Withdrawal(capture_id, Digest.from_hex(row[0]), at, by, because, removed=remove)
    held = _held(manifest, store, capture_id)[:MOST] if remove else []
    done = withdrawals.withdrawn(connection, capture_id)
    if done is not None and not held and (done.removed or not remove):
        return None
    made = [Replacement(one, at, because) for one in held]
    files = (
        _sealed(manifest, store, warc, list(ones)) for warc, ones in groupby(made, lambda one: one.was.location.warc)
    )
    return replace(fact, replaced=tuple(one.record for one in made), files=tuple(seal for seal in files if seal))


def _held(manifest: Manifest, store: WarcStore, capture_id: str) -> list[StoredRecord]:
    """The records that hold what is withdrawn, file by file."""
    connection = manifest.connection
    held = withdrawals.holders(connection, capture_id)
    captures = {one.capture_id for one in withdrawals.affected(connection, capture_id)}
    for text in withdrawals.loose_texts(connection):
        with suppress(Damaged), record_at(store.folder, text.location) as record:
            if uuid_of(record.header("WARC-Refers-To") or "") in captures:
                held.append(text)
    return sorted(held, key=lambda one: (one.location.warc, one.location.offset))


def _sealed(manifest: Manifest, store: WarcStore, warc: str, replacements: list[Replacement]) -> Seal | None:
    """What a complete file will be afterwards. None of one that is not, or that is not what was stated of it: it is not to look whole."""
    known = fixity.file(manifest.connection, warc)
    if known.digest is None or _digest(merged(store.folder / warc, [])) != known.digest:
        return None
    return Seal(warc, replacements[0].at, known.committed, _digest(merged(store.folder / warc, replacements)))


def _digest(pieces: Iterator[bytes]) -> Digest:
    sha = hashlib.sha256()
    for piece in pieces:
        sha.update(piece)
    return Digest("sha256", sha.digest())


def due(manifest: Manifest, store: WarcStore) -> Iterator[Stated]:
    """The withdrawals that are stated and not carried out, in sequence; those whose statement cannot be read are verify's to say."""
    for statement_id, place in withdrawals.due(manifest.connection):
        with suppress(Damaged, Unreadable):
            stated = statement_of(statement_id, place, store.folder)
            if isinstance(stated, Stated):
                yield stated


def catch_up(manifest: Manifest, store: WarcStore, *, writing: bool) -> None:
    """Carry out all of them that can be. The lock must be held."""
    for stated in due(manifest, store):
        with suppress(Damaged):  # verify says so
            carry_out(stated, manifest, store, writing=writing)


def carry_out(stated: Stated, manifest: Manifest, store: WarcStore, *, writing: bool = True) -> bool:
    """Steps 1 and 2 of a withdrawal, as far as they are not done; whether they are now. Without `writing` no file is touched: only the
    rows follow what stands in them. The lock must be held. Raises Damaged, OSError.
    """
    withdrawal = stated.fact
    if not isinstance(withdrawal, Withdrawal):
        raise TypeError("not a withdrawal")
    here = [one for one in withdrawal.replaced if manifest.holds(one.record_id)]
    missing = [one for one in here if not stands(store.folder, one)]
    if writing:
        for warc, ones in groupby(missing, lambda one: one.location.warc):
            put(store, warc, [_replacement(one, withdrawal, manifest) for one in ones])
        missing = []
    with manifest.together():
        withdrawals.put(manifest.connection, withdrawal, [one for one in here if one not in missing])
    return not missing


def _replacement(wanted: StoredRecord, withdrawal: Withdrawal, manifest: Manifest) -> Replacement:
    """The record that was stated, made again."""
    known = fixity.location(manifest.connection, wanted.record_id)
    if known is not None:
        made = Replacement(StoredRecord(known.record_id, known.kind, known.location), withdrawal.at, withdrawal.because)
        if made.record == wanted:
            return made
    raise Damaged(
        f"the record that is to stand in the place of {wanted.record_id} does not come out as it was stated",
        advice="Withdraw the capture once more, with `archiver withdraw --remove`: that is stated anew.",
    )
