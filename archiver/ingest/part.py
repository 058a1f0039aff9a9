"""A part of a file: a run of records, and how to open it. `name` names it in messages and is never used as a path."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO


@dataclass(frozen=True, slots=True)
class Part:
    """`kind` is one of files.kind_of; `open` gives a new, seekable stream each time."""

    name: Path
    kind: str
    open: Callable[[], BinaryIO]
