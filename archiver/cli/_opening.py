"""Opening an archive for writing, and saying what was found at the door, and what is wrong when it is left. Shared by the verbs that
write.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from archiver.cli import _output

if TYPE_CHECKING:
    from archiver.config import Settings
    from archiver.fetch.client import FetchSettings
    from archiver.pipeline import Archive
    from archiver.vault import Checkpointed


#: For so many seconds it is waited for another process that writes without a word of it.
MOMENT = 2.0


@contextmanager
def open_for_writing(
    folder: Path, settings: Settings, fetching: FetchSettings | None = None, note: str | None = None
) -> Iterator[Archive]:
    """The archive in `folder`; a person is told when it is new, when an earlier run left something to take up, and when it is left
    with a checkpoint that is not signed as its log wants it.
    """
    from archiver.config import is_archive
    from archiver.pipeline import Archive

    new = not is_archive(folder)
    _tell_of_waiting(folder)
    archive = Archive(folder, settings, fetching, note=note)
    if new:
        _output.note(f"a new archive in {_output.show(folder)}")
    if archive.taken_up:
        _output.note(f"{archive.taken_up} captures that are in the WARC files were taken up into the manifest")
    for path in archive.moved_aside:
        _output.note(
            f"what a broken run left was moved to {_output.show(path)}; nothing that was acknowledged is in it"
        )
    if archive.unread is not None:
        _output.warn(
            f"what an earlier run captured and did not read is not read now either: {archive.unread}",
            archive.unread.advice,
        )
    with archive:
        yield archive
    if archive.checkpointed is not None:
        _tell_unsigned(archive.checkpointed)


def _tell_of_waiting(folder: Path) -> None:
    """Return once nobody else writes to the archive; where somebody does so for longer than a moment, say that it is waited for."""
    from archiver.warc.store import LOCK, LOCK_WAIT

    until, pause = time.monotonic() + MOMENT, 0.01
    try:
        lock = os.open(folder / "archive" / LOCK, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:  # there is no archive yet, or it cannot be read: whoever opens it says so
        return
    try:
        while time.monotonic() < until:
            with suppress(BlockingIOError):
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
                return
            time.sleep(pause)
    finally:
        os.close(lock)
    _output.note(f"another process is writing to {_output.show(folder)}: it is waited for, {LOCK_WAIT:.0f} s at most")


def _tell_unsigned(made: Checkpointed) -> None:
    from archiver.ledger.keys import ANOTHER, NO_KEY, NOT_AT_HAND, RESTORE

    if made.why_not == NO_KEY:
        _output.detail("the log's checkpoint is not signed: there is no key (archiver key init makes one)")
    elif made.forgotten:
        _output.warn(
            f"what your key signed is remembered nowhere but in the archive: {made.forgotten}",
            "Make that folder writable: what stands there shows when an archive was put back to an earlier state, or rewritten.",
        )
    elif made.why_not:
        _output.warn(
            f"the log's checkpoint is not signed: {made.why_not}",
            RESTORE if made.why_not in (ANOTHER, NOT_AT_HAND) else "",  # else it is said what is wrong with the file
        )
