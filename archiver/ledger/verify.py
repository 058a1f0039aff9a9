"""Checking an archive. Problems are returned, never raised; nothing is repaired.

    quick    every file is there and as long as it is known to be
    bytes    and every stored gzip member has the SHA-256 that it had when it was written, without gaps between them, and a sealed file the
             one that was stated of it

A flipped bit anywhere in a file lies in some member, so level `bytes` finds each one and names the capture it belongs to.
What it does not see is an archive whose manifest was rewritten to match: that takes a signed log.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from archiver.manifest.fixity import KnownFile, KnownRecord, files, records
from archiver.model.citation import Json
from archiver.model.digest import Digest
from archiver.model.event import Seal
from archiver.warc.store import undisturbed

if TYPE_CHECKING:
    from hashlib import _Hash as Hash

#: Problem codes: names that never change meaning.
PROBLEM_CODES = {
    "file-missing": "a WARC file that the manifest knows is not there",
    "file-short": "a WARC file is shorter than it is known to have been",
    "file-long": "a sealed WARC file is longer than it was when it was sealed",
    "file-unknown": "a WARC file lies in archive/ that the manifest does not know",
    "file-unreadable": "a WARC file cannot be read",
    "file-digest": "a sealed WARC file is not what was stated when it was sealed",
    "record-digest": "the stored bytes of a record are not what was written",
    "record-gap": "bytes lie between two records that belong to neither",
}

LEVELS = ("quick", "bytes")


@dataclass(frozen=True, slots=True)
class Damage:
    """One problem: its code, where it is, the capture it touches, and a sentence."""

    code: str
    capture_id: str | None
    warc: str
    offset: int | None
    message: str

    def as_json(self) -> dict[str, Json]:
        """The keys of `verify --json`."""
        return {
            "code": self.code,
            "capture_id": self.capture_id,
            "warc": self.warc,
            "offset": self.offset,
            "message": self.message,
        }


@dataclass(frozen=True, slots=True)
class Report:
    """What was checked and what was found: `checked` counts records (at level quick: files)."""

    level: str
    checked: int
    problems: tuple[Damage, ...]

    @property
    def outcome(self) -> str:
        """In a word or two, for the history of checks."""
        return f"{len(self.problems)} problems" if self.problems else "ok"

    def as_json(self) -> dict[str, Json]:
        """The keys of `verify --json`."""
        return {"level": self.level, "checked": self.checked, "problems": [p.as_json() for p in self.problems]}


def verify(folder: Path, connection: sqlite3.Connection, level: str = "bytes") -> Report:
    """Check the archive in `folder` against its manifest (open for reading) at one of LEVELS."""
    with undisturbed(folder / "archive"):  # a file that was begun is on disk a moment before the manifest knows it
        there = sorted(path.name for path in (folder / "archive").glob("*.warc.gz"))
        known = files(connection)
    problems = list(_strangers(there, {one.name for one in known}))
    checked = 0
    for one in known:
        found = list(_length(folder / "archive", one))
        problems += found
        if level == "quick":
            checked += 1
        elif not any(p.code in ("file-missing", "file-unreadable") for p in found):
            expected = list(records(connection, one.name))
            checked += len(expected)
            whole = hashlib.sha256()
            harmed = list(_members(folder / "archive" / one.name, one, expected, whole))
            problems += harmed
            if one.digest is not None and not harmed and whole.digest() != one.digest.value:
                problems.append(
                    Damage(
                        "file-digest",
                        None,
                        one.name,
                        None,
                        f"its SHA-256 is {whole.hexdigest()}, and was {one.digest.hex}",
                    )
                )
    return Report(level, checked, tuple(problems))


def _strangers(there: list[str], known: set[str]) -> Iterator[Damage]:
    for name in there:
        if name not in known:
            yield Damage(
                "file-unknown",
                None,
                name,
                None,
                "the manifest knows nothing of this file: import it, or move it away",
            )


def _length(archive: Path, known: KnownFile) -> Iterator[Damage]:
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
        yield Damage(
            "file-long",
            None,
            known.name,
            known.committed,
            f"{octets - known.committed} bytes were added after it was sealed",
        )


def seal(archive: Path, known: KnownFile, expected: list[KnownRecord], at: datetime) -> Seal | None:
    """What is to be stated of a file in the folder `archive` that is complete; None where it is not what was written."""
    whole = hashlib.sha256()
    if list(_length(archive, known)) or list(_members(archive / known.name, known, expected, whole)):
        return None
    return Seal(known.name, at, known.committed, Digest("sha256", whole.digest()))


def _members(path: Path, known: KnownFile, expected: list[KnownRecord], whole: Hash) -> Iterator[Damage]:
    """Check the records of a file; its bytes, as far as records account for them, go into `whole`."""
    end = 0
    try:
        with path.open("rb") as stream:
            for record in expected:
                at = record.location
                if at.offset != end:
                    yield Damage(
                        "record-gap", None, known.name, end, f"{at.offset - end} bytes that no record accounts for"
                    )
                end = at.offset + at.length
                if _sha256(stream, at.offset, at.length, whole) != at.stored.value:
                    what = f"the {record.kind} record {record.record_id} is not what was written"
                    yield Damage("record-digest", record.capture_id, known.name, at.offset, what)
    except OSError as why:
        yield Damage("file-unreadable", None, known.name, end, str(why.strerror))
    if end < known.committed:
        yield Damage("record-gap", None, known.name, end, f"{known.committed - end} bytes that no record accounts for")


def _sha256(stream: BinaryIO, offset: int, length: int, whole: Hash) -> bytes:
    digest = hashlib.sha256()
    stream.seek(offset)
    while length > 0 and (piece := stream.read(min(length, 1 << 20))):
        digest.update(piece)
        whole.update(piece)
        length -= len(piece)
    return digest.digest()
