"""What a page says, for people and for machines; and the stage that answers lines of `inspect --jsonl`, in whatever process."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from archiver.cli import _output
from archiver.errors import Unreadable

if TYPE_CHECKING:
    from archiver.model.capture import Payload
    from archiver.model.citation import Json
    from archiver.model.inspection import Inspection

#: A line and its number; None for one that was too long to keep.
Asked = tuple[int, bytes | None]

#: Bytes of a file that is read: it is held in memory whole.
MAX_FILE = 256_000_000


def as_json(found: Inspection) -> dict[str, Json]:
    """The keys of a line of `inspect --jsonl`, without its id."""
    document = found.document
    return {
        "url": document.url, "title": document.title.value, "authors": list(document.authors), "date": document.date_published.value,
        "publisher": document.publisher.value, "language": document.language, "text": document.text,
        "claims": [
            {
                "relation": str(claim.relation), "publisher": claim.publisher, "url": claim.url, "quote": claim.evidence[0].quote,
                "role": str(claim.evidence[0].role), "rule": claim.evidence[0].rule, "weight": claim.evidence[0].weight,
                "start": claim.evidence[0].start, "end": claim.evidence[0].end,
            }
            for claim in found.claims
        ],
        "date_modified": document.date_modified.value, "media_type": document.media_type, "problems": list(document.problems),
        "signals": [{"code": one.code, "name": one.name, "quote": one.quote} for one in document.signals], "extractor": document.extractor,
    }  # fmt: skip


def tell(found: Inspection) -> None:
    """The same for a person, each value with where it came from."""
    from archiver.export.graph import RELATIONS

    document = found.document
    for label, stated in (
        ("title", document.title), ("publisher", document.publisher), ("published", document.date_published), ("modified", document.date_modified)
    ):  # fmt: skip
        source = f"  ({stated.source})" if stated.source else ""
        _output.say(
            f"{label:<11}{_output.name(stated.value or 'the page does not say')}{_output.colour(source, 'dim')}"
        )
    _output.say(f"{'authors':<11}{_output.name(', '.join(document.authors) or 'the page does not say')}")
    _output.say(f"{'language':<11}{_output.show(document.language or 'the page does not say')}")
    _output.say(f"{'text':<11}{len(document.text.split()):,} words, {document.extractor}")
    for problem in document.problems:
        _output.say(f"{'problem':<11}{problem}")
    for signal in document.signals:
        _output.say(f"{'told by':<11}{_output.quoted(signal.quote)}{_output.colour(f'  {signal.name}', 'dim')}")
    for claim in found.claims:
        link = f"  {_output.show(claim.url)}" if claim.url else ""
        _output.say(
            f"{RELATIONS[claim.relation]}  {_output.colour(_output.name(claim.publisher or '(no name)'), 'bold')}{link}"
        )
        for evidence in claim.evidence:
            _output.say(
                f"  {_output.quoted(evidence.quote)}  {_output.colour(f'{evidence.role}, {evidence.rule}, weight {evidence.weight:.2f}', 'dim')}"
            )


def stage() -> Callable[[Asked], bytes]:
    """What answers lines. Called once a process: loads all that reads pages."""
    import archiver.inspection  # noqa: F401

    return answer


def answer(asked: Asked) -> bytes:
    """A line of JSON for a line of JSON; what cannot be read is answered with `error`."""
    from archiver.inspection import inspect

    number, line = asked
    identity: Json = None
    try:
        row = _object(line)
        identity = row.get("id")
        payload, publisher = _payload(row), _word(row, "publisher")
    except (Unreadable, ValueError, RecursionError, MemoryError) as why:
        return _line(identity, {"error": f"line {number}: {str(why) or 'too large'}"})
    return _line(identity, as_json(inspect(payload, publisher)))


def lost(asked: Asked, how: str) -> bytes:
    """The answer to a line that took its worker with it."""
    number, line = asked
    identity: Json = None
    with suppress(Unreadable, ValueError, RecursionError, MemoryError):
        identity = _object(line).get("id")
    return _line(identity, {"error": f"line {number}: the process that read it ended: {how}"})


def contents(path: Path, *, file_alone: bool = False) -> bytes:
    """The bytes of a file, or of a pipe that looks like one unless a `file_alone` will do."""
    try:
        if file_alone and path.exists() and not path.is_file():
            raise Unreadable(f"{path} is not a file")
        with path.open("rb") as file:
            too_large = os.fstat(file.fileno()).st_size > MAX_FILE
            content = b"" if too_large else file.read(MAX_FILE + 1)  # a pipe does not tell its size
    except (OSError, ValueError) as why:
        raise Unreadable(
            f"{path} cannot be read: {why}", advice="Name a file that exists and that you may read."
        ) from why
    if too_large or len(content) > MAX_FILE:
        raise Unreadable(f"{path} is larger than {_output.size(MAX_FILE)}", advice="Name a page or a PDF.")
    return content


def _line(identity: Json, rest: dict[str, Json]) -> bytes:
    try:
        return _output.encoded({"id": identity, **rest})
    except RecursionError:
        return _output.encoded({"id": None, "error": "the id is nested too deeply"})


def _object(line: bytes | None) -> dict[str, Json]:
    if line is None:
        raise Unreadable("the line is too long")
    row = json.loads(line, parse_float=_number, parse_constant=_number)
    if not isinstance(row, dict):
        raise Unreadable("not a JSON object")
    return row


def _number(word: str) -> float:
    if not math.isfinite(number := float(word)):
        raise ValueError(f"{word} is no number of JSON, or too large a one")
    return number


def _payload(row: dict[str, Json]) -> Payload:
    from archiver.fetch.decode import plain_payload

    url, content, path = _word(row, "url"), _word(row, "content"), _word(row, "path")
    if content is not None:
        # What is given as text was decoded by somebody else: a charset that it names is not its own any more.
        media_type = (_word(row, "content_type") or "text/html").split(";")[0]
        return plain_payload(url or "", content.encode("utf-8", "replace"), f"{media_type}; charset=utf-8")
    if path is None:
        raise Unreadable("neither content nor path is given")
    # A pipe would hold up everything behind it, and /dev/stdin is another one in each process.
    return plain_payload(url or "", contents(Path(path), file_alone=True), _word(row, "content_type"))


def _word(row: dict[str, Json], name: str) -> str | None:
    value = row.get(name)
    if value is not None and not isinstance(value, str):
        raise Unreadable(f"{name} must be a string")
    return value
