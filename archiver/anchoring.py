"""Having the log seen by others, so that nobody can rewrite it unseen: each way optional, and each stated in the log itself.

    seers = configured(settings, folder)                      who is to see it
    for outcome in anchor(archive, seers): ...                the newest checkpoint, shown to each of them
    due(connection, seers, hours, now)                        those that did not see it for so long

    Authority       an RFC 3161 timestamp of the checkpoint's file       archive/anchors/SIZE-HOST.tsr
    Cosigner        a witness's cosignature of the checkpoint            archive/anchors/SIZE-NAME.note
    Publication     a folder that others fetch; where git pushes it, a commit   archive/anchors/SIZE-HOST.commit

1. What somebody gave is verified, then on disk, then stated. What nobody can verify is not kept.
2. A failure is pending: noted in the manifest, stated nowhere, and tried again the next time. It fails nothing else.
3. Whoever has seen all but statements about who has seen it is not asked again.
4. A time that differs from ours by more than FIVE_MINUTES is kept as it is, and said.

The checkpoint that covers what is stated here is made when the archive is left. Sends through fetch.send, and through git.
"""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from archiver.config import Settings
from archiver.errors import ArchiverError, Exit, NotFound, UsageError
from archiver.fetch.send import Answer, ask
from archiver.ledger import anchors as files
from archiver.ledger import checkpoints, published
from archiver.ledger.checkpoints import Kept
from archiver.ledger.cosigning import CONFLICT, OK, Witness, cosigned, request, seen
from archiver.ledger.log import Log
from archiver.manifest import anchors as rows
from archiver.model.date import rfc3339
from archiver.model.digest import Digest
from archiver.model.log import Anchor
from archiver.model.url import host, without_credentials
from archiver.pipeline import Archive
from archiver.signing import authority
from archiver.signing.certificates import loaded
from archiver.signing.note import BadNote
from archiver.signing.timestamp import Wrong

#: How far a time that others give may be from ours.
FIVE_MINUTES = timedelta(minutes=5)

#: Seconds that somebody has to answer, where a capture has not less.
PATIENCE = 20.0


class Unseen(ArchiverError):
    """Somebody was shown a checkpoint, and what came back is no word of theirs."""

    exit_code = Exit.FAILED


@dataclass(frozen=True, slots=True)
class Sight:
    """What somebody gave for a checkpoint: the bytes to keep, the time that they say, and what is to be said of it."""

    content: bytes
    suffix: str
    said_at: datetime | None
    note: str


class Seer(Protocol):
    """Somebody who is shown checkpoints."""

    @property
    def kind(self) -> str:
        """One of model.log.ANCHOR_KINDS."""

    @property
    def whom(self) -> str:
        """As it is stated: an address, a folder, or a witness's vkey."""

    @property
    def called(self) -> str:
        """What its files are called after."""

    def see(self, kept: Kept, archive: Archive, before: Anchor | None) -> Sight | str:
        """Show them the checkpoint; `before` is the last that they saw. A sentence where it is done, and there is nothing to state.

        Raises ArchiverError.
        """


class Ending(StrEnum):
    """What came of it."""

    ANCHORED = "anchored"
    ALREADY = "already"
    PUBLISHED = "published"
    PENDING = "pending"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of showing a checkpoint to somebody. `warning` is for the operator: about this machine's clock. `again`: they were asked
    in vain before, for the same reason.
    """

    kind: str
    whom: str
    ending: Ending
    size: int
    anchor: Anchor | None = None
    message: str = ""
    warning: str = ""
    again: bool = False


# ── who is to see it ──


def configured(settings: Settings, folder: Path) -> tuple[Seer, ...]:
    """Whom the settings name; paths in them are as seen from the archive's folder. Raises UsageError."""
    found: list[Seer] = []
    for one in (*settings.timestamp_authorities, *settings.witnesses):
        if (shown := one.partition(" ")[2] or one) != without_credentials(shown):
            raise UsageError(
                "an address to anchor at holds a user name or password",
                advice=f"Write it without: {without_credentials(shown)}",
            )
    if settings.timestamp_authorities:
        roots = trusted(settings, folder)
        found += (Authority(url, roots) for url in dict.fromkeys(settings.timestamp_authorities))
    try:
        found += (Cosigner(Witness.parse(text)) for text in settings.witnesses)
    except ValueError as why:
        raise UsageError(f"witnesses: {why}", advice="Each is a vkey (NAME+ID+KEY), a space, and an address.") from why
    if settings.publish:
        found.append(Publication.of(_path(settings.publish, folder)))
    return tuple(found)


def whom(settings: Settings, folder: Path) -> frozenset[str]:
    """The same by what is stated of them alone, in whatever state their settings are. Raises UsageError for a folder that is none."""
    published_in = (Publication.of(_path(settings.publish, folder)).whom,) if settings.publish else ()
    keys = (text.split(" ")[0] for text in settings.witnesses)
    return frozenset((*settings.timestamp_authorities, *keys, *published_in))


def trusted(settings: Settings, folder: Path) -> authority.Roots:
    """The certificates in the file `timestamp_ca`; none where it is not set. Raises UsageError."""
    if not settings.timestamp_ca:
        return ()
    path = _path(settings.timestamp_ca, folder)
    try:
        found = loaded(path.read_bytes())
    except OSError as why:
        raise UsageError(f"timestamp_ca: {path} cannot be read: {why.strerror}") from why
    if not found:
        raise UsageError(f"timestamp_ca: {path} holds no certificates in PEM", advice="The authority publishes them.")
    return tuple(found)


def due(connection: sqlite3.Connection, seers: Iterable[Seer], hours: float, now: datetime) -> tuple[Seer, ...]:
    """Those whose last sight of the log is older than that, or that have seen none, or seem to have seen it in the future."""

    def is_due(seer: Seer) -> bool:
        last = rows.last(connection, seer.kind, seer.whom)
        return last is None or not timedelta(0) <= now - last.at < timedelta(hours=hours)

    return tuple(filter(is_due, seers))


def _path(text: str, folder: Path) -> Path:
    try:
        return folder / Path(text).expanduser()
    except RuntimeError as why:
        raise UsageError(f"{text} names no place: {why}") from why


# ── showing it ──


def anchor(archive: Archive, seers: Sequence[Seer]) -> Iterator[Outcome]:
    """Show the newest checkpoint, made now where something was stated since, to each of them.

    Raises NotFound where nothing is stated in the archive, and whatever keeps it from being written to.
    """
    archive.checkpoint()
    kept = checkpoints.newest(archive.store.folder)
    if kept is None:
        raise NotFound(
            "nothing is stated in this archive yet, so there is nothing to show", advice="Run: archiver capture URL"
        )
    for seer in seers:
        yield _shown(archive, seer, kept)


def _shown(archive: Archive, seer: Seer, kept: Kept) -> Outcome:
    connection, size = archive.manifest.connection, kept.checkpoint.size
    before = rows.last(connection, seer.kind, seer.whom)
    if before is not None and not rows.news(connection, before):
        return _judged_again(archive, seer, before)
    try:
        sight = seer.see(kept, archive, before)
    except ArchiverError as why:
        message = f"{why}; {why.advice}" if why.advice else str(why)
        noted = _note(archive, seer.whom, message)
        return Outcome(seer.kind, seer.whom, Ending.PENDING, size, message=message, again=not noted)
    if isinstance(sight, str):
        return Outcome(seer.kind, seer.whom, Ending.PUBLISHED, size, message=sight)
    now = archive.clock()
    warning = _wrong_clock(now, sight.said_at)
    note = "; ".join(filter(None, (sight.note, warning)))
    with archive.vault.writing():
        name = files.keep(
            archive.store.folder, size, seer.called, sight.content,
            suffix=sight.suffix, sync_folder=archive.store.sync_folder,
        )  # fmt: skip
        digest = Digest.sha256(sight.content)
        stated = Anchor(seer.kind, seer.whom, now, size, kept.checkpoint.root, name, digest, sight.said_at, note)
        archive.vault.state(stated)
    return Outcome(seer.kind, seer.whom, Ending.ANCHORED, size, stated, warning=warning)


def _judged_again(archive: Archive, seer: Seer, before: Anchor) -> Outcome:
    """Somebody has seen it already. Which authorities are trusted may have been said only since then: by those it is judged now."""
    roots = seer.roots if isinstance(seer, Authority) else ()
    if not roots:
        return Outcome(seer.kind, seer.whom, Ending.ALREADY, before.size, before)
    fault = files.fault(archive.manifest.connection, archive.store.folder, before, roots)
    ending = Ending.ALREADY if fault is None or fault[0] is files.Code.UNCHECKED else Ending.REJECTED
    message = "verified against the authorities that are trusted now" if fault is None else fault[1]
    return Outcome(seer.kind, seer.whom, ending, before.size, before, message)


def _note(archive: Archive, asked: str, why: str) -> bool:
    """Rule 2, once for each reason: who is asked every hour would fill the manifest. Whether it was noted now."""
    if why in (one.why for one in rows.waiting(archive.manifest.connection, (asked,))):
        return False
    with archive.vault.writing():
        archive.manifest.note_event(rows.pending(asked, archive.clock(), why))
    return True


def _wrong_clock(here: datetime, there: datetime | None) -> str:
    """Rule 4."""
    if there is None or abs(here - there) <= FIVE_MINUTES:
        return ""
    minutes = round(abs(here - there).total_seconds() / 60)
    return f"our clock was {minutes} minutes off: it was {rfc3339(here)} here, and {rfc3339(there)} there"


def _asked(archive: Archive, url: str, body: bytes, media_type: str) -> Answer:
    if archive.client is None:
        raise ValueError("this archive was opened without settings for fetching")
    return ask(archive.client, url, body, media_type, min(PATIENCE, archive.settings.total_seconds))


def _expected(answer: Answer, who: str) -> bytes:
    if answer.status != OK:
        raise Unseen(f"{who} answered with status {answer.status}")
    if not answer.whole:
        raise Unseen(f"the answer of {who} breaks off, or is longer than such an answer is")
    return answer.content


# ── those who see ──


@dataclass(frozen=True, slots=True)
class Authority:
    """A timestamp authority."""

    url: str
    roots: authority.Roots = ()
    kind = "rfc3161"

    @property
    def whom(self) -> str:
        """Its address."""
        return self.url

    @property
    def called(self) -> str:
        """Its host."""
        return host(self.url)

    def see(self, kept: Kept, archive: Archive, before: Anchor | None) -> Sight | str:  # noqa: ARG002 - each sight stands alone
        """Have the bytes of the checkpoint's file stamped: a note has one spelling."""
        data, nonce = kept.note.encode(), secrets.randbits(64)
        answer = _asked(archive, self.url, authority.query(data, nonce), authority.MEDIA_TYPE)
        reply = _expected(answer, self.called)
        try:
            judged = authority.judge(reply, data, nonce, self.roots)
        except Wrong as why:
            raise Unseen(f"what {self.called} answered is no timestamp of this: {why}") from why
        return Sight(reply, ".tsr", judged.moment, judged.note)


@dataclass(frozen=True, slots=True)
class Cosigner:
    """A witness of logs."""

    witness: Witness
    kind = "witness"

    @property
    def whom(self) -> str:
        """Its vkey: with it the cosignature can be checked, whatever is configured then."""
        return str(self.witness.key)

    @property
    def called(self) -> str:
        """The name of its key."""
        return self.witness.key.name

    def see(self, kept: Kept, archive: Archive, before: Anchor | None) -> Sight | str:
        """Show that this checkpoint goes on from the last that it saw: by what we know, else by what it says."""
        if not kept.note.signatures:
            raise Unseen(
                "a witness takes only signed checkpoints, and there is no key", advice="Run: archiver key init"
            )
        answer = self._show(kept, archive, 0 if before is None else before.size)
        if answer.status == CONFLICT:
            answer = self._show(kept, archive, self._seen(answer, kept.checkpoint.size))
        content = _expected(answer, self.called)
        try:
            note = cosigned(kept.note, content, self.witness)
            moment = note.cosigned_at(self.witness.key)
        except BadNote as why:
            raise Unseen(f"what {self.called} answered is no cosignature of this: {why}") from why
        return Sight(note.encode(), ".note", moment, f"submitted to {self.witness.prefix}")

    def _show(self, kept: Kept, archive: Archive, old: int) -> Answer:
        proof = Log(archive.manifest.connection).consistency(old, kept.checkpoint.size) if old else ()
        return _asked(archive, self.witness.url, request(kept.note, old, proof), "text/plain; charset=utf-8")

    def _seen(self, answer: Answer, size: int) -> int:
        try:
            old = seen(answer.content)
        except ValueError as why:
            raise Unseen(f"{self.called} says that it has seen another checkpoint, and not which") from why
        if old > size:
            raise Unseen(
                f"{self.called} has seen {old} statements of this log, and there are {size}: what came behind is lost, or was cut off",
                advice="Was this archive put back from a copy? See: archiver verify --level quick",
            )
        return old


@dataclass(frozen=True, slots=True)
class Publication:
    """A folder, and the git repository that it is in. `fault` is what keeps git from telling."""

    folder: Path
    repository: published.Repository | None = None
    fault: str = ""
    kind = "git"

    @classmethod
    def of(cls, folder: Path) -> Publication:
        """A folder that there is or is not yet."""
        try:
            return cls(folder, published.Repository.of(folder) if folder.is_dir() else None)
        except published.Unpublished as why:
            return cls(folder, fault=str(why))

    @property
    def whom(self) -> str:
        """The remote's address, or the folder."""
        return str(self.folder) if self.repository is None else self.repository.whom

    @property
    def called(self) -> str:
        """The remote's host, where it has one."""
        return (host(self.whom) if "://" in self.whom else "") or "git"

    def see(self, kept: Kept, archive: Archive, before: Anchor | None) -> Sight | str:  # noqa: ARG002 - git knows
        """Write it there; commit and push, where git has the folder. What is not pushed nobody else has seen: no anchor."""
        made = "" if self.folder.is_dir() else ", which was made"
        with archive.vault.writing():
            published.write(archive.manifest.connection, archive.store.folder, self.folder, kept)
        if self.fault:
            raise published.Unpublished(self.fault)
        if self.repository is None:
            return f"{kept.checkpoint.size} statements are in the folder{made}"
        commit = self.repository.commit(kept.checkpoint)
        if self.repository.remote:
            self.repository.push()
        content = self.repository.commit_object(commit)
        if why := published.fault(commit, content, kept.checkpoint):  # somebody else was first
            raise published.Unpublished(f"{self.folder}, commit {commit}: {why}")
        if not self.repository.remote:
            return f"{kept.checkpoint.size} statements are committed ({commit[:12]}), not pushed: the repository has no remote, so nobody else sees them"
        return Sight(content, ".commit", None, commit)
