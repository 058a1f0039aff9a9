"""What came of showing the log to others, for people and for machines; and what a run does of it at its end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from archiver.cli import _output
from archiver.errors import ArchiverError, Exit

if TYPE_CHECKING:
    from archiver.anchoring import Outcome
    from archiver.manifest.anchors import Waiting
    from archiver.model.citation import Json
    from archiver.model.log import Anchor
    from archiver.pipeline import Archive

_Report = TypeVar("_Report")

#: What an outcome looks like on a terminal.
_COLOURS = {"anchored": "green", "published": "green", "already": "dim", "pending": "yellow", "rejected": "red"}


def tell(outcome: Outcome) -> None:
    """A line for a person, and a warning where this machine's clock is wrong."""
    state = _output.colour(str(outcome.ending), _COLOURS[outcome.ending])
    _output.say(f"{state}  {outcome.kind}  {_called(outcome.whom)}: {_said(outcome)}")
    if outcome.warning:
        _output.warn(
            f"{_called(outcome.whom)}: {outcome.warning}",
            "What was captured bears that clock's times. Set it, and see `archiver doctor`.",
        )


def _said(outcome: Outcome) -> str:
    return _output.prose(outcome.message) if outcome.anchor is None else _line(outcome.anchor, outcome.message)


def _line(anchor: Anchor, instead: str = "") -> str:
    from archiver.model.date import rfc3339

    when = f"on {rfc3339(anchor.said_at)}, by their clock" if anchor.said_at else f"on {rfc3339(anchor.at)}"
    return f"{anchor.size} statements seen {when}; archive/anchors/{_output.show(anchor.name)}; {_output.prose(instead or anchor.note)}"


def as_json(outcome: Outcome) -> dict[str, Json]:
    """One line of `anchor --json`."""
    return {
        "outcome": str(outcome.ending), "kind": outcome.kind, "whom": outcome.whom, "size": outcome.size,
        **_anchor(outcome.anchor), "message": outcome.message, "warning": outcome.warning,
    }  # fmt: skip


def _anchor(anchor: Anchor | None) -> dict[str, Json]:
    from archiver.model.date import rfc3339

    if anchor is None:
        return {"root": None, "at": None, "said_at": None, "file": None, "sha256": None, "note": None}
    return {
        "root": anchor.root.hex, "at": rfc3339(anchor.at), "said_at": None if anchor.said_at is None else rfc3339(anchor.said_at),
        "file": f"archive/anchors/{anchor.name}", "sha256": anchor.digest.hex, "note": anchor.note,
    }  # fmt: skip


def listed(anchors: Sequence[tuple[int, Anchor]], waiting: Sequence[Waiting], *, json: bool) -> None:
    """What is anchored, by whom and when, and what is not."""
    from archiver.model.date import rfc3339

    for sequence, one in anchors:
        if json:
            said: dict[str, Json] = {"outcome": "anchored", "kind": one.kind, "whom": one.whom, "size": one.size}
            _output.emit({**said, **_anchor(one), "sequence": sequence})
        else:
            _output.say(f"{_output.colour('anchored', 'green')}  {one.kind}  {_called(one.whom)}: {_line(one)}")
    for other in waiting:
        since = rfc3339(other.since)
        if json:
            _output.emit({"outcome": "pending", "whom": other.whom, "since": since, "message": other.why})
        else:
            pending = _output.colour("pending", "yellow")
            _output.say(f"{pending}  {_called(other.whom)}: since {since}: {_output.prose(other.why)}")
    if not (anchors or waiting or json):
        _output.note("nobody else has seen this log yet; `archiver anchor` shows it to those who are configured")


def exit_code(outcomes: Sequence[Outcome]) -> Exit:
    """0 where all have seen it; 3 where some have, or what one of them gave is not of whom is trusted; 4 where nobody has."""
    pending = sum(one.ending == "pending" for one in outcomes)
    amiss = pending or any(one.ending == "rejected" for one in outcomes)
    return Exit.DONE if not amiss else Exit.FAILED if pending == len(outcomes) else Exit.PARTLY


def anchored_after(report: _Report, archive: Archive, warning: Callable[[str], None]) -> _Report:
    """At the end of a run: show the log to those who did not see it for `anchor_hours`, where something was stated since. What goes
    wrong is a warning, and the run ends as it would have.
    """
    settings = archive.settings
    if not (settings.timestamp_authorities or settings.witnesses or settings.publish):
        return report
    from archiver.anchoring import Ending, anchor, configured, due

    try:
        seers = configured(settings, archive.folder)
        wanting = due(archive.manifest.connection, seers, settings.anchor_hours, archive.clock())
        for outcome in anchor(archive, wanting) if wanting else ():
            if outcome.ending is Ending.PENDING:
                tell_of = _output.note if outcome.again else warning
                tell_of(f"{_called(outcome.whom)} has not seen the log: {outcome.message}")
            elif outcome.ending is Ending.REJECTED:
                warning(f"what {_called(outcome.whom)} gave does not hold: {outcome.message}")
            elif outcome.warning:
                warning(f"{_called(outcome.whom)}: {outcome.warning}")
    except ArchiverError as why:
        warning(f"the log was shown to nobody: {why}")
    return report


def absolute(path: Path | None) -> str | None:
    """A path of the command line, which is as seen from here, as a setting, which is as seen from the archive."""
    return None if path is None else str(path.expanduser().absolute())


def _called(whom: str) -> str:
    """A witness by its name alone."""
    return _output.show(whom if "://" in whom or whom[:1] == "/" else whom.partition("+")[0])
