from __future__ import annotations

from pathlib import Path

import pytest

from archiver.warc.seal import WarcStore
from tests.warc import archive


@pytest.fixture
def store(tmp_path: Path) -> WarcStore:
    return archive.store(tmp_path / "archive")


@pytest.fixture
def journal() -> archive.Memory:
    return archive.Memory()
