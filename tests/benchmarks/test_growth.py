"""The cost of one document does not grow as the archive does, on few documents. On many: python -m tests.benchmarks.growth."""

from __future__ import annotations

import time
from pathlib import Path

from archiver.manifest.passages import sharing
from archiver.manifest.store import Manifest
from archiver.provenance.overlap import STOP_DOCUMENTS
from tests.benchmarks.growth import COPIES, PHRASE_BOOK, grown, keep, keys_from, keys_of, near

SIZES = [1000, 5000]


def test_a_document_finds_its_copies_at_every_size_and_costs_little_more(tmp_path: Path) -> None:
    manifest = Manifest(tmp_path)
    small, large = grown(manifest, SIZES, several=40)
    assert manifest.connection.execute("select count(*) from texts").fetchone() == (SIZES[-1] + 40,)
    manifest.close()
    for cost in (small, large):
        assert sum(cost.found) >= 40 // COPIES, cost.line()
    assert min(large.asked) < 4 * min(small.asked), "five times the documents"


def test_a_hash_that_every_text_has_costs_no_more_than_one_that_some_have(tmp_path: Path) -> None:
    manifest = Manifest(tmp_path)
    keep(manifest, keys_from(0, 4000))
    numbers = {phrase: sum(phrase * 8 in keys_of(n) for n in range(4000)) for phrase in (1, PHRASE_BOOK // 50)}
    assert numbers[1] > STOP_DOCUMENTS > numbers[PHRASE_BOOK // 50] > 0
    found = {phrase: sharing(manifest.connection, [phrase * 8], STOP_DOCUMENTS) for phrase in numbers}
    manifest.close()
    assert found[1] == []
    assert len(found[PHRASE_BOOK // 50]) == numbers[PHRASE_BOOK // 50]


def test_the_work_for_a_text_that_very_many_have_stays_bounded(tmp_path: Path) -> None:
    manifest = Manifest(tmp_path)
    text, least = keys_of(7), []
    for first, end in ((0, 400), (400, 4000)):
        keep(manifest, dict.fromkeys(range(first, end), text))
        runs = []
        for _ in range(5):
            start = time.process_time()
            found = near(manifest, text)
            runs.append(time.process_time() - start)
        assert found == list(range(1, STOP_DOCUMENTS + 1)), "the first ones, and no more"
        least.append(min(runs))
    manifest.close()
    assert least[1] < 2.5 * least[0], "ten times the copies"
