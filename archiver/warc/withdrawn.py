"""What stands in the place of a record that was withdrawn: one of the same id, and in the file exactly as long.

    Replacement(was, at, because)        its bytes, and their digest: always the same for the same three
    was(record)                          what stood there before, as a record says that is such a one
    merged(path, replacements)           a file as it is to be; put(store, warc, replacements) makes it so

Every other record keeps its place, and so every statement stays true that names a place. It is a metadata record without an
address (replay tools offer any record with one): `X-Archiver-Withdrawn` has the kind and the digest of the stored bytes that were
there, and a text says when it was withdrawn and why, padded with blanks. The member's blocks are stored, not compressed, so that
they need no library to come out the same; where there is no room for that they are compressed. What is left to fill is a comment
in the member's header (RFC 1952, 2.3.1).

Does not own: which records are withdrawn (manifest.withdrawals), what is stated of it, in which order (removal).
"""

from __future__ import annotations

import hashlib
import os
import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from archiver import plain
from archiver.errors import Damaged, Unwritable
from archiver.model.capture import RecordLocation, StoredRecord
from archiver.model.date import rfc3339
from archiver.model.digest import Digest
from archiver.warc.layout import urn
from archiver.warc.read import Record
from archiver.warc.store import WarcStore

#: The field that names what stood there: its kind, and the digest of its stored bytes.
FIELD = "X-Archiver-Withdrawn"

#: The records that hold what a page says, and so can be withdrawn.
KINDS = ("response", "resource", "conversion")

#: Of the reason so much is said in the record, in characters; all of it is stated.
_REASON = 500

#: The most that one stored block of a gzip member holds, and what a block, a member's header and its end take (RFC 1951, 1952).
_BLOCK, _BLOCK_HEAD = 65_535, 5
_MEMBER_HEAD, _MEMBER_END = 10, 8
_COMMENT = 0x10

_END = b"\r\n\r\n"
_READ = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Replacement:
    """The record that is put where `was` stands, withdrawn `at` that time, `because` of that."""

    was: StoredRecord
    at: datetime
    because: str

    @property
    def record(self) -> StoredRecord:
        """It, as it will lie in the file. Raises Unwritable where there is no room for it."""
        place, digest = self.was.location, hashlib.sha256()
        for piece in self.pieces():
            digest.update(piece)
        at = RecordLocation(place.warc, place.offset, place.length, Digest("sha256", digest.digest()))
        return StoredRecord(self.was.record_id, "metadata", at)

    def pieces(self) -> Iterator[bytes]:
        """Its bytes, exactly as many as those of what was there."""
        room = self.was.location.length
        for text in self._texts():
            filler = _filler(room, len(self._head(len(text), text, 0)) - len(str(len(text))), len(text))
            if filler is not None:
                return _stored(room, self._head(len(text) + filler, text, filler) + text, filler)
            packed = _packed(self._head(len(text), text, 0) + text + _END)
            if len(packed) <= room - _MEMBER_HEAD:
                return iter((_member_head(room - _MEMBER_HEAD - len(packed)), packed))
        raise Unwritable(
            f"record {self.was.record_id} has {room} bytes: nothing can say in so few that it was withdrawn",
            advice="Withhold it instead: leave out --remove.",
        )

    def _texts(self) -> Iterator[bytes]:
        """What is said, the most first: as much as there is room for."""
        said = f"This record was withdrawn on {self.at:%Y-%m-%d}"
        reason = " ".join(self.because.split())
        yield f"{said}, because: {reason[:_REASON]}\n".encode("utf-8", "replace")
        yield f"{said}.\n".encode()
        yield b""

    def _head(self, length: int, text: bytes, filler: int) -> bytes:
        """The record's header, of a block of that length: the text, and so many blanks."""
        digest = hashlib.sha256(text)
        for blanks in _blanks(filler):
            digest.update(blanks)
        place = self.was.location
        fields = [
            ("WARC-Type", "metadata"),
            ("WARC-Record-ID", urn(self.was.record_id)),
            ("WARC-Date", rfc3339(self.at)),
            (FIELD, f"{self.was.kind} {place.stored.algorithm}:{place.stored.hex}"),
        ]
        if text:
            fields.append(("Content-Type", "text/plain; charset=utf-8"))
            fields.append(("WARC-Block-Digest", str(Digest("sha256", digest.digest()))))
        fields.append(("Content-Length", str(length)))
        lines = "".join(f"{name}: {value}\r\n" for name, value in fields)
        return f"WARC/1.1\r\n{lines}\r\n".encode()


def was(record: Record) -> StoredRecord | None:
    """What stood in the place of a record before it was withdrawn, as the record says; None for any other record.

    The place is the caller's to add: the file's name is not known here. So is whether anybody has stated this.
    """
    said = record.header(FIELD) if record.kind == "metadata" else None
    kind, _, labelled = (said or "").partition(" ")
    if kind not in KINDS:
        return None
    try:
        place = RecordLocation("", record.offset, record.length, Digest.parse(labelled))
    except ValueError:
        return None
    return StoredRecord(record.record_id, kind, place)


def merged(path: Path, replacements: Sequence[Replacement]) -> Iterator[bytes]:
    """The bytes of a file with these records of it replaced. Raises Damaged where it is gone, or ends before them."""
    at = 0
    try:
        with path.open("rb") as file:
            for one in sorted(replacements, key=lambda one: one.was.location.offset):
                place = one.was.location
                yield from _copied(file, place.offset - at)
                yield from one.pieces()
                at = place.offset + place.length
                if file.seek(at) > os.fstat(file.fileno()).st_size:
                    raise Damaged(f"{path} ends within a record", advice="Put it back from a copy of the archive.")
            yield from _copied(file, None)
    except FileNotFoundError as why:
        raise Damaged(f"{path} is gone", advice="Put it back from a copy of the archive.") from why


def put(store: WarcStore, warc: str, replacements: Sequence[Replacement]) -> None:
    """Write the file anew with these records replaced, durably, and put it in the place of the old one, which is not written to. The
    lock must be held. Broken off, it leaves one of the two there, and at most a file beside that the next time writes over.
    """
    path = store.folder / warc
    plain.put(path, merged(path, replacements), sync=store.sync, mode=path.stat().st_mode & 0o777)
    store.sync_folder(store.folder)


def stands(folder: Path, record: StoredRecord) -> bool:
    """Whether these very bytes lie where the record says that they do."""
    place, digest = record.location, hashlib.sha256()
    try:
        with (folder / place.warc).open("rb") as file:
            file.seek(place.offset)
            for piece in _copied(file, place.length):
                digest.update(piece)
    except OSError:
        return False
    return digest.digest() == place.stored.value


def _copied(file: BinaryIO, count: int | None) -> Iterator[bytes]:
    """The next so many bytes of a file, or all that are left."""
    left = count
    while left != 0 and (piece := file.read(_READ if left is None else min(left, _READ))):
        yield piece
        left = None if left is None else left - len(piece)


# ── a gzip member of a given length ──


def _filler(room: int, head: int, text: int) -> int | None:
    """How many blanks go behind the text so that a member of stored blocks comes as near to its length as it can, never beyond; None
    where there is no room for the text. `head`: the length of the record's header, but for the digits of its Content-Length.
    """
    filler = room
    while filler >= 0:
        length = text + filler
        over = _stored_length(head + len(str(length)) + length + len(_END)) - room
        if over <= 0:
            return filler
        filler -= over
    return None


def _stored_length(size: int) -> int:
    """Of a member that holds so many bytes in stored blocks."""
    return _MEMBER_HEAD + size + -(-size // _BLOCK) * _BLOCK_HEAD + _MEMBER_END


def _stored(room: int, begin: bytes, filler: int) -> Iterator[bytes]:
    """A member of stored blocks that holds `begin`, so many blanks, and the end of a record."""
    size = len(begin) + filler + len(_END)
    yield _member_head(room - _stored_length(size))
    crc, left, ready = 0, size, b""
    for data in (begin, *_blanks(filler), _END):
        ready += data
        while len(ready) >= _BLOCK or (ready and len(ready) == left):
            block, ready = ready[:_BLOCK], ready[_BLOCK:]
            left -= len(block)
            crc = zlib.crc32(block, crc)
            yield struct.pack("<BHH", int(not left), len(block), len(block) ^ 0xFFFF) + block
    yield struct.pack("<II", crc, size & 0xFFFFFFFF)


def _blanks(count: int) -> Iterator[bytes]:
    """So many blanks, a line end the last of them."""
    for at in range(0, count, _BLOCK):
        piece = b" " * min(_BLOCK, count - at)
        yield piece if at + _BLOCK < count else piece[:-1] + b"\n"


def _packed(data: bytes) -> bytes:
    """What a member has behind its header, compressed."""
    deflate = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    end = struct.pack("<II", zlib.crc32(data), len(data))
    return deflate.compress(data) + deflate.flush() + end


def _member_head(comment: int) -> bytes:
    """A member's header with a comment of so many bytes, its closing zero among them; without one where that is none."""
    flags = _COMMENT if comment else 0
    return b"\x1f\x8b\x08" + bytes((flags, 0, 0, 0, 0, 0, 0xFF)) + (b" " * (comment - 1) + b"\0" if comment else b"")
