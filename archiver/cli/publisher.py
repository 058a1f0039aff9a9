"""archiver publisher: the authority file: who goes by which names and hosts, and a person's word on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from archiver.cli import _output
from archiver.cli._deciding import BecauseOption, ByOption, opening, who, why
from archiver.cli._options import ArchiveOption, JsonOption, verb
from archiver.errors import NotFound, UsageError
from archiver.model.text import leftward

if TYPE_CHECKING:
    from archiver.manifest.publishers import Listed
    from archiver.model.agent import Naming, Publisher
    from archiver.pipeline import Archive


def register(app: typer.Typer) -> None:
    """Add the verbs."""
    group = typer.Typer(
        no_args_is_help=True,
        help="The publishers that the archive knows: list them, join two entries, or give one a further name or host.",
    )
    verb(group, "list")(list_)
    verb(group, "merge")(merge)
    verb(group, "alias")(alias)
    app.add_typer(group, name="publisher")


def list_(
    words: Annotated[list[str] | None, typer.Argument(metavar="[WORDS]...", help="Part of a name or host.")] = None,
    archive: ArchiveOption = None,
    json: JsonOption = False,
) -> None:
    """List the publishers of archived pages and named sources."""
    from archiver.config import find_archive
    from archiver.manifest.opening import open_read_only
    from archiver.manifest.publishers import listed

    wanted = (
        " ".join(words or ()).encode("utf-8", "replace").decode()
    )  # bytes of an argument that are no UTF-8 are no name
    with open_read_only(find_archive(archive)) as connection:
        found = listed(connection, wanted)
    for entry in found:
        if json:
            _output.emit(entry.as_json())
        else:
            _tell(entry)
    if wanted and not found:
        raise NotFound(
            f"no publisher has {wanted!r} in a name or host",
            advice="`archiver publisher list` without words shows all of them.",
        )


def _tell(entry: Listed) -> None:
    who = entry.publisher
    name = _output.name(who.name)
    line = (_output.colour(name, "bold"), _output.show(who.kind))
    _output.say("  ".join(reversed(line) if leftward(name) else line))
    pages = "1 page" if entry.pages == 1 else f"{entry.pages:,} pages"
    _output.say(f"  {pages} archived, named as the source by {entry.named:,}")
    _listed("also", [_output.name(one) for one in who.aliases if one != who.name])
    _listed("hosts", [_output.show(one) for one in who.hosts])
    for decision in entry.decisions:
        day_and_name, colon, why = _output.show(decision).partition(": ")
        colon = ", because: " if leftward(day_and_name) else colon
        _output.say(f"  {'decided':<8}{day_and_name}{colon}{why}")


def _listed(label: str, values: list[str]) -> None:
    """Values behind a label; one a line where some are written from right to left: a list would run backwards."""
    lines = values if any(map(leftward, values)) else [", ".join(values)]
    for line in lines:
        if line:
            _output.say(f"  {label:<8}{line}")


def merge(
    source: Annotated[str, typer.Argument(metavar="FROM", help="A publisher, by a name or host of it.")],
    into: Annotated[str, typer.Argument(metavar="INTO", help="The publisher that it is.")],
    *,
    because: BecauseOption,
    by: ByOption = "",
    archive: ArchiveOption = None,
) -> None:
    """Say that FROM is INTO: its names and hosts are INTO's."""
    from archiver.model.agent import Naming

    with opening(archive) as opened:
        gone, kept = _known(opened, source), _known(opened, into)
        if gone.name == kept.name:
            raise UsageError(f"{source!r} and {into!r} are one publisher already: {kept.name}")
        names = tuple(dict.fromkeys((gone.name, *gone.aliases)))
        _decide(opened, Naming(kept.name, opened.clock(), who(opened, by), why(because), names, gone.hosts))


def alias(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A publisher, by a name or host of it.")],
    aliases: Annotated[list[str], typer.Argument(metavar="ALIAS...", help="Further names or hosts of it.")],
    *,
    because: BecauseOption,
    by: ByOption = "",
    new: Annotated[
        bool,
        typer.Option("--new", help="NAME is a publisher of its own, whatever it was taken for: this undoes a merge."),
    ] = False,
    archive: ArchiveOption = None,
) -> None:
    """Say that NAME goes by ALIAS too, whosever that was."""
    from archiver.model.agent import Naming
    from archiver.model.url import site
    from archiver.provenance.publishers import fold, looks_like_host

    empty = [one for one in (name, *aliases) if not fold(one)]
    if empty:
        raise UsageError(f"{empty[0]!r} is no name: it has no letters")
    hosts = tuple(site(one.strip().lower()) for one in aliases if looks_like_host(one))
    names = tuple(one.strip() for one in aliases if not looks_like_host(one))
    with opening(archive) as opened:
        publisher = name.strip() if new else _known(opened, name).name
        _decide(opened, Naming(publisher, opened.clock(), who(opened, by), why(because), names, hosts))


def _known(archive: Archive, name: str) -> Publisher:
    known = archive.publisher(name)
    if known is None:
        raise NotFound(
            f"no publisher goes by {name!r}",
            advice="`archiver publisher list` shows those of the archive; publishers.toml can add one before its pages come.",
        )
    return known


def _decide(archive: Archive, naming: Naming) -> None:
    """Keep the decision, and say what came of it."""
    changed = archive.identify(naming)
    known, names = _output.name(naming.publisher), [_output.name(one) for one in (*naming.names, *naming.hosts)]
    if any(map(leftward, (known, *names))):
        _output.say(f"publisher {known}")
        _listed("goes by", names)
    else:
        _output.say(f"{known} goes by {', '.join(names)}")
    pages = "the chains of 1 page were" if changed == 1 else f"the chains of {changed:,} pages were"
    _output.say(f"stated in the archive by {_output.show(naming.by)}; {pages} drawn anew")
