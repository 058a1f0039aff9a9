"""Files of others as tests of the import make them: WARC as warcio writes it, ARC and WACZ by hand."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import random
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from uuid import UUID

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from archiver.ingest.warc import ImportReport

Take = Callable[[bytes], ImportReport]

PAGE = b"<title>Harbour reopens</title><p>The harbour reopened on Monday."
URL = "http://gazette.example/harbour"
HTTP = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"


class Theirs:
    """A WARC file as warcio writes it."""

    def __init__(self, *, gz: bool = True, version: str = "1.0", seed: int | None = None) -> None:
        self.out = io.BytesIO()
        self.dice = random.Random(seed)
        self.writer = WARCWriter(self.out, gzip=gz, warc_version=version)

    def write(
        self, kind: str, url: str = URL, block: bytes = b"", http: list[tuple[str, str]] | None = None, **fields: str
    ) -> str:
        """Returns the record's id."""
        lines = {
            "WARC-Record-ID": self.new_id(),
            "WARC-Date": "2020-02-02T00:00:00Z",
            **{name.replace("_", "-"): value for name, value in fields.items()},
        }
        status = "GET /harbour HTTP/1.1" if kind == "request" else lines.pop("status", "200 OK")
        protocol = "" if kind == "request" else "HTTP/1.1"
        head = (
            None
            if http is None
            else StatusAndHeaders(status, http, protocol=protocol, is_http_request=kind == "request")
        )
        record = self.writer.create_warc_record(
            url, kind, payload=io.BytesIO(block), length=len(block), warc_headers_dict=lines, http_headers=head
        )
        self.writer.write_record(record)
        return str(record.rec_headers.get_header("WARC-Record-ID"))

    def info(self) -> None:
        record = self.writer.create_warcinfo_record("theirs.warc.gz", {"software": "someone's crawler"})
        record.rec_headers.replace_header("WARC-Record-ID", self.new_id())
        record.rec_headers.replace_header("WARC-Date", "2020-02-02T00:00:00Z")
        self.writer.write_record(record)

    def new_id(self) -> str:
        """The same ones for the same seed."""
        return f"<urn:uuid:{UUID(bytes=self.dice.randbytes(16), version=4)}>"

    def response(self, url: str = URL, body: bytes = PAGE, **fields: str) -> str:
        return self.write("response", url, body, [("Content-Type", "text/html")], **fields)

    def request(self, answer: str, url: str = URL) -> str:
        return self.write("request", url, b"", [("Host", "gazette.example")], **{"WARC-Concurrent-To": answer})

    def revisit(self, url: str = URL, **fields: str) -> str:
        lines = {name.replace("_", "-"): value for name, value in fields.items()}
        digest = lines.pop("digest")
        record = self.writer.create_revisit_record(
            url,
            digest,
            URL,
            "2020-02-02T00:00:00Z",
            StatusAndHeaders("200 OK", [("X", "y")], protocol="HTTP/1.1"),
            lines,
        )
        self.writer.write_record(record)
        return str(record.rec_headers.get_header("WARC-Record-ID"))


def theirs(**options: object) -> bytes:
    file = Theirs(**options)  # type: ignore[arg-type]  # its own
    file.info()
    file.request(file.response(WARC_Date="2019-03-04T05:06:07Z"))
    file.write("metadata", URL, b"fetchTimeMs: 12\r\n")
    file.response("http://gazette.example/ferry", b"The ferry runs again.")
    file.write("resource", "http://gazette.example/map.txt", b"a map", **{"Content-Type": "text/plain"})
    file.write("resource", "urn:x-screenshot:1", b"a picture", **{"Content-Type": "image/png"})
    return file.out.getvalue()


def raw(kind: str = "response", block: bytes = HTTP + PAGE, *more: str, name: str = "a", url: str = URL) -> bytes:
    """One WARC record by hand, with the block's digest; `more` are whole header lines."""
    types = {"response": "application/http; msgtype=response", "request": "application/http; msgtype=request"}
    lines = [
        "WARC/1.0",
        f"WARC-Type: {kind}",
        f"WARC-Record-ID: <urn:x:{name}>",
        "WARC-Date: 2019-03-04T05:06:07Z",
        f"WARC-Target-URI: {url}",
        f"WARC-Block-Digest: sha1:{hashlib.sha1(block, usedforsecurity=False).hexdigest()}",
        f"Content-Type: {types.get(kind, 'text/plain')}",
        *more,
    ]
    if not any(line.startswith("Content-Length") for line in more):
        lines.append(f"Content-Length: {len(block)}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + block + b"\r\n\r\n"


def arc_record(
    url: str, block: bytes, media_type: str = "text/html", at: str = "20040506070809", peer: str = "192.0.2.9"
) -> bytes:
    return f"{url} {peer} {at} {media_type} {len(block)}\n".encode() + block + b"\n"


def arc_opening(version: str = "1 0", name: str = "some.arc", more: str = "") -> bytes:
    block = f"{version} Someone\nURL IP-address Archive-date Content-type Archive-length\n{more}".encode()
    return f"filedesc://{name} 0.0.0.0 20040506070800 text/plain {len(block)}\n".encode() + block + b"\n"


def arc_pieces() -> list[bytes]:
    return [
        arc_opening(),
        arc_record("dns:gazette.example", b"20040506070809\ngazette.example. 60 IN A 192.0.2.9\n", "text/dns"),
        arc_record(URL, HTTP + PAGE),
        arc_record("http://gazette.example/two words", HTTP + b"The ferry runs again."),
        arc_record("http://gazette.example/map.txt", b"a map", "text/plain"),
    ]


def arc(*, gz: bool = False) -> bytes:
    return b"".join(gzip.compress(piece) if gz else piece for piece in arc_pieces())


def described(files: Mapping[str, bytes]) -> bytes:
    resources = [
        {
            "name": Path(name).name,
            "path": name,
            "hash": f"sha256:{hashlib.sha256(data).hexdigest()}",
            "bytes": len(data),
        }
        for name, data in files.items()
    ]
    return json.dumps({"profile": "data-package", "resources": resources, "wacz_version": "1.1.1"}).encode()


def wacz(
    files: Mapping[str, bytes] | None = None,
    *,
    package: bytes | None = None,
    deflated: Sequence[str] = (),
    more: Mapping[str, bytes] | None = None,
    digest: bytes | None = None,
) -> bytes:
    """A WACZ file; `package` and `digest` instead of the right descriptions, `more` what it does not list."""
    files = (
        {"archive/some.warc.gz": theirs(), "pages/pages.jsonl": b'{"format": "json-pages-1.0"}\n'}
        if files is None
        else files
    )
    package = described(files) if package is None else package
    digest = (
        digest
        or json.dumps({"path": "datapackage.json", "hash": f"sha256:{hashlib.sha256(package).hexdigest()}"}).encode()
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for name, data in {
            **files,
            **(more or {}),
            "datapackage.json": package,
            "datapackage-digest.json": digest,
        }.items():
            how = zipfile.ZIP_DEFLATED if name in deflated else zipfile.ZIP_STORED
            file.writestr(zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0)), data, how)
    return out.getvalue()
