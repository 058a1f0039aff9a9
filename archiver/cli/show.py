"""archiver show ID: the archived bytes or text themselves."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Annotated

import typer

from archiver.cli import _output
from archiver.cli._options import ArchiveOption, verb
from archiver.errors import Damaged, NotFound

if TYPE_CHECKING:
    from archiver.manifest.stored import Stored
    from archiver.warc.read import Record


def register(app: typer.Typer) -> None:
    """Add the verb."""
    verb(app, "show")(show)


def show(
    what: Annotated[
        str,
        typer.Argument(
            metavar="WHAT", help="A capture or record ID, a document ID, or an address (its newest capture)."
        ),
    ],
    *,
    archive: ArchiveOption = None,
    text: Annotated[bool, typer.Option("--text", help="The extracted text (the default).")] = False,
    payload: Annotated[bool, typer.Option("--payload", help="The page's bytes, content coding undone.")] = False,
    record: Annotated[bool, typer.Option("--record", help="The WARC record as stored, inflated.")] = False,
    statement: Annotated[bool, typer.Option("--statement", help="What was stated of the capture, as JSON.")] = False,
) -> None:
    """Print what the archive holds of a page: its text, its bytes, its WARC record or its statement."""
    from archiver.cli._withdrawn import refuse
    from archiver.config import find_archive
    from archiver.manifest.opening import open_read_only
    from archiver.manifest.stored import find, text_of

    folder = find_archive(archive)
    with open_read_only(folder) as connection:
        found = find(connection, what)
        if found is None:
            raise NotFound(
                f"nothing in the archive has the ID or address {what!r}",
                advice="`archiver lookup` finds pages by words, too.",
            )
        if not statement:
            refuse(connection, found.capture_id)
        if not (payload or record or statement) or text:
            said = text_of(connection, found)
            if said is None:
                raise NotFound(
                    f"no text was drawn from {what!r}", advice="--payload prints its bytes, --record its WARC record."
                )
            _output.detail(f"text of {found.capture_id}")
            _output.pages(said)
            return

        from archiver.warc.read import record_at

        wanted = found.statement if statement else found.record if record else found.holder
        with record_at(folder / "archive", wanted) as stored:
            if statement or record:
                if record:
                    _output.pour(io.BytesIO(stored.head))
                _output.pour(stored.block)
            else:
                _payload(stored, found)


def _payload(stored: Record, found: Stored) -> None:
    from archiver.fetch import decode

    if stored.kind == "revisit":
        raise Damaged(
            f"{found.capture_id} refers to a payload that is not in this archive",
            advice="Import the file that holds it: "
            + (stored.header("WARC-Refers-To-Target-URI") or "the record does not say which"),
        )
    content = decode.stored(stored.kind, found.url, stored.block)
    if content.problems:
        _output.note(f"{found.capture_id}: {', '.join(content.problems)}")
    _output.pour(io.BytesIO(content.content))
