"""What the verbs share by which a person decides something: who, why, and the archive that it is stated in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from archiver.errors import UsageError

if TYPE_CHECKING:
    from archiver.pipeline import Archive

BecauseOption = Annotated[str, typer.Option("--because", metavar="TEXT", help="Why: what you know it from.")]
ByOption = Annotated[
    str, typer.Option("--by", metavar="NAME", show_default=False, help="Who decides; else the setting `operator`.")
]


@contextmanager
def opening(archive: Path | None) -> Iterator[Archive]:
    """The archive, to be written to; there must be one."""
    from archiver.cli._opening import open_for_writing
    from archiver.config import find_archive, load
    from archiver.manifest.opening import open_read_only

    folder = find_archive(archive)
    with open_read_only(folder):
        pass
    with open_for_writing(folder, load(folder, {})) as opened:
        yield opened


def who(archive: Archive, by: str) -> str:
    """Who decides. Raises UsageError where that is not said."""
    who = by.strip() or archive.settings.operator
    if not who:
        raise UsageError(
            "who decides that is not said", advice="Add --by NAME, or set `operator` in watch.toml or config.toml."
        )
    return who


def why(because: str) -> str:
    """Why. Raises UsageError where that is not said."""
    if not because.strip():
        raise UsageError("why is not said", advice="Add --because TEXT: what you know it from.")
    return because.strip()
