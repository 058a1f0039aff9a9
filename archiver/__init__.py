"""archiver: which bytes were served at an address, that they are unchanged, and who published the text first.

    archiver.inspect(content, url)      what a page says of itself and of its origin; archives nothing
    archiver.open_archive(path)         an Archive: capture, import_, lookup, chains, verify

Everything else is for people who extend it: README says where. Loading this module loads none of the parts.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from archiver._version import __version__

if TYPE_CHECKING:
    from archiver.model.inspection import Inspection
    from archiver.pipeline import Archive

__all__ = ["__version__", "inspect", "open_archive"]


def inspect(content: bytes, url: str, content_type: str | None = None, publisher: str | None = None) -> Inspection:
    """What a page says of itself: an Inspection with its `document` and `claims`.

    `content` is the payload as bytes with its content coding undone, `url` the address it was served at, `content_type`
    its Content-Type header, `publisher` its publisher's name where the caller knows it. Never raises for bad content:
    what could not be read is in `document.problems`.

    It is read in this process, so that a call costs what reading costs and no more; nothing but a page's size is limited then. A
    page that was made to can take minutes and gigabytes. Who reads pages of strangers by the thousand runs `archiver inspect --jsonl`,
    or archives them: both read in a process of its own with limits on time and memory, which such a page ends and nothing else.
    """
    from archiver.fetch.decode import plain_payload  # noqa: PLC0415 - loading archiver must load nothing heavy
    from archiver.inspection import inspect as look  # noqa: PLC0415 - the same

    return look(plain_payload(url, content, content_type), publisher)


def open_archive(path: str | Path) -> Archive:
    """The archive in a folder, open for writing; made where there is none. Settings as for the command line.

    Use it as a context manager. Raises errors of archiver.errors: Locked, ForeignManifest, ManifestTooNew, Damaged.
    """
    from archiver.pipeline import open_archive as open_  # noqa: PLC0415 - the same

    return open_(Path(path))
