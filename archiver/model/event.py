"""What was done and how it ended: attempts that left nothing to keep, events (PREMIS) about what was kept, files that are complete."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from archiver.model.digest import Digest


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try to capture an address, whatever came of it; `capture_id` where something was kept. `purpose`: page, feed, sitemap."""

    url: str
    at: datetime
    outcome: str
    problems: tuple[str, ...]
    message: str = ""
    final_url: str | None = None
    capture_id: str | None = None
    purpose: str = "page"


@dataclass(frozen=True, slots=True)
class Event:
    """`kind`: capture, extraction, fixity-check, import, timestamping, withdrawal. `outcome`: a word; `detail`: a sentence."""

    kind: str
    at: datetime
    outcome: str
    detail: str = ""
    subject: str | None = None


@dataclass(frozen=True, slots=True)
class Seal:
    """A WARC file is complete: so many bytes long, and with this SHA-256, for good."""

    warc: str
    at: datetime
    length: int
    digest: Digest
