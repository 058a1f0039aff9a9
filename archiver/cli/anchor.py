"""archiver anchor: show the log to others, so that it cannot be rewritten unseen."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from archiver.cli import _output
from archiver.cli._options import AllowOption, ArchiveOption, ConnectToOption, JsonOption, verb

TsaOption = Annotated[
    list[str] | None,
    typer.Option(metavar="URL", show_default=False, help="A timestamp authority (RFC 3161); two are better than one."),
]
CaOption = Annotated[
    Path | None,
    typer.Option(metavar="FILE", show_default=False, help="The authorities whose timestamps are trusted, in PEM."),
]
WitnessOption = Annotated[
    list[str] | None,
    typer.Option(metavar="'VKEY URL'", show_default=False, help="A witness of logs (C2SP tlog-witness): its key and its address."),
]  # fmt: skip
PublishOption = Annotated[
    Path | None,
    typer.Option(metavar="DIR", show_default=False, help="Publish there; in a git work tree commit, and push where there is a remote."),
]  # fmt: skip
ListOption = Annotated[bool, typer.Option("--list", help="Only say who has seen the log, and who was asked in vain.")]


def register(app: typer.Typer) -> None:
    """Add the verb."""
    verb(app, "anchor")(anchor)


def anchor(
    archive: ArchiveOption = None,
    *,
    tsa: TsaOption = None,
    ca: CaOption = None,
    witness: WitnessOption = None,
    publish: PublishOption = None,
    list_: ListOption = False,
    json: JsonOption = False,
    connect_to: ConnectToOption = None,
    allow_address: AllowOption = None,
) -> None:
    """Have the log's newest checkpoint seen by others: timestamp authorities, witnesses, whoever fetches a folder."""
    from archiver.cli._anchoring import absolute, exit_code, listed
    from archiver.config import find_archive, load
    from archiver.errors import UsageError
    from archiver.manifest import anchors
    from archiver.manifest.opening import open_read_only

    folder = find_archive(archive)
    with open_read_only(folder):  # which says so where there is no archive
        pass
    flags = {
        "timestamp_authorities": tsa and tuple(tsa), "timestamp_ca": absolute(ca),
        "witnesses": witness and tuple(witness), "publish": absolute(publish),
    }  # fmt: skip
    settings = load(folder, flags)
    from archiver.anchoring import anchor as shown
    from archiver.anchoring import configured, whom
    from archiver.cli import _anchoring
    from archiver.cli._fetching import fetch_settings
    from archiver.cli._opening import open_for_writing

    if list_:
        with open_read_only(folder) as connection:
            listed(anchors.anchors(connection), anchors.waiting(connection, whom(settings, folder)), json=json)
        return
    seers = configured(settings, folder)
    if not seers:
        raise UsageError(
            "nobody is configured who could see the log",
            advice="Name somebody: --tsa URL, --witness 'VKEY URL', --publish DIR; or for good timestamp_authorities, witnesses, publish "
            "in [settings] of manifests/watch.toml",
        )
    outcomes = []
    with open_for_writing(folder, settings, fetch_settings(settings, connect_to, allow_address)) as opened:
        for outcome in shown(opened, seers):
            outcomes.append(outcome)
            if json:
                _output.emit(_anchoring.as_json(outcome))
            else:
                _anchoring.tell(outcome)
    if code := exit_code(outcomes):
        raise typer.Exit(code)
