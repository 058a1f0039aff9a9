"""What a row of the hostile suite is: how a server behaves, and what must become of an address that it answers.

A behaviour is data. Its paths are scripts of tests.fetch.server; `{port}` and `{canary}` in them, and in addresses, become the
port of its own server and one that nobody may connect to.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import FunctionType

from archiver.model.capture import Limits, Outcome
from tests.fetch.server import Script, Step, answer

CAPTURED, FLAGGED, FAILED, REFUSED = Outcome.CAPTURED, Outcome.FLAGGED, Outcome.FAILED, Outcome.REFUSED

#: What the suite fetches with; a server that keeps one waiting is met with less patience.
LIMITS = Limits(total_seconds=10.0, idle_seconds=5.0, connect_seconds=5.0, max_wire_bytes=8_000_000)
HASTY = replace(LIMITS, total_seconds=1.0, idle_seconds=0.4, connect_seconds=0.4)

#: What a behaviour may cost unless it says otherwise: seconds on the clock (3 more than a hasty visit has), MiB of memory.
SECONDS, MEBIBYTES = 4.0, 32

#: Every host of the suite but those that a row resolves in its own way is the behaviour's server.
DOMAIN = "hostile.example"

#: In an article it becomes the name of the behaviour, to the same length: no two behaviours serve the same bytes.
_WHOSE = b"whose" + b"." * 55

# So short that no two of them are one text: what is judged here is each by itself.
_BODY = (
    b"""<!doctype html><html lang=en><head><meta charset=utf-8><title>Harbour dues to rise</title></head><body><article>
<h1>Harbour dues to rise</h1><p>The port council voted on Tuesday to raise the dues of every berth by a tenth, said %s</p></article></body></html>
"""
    % _WHOSE
)


@dataclass(frozen=True, slots=True)
class Behaviour:
    """One row. `answers` is what stands at /page, or a table of paths; `problems` are all of the visit and its payload.

    `seconds` and `mebibytes` are what it may cost: the time on the clock, and memory beyond what the process had. `address` is
    what is asked for; `tls` names the server's certificate; `resolves` what a name resolves to, one look-up after the other;
    `hasty`: whoever asks has little time. `again`: it is captured before, and what is judged is the answer to whether it has changed.
    """

    name: str
    outcome: Outcome
    answers: Script | Mapping[str, Script]
    problems: tuple[str, ...] = ()
    address: str = ""
    tls: str = ""
    resolves: Mapping[str, tuple[tuple[str, ...], ...]] = field(default_factory=dict)
    hasty: bool = False
    again: bool = False
    seconds: float = SECONDS
    mebibytes: int = MEBIBYTES

    @property
    def limits(self) -> Limits:
        """What it is fetched with."""
        return HASTY if self.hasty else LIMITS

    @property
    def cited(self) -> Outcome:
        """The outcome of what a look-up of its address finds first: a page that was captured well is not hidden by what came later."""
        return CAPTURED if self.again else self.outcome

    @property
    def host(self) -> str:
        """The name of its server: its own, so that no row has to wait for another."""
        return f"{self.name}.{DOMAIN}"

    def url(self, port: int, canary: int) -> str:
        """The address to capture."""
        scheme = "https" if self.tls else "http"
        return placed(self.address or f"{scheme}://{self.host}:{{port}}/page", port, canary)

    def table(self, port: int, canary: int) -> dict[str, Script]:
        """Its paths, with the ports in their places."""
        table = self.answers if isinstance(self.answers, Mapping) else {"/page": self.answers}
        return {
            path: tuple(_placed_step(step, self.name, port, canary) for step in script)
            for path, script in table.items()
        }


def placed(text: str, port: int, canary: int) -> str:
    """The text with the ports in their places."""
    return text.replace("{port}", str(port)).replace("{canary}", str(canary))


def _placed_step(step: Step, name: str, port: int, canary: int) -> Step:
    def inserted(data: bytes) -> bytes:
        whose = name.encode().ljust(len(_WHOSE), b".")
        return data.replace(_WHOSE, whose).replace(b"{port}", b"%d" % port).replace(b"{canary}", b"%d" % canary)

    match step:
        case bytes():
            return inserted(step)
        case FunctionType():
            return lambda asked: inserted(step(asked))
        case _:
            return step


def page(**headers: str) -> bytes:
    """A small article, whole, with these headers beside its type and length."""
    return answer(_BODY, **{"Content_Type": "text/html; charset=utf-8", **headers})


def with_body(head: str, body: bytes = _BODY, status: str = "200 OK") -> bytes:
    """An answer of exactly these header lines, and this body."""
    lines = [f"HTTP/1.1 {status}", *(line for line in head.split("\n") if line), "", ""]
    return "\r\n".join(lines).encode("latin-1") + body


def chunks(*pieces: bytes, end: bytes = b"0\r\n\r\n") -> bytes:
    """Chunks as they should be, and how they end."""
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + end


BODY = _BODY
LENGTH = len(BODY)
HTML = "Content-Type: text/html; charset=utf-8\n"
CHUNKED = HTML + "Transfer-Encoding: chunked"
