"""The benchmark of checks at a small size: that it measures what is right, and that nothing is slow by an order of magnitude."""

from __future__ import annotations

from pathlib import Path

from tests.benchmarks.verify import measured


def test_checks_are_measured(tmp_path: Path) -> None:
    figures = measured(tmp_path, 3000, 4)
    assert figures.quick_seconds < 2
    assert figures.bytes_rate > 20
    assert figures.full_rate > 2
