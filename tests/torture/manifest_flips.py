"""Bit rot in the manifest: one flipped bit anywhere in manifest.db, and whether what it changed is told.

What must hold, of a small archive whose manifest holds a row of every kind:

1. A flip that changes what a table of evidence says is found at level index, or the database is refused.
2. One that changes what a table of conclusions says is found at level deep.
3. Whatever is flipped, a check ends with a report or an error of ours.

A flip may change nothing that is said: in room that is free, in an index that is put together otherwise. What was drawn again from the
WARC files is drawn once, and each flipped manifest is compared with it as level deep does.

`python -m tests.torture manifest_flips --count 5000` takes so many bits.
"""

from __future__ import annotations

import argparse
import os
import random
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from archiver.checking import concluded, conclusions
from archiver.errors import ArchiverError
from archiver.ledger.verify import verify
from archiver.manifest.dump import ROWS
from archiver.manifest.opening import open_read_only
from archiver.manifest.schema import EVIDENCE_TABLES
from archiver.manifest.store import Manifest
from tests.ledger.attacks import AT, Victim, victim

Said = dict[str, list[str] | None]


@dataclass(slots=True)
class Tally:
    """How flips ended, and what went wrong: a sentence each."""

    outcomes: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        ends = ", ".join(f"{name} {count}" for name, count in self.outcomes.most_common())
        return f"flips={self.outcomes.total()} ({ends}) wrong={len(self.wrong)}"


@dataclass(frozen=True, slots=True)
class Rotting:
    """The archive, what its manifest says, and what level deep compares it with."""

    victim: Victim
    drawn: sqlite3.Connection
    said: Said

    @contextmanager
    def flipped(self, at: int, bit: int) -> Iterator[None]:
        """The manifest with this bit flipped while the block runs."""
        data = self.victim.manifest
        for tail in ("-wal", "-shm"):
            self.victim.database.with_name(self.victim.database.name + tail).unlink(missing_ok=True)
        fd = os.open(self.victim.database, os.O_RDWR)
        try:
            os.pwrite(fd, bytes([data[at] ^ 1 << bit]), at)
            yield
        finally:
            os.pwrite(fd, data[at : at + 1], at)
            os.close(fd)


@contextmanager
def rotting(folder: Path) -> Iterator[Rotting]:
    """The archive in `folder`, drawn again beside it."""
    made = victim(folder)
    drawn = folder.parent / "drawn"
    with open_read_only(folder) as connection, closing(Manifest(drawn)) as manifest:
        concluded(folder, connection, manifest, AT).reader.close()
        first = [*verify(folder, connection, "index", at=AT).problems, *conclusions(connection, manifest.connection)]
        if first:
            raise AssertionError(f"the archive is not whole before it is damaged: {first}")
        yield Rotting(made, manifest.connection, said(connection))


def said(connection: sqlite3.Connection) -> Said:
    """What each table says; None for one that cannot be read."""
    found: Said = {}
    for table, sql in ROWS.items():
        try:
            found[table] = sorted(repr(tuple(row)) for row in connection.execute(sql.format(db="main")))
        except sqlite3.Error:
            found[table] = None
    return found


def outcome(rot: Rotting, at: int, bit: int) -> str:
    """How a flip ended: `refused`, `index`, `deep`, `nothing changed`, or SILENT with the tables that say something else."""
    with rot.flipped(at, bit):
        try:
            with open_read_only(rot.victim.folder) as connection:
                if verify(rot.victim.folder, connection, "index", at=AT).problems:
                    return "index"
                now = said(connection)
                other = [table for table in ROWS if now[table] != rot.said[table]]
                if silent := [table for table in other if table in EVIDENCE_TABLES - {"captures"}]:
                    return f"SILENT at level index: {silent}"
                try:
                    if list(conclusions(connection, rot.drawn)):
                        return "deep"
                except sqlite3.Error:  # check says so (manifest-damaged)
                    return "deep"
                return f"SILENT at level deep: {other}" if other else "nothing changed"
        except ArchiverError:
            return "refused"


def taken(rot: Rotting, count: int, dice: random.Random) -> Iterator[tuple[int, int, str]]:
    """So many flips, four of five in bytes that are not zero (free room is), the others anywhere; and how each ended."""
    data = rot.victim.manifest
    used = [at for at, byte in enumerate(data) if byte]
    for number in range(count):
        at, bit = dice.choice(used) if number % 5 else dice.randrange(len(data)), dice.randrange(8)
        yield at, bit, outcome(rot, at, bit)


def run(folder: Path, count: int, seed: int) -> Tally:
    """All of it."""
    tally = Tally()
    with rotting(folder) as rot:
        for at, bit, ended in taken(rot, count, random.Random(seed)):
            tally.outcomes[ended.partition(":")[0]] += 1
            if ended.startswith("SILENT"):
                tally.wrong.append(f"byte {at}, bit {bit}: {ended}")
    return tally


def main(arguments: list[str]) -> int:
    """Flip, and say what came of it."""
    parser = argparse.ArgumentParser(prog="python -m tests.torture manifest_flips")
    parser.add_argument("--count", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=7)
    given = parser.parse_args(arguments)
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        tally = run(Path(folder) / "archive", given.count, given.seed)
    for one in tally.wrong:
        print(one)
    print(f"{tally} seconds={time.monotonic() - begun:.0f}")
    return int(bool(tally.wrong))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
