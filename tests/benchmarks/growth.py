"""What the next document costs as an archive grows: its passages put into the index, and the texts that share some found.

    python -m tests.benchmarks.growth [documents, 1000000] [folder for the database, a temporary one]

Prints a line for each power of ten. Documents are their sampled hashes alone, as many as a text of some 600 words has: the
work on the text itself (extraction, shingles, exact comparison) does not grow with the archive and is not in it. A million
documents take about ten minutes and 2 GB.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles

from archiver.manifest.passages import sharing
from archiver.manifest.store import Manifest
from archiver.model.digest import Digest
from archiver.model.document import Document, Stated
from archiver.provenance.overlap import SAMPLING, STOP_DOCUMENTS, nearest

#: Keys of a document: its own, and phrases that many documents have, the frequent ones by Zipf's law.
OWN, PHRASES = 70, 4
#: How many such phrases there are, and one document in how many is a copy of half of an earlier one.
PHRASE_BOOK, COPIES = 2000, 20

#: Documents measured at each size, and how many are stored in one transaction on the way there.
MEASURED, TOGETHER = 200, 500


def own_keys(number: int) -> list[int]:
    """The keys that only a document and its copies have."""
    chance = random.Random(number)
    return [chance.getrandbits(61) * SAMPLING for _ in range(OWN)]


def keys_of(number: int) -> frozenset[int]:
    """The keys of a document, the same whenever asked."""
    chance = random.Random(f"of {number}")
    found = own_keys(number)
    if number and number % COPIES == 0:
        found[: OWN // 2] = own_keys(chance.randrange(number))[: OWN // 2]
    phrases = (int(PHRASE_BOOK ** chance.random()) for _ in range(PHRASES))
    return frozenset([*found, *(phrase * SAMPLING for phrase in phrases)])


@dataclass(frozen=True)
class Cost:
    """Milliseconds for one document in an archive of so many: to store it durably, to find what it shares; and how much was found."""

    documents: int
    stored: list[float]
    asked: list[float]
    found: list[int]

    def line(self) -> str:
        """The figures of one size."""
        both = [a + b for a, b in zip(self.stored, self.asked, strict=True)]
        figures = "".join(
            f"{median(some):9.2f}{quantiles(some, n=20)[-1]:8.2f}" for some in (self.stored, self.asked, both)
        )
        return f"{self.documents:>10,}{figures}{sum(self.found) / len(self.found):9.1f}"


HEADING = f"{'documents':>10}{'insert':>9}{'95 %':>8}{'query':>9}{'95 %':>8}{'both':>9}{'95 %':>8}{'found':>9}   (median, milliseconds)"

#: What the documents say; their text is not what is measured.
SAID = Document(
    "http://a.example/", "text/html", Stated(), Stated(), (), (), Stated(), Stated(), None, "words", (), (), "html/1"
)  # fmt: skip


def keep(manifest: Manifest, texts: Mapping[int, frozenset[int]]) -> None:
    """Store documents, by number and keys, in one transaction."""
    with manifest.concluding() as conclusions:
        for number, sampled in texts.items():
            digest = Digest.sha256(number.to_bytes(8, "big"))
            conclusions.texts.keep(digest, SAID, 600, sampled, None)


def keys_from(first: int, end: int) -> dict[int, frozenset[int]]:
    """The documents from one number up to another."""
    return {number: keys_of(number) for number in range(first, end)}


def near(manifest: Manifest, sampled: frozenset[int]) -> list[int]:
    """The texts that one with these keys is to be compared with."""
    return nearest(len(sampled), sharing(manifest.connection, sampled, STOP_DOCUMENTS))


def measured(manifest: Manifest, documents: int, several: int = MEASURED) -> Cost:
    """Store the documents after the first so many one by one, and ask for each."""
    cost = Cost(documents, [], [], [])
    for number in range(documents, documents + several):
        sampled = keys_of(number)
        start = time.perf_counter()
        keep(manifest, {number: sampled})
        stored = time.perf_counter()
        with manifest.concluding():
            found = near(manifest, sampled)
        cost.asked.append((time.perf_counter() - stored) * 1000)
        cost.stored.append((stored - start) * 1000)
        cost.found.append(len(found) - 1)  # beside itself
    return cost


def grown(manifest: Manifest, sizes: list[int], several: int = MEASURED) -> Iterator[Cost]:
    """Fill an empty manifest up to each of these sizes, and measure there."""
    have = 0
    for size in sizes:
        for first in range(have, size, TOGETHER):
            keep(manifest, keys_from(first, min(size, first + TOGETHER)))
        yield measured(manifest, size, several)
        have = size + several


def main() -> None:
    """Measure and print."""
    most = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory(dir=sys.argv[2] if len(sys.argv) > 2 else None) as folder:
        manifest = Manifest(Path(folder))
        print(HEADING, flush=True)
        for cost in grown(manifest, [10**n for n in range(3, 10) if 10**n <= most]):
            print(cost.line(), flush=True)
        manifest.close()


if __name__ == "__main__":
    main()
