"""The payload of a capture as it lies in the archive: what every conclusion follows from, and nothing else.

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
from archiver.model.capture import Capture, Payload, RecordLocation
from archiver.warc.read import Record, record_at


def payload_of(capture: Capture, folder: Path, manifest: Manifest) -> Payload:
    """Read back from the record that holds it, in the WARC files of `folder`; raises Damaged."""
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
                        return _revisited(capture, folder, head, record)
            return stored(record.kind, capture.address, record.block, final.media_type)
        except Unreadable:  # somebody else's record that calls itself HTTP and is not
            return Payload(capture.address, b"", final.media_type, None, ("extraction-failed",))


def _revisited(capture: Capture, folder: Path, head: RecordLocation, holder: Record) -> Payload:
    with record_at(folder, head) as own, closing(answered(own.block, holder.kind, holder.block)) as answer:
        return stored("response", capture.address, answer)
