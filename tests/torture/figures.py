"""The one line of figures that each part ends with."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def timed(what: str) -> Iterator[list[str]]:
    """Prints one line: the words put into the list, and the seconds."""
    start = time.monotonic()
    words: list[str] = []
    yield words
    print(f"{what}: {', '.join(words)}, {time.monotonic() - start:.0f} s")
