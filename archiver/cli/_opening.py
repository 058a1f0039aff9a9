"""Opening an archive for writing, and saying what was found at the door, and what is wrong when it is left. Shared by the verbs that
write.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from archiver.cli import _output

if TYPE_CHECKING:
    from archiver.config import Settings
    from archiver.fetch.client import FetchSettings
    from archiver.pipeline import Archive
    from archiver.vault import Checkpointed


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


def _tell_unsigned(made: Checkpointed) -> None:
    from archiver.ledger.keys import NO_KEY

    if made.why_not == NO_KEY:
        _output.detail("the log's checkpoint is not signed: there is no key (archiver key init makes one)")
    elif made.why_not:
        _output.warn(
            f"the log's checkpoint is not signed: {made.why_not}",
            "Put the key back, or name its file in ARCHIVER_KEY. If it is lost: archiver key rotate --lost --because TEXT",
        )
