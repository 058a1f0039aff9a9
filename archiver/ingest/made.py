"""WARC records that we make of what is none: of an ARC record, of a page's file. Their bytes are kept as they are.

The id is drawn from what the record holds, so that the same thing taken in twice is one record. Does not own what goes into
the fields (arc, page).
"""

from __future__ import annotations

import hashlib
import os
import uuid
from typing import BinaryIO

from archiver.model.digest import Digest
from archiver.warc.layout import Fields, field_value, urn
from archiver.warc.read import Record

_READ = 64 * 1024


def made(
    kind: str,
    fields: Fields,
    content_type: str,
    block: BinaryIO,
    *,
    offset: int = 0,
    length: int = 0,
    record_id: str | None = None,
) -> Record:
    """A record with these fields (values from files of others are made safe here) round a block, read from its beginning.

    `offset` and `length`, in bytes, say where it was in its file. `record_id`: one that is not drawn from all of that.
    """
    sha = hashlib.sha256()
    block.seek(0)
    while piece := block.read(_READ):
        sha.update(piece)
    size = block.seek(0, os.SEEK_END)
    block.seek(0)
    digest = Digest("sha256", sha.digest())
    lines = [(name, field_value(value)) for name, value in fields]
    name = "\n".join(["archiver:made", kind, *(f"{key}: {value}" for key, value in lines), digest.hex])
    headers = (
        ("WARC-Type", kind),
        ("WARC-Record-ID", urn(record_id or str(uuid.uuid5(uuid.NAMESPACE_URL, name)))),
        *lines,
        ("WARC-Block-Digest", str(digest)),
        ("Content-Type", field_value(content_type)),
        ("Content-Length", str(size)),
    )
    head = "WARC/1.1\r\n" + "".join(f"{key}: {value}\r\n" for key, value in headers) + "\r\n"
    return Record(offset, length, None, head.encode("utf-8", "replace"), headers, block, size)
