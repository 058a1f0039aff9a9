"""Anchors on disk, and whether they hold: archive/anchors, a file for each time that somebody else saw a checkpoint. None is ever changed.

    name = keep(archive, size, whom, content, ...)      durable when this returns
    judged(connection, archive, roots)                  what is wrong with those that the log states
    fault(connection, archive, anchor, roots)           with one of them

    NNNNNNNNNNNN-HOST.tsr       the reply of a timestamp authority, byte for byte: of the file of the checkpoint
    NNNNNNNNNNNN-NAME.note      the checkpoint with the cosignature of a witness; the witness's vkey is its `whom`
    NNNNNNNNNNNN-HOST.commit    the object of the git commit that published it, whose ID is its `note`

An anchor holds where 1. the file is there and has the digest that was stated, 2. the log has the stated root at that size, 3. the
file is of that checkpoint, and 4. is signed by whom it says. A later fault is not looked for where an earlier one was found. What is
of a kind that is not known here is told, too, and a timestamp where nobody is trusted with the time: nobody has checked it.

A file that no statement names is left by a command that was broken off, or by a log that was another one: then it contradicts this one.
"""

from __future__ import annotations

import errno
import os
import re
import sqlite3
from collections.abc import Callable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from archiver import plain
from archiver.errors import Damaged
from archiver.ledger import published
from archiver.ledger.checkpoints import FOLDER as CHECKPOINTS
from archiver.ledger.log import Log
from archiver.manifest import anchors as rows
from archiver.model.citation import WHOSE
from archiver.model.digest import Digest
from archiver.model.log import Anchor, Checkpoint
from archiver.signing.authority import Roots, held
from archiver.signing.note import BadNote, Note, Verifier
from archiver.signing.timestamp import OfAnother, Unchecked, Wrong, said

FOLDER = "anchors"

#: The largest file of an anchor, in bytes.
LONGEST = 256 * 1024
_LETTERS = 80


class Code(StrEnum):
    """What can be wrong with an anchor: codes of ledger.problems."""

    MISSING = "anchor-missing"
    CHANGED = "anchor-changed"
    OTHER_ROOT = "anchor-other-root"
    INVALID = "anchor-invalid"
    UNCHECKED = "anchor-unchecked"
    STRAY = "anchor-stray"
    CONTRADICTS = "anchor-contradicts"


class Fault(NamedTuple):
    """What is wrong with an anchor: the number of its statement, if it has one, the name of its file, and a sentence."""

    code: Code
    sequence: int | None
    file: str
    message: str


def keep(
    archive: Path, size: int, whom: str, content: bytes, *, suffix: str, sync_folder: Callable[[Path], None]
) -> str:
    """Write what `whom` gave for the checkpoint of `size` leaves. The lock must be held. Returns the file's name. Raises OSError."""
    folder = archive / FOLDER
    if not folder.is_dir():
        folder.mkdir()
        sync_folder(archive)
    stem = f"{size:012d}-{re.sub('[^a-z0-9.-]+', '-', whom.lower())[:_LETTERS].strip('.-') or 'somebody'}"
    name, number = f"{stem}{suffix}", 1
    while os.path.lexists(folder / name):
        number += 1
        name = f"{stem}-{number}{suffix}"
    plain.put(folder / name, [content])
    sync_folder(folder)
    return name


def judged(connection: sqlite3.Connection, archive: Path, roots: Roots) -> Iterator[Fault]:
    """The faults of all anchors, in the order of their statements, then of files that none names. `archive` is the folder of the WARC
    files; `roots` are the timestamp authorities that are trusted. Reads alone, and sends nothing.
    """
    for sequence in rows.numbers(connection):
        try:
            anchor = rows.at(connection, sequence)
        except ValueError as why:
            yield Fault(Code.INVALID, sequence, "", f"its row cannot be read: {why}")
            continue
        if (found := fault(connection, archive, anchor, roots)) is not None:
            yield Fault(found[0], sequence, anchor.name, found[1])
    yield from _strays(connection, archive)


def fault(connection: sqlite3.Connection, archive: Path, anchor: Anchor, roots: Roots) -> tuple[Code, str] | None:
    """The fault of one anchor; None where it holds. Otherwise as judged."""
    try:
        _examine(anchor, archive, Log(connection), roots)
    except _Wrong as why:
        return why.code, str(why)
    return None


class _Wrong(Exception):
    def __init__(self, code: Code, message: str) -> None:
        super().__init__(message)
        self.code = code


def _examine(anchor: Anchor, archive: Path, log: Log, roots: Roots) -> None:
    content = _read(archive / FOLDER / anchor.name, "the file of the anchor") if _plain(anchor.name) else None
    if content is None:
        raise _Wrong(Code.MISSING, "it names no file")
    if Digest.sha256(content) != anchor.digest:
        raise _Wrong(
            Code.CHANGED, f"the file is not the one that was stated: its SHA-256 is {Digest.sha256(content).hex}"
        )
    try:
        root = log.root(anchor.size) if 0 < anchor.size <= log.size else None
    except Damaged as why:
        raise _Wrong(Code.UNCHECKED, str(why)) from why
    if root != anchor.root:
        message = f"{anchor.whom} saw another log: at {anchor.size} statements it had the root {anchor.root.hex}"
        raise _Wrong(Code.OTHER_ROOT, message)
    examine = _KINDS.get(anchor.kind)
    if examine is None:
        raise _Wrong(Code.UNCHECKED, f"an anchor of the kind {anchor.kind}, which is not known here")
    examine(anchor, content, Checkpoint(log.origin, anchor.size, anchor.root), archive, roots)


def _timestamp(anchor: Anchor, content: bytes, of: Checkpoint, archive: Path, roots: Roots) -> None:

    name = f"{of.size:012d}.checkpoint"
    seen = _read(archive / CHECKPOINTS / name, f"the checkpoint {name}, which it is of,")
    if not seen.startswith(f"{of.text}\n".encode()):
        raise _Wrong(Code.INVALID, f"{name}, which it is of, is not what was seen")
    try:
        moment = held(content, seen, roots)
    except Wrong as why:
        raise _Wrong(Code.INVALID, f"it is no timestamp of {name}: {why}") from why
    except Unchecked as why:
        raise _Wrong(Code.UNCHECKED, str(why)) from why
    if anchor.said_at is None or abs((moment - anchor.said_at).total_seconds()) >= 1:
        raise _Wrong(Code.INVALID, "it gives another time than was stated")
    if not roots:
        raise _Wrong(Code.UNCHECKED, f"{WHOSE}: the setting timestamp_ca names nobody to trust")


def _cosignature(anchor: Anchor, content: bytes, of: Checkpoint, _archive: Path, _roots: Roots) -> None:

    try:
        key, note = Verifier.parse(anchor.whom), Note.parse(content)
        moment = note.cosigned_at(key)
    except BadNote as why:
        raise _Wrong(Code.INVALID, f"it is no cosigned checkpoint: {why}") from why
    if note.text != of.text:
        raise _Wrong(Code.INVALID, "it is of another checkpoint")
    if moment is None or moment != anchor.said_at:
        raise _Wrong(
            Code.INVALID, f"{key.name} did not sign it" if moment is None else "it gives another time than was stated"
        )


def _commit(anchor: Anchor, content: bytes, of: Checkpoint, _archive: Path, _roots: Roots) -> None:
    if why := published.fault(anchor.note, content, of):
        raise _Wrong(Code.INVALID, why)


_KINDS: dict[str, Callable[[Anchor, bytes, Checkpoint, Path, Roots], None]] = {
    "rfc3161": _timestamp,
    "witness": _cosignature,
    "git": _commit,
}


# ── files that no statement names ──


def _strays(connection: sqlite3.Connection, archive: Path) -> Iterator[Fault]:
    log, stated, folder = Log(connection), rows.names(connection), archive / FOLDER
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if path.name in stated or path.name.startswith("."):  # a draft
            continue
        code, what = Code.STRAY, "it is of this log: a command was broken off"
        try:
            if _contradicts(path.name, plain.read(path, LONGEST), archive, log):
                code, what = Code.CONTRADICTS, "somebody gave it for another log than this one"
        except OSError as why:
            what = f"it cannot be read: {why.strerror}"
        except (ValueError, Damaged) as why:
            what = f"it was not checked: {why}"
        yield Fault(code, None, path.name, f"no statement names it, and {what}")


def _contradicts(name: str, content: bytes, archive: Path, log: Log) -> bool:
    """Whether what somebody gave is of a checkpoint that this log does not have. Raises ValueError for what is nothing of the kind."""
    if name.endswith(".tsr"):
        return _of_another(name, content, archive)
    if name.endswith(".note"):
        of = Checkpoint.parse(Note.parse(content).text)
    elif name.endswith(".commit"):
        of = Checkpoint.parse(content.decode().rpartition("\n\n")[2])
    else:
        raise ValueError("it is of no kind that is known here")
    return not 0 < of.size <= log.size or of.origin != log.origin or log.root(of.size) != of.root


def _of_another(name: str, content: bytes, archive: Path) -> bool:
    """Of which size a timestamp is, its file's name says alone; and the checkpoint that it was given for stays."""
    try:
        seen = plain.read(archive / CHECKPOINTS / f"{name.partition('-')[0]}.checkpoint", LONGEST)
    except OSError:
        seen = b""
    try:
        said(content, seen)
    except OfAnother:
        return True
    return False


# ── reading them ──


def _plain(name: str) -> bool:
    """Whether it is the name of a file in the folder, and leads nowhere else."""
    return Path(name).name == name and name not in ("", ".", "..") and "\0" not in name


def _read(path: Path, what: str) -> bytes:
    try:
        return plain.read(path, LONGEST)
    except OSError as why:
        if why.errno == errno.EFBIG:
            raise _Wrong(Code.CHANGED, f"{what} is larger than any that was kept") from why
        raise _Wrong(Code.MISSING, f"{what} cannot be read: {why.strerror}") from why
