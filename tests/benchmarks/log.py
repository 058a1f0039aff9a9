"""How long the log takes: python -m tests.benchmarks.log [LEAVES] [FOLDER]

Its hashes alone, then its rows in a manifest. Beside the tree stands as many bare hashes of 65 bytes: a node is one, and no tree can be
built in less. Times in milliseconds; of roots and proofs, which are read from the manifest and hashed, the median and the longest of
many at random places. That each proof holds is checked too.
"""

from __future__ import annotations

import hashlib
import random
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from uuid import UUID

from archiver.ledger import checkpoints, merkle
from archiver.ledger.log import Log, fill
from archiver.ledger.tiles import write_tiles
from archiver.manifest import log as rows
from archiver.manifest.store import Manifest
from archiver.model.digest import Digest
from archiver.model.log import leaf_hash
from archiver.signing.note import Note

#: Roots and proofs that are timed.
TIMES = 200


@dataclass(slots=True)
class Times:
    """Milliseconds by what was done: one of what was done once."""

    taken: dict[str, list[float]] = field(default_factory=dict)

    def of(self, what: str, do: Callable[[], object]) -> None:
        """Do it, and keep how long it took."""
        begin = time.perf_counter()
        do()
        self.taken.setdefault(what, []).append((time.perf_counter() - begin) * 1000)

    def ratio(self, what: str, other: str) -> float:
        """How many times as long as the other it takes."""
        return median(self.taken[what]) / median(self.taken[other])

    def lines(self) -> list[str]:
        """The figures."""
        return [
            f"{what:<44}{median(some):12.3f}" + (f"{max(some):12.3f}" if len(some) > 1 else "")
            for what, some in self.taken.items()
        ]


def measured(folder: Path, size: int) -> Times:
    """Of a log of so many leaves, in a new manifest in `folder`."""
    times, chance = Times(), random.Random(1)
    leaves = [leaf_hash(b"statement %d" % number) for number in range(size)]
    node = bytes(65)
    times.of("bare hashes of 65 bytes", lambda: [hashlib.sha256(node).digest() for _ in range(size)])
    times.of("the tree, in memory", lambda: merkle.tree_root(leaf.value for leaf in leaves))
    with closing(Manifest(folder)) as manifest:
        times.of("leaves into the manifest", lambda: _rows(manifest, leaves))
        times.of("hashes over runs of leaves, kept (fill)", lambda: _fill(manifest))
        times.of("the same with nothing to do", lambda: _fill(manifest))
        log = Log(manifest.connection)
        root = merkle.tree_root(leaf.value for leaf in leaves)
        for _ in range(TIMES):
            times.of("the root", log.root)
            _prove(log, leaves, root, chance, times)
        archive = folder / "archive"
        archive.mkdir()
        checkpoint = log.checkpoint()
        checkpoints.keep(archive, checkpoint, Note(checkpoint.text), lambda _folder: None)
        times.of("tiles, published", lambda: write_tiles(manifest.connection, archive, folder / "tiles"))
        times.of(
            "the same with nothing to do again", lambda: write_tiles(manifest.connection, archive, folder / "tiles")
        )
    return times


def _rows(manifest: Manifest, leaves: list[Digest]) -> None:
    with manifest.together():
        for sequence, leaf in enumerate(leaves, 1):
            rows.add_leaf(manifest.connection, sequence, leaf, str(UUID(int=sequence)))


def _fill(manifest: Manifest) -> None:
    with manifest.together():
        fill(manifest.connection)


def _prove(log: Log, leaves: list[Digest], root: bytes, chance: random.Random, times: Times) -> None:
    size, index, old = len(leaves), chance.randrange(len(leaves)), chance.randint(1, len(leaves))
    found: list[tuple[bytes, ...]] = []
    times.of("an inclusion proof", lambda: found.append(log.inclusion(index, size)))
    times.of("a consistency proof", lambda: found.append(log.consistency(old, size)))
    earlier = log.root(old).value
    held: list[bool] = []
    times.of(
        "an inclusion proof, checked",
        lambda: held.append(merkle.included(leaves[index].value, index, size, found[0], root)),
    )
    times.of("a consistency proof, checked", lambda: held.append(merkle.consistent(old, earlier, size, root, found[1])))
    assert held == [True, True]


def main() -> None:
    """Measure and print."""
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory(dir=sys.argv[2] if len(sys.argv) > 2 else None) as folder:
        times = measured(Path(folder), size)
    print(f"{f'{size:,} leaves':<44}{'ms':>12}{'longest':>12}")
    print("\n".join(times.lines()))


if __name__ == "__main__":
    main()
