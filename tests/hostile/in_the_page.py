"""Misbehaviour in what is served: charsets, types, and robots.txt."""

from __future__ import annotations

import gzip

from tests.fetch.server import FOREVER, End, Repeat, answer, redirect
from tests.hostile import bombs
from tests.hostile.behaviour import BODY, CAPTURED, FAILED, FLAGGED, REFUSED, Behaviour, Script, page, with_body

B = Behaviour
CYRILLIC = BODY.decode().replace("Harbour", "\u0413\u0430\u0432\u0430\u043d\u044c")
INVALID = ("charset-invalid",)


def of(charset: str, body: bytes = BODY) -> Script:
    """A page that says it is in this charset."""
    return (answer(body, Content_Type=f"text/html; charset={charset}"),)


def titled(title: str) -> bytes:
    """A page of this title."""
    return (
        BODY.decode()
        .replace("<title>Harbour", f"<title>{title} Harbour")
        .replace("<h1>Harbour", f"<h1>{title} Harbour")
        .encode()
    )


def robots(*steps: object) -> dict[str, Script]:
    """A page behind this robots.txt."""
    return {"/robots.txt": steps, "/page": (page(),)}  # type: ignore[dict-item]


def rules(text: str) -> bytes:
    """A robots.txt that is whole."""
    return answer(text.encode(), Content_Type="text/plain")


# fmt: off
CHARSETS = (
    *(B(f"charset-that-is-{name}", CAPTURED, of(name)) for name in ("unknown", "zlib", "idna", "unicode_escape", "utf-7", "undefined", "rot13", "punycode")),
    B("charset-that-is-empty", CAPTURED, of("")),
    B("charset-of-90-kilobytes", CAPTURED, of("x" * 90_000)),
    B("charset-with-a-quote-left-open", CAPTURED, of('"utf-8')),
    B("charset-that-is-refused", FLAGGED, of("iso-2022-kr", BODY.replace(b"<meta charset=utf-8>", b"")), INVALID),
    B("charset-that-is-not-so", CAPTURED, of("iso-8859-1", CYRILLIC.encode())),
    B("bytes-that-are-not-utf-8", FLAGGED, of("utf-8", CYRILLIC.encode("cp1251")), INVALID),
    B("bytes-that-are-longer-than-utf-8", FLAGGED, of("utf-8", BODY + b"\xc0\xaf\xf8\x88\x80\x80\x80"), INVALID),
    B("bytes-that-are-surrogates", FLAGGED, of("utf-8", BODY + b"\xed\xa0\x80\xed\xb0\x80"), INVALID),
    B("bytes-in-half-a-utf-16", FLAGGED, of("utf-16", b"\xff\xfe" + CYRILLIC.encode("utf-16-le") + b"x"), INVALID),
    B("bytes-with-nul", CAPTURED, of("utf-8", BODY.replace(b"quay", b"qu\x00ay"))),
)

TYPES = (
    B("type-that-is-missing", CAPTURED, (with_body("", BODY),)),
    B("type-that-is-no-type", CAPTURED, (answer(BODY, Content_Type="*/*; ;;="),)),
    B("type-of-80-kilobytes", CAPTURED, (answer(BODY, Content_Type="text/" + "x" * 80_000),)),
    B("html-that-is-called-pdf", FLAGGED, (answer(BODY, Content_Type="application/pdf"),), ("type-mismatch",)),
    B("picture-that-is-called-html", FLAGGED, (answer(b"\x89PNG\r\n\x1a\n" + bytes(99), Content_Type="text/html"),), ("type-mismatch",)),
    B("gzip-that-is-called-html", FLAGGED, (answer(gzip.compress(BODY * 2, mtime=0), Content_Type="text/html"),), ("type-mismatch",)),
    B("comments-before-nothing", CAPTURED, (answer(b"<!---->" * 140 + b"words " * 9, Content_Type="text/html"),)),
    B("comments-that-never-end", CAPTURED, (answer(b"words <!--" * 90_000, Content_Type="text/html"),)),
    B("declarations-in-thousands", CAPTURED, (answer(b"<meta charset=" * 400 + b" " * 4000 + b">" + BODY, Content_Type="text/html"),)),
    B("picture-with-a-page-in-it", CAPTURED, (answer(b"GIF89a/*" + BODY + b"*/", Content_Type="image/gif"),)),
)

TITLES = (
    B("title-with-escapes", CAPTURED, of("utf-8", titled("\x1b[2J\x1b]0;owned\x07\x9b31m\x08\x08\r\n\x0c"))),
    B("title-with-escapes-as-references", CAPTURED, of("utf-8", titled("&#27;[2J&#155;31m&#8;&#7;&#x85;&#133;&#0;"))),
    B("title-that-runs-backwards", CAPTURED, of("utf-8", titled("\u202egpj.exe\u202c \u2066\u2067\u2068\u2069\u200e\u200f\u061c"))),
    B("title-with-what-cannot-be-seen", CAPTURED, of("utf-8", titled("\u200b\u200c\u2060\ufeff\u2028\u2029\U000e0041\u00ad\ufff9"))),
    B("title-in-markup-of-terminals", CAPTURED, of("utf-8", titled("[/nonsense] [bold red]x[/] {0} %s %(x)s"))),
    B("title-of-a-formula", CAPTURED, of("utf-8", titled("=HYPERLINK(\"http://127.0.0.1\")"))),
    B("title-of-a-megabyte", CAPTURED, of("utf-8", titled("dues " * 200_000))),
    B("title-of-marks-on-marks", CAPTURED, of("utf-8", titled("Z" + "\u0300\u0315" * 50_000))),
)

ROBOTS = (
    B("robots-that-forbid", REFUSED, robots(rules("User-agent: *\nDisallow: /\n")), ("robots",)),
    B("robots-that-break-down", REFUSED, robots(answer(status="500 Oh")), ("robots",)),
    B("robots-that-are-cut-off", REFUSED, robots(answer(b"User-agent: *\n", Content_Length="999")), ("robots",)),
    B("robots-that-are-silent", FAILED, robots(End.HOLD), ("timeout",), hasty=True),
    B("robots-that-drip", REFUSED, robots(with_body("", b""), Repeat(b"#", FOREVER, .05)), ("robots",), hasty=True),
    B("robots-that-are-no-http", FAILED, robots(b"SSH-2.0-x\r\n\r\n"), ("protocol",)),
    B("robots-without-end", CAPTURED, robots(with_body("", b""), Repeat(b"# nothing\n" * 999, FOREVER))),
    B("robots-that-say-they-are-huge", CAPTURED, robots(answer(b"User-agent: *\n", Content_Length="99999999999"), Repeat(b"# nothing\n" * 999, FOREVER))),
    B("robots-that-are-a-bomb", CAPTURED, robots(answer(bombs.gzip_stream(1024), Content_Encoding="gzip"))),
    B("robots-in-a-circle", CAPTURED, robots(*redirect("/robots.txt"))),
    B("robots-elsewhere-and-private", REFUSED, robots(*redirect("http://127.0.0.1:{canary}/robots.txt")), ("address",)),
    B("robots-elsewhere-in-a-file", REFUSED, robots(*redirect("file:///etc/passwd")), ("scheme",)),
    B("robots-of-noise", CAPTURED, robots(answer(bytes(range(256)) * 900))),
    B("robots-of-agents-times-rules", CAPTURED, robots(rules("".join(f"User  agent {n}\n" for n in range(9000)) + "".join(f"Disallow: /{n}\n" for n in range(9000))))),
    B("robots-of-stars", CAPTURED, {"*": (page(),), "/robots.txt": (rules("User-agent: *\n" + "".join("Disallow: /" + "*a" * 60 + f"{n}$\n" for n in range(900))),)}, address="http://robots-of-stars.hostile.example:{port}/page?" + "a" * 3000),
    B("robots-of-a-million-stars", CAPTURED, robots(rules("User-agent: *\nDisallow: /" + "*a" * 200_000 + "b"))),
    B("robots-that-ask-for-all-time", CAPTURED, robots(rules("User-agent: another\nCrawl-delay: 1e308\n\nUser-agent: *\nCrawl-delay: nan\nCrawl-delay: -9\nCrawl-delay: 1e999\n"))),
)
# fmt: on
