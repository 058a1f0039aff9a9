"""archiver inspect [FILE]: what a page says, without archiving it."""

from __future__ import annotations

import io
import json as jsonlib
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from archiver.cli import _output
from archiver.cli._options import JsonOption, verb
from archiver.errors import Unreadable, UsageError

if TYPE_CHECKING:
    from archiver.model.capture import Payload
    from archiver.model.citation import Json


def register(app: typer.Typer) -> None:
    """Add the verb."""
    verb(app, "inspect")(inspect)


def inspect(
    file: Annotated[Path | None, typer.Argument(metavar="[FILE]", help="A page or PDF.")] = None,
    *,
    url: Annotated[
        str | None, typer.Option("--url", help="The address it was served at: links and self-claims depend on it.")
    ] = None,
    publisher: Annotated[
        str | None, typer.Option("--publisher", help="Its publisher's name, where you know it.")
    ] = None,
    text: Annotated[bool, typer.Option("--text", help="Print the text alone.")] = False,
    json: JsonOption = False,
    jsonl: Annotated[
        bool,
        typer.Option(
            "--jsonl",
            help="Read {id, url, publisher?, content_type?, content | path} lines from standard input, answer each with a line.",
        ),
    ] = False,
) -> None:
    """Say what a page says of itself: title, authors, date, publisher, and every claim of origin with its words."""
    if jsonl:
        for line in answers(sys.stdin):
            _output.emit(line)
        return
    if file is None:
        raise UsageError("inspect needs a FILE, or --jsonl and lines on standard input")

    from archiver.cli._inspection import as_json, tell
    from archiver.fetch.decode import plain_payload
    from archiver.inspection import inspect as look

    found = look(plain_payload(url or file.resolve().as_uri(), _read(file)), publisher)
    if text:
        _output.pour(io.BytesIO((found.document.text + "\n").encode("utf-8", "replace")))
    elif json:
        _output.emit(as_json(found))
    else:
        tell(found)


def answers(lines: Iterable[str]) -> Iterator[dict[str, Json]]:
    """A line of JSON for a line of JSON; what cannot be read is answered with `error`."""
    from archiver.cli._inspection import as_json
    from archiver.inspection import inspect as look

    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        identity: Json = None
        try:
            row = _object(line)
            identity = row.get("id")
            payload, publisher = _payload(row), _word(row, "publisher")
        except (Unreadable, ValueError, RecursionError) as why:
            yield {"id": identity, "error": f"line {number}: {why}"}
        else:
            yield {"id": identity, **as_json(look(payload, publisher))}


def _object(line: str) -> dict[str, Json]:
    row = jsonlib.loads(line)
    if not isinstance(row, dict):
        raise Unreadable("not a JSON object")
    return row


def _payload(row: dict[str, Json]) -> Payload:
    from archiver.fetch.decode import plain_payload

    url, content, path = _word(row, "url"), _word(row, "content"), _word(row, "path")
    if content is None and path is None:
        raise Unreadable("neither content nor path is given")
    if content is not None:
        # What is given as text was decoded by somebody else: a charset that it names is not its own any more.
        media_type = (_word(row, "content_type") or "text/html").split(";")[0]
        return plain_payload(url or "", content.encode("utf-8", "replace"), f"{media_type}; charset=utf-8")
    return plain_payload(url or "", _read(Path(path or "")), _word(row, "content_type"))


def _word(row: dict[str, Json], name: str) -> str | None:
    value = row.get(name)
    if value is not None and not isinstance(value, str):
        raise Unreadable(f"{name} must be a string")
    return value


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except (OSError, ValueError) as why:
        raise Unreadable(
            f"{path} cannot be read: {why}", advice="Name a file that exists and that you may read."
        ) from why
