"""What several rooms' tests share: an archive of the demo's web, made once."""

from __future__ import annotations

import os
import signal
import tempfile
from pathlib import Path

import hypothesis
import pytest

from archiver.cli._fetching import fetch_settings
from archiver.config import Settings
from archiver.demo.web import VISITED, served
from archiver.pipeline import Archive
from tests.copies_web import PAGES
from tests.small_web import archived

# Examples are checked for what they do, not for how long a busy machine takes over one of them.
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")


def pytest_configure() -> None:
    """The keys and settings of whoever runs the tests are none of theirs. And a shell's job in the background has no ear for Ctrl-C,
    nor has what it starts; the tests that press it need one.
    """
    os.environ["XDG_CONFIG_HOME"] = tempfile.mkdtemp(prefix="archiver-tests-config-")
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an archive that holds the demo's four pages. For reading alone."""
    folder = tmp_path_factory.mktemp("demo")
    settings = Settings(delay_seconds=0.0)
    with (
        served() as port,
        Archive(folder, settings, fetch_settings(settings, [f"::127.0.0.1:{port}"], None)) as archive,
    ):
        assert [result.outcome for result in archive.capture(VISITED)] == ["captured"] * len(VISITED)
    return folder


@pytest.fixture(scope="session")
def copies(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an archive that holds the pages of copies_web. For reading alone."""
    folder = tmp_path_factory.mktemp("copies")
    archived(folder, PAGES)
    return folder
