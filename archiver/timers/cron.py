"""A line for the table of cron, as Vixie's cron and cronie read it, and how to put it in. Pure.

    table(call) -> file              steps(call, folder)

The user's table is not touched: it is theirs, and may hold other lines. Ours stand between two marks, so the command that puts them in
also takes the place of those that it put in before.
"""

from __future__ import annotations

import shlex

from archiver.errors import UsageError
from archiver.timers.plan import Call, File, Step

#: The longest command that every cron takes, in bytes.
LONGEST_LINE = 990


def table(call: Call) -> File:
    """The lines to put into a table. Raises UsageError where the command is too long for cron."""
    # Cron's own backslash comes before the shell's quotes, and what two of them are differs from one cron to another. So behind each,
    # which always stands within single quotes, these end and begin again.
    command = shlex.join(call.command("--quiet")).replace("\\", "\\''").replace("%", "\\%")
    if len(command.encode()) > LONGEST_LINE:
        raise UsageError(
            f"the command has {len(command.encode()):,} bytes; cron takes no more than {LONGEST_LINE}",
            advice="Name fewer jobs (without names, all are run), or use --systemd.",
        )
    lines = (
        _mark("begin", call),
        "# Minute, hour, day of the month, month, day of the week, by this machine's clock. A machine that sleeps misses calls.",
        "# What changes, vanishes or goes wrong is printed, and cron mails it to you, or to whom a line `MAILTO=you@news.example` above says.",
        f"{call.moments.cron} {command}",
        _mark("end", call),
        "",
    )
    return File(f"{call.name}.cron", "\n".join(lines))


def steps(call: Call, folder: str) -> tuple[Step, ...]:
    """What to type once the file is in `folder`."""
    others = f"crontab -l 2>/dev/null | sed '/^{_mark('begin', call)}$/,/^{_mark('end', call)}$/d'"
    return (
        Step(f"({others}; cat {shlex.quote(f'{folder}/{call.name}.cron')}) | crontab -", "from now on; other lines of your table stay"),
        Step("crontab -l", "what is in the table"),
        Step(f"{others} | crontab -", "takes it out again"),
    )  # fmt: skip


def _mark(side: str, call: Call) -> str:
    return f"# {side} of what archiver wrote for {call.name}"
