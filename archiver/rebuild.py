"""A manifest drawn anew from the WARC files alone, and put in the place of the one there is.

    for path in files: for group in salvaged(path)       every statement, in sequence: transaction 1 again
    concluder.catch_up()                                  every page read, every decision applied: transaction 2 again
    with the write lock: what came meanwhile; replace     readers see the old one or the new one
    checkpoints, and leaves of what is lost               so that what is left can still be shown to have been logged

Owns that order, what is done about WARC files that are damaged, and how the new manifest takes the place of the old. Nothing is
written to the WARC files, and nothing is taken from the old manifest but the history of checks, which is stated nowhere else.

Most of the work needs no lock: records do not change. A manifest that can be read is not replaced by one that says less, which
is what damaged or missing files lead to, unless that is asked for; then the old one stays beside it.
"""

from __future__ import annotations

import fcntl
import itertools
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

from archiver.authority import given
from archiver.conclude import Concluder
from archiver.errors import Damaged, ForeignManifest, Locked, NoArchive, Unwritable
from archiver.ledger import checkpoints, log
from archiver.manifest import fixity, opening
from archiver.manifest import log as log_rows
from archiver.manifest.dump import Difference, differences
from archiver.manifest.schema import LOG_SINCE, VERSION
from archiver.manifest.store import Manifest
from archiver.model.capture import Capture
from archiver.model.date import Clock, now
from archiver.model.log import leaf_hash
from archiver.signing import heads
from archiver.warc.groups import Group, groups, salvaged
from archiver.warc.store import WarcStore

#: Called with what is counted and how many there are; what it returns is called for each one done.
Progress = Callable[[str, int], Callable[[], None]]

#: So many statements are one transaction.
LOT = 500

#: What is taken from the manifest there is.
_LEAVES = "select sequence, leaf from log order by sequence"
_CHECKS = "select kind, at, outcome, detail, subject from events where sequence is null"


@dataclass(frozen=True, slots=True)
class Loss:
    """What the files ought to hold and do not: bytes that belong to no whole group, or statements that are nowhere."""

    warc: str
    offset: int | None
    message: str


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What was found, and what became of the manifest.

    `differs` is None where there was no manifest of this schema to compare with. `aside` is where the one before lies, if it was kept;
    `set_aside` are the checkpoints of statements that are lost, in their new place.
    """

    files: int
    statements: int
    captures: int
    texts_without_record: int
    losses: tuple[Loss, ...]
    replaced: bool
    checks_kept: bool
    differs: tuple[Difference, ...] | None = None
    aside: Path | None = None
    set_aside: tuple[Path, ...] = ()


def rebuild(
    folder: Path,
    *,
    accept_loss: bool = False,
    key: Path | None = None,
    clock: Clock = now,
    progress: Progress = lambda _what, _total: lambda: None,
) -> Rebuilt:
    """Draw the manifest of the archive in `folder` anew. `key`: what that signed last is put aside, too, where it does not
    go on from there and the loss is accepted. Raises NoArchive, ManifestTooNew, ForeignManifest, Locked, Unwritable.
    """
    store = WarcStore(folder / "archive", clock=clock, ids=lambda: str(uuid4()), tool="")
    if not store.files():
        raise NoArchive(
            f"there is no archive in {folder}: it has no WARC file of archiver's in archive/",
            advice="Name the archive's folder with --archive or ARCHIVER_HOME.",
        )
    try:
        before = _before(folder / opening.MANIFEST)
        with _scratch(folder / "manifests") as scratch, ExitStack() as closed:
            manifest = Manifest(scratch)
            closed.callback(manifest.close)
            drawing = _Drawing(store, manifest)
            concluder = Concluder(store, manifest, given(folder), nullcontext, sealing=False)
            closed.callback(concluder.reader.close)
            drawing.read(progress)
            concluder.catch_up(progress("pages read", manifest.unconcluded_count()))
            with store.locked():
                drawing.read_on()
                concluder.catch_up()
                drawing.complete_log(before, accept_loss=accept_loss)
                if accept_loss and key is not None:
                    drawing.put_head_aside(key)
                return _put(folder, before, drawing, scratch / opening.MANIFEST, accept_loss=accept_loss)
    except (OSError, sqlite3.OperationalError) as why:
        raise Unwritable(
            f"the manifest of {folder} cannot be drawn anew: {why}",
            advice="The one there is stays as it is. Make room (it takes as much again), or mend the permissions, and try again.",
        ) from why


@dataclass(frozen=True, slots=True)
class _Before:
    """The manifest there is: whether it can be read, and its schema."""

    path: Path
    readable: bool
    schema: int = 0


def _before(path: Path) -> _Before:
    """Raises ManifestTooNew, and ForeignManifest for a database that is another program's. What cannot be read whole counts as unreadable."""
    if not path.is_file():
        return _Before(path, readable=False)
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            if opening.is_empty(connection):
                return _Before(path, readable=False)
            opening.check(connection, path, oldest=1)
            schema = int(connection.execute("pragma user_version").fetchone()[0])
            return _Before(path, _legible(connection, schema), schema)
    except (sqlite3.Error, UnicodeDecodeError, ValueError) as why:
        if isinstance(why, sqlite3.Error) and opening.of_the_disk(why) and why.sqlite_errorcode != sqlite3.SQLITE_ERROR:
            raise
        return _Before(path, readable=False)
    except (ForeignManifest, Damaged) as why:
        if isinstance(why.__cause__, sqlite3.Error):
            return _Before(path, readable=False)
        raise


def _legible(connection: sqlite3.Connection, schema: int) -> bool:
    """Whether every page of a manifest is sound, and what is taken from it can be read. Raises sqlite3.Error, ValueError where not."""
    fixity.files(connection)
    for sql in (_CHECKS, *([_LEAVES] if schema >= LOG_SINCE else [])):
        for _ in connection.execute(sql):
            pass
    return [str(row[0]) for row in connection.execute("pragma integrity_check(1)")] == ["ok"]


@contextmanager
def _scratch(manifests: Path) -> Iterator[Path]:
    """A folder for the new manifest on the same file system; what an earlier rebuild left there goes."""
    manifests.mkdir(exist_ok=True)
    scratch = manifests / ".rebuild"
    scratch.mkdir(exist_ok=True)
    lock = os.open(scratch, os.O_RDONLY | os.O_CLOEXEC)
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as why:
            raise Locked(
                f"another process is drawing the manifest in {manifests} anew", advice="Wait for it to end."
            ) from why
        shutil.rmtree(scratch / "manifests", ignore_errors=True)
        try:
            yield scratch
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
    finally:
        os.close(lock)


@dataclass(slots=True)
class _Drawing:
    """The statements of the files, on their way into a new manifest."""

    store: WarcStore
    manifest: Manifest
    statements: int = 0
    captures: int = 0
    last: int = 0  # the sequence number of the last statement
    ends: dict[str, int] = field(default_factory=dict)  # of each file, where its last whole group ends
    losses: list[Loss] = field(default_factory=list)
    set_aside: list[Path] = field(default_factory=list)

    def read(self, progress: Progress) -> None:
        """Every file from its beginning, past any damage."""
        files = self.store.files()
        step = progress("files read", len(files))
        for path in files:
            self._take(path.name, salvaged(path))
            step()

    def read_on(self) -> None:
        """What was appended since. The lock must be held."""
        for path in self.store.files():
            self._take(path.name, groups(path, self.ends.get(path.name, 0)))

    def compare(self, known: Iterable[fixity.KnownFile]) -> None:
        """What the manifest before knows of the files, and they do not hold. Behind that stands at most what a broken run left."""
        for one in known:
            end = self.ends.get(one.name)
            if end is None:
                self.lose(one.name, None, "the manifest knows this file, and it is not there")
            elif end < one.committed:
                self.lose(one.name, end, f"{one.committed} bytes were known of it, and up to {end} are whole")

    def complete_log(self, before: _Before, *, accept_loss: bool) -> None:
        """The checkpoints that are on disk, and what is kept of the tree; of statements that are lost, their leaves in the log before.

        Where no checkpoint speaks of a statement that is lost, and no log before has its leaf, that of an empty one stands for it. Those
        that do speak of one are put aside where the loss is accepted: no log goes on from them any more.
        """
        connection = self.manifest.connection
        if before.readable and before.schema >= LOG_SINCE:
            with closing(sqlite3.connect(f"{before.path.resolve().as_uri()}?mode=ro", uri=True)) as earlier:
                self.manifest.take_leaves(earlier.execute(_LEAVES))
        whole = log_rows.whole(connection)
        beyond = [(was, path) for was, path in log.binding(connection, self.store.folder) if was.size > whole]
        if beyond and accept_loss:
            self.set_aside += checkpoints.set_aside(
                self.store.folder, whole, self.store.clock(), self.store.sync_folder
            )
        for was, path in beyond:
            if was.size > log_rows.size(connection):
                self.lose(
                    path.name,
                    None,
                    f"this checkpoint is of {was.size} statements, and {log_rows.size(connection)} are there",
                )
        newest = checkpoints.newest(self.store.folder)
        if log_rows.count(connection) < self.last and (newest is None or newest.checkpoint.size <= whole):
            nothing = leaf_hash(b"").hex
            self.manifest.take_leaves((sequence, nothing) for sequence in range(1, self.last))
        with self.manifest.together():
            log.note_checkpoints(connection, checkpoints.kept(self.store.folder))
            with suppress(Damaged):  # a leaf that is missing: there is no root then
                log.fill(connection)

    def put_head_aside(self, key: Path) -> None:
        """What a key signed last, where this log does not go on from it."""
        tree = log.Log(self.manifest.connection)
        path = heads.last(key, tree.origin) if log_rows.whole(self.manifest.connection) else None
        if path is None:
            return
        with suppress(ValueError, OSError, Damaged):
            if tree.goes_on_from(heads.read(path, tree.origin)):
                return
        self.set_aside.append(heads.set_aside(path, self.store.clock()))

    def suspect(self) -> None:
        """Without a manifest nobody knows whether what stands at the end of a file was ever whole."""
        for name, end in self.ends.items():
            more = self.store.size(name) - end
            if more:
                self.lose(name, end, f"{more} bytes at its end that are no whole capture: of a broken run, or damaged")

    def _take(self, name: str, found: Iterator[Group]) -> None:
        self.ends.setdefault(name, 0)
        while lot := list(itertools.islice(found, LOT)):
            with self.manifest.together():
                for group in lot:
                    self._add(name, group)

    def _add(self, name: str, group: Group) -> None:
        statement = group.statement
        if statement is not None and statement.sequence <= self.last:
            self.lose(name, group.begin, f"statement {statement.sequence} stands behind statement {self.last}")
            return
        if group.begin > self.ends[name]:
            lost = group.begin - self.ends[name]
            self.lose(name, self.ends[name], f"{lost} bytes that are no whole capture: damaged, or not ours")
        self.ends[name] = group.end
        if statement is not None:
            if statement.sequence > self.last + 1:
                missing = _numbers(self.last + 1, statement.sequence - 1)
                self.lose(name, group.begin, f"before it {missing} should stand, and is nowhere whole")
            self.last = statement.sequence
        try:
            self.manifest.adopt(statement, group.records, group.texts)
        except Damaged as why:
            self.lose(name, group.begin, str(why))
            return
        self.statements += statement is not None
        self.captures += isinstance(statement, Capture) and statement.purpose == "page"

    def lose(self, warc: str, offset: int | None, message: str) -> None:
        """Something is not there that ought to be."""
        self.losses.append(Loss(warc, offset, message))


def _numbers(first: int, last: int) -> str:
    return f"statement {first}" if first == last else f"what statements {first} to {last} state"


def _put(folder: Path, before: _Before, drawing: _Drawing, new: Path, *, accept_loss: bool) -> Rebuilt:
    """Put the new manifest in its place, if it says as much as the one before. The lock must be held."""
    differs: tuple[Difference, ...] | None = None
    aside: Path | None = None
    if before.readable:
        with opening.open_read_only(folder, oldest=1) as connection:
            drawing.compare(fixity.files(connection))
            drawing.manifest.take_checks(connection)
        if before.schema == VERSION:
            try:
                differs = differences(before.path, new)
            except sqlite3.DatabaseError as why:
                if opening.of_the_disk(why):
                    raise
                differs = None  # it is damaged: nothing to compare with
    else:
        drawing.suspect()
    replaced = accept_loss or not drawing.losses or not before.readable
    without_record = drawing.manifest.texts_without_record()
    if replaced:
        aside = _replace(before, drawing, new)
    return Rebuilt(
        files=len(drawing.ends), statements=drawing.statements, captures=drawing.captures,
        texts_without_record=without_record, losses=tuple(drawing.losses), replaced=replaced,
        checks_kept=before.readable, differs=differs, aside=aside, set_aside=tuple(drawing.set_aside),
    )  # fmt: skip


def _replace(before: _Before, drawing: _Drawing, new: Path) -> Path | None:
    """The new manifest where the old one was. Where the old one lies, if it says what the new one does not, or is unreadable."""
    path = before.path
    aside = path.with_name(f"{path.name}.aside-{drawing.store.clock():%Y%m%dT%H%M%SZ}")
    if before.readable:
        # Into the file that is there, as one transaction: whoever has it open, to read or to write, goes on with the new one.
        try:
            with closing(sqlite3.connect(path, timeout=30)) as live:
                if drawing.losses:
                    with closing(sqlite3.connect(aside)) as kept:
                        live.backup(kept)
                live.execute("pragma synchronous = full")
                drawing.manifest.connection.backup(live)
                return aside if drawing.losses else None
        except sqlite3.OperationalError:
            raise  # the disk
        except sqlite3.DatabaseError:
            aside.unlink(missing_ok=True)  # damaged in a place where nobody had looked: it goes aside as it is
    drawing.manifest.fold()
    drawing.manifest.close()
    moved = False
    for tail in ("-wal", "-shm", ""):  # a log beside another database than its own would be read into that one
        if (old := path.with_name(path.name + tail)).exists():
            old.rename(aside.with_name(aside.name + tail))
            moved = True
    drawing.store.sync_folder(path.parent)
    new.replace(path)
    drawing.store.sync_folder(path.parent)
    Manifest(path.parent.parent).close()  # with a log again
    return aside if moved else None
