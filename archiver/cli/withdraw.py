"""archiver withdraw: a capture is not shown any more, and on demand its bytes go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from archiver.cli import _output
from archiver.cli._deciding import BecauseOption, ByOption, opening, who, why
from archiver.cli._options import ArchiveOption, verb
from archiver.errors import NotFound, UsageError
from archiver.model.text import counted, leftward

if TYPE_CHECKING:
    import sqlite3

    from archiver.manifest.withdrawals import Affected

#: What no command can do, said each time.
LIMITS = (
    "Not reached: copies and backups of the archive, files that were moved aside in it, and what other people have. What was stated of the capture, its address among it,"
    " stays in the log; so do its digests."
)


def register(app: typer.Typer) -> None:
    """Add the verb."""
    verb(app, "withdraw")(withdraw)


def withdraw(
    capture: Annotated[str, typer.Argument(metavar="CAPTURE", help="A capture's ID; or an address that has one capture.")],
    *,
    because: BecauseOption,
    by: ByOption = "",
    remove: Annotated[bool, typer.Option("--remove", help="Take its bytes out of the WARC files, too.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Also where others, of the same bytes, are withdrawn with it.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be withdrawn, and write nothing.")] = False,
    archive: ArchiveOption = None,
) -> None:  # fmt: skip
    """Withdraw a capture: it is not shown any more, and says so, when, by whom and why. All captures of the same bytes so far go with it."""
    from archiver.config import find_archive
    from archiver.manifest.opening import open_read_only
    from archiver.manifest.withdrawals import affected, at_address, holders
    from archiver.model.url import key

    reason = why(because)
    with open_read_only(find_archive(archive)) as connection:
        capture_id = _named(connection, capture)
        found = affected(connection, capture_id)
        records = holders(connection, capture_id) if remove else []
        url = next(one.url for one in found if one.capture_id == capture_id)
        others = len({one.capture_id for one in at_address(connection, key(url))} - {one.capture_id for one in found})
        _refuse_again(connection, capture_id, left=bool(records), remove=remove)
    if dry_run or len(found) > 1:
        _list(found)
    if dry_run:
        gone = sum(one.location.length for one in records)
        _output.say(f"{counted(len(found), 'capture')} would be withdrawn" + (f", {counted(len(records), 'record')} of {_output.size(gone)} removed" if remove else ""))  # fmt: skip
        _output.note(LIMITS)
        return
    if len(found) > 1 and not yes:
        raise UsageError(
            f"{counted(len(found), 'capture')} have these bytes, and would all be withdrawn; nothing was done",
            advice="Add --yes if that is meant.",
        )
    with opening(archive) as there:
        from archiver.withdrawing import withdraw as carry_out

        name = who(there, by)
        carry_out(there, capture_id, by=name, because=reason, remove=remove)
    who_, because_ = _output.name(name), _output.show(reason)
    how = "withdrawn, and its bytes removed" if remove else "withdrawn"
    said = f"{counted(len(found), 'capture')} {how}; stated in the archive by {who_}"
    _output.say(said + (", because: " if leftward(who_) else ": ") + because_)
    if others:
        _output.note(f"{counted(others, 'other capture')} of the address, of other bytes, stay as they are.")
    _output.note(LIMITS)


def _named(connection: sqlite3.Connection, what: str) -> str:
    """The capture that is meant."""
    from archiver.manifest.withdrawals import affected, at_address
    from archiver.model.url import key

    if "://" not in what:
        capture_id = what.strip().lower().removeprefix("urn:uuid:")
        if not affected(connection, capture_id):
            raise NotFound(
                f"there is no capture {what!r}",
                advice="`archiver lookup` names the captures of a page; an address (with ://) lists them here.",
            )
        return capture_id
    found = at_address(connection, key(what))
    if not found:
        raise NotFound(f"nothing of {what} is archived", advice="`archiver lookup` finds pages by words, too.")
    if len(found) > 1:
        _list(found)
        raise UsageError(
            f"{what} has {counted(len(found), 'capture')}: which is meant is not said; nothing was done",
            advice="Name one by its ID. All captures of the same bytes so far are withdrawn with it.",
        )
    return found[0].capture_id


def _refuse_again(connection: sqlite3.Connection, capture_id: str, *, left: bool, remove: bool) -> None:
    """Raises UsageError where there is nothing to do."""
    from archiver.manifest.withdrawals import withdrawn

    done = withdrawn(connection, capture_id)
    if done is not None and not left and (done.removed or not remove):
        raise UsageError(
            f"{capture_id} is {done}",
            advice="Nothing was done."
            if remove or done.removed
            else "Nothing was done. --remove takes its bytes away, too.",
        )


def _list(found: list[Affected]) -> None:
    for one in found:
        purpose = "" if one.purpose == "page" else f"  ({_output.show(one.purpose)})"
        _output.say(
            f"{_output.show(one.captured_at)}  {_output.show(one.capture_id)}  {_output.show(one.url)}{purpose}"
        )
