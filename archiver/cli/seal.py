"""archiver seal: the file that is being filled is complete."""

from __future__ import annotations

import typer

from archiver.cli import _output
from archiver.cli._options import ArchiveOption, JsonOption, verb


def register(app: typer.Typer) -> None:
    """Add the verb."""
    verb(app, "seal")(seal)


def seal(archive: ArchiveOption = None, json: JsonOption = False) -> None:
    """End the WARC file that is being filled, and state its digest: it never changes again."""
    from archiver.cli._opening import open_for_writing
    from archiver.config import find_archive, load
    from archiver.manifest.opening import open_read_only

    folder = find_archive(archive)
    with open_read_only(folder):  # which says so where there is no archive
        pass
    with open_for_writing(folder, load(folder, {})) as opened:
        sealed = opened.seal()
    for one in sealed:
        if json:
            _output.emit({"warc": one.warc, "length": one.length, "sha256": one.digest.hex})
        else:
            _output.say(f"{_output.show(one.warc)}: sealed at {one.length} bytes, sha256 {one.digest.hex}")
    if not sealed and not json:
        _output.note("there is no unsealed file that holds anything")
