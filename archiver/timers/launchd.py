"""An agent for launchd, of a user on macOS. Pure.

    agent(call, home) -> file        steps(call, folder, place)

StartCalendarInterval, not StartInterval: of calls that were missed while the machine slept, launchd makes up one when it wakes. KeepAlive
and RunAtLoad are left out: a run that is done is done.
"""

from __future__ import annotations

import plistlib
import shlex
from datetime import timedelta

from archiver.timers.plan import GRACE, Call, File, Moments, Step


def agent(call: Call, home: str) -> File:
    """The property list. What the runs say goes to a file among the logs below `home`."""
    log = f"{home}/Library/Logs/{call.name}.log"
    keys = {
        "Label": call.name,
        "ProgramArguments": list(call.command("--wait")),
        "StartCalendarInterval": _intervals(call.moments),
        "ProcessType": "Background",
        "LowPriorityIO": True,
        "Nice": 10,
        "ExitTimeOut": GRACE // timedelta(seconds=1),
        "StandardOutPath": log,
        "StandardErrorPath": log,
    }
    return File(f"{call.name}.plist", plistlib.dumps(keys, sort_keys=False).decode())


def steps(call: Call, folder: str, place: str) -> tuple[Step, ...]:
    """What to type once the file is in `folder`; `place` is where launchd looks at each login."""
    written, path = (shlex.quote(f"{where}/{call.name}.plist") for where in (folder, place))
    return (
        Step(f"plutil -lint {written}", "check the file"),
        *((Step(f"cp {written} {path}", "launchd looks there"),) if folder != place else ()),
        Step(f"launchctl bootstrap gui/$(id -u) {path}", "from now on"),
        Step(f"launchctl kickstart gui/$(id -u)/{call.name}", "a first run at once"),
        Step(f"launchctl bootout gui/$(id -u)/{call.name}", "takes it out again, as before a changed file is taken"),
    )


def _intervals(when: Moments) -> list[dict[str, int]]:
    """Each moment as launchd.plist(5) has it; what is left out is every hour, every day."""
    day = {} if when.weekday is None else {"Weekday": when.weekday}
    hours: list[dict[str, int]] = [{}] if when.hours is None else [{"Hour": hour} for hour in when.hours]
    return [{**day, **hour, "Minute": minute} for hour in hours for minute in when.minutes]
