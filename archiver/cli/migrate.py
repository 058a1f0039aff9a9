"""archiver migrate: the manifest brought to this program's schema, and what older rules read, read again."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from archiver.cli import _output
from archiver.cli._options import ArchiveOption, JsonOption, verb
from archiver.model.text import counted

if TYPE_CHECKING:
    from archiver.conclude import Renewed

#: What is counted where something changed, in the words that people read.
CHANGES = {
    "outcome": "outcome",
    "problems": "problems",
    "claims": "claims",
    "text": "text",
    "rest": "title, names or dates",
}


def register(app: typer.Typer) -> None:
    """Add the verb."""
    verb(app, "migrate")(migrate)


def migrate(
    archive: ArchiveOption = None,
    schema_only: Annotated[
        bool, typer.Option("--schema-only", help="Bring the manifest to this program's schema, and read nothing again.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what there is to do, and change nothing.")] = False,
    json: JsonOption = False,
) -> None:
    """Bring the manifest to this program's schema, and read again, from the stored bytes, what older rules read."""
    from archiver.conclude import Renewed
    from archiver.config import find_archive
    from archiver.manifest.opening import open_read_only
    from archiver.manifest.outdated import outdated
    from archiver.reader import Reader

    folder = find_archive(archive)
    with open_read_only(folder, oldest=1) as connection:
        before = int(connection.execute("pragma user_version").fetchone()[0])
        old = sum(outdated(connection, Reader.rules).values())
    if dry_run:
        _tell(json, before, before, Renewed(), old)
    elif schema_only:
        _tell(json, before, _bring_up(folder), Renewed(), old)
    else:
        _tell(json, before, *_renew(folder, old))


def _bring_up(folder: Path) -> int:
    """The manifest's schema, which is this program's once it was opened for writing."""
    from archiver.manifest.schema import VERSION
    from archiver.model.date import now
    from archiver.pipeline import TOOL
    from archiver.vault import Vault

    with closing(Vault(folder, now, TOOL)):
        return VERSION


def _renew(folder: Path, old: int) -> tuple[int, Renewed, int]:
    """The schema, what came of reading again, and how many documents are left to be read."""
    from archiver.cli._opening import open_for_writing
    from archiver.conclude import Renewed
    from archiver.config import load
    from archiver.manifest.schema import VERSION

    done = Renewed()
    with open_for_writing(folder, load(folder, {})) as opened:
        progress = _output.Progress(old, "pages read again")
        try:
            opened.concluder.renew(done, progress.step)
        except KeyboardInterrupt:
            progress.clear()
            _output.interrupted(counted(done.read, "page"), "What was read again is kept; go on with: archiver migrate")
        progress.clear()
        return VERSION, done, opened.concluder.outdated()


def _tell(json: bool, before: int, schema: int, done: Renewed, left: int) -> None:
    if json:
        _output.emit({
            "schema_before": before, "schema": schema, "read_again": done.read, "changed": done.changed, "left": left,
            "changes": {name: done.changes[name] for name in CHANGES},
        })  # fmt: skip
    else:
        for line in _lines(before, schema, done, left):
            _output.say(line)


def _lines(before: int, schema: int, done: Renewed, left: int) -> list[str]:
    from archiver.manifest.schema import VERSION

    lines = [f"the manifest has schema {schema}" + (f", and had {before}" if before != schema else "")]
    if schema != VERSION:
        lines[0] += f"; this program's is {VERSION}"
    if done.read:
        lines.append(
            f"{counted(done.read, 'document')} read again; something is otherwise than before in {done.changed} of them"
        )
        lines += [f"  {what:<22}{done.changes[name]}" for name, what in CHANGES.items() if done.changes[name]]
    if left:
        lines.append(f"{counted(left, 'document')} read by older rules")
    elif not done.read:
        lines.append("every document is read by this program's rules")
    return lines
