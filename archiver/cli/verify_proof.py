"""archiver verify-proof DIR: whether a proof packet that came from anybody holds."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from archiver.cli import _output
from archiver.cli._options import JsonOption, verb
from archiver.errors import Exit, UsageError

if TYPE_CHECKING:
    from archiver.ledger.given import Given
    from archiver.ledger.unpacked import Checked
    from archiver.model.citation import Json
    from archiver.signing.authority import Roots

#: The longest file with a key that is read, in bytes, and the longest list of authorities.
_KEY, _LIST = 16_384, 4 * 1024 * 1024


def register(app: typer.Typer) -> None:
    """Add the verb."""
    verb(app, "verify-proof")(verify_proof)


def verify_proof(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The packet's folder.")],
    *,
    key: Annotated[
        str | None,
        typer.Option(
            "--key", metavar="VKEY|FILE", show_default=False,
            help="The log's key as you had it from elsewhere: a vkey, or a file with that or with its PEM.",
        ),
    ] = None,
    ca: Annotated[
        Path | None,
        typer.Option("--ca", metavar="FILE", show_default=False, help="The timestamp authorities that you trust, as PEM."),
    ] = None,
    json: JsonOption = False,
) -> None:  # fmt: skip
    """Check a proof packet, trusting nothing in it: the same as its verify.sh does."""
    from archiver.ledger.folder import NotAPacket, Refused
    from archiver.ledger.unpacked import check

    given, roots = _given(key), _roots(ca)
    try:
        found = check(folder, given, roots)
    except NotAPacket as why:
        raise UsageError(
            f"{folder} is not a proof packet: {why}", advice="`archiver prove ID -o DIR` writes one."
        ) from why
    except Refused as why:
        if json:
            _output.emit({"outcome": "refused", "why": str(why)})
        else:
            _output.say(f"{_output.colour('REFUSED', 'red')}  {_output.show(why)}")
        raise typer.Exit(Exit.INTEGRITY) from why
    if json:
        _output.emit(_as_json(found))
    else:
        _say(found)


def _given(key: str | None) -> Given | None:
    from archiver.ledger.given import public_of
    from archiver.signing.note import BadNote, Verifier

    if key is None:
        return None
    said = key.encode("utf-8", "replace")
    try:
        if "+" not in key or Path(key).is_file():
            said = _read(Path(key), _KEY)
        return public_of(said) or Verifier.parse(said.decode("utf-8").strip())
    except (BadNote, UnicodeDecodeError) as why:
        raise UsageError(
            f"--key: {key[:200]!r} is neither a vkey nor a file that holds one or an Ed25519 key's PEM",
            advice="`archiver key show` prints an archive's.",
        ) from why


def _roots(path: Path | None) -> Roots:
    from archiver.signing.certificates import loaded

    if path is None:
        return ()
    found = loaded(_read(path, _LIST))
    if not found:
        raise UsageError(f"--ca: {path} holds no certificates as PEM")
    return found


def _read(path: Path, most: int) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(most)
    except (OSError, ValueError) as why:
        raise UsageError(f"{path} cannot be read: {why}") from why


def _say(found: Checked) -> None:
    from archiver.ledger.packet import answered, asked_for

    _output.say(f"{_output.name(found.capture.address)}")
    if way := asked_for(found.capture):
        _output.say(_output.show(way))
    _output.say(f"{answered(found.capture)}, capture {found.capture.capture_id}")
    for one in found.shown:
        _output.say(f"{_output.colour('ok', 'green')}    {_output.show(one)}")
    for one in found.remarks:
        _output.say(f"note  {_output.show(one)}")
    _output.say("All that was checked holds.")


def _as_json(found: Checked) -> dict[str, Json]:
    from archiver.model.date import rfc3339

    capture, final = found.capture, found.capture.final
    return {
        "outcome": "holds", "capture_id": capture.capture_id, "url": capture.address, "asked": capture.asked,
        "source": capture.source, "redirects": len(capture.exchanges) - 1, "http_status": final.status or None,
        "captured_at": rfc3339(final.captured_at), "sha256": final.payload.hex, "sequence": capture.sequence,
        "log": found.checkpoint.origin, "checkpoint": found.checkpoint.size, "root": found.checkpoint.root.hex,
        "key": str(found.key) if found.key else None, "key_known": found.known, "shown": [*found.shown], "remarks": [*found.remarks],
    }  # fmt: skip
