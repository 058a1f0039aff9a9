"""The condition of this machine and of an archive on it, gathered: facts alone. What is good or bad about them is check's to say.

    gathered(folder, environ, clock)  ->  Condition        folder: an archive's, or None for the machine alone

Reads and asks, and writes nothing: also of an archive on a medium that cannot be written. What cannot be found out is None. The
process that reads pages is started, asked for nothing and ended, while all the rest is gathered.
"""

from __future__ import annotations

import fcntl
import os
import platform
import re
import resource
import shutil
import sqlite3
import stat
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from archiver import config, runlock
from archiver.anchoring import whom
from archiver.clock import is_synchronised
from archiver.engine.limits import Limits
from archiver.errors import ArchiverError, UsageError
from archiver.fetch.guard import parse_address
from archiver.fetch.tls import Trust
from archiver.ledger.keys import signing
from archiver.ledger.problems import Damage
from archiver.ledger.signed import signed_log
from archiver.ledger.verify import verify
from archiver.manifest.anchors import Waiting, waiting
from archiver.manifest.health import Health, health
from archiver.manifest.log import size
from archiver.manifest.opening import open_read_only
from archiver.manifest.runs import Last, last
from archiver.model.date import Clock, now
from archiver.reader import Reader
from archiver.signing.keys import at_hand
from archiver.warc.store import LOCK
from archiver.watch.read import load as jobs

#: What lies in an archive's two folders beside the WARC files; all else is somebody's, or was left behind.
_KNOWN = frozenset(
    {
        LOCK,
        runlock.RUN_LOCK,
        "checkpoints",
        "anchors",
        "manifest.db",
        "manifest.db-wal",
        "manifest.db-shm",
        "watch.toml",
        "publishers.toml",
    }
)
_TORN = re.compile(r".*\.torn-\d+(?:-\d+)?")


@dataclass(frozen=True, slots=True)
class Said:
    """An error of ours that came up, and its advice."""

    message: str
    advice: str = ""


@dataclass(frozen=True, slots=True)
class Space:
    """A folder's file system: bytes and files that there is room for, its number, and its kind where the machine says so;
    whether we may write to the folder.
    """

    folder: Path
    free: int
    free_files: int | None
    device: int
    kind: str | None
    writable: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """A file or folder: whose it is, its mode, its size, when it was last changed, whether we may read and write it,
    whether archiver knows nothing of it.
    """

    path: Path
    owner: int
    mode: int
    size: int
    modified: datetime
    readable: bool
    writable: bool
    is_stray: bool


@dataclass(frozen=True, slots=True)
class Holder:
    """A process that holds the write lock; None for what cannot be told of it."""

    process: int | None
    command: str | None


@dataclass(frozen=True, slots=True)
class Worker:
    """The process that reads pages: seconds until it was ready, whether its system calls are filtered; or why it does not start.

    `memory` is how much address space it may have in bytes, `wanted` how much it should.
    """

    seconds: float
    filtered: bool | None
    memory: int
    wanted: int
    fault: Said | None = None


@dataclass(frozen=True, slots=True)
class Machine:
    """What there is without an archive."""

    python: tuple[int, int, int]
    system: str
    sqlite: tuple[int, int, int]
    now: datetime
    synchronised: bool | None
    temporary: Space | None
    authorities: int | None
    certificates: Said | None
    settings: tuple[Said, ...]
    worker: Worker


@dataclass(frozen=True, slots=True)
class Vouched:
    """How far the log is vouched for: how many statements there are, how many the newest checkpoint covers, whether a key of the log
    signed that, and why its signature does not hold, where it does not; who was asked to see it, and has not yet; why
    the next checkpoint will not be signed, where it will not.
    """

    size: int
    covered: int
    signed: bool
    amiss: str = ""
    waiting: tuple[Waiting, ...] = ()
    unsignable: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """What there is of an archive. `checked` is None where somebody was writing just then, and the files were not looked through;
    `vouched` where there is no log.
    """

    folder: Path
    user: int
    entries: tuple[Entry, ...]
    spaces: tuple[Space, ...]
    health: Health | None
    unreadable: Said | None
    checked: tuple[Damage, ...] | None
    holder: Holder | None
    run: runlock.Holder | None
    last_run: Last | None
    vouched: Vouched | None = None


@dataclass(frozen=True, slots=True)
class Condition:
    """All of it. `sought` is where an archive was looked for."""

    machine: Machine
    sought: Path
    kept: Kept | None


def gathered(sought: Path, environ: Mapping[str, str], clock: Clock) -> Condition:
    """The condition of the machine, and of the archive in a folder, where there is one."""
    with closing(Reader()) as reader:
        started = time.monotonic()
        reader.start()
        kept = of_archive(sought)
        return Condition(of_machine(sought, environ, clock, reader, started), sought, kept)


# ── the machine ──


def of_machine(sought: Path, environ: Mapping[str, str], clock: Clock, reader: Reader, started: float) -> Machine:
    """What there is without an archive, but for the settings, which may stand in one. The reader was started at that time."""
    authorities, certificates = _authorities()
    settings = tuple(_settings(sought, environ))
    version = sqlite3.sqlite_version_info
    return Machine(
        sys.version_info[:3], platform.system(), (version[0], version[1], version[2]), clock(), is_synchronised(),
        _space(Path(tempfile.gettempdir())), authorities, certificates, settings, _worker(reader, started),
    )  # fmt: skip


def _worker(reader: Reader, started: float) -> Worker:
    wanted = Limits().memory_bytes
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    memory = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    try:
        reader.ready()
    except ArchiverError as why:
        return Worker(time.monotonic() - started, None, memory, wanted, Said(str(why), why.advice))
    return Worker(time.monotonic() - started, _filtered(reader.process), memory, wanted)


def _filtered(process: int | None) -> bool | None:
    """Whether a process's system calls go through a filter, as Linux says."""
    with suppress(OSError):
        said = Path(f"/proc/{process}/status").read_text("ascii", "replace")
        if match := re.search(r"^Seccomp:\s*(\d)", said, re.MULTILINE):
            return match[1] == "2"
    return None


def _authorities() -> tuple[int | None, Said | None]:
    """How many authorities are trusted, as far as they are read before they are needed; or why they cannot be read."""
    try:
        counted = Trust.by_environment().verified.cert_store_stats()
    except UsageError as why:
        return None, Said(str(why), why.advice)
    return counted["x509_ca"], None


def _settings(folder: Path, environ: Mapping[str, str]) -> list[Said]:
    """What is wrong with the settings that are in force there and with the watch list, each with its place."""
    others: list[Callable[[], object]] = [partial(config.publishers, folder)]
    others += [partial(parse_address, entry) for entry in config.allowed_addresses(environ)]
    # The watch list holds [settings], too: what is wrong there is said once.
    found = _amiss(partial(config.load, folder, {}, environ)) or _amiss(partial(jobs, folder))
    return found + [said for one in others for said in _amiss(one)]


def _amiss(one: Callable[[], object]) -> list[Said]:
    try:
        one()
    except UsageError as why:
        return [Said(str(why), why.advice)]
    return []


def _space(folder: Path) -> Space | None:
    try:
        there = os.statvfs(folder)
        return Space(
            folder, shutil.disk_usage(folder).free, there.f_favail if there.f_files else None, folder.stat().st_dev,
            _kind(folder.resolve()), os.access(folder, os.W_OK),
        )  # fmt: skip
    except OSError:
        return None


def _kind(folder: Path) -> str | None:
    """The kind of the file system that a folder is on: that of the last mount at the longest path above it. Linux alone."""
    found, length = None, -1
    with suppress(OSError):
        for line in Path("/proc/self/mountinfo").read_text("utf-8", "surrogateescape").splitlines():
            place, _, rest = line.partition(" - ")
            point = Path(re.sub(r"\\([0-7]{3})", lambda octal: chr(int(octal[1], 8)), place.split()[4]))
            if folder.is_relative_to(point) and len(point.parts) >= length:
                found, length = rest.split()[0], len(point.parts)
    return found


# ── the archive ──


def of_archive(folder: Path) -> Kept | None:
    """What there is of the archive in a folder; None where there is none."""
    if not config.is_archive(folder):
        return None
    holder = _holder(folder / "archive" / LOCK)
    run = runlock.holder(folder)  # before its row is looked at: what ends meanwhile has ended well
    found: Health | None = None
    before: Last | None = None
    unreadable: Said | None = None
    checked: tuple[Damage, ...] | None = None
    vouched: Vouched | None = None
    try:
        with open_read_only(folder, 1, untouched=True) as connection:
            found, before = health(connection), last(connection)
            checked = verify(folder, connection, "quick").problems if holder is None else None
            vouched = _vouched(folder, connection)
    except ArchiverError as why:
        unreadable = Said(str(why), why.advice)
    places = [folder, folder / "archive", folder / "manifests"]
    inside = [path for place in places[1:] if place.is_dir() for path in sorted(place.iterdir())]
    entries = tuple(entry for path in (*places, *inside) if (entry := _entry(path, path in inside)) is not None)
    spaces = tuple(space for place in places[1:] if (space := _space(place)) is not None)
    return Kept(folder, os.geteuid(), entries, spaces, found, unreadable, checked, holder, run, before, vouched)


def _vouched(folder: Path, connection: sqlite3.Connection) -> Vouched | None:
    log = signed_log(connection, folder / "archive")
    if log is None:
        return None
    covered = 0 if log.newest is None else log.newest.checkpoint.size
    try:
        settings = config.load(folder, {})
        keys, amiss = at_hand(config.key_path(settings))
        whoms, why_not = whom(settings, folder), signing(log.origin, log.key, keys, now(), amiss).why_not
    except UsageError:  # which is said of the settings
        whoms, why_not = None, ""
    asked = tuple(waiting(connection, whoms))
    return Vouched(size(connection), covered, bool(log.signed_by), log.fault, asked, why_not)


def _is_known(path: Path) -> bool:
    name = path.name
    return name in _KNOWN or name.endswith(".warc.gz") or is_torn(path) or name in (".gitignore", ".gitkeep")


def is_torn(path: Path) -> bool:
    """Whether a file holds what a broken write left, moved aside."""
    return _TORN.fullmatch(path.name) is not None


def _entry(path: Path, inside: bool) -> Entry | None:
    try:
        there = path.lstat()
    except OSError:
        return None
    return Entry(
        path, there.st_uid, stat.S_IMODE(there.st_mode), there.st_size, datetime.fromtimestamp(there.st_mtime, UTC),
        os.access(path, os.R_OK), os.access(path, os.W_OK), inside and not _is_known(path),
    )  # fmt: skip


def _holder(lock: Path) -> Holder | None:
    """Who is writing, or reading through the files, just now."""
    try:
        held = os.open(lock, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        fcntl.flock(held, fcntl.LOCK_SH | fcntl.LOCK_NB)  # let go of again at once: it ends with its file
    except BlockingIOError:
        return _named(os.fstat(held).st_ino)
    except OSError:
        return None
    finally:
        os.close(held)
    return None


def _named(inode: int) -> Holder:
    """The process that holds a lock on a file, as Linux lists them."""
    with suppress(OSError):
        for line in Path("/proc/locks").read_text("ascii", "replace").splitlines():
            fields = line.split()
            if len(fields) > 5 and fields[1] == "FLOCK" and fields[5].endswith(f":{inode}") and fields[4].isdigit():
                process = int(fields[4])
                with suppress(OSError):
                    said = Path(f"/proc/{process}/cmdline").read_bytes().replace(b"\0", b" ").strip()
                    return Holder(process, said.decode("utf-8", "replace")[:200])
                return Holder(process, None)
    return Holder(None, None)
