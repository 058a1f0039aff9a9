"""A service and a timer for systemd, of the machine or of a user, with all the walls that a run can live in. Pure.

    units(call, owner) -> (service, timer)         `owner`: who the service of the machine runs as; None: it is the user's own
    steps(call, owner, folder, place)              what a person types next

Why it is as it is:
1. OnCalendar, with Persistent: a machine that sleeps or is off makes up one call when it wakes. Time that is counted from the last call
   stands still while it sleeps.
2. The service runs as whoever the archive belongs to. A user made up for the service would leave files behind that are nobody's. That
   is often a person, so nothing is cleared away that others of theirs use: no RemoveIPC.
3. Everything is read-only but the archive and the folder of the metrics file. Home folders stay in sight, since archive, program and
   the user's settings may be there.
4. `seccomp` is let through besides @system-service: the process that reads pages takes more away from itself with it. Limits of
   resources likewise, which are part of @system-service.
5. Stopping is told to the run alone, which ends its readers itself; it has more than the 90 seconds that pages under way may take.
6. A user's service has no rights to take others away with, so what needs them stands in _MACHINE alone. Walls made of mounts need a
   namespace of users there, which not every kernel gives; what system calls are refused holds everywhere.
7. Names of other machines are looked up through sockets of AF_UNIX and AF_NETLINK.
"""

from __future__ import annotations

import re
import shlex
from datetime import timedelta
from pathlib import PurePosixPath

from archiver.timers.plan import GRACE, Call, File, Moments, Step

#: The walls of both kinds.
_WALLS = (
    "NoNewPrivileges=yes",
    "ProtectSystem=strict",
    "ProtectHome=read-only",
    "ProtectControlGroups=yes",
    "ProtectKernelTunables=yes",
    "ProtectProc=invisible",
    "RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK",
    "RestrictNamespaces=yes",
    "RestrictRealtime=yes",
    "RestrictSUIDSGID=yes",
    "LockPersonality=yes",
    "SystemCallArchitectures=native",
    "SystemCallFilter=@system-service seccomp",
    "SystemCallFilter=~@privileged",
    "SystemCallErrorNumber=EPERM",
)

#: What stands before them in a user's service.
_USER = (
    "# Where the kernel gives users no namespaces the service does not start: take this line out, and the walls made of mounts go with it.",
    "PrivateUsers=yes",
)

#: What stands before them in a service of the machine, rule 6.
_MACHINE = (
    "CapabilityBoundingSet=",
    "PrivateDevices=yes",
    "PrivateIPC=yes",
    "PrivateMounts=yes",
    "PrivateUsers=yes",
    "ProcSubset=pid",
    "ProtectClock=yes",
    "ProtectHostname=yes",
    "ProtectKernelLogs=yes",
    "ProtectKernelModules=yes",
)

#: What it may use: a run has some 300 MB at most, and the process that reads its pages as much again.
_SHARE = ("MemoryMax=2G", "TasksMax=512", "Nice=10", "IOSchedulingPriority=7")

_PLAIN = re.compile(r"[A-Za-z0-9_./:=@,+-]+", re.ASCII)
_DAYS = ("Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat")
#: Calls are spread by up to a tenth of what lies between them, and no more than this.
_SPREAD = timedelta(minutes=5)


def units(call: Call, owner: str | None) -> tuple[File, ...]:
    """The service and the timer."""
    return File(f"{call.name}.service", _service(call, owner)), File(f"{call.name}.timer", _timer(call))


def steps(call: Call, owner: str | None, folder: str, place: str) -> tuple[Step, ...]:
    """What to type once they are in `folder`; `place` is where systemd looks."""
    control = "systemctl --user" if owner is None else "systemctl"
    log = "journalctl --user-unit" if owner is None else "journalctl --unit"
    service, timer = (shlex.quote(f"{folder}/{call.name}.{kind}") for kind in ("service", "timer"))
    return (
        Step(f"systemd-analyze {'--user ' if owner is None else ''}verify {service} {timer}", "check the files"),
        *((Step(f"mkdir -p {shlex.quote(place)} && cp {service} {timer} {shlex.quote(place)}/", "systemd looks there" if owner is None else "systemd looks there; as root"),) if folder != place else ()),
        Step(f"{control} daemon-reload"),
        Step(f"{control} enable --now {call.name}.timer", "from now on"),
        *((Step("loginctl enable-linger", "also while you are not logged in"),) if owner is None else ()),
        Step(f"{control} start --no-block {call.name}.service", "a first run at once"),
        Step(f"{log} {call.name}.service", "what the runs said"),
    )  # fmt: skip


def _service(call: Call, owner: str | None) -> str:
    machine = owner is not None
    return "\n".join(
        (
            f"# Written by `archiver schedule write --systemd{'' if machine else ' --user'}`.",
            "[Unit]",
            f"Description=Archive the pages that are due ({call.name})",
            f"RequiresMountsFor={_word(call.archive)}",
            *(("Wants=network-online.target", "After=network-online.target") if machine else ()),
            "",
            "[Service]",
            "Type=oneshot",
            *((f"User={_percent(owner)}",) if owner is not None else ()),
            f"ExecStart={_command(call.command('--wait'))}",
            "# Done in part: some pages failed, as some always do.",
            "SuccessExitStatus=3",
            f"TimeoutStartSec={call.longest // timedelta(minutes=1)}min",
            "# A run that is told to stop finishes the pages under way, and ends its readers itself.",
            "KillMode=mixed",
            "KillSignal=SIGTERM",
            f"TimeoutStopSec={GRACE // timedelta(seconds=1)}s",
            "",
            *_SHARE,
            "",
            *_places(call),
            *(_MACHINE if machine else _USER),
            *_WALLS,
            "",
        )
    )


def _timer(call: Call) -> str:
    spread = min(call.every / 10, _SPREAD) // timedelta(seconds=1)
    return "\n".join(
        (
            "# Written by `archiver schedule write --systemd`.",
            "[Unit]",
            f"Description=When to archive the pages that are due ({call.name})",
            "",
            "[Timer]",
            f"OnCalendar={_calendar(call.moments)}",
            "# A call that was missed while the machine slept or was off is made up, once.",
            "Persistent=yes",
            f"RandomizedDelaySec={spread}s",
            "FixedRandomDelay=yes",
            "AccuracySec=30s",
            "",
            "[Install]",
            "WantedBy=timers.target",
            "",
        )
    )


def _places(call: Call) -> tuple[str, ...]:
    """The folders that it may write to. What stands in the folders for passing files has to be seen, so there are none of its own then."""
    metrics = str(PurePosixPath(call.metrics).parent) if call.metrics else call.archive
    shared = any(
        PurePosixPath(path).is_relative_to(common)
        for path in (call.archive, metrics, call.program[0])
        for common in ("/tmp", "/var/tmp")  # noqa: S108 - they are looked for, not written to
    )
    return (
        f"ReadWritePaths={_word(call.archive)}",
        *((f"ReadWritePaths={_word('-' + metrics)}",) if not PurePosixPath(metrics).is_relative_to(call.archive) else ()),
        *(() if shared else ("PrivateTmp=yes",)),
    )  # fmt: skip


def _calendar(when: Moments) -> str:
    """As systemd.time(7) has it."""
    day = "" if when.weekday is None else f"{_DAYS[when.weekday]} "
    hours = "*" if when.hours is None else ",".join(f"{hour:02}" for hour in when.hours)
    return f"{day}*-*-* {hours}:{','.join(f'{minute:02}' for minute in when.minutes)}:00"


def _command(words: tuple[str, ...]) -> str:
    """A command line; the colon says that `$` stands for itself in it."""
    return " ".join(map(_word, (":" + words[0], *words[1:])))


def _word(text: str) -> str:
    """A word as systemd.syntax(7) reads it: `%` begins a specifier everywhere, within quotes a backslash takes the next character."""
    if not _PLAIN.fullmatch(text):
        text = '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return _percent(text)


def _percent(text: str) -> str:
    return text.replace("%", "%%")
