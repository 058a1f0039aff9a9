"""What an import says of the files that it reads: problems and remarks, each with its file and offset, and never without end.

A problem: something that was recorded is lost, doubtful or not declared as the standard asks; the import is done in part. A
remark: the file is laid out otherwise than the standard has it, and all that servers sent was read nevertheless.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

#: So many problems, and so many remarks, are told one by one; of the rest, how many there are.
TOLD = 1000


@dataclass(frozen=True, slots=True)
class ImportProblem:
    """Something about a file: where (offset in bytes of the record), and what, in one sentence."""

    file: Path
    offset: int
    message: str


@dataclass(frozen=True, slots=True)
class ImportReport:
    """How many records were read, how many captures they make, how many records the archive had already; what was wrong."""

    records: int
    captures: int
    skipped: int
    problems: tuple[ImportProblem, ...]
    remarks: tuple[ImportProblem, ...] = ()


@dataclass(slots=True)
class Told:
    """What is to be said, so far."""

    _problems: list[ImportProblem] = field(default_factory=list)
    _remarks: list[ImportProblem] = field(default_factory=list)
    _untold: dict[bool, int] = field(default_factory=lambda: {True: 0, False: 0})

    def problem(self, file: Path, offset: int, message: str) -> None:
        """Something is lost, doubtful or not declared."""
        self._add(self._problems, ImportProblem(file, offset, message))

    def remark(self, file: Path, offset: int, message: str) -> None:
        """Something is odd, and nothing is lost."""
        self._add(self._remarks, ImportProblem(file, offset, message))

    def _add(self, told: list[ImportProblem], one: ImportProblem) -> None:
        if len(told) < TOLD:
            told.append(one)
        else:
            self._untold[told is self._problems] += 1

    def problems(self) -> tuple[ImportProblem, ...]:
        """All of them; where there are too many, the last says how many more."""
        return self._all(self._problems, self._untold[True])

    def remarks(self) -> tuple[ImportProblem, ...]:
        """All of them, likewise."""
        return self._all(self._remarks, self._untold[False])

    @staticmethod
    def _all(told: list[ImportProblem], untold: int) -> tuple[ImportProblem, ...]:
        if not untold:
            return tuple(told)
        return (*told, ImportProblem(told[-1].file, told[-1].offset, f"and {untold} more after this one"))
