"""Those who see a log, on 127.0.0.1: timestamp authorities and witnesses that behave, and some that do not; and archives to show them."""

from __future__ import annotations

import base64
import http.server
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from archiver.cli._fetching import fetch_settings
from archiver.config import Settings
from archiver.demo.web import answering
from archiver.ledger import merkle
from archiver.model.date import Clock, now
from archiver.model.event import Event
from archiver.model.log import Checkpoint
from archiver.pipeline import Archive
from archiver.signing.keys import Key, create
from archiver.signing.note import Note, Verifier
from tests.signing import witness as cosigning

#: The body of what was posted -> status and answer.
Behaviour = Callable[[bytes], tuple[int, bytes]]


@contextmanager
def answered(behaviours: Mapping[str, Behaviour]) -> Iterator[str]:
    """A server that behaves so, by path, while the block runs; gives its address."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status, answer = behaviours[self.path](body)
            self.send_response(status)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            try:
                self.wfile.write(answer)
            except OSError:
                self.close_connection = True

        def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - http.server's signature
            """Say nothing."""

    with answering(Handler) as port:
        yield f"http://127.0.0.1:{port}"


def slow(_body: bytes) -> tuple[int, bytes]:
    time.sleep(1.0)
    return 200, b""


@dataclass
class Witnessing:
    """A witness (C2SP tlog-witness) that knows one log by its key."""

    log: Key
    name: str = "witness.example/w1"
    key: Key = field(default_factory=Key.generate)
    size: int = 0
    root: bytes = b""
    asked: list[int] = field(default_factory=list)
    clock: Clock = now

    @property
    def verifier(self) -> Verifier:
        return cosigning.verifier(self.key, self.name)

    def __call__(self, body: bytes) -> tuple[int, bytes]:
        head, _, signed = body.partition(b"\n\n")
        old, *proof = head.decode().split("\n")
        note = Note.parse(signed)
        shown = Checkpoint.parse(note.text)
        if not note.verified([self.log.verifier(shown.origin)]):
            return 403, b""
        size = int(old.removeprefix("old "))
        self.asked.append(size)
        if size > shown.size:
            return 400, b""
        if size != self.size:
            return 409, f"{self.size}\n".encode()
        hashes = [base64.b64decode(line, validate=True) for line in proof]
        if self.size and not merkle.consistent(self.size, self.root, shown.size, shown.root.value, hashes):
            return 422, b""
        self.size, self.root = shown.size, shown.root.value
        mine = cosigning.cosigned(Note(note.text), self.key, self.name, self.clock())
        other = cosigning.cosigned(Note(note.text), Key.generate(), "witness.example/w2", self.clock())
        return 200, "".join(f"{one.signatures[0]}\n" for one in (other, mine)).encode()


@contextmanager
def opened(
    folder: Path, address: str = "http://127.0.0.1:9", *, clock: Clock = now, **settings: object
) -> Iterator[Archive]:
    """The archive in `folder`, which may reach that address."""
    given = Settings(**{"key": str(folder / "no-key.pem"), "delay_seconds": 0.0, **settings})  # type: ignore[arg-type]
    fetching = fetch_settings(given, None, [address.removeprefix("http://")])
    with Archive(folder, given, fetching, clock=clock) as archive:
        yield archive


def copied(archive: Path, folder: Path) -> Path:
    """An archive of one's own."""
    return Path(shutil.copytree(archive, folder))


def say(archive: Archive, what: str = "something") -> None:
    """One statement more."""
    archive.vault.state(Event("import", archive.clock(), "done", what))


def keyed(path: Path) -> Key:
    """A new key, kept there."""
    return create(path)


def at(hour: int, minute: int = 0) -> Clock:
    """A clock that stands still."""
    return lambda: datetime(2026, 3, 1, hour, minute, tzinfo=UTC)
