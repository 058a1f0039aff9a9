"""What a key signed last, for each log: a checkpoint beside the key, where nobody gets at it who can rewrite an archive.

    path = last(key, origin)                 None where it signed nothing yet
    read(path, origin)                       raises ValueError, OSError
    remember(key, origin, note)              durable when this returns; raises OSError
    set_aside(path, at)                      for who takes a log as it is in spite of it

`key` is the file of the key: heads/ORIGIN.checkpoint stands beside it. Keys in one folder, those that took each other's place above all,
have it in common.

Does not own: whether a log goes on from it (vault).
"""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

from archiver import plain
from archiver.model.log import Checkpoint
from archiver.signing.note import MOST_BYTES, Note

FOLDER = "heads"


def last(key: Path, origin: str) -> Path | None:
    """Where that stands which was signed last for the log of this name; None where nothing does."""
    path = _path(key, origin)
    return path if os.path.lexists(path) else None


def read(path: Path, origin: str) -> Checkpoint:
    """What it says. Raises ValueError where that is no checkpoint of this log, OSError."""
    found = Checkpoint.parse(Note.parse(plain.read(path, MOST_BYTES)).text)
    if found.origin != origin:
        raise ValueError(f"it is of the log {found.origin}")
    return found


def remember(key: Path, origin: str, note: Note) -> None:
    """Put the checkpoint that was signed just now in the place of the one before. Raises OSError."""
    path = _path(key, origin)
    if not path.parent.is_dir():
        path.parent.mkdir(mode=0o700, exist_ok=True)
        plain.sync_folder(key.parent)
    plain.put(path, [note.encode()], mode=0o600)
    plain.sync_folder(path.parent)


def set_aside(path: Path, at: datetime) -> Path:
    """Give it a name under which it is not looked for. Raises OSError."""
    aside = path.with_name(f"{path.name}.lost-{at:%Y%m%dT%H%M%SZ}")
    path.rename(aside)
    plain.sync_folder(path.parent)
    return aside


def _path(key: Path, origin: str) -> Path:
    return key.parent / FOLDER / f"{origin.replace('/', '-')}.checkpoint"
