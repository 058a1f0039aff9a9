"""archiver verify: whether what is stored is what was stored."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from archiver.cli._options import ArchiveOption, JsonOption, verb

_LEVELS = (
    "Each has those before it. quick: sizes, the manifest's soundness, the log against every kept checkpoint. index: every row against its "
    "statement, signatures, anchors. bytes: every stored record's SHA-256. full: every record unpacked and parsed. deep: every page read "
    "and every conclusion drawn again."
)


def register(app: typer.Typer) -> None:
    """Add the verb."""
    verb(app, "verify")(verify)


def verify(  # noqa: PLR0917 - given by name
    archive: ArchiveOption = None,
    level: Annotated[str, typer.Option("--level", help=_LEVELS)] = "bytes",
    subset: Annotated[
        str | None,
        typer.Option(
            "--subset", metavar="N/T", show_default=False, help="Read part N of T parts of the WARC files: 1/30 tonight, 2/30 tomorrow."
        ),
    ] = None,
    older_than: Annotated[
        str | None,
        typer.Option(
            "--older-than", metavar="TIME", show_default=False,
            help="Read only the WARC files that were not found right for so long (30d, 12h), at this level or behind it.",
        ),
    ] = None,
    head: Annotated[
        list[Path] | None,
        typer.Option(
            "--head", metavar="FILE", show_default=False,
            help="A checkpoint that was kept elsewhere (in mail, in git, on paper): the log must go on from it.",
        ),
    ] = None,
    against: Annotated[
        Path | None,
        typer.Option("--against", metavar="DIR", show_default=False, help="Compare with another copy of the archive, too."),
    ] = None,
    repair_from: Annotated[
        Path | None,
        typer.Option(
            "--repair-from", metavar="DIR", show_default=False,
            help="Put harmed records back from another copy, where it has them with the digest that is known; stated in the log.",
        ),
    ] = None,
    json: JsonOption = False,
) -> None:  # fmt: skip
    """Check what is stored against what was stated, and the log against every checkpoint of it."""
    from archiver.cli import _verifying
    from archiver.config import find_archive

    folder = find_archive(archive)
    asked = _verifying.asked(
        folder, level, subset=subset, older_than=older_than, heads=head or [], against=against, repairs=repair_from is not None
    )  # fmt: skip
    _verifying.run(folder, asked, repair_from, json=json)
