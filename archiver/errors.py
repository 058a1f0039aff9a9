"""Every error that archiver raises on purpose, drawn, and the exit codes of the command line.

    ArchiverError                     1
    ├── UsageError                    2    an argument, an option or a settings file is wrong
    ├── NoArchive                    10    the folder named is not an archive
    ├── Locked                       11    another process holds the lock
    ├── ManifestTooNew               12    the manifest was written by a newer archiver
    ├── ForeignManifest               2    manifest.db is not a manifest of ours, or too old to read
    ├── Unwritable                    4    the disk did not take what was to be written
    ├── Damaged                       5    bytes on disk are not what they were
    ├── NotFound                      4    nothing in the archive answers
    ├── Unreadable                    4    a file or payload that cannot be read as what it claims to be
    ├── NoWorker                      4    no process can be had that reads what others wrote
    └── FetchError              4 or 7     a visit that ended with nothing to keep; carries a Problem

What this module owns: the tree, the advice that goes with each error, the exit codes. It imports nothing of ours, and
raises nothing. What is odd about the *world* (a page that contradicts itself) is a Finding, not an error: see model.lineage.
"""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """What the process tells its caller. The numbers never change meaning."""

    DONE = 0
    BUG = 1
    USAGE = 2
    PARTLY = 3
    FAILED = 4
    INTEGRITY = 5
    FINDINGS = 6
    REFUSED = 7
    NO_ARCHIVE = 10
    LOCKED = 11
    TOO_NEW = 12
    INTERRUPTED = 130


#: One sentence for each code, printed in the README's table.
EXIT_MEANINGS: dict[Exit, str] = {
    Exit.DONE: "done",
    Exit.BUG: "a bug in archiver: please report it with what was printed",
    Exit.USAGE: "an argument, option or settings file is wrong; nothing was done",
    Exit.PARTLY: "done in part: something was flagged, or failed among several",
    Exit.FAILED: "failed, or nothing found",
    Exit.INTEGRITY: "an integrity check failed: stored bytes are not what they were",
    Exit.FINDINGS: "findings: a fault that doctor sees, or what a command was asked to fail on",
    Exit.REFUSED: "refused by policy: robots.txt, a private address, the scheme, the size",
    Exit.NO_ARCHIVE: "there is no archive in that folder",
    Exit.LOCKED: "another process holds the archive's lock",
    Exit.TOO_NEW: "the manifest was written by a newer archiver than this one",
    Exit.INTERRUPTED: "interrupted; what was acknowledged before is safe",
}


class ArchiverError(Exception):
    """What happened and why (`str(error)`), what to do next (`advice`), and the exit code that says so."""

    exit_code: Exit = Exit.BUG

    def __init__(self, message: str, *, advice: str = "") -> None:
        super().__init__(message)
        self.advice = advice


class UsageError(ArchiverError):
    """An argument, an option or a settings file is wrong."""

    exit_code = Exit.USAGE


class NoArchive(ArchiverError):
    """The folder is not an archive, and the command does not make one."""

    exit_code = Exit.NO_ARCHIVE


class Locked(ArchiverError):
    """Another process held the lock for longer than we wait."""

    exit_code = Exit.LOCKED


class ManifestTooNew(ArchiverError):
    """The manifest's schema is newer than this program."""

    exit_code = Exit.TOO_NEW


class ForeignManifest(ArchiverError):
    """manifest.db is not an archiver manifest, or is older than what a look-up can read."""

    exit_code = Exit.USAGE


class Unwritable(ArchiverError):
    """The disk, or the file system's permissions, did not let us write. What was acknowledged before is safe."""

    exit_code = Exit.FAILED


class Damaged(ArchiverError):
    """Bytes on disk are not what the manifest says they were. Never repaired behind the user's back."""

    exit_code = Exit.INTEGRITY


class NotFound(ArchiverError):
    """Nothing in the archive answers the question."""

    exit_code = Exit.FAILED


class Unreadable(ArchiverError):
    """A file or a payload is not what it claims to be (a WARC, a PDF, JSON)."""

    exit_code = Exit.FAILED


class NoWorker(ArchiverError):
    """The process in which pages are read does not start: of a page nothing can be said, and nothing is said. No fault of the page."""

    exit_code = Exit.FAILED

    def __init__(self, why: str) -> None:
        super().__init__(
            f"the process that reads pages does not start: {why}",
            advice="What was captured is safe, and is read by the next command that writes to the archive. See what `archiver doctor` says.",
        )


class FetchError(ArchiverError):
    """A visit that left nothing to keep: `problem` is a code of model.capture.PROBLEMS (failed or refused)."""

    exit_code = Exit.FAILED

    def __init__(self, problem: str, message: str, *, advice: str = "", final_url: str | None = None) -> None:
        super().__init__(message, advice=advice)
        self.problem = problem
        self.final_url = final_url
