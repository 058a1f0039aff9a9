"""A scripted web server on loopback: one behaviour is one row of a table, `"/path": (step, step, ...)`.

A step is bytes to send, seconds to wait, a Repeat, a function of the request that gives bytes to send, or how the connection
ends (an End; without one it is closed properly).
Rows may be keyed `host/path` where hosts differ; `*` is every path that has no row. Every request is kept as it came in `requests`. Nothing here knows archiver.
"""

from __future__ import annotations

import re
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum


class End(Enum):
    """How a connection ends."""

    RESET = "TCP reset"
    RAGGED = "closed without TLS close_notify"
    HOLD = "kept open and silent until the server stops"


@dataclass(frozen=True, slots=True)
class Repeat:
    """The same bytes many times, with a pause after each."""

    data: bytes
    times: int
    pause: float = 0.0


#: So many times that no client stays for the last.
FOREVER = 10**9

Step = bytes | float | Repeat | Callable[[bytes], bytes] | End
Script = tuple[Step, ...]

NOT_FOUND: Script = (b"HTTP/1.1 404 Not Found\r\nContent-Length: 9\r\n\r\nnot here\n",)


def answer(body: bytes = b"", status: str = "200 OK", **headers: str) -> bytes:
    """A plain response: `Content_Type="text/html"` becomes a header; Content-Length is added unless given."""
    fields = {name.replace("_", "-"): value for name, value in headers.items()}
    fields.setdefault("Content-Length", str(len(body)))
    lines = [f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in fields.items()), "", ""]
    return "\r\n".join(lines).encode("latin-1") + body


def redirect(location: str, status: str = "302 Found") -> Script:
    """A redirect as a row."""
    return (answer(status=status, Location=location),)


def _is_whole(request: bytes) -> bool:
    """Whether the head is there, and as much of a body as it says."""
    head, ended, body = request.partition(b"\r\n\r\n")
    length = re.search(rb"\r\nContent-Length: (\d+)", head, re.IGNORECASE)
    return bool(ended) and len(body) >= (int(length[1]) if length else 0)


class Server:
    """Serves a table until it is closed; a context manager.

    `tls` makes every connection a TLS one; `blurts` plays a script at once on every connection, whatever it brings.
    """

    def __init__(
        self, table: Mapping[str, Script], tls: ssl.SSLContext | None = None, blurts: Script | None = None
    ) -> None:
        self.table = dict(table)
        self.requests: list[bytes] = []
        self._tls = tls
        self.blurts = blurts
        self._stopped = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    @property
    def port(self) -> int:
        return int(self._listener.getsockname()[1])

    @property
    def paths(self) -> list[str]:
        """The targets that were asked for, in order."""
        return [request.split(b" ")[1].decode("latin-1") for request in self.requests]

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in list(self._threads):
            thread.join(5)

    def _accept(self) -> None:
        while not self._stopped.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._serve, args=(connection,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        # Whatever the client does to its end is its business: the tests look at what the client made of it.
        with suppress(OSError), connection:
            connection.settimeout(2)
            sock = self._tls.wrap_socket(connection, server_side=True) if self._tls else connection
            with sock:
                request = b""
                if self.blurts is not None:
                    self._play(sock, self.blurts, request)
                    return
                while not _is_whole(request) and (data := sock.recv(65536)):
                    request += data
                self.requests.append(request)
                self._play(sock, self._script(request), request)

    def _script(self, request: bytes) -> Script:
        lines = request.decode("latin-1").split("\r\n")
        path = lines[0].split(" ")[1] if " " in lines[0] else ""
        host = next((line[6:].partition(":")[0] for line in lines if line.lower().startswith("host: ")), "")
        return next((self.table[key] for key in (host + path, path, "*") if key in self.table), NOT_FOUND)

    def _play(self, sock: socket.socket, script: Script, request: bytes) -> None:
        for step in script:
            match step:
                case bytes():
                    sock.sendall(step)
                case Repeat():
                    for _ in range(step.times):
                        sock.sendall(step.data)
                        if step.pause and self._stopped.wait(step.pause):
                            return
                case End.RESET:
                    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    return
                case End.RAGGED:
                    return
                case End.HOLD:
                    self._stopped.wait(30)
                    return
                case int() | float():
                    time.sleep(step)
                case _:
                    sock.sendall(step(request))
        if isinstance(sock, ssl.SSLSocket):
            with suppress(OSError):
                sock.unwrap()
        else:
            with suppress(OSError):
                sock.shutdown(socket.SHUT_WR)
