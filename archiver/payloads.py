"""A statement, and the payload of a capture, as they lie in the archive: what every conclusion follows from, and nothing else.

A revisit's is that of another record, under the header that came with it now; that of a page which the server said is unchanged
is under the header with which it came last. Read-only; what is read out of it is the reader's.
"""

from __future__ import annotations

from contextlib import closing, suppress
from pathlib import Path

from archiver.errors import Damaged, Unreadable
from archiver.fetch.decode import answered, stored
from archiver.manifest.earlier import header_of
from archiver.manifest.store import Manifest
from archiver.manifest.withdrawals import statement_at
from archiver.model.capture import Capture, Limits, Payload, RecordLocation
from archiver.model.statement import Statement, decode
from archiver.warc.read import Record, record_at
from archiver.warc.withdrawn import was


def statement_of(statement_id: str, place: RecordLocation, folder: Path) -> Statement:
    """What the record at that place in the WARC files of `folder` states; raises Damaged, Unreadable."""
    with record_at(folder, place) as record:
        return decode(record.block.read(), statement_id, place)


def capture_of(sequence: int, folder: Path, manifest: Manifest) -> Capture:
    """The capture of that number, as it is stated; raises Damaged, Unreadable."""
    statement = statement_of(*statement_at(manifest.connection, sequence), folder)
    if not isinstance(statement, Capture):
        raise Damaged(f"statement {sequence} is not the capture that it was", advice="Run: archiver verify")
    return statement


def payload_of(capture: Capture, folder: Path, manifest: Manifest, limits: Limits | None = None) -> Payload:
    """Read back from the record that holds it, in the WARC files of `folder`, inflated within `limits`; raises Damaged.

    Where there is no answer to read, it is empty and has no status; where that was withdrawn and its bytes are gone, that is its problem.
    """
    final = capture.final
    holder = manifest.location_of(capture.revisit_of or capture.capture_id)
    if holder is None:
        return Payload(capture.address, b"", final.media_type, None, ("empty",))
    with record_at(folder, holder) as record:
        if was(record) is not None:
            return Payload(capture.address, b"", final.media_type, None, ("withdrawn",))
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
