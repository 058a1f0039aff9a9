"""Checkpoints on disk: archive/checkpoints/NNNNNNNNNNNN.checkpoint, each a signed note, by the number of leaves. None is ever changed.

    keep(folder, note)          a new one, durable when this returns
    kept(folder)                every one there is, the smallest first; backwards(folder): the largest first
    newest(folder)
    set_aside(folder, beyond)   those of more statements than there are, for who goes on without these

Without a key a checkpoint is kept all the same, as a note that nobody signed: whoever has a copy of it has something to compare with.
What stands in the folder and is no checkpoint is passed over here; verification says so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from archiver import plain
from archiver.errors import Damaged
from archiver.model.log import Checkpoint
from archiver.signing.note import MOST_BYTES, BadNote, Note

FOLDER = "checkpoints"
NAME = re.compile(r"(\d{12,16})\.checkpoint", re.ASCII)


@dataclass(frozen=True, slots=True)
class Kept:
    """A checkpoint, the note that it stands in, and the file that holds it."""

    checkpoint: Checkpoint
    note: Note
    path: Path


def read(path: Path) -> Kept:
    """The checkpoint in a plain file. Raises ValueError for what is none, OSError."""
    return parsed(plain.read(path, MOST_BYTES), path)


def parsed(data: bytes, path: Path) -> Kept:
    """The same of what was read from it. Raises ValueError."""
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
    return readable(files(archive))


def backwards(archive: Path) -> Iterator[Kept]:
    """The same, the largest first."""
    return readable(reversed(files(archive)))


def newest(archive: Path) -> Kept | None:
    """The last of those."""
    return next(backwards(archive), None)


def readable(paths: Iterable[Path]) -> Iterator[Kept]:
    """The same of these files."""
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
    there = _content(path)
    if there is None:
        plain.put(path, [note.encode()])
        sync_folder(folder)
    elif there != note.encode():
        raise Damaged(
            f"{path} is another checkpoint than the log has at that size",
            advice="A checkpoint never changes. Run: archiver verify --level quick",
        )
    return Kept(checkpoint, note, path)


def _content(path: Path) -> bytes | None:
    """What there is under a name; None where there is nothing."""
    try:
        return plain.read(path, MOST_BYTES)
    except FileNotFoundError:
        return None
    except OSError:  # whatever it is, it is no checkpoint
        return b""


def set_aside(archive: Path, beyond: int, at: datetime, sync_folder: Callable[[Path], None]) -> list[Path]:
    """Give those of more than `beyond` statements names under which nobody looks for them; nothing is deleted. Raises OSError."""
    moved = []
    for path in files(archive):
        if int(path.stem) > beyond:
            moved.append(path.with_name(f"{path.name}.lost-{at:%Y%m%dT%H%M%SZ}"))
            path.rename(moved[-1])
    if moved:
        sync_folder(archive / FOLDER)
    return moved
