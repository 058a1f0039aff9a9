"""What a page says, from its payload alone: read it, detect its claims. The two pure steps of the straight line, together.

The same payload and rules give the same Inspection, whatever was archived before. Stores nothing, fetches nothing.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from archiver.extract.read import read
from archiver.model.capture import Payload
from archiver.model.inspection import Inspection
from archiver.provenance.detect.detect import detect
from archiver.provenance.publishers import SHIPPED, Authority


def inspect(payload: Payload, publisher: str | None = None, authority: Authority = SHIPPED) -> Inspection:
    """Read a payload and detect its claims. `publisher` is the page's own, where the caller knows it.

    Content that is too deep or too large for whoever reads it is left unread: it never raises.
    """
    with suppress(RecursionError, MemoryError):
        document = read(payload, publisher)
        return Inspection(document, detect(document, authority))
    return unread(payload, publisher, authority)


def unread(payload: Payload, publisher: str | None = None, authority: Authority = SHIPPED) -> Inspection:
    """What is said of a payload whose content must not be read: its address and type, with the problem `extraction-failed`."""
    document = read(replace(payload, content=b""), publisher)
    document = replace(document, problems=("extraction-failed", *document.problems))
    return Inspection(document, detect(document, authority))
