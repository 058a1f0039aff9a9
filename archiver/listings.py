"""From the capture of a feed or sitemap to what it lists, kept.

    payload_of(capture)          as it is stored, and nothing else
    reader.listing(payload)      in a process of its own
    listed.keep, listed.mark     one transaction: which pages it names, what reading it showed, and what that says of its address

Bytes that are those of the reading before are not read again, and so a list of which the server says that it is unchanged: what was
wrong with them then still is.
What is no feed and no sitemap names nothing, whatever it links to. Whether a page that is named is visited is the run's to say.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path

from archiver.manifest import listed
from archiver.manifest.store import Manifest
from archiver.model.capture import VISITED, Capture, Payload, is_the_page, of_a_list
from archiver.model.listing import MAX_BYTES, Listing
from archiver.model.state import state_of
from archiver.model.url import key
from archiver.payloads import payload_of
from archiver.reader import Reader

#: What a capture is made for, of which a list comes.
PURPOSES = VISITED - {"page"}

#: Entries that are taken of one list: as many as the protocol of sitemaps allows.
MOST = 50_000


def conclude(
    capture: Capture,
    folder: Path,
    manifest: Manifest,
    reader: Reader,
    writing: Callable[[], AbstractContextManager[None]],
) -> tuple[str, ...]:
    """Everything that follows from the capture of a list: its problems with those that only reading shows.

    Raises NoWorker, and Damaged: then it is left as it was, unread.
    """
    listing = None
    read = listed.read_before(manifest.connection, capture) if is_the_page(capture.problems) else ()
    if read is None:
        payload = payload_of(capture, folder, manifest)
        # What is beyond the bound need not go to the process that reads; that there is more has to.
        listing = reader.listing(replace(payload, content=payload.content[: MAX_BYTES + 1]), MOST)
        read = _problems(payload, listing, reader.fault)
    problems = of_a_list(capture.problems, read)
    state = state_of(problems, capture.final.status, capture.asked, capture.address)
    with writing(), manifest.together():
        if listing is not None and listing.lists:
            listed.keep(manifest.connection, key(capture.asked), capture.sequence, listing)
        listed.mark(manifest.connection, capture.sequence, read, state if capture.source == "fetch" else None)
    return problems


def _problems(payload: Payload, listing: Listing, fault: str | None) -> tuple[str, ...]:
    """Lists are served under every type there is: that is no problem of theirs."""
    if payload.problems == ("withdrawn",):
        return payload.problems
    found = [code for code in payload.problems if code != "type-mismatch"]
    if fault is not None:
        found.append("extraction-failed")
    elif not payload.content.strip():
        found.append("empty")
    elif not listing.lists:
        found.append("not-a-listing")
    return tuple(dict.fromkeys((*found, *(listing.problems if listing.lists else ()))))
