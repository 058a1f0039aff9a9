"""Inputs made wrong: whole ones, changed by chance, each by the bytes that it is and by the structure that it has.

    mutated(corpus, dice) -> bytes         the same for the same dice

Anything can be done to bytes: bits, pieces, numbers, tokens that readers of that kind know. Some things only to what is understood:
JSON by its values, WARC record by record, so that damage lies behind a digest, a length or a checksum that is right.
"""

from __future__ import annotations

import gzip
import json
import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from tests.ingest import making

Dice = random.Random
Change = Callable[[bytes, Dice, "Corpus"], bytes]

#: No input is longer, in bytes: what is large is another matter than what is odd.
LONGEST = 48 * 1024


@dataclass(frozen=True, slots=True)
class Corpus:
    """Whole inputs of one kind, and the words that its readers know."""

    seeds: Sequence[bytes]
    tokens: Sequence[bytes] = ()
    changes: Sequence[Change] = ()
    more: Mapping[str, Sequence[bytes]] = field(default_factory=dict)


# ── bytes ──


def _bits(data: bytes, dice: Dice, _: Corpus) -> bytes:
    changed = bytearray(data)
    for _ in range(dice.choice((1, 1, 2, 4, 16))):
        changed[dice.randrange(len(changed))] ^= 1 << dice.randrange(8)
    return bytes(changed)


def _noise(data: bytes, dice: Dice, _: Corpus) -> bytes:
    at = dice.randrange(len(data))
    return data[:at] + dice.randbytes(dice.choice((1, 2, 8, 64))) + data[at + dice.choice((0, 1, 8)) :]


def _piece(data: bytes, dice: Dice) -> tuple[int, int]:
    at = dice.randrange(len(data))
    return at, min(len(data), at + 1 + int(dice.expovariate(1 / (1 + len(data) / 12))))


def _splice(data: bytes, dice: Dice, corpus: Corpus) -> bytes:
    other = dice.choice(corpus.seeds)
    return data[: dice.randrange(len(data))] + other[dice.randrange(len(other)) :]


def _drop(data: bytes, dice: Dice, _: Corpus) -> bytes:
    start, end = _piece(data, dice)
    return data[:start] + data[end:]


def _again(data: bytes, dice: Dice, _: Corpus) -> bytes:
    start, end = _piece(data, dice)
    return data[:end] + data[start:end] * dice.choice((1, 2, 7, 40, 400)) + data[end:]


def _moved(data: bytes, dice: Dice, _: Corpus) -> bytes:
    start, end = _piece(data, dice)
    rest = data[:start] + data[end:]
    at = dice.randrange(len(rest) + 1)
    return rest[:at] + data[start:end] + rest[at:]


def _cut(data: bytes, dice: Dice, _: Corpus) -> bytes:
    return data[: dice.randrange(len(data))]


NUMBERS = (
    b"0", b"-1", b"1", b"65536", b"2147483647", b"2147483648", b"4294967295", b"4294967296", b"9007199254740993", b"18446744073709551616",
    b"9" * 40, b"1e999", b"-0.0", b"NaN", b"0x10", b"", b"00000000001", b"1 0", b"+5",
)  # fmt: skip


def _number(data: bytes, dice: Dice, _: Corpus) -> bytes:
    found = list(re.finditer(rb"\d+", data))
    if not found:
        return data
    one = dice.choice(found)
    if dice.random() < 0.4:
        new = b"%d" % max(0, int(one[0][:15]) + dice.choice((-2, -1, 1, 2, 10, 1000)))
    else:
        new = dice.choice(NUMBERS)
    return data[: one.start()] + new + data[one.end() :]


#: Bytes that mean something to decoders: ends, marks, surrogates, overlong forms, signs that turn text round, noncharacters.
ANYWHERE = (
    b"\0", b"\r", b"\n", b"\r\n\r\n", b"\x1a", b"\x1b[2J", b"\x7f", b"\x85", b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf", b"\xed\xa0\x80",
    b"\xed\xb0\x80", b"\xc0\x80", b"\xf4\x90\x80\x80", b"\xe2\x80\xae", b"\xe2\x81\xa6", b"\xe2\x80\xa8", b"\xef\xbf\xbf", b"\xcd\x8f" * 40,
    b"\xcc\x81" * 60, b"%00", b"%ff", b"\\u0000", b"\\ud800", b"+ADw-", b"\x1b$B", b"\xd8\x00", "ß\u202e\ufdfd".encode(), "İſ".encode() * 20,
    b"\xf0\x9f\x98\x80" * 5, b"A" * 5000, b" " * 3000, b"\t\n" * 900,
)  # fmt: skip


def _token(data: bytes, dice: Dice, corpus: Corpus) -> bytes:
    at = dice.randrange(len(data) + 1)
    token = dice.choice(corpus.tokens if corpus.tokens and dice.random() < 0.7 else ANYWHERE)
    return data[:at] + token * dice.choice((1, 1, 1, 2, 3, 30)) + data[at + dice.choice((0, 0, len(token))) :]


CHANGES: tuple[Change, ...] = (_bits, _noise, _splice, _drop, _again, _moved, _cut, _number, _token, _token)


def mutated(corpus: Corpus, dice: Dice) -> bytes:
    """One input, changed one to five times; rarely not at all."""
    data = dice.choice(corpus.seeds)
    for _ in range(dice.choice((0, 1, 1, 1, 2, 2, 3, 5))):
        if not data:
            break
        own = corpus.changes and dice.random() < 0.5
        data = dice.choice(corpus.changes if own else CHANGES)(data, dice, corpus)[:LONGEST]
    return data


# ── markup ──

HTML_TOKENS = (
    b"<!--", b"-->", b"<![CDATA[", b"]]>", b"<?xml version='1.0' encoding='utf-16'?>", b"<!DOCTYPE html [<!ENTITY a 'b'>]>", b"&a;", b"&#0;",
    b"&#xD800;", b"&#x110000;", b"&#99999999999;", b"&amp", b"&NotEqualTilde;", b"<meta charset=utf-16>", b"<meta charset=utf-7>",
    b"<meta charset=iso-2022-jp>", b"<meta charset=gb18030>", b"<meta http-equiv=refresh content='0;url=x'>", b"<base href='http://[::1'>",
    b"<base href='javascript:x'>", b"<table>", b"<td>", b"<svg><math>", b"<template>", b"<noscript>", b"<plaintext>", b"<xmp>", b"<frameset>",
    b"<script>", b"</script>", b"<style>", b"<textarea>", b"<select><option>", b"<title>", b"</title>", b"<body>", b"</body></html>", b"<br>",
    b"<p>", b"</p>", b"<a href='//x.example/a'>", b"<a href=http://[>", b"<blockquote>", b"<li>", b"<h1>", b"<article>", b"<time datetime='9999-12-31'>",
    b"<link rel=canonical href='http://b.example/'>", b"<meta property=og:title content=>", b"<meta name=author content=',,,;and '>",
    b"<script type=application/ld+json>{\"@graph\":[", b"<script type=application/ld+json>{\"@type\":[\"NewsArticle\"],\"headline\":{},\"author\":[[]],"
    b"\"datePublished\":1e9}</script>", b"Originally published in the ", b"Source: ", b"(Reuters) - ", b"By ", b"\xc2\xa9 2024 ", b"\xe6\x9d\xa5\xe6\xba\x90\xef\xbc\x9a",
    b" style='display:none'", b" hidden", b" class='comment caption nav'", b" id=''", b" role=navigation", b"\xc3\x83\xc2\xa9\xc3\xa2\xe2\x82\xac\xe2\x84\xa2",
)  # fmt: skip
_NESTS = (
    b"div",
    b"b",
    b"table><tr><td",
    b"ul><li",
    b"blockquote",
    b"a href=x",
    b"font",
    b"p",
    b"q",
    b"svg",
    b"form",
    b"article",
    b"span",
)


def _nest(data: bytes, dice: Dice, _: Corpus) -> bytes:
    start, end = _piece(data, dice)
    name, depth = dice.choice(_NESTS), dice.choice((3, 40, 254, 260, 900))
    closing = b"</" + name.split(b">")[0].split(b" ")[0] + b">" if dice.random() < 0.6 else b""
    return data[:start] + b"<%s>" % name * depth + data[start:end] + closing * depth + data[end:]


def _attributes(data: bytes, dice: Dice, _: Corpus) -> bytes:
    found = list(re.finditer(rb"<[a-zA-Z][a-zA-Z0-9]*", data))
    if not found:
        return data
    at = dice.choice(found).end()
    values = (b"=1", b"=''", b"='\"", b'="<p>"', b"", b"=" + b"x" * 300, b"\0=2")
    named = b"".join(b" a%d%s" % (dice.randrange(999), dice.choice(values)) for _ in range(dice.choice((1, 5, 600))))
    return data[:at] + named + data[at:]


_CHARSETS = (
    "utf-16-le",
    "utf-16",
    "utf-32",
    "utf-7",
    "gb18030",
    "cp1251",
    "koi8-r",
    "iso2022_jp",
    "shift_jis",
    "big5",
    "cp037",
    "cp1252",
)


def _recoded(data: bytes, dice: Dice, _: Corpus) -> bytes:
    return data.decode("utf-8", "replace").encode(dice.choice(_CHARSETS), "replace")


def _misread(data: bytes, dice: Dice, _: Corpus) -> bytes:
    """UTF-8 that was taken for windows-1252, once or twice."""
    text = data.decode("utf-8", "replace")
    for _ in range(dice.choice((1, 2))):
        text = text.encode("utf-8").decode("cp1252", "replace")
    return text.encode("utf-8")


HTML_CHANGES: tuple[Change, ...] = (_nest, _attributes, _recoded, _misread, _token, _token)

# ── papers ──

PDF_TOKENS = (
    b"endobj\n", b"endstream\n", b"stream\n", b"obj\n", b"1 0 R", b"2 0 R", b"3 0 R", b"4 0 R", b"99 0 R", b"<<", b">>", b"[", b"]", b"(", b")",
    b"/Filter /FlateDecode ", b"/Filter [/ASCIIHexDecode /LZWDecode /RunLengthDecode] ", b"/Filter /DCTDecode ", b"/Filter /JBIG2Decode ",
    b"/Filter /JPXDecode ", b"/Filter /CCITTFaxDecode /DecodeParms << /Columns 99999999 /Rows 99999999 >> ", b"/DecodeParms << /Predictor 15 /Colors 99 >> ",
    b"/Type /XRef /W [1 9 1] /Index [0 9999999] ", b"/Type /ObjStm /N 999999 /First 1 ", b"/Prev 0 ", b"/Encrypt 3 0 R ", b"/Kids [2 0 R 2 0 R] ",
    b"/Count 99999999 ", b"/MediaBox [0 0 1e30 -1e30] ", b"/Rotate 91 ", b"/UserUnit 1e9 ", b"/Contents [4 0 R 4 0 R 4 0 R] ", b"/Encoding /Identity-H ",
    b"/Subtype /Type0 /DescendantFonts [3 0 R] ", b"/Subtype /Type3 /CharProcs 4 0 R ", b"/ToUnicode 4 0 R ", b"BT ", b"ET ", b"Tj ", b"TJ ", b"/A Do ",
    b"0 0 0 0 0 0 cm ", b"1e38 0 0 1e38 0 0 Tm ", b"/F1 0 Tf ", b"/F1 -1e30 Tf ", b"q " * 600, b"BI /W 9999 /H 9999 ID EI ", b"xref\n", b"trailer\n",
    b"startxref\n0\n", b"%%EOF\n", b"<FEFFD800>", b"\\377\\376", b"#00", b"/AcroForm << /XFA (x) >> ", b"/OpenAction << /S /JavaScript /JS (x) >> ",
    b"beginbfrange <0000> <FFFF> <0041> endbfrange ", b"(\\002\\003 hy-) Tj ",
)  # fmt: skip


def _lengths(data: bytes, dice: Dice, corpus: Corpus) -> bytes:
    """A stream's length, a place in the table of places, or where that table is said to stand."""
    found = list(re.finditer(rb"(?<=/Length )\d+|\d{10}(?= \d{5} [nf])|(?<=startxref\n)\d+|\d+(?= 0 R)", data))
    if not found:
        return _number(data, dice, corpus)
    one = dice.choice(found)
    new = b"%0*d" % (len(one[0]), dice.choice((0, 1, 9, 99, len(data), len(data) * 9, dice.randrange(len(data)))))
    return data[: one.start()] + new + data[one.end() :]


PDF_CHANGES: tuple[Change, ...] = (_lengths, _lengths, _token)

# ── HTTP, listings ──

HTTP_TOKENS = (
    b"Content-Length: 0\r\n", b"Content-Length: 18446744073709551616\r\n", b"Content-Length: -1\r\n", b"Transfer-Encoding: chunked\r\n",
    b"Transfer-Encoding: chunked, gzip\r\n", b"Transfer-Encoding: \x0bchunked\r\n", b"Content-Encoding: gzip, gzip, gzip\r\n", b"Content-Encoding: br\r\n",
    b"Content-Encoding: zstd\r\n", b"Content-Encoding: deflate\r\n", b"Content-Type: text/html; charset=\"\r\n", b"Content-Type: text/html;charset=utf-16\r\n",
    b"Content-Type: application/pdf, text/html\r\n", b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 101 Switching Protocols\r\n\r\n", b"HTTP/2 200\r\n",
    b"HTTP/1.1 999 \r\n", b"HTTP/1.1 200\n\n", b" folded\r\n", b"\tfolded\r\n", b": no name\r\n", b"no colon\r\n", b"A:\r\n" * 300, b"0\r\n\r\n", b"fffffffffffffff\r\n",
    b"5\r\n", b"-5\r\n", b"5;" + b"x" * 5000 + b"\r\n", b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03", b"\x28\xb5\x2f\xfd", b"\x78\x9c", b"\x1b\x00\x00",
    b"Link: <http://a.example/>;rel=\"original", b"Memento-Datetime: Thu, 01 Jan 9999 00:00:00 -2359\r\n",
)  # fmt: skip
LISTING_TOKENS = (
    b"<item>", b"</item>", b"<entry>", b"<link>", b"<link href='//['/>", b"<guid>", b"<source url=''>", b"<loc>", b"<url>", b"<sitemap>", b"<news:news>",
    b"<pubDate>Fri, 99 Foo 99999 99:99:99 +9999</pubDate>", b"<lastmod>9999-99-99T99</lastmod>", b"<!DOCTYPE x [<!ENTITY y SYSTEM 'file:///etc/passwd'>]>&y;",
    b"<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;'>]>&b;", b"<![CDATA[", b"xmlns:a='b'", b"<?xml version='1.1' encoding='x'?>", b"\x1f\x8b\x08\x00",
    b'{"items":', b"[[[[", b'"url":', b"null", b"http://", b"https://[", b"; rel=memento; datetime=", b'"Thu, 01 Jan 0001 00:00:00 +2359"', b"<http://k.example/", b">;",
    b"User-agent: archiver\n", b"Disallow: /" + b"*a" * 200 + b"$\n", b"Crawl-delay: inf\n", b"Crawl-delay: 1e400\n", b"Sitemap: http://[\n", b"Allow: %%%\n",
    b"Request-rate: 1/0s 9999-0000\n", b"Visit-time: 9999-9999\n", b"Disallow\n",
)  # fmt: skip

# ── JSON ──

_VALUES: tuple[object, ...] = (
    None, True, False, 0, -1, 1, 2**31, 2**53 - 1, 2**53, -(2**53), 2**63, 10**400, 1.5, 1e300, "", " ", "x", "\0", "\ud800", "\u202e", "é", "e\u0301", "x" * 9000, "a,b" * 900,
    [], [[]], {}, {"a": 1}, "2024-05-17", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59.999Z", "2024-02-30T00:00:00Z", "sha256:" + "0" * 64, "sha256:zz", "md5:" + "0" * 32,
    "http://a.example/", "http://[", "capture", "event", "decision", "naming", "attempt", "body", "markup", "hidden", "http-error", "no-such-code", "unrelated", "0.5", "nan", "inf", "-1.0",
)  # fmt: skip


def _places(value: object, path: tuple[object, ...] = ()) -> list[tuple[object, ...]]:
    found = [path] if path else []
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, one in inside:
        found += _places(one, (*path, name))
    return found


def in_json(data: bytes, dice: Dice, _: Corpus) -> bytes:
    """One value of a JSON text exchanged, doubled, taken away or put in; written again in canonical form, mostly."""
    try:
        tree = json.loads(data)
    except (ValueError, RecursionError):
        return data
    places = _places(tree)
    if not places:
        return data
    *above, last = dice.choice(places)
    holder = tree
    for name in above:
        holder = holder[name]
    match dice.randrange(8):
        case 0:
            del holder[last]
        case 7 if isinstance(holder[last], list):
            holder[last].append(dice.choice(_VALUES))
        case 1 if isinstance(holder, list):
            holder.insert(last, holder[last])
        case 2 if isinstance(holder, dict):
            holder[dice.choice((*holder, "also", "é"))] = dice.choice(_VALUES)
        case 3:
            *there, name = dice.choice(places)
            other = tree
            for step in there:
                other = other[step]
            holder[last] = json.loads(json.dumps(other[name]))
        case 4 if isinstance(holder[last], str):
            text = holder[last]
            at = dice.randrange(len(text) + 1)
            holder[last] = (
                text[:at]
                + dice.choice(("", "\0", ".", "é", "\ud83d", " ", "0", "\n"))
                + text[at + dice.choice((0, 1, 5)) :]
            )
        case 5 if type(holder[last]) is int:
            holder[last] += dice.choice((-1, 1, 2**20))
        case _:
            holder[last] = dice.choice(_VALUES)
    deep = b"[" * 3000 + b"]" * 3000 if dice.random() < 0.01 else b""
    written = json.dumps(tree, ensure_ascii=dice.random() < 0.1, sort_keys=dice.random() < 0.97, separators=(",", ":"))
    return written.encode("utf-8", "surrogatepass") + deep


JSON_CHANGES: tuple[Change, ...] = (in_json, in_json, in_json)
JSON_TOKENS = (
    b"{",
    b"}",
    b"[",
    b"]",
    b",",
    b":",
    b'"',
    b"\\",
    b"null",
    b"NaN",
    b"-Infinity",
    b'{"a":',
    b'"version":2,',
    b'"kind":"capture",',
    b"1E5",
)

# ── WARC ──


@dataclass(frozen=True, slots=True)
class Piece:
    """One record: its header lines (without the line of the version) and its block."""

    lines: tuple[bytes, ...]
    block: bytes

    def whole(self, *, counted: bool = True, version: bytes = b"WARC/1.1") -> bytes:
        """As bytes; `counted`: with the length that it has."""
        lines = [line for line in self.lines if not (counted and line.lower().startswith(b"content-length"))]
        lines += [b"Content-Length: %d" % len(self.block)] if counted else []
        return b"\r\n".join((version, *lines)) + b"\r\n\r\n" + self.block + b"\r\n\r\n"


def pieces(plain: bytes) -> list[Piece]:
    """The records of an uncompressed WARC file that is whole."""
    found = []
    at = 0
    while at < len(plain):
        end = plain.index(b"\r\n\r\n", at)
        _, *lines = plain[at:end].split(b"\r\n")
        length = next(int(line.partition(b":")[2]) for line in lines if line.lower().startswith(b"content-length"))
        found.append(Piece(tuple(lines), plain[end + 4 : end + 4 + length]))
        at = end + 4 + length
        while plain[at : at + 2] == b"\r\n":
            at += 2
    return found


def in_warc(data: bytes, dice: Dice, corpus: Corpus) -> bytes:
    """Records of a whole file changed one by one, put together again as some tool might."""
    del data  # what is changed here is not what came, but what can be taken apart
    records = pieces(dice.choice(corpus.more["plain"]))
    for _ in range(dice.choice((1, 1, 2, 4))):
        at = dice.randrange(len(records))
        one = records[at]
        match dice.randrange(6):
            case 0:
                records.insert(dice.randrange(len(records) + 1), one)
            case 1 if len(records) > 1:
                del records[at]
            case 2 if one.block:
                change = in_json if one.block[:1] == b"{" else dice.choice(CHANGES)
                records[at] = Piece(one.lines, change(one.block, dice, corpus))
            case 3:
                there = dice.randrange(len(records))
                records[at], records[there] = records[there], one
            case _:
                lines = list(one.lines)
                line = dice.randrange(len(lines))
                lines[line : line + 1] = dice.choice(
                    (
                        [],
                        [lines[line]] * 2,
                        [_bits(lines[line], dice, corpus)],
                        [_number(lines[line], dice, corpus)],
                        [dice.choice(corpus.tokens)],
                    )
                )
                records[at] = Piece(tuple(lines), one.block)
    counted, version = dice.random() < 0.85, dice.choice((b"WARC/1.0", b"WARC/1.1", b"WARC/1.1", b"WARC/0.18"))
    written = [one.whole(counted=counted, version=version) for one in records]
    match dice.randrange(6):
        case 0:
            return b"".join(written)
        case 1:
            return gzip.compress(b"".join(written), 1, mtime=0)
        case 2:
            inside = b"".join(gzip.compress(one, 1, mtime=0) for one in written)
            return making.wacz(
                {"archive/a.warc.gz": inside, "pages/pages.jsonl": b"{}\n"},
                deflated=dice.choice(((), ("archive/a.warc.gz",))),
            )
    return b"".join(gzip.compress(one, 1, mtime=0) for one in written)


def in_statement(data: bytes, dice: Dice, corpus: Corpus) -> bytes:
    """A statement of our own file changed, every other record left to the byte: what it says of them may still be so."""
    del data
    members = list(corpus.more["members"])
    one = dice.choice([at for at, packed in enumerate(members) if b"\r\n\r\n{" in gzip.decompress(packed)])
    (stated,) = pieces(gzip.decompress(members[one]))
    changed = Piece(stated.lines, in_json(stated.block, dice, corpus))
    members[one] = gzip.compress(changed.whole(), 1, mtime=0)
    return b"".join(members)


WARC_TOKENS = (
    b"WARC-Type: response", b"WARC-Type: revisit", b"WARC-Type: request", b"WARC-Type: continuation", b"WARC-Type: metadata", b"WARC-Date: 0001-01-01T00:00:00+14:00",
    b"WARC-Date: 2024", b"WARC-Record-ID: x", b"WARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-000000000001>", b"WARC-Target-URI: http://[", b"WARC-Target-URI: \xff",
    b"WARC-Target-URI: http://a.example/" + b"a" * 5000, b"WARC-Block-Digest: sha1:", b"WARC-Block-Digest: md5:d41d8cd98f00b204e9800998ecf8427e", b"WARC-Segment-Number: 2",
    b"WARC-Concurrent-To: <urn:uuid:00000000-0000-4000-8000-000000000001>", b"WARC-Refers-To: <urn:uuid:00000000-0000-4000-8000-000000000001>", b"WARC-Truncated: length",
    b"Content-Length: 999999999999", b"Content-Length: 3000000", b"Content-Type: application/json", b"Content-Type: application/http", b"WARC-IP-Address: \0", b" folded", b"no colon",
    b"software: archiver/9", b"WARC/1.1\r\n", b"filedesc://x 0.0.0.0 20040506070800 text/plain 3\n", b"http://a.example/ 192.0.2.9 20040506070809 text/html 9\n", b"PK\x03\x04", b"PK\x05\x06",
)  # fmt: skip
WARC_CHANGES: tuple[Change, ...] = (in_warc, in_warc, in_statement)
