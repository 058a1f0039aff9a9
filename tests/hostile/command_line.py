"""Behaviours through the whole command line: many in one run, or one in a process of its own; and what no run may do."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from archiver.errors import Exit
from archiver.model.capture import Outcome
from tests.hostile.behaviour import Behaviour
from tests.hostile.judge import Authorities, Canary, serving
from tests.hostile.watched import Watched, archiver

#: The settings of these runs; everything else is as it comes.
TOTAL_SECONDS = 4.0
SETTINGS = {
    "ARCHIVER_DELAY_SECONDS": "0",
    "ARCHIVER_TOTAL_SECONDS": str(TOTAL_SECONDS),
    "ARCHIVER_IDLE_SECONDS": "2",
    "ARCHIVER_CONNECT_SECONDS": "1.5",
    "ARCHIVER_MAX_MEGABYTES": "8",
}

#: The most that a command and its children may hold, in MiB.
MOST_MEMORY = 400

#: Exit codes by what became of the one address that was asked for (errors.Exit).
_CODES = {
    Outcome.CAPTURED: Exit.DONE,
    Outcome.FLAGGED: Exit.PARTLY,
    Outcome.FAILED: Exit.FAILED,
    Outcome.REFUSED: Exit.REFUSED,
}

#: What a terminal must not be sent, beside control characters: what turns text around or hides it.
_TURNS = frozenset(
    "\u061c\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff\u2028\u2029"
)


def exit_code(row: Behaviour) -> Exit:
    """What `archiver capture` of this one address ends with."""
    return Exit.REFUSED if "too-large" in row.problems else _CODES[row.outcome]


def unprintable(text: str) -> set[str]:
    """The characters of a text that must not reach a terminal."""
    return {
        char for char in text if char in _TURNS or (ord(char) < 32 and char not in "\n\t") or 127 <= ord(char) < 160
    }


def complaints(done: Watched) -> list[str]:
    """What is wrong with a command's end, whatever it was about."""
    found = []
    if "Traceback" in done.err + done.out or done.code == Exit.BUG or done.code < 0:
        found.append(f"a bug, exit code {done.code}: {done.err[-300:]}")
    if wrong := unprintable(done.out + done.err):
        found.append(f"a terminal was sent {sorted(map(hex, map(ord, wrong)))}")
    if done.mebibytes > MOST_MEMORY:
        found.append(f"{done.mebibytes:.0f} MiB were held")
    return found


@dataclass(frozen=True, slots=True)
class Together:
    """One `archiver capture --json` about many behaviours: how it ended, whose each address is, and who spoke to the canary."""

    done: Watched
    rows: dict[str, Behaviour]
    folder: Path
    callers: tuple[str, ...]


def together(rows: Iterable[Behaviour], folder: Path, authorities: Authorities) -> Together:
    """Capture what these behave like, in one run: all that need no resolver of their own. Who is asked again was captured before."""
    pem = _trusted(folder, authorities)
    with ExitStack() as running, Canary() as canary:
        asked, rules = {}, []
        for row in rows:
            if not row.resolves:
                server = running.enter_context(serving(row, authorities, canary.port))
                asked[row.url(server.port, canary.port)] = row
                rules.append(f"--connect-to={row.host}:{server.port}:127.0.0.1:{server.port}")
        environ = {**SETTINGS, "ARCHIVER_HOME": str(folder / "archive"), "SSL_CERT_FILE": str(pem)}
        if before := [url for url, row in asked.items() if row.again]:
            archiver("capture", "--json", "-", *rules, stdin="\n".join(before), **environ)
        done = archiver("capture", "--json", "--if-changed", "-", *rules, stdin="\n".join(asked), **environ)
        return Together(done, asked, folder / "archive", tuple(canary.callers))


@dataclass(frozen=True, slots=True)
class Alone:
    """One behaviour asked for as somebody would who knows nothing of this suite."""

    captured: Watched
    looked_up: Watched
    shown: Watched
    callers: tuple[str, ...]


def alone(row: Behaviour, folder: Path, authorities: Authorities) -> Alone:
    """`capture --if-changed URL`, `lookup URL --json` and `lookup URL`, each a process, the server's address opened by ARCHIVER_ALLOW."""
    folder.mkdir(exist_ok=True)
    pem = _trusted(folder, authorities)
    with Canary() as canary, serving(row, authorities, canary.port) as server:
        url = row.url(server.port, canary.port).replace(row.host, "127.0.0.1")
        environ = {
            **SETTINGS,
            "ARCHIVER_HOME": str(folder / "archive"),
            "ARCHIVER_ALLOW": f"127.0.0.1:{server.port}",
            "SSL_CERT_FILE": str(pem),
        }
        if row.again:
            archiver("capture", url, **environ)
        captured = archiver("capture", "--if-changed", url, **environ)
        looked_up = archiver("lookup", url, "--json", **environ)
        return Alone(captured, looked_up, archiver("lookup", url, **environ), tuple(canary.callers))


def _trusted(folder: Path, authorities: Authorities) -> Path:
    path = folder / "authority.pem"
    path.write_bytes(authorities.pem)
    return path
