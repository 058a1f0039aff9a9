"""archiver withdraw: a capture is not shown any more, and on demand its bytes go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from archiver.cli import _output
from archiver.cli._deciding import ByOption, opening
from archiver.cli._options import ArchiveOption, JsonOption, verb
from archiver.errors import NotFound, UsageError
from archiver.model.text import counted, leftward

if TYPE_CHECKING:
    import sqlite3
    from pathlib import Path

    from archiver.manifest.withdrawals import Affected
    from archiver.model.citation import Json

#: What no command can do, said each time.
LIMITS = (
    "Not reached: copies and backups of the archive, files that were moved aside in it, and what other people have. What was stated of the capture, its address among it,"
    " stays in the log; so do its digests."
)

#: What stays to be seen of a page whose bytes stay.
SHOWN = (
    "Its title, and what it says of its sources, with short quotes, stay in look-ups: --remove takes them away, too."
)


def register(app: typer.Typer) -> None:
    """Add the verb."""
    verb(app, "withdraw")(withdraw)


def withdraw(
    capture: Annotated[str, typer.Argument(metavar="CAPTURE", help="A capture's ID; or an address that has one capture.")],
    *,
    because: Annotated[str, typer.Option(metavar="TEXT", show_default=False, help="Why: what you know it from.")] = "",
    by: ByOption = "",
    remove: Annotated[bool, typer.Option("--remove", help="Take its bytes out of the WARC files, too.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Also where others, of the same bytes, are withdrawn with it.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be withdrawn, and write nothing.")] = False,
    archive: ArchiveOption = None,
    json: JsonOption = False,
) -> None:  # fmt: skip
    """Withdraw a capture: it is not shown any more, and says so, when, by whom and why. All captures of the same bytes so far go with it."""
    from archiver.config import find_archive, load
    from archiver.manifest.opening import open_read_only
    from archiver.manifest.withdrawals import affected, at_address, holders
    from archiver.model.url import key

    folder = find_archive(archive)
    with open_read_only(folder) as connection:
        capture_id = _named(connection, capture)
        found = affected(connection, capture_id)
        records = holders(connection, capture_id) if remove else []
        url = next(one.url for one in found if one.capture_id == capture_id)
        others = len({one.capture_id for one in at_address(connection, key(url))} - {one.capture_id for one in found})
        _refuse_again(connection, capture_id, left=bool(records), remove=remove)
    name, because = by.strip() or load(folder, {}).operator, because.strip()
    jobs = _visiting(folder, {one.url for one in found})
    missing = _missing(because, name, len(found), yes=yes)
    if not json and (dry_run or len(found) > 1):
        _list(found)
    if missing and not dry_run:
        raise UsageError(
            f"{'; '.join(missing.values())}; nothing was done", advice=f"Add {' '.join(missing)} if that is meant."
        )
    if not dry_run:
        from archiver.withdrawing import withdraw as carry_out

        with opening(archive) as there:
            carry_out(there, capture_id, by=name, because=because, remove=remove)
    if json:
        told: list[Json] = [one.capture_id for one in found]
        _output.emit({
            "outcome": "would be withdrawn" if dry_run else "withdrawn", "captures": told, "removed": remove, "records": len(records),
            "by": name or None, "because": because or None, "missing": list(missing), "visited_by": list(jobs), "others": others,
        })  # fmt: skip
        return
    if dry_run:
        gone = sum(one.location.length for one in records)
        _output.say(f"{counted(len(found), 'capture')} would be withdrawn" + (f", {counted(len(records), 'record')} of {_output.size(gone)} removed" if remove else ""))  # fmt: skip
        if missing:
            _output.note(f"to do it, {' '.join(missing)} will be needed: {'; '.join(missing.values())}")
    else:
        _output.say(_done(len(found), name, because, remove=remove))
    if others:
        _output.note(f"{counted(others, 'other capture')} of the address, of other bytes, stay as they are.")
    for job, address in jobs.items():
        _output.note(_output.prose(f"the job {job} still visits it: archiver watch remove {address}"))
    _output.note(LIMITS if remove else f"{SHOWN} {LIMITS}")


def _done(captures: int, name: str, because: str, *, remove: bool) -> str:
    how = f"withdrawn, and {'its' if captures == 1 else 'their'} bytes removed" if remove else "withdrawn"
    said = f"{counted(captures, 'capture')} {how}; stated in the archive by {_output.name(name)}"
    return said + (", because: " if leftward(_output.name(name)) else ": ") + _output.show(because)


def _missing(because: str, name: str, captures: int, *, yes: bool) -> dict[str, str]:
    """The options that are needed and not there, each with what is not said without it."""
    missing = {} if because else {"--because TEXT": "why is not said"}
    if not name:
        missing["--by NAME"] = "who decides that is not said (nor is `operator` set)"
    if captures > 1 and not yes:
        missing["--yes"] = f"{counted(captures, 'capture')} have these bytes, and would all be withdrawn"
    return missing


def _visiting(folder: Path, urls: set[str]) -> dict[str, str]:
    """The jobs of the watch list that visit one of these addresses, each with that. None where the list cannot be read."""
    from archiver.model.url import key
    from archiver.watch.read import load

    keys = {key(url) for url in urls}
    try:
        jobs = load(folder)
    except UsageError:  # `archiver watch check` says what is wrong with it
        return {}
    return {job.name: address for job in jobs for _, address in job.visits() if key(address) in keys}


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
            f"{capture_id} was {done}",
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
