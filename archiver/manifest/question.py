"""What a person asks with: an address, a digest, a file or words; and the citations that answer. Read-only."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from archiver.errors import Unreadable
from archiver.manifest import lookup
from archiver.manifest.search import search
from archiver.model.citation import Citation


def answers(connection: sqlite3.Connection, what: str, limit: int = 20, *, partly: bool = False) -> Iterator[Citation]:
    """The citations that a question finds: with :// an address, an existing file or 64 hex digits a digest, else words; `partly`: also
    those that hold parts of a sentence alone, where none holds all of it.
    """
    if "://" in what:
        documents = lookup.by_url(connection, what)
        if not documents and (attempt := lookup.attempts(connection, what)):
            yield attempt
    elif re.fullmatch(r"(?:sha256:)?[0-9a-fA-F]{64}", what):
        documents = lookup.by_digest(connection, what[-64:])
    elif is_file(what):
        documents = lookup.by_digest(connection, _digest(Path(what)))
    else:
        documents = [hit.document_id for hit in search(connection, what, limit, partly=partly)]
        if not documents and (attempt := lookup.attempts(connection, what)):  # what was asked for and is no address
            yield attempt
    yield from lookup.citations(connection, documents[:limit])


def is_file(what: str) -> bool:
    """Whether words are the name of a file; what cannot be a name is none."""
    try:
        return Path(what).is_file()
    except (OSError, ValueError):
        return False


def _digest(path: Path) -> str:
    import hashlib  # noqa: PLC0415 - for files alone: an address needs none

    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as why:
        raise Unreadable(f"{path} cannot be read: {why.strerror}") from why
