"""From facts (condition.py) to checks: each with its state, a sentence, and what to do. Pure.

    for check in examined(condition): ...

fault: captures fail, are lost, or cannot be trusted unless something is done. note: worth knowing; nothing needs to be done, or archiver
does it itself. A check is a function that yields what it finds, also that all is well; the tables in machine.py and archive.py
are told in their order.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from archiver.doctor import archive, machine
from archiver.doctor.condition import Condition
from archiver.doctor.finding import Finding
from archiver.model.citation import Json


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at."""

    name: str
    finding: Finding

    def as_json(self) -> dict[str, Json]:
        """A line of `doctor --json`."""
        found = self.finding
        return {"check": self.name, "state": str(found.state), "message": found.message, "advice": found.advice}


def examined(condition: Condition) -> Iterator[Check]:
    """Every check of the machine, and of the archive where there is one."""
    for name, look in machine.CHECKS.items():
        yield from (Check(name, found) for found in look(condition))
    kept = condition.kept
    if kept is not None:
        for name, look_at in archive.CHECKS.items():
            yield from (Check(name, found) for found in look_at(kept))
