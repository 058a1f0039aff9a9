"""archiver key: the key that the log's checkpoints are signed with: making one, showing it, putting another in its place."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from archiver.cli import _output
from archiver.cli._options import ArchiveOption, JsonOption, verb
from archiver.errors import NotFound, UsageError

if TYPE_CHECKING:
    from archiver.ledger.signed import SignedLog
    from archiver.signing.keys import Key


def register(app: typer.Typer) -> None:
    """Add the verbs."""
    group = typer.Typer(
        no_args_is_help=True,
        help="The key that the log is signed with: make one, show it and what it has signed, or put another in its place.",
    )
    verb(group, "init")(init)
    verb(group, "show")(show)
    verb(group, "rotate")(rotate)
    app.add_typer(group, name="key")


# ── making one ──


def init(archive: ArchiveOption = None) -> None:
    """Make the key. Every command that writes signs the log with it from then on."""
    from archiver.config import find_archive

    path = _path(find_archive(archive))
    _tell_made(path, _created(path))


def _created(path: Path) -> Key:
    """A new key in that file, which must not lie in an archive: who copies one would have both."""
    from archiver.config import is_archive
    from archiver.signing.keys import create

    inside = next((folder for folder in path.absolute().resolve().parents if is_archive(folder)), None)
    if inside is not None:
        raise UsageError(
            f"{path} is in the archive {inside}: whoever has a copy of that could sign in your name",
            advice="Name a file outside of every archive in ARCHIVER_KEY, or none: then it is kept in your config folder.",
        )
    return create(path)


def _tell_made(path: Path, key: Key) -> None:
    _output.say(f"key          {_output.show(path)}")
    _output.say(f"fingerprint  {key.fingerprint}")
    _output.note(
        "Keep a copy of the file where only you can get at it, and never in an archive: whoever has it signs in your name, and without"
        " it nobody goes on in it. What it has signed stays good."
    )


def _path(folder: Path) -> Path:
    from archiver.config import key_path, load

    return key_path(load(folder, {}))


# ── showing it ──


def show(archive: ArchiveOption = None, json: JsonOption = False) -> None:
    """Show the key at hand, and what the log of the archive at hand says of it."""
    from archiver.config import find_archive, is_archive
    from archiver.signing.keys import load

    folder = find_archive(archive)
    path = _path(folder)
    key = load(path)
    log = _log(folder) if archive is not None or is_archive(folder) else None
    if key is None and log is None:
        raise NotFound(f"there is no key: {path}", advice="Run: archiver key init")
    vkey = None if key is None or log is None else str(key.verifier(log.origin))
    if json:
        said = {"path": str(path), "fingerprint": None if key is None else key.fingerprint, "vkey": vkey}
        _output.emit({**said, "log": None if log is None else {**log.as_json(), "state": log.state(vkey)}})
        return
    _output.say(f"key          {_output.show(path)}" + ("" if key else ": there is none"))
    if key is not None:
        _output.say(f"fingerprint  {key.fingerprint}")
    if log is not None:
        _output.say()
        _tell(log, vkey)
    if log is not None and log.key is not None and log.state(vkey) == "other":
        from archiver.ledger.keys import RESTORE

        _output.note(f"The key that this log is signed with is not at hand. {RESTORE}")
    elif key is None:
        _output.note("To make a key: archiver key init")


def _log(folder: Path) -> SignedLog | None:
    from archiver.ledger.signed import signed_log
    from archiver.manifest.opening import open_read_only

    with open_read_only(folder) as connection:
        return signed_log(connection, folder / "archive")


def _tell(log: SignedLog, vkey: str | None) -> None:
    from archiver.ledger.keys import faults
    from archiver.ledger.signed import STATES
    from archiver.model.date import rfc3339

    amiss = dict(faults(log.origin, log.changes))

    _output.say(f"log          {_output.show(log.origin)}")
    if vkey is not None:
        _output.say(f"vkey         {_output.show(vkey)}")
        _output.say(f"             {STATES[log.state(vkey)]}")
    if log.newest is not None:
        count, last = f"{log.newest.checkpoint.size:,} statements", _output.show(log.at or "a time that is not known")
        signed = _output.show(log.fault) or ("signed" if log.signed_by else "not signed")
        _output.say(f"checkpoint   {count}, the last of {last}: {signed}")
    for place, change in enumerate(reversed(log.changes)):
        _output.say(f"{'earlier key' if place else 'key':<13}{_output.show(change.key)}")
        _output.say(f"             since {rfc3339(change.at)}: {_output.show(change.because)}")
        if why := amiss.get(len(log.changes) - 1 - place):
            _output.say(f"             nobody vouches for it: {_output.prose(why)}")


# ── another in its place ──


def rotate(
    archive: ArchiveOption = None,
    lost: Annotated[
        bool,
        typer.Option(
            "--lost",
            help="The key of the log at hand is gone: the key here takes its place, a new one where there is none.",
        ),
    ] = False,
    because: Annotated[
        str, typer.Option("--because", metavar="TEXT", show_default=False, help="Why; stated in the log.")
    ] = "",
) -> None:
    """Put a new key in the place of the one at hand, and state it in the log of the archive at hand, endorsed by the old one."""
    from archiver.config import find_archive, is_archive

    folder = find_archive(archive)
    there = archive is not None or is_archive(folder)
    path = _path(folder)
    if lost:
        _replace_lost(folder, path, because.strip())
    else:
        _rotate(folder if there else None, path, because.strip())


def _rotate(folder: Path | None, path: Path, because: str) -> None:
    """With an archive at hand: not before it is sure that its log will take it."""
    from archiver.ledger.keys import RESTORE, signing
    from archiver.model.date import now
    from archiver.signing.keys import known, rotate

    log = folder and _log(folder)
    keys = known(path)
    if log and (keys or log.key) and (why := signing(log.origin, log.key, keys, now()).why_not):
        raise UsageError(f"{folder}: {why}", advice=RESTORE)
    _tell_made(path, rotate(path))
    _output.note(
        "The old one is kept beside it: with it the logs of other archives learn of the new one, each at its next command."
    )
    if folder:
        _state(folder, path, because, lost=False)


def _replace_lost(folder: Path, path: Path, because: str) -> None:
    from archiver.signing.keys import load

    if not because:
        raise UsageError("why is not said", advice="Add --because TEXT: how the key was lost. It is stated in the log.")
    log = _log(folder)
    if log is not None and log.key is not None and load(path) is None:
        _tell_made(path, _created(path))
    _state(folder, path, because, lost=True)
    _output.note("The key before does not vouch for this one: archiver verify says so from now on, for good.")


def _state(folder: Path, path: Path, because: str, *, lost: bool) -> None:
    """The change in the log of the archive, and, as it is left, a checkpoint that the new key signs."""
    from archiver.cli._opening import open_for_writing
    from archiver.config import load
    from archiver.signing.keys import known

    with open_for_writing(folder, load(folder, {})) as opened:
        change = opened.vault.change_key(known(path), because, lost=lost)
    if change is None:
        _output.note(f"nothing is to be stated in {_output.show(folder)}: no statement is there yet")
    else:
        _output.say(f"signed with  {_output.show(change.key)}")
        _output.say(f"             stated in {_output.show(folder)}")
