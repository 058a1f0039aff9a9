"""Where evidence goes in: an archive's files and its manifest, open for writing, and the lock in front of them.

    with vault.writing():                 the write lock; what another process left unfinished is taken up first
    capture = vault.seal(prepared)        WARC records and their statement, on disk (the commit point); then transaction 1
    stated  = vault.state(fact)           the same for a fact that no page's record bears
    vault.end_files()                     state the length and the digest of every file that is complete
    vault.checkpoint(keys)                the root over all that is stated, kept, signed where there is a key

Owns the order of these two, and that a row never refers to what is not on disk. How records are written is warc's, what rows
there are is manifest's; what is concluded from a capture is conclude's, and fetching is the pipeline's.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

from archiver.errors import Damaged, Unreadable, Unwritable, UsageError
from archiver.fetch.pace import Step
from archiver.fetch.robots import LIMITS, Recalled
from archiver.ledger import checkpoints, log
from archiver.ledger.checkpoints import Kept
from archiver.ledger.keys import RESTORE, Signing, signing, successor
from archiver.ledger.verify import seal as seal_of
from archiver.manifest import fixity, pace
from archiver.manifest.earlier import last_good, last_robots
from archiver.manifest.log import checkpoint_signed, covered, current_key
from archiver.manifest.store import Manifest
from archiver.model.capture import Capture, Earlier
from archiver.model.date import Clock
from archiver.model.event import Seal
from archiver.model.log import Checkpoint, KeyChange
from archiver.model.statement import Fact, Stated
from archiver.model.text import counted
from archiver.payloads import payload_of, statement_of
from archiver.signing import heads
from archiver.signing.keys import Key
from archiver.signing.note import Note
from archiver.warc.recover import recover
from archiver.warc.seal import Prepared, WarcStore, is_held, seal, seal_fact

#: For so long a server is believed that says of a page that it has not changed; then it is asked plainly once more.
BELIEVED = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Checkpointed:
    """A checkpoint that was made just now, whether it is signed, and why not. `forgotten`: why nothing outside the archive remembers
    that the key signed it.
    """

    checkpoint: Checkpoint
    signed: bool
    why_not: str = ""
    forgotten: str = ""


class Vault:
    """The files and the manifest of the archive in `folder`, which is made where there is none. Close it.

    Raises ForeignManifest, ManifestTooNew, Locked or Unwritable where they are not ours to write.
    """

    def __init__(self, folder: Path, clock: Clock, tool: str) -> None:
        self.folder = folder
        self.clock = clock
        #: What an earlier run, or the loss of the manifest, left to do: captures taken up from the WARC files, and files moved aside.
        self.taken_up = 0
        self.moved_aside: list[Path] = []
        with self.disk():
            (folder / "archive").mkdir(parents=True, exist_ok=True)
            (folder / "manifests").mkdir(exist_ok=True)
        self.store = WarcStore(folder / "archive", clock=clock, ids=lambda: str(uuid4()), tool=tool)
        with self.disk(), self.store.locked():
            self.manifest = Manifest(folder)
            log.catch_up(self.manifest, self.store.folder)

    def close(self) -> None:
        """Close the manifest, under the lock: nobody reads a log that is being folded in."""
        with self.store.locked():
            self.manifest.close()

    # ── the lock ──

    @contextmanager
    def disk(self) -> Iterator[None]:
        """What the disk refuses, said in one sentence."""
        try:
            yield
        except (OSError, sqlite3.OperationalError) as why:
            raise Unwritable(
                f"the archive in {self.folder} cannot be written to: {why}",
                advice="What was acknowledged before is safe. Make room, or mend the permissions, and run the same again.",
            ) from why

    @contextmanager
    def writing(self) -> Iterator[None]:
        """The write lock, and the files as the manifest knows them: what another process left unfinished is taken up first. Raises
        Damaged where statements are lost that a checkpoint covers: another would get the number of one of them.
        """
        with self.disk(), self.store.locked():
            while self._recover():
                pass
            self._refuse_to_fork()
            yield

    @contextmanager
    def writing_together(self) -> Iterator[None]:
        """The same for many: one sync of the files, then one transaction."""
        with self.writing(), self.manifest.together(), self.store.together():
            yield

    def _recover(self) -> bool:
        """Take up what stands in the files past their known ends, as far as it goes at once; whether there is more."""
        recovered = recover(self.store, self.manifest)
        with self.manifest.together():
            for group in recovered.groups:
                self.manifest.adopt(group.statement, group.records, group.texts)
                self.taken_up += isinstance(group.statement, Capture) and group.statement.purpose == "page"
        self.moved_aside += recovered.torn
        return recovered.more

    def _refuse_to_fork(self) -> None:
        connection, last = self.manifest.connection, self.manifest.next_sequence() - 1
        if last >= covered(connection):
            return
        for was, path in log.binding(connection, self.store.folder):
            if was.size > last:
                missing = "1 statement" if was.size == last + 1 else f"{was.size - last} statements"
                raise Damaged(
                    f"{missing} that a checkpoint covers are missing: {path} is of {was.size}, and there are {last}",
                    advice="Nothing is written: it would be another log. Put the lost WARC files back from a copy of the archive and run: "
                    "archiver rebuild. Where there is no copy: archiver rebuild --accept-loss goes on from what is there.",
                )

    # ── evidence ──

    def seal(self, prepared: Prepared) -> Capture:
        """A visit that was prepared, acknowledged."""
        with prepared, self.writing():
            capture = seal(prepared, self.store, self.manifest)
            self.manifest.record(capture)
        return capture

    def state(self, fact: Fact) -> Stated:
        """A fact, acknowledged."""
        with self.writing():
            stated = seal_fact(fact, self.store, self.manifest)
            self.manifest.record(stated)
        return stated

    def recall(self, asked: str, purpose: str) -> Earlier | None:
        """The last good capture of an address, if its bytes came not too long ago, and what it refers to is there and unharmed."""
        with self.disk():
            with self.store.locked():
                earlier = last_good(self.manifest.connection, asked, purpose)
                place = None if earlier is None else self.manifest.location_of(earlier.holder.record_id)
            if earlier is None or self.clock() - earlier.captured_at > BELIEVED:
                return None
            return earlier if is_held(place, self.store) else None

    def recall_robots(self, where: str) -> Recalled | None:
        """What was answered when the robots.txt at `where` was last asked for, if its records are there and unharmed."""
        with self.disk(), self.store.locked():
            stating = last_robots(self.manifest.connection, where)
            if stating is None:
                return None
            try:
                capture = statement_of(stating.record_id, stating.location, self.store.folder)
                if not isinstance(capture, Capture):
                    return None
                read = payload_of(capture, self.store.folder, self.manifest, LIMITS)
            except (Damaged, Unreadable):  # what verify will say
                return None
            # Without the answer itself nothing is known: that it is empty would be a licence.
            return None if read.status is None else Recalled(capture.final, read.content)

    # ── files ──

    def end_file(self) -> None:
        """Nothing more goes into the file that is being filled, unless nothing stands in it but the seals of others."""
        with self.writing():
            name = self.manifest.open_warc()
            if name is not None and self.manifest.holds_more_than_seals(name):
                self.manifest.end(name)

    def end_files(self) -> list[Seal]:
        """State the length and digest of every complete file of which that was not done, unless it is damaged (verify says so)."""
        stated = []
        for known in fixity.files(self.manifest.connection):
            if not known.sealed or known.digest is not None:
                continue
            expected = list(fixity.records(self.manifest.connection, known.name))
            sealed = seal_of(self.store.folder, known, expected, self.clock())
            with self.writing():  # another process may have done it meanwhile
                if sealed is not None and fixity.file(self.manifest.connection, known.name).digest is None:
                    self.state(sealed)
                    self.store.protect(known.name)
                    stated.append(sealed)
        return stated

    # ── the log ──

    def checkpoint(self, keys: Sequence[Key] = (), amiss: str = "") -> Checkpointed | None:
        """Keep the root over everything that is stated so far, signed with the first of the keys if the log agrees; a key that is new to
        it is stated before. None where nothing was stated since the last one, unless nobody signed that and there is a key to be stated.
        `amiss`: why there are no keys. Raises Damaged where the log does not go on from those that bind it (ledger.log.binding), or from
        what the key signed last.
        """
        with self.writing():
            connection = self.manifest.connection
            log.note_unknown(self.manifest, self.store.folder)  # of a run that ended between a file and its row
            tree = log.Log(connection)
            for was, path in log.binding(connection, self.store.folder):
                if not tree.goes_on_from(was):
                    raise Damaged(
                        f"the log does not go on from {path}: what is stated is not what was stated then",
                        advice="No new checkpoint is made. Run: archiver verify --level index",
                    )
            if not tree.size:
                return None
            using = signing(tree.origin, current_key(connection), keys, self.clock(), amiss)
            signed = checkpoint_signed(connection, tree.size)
            if signed is not None and (signed or using.change is None):
                return None
            using = _agreed(using, tree)
            if using.change is not None:
                self.state(using.change)
            with self.manifest.together():
                log.fill(connection)
            new = tree.checkpoint()
            note = Note(new.text) if using.key is None else Note(new.text).signed(using.key, new.origin)
            kept = checkpoints.keep(self.store.folder, new, note, self.store.sync_folder)
            with self.manifest.together():
                log.note_checkpoints(connection, [kept])
            forgotten = _remember(using.key, kept)
        return Checkpointed(kept.checkpoint, using.key is not None, using.why_not, forgotten)

    def change_key(self, keys: Sequence[Key], because: str = "", *, lost: bool = False) -> KeyChange | None:
        """State that the first of the keys signs from here on; `lost`: though the one before is not there to say so. None where the log
        says so already, or there is none yet. Raises UsageError where it cannot be stated.
        """
        with self.writing():
            tree, current = log.Log(self.manifest.connection), current_key(self.manifest.connection)
            if not tree.size:
                return None
            if lost:
                change: KeyChange | None = successor(tree.origin, current, keys, self.clock(), because)
            else:
                using = signing(tree.origin, current, keys, self.clock())
                if using.why_not:
                    raise UsageError(using.why_not, advice=RESTORE)
                change = using.change and replace(using.change, because=because or using.change.because)
            if change is not None:
                self.state(change)
        return change

    # ── the pace of hosts ──

    def keep_pace(self, host_name: str, step: Step) -> None:
        """When a host may be asked again, for all processes: read and noted at once. No files are looked at, and nothing is synced."""
        with self.disk(), self.store.locked():
            new = step(pace.of(self.manifest.connection, host_name))
            if new is not None:
                pace.keep(self.manifest.connection, host_name, new)

    def prune_pace(self) -> None:
        """Forget the hosts of which nothing needs to be known any more."""
        with self.disk(), self.store.locked():
            pace.prune(self.manifest.connection, self.clock())


def _agreed(using: Signing, tree: log.Log) -> Signing:
    """A key signs nothing that does not go on from what it signed last for this log; nothing, where that cannot be read."""
    kept_at = None if using.key is None else using.key.path
    path = None if kept_at is None else heads.last(kept_at, tree.origin)
    if path is None:
        return using
    try:
        was = heads.read(path, tree.origin)
    except (OSError, ValueError) as why:
        return Signing(why_not=f"what your key signed last for it cannot be read ({path}: {why})")
    if not tree.goes_on_from(was):
        raise Damaged(
            f"this log does not go on from what your key signed last ({counted(was.size, 'statement')}, in {path}): it was put back "
            "to an earlier state, copied and gone on with elsewhere, or rewritten",
            advice=f"Nothing is signed. What differs: archiver verify --head {path}. Go on with one copy of an archive alone, the one in which "
            "verify finds nothing. Only if you put this one back yourself and the later state is lost: remove that file, which accepts this one.",
        )
    return using


def _remember(key: Key | None, kept: Kept) -> str:
    """Keep beside the key what it signed; why that cannot be."""
    if key is None or key.path is None:
        return ""
    try:
        heads.remember(key.path, kept.checkpoint.origin, kept.note)
    except OSError as why:
        return f"{key.path.parent / heads.FOLDER} cannot be written to: {why.strerror}"
    return ""
