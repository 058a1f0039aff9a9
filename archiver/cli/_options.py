"""Options that several verbs share, and those that every verb has (-q, -v, --version)."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from archiver._version import __version__
from archiver.cli import _output

ArchiveOption = Annotated[
    Path | None,
    typer.Option(
        "--archive", "-A", metavar="DIR", show_default=False,
        help="The archive's folder. Else ARCHIVER_HOME, else the nearest folder upward that is one, else the current one.",
    ),
]  # fmt: skip
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object a line.")]
LimitOption = Annotated[int, typer.Option("--limit", min=1, max=1_000_000, help="At most so many.")]
ConnectToOption = Annotated[
    list[str] | None,
    typer.Option(
        "--connect-to", metavar="HOST1:PORT1:HOST2:PORT2", show_default=False,
        help="As in curl: connect to HOST2:PORT2 where HOST1:PORT1 is asked for; either of HOST1 and PORT1 may be empty.",
    ),
]  # fmt: skip
AllowOption = Annotated[
    list[str] | None,
    typer.Option("--allow-address", metavar="IP:PORT", show_default=False, help="Open exactly this private address."),
]

InsecureOption = Annotated[
    str | None,
    typer.Option(
        "--insecure-tls", metavar="REASON", show_default=False,
        help="Keep pages whose certificate does not verify, flagged, with this reason.",
    ),
]  # fmt: skip
DelayOption = Annotated[
    float | None,
    typer.Option(
        "--delay", metavar="SECONDS", show_default=False, help="Between two requests to one host; a longer Crawl-delay wins."
    ),
]  # fmt: skip

NoteOption = Annotated[
    str | None,
    typer.Option(
        "--note", metavar="TEXT", show_default=False, help="Why this was captured; stated with every capture."
    ),
]

IgnoreRobotsOption = Annotated[
    bool, typer.Option("--ignore-robots", help="Capture what robots.txt forbids; recorded with the capture.")
]
DepthOption = Annotated[int, typer.Option("--depth", min=1, max=20, help="Follow so many steps up from the page.")]
IfChangedOption = Annotated[
    bool,
    typer.Option(
        "--if-changed",
        help="Ask the server whether the page changed since its last capture; what did not is noted, not fetched again.",
    ),
]
NoTimemapsOption = Annotated[
    bool, typer.Option("--no-timemaps", help="Do not ask public archives for copies of sources that are gone.")
]


def _quiet(value: bool) -> None:
    if value:
        _output.verbosity = -1


def _verbose(value: bool) -> None:
    if value:
        _output.verbosity = 1


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


#: What every verb takes beside its own. Their callbacks do all there is to do.
_COMMON = {
    "quiet": Annotated[bool, typer.Option("--quiet", "-q", callback=_quiet, help="Say less.")],
    "verbose": Annotated[bool, typer.Option("--verbose", "-v", callback=_verbose, help="Say more.")],
    "version": Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and end.")
    ],
}


def verb(app: typer.Typer, name: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Register a function as a command of `app`, with the common options behind its own."""

    def register(function: Callable[..., None]) -> Callable[..., None]:
        signature = inspect.signature(function, eval_str=True)
        common = [
            inspect.Parameter(n, inspect.Parameter.KEYWORD_ONLY, default=False, annotation=a)
            for n, a in _COMMON.items()
        ]
        own = [p.replace(kind=inspect.Parameter.KEYWORD_ONLY) for p in signature.parameters.values()]

        @functools.wraps(function)
        def run(**values: object) -> None:
            function(**{name: value for name, value in values.items() if name not in _COMMON})

        # Typer reads both: the signature for defaults and order, the annotations for types.
        run.__signature__ = signature.replace(parameters=[*own, *common])  # type: ignore[attr-defined]
        run.__annotations__ = {p.name: p.annotation for p in [*own, *common]} | {"return": None}
        app.command(name)(run)
        return function

    return register
