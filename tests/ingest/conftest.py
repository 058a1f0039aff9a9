from __future__ import annotations

from pathlib import Path

import pytest

from archiver.ingest.warc import ImportReport, examine, import_warc
from archiver.warc.seal import WarcStore
from tests.ingest.making import Take
from tests.warc import archive
from tests.warc.archive import Memory


@pytest.fixture
def store(tmp_path: Path) -> WarcStore:
    return archive.store(tmp_path / "archive")


@pytest.fixture
def journal() -> archive.Memory:
    return archive.Memory()


@pytest.fixture
def take(store: WarcStore, journal: Memory, tmp_path: Path) -> Take:
    """Import these bytes as a file."""

    def taken(data: bytes) -> ImportReport:
        path = tmp_path / "theirs.warc.gz"
        path.write_bytes(data)
        before = [file.stat().st_size for file in store.files()]
        looked = examine(path, journal)
        assert [file.stat().st_size for file in store.files()] == before
        report = import_warc(path, store, journal, "from a reader", journal.record)
        assert report == looked
        return report

    return taken
