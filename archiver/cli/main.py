"""The command line: the verbs in the order of a page's way through the archive, and what an error becomes."""

from __future__ import annotations

import gc
import io
import sys
from collections.abc import Iterable
from importlib import import_module
from typing import TYPE_CHECKING, cast

from archiver.cli import _output
from archiver.errors import ArchiverError, Exit

if TYPE_CHECKING:
    import typer

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
    "export": "export",
    "serve": "serve",
    "inspect": "inspect_",
    "overlaps": "overlaps",
    "verify": "verify",
    "prove": "prove",
    "verify-proof": "verify_proof",
    "decide": "decide",
    "withdraw": "withdraw",
    "publisher": "publisher",
    "run": "run",
    "watch": "watch",
    "schedule": "schedule",
    "status": "status",
    "seal": "seal",
    "key": "key",
    "anchor": "anchor",
    "rebuild": "rebuild",
    "migrate": "migrate",
    "doctor": "doctor",
    "demo": "demo",
}


def build(verbs: Iterable[str] = VERBS) -> typer.Typer:
    """The command line with these verbs. A process that runs one builds that one: start-up time is a feature."""
    import typer

    from archiver.cli._options import common

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
        code = _run([asked] if asked in VERBS else VERBS)
    except ArchiverError as error:
        _output.fail(error)
        code = error.exit_code
    except OSError as why:  # the disk or the terminal refused; what was acknowledged before is safe
        _output.forget()
        _output.give_up(f"it could not go on: {why}")
        code = Exit.FAILED
    finally:
        _output.finish()
        gc.freeze()  # the process ends: what it holds need not be looked through once more
    sys.exit(code)


def _run(verbs: Iterable[str]) -> int:
    """Build the command line and run it; the exit code. What is loaded stays, so nobody looks for garbage in it."""
    gc.disable()
    try:
        app = build(verbs)
        gc.freeze()
    finally:
        gc.enable()
    return _answered(app)


def _answered(app: typer.Typer) -> int:
    """Run it. What its parser refuses it says with the arguments in it, as they are: foreign text."""
    import typer

    # The class that all of its refusals are of has no name of its own in every version that is taken.
    refused = cast("type[typer.BadParameter]", typer.BadParameter.__mro__[2])
    try:
        return app(standalone_mode=False) or Exit.DONE
    except refused as error:
        said = io.StringIO()
        error.show(said)
        lines = said.getvalue().split("\n")
        sys.stderr.write("\n".join(map(_output.calm, lines)))
        return error.exit_code


if __name__ == "__main__":
    main()
