"""The files of archive/: the write lock, the one append that is durable when it returns, names and sizes.

    with store.locked():
        slot = store.place(journal, room)          # which file, from which offset: known before anything is written
        records = store.append(slot, members)      # one contiguous append, then fdatasync: the commit point
        ...                                        # the caller's manifest row, before the lock is let go

Rules:
1. Bytes that are in a file are never written again: an append begins at the known end, or in a new file.
2. When `append` returns, the bytes, the file's length and its name are on disk.
3. When `append` raises, the file is as it was before, as far as the disk lets us; what it does not let us, recovery finds.
   So too for several appends `together`: one sync for all of them, and none of them where it fails.
4. A file never grows past `max_bytes`, but for a group of records that is larger by itself: it stands alone in its file.

Does not own: what the records say (layout), which belong together (seal), what a crash left (recover).
"""

from __future__ import annotations

import fcntl
import os
import re
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from archiver import plain
from archiver.errors import Damaged, Locked
from archiver.model.capture import Prior, RecordLocation, StoredRecord
from archiver.model.date import Clock
from archiver.model.digest import Digest
from archiver.warc import layout
from archiver.warc.layout import Member

#: A file is sealed at this size.
MAX_BYTES = 256 * 1024 * 1024

#: How long any command waits for the write lock, in seconds.
LOCK_WAIT = 30.0

#: Names sort in the order of their making: time of the first record, then a serial number.
NAME = re.compile(r"archiver-(\d{14})-(\d{5,})\.warc\.gz")

#: The lock file, beside the WARC files.
LOCK = ".lock"
_WRITE = 1024 * 1024


class Journal(Protocol):
    """What must be known of the archive before a record is written. The manifest answers; nothing is written through this."""

    def next_sequence(self) -> int:
        """The sequence number of the next statement, of whatever kind."""

    def payload_holder(self, payload: Digest) -> Prior | None:
        """The response or resource record that holds this payload, where there is one."""

    def location_of(self, record_id: str) -> RecordLocation | None:
        """Where the record with this UUID lies."""

    def committed(self, warc: str) -> int | None:
        """The known end of a file in bytes, None for a file that is not known."""

    def open_warc(self) -> str | None:
        """The name of the unsealed file, where there is one."""

    def has_certificate(self, digest: Digest) -> bool:
        """Whether the certificate with this SHA-256 is in the archive."""

    def holds(self, record_id: str) -> bool:
        """Whether a record with this UUID is in the archive."""


def sync_file(fd: int) -> None:
    """The file's bytes and length on disk. On macOS only F_FULLFSYNC empties the drive's cache."""
    if sys.platform == "darwin":
        fcntl.fcntl(fd, fcntl.F_FULLFSYNC)
    else:
        os.fdatasync(fd)


@dataclass(frozen=True, slots=True)
class Slot:
    """Where the next records will stand: `offset` in `warc`, behind `opening` (the warcinfo) where the file is new."""

    warc: str
    offset: int
    opening: Member | None = None

    def lay(self, members: Sequence[Member]) -> tuple[StoredRecord, ...]:
        """The records that appending these members makes, the opening first."""
        records = []
        offset = 0 if self.opening else self.offset
        for member in self.all(members):
            at = RecordLocation(self.warc, offset, member.length, member.stored)
            records.append(StoredRecord(member.record_id, member.kind, at))
            offset += member.length
        return tuple(records)

    def all(self, members: Sequence[Member]) -> tuple[Member, ...]:
        """What is written, the opening first."""
        return (self.opening, *members) if self.opening else tuple(members)


class WarcStore:
    """The WARC files in `folder`, an archive's archive/, which the first lock makes.

    `tool` names the program in warcinfo records and statements; `ids` makes UUIDs.

    `sync` makes an open file durable; it is an argument because tests and measurements need one that does not.
    """

    def __init__(
        self,
        folder: Path,
        *,
        clock: Clock,
        ids: Callable[[], str],
        tool: str,
        max_bytes: int = MAX_BYTES,
        sync: Callable[[int], None] = sync_file,
    ) -> None:
        self.folder = folder
        self.clock = clock
        self.ids = ids
        self.tool = tool
        self.sync = sync
        self._max_bytes = max_bytes
        self._threads = threading.RLock()
        self._depth = 0
        #: What is appended and not synced yet, while appends go together: each file, where it ended before, and whether it is new.
        self._unsynced: dict[Path, tuple[int, bool]] | None = None

    @contextmanager
    def locked(self, wait: float = LOCK_WAIT) -> Iterator[None]:
        """Hold the write lock: of this process's threads one, and of all processes one. Re-entrant within a thread.

        Waits up to `wait` seconds, then raises Locked.
        """
        deadline = time.monotonic() + wait
        if not self._threads.acquire(timeout=wait):
            raise _locked(self.folder, wait)
        try:
            lock = None if self._depth else self._lock_file(deadline, wait)
            self._depth += 1
            try:
                yield
            finally:
                self._depth -= 1
                if lock is not None:
                    os.close(lock)
        finally:
            self._threads.release()

    def _lock_file(self, deadline: float, wait: float) -> int:
        self.folder.mkdir(parents=True, exist_ok=True)
        lock = os.open(self.folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            _take(lock, fcntl.LOCK_EX, deadline, self.folder, wait)
        except BaseException:
            os.close(lock)
            raise
        return lock

    def place(self, journal: Journal, room: int) -> Slot:
        """Where the next `room` bytes will stand: the open file, or a new one where they would make it too large.

        Raises Damaged where the open file does not end where it is known to.
        """
        name = journal.open_warc()
        if name is not None:
            end = journal.committed(name) or 0
            if self.size(name) != end:
                raise Damaged(
                    f"{self.folder / name} has {self.size(name)} bytes where {end} are known",
                    advice="Nothing was written. Run: archiver verify",
                )
            if end + room <= self._max_bytes:
                return Slot(name, end)
        at = self.clock()
        name = self._new_name(at)
        opening = layout.warcinfo(self.ids(), at, name, self.tool)
        return Slot(name, opening.length, opening)

    def _new_name(self, at: datetime) -> str:
        """A name that sorts after all there are, whatever the clock says."""
        last = max((match.groups() for path in self.folder.iterdir() if (match := NAME.match(path.name))), default=None)
        stamp = at.strftime("%Y%m%d%H%M%S")
        if last is None:
            return f"archiver-{stamp}-00001.warc.gz"
        return f"archiver-{max(stamp, last[0])}-{int(last[1]) + 1:05d}.warc.gz"

    @contextmanager
    def together(self) -> Iterator[None]:
        """What is appended in the block is made durable at its end, all at once; where the block or that fails, all of it is undone.

        The lock must be held, and rows about these records must not be durable before the block has ended.
        """
        if self._unsynced is not None:
            yield
            return
        unsynced: dict[Path, tuple[int, bool]] = {}
        self._unsynced = unsynced
        try:
            yield
            for path in unsynced:
                self.sync_path(path)
            if any(new for _, new in unsynced.values()):
                self.sync_names()
        except BaseException:
            for path, (begin, new) in reversed(unsynced.items()):
                self._undo(path, begin, new)
            raise
        finally:
            self._unsynced = None

    def append(self, slot: Slot, members: Sequence[Member]) -> tuple[StoredRecord, ...]:
        """Write the members, and the file's opening before them, and make them durable (`together`: later). The lock must be held.

        Raises OSError (no space, a broken disk) with the file as it was.
        """
        if not self._depth:
            raise RuntimeError("append without the write lock")
        path = self.folder / slot.warc
        new = slot.opening is not None
        begin = 0 if new else slot.offset
        fd = os.open(path, os.O_WRONLY | os.O_CLOEXEC | (os.O_CREAT | os.O_EXCL if new else 0), 0o644)
        try:
            os.lseek(fd, begin, os.SEEK_SET)
            for piece in _pieces(slot.all(members)):
                _write(fd, piece)
            if self._unsynced is None:
                self.sync(fd)
                if new:
                    self.sync_names()
            else:
                self._unsynced.setdefault(path, (begin, new))
        except BaseException:
            self._undo(path, begin, new)
            raise
        finally:
            os.close(fd)
            if slot.opening is not None:
                slot.opening.close()
        return slot.lay(members)

    def _undo(self, path: Path, begin: int, new: bool) -> None:
        with suppress(OSError):
            os.truncate(path, begin)
            self.sync_path(path)
            if new:
                path.unlink()

    def sync_path(self, path: Path) -> None:
        """The file's bytes and length on disk."""
        fd = os.open(path, os.O_RDWR | os.O_CLOEXEC)
        try:
            self.sync(fd)
        finally:
            os.close(fd)

    def size(self, warc: str) -> int:
        """How many bytes a file has. Raises Damaged where it is not there."""
        try:
            return (self.folder / warc).stat().st_size
        except FileNotFoundError as why:
            raise Damaged(
                f"{self.folder / warc} is gone",
                advice="Put it back from a copy of the archive; then run: archiver verify",
            ) from why

    def protect(self, warc: str) -> None:
        """Take everybody's leave to write to a file that is complete, as far as the file system has such a thing."""
        path = self.folder / warc
        with suppress(OSError):
            path.chmod(path.stat().st_mode & ~0o222)

    def files(self) -> tuple[Path, ...]:
        """The WARC files of ours, in the order of their making."""
        if not self.folder.is_dir():
            return ()
        return tuple(sorted(path for path in self.folder.iterdir() if NAME.fullmatch(path.name)))

    def sync_names(self) -> None:
        """The name of a new file on disk, and those of the folders that lead to it: an earlier run may have made them and ended there."""
        here = self.folder.resolve()
        device = here.stat().st_dev
        for folder in (here, *here.parents):
            if folder.stat().st_dev != device:
                break
            with suppress(PermissionError):  # not ours to look into, so not made by us
                self.sync_folder(folder)

    def sync_folder(self, folder: Path) -> None:
        """The names in a folder on disk."""
        plain.sync_folder(folder)


@contextmanager
def undisturbed(folder: Path, wait: float = LOCK_WAIT) -> Iterator[None]:
    """While the block runs nobody is in the midst of a write to the WARC files in `folder`. Writes nothing itself, so it does
    for a read-only archive; where there is no lock file (a copy) nobody writes.
    """
    try:
        lock = os.open(folder / LOCK, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        yield
        return
    try:
        _take(lock, fcntl.LOCK_SH, time.monotonic() + wait, folder, wait)
        yield
    finally:
        os.close(lock)


def _take(lock: int, kind: int, deadline: float, folder: Path, wait: float) -> None:
    """Hold the lock file, for ourselves alone or with other readers. Raises Locked once the deadline has passed."""
    pause = 0.001
    while True:
        try:
            fcntl.flock(lock, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                raise _locked(folder, wait) from None
            time.sleep(pause)
            pause = min(2 * pause, 0.05)
        else:
            return


def _locked(folder: Path, wait: float) -> Locked:
    return Locked(
        f"another process has been writing to {folder} for {wait:.0f} seconds",
        advice="Wait for it to end, then try again.",
    )


def _pieces(members: Sequence[Member]) -> Iterator[bytearray]:
    """The members' bytes one after another, in pieces of about a megabyte: a common capture is one write."""
    piece = bytearray()
    for member in members:
        member.data.seek(member.start)
        left = member.length
        while left:
            data = member.data.read(min(left, _WRITE))
            if not data:
                raise OSError(f"record {member.record_id}: {left} bytes fewer than announced")
            piece += data
            left -= len(data)
            if len(piece) >= _WRITE:
                yield piece
                piece = bytearray()
    yield piece


def _write(fd: int, data: bytearray) -> None:
    """All of it: write(2) may take less."""
    left = memoryview(data)
    while left:
        left = left[os.write(fd, left) :]
