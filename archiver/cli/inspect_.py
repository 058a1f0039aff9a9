"""archiver inspect [FILE]: what a page says, without archiving it."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from archiver.cli import _output
from archiver.cli._options import JsonOption, verb
from archiver.errors import UsageError

if TYPE_CHECKING:
    from archiver.cli._inspection import Asked

#: Bytes of a line that are kept: a page as large as a capture may be. A longer line is read on to its end and forgotten.
MAX_LINE = 64_000_000
#: Bytes of memory that a process may use to read a page: a file may be four times as large as a capture.
MEMORY = 1024**3
#: Bytes read at once: what a pipe holds.
CHUNK = 64 * 1024


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
    jobs: Annotated[
        int | None,
        typer.Option(
            "--jobs",
            min=1,
            max=1000,
            show_default=False,
            help="With --jsonl: read pages in up to so many processes. Default: as many as there are CPUs.",
        ),
    ] = None,
) -> None:
    """Say what a page says of itself: title, authors, date, publisher, and every claim of origin with its words."""
    if jsonl:
        with closing(answers(lines(_standard_input()), jobs or _cpus())) as answered:
            for line in answered:
                _output.pour(io.BytesIO(line))
        return
    if file is None:
        raise UsageError("inspect needs a FILE, or --jsonl and lines on standard input")

    from archiver.cli._inspection import as_json, contents, tell
    from archiver.engine.limits import Limits
    from archiver.fetch.decode import plain_payload
    from archiver.reader import Reader

    with closing(Reader(limits=Limits(MEMORY))) as reader:
        reader.start()
        found = reader.read(plain_payload(url or file.resolve().as_uri(), contents(file)), publisher)
    if text:
        _output.pages(found.document.text)
    elif json:
        _output.emit(as_json(found))
    else:
        tell(found)


def answers(asked: Iterable[Asked], jobs: int) -> Generator[bytes, None, None]:
    """A line for a line, in order; worked out by processes with limits: what is too much for one costs one line."""
    from archiver.cli import _inspection
    from archiver.engine.limits import Limits
    from archiver.engine.local import each

    yield from each(_inspection.stage, asked, _inspection.lost, jobs, Limits(MEMORY))


def lines(read: Callable[[int], bytes]) -> Iterator[Asked]:
    """The lines that are not blank with their numbers, each as soon as it is there; None for one that is too long to keep.

    `read` is told how much to read at most, and returns what is there: nothing at the end of the input.
    """
    held, size, number = bytearray(), 0, 0
    for piece, ends in _pieces(read):
        size += len(piece)
        if size <= MAX_LINE:
            held += piece
        else:
            held.clear()
        if not ends:
            continue
        number += 1
        if size > MAX_LINE:
            yield number, None
        elif held and not held.isspace():
            yield number, bytes(held)
        held, size = bytearray(), 0


def _pieces(read: Callable[[int], bytes]) -> Iterator[tuple[bytes, bool]]:
    """Parts of lines, and whether the line ends there; the end of the input ends the last one."""
    while chunk := read(CHUNK):
        *ended, rest = chunk.split(b"\n")
        for piece in ended:
            yield piece, True
        yield rest, False
    yield b"", True


def _standard_input() -> Callable[[int], bytes]:
    """Reads what is there, past Python's own buffer: a thread that waits on that would hold up the end of the process."""
    if sys.stdin is None:
        raise UsageError("inspect --jsonl needs lines on standard input, and it is closed")
    return partial(os.read, sys.stdin.fileno())


def _cpus() -> int:
    """CPUs that this process may use."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1
