"""archiver lookup WHAT: the provenance record of an address, a digest, a file or words; of a list, how many sources it has."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from archiver.cli import _output
from archiver.cli._formats import Form, FormatOption, check, records
from archiver.cli._options import ArchiveOption, JsonOption, LimitOption, verb
from archiver.errors import NotFound, UsageError

if TYPE_CHECKING:
    from archiver.model.citation import Citation


def register(app: typer.Typer) -> None:
    """Add the verb."""
    verb(app, "lookup")(lookup)


def lookup(
    what: Annotated[
        str | None,
        typer.Argument(
            metavar="WHAT",
            show_default=False,
            help="An address (with ://), a file, a SHA-256, or words of a title or sentence.",
        ),
    ] = None,
    list_: Annotated[
        str | None,
        typer.Option(
            "--list", "-f", metavar="FILE", show_default=False,
            help="Count the independent sources of the addresses in FILE, one a line (- for standard input).",
        ),
    ] = None,
    *,
    archive: ArchiveOption = None,
    json: JsonOption = False,
    form: FormatOption = Form.TREE,
    limit: LimitOption = 20,
) -> None:  # fmt: skip
    """Say where an archived page came from, with the evidence; or how many sources a list of pages comes down to."""
    from archiver.config import find_archive
    from archiver.manifest.opening import open_read_only

    check(form, json)
    if (what is None) == (list_ is None):
        raise UsageError(
            "a look-up is of one thing, or of a list of addresses",
            advice="archiver lookup WHAT, or archiver lookup -f FILE.",
        )
    if list_ is not None:
        _count(list_, archive, json, form)
        return
    with open_read_only(find_archive(archive)) as connection:
        found = _found(connection, str(what), limit)
        if json:
            for citation in found:
                _output.emit(citation.as_json())
        else:
            records(found if form is Form.CSV else _each_page(found), form)


def _count(name: str, archive: Path | None, json: bool, form: Form) -> None:
    """How many independent sources the addresses of a list have."""
    from archiver.cli._independence import count, listed
    from archiver.config import find_archive
    from archiver.manifest.opening import open_read_only

    if form not in (Form.TREE, Form.CSV):
        raise UsageError(
            f"a count of sources has no --format {form}",
            advice="Ask for it as it is, with --json, or with --format csv.",
        )
    addresses = listed(name)
    with open_read_only(find_archive(archive)) as connection:
        code = count(connection, addresses, json, as_table=form is Form.CSV)
    if code:
        raise typer.Exit(code)


def _found(connection: sqlite3.Connection, what: str, limit: int) -> Iterator[Citation]:
    """The citations that answer, each with the versions of its page. Raises NotFound where there is none."""
    from archiver.cli._versions import dated
    from archiver.cli.search import PARTLY
    from archiver.manifest.question import answers

    found = (dated(connection, citation) for citation in answers(connection, what, limit))
    first = next(found, None)
    if first is None:
        found = (dated(connection, citation) for citation in answers(connection, what, limit, partly=True))
        if (first := next(found, None)) is not None:
            _output.note(PARTLY)
    if first is None:
        advice = (
            f"`archiver capture {what}` archives it."
            if "://" in what
            else "`archiver search WORDS` looks for single words."
        )
        raise NotFound(f"nothing in the archive answers to {what!r}", advice=advice)
    yield first
    yield from found


def _each_page(found: Iterable[Citation]) -> Iterator[Citation]:
    """The citations without other forms of a page that came before: they are named there. Versions are told once an address."""
    named: set[str] = set()
    told: set[str] = set()
    for citation in found:
        if citation.url not in named:
            yield replace(citation, versions=()) if citation.url in told else citation
        named.update(citation.variants)
        told.add(citation.url)
