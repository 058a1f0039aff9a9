"""Checkpoints on disk: archive/checkpoints/NNNNNNNNNNNN.checkpoint, each a signed note, by the number of leaves. None is ever changed.

    keep(folder, note)          a new one, durable when this returns
    kept(folder)                every one there is, the smallest first
    newest(folder)

Without a key a checkpoint is kept all the same, as a note that nobody signed: whoever has a copy of it has something to compare with.
What stands in the folder and is no checkpoint is passed over here; verification says so.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from archiver.errors import Damaged
from archiver.model.log import Checkpoint
from archiver.signing.note import BadNote, Note

FOLDER = "checkpoints"
NAME = re.compile(r"(\d{12,16})\.checkpoint", re.ASCII)
#: A note with all the signatures that there can be, in bytes.
_LONGEST = 64 * 1024


@dataclass(frozen=True, slots=True)
class Kept:
    """A checkpoint, the note that it stands in, and the file that holds it."""

    checkpoint: Checkpoint
    note: Note
    path: Path


def read(path: Path) -> Kept:
    """The checkpoint in a file. Raises ValueError for what is none, OSError."""
    with path.open("rb") as file:
        data = file.read(_LONGEST + 1)
    note = Note.parse(data)
    return Kept(Checkpoint.parse(note.text), note, path)


def files(archive: Path) -> list[Path]:
    """The files of checkpoints in the folder of the WARC files, the smallest first."""
    folder = archive / FOLDER
    if not folder.is_dir():
        return []
    found = [(int(match[1]), path) for path in folder.iterdir() if (match := NAME.fullmatch(path.name))]
    return [path for _, path in sorted(found)]


def kept(archive: Path) -> Iterator[Kept]:
    """Those that can be read, and are of the size that they are called after."""
    return _kept(files(archive))


def newest(archive: Path) -> Kept | None:
    """The last of those."""
    return next(_kept(reversed(files(archive))), None)


def _kept(paths: Iterable[Path]) -> Iterator[Kept]:
    for path in paths:
        with suppress(BadNote, ValueError, OSError):
            found = read(path)
            if path.name == _name(found.checkpoint):
                yield found


def _name(checkpoint: Checkpoint) -> str:
    return f"{checkpoint.size:012d}.checkpoint"


def keep(archive: Path, checkpoint: Checkpoint, note: Note, sync_folder: Callable[[Path], None]) -> Kept:
    """Write it, durably. Raises Damaged where there is another one of that size; OSError."""
    folder = archive / FOLDER
    if not folder.is_dir():
        folder.mkdir()
        sync_folder(archive)
    path = folder / _name(checkpoint)
    if path.exists():
        if path.read_bytes() != note.encode():
            raise Damaged(
                f"{path} is another checkpoint than the log has at that size",
                advice="A checkpoint never changes. Run: archiver verify --level quick",
            )
        return Kept(checkpoint, note, path)
    draft = path.with_name(f".{path.name}.new")
    fd = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o644)
    with os.fdopen(fd, "wb") as file:
        file.write(note.encode())
        file.flush()
        os.fsync(file.fileno())
    draft.rename(path)
    sync_folder(folder)
    return Kept(checkpoint, note, path)
