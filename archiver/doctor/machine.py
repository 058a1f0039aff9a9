"""The checks of a machine: what archiver stands on. Pure; see check.py."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from archiver.doctor.condition import Condition, Kept
from archiver.doctor.finding import Finding, fault, note, ok, room
from archiver.model.date import parse_rfc3339, rfc3339
from archiver.model.text import size

#: How far times may lie ahead before somebody has turned the clock back.
LEEWAY = timedelta(minutes=1)
#: Before this program there were no captures of it.
FIRST_YEAR = 2024
#: Seconds after which a process that reads pages is slow to start.
SLOW = 10.0

#: Versions of Python (from, up to), and what is wrong with them.
PYTHON_FAULTS = (
    ((3, 11, 0), (3, 11, 3), "takes a TLS connection that was cut for one that ended, unless it is told not to; archiver tells it"),
    ((3, 11, 0), (3, 11, 4), "misreads some regular expressions; archiver is written round those"),
)  # fmt: skip
OLDEST_SQLITE, WAL_FAULT, WAL_MENDED = (3, 37, 0), (3, 7, 0), (3, 51, 3)

_SET_CLOCK = (
    "Set the clock right before the next capture: its time is stated in the record, and cannot be changed afterwards."
)


def _archive(condition: Condition) -> Iterator[Finding]:
    if condition.kept is not None:
        yield ok(str(condition.kept.folder))
    else:
        yield note(
            f"there is no archive in {condition.sought}: only the machine was looked at",
            "Name the archive's folder with --archive. A new one is made by: archiver capture URL",
        )


def _python(condition: Condition) -> Iterator[Finding]:
    version = condition.machine.python
    found = [what for first, last, what in PYTHON_FAULTS if first <= version <= last]
    for what in found:
        yield note(f"Python {_dotted(version)} {what}", "Update Python when you can, to 3.11.5 or later.")
    if not found:
        yield ok(f"Python {_dotted(version)} on {condition.machine.system}")


def _sqlite(condition: Condition) -> Iterator[Finding]:
    version = condition.machine.sqlite
    called = f"SQLite {_dotted(version)}"
    if version < OLDEST_SQLITE:
        yield fault(
            f"{called} is too old for a manifest, which needs {_dotted(OLDEST_SQLITE)}",
            "Install a Python that comes with a newer SQLite.",
        )
    elif WAL_FAULT <= version < WAL_MENDED:
        yield note(
            f"{called} can lose committed rows when one process writes while another empties its log (mended in {_dotted(WAL_MENDED)}). "
            "archiver holds one lock round every write, checkpoint and close, so that this does not happen to it",
            "Let no other program write to manifest.db. To read it, as Datasette does, is safe.",
        )
    else:
        yield ok(called)


def _settings(condition: Condition) -> Iterator[Finding]:
    for said in condition.machine.settings:
        yield fault(said.message, said.advice)
    if not condition.machine.settings:
        yield ok("the settings files and the ARCHIVER_* variables can be read")


def _certificates(condition: Condition) -> Iterator[Finding]:
    said, count = condition.machine.certificates, condition.machine.authorities
    if said is not None:
        yield fault(said.message, said.advice)
    elif count:
        yield ok(f"{count} authorities are trusted for https")
    else:
        yield note(
            "no list of trusted authorities was read yet: they are looked up one by one, in a folder",
            "Where every https page fails with tls-invalid, let SSL_CERT_FILE name a list of authorities.",
        )


def _temporary(condition: Condition) -> Iterator[Finding]:
    space = condition.machine.temporary
    if space is None or not space.writable:
        yield fault(
            "there is no folder for temporary files that can be written to: pages of more than a few MB cannot be captured",
            "Let TMPDIR name a folder that can be written to.",
        )
    else:
        advice = "Make room there, or let TMPDIR name another folder."
        yield from room(space, f"for temporary files in {space.folder}", advice)


def _worker(condition: Condition) -> Iterator[Finding]:
    found = condition.machine.worker
    if found.fault is not None:
        yield fault(
            found.fault.message,
            "Captures are kept meanwhile, and read once it starts. Where a part of archiver is missing, install it anew; else see what "
            "this user may have of processes and memory (ulimit -a).",
        )
        return
    if found.memory < found.wanted:
        yield note(
            f"the process that reads pages may have {size(found.memory)} of address space, and should have {size(found.wanted)}: "
            "large pages are given up as extraction-failed",
            "Raise that limit (ulimit -v) for the user who runs archiver.",
        )
    if found.seconds > SLOW:
        yield note(f"the process that reads pages took {found.seconds:.0f} s to start: the machine is busy, or slow")
    if found.filtered is False:
        yield note(
            "the kernel does not filter the system calls of the process that reads pages. Its limits on memory, time and files hold; "
            "a page that takes it over could use the network",
            "Use a kernel with seccomp, or run archiver where it reaches nothing that it need not.",
        )
    walls = "limits and a filter on its system calls" if found.filtered else "limits"
    yield ok(f"pages are read in a process with {walls}, which was ready after {found.seconds:.1f} s")


def _clock(condition: Condition) -> Iterator[Finding]:
    now = condition.machine.now
    late = [] if condition.kept is None else [one for one in _moments(condition.kept) if one[1] - now > LEEWAY]
    if now.year < FIRST_YEAR:
        yield fault(f"the clock says {rfc3339(now)}", _SET_CLOCK)
    elif late:
        what, moment = late[0]
        yield fault(
            f"the clock says {rfc3339(now)}, and {what} is of {rfc3339(moment)}: one of the two is wrong", _SET_CLOCK
        )
    elif condition.machine.synchronised:
        yield ok(f"the clock says {rfc3339(now)}, and is kept right")
    elif condition.machine.synchronised is None:
        yield ok(f"the clock says {rfc3339(now)}")
    if condition.machine.synchronised is False:
        yield note(
            f"the clock says {rfc3339(now)}; as far as the kernel knows nothing keeps it right. The time of a capture is this clock's word",
            "Run an NTP client, such as systemd-timesyncd or chrony; in a container, on its host.",
        )


def _moments(kept: Kept) -> Iterator[tuple[str, datetime]]:
    """Times that cannot lie in the future."""
    if kept.health is not None and kept.health.newest is not None:
        yield "the newest capture", parse_rfc3339(kept.health.newest)
    for entry in kept.entries:
        yield str(entry.path.relative_to(kept.folder.parent)), entry.modified


def _dotted(version: tuple[int, int, int]) -> str:
    return ".".join(map(str, version))


CHECKS: dict[str, Callable[[Condition], Iterator[Finding]]] = {
    "archive": _archive, "python": _python, "sqlite": _sqlite, "settings": _settings, "certificates": _certificates,
    "temporary": _temporary, "worker": _worker, "clock": _clock,
}  # fmt: skip
