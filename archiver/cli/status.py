"""archiver status: what the archive holds, in figures."""

from __future__ import annotations

import typer

from archiver.cli import _output
from archiver.cli._options import ArchiveOption, JsonOption, verb


def register(app: typer.Typer) -> None:
    """Add the verb."""
    verb(app, "status")(status)


def status(archive: ArchiveOption = None, json: JsonOption = False) -> None:
    """Say what the archive holds, when it was last checked, and how the last run ended."""
    from archiver.config import find_archive
    from archiver.manifest.lookup import last_check
    from archiver.manifest.opening import open_read_only
    from archiver.manifest.runs import last
    from archiver.manifest.status import figures, log_figures
    from archiver.model.date import rfc3339

    folder = find_archive(archive)
    with open_read_only(folder) as connection:
        counted, log = figures(connection), log_figures(connection)
        checked, run = last_check(connection), last(connection)
        if json:
            _output.emit(
                {
                    "archive": str(folder),
                    **counted.as_json(),
                    "log": log.as_json() if log else None,
                    "verified": checked.as_json() if checked else None,
                    "last_run": {"started": rfc3339(run.started), "ending": run.ending} if run else None,
                }
            )
            return
        _output.say(_output.colour(_output.show(folder), "bold"))
        for label, value in counted.lines():
            _output.say(f"  {label:<22}{_output.show(value)}")
        if log is not None:
            _output.say(f"  {'log':<22}{_output.show(str(log))}")
        _output.say(f"  {'last run':<22}{run or 'never (archiver run)'}")
        _output.say(
            f"  {'last check':<22}"
            + (
                _output.show(f"{checked.at}, level {checked.level}: {checked.outcome}")
                if checked
                else "never (archiver verify)"
            )
        )
