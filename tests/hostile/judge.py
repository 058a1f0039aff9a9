"""Runs a behaviour and says what became of it: outcome, problems, time, memory, and whether the canary was spoken to."""

from __future__ import annotations

import socket
import ssl
import threading
import time
import warnings
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType

import trustme

from archiver.errors import FetchError
from archiver.fetch.client import Client, FetchSettings
from archiver.fetch.decode import payload
from archiver.fetch.fetch import Recall, fetch
from archiver.fetch.wire import resolve_by_system
from archiver.model.capture import Earlier, Outcome, Prior, outcome_of
from archiver.model.date import rfc3339
from tests.fetch.server import Server
from tests.hostile.behaviour import DOMAIN, Behaviour


class Canary:
    """Listens where nobody may connect, on every loopback address of its port, and counts who does. A context manager."""

    def __init__(self) -> None:
        first = socket.create_server(("127.0.0.1", 0))
        self.port = int(first.getsockname()[1])
        self.callers: list[str] = []
        self._listeners = [first]
        for family, host in (
            (socket.AF_INET, "127.0.0.2"),
            (socket.AF_INET, "127.255.255.254"),
            (socket.AF_INET6, "::1"),
        ):
            with suppress(OSError):  # a machine without IPv6, or with one loopback address
                self._listeners.append(socket.create_server((host, self.port), family=family))
        for listener in self._listeners:
            threading.Thread(target=self._listen, args=(listener,), daemon=True).start()

    def _listen(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                connection, caller = listener.accept()
                self.callers.append(str(caller))
                connection.close()

    def __enter__(self) -> Canary:
        return self

    def __exit__(self, *_: object) -> None:
        for listener in self._listeners:
            with suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            listener.close()


class Authorities:
    """The certificates of the suite, each made when it is first asked for. `pem` is the authority to trust."""

    def __init__(self) -> None:
        self.trusted, self._unknown = trustme.CA(), trustme.CA()
        self.pem = self.trusted.cert_pem.bytes()
        self._contexts: dict[str, ssl.SSLContext | None] = {"": None, "none": None}

    def context(self, kind: str) -> ssl.SSLContext | None:
        """The TLS of a server of this kind; None where it speaks none."""
        if kind not in self._contexts:
            self._contexts[kind] = self._make(kind)
        return self._contexts[kind]

    def _make(self, kind: str) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority = self._unknown if kind == "untrusted" else self.trusted
        name = "elsewhere.example" if kind == "other-name" else f"*.{DOMAIN}"
        now = datetime.now(UTC)
        from_to = {
            "expired": (now - timedelta(days=9), now - timedelta(days=2)),
            "tomorrow": (now + timedelta(days=2), now + timedelta(days=9)),
        }.get(kind, (None, None))
        leaf = authority.issue_cert(name, "127.0.0.1", not_before=from_to[0], not_after=from_to[1])
        leaf.configure_cert(context)
        if kind == "long-chain":
            with leaf.private_key_and_cert_chain_pem.tempfile() as path:
                Path(path).write_bytes(Path(path).read_bytes() + self.pem * 500)
                context.load_cert_chain(path)
        if kind == "too-old":
            context.set_ciphers("ALL:@SECLEVEL=0")
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", DeprecationWarning)  # that is the point of it
                context.minimum_version, context.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
        if kind == "wants-ours":
            context.verify_mode = ssl.CERT_REQUIRED
            self.trusted.configure_trust(context)
        return context


@contextmanager
def serving(behaviour: Behaviour, authorities: Authorities, canary: int) -> Iterator[Server]:
    """A server that behaves so."""
    blurts = behaviour.tls == "none"
    with Server({}, authorities.context(behaviour.tls)) as server:
        server.table = behaviour.table(server.port, canary)
        if blurts:
            server.blurts = server.table["/page"]
        yield server


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one behaviour. Memory is what the process grew by at its height, 0 where the system does not say."""

    outcome: Outcome
    problems: tuple[str, ...]
    seconds: float
    mebibytes: float
    message: str


def judge(behaviour: Behaviour, authorities: Authorities, canary: int) -> Verdict:
    """Fetch what a behaviour answers, read its payload, and measure what that took."""
    with serving(behaviour, authorities, canary) as server:
        settings = FetchSettings(
            "archiver/0.0 (+https://archive.example/contact)",
            behaviour.limits,
            allow=frozenset({("127.0.0.1", server.port)}),
            delay_seconds=0.0,
        )
        client = Client(settings, resolve=_Resolver(behaviour.resolves))
        url = behaviour.url(server.port, canary)
        recall = _before(url, client) if behaviour.again else None
        before, message = _lowered(), ""
        begun = time.monotonic()
        try:
            with closing(fetch(url, client, recall=recall)) as visit:
                read = payload(visit.final.url, visit.final.response, behaviour.limits)
                problems = (*visit.problems, *read.problems)
        except FetchError as error:
            problems, message = (error.problem,), f"{error} {error.advice}"
        seconds = time.monotonic() - begun
        return Verdict(outcome_of(problems), problems, seconds, _memory("VmHWM") - before, message)


def _before(url: str, client: Client) -> Recall:
    """What an archive would know of a page that was captured there."""
    with closing(fetch(url, client)) as visit:
        final = visit.final
    prior = Prior("00000000-0000-4000-8000-000000000001", final.url, rfc3339(final.started_at))
    earlier = Earlier(final.url, final.headers, final.started_at, final.payload, final.payload_length, prior)
    return lambda _: earlier


class _Resolver:
    """What names resolve to: the behaviour's own server, or what it says, one look-up after the other."""

    def __init__(self, says: Mapping[str, tuple[tuple[str, ...], ...]] = MappingProxyType({})) -> None:
        self._left = {name: list(answers) for name, answers in says.items()}

    def __call__(self, host: str, port: int) -> list[str]:
        if host in self._left:
            answers = self._left[host]
            return list(answers.pop(0) if len(answers) > 1 else answers[0])
        return ["127.0.0.1"] if host.endswith(DOMAIN) else resolve_by_system(host, port)


def _memory(name: str) -> float:
    """A line of /proc/self/status in MiB."""
    with suppress(OSError):
        for line in Path("/proc/self/status").read_text("ascii").splitlines():
            if line.startswith(name):
                return int(line.split()[1]) / 1024
    return 0.0


def _lowered() -> float:
    """Set the high-water mark of this process's memory to what it has now, and say what that is."""
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")
    return _memory("VmRSS")
