"""Printing for people and for machines: the one place where foreign text meets a terminal.

    show(text)      foreign text, made safe by model.text: no control, bidi or zero-width characters, no line ends
    name(text)      the same for a title or a name, with a mark where its letters can be mistaken (model.letters)
    title(text)     the same, no longer than a terminal has room for          quoted(text)   a quote, likewise
    row(...)        foreign fields on one line                                prose(text)    a sentence of ours with foreign names

    say(...)        a line for people on standard output          emit(value)   one JSON object on standard output
    note(...)       a line on standard error, unless -q           fail(...)     an error: what, why, what next

Text that is written from right to left takes what stands beside it along: digits, dashes, quotation marks. Without controls of
our own (a terminal may not know them, and a reader could not tell them from a page's) the rule is: such text stands at the end of
a line, or Latin letters of ours stand on both sides of it. row, prose and quoted keep it.

Colour only on a terminal, and never where NO_COLOR is set. What is said in colour is always said in words too. Nothing is
shortened but for a terminal.
"""

from __future__ import annotations

import io
import os
import re
import shutil
import sys
import time
import unicodedata
from collections import deque
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, BinaryIO, NoReturn, TextIO

from archiver.errors import ArchiverError, Exit
from archiver.export.jsonlines import encoded as encoded  # noqa: PLC0414 - the verbs say _output.encoded
from archiver.model.text import cut, dated, lasting, leftward, plain
from archiver.model.text import size as size  # noqa: PLC0414 - the verbs say _output.size

if TYPE_CHECKING:
    from archiver.model.citation import Json

#: -q is -1, nothing 0, -v 1. Set once by the command line's common options.
verbosity: int = 0

_COLOURS = {"bold": "1", "dim": "2", "green": "32", "yellow": "33", "red": "31", "cyan": "36"}

#: White space that steers: line ends that are none, and separators of records.
_STEERS = "[\x0a-\x0d\x1c-\x1f\x85\u2028\u2029]"

#: Seconds over which a rate is taken, and after which there is a first one.
_MINUTE, _FIRST_SPEED = 60.0, 3.0

#: Lines of a terminal that a title may fill, and characters of a quote that are shown on one.
_TITLE_LINES, _QUOTE = 2, 160


#: Where notes and warnings go instead, for programs that read standard error: level, message, advice.
logged: Callable[[str, str, str], None] | None = None


def show(text: object) -> str:
    """Foreign text on one line, safe for a terminal: model.text.plain of whatever can be written as text."""
    return plain(str(text))


def name(text: object) -> str:
    """A title or a name, and a mark behind it where letters in it can be mistaken for others."""
    shown = show(text)
    if shown.isascii():
        return shown
    from archiver.model.letters import marked

    return marked(shown)


def title(text: object) -> str:
    """A title on a line by itself, or at the end of one: whole where output is piped, else cut to two lines of the terminal."""
    return _short(text, _TITLE_LINES)


def _short(text: object, lines: int) -> str:
    """A title or a name in so many lines of the terminal, some of which is left for what stands beside it."""
    shown = show(text)
    if not sys.stdout.isatty():
        return name(shown)
    short = fitted(shown, max(lines * shutil.get_terminal_size().columns - 30, 20))
    # The mark is of the whole: what was cut away may be what is mixed.
    return short + name(shown)[len(shown) :]


def fitted(text: str, room: int) -> str:
    """Safe text in at most so many columns."""
    if columns(text) <= room:
        return text
    at = used = 0
    for at, char in enumerate(text):  # noqa: B007 - where it was left is what is asked
        used += column(char)
        if used > room:
            break
    return cut(text, max(at, 3))


def columns(text: str) -> int:
    """How wide a text is on a terminal."""
    return len(text) if text.isascii() else sum(map(column, text))


def column(char: str) -> int:
    """How wide a character is on a terminal."""
    if unicodedata.category(char) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def row(*fields: tuple[str, str | None], apart: str = " · ") -> str:
    """Names, days and addresses on one line, those that are empty left out. Each has its label in front where one of them is
    written from right to left: `by …, in …, dated …`, so that none takes the direction of its neighbour.
    """
    shown = [(label, name(value) if "://" in value else _short(value, 1)) for label, value in fields if value]
    labelled = any(leftward(value) for _, value in shown)
    return apart.join(f"{label} {value}" if labelled else value for label, value in shown if value)


def quoted(text: object) -> str:
    """A quote in quotation marks, and a word of ours before one that begins with text from right to left."""
    shown = brief(text)
    first = next(filter(str.isalpha, shown), "")
    return f"in words “{shown}”" if leftward(first) else f"“{shown}”"


def brief(text: object) -> str:
    """Foreign text that may be long: whole where output is piped, else cut to a line or two of a terminal."""
    return cut(show(text), _QUOTE) if sys.stdout.isatty() else show(text)


def prose(text: object) -> str:
    """A sentence of ours with foreign names in it, safe."""
    return dated(show(text))


def paragraph(text: str, indent: str = "", hanging: str | None = None, width: int = 100) -> None:
    """Safe text in lines of at most `width` columns; in one line where some of it is written from right to left: whoever shows
    it breaks it where it must be, and no line begins in the middle of such text.
    """
    if leftward(text):
        say(indent + text)
        return
    import textwrap

    for line in textwrap.wrap(
        text, width, initial_indent=indent, subsequent_indent=indent if hanging is None else hanging
    ):
        say(line)


def address(url: str) -> str:
    """An address on a line by itself: as it is, and behind it how its host reads where that cannot be mistaken."""
    shown = show(url)
    if "xn--" not in shown:
        return colour(shown, "cyan")
    from archiver.model.letters import unicode_host
    from archiver.model.url import host

    reads = unicode_host(host(shown))
    return colour(shown, "cyan") + (f"  reads {show(reads)}" if reads else "")


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


def pages(text: str) -> None:
    """The text of a page, line by line as it is kept, so that places in it stay places; for a terminal every line is made plain."""
    made = show if sys.stdout.isatty() else calm
    pour(io.BytesIO(("\n".join(map(made, text.split("\n"))) + "\n").encode("utf-8", "replace")))


def calm(line: str) -> str:
    """A line as it is where nothing in it steers or heaps, its blanks and the joiners that some scripts are written with too;
    else made plain.
    """
    bare = line.replace("\u200c", "").replace("\u200d", "")
    steers = re.search(_STEERS, line) or plain(bare) != " ".join(bare.split())
    return show(line) if steers else line


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


def table(lines: Iterable[str]) -> None:
    """The lines of a table, each as soon as it is there. They have line ends of their own."""
    for line in lines:
        _write(line)


def note(text: str) -> None:
    """A line about what is going on, on standard error, unless -q."""
    if logged is not None:
        logged("info", text, "")
    elif verbosity >= 0:
        sys.stderr.write(show(text) + "\n")
        sys.stderr.flush()


def detail(text: str) -> None:
    """A line for -v alone."""
    if verbosity > 0:
        note(text)


def warn(what: str, advice: str = "") -> None:
    """Something went wrong and the command goes on, or is about to end: one line, and what to do next."""
    _complain("warning", what, advice)


def fail(error: ArchiverError) -> None:
    """An error: what happened and why, and what to do next."""
    give_up(str(error), error.advice)


def give_up(what: str, advice: str = "") -> None:
    """The same of what is no error of ours, and ends the command."""
    _complain("error", what, advice)


def _complain(level: str, what: str, advice: str) -> None:
    if logged is not None:
        logged(level, what, advice)
        return
    sys.stderr.write(f"archiver: {show(what)}\n")
    if advice:
        sys.stderr.write(f"  {show(advice)}\n")
    sys.stderr.flush()


def interrupted(done: str, advice: str) -> NoReturn:
    """The person has had enough: end now. Visits under way in other threads would hold the process until their time is up."""
    warn(f"interrupted after {done}; what was acknowledged is safe", advice)
    finish()
    os._exit(Exit.INTERRUPTED)


class Progress:
    """One line on standard error that counts; only on a terminal, only for more than one item, gone at the end.

    It stands below what is printed: clear() before a line of output, step() behind it. What takes longer has its rate over the last
    minute beside it, and the time left by that.
    """

    def __init__(self, total: int, what: str, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._total, self._what, self._done = total, what, 0
        self._on = verbosity >= 0 and sys.stderr.isatty()
        self._shown = False
        self._monotonic = monotonic
        self._begun = monotonic()
        self._marks = deque([(self._begun, 0)])
        self._draw()

    def step(self, total: int | None = None) -> None:
        """One more done; of so many, where that is another number than before."""
        self._done += 1
        self._total = self._total if total is None else total
        self._draw()

    def clear(self) -> None:
        """Make room for a line of output."""
        if self._shown:
            sys.stdout.flush()
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
            self._shown = False

    def _draw(self) -> None:
        self.clear()
        if self._on and self._total > 1 and self._done < self._total:
            sys.stderr.write(f"{self._what} {self._done:,} of {self._total:,}{self._speed()} …")
            sys.stderr.flush()
            self._shown = True

    def _speed(self) -> str:
        """A mark a second is kept, and those of the last minute are looked at."""
        now = self._monotonic()
        if now - self._marks[-1][0] >= 1:
            self._marks.append((now, self._done))
        while len(self._marks) > 1 and self._marks[1][0] <= now - _MINUTE:
            self._marks.popleft()
        then, before = self._marks[0]
        if now - self._begun < _FIRST_SPEED or self._done == before:
            return ""
        rate = (self._done - before) / (now - then)
        shown = f"{rate:.1f}/s" if rate >= 1 else f"{rate * 60:.1f}/min"
        return f", {shown}, {lasting((self._total - self._done) / rate)} left"
