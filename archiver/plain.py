"""Plain files in folders that others may have put something into: read without being led elsewhere or kept waiting, and written whole.

    data = read(path, most)        raises OSError for what is no plain file, and for a longer one
    put(path, pieces)              all of it under its name, or nothing; its folder is the caller's to sync
    sync_folder(folder)            the names in it on disk

Does not own: what is in them.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import BinaryIO

_READING = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC  # of a pipe nothing would come
_WRITING = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


def opened(path: str | Path, folder: int | None = None) -> BinaryIO:
    """It, for reading; `folder` is the descriptor of the one that it lies in. Raises OSError."""
    fd = os.open(path, _READING, dir_fd=folder)
    if not stat.S_ISREG(os.fstat(fd).st_mode):
        os.close(fd)
        raise OSError(errno.EINVAL, "it is no plain file", str(path))
    return os.fdopen(fd, "rb")


def read(path: Path, most: int) -> bytes:
    """All of it, `most` bytes at most. Raises OSError."""
    with opened(path) as file:
        data = file.read(most + 1)
    if len(data) > most:
        raise OSError(errno.EFBIG, f"it is longer than {most} bytes", str(path))
    return data


def put(path: Path, pieces: Iterable[bytes], *, sync: Callable[[int], None] = os.fsync, mode: int = 0o644) -> None:
    """Write it beside and give it its name then, also where there is another. Broken off, it leaves a draft, which the next time begins
    anew; whatever lies in the place of that is not written to. Raises OSError.
    """
    draft = path.with_name(f".{path.name}.new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, _WRITING, mode), "wb") as file:
        file.writelines(pieces)
        file.flush()
        os.fchmod(file.fileno(), mode)
        sync(file.fileno())
    draft.replace(path)


def sync_folder(folder: Path) -> None:
    """The names in a folder on disk: a file that was made, renamed or taken away there stays so. Raises OSError."""
    fd = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
