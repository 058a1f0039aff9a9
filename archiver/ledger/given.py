"""A log's key as somebody has it who checks a packet: its vkey, or the 32 bytes that stand in its PEM.

    public_of(pem)           the 32 bytes, None for what is no such key
    spelled(pem)             the same of the one spelling that there is
    is_the(key, given)       whether it is that key

Does not own: files, signatures (signing.note).
"""

from __future__ import annotations

import base64
import binascii
from typing import TypeAlias

from archiver.signing.note import ED25519, Verifier

#: A log's key with the log's name, or the 32 bytes alone.
Given: TypeAlias = Verifier | bytes

_SPKI = bytes.fromhex("302a300506032b6570032100")
_LABEL = (b"PUBLIC",)  # of `-----BEGIN PUBLIC KEY-----`, whose other words hold dashes


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


def spelled(pem: bytes) -> bytes | None:
    """The 32 bytes of a key as openssl writes it; None for any other spelling."""
    found = public_of(pem)
    return found if found is not None and Verifier("log", ED25519, found).public_pem() == pem else None


def is_the(key: Verifier | None, given: Given | None) -> bool:
    """Whether the key is the one that is given."""
    if key is None or given is None:
        return False
    return key == given if isinstance(given, Verifier) else key.public == given
