"""The recording connection: one exchange on one fresh connection, exact bytes both ways. The choke point of all fetching.

    name -> resolve once -> check every address -> connect to the literal -> TLS verified -> bytes, recorded as they pass

1. No connection is made to an address that AddressPolicy did not pass; what was checked is what is connected to.
2. What was sent and received is recorded here, below the HTTP parser, and nowhere else.
3. One monotonic deadline and one byte budget hold for a whole capture: all hops, their connections, their robots.txt.
4. A TLS stream that ends without close_notify is cut, not ended.
5. Nothing is reused: no pool, no cookies, no proxies, no netrc; HTTP/1.1 alone.

httpx supplies the request and the certificates to trust; httpcore and h11 send it over our stream and take the head of the
answer. httpx.Client is not used: its jar, redirects, default headers, environment and unbounded decoders must not be here.
This module says what broke (FetchError before the head of an answer, Cut after); what becomes of it is exchange.py's.
"""

from __future__ import annotations

import queue
import socket
import ssl
import tempfile
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import BinaryIO, cast

import httpcore
import httpx

from archiver.errors import FetchError
from archiver.fetch.framing import MAX_HEAD
from archiver.fetch.guard import AddressPolicy, ConnectTo, canonical, is_literal, route
from archiver.fetch.tls import CertificateInvalid, Trust, facts
from archiver.model.capture import Limits, TlsFacts

#: Received bytes are held in memory up to this many, then in a temporary file.
SPOOL = 4 * 1024 * 1024

#: Host and port -> the addresses they resolve to. Raises OSError or UnicodeError.
Resolve = Callable[[str, int], list[str]]


def resolve_by_system(host: str, port: int) -> list[str]:
    """All addresses of a name, in the system's order of preference."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class Cut(Exception):
    """Reading stopped before the answer was whole. `reason` is a WARC-Truncated value: disconnect, time or length."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


#: Seconds of a capture's waits that put its deadline off. A host may ask for long ones before each of many hops.
MOST_WAITING = 30.0


class Deadline:
    """The one deadline of a capture, on a monotonic clock. What is spent waiting for politeness does not count, up to MOST_WAITING."""

    def __init__(self, seconds: float, monotonic: Callable[[], float] = time.monotonic) -> None:
        self.monotonic = monotonic
        self._at = monotonic() + seconds
        self._waiting = MOST_WAITING

    def left(self) -> float:
        """Seconds left; zero or less when it has passed."""
        return self._at - self.monotonic()

    def patience(self) -> float:
        """How many seconds a wait of our own may take: half of what is left stays for the answer."""
        return self.left() / 2 + self._waiting

    def extend(self, seconds: float) -> None:
        """Put it off by a wait that we imposed on ourselves."""
        granted = min(seconds, self._waiting)
        self._waiting -= granted
        self._at += granted


@dataclass(slots=True)
class Budget:
    """What is left of one capture: time, and bytes to receive. `keep_over`: over the bytes, keep what came (robots.txt)."""

    deadline: Deadline
    bytes_left: int
    keep_over: bool = False

    def spend(self, count: int) -> None:
        """Account for received bytes. Raises Cut("length")."""
        self.bytes_left -= count
        if self.bytes_left < 0:
            raise Cut("length", "the answer is longer than the byte limit of a capture")


class Stream(httpcore.NetworkStream):
    """A connected socket that records. `sent` and `received` are what passed it as HTTP; TLS framing is below."""

    def __init__(self, sock: socket.socket, peer: str, budget: Budget, limits: Limits) -> None:
        self._sock = sock
        self._budget = budget
        self._limits = limits
        self.peer = peer
        self.tls: TlsFacts | None = None
        self.sent = bytearray()
        # Handed on to the Exchange, which lives longer than this object.
        self.received = cast("BinaryIO", tempfile.SpooledTemporaryFile(max_size=SPOOL))  # noqa: SIM115
        self.count = 0
        self.ended = False
        self.in_head = True

    def _patience(self, seconds: float) -> float:
        left = self._budget.deadline.left()
        if left <= 0:
            raise Cut("time", f"the time limit of a capture ({self._limits.total_seconds:g} s) has passed")
        return min(seconds, left)

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002 - limits are the budget's
        """Up to `max_bytes` received bytes, recorded; b"" at the end. Raises Cut."""
        patience = self._patience(self._limits.idle_seconds)
        try:
            self._sock.settimeout(patience)
            data = self._sock.recv(max_bytes)
        except TimeoutError as why:
            self._patience(0)  # where the deadline is what has passed, that is said
            raise Cut("time", f"nothing was received for {patience:.0f} s") from why
        except OSError as why:  # a reset, or TLS that ended without close_notify
            raise Cut("disconnect", f"the connection broke: {why.strerror or why}") from why
        self.received.write(data)
        self.count += len(data)
        self.ended = not data
        self._budget.spend(len(data))
        if self.in_head and self.count > MAX_HEAD:
            raise httpcore.RemoteProtocolError(f"the head of the answer is longer than {MAX_HEAD} bytes")
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002 - limits are the budget's
        """Send all of it, recorded. httpcore takes a WriteError as leave to read what the server said before it closed."""
        try:
            self._sock.settimeout(self._patience(self._limits.idle_seconds))
            self._sock.sendall(buffer)
        except OSError as why:
            raise httpcore.WriteError(str(why)) from why
        self.sent += buffer

    def close(self) -> None:
        """Close the connection; the record stays open."""
        self._sock.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002 - limits are the budget's
    ) -> Stream:
        """Speak TLS from here on. Raises FetchError("tls-invalid"), "timeout" or "connect"."""
        host = server_hostname or ""
        try:
            self._sock.settimeout(self._patience(self._limits.connect_seconds))
            secured = ssl_context.wrap_socket(self._sock, server_hostname=host, suppress_ragged_eofs=False)
        except (TimeoutError, Cut) as why:
            raise FetchError("timeout", f"the TLS handshake with {host} did not end in time") from why
        except ssl.SSLCertVerificationError as why:
            raise CertificateInvalid(host, why.verify_message or str(why)) from why
        except (ssl.SSLError, ValueError) as why:  # ValueError: a name that no certificate can bear
            if _broken_off(why):
                raise FetchError("connect", f"{host} broke off the TLS handshake") from why
            raise FetchError("tls-invalid", f"the TLS handshake with {host} failed: {_tls_reason(why)}") from why
        except OSError as why:
            raise FetchError("connect", f"{host} broke off the TLS handshake: {why.strerror or why}") from why
        self._sock, self.tls = secured, facts(secured)
        return self


@dataclass(frozen=True, slots=True)
class Network:
    """What every connection of a client shares: policy, routes, limits, how names are resolved."""

    policy: AddressPolicy
    limits: Limits
    connect_to: tuple[ConnectTo, ...] = ()
    resolve: Resolve = resolve_by_system


def _broken_off(why: Exception) -> bool:
    """Whether the other end closed in the midst of it. Older Pythons have no class of their own for that with OpenSSL 3."""
    return isinstance(why, ssl.SSLEOFError) or getattr(why, "reason", None) == "UNEXPECTED_EOF_WHILE_READING"


class Backend(httpcore.NetworkBackend):
    """Resolves once, checks every address, connects to the first that answers."""

    def __init__(self, network: Network, budget: Budget) -> None:
        self._network = network
        self._budget = budget

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002 - limits are the budget's
        local_address: str | None = None,  # noqa: ARG002 - the system chooses
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,  # noqa: ARG002 - none are asked for
    ) -> Stream:
        """A connection to a checked address of `host`. Raises FetchError: dns, address, connect, timeout."""
        limits = self._network.limits
        target = route(host, port, self._network.connect_to)
        addresses = self._addresses(target.host, target.port)
        if not target.trusted:
            for ip in addresses:
                self._network.policy.check(ip, target.port, host)
        failure: OSError | None = None
        for ip in addresses:
            patience = min(limits.connect_seconds, self._budget.deadline.left())
            if patience <= 0:
                break
            try:
                sock = socket.create_connection((ip, target.port), patience)
            except OSError as why:
                failure = why
                continue
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return Stream(sock, ip, self._budget, limits)
        if failure is None or isinstance(failure, TimeoutError):
            raise FetchError(
                "timeout", f"{host} did not take the connection in time", advice="try again later, or raise the limit"
            ) from failure
        raise FetchError(
            "connect",
            f"no connection to {host}, port {target.port}: {failure.strerror or failure}",
            advice="check the address and the port; the server may be down",
        ) from failure

    def _addresses(self, host: str, port: int) -> list[str]:
        if is_literal(host):
            return [canonical(host)]
        seconds = min(self._network.limits.connect_seconds, self._budget.deadline.left())
        try:
            found = _within(seconds, self._network.resolve, host, port)
        except (OSError, UnicodeError) as why:
            raise FetchError(
                "dns",
                f"the host name {host} does not resolve: {_plain(why)}",
                advice="check the spelling and the network",
            ) from why
        if not found:
            raise FetchError("dns", f"the host name {host} has no address", advice="check the spelling")
        return found


def _plain(why: Exception) -> str:
    return (why.strerror if isinstance(why, OSError) else None) or str(why)


def _tls_reason(why: ssl.SSLError | ValueError) -> str:
    """`wrong version number`, without the library's codes and places."""
    reason = why.reason if isinstance(why, ssl.SSLError) else None
    return reason.replace("_", " ").lower() if reason else str(why)


def _within(seconds: float, resolve: Resolve, host: str, port: int) -> list[str]:
    """`resolve`, but no longer than that: a resolver knows no timeout, and a capture has a deadline."""
    answers: queue.SimpleQueue[list[str] | OSError | UnicodeError] = queue.SimpleQueue()

    def ask() -> None:
        try:
            answers.put(resolve(host, port))
        except (OSError, UnicodeError) as why:
            answers.put(why)

    threading.Thread(target=ask, daemon=True, name=f"resolve {host}").start()
    try:
        answer = answers.get(timeout=max(seconds, 0.001))
    except queue.Empty:
        raise TimeoutError("the name servers did not answer in time") from None
    if isinstance(answer, list):
        return answer
    raise answer


class Wire:
    """One exchange: good for one request. `stream` holds the record, once there is a connection."""

    def __init__(self, network: Network, budget: Budget, trust: Callable[[], Trust]) -> None:
        self._backend = Backend(network, budget)
        self._trust = trust
        self.stream: Stream | None = None

    def ask(self, request: httpx.Request) -> None:
        """Send it, and return when the head of the answer is there, as HTTP/1.1 has it; its body is still to be read from `stream`.

        Raises FetchError, Cut, httpcore.RemoteProtocolError, httpcore.LocalProtocolError.
        """
        url = request.url
        host, secure = url.raw_host.decode("ascii"), url.scheme == "https"
        port = (443 if secure else 80) if url.port is None else url.port
        stream = self._connect_tls(host, port) if secure else self._connect(host, port)
        connection = httpcore.HTTP11Connection(httpcore.Origin(url.raw_scheme, url.raw_host, port), stream)
        connection.handle_request(
            httpcore.Request(
                request.method,
                httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=port, target=url.raw_path),
                headers=request.headers.raw,
                content=request.content,
                extensions=request.extensions,
            )
        )
        stream.in_head = False

    def close(self) -> None:
        """Close the connection."""
        if self.stream is not None:
            self.stream.close()

    def _connect(self, host: str, port: int) -> Stream:
        self.stream = self._backend.connect_tcp(host, port)
        return self.stream

    def _connect_tls(self, host: str, port: int) -> Stream:
        trust = self._trust()
        try:
            return self._connect(host, port).start_tls(trust.verified, host)
        except CertificateInvalid:
            if trust.override is None:
                raise
        self.discard()
        stream = self._connect(host, port).start_tls(Trust.unverified(), host)
        if stream.tls is not None:
            stream.tls = replace(stream.tls, chain_state="unverified", override=trust.override)
        return stream

    def discard(self) -> None:
        """Close the connection and its record."""
        if self.stream is not None:
            self.stream.close()
            self.stream.received.close()
