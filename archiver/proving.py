"""Making proof packets: a capture's statement, records and proofs, gathered from the archive and written where a stranger can check them.

    packet = prove(folder, connection, what, authorities)      raises NotFound, Damaged, Uncovered
    write(packet, folder, target)

1. The checkpoint is the oldest one that somebody else has seen, of those that cover the capture; else the newest signed one; else the newest.
2. All that is proven beside it is proven under that checkpoint, or the newest one of the same key. What is not covered so is left out.
   But for the keys of a log that had more than one: these stand under the newest checkpoint that the last of them signed.
3. What was withdrawn is not handed on.
4. Whatever goes into a packet is checked on its way: a packet that is written holds, as far as the archive's own word goes.

Read-only as to the archive. Does not own: what a packet looks like (ledger.packet).
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
import ssl
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from archiver import plain
from archiver.errors import Damaged, NotFound, Unreadable, UsageError
from archiver.ledger import anchors, checkpoints
from archiver.ledger.checkpoints import Kept
from archiver.ledger.keys import verifiers
from archiver.ledger.log import Log
from archiver.ledger.packet import RECORDS, SCRIPT, SEEN, Entry, Held, Keyed, Packet, Read, Seen, Withdrawn, named
from archiver.ledger.proof import Proof
from archiver.ledger.readings import claims_of
from archiver.manifest import proofs
from archiver.manifest.log import key_changes
from archiver.manifest.proofs import Stating
from archiver.manifest.schema import has_log
from archiver.manifest.stored import Stored, find, text_of
from archiver.model.capture import Capture, RecordLocation
from archiver.model.digest import Digest
from archiver.model.event import Reading, Withdrawal
from archiver.model.log import Anchor, KeyChange, leaf_hash
from archiver.model.reading import claims_block, text_digest
from archiver.model.statement import Statement, decode
from archiver.signing.note import BadNote, Verifier
from archiver.signing.timestamp import Unchecked, Wrong, said
from archiver.warc.read import record_at

_PIECE = 1024 * 1024
_MODE, _FOLDER_MODE = 0o644, 0o755


class Uncovered(NotFound):
    """No checkpoint covers the capture yet."""


def prove(folder: Path, connection: sqlite3.Connection, what: str, authorities: bytes = b"") -> Packet:
    """The packet of the capture that an ID or an address (its newest one) stands for, of the archive in `folder`. `authorities` are the
    certificates of the timestamp authorities that are trusted, as PEM; without any, those that the timestamps bring with them.
    """
    found = find(connection, what) if has_log(connection) else None
    named_id = (
        what.lower().removeprefix("urn:uuid:") if found is None else found.capture_id
    )  # whose payload may not be there
    stating = proofs.of_capture(connection, named_id) if has_log(connection) else None
    if stating is None:
        raise NotFound(
            f"nothing in the archive has the ID or address {what!r}",
            advice="`archiver lookup` finds pages by words, too.",
        )
    return _Prover(folder / "archive", connection, stating, authorities).packet(found, stating)


class _Prover:
    """The archive, and the checkpoint that is proven under."""

    def __init__(self, archive: Path, connection: sqlite3.Connection, capture: Stating, authorities: bytes) -> None:
        self._archive, self._connection, self._trusted = archive, connection, authorities
        self._log = Log(connection)
        self._keys = verifiers([change for _, change in key_changes(connection)])
        covering = [
            (one, self._signer(one)) for one in checkpoints.kept(archive) if one.checkpoint.size >= capture.sequence
        ]
        if not covering:
            raise Uncovered(
                f"no checkpoint covers statement {capture.sequence} yet",
                advice="Any command that writes to the archive makes one, at its end.",
            )
        self._left_out: list[str] = []
        self._anchored = self._find_anchored(covering, capture.sequence)
        newest = [pair for pair in covering if pair[1] is not None] or covering
        self._kept, self._key = self._anchored[0] if self._anchored else newest[-1]
        self._newest = _newest(covering, self._key)
        self._last = next((pair for pair in reversed(covering) if pair[1] is not None), None)

    def packet(self, found: Stored | None, stating: Stating) -> Packet:
        """All that the archive has of a capture."""
        entry, statement = self._entry("capture", stating)
        capture = _capture(statement)
        withdrawn = self._withdrawn(capture)
        payload = None if withdrawn else self._payload(capture)
        records = () if withdrawn else tuple(one.location for one in named(capture))
        seen = tuple(self._anchored[1]) if self._anchored else ()
        return Packet(
            Held(entry, capture, records), payload, None if withdrawn else self._reading(found, capture), withdrawn, seen,
            tuple(self._certificates(capture, payload)), self._key, self._authorities(seen), tuple(self._left_out), self._changes(),
        )  # fmt: skip

    # ── entries of the log ──

    def _entry(self, kind: str, stating: Stating, kept: Kept | None = None) -> tuple[Entry, Statement]:
        kept = kept or (self._kept if self._kept.checkpoint.size >= stating.sequence else self._newest)
        with record_at(self._archive, stating.place) as record:
            data = record.block.read()
        index = stating.sequence - 1
        proof = Proof(index, self._log.inclusion(index, kept.checkpoint.size), kept.note)
        if not proof.holds(leaf_hash(data)):
            raise Damaged(
                f"the log does not lead from statement {stating.sequence} to {kept.path}",
                advice="Run: archiver verify --level index",
            )
        return Entry(kind, data, proof), decode(data, stating.statement_id, stating.place)

    def _covered(self, stating: Stating) -> bool:
        return self._newest.checkpoint.size >= stating.sequence

    def _signer(self, kept: Kept) -> Verifier | None:
        """By which of the log's keys it is signed; None by none, or not so that it holds."""
        try:
            return next(iter(kept.note.verified(self._keys)), None)
        except BadNote:
            return None

    def _changes(self) -> tuple[Keyed, ...]:
        """The keys of the log, if it had more than one."""
        if self._key is None or self._last is None:
            return ()
        kept, signer = self._last
        stated = [one for one in proofs.of_keys(self._connection) if one.sequence <= kept.checkpoint.size]
        found = [self._changed(*self._entry("key", one, kept)) for one in stated] if len(stated) > 1 else []
        if found and found[-1].change.key != str(signer):
            self._left_out.append(
                "The newest checkpoint is not signed with the log's last key: its keys are not in the packet."
            )
            return ()
        return tuple(found)

    def _changed(self, entry: Entry, statement: Statement) -> Keyed:
        fact = None if isinstance(statement, Capture) else statement.fact
        if not isinstance(fact, KeyChange):
            raise Damaged(f"statement {statement.sequence} names no key", advice="Run: archiver verify --level index")
        return Keyed(entry, fact)

    # ── who has seen it ──

    def _find_anchored(
        self, covering: list[tuple[Kept, Verifier | None]], least: int
    ) -> tuple[tuple[Kept, Verifier | None], list[Seen]] | None:
        """The oldest checkpoint that others have seen, and what they gave."""
        by_size = {pair[0].checkpoint.size: pair for pair in covering}
        found: list[Seen] = []
        chosen: tuple[Kept, Verifier | None] | None = None
        for size, stating in proofs.of_anchors(self._connection, least):
            pair = by_size.get(size)
            if pair is None or (chosen is not None and chosen != pair):
                continue
            later = _newest(covering, pair[1])
            seen = self._seen(stating, pair[0], later) if later.checkpoint.size >= stating.sequence else None
            if seen is None:
                self._left_out.append(
                    f"What entry {stating.sequence} says that others have seen is not at hand, or not proven."
                )
            else:
                found, chosen = [*found, seen], pair
        return None if chosen is None else (chosen, found)

    def _seen(self, stating: Stating, kept: Kept, later: Kept) -> Seen | None:
        entry, statement = self._entry("anchor", stating, later)
        fact = None if isinstance(statement, Capture) else statement.fact
        if not isinstance(fact, Anchor) or fact.root != kept.checkpoint.root or fact.kind not in SEEN:
            return None
        try:
            data = plain.read(self._archive / anchors.FOLDER / Path(fact.name).name, anchors.LONGEST)
        except OSError:
            return None
        if Digest.sha256(data) != fact.digest:
            return None
        return Seen(entry, fact, data)

    def _authorities(self, seen: Sequence[Seen]) -> bytes:
        """The certificates that timestamps are checked by: those that are trusted here, else those that the authorities sent with them."""
        stamps = [one.data for one in seen if one.anchor.kind == "rfc3161"]
        if not stamps or self._trusted:
            return self._trusted if stamps else b""
        found: dict[str, None] = {}
        for stamp in stamps:
            with suppress(Wrong, Unchecked):
                sent = said(stamp, self._kept.note.encode()).certificates
                found.update(dict.fromkeys(ssl.DER_cert_to_PEM_cert(one) for one in sent))
        return "".join(found).encode()

    # ── the capture's own ──

    def _payload(self, capture: Capture) -> Held | None:
        """The capture that holds a revisit's payload."""
        if capture.revisit_of is None:
            return None
        stating = proofs.of_capture(self._connection, capture.revisit_of)
        if stating is None:
            self._left_out.append(
                f"The page's bytes are in the record {capture.revisit_of}, which is not in the archive."
            )
            return None
        entry, statement = self._entry("capture", stating)
        holder = _capture(statement)
        return Held(entry, holder, tuple(one.location for one in named(holder)))

    def _withdrawn(self, capture: Capture) -> Withdrawn | None:
        stating = proofs.of_withdrawal(self._connection, capture)
        if stating is None:
            return None
        if not self._covered(stating):
            raise Uncovered(
                "the capture was withdrawn, and no checkpoint of the same key covers the statement of that yet",
                advice="Any command that writes to the archive makes one, at its end.",
            )
        entry, statement = self._entry("withdrawal", stating)
        fact = None if isinstance(statement, Capture) else statement.fact
        if not isinstance(fact, Withdrawal):
            raise Damaged(f"statement {stating.sequence} is no withdrawal", advice="Run: archiver verify --level index")
        return Withdrawn(entry, fact)

    def _reading(self, found: Stored | None, capture: Capture) -> Read | None:
        """What the page was read as, where that is in the log and its text is what was stated."""
        if found is None or found.document_id is None:
            return None
        stating = proofs.of_reading(self._connection, found.document_id, capture.final.payload)
        text = text_of(self._connection, found)
        if stating is None or text is None or not self._covered(stating):
            return None
        entry, statement = self._entry("reading", stating)
        fact = None if isinstance(statement, Capture) else statement.fact
        claims = claims_block(claims_of(self._connection, found.document_id))
        if not isinstance(fact, Reading) or (fact.text, fact.claims_digest) != (
            text_digest(text),
            Digest.sha256(claims),
        ):
            return None
        return Read(entry, fact, text.encode("utf-8", "replace"), claims)

    def _certificates(self, capture: Capture, payload: Held | None) -> Iterator[bytes]:
        """Those that the captures' statements name, whoever brought them into the archive."""
        hops = (*capture.exchanges, *(payload.capture.exchanges if payload else ()))
        for digest in dict.fromkeys(one for hop in hops if hop.tls for one in hop.tls.chain):
            der = self._certificate(digest)
            if der is None:
                self._left_out.append(f"The certificate {digest.hex} is not in the archive.")
            else:
                yield der

    def _certificate(self, digest: Digest) -> bytes | None:
        stating = proofs.naming(self._connection, digest)
        if stating is None:
            return None
        with suppress(Damaged, Unreadable), record_at(self._archive, stating.place) as record:
            brought = _capture(decode(record.block.read(), stating.statement_id, stating.place))
            for other in brought.others:
                if other.kind == "resource":
                    with record_at(self._archive, other.location) as one:
                        if Digest.sha256(der := one.block.read()) == digest:
                            return der
        return None


def write(packet: Packet, folder: Path, target: Path) -> None:
    """Write a packet of the archive in `folder` as the folder `target`, which is whole when it has its name. Raises UsageError where
    there is something, Damaged where records are not what was written, OSError.
    """
    if target.is_symlink() or (target.exists() and (not target.is_dir() or any(target.iterdir()))):
        raise UsageError(f"{target} is there already", advice="Name another folder: a packet has one of its own.")
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    try:
        for name, data in packet.files():
            _made(draft / name).write_bytes(data)
        for prefix, held in packet.held():
            if held.records:
                with _made(draft / f"{prefix}{RECORDS}").open("wb") as file:
                    for place in held.records:
                        _copy(folder / "archive", place, file)
        (draft / SCRIPT).chmod(_FOLDER_MODE)
        draft.chmod(_FOLDER_MODE)
        draft.rename(target)  # over a folder only if that is empty
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise


def _made(path: Path) -> Path:
    path.parent.mkdir(exist_ok=True)
    return path


def _copy(archive: Path, place: RecordLocation, out: BinaryIO) -> None:
    """A record's stored bytes, if they are what was stated."""
    digest, left = hashlib.sha256(), place.length
    try:
        fd = os.open(archive / place.warc, os.O_RDONLY | os.O_CLOEXEC)
    except OSError as why:
        raise Damaged(f"{archive / place.warc}: {why.strerror}", advice="Run: archiver verify") from why
    with os.fdopen(fd, "rb") as file:
        file.seek(place.offset)
        while left and (piece := file.read(min(left, _PIECE))):
            digest.update(piece)
            out.write(piece)
            left -= len(piece)
    if digest.digest() != place.stored.value:
        raise Damaged(
            f"{archive / place.warc}, offset {place.offset}: the stored bytes are not those that were stated",
            advice="A packet of them would prove nothing. Run: archiver verify",
        )


def _newest(covering: list[tuple[Kept, Verifier | None]], key: Verifier | None) -> Kept:
    """The newest that is signed by the same key, or like it by nobody."""
    return next(kept for kept, signer in reversed(covering) if signer == key)


def _capture(statement: Statement) -> Capture:
    if not isinstance(statement, Capture):
        raise Damaged(
            f"statement {statement.sequence} is not the one of a capture", advice="Run: archiver verify --level index"
        )
    return statement
