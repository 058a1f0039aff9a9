"""Signed notes (C2SP signed-note): a text, and lines that say who signed it. Both directions.

    note = Note.parse(data)                 raises BadNote
    note.verified(verifiers)                which of these keys signed it
    Note(text).signed(key, name).encode()

1. A note is valid UTF-8 of at most MOST_BYTES and MOST_SIGNATURES, without control characters other than the end of a line.
2. The last empty line ends the text. What follows are signature lines and nothing else; where nothing does, nobody signed it.
3. There is one spelling of a note and of a key: what is read is written again byte for byte.
4. A signature counts where its name and its key ID are those of a key that the caller knows. Where it is there and does not
   hold, the note is bad, whoever else signed it. Those of unknown keys are kept, and mean nothing.
5. A cosignature (C2SP tlog-cosignature) covers the time that it gives, and the text.

Does not own: what the text says (model.log), whose a key is, where keys are kept (signing.keys).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

#: The kinds of keys that are known here.
ED25519, COSIGNATURE = 0x01, 0x04

#: The largest note, in bytes, and the most signatures of one. The specification asks for 16 at least.
MOST_BYTES, MOST_SIGNATURES = 65_536, 64

_LONGEST_NAME = 1000
_PUBLIC_BYTES, _ID_BYTES, _TIME_BYTES = 32, 4, 8
_DASH = "\N{EM DASH}"


class BadNote(ValueError):
    """What is no signed note, no key of one, or holds a signature that does not hold."""


@dataclass(frozen=True, slots=True)
class Verifier:
    """A key that signatures are checked with: the name that it goes by, its kind, and its 32 bytes."""

    name: str
    kind: int
    public: bytes

    def __post_init__(self) -> None:
        _name(self.name)
        if self.kind not in _COVERED:
            raise BadNote(f"a key of kind {self.kind:#04x}, which is not known here")
        if len(self.public) != _PUBLIC_BYTES:
            raise BadNote(f"a key of {len(self.public)} bytes where {_PUBLIC_BYTES} should be")

    @classmethod
    def parse(cls, vkey: str) -> Verifier:
        """From a vkey: `name+hex of the key ID+base64 of the kind and the key`. Raises BadNote."""
        name, _, rest = vkey.partition("+")
        shown, _, encoded = rest.partition("+")
        kind, public = _split(_decoded(encoded, "a vkey"), 1)
        found = cls(name, kind[0], public)
        if shown != found.key_id.hex():
            raise BadNote("a vkey whose ID is not the one of its key")
        return found

    @property
    def key_id(self) -> bytes:
        """Four bytes that tell this key from others of its name."""
        return hashlib.sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public).digest()[:_ID_BYTES]

    @property
    def signer(self) -> str:
        """This key as a note's lines name it: NAME+ID."""
        return _named(self.name, self.key_id)

    def holds(self, text: str, value: bytes) -> bool:
        """Whether this is a signature of the text by this key."""
        try:
            signature, covered = _COVERED[self.kind](text, value)
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, covered)
        except (InvalidSignature, ValueError):
            return False
        return True

    def public_pem(self) -> bytes:
        """The key as openssl takes it: SubjectPublicKeyInfo in PEM."""
        key = Ed25519PublicKey.from_public_bytes(self.public)
        return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    def __str__(self) -> str:
        return f"{self.signer}+{_encoded(bytes([self.kind]) + self.public)}"


def _named(name: str, key_id: bytes) -> str:
    """A key by its name and ID, NAME+ID: what a vkey begins with, and what the manifest keeps of who signed."""
    return f"{name}+{key_id.hex()}"


class Signer(Protocol):
    """What a note is signed with (signing.keys.Key)."""

    def verifier(self, name: str) -> Verifier:
        """What others check its signatures with, where it goes by this name."""

    def sign(self, data: bytes) -> bytes:
        """Its signature of the data."""


@dataclass(frozen=True, slots=True)
class Signature:
    """One line of a note: a key by its name and ID, and what it made of the text."""

    name: str
    key_id: bytes
    value: bytes

    def __post_init__(self) -> None:
        _name(self.name)
        if len(self.key_id) != _ID_BYTES or not self.value:
            raise BadNote("a signature line without a signature")

    @classmethod
    def parse(cls, line: str) -> Signature:
        """From a line without its end. Raises BadNote."""
        parts = line.split(" ")
        if len(parts) != 3 or parts[0] != _DASH:
            raise BadNote("a line that is no signature where one should be")
        _, name, encoded = parts
        return cls(name, *_split(_decoded(encoded, "a signature line"), _ID_BYTES))

    @property
    def signer(self) -> str:
        """The key that is said to have made it: NAME+ID, as Verifier.signer."""
        return _named(self.name, self.key_id)

    def __str__(self) -> str:
        return f"{_DASH} {self.name} {_encoded(self.key_id + self.value)}"


@dataclass(frozen=True, slots=True)
class Note:
    """A text, which ends with the end of a line, and its signatures in the order of their lines. Nothing is said of who made them."""

    text: str
    signatures: tuple[Signature, ...] = ()

    def __post_init__(self) -> None:
        if not self.text.endswith("\n"):
            raise BadNote("the text of a note does not end with the end of a line")
        if any(char < " " and char != "\n" for char in self.text):
            raise BadNote("the text of a note holds control characters")
        if len(self.signatures) > MOST_SIGNATURES:
            raise BadNote(f"a note with more than {MOST_SIGNATURES} signatures")
        try:
            size = len(self.encode())
        except UnicodeEncodeError as why:
            raise BadNote("the text of a note cannot be written in UTF-8") from why
        if size > MOST_BYTES:
            raise BadNote(f"a note of more than {MOST_BYTES} bytes")

    @classmethod
    def parse(cls, data: bytes) -> Note:
        """From the bytes of a note. Raises BadNote."""
        if len(data) > MOST_BYTES:
            raise BadNote(f"a note of more than {MOST_BYTES} bytes")
        try:
            whole = data.decode("utf-8")
        except UnicodeDecodeError as why:
            raise BadNote("a note that is not in UTF-8") from why
        text, blank, lines = whole.rpartition("\n\n")
        if not blank:
            raise BadNote("a note without the empty line that ends its text")
        *signed, rest = lines.split("\n", MOST_SIGNATURES)
        if rest:
            raise BadNote(f"the last line of a note breaks off, or it has more than {MOST_SIGNATURES} signatures")
        return cls(text + "\n", tuple(map(Signature.parse, signed)))

    def encode(self) -> bytes:
        """The bytes of the note."""
        return "".join((self.text, "\n", *(f"{one}\n" for one in self.signatures))).encode("utf-8")

    def signed(self, key: Signer, name: str) -> Note:
        """The note with a signature more: of the key, under this name."""
        verifier = key.verifier(name)
        made = Signature(name, verifier.key_id, key.sign(self.text.encode("utf-8")))
        return replace(self, signatures=(*self.signatures, made))

    def verified(self, verifiers: Iterable[Verifier]) -> tuple[Verifier, ...]:
        """Those of the known keys that signed this note. Raises BadNote where a signature of one is there and does not hold."""
        return tuple(one for one in dict.fromkeys(verifiers) if self._by(one))

    def cosigned_at(self, verifier: Verifier) -> datetime | None:
        """When the witness says to have seen this: the first time, where it says so more than once. None where it does not.

        Whole seconds, UTC. Raises BadNote where a cosignature of it does not hold.
        """
        if verifier.kind != COSIGNATURE:
            return None
        return min((_time(one.value) for one in self._by(verifier)), default=None)

    def _by(self, verifier: Verifier) -> tuple[Signature, ...]:
        """Rule 4: the signatures of this key, each of which holds."""
        known = (verifier.name, verifier.key_id)
        found = tuple(one for one in self.signatures if (one.name, one.key_id) == known)
        if not all(verifier.holds(self.text, one.value) for one in found):
            raise BadNote(f"the signature of {verifier.name} does not hold: the text is not the one that was signed")
        return found


# ── what a signature covers, by its kind ──


def _plain(text: str, value: bytes) -> tuple[bytes, bytes]:
    return value, text.encode("utf-8")


def _cosigned(text: str, value: bytes) -> tuple[bytes, bytes]:
    covered = f"cosignature/v1\ntime {int(_time(value).timestamp())}\n{text}"
    return value[_TIME_BYTES:], covered.encode("utf-8")


#: The signature proper, and the bytes that it is one of.
_COVERED: dict[int, Callable[[str, bytes], tuple[bytes, bytes]]] = {ED25519: _plain, COSIGNATURE: _cosigned}


def _time(value: bytes) -> datetime:
    seconds = int.from_bytes(value[:_TIME_BYTES], "big")
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError) as why:
        raise BadNote("a cosignature of no time that there can be") from why


# ── spelling ──


def _name(name: str) -> None:
    if not 0 < len(name) <= _LONGEST_NAME or not all(map(_in_names, name)):
        raise BadNote("a name of a key that is empty or too long, or holds a space, a plus sign or a control character")


def _in_names(char: str) -> bool:
    return char > " " and char != "+" and not char.isspace() and not "\ud800" <= char <= "\udfff"


def _encoded(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _decoded(text: str, where: str) -> bytes:
    """Rule 3: base64 with its padding, no stray bits."""
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, ValueError) as why:
        raise BadNote(f"{where} that cannot be read") from why
    if not data or _encoded(data) != text:
        raise BadNote(f"{where} that cannot be read")
    return data


def _split(data: bytes, at: int) -> tuple[bytes, bytes]:
    return data[:at], data[at:]
