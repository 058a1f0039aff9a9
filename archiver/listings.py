"""From the capture of a feed or sitemap to what it lists, kept.

    payload_of(capture)          as it is stored, and nothing else
    reader.listing(payload)      in a process of its own
    listed.keep, listed.mark     one transaction: which pages it names, and what that says of its address

The same bytes at the same address are read once, and a list of which the server says that it is unchanged is not read again.
What is no feed and no sitemap names nothing, whatever it links to. Whether a page that is named is visited is the run's to say.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path

from archiver.manifest import listed
from archiver.manifest.store import Manifest
from archiver.model.capture import Capture, Payload, is_the_page
from archiver.model.listing import MAX_BYTES, Listing
from archiver.model.state import State, state_of
from archiver.model.url import key
from archiver.payloads import payload_of
from archiver.reader import Reader

#: What a capture is made for, of which a list comes.
PURPOSES = frozenset({"feed", "sitemap"})

#: Entries that are taken of one list: as many as the protocol of sitemaps allows.
MOST = 50_000


@dataclass(frozen=True, slots=True)
class Concluded:
    """What a capture lists, None where it was not read; its problems with those that only reading shows; what that says of its address."""

    listing: Listing | None
    problems: tuple[str, ...]
    state: State


def conclude(
    capture: Capture,
    folder: Path,
    manifest: Manifest,
    reader: Reader,
    writing: Callable[[], AbstractContextManager[None]],
) -> Concluded:
    """Everything that follows from the capture of a list. Raises NoWorker, and Damaged: then it is left as it was, unread."""
    listing, problems = None, capture.problems
    if is_the_page(problems) and not listed.was_read(manifest.connection, capture):
        payload = payload_of(capture, folder, manifest)
        # What is beyond the bound need not go to the process that reads; that there is more has to.
        listing = reader.listing(replace(payload, content=payload.content[: MAX_BYTES + 1]), MOST)
        problems = tuple(dict.fromkeys((*problems, *_problems(payload, listing, reader.fault))))
        if listing.lists:  # what came of it is a list, if not all of it: its address is not down for that
            problems = tuple(dict.fromkeys("listing-cut" if code == "truncated" else code for code in problems))
    state = state_of(problems, capture.final.status, capture.asked, capture.address)
    with writing(), manifest.together():
        if listing is not None and listing.lists:
            listed.keep(manifest.connection, key(capture.asked), capture.sequence, listing)
        listed.mark(manifest.connection, capture.sequence, state)
    return Concluded(listing, problems, state)


def _problems(payload: Payload, listing: Listing, fault: str | None) -> tuple[str, ...]:
    """Lists are served under every type there is: that is no problem of theirs."""
    found = [problem for problem in payload.problems if problem != "type-mismatch"]
    if fault is not None:
        found.append("extraction-failed")
    elif not payload.content.strip():
        found.append("empty")
    elif not listing.lists:
        found.append("not-a-listing")
    return (*found, *(listing.problems if listing.lists else ()))
