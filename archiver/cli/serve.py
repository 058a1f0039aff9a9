"""archiver serve: the archive in a browser, on this machine."""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from archiver.cli import _output
from archiver.cli._options import ArchiveOption, verb
from archiver.errors import Unreadable, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Names of this machine that nobody else can ask for.
_OURS = ("127.0.0.1", "localhost", "::1")

#: Why nothing can listen somewhere, by what the system says: in our words, and what to do.
_WHY: Mapping[int, tuple[str, str]] = {
    errno.EADDRINUSE: ("another program listens there", "Name another --port; 0 takes a free one."),
    errno.EADDRNOTAVAIL: ("this machine has no such address", "Name one that it has: 127.0.0.1 for yourself alone, 0.0.0.0 for all of them."),
    errno.EACCES: ("this port is not for everybody", "Name a --port above 1023; 0 takes a free one."),
}  # fmt: skip
_WHO = "Name an address of this machine: 127.0.0.1 for yourself alone, 0.0.0.0 for whoever reaches it."

#: How Datasette is set for whoever has the archive before them: everything may be asked. To look for facets costs a query a column.
_LOCAL: Mapping[str, object] = {"suggest_facets": False, "truncate_cells_html": 300}


def _port(said: str | int) -> int:
    """A port as it is written. Raises typer.BadParameter."""
    text = str(said)
    if not (text.isascii() and text.isdigit() and len(text) <= 5 and int(text) <= 65535):
        raise typer.BadParameter(f"{text!r} is no port: a number from 0 to 65535")
    return int(text)


def register(app: typer.Typer) -> None:
    """Add the verb."""
    verb(app, "serve")(serve)


def serve(
    archive: ArchiveOption = None,
    port: Annotated[
        int, typer.Option("--port", "-p", parser=_port, metavar="PORT", help="Listen here; 0 for any free port.")
    ] = 8001,
    host: Annotated[str, typer.Option("--host", help="Listen at this address; others than this machine's see it, too.")] = "127.0.0.1",
    base_url: Annotated[
        str, typer.Option("--base-url", metavar="PATH", help="What stands before all paths, behind a proxy.")
    ] = "/",
    allow_host: Annotated[
        list[str] | None,
        typer.Option("--allow-host", metavar="NAME", show_default=False, help="Answer to this name, too, by which a proxy asks."),
    ] = None,
) -> None:  # fmt: skip
    """Show the archive in a browser: a front door that answers where a page came from, and the tables beneath it. Ctrl-C ends it."""
    from archiver.browse.web import FRONT, HOSTS
    from archiver.config import find_archive
    from archiver.manifest.opening import MANIFEST
    from archiver.manifest.snapshot import SETTINGS

    folder = find_archive(archive)
    followed = _followed(folder)
    port = _free(host, port)
    base = f"/{base_url.strip('/')}/" if base_url.strip("/") else "/"
    ours = host in _OURS
    shown = f"[{host}]" if ":" in host else host
    _output.say(f"http://{shown}:{port}{base.rstrip('/')}{FRONT}")
    _output.note(f"{_output.show(folder)} is shown until Ctrl-C")
    if not followed:
        _output.note(
            "its folder cannot be written to, so it is shown as it is now: what is captured meanwhile is seen after a restart"
        )
    if not ours:
        _output.warn(
            f"whoever reaches {_output.show(host)} sees the whole manifest, with the paths and names of this machine in it",
            "A copy for the public, without them: archiver export snapshot DIR",
        )
    if ours:  # a page elsewhere could have its own name lead here, and read what a reader's browser may (DNS rebinding)
        os.environ[HOSTS] = ",".join([*_OURS, *(name.lower() for name in allow_host or ())])
    settings = {**(_LOCAL if ours else {**SETTINGS, "allow_download": False}), "base_url": base}
    _become(folder / MANIFEST, host, port, settings, followed=followed)


def _followed(folder: Path) -> bool:
    """Whether what is written to the manifest can be seen while it is shown. Raises what opening it does: whoever cannot read it is told
    so here, and not by Datasette.
    """
    from archiver.browse.databases import OLDEST_SHOWN
    from archiver.manifest.opening import follows, open_read_only

    try:
        with open_read_only(folder, OLDEST_SHOWN):
            return follows(folder)
    except Unreadable as why:
        raise Unreadable(
            str(why),
            advice="Check that you may read the file and its folder. While somebody writes, a reader writes beside it, too: "
            "whoever owns the archive makes a copy for others by `archiver export snapshot DIR`.",
        ) from why


def _free(host: str, port: int) -> int:
    """The port, or a free one for 0. Raises UsageError where it cannot be listened at: Datasette would say so in its own words."""
    import socket

    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family) as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            tried.bind((host, port))
            return int(tried.getsockname()[1])
    except (socket.gaierror, UnicodeError) as why:  # what is no name of a host cannot be written as one
        raise UsageError(f"no address is known of the host {host}", advice=_WHO) from why
    except OSError as why:
        said, advice = _WHY.get(why.errno or 0, (why.strerror or str(why), _WHO))
        raise UsageError(f"nothing can listen at {host}, port {port}: {said}", advice=advice) from why


def _become(manifest: Path, host: str, port: int, settings: Mapping[str, object], *, followed: bool) -> None:
    """Let Datasette take this process's place: signals and what it prints are its own from here on."""
    named = [part for key, value in settings.items() for part in ("--setting", key, _written(value))]
    which = [str(manifest)] if followed else ["--immutable", str(manifest)]
    arguments = ["-P", "-m", "datasette", "serve", *which, "--host", host, "--port", str(port), *named]
    sys.stdout.flush()
    sys.stderr.flush()
    os.execv(sys.executable, [sys.executable, *arguments])  # noqa: S606 - our own interpreter, no shell


def _written(value: object) -> str:
    return ("on" if value else "off") if isinstance(value, bool) else str(value)
