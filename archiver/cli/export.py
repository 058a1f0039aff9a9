"""archiver export: the archive in a form for others: a copy of the manifest, or its pages as files, that can be put before the public."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from archiver.cli import _output
from archiver.cli._options import ArchiveOption, JsonOption, verb
from archiver.errors import NotFound, UsageError
from archiver.model.text import counted

if TYPE_CHECKING:
    import sqlite3

    from archiver.manifest.snapshot import Written
    from archiver.model.citation import Json

#: What nobody can see but a person.
READ_FIRST = "Look it through before you publish it: the reasons that people gave for what they decided are in it, and the names that they signed with."

#: What the pages show that a snapshot leaves out.
PRIVATE = (
    "Look it through before you publish it: it says where pages were taken in from, and whatever was noted with them."
)


def register(app: typer.Typer) -> None:
    """Add the verbs."""
    group = typer.Typer(no_args_is_help=True, help="Put the archive, or a part of it, into a form for others.")
    verb(group, "snapshot")(snapshot)
    verb(group, "site")(site)
    app.add_typer(group, name="export")


def snapshot(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="A new or an empty folder; or one with a snapshot, which is replaced.")
    ],
    *,
    without_texts: Annotated[
        bool,
        typer.Option(
            "--without-texts",
            help="Leave the full texts out; titles, bylines, quotes and digests stay, and can be searched.",
        ),
    ] = False,
    archive: ArchiveOption = None,
    json: JsonOption = False,
) -> None:
    """Write a copy of the manifest for the public: a folder that `datasette DIR` serves as it is, also to other users, without SQL.

    Left out: folders and messages of this machine, who ran its captures, notes, what is watched, and all that withdrawn pages say.
    The names stay by which people signed what they decided, withdrew or named, with their reasons.
    """
    from archiver.config import find_archive
    from archiver.manifest.opening import open_read_only
    from archiver.manifest.schema import VERSION
    from archiver.model.date import now
    from archiver.pipeline import TOOL
    from archiver.publishing import publish

    there = find_archive(archive)
    _keep_apart(there, folder)
    with open_read_only(there, VERSION) as connection:
        made = publish(there, connection, folder, at=now(), tool=TOOL, texts=not without_texts)
    if json:
        _output.emit(_as_json(made, folder))
        return
    _say(made, folder)


def site(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="A new or an empty folder; or one with a site, which is replaced.")
    ],
    what: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[WHAT]...", show_default=False,
            help="Addresses, words, digests: what they find, with all that is in its chains. Left out: everything.",
        ),
    ] = None,
    *,
    without_copies: Annotated[
        bool, typer.Option("--without-copies", help="Leave the archived pages out; what is said of them stays.")
    ] = False,
    archive: ArchiveOption = None,
    json: JsonOption = False,
) -> None:  # fmt: skip
    """Write the pages that `archiver serve` shows as files, for a web host or a stick: they need no server, and load nothing from elsewhere."""
    from dataclasses import asdict

    from archiver.browse.site import Written, standing, write
    from archiver.browse.web import Holding
    from archiver.config import find_archive
    from archiver.ledger.log import Log
    from archiver.manifest import public
    from archiver.manifest.opening import open_read_only
    from archiver.manifest.schema import VERSION
    from archiver.model.date import now, rfc3339
    from archiver.pipeline import TOOL

    there = find_archive(archive)
    _keep_apart(there, folder)
    before = standing(folder)
    with open_read_only(there, VERSION) as connection:
        public.veil(connection)
        chosen = _chosen(connection, what) if what else None
        log = Log(connection)
        made = Written(rfc3339(now()), TOOL, log.origin if log.size else None, log.size)
        written = write(Holding(connection, there / "archive"), folder, made, chosen, copies=not without_copies)
    if json:
        _output.emit({"site": str(folder), **asdict(written), "replaced": before.documents if before else None})
        return
    _output.say(f"site            {_output.show(folder / 'index.html')}")
    copies = f", {counted(written.copies, 'archived page')} within it" if not without_copies else ""
    _output.say(f"holds           {counted(written.documents, 'document')}{copies}")
    if before is not None:
        _output.say(f"replaced        a site of {counted(before.documents, 'document')}")
    _output.note(PRIVATE)


def _keep_apart(archive: Path, folder: Path) -> None:
    """Raise UsageError for a folder among the archive's own files: what is found there is taken for its own."""
    for name in ("archive", "manifests"):
        if folder.resolve().is_relative_to((archive / name).resolve()):
            raise UsageError(
                f"{folder} is within the archive's own {name}/: nothing was done", advice="Name a folder elsewhere."
            )


def _chosen(connection: sqlite3.Connection, what: list[str]) -> list[str]:
    """The documents that are found, and those of their chains. Raises NotFound for a question that finds none."""
    from archiver.browse.site import chain_of
    from archiver.manifest.question import answers

    found: list[str] = []
    for one in what:
        documents = [citation.document_id for citation in answers(connection, one) if citation.document_id]
        if not documents:
            raise NotFound(
                f"nothing in the archive answers to {one!r}",
                advice="Nothing was written. `archiver lookup` finds pages by words, too.",
            )
        found += documents
    return chain_of(connection, found)


def _say(made: Written, folder: Path) -> None:
    held, said = made.figures, made.snapshot
    _output.say(f"snapshot        {_output.show(made.path)}, {_output.size(made.size)}")
    _output.say(f"sha256          {made.sha256}")
    _output.say(
        f"holds           {counted(held.documents, 'document')}, {counted(held.captures, 'capture')}, {counted(held.claims, 'claim')},"
        f" {counted(held.chains, 'chain')}"
    )
    if said.archive_origin:
        _output.say(f"as of           entry {said.sequence:,} of the log {_output.show(said.archive_origin)}")
    if made.left_out:
        left = ", ".join(f"{what} ({count:,})" for what, count in made.left_out.items())
        _output.say(f"left out        {left}")
    _output.say(f"to look at it   datasette {_output.show(folder)}")
    _output.note(READ_FIRST)


def _as_json(made: Written, folder: Path) -> dict[str, Json]:
    said = made.snapshot
    return {
        "snapshot": str(folder), "database": str(made.path), "bytes": made.size, "sha256": made.sha256, "made_at": said.made_at,
        "tool": said.tool, "log": said.archive_origin, "sequence": said.sequence, "texts": said.texts, "figures": made.figures.as_json(),
        "left_out": {what.replace(" ", "_"): count for what, count in made.left_out.items()},
    }  # fmt: skip
