"""ARC files (the Internet Archive's format of 1996, versions 1.0, 1.1 and 2.0) read as the WARC records that they stand for.

    for record in arc.records(file, path, told): ...

An ARC file is a version block (a line that begins with `filedesc:`, then what made the file), then records: one line (address,
IP address, date, media type, more in 2.0, length), that many bytes, a line end. Plain, or with a gzip member a record. What
becomes of it:

1. The bytes of a record become the block of one WARC record, unchanged: `response` where the address is one of http and they begin
   with an HTTP status line, else `resource` with the media type of the line.
2. The line gives WARC-Target-URI, WARC-Date and WARC-IP-Address; it stands whole in X-Archiver-ARC-Header, so that the ARC record can be
   had back. A date that is none is left out, and the record is then no capture.
3. The version block becomes a `metadata` record, after a `warcinfo` of ours that says what was converted; each record names that one.
4. Where the lines say something else than the bytes, reading ends: nothing in an ARC file says where else a record could begin.
   Line ends between records may be of any kind and number; where there are none, nothing confirms a length, and that is a problem.

Does not own: what makes a capture (foreign), how the records are kept (warc).
"""

from __future__ import annotations

import io
import ipaddress
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from archiver.errors import Unreadable
from archiver.ingest.made import made
from archiver.ingest.tell import Told
from archiver.model.date import rfc3339
from archiver.warc.layout import HTTP_RESPONSE, Fields
from archiver.warc.read import Broken, Record, block_of
from archiver.warc.stream import Gzip, Malformed, Plain, Source

#: One header line, in bytes.
MAX_LINE = 16 * 1024
#: A version block without a length that can be read ends at an empty line, and after so many lines.
_VERSION_LINES = 200
_BLANK_LINES = 64

_DATES = {14: "%Y%m%d%H%M%S", 12: "%Y%m%d%H%M", 8: "%Y%m%d"}
_HTTP = re.compile(r"https?:", re.IGNORECASE)
_VERSION = re.compile(rb"([12])[ \t]+([0-9])\b")
_PLACE = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*|-")


@dataclass(frozen=True, slots=True)
class Line:
    """The header line of a record, its parts as they stand there; `length` in bytes."""

    text: str
    url: str
    peer: str
    date: str
    media_type: str
    length: int


def parse(raw: bytes) -> Line | None:
    """A header line, None for what is none. An address may hold spaces, so that the parts after it are what it is known by."""
    text = raw.decode("utf-8", "surrogateescape").rstrip("\r\n")
    parts = text.split(" ")
    if not re.fullmatch(r"[0-9]{1,18}", parts[-1]):
        return None
    for at in range(len(parts) - 3, 1, -1):
        if re.fullmatch(r"[0-9]{8,20}|-", parts[at]) and _PLACE.fullmatch(parts[at - 1]):
            url = " ".join(parts[: at - 1])
            if re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", url):
                return Line(text, url, parts[at - 1], parts[at], parts[at + 1], int(parts[-1]))
    return None


def is_arc(begin: bytes) -> bool:
    """Whether a file that begins with these (inflated) bytes is one."""
    line = begin.partition(b"\n")[0]
    return line.startswith(b"filedesc:") or (len(line) < len(begin) and parse(line) is not None)


def records(file: BinaryIO, path: Path, told: Told, max_block: int) -> Iterator[Record]:
    """Every record in turn, as a WARC record; its block is open until the next is asked for. Raises Unreadable, Broken."""
    magic = file.read(2)
    file.seek(0)
    source: Source = Gzip(file) if magic == b"\x1f\x8b" else Plain(file)
    info, version = "", "1"
    unclosed: int | None = None
    while (offset := source.begin()) is not None:
        try:
            raw, blank = _line(source)
            _say_closed(told, path, None if blank else unclosed)
            unclosed = None
            if raw is None:
                told.remark(path, offset, "blank lines after the last record")
                return
            if not info:
                version, made_of, after = _version_block(source, raw, path, offset, told)
                for one in made_of:
                    info = info or one.record_id
                    with one:
                        yield one
                if not after:
                    continue
            with _record(source, raw, offset, (info, version), max_block) as record:
                unclosed = offset if record.surplus is None else None
                yield replace(record, surplus=0)
        except Malformed as why:
            if not info:
                raise Unreadable(f"{path} is not an ARC file: {why}") from why
            raise Broken(path, offset, str(why)) from why
        except OSError as why:
            raise Broken(path, offset, f"it cannot be read, or unpacked, there: {why.strerror}") from why
    _say_closed(told, path, unclosed)


def _say_closed(told: Told, path: Path, unclosed: int | None) -> None:
    if unclosed is not None:
        told.problem(path, unclosed, "a record without the line end that closes it: nothing confirms its length")


def _line(source: Source) -> tuple[bytes | None, bool]:
    """The next line that is not blank, None where only blank ones are left; and whether there were any."""
    for before in range(_BLANK_LINES):
        line = source.line(MAX_LINE)
        if not line:
            return None, before > 0
        if line.strip():
            if not line.endswith(b"\n"):
                raise Malformed("a record's line breaks off")
            return line, before > 0
    raise Malformed("many blank lines where a record should begin")


def _version_block(source: Source, raw: bytes, path: Path, offset: int, told: Told) -> tuple[str, list[Record], bool]:
    """What begins the file: the version, the records made of it, and whether the line read is that of a page already."""
    line = parse(raw)
    if not raw.startswith(b"filedesc:"):
        if line is None:
            raise Malformed("no ARC record begins there")
        told.problem(path, offset, "an ARC file without the version block that should begin it")
        return "1", [_info("of an unknown version, without a version block", "-")], True
    if line is not None and line.length <= MAX_LINE * 4:
        with block_of(source, line.length) as stream:
            block = stream.read()
    else:
        told.remark(path, offset, "the version block's own line cannot be read; its lines were")
        block = b""
        for _ in range(_VERSION_LINES):
            one = source.line(MAX_LINE)
            if not one.strip():
                break
            block += one
    source.blanks()
    match = _VERSION.match(block)
    if match is None:
        raise Malformed("the version block says no version")
    version = f"{match[1].decode()}.{match[2].decode()}"
    text = raw.decode("utf-8", "replace").strip()
    media_type = "text/xml" if b"<?xml" in block else "text/plain"
    info = _info(f"of version {version}", text)
    fields = [("WARC-Date", _date(line.date))] if line and _date(line.date) else []
    fields += [("WARC-Warcinfo-ID", f"<urn:uuid:{info.record_id}>"), ("X-Archiver-ARC-Header", f"ARC {text}")]
    return version, [info, made("metadata", _known(fields), media_type, io.BytesIO(block))], False


def _info(which: str, line: str) -> Record:
    """The warcinfo that says what the records after it were."""
    rows = (
        ("format", "WARC File Format 1.1"),
        (
            "description",
            f"converted from an ARC file {which}: each record's bytes are unchanged; X-Archiver-ARC-Header is its line",
        ),
    )
    block = "".join(f"{name}: {value}\r\n" for name, value in rows).encode()
    date = _date(parsed.date if (parsed := parse(line.encode("utf-8", "replace"))) else "")
    fields = [("WARC-Date", date), ("X-Archiver-ARC-Header", f"ARC {line}")]
    return made("warcinfo", _known(fields), "application/warc-fields", io.BytesIO(block))


def _record(source: Source, raw: bytes, offset: int, of: tuple[str, str], max_block: int) -> Record:
    """The record that a line and the bytes after it are; `of` is the id of the warcinfo before it, and the ARC version."""
    info, version = of
    line = parse(raw)
    if line is None:
        raise Malformed(
            "no ARC record begins there: an address, an IP address, a date, a media type and a length are wanted"
        )
    if line.length > max_block:
        raise Malformed(f"a block of {line.length} bytes: {max_block} is the limit")
    block = block_of(source, line.length)
    try:
        closed = source.blanks()
        length, _ = source.end()
        begin = block.read(5)
        is_http = _HTTP.match(line.url) is not None and begin == b"HTTP/"
        fields = [
            ("WARC-Target-URI", line.url),
            ("WARC-Date", _date(line.date)),
            ("WARC-IP-Address", _peer(line.peer)),
            ("WARC-Warcinfo-ID", f"<urn:uuid:{info}>"),
            # With a word before it, so that its spaces are not taken for those of an address.
            ("X-Archiver-ARC-Header", f"ARC/{version} {line.text}"),
        ]
        media_type = line.media_type if "/" in line.media_type else "application/octet-stream"
        kind, media_type = ("response", HTTP_RESPONSE) if is_http else ("resource", media_type)
        record = made(kind, _known(fields), media_type, block, offset=offset, length=length)
        return replace(record, surplus=0 if closed else None)
    except BaseException:
        block.close()
        raise


def _known(fields: list[tuple[str, str | None]] | Fields) -> Fields:
    return [(name, value) for name, value in fields if value]


def _date(digits: str) -> str | None:
    """A date of 8, 12 or 14 digits as WARC-Date has it; of 17, with milliseconds; None for what is none."""
    text, thousandths = (digits[:14], int(digits[14:])) if len(digits) == 17 and digits.isdigit() else (digits, 0)
    try:
        at = datetime.strptime(text, _DATES[len(text)]).replace(tzinfo=UTC, microsecond=thousandths * 1000)
    except (KeyError, ValueError):
        return None
    return rfc3339(at)


def _peer(text: str) -> str | None:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    return None if address.is_unspecified else str(address)
