"""The run lock: of all runs of an archive, one is at work.

    with run_lock(folder, clock=now):     held while the block runs; Locked (exit 11) where another run holds it
    holder(folder)                        who holds it: for those who only look

It is a lock of the kernel (flock) on a file of its own, archive/.run.lock: it is gone with the process that holds it, however
that ends, and programs that the process started do not inherit it. It stands beside the write lock and not in manifests/, which
a person may take away whole: a lock on a file that is gone keeps nobody out.

What stands in the file is for people: the lock decides, and nothing else. The text is read only while the lock is held, and
believed only where the process it names is there; so neither what a killed run left behind, nor a number that has been given to
another process since, keeps anybody out. A text that names another machine (a shared file system) is passed on as it stands: there, whether
locks hold at all is the file system's to say, and doctor's.

Does not own: the write lock (warc.store), which every command takes for moments; what a run does.
"""

from __future__ import annotations

import fcntl
import os
import platform
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from archiver.errors import Locked, Unwritable
from archiver.model.date import Clock, rfc3339

#: The lock file, in the folder of the WARC files.
RUN_LOCK = ".run.lock"

#: How long it takes to be told that another run is at work, in seconds: a look at who holds the lock is no run, and whoever has just taken
#: it says so in a moment.
AT_ONCE = 0.2
#: The longest pause between two tries.
PAUSE = 0.5

_TEXT = re.compile(r"process ([0-9]{1,10}) on ([\w.-]{1,255}), since ([0-9T:.Z-]{20,24})\n", re.ASCII)


@dataclass(frozen=True, slots=True)
class Holder:
    """A run that is at work; None for what cannot be told of it."""

    process: int | None = None
    host: str | None = None
    since: str | None = None

    def __str__(self) -> str:
        if self.process is None:
            return "another run"
        return f"another run (process {self.process} on {self.host}, since {self.since})"


@contextmanager
def run_lock(
    folder: Path,
    *,
    clock: Clock,
    wait: float = 0.0,
    waiting: Callable[[Holder], None] = lambda _holder: None,
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[None]:
    """Hold the run lock of the archive in `folder`, which is made where there is none.

    Waits up to `wait` seconds for another run to end (math.inf: for as long as that takes; `waiting` is told once who it is, and `sleep`
    may raise to end the wait), then raises Locked. Raises Unwritable where the folder is not ours to write to.
    """
    path = folder / "archive" / RUN_LOCK
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as why:
        raise Unwritable(
            f"the archive in {folder} cannot be written to: {why}",
            advice="A run writes to the archive. Mend the permissions, or see how its disk is mounted.",
        ) from why
    try:
        _take(lock, folder, wait, waiting, sleep)
        _write(lock, f"process {os.getpid()} on {_machine()}, since {rfc3339(clock().replace(microsecond=0))}\n")
        try:
            yield
        finally:
            _write(lock, "")
    finally:
        os.close(lock)


def holder(folder: Path) -> Holder | None:
    """The run that is at work on the archive in `folder`, where there is one. Writes nothing."""
    try:
        lock = os.open(folder / "archive" / RUN_LOCK, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        return None if _try(lock, fcntl.LOCK_SH) else _told(lock)  # let go of again at once: it ends with its file
    finally:
        os.close(lock)


def _take(
    lock: int, folder: Path, wait: float, waiting: Callable[[Holder], None], sleep: Callable[[float], None]
) -> None:
    waited, pause, told = 0.0, 0.01, False
    while not _try(lock, fcntl.LOCK_EX):
        if waited >= max(wait, AT_ONCE):
            raise Locked(
                f"{_told(lock)} is at work on the archive in {folder}",
                advice="Wait for it to end, or run with --wait. Nothing was done.",
            )
        if waited >= AT_ONCE and not told:
            waiting(_told(lock))
            told = True
        sleep(pause)
        waited += pause
        pause = min(2 * pause, PAUSE, max(wait, AT_ONCE) - waited)


def _try(lock: int, kind: int) -> bool:
    try:
        fcntl.flock(lock, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _write(lock: int, text: str) -> None:
    """The text in the place of what stands there. For want of room there is none: the lock is held all the same."""
    with suppress(OSError):
        os.ftruncate(lock, 0)
        os.pwrite(lock, text.encode("ascii"), 0)


def _told(lock: int) -> Holder:
    """What the file says of its holder, where that can be."""
    match = _TEXT.fullmatch(os.pread(lock, 400, 0).decode("ascii", "replace"))
    if match is None:
        return Holder()
    process, host, since = int(match[1]), match[2], match[3]
    if host == _machine() and not _runs(process):
        return Holder()
    return Holder(process, host, since)


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)  # asks, and does nothing
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True


def _machine() -> str:
    """The name of this machine, as far as it is one."""
    return re.sub(r"[^A-Za-z0-9_.-]", "-", platform.node())[:255] or "localhost"
