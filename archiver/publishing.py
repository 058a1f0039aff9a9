"""archiver export snapshot: a copy of the manifest for the public, of which what followed from withdrawn pages is drawn anew.

Owns that one step: the lineages of the pages that hung together with those, and the publishers that only those named, by the same
functions as everywhere. Nothing is read for it but the copy, and nothing is written to the archive.

Does not own: what such a copy holds (manifest.public), how it is made and where it goes (manifest.snapshot).
"""

from __future__ import annotations

import sqlite3
from contextlib import closing, nullcontext
from datetime import datetime
from pathlib import Path

from archiver.authority import given
from archiver.conclude import Concluder
from archiver.manifest import snapshot
from archiver.manifest.store import Manifest
from archiver.warc.seal import WarcStore


def publish(
    archive: Path, connection: sqlite3.Connection, folder: Path, *, at: datetime, tool: str, texts: bool = True
) -> snapshot.Written:
    """Write a public copy of the manifest of `archive`, open for reading, to `folder`: see snapshot.write, and what it raises."""

    def redraw(copied: Path) -> None:
        store = WarcStore(archive / "archive", clock=lambda: at, ids=lambda: "", tool=tool)
        with closing(Manifest(copied)) as manifest:
            concluder = Concluder(store, manifest, given(archive), nullcontext, sealing=False)
            with manifest.concluding() as conclusions:
                concluder.publishers.relearn(conclusions)
            concluder.settle()
            manifest.fold()

    return snapshot.write(connection, folder, redraw, at=at, tool=tool, texts=texts)
