"""The command line in this process, and what may stand in what it prints."""

from __future__ import annotations

import contextlib
import gc
import io
import json
import re
import sys
import unicodedata
from dataclasses import dataclass
from itertools import pairwise

from archiver.cli import _output
from archiver.cli.main import main

BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"

#: Strong from right to left, strong the other way, and digits.
LEFTWARD, RIGHTWARD, DIGITS = ("R", "AL"), ("L",), ("EN", "AN")


@dataclass(frozen=True, slots=True)
class Said:
    """What a command said on both streams, and its exit code."""

    out: str
    err: str
    code: int


def run(*arguments: str, stdin: str = "") -> Said:
    """Run the whole command line, as the entry point does."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="") for _ in range(2))
    before = sys.argv, sys.stdin
    _output.verbosity = 0  # a process runs one command, and this one many
    sys.argv, sys.stdin = ["archiver", *arguments], io.StringIO(stdin)
    code = 0
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            main()
    except SystemExit as ended:
        code = int(ended.code or 0)
    finally:
        sys.argv, sys.stdin = before
        gc.unfreeze()  # this process goes on
    said = []
    for stream in (out, err):
        stream.flush()
        said.append(stream.buffer.getvalue().decode("utf-8"))  # type: ignore[attr-defined]
    return Said(*said, code)


def unsafe(text: str, *, data: bool = False) -> set[str]:
    """What stands in a text and must not on a terminal: all that steers or cannot be seen, but for line ends. Data keeps blanks
    and heaps of marks as they were said.
    """
    found = {
        char for char in text if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp") and char != "\n"
    }
    if data:
        return found | (set(text) & set(BIDI))
    found |= {char for char in text if char in "\u034f\u115f\u1160\u3164\uffa0\u2800" or ord(char) & 0xFFFE == 0xFFFE}
    marks = 0
    for char in text:
        marks = marks + 1 if unicodedata.category(char)[0] == "M" else 0
        if marks > 8:
            found.add(char)
    return found | (set(text) & set(BIDI))


def objects(text: str) -> list[dict[str, object]]:
    """The lines of --json, each of which is an object."""
    return [json.loads(line) for line in text.removesuffix("\n").split("\n")]


def disturbed(line: str, foreign: frozenset[str]) -> list[str]:
    """Where text from right to left takes what stands beside it along: what stands between it and the next digit or such text.

    After UAX 9 with a line that begins with Latin letters: between two such texts, and between one and a number, everything
    neutral takes their direction; between one and Latin letters nothing does. A line that begins with such text is all its own.
    """
    kinds = [(place, unicodedata.bidirectional(char)) for place, char in enumerate(line)]
    strong = [(place, kind) for place, kind in kinds if kind in (*LEFTWARD, *RIGHTWARD, *DIGITS)]
    if not any(kind in LEFTWARD for _, kind in strong) or re.sub("[«»]", "", line).strip() in foreign:
        return []
    found = []
    if next(kind for _, kind in strong if kind not in DIGITS) in LEFTWARD:
        found.append(f"begins with it: {line}")
    for (here, kind), (there, next_kind) in pairwise(strong):
        between = line[here + 1 : there]
        if kind in LEFTWARD and next_kind in DIGITS:
            found.append(f"a number behind it: {line[here - 5 : there + 5]}")
        if (
            kind in LEFTWARD
            and next_kind in LEFTWARD
            and between.strip("\u05b0\u05b8\u064e") not in ("", " ", ", ", "־")
        ):
            found.append(f"{between!r} of ours within it: {line}")
    return found
