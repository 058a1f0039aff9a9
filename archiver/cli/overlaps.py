"""archiver overlaps --jsonl: the overlap engine by itself."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Annotated

import typer

from archiver.cli import _output
from archiver.cli._options import verb
from archiver.errors import UsageError


def register(app: typer.Typer) -> None:
    """Add the verb."""
    verb(app, "overlaps")(overlaps)


def overlaps(
    jsonl: Annotated[bool, typer.Option("--jsonl", help="Read {id, text} lines from standard input.")] = False,
) -> None:
    """Find which texts share passages: {id, text} lines in, {a, b, score, ...} lines out, for pairs from .15 up."""
    from archiver.provenance.overlap import pairs

    if not jsonl:
        raise UsageError(
            "overlaps reads lines of JSON from standard input", advice="archiver overlaps --jsonl < texts.jsonl"
        )
    for pair in pairs(_texts()):
        _output.emit(
            {
                "a": pair.a, "b": pair.b, "score": round(pair.score, 4), "containment_a": round(pair.containment_a, 4),
                "containment_b": round(pair.containment_b, 4), "longest": pair.longest,
            }
        )  # fmt: skip


def _texts() -> Iterator[tuple[str, str]]:
    for number, line in enumerate(sys.stdin, 1):
        if line.strip():
            try:
                row = json.loads(line)
                yield str(row["id"]), str(row["text"])
            except (ValueError, TypeError, KeyError, RecursionError) as why:
                raise UsageError(f"line {number} is not an object with id and text: {why}") from why
