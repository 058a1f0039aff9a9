"""The shim of shim.c: built, put before a program, and what it wrote down read back.

    library = build(folder)                                             a shared library, made with gcc
    environment(library, root, how=How.KILL, fail_at=7)                 what a program has to be started with
    for operation in read_log(path): ...                                every operation under `root`, in order
    shim = Shim(); shim.arm(7, How.KILL)                                a program that runs under it steers it itself

The enums and the record are those of shim.c. Nothing here knows what an archive is.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import struct
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, IntEnum
from pathlib import Path

SOURCE = Path(__file__).with_name("shim.c")

#: op, length of the path, offset, length of the data, pid, length of the second path.
_RECORD = struct.Struct("<IIQQII")


class Op(IntEnum):
    """What an operation does. OPEN (for writing, of a file that is there) and FAILED change nothing."""

    OPEN = 1
    CREATE = 2
    TRUNCATE = 3  # to `offset` bytes; also by opening with O_TRUNC
    WRITE = 4  # `data` at `offset`
    FSYNC = 5  # of a file, or of a folder
    FDATASYNC = 6
    RENAME = 7  # of `path` to `second`
    LINK = 8
    UNLINK = 9
    MKDIR = 10
    RMDIR = 11
    FAILED = 12  # it was tried, and the system or the shim refused it


class How(Enum):
    """In which way an operation fails: the word in the environment. Its number for the shim is its place, from 1."""

    KILL = "kill"
    TORN = "torn"
    ENOSPC = "enospc"
    EIO = "eio"
    FULL = "full"

    @property
    def number(self) -> int:
        """As shim.c's enum has it."""
        return list(How).index(self) + 1


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation. Paths are relative to the root, "" is the root itself; what lies outside is absolute."""

    op: Op
    path: str
    offset: int = 0
    data: bytes = b""
    pid: int = 0
    second: str = ""


def available() -> bool:
    """Whether this machine can build it and put it before a program."""
    return sys.platform == "linux" and shutil.which("gcc") is not None


def build(folder: Path) -> Path:
    """The library, in `folder`. Built once a folder."""
    library = folder / "shim.so"
    if not library.exists():
        half = folder / f"shim.{os.getpid()}.so"
        command = ["gcc", "-O2", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", "-o", str(half), str(SOURCE)]
        subprocess.run([*command, "-lpthread"], check=True)
        half.rename(library)
    return library


def environment(
    library: Path,
    root: Path,
    *,
    log: Path | None = None,
    fail_at: int | None = None,
    how: How | None = None,
    quota: int | None = None,
) -> dict[str, str]:
    """Our own environment, with what puts the shim before a program. `root` is resolved: the shim knows real paths alone."""
    ours = {
        "LD_PRELOAD": str(library),
        "TORTURE_ROOT": str(root.resolve()),
        "TORTURE_LOG": None if log is None else str(log.resolve()),
        "TORTURE_FAIL_AT": None if fail_at is None else str(fail_at),
        "TORTURE_HOW": None if how is None else how.value,
        "TORTURE_QUOTA": None if quota is None else str(quota),
    }
    return os.environ | {name: value for name, value in ours.items() if value is not None}


def read_log(path: Path) -> Iterator[Operation]:
    """The operations in the order in which they were done; those that a process was killed in the midst of, too."""
    with path.open("rb") as stream:
        while head := stream.read(_RECORD.size):
            op, path_length, offset, length, pid, second_length = _RECORD.unpack(head)
            name, second = os.fsdecode(stream.read(path_length)), os.fsdecode(stream.read(second_length))
            yield Operation(Op(op), name, offset, stream.read(length), pid, second)


class Shim:
    """The shim that this process runs under. Raises OSError or AttributeError where it runs under none."""

    def __init__(self) -> None:
        self._library = ctypes.CDLL(None)
        self._library.torture_count.restype = ctypes.c_long
        self._library.torture_arm.argtypes = [ctypes.c_long, ctypes.c_int]
        self._library.torture_watch.argtypes = [ctypes.c_char_p, ctypes.c_char_p]

    def watch(self, root: Path, log: Path | None = None) -> None:
        """From now on, operations under this folder."""
        self._library.torture_watch(os.fsencode(root.resolve()), b"" if log is None else os.fsencode(log.resolve()))

    def arm(self, fail_at: int, how: How) -> None:
        """Count from 1 again, and fail at this operation; 0 is none."""
        self._library.torture_arm(fail_at, how.number)

    def count(self) -> int:
        """The operations of this process since it began or was armed."""
        return int(self._library.torture_count())
