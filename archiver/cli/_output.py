"""Printing for people and for machines: the one place where foreign text meets a terminal.

    show(text)      foreign text, made safe: no control, bidi or zero-width characters, no line ends
    say(...)        a line for people on standard output          emit(value)   one JSON object on standard output
    note(...)       a line on standard error, unless -q           fail(...)     an error: what, why, what next

Colour only on a terminal, and never where NO_COLOR is set. What is said in colour is always said in words too.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
import unicodedata
from typing import TYPE_CHECKING, BinaryIO, NoReturn, TextIO

from archiver.errors import ArchiverError, Exit

if TYPE_CHECKING:
    from archiver.model.citation import Json

#: -q is -1, nothing 0, -v 1. Set once by the command line's common options.
verbosity: int = 0

_COLOURS = {"bold": "1", "dim": "2", "green": "32", "yellow": "33", "red": "31", "cyan": "36"}

#: What JSON may hold as it is and a terminal or a line-based tool may not: written as escapes, which mean the same.
_UNSAFE = re.compile(
    "[\x7f-\x9f\xad\u0600-\u0605\u061c\u06dd\u070f\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)


def show(text: object) -> str:
    """Foreign text on one line, safe for a terminal: control, format (bidi, zero-width) and lone surrogate characters gone."""
    folded = " ".join(str(text).split())
    return "".join(char for char in folded if unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp"))


def colour(text: str, name: str, stream: TextIO | None = None) -> str:
    """`text` in a colour where the stream is a terminal that wants any."""
    stream = stream or sys.stdout
    if not stream.isatty() or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return text
    return f"\x1b[{_COLOURS[name]}m{text}\x1b[0m"


def say(text: str = "") -> None:
    """One line for people. The caller has passed every foreign part through show()."""
    _write(text + "\n")


def _write(text: str) -> None:
    """Text on standard output. Where its reader has gone (a pager, `head`) nothing is wrong, and nothing more can be written."""
    try:
        sys.stdout.write(text)
    except BrokenPipeError:
        forget()
        raise SystemExit(Exit.DONE) from None


def pour(source: BinaryIO) -> None:
    """Bytes as they are on standard output, behind what was said before."""
    try:
        sys.stdout.flush()
        shutil.copyfileobj(source, sys.stdout.buffer)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        forget()
        raise SystemExit(Exit.DONE) from None


def forget() -> None:
    """Standard output from here on leads nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def finish() -> None:
    """What is left in the buffer of standard output, out; its reader may have gone."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        forget()


def emit(value: Json) -> None:
    """One JSON object on a line of its own."""
    _write(encoded(value).decode("utf-8"))
    finish()


def encoded(value: Json) -> bytes:
    """What emit writes; line separators are escaped, so that every line is one object."""
    line = json.dumps(value, ensure_ascii=False, separators=(", ", ": "))
    line = _UNSAFE.sub(_escaped, line)
    # A page may hold lone surrogates; they cannot be written as UTF-8.
    return line.encode("utf-8", "backslashreplace") + b"\n"


def _escaped(match: re.Match[str]) -> str:
    """A character as JSON escapes it, by its UTF-16 units."""
    units = match[0].encode("utf-16-be")
    return "".join(f"\\u{units[at] << 8 | units[at + 1]:04x}" for at in range(0, len(units), 2))


def note(text: str) -> None:
    """A line about what is going on, on standard error, unless -q."""
    if verbosity >= 0:
        sys.stderr.write(text + "\n")
        sys.stderr.flush()


def detail(text: str) -> None:
    """A line for -v alone."""
    if verbosity > 0:
        note(text)


def warn(what: str, advice: str = "") -> None:
    """Something went wrong and the command goes on, or is about to end: one line, and what to do next."""
    sys.stderr.write(f"archiver: {show(what)}\n")
    if advice:
        sys.stderr.write(f"  {show(advice)}\n")
    sys.stderr.flush()


def fail(error: ArchiverError) -> None:
    """An error: what happened and why, and what to do next."""
    warn(str(error), error.advice)


def interrupted(done: str, advice: str) -> NoReturn:
    """The person has had enough: end now. Visits under way in other threads would hold the process until their time is up."""
    warn(f"interrupted after {done}; what was acknowledged is safe", advice)
    finish()
    os._exit(Exit.INTERRUPTED)


class Progress:
    """One line on standard error that counts; only on a terminal, only for more than one item, gone at the end.

    It stands below what is printed: clear() before a line of output, step() behind it.
    """

    def __init__(self, total: int, what: str) -> None:
        self._total, self._what, self._done = total, what, 0
        self._on = total > 1 and verbosity >= 0 and sys.stderr.isatty()
        self._draw()

    def step(self) -> None:
        """One more done."""
        self._done += 1
        self._draw()

    def clear(self) -> None:
        """Make room for a line of output."""
        if self._on:
            sys.stdout.flush()
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()

    def _draw(self) -> None:
        self.clear()
        if self._on and self._done < self._total:
            sys.stderr.write(f"{self._what} {self._done} of {self._total} …")
            sys.stderr.flush()


def size(octets: int) -> str:
    """A number of bytes for people: `640 bytes`, `11.7 kB`, `3.2 MB`."""
    if octets < 1000:
        return f"{octets} bytes"
    return f"{octets / 1000:.1f} kB" if octets < 1_000_000 else f"{octets / 1_000_000:.1f} MB"
