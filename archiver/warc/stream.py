"""A file as the bytes of its records: inflated member by member, or as they are. Bounded steps, nothing held.

    source.begin() -> offset    source.line(limit), source.read(size) -> bytes    source.end() -> length, stored digest

Knows gzip members and where they begin and end, and checks their CRC and length; knows no records (read).
"""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path
from typing import BinaryIO, Protocol, cast

from isal import isal_zlib

from archiver.errors import Unreadable
from archiver.model.digest import Digest
from archiver.warc.layout import GZIP

_READ = 64 * 1024
#: Where the flags of a gzip member stand, and those that RFC 1952 has refused: isal passes over them, gzip and zlib do not.
_FLAGS, _RESERVED = 3, 0xE0
#: The most that one step inflates, in bytes.
STEP = 256 * 1024
#: Records are followed by two line ends. Some tools write fewer or more; so many are taken.
MAX_NEWLINES = 64
_LINE_ENDS = re.compile(rb"(?:\r\n)*\r?")
_ANY_LINE_ENDS = re.compile(rb"[\r\n]*")
_NEXT = re.compile(rb"\r?\n\r?\n(?=WARC/[0-9.]{3,5}\r?\n)")
#: So many bytes may stand between the end that a record's length gives and the one that it has, where such a record is taken.
MAX_SURPLUS = 64

_IsalError = cast(type[Exception], isal_zlib.IsalError)  # its stub says that it is an instance

#: First bytes of what is not a WARC file and what to say of it.
FOREIGN = (
    (b"PK\x03\x04", "it is a ZIP file (a WACZ, perhaps)"),
    (b"\x28\xb5\x2f\xfd", "it is compressed with zstd; unpack it first"),
    (b"\x04\x22\x4d\x18", "it is compressed with LZ4; unpack it first"),
    (b"BZh", "it is compressed with bzip2; unpack it first"),
    (b"\xfd7zXZ", "it is compressed with xz; unpack it first"),
    (b"filedesc://", "it is an ARC file"),
)


class Malformed(Exception):
    """What stands here is not a record; says why."""


class Source(Protocol):
    """A file as the bytes of its records: inflated, or as they are."""

    def begin(self) -> int | None:
        """The offset of the record that begins here, None at the end of the file."""

    def read(self, size: int) -> bytes:
        """Up to `size` bytes, b"" at the end."""

    def line(self, limit: int) -> bytes:
        """Up to and with the next newline, at most `limit` bytes."""

    def newlines(self) -> bytes:
        """The line ends (CR LF) that stand next, at most MAX_NEWLINES bytes of them; a last one may be half."""

    def blanks(self) -> bytes:
        """The line ends of any kind (CR, LF) that stand next, at most MAX_NEWLINES bytes of them; never into a next member."""

    def resync(self) -> int | None:
        """How many bytes stand before the record's real end, where that is plain to see: the end of the gzip member that it began,
        or, at most MAX_SURPLUS further, an empty line and the next record. Reads up to there; None where it is not.
        """

    def end(self) -> tuple[int, Digest | None]:
        """How long the record was in the file, and the digest of its stored bytes where they are its own."""


class Plain:
    """A file of uncompressed records."""

    def __init__(self, file: BinaryIO) -> None:
        self.read = file.read
        self.line = file.readline
        self._file = file
        self._start = 0

    def begin(self) -> int | None:
        """See Source."""
        self._start = self._file.tell()
        more = self._file.read(1)
        self._file.seek(self._start)
        return self._start if more else None

    def newlines(self) -> bytes:
        """See Source."""
        begin = self._file.tell()
        ahead = self._file.read(MAX_NEWLINES)
        match = _LINE_ENDS.match(ahead)
        found = match[0] if match else b""
        self._file.seek(begin + len(found))
        return found

    def blanks(self) -> bytes:
        """See Source."""
        match = _ANY_LINE_ENDS.match(self._ahead(MAX_NEWLINES))
        return match[0] if match and self._passed(match) else b""

    def resync(self) -> int | None:
        """See Source."""
        match = _NEXT.search(self._ahead(MAX_SURPLUS + 16))
        if match is None or match.start() > MAX_SURPLUS:
            return None
        self._passed(match)
        return match.start()

    def _ahead(self, size: int) -> bytes:
        begin = self._file.tell()
        ahead = self._file.read(size)
        self._file.seek(begin)
        return ahead

    def _passed(self, match: re.Match[bytes]) -> int:
        self._file.seek(match.end(), os.SEEK_CUR)
        return match.end()

    def end(self) -> tuple[int, Digest | None]:
        """See Source."""
        return self._file.tell() - self._start, None


class Gzip:
    """A file of gzip members, inflated in bounded steps; knows whether a record fills its member exactly."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._taken = file.tell()  # offset of the first compressed byte that no member has taken yet
        self._ahead = b""  # compressed bytes read from the file and not taken yet
        self._chunk = b""  # compressed bytes taken last, not hashed yet
        self._ready = b""  # inflated bytes, not read yet from `_at` on
        self._at = 0
        self._inflate = isal_zlib.decompressobj(GZIP)
        self._ended = True  # whether the member's end was reached
        self._reserved = False  # whether its header has a flag that RFC 1952 reserves
        self._member = self._taken  # offset of the member
        self._first = self._taken  # offset of the member that the record begins in
        self._aligned = False  # whether it begins with the member's first byte
        self._sha = hashlib.sha256()

    def begin(self) -> int | None:
        """See Source."""
        self._aligned = self._ended and self._at == len(self._ready)
        if self._aligned and not self._open():
            return None
        self._first = self._member
        return self._member

    def read(self, size: int) -> bytes:
        """See Source."""
        if self._at == len(self._ready) and not self._more():
            return b""
        data = self._ready[self._at : self._at + size]
        self._at += len(data)
        return data

    def line(self, limit: int) -> bytes:
        """See Source."""
        line = b""
        while len(line) < limit and (self._at < len(self._ready) or self._more()):
            last = self._at + limit - len(line)
            found = self._ready.find(b"\n", self._at, last)
            stop = found + 1 if found >= 0 else min(len(self._ready), last)
            line += self._ready[self._at : stop]
            self._at = stop
            if found >= 0:
                break
        return line

    def newlines(self) -> bytes:
        """See Source. Into the next member only where none stand in this one: there the next record begins."""
        found = b""
        while len(found) < MAX_NEWLINES and (
            self._at < len(self._ready) or self._pump() or (not found and self._more())
        ):
            if self._ready[self._at] != b"\r\n"[len(found) % 2]:
                break
            found += self._ready[self._at : self._at + 1]
            self._at += 1
        return found

    def blanks(self) -> bytes:
        """See Source."""
        found = b""
        while len(found) < MAX_NEWLINES and (self._at < len(self._ready) or self._pump()):
            if self._ready[self._at] not in b"\r\n":
                break
            found += self._ready[self._at : self._at + 1]
            self._at += 1
        return found

    def resync(self) -> int | None:
        """See Source."""
        if not self._aligned or self._first != self._member:
            return None
        surplus = b""
        while self._at < len(self._ready) or self._pump():
            surplus += self._ready[self._at : self._at + MAX_SURPLUS + MAX_NEWLINES + 1]
            self._at = len(self._ready)
            if len(surplus) > MAX_SURPLUS + MAX_NEWLINES:
                return None
        return len(surplus.rstrip(b"\r\n"))

    def end(self) -> tuple[int, Digest | None]:
        """See Source."""
        whole = self._at == len(self._ready) and not self._pump()
        alone = whole and self._aligned and self._first == self._member
        return self._taken - self._first, Digest("sha256", self._sha.digest()) if alone else None

    def _open(self) -> bool:
        """Begin the next member; False at the end of the file."""
        self._ahead = self._ahead or self._file.read(_READ)
        if not self._ahead:
            return False
        if len(self._ahead) <= _FLAGS:
            self._ahead += self._file.read(_READ)
        self._reserved = len(self._ahead) > _FLAGS and bool(self._ahead[_FLAGS] & _RESERVED)
        self._member = self._taken
        self._inflate = isal_zlib.decompressobj(GZIP)
        self._ended = False
        self._chunk = b""
        self._sha = hashlib.sha256()
        return True

    def _more(self) -> bool:
        """More inflated bytes, from the next member where this one has ended; False at the end of the file."""
        while not self._pump():
            if not self._open():
                return False
        return True

    def _pump(self) -> bool:
        """More inflated bytes of this member; False where it has ended. Raises Malformed where it breaks."""
        full = len(self._ready) == STEP  # the decompressor may hold more than it was let give
        if self._reserved:
            raise Malformed("a gzip member with flags that there are not")
        while not self._ended:
            fed = self._inflate.unconsumed_tail or (b"" if full else self._take())
            full = False
            try:
                self._ready = self._inflate.decompress(fed, STEP)
            except _IsalError as why:
                raise Malformed(f"a broken gzip member ({why})") from why
            self._at = 0
            if self._inflate.eof:
                self._ended = True
                self._ahead = self._inflate.unused_data
                self._taken -= len(self._ahead)
                self._sha.update(self._chunk[: len(self._chunk) - len(self._ahead)])
            if self._ready:
                return True
        return False

    def _take(self) -> bytes:
        self._sha.update(self._chunk)
        self._chunk = self._ahead or self._file.read(_READ)
        self._ahead = b""
        self._taken += len(self._chunk)
        if not self._chunk:
            raise Malformed("the file ends within a gzip member")
        return self._chunk


def source_of(file: BinaryIO, path: Path, start: int) -> Source:
    """How to read this file, by its first bytes. Raises Unreadable."""
    begin = file.read(16)
    if not begin:
        raise Unreadable(f"{path} is empty")
    for magic, what in FOREIGN:
        if begin.startswith(magic):
            raise Unreadable(f"{path} is not a WARC file: {what}")
    file.seek(start)
    return Gzip(file) if begin.startswith(b"\x1f\x8b") else Plain(file)
