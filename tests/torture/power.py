"""Power is lost: a recorded run of captures, in each state that a disk may be left in, opened again and judged.

    python -m tests.torture power [--states N] [--planted N] [--seed N] [--show N] [--keep FOLDER]

1. The run of power_run.py is recorded by the shim: every operation on its files, and the acknowledgements among them.
2. After operations of that log, disk.py says what may be found if power is lost there. A state is a place in the log and a choice.
   States are counted once: those that are found again byte for byte, with as much acknowledged, are passed over.
3. The folder is made, and the archive in it opened as any command opens it; a fact is sealed. Then it is judged (`judge`).

The manifest may be older than the WARC files, or gone: what it lacks is taken up from them. The harness is held to find faults: a run
with a planted one (`Fault`) must fail in some states.

Pages are read in this process, each once (power_run.Here): what is tested is the order of writes, and a page says the same in every state.
"""

from __future__ import annotations

import argparse
import itertools
import shutil
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from archiver.manifest import fixity
from archiver.manifest.opening import open_read_only
from archiver.manifest.schema import STATEMENT_TABLES
from archiver.model.capture import Capture
from archiver.model.date import now
from archiver.model.lineage import Decision, Ruling
from archiver.model.statement import Stated, Statement
from archiver.pipeline import Archive
from archiver.warc.groups import groups
from archiver.warc.read import record_at
from archiver.warc.recover import recover
from archiver.warc.store import NAME
from tests.fetch.server import Server
from tests.torture import shim
from tests.torture.disk import Choice, Disk, State
from tests.torture.power_run import AGAIN, FERRY, WEB, Fault, Small, opened
from tests.torture.shim import Op, Operation

#: Where states are made: in memory, where there is such a place. Nothing there outlives a loss of power, or needs to.
MEMORY = Path("/dev/shm")

#: What may not be said of any page: all of them were, or can be, read.
_PAGES = {"are not concluded": "document_id is null", "are given up": "instr(problems, 'extraction-failed')"}

#: How often a run is gone through for as many states as are wanted: at some places there are fewer than were hoped for.
_TURNS = 4


@dataclass(frozen=True, slots=True)
class Recording:
    """One run: what was done, in order, and by the end its WARC files and what they state."""

    operations: tuple[Operation, ...]
    warcs: dict[str, bytes]
    statements: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Lost:
    """Power lost behind the first `place` operations, the first `acknowledged` statements being promised: what is found."""

    place: int
    choice: Choice
    acknowledged: int
    state: State


@dataclass(frozen=True, slots=True)
class Failure:
    """A state that was judged, and what is wrong with it."""

    place: int
    choice: Choice
    after: Operation
    message: str

    def __str__(self) -> str:
        did = f"{self.after.op.name} {self.after.path or '.'}"
        return f"after operation {self.place} ({did}), {self.choice.name}: {self.message}"


def recorded(folder: Path, faults: Sequence[Fault]) -> dict[Fault, Recording]:
    """A run for each of the faults, in a process under the shim. `folder` is used up."""
    library = shim.build(folder)
    with Server(WEB) as server:
        command = [sys.executable, "-m", "tests.torture.power_run", str(folder), str(server.port), *faults]
        subprocess.run(command, env=shim.environment(library, folder / "nowhere"), check=True)
    return {fault: _recording(folder / fault) for fault in faults}


def _recording(folder: Path) -> Recording:
    archive = folder / "disk/home/archive"
    return Recording(
        tuple(shim.read_log(folder / "log")),
        {path.name: path.read_bytes() for path in _files(archive)},
        tuple(one for path in _files(archive) for one in _stated(path)),
    )


def _stated(path: Path, start: int = 0) -> Iterator[Statement]:
    """The statements in a WARC file from an offset on, as recovery reads them."""
    return (group.statement for group in groups(path, start) if group.statement is not None)


def _files(archive: Path) -> list[Path]:
    return sorted(path for path in archive.iterdir() if NAME.fullmatch(path.name))


# ── which states ──


def losses(operations: Sequence[Operation], most: int, seed: int) -> Iterator[Lost]:
    """Up to `most` different states, spread over the whole run; the same ones for the same seed. Fewer where there are no more."""
    seen: set[tuple[int, bytes]] = set()
    for turn in range(_TURNS):
        if len(seen) == most:
            break
        yield from _losses(operations, most, f"{seed}/{turn}", seen)


def _losses(operations: Sequence[Operation], most: int, seed: str, seen: set[tuple[int, bytes]]) -> Iterator[Lost]:
    disk = Disk()
    acknowledged = 0
    weights = list(_weights(operations))
    due, left = 0.0, 0.98 * sum(weights)  # all are due a little before the end: there, too, some are found again
    for place, (operation, weight) in enumerate(zip(operations, weights, strict=True), 1):
        disk.apply(operation)
        if operation.op is Op.WRITE and operation.path == "acks":
            acknowledged = int(operation.data)
        if not weight:
            continue
        due += (most - len(seen) - due) * (min(1, weight / left) if left > 0 else 1)
        left -= weight
        dice = Random(f"{seed}/{place}")
        for choice in dice.sample(list(Choice), len(Choice)):
            if due < 0.999:  # sums of fractions
                break
            state = disk.after_power_loss(choice, dice)
            state.files.pop("acks", None)
            key = acknowledged, state.fingerprint()
            if key not in seen:
                seen.add(key)
                due -= 1
                yield Lost(place, choice, acknowledged, state)


def _weights(operations: Sequence[Operation]) -> Iterator[float]:
    """How many states are looked for behind each operation, beside the others. Most operations are SQLite's, writing its log: what
    matters there is where a transaction ends.
    """
    ends = False
    for operation in operations:
        if operation.op in (Op.OPEN, Op.FAILED):
            yield 0  # nothing has changed
        elif operation.path.startswith("home/manifests/.rebuild/"):
            yield 0.2  # nothing depends on it until it is copied
        elif operation.op is not Op.WRITE or not operation.path.startswith("home/manifests/"):
            yield 10
        else:
            yield 10 if ends else 1
            ends = _ends_a_transaction(operation)


def _ends_a_transaction(operation: Operation) -> bool:
    """Whether it is the head of a page in SQLite's log, the last one of a transaction: it holds the size of the database, others 0."""
    return operation.path.endswith("-wal") and len(operation.data) == 24 and any(operation.data[4:8])


# ── what must hold ──


def judge(home: Path, acknowledged: int, run: Recording) -> Generator[str, None, None]:
    """Open what was found, write to it, and say what is wrong.

    1. Opening and writing need nobody's hand: nothing is raised.
    2. The statements in the files are the first ones of the run, whole, at least all that were acknowledged, and then what was added:
       none is missing, none is there twice, none is half, each is what it was (its records' places and digests are part of it).
    3. The manifest has a row for each of them, and for each capture the digest of its payload; every page is concluded, and none
       is given up because power was lost while it was read.
    4. Every row of a record refers to one that stands: its bytes have their digest; and no file has bytes that no row accounts for.
    5. There is nothing left to take up.
    """
    try:
        with opened(home, Small) as archive:
            archive.decide(Decision(AGAIN, Ruling.UNRELATED, now(), "a reader", "after the power came back", FERRY))
            yield from _compare(archive, acknowledged, run)
    except Exception as why:  # whatever it is, somebody would have to look after it
        where = traceback.extract_tb(why.__traceback__)[-1]
        yield f"{type(why).__name__}: {why} ({Path(where.filename).name}:{where.lineno})"


def _found(archive: Path, run: Recording) -> Iterator[Statement]:
    """The statements in the files of an archive. What stands there byte for byte as in the run states the same, and is not read again."""
    for path in _files(archive):
        data, whole, start = path.read_bytes(), run.warcs.get(path.name, b""), 0
        for one in run.statements:
            at = one.statement
            end = at.offset + at.length
            if at.warc == path.name and data[:end] == whole[:end]:
                yield one
                start = end
        yield from _stated(path, start)


def _compare(archive: Archive, acknowledged: int, run: Recording) -> Iterator[str]:
    found = tuple(_found(archive.folder / "archive", run))
    kept = sum(itertools.takewhile(bool, (one == other for one, other in zip(found, run.statements, strict=False))))
    added = found[kept:]
    if kept < acknowledged:
        yield f"{acknowledged} statements were acknowledged, {kept} are there"
    if {one.statement_id for one in added} & {one.statement_id for one in run.statements}:
        yield "the statements in the files are not those of the run, in their order"
    if sum(isinstance(one, Stated) and isinstance(one.fact, Decision) for one in added) != 1:
        yield f"what was added is not one decision: {added}"
    connection = archive.manifest.connection
    rows = [
        (int(row[0]), str(row[1]))
        for table in STATEMENT_TABLES
        for row in connection.execute(f"select sequence, statement_id from {table} where sequence is not null")
        if row[1] is not None
    ]
    if sorted(rows) != [(number, one.statement_id) for number, one in enumerate(found, 1)]:
        yield f"the rows of statements are not those in the files: {sorted(rows)}"
    captures = {
        row[0]: (row[1], row[2])
        for row in connection.execute("select sequence, capture_id, payload_sha256 from captures")
    }
    stated = {one.sequence: (one.capture_id, one.final.payload.hex) for one in found if isinstance(one, Capture)}
    if captures != stated:
        yield "the captures of the manifest are not those that are stated"
    for what, condition in _PAGES.items():
        query = f"select count(*) from captures where purpose = 'page' and {condition}"
        if pages := connection.execute(query).fetchone()[0]:
            yield f"{pages} pages {what}"
    yield from _records(archive)
    for damage in archive.verify("bytes").problems:
        yield f"verify: {damage.code} {damage.message}"
    with archive.store.locked():
        again = recover(archive.store, archive.manifest)
    if again.groups or again.torn:
        yield f"recovery left something to take up: {again}"


def _records(archive: Archive) -> Iterator[str]:
    with open_read_only(archive.folder) as connection:
        known = {file: list(fixity.records(connection, file.name)) for file in fixity.files(connection)}
    for file, rows in known.items():
        for row in rows:
            with record_at(archive.store.folder, row.location) as record:
                if record.record_id != row.record_id:
                    yield f"{row.record_id} is not where its row says"
        path = archive.store.folder / file.name
        if path.stat().st_size != file.committed:
            yield f"{file.name} has {path.stat().st_size} bytes where {file.committed} are known"


def failures(
    recording: Recording, most: int, seed: int, tally: Counter[Choice], keep: Path | None = None
) -> Iterator[Failure]:
    """The states of a run that fail, each with the first thing that is wrong. `tally` counts the states that were judged; those that
    fail are put in `keep`, as they were found.
    """
    with tempfile.TemporaryDirectory(prefix="power-", dir=MEMORY if MEMORY.is_dir() else None) as folder:
        for lost in losses(recording.operations, most, seed):
            tally[lost.choice] += 1
            place = Path(folder, "state")
            lost.state.put(place)
            if wrong := list(judge(place / "home", lost.acknowledged, recording)):
                if keep is not None:
                    lost.state.put(keep / f"{lost.place}-{lost.choice.name.lower()}")
                yield Failure(lost.place, lost.choice, recording.operations[lost.place - 1], wrong[0])
            shutil.rmtree(place)


# ── the command ──


def main(arguments: list[str]) -> int:
    """Judge the states of the run, and of each run with a planted fault; one line of figures. 1 where something is wrong."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.torture power", description=(__doc__ or "").partition("\n")[0]
    )
    parser.add_argument("--states", type=int, default=2000, help="states of the run without a fault")
    parser.add_argument("--planted", type=int, default=200, help="states of each run with a planted fault")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", type=int, default=5, help="failures to print for each run")
    parser.add_argument("--keep", type=Path, help="a folder that takes the states of the run without a fault that fail")
    given = parser.parse_args(arguments)
    begin = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="power-", dir=MEMORY if MEMORY.is_dir() else None) as folder:
        runs = recorded(Path(folder), list(Fault))
    figures: list[str] = []
    wrong = False
    for fault, recording in runs.items():
        tally: Counter[Choice] = Counter()
        most, keep = (given.states, given.keep) if fault is Fault.NONE else (given.planted, None)
        found = list(failures(recording, most, given.seed, tally, keep))
        wrong |= bool(found) is (fault is Fault.NONE) or (fault is Fault.NONE and tally.total() < most)
        _show(found[: given.show], fault)
        figures.append(f"{fault}: {len(found)} of {tally.total()} states failed")
    print(
        f"power: {'; '.join(figures)}; {len(runs[Fault.NONE].operations)} operations; {time.perf_counter() - begin:.0f} s"
    )
    return int(wrong)


def _show(found: Iterable[Failure], fault: Fault) -> None:
    for one in found:
        print(f"  {fault}: {one}", file=sys.stderr)
