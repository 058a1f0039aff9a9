"""archiver import FILE...: take in WARC files that others made."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from archiver.cli import _output
from archiver.cli._options import ArchiveOption, JsonOption, verb
from archiver.errors import ArchiverError, Exit

if TYPE_CHECKING:
    from archiver.ingest.foreign import ImportReport
    from archiver.model.citation import Json


def register(app: typer.Typer) -> None:
    """Add the verb."""
    verb(app, "import")(import_)


def import_(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="WARC files (.warc, .warc.gz).")],
    archive: ArchiveOption = None,
    json: JsonOption = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Read everything, write nothing, make no archive.")
    ] = False,
    source_note: Annotated[
        str | None,
        typer.Option("--source-note", metavar="TEXT", help="Where the file comes from; kept with every capture."),
    ] = None,
) -> None:
    """Copy the records of WARC files into the archive, and say what their pages say."""
    from archiver.config import find_archive, load

    folder = find_archive(archive)
    settings = load(folder, {})
    failed = problems = 0

    def tell(path: Path, report: ImportReport) -> None:
        nonlocal problems
        problems += len(report.problems)
        if json:
            _output.emit(as_json(path, report))
            return
        _output.say(
            f"{_output.show(path)}: {report.records} records, {report.captures} captures"
            + (f", {report.skipped} already here" if report.skipped else "")
        )
        for problem in report.problems:
            _output.warn(f"{problem.file} at {problem.offset}: {problem.message}")

    from archiver.ingest.warc import examine

    if dry_run:
        for path in files:
            try:
                tell(path, examine(path))
            except ArchiverError as error:
                failed += 1
                _output.fail(error)
    else:
        from archiver.cli._opening import open_for_writing

        with open_for_writing(folder, settings) as opened:
            for path in files:
                try:
                    tell(path, opened.import_(path, source_note))
                except ArchiverError as error:
                    failed += 1
                    _output.fail(error)
    if failed == len(files):
        raise typer.Exit(Exit.FAILED)
    if failed or problems:
        raise typer.Exit(Exit.PARTLY)


def as_json(path: Path, report: ImportReport) -> dict[str, Json]:
    """A line of `import --json`."""
    problems: list[Json] = [{"offset": problem.offset, "message": problem.message} for problem in report.problems]
    return {
        "file": str(path),
        "records": report.records,
        "captures": report.captures,
        "skipped": report.skipped,
        "problems": problems,
    }
