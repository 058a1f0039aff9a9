"""Checking an archive. Problems are returned, never raised; nothing is repaired.

    quick    files and their sizes (files), the database, the log against every checkpoint that is kept (heads)
    index    statements against leaves, rows against statements (projections), claims and texts against readings, keys, anchors
    bytes    every stored record, and every sealed file, against the digest it had when it was written (files)
    full     every record unpacked and parsed (full)

Each has those before it; what draws conclusions again (deep) stands above (checking). A database that is damaged ends the check: what it
says is worth nothing, and `archiver rebuild` draws it anew from the WARC files.
"""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path

from archiver.ledger import checkpoints, files, full, heads, projections, readings
from archiver.ledger.anchors import FOLDER, Fault, judged
from archiver.ledger.checkpoints import Kept
from archiver.ledger.files import seal
from archiver.ledger.problems import CODES, LEVELS, PROBLEM_CODES, Damage, Report, report
from archiver.manifest import fixity
from archiver.manifest.fixity import Impossible, KnownFile
from archiver.manifest.schema import has_log
from archiver.model.date import now
from archiver.warc.store import undisturbed

__all__ = ["CODES", "LEVELS", "PROBLEM_CODES", "Damage", "Report", "seal", "verify"]

#: How anchors are judged: by whose word, is the caller's to say.
Anchors = Callable[[sqlite3.Connection, Path], Iterable[Fault]]

#: So much of what SQLite says of a damaged database is told.
_SAID = 5

_FILES = frozenset({"file-missing", "file-unreadable", "file-other"})
#: What is found of rows (by their place) that the bytes of their records may explain.
_AGAIN = frozenset({"statement-unreadable", "record-digest"})


def verify(
    folder: Path,
    connection: sqlite3.Connection,
    level: str = "bytes",
    *,
    elsewhere: Sequence[Kept] = (),
    only: Collection[str] | None = None,
    part: str = "",
    at: datetime | None = None,
    anchors: Anchors | None = None,
) -> Report:
    """Check the archive in `folder` against its manifest (open for reading), up to one of LEVELS; of `deep` what `full` does.

    `elsewhere` are checkpoints that were kept where nobody who can write here can: the log must go on from each. `only` names the
    files to be read, where not all are (`part` says which); `at` is the time now. Without `anchors` nobody is trusted with the time.
    """
    check = _Check(
        folder / "archive",
        connection,
        LEVELS.index(level),
        elsewhere,
        at or now(),
        anchors or partial(judged, roots=()),
    )
    try:
        known = check.manifest()
        wanted = [one for one in known if only is None or one.name in only]
        for one in wanted if check.reaches("bytes") else ():
            check.read(one)
    except (sqlite3.Error, ValueError) as why:  # a value that cannot be: our tables take none, a flipped bit does
        place = why.place if isinstance(why, Impossible) else None
        check.found.append(_damaged(f"it cannot be read: {why}", place))
    found = _once(check.found)
    checked = check.records if check.reaches("bytes") else check.statements if check.reaches("index") else check.files
    return report(level, checked, found, check.read_files, part)


@dataclass(slots=True)
class _Check:
    """A check under way: what it is of, what was found, and how much was looked at."""

    archive: Path
    connection: sqlite3.Connection
    rank: int
    elsewhere: Sequence[Kept]
    at: datetime
    anchors: Anchors
    found: list[Damage] = field(default_factory=list)
    files: int = 0
    statements: int = 0
    records: int = 0
    read_files: dict[str, int] = field(default_factory=dict)

    def reaches(self, level: str) -> bool:
        """Whether this level is asked for, or one behind it."""
        return self.rank >= LEVELS.index(level)

    def manifest(self) -> list[KnownFile]:
        """All that needs no WARC file read through, of one moment. The files there are; none where the database is damaged."""
        with undisturbed(self.archive):  # a file that was begun is on disk a moment before the manifest knows it
            there = sorted(path.name for path in self.archive.glob("*.warc.gz"))
            kept = checkpoints.files(self.archive)
            self.connection.execute("begin")
            log = has_log(self.connection)
        try:
            sound = list(_soundness(self.connection, thorough=self.reaches("index")))
            if sound:
                self.found += sound
                return []
            known = fixity.files(self.connection)
            self.files = len(known)
            self.found += files.strangers(there, {one.name for one in known})
            for one in known:
                self.found += self._file(one)
            if not log:
                self.found.append(Damage("no-log", None, None, None, "the manifest was made before there was a log"))
            else:
                self._log(kept)
        finally:
            self.connection.rollback()
        return known

    def _file(self, known: KnownFile) -> Sequence[Damage]:
        """What is wrong with a file as a whole: where it is another one, that alone."""
        wrong = list(files.length(self.archive, known))
        if (wrong and wrong[0].code not in _FILES) or (not wrong and self.reaches("index")):
            other = files.another(self.archive, known, fixity.first(self.connection, known.name))
            wrong = [other] if other is not None else wrong
        return wrong

    def _log(self, kept: Sequence[Path]) -> None:
        sizes = heads.sizes_of(
            self.connection, [*heads.sizes_said(kept), *(one.checkpoint.size for one in self.elsewhere)]
        )
        tree = heads.grown(self.connection, sizes)
        self.found += tree.problems
        hint = "" if self.reaches("index") else "; --level index says where"
        judge = heads.Judge(self.archive, tree, heads.signers_of(self.connection), hint)
        self.found += judge.kept(self.connection, kept, every_signature=self.reaches("index"))
        self.found += judge.elsewhere(self.elsewhere)
        if self.reaches("index"):
            self._index(tree)

    def _index(self, tree: heads.Tree) -> None:
        with (
            tempfile.TemporaryDirectory(prefix="archiver-verify-") as folder,
            closing(projections.scratch(Path(folder))) as manifest,
        ):
            drawing = projections.Drawing(self.connection, self.archive, manifest, self.at)
            drawing.draw()
            self.statements = drawing.statements
            self.found += drawing.found
            self.found += projections.compared(self.connection, drawing)
            self.found += projections.tiled(drawing)
            self.found += projections.schema(self.connection, drawing)
        self.found += _dangling(self.connection)
        self.found += readings.documents(self.connection)
        self.found += readings.keys(self.connection, tree.origin)
        self.found += readings.withdrawals(self.connection)
        for fault in self.anchors(self.connection, self.archive):
            name = f"{FOLDER}/{fault.file}"
            place = None if fault.sequence is None else f"anchors {fault.sequence}"
            self.found.append(Damage(str(fault.code), None, name, None, fault.message, place))

    def read(self, known: KnownFile) -> None:
        """A WARC file from end to end."""
        if any(one.warc == known.name and one.code in _FILES for one in self.found):
            self.read_files[known.name] = 1
            return
        expected = list(fixity.records(self.connection, known.name))
        self.records += len(expected)
        harmed = list(files.stored(self.archive, known, expected))
        if self.reaches("full"):
            broken = {one.offset for one in harmed}
            whole = [one for one in expected if one.location.offset not in broken]
            log = has_log(self.connection)
            harmed += full.parsed(self.connection, self.archive, known.name, whole, log=log)
        self.found += harmed
        self.read_files[known.name] = sum(one.fails for one in harmed)


def _once(found: list[Damage]) -> list[Damage]:
    """Without what says again, of a record, or of a file that is gone or cut, that its bytes are not those that were written."""
    gone = {one.warc for one in found if one.code in _FILES or one.code == "file-short"}
    harmed = {(one.warc, one.offset) for one in found if one.code == "record-digest" and one.place is None}
    return [
        one
        for one in found
        if one.code not in _AGAIN
        or one.place is None
        or (one.warc not in gone and (one.warc, one.offset) not in harmed)
    ]


def _soundness(connection: sqlite3.Connection, *, thorough: bool) -> Iterator[Damage]:
    """What SQLite itself finds wrong with its file; `thorough`: with indexes against their tables as well."""
    pragma = "integrity_check" if thorough else "quick_check"
    said = [str(row[0]) for row in connection.execute(f"pragma {pragma}")]
    if said != ["ok"]:
        yield _damaged("; ".join(said[:_SAID]))


def _dangling(connection: sqlite3.Connection) -> Iterator[Damage]:
    for table, row, parent, _ in connection.execute("pragma foreign_key_check"):
        what = f"it refers to a row of {parent} that is not there"
        yield Damage("row-dangling", None, None, None, what, f"{table}, row {row}")


def _damaged(why: str, place: str | None = None) -> Damage:
    return Damage("manifest-damaged", None, None, None, f"{why}; nothing else that it says was checked", place)
