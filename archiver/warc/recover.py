"""What a crash left at the end of a file: whole groups are adopted, the rest is moved aside. Nothing is deleted.

    with store.locked():
        recovered = recover(store, journal)            # at open, and before any append; again while there is more
        for group in recovered.groups: manifest.record(group.statement); manifest.know(group.records, group.texts)

Bytes past the known end are one or more groups: what one append wrote, its statement last. A group is whole when its statement
can be read, has the next sequence number, and names exactly the records that stand before it, each by id, place, length and
digest of its stored bytes (texts, which are conversion records and drawn again where they are missing, may stand between). A
statement out of an imported file names other places, so it ends no group; nor does one that a body merely contains, since bodies
are not searched. Texts behind the last statement are a group of their own.

A file that is shorter than known is damage, and never "repaired". Rebuilding a manifest reads the same groups (warc.groups).
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from archiver.errors import ArchiverError, Damaged
from archiver.model.capture import Capture
from archiver.warc.groups import Group, groups
from archiver.warc.store import Journal, WarcStore

#: So many groups are handed over at once: after the loss of a manifest there may be very many.
MOST = 500


@dataclass(frozen=True, slots=True)
class Recovered:
    """Groups to adopt, in order, and the files that hold what could not be. `more`: once these are recorded, look again."""

    groups: tuple[Group, ...] = ()
    torn: tuple[Path, ...] = ()
    more: bool = False


def recover(store: WarcStore, journal: Journal) -> Recovered:
    """Look past the known end of the archive's files. The lock must be held until the caller has recorded the groups.

    The open file is cut back to the end of its last whole group; a new file without a whole group is moved aside. Raises
    Damaged for a file that is gone or shorter than known, and for a file of whole groups that are not the next ones: this
    manifest is not (or no longer) that of these files.
    """
    sequence = journal.next_sequence()
    adopted: list[Group] = []
    torn: list[Path] = []
    for path, known in _tails(store, journal):
        found: list[Group] = []
        for group in groups(path, known):
            if len(adopted) + len(found) == MOST:
                _make_durable(store, path)
                return Recovered((*adopted, *found), tuple(torn), more=True)
            if group.statement is None:
                if not _known(group, journal, adopted + found):
                    break
            elif group.statement.sequence == sequence:
                sequence += 1
            elif known == 0 and not found:
                raise _stranger(path)
            else:
                break
            found.append(group)
        end = found[-1].end if found else known
        if path.stat().st_size > end or end == 0:
            torn.append(_move_aside(store, path, end))
        if found:
            _make_durable(store, path)
        adopted += found
    return Recovered(tuple(adopted), tuple(torn))


def _known(group: Group, journal: Journal, adopted: list[Group]) -> bool:
    """Whether texts without a statement behind them are of captures that there are."""
    captures = {one.statement.capture_id for one in adopted if isinstance(one.statement, Capture)}
    return all(text.capture_id in captures or journal.holds(text.capture_id) for text in group.texts)


def _tails(store: WarcStore, journal: Journal) -> Iterator[tuple[Path, int]]:
    """The files with bytes past their known end, and that end: the open one, then those that nobody knows of."""
    name = journal.open_warc()
    for path in store.files():
        known = journal.committed(path.name)
        size = path.stat().st_size
        if known is not None and size < known:
            raise Damaged(
                f"{path} has {size} bytes where {known} are known: its end is lost",
                advice="Put it back from a copy of the archive; then run: archiver verify",
            )
        if known is None or (path.name == name and size > known):
            yield path, known or 0
    if name is not None:
        store.size(name)  # which says so where the file is gone


def _stranger(path: Path) -> ArchiverError:
    return Damaged(
        f"{path} holds captures that the manifest does not know and that are not its next ones",
        advice="The manifest is older than the WARC files, or another archive's. Run: archiver rebuild",
    )


def _move_aside(store: WarcStore, path: Path, end: int) -> Path:
    """Put what stands from `end` on into a file beside, durably, and cut it off; from 0 on, that is the whole file."""
    aside = path.with_name(f"{path.name}.torn-{end}")
    number = 1
    while aside.exists():
        number += 1
        aside = path.with_name(f"{path.name}.torn-{end}-{number}")
    if end == 0:
        path.rename(aside)
        store.sync_folder(store.folder)
        return aside
    with path.open("r+b") as file:
        file.seek(end)
        with aside.open("xb") as copy:
            shutil.copyfileobj(file, copy)
            copy.flush()
            store.sync(copy.fileno())
        store.sync_folder(store.folder)
        file.truncate(end)
        store.sync(file.fileno())
    return aside


def _make_durable(store: WarcStore, path: Path) -> None:
    """What is adopted may have been written and never synced, and so may the names of its file and folders."""
    store.sync_path(path)
    store.sync_names()
