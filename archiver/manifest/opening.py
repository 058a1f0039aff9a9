"""Where the manifest is, whether it is one that this program can read, and opening it for reading."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path

from archiver.errors import ArchiverError, Damaged, ForeignManifest, ManifestTooNew, NoArchive, Unreadable
from archiver.manifest.schema import APPLICATION_ID, OLDEST_READABLE, VERSION

MANIFEST = Path("manifests/manifest.db")


_ANEW = "The WARC files in archive/ hold all that it should say. To draw it anew from them: archiver rebuild"


def not_a_manifest(path: Path, why: sqlite3.Error | UnicodeDecodeError) -> ArchiverError:
    """What is to be said of a file that is no database (ForeignManifest), or of one that is damaged (Damaged)."""
    if getattr(why, "sqlite_errorcode", None) == sqlite3.SQLITE_NOTADB:
        return ForeignManifest(f"{path} is not a manifest: {why}", advice=_ANEW)
    return Damaged(f"{path} is damaged: {why}", advice=_ANEW)


def of_the_disk(why: sqlite3.Error) -> bool:
    """Whether an error is of the disk, or of another process, and not of what stands in the database: text that is no UTF-8 is an
    OperationalError, too, and one without a code.
    """
    return isinstance(why, sqlite3.OperationalError) and getattr(why, "sqlite_errorcode", None) is not None


def is_empty(connection: sqlite3.Connection) -> bool:
    """Whether the database is new: nothing in it, or only what a broken first opening left: the table that counts migrations."""
    return not connection.execute(
        "select 1 from sqlite_master where tbl_name <> '_sqlite_migrations' limit 1"
    ).fetchone()


def check(connection: sqlite3.Connection, path: Path, oldest: int = OLDEST_READABLE) -> None:
    """Raise ForeignManifest or ManifestTooNew unless the open database is a manifest that this program can read: of schema
    `oldest` or later. Whoever writes brings up any.
    """
    try:
        application = connection.execute("pragma application_id").fetchone()[0]
        version = connection.execute("pragma user_version").fetchone()[0]
    except sqlite3.OperationalError:
        raise
    except sqlite3.DatabaseError as why:
        raise not_a_manifest(path, why) from why
    if application != APPLICATION_ID:
        raise ForeignManifest(
            f"{path} is a database, but not a manifest of archiver",
            advice="Move it away, or name another folder with --archive.",
        )
    if version > VERSION:
        raise ManifestTooNew(
            f"{path} has schema {version}; this archiver knows up to {VERSION}",
            advice="Update archiver: it never writes to a manifest that is newer than itself.",
        )
    if version < oldest:
        raise ForeignManifest(
            f"{path} has schema {version}, too old to be read as it is",
            advice="Bring it up to this program's schema: archiver migrate",
        )


def _beside(path: Path, tail: str) -> bool:
    """Whether there is anything in a log beside the database."""
    log = path.with_name(path.name + tail)
    return log.exists() and log.stat().st_size > 0


def _unmade(path: Path) -> NoArchive:
    if not _beside(path, "-journal") and _has_files(
        path.parent.parent
    ):  # the manifest is made before the first of them
        return NoArchive(f"there is nothing in {path}, and there are WARC files: it was lost", advice=_ANEW)
    return NoArchive(
        f"there is nothing in {path} yet",
        advice="It is being made just now, or its making was broken off: `archiver capture URL` goes on with it.",
    )


def _has_files(folder: Path) -> bool:
    return next((folder / "archive").glob("*.warc.gz"), None) is not None


def follows(folder: Path) -> bool:
    """Whether whoever reads the manifest in `folder` can follow what is written to it: not where a log can be neither read nor made
    beside it. It can be read all the same, as it stands, where there is nothing in a log: see open_read_only.
    """
    address = f"{(folder / MANIFEST).resolve().as_uri()}?mode=ro"
    try:
        with closing(sqlite3.connect(address, uri=True, timeout=20)) as connection:
            connection.execute("select 1 from sqlite_master")
    except sqlite3.OperationalError:
        return False
    return True


@contextmanager
def open_read_only(
    folder: Path, oldest: int = OLDEST_READABLE, *, untouched: bool = False
) -> Iterator[sqlite3.Connection]:
    """The manifest of the archive in `folder`, for reading, while the block runs. Rows come as sqlite3.Row.

    `untouched`: where there is no log beside it, none is made for the reading; whoever asks so keeps writers away meanwhile, or can
    bear that one comes. Raises NoArchive, ForeignManifest, ManifestTooNew, Damaged, Unreadable.
    """
    path = folder / MANIFEST
    if not path.is_file() and _has_files(folder):
        raise NoArchive(
            f"the archive in {folder} has WARC files but no {MANIFEST}",
            advice="Put the manifest back from a copy; or draw it anew from the WARC files: archiver rebuild",
        )
    if not path.is_file():
        raise NoArchive(
            f"there is no archive in {folder}: it has no {MANIFEST}",
            advice="Name the archive's folder with --archive or ARCHIVER_HOME; `archiver capture URL` makes a new one.",
        )
    if _beside(path, "-journal") and not untouched:  # only the making of a new manifest has one
        with (
            suppress(sqlite3.OperationalError),
            closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=rw", uri=True)) as writer,
        ):
            writer.execute("select 1 from sqlite_master")  # SQLite undoes what was broken off; who only reads cannot
    if _beside(path, "-journal"):
        raise _unmade(path)
    address = f"{path.resolve().as_uri()}?mode=ro"
    if untouched and not path.with_name(path.name + "-wal").exists():
        address += "&immutable=1"
    try:
        with ExitStack() as opened:
            connection = opened.enter_context(closing(sqlite3.connect(address, uri=True, timeout=20)))
            try:
                connection.execute("select 1 from sqlite_master")
            except sqlite3.OperationalError:
                # A log that cannot be opened beside it: the folder is read-only. With nothing in the log the file says it all.
                if _beside(path, "-wal"):
                    raise
                connection = opened.enter_context(closing(sqlite3.connect(address + "&immutable=1", uri=True)))
            connection.row_factory = sqlite3.Row
            if is_empty(connection):
                raise _unmade(path)
            check(connection, path, oldest)
            connection.execute("pragma trusted_schema = off")
            yield connection
    except (
        sqlite3.DatabaseError,
        UnicodeDecodeError,
    ) as why:  # SQLite quotes what is damaged, whatever bytes those are
        if isinstance(why, sqlite3.Error) and of_the_disk(why):
            raise Unreadable(
                f"{path} cannot be read: {why}", advice="Check that you may read the file and its folder."
            ) from why
        raise not_a_manifest(path, why) from why
