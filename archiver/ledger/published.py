"""The log in a folder that others fetch: as tiles, its checkpoints, and where the folder is in a git work tree, committed and pushed.

    write(connection, archive, folder, kept)      ledger.tiles, and beside them FOLDER/checkpoints/SIZE, each as it was
    repository = Repository.of(folder)            None where git knows nothing of it
    repository.commit(checkpoint), repository.push()

1. What is published never goes back, and no checkpoint takes the place of another: this is how it shows that an archive was put back to
   an earlier state, or forked.
2. git runs without a shell, hooks, signing of its own, or anybody to ask: it is given what it needs, and a time.
3. What is kept of a commit is its object: its SHA-1 or SHA-256 is its name, and its message holds the text of the checkpoint.
"""

from __future__ import annotations

import hashlib
import os
import re
import signal
import sqlite3
import subprocess
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from archiver import plain
from archiver.errors import ArchiverError, Exit
from archiver.ledger.checkpoints import Kept
from archiver.ledger.tiles import CHECKPOINT, write_tiles
from archiver.model.log import Checkpoint
from archiver.model.url import without_credentials
from archiver.signing.note import MOST_BYTES

EARLIER = "checkpoints"

#: What of a folder belongs to it.
PARTS = (CHECKPOINT, EARLIER, "tile")

#: Seconds that git has for what it does here, and for talking to others.
_HERE, _AWAY = 30.0, 120.0
#: The longest output of git that is looked at, and the most of it that is quoted, in bytes and characters.
_READ, _QUOTED = 64 * 1024, 300

_QUIET = ("-c", "core.hooksPath=/dev/null", "-c", "commit.gpgSign=false", "-c", "push.gpgSign=false", "-c", "gc.auto=0")
_NOBODY = ("-c", "user.name=archiver", "-c", "user.email=archiver@localhost")
_ALONE = {
    "GIT_TERMINAL_PROMPT": "0", "GIT_ASKPASS": "true", "SSH_ASKPASS": "true", "GIT_EDITOR": "true", "LC_ALL": "C",
}  # fmt: skip
#: What git says, or we, of a folder that is in no work tree.
_NONE = ("not a git repository", "git does not run")
#: Where these are set (in a hook), git would take another repository for this one.
_ELSEWHERE = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_COMMON_DIR", "GIT_PREFIX")


class Unpublished(ArchiverError):
    """It was not published, or not to the end."""

    exit_code = Exit.FAILED


def write(connection: sqlite3.Connection, archive: Path, folder: Path, kept: Kept) -> None:
    """Bring the folder up to a checkpoint, the newest; the archive's lock must be held. Raises Unpublished and what write_tiles does."""
    path, data = folder / EARLIER / str(kept.checkpoint.size), kept.note.encode()
    try:
        write_tiles(connection, archive, folder)
        if os.path.lexists(path) and plain.read(path, MOST_BYTES) != data:
            raise Unpublished(
                f"{path} is another checkpoint of that size",
                advice="What is published never changes: name another folder.",
            )
        path.parent.mkdir(exist_ok=True)
        plain.put(path, [data])
    except OSError as why:
        raise Unpublished(f"{folder} cannot be written to: {why.strerror}") from why


@dataclass(frozen=True, slots=True)
class Repository:
    """The git work tree that a folder is in, and the remote that it is pushed to: "" where there is none."""

    folder: Path
    remote: str
    address: str

    @classmethod
    def of(cls, folder: Path) -> Repository | None:
        """None where git is not there, or the folder is in no work tree. Raises Unpublished."""
        try:
            inside = _git(folder, "rev-parse", "--is-inside-work-tree")
        except Unpublished as why:
            if any(words in str(why) for words in _NONE):
                return None
            raise
        if inside != "true":
            return None
        remotes = _git(folder, "remote").splitlines()
        branch = _git(folder, "branch", "--show-current")
        configured = _git(folder, "config", "--default", "", "--get", f"branch.{branch}.remote") if branch else ""
        remote = next((one for one in (configured, "origin", *remotes) if one in remotes), "")
        return cls(folder, remote, _git(folder, "remote", "get-url", "--push", remote) if remote else "")

    @property
    def whom(self) -> str:
        """The remote's address without credentials, or the folder."""
        return without_credentials(self.address) if self.address else str(self.folder)

    def commit(self, checkpoint: Checkpoint) -> str:
        """Commit what is in the folder and belongs to it; the commit's ID. That of the commit before, where nothing is new."""
        parts = [part for part in PARTS if (self.folder / part).exists()]
        _git(self.folder, "add", "--", *parts)
        if _git(self.folder, "status", "--porcelain", "--", *parts):
            known = _git(self.folder, "config", "--default", "", "--get", "user.email")
            message = f"{checkpoint.size} statements\n\n{checkpoint.text}"
            _git(
                self.folder, "commit", "--quiet", "--no-verify", "--cleanup=verbatim", f"--message={message}", "--", *parts,
                settings=() if known else _NOBODY,
            )  # fmt: skip
        return _git(self.folder, "log", "-1", "--format=%H", "--", f"{EARLIER}/{checkpoint.size}")

    def commit_object(self, commit: str) -> bytes:
        """The bytes of a commit."""
        return _run(self.folder, ("cat-file", "commit", commit), _HERE)

    def push(self) -> None:
        """Send the branch to the remote. Raises Unpublished."""
        try:
            _git(self.folder, "push", "--quiet", self.remote, "HEAD", patience=_AWAY)
        except Unpublished as why:
            raise Unpublished(str(why).replace(self.address, self.whom)) from None


def named(commit: str, content: bytes) -> bool:
    """Whether a commit's object has this name."""
    header = b"commit %d\0" % len(content)
    algorithm = "sha256" if len(commit) == 64 else "sha1"
    return hashlib.new(algorithm, header + content, usedforsecurity=False).hexdigest() == commit


def fault(commit: str, content: bytes, checkpoint: Checkpoint) -> str:
    """Why these bytes are not the object of that commit, with the text of the checkpoint in its message (rule 3); "" where they are."""
    if not named(commit, content):
        return "it is another commit than was stated"
    said = content.endswith(f"\n\n{checkpoint.text}".encode())
    return "" if said else "it is a commit of something else than this checkpoint"


def _git(folder: Path, *words: str, patience: float = _HERE, settings: tuple[str, ...] = ()) -> str:
    return _run(folder, words, patience, settings).decode("utf-8", "replace").strip()


def _run(folder: Path, words: tuple[str, ...], patience: float, settings: tuple[str, ...] = ()) -> bytes:
    """What git says on its standard output. Raises Unpublished where it fails, or is not done in time."""
    try:
        # Into files: what it starts may live on and hold a pipe, and would be waited for.
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as told:
            code = _ended(folder, ["git", *_QUIET, *settings, *words], patience, out, told)
            if code != 0:
                told.seek(0)
                raise Unpublished(f"git {words[0]} failed: {_told(told.read(_READ))}")
            out.seek(0)
            return out.read(_READ)
    except OSError as why:
        raise Unpublished(f"git does not run: {why.strerror}") from why
    except subprocess.TimeoutExpired as why:
        raise Unpublished(f"git {words[0]} was not done after {patience:g} s") from why


def _ended(folder: Path, command: list[str], patience: float, out: IO[bytes], told: IO[bytes]) -> int:
    """The exit code of a command. Where its time is up it is killed, and what it started. Raises TimeoutExpired, OSError."""
    environment = {name: value for name, value in os.environ.items() if name not in _ELSEWHERE} | _ALONE
    process = subprocess.Popen(  # noqa: S603 - no shell
        command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=out, stderr=told, start_new_session=True
    )
    try:
        return process.wait(patience)
    finally:
        if process.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _told(output: bytes) -> str:
    """What git complains of, on one line, without credentials."""
    text = " ".join(output.decode("utf-8", "replace").split())
    return re.sub(r"://[^/@\s]*@", "://", text)[:_QUOTED] or "it gives no reason"
