"""Records back: a file member by member, or one record by where it lies. Strict about damage, flat in memory.

    members(path)                -> every record in turn, .warc.gz and .warc; after the last good one, Broken or Unreadable
    records(file, path)          -> the same of an open file; `lenient`, as other people's tools leave the ends of records
    record_at(folder, location)  -> one record, its stored bytes checked against their digest: Damaged where they differ

Lengths decide where a record ends, never a search through its bytes, so that what looks like a record inside a body stays a
body. Each gzip member's CRC and length are checked. Files with one member round many records, and with records that begin in
the midst of a member, are read too; such records have no stored bytes of their own (`stored` is None).

Lenient reading bears with the ends of records, where the next one is plain to see (`Record.surplus`): line ends of other kinds and
numbers; a length that counts them, or is short by a few bytes, of a record that fills a gzip member, or of a request or warcinfo.
Never so of an answer in a plain file: what a page holds must not be able to pass for the next record. What is read this way
has no stored bytes of its own, so that it is packed anew wherever it is kept.

Does not own: what a record means (statement, ingest), what to do about damage (recover, verify).
"""

from __future__ import annotations

import io
import os
import re
import tempfile
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, cast

from archiver.errors import Damaged, Unreadable
from archiver.model.capture import RecordLocation
from archiver.model.digest import Digest
from archiver.warc.layout import SPOOL
from archiver.warc.stream import STEP, Gzip, Malformed, Source, source_of

#: The header fields of a record, all together, in bytes.
MAX_FIELDS = 256 * 1024
#: The largest block that is read, in bytes: what a record's length or a small compressed member may make us write to disk.
MAX_BLOCK = 4 * 1024 * 1024 * 1024

#: Records that hold nothing that a server sent.
UNSERVED = frozenset(("request", "warcinfo"))

_MISPLACED_END = "a record does not end where its Content-Length says"
_VERSION = re.compile(rb"WARC/(0\.1[78]|1\.[01])\r?\n")
_DIGITS = re.compile(r"\d{1,18}", re.ASCII)


class Broken(Damaged):
    """A WARC file that cannot be read on from `offset`: damage, or the end too early. What stood before it is good."""

    def __init__(self, path: Path, offset: int, message: str) -> None:
        super().__init__(f"{path}, offset {offset}: {message}", advice="What stands before it is unharmed.")
        self.path = path
        self.offset = offset
        self.reason = message


@dataclass(frozen=True, slots=True)
class Record:
    """One record: where it begins in its file and how long it is there (in bytes, as stored), its fields, its block.

    `stored` is the digest of the stored bytes, None where the record has no gzip member of its own. `head` are the bytes of its
    header, from the version line to the empty line, `headers` the fields that they hold. `block` is a seekable stream of
    `block_length` bytes at its beginning; it is open until the next record is asked for, or the record is closed.
    `surplus` says how many bytes stand behind the block that its length does not count and that are not read; None where not even
    the end of a record does: the length counts it.
    """

    offset: int
    length: int
    stored: Digest | None
    head: bytes
    headers: tuple[tuple[str, str], ...]
    block: BinaryIO
    block_length: int
    surplus: int | None = 0

    def header(self, name: str) -> str | None:
        """The first field of that name, whatever its case."""
        return next(iter(self.values(name)), None)

    @property
    def version(self) -> str:
        """The standard's version that the record follows: `1.1`."""
        return self.head[5 : self.head.index(b"\n")].decode().strip()

    def values(self, name: str) -> list[str]:
        """All fields of that name, in order."""
        wanted = name.casefold()
        return [value for key, value in self.headers if key.casefold() == wanted]

    @property
    def kind(self) -> str:
        """WARC-Type in lower case, "" where there is none."""
        return (self.header("WARC-Type") or "").lower()

    @property
    def record_id(self) -> str:
        """The UUID of WARC-Record-ID; without one, the UUID that stands for the whole header."""
        return uuid_of(self.header("WARC-Record-ID") or self.head.decode("latin-1"))

    @property
    def target(self) -> str | None:
        """WARC-Target-URI without the angle brackets that some tools put round it."""
        uri = self.header("WARC-Target-URI")
        return uri.removeprefix("<").removesuffix(">") if uri else None

    @property
    def media_type(self) -> str:
        """Content-Type of the block without parameters, in lower case."""
        return (self.header("Content-Type") or "").partition(";")[0].strip().lower()

    def close(self) -> None:
        """Let go of the block."""
        self.block.close()

    def __enter__(self) -> Record:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def uuid_of(record_id: str) -> str:
    """The UUID that a record id names; of any other id, the UUID (version 5) that stands for it."""
    name = record_id.strip().removeprefix("<").removesuffix(">")
    try:
        return str(uuid.UUID(name.lower().removeprefix("urn:uuid:")))
    except ValueError:
        return str(uuid.uuid5(uuid.NAMESPACE_URL, name))


class _NoRecord(Malformed):
    """Not even the first line is one of a record."""


def members(path: Path, start: int = 0) -> Iterator[Record]:
    """Every record of a file from offset `start` on, in turn. Each one's block is open until the next is asked for.

    Raises Unreadable for what is not a WARC file, and Broken where it cannot be read on, after all that stands before.
    """
    try:
        file = path.open("rb")
    except OSError as why:
        raise Unreadable(f"{path} cannot be read: {why.strerror}") from why
    with file:
        yield from records(file, path, start)


def records(
    file: BinaryIO, path: Path, start: int = 0, *, lenient: bool = False, max_block: int = MAX_BLOCK
) -> Iterator[Record]:
    """The same of an open file, which `path` names in messages. `lenient`: see above; `max_block`: the largest block, in bytes."""
    source = source_of(file, path, start)
    first = start == 0
    while (offset := _begin(source, path)) is not None:
        try:
            record = _record(source, offset, lenient, max_block)
        except _NoRecord as why:
            if first:
                raise Unreadable(f"{path} is not a WARC file: {why}") from why
            raise Broken(path, offset, str(why)) from why
        except Malformed as why:
            raise Broken(path, offset, str(why)) from why
        except OSError as why:
            raise Broken(path, offset, f"it cannot be read, or unpacked, there: {why.strerror}") from why
        first = False
        with record:
            yield record


def _begin(source: Source, path: Path) -> int | None:
    try:
        return source.begin()
    except OSError as why:
        raise Unreadable(f"{path} cannot be read: {why.strerror}") from why


def record_at(folder: Path, location: RecordLocation, *, max_block: int = MAX_BLOCK) -> Record:
    """The record at `location` of a file in `folder`; the caller closes it. `max_block`: the largest block, in bytes. Raises Damaged
    where its bytes are not those.
    """
    path = folder / location.warc
    try:
        with path.open("rb", buffering=0) as raw:
            if location.length <= SPOOL:
                file = cast(BinaryIO, io.BytesIO(os.pread(raw.fileno(), location.length, location.offset)))
            else:
                file = cast(BinaryIO, raw)
                file.seek(location.offset)
            source = Gzip(file)
            record = _record(source, location.offset, max_block=max_block) if source.begin() is not None else None
    except FileNotFoundError as why:
        raise Damaged(f"{path} is gone", advice="Put it back from a copy of the archive.") from why
    except Malformed as why:
        raise _damaged(path, location, str(why)) from why
    if record is None or (record.length, record.stored) != (location.length, location.stored):
        if record is not None:
            record.close()
        raise _damaged(path, location, "the stored bytes are not those that were written")
    return record


def _damaged(path: Path, location: RecordLocation, reason: str) -> Damaged:
    return Damaged(f"{path}, offset {location.offset}: {reason}", advice="Run: archiver verify")


def _record(source: Source, offset: int, lenient: bool = False, max_block: int = MAX_BLOCK) -> Record:
    """The record that begins here. Raises Malformed."""
    head = _head(source)
    headers = _fields(head)
    lengths = {value for name, value in headers if name.casefold() == "content-length"}
    if len(lengths) != 1 or not _DIGITS.fullmatch(text := next(iter(lengths))):
        raise Malformed("a record without one Content-Length")
    length = int(text)
    if length > max_block:
        raise Malformed(f"a block of {length} bytes: {max_block} is the limit")
    block = block_of(source, length)
    surplus: int | None = 0
    try:
        if lenient:
            surplus, exact = _lenient_end(source, headers)
            stored_length, stored = source.end()
            stored = stored if exact else None
        else:
            stored_length, stored = _end(source)
    except BaseException:
        block.close()
        raise
    return Record(offset, stored_length, stored, head, headers, block, length, surplus)


def _head(source: Source) -> bytes:
    """From the version line to the empty line."""
    head = source.line(32)
    if not _VERSION.fullmatch(head):
        raise _NoRecord("no WARC record begins there")
    while (line := source.line(MAX_FIELDS)) not in (b"\r\n", b"\n"):
        head += line
        if not line.endswith(b"\n") or len(head) > MAX_FIELDS:
            raise Malformed(f"a record's header breaks off, or exceeds {MAX_FIELDS} bytes")
    return head + line


def _fields(head: bytes) -> tuple[tuple[str, str], ...]:
    """The named fields, folded lines joined (WARC 1.1, 4)."""
    fields: list[tuple[str, str]] = []
    for line in head.decode("utf-8", "replace").split("\n")[1:-2]:
        if line[:1] in (" ", "\t") and fields:
            name, value = fields[-1]
            fields[-1] = (name, f"{value} {line.strip()}".strip())
            continue
        name, colon, value = line.partition(":")
        if not colon:
            raise Malformed("a line in a record's header is no field")
        fields.append((name.strip(), value.strip()))
    return tuple(fields)


def _end(source: Source) -> tuple[int, Digest | None]:
    newlines = source.newlines()
    if not newlines or len(newlines) % 2:
        raise Malformed(_MISPLACED_END)
    return source.end()


def _lenient_end(source: Source, headers: tuple[tuple[str, str], ...]) -> tuple[int | None, bool]:
    """`Record.surplus`, and whether the record ends exactly as the standard has it."""
    if ends := source.blanks():
        return 0, ends == b"\r\n\r\n"
    kinds = {value.lower() for name, value in headers if name.casefold() == "warc-type"}
    found = source.resync() if isinstance(source, Gzip) or kinds <= UNSERVED else None
    if found is not None:
        return found or None, False
    ends = source.newlines()  # which may stand in the next member
    if not ends or len(ends) % 2:
        raise Malformed(_MISPLACED_END)
    return 0, False


def block_of(source: Source, length: int) -> BinaryIO:
    """The next `length` bytes: in memory while small, else in a temporary file."""
    if length <= SPOOL:
        return io.BytesIO(_exactly(source, length))
    spool = cast(BinaryIO, tempfile.TemporaryFile())  # noqa: SIM115 - closed with the record
    try:
        left = length
        while left:
            left -= spool.write(_some(source, left))
        spool.seek(0)
    except BaseException:
        spool.close()
        raise
    return spool


def _exactly(source: Source, size: int) -> bytes:
    data = source.read(size)
    while len(data) < size:
        data += _some(source, size - len(data))
    return data


def _some(source: Source, size: int) -> bytes:
    data = source.read(min(size, STEP))
    if not data:
        raise Malformed("the file ends within a record")
    return data
