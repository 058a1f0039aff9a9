"""The WARC files as bytes: whether each is there, as long as it was, and holds in every record the bytes that were written.

    strangers, length, another level quick
    stored(path, ...)          level bytes: one read, each record's SHA-256, and the file's where one is stated
    seal(archive, known, ...)  what is to be stated of a file that is complete

A flipped bit anywhere in a file lies in some record, so reading it through finds each one and names the capture it belongs to.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from archiver.errors import Unreadable
from archiver.ledger.problems import Damage
from archiver.manifest.fixity import KnownFile, KnownRecord
from archiver.model.digest import Digest
from archiver.model.event import Seal
from archiver.warc.read import Broken, members

#: Called with each piece that is read of a file, in order.
Take = Callable[[bytes], object]

_STEP = 1 << 20


def strangers(there: Iterable[str], known: Collection[str]) -> Iterator[Damage]:
    """Files that the manifest does not know."""
    for name in there:
        if name not in known:
            what = "the manifest knows nothing of this file: import it, or move it away"
            yield Damage("file-unknown", None, name, None, what)


def length(archive: Path, known: KnownFile) -> Iterator[Damage]:
    """Whether a file has the length that is known of it."""
    try:
        octets = (archive / known.name).stat().st_size
    except FileNotFoundError:
        yield Damage("file-missing", None, known.name, None, f"{known.committed} bytes were known of it")
        return
    except OSError as why:
        yield Damage("file-unreadable", None, known.name, None, str(why.strerror))
        return
    if octets < known.committed:
        yield Damage("file-short", None, known.name, octets, f"it has {octets} bytes where {known.committed} are known")
    elif octets > known.committed and known.sealed:
        what = f"{octets - known.committed} bytes were added after it was sealed"
        yield Damage("file-long", None, known.name, known.committed, what)


def another(archive: Path, known: KnownFile, first: str | None) -> Damage | None:
    """Whether a file begins with another record than the one of that id: then it is another file, and nothing else needs to be said."""
    try:
        record = next(members(archive / known.name), None)
    except (Unreadable, Broken):
        return None  # it is damaged, which is another matter
    if first is None or record is None or record.kind != "warcinfo" or record.record_id == first:
        return None
    return Damage("file-other", None, known.name, None, "this is another file, of whatever origin, under its name")


def stored(archive: Path, known: KnownFile, expected: Sequence[KnownRecord]) -> Iterator[Damage]:
    """Whether the records of a file are what was written, one after another, and the whole what was stated of it."""
    whole = None if known.digest is None else hashlib.sha256()
    harmed = False
    for one in _members(archive / known.name, known, expected, _nobody if whole is None else whole.update):
        harmed = True
        yield one
    if known.digest is not None and whole is not None and not harmed and whole.digest() != known.digest.value:
        what = f"its SHA-256 is {whole.hexdigest()}, and was {known.digest.hex}"
        yield Damage("file-digest", None, known.name, None, what)


def seal(archive: Path, known: KnownFile, expected: Sequence[KnownRecord], at: datetime) -> Seal | None:
    """What is to be stated of a file in the folder `archive` that is complete; None where it is not what was written."""
    whole = hashlib.sha256()
    if list(length(archive, known)) or list(_members(archive / known.name, known, expected, whole.update)):
        return None
    return Seal(known.name, at, known.committed, Digest("sha256", whole.digest()))


def sha256_at(stream: BinaryIO, offset: int, octets: int, take: Take) -> bytes:
    """The SHA-256 of so many bytes of an open file, or of as many as there are; each piece is handed on."""
    digest = hashlib.sha256()
    stream.seek(offset)
    while octets > 0 and (piece := stream.read(min(octets, _STEP))):
        digest.update(piece)
        take(piece)
        octets -= len(piece)
    return digest.digest()


def _members(path: Path, known: KnownFile, expected: Sequence[KnownRecord], take: Take) -> Iterator[Damage]:
    """Check the records of a file; its bytes, as far as records account for them, are handed on."""
    end = 0
    try:
        with path.open("rb") as stream:
            for record in expected:
                at = record.location
                if at.offset != end:
                    yield _gap(known, end, at.offset)
                end = at.offset + at.length
                if sha256_at(stream, at.offset, at.length, take) != at.stored.value:
                    what = f"the {record.kind} record {record.record_id} is not what was written"
                    yield Damage("record-digest", record.capture_id, known.name, at.offset, what)
    except OSError as why:
        yield Damage("file-unreadable", None, known.name, end, str(why.strerror))
    if end < known.committed:
        yield _gap(known, end, known.committed)


def _gap(known: KnownFile, begin: int, end: int) -> Damage:
    return Damage("record-gap", None, known.name, begin, f"{end - begin} bytes that no record accounts for")


def _nobody(_piece: bytes) -> None:
    """Takes no piece."""
