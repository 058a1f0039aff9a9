"""A witness of logs as tests need it: it cosigns whatever it is shown (C2SP tlog-cosignature, Ed25519)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from archiver.signing.keys import Key
from archiver.signing.note import COSIGNATURE, Note, Signature, Verifier


def verifier(key: Key, name: str) -> Verifier:
    return Verifier(name, COSIGNATURE, key.public)


def cosigned(note: Note, key: Key, name: str, at: datetime) -> Note:
    """The note with a cosignature more, of that second."""
    seconds = int(at.timestamp())
    signature = key.sign(f"cosignature/v1\ntime {seconds}\n{note.text}".encode())
    line = Signature(name, verifier(key, name).key_id, seconds.to_bytes(8, "big") + signature)
    return replace(note, signatures=(*note.signatures, line))
