"""A proof costs what its way through the tree costs. At full size: python -m tests.benchmarks.log."""

from __future__ import annotations

from pathlib import Path

from tests.benchmarks.log import measured


def test_neither_root_nor_proof_is_computed_from_all_leaves(tmp_path: Path) -> None:
    times = measured(tmp_path, 20_000)
    for what in ("the root", "an inclusion proof", "a consistency proof"):
        assert times.ratio(what, "the tree, in memory") < 0.5, times.lines()
