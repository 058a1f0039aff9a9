"""archiver prove ID: a packet with which a stranger can check what the archive says of a capture."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from archiver.cli import _output
from archiver.cli._options import ArchiveOption, JsonOption, verb
from archiver.errors import Locked, Unwritable, UsageError

if TYPE_CHECKING:
    from archiver.config import Settings
    from archiver.ledger.packet import Packet
    from archiver.model.citation import Json


def register(app: typer.Typer) -> None:
    """Add the verb."""
    verb(app, "prove")(prove)


def prove(
    what: Annotated[
        str, typer.Argument(metavar="ID", help="A capture ID, a document ID, or an address (its newest capture).")
    ],
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="DIR", help="The packet's folder: a new or an empty one.")
    ],
    *,
    archive: ArchiveOption = None,
    json: JsonOption = False,
) -> None:
    """Write a proof packet: a capture's records, its place in the log, and the script that checks them anywhere.

    What no checkpoint covers yet gets one first. An archive from before there was a log is brought to this program's form for that.
    """
    from archiver.config import find_archive, load
    from archiver.manifest.opening import open_read_only
    from archiver.proving import prove as gather
    from archiver.proving import write

    folder = find_archive(archive)
    settings = load(folder, {})
    authorities = _authorities(settings, folder)
    _cover(folder, settings)
    with open_read_only(folder) as connection:
        packet = gather(folder, connection, what, authorities)
    write(packet, folder, output)
    if json:
        _output.emit(_as_json(packet, output))
        return
    _say(packet, output)


def _cover(folder: Path, settings: Settings) -> None:
    """Have a checkpoint of all that is stated, signed where there is a key now, where the archive can be written to."""
    import os

    from archiver.cli._opening import open_for_writing
    from archiver.config import key_path
    from archiver.ledger.checkpoints import newest
    from archiver.manifest.log import size
    from archiver.manifest.opening import MANIFEST, open_read_only
    from archiver.manifest.schema import has_log

    with open_read_only(folder) as connection:
        kept, old = newest(folder / "archive"), not has_log(connection)
        covered = not old and kept is not None and kept.checkpoint.size >= size(connection)
        if kept is not None and covered and (kept.note.signatures or not key_path(settings).is_file()):
            return
    if not all(os.access(path, os.W_OK) for path in (folder / "archive", folder / MANIFEST.parent, folder / MANIFEST)):
        _output.detail("the archive is read-only here: what was stated since its last checkpoint cannot be proven")
        return
    try:
        with open_for_writing(folder, settings):
            pass
    except (Locked, Unwritable) as why:
        _output.note(f"no new checkpoint was made: {_output.show(why)}")
        return
    if old:
        _output.note(
            "the archive was from before there was a log: it was brought to this program's form, and its first checkpoint was made now"
        )


def _authorities(settings: Settings, folder: Path) -> bytes:
    if not settings.timestamp_ca:
        return b""
    path = folder / Path(settings.timestamp_ca).expanduser()
    try:
        return path.read_bytes()
    except OSError as why:
        raise UsageError(f"timestamp_ca: {path} cannot be read: {why.strerror}") from why


def _say(packet: Packet, output: Path) -> None:
    from archiver.ledger.packet import asked_for, caveats, withdrawal

    capture, checkpoint = packet.capture.capture, packet.capture.entry.proof.checkpoint
    _output.say(f"capture {capture.capture_id} of {_output.name(capture.address)}")
    if way := asked_for(capture):
        _output.say(_output.show(way))
    for one in caveats(capture):
        _output.note(_output.show(one))
    if capture.unchanged and packet.payload is not None:
        _output.note(
            f"the capture that brought the bytes is {packet.payload.capture.capture_id}, which `prove` takes as well"
        )
    signed = "signed" if packet.key else "signed by nobody"
    _output.say(
        f"entry {capture.sequence} of the log {checkpoint.origin}, under its checkpoint of {checkpoint.size}, {signed}"
    )
    for seen in packet.anchors:
        _output.say(f"seen by ({seen.anchor.kind}) {_output.name(seen.anchor.whom)}")
    for one in packet.left_out:
        _output.note(_output.show(one))
    if packet.withdrawn:
        _output.warn(
            "its bytes were withdrawn, and are not in the packet", _output.show(withdrawal(packet.withdrawn.withdrawal))
        )
    if packet.key:
        _output.say(f"the key      {packet.key}")
        _output.note(
            "Whoever checks must have the key from elsewhere than the packet: print it, publish it, send it apart."
        )
    else:
        _output.warn("the checkpoint is not signed: who made it is not shown", "Run: archiver key init")
    _output.say(f"the packet   {_output.show(output)}")
    _output.say(f"to check it  sh {_output.show(output / 'verify.sh')}")


def _as_json(packet: Packet, output: Path) -> dict[str, Json]:
    from archiver.model.date import rfc3339

    capture, checkpoint = packet.capture.capture, packet.capture.entry.proof.checkpoint
    return {
        "packet": str(output), "capture_id": capture.capture_id, "url": capture.address, "asked": capture.asked, "source": capture.source,
        "captured_at": rfc3339(capture.final.captured_at), "sequence": capture.sequence, "log": checkpoint.origin,
        "checkpoint": checkpoint.size, "root": checkpoint.root.hex, "key": str(packet.key) if packet.key else None,
        "anchors": [{"kind": one.anchor.kind, "whom": one.anchor.whom} for one in packet.anchors],
        "withdrawn": packet.withdrawn is not None, "left_out": list(packet.left_out),
    }  # fmt: skip
