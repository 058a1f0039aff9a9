"""Checking a packet that came from anybody, as verify.sh does in the packet, by our own means.

    checked = check(folder, key, roots)       raises NotAPacket, Refused
    checked.shown, checked.remarks            what holds, in sentences, and what is to be known of it

1. A packet is a folder of plain files with the names that packets have (packet.py), each no longer than such files are. Links are not
   followed, nothing in the folder is run. What no check accounts for is refused, but for _FREE.
2. What is checked is what verify.sh checks. The first thing that does not hold ends it.
3. Of the records, besides, each is read: it is of the kind and has the UUID that the statement gives it.
4. Nothing that is named in a packet is asked of anybody: keys and authorities are those that the caller has, or those that came with it.

Does not own: how a packet is made (archiver.proving), what is printed (cli).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from archiver.errors import Damaged, Unreadable
from archiver.ledger import proof as proofs
from archiver.ledger.folder import Folder, NotAPacket, Refused, sha256_of
from archiver.ledger.given import Given, is_the, spelled
from archiver.ledger.packet import (
    AUTHORITIES,
    CERTIFICATES,
    CLAIMS,
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
    caveats,
    certificate_name,
    keys_folder,
    named,
    proof_name,
    script,
    withdrawal,
)  # fmt: skip
from archiver.ledger.proof import BadProof, Proof
from archiver.ledger.sights import sight
from archiver.ledger.succession import told, vouched
from archiver.model.capture import Capture, RecordLocation
from archiver.model.digest import Digest
from archiver.model.event import Reading, Withdrawal
from archiver.model.log import Anchor, Checkpoint, KeyChange, leaf_hash
from archiver.model.statement import LIMIT, Stated, Statement, decode
from archiver.signing.authority import Roots
from archiver.signing.certificates import loaded
from archiver.signing.note import ED25519, BadNote, Note, Verifier
from archiver.warc.read import records

#: The largest of the files that are read at once, in bytes.
_SMALL = 1024 * 1024
#: The largest block of a record that is unpacked, in bytes: more is no reason to fill somebody's disk.
_BLOCK = 1024 * 1024 * 1024
#: So many anchors, and keys, are looked at.
_MOST = 100
_NAMES = {
    STATEMENT,
    RECORDS,
    proof_name("capture"),
    KEY,
    AUTHORITIES,
    SCRIPT,
    PAYLOAD,
    READING,
    WITHDRAWAL,
    CERTIFICATES,
}
#: What may lie in a packet unchecked: the page for people, the script, whom its maker trusts.
_FREE = {README, SCRIPT, AUTHORITIES}
_NOWHERE = RecordLocation("", 0, 0, Digest("sha256", bytes(32)))


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
        if not any(packet.has(name) for name in _NAMES):
            raise NotAPacket(f"{STATEMENT} and all else that packets hold are not in it")
        return _Checker(packet, roots).check(given)


class _Checker:
    """One packet: its log and key, once they are known."""

    def __init__(self, packet: Folder, roots: Roots) -> None:
        self._packet, self._roots = packet, roots
        self._origin: str | None = None
        self._public = spelled(packet.read(KEY, _SMALL)) if packet.has(KEY) else None
        if self._public is None and packet.has(KEY):
            raise Refused(f"{KEY} is no Ed25519 key as openssl writes it")
        self._changes: list[KeyChange] = []

    def check(self, given: Given | None) -> Checked:
        statement, proof = self._entry("", "capture")
        capture, checkpoint = _capture(statement), proof.checkpoint
        key = None if self._public is None else Verifier(checkpoint.origin, ED25519, self._public)
        found = Checked(capture, checkpoint, key, is_the(key, given))
        found.shown.append(
            f"the statement is entry {capture.sequence} of {checkpoint.size} in the log {checkpoint.origin}"
        )
        found.remarks += caveats(capture)
        self._keys(found)
        self._signature(found, given)
        holder, withdrawn = self._payload(found), self._withdrawn(found)
        for prefix, one in (("", capture), (f"{PAYLOAD}/", holder)):
            if one is not None and (not withdrawn or self._packet.has(prefix + RECORDS)):
                self._records(prefix, one, found)
        self._certificates((capture, *((holder,) if holder else ())), found)
        self._reading(found)
        self._anchors(proof, found)
        self._strange(found)
        return found

    # ── entries ──

    def _entry(self, prefix: str, kind: str, public: bytes | None = None) -> tuple[Statement, Proof]:
        """A statement, and the proof that it is an entry of the log, under a checkpoint that the packet's key signed, or `public`."""
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
        self._signed(proof.note, prefix + proof_name(kind), public or self._public)
        return statement, proof

    def _signed(self, note: Note, where: str, public: bytes | None) -> None:
        if public is None:
            if note.signatures:
                raise Refused(f"{where} is signed, and {KEY} is missing")
            return
        try:
            signers = note.verified([Verifier(self._origin or "", ED25519, public)])
        except BadNote as why:
            raise Refused(f"{where}: {why}") from why
        if not signers:
            raise Refused(f"{where}: its checkpoint is signed with another key")

    def _keys(self, found: Checked) -> None:
        """The keys of the log in turn, under a checkpoint that the last of them signed."""
        count = self._count(keys_folder)
        if not count or self._public is None:
            return
        try:
            last = decode(self._packet.read(f"{keys_folder(count)}/{STATEMENT}", LIMIT), "", _NOWHERE)
            public = Verifier.parse(_change(last).key).public
        except (Unreadable, BadNote) as why:
            raise Refused(f"{keys_folder(count)}/{STATEMENT}: {why}") from why
        for number in range(1, count + 1):
            statement, _ = self._entry(f"{keys_folder(number)}/", "key", public)
            self._changes.append(_change(statement))
        for endorsed, said in told(self._changes):
            (found.shown if endorsed else found.remarks).append(said)

    def _vouched(self, found: Checked, given: Given) -> bool:
        """Whether the key that is given vouches for the packet's, by the changes."""
        checkpoint = found.checkpoint
        one = given if isinstance(given, Verifier) else Verifier(checkpoint.origin, ED25519, given)
        try:
            return str(found.key) in vouched(checkpoint.origin, self._changes, str(one))
        except ValueError as why:
            raise Refused(f"the keys of the log: {why}") from why

    def _signature(self, found: Checked, given: Given | None) -> None:
        if given is not None and not found.known:
            if found.key is None:
                raise Refused("nobody signed this log")
            if not self._vouched(found, given):
                raise Refused("the key in the packet is not the one that was given")
            found.known = True
            found.shown.append("that key is not the one that was given, which vouches for it: one follows the other")
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
        found.remarks += (f"{PAYLOAD}/: {one}" for one in caveats(holder))
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
        found.remarks.append(f"the archive withdrew the bytes: {withdrawal(fact)}")
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
        for file, what, digest in ((TEXT, "text", fact.text), (CLAIMS, "set of claims", fact.claims_digest)):
            name = f"{READING}/{file}"
            if self._packet.digest(name, 0, self._packet.size(name)) != digest:
                raise Refused(f"{name} is not the {what} that is stated")
        found.shown.append(
            f"{READING}/{TEXT} and {CLAIMS} are what the archive read the page as ({fact.rules}), by entry {statement.sequence} of the log"
        )

    # ── who else has seen it ──

    def _count(self, folder: Callable[[int], str]) -> int:
        """How many of the folders 1, 2 ... there are."""
        return next(
            number for number in range(_MOST + 1) if number == _MOST or not self._packet.has(folder(number + 1))
        )

    def _anchors(self, proof: Proof, found: Checked) -> None:
        numbers = range(1, self._count(anchor_folder) + 1)
        kinds = {self._anchor(f"{anchor_folder(number)}/", proof, found) for number in numbers}
        if not kinds:
            found.remarks.append("nobody but the archive says when this was stated")
        elif kinds == {"git"}:
            found.remarks.append(
                "when this was stated is for whoever has that commit to say: nothing in the packet shows a time"
            )

    def _anchor(self, prefix: str, proof: Proof, found: Checked) -> str:
        """Its kind."""
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
        return fact.kind

    def _strange(self, found: Checked) -> None:
        """Everything that lies there is accounted for by a check, or free."""
        if self._packet.has(SCRIPT) and self._packet.read(SCRIPT, _SMALL) != script():
            found.remarks.append(
                f"{SCRIPT} in the packet is not the one that this version writes: read it before you run it"
            )
        known = self._packet.opened | _FREE
        known |= {name.partition("/")[0] for name in known}
        for one in self._packet.names():
            if one not in known:
                raise Refused(f"nothing accounts for what lies here as {one}")
        if self._packet.has(README):
            found.remarks.append(f"{README} is not checked: it is the word of who made the packet")


# ── values ──


def _capture(statement: Statement) -> Capture:
    if not isinstance(statement, Capture):
        raise Refused("what should state a capture states something else")
    return statement


def _fact(statement: Statement) -> object:
    return statement.fact if isinstance(statement, Stated) else None


def _change(statement: Statement) -> KeyChange:
    fact = _fact(statement)
    if not isinstance(fact, KeyChange):
        raise Refused("what should state a key of the log states something else")
    return fact


def _kind(statement: Statement) -> str:
    if isinstance(statement, Capture):
        return "capture"
    kinds = {Reading: "reading", Withdrawal: "withdrawal", Anchor: "anchor", KeyChange: "key"}
    return kinds.get(type(statement.fact), "")
