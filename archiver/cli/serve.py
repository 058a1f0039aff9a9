"""archiver serve: the archive in a browser, on this machine."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from archiver.cli import _output
from archiver.cli._options import ArchiveOption, verb
from archiver.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Names of this machine that nobody else can ask for.
_OURS = ("127.0.0.1", "localhost", "::1")

#: How Datasette is set for whoever has the archive before them: everything may be asked. To look for facets costs a query a column.
_LOCAL: Mapping[str, object] = {"suggest_facets": False, "truncate_cells_html": 300}


def register(app: typer.Typer) -> None:
    """Add the verb."""
    verb(app, "serve")(serve)


def serve(
    archive: ArchiveOption = None,
    port: Annotated[int, typer.Option("--port", "-p", min=0, max=65535, help="Listen here; 0 for any free port.")] = 8001,
    host: Annotated[str, typer.Option("--host", help="Listen at this address; others than this machine's see it, too.")] = "127.0.0.1",
    base_url: Annotated[
        str, typer.Option("--base-url", metavar="PATH", help="What stands before all paths, behind a proxy.")
    ] = "/",
) -> None:  # fmt: skip
    """Show the archive in a browser: a front door that answers where a page came from, and the tables beneath it. Ctrl-C ends it."""
    from archiver.browse.web import FRONT
    from archiver.config import find_archive
    from archiver.manifest.opening import MANIFEST, open_read_only
    from archiver.manifest.snapshot import SETTINGS

    folder = find_archive(archive)
    with open_read_only(folder):  # it can be read: whoever cannot is told so here
        pass
    port = _free(host, port)
    base = f"/{base_url.strip('/')}/" if base_url.strip("/") else "/"
    ours = host in _OURS
    shown = f"[{host}]" if ":" in host else host
    _output.say(f"http://{shown}:{port}{base.rstrip('/')}{FRONT}")
    _output.note(f"{_output.show(folder)} is shown until Ctrl-C")
    if not ours:
        _output.warn(
            f"whoever reaches {_output.show(host)} sees the whole manifest, with the paths and names of this machine in it",
            "A copy for the public, without them: archiver export snapshot DIR",
        )
    settings = {**(_LOCAL if ours else {**SETTINGS, "allow_download": False}), "base_url": base}
    _become(folder / MANIFEST, host, port, settings)


def _free(host: str, port: int) -> int:
    """The port, or a free one for 0. Raises UsageError where it cannot be listened at: Datasette would say so in its own words."""
    import socket

    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family) as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            tried.bind((host, port))
            return int(tried.getsockname()[1])
    except OSError as why:
        raise UsageError(
            f"nothing can listen at {host}, port {port}: {why.strerror}",
            advice="Another program may be there: name another --port; 0 takes a free one.",
        ) from why


def _become(manifest: Path, host: str, port: int, settings: Mapping[str, object]) -> None:
    """Let Datasette take this process's place: signals and what it prints are its own from here on."""
    named = [part for key, value in settings.items() for part in ("--setting", key, _written(value))]
    arguments = ["-P", "-m", "datasette", "serve", str(manifest), "--host", host, "--port", str(port), *named]
    sys.stdout.flush()
    sys.stderr.flush()
    os.execv(sys.executable, [sys.executable, *arguments])  # noqa: S606 - our own interpreter, no shell


def _written(value: object) -> str:
    return ("on" if value else "off") if isinstance(value, bool) else str(value)
