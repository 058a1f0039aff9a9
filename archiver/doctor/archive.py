"""The checks of an archive: where it lies, whose it is, what was left in it. Pure; see check.py."""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterator, Sequence

from archiver.doctor.condition import Entry, Kept, is_torn
from archiver.doctor.finding import MB, Finding, fault, note, ok, room
from archiver.ledger.keys import ANOTHER, NO_KEY, NOT_AT_HAND, RESTORE
from archiver.manifest.schema import OLDEST_READABLE, VERSION
from archiver.model.date import rfc3339
from archiver.model.run import Ending
from archiver.model.text import counted, size

#: A write-ahead log of the manifest that is larger was not written back for long.
LARGE_LOG = 64 * MB
#: Findings of one kind that are told one by one.
TOLD = 5

#: File systems on which a lock of one machine is none for another, and SQLite's log cannot be shared.
NETWORKS = frozenset(
    (
        "nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "fuse.ceph", "fuse.sshfs", "fuse.s3fs", "fuse.rclone", "fuse.glusterfs",
        "fuse.gcsfuse", "fuse.davfs2", "fuse.mount-s3", "davfs", "webdav", "lustre", "beegfs", "gfs2", "ocfs2", "gpfs", "vboxsf", "prl_fs",
    )
)  # fmt: skip
#: File systems that are gone when the machine is started again.
IN_MEMORY = frozenset(("tmpfs", "ramfs"))


def _space(kept: Kept) -> Iterator[Finding]:
    advice = "Make room, or move the archive's folder to a larger disk."
    apart = len({space.device for space in kept.spaces}) > 1
    for space in kept.spaces if apart else kept.spaces[:1]:
        yield from room(space, f"in {space.folder if apart else kept.folder}", advice)
    if apart:
        yield note("archive/ and manifests/ are on two file systems: a copy of one of them is no copy of the archive")


def _file_system(kept: Kept) -> Iterator[Finding]:
    for kind in dict.fromkeys(space.kind for space in kept.spaces):
        if kind is None:
            yield ok("what kind of file system the archive is on cannot be told here")
        elif kind in NETWORKS:
            yield fault(
                f"the archive is on a network file system ({kind}): neither locks nor SQLite's log hold there, and two writers can destroy "
                "each other's work",
                "Keep the archive on a disk of the machine that writes it, and copy it to the network.",
            )
        elif kind in IN_MEMORY:
            yield note(
                f"the archive is in memory ({kind}): it is gone when the machine is started again", "Move it to a disk."
            )
        else:
            yield ok(f"the archive is on a file system of its machine ({kind})")


def _permissions(kept: Kept) -> Iterator[Finding]:
    closed = [entry for entry in kept.entries if not entry.readable]
    anybodys = [entry for entry in kept.entries if entry.mode & stat.S_IWOTH and not entry.mode & stat.S_ISVTX]
    needed = [entry for entry in kept.entries if _is_written(entry, kept)]
    locked = [entry for entry in needed if not entry.writable]
    yield from _each(closed, kept, "cannot be read by this user", "Give it to the user who runs archiver: chown")
    yield from _each(anybodys, kept, "can be changed by anybody on this machine", "Take that right away: chmod o-w")
    if len(locked) == len(needed):
        yield note(
            "the archive can be read here, and not written to",
            "Where it should be written to, see whose it is, its rights, and how its disk is mounted.",
        )
    elif locked:
        advice = "Give it to the user who runs archiver (chown). A command that was once run as root leaves such files."
        yield from _each(locked, kept, "cannot be written to by this user, who can write to the rest", advice)
    elif not closed and not anybodys:
        strange = [entry for entry in needed if entry.owner not in (kept.user, needed[0].owner)]
        for entry in strange[:1]:
            yield note(
                f"{_name(entry, kept)} is not of the user to whom the archive belongs, and {len(strange) - 1} more"
            )
        if not strange:
            yield ok("its folders and files can be read and written, and not by everybody")


def _is_written(entry: Entry, kept: Kept) -> bool:
    """Whether archiver must be able to write to it: folders, the manifest, the lock, the WARC file that is not full."""
    name = entry.path.name
    if name.endswith(".warc.gz"):
        return kept.health is not None and name == kept.health.open_file
    return not is_torn(entry.path) and name not in ("watch.toml", "publishers.toml") and not entry.is_stray


def _each(entries: Sequence[Entry], kept: Kept, what: str, advice: str) -> Iterator[Finding]:
    for entry in entries[:TOLD]:
        yield fault(f"{_name(entry, kept)} {what} (mode {entry.mode:04o}, owner {entry.owner})", advice)
    if len(entries) > TOLD:
        yield fault(f"and {len(entries) - TOLD} more like these", advice)


def _name(entry: Entry, kept: Kept) -> str:
    return str(kept.folder) if entry.path == kept.folder else str(entry.path.relative_to(kept.folder))


def _manifest(kept: Kept) -> Iterator[Finding]:
    if kept.unreadable is not None:
        yield fault(kept.unreadable.message, kept.unreadable.advice)
    elif kept.health is not None and kept.health.schema < VERSION:
        old = "; look-ups cannot read it" if kept.health.schema < OLDEST_READABLE else ""
        yield note(
            f"the manifest has schema {kept.health.schema}, and this archiver makes {VERSION}{old}",
            "The next command that writes brings it up, such as: archiver verify",
        )
    elif kept.health is not None:
        yield ok(f"the manifest can be read, and has schema {kept.health.schema}")


def _wal(kept: Kept) -> Iterator[Finding]:
    octets = sum(entry.size for entry in kept.entries if entry.path.name == "manifest.db-wal")
    if octets > LARGE_LOG:
        yield note(
            f"the manifest's write-ahead log (manifest.db-wal) has {size(octets)}: something reads the manifest without pause, so that it "
            "cannot be emptied",
            "Start that anew (Datasette, perhaps). Never delete the file: it is a part of the manifest.",
        )
    else:
        yield ok("the manifest's write-ahead log is short")


def _checkpoints(kept: Kept) -> Iterator[Finding]:
    log = kept.vouched
    if log is None:
        yield ok("nothing is stated yet, or the manifest is older than the log")
    elif log.amiss:
        yield fault(
            f"the newest checkpoint of the log is not what it should be: {log.amiss}",
            "Run: archiver verify --level index",
        )
    elif not log.covered:
        yield note("no checkpoint of the log is kept yet", "The next command that writes makes one.")
    elif not log.signed and log.unsignable in ("", NO_KEY):
        yield note(
            "nobody signed the newest checkpoint of the log: whoever can write to this archive can make another past for it",
            "To sign from now on: archiver key init" if log.unsignable else "The next command that writes signs one.",
        )
    elif log.unsignable:
        what = (
            "the next checkpoint of the log will not be signed"
            if log.signed
            else "the newest checkpoint of the log is not signed"
        )
        yield note(f"{what}: {log.unsignable}", RESTORE if log.unsignable in (ANOTHER, NOT_AT_HAND) else "")
    else:
        yield ok(f"{counted(log.size, 'statement')} in the log, {log.covered} of them under a signed checkpoint")


def _anchors(kept: Kept) -> Iterator[Finding]:
    asked = kept.vouched.waiting if kept.vouched else ()
    for one in asked[:TOLD]:
        yield note(
            f"{one.whom} was asked to see the log, and has not since {rfc3339(one.since)}: {one.why}",
            "To ask again: archiver anchor. Whoever is asked no more is to be taken out of the settings.",
        )
    if not asked:
        yield ok("nobody who was asked to see the log is still to answer")


def _lock(kept: Kept) -> Iterator[Finding]:
    holder = kept.holder
    if holder is None:
        yield ok("nobody is writing to it just now")
        return
    who = "a process" if holder.process is None else f"process {holder.process}"
    doing = f" ({holder.command})" if holder.command else ""
    yield note(
        f"{who}{doing} holds the archive's lock just now; the files were not looked through",
        "Writes are short. Where that is said again and again the process hangs: end it; nothing that was acknowledged is lost.",
    )


def _run(kept: Kept) -> Iterator[Finding]:
    if kept.run is None:
        yield ok("no run is at work on it just now")
    else:
        yield note(
            f"{str(kept.run).removeprefix('another ')} is at work on it just now",
            "A second one would be turned away. Where that is said long after it should have ended, see what that process does, and end it: "
            "nothing that was acknowledged is lost.",
        )


def _runs(kept: Kept) -> Iterator[Finding]:
    """How the last run ended; of one that is at work it is not known yet."""
    before = kept.last_run
    killed = before is not None and (before.ending is Ending.KILLED or (before.ending is None and kept.run is None))
    if before is None or not (killed or before.ending is Ending.BROKEN):
        yield ok("the last run was not broken off")
        return
    yield note(
        f"the last run, begun at {rfc3339(before.started.replace(microsecond=0))}, {'was killed' if killed else 'broke off'}",
        "What it captured is safe, and the next run does the rest. Why it ended stands in what it printed: where its scheduler keeps that.",
    )


def _pending(kept: Kept) -> Iterator[Finding]:
    if kept.health is None:
        return
    count = kept.health.unconcluded
    opened = next((entry for entry in kept.entries if entry.path.name == kept.health.open_file), None)
    beyond = 0 if opened is None or kept.holder else opened.size - (kept.health.open_end or 0)
    if beyond > 0:
        yield note(
            f"{_name(opened, kept) if opened else ''} has {size(beyond)} that the manifest does not know: a run was broken off, or goes on just now",
            "Nothing is to be done: the next command that writes takes up what is whole, and moves aside what is not.",
        )
    if count:
        yield note(
            f"{count} captured {'page is' if count == 1 else 'pages are'} kept and {'was' if count == 1 else 'were'} not read yet: a run was "
            "broken off, or goes on just now",
            "Nothing is to be done: the next command that writes reads them.",
        )
    elif beyond <= 0:
        yield ok("every captured page was read")


def _files(kept: Kept) -> Iterator[Finding]:
    if kept.checked == ():
        yield ok("every WARC file is there, as long as it is known to be, and the log as its checkpoints have it")
    for damage in (kept.checked or ())[:TOLD]:
        where = f"archive/{damage.warc}" if damage.warc else damage.place or "the manifest"
        yield fault(
            f"{where}: {damage.message} ({damage.code})",
            "archiver verify names the captures that this touches. Put the file back from a copy: nothing is mended by itself.",
        )
    if (more := len(kept.checked or ()) - TOLD) > 0:
        yield fault(f"and {more} more such files", "All of them: archiver verify --level quick")


def _torn(kept: Kept) -> Iterator[Finding]:
    found = [entry for entry in kept.entries if is_torn(entry.path)]
    for entry in found[:TOLD]:
        yield note(
            f"{_name(entry, kept)}: {size(entry.size)} that a broken write left were moved aside on {rfc3339(entry.modified.replace(microsecond=0))}",
            "Nothing that was acknowledged is in it. Look for what broke the write (room, power, the disk), then delete it.",
        )
    if len(found) > TOLD:
        yield note(f"and {len(found) - TOLD} more of these")
    if not found:
        yield ok("no write was broken off")


def _strays(kept: Kept) -> Iterator[Finding]:
    found = [entry for entry in kept.entries if entry.is_stray]
    for entry in found[:TOLD]:
        if entry.path.name == ".rebuild":
            yield note(
                f"{_name(entry, kept)}: a rebuild goes on, or was broken off",
                "The next archiver rebuild takes it away.",
            )
        else:
            yield note(f"{_name(entry, kept)} is nothing that archiver made, or needs")
    if len(found) > TOLD:
        yield note(f"and {len(found) - TOLD} more of these")
    if not found:
        yield ok("nothing was left behind in its folders")


CHECKS: dict[str, Callable[[Kept], Iterator[Finding]]] = {
    "space": _space, "file-system": _file_system, "permissions": _permissions, "manifest": _manifest, "wal": _wal,
    "checkpoints": _checkpoints, "anchors": _anchors, "lock": _lock, "run": _run,
    "runs": _runs, "pending": _pending, "files": _files, "torn": _torn, "strays": _strays,
}  # fmt: skip
