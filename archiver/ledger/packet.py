"""What a proof packet is, as values: one capture, and all that a stranger needs to check what is said of it.

    statement.json  record.warc.gz  capture.tlog-proof      the capture: what was stated, its records as they are stored, its place in the log
    payload/...                                             of a revisit: the same of the capture that holds the page's bytes
    certificates/HEX.der                                    those of the TLS chains, named by their SHA-256
    reading/...  text.txt claims.json                       what the archive read the page as
    withdrawal/...                                          where its bytes were withdrawn, and are not in the packet
    keys-1/...                                              where the log had more keys than one: each, in turn
    anchor-1/...  reply.tsr | cosigned.note | commit        who else has seen the checkpoint, and that it is what was stated then
    log.pub.pem  authorities.pem                            the log's key, and whose timestamps these are
    verify.sh  README.txt

1. Every byte of the records is covered by a digest in a statement, every statement by its proof, every proof by one log's checkpoint,
   and every checkpoint by one key. So the record round the statement, of which nobody states anything, is not in it.
   The keys alone stand under the newest checkpoint, which is the last of them's (succession).
2. A statement is a file of its own bytes, its proof beside it is called after its kind.

Does not own: where these things come from (archiver.proving), whether they hold (unpacked; verify.sh in the packet).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files as resources

from archiver.ledger.proof import Proof
from archiver.model.capture import Capture, RecordLocation, StoredExchange, StoredRecord
from archiver.model.date import rfc3339
from archiver.model.digest import Digest
from archiver.model.event import Reading, Withdrawal
from archiver.model.log import Anchor, KeyChange
from archiver.model.text import plain
from archiver.signing.note import Verifier

STATEMENT, RECORDS, TEXT, CLAIMS = "statement.json", "record.warc.gz", "text.txt", "claims.json"
KEY, AUTHORITIES, SCRIPT, README = "log.pub.pem", "authorities.pem", "verify.sh", "README.txt"
PAYLOAD, READING, WITHDRAWAL, CERTIFICATES = "payload", "reading", "withdrawal", "certificates"

#: What an anchor's file is called in a packet, by the anchor's kind.
SEEN = {"rfc3161": "reply.tsr", "witness": "cosigned.note", "git": "commit"}


def proof_name(kind: str) -> str:
    """What the proof of a statement of this kind is called, beside it."""
    return f"{kind}.tlog-proof"


def anchor_folder(number: int) -> str:
    """Where the anchor of that number stands, the first being 1."""
    return f"anchor-{number}"


def keys_folder(number: int) -> str:
    """Where the key of that number stands, the log's first being 1."""
    return f"keys-{number}"


def certificate_name(digest: Digest) -> str:
    """Where a certificate stands."""
    return f"{CERTIFICATES}/{digest.hex}.der"


def script() -> bytes:
    """The program that checks a packet."""
    return resources(__package__).joinpath(SCRIPT).read_bytes()


@dataclass(frozen=True, slots=True)
class Entry:
    """A statement's bytes, its kind, and the proof that it is an entry of the log."""

    kind: str
    data: bytes
    proof: Proof


@dataclass(frozen=True, slots=True)
class Held:
    """A capture and its records, where they are not withdrawn, as they lie in the archive."""

    entry: Entry
    capture: Capture
    records: tuple[RecordLocation, ...]


@dataclass(frozen=True, slots=True)
class Read:
    """What a page was read as: its text, and its claims as canonical JSON (model.reading.claims_block)."""

    entry: Entry
    reading: Reading
    text: bytes
    claims: bytes


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """That a capture's bytes were withdrawn."""

    entry: Entry
    withdrawal: Withdrawal


@dataclass(frozen=True, slots=True)
class Seen:
    """An anchor, and its file's bytes."""

    entry: Entry
    anchor: Anchor
    data: bytes


@dataclass(frozen=True, slots=True)
class Keyed:
    """That a key signs the log's checkpoints from there on."""

    entry: Entry
    change: KeyChange


@dataclass(frozen=True, slots=True)
class Packet:
    """Everything in a packet. `authorities` is PEM, empty where there is none; `left_out` are sentences about what is not in it."""

    capture: Held
    payload: Held | None = None
    reading: Read | None = None
    withdrawn: Withdrawn | None = None
    anchors: tuple[Seen, ...] = ()
    certificates: tuple[bytes, ...] = ()
    key: Verifier | None = None
    authorities: bytes = b""
    left_out: tuple[str, ...] = ()
    keys: tuple[Keyed, ...] = ()

    def held(self) -> Iterator[tuple[str, Held]]:
        """The captures in it, each with its folder's prefix."""
        yield "", self.capture
        if self.payload is not None:
            yield f"{PAYLOAD}/", self.payload

    def files(self) -> Iterator[tuple[str, bytes]]:
        """Each file by its name in the packet, but for the records."""
        for folder, held in self.held():
            yield from _entry(folder, held.entry)
        if self.reading is not None:
            yield from _entry(f"{READING}/", self.reading.entry)
            yield f"{READING}/{TEXT}", self.reading.text
            yield f"{READING}/{CLAIMS}", self.reading.claims
        if self.withdrawn is not None:
            yield from _entry(f"{WITHDRAWAL}/", self.withdrawn.entry)
        for number, keyed in enumerate(self.keys, 1):
            yield from _entry(f"{keys_folder(number)}/", keyed.entry)
        for number, seen in enumerate(self.anchors, 1):
            folder = f"{anchor_folder(number)}/"
            yield from _entry(folder, seen.entry)
            yield folder + SEEN[seen.anchor.kind], seen.data
        for der in self.certificates:
            yield certificate_name(Digest.sha256(der)), der
        if self.key is not None:
            yield KEY, self.key.public_pem()
        if self.authorities:
            yield AUTHORITIES, self.authorities
        yield SCRIPT, script()
        yield README, readme(self).encode()


def named(capture: Capture) -> tuple[StoredRecord, ...]:
    """Every record that a capture's statement names, in the order in which they lie in the archive and stand in a packet."""
    records = list(capture.others)
    for exchange in capture.exchanges:
        records.append(StoredRecord(exchange.record_id, exchange.kind, exchange.record))
        if exchange.request_id is not None and exchange.request is not None:
            records.append(StoredRecord(exchange.request_id, "request", exchange.request))
    return tuple(sorted(records, key=lambda one: (one.location.warc, one.location.offset)))


def _entry(folder: str, entry: Entry) -> Iterator[tuple[str, bytes]]:
    yield folder + STATEMENT, entry.data
    yield folder + proof_name(entry.kind), entry.proof.encode()


# ── how a capture came, for people: these words are not yet safe to print ──


def answered(capture: Capture) -> str:
    """What came, and when. An import answers to nobody: a status of it would be that of no server that we know."""
    at = rfc3339(capture.final.captured_at)
    if capture.source == "import":
        return f"taken over from an import, dated {at}"
    return f"answered {capture.final.status} on {at}"


def asked_for(capture: Capture) -> str:
    """By way of what address it came, "" where that is the page's own."""
    redirects = len(capture.exchanges) - 1
    if capture.asked == capture.address and not redirects:
        return ""
    return f"asked for as {capture.asked}, redirects: {redirects}"


def caveats(capture: Capture) -> Iterator[str]:
    """What is to be known of how it came."""
    if capture.source == "import":
        said = f" ({capture.source_note})" if capture.source_note else ""
        yield f"taken over from an import{said}: address and time are the importer's word, and that a server ever sent this is not shown"
    if capture.source == "memento":
        yield f"this is what a public archive showed as its copy of {capture.address}: that its server ever sent this is not shown"
    if capture.unchanged:
        yield "the server said (304) that bytes of an earlier capture still hold; it sent none"
    if any(one.rule == "ignored" for one in capture.robots):
        yield "robots.txt was ignored, on the operator's order"


def withdrawal(fact: Withdrawal) -> str:
    """Who withdrew it, when and why."""
    return f"withdrawn by {fact.by} on {rfc3339(fact.at)}: {fact.because}"


# ── the page for people ──


def readme(packet: Packet) -> str:
    """One page: what is in the packet, what it shows and what it does not. Foreign words in it are made safe to print."""
    template = resources(__package__).joinpath("packet.txt").read_text(encoding="utf-8")
    capture, checkpoint = packet.capture.capture, packet.capture.entry.proof.checkpoint
    final = capture.final
    return template.format(
        address=plain(capture.address), asked=_asked(capture), at=rfc3339(final.captured_at), fetched=_fetched(capture),
        answer=_answer(capture), capture=capture.capture_id,
        payload=final.payload.hex, length=final.payload_length, sequence=capture.sequence, size=checkpoint.size,
        origin=checkpoint.origin, root=checkpoint.root.hex, signed=_signed(packet.key),
        records=_records(packet), log=_log(packet.key), tls=_came(capture), seen=_seen(packet), notes="".join(f"\n  {plain(one)}" for one in _notes(packet)),
    )  # fmt: skip


def _asked(capture: Capture) -> str:
    said = asked_for(capture)
    return f"\n                {plain(said)}" if said else ""


def _answer(capture: Capture) -> str:
    """The status, where one came from a server or an archive that we asked; else that none did."""
    return "of no server that was asked" if capture.source == "import" else str(capture.final.status)


def _fetched(capture: Capture) -> str:
    if capture.source == "memento":
        return "copied from a public archive, not had from the publisher's server"
    if capture.source == "import":
        return f"by the importer's word; taken over from a file of others: {plain(capture.source_note or '')}"
    return f"fetched by the archive itself ({plain(capture.tool)})"


def _signed(key: Verifier | None) -> str:
    if key is None:
        return "by nobody: this log has no key, so who made it is not shown"
    return f"with the key\n                {key}"


def _records(packet: Packet) -> str:
    if packet.withdrawn is not None:
        return "NOT SHOWN   the records themselves: they were withdrawn. What was stated of them, their digests among it, is here"
    return "SHOWN       the records are, byte for byte, those that the statement names: not a bit of either has changed"


def _log(key: Verifier | None) -> str:
    if key is None:
        return "NOT SHOWN   whose log this is: the statement is an entry of it, and anybody could have made all of it"
    return "SHOWN       the statement is an entry of the log: who has a later checkpoint of it can tell if it is changed or taken out"


def _came(capture: Capture) -> str:
    """Whose server sent it, and whether it did."""
    if capture.source == "import":
        return "NOT SHOWN   that a server ever sent this: address and time are the importer's word"
    if capture.source == "memento":
        return f"{_tls(capture.final)}\n  NOT SHOWN   that the page's own server ever sent this: it is what a public archive showed"
    if capture.unchanged:
        return f"{_tls(capture.final)}\n  NOT SHOWN   that the server would have sent these bytes then: it said (304) that they still hold, and sent none"
    return _tls(capture.final)


def _tls(final: StoredExchange) -> str:
    if final.tls is None:
        how = "nothing is stated of TLS" if final.url.startswith("https:") else "it came over plain HTTP"
        return f"NOT SHOWN   whose server answered: {how}"
    if final.tls.chain_state == "unverified":
        return "NOT SHOWN   whose server answered: its certificate did not verify, and was accepted on the operator's order"
    return "AS STATED   it came over TLS, and the certificate verified for the host's name. TLS leaves no proof of that for others"


#: What an anchor shows, by its kind.
_SAYS = {
    "rfc3161": "IF TRUSTED  it was stated before {at}, if you trust that authority (give AUTHORITIES): a timestamp of {whom}",
    "witness": "IF TRUSTED  it was stated before {at}, if you trust that witness: {whom} signed the checkpoint",
    "git": "TO LOOK UP  it was stated before {at}: if {whom} has the commit {note}, in which the checkpoint stands",
}


def _seen(packet: Packet) -> str:
    lines = [
        _SAYS[one.kind].format(at=rfc3339(one.said_at or one.at), whom=plain(one.whom), note=plain(one.note))
        for one in (seen.anchor for seen in packet.anchors)
    ]
    return "\n  ".join(
        lines or ["NOT SHOWN   when it was stated: only the archive says so, nobody else has seen its log"]
    )


def _notes(packet: Packet) -> Iterator[str]:
    capture = packet.capture.capture
    if packet.payload is not None and capture.unchanged:
        yield "The server said (304) that the bytes in payload/ still hold, and sent none; those have a statement and proof of their own."
    elif packet.payload is not None:
        yield "The server sent bytes that the archive held already: they are in payload/, with a statement and proof of their own."
    if packet.payload is not None:
        yield from (f"In payload/: {one}." for one in caveats(packet.payload.capture))
    if any(one.rule == "ignored" for one in capture.robots):
        yield "robots.txt was ignored, on the operator's order."
    if packet.withdrawn is not None:
        yield f"The bytes are not in the packet: {withdrawal(packet.withdrawn.withdrawal)}"
    if packet.keys:
        yield "The log had more keys than one: with any of them that the others vouch for, verify.sh finds the one that signed this."
    if packet.reading is not None:
        yield "reading/text.txt is the text that the archive read in the page, reading/claims.json what the page says of its origin and of"
        yield f"other pages, each with the words that say so ({packet.reading.reading.rules})."
    yield from packet.left_out
