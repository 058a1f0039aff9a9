"""archiver rebuild: the manifest drawn anew from the WARC files alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from archiver.cli import _output
from archiver.cli._options import ArchiveOption, JsonOption, verb
from archiver.errors import Exit
from archiver.model.text import counted

if TYPE_CHECKING:
    from archiver.manifest.dump import Difference
    from archiver.model.citation import Json
    from archiver.rebuild import Rebuilt


def register(app: typer.Typer) -> None:
    """Add the verb."""
    verb(app, "rebuild")(rebuild)


def rebuild(
    archive: ArchiveOption = None,
    accept_loss: Annotated[
        bool,
        typer.Option("--accept-loss", help="Replace the manifest even where damaged WARC files make it say less."),
    ] = False,
    json: JsonOption = False,
) -> None:
    """Draw the manifest anew from the WARC files alone, which stay as they are."""
    from archiver.config import find_archive, key_path, load
    from archiver.rebuild import rebuild as draw

    shown = _Shown()
    folder = find_archive(archive)
    key = key_path(load(folder, {})) if accept_loss else None
    done = draw(folder, accept_loss=accept_loss, key=key, progress=shown)
    shown.clear()
    if json:
        _output.emit(as_json(done))
    else:
        for line in _told(done):
            _output.say(line)
        for loss in done.losses:
            where = loss.warc if loss.offset is None else f"{loss.warc} at {loss.offset}"
            _output.say(f"{_output.colour('lost', 'red')}  {_output.show(where)}: {_output.show(loss.message)}")
    if done.losses:
        _output.warn(*_advice(done))
        raise typer.Exit(Exit.INTEGRITY)


class _Shown:
    """Progress on a terminal, one thing counted after another."""

    def __init__(self) -> None:
        self.clear: Callable[[], None] = lambda: None

    def __call__(self, what: str, total: int) -> Callable[[], None]:
        self.clear()
        counter = _output.Progress(total, what)
        self.clear = counter.clear
        return counter.step


def _told(done: Rebuilt) -> list[str]:
    lines = [
        f"{counted(done.statements, 'statement')} in {counted(done.files, 'WARC file')}, {counted(done.captures, 'capture')} of pages among them"
    ]
    if not done.replaced:
        lines.append("the manifest stays as it was: drawn anew it would say less")
    elif done.differs is None:
        lines.append("the manifest is drawn anew")
    elif not done.differs:
        lines.append("the manifest is drawn anew, and says what it said before")
    else:
        said = ", ".join(_difference(one) for one in done.differs)
        lines.append(f"the manifest is drawn anew; it says something else than before in: {said}")
    if done.texts_without_record:
        lines.append(
            f"{counted(done.texts_without_record, 'text')} as this version reads them are in no WARC file; those of earlier versions are"
        )
    if done.replaced and not done.checks_kept:
        lines.append("not in the WARC files, and not restored: the history of checks")
    if done.aside is not None:
        lines.append(f"the manifest before lies in {_output.show(done.aside)}")
    lines += [f"put aside, since no log goes on from it any more: {_output.show(path)}" for path in done.set_aside]
    return lines


def _difference(one: Difference) -> str:
    rows = [f"{one.gone} gone"] * bool(one.gone) + [f"{one.new} new"] * bool(one.new)
    return f"{one.table} ({', '.join(rows)})"


def _advice(done: Rebuilt) -> tuple[str, str]:
    what = f"{counted(len(done.losses), 'place')} in the WARC files where something is lost"
    if done.replaced:
        return what, "Put the damaged files back from a copy of the archive, and run: archiver rebuild"
    return (
        what,
        "Put the damaged files back from a copy of the archive and run the same again; or take it as it is with --accept-loss: the manifest there is will lie beside the new one.",
    )


def as_json(done: Rebuilt) -> dict[str, Json]:
    """The keys of `rebuild --json`."""
    return {
        "replaced": done.replaced,
        "files": done.files,
        "statements": done.statements,
        "captures": done.captures,
        "texts_without_record": done.texts_without_record,
        "checks_kept": done.checks_kept,
        "differs": None
        if done.differs is None
        else [{"table": one.table, "gone": one.gone, "new": one.new} for one in done.differs],
        "losses": [{"warc": one.warc, "offset": one.offset, "message": one.message} for one in done.losses],
        "aside": None if done.aside is None else str(done.aside),
        "set_aside": [str(path) for path in done.set_aside],
    }
