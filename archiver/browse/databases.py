"""Which of a server's databases are manifests of ours: told from the first bytes of their files, at every request anew; and where the
WARC files are that one speaks of.

    is_ours(path)          whether this program reads it as its manifest
    trouble(name, path)    why it cannot, of a manifest that it should
    files_of(path, named)  the folder of its WARC files, None where it is not at hand

No lock is taken for that, and no log made beside a database that is another's, or lies where nobody may write. What a file's first
bytes said holds until the file is another one. A file that was opened for it is never closed: with any descriptor of it that a process
closes the locks are gone that SQLite holds through others (sqlite.org/howtocorrupt.html, 2.2), and the next writer would take away the
log that a page is being read from.

Does not own: what a manifest says, and whether its pages are whole: who reads it finds that out.
"""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path

from archiver.errors import ArchiverError, ForeignManifest, ManifestTooNew, NotFound
from archiver.manifest.opening import MANIFEST
from archiver.manifest.schema import APPLICATION_ID, VERSION

#: The oldest schema that is shown: the first with the log, and with what was withdrawn.
OLDEST_SHOWN = 8

#: What a database begins with, and where its header says `pragma user_version` and `pragma application_id` (sqlite.org/fileformat2).
_MAGIC, _USER_VERSION, _APPLICATION_ID, _HEADER = b"SQLite format 3\0", slice(60, 64), slice(68, 72), 100


def is_ours(path: str | None) -> bool:
    """Whether a database is a manifest that this program can read; `path` is None of one that is in memory alone."""
    version = _version(path)
    return version is not None and OLDEST_SHOWN <= version <= VERSION


def trouble(name: str, path: str | None) -> ArchiverError | None:
    """Why the database `name` is not shown, of a file that is gone, or a manifest that is too new or too old; None of any other. Where
    it lies is not said: whoever reads this may be a stranger.
    """
    if path is not None and not Path(path).exists():
        return NotFound(
            f"the file of {name} is not there any more", advice="Put it back, or start the server without it."
        )
    version = _version(path)
    if version is None or is_ours(path):
        return None
    if version > VERSION:
        return ManifestTooNew(
            f"{name} has schema {version}; this archiver knows up to {VERSION}",
            advice="Update archiver where this server runs.",
        )
    return ForeignManifest(
        f"{name} has schema {version}, too old to be read as it is",
        advice="Bring it up to this program's schema: archiver migrate",
    )


def files_of(path: Path, named: str | None = None) -> Path | None:
    """The folder of the WARC files: the one that was named, else the one that stands where an archive has it: `archive/` beside
    `manifests/`, or beside the manifest itself.
    """
    folder = _beside(path) if named is None else Path(named)
    return folder if folder.is_dir() else None


@lru_cache(maxsize=256)
def _beside(path: Path) -> Path:
    here = path.resolve()
    return (here.parent.parent if here.parts[-2:] == MANIFEST.parts else here.parent) / "archive"


def _version(path: str | None) -> int | None:
    """The schema of a manifest; None of what is none, or cannot be read."""
    try:
        at = os.stat(path) if path is not None else None  # noqa: PTH116 - thousands of cells ask: no Path for each
    except OSError:
        return None
    return None if at is None else _told(str(path), (at.st_dev, at.st_ino, at.st_size, at.st_mtime_ns))


#: The descriptors of files that were looked at, by device and inode.
_OPENED: dict[tuple[int, int], int] = {}


@lru_cache(maxsize=256)
def _told(path: str, which: tuple[int, ...]) -> int | None:
    """What the first bytes of a file say; `which` is the file that the answer is kept for: device, inode, size and time."""
    try:
        file = _OPENED.get((which[0], which[1]))
        if file is None:
            file = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
            at = os.fstat(file)  # another one may have been put there meanwhile
            _OPENED[at.st_dev, at.st_ino] = file
        header = os.pread(file, _HEADER, 0)
    except OSError:
        return None
    if len(header) < _HEADER or not header.startswith(_MAGIC):
        return None
    if int.from_bytes(header[_APPLICATION_ID]) != APPLICATION_ID:
        return None
    return int.from_bytes(header[_USER_VERSION])
