"""Witnesses of logs (C2SP tlog-witness, tlog-cosignature): what one is shown, and what it answers. Pure: no I/O.

    witness = Witness.parse("name+ID+KEY https://witness.example")
    body = request(note, old, proof)             to be posted to witness.url
    note = cosigned(note, answer, witness)       with its cosignature; raises BadNote
    size = seen(answer)                          of a conflict: how many leaves it knows of

1. What is shown is a signed checkpoint, and the proof that it goes on from what the witness saw last.
2. Of the lines that it answers, those of its own key count, each must hold, and there must be one. Others are left out.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass, replace

from archiver.signing.note import COSIGNATURE, BadNote, Note, Signature, Verifier

OK, CONFLICT = 200, 409

#: More leaves than any log has.
_MOST = 2**53


@dataclass(frozen=True, slots=True)
class Witness:
    """A witness: its key, and where checkpoints are submitted to it."""

    key: Verifier
    prefix: str

    @classmethod
    def parse(cls, text: str) -> Witness:
        """From its vkey and the address, with a space between. Raises ValueError."""
        vkey, _, prefix = text.strip().partition(" ")
        key = Verifier.parse(vkey)
        if key.kind != COSIGNATURE:
            raise BadNote("a key that is no witness's: its kind is not 0x04, that of cosignatures with Ed25519")
        if not prefix.strip().startswith(("http://", "https://")):
            raise BadNote("a witness without an address")
        return cls(key, prefix.strip().rstrip("/"))

    @property
    def url(self) -> str:
        """Where a checkpoint is posted to."""
        return f"{self.prefix}/add-checkpoint"


def request(note: Note, old: int, proof: Sequence[bytes]) -> bytes:
    """That the checkpoint goes on from the one of `old` leaves; 0 where the witness has seen none."""
    lines = (f"old {old}", *(base64.b64encode(one).decode("ascii") for one in proof), "", "")
    return "\n".join(lines).encode("ascii") + note.encode()


def cosigned(note: Note, answer: bytes, witness: Witness) -> Note:
    """The checkpoint with its own signatures and those of the witness."""
    try:
        lines = answer.decode("utf-8").splitlines()
    except UnicodeDecodeError as why:
        raise BadNote("an answer that is not in UTF-8") from why
    by = (witness.key.name, witness.key.key_id)
    signed = (one for one in map(Signature.parse, lines) if (one.name, one.key_id) == by)
    whole = replace(note, signatures=(*note.signatures, *signed))
    if whole.cosigned_at(witness.key) is None:
        raise BadNote("an answer without a signature of this witness's key")
    return whole


def seen(answer: bytes) -> int:
    """The size in the body of a conflict. Raises ValueError."""
    text = answer.decode("ascii").removesuffix("\n")
    if not text.isdigit() or len(text) > 16 or str(int(text)) != text or int(text) >= _MOST:
        raise ValueError("no number of leaves")
    return int(text)
