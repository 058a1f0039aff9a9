"""Checking a packet that came from anybody, as verify.sh does in the packet, by our own means.

    checked = check(folder, key, roots)       raises NotAPacket, Refused
    checked.shown, checked.remarks            what holds, in sentences, and what is to be known of it

1. A packet is a folder of plain files with the names that packets have (packet.py), each no longer than such files are. Links are not
   followed. What has another name is not looked at, and said so; nothing in the folder is run.
2. What is checked is what verify.sh checks. The first thing that does not hold ends it.
3. Of the records, besides, each is read: it is of the kind and has the UUID that the statement gives it.
4. Nothing that is named in a packet is asked of anybody: keys and authorities are those that the caller has, or those that came with it.

Does not own: how a packet is made (archiver.proving), what is printed (cli).
"""

from __future__ import annotations

import base64
import binascii
import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from archiver.errors import Damaged, Unreadable
from archiver.ledger import proof as proofs
from archiver.ledger.folder import Folder, NotAPacket, Refused, sha256_of
from archiver.ledger.packet import (
    AUTHORITIES,
    CERTIFICATES,
    KEY,
    PAYLOAD,
    READING,
    README,
    RECORDS,
    SCRIPT,
    SEEN,
    STATEMENT,
    TEXT,
    WITHDRAWAL,
    anchor_folder,
    certificate_name,
    named,
    proof_name,
    script,
)  # fmt: skip
from archiver.ledger.proof import BadProof, Proof
from archiver.ledger.sights import sight
from archiver.model.capture import Capture, RecordLocation
from archiver.model.digest import Digest
from archiver.model.event import Reading, Withdrawal
from archiver.model.log import Anchor, Checkpoint, leaf_hash
from archiver.model.statement import LIMIT, Stated, Statement, decode
from archiver.signing.authority import Roots
from archiver.signing.certificates import loaded
from archiver.signing.note import ED25519, BadNote, Note, Verifier
from archiver.warc.read import records

#: The largest of the files that are read at once, in bytes.
_SMALL = 1024 * 1024
#: The largest block of a record that is unpacked, in bytes: more is no reason to fill somebody's disk.
_BLOCK = 1024 * 1024 * 1024
#: So many anchors, and names that are none of ours, are looked at.
_MOST_ANCHORS, _MOST_STRANGE = 100, 20
_SPKI = bytes.fromhex("302a300506032b6570032100")
_LABEL = (b"PUBLIC",)  # of `-----BEGIN PUBLIC KEY-----`, whose other words hold dashes
_NAMES = {
    STATEMENT, RECORDS, proof_name("capture"), KEY, AUTHORITIES, SCRIPT, README, PAYLOAD, READING, WITHDRAWAL, CERTIFICATES
}  # fmt: skip
_NOWHERE = RecordLocation("", 0, 0, Digest("sha256", bytes(32)))


#: A log's key as somebody has it: with the log's name, or the 32 bytes alone.
Given: TypeAlias = Verifier | bytes


@dataclass(slots=True)
class Checked:
    """A packet in which all that was checked holds: the capture, the checkpoint, the key that signed it."""

    capture: Capture
    checkpoint: Checkpoint
    key: Verifier | None
    #: Whether the caller had that key already.
    known: bool
    shown: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


def check(folder: Path, given: Given | None = None, roots: Roots = ()) -> Checked:
    """Check the packet in `folder`. `given` is the log's key as the caller knows it, or the 32 bytes of it; `roots` are the timestamp
    authorities that are trusted, none for those that came with the packet.
    """
    with Folder(folder) as packet:
        for name in sorted(_NAMES):
            if packet.is_link(name):
                raise Refused(f"{name} is a link: what it leads to is not the packet's")
        if not packet.has(STATEMENT) or not packet.has(proof_name("capture")):
            raise NotAPacket(f"{STATEMENT} or {proof_name('capture')} is not in it")
        return _Checker(packet, roots).check(given)


class _Checker:
    """One packet: its log and key, once they are known."""

    def __init__(self, packet: Folder, roots: Roots) -> None:
        self._packet, self._roots = packet, roots
        self._origin: str | None = None
        self._public = _public(packet.read(KEY, _SMALL)) if packet.has(KEY) else None

    def check(self, given: Given | None) -> Checked:
        statement, proof = self._entry("", "capture")
        capture, checkpoint = _capture(statement), proof.checkpoint
        key = None if self._public is None else Verifier(checkpoint.origin, ED25519, self._public)
        found = Checked(capture, checkpoint, key, _is(key, given))
        found.shown.append(
            f"the statement is entry {capture.sequence} of {checkpoint.size} in the log {checkpoint.origin}"
        )
        self._signature(found, given)
        holder, withdrawn = self._payload(found), self._withdrawn(found)
        for prefix, one in (("", capture), (f"{PAYLOAD}/", holder)):
            if one is not None and (not withdrawn or self._packet.has(prefix + RECORDS)):
                self._records(prefix, one, found)
        self._certificates((capture, *((holder,) if holder else ())), found)
        self._reading(found)
        self._strange({anchor_folder(number) for number in range(1, self._anchors(proof, found))}, found)
        return found

    # ── entries ──

    def _entry(self, prefix: str, kind: str) -> tuple[Statement, Proof]:
        """A statement, and the proof that it is an entry of the log, under a checkpoint that the packet's key signed."""
        where = f"{prefix}{STATEMENT}"
        data = self._packet.read(where, LIMIT)
        try:
            proof = Proof.parse(self._packet.read(prefix + proof_name(kind), proofs.MOST))
            statement = decode(data, "", _NOWHERE)
        except (BadProof, Unreadable) as why:
            raise Refused(f"{where}: {why}") from why
        checkpoint, signatures = proof.checkpoint, proof.note.signatures
        if proof.extra is not None or proof.note.text != checkpoint.text or len(signatures) > 1:
            raise Refused(f"{prefix}{proof_name(kind)} holds more than the proofs of packets do")
        if not proof.holds(leaf_hash(data)):
            raise Refused(f"{where} is not the entry that {prefix}{proof_name(kind)} is of")
        if statement.sequence != proof.index + 1 or _kind(statement) != kind:
            raise Refused(f"{where} states something else")
        if checkpoint.origin != (self._origin or checkpoint.origin):
            raise Refused(f"{prefix}{proof_name(kind)} is of another log")
        self._origin = checkpoint.origin
        self._signed(proof.note, prefix + proof_name(kind))
        return statement, proof

    def _signed(self, note: Note, where: str) -> None:
        if self._public is None:
            if note.signatures:
                raise Refused(f"{where} is signed, and {KEY} is missing")
            return
        try:
            signers = note.verified([Verifier(self._origin or "", ED25519, self._public)])
        except BadNote as why:
            raise Refused(f"{where}: {why}") from why
        if not signers:
            raise Refused(f"{where}: {KEY} is not the key of its checkpoint")

    @staticmethod
    def _signature(found: Checked, given: Given | None) -> None:
        if given is not None and not found.known:
            raise Refused(
                "the key in the packet is not the one that was given" if found.key else "nobody signed this log"
            )
        if found.key is None:
            found.remarks.append("nobody signed the checkpoint: who made it is not shown")
            return
        found.shown.append(f"the checkpoint is signed with the key {found.key}")
        if given is None:
            found.remarks.append(
                "that key came with the packet: that it is the archive's must be known from elsewhere (--key)"
            )
        else:
            found.shown.append("it is the key that was given")

    # ── what the capture brings ──

    def _payload(self, found: Checked) -> Capture | None:
        """The capture that holds a revisit's bytes, where it is in the packet."""
        capture = found.capture
        if not self._packet.has(f"{PAYLOAD}/{STATEMENT}"):
            if capture.revisit_of is not None:
                found.remarks.append(
                    f"the page's bytes are in the record {capture.revisit_of}, which is not in the packet"
                )
            return None
        statement, _ = self._entry(f"{PAYLOAD}/", "capture")
        holder = _capture(statement)
        if holder.capture_id != capture.revisit_of or holder.final.payload != capture.final.payload:
            raise Refused(f"{PAYLOAD} is another capture than the one that holds these bytes")
        found.shown.append(
            f"both captures state the same payload; entry {holder.sequence} of the log is the one that holds it"
        )
        return holder

    def _withdrawn(self, found: Checked) -> bool:
        if not self._packet.has(f"{WITHDRAWAL}/{STATEMENT}"):
            return False
        statement, _ = self._entry(f"{WITHDRAWAL}/", "withdrawal")
        fact = _fact(statement)
        if not isinstance(fact, Withdrawal) or fact.payload != found.capture.final.payload:
            raise Refused(f"{WITHDRAWAL} is of something else")
        found.remarks.append(f"the archive withdrew the bytes: {fact.because}")
        return True

    def _records(self, prefix: str, capture: Capture, found: Checked) -> None:
        """The file holds the records that are named, one behind the other, and nothing else."""
        where, at = f"{prefix}{RECORDS}", 0
        blocks = {one.record_id: one.block for one in capture.exchanges}
        stated = named(capture)
        lengths = [one.location.length for one in stated]
        if min(lengths) < 1 or self._packet.size(where) != sum(lengths):
            raise Refused(f"{where} is not as long as the records that are stated")
        for number, one in enumerate(stated, 1):
            place = RecordLocation(where, at, one.location.length, one.location.stored)
            if self._packet.digest(where, at, place.length) != place.stored:
                raise Refused(f"{where}: record {number} is not the one that is stated")
            self._record(place, one.record_id, one.kind, blocks.get(one.record_id), f"{where}: record {number}")
            at += place.length
        found.shown.append(
            f"{where}: {len(stated)} records, each with the SHA-256 and the UUID that the statement gives"
        )

    def _record(self, place: RecordLocation, record_id: str, kind: str, block: Digest | None, name: str) -> None:
        try:
            with self._packet.file(place.warc) as file:
                found = records(file, Path(place.warc), place.offset, max_block=_BLOCK)
                record = next(found)  # whose block is open as long as `found` is there
                if (record.record_id, record.kind, record.length) != (record_id, kind, place.length):
                    raise Refused(f"{name} is another than the one that is stated")
                if block is not None and block.algorithm == "sha256" and sha256_of(record.block) != block:
                    raise Refused(f"{name}: what it holds is not what is stated")
        except (Damaged, Unreadable, StopIteration, OSError) as why:
            raise Refused(f"{name} cannot be read as a record") from why

    def _certificates(self, captures: Sequence[Capture], found: Checked) -> None:
        chains = [one.tls.chain for capture in captures for one in capture.exchanges if one.tls]
        there = [
            one
            for one in dict.fromkeys(one for chain in chains for one in chain)
            if self._packet.has(certificate_name(one))
        ]
        for digest in there:
            if Digest.sha256(self._packet.read(certificate_name(digest), _SMALL)) != digest:
                raise Refused(f"{certificate_name(digest)} is another certificate")
        if there:
            found.shown.append(f"{len(there)} certificates that the statement names by SHA-256")

    def _reading(self, found: Checked) -> None:
        if not self._packet.has(f"{READING}/{STATEMENT}"):
            return
        statement, _ = self._entry(f"{READING}/", "reading")
        fact = _fact(statement)
        if not isinstance(fact, Reading) or fact.payload != found.capture.final.payload:
            raise Refused(f"{READING} is of another page")
        text = f"{READING}/{TEXT}"
        if self._packet.digest(text, 0, self._packet.size(text)) != fact.text:
            raise Refused(f"{text} is not the text that is stated")
        found.shown.append(
            f"{text} is what the archive read the page as ({fact.rules}), by entry {statement.sequence} of the log"
        )

    # ── who else has seen it ──

    def _anchors(self, proof: Proof, found: Checked) -> int:
        """The number of the first that is not there."""
        number = 1
        while number <= _MOST_ANCHORS and self._packet.has(anchor_folder(number)):
            self._anchor(f"{anchor_folder(number)}/", proof, found)
            number += 1
        if number == 1:
            found.remarks.append("nobody but the archive says when this was stated")
        return number

    def _anchor(self, prefix: str, proof: Proof, found: Checked) -> None:
        statement, _ = self._entry(prefix, "anchor")
        fact = _fact(statement)
        if not isinstance(fact, Anchor) or (fact.size, fact.root) != (proof.checkpoint.size, proof.checkpoint.root):
            raise Refused(f"{prefix}{STATEMENT} is of another checkpoint")
        if fact.kind not in SEEN:
            raise Refused(f"{prefix}{STATEMENT} is of no kind that is known here")
        name = prefix + SEEN[fact.kind]
        data = self._packet.read(name, _SMALL)
        if Digest.sha256(data) != fact.digest:
            raise Refused(f"{name} is not what was stated of it")
        found.shown.append(
            f"{name} is what entry {statement.sequence} of the log says of it ({fact.kind}, {fact.whom})"
        )
        roots = self._roots
        if not roots and self._packet.has(AUTHORITIES):
            roots = loaded(self._packet.read(AUTHORITIES, _SMALL))
        try:
            shown, remark = sight(fact, data, proof.note, roots)
        except ValueError as why:
            raise Refused(f"{name} does not hold: {why}") from why
        found.shown.append(f"{name}: {shown}")
        if remark:
            found.remarks.append(remark)
        elif fact.kind == "rfc3161" and not self._roots:
            found.remarks.append(f"the certificate that {name} was checked by came with the packet")

    def _strange(self, anchors: set[str], found: Checked) -> None:
        if self._packet.has(SCRIPT) and self._packet.read(SCRIPT, _SMALL) != script():
            found.remarks.append(
                f"{SCRIPT} in the packet is not the one that this version writes: read it before you run it"
            )
        strange = (one for one in self._packet.names() if one not in _NAMES | anchors)
        found.remarks += [f"not checked: {one}" for one in itertools.islice(strange, _MOST_STRANGE)]


# ── values ──


def _public(pem: bytes) -> bytes:
    """The 32 bytes of a key, of which there is one spelling."""
    found = public_of(pem)
    if found is None or Verifier("log", ED25519, found).public_pem() != pem:
        raise Refused(f"{KEY} is no Ed25519 key as openssl writes it")
    return found


def public_of(pem: bytes) -> bytes | None:
    """The 32 bytes of an Ed25519 key in PEM, SubjectPublicKeyInfo (RFC 8410); None for anything else."""
    lines = pem.split()
    try:
        der = base64.b64decode(
            b"".join(line for line in lines if b"-" not in line and line not in _LABEL), validate=True
        )
    except binascii.Error:
        return None
    return der.removeprefix(_SPKI) if der.startswith(_SPKI) and len(der) == len(_SPKI) + 32 else None


def _is(key: Verifier | None, given: Given | None) -> bool:
    if key is None or given is None:
        return False
    return key == given if isinstance(given, Verifier) else key.public == given


def _capture(statement: Statement) -> Capture:
    if not isinstance(statement, Capture):
        raise Refused("what should state a capture states something else")
    return statement


def _fact(statement: Statement) -> object:
    return statement.fact if isinstance(statement, Stated) else None


def _kind(statement: Statement) -> str:
    if isinstance(statement, Capture):
        return "capture"
    kinds = {Reading: "reading", Withdrawal: "withdrawal", Anchor: "anchor"}
    return kinds.get(type(statement.fact), "")
