"""Durability costs a sync a capture. At full size: python -m tests.benchmarks.durability."""

from __future__ import annotations

from pathlib import Path

from tests.benchmarks.durability import measured


def test_a_capture_costs_at_most_two_bare_syncs_more_than_without_any(tmp_path: Path) -> None:
    runs = (measured(tmp_path / f"{n}", 40)[0].ratio for n in range(4))
    assert any(ratio <= 2 for ratio in runs)
