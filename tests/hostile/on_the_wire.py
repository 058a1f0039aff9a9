"""Misbehaviour below the page: framing, heads and 1xx, time, codings, TLS. A row is (name, outcome, answers, problems ...)."""

from __future__ import annotations

import gzip

import brotli
import zstandard

from tests.fetch.server import FOREVER, End, Repeat, answer
from tests.hostile import bombs
from tests.hostile.behaviour import (
    BODY,
    CAPTURED,
    CHUNKED,
    FAILED,
    FLAGGED,
    HTML,
    LENGTH,
    Behaviour,
    chunks,
    page,
    with_body,
)

B = Behaviour
CUT = ("truncated",)
HINTS = b"HTTP/1.1 103 Early Hints\r\nLink: </style.css>\r\n\r\n"
SECOND = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 8\r\n\r\nsmuggled"
OPEN = with_body(HTML, b"")  # a body that lasts as long as its connection


def packed(content: bytes) -> bytes:
    """As gzip, the same at every run."""
    return gzip.compress(content, mtime=0)


# fmt: off
FRAMING = (
    B("as-it-should-be", CAPTURED, (page(),)),
    B("length-short", FLAGGED, (page(Content_Length=str(LENGTH + 1)),), CUT),
    B("length-far-short", FLAGGED, (page(Content_Length="900000"),), CUT),
    B("length-short-then-reset", FLAGGED, (page(Content_Length="900000"), .05, End.RESET), CUT),
    B("length-over-the-limit", FAILED, (page(Content_Length="99999999999"),), ("too-large",)),
    B("length-of-30-digits", FAILED, (page(Content_Length="9" * 30),), ("protocol",)),
    B("length-negative", FAILED, (page(Content_Length="-1"),), ("protocol",)),
    B("length-with-plus", FAILED, (page(Content_Length=f"+{LENGTH}"),), ("protocol",)),
    B("length-in-hex", FAILED, (page(Content_Length=hex(LENGTH)),), ("protocol",)),
    B("length-with-underscore", FAILED, (page(Content_Length="1_0"),), ("protocol",)),
    B("length-empty", FAILED, (page(Content_Length=""),), ("protocol",)),
    B("length-in-other-digits", FAILED, (page(Content_Length="\xb2"),), ("protocol",)),
    B("length-with-zeros-before", CAPTURED, (page(Content_Length=f"000{LENGTH}"),)),
    B("length-twice-the-same", CAPTURED, (with_body(HTML + f"Content-Length: {LENGTH}\nContent-Length: {LENGTH}"),)),
    B("length-twice-and-different", FAILED, (with_body(HTML + f"Content-Length: {LENGTH}\nContent-Length: 5"),), ("protocol",)),
    B("length-as-a-list-of-two", FAILED, (page(Content_Length=f"5, {LENGTH}"),), ("protocol",)),
    B("length-zero-and-a-body", FLAGGED, (page(Content_Length="0"),), ("empty",)),
    B("length-and-chunks", CAPTURED, (with_body(CHUNKED + "\nContent-Length: 3", chunks(BODY)),)),
    B("chunks-in-http-1.0", CAPTURED, (b"HTTP/1.0" + with_body(CHUNKED, chunks(BODY))[8:],)),
    B("chunks-without-an-end", FLAGGED, (with_body(CHUNKED, chunks(BODY, end=b"")),), CUT),
    B("chunks-without-the-last-line", FLAGGED, (with_body(CHUNKED, chunks(BODY, end=b"0\r\n")),), CUT),
    B("chunk-cut", FLAGGED, (with_body(CHUNKED, chunks(BODY)[:300]),), CUT),
    B("chunk-cut-in-its-size", FLAGGED, (with_body(CHUNKED, chunks(BODY, end=b"1")),), CUT),
    B("chunk-size-of-16-digits", FLAGGED, (with_body(CHUNKED, chunks(BODY, end=b"f" * 16 + b"\r\nabc")),), CUT),
    B("chunk-larger-than-the-world", FLAGGED, (with_body(CHUNKED, chunks(BODY, end=b"f" * 15 + b"\r\nabc")),), CUT),
    B("chunk-size-negative", FLAGGED, (with_body(CHUNKED, chunks(BODY, end=b"-1\r\nabc\r\n")),), CUT),
    B("chunk-size-with-0x", FLAGGED, (with_body(CHUNKED, chunks(BODY, end=b"0x3\r\nabc\r\n0\r\n\r\n")),), CUT),
    B("chunk-size-not-a-number", FLAGGED, (with_body(CHUNKED, chunks(BODY, end=b"three\r\nabc\r\n0\r\n\r\n")),), CUT),
    B("chunk-longer-than-it-says", FLAGGED, (with_body(CHUNKED, b"3\r\nabcdef\r\n0\r\n\r\n"),), CUT),
    B("chunk-extension-endless", FLAGGED, (with_body(CHUNKED, chunks(BODY, end=b"3;")), Repeat(b"x" * 9999, FOREVER)), CUT),
    B("chunks-of-one-byte", CAPTURED, (with_body(CHUNKED, chunks(*[b"%c" % byte for byte in BODY])),)),
    B("chunks-of-one-byte-without-end", FLAGGED, (with_body(CHUNKED, chunks(BODY, end=b"")), Repeat(b"1\r\na\r\n" * 9999, FOREVER)), CUT, hasty=True, seconds=8.0),
    B("chunks-with-bare-line-feeds", CAPTURED, (with_body(CHUNKED, b"%x\n%s\n0\n\n" % (LENGTH, BODY)),)),
    B("chunks-that-claim-gzip-too", FAILED, (with_body(HTML + "Transfer-Encoding: gzip, chunked", chunks(BODY)),), ("protocol",)),
    B("chunked-twice", FAILED, (with_body(HTML + "Transfer-Encoding: chunked, chunked", chunks(BODY)),), ("protocol",)),
    B("chunked-misspelt", FAILED, (with_body(HTML + "Transfer-Encoding: xchunked", chunks(BODY)),), ("protocol",)),
    B("trailers-that-look-like-a-head", CAPTURED, (with_body(CHUNKED, chunks(BODY, end=b"0\r\nContent-Length: 5\r\nLocation: /x\r\n\r\n")),)),
    B("trailers-endless", FLAGGED, (with_body(CHUNKED, chunks(BODY, end=b"0\r\n")), Repeat(b"T: " + b"x" * 997 + b"\r\n", FOREVER)), CUT),
    B("until-the-close", CAPTURED, (with_body(HTML),)),
    B("until-a-reset", FLAGGED, (with_body(HTML), .05, End.RESET), CUT),
    B("second-response-after-length", CAPTURED, (page() + SECOND,)),
    B("second-response-after-chunks", CAPTURED, (with_body(CHUNKED, chunks(BODY)) + SECOND,)),
    B("second-response-after-204", FLAGGED, (with_body("", SECOND, "204 No Content"),), ("empty",)),
    B("second-response-after-304", FLAGGED, (with_body("Content-Length: 5", SECOND, "304 Not Modified"),), ("empty",)),
    B("second-responses-without-end", CAPTURED, (page(), Repeat(SECOND * 99, FOREVER))),
    B("a-part-nobody-asked-for", FLAGGED, (with_body(HTML + f"Content-Length: {LENGTH}\nContent-Range: bytes 9-99/999", BODY, "206 Partial Content"),), CUT),
    B("a-warc-record-as-body", CAPTURED, (answer(b"WARC/1.1\r\nWARC-Type: response\r\nContent-Length: 3\r\n\r\nabc\r\n\r\n", Content_Type="text/plain"),)),
    B("an-error-page", FLAGGED, (answer(BODY, "503 Service Unavailable", Content_Type="text/html"),), ("http-error",)),
)

HEADS = (
    B("nothing-at-all", FAILED, (b"",), ("connect",)),
    B("a-reset-at-once", FAILED, (End.RESET,), ("connect",)),
    B("half-a-head", FAILED, (b"HTTP/1.1 200 OK\r\nContent-",), ("connect",)),
    B("a-page-without-a-head", FAILED, (BODY + b"\r\n\r\n",), ("protocol",)),
    B("another-protocol", FAILED, (b"SSH-2.0-OpenSSH_9.6\r\n",), ("protocol",)),
    B("http-2-unasked", FAILED, (b"\x00\x00\x06\x04\x00\x00\x00\x00\x00\x00\x03\x00\x00\x00\x64" * 9,), ("protocol",)),
    B("empty-lines-without-end", FAILED, (Repeat(b"\r\n" * 9999, FOREVER),), ("protocol",)),
    B("one-line-without-end", FAILED, (Repeat(b"HTTP/1.1 " * 9999, FOREVER),), ("protocol",)),
    B("status-of-two-digits", FAILED, (b"HTTP/1.1 20 OK\r\n\r\n",), ("protocol",)),
    B("status-negative", FAILED, (b"HTTP/1.1 -200 OK\r\n\r\n",), ("protocol",)),
    B("status-unheard-of", FLAGGED, (answer(BODY, "999 Whatever", Content_Type="text/html"),), ("http-error",)),
    B("headers-without-end", FAILED, (b"HTTP/1.1 200 OK\r\n", Repeat(b"A: b\r\n" * 9999, FOREVER)), ("protocol",)),
    B("headers-in-thousands", CAPTURED, (page(**{f"X_{n}": "y" for n in range(5000)}),)),
    B("header-of-90-kilobytes", CAPTURED, (page(X_Long="y" * 90_000),)),
    B("header-of-a-megabyte", FAILED, (page(X_Long="y" * 1_000_000),), ("protocol",)),
    B("header-without-a-colon", FAILED, (with_body(HTML + "nonsense"),), ("protocol",)),
    B("header-without-a-name", FAILED, (with_body(HTML + ": x"),), ("protocol",)),
    B("header-with-nul", FAILED, (page(X_Odd="a\x00b"),), ("protocol",)),
    B("header-with-a-lone-cr", FAILED, (page(X_Odd="a\rSet-Cookie: b"),), ("protocol",)),
    B("header-with-escapes", CAPTURED, (page(X_Odd="\x1b]0;owned\x07\x9b31m"),)),
    B("type-with-escapes", CAPTURED, (page(Content_Type="text/html; charset=utf-8; \x1b[31m\x9b"),)),
    B("reason-with-escapes", CAPTURED, (answer(BODY, "200 \x1b[2J\x9b2J OK", Content_Type="text/html"),)),
    B("cookies-in-thousands", CAPTURED, (with_body(HTML + f"Content-Length: {LENGTH}\n" + "Set-Cookie: a=b\n" * 4000),)),
    B("date-that-is-none", CAPTURED, (page(Date="Sun, 99 Foo 99999 99:99:99 +9999", Age="9" * 5000),)),
    B("date-of-long-ago", FLAGGED, (page(Date="Thu, 01 Jan 1970 00:00:00 GMT"),), ("date-skew",)),
    B("hints-before-the-answer", CAPTURED, (HINTS * 99 + page(),)),
    B("hints-without-end", FAILED, (Repeat(HINTS * 999, FOREVER),), ("protocol",)),
    B("hints-that-drip", FAILED, (Repeat(HINTS, FOREVER, .05),), ("timeout",), hasty=True),
    B("hints-and-no-answer", FAILED, (HINTS,), ("connect",)),
    B("hints-with-a-body", FAILED, (with_body("Content-Length: 4", b"abcd", "100 Continue") + page(),), ("protocol",)),
    B("protocols-switched", FAILED, (b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n" + page(),), ("protocol",)),
)

TIME = (
    B("silence", FAILED, (End.HOLD,), ("timeout",), hasty=True),
    B("silence-after-the-status", FAILED, (b"HTTP/1.1 200 OK\r\n", End.HOLD), ("timeout",), hasty=True),
    B("silence-after-the-head", FLAGGED, (OPEN, End.HOLD), ("truncated", "empty"), hasty=True),
    B("silence-in-the-body", FLAGGED, (page(Content_Length="900000"), End.HOLD), CUT, hasty=True),
    B("silence-before-the-last-chunk", FLAGGED, (with_body(CHUNKED, chunks(BODY, end=b"")), End.HOLD), CUT, hasty=True),
    B("silence-in-the-trailers", FLAGGED, (with_body(CHUNKED, chunks(BODY, end=b"0\r\nA: b\r\n")), End.HOLD), CUT, hasty=True),
    B("silence-after-a-whole-answer", CAPTURED, (page(), End.HOLD)),
    B("silence-after-whole-chunks", CAPTURED, (with_body(CHUNKED, chunks(BODY)), End.HOLD)),
    B("head-that-drips", FAILED, (b"HTTP/1.1 200 OK\r\n", Repeat(b"A", FOREVER, .05)), ("timeout",), hasty=True),
    B("body-that-drips", FLAGGED, (with_body(HTML), Repeat(b"d", FOREVER, .05)), CUT, hasty=True),
    B("chunks-that-drip", FLAGGED, (with_body(CHUNKED, chunks(BODY, end=b"")), Repeat(b"1\r\na\r\n", FOREVER, .05)), CUT, hasty=True),
    B("trailers-that-drip", FLAGGED, (with_body(CHUNKED, chunks(BODY, end=b"0\r\n")), Repeat(b"T: x\r\n", FOREVER, .05)), CUT, hasty=True),
    B("body-without-end", FAILED, (OPEN, Repeat(b"<p>more</p>" * 9999, FOREVER)), ("too-large",)),
    B("chunks-without-end", FAILED, (with_body(CHUNKED, b""), Repeat(chunks(b"<p>more</p>" * 9999, end=b""), FOREVER)), ("too-large",)),
    B("redirect-with-a-body-without-end", FAILED, {"/page": (with_body("Location: /next", b"", "302 Found"), Repeat(b"x" * 9999, FOREVER))}, ("too-large",)),
    B("redirects-that-are-slow", FAILED, {"*": (.3, lambda asked: with_body(f"Location: {asked.split()[1].decode()}x\nContent-Length: 0", b"", "302 Found"))}, ("timeout",), hasty=True),
)

CODINGS = (
    B("gzip-bomb", FLAGGED, (answer(bombs.gzip_stream(1024), Content_Type="text/html", Content_Encoding="gzip"),), ("decode-limit",), mebibytes=128),
    B("gzip-bomb-in-gzip", FLAGGED, (answer(bombs.gzip_in_gzip(1024), Content_Type="text/html", Content_Encoding="gzip, gzip"),), ("decode-limit",), mebibytes=128),
    B("gzip-bomb-of-another-type", FLAGGED, (answer(bombs.gzip_stream(1025), Content_Type="image/png", Content_Encoding="x-gzip"),), ("decode-limit",), mebibytes=128),
    B("deflate-bomb", FLAGGED, (answer(bombs.zlib_stream(1024), Content_Type="text/html", Content_Encoding="deflate"),), ("decode-limit",), mebibytes=128),
    B("raw-deflate-bomb", FLAGGED, (answer(bombs.raw_deflate(1024), Content_Type="text/html", Content_Encoding="deflate"),), ("decode-limit",), mebibytes=128),
    B("brotli-bomb", FLAGGED, (answer(bombs.brotli_stream(100), Content_Type="text/html", Content_Encoding="br"),), ("decode-limit",), mebibytes=128),
    B("zstd-bomb", FLAGGED, (answer(bombs.zstd_frame(4096), Content_Type="text/html", Content_Encoding="zstd"),), ("decode-limit",), mebibytes=128),
    B("zstd-of-a-huge-window", FLAGGED, (answer(bombs.zstd_frame(1, 31), Content_Type="text/html", Content_Encoding="zstd"),), ("decode-limit",)),
    B("zstd-bomb-in-brotli-in-gzip", FLAGGED, (answer(packed(brotli.compress(bombs.zstd_frame(4096))), Content_Type="text/html", Content_Encoding="zstd, br, gzip"),), ("decode-limit",), mebibytes=128),
    B("gzip-members-in-millions", FLAGGED, (answer(bombs.gzip_members(300_000), Content_Type="text/html", Content_Encoding="gzip"),), ("decode-limit", "type-mismatch")),
    B("zstd-frames-in-millions", FLAGGED, (answer(bombs.zstd_skippable(900_000), Content_Type="text/html", Content_Encoding="zstd"),), ("decode-limit",)),
    B("three-codings", CAPTURED, (answer(packed(brotli.compress(zstandard.compress(BODY))), Content_Type="text/html", Content_Encoding="zstd, br, gzip"),)),
    B("four-codings", FLAGGED, (answer(packed(BODY), Content_Type="text/html", Content_Encoding="gzip, gzip, gzip, gzip"),), ("decode-limit", "type-mismatch")),
    B("codings-in-thousands", FLAGGED, (answer(BODY, Content_Type="text/html", Content_Encoding="gzip, " * 9000),), ("decode-limit",)),
    B("coding-nobody-knows", FLAGGED, (answer(BODY, Content_Type="text/html", Content_Encoding="rot13"),), ("decode-limit",)),
    B("coding-said-and-not-done", FLAGGED, (answer(BODY, Content_Type="text/html", Content_Encoding="gzip"),), ("decode-limit",)),
    B("coding-cut-off", FLAGGED, (answer(packed(BODY)[:-20], Content_Type="text/html", Content_Encoding="gzip"),), ("decode-limit",)),
    B("coding-with-a-wrong-checksum", FLAGGED, (answer(packed(BODY)[:-8] + bytes(8), Content_Type="text/html", Content_Encoding="gzip"),), ("decode-limit",)),
    B("coding-of-nothing", FLAGGED, (answer(b"", Content_Type="text/html", Content_Encoding="br"),), ("empty", "decode-limit")),
    B("gzip-with-a-name-without-end", FLAGGED, (answer(b"\x1f\x8b\x08\x08" + bytes(6) + b"n" * 3_000_000, Content_Type="text/html", Content_Encoding="gzip"),), ("decode-limit", "type-mismatch")),
    B("coded-body-cut-on-the-wire", FLAGGED, (answer(packed(BODY)[:-20], Content_Type="text/html", Content_Encoding="gzip", Content_Length="9999"),), ("truncated", "decode-limit")),
)

TLS = (
    B("tls-as-it-should-be", CAPTURED, (page(),), tls="good"),
    B("tls-length-without-close-notify", CAPTURED, (page(), End.RAGGED), tls="good"),
    B("tls-close-without-close-notify", FLAGGED, (with_body(HTML), End.RAGGED), CUT, tls="good"),
    B("tls-chunks-cut-without-close-notify", FLAGGED, (with_body(CHUNKED, chunks(BODY, end=b"")), End.RAGGED), CUT, tls="good"),
    B("tls-body-until-close-notify", CAPTURED, (with_body(HTML),), tls="good"),
    B("tls-nothing-at-all", FAILED, (b"",), ("connect",), tls="good"),
    B("tls-of-another-name", FAILED, (page(),), ("tls-invalid",), tls="other-name"),
    B("tls-of-nobody-known", FAILED, (page(),), ("tls-invalid",), tls="untrusted"),
    B("tls-expired", FAILED, (page(),), ("tls-invalid",), tls="expired"),
    B("tls-of-tomorrow", FAILED, (page(),), ("tls-invalid",), tls="tomorrow"),
    B("tls-too-old", FAILED, (page(),), ("tls-invalid",), tls="too-old"),
    B("tls-that-wants-a-certificate", FAILED, (page(),), ("connect",), tls="wants-ours"),
    B("plain-http-where-tls-is-due", FAILED, (page(),), ("tls-invalid",), tls="none"),
    B("noise-where-tls-is-due", FAILED, (b"\x16\x03\x03\xff\xff" + b"\x02" * 70000,), ("tls-invalid",), tls="none"),
    B("an-alert-where-tls-is-due", FAILED, (b"\x15\x03\x03\x00\x02\x02\x28",), ("tls-invalid",), tls="none"),
    B("silence-where-tls-is-due", FAILED, (End.HOLD,), ("timeout",), tls="none", hasty=True),
    B("tls-that-drips", FAILED, (b"\x16\x03\x03\x40\x00", Repeat(b"\x02", FOREVER, .05)), ("timeout",), tls="none", hasty=True),
    B("tls-of-a-chain-without-end", FAILED, (page(),), ("tls-invalid",), tls="long-chain"),
    B("a-close-where-tls-is-due", FAILED, (b"",), ("connect",), tls="none"),
)
# fmt: on
