"""A check of an archive, from what is asked to what is remembered of it.

    report = check(folder, Asked(level, subset, older_than, ...))      ledger.verify; what draws conclusions again; another copy
    remember(manifest, report, at)                                     in the history: of the whole, and of each file that was read
    repair(folder, copy, report)                                       harmed files made whole from another copy, and that stated

Owns which files are read of those that there are, level deep, and the order of a repair. What is looked for is ledger's. A file is
the unit of a subset and of the history: the largest is read in about a second.
"""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, nullcontext, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import blake2b
from pathlib import Path
from zlib import crc32

from archiver.authority import given
from archiver.conclude import Concluder
from archiver.errors import Damaged, ForeignManifest, NoArchive, Unreadable, UsageError
from archiver.ledger import checkpoints, copies
from archiver.ledger.anchors import FOLDER as ANCHORS
from archiver.ledger.checkpoints import Kept
from archiver.ledger.copies import Restored
from archiver.ledger.log import Log
from archiver.ledger.problems import CODES, LEVELS, Damage, Report, outcome
from archiver.ledger.projections import Drawing, scratch
from archiver.ledger.verify import Anchors, verify
from archiver.manifest import anchors, checks, fixity
from archiver.manifest import log as log_rows
from archiver.manifest.dump import ROWS
from archiver.manifest.opening import open_read_only
from archiver.manifest.outdated import outdated
from archiver.manifest.schema import has_log
from archiver.manifest.store import Manifest
from archiver.model.date import Clock, now
from archiver.model.digest import Digest
from archiver.model.event import Event
from archiver.model.log import Checkpoint
from archiver.model.text import counted, cut
from archiver.signing.keys import Key
from archiver.signing.note import Note
from archiver.vault import Vault
from archiver.warc.store import NAME, WarcStore

#: What level deep compares row by row: all but what the levels before it have compared, with the columns that only conclusions fill.
_CONCLUSIONS = tuple(table for table in ROWS if table not in {"warcs", "records", "log", "log_nodes", "checkpoints"})

#: So many rows are told field by field, and so much of a value.
_TOLD, _LETTERS = 3, 60

#: The indexes of words: table, and what it is called.
_INDEXES = {"texts_fts": "words", "shingles": "shared passages"}

#: Harm to a WARC file that another copy can mend.
_MENDED = frozenset({"file-missing", "file-short", "file-long", "file-other", "file-unreadable", "file-digest", "record-digest", "record-unreadable", "statement-unreadable"})  # fmt: skip

#: What else the numbers of the log and of the manifest (200 to 399) tell of, and that leaves the digests that are kept here as good as
#: they were.
_BESIDE = _MENDED | {"checkpoint-missing", "checkpoint-unreadable", "anchor-missing", "anchor-changed", "anchor-invalid", "claims-digest", "document-text"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Subset:
    """Part `number`, from 1, of `of` parts of the files; over all numbers each file comes once."""

    number: int
    of: int

    def __post_init__(self) -> None:
        if not 1 <= self.number <= self.of:
            raise ValueError(f"there is no part {self.number} of {self.of}")

    def holds(self, name: str) -> bool:
        """Whether a file is of this part: dealt out by the serial numbers in their names, which never change."""
        match = NAME.fullmatch(name)
        serial = int(match[2]) - 1 if match else crc32(name.encode())
        return serial % self.of == self.number - 1

    def __str__(self) -> str:
        return f"{self.number}/{self.of}"


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be checked: to which level, which files, against what. Everything that a manifest says is checked always.

    `older_than`: of the files only those that were not read whole, at that level or behind it, and found right for so long. `heads` are
    checkpoints that were kept elsewhere, `against` another copy of the archive; `anchors` says who is trusted with the time.
    """

    level: str = "bytes"
    subset: Subset | None = None
    older_than: timedelta | None = None
    heads: tuple[Kept, ...] = ()
    against: Path | None = None
    anchors: Anchors | None = None


def check(folder: Path, asked: Asked | None = None, clock: Clock = now) -> Report:
    """Check the archive in `folder`. Raises NoArchive, ForeignManifest, ManifestTooNew, Unreadable, NoWorker (deep)."""
    asked = asked or Asked()
    at = clock()
    with open_read_only(folder) as connection:
        only = None if asked.subset is None and asked.older_than is None else _wanted(connection, asked, at)
        report = verify(
            folder, connection, asked.level, elsewhere=asked.heads, only=only, part=str(asked.subset or ""), at=at,
            anchors=asked.anchors,
        )  # fmt: skip
        more: list[Damage] = []
        try:
            if asked.level == "deep":
                more += _deep(folder, connection, report, at)
            if asked.against is not None:
                more += _against(folder, asked.against, connection, report)
        except (sqlite3.Error, ValueError) as why:
            more.append(Damage("manifest-damaged", None, None, None, f"it cannot be read: {why}"))
    return replace(
        report,
        problems=(*report.problems, *(one for one in more if one.fails)),
        remarks=(*report.remarks, *(one for one in more if not one.fails)),
    )


def _wanted(connection: sqlite3.Connection, asked: Asked, at: datetime) -> frozenset[str]:
    """The files that are to be read."""
    reads = checks.last_reads(connection)
    enough = LEVELS[LEVELS.index(asked.level) :]

    def due(name: str) -> bool:
        last = [when for level, when in reads.get(name, {}).items() if level in enough]
        return asked.older_than is None or not last or max(last) < at - asked.older_than

    names = [one.name for one in fixity.files(connection)]
    return frozenset(name for name in names if (asked.subset is None or asked.subset.holds(name)) and due(name))


def remember(manifest: Manifest, report: Report, at: datetime) -> None:
    """Keep what came of a check. The write lock must be held."""
    level = f"{report.level} {report.part}".strip()
    each = (
        Event(checks.KIND, at, outcome(count), report.level, name) for name, count in report.files.items()
    )  # fmt: skip
    checks.note(manifest, [*each, Event(checks.KIND, at, report.outcome, level)])


# ── level deep ──


def _deep(folder: Path, connection: sqlite3.Connection, report: Report, at: datetime) -> Iterator[Damage]:
    """Every page read again and every conclusion drawn again, in a scratch manifest, and the two compared."""
    if not has_log(connection):
        yield Damage("not-repeated", None, None, None, "the manifest was made before there was a log: archiver migrate")
        return
    if any(CODES[one.code].number < 500 for one in report.problems):
        yield Damage("not-repeated", None, None, None, "what is stored is not as it was written: put that right first")
        return
    with ExitStack() as closed:
        beside = closed.enter_context(tempfile.TemporaryDirectory(prefix="archiver-verify-"))
        manifest = closed.enter_context(closing(scratch(Path(beside))))
        concluder = concluded(folder, connection, manifest, at)
        closed.callback(concluder.reader.close)
        rules = concluder.reader.rules
        older = sum(count for by, count in outdated(connection, rules).items() if by.rules != rules(by.media_type))
        if older:
            what = f"{counted(older, 'document')} read by other rules than today's: conclusions were not compared"
            yield Damage("reading-older", None, None, None, what)
        else:
            yield from conclusions(connection, manifest.connection)


def concluded(folder: Path, connection: sqlite3.Connection, manifest: Manifest, at: datetime) -> Concluder:
    """Draw what the WARC files state into an empty manifest, and all that follows from it. The caller closes the concluder's reader."""
    Drawing(connection, folder / "archive", manifest, at).draw()
    store = WarcStore(folder / "archive", clock=lambda: at, ids=lambda: "", tool="")
    concluder = Concluder(store, manifest, given(folder), nullcontext, sealing=False)
    concluder.catch_up()
    return concluder


def conclusions(connection: sqlite3.Connection, drawn: sqlite3.Connection) -> Iterator[Damage]:
    """The tables in which a manifest does not say what was drawn again, and the indexes of its texts."""
    for table in _CONCLUSIONS:
        here, there = (_rows(one, ROWS[table].format(db="main")) for one in (connection, drawn))
        gone, new = (
            [there[one] for one in there.keys() - here.keys()],
            [here[one] for one in here.keys() - there.keys()],
        )
        if gone or new:
            what = f"{counted(len(new), 'row')} that nothing leads to, {counted(len(gone), 'row')} missing"
            what += "".join(_fields(connection, drawn, ROWS[table].format(db="main"), sorted({*new} & {*gone})[:_TOLD]))
            yield Damage("conclusion-differs", None, None, None, what, f"{table} {min(new or gone)}")
    for table, called in _INDEXES.items():
        if _terms(connection, table) != _terms(drawn, table):
            yield Damage("search-index", None, None, None, f"the index of {called} is not that of the texts", table)


def _rows(connection: sqlite3.Connection, sql: str) -> Mapping[bytes, str]:
    """A table's rows by a digest of each (of equal ones by their number, too), with the value of its first column."""
    found: dict[bytes, str] = {}
    for row in connection.execute(sql):
        name = digest = blake2b(repr(tuple(row)).encode(), digest_size=16).digest()
        number = 0
        while name in found:
            number += 1
            name = digest + number.to_bytes(8)
        found[name] = str(row[0])
    return found


def _fields(
    connection: sqlite3.Connection, drawn: sqlite3.Connection, sql: str, firsts: Sequence[str]
) -> Iterator[str]:
    """What differs in rows that begin with these values, where there is one such row on either side."""
    here, there = ([tuple(row) for row in one.execute(sql)] for one in (connection, drawn))
    columns = [one[0] for one in drawn.execute(sql).description]
    extra, lacking = set(here) - set(there), set(there) - set(here)
    for first in firsts:
        ours, theirs = ([row for row in rows if str(row[0]) == first] for rows in (extra, lacking))
        if len(ours) == len(theirs) == 1:
            for name, is_so, should in zip(columns, ours[0], theirs[0], strict=True):
                if is_so != should:
                    yield f"; {first}: {name} is {_short(is_so)}, and should be {_short(should)}"


def _short(value: object) -> str:
    return cut(repr(value), _LETTERS)


def _terms(connection: sqlite3.Connection, table: str) -> bytes:
    """A digest of what an index holds: each term, in how many texts it stands and how often."""
    digest = blake2b()
    connection.execute(f"create virtual table temp.{table}_terms using fts5vocab(main, {table}, row)")
    try:
        for row in connection.execute(f"select term, doc, cnt from temp.{table}_terms"):  # noqa: S608 - names of ours
            digest.update(repr(tuple(row)).encode())
    finally:
        connection.execute(f"drop table temp.{table}_terms")
    return digest.digest()


# ── another copy ──


def _against(folder: Path, copy: Path, connection: sqlite3.Connection, report: Report) -> Iterator[Damage]:
    """What another copy of the archive has otherwise. Without a manifest it is its WARC files that are compared."""
    if not (copy / "archive").is_dir():
        raise NoArchive(
            f"there is no archive in {copy}", advice="Name the folder of the other copy: the one that holds archive/"
        )
    ends: dict[str, int] | None = None
    with suppress(NoArchive), open_read_only(copy) as theirs:
        if has_log(connection) and has_log(theirs):
            parted = list(copies.logs(connection, theirs))
            yield from parted
            if any(one.fails for one in parted):
                return  # what stands in their files is another matter
        ends = {one.name: one.committed for one in fixity.files(theirs)}
    for known in fixity.files(connection):
        if known.name in report.files:
            end = None if ends is None else ends.get(known.name, 0)
            expected = list(fixity.records(connection, known.name))
            yield from copies.bytes_of(folder / "archive", copy / "archive", known, expected, end)


def repair(
    folder: Path, copy: Path, report: Report, *, keys: Sequence[Key] = (), tool: str = "", clock: Clock = now
) -> tuple[Restored, ...]:
    """Make whole, from the archive in `copy`, the files that a check found harmed, and state it of each; read them again afterwards.

    Raises Damaged where the log or the manifest is harmed: then the digests that are kept here are not to be believed; UsageError where
    the copy is none of this archive.
    """
    others = [one for one in report.problems if 200 <= CODES[one.code].number < 400 and one.code not in _BESIDE]
    if others:
        raise Damaged(
            f"not the files alone are harmed, the first other problem being {others[0].code}: {others[0].message}",
            advice=f"Nothing was put back. Put that right first: {CODES[others[0].code].advice}.",
        )
    names = sorted({one.warc for one in report.problems if one.code in _MENDED and one.warc is not None})
    with closing(Vault(folder, clock, tool)) as vault:
        fork = _parted(vault.manifest.connection, copy)
        checkpoint, anchor = _harmed_checkpoints(report), _harmed_anchors(report)
        restored = (
            *(_put_back(vault, copy / "archive", name, fork) for name in names),
            *(_put_checkpoint(vault, copy / "archive", size) for size in checkpoint),
            *filter(None, (_put_anchor(vault, copy / "archive", sequence) for sequence in anchor)),
        )
        _state(vault, [one for one in restored if not one.why_not], keys)
    return restored


def _parted(connection: sqlite3.Connection, copy: Path) -> str:
    """Where the log of the copy parts from this one. Raises UsageError where it is another from the beginning."""
    with suppress(NoArchive, Damaged, ForeignManifest, Unreadable), open_read_only(copy) as theirs:
        for one in copies.logs(connection, theirs) if has_log(theirs) else ():
            if one.place == "log 1" and one.fails:
                raise UsageError(f"nothing can be put back from {copy}: {one.message}", advice="Name another copy.")
            if one.fails:
                return f"; the other copy is a fork of this archive from {one.place} on"
    return ""


def _harmed_checkpoints(report: Report) -> list[int]:
    """The sizes of those that are gone, or are none."""
    gone = {one.place.split()[1] for one in report.problems if one.code == "checkpoint-missing" and one.place}
    none = {Path(one.warc).stem for one in report.problems if one.code == "checkpoint-unreadable" and one.warc}
    return sorted({int(one) for one in gone | none})


def _harmed_anchors(report: Report) -> list[int]:
    """The numbers of their statements."""
    codes = ("anchor-missing", "anchor-changed")
    return [int(one.place.split()[1]) for one in report.problems if one.code in codes and one.place]


def _put_checkpoint(vault: Vault, copy: Path, size: int) -> Restored:
    """One that agrees with the log, and with what is known of it."""
    with vault.disk(), vault.store.locked():
        connection = vault.manifest.connection
        known = {one.size: one for one, _ in log_rows.checkpoints(connection)}.get(size)

        def is_right(content: bytes) -> bool:
            with suppress(ValueError, Damaged):
                tree, said = Log(connection), Checkpoint.parse(Note.parse(content).text)
                agrees = said.size == size <= tree.size and (said.origin, said.root) == (tree.origin, tree.root(size))
                return agrees and known in (None, said)
            return False

        name = f"{checkpoints.FOLDER}/{size:012d}.checkpoint"
        return copies.put_file(vault.store.folder, copy, name, is_right, sync_folder=vault.store.sync_folder)


def _put_anchor(vault: Vault, copy: Path, sequence: int) -> Restored | None:
    """The file that was stated, by its digest; None where that is there, and something else is wrong."""
    with vault.disk(), vault.store.locked():
        anchor = anchors.at(vault.manifest.connection, sequence)
        path = vault.store.folder / ANCHORS / anchor.name
        with suppress(OSError):
            if Digest.sha256(path.read_bytes()) == anchor.digest:
                return None
        if Path(anchor.name).name != anchor.name:
            return None
        return copies.put_file(
            vault.store.folder, copy, f"{ANCHORS}/{anchor.name}",
            lambda content: Digest.sha256(content) == anchor.digest, sync_folder=vault.store.sync_folder,
        )  # fmt: skip


def _put_back(vault: Vault, copy: Path, name: str, fork: str) -> Restored:
    with vault.disk(), vault.store.locked():
        connection = vault.manifest.connection
        known, expected = fixity.file(connection, name), list(fixity.records(connection, name))
        done = copies.put_back(
            vault.store.folder, copy, known, expected, sync=vault.store.sync, sync_folder=vault.store.sync_folder
        )
        if known.sealed and not done.why_not:
            vault.store.protect(name)
    return replace(done, why_not=done.why_not + fork) if done.why_not else done


def _state(vault: Vault, restored: Iterable[Restored], keys: Sequence[Key]) -> None:
    """In the log where it can be written to; while other files are still harmed it cannot, and the manifest alone says so."""
    events = [Event("repair", vault.clock(), "repaired", str(one), one.warc) for one in restored]
    for event in events:
        try:
            vault.state(event)
        except Damaged:
            with vault.store.locked():
                vault.manifest.note_event(event)
    if events:
        with suppress(Damaged):
            vault.checkpoint(keys)
