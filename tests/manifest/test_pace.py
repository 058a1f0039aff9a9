"""Rows of pacing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from archiver.manifest import pace
from archiver.manifest.store import Manifest
from archiver.model.pace import HostPace

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def manifest(tmp_path: Path):
    opened = Manifest(tmp_path)
    yield opened
    opened.close()


@pytest.mark.parametrize(
    "known",
    [
        HostPace(NOW, NOW + timedelta(milliseconds=1501)),
        HostPace(NOW, NOW, asking=True, failures=3, problem="timeout"),
        HostPace(NOW, NOW + timedelta(days=1), False, 1, "429", 86_400, "http://news.example/story"),
    ],
)
def test_what_is_noted_of_a_host_is_read_as_it_was(manifest: Manifest, known: HostPace) -> None:
    assert pace.of(manifest.connection, "news.example") is None
    pace.keep(manifest.connection, "news.example", HostPace(NOW, NOW, failures=9))
    pace.keep(manifest.connection, "news.example", known)
    assert pace.of(manifest.connection, "news.example") == known
    assert pace.of(manifest.connection, "other.example") is None


def test_what_keeps_nobody_waiting_is_forgotten_and_failures_are_not_forgotten_so_soon(manifest: Manifest) -> None:
    rows = {
        "waits.example": HostPace(NOW, NOW + timedelta(seconds=1)),
        "answered.example": HostPace(NOW, NOW - pace.KEPT - timedelta(seconds=1)),
        "failed.example": HostPace(NOW, NOW - timedelta(days=6), failures=2),
        "long-failed.example": HostPace(NOW, NOW - timedelta(days=8), failures=2),
    }
    for host, known in rows.items():
        pace.keep(manifest.connection, host, known)
    pace.prune(manifest.connection, NOW)
    kept = [row[0] for row in manifest.connection.execute("select host from pace order by host")]
    assert kept == ["failed.example", "waits.example"]
