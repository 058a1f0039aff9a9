"""WACZ files (webrecorder's ZIP round WARC files) as parts: their archive/ read in place, their package description checked.

    for part in wacz.parts(path, told): ...

1. Nothing is extracted by name. A member that is stored (as the format asks) is read where it lies in the ZIP file; a deflated one is
   unpacked into a nameless temporary file, within limits.
2. Taken are `archive/NAME.warc`, `.warc.gz`, `.arc`, `.arc.gz`; what lies deeper, or elsewhere, is not.
3. Every file that datapackage.json lists is read through once: its CRC, its digest and its length. datapackage.json itself is checked
   against datapackage-digest.json, where that is there. Each that differs is a problem; what can be read is taken nevertheless.
4. A signature in datapackage-digest.json is checked (signing.wacz): one that does not hold is a problem, of every other a remark
   says whose it is and on whose word.

Does not own: what the WARC files say (foreign).
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO, cast

from archiver.errors import Unreadable
from archiver.ingest.part import Part
from archiver.ingest.tell import Told

#: The list of members: bytes of it, and members. zipfile reads it whole.
MAX_LIST, MAX_MEMBERS = 16 * 1024 * 1024, 50_000
#: A description that is read, in bytes.
MAX_JSON = 16 * 1024 * 1024
#: What deflated WARC files of one WACZ may take on disk, in bytes, one at a time and all together.
MAX_UNPACKED, MAX_UNPACKED_TOGETHER = 4 * 1024 * 1024 * 1024, 16 * 1024 * 1024 * 1024
#: What is read of listed files to check their digests, in inflated bytes, all together.
MAX_CHECKED = 1024 * 1024 * 1024 * 1024
#: Deflate makes nothing smaller than this; a member that says so is no member.
_RATIO = 1100

_ARCHIVE = re.compile(r"archive/[^/\\]+\.w?arc(?:\.gz)?", re.IGNORECASE)
_DEEPER = re.compile(r".*\.(?:w?arc(?:\.gz)?|wacz)", re.IGNORECASE | re.DOTALL)
_ALGORITHMS = ("md5", "sha1", "sha256", "sha512", "sha224", "sha384")
_READ = 256 * 1024

#: What zipfile raises for members that are not what they should be.
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    OSError,
    ValueError,
    struct.error,
)


def parts(path: Path, told: Told) -> Iterator[Part]:
    """The WARC and ARC files in archive/, in the order of the ZIP. Raises Unreadable."""
    with path.open("rb") as file:
        _measure(file, path)
        try:
            package = zipfile.ZipFile(file)
        except _BROKEN as why:
            raise Unreadable(f"{path} is not a WACZ file: its ZIP cannot be read ({why})") from why
        with package:
            yield from _Package(path, package, told).parts()


def _measure(file: BinaryIO, path: Path) -> None:
    """Raises Unreadable where the ZIP's list of members is too long to be read into memory."""
    size = file.seek(0, 2)
    file.seek(max(0, size - 65_557))
    tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < 22:
        raise Unreadable(f"{path} is a ZIP file (a WACZ, perhaps) without its list of members: its end is lost")
    members, length = struct.unpack_from("<HL", tail, at + 10)
    if length == 0xFFFFFFFF or members == 0xFFFF:
        at = tail.rfind(b"PK\x06\x06")
        if at >= 0 and len(tail) - at >= 56:
            members, length = struct.unpack_from("<8xQQ", tail, at + 24)
    if length > MAX_LIST or members > MAX_MEMBERS:
        raise Unreadable(
            f"{path} lists {members} members in {length} bytes: {MAX_MEMBERS} and {MAX_LIST} are the limits"
        )
    file.seek(0)


@dataclass(slots=True)
class _Package:
    path: Path
    package: zipfile.ZipFile
    told: Told
    unpacked: int = 0
    checked: int = 0

    def parts(self) -> Iterator[Part]:
        members: dict[str, zipfile.ZipInfo] = {}
        for member in self.package.infolist():
            if member.filename in members:
                self._problem(member, "a second file of that name: the first is read")
            members.setdefault(member.filename, member)
        taken = [member for name, member in members.items() if _ARCHIVE.fullmatch(name)]
        listed = self._description(members)
        for member in members.values():
            if member not in taken and not member.is_dir() and _DEEPER.fullmatch(member.filename):
                self._remark(member, "not taken: only WARC and ARC files right in archive/ are")
        if not taken:
            raise Unreadable(
                f"{self.path} is a ZIP file without a WARC or ARC file in its archive/, so not a WACZ file"
            )
        for member in taken:
            if listed is not None and member.filename not in listed:
                self._problem(member, "datapackage.json does not list it, so that nothing says what it should hold")
            yield from self._part(member)

    def _problem(self, member: zipfile.ZipInfo, message: str) -> None:
        self.told.problem(self.path / member.filename, member.header_offset, message)

    def _remark(self, member: zipfile.ZipInfo, message: str) -> None:
        self.told.remark(self.path / member.filename, member.header_offset, message)

    # ── what the package says of itself ──

    def _description(self, members: dict[str, zipfile.ZipInfo]) -> set[str] | None:
        """Check what datapackage.json lists; the names in it, None where it cannot be read."""
        member = members.get("datapackage.json")
        if member is None:
            self.told.problem(
                self.path, 0, "a WACZ file without datapackage.json: nothing says what its files should hold"
            )
            return None
        data = self._small(member)
        described = _json(data)
        resources = described.get("resources") if isinstance(described, dict) else None
        if not isinstance(resources, list):
            self._problem(member, "it is no list of resources that can be read")
            return None
        self._digest_of(members.get("datapackage-digest.json"), data)
        names: set[str] = set()
        for resource in resources[:MAX_MEMBERS]:
            name = resource.get("path") if isinstance(resource, dict) else None
            if not isinstance(name, str):
                self._problem(member, "it lists a resource without a path")
            elif name not in members:
                self._problem(member, f"it lists {name[:200]}, which is not there")
            elif name not in names:
                names.add(name)
                self._compare(members[name], resource)
        return names

    def _digest_of(self, member: zipfile.ZipInfo | None, data: bytes) -> None:
        if member is None:
            return
        said = _json(self._small(member))
        if not isinstance(said, dict) or not isinstance(said.get("hash"), str):
            self._problem(member, "it names no digest that can be read")
            return
        if not _matches(said["hash"], data):
            self._problem(member, "datapackage.json is not the one whose digest it names")
        if "signedData" in said:
            from archiver.signing.certificates import roots  # noqa: PLC0415 - what it needs is slow to load
            from archiver.signing.wacz import judge  # noqa: PLC0415 - the same

            judged = judge(said["signedData"], said["hash"], roots())
            for fault in judged.faults:
                self._problem(member, fault)
            for remark in judged.remarks:
                self._remark(member, remark)

    def _compare(self, member: zipfile.ZipInfo, resource: dict[str, object]) -> None:
        """Read a listed file through: CRC, digest, length. Of 1.0 they are in `stats`, of 1.1 beside the path."""
        stats = resource.get("stats")
        said = {**resource, **(stats if isinstance(stats, dict) else {})}
        algorithm, _, value = str(said.get("hash", "")).rpartition(":")
        algorithm = (algorithm or str(said.get("hashing", "sha256"))).lower().replace("-", "")
        if algorithm not in _ALGORITHMS or not value:
            self._problem(member, "datapackage.json gives no digest of it that can be read")
            return
        if not self._bearable(member):
            return
        sha, length = hashlib.new(algorithm, usedforsecurity=False), 0
        try:
            with self.package.open(member) as stream:
                while piece := stream.read(_READ):
                    sha.update(piece)
                    length += len(piece)
        except _BROKEN as why:
            self._problem(member, f"it is damaged ({why})")
            return
        self.checked += length
        if sha.hexdigest() != value.lower():
            self._problem(member, f"its {algorithm} digest is not the one that datapackage.json gives")
        if isinstance(said.get("bytes"), int) and said["bytes"] != length:
            self._problem(member, f"it has {length} bytes where datapackage.json says {said['bytes']}")

    def _bearable(self, member: zipfile.ZipInfo) -> bool:
        """Whether a member is one that is read; else a problem is told."""
        why = None
        if member.flag_bits & 1:
            why = "it is encrypted"
        elif member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            why = "it is compressed in a way that is not read"
        elif member.file_size > max(1, member.compress_size) * _RATIO or self.checked + member.file_size > MAX_CHECKED:
            why = f"it says that it unpacks to {member.file_size} bytes, which is more than is read"
        if why:
            self._problem(member, f"not read: {why}")
        return why is None

    def _small(self, member: zipfile.ZipInfo) -> bytes:
        """A description's bytes, up to MAX_JSON; those that can be read."""
        data = b""
        if self._bearable(member):
            try:
                with self.package.open(member) as stream:
                    data = stream.read(MAX_JSON)
            except _BROKEN as why:
                self._problem(member, f"it is damaged ({why})")
        return data

    # ── its WARC files ──

    def _part(self, member: zipfile.ZipInfo) -> Iterator[Part]:
        if not self._bearable(member):
            return
        name = self.path / member.filename
        kind = "arc" if re.search(r"\.arc(?:\.gz)?$", member.filename, re.IGNORECASE) else "warc"
        if member.compress_type == zipfile.ZIP_STORED:
            try:
                start = self._start(member)
            except _BROKEN as why:
                self._problem(member, f"it is damaged ({why})")
                return
            yield Part(name, kind, lambda: _window(self.path, start, member.file_size))
            return
        if member.file_size > MAX_UNPACKED or self.unpacked + member.file_size > MAX_UNPACKED_TOGETHER:
            self._problem(member, f"not read: it is deflated, and {member.file_size} bytes are too many to unpack")
            return
        with tempfile.NamedTemporaryFile(prefix="archiver-") as spool:
            self._unpack(member, spool)
            yield Part(name, kind, lambda: Path(spool.name).open("rb"))  # noqa: SIM115 - whoever opens a part closes it

    def _unpack(self, member: zipfile.ZipInfo, spool: IO[bytes]) -> None:
        """Into a temporary file, as far as it goes."""
        try:
            with self.package.open(member) as stream:
                while piece := stream.read(_READ):
                    self.unpacked += spool.write(piece)
        except _BROKEN as why:
            self._problem(member, f"it is damaged, or cannot be unpacked ({why}); what came before was read")
        spool.flush()

    def _start(self, member: zipfile.ZipInfo) -> int:
        """Where a stored member's bytes begin: behind its local header, whose own lengths count."""
        with self.path.open("rb") as file:
            file.seek(member.header_offset)
            header = file.read(30)
        if header[:4] != b"PK\x03\x04" or len(header) < 30:
            raise zipfile.BadZipFile("it does not begin where the list of members says")
        name, extra = struct.unpack_from("<HH", header, 26)
        return member.header_offset + 30 + int(name) + int(extra)


class _Window(io.RawIOBase):
    """`length` bytes of a file from `start`, as a file of its own."""

    def __init__(self, file: BinaryIO, start: int, length: int) -> None:
        self._file, self._start, self._length, self._at = file, start, length, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        self._at = max(0, offset + (0, self._at, self._length)[whence])
        return self._at

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]  # what BufferedReader hands in
        room = memoryview(buffer)
        self._file.seek(self._start + self._at)
        data = self._file.read(max(0, min(len(room), self._length - self._at)))
        room[: len(data)] = data
        self._at += len(data)
        return len(data)

    def close(self) -> None:
        self._file.close()
        super().close()


def _window(path: Path, start: int, length: int) -> BinaryIO:
    return cast(BinaryIO, io.BufferedReader(_Window(path.open("rb", buffering=0), start, length), _READ))


def _json(data: bytes) -> object:
    """What a description says, None where it is no JSON."""
    try:
        said: object = json.loads(data)
    except (ValueError, RecursionError):
        return None
    return said


def _matches(labelled: str, data: bytes) -> bool:
    algorithm, _, value = labelled.partition(":")
    algorithm = algorithm.lower().replace("-", "")
    return algorithm in _ALGORITHMS and hashlib.new(algorithm, data, usedforsecurity=False).hexdigest() == value.lower()
