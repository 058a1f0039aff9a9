"""archiver withdraw: a capture, and those before it with its payload, are not shown any more; with `remove` their bytes go, too.

    fact = next_withdrawal(...)          which records are to go, and what will stand there
    stated = vault.state(fact)           from here on it is carried out, by whoever opens the archive next
    concluder.follow(stated)             files, rows, conclusions (removal, conclude)

Owns that order, and that it goes on until nothing is left: a payload that lies in very many records takes several statements.
"""

from __future__ import annotations

from archiver.pipeline import Archive
from archiver.removal import next_withdrawal


def withdraw(archive: Archive, capture_id: str, *, by: str, because: str, remove: bool = False) -> int:
    """Withdraw a capture. How many statements that took, none where it was done before. Raises NotFound, Damaged, Unwritable; and
    NoWorker, or Locked while somebody reads the manifest as it was: then the bytes are gone from the WARC files, and the next command
    that writes to the archive does the rest.
    """
    count = 0
    while True:
        with archive.vault.writing():
            at = archive.clock()
            fact = next_withdrawal(
                archive.manifest, archive.store, capture_id, at=at, by=by, because=because, remove=remove
            )
            if fact is None:
                return count
            stated = archive.vault.state(fact)
        archive.concluder.follow(stated)
        count += 1
