"""A statement, and the payload of a capture, as they lie in the archive: what every conclusion follows from, and nothing else.

A revisit's is that of another record, under the header that came with it now; that of a page which the server said is unchanged
is under the header with which it came last. Read-only; what is read out of it is the reader's.
"""

from __future__ import annotations

from contextlib import closing, suppress
from pathlib import Path

from archiver.errors import Unreadable
from archiver.fetch.decode import answered, stored
from archiver.manifest.earlier import header_of
from archiver.manifest.store import Manifest
from archiver.model.capture import Capture, Limits, Payload, RecordLocation
from archiver.model.statement import Statement, decode
from archiver.warc.read import Record, record_at


def statement_of(statement_id: str, place: RecordLocation, folder: Path) -> Statement:
    """What the record at that place in the WARC files of `folder` states; raises Damaged, Unreadable."""
    with record_at(folder, place) as record:
        return decode(record.block.read(), statement_id, place)


def payload_of(capture: Capture, folder: Path, manifest: Manifest, limits: Limits | None = None) -> Payload:
    """Read back from the record that holds it, in the WARC files of `folder`, inflated within `limits`; raises Damaged.

    Where there is no answer to read, it is empty and has no status.
    """
    final = capture.final
    holder = final.record if capture.revisit_of is None else manifest.location_of(capture.revisit_of)
    if holder is None:
        return Payload(capture.address, b"", final.media_type, None, ("empty",))
    with record_at(folder, holder) as record:
        try:
            if capture.revisit_of is not None and final.kind == "revisit":
                head = header_of(manifest.connection, capture) if capture.unchanged else final.record
                with suppress(Unreadable):  # others' revisits may hold no header
                    if head is not None and head != holder:
                        return _revisited(capture, folder, head, record, limits)
            return stored(record.kind, capture.address, record.block, final.media_type, limits)
        except Unreadable:  # somebody else's record that calls itself HTTP and is not
            return Payload(capture.address, b"", final.media_type, None, ("extraction-failed",))


def _revisited(capture: Capture, folder: Path, head: RecordLocation, holder: Record, limits: Limits | None) -> Payload:
    with record_at(folder, head) as own, closing(answered(own.block, holder.kind, holder.block)) as answer:
        return stored("response", capture.address, answer, limits=limits)
