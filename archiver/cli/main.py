"""The command line: the verbs in the order of a page's way through the archive, and what an error becomes."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterable
from importlib import import_module
from typing import Annotated

import typer

from archiver._version import __version__
from archiver.cli import _output
from archiver.errors import ArchiverError, Exit

#: Each verb and the module that holds it.
VERBS = {
    "capture": "capture",
    "import": "import_",
    "lookup": "lookup",
    "chains": "chains",
    "trace": "trace",
    "search": "search",
    "show": "show",
    "diff": "diff",
    "inspect": "inspect_",
    "overlaps": "overlaps",
    "verify": "verify",
    "decide": "decide",
    "publisher": "publisher",
    "status": "status",
    "seal": "seal",
    "rebuild": "rebuild",
    "demo": "demo",
}


def _version(value: bool) -> None:
    if value:
        _output.say(f"archiver {__version__}")
        raise typer.Exit


def common(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and end.")
    ] = False,
) -> None:
    """Options before the verb."""


def build(verbs: Iterable[str] = VERBS) -> typer.Typer:
    """The command line with these verbs. A process that runs one builds that one: start-up time is a feature."""
    app = typer.Typer(
        name="archiver",
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"max_content_width": 80, "help_option_names": ["-h", "--help"]},
        help="Archive web pages with their provenance: which bytes were served, that they are unchanged, who published first.",
    )
    app.callback()(common)
    for verb in verbs:
        import_module(f"archiver.cli.{VERBS[verb]}").register(app)
    return app


def main() -> None:
    """Run the command line and end the process with a code of errors.Exit."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # whatever the locale says: names of the world are not ASCII
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    asked = sys.argv[1] if len(sys.argv) > 1 else ""
    try:
        try:
            build([asked] if asked in VERBS else VERBS)()
        finally:
            _output.finish()
    except ArchiverError as error:
        _output.fail(error)
        sys.exit(error.exit_code)
    except OSError as why:  # the disk or the terminal refused; what was acknowledged before is safe
        _output.forget()
        _output.warn(f"it could not go on: {why}")
        sys.exit(Exit.FAILED)


if __name__ == "__main__":
    main()
