"""Bit rot: one flipped bit at every byte of a WARC file, every length that a file can be cut to, bytes added behind its end.

What must hold, of a small archive with a record of every kind:

1. `verify` finds it, and names the record that holds the byte and the capture that the record belongs to (`seeds.placed` says which).
2. What is cut off is named as well: the file is short, and so is each record that lost a byte.
3. Reading a record with a flipped bit is Damaged, never other bytes.
4. Nothing is written to the archive by any of it.
5. In a tail that the manifest does not know yet: what stands before the flipped bit is adopted as it was written, and not one byte is
   lost; what holds it is moved aside, unless it says the same in spite of it (gzip's time stamp).

`python -m tests.torture flips` takes all eight bits of each byte, one at a time, and every length at every level.
"""

from __future__ import annotations

import argparse
import itertools
import os
import random
import shutil
import sqlite3
import sys
import tempfile
import time
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from archiver.errors import Damaged
from archiver.ledger.verify import LEVELS, Report, verify
from archiver.manifest import fixity
from archiver.manifest.opening import MANIFEST, open_read_only
from archiver.model.capture import RecordLocation
from archiver.warc.groups import Group, groups
from archiver.warc.read import record_at
from archiver.warc.recover import recover
from tests.torture.seeds import Placed, Small, small_archive
from tests.warc import archive

Bit = tuple[int, int]


@dataclass(slots=True)
class Tally:
    """What was done, and what went wrong: a sentence each."""

    flips: int = 0
    reads: int = 0
    cuts: int = 0
    tails: int = 0
    wrong: list[str] = field(default_factory=list)

    def say(self, what: str | None) -> None:
        if what is not None:
            self.wrong.append(what)

    def __str__(self) -> str:
        return (
            f"flips={self.flips} reads={self.reads} truncations={self.cuts} tails={self.tails} wrong={len(self.wrong)}"
        )


class Rotting:
    """The small archive, open for checking, whose WARC file is damaged and put right again."""

    def __init__(self, small: Small, connection: sqlite3.Connection) -> None:
        self.small = small
        self.whole = small.warc.read_bytes()
        self._connection = connection
        self._known = {known.record_id: known.location for known in fixity.records(connection, small.warc.name)}

    def checked(self, level: str = "bytes") -> Report:
        """What `verify` says."""
        return verify(self.small.folder, self._connection, level)

    def location(self, record: Placed) -> RecordLocation:
        """Where the manifest has a record, and with which digest."""
        return self._known[record.record_id]

    def holding(self, at: int) -> Placed:
        """The record that holds a byte."""
        return next(one for one in reversed(self.small.records) if one.offset <= at)

    @contextmanager
    def flipped(self, bits: Sequence[Bit]) -> Iterator[bytes]:
        """The file with these bits flipped while the block runs."""
        damaged = bytearray(self.whole)
        for at, bit in bits:
            damaged[at] ^= 1 << bit
        file = os.open(self.small.warc, os.O_RDWR)
        try:
            for at, _ in bits:
                os.pwrite(file, damaged[at : at + 1], at)
            yield bytes(damaged)
            for at, _ in bits:
                os.pwrite(file, self.whole[at : at + 1], at)
        finally:
            os.close(file)


@contextmanager
def rotting(folder: Path) -> Iterator[Rotting]:
    """A small archive in `folder`, which must be one whole file for what is done here."""
    small = small_archive(folder)
    with open_read_only(folder) as connection:
        made = Rotting(small, connection)
        manifest = (folder / MANIFEST).read_bytes()
        if made.checked().problems or sum(one.length for one in small.records) != len(made.whole):
            raise AssertionError("the archive is not whole before it is damaged")
        yield made
        if small.warc.read_bytes() != made.whole or (folder / MANIFEST).read_bytes() != manifest:
            raise AssertionError("the archive was written to")


# ── flips ──


def found(rot: Rotting, bits: Sequence[Bit]) -> str | None:
    """Flip these bits, at most one a record, and verify: what is not named as it should be, None where all is."""
    wanted = {("record-digest", one.offset, one.capture_id) for one in (rot.holding(at) for at, _ in bits)}
    with rot.flipped(bits) as damaged:
        said = {(p.code, p.offset, p.capture_id) for p in rot.checked().problems}
        if rot.small.warc.read_bytes() != damaged:
            return f"{bits}: verify wrote to the file"
    return None if said == wanted else f"{bits}: {sorted(said ^ wanted, key=str)}"


def read(rot: Rotting, bit: Bit) -> str | None:
    """Flip a bit and read the record that holds it."""
    record = rot.holding(bit[0])
    with rot.flipped([bit]):
        try:
            with record_at(rot.small.warc.parent, rot.location(record)) as stored:
                return f"{bit}: the {record.kind} record was read all the same ({stored.block_length} bytes)"
        except Damaged:
            return None


def at_once(rot: Rotting, dice: random.Random) -> Iterator[list[Bit]]:
    """Every byte once, a bit that chance chooses: of each record its first byte, then of each its second, and so on."""
    for rows in itertools.zip_longest(*(range(one.offset, one.offset + one.length) for one in rot.small.records)):
        yield [(at, dice.randrange(8)) for at in rows if at is not None]


# ── cuts and additions ──


def cut(rot: Rotting, length: int, levels: Iterable[str] = LEVELS) -> str | None:
    """Cut the file to a length and verify at each of these levels."""
    os.truncate(rot.small.warc, length)
    try:
        for level in levels:
            said = {(p.code, p.offset, p.capture_id) for p in rot.checked(level).problems}
            wanted: set[tuple[str, int | None, str | None]] = {("file-short", length, None)}
            if LEVELS.index(level) >= LEVELS.index("bytes"):
                lost = (one for one in rot.small.records if one.offset + one.length > length)
                wanted |= {("record-digest", one.offset, one.capture_id) for one in lost}
            if said != wanted or rot.small.warc.stat().st_size != length:
                return f"cut to {length}, level {level}: {sorted(said ^ wanted, key=str)}"
    finally:
        with rot.small.warc.open("r+b", buffering=0) as file:
            os.pwrite(file.fileno(), rot.whole[length:], length)
    return None


def added(folder: Path, more: bytes) -> str | None:
    """Put bytes behind the end of a file that is sealed, in an archive of its own in `folder`, and verify."""
    small = small_archive(folder)
    end = small.warc.stat().st_size
    with sqlite3.connect(folder / MANIFEST) as connection:
        connection.execute("update warcs set sealed = 1")
    connection.close()
    with small.warc.open("ab") as file:
        file.write(more)
    with open_read_only(folder) as reading:
        for level in LEVELS:
            said = [(p.code, p.offset) for p in verify(folder, reading, level).problems]
            if said != [("file-long", end)]:
                return f"{len(more)} bytes behind the end, level {level}: {said}"
    return None


# ── a tail that is not yet known ──


def rotten_tail(small: Small, all_groups: Sequence[Group], known: int, bit: Bit, folder: Path) -> str | None:
    """Let the manifest know the first groups only, flip a bit behind them, and open: what was adopted wrongly, or lost."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    end = all_groups[known - 1].end if known else 0
    damaged = bytearray(small.warc.read_bytes())
    damaged[bit[0]] ^= 1 << bit[1]
    path = folder / small.warc.name
    path.write_bytes(damaged)
    memory = archive.Memory()
    for group in all_groups[:known]:
        if group.statement is not None:
            memory.record(group.statement)
        memory.keep(*(one for one in group.records if one.record_id not in memory.records))
    store = archive.store(folder, sync=lambda _: None)
    with store.locked():
        recovered = recover(store, memory)
    here = f"{known} groups known, bit {bit}"
    adopted = [one for group in recovered.groups for one in group.records]
    written = [one for group in all_groups[known:] for one in group.records]
    for one, was in zip(adopted, written, strict=False):
        if (one.record_id, one.kind) != (was.record_id, was.kind):
            return f"{here}: another record was adopted"
        try:
            same = _inflated(damaged, one.location) == _inflated(small.warc.read_bytes(), was.location)
        except zlib.error as why:
            return f"{here}: the {one.kind} record was adopted, and other programs cannot read it ({why})"
        if not same:
            return f"{here}: the {one.kind} record was adopted with other bytes"
    whole = sum(len(group.records) for group in all_groups[known:] if group.end <= bit[0])
    if not whole <= len(adopted) <= len(written):
        return f"{here}: {whole} records stand whole before it, {len(adopted)} were adopted"
    left = path.read_bytes() if path.exists() else b""
    if left + b"".join(torn.read_bytes() for torn in recovered.torn) != bytes(damaged):
        return f"{here}: bytes were lost"
    return None if left[:end] == damaged[:end] else f"{here}: what was known has changed"


def _inflated(data: bytes, at: RecordLocation) -> bytes:
    return zlib.decompress(bytes(data[at.offset : at.offset + at.length]), zlib.MAX_WBITS | 16)


def rotten_tails(small: Small, count: int, dice: random.Random, folder: Path) -> Iterator[str | None]:
    """So many tails, each with one bit flipped at a byte that chance chooses."""
    size = small.warc.stat().st_size
    all_groups = tuple(groups(small.warc))
    for _ in range(count):
        known = dice.randrange(len(all_groups))
        at = dice.randrange(all_groups[known - 1].end if known else 0, size)
        yield rotten_tail(small, all_groups, known, (at, dice.randrange(8)), folder)


def rotten_headers(small: Small, folder: Path) -> Iterator[str | None]:
    """Each bit of the gzip headers in the last group, which no digest of its own covers."""
    all_groups = tuple(groups(small.warc))
    last = max(at for at, one in enumerate(all_groups) if one.statement is not None)
    for record in all_groups[last].records:
        for bit in itertools.product(range(record.location.offset, record.location.offset + 10), range(8)):
            yield rotten_tail(small, all_groups, last, bit, folder)


def main(arguments: list[str]) -> int:
    """All eight bits of every byte, every length, and `--size` tails."""
    parser = argparse.ArgumentParser(prog="python -m tests.torture flips", description=__doc__.partition("\n")[0])
    parser.add_argument("--size", type=int, default=2000, help="tails that are not yet known, a flipped bit in each")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(arguments)
    dice, tally, start = random.Random(given.seed), Tally(), time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        with rotting(place / "archive") as rot:
            for bit in itertools.product(range(len(rot.whole)), range(8)):
                tally.say(found(rot, [bit]))
                tally.say(read(rot, bit))
                tally.flips, tally.reads = tally.flips + 1, tally.reads + 1
            for length in reversed(range(len(rot.whole))):
                tally.say(cut(rot, length))
                tally.cuts += 1
            tails = rotten_tails(rot.small, given.size, dice, place / "tail")
            for wrong in itertools.chain(tails, rotten_headers(rot.small, place / "tail")):
                tally.say(wrong)
                tally.tails += 1
        for number, more in enumerate((b"\0", b"\n", b"\x1f", rot.whole)):
            tally.say(added(place / f"sealed-{number}", more))
    for wrong in tally.wrong[:20]:
        print(wrong, file=sys.stderr)
    print(f"flips: bytes={len(rot.whole)} {tally} seconds={time.monotonic() - start:.0f}")
    return 1 if tally.wrong else 0
