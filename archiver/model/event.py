"""What was done and how it ended: attempts that left nothing to keep, events (PREMIS) about what was kept, files that are complete,
documents that were read, captures that were withdrawn.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from archiver.model.capture import StoredRecord
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


@dataclass(frozen=True, slots=True)
class Reading:
    """What the document `document_id`, at `url`, was read as by `rules`: the digest of its set of claims (model.claim.digest_of), how
    many they are, and the digest of its text as UTF-8 where it has one. The text's own record, where it was written with this, is
    among those of the statement.
    """

    document_id: str
    url: str
    at: datetime
    payload: Digest
    rules: str
    claims: int
    claims_digest: Digest
    text: Digest | None = None


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """A capture is not shown any more, `because` of what `by` says; with it, all that came before and have the same payload.

    Where it is `removed`, its bytes are gone: `replaced` are the records that stand in the place of those that held them, byte for
    byte as long, and `files` the digests of complete files with them.
    """

    capture_id: str
    payload: Digest
    at: datetime
    by: str
    because: str
    removed: bool
    replaced: tuple[StoredRecord, ...] = ()
    files: tuple[Seal, ...] = ()
