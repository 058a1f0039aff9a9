"""Opening an archive for writing, and saying what was found at the door. Shared by the verbs that write."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from archiver.cli import _output

if TYPE_CHECKING:
    from archiver.config import Settings
    from archiver.fetch.client import FetchSettings
    from archiver.pipeline import Archive


def open_for_writing(
    folder: Path, settings: Settings, fetching: FetchSettings | None = None, note: str | None = None
) -> Archive:
    """The archive in `folder`; a person is told when it is new, or when an earlier run left something to take up."""
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
    return archive
