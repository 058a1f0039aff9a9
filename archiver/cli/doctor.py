"""archiver doctor: what is wrong with this machine or the archive, before it costs a capture."""

from __future__ import annotations

import os
import textwrap
from typing import TYPE_CHECKING

import typer

from archiver.cli import _output
from archiver.cli._options import ArchiveOption, JsonOption, verb
from archiver.errors import Exit

if TYPE_CHECKING:
    from archiver.doctor.check import Check

#: Characters of a sentence on one line, behind the columns that the state and the name stand in.
WIDTH, _INDENT = 96, " " * 21
_COLOURS = {"fault": "red", "note": "yellow", "ok": "green"}


def register(app: typer.Typer) -> None:
    """Add the verb."""
    verb(app, "doctor")(doctor)


def doctor(archive: ArchiveOption = None, json: JsonOption = False) -> None:
    """Look over this machine and the archive: versions, room, rights, clock, lock, what was left behind. Writes nothing."""
    from archiver.config import find_archive
    from archiver.doctor.check import examined
    from archiver.doctor.condition import gathered
    from archiver.doctor.finding import State
    from archiver.model.date import now

    checks = list(examined(gathered(find_archive(archive), os.environ, now)))
    faults, notes = (sum(check.finding.state is state for check in checks) for state in (State.FAULT, State.NOTE))
    if json:
        for check in checks:
            _output.emit(check.as_json())
    else:
        for check in sorted(checks, key=lambda check: list(State).index(check.finding.state)):
            _tell(check)
        _output.say(
            f"{faults} {'fault' if faults == 1 else 'faults'} and {notes} {'note' if notes == 1 else 'notes'} "
            f"of {len(checks)} things that were looked at"
        )
    if faults:
        raise typer.Exit(Exit.FINDINGS)


def _tell(check: Check) -> None:
    """The state and the name stand in columns of their own; what to do stands below."""
    found = check.finding
    first, *more = textwrap.wrap(_output.show(found.message), WIDTH) or [""]
    _output.say(f"{_output.colour(f'{found.state:<7}', _COLOURS[found.state])}{check.name:<14}{first}")
    for line in more:
        _output.say(_INDENT + line)
    for line in textwrap.wrap(_output.show(found.advice), WIDTH):
        _output.say(_INDENT + _output.colour(line, "dim"))
