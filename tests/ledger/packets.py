"""An archive to prove things of: a page over TLS behind a redirect, the same bytes at another address, and others who saw its log."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from archiver.anchoring import Publication, Sight, anchor
from archiver.config import Settings
from archiver.ledger.checkpoints import Kept
from archiver.manifest.opening import open_read_only
from archiver.model.capture import TlsFacts
from archiver.model.log import Anchor
from archiver.pipeline import Archive
from archiver.proving import prove, write
from archiver.signing import authority
from archiver.signing.keys import Key, create
from archiver.warc.seal import prepare
from tests.signing import witness
from tests.signing.tsa import Authority
from tests.warc.archive import LEAF, exchange, visit

PAGE, TWIN, BARE, LATER = (f"https://gazette.example/{name}" for name in ("mill", "mill-again", "bare", "later"))
TEXT = "".join(
    f"<p>The tide mill ground its last sack on a Thursday, as page {n} of the ledger says.</p>" for n in range(9)
)
FROM = "<p>This article was originally published on Harbour Gazette.</p>"
BODY = (
    f'<html lang="en"><title>The last sack</title><article><h1>The last sack</h1>{TEXT}{FROM}</article></html>'.encode()
)
ISSUER = b"not really DER: the issuer of many"


@dataclass(frozen=True, slots=True)
class Stamp:
    """A timestamp authority without a network between."""

    by: Authority
    whom: str = "https://clock.example/tsa"
    kind = "rfc3161"
    called = "clock.example"

    def see(self, kept: Kept, archive: Archive, before: Anchor | None) -> Sight:  # noqa: ARG002 - a Seer
        data = kept.path.read_bytes()
        reply = self.by.reply(authority.query(data, 7))
        judged = authority.judge(reply, data, 7, self.by.roots)
        return Sight(reply, ".tsr", judged.moment, judged.note)


@dataclass(frozen=True, slots=True)
class Cosigner:
    """A witness without a network between."""

    key: Key
    kind = "witness"
    called = "witness.example"
    at: datetime = datetime(2026, 5, 1, 12, tzinfo=UTC)

    @property
    def whom(self) -> str:
        return str(witness.verifier(self.key, "witness.example/w1"))

    def see(self, kept: Kept, archive: Archive, before: Anchor | None) -> Sight:  # noqa: ARG002 - as above
        note = witness.cosigned(kept.note, self.key, "witness.example/w1", self.at)
        return Sight(note.encode(), ".note", self.at, "")


@dataclass(frozen=True, slots=True)
class Made:
    """An archive, the key of its log, the authority that saw it."""

    folder: Path
    settings: Settings
    authority: Authority | None

    def prove(self, what: str, target: Path, *, own: bool = False) -> Path:
        """A packet; with the authority's certificate where `own` does not ask for those that come with the timestamp."""
        roots = b"" if own or self.authority is None else self.authority.ca.read_bytes()
        with open_read_only(self.folder) as connection:
            write(prove(self.folder, connection, what, roots), self.folder, target)
        return target


def keep(archive: Archive, url: str, body: bytes = BODY, *, read: bool = True, **more: object) -> str:
    """A visit of that address by way of another one, kept and (unless said) read; its capture ID."""
    tls = TlsFacts("TLSv1.3", "TLS_AES_256_GCM_SHA384", (LEAF, ISSUER), "verified")
    hop = exchange(
        url.replace("https", "http"), b"", status=b"301 Moved Permanently", fields=b"Location: " + url.encode() + b"\r\n",
        payload_length=0, tls=None,
    )  # fmt: skip
    last = exchange(url, body, tls=tls, informational=b"HTTP/1.1 103 Early Hints\r\n\r\n", **more)
    with prepare(visit(hop, last), archive.store) as prepared:
        capture = archive.vault.seal(prepared)
    if read:
        archive.concluder.conclude(capture)
    return capture.capture_id


def made(folder: Path, *, signed: bool = True, seen: bool = True) -> Made:
    """The archive: three pages, then whoever saw it, then one page more."""
    folder.mkdir()
    settings = Settings(key=str(folder / "key.pem"))
    if signed:
        create(folder / "key.pem")
    by = Authority(folder / "tsa", "Clock", steps=1) if seen else None
    with Archive(folder / "archive", settings) as archive:
        keep(archive, PAGE)
        keep(archive, TWIN)
        keep(archive, BARE, b"<p>Hardly anything.</p>")
    if by is not None:
        repository = folder / "public"
        subprocess.run(["git", "init", "--quiet", "--bare", folder / "remote.git"], check=True)
        subprocess.run(["git", "clone", "--quiet", folder / "remote.git", repository], check=True, capture_output=True)
        with Archive(folder / "archive", settings) as archive:
            seers = (Stamp(by), Cosigner(Key.generate()), Publication.of(repository))
            assert {one.ending for one in anchor(archive, seers)} == {"anchored"}
    with Archive(folder / "archive", settings) as archive:
        keep(archive, LATER, b"<p>Something that came later.</p>")
    return Made(folder / "archive", settings, by)
