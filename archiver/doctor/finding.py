"""What a check finds, and the words that its sentences share."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from archiver.doctor.condition import Space
from archiver.model.text import size

MB = 1_000_000
#: Room below which captures fail (the largest is 64 MB, and stands in a temporary file too), and below which that is near.
NO_ROOM, LITTLE_ROOM = 150 * MB, 2000 * MB


class State(StrEnum):
    """How bad it is. In the order in which a person is told."""

    FAULT = "fault"
    NOTE = "note"
    OK = "ok"


@dataclass(frozen=True, slots=True)
class Finding:
    """A state, a sentence, and what to do where something is to be done."""

    state: State
    message: str
    advice: str = ""


def ok(message: str) -> Finding:
    """All is well."""
    return Finding(State.OK, message)


def note(message: str, advice: str = "") -> Finding:
    """Worth knowing."""
    return Finding(State.NOTE, message, advice)


def fault(message: str, advice: str) -> Finding:
    """Something must be done."""
    return Finding(State.FAULT, message, advice)


def room(space: Space, where: str, advice: str) -> Iterator[Finding]:
    """Whether there is room on a file system."""
    if space.free_files == 0:
        yield fault(f"there is no room for another file {where}, whatever its size: captures fail", advice)
    elif space.free < NO_ROOM:
        yield fault(f"there is room for {size(space.free)} {where}: captures fail", advice)
    elif space.free < LITTLE_ROOM:
        yield note(f"there is room for {size(space.free)} {where}", advice)
    else:
        yield ok(f"there is room for {size(space.free)} {where}")
