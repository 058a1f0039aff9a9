"""archiver import FILE...: take in files that others made (WARC, ARC, WACZ), and pages kept as files (HTML, PDF)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from archiver.cli import _output
from archiver.cli._options import ArchiveOption, JsonOption, verb
from archiver.errors import ArchiverError, Exit, UsageError

if TYPE_CHECKING:
    from archiver.ingest.warc import ImportProblem, ImportReport, Page
    from archiver.model.citation import Json

_NEXT = "What could be read was taken. Where such a file can be had whole, import that too: what is here already is passed over."


def register(app: typer.Typer) -> None:
    """Add the verb."""
    verb(app, "import")(import_)


def import_(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE...", help="WARC, ARC or WACZ files; or one HTML or PDF file, with --url and --captured-at."
        ),
    ],
    *,
    archive: ArchiveOption = None,
    json: JsonOption = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Read everything, write nothing, make no archive.")
    ] = False,
    url: Annotated[
        str | None,
        typer.Option("--url", metavar="URL", show_default=False, help="The address that an HTML or PDF file is of."),
    ] = None,
    captured_at: Annotated[
        str | None,
        typer.Option(
            "--captured-at",
            metavar="TIME",
            show_default=False,
            help="When an HTML or PDF file was had from there: 2024-05-17T09:30:00Z, or a day.",
        ),
    ] = None,
    source_note: Annotated[
        str | None,
        typer.Option("--source-note", metavar="TEXT", help="Where the file comes from; kept with every capture."),
    ] = None,
) -> None:
    """Copy the records of archive files into the archive, and say what their pages say."""
    from archiver.config import find_archive, load
    from archiver.ingest.warc import examine

    folder = find_archive(archive)
    settings = load(folder, {})
    page = page_of(files, url, captured_at)
    if dry_run:
        raise typer.Exit(_take(files, lambda path: examine(path, page=page), json=json))
    from archiver.cli._opening import open_for_writing

    with open_for_writing(folder, settings) as opened:
        ended = _take(files, lambda path: opened.import_(path, source_note, page), json=json)
    raise typer.Exit(ended)


def page_of(files: Sequence[Path], url: str | None, captured_at: str | None) -> Page | None:
    """What --url and --captured-at say of the file. Raises UsageError where they do not go together, or cannot be read."""
    if url is None and captured_at is None:
        return None
    from archiver.ingest.warc import Page
    from archiver.model.date import parse_rfc3339
    from archiver.model.url import BadUrl, parse

    if url is None or captured_at is None or len(files) != 1:
        raise UsageError(
            "an HTML or PDF file is imported with its address and the time when it was had from there",
            advice="Give one file with both, as in: archiver import FILE --url URL --captured-at 2024-05-17T09:30:00Z",
        )
    try:
        return Page(parse(url), parse_rfc3339(captured_at))
    except BadUrl as why:
        raise UsageError(
            f"--url: {why}", advice="Give the address that the page had, with http:// or https://."
        ) from why
    except ValueError as why:
        raise UsageError(f"--captured-at: {why}", advice="Write it as 2024-05-17T09:30:00Z, or as a day.") from why


def _take(files: Sequence[Path], read: Callable[[Path], ImportReport], *, json: bool) -> Exit:
    """Read the files one after the other, and tell; how the whole of it ended."""
    failed = partly = 0
    for path in files:
        try:
            report = read(path)
        except ArchiverError as error:
            if isinstance(error, UsageError):
                raise
            failed += 1
            _output.fail(error)
            continue
        _tell(path, report, json=json)
        failed += bool(report.problems) and not report.records
        partly += bool(report.problems)
    if partly:
        _output.note(_NEXT)
    if failed == len(files):
        return Exit.FAILED
    return Exit.PARTLY if failed or partly else Exit.DONE


def _tell(path: Path, report: ImportReport, *, json: bool) -> None:
    if json:
        _output.emit(as_json(path, report))
        return
    _output.say(
        f"{_output.show(path)}: {report.records} records, {report.captures} captures"
        + (f", {report.skipped} already here" if report.skipped else "")
    )
    for remark in report.remarks:
        _output.note(_output.show(f"{remark.file} at {remark.offset}: {remark.message}"))
    for problem in report.problems:
        _output.warn(f"{problem.file} at {problem.offset}: {problem.message}")


def as_json(path: Path, report: ImportReport) -> dict[str, Json]:
    """A line of `import --json`."""
    return {
        "file": str(path),
        "records": report.records,
        "captures": report.captures,
        "skipped": report.skipped,
        "problems": [_as_json(path, problem) for problem in report.problems],
        "remarks": [_as_json(path, remark) for remark in report.remarks],
    }


def _as_json(path: Path, one: ImportProblem) -> Json:
    """Of a file within a WACZ file, its name there."""
    within: dict[str, Json] = {} if one.file == path else {"part": str(one.file.relative_to(path))}
    return {"offset": one.offset, "message": one.message, **within}
