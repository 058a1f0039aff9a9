"""A copy of the manifest that can be put before the public, in a folder that Datasette serves as it is.

    made(connection)          whether an open manifest is such a copy, and of what
    write(connection, ...)    makes one:  1. a copy of one state, also while others write                  (vacuum into)
                                          2. out with what is not for everybody                            (public)
                                             what followed from that is drawn anew                         (the caller's to do)
                                          3. a copy of what is left, so that nothing stays in free pages   (vacuum into)
                                          4. on disk, then its name; a copy that was there before goes with that

Until 4 all of it lies in a folder that only its owner can look into.

Does not own: what is for everybody (public), what follows from what (publishing), how a copy is shown (browse).
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import json
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from archiver.errors import ArchiverError, Locked, Unwritable, UsageError
from archiver.manifest.opening import MANIFEST, of_the_disk
from archiver.manifest.public import clear, withdraw
from archiver.manifest.schema import APPLICATION_ID
from archiver.manifest.status import Figures, figures
from archiver.model.citation import Json
from archiver.model.date import rfc3339
from archiver.plain import put, sync_folder

#: The database in the folder, and what is not finished yet. Datasette takes every `*.db` of a folder, and not that.
NAME, DRAFT = "manifest.db", ".snapshot.part"

#: What Datasette is told for a whole server. No SQL of strangers, no facets that nobody asked for, and bounds.
SETTINGS: Mapping[str, Json] = {
    "default_allow_sql": False, "allow_download": True, "suggest_facets": False, "allow_csv_stream": False, "max_returned_rows": 500,
    "sql_time_limit_ms": 2000, "facet_time_limit_ms": 1000, "default_facet_size": 20, "truncate_cells_html": 300, "default_cache_ttl": 60,
}  # fmt: skip

_ROOM = "It takes room for two manifests: make some, or name a folder on another disk."
_LEAVE = "Name a folder that you may write to."
#: What helps where something could not be written, by what the system says, and by what SQLite makes of that (its primary codes).
_HELPS: Mapping[int, str] = {
    **dict.fromkeys((errno.ENOSPC, errno.EDQUOT, errno.EFBIG), _ROOM), **dict.fromkeys((errno.EACCES, errno.EPERM, errno.EROFS), _LEAVE),
}  # fmt: skip
_HELPS_SQLITE: Mapping[int, str] = {
    sqlite3.SQLITE_FULL: _ROOM, **dict.fromkeys((sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM), _LEAVE),
    sqlite3.SQLITE_IOERR: "Name a folder on another disk: this one may be full, or failing.",
}  # fmt: skip
_ELSEWHERE = "Name another folder."

TITLE = "Archived pages, and where their texts came from"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a public copy says of itself: when (RFC 3339) and by what it was made, of which log, and how many statements that had;
    whether full texts are in it.
    """

    made_at: str
    tool: str
    archive_origin: str | None
    sequence: int
    texts: bool


@dataclass(frozen=True, slots=True)
class Written:
    """A public copy that was made: its file, bytes and SHA-256 (hex), what it holds, and how many values or rows of what were left out."""

    path: Path
    size: int
    sha256: str
    snapshot: Snapshot
    figures: Figures
    left_out: Mapping[str, int]


def made(connection: sqlite3.Connection) -> Snapshot | None:
    """What an open manifest says of itself where it is a public copy; None where it is not one."""
    if not connection.execute("select 1 from sqlite_master where type = 'table' and name = 'snapshot'").fetchone():
        return None
    row = connection.execute("select made_at, tool, archive_origin, sequence, texts from snapshot").fetchone()
    return None if row is None else Snapshot(row[0], row[1], row[2], row[3], bool(row[4]))


def write(
    connection: sqlite3.Connection,
    folder: Path,
    redraw: Callable[[Path], None],
    *,
    at: datetime,
    tool: str,
    texts: bool = True,
) -> Written:
    """Make a public copy of the manifest that is open for reading, in `folder`: a new one, an empty one, or one with such a copy, which
    is replaced. Without `texts` the full texts stay out; titles, bylines and quotes do not. `redraw` is called where pages are withdrawn,
    with a folder whose MANIFEST is to be settled: what other pages are said to be follows from them no more.

    It takes room for two manifests while it is made, and little memory. Raises UsageError where something else lies in the folder,
    Locked where another process makes one there, Unwritable, sqlite3.Error where the manifest is damaged.
    """
    try:
        with _draft(folder) as draft:
            whole, left = draft / MANIFEST, draft / NAME
            whole.parent.mkdir()
            _copy(connection, whole)
            with _opened(whole) as copy:
                withdrawn = withdraw(copy)
            if withdrawn:
                redraw(draft)
            with _opened(whole) as copy:
                left_out = {**({"withdrawn pages": withdrawn} if withdrawn else {}), **clear(copy, texts=texts)}
                said = _sign(copy, Snapshot(rfc3339(at), tool, None, 0, texts))
                _copy(copy, left)
            whole.unlink()
            return _publish(left, folder, said, left_out)
    except OSError as why:
        raise _unwritable(folder, why.strerror or str(why), _HELPS.get(why.errno or 0, _ELSEWHERE)) from why
    except sqlite3.OperationalError as why:
        if not of_the_disk(why):
            raise
        raise _not_taken(folder, why) from why


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    """A copy that is thrown away where anything goes wrong with it."""
    with closing(sqlite3.connect(path, isolation_level=None)) as copy:
        for pragma in ("journal_mode = off", "synchronous = off", "cache_size = -32768"):
            copy.execute(f"pragma {pragma}")
        yield copy


def _unwritable(folder: Path, why: str, advice: str) -> Unwritable:
    return Unwritable(
        f"no snapshot was made in {folder}: {why}", advice=f"{advice} What was there before is as it was."
    )


def _not_taken(folder: Path, why: sqlite3.OperationalError) -> ArchiverError:
    """What SQLite did not take: the disk's doing, or else ours, of which no other folder would make anything better."""
    advice = _HELPS_SQLITE.get(why.sqlite_errorcode & 0xFF)
    if advice is not None:
        return _unwritable(folder, str(why), advice)
    return ArchiverError(
        f"no snapshot was made in {folder}: the copy could not be worked on: {why}",
        advice="See what `archiver doctor` says of the archive; where that finds nothing, this is a fault of archiver: please report it.",
    )


@contextmanager
def _draft(folder: Path) -> Iterator[Path]:
    """A folder in `folder` for what is not finished, for nobody else to look into; gone afterwards. One process at a time."""
    new = not folder.exists()
    if not new and not folder.is_dir():
        raise UsageError(f"{folder} is no folder", advice="A snapshot is a folder: name a new one.")
    if new:
        folder.mkdir(parents=True)
        folder.chmod(0o755)  # it is to be served, by whomever
    lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    draft = folder / DRAFT
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as why:
            raise Locked(
                f"another process makes a snapshot in {folder}", advice="Wait for it, or name another folder."
            ) from why
        _check_ours(folder)
        shutil.rmtree(draft, ignore_errors=True)  # of one that was broken off
        draft.mkdir(mode=0o700)
        try:
            yield draft
        finally:
            shutil.rmtree(draft, ignore_errors=True)
            if new:
                with suppress(OSError):
                    folder.rmdir()  # where nothing came of it
    finally:
        os.close(lock)


def _check_ours(folder: Path) -> None:
    """Raise UsageError unless the folder is empty, or holds a snapshot, or what is left of one that was broken off."""
    found = {path.name for path in folder.iterdir()}
    begun = DRAFT in found and NAME not in found
    if found and not begun and not _is_snapshot(folder / NAME):
        raise UsageError(
            f"{folder} is not empty, and what lies in it is no snapshot of archiver; nothing was done",
            advice="Name a new or an empty folder.",
        )


def _is_snapshot(path: Path) -> bool:
    if not path.is_file():
        return False
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?immutable=1", uri=True)) as connection:
            ours = connection.execute("pragma application_id").fetchone()[0] == APPLICATION_ID
            return ours and made(connection) is not None
    except sqlite3.Error:
        return False


def _copy(connection: sqlite3.Connection, path: Path) -> None:
    """What is in a database now, without what was deleted from it; in journal mode `delete`."""
    connection.execute("vacuum into ?", (str(path),))


def _sign(copy: sqlite3.Connection, said: Snapshot) -> Snapshot:
    """The copy says what it is."""
    copy.execute("drop table if exists snapshot")
    copy.execute(
        "create table snapshot (made_at text not null, tool text not null, archive_origin text, sequence integer not null,"
        " texts integer not null) strict"
    )
    copy.execute(
        "insert into snapshot select ?, ?, (select origin from checkpoints order by size desc limit 1),"
        " (select coalesce(max(sequence), 0) from log), ?",
        (said.made_at, said.tool, said.texts),
    )
    signed = made(copy)
    return said if signed is None else signed


def _publish(draft: Path, folder: Path, said: Snapshot, left_out: Mapping[str, int]) -> Written:
    """Give a finished copy its name, with what Datasette reads beside it. At no moment is it served without its settings, or with the
    counts of another.
    """
    with closing(sqlite3.connect(f"{draft.resolve().as_uri()}?mode=ro", uri=True)) as connection:
        held, tables = figures(connection), _counts(connection)
    draft.chmod(0o644)
    with draft.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        os.fsync(file.fileno())
    path, size = folder / NAME, draft.stat().st_size
    inspected: Json = {"manifest": {"hash": digest, "size": size, "file": NAME, "tables": tables}}
    _put(folder / "settings.json", dict(SETTINGS))
    _put(folder / "metadata.json", _metadata(said))
    for tail in ("-wal", "-shm", "-journal"):  # of the one before, by whoever opened it for writing
        path.with_name(f"{NAME}{tail}").unlink(missing_ok=True)
    (folder / "inspect-data.json").unlink(missing_ok=True)
    draft.replace(path)
    sync_folder(folder)
    _put(folder / "inspect-data.json", inspected)
    sync_folder(folder)
    return Written(path, size, digest, said, held, left_out)


def _counts(connection: sqlite3.Connection) -> dict[str, Json]:
    """How many rows each table has, as Datasette wants to know it of a database that does not change."""
    names = [row[0] for row in connection.execute("select name from sqlite_master where type = 'table' order by name")]
    return {name: {"count": connection.execute(f'select count(*) from "{name}"').fetchone()[0]} for name in names}  # noqa: S608 - our names


def _metadata(said: Snapshot) -> Json:
    log = f" It holds the {said.sequence:,} statements of the log {said.archive_origin}." if said.archive_origin else ""
    texts = "" if said.texts else " Full texts are left out; titles, quotes and digests are here."
    about = (
        f"A public copy of an archive's manifest, made on {said.made_at} by {said.tool}: which pages were captured, what they say of"
        f" where their texts came from, and what follows from that.{log}{texts} It does not change; the archive it is of may have gone on."
    )
    return {
        "title": TITLE, "description": about, "source": said.archive_origin, "allow_sql": False,
        "databases": {"manifest": {"source": said.archive_origin, "allow_sql": False}},
    }  # fmt: skip


def _put(path: Path, value: Json) -> None:
    put(path, [json.dumps(value, ensure_ascii=False, indent=2).encode(), b"\n"])
