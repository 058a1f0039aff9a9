"""The files of a packet that came from anybody: opened by their names, without following links, and read as far as they may be long.

Does not own: what must be in them (unpacked).
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from archiver import plain
from archiver.model.digest import Digest

_PIECE = 1024 * 1024


class NotAPacket(ValueError):
    """A folder that holds no proof packet."""


class Refused(ValueError):
    """A packet in which something does not hold, and what."""


class Folder:
    """The files of a packet, opened by their names without following links."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._open: dict[str, int] = {}
        #: The names of the files that were opened.
        self.opened: set[str] = set()

    def __enter__(self) -> Folder:
        try:
            self._open[""] = os.open(self.path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        except OSError as why:
            raise NotAPacket(f"it is no folder that can be read: {why.strerror}") from why
        return self

    def __exit__(self, *_: object) -> None:
        for one in self._open.values():
            os.close(one)

    def has(self, name: str) -> bool:
        """Whether there is anything under this name."""
        return self._stat(name) is not None

    def is_link(self, name: str) -> bool:
        """Whether it leads elsewhere."""
        found = self._stat(name)
        return found is not None and stat.S_ISLNK(found.st_mode)

    def size(self, name: str) -> int:
        """How long a file is, in bytes. Raises Refused."""
        with self.file(name) as file:
            return os.fstat(file.fileno()).st_size

    def read(self, name: str, most: int) -> bytes:
        """All of a file. Raises Refused where it is not there, is no file, or is longer."""
        with self.file(name) as file:
            data = file.read(most + 1)
        if len(data) > most:
            raise Refused(f"{name} is longer than such a file is")
        return data

    def digest(self, name: str, start: int, length: int) -> Digest:
        """The SHA-256 of a part of a file. Raises Refused."""
        with self.file(name) as file:
            file.seek(start)
            return sha256_of(file, length)

    def names(self) -> Iterator[str]:
        """What lies in it and in its folders, one after the other and in no order; links and folders in folders by their names alone."""
        with os.scandir(self._open[""]) as entries:
            for one in entries:
                yield one.name
                if one.is_dir(follow_symlinks=False):
                    yield from self._names(one.name)

    def _names(self, folder: str) -> Iterator[str]:
        try:
            with os.scandir(self._folder(folder)) as entries:
                yield from (f"{folder}/{one.name}" for one in entries)
        except OSError as why:
            raise Refused(f"{folder} cannot be read: {why.strerror}") from why

    def file(self, name: str) -> BinaryIO:
        """It, open. Raises Refused."""
        folder, _, last = name.rpartition("/")
        try:
            file = plain.opened(last, self._folder(folder))
        except OSError as why:
            raise Refused(f"{name} cannot be read: {why.strerror}") from why
        self.opened.add(name)
        return file

    def _folder(self, name: str) -> int:
        if name not in self._open:
            flags = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
            self._open[name] = os.open(name, flags, dir_fd=self._open[""])
        return self._open[name]

    def _stat(self, name: str) -> os.stat_result | None:
        folder, _, last = name.rpartition("/")
        with suppress(OSError):
            return os.stat(last, dir_fd=self._folder(folder), follow_symlinks=False)
        return None


def sha256_of(file: BinaryIO, length: int | None = None) -> Digest:
    """Of the next so many bytes, or of all."""
    digest, left = hashlib.sha256(), length
    while left != 0 and (piece := file.read(_PIECE if left is None else min(left, _PIECE))):
        digest.update(piece)
        left = None if left is None else left - len(piece)
    return Digest("sha256", digest.digest())
