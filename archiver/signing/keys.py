"""The operator's keys as files: the one that checkpoints are signed with (Ed25519), and one for WACZ files (ECDSA).

    key = load(path) or create(path)        key.sign(data), key.verifier(name)
    rotate(path)                            a new one in its place; the old one is kept beside it
    known(path), at_hand(path)              the current one, and those before it

    key.pem             the current key: PKCS 8 in PEM, as openssl reads and writes it
    key-0123abcd.pem    one before it, called after its public key. It endorses its successor in archives that have not seen the change
    wacz.pem            what packages are signed with

1. A key file is 0600 from its first byte on, and complete before it has its name. None is ever overwritten but by `rotate`,
   which puts the old key aside, durable, before the new one takes its place: at no moment is there no key under the name.
2. A key that others can read is refused, as ssh refuses it.
3. What stands in a key file is never told, in a message or anywhere else.

Does not own: where the file is (config), which key an archive's log has (model.log.KeyChange).
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
import tempfile
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import SECP384R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from archiver import plain
from archiver.errors import Unwritable, UsageError
from archiver.signing.note import ED25519, Verifier

#: What packages are signed with stands beside the log's key, under this name.
WACZ = "wacz.pem"

#: The longest key file that is read, in bytes.
_MAX_BYTES = 16_384
#: The digits of a public key's SHA-256 that a retired key is called after.
_DIGITS = 8
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


@dataclass(frozen=True, slots=True)
class Key:
    """An Ed25519 key that signs (RFC 8032). It has no name of its own: it goes by the name of the log that it signs for. `path` is its
    file, beside which stands what it signed last (signing.heads); None for one that is in memory alone.
    """

    private: Ed25519PrivateKey = field(repr=False, compare=False)
    path: Path | None = field(default=None, repr=False, compare=False)
    public: bytes = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "public", self.private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))

    @classmethod
    def generate(cls) -> Key:
        """A new one, in memory alone."""
        return cls(Ed25519PrivateKey.generate())

    @property
    def fingerprint(self) -> str:
        """The SHA-256 of the 32 bytes of the public key, in hex."""
        return hashlib.sha256(self.public).hexdigest()

    def verifier(self, name: str) -> Verifier:
        """What others check its signatures in notes with, where it goes by this name. Raises BadNote for what is no name."""
        return Verifier(name, ED25519, self.public)

    def sign(self, data: bytes) -> bytes:
        """The signature, 64 bytes."""
        return self.private.sign(data)

    def public_pem(self) -> bytes:
        """The public key as openssl takes it: SubjectPublicKeyInfo in PEM."""
        return self.private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def create(path: Path) -> Key:
    """Make a key and keep it there, and the folders that lead to it.

    Raises UsageError where there is something already, Unwritable where the disk does not take it.
    """
    key = Key.generate()
    try:
        _write(path, key.private)
    except FileExistsError as why:
        raise UsageError(
            f"there is a key already: {path}",
            advice="Archives know it, so it is not overwritten. For a new one in its place: archiver key rotate",
        ) from why
    return Key(key.private, path)


def load(path: Path) -> Key | None:
    """The key that is kept there; None where there is no file. Raises UsageError where there is one that cannot be used."""
    private = _read(path)
    if private is None:
        return None
    if not isinstance(private, Ed25519PrivateKey):
        raise UsageError(f"{path} holds another key than one of Ed25519", advice=_ELSEWHERE)
    return Key(private, path)


def rotate(path: Path) -> Key:
    """Put a new key in the place of the current one, which is kept beside it. Returns the new one.

    Raises UsageError where there is no key, Unwritable where the disk does not take it: the old one is still there then.
    """
    old = load(path)
    if old is None:
        raise UsageError(f"there is no key to put another in the place of: {path}", advice="Run: archiver key init")
    aside = path.with_name(f"{path.stem}-{old.fingerprint[:_DIGITS]}{path.suffix}")
    try:
        _write(aside, old.private)
    except FileExistsError as why:
        if load(aside) != old:  # else a rotation before this one ended here
            raise UsageError(f"{aside} holds another key than it is called after", advice="Move it away.") from why
    new = Key.generate()
    _write(path.resolve(), new.private, over=True)  # a link stays one
    return Key(new.private, path)


def known(path: Path) -> tuple[Key, ...]:
    """The current key, and those before it in no order that says anything; none where there is no current one.

    Raises UsageError as load does, for any of them.
    """
    current = load(path)
    if current is None:
        return ()
    named = re.compile(rf"{re.escape(path.stem)}-[0-9a-f]{{{_DIGITS}}}{re.escape(path.suffix)}")
    try:
        retired = sorted(one for one in path.parent.iterdir() if named.fullmatch(one.name))
    except OSError as why:
        raise UsageError(f"the keys in {path.parent} cannot be read: {why.strerror}", advice=_ELSEWHERE) from why
    found = (current, *map(load, retired))
    return tuple(dict.fromkeys(key for key in found if key is not None))


def at_hand(path: Path) -> tuple[tuple[Key, ...], str]:
    """The same for whoever does without where they cannot be had: the keys, or none and why not. A capture waits for no key."""
    try:
        return known(path), ""
    except UsageError as why:
        return (), f"{why}. {why.advice}" if why.advice else str(why)


def wacz_key(path: Path) -> EllipticCurvePrivateKey:
    """What packages are signed with, kept beside the log's key at `path`; made where there is none yet.

    ECDSA on P-384, which is what readers of WACZ files in browsers check. Raises UsageError and Unwritable.
    """
    file = path.with_name(WACZ)
    found = _read(file)
    if found is None:
        made = generate_private_key(SECP384R1())
        try:
            _write(file, made)
        except FileExistsError:  # another process was first
            found = _read(file)
        else:
            return made
    if not isinstance(found, EllipticCurvePrivateKey) or not isinstance(found.curve, SECP384R1):
        raise UsageError(
            f"{file} holds no key of ECDSA on P-384", advice="Move it away: a new one is made where there is none."
        )
    return found


# ── reading ──


def _read(path: Path) -> PrivateKeyTypes | None:
    try:
        pem = _bytes(path)
    except FileNotFoundError:
        return None
    except OSError as why:
        raise UsageError(f"the key {path} cannot be read: {why.strerror}", advice=_ELSEWHERE) from why
    try:
        return load_pem_private_key(pem, None)
    except TypeError as why:
        raise UsageError(
            f"the key {path} is locked with a passphrase, which nobody is there to be asked for when a job runs",
            advice=f"Unlock it: openssl pkey -in {path} -out NEW",
        ) from why
    except (ValueError, UnsupportedAlgorithm) as why:
        raise UsageError(f"{path} holds no private key in PEM", advice=_ELSEWHERE) from why


def _bytes(path: Path) -> bytes:
    """What is in the file. Raises OSError; UsageError where it is no file, or others can get at it."""
    fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)  # of a pipe nothing would come
    try:
        mode = os.fstat(fd).st_mode
        if not stat.S_ISREG(mode):
            raise UsageError(f"{path} is not a file, so no key", advice=_ELSEWHERE)
        if mode & _OTHERS:
            raise UsageError(
                f"others than its owner can get at the key {path} (mode {stat.S_IMODE(mode):04o})",
                advice=f"Run: chmod 600 {path}. Where others may have read it: archiver key rotate",
            )
        return os.read(fd, _MAX_BYTES)
    finally:
        os.close(fd)


_ELSEWHERE = "Set ARCHIVER_KEY to the file that holds the key, or put it back from your copy."


# ── writing ──


def _write(path: Path, private: Ed25519PrivateKey | EllipticCurvePrivateKey, *, over: bool = False) -> None:
    """Rule 1. Raises FileExistsError where there is something and it is not to be overwritten, and Unwritable."""
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    try:
        _make_folder(path.parent)
        fd, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)  # 0600, and by nobody else's name
        try:
            with os.fdopen(fd, "wb") as file:
                file.write(pem)
                file.flush()
                os.fsync(fd)
            if over:
                Path(name).replace(path)
            else:
                os.link(name, path)  # fails where there is something, at whatever moment it came
        finally:
            Path(name).unlink(missing_ok=True)
        plain.sync_folder(path.parent)
    except FileExistsError:
        raise
    except OSError as why:
        raise Unwritable(f"the key {path} could not be written: {why.strerror}") from why


def _make_folder(folder: Path) -> None:
    """The folder and those above it, for their owner alone where they are new, their names on disk."""
    if folder.is_dir():
        return
    _make_folder(folder.parent)
    with suppress(FileExistsError):
        folder.mkdir(0o700)
    plain.sync_folder(folder.parent)
