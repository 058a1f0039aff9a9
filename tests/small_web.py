"""A web of pages that a test writes, on 127.0.0.1, and an archive that reaches it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from archiver.cli._fetching import fetch_settings
from archiver.config import Settings
from archiver.pipeline import Archive
from tests import tracing


@contextmanager
def served(pages: Mapping[str, str]) -> Iterator[int]:
    """These pages (HTML by address, http only) while the block runs; gives the port."""
    with tracing.served(pages) as web:
        yield web.port


def archived(folder: Path, pages: Mapping[str, str]) -> None:
    """Capture these pages, in their order, one run a page."""
    settings = Settings(delay_seconds=0.0)
    with (
        served(pages) as port,
        Archive(folder, settings, fetch_settings(settings, [f"::127.0.0.1:{port}"], None)) as archive,
    ):
        for url in pages:
            assert [result.outcome for result in archive.capture([url])] == ["captured"], url
