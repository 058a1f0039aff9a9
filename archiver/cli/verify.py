"""archiver verify: whether the stored bytes are what they were."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from archiver.cli import _output
from archiver.cli._options import ArchiveOption, JsonOption, verb
from archiver.errors import Exit, Locked, UsageError


def register(app: typer.Typer) -> None:
    """Add the verb."""
    verb(app, "verify")(verify)


def verify(
    archive: ArchiveOption = None,
    level: Annotated[
        str, typer.Option("--level", help="quick: files and sizes. bytes: every stored record's SHA-256.")
    ] = "bytes",
    json: JsonOption = False,
) -> None:
    """Check the archive's stored bytes against the digests kept when they were written."""
    from archiver.config import find_archive
    from archiver.ledger.verify import LEVELS
    from archiver.ledger.verify import verify as check
    from archiver.manifest.opening import open_read_only

    if level not in LEVELS:
        raise UsageError(f"there is no level {level!r}", advice=f"The levels are: {', '.join(LEVELS)}.")
    folder = find_archive(archive)
    with open_read_only(folder) as connection:
        report = check(folder, connection, level)
    if json:
        _output.emit(report.as_json())
    else:
        for problem in report.problems:
            where = f"{problem.warc} at {problem.offset}" if problem.offset is not None else problem.warc
            capture = f" (capture {problem.capture_id})" if problem.capture_id else ""
            _output.say(
                f"{_output.colour(problem.code, 'red')}  {_output.show(where)}: {_output.show(problem.message)}{capture}"
            )
        what = "files" if level == "quick" else "records"
        _output.say(
            f"{report.checked} {what} checked at level {level}: "
            + (f"{len(report.problems)} problems" if report.problems else "all as written")
        )
    _remember(folder, level, report.outcome)
    if report.problems:
        raise typer.Exit(Exit.INTEGRITY)


def _remember(folder: Path, level: str, outcome: str) -> None:
    """Keep the result in the manifest's events, where the archive may be written to; a read-only copy is checked all the same."""
    import os
    import sqlite3
    from contextlib import closing
    from uuid import uuid4

    from archiver.manifest.store import Manifest
    from archiver.model.date import now
    from archiver.model.event import Event
    from archiver.warc.seal import WarcStore

    manifests = folder / "manifests"
    if not os.access(manifests, os.W_OK) or not os.access(manifests / "manifest.db", os.W_OK):
        _output.detail("the archive is read-only here: the check is not noted in it")
        return
    store = WarcStore(folder / "archive", clock=now, ids=lambda: str(uuid4()), tool="")
    try:
        with store.locked(), closing(Manifest(folder)) as manifest:
            manifest.note_event(Event("fixity-check", now(), outcome, level))
    except (OSError, sqlite3.OperationalError, Locked) as why:
        _output.note(f"the check could not be noted in the manifest: {_output.show(why)}")
