"""What the torture begins with: a small archive with a record of every kind, and whole inputs of every kind that is read."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from archiver.config import Settings
from archiver.extract.listing import read_listing
from archiver.fetch.timemap import mementos
from archiver.inspection import inspect
from archiver.model import listing
from archiver.model.capture import Capture, Payload, RobotsVerdict, TlsFacts
from archiver.model.event import Attempt
from archiver.model.inspection import Inspection, encode
from archiver.model.lineage import Decision, Ruling
from archiver.model.statement import Statement
from archiver.model.statement import encode as stated
from archiver.pipeline import Archive
from archiver.provenance.publishers import SHIPPED
from archiver.reader import Reader
from archiver.warc.read import Record, members
from archiver.warc.seal import prepare, seal, seal_fact
from tests import hostile_pages
from tests.extract import tiny_pdf
from tests.ingest import making
from tests.warc import archive

HOUSE, COPY = "https://tidepost.example/2024/05/weir", "https://slowweekly.example/p/88"

ARTICLE = (
    '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>The weir at Ostwick - Slow Weekly</title>'
    '<link rel="canonical" href="https://tidepost.example/2024/05/weir"><meta property="og:site_name" content="Slow Weekly">'
    '<meta property="article:published_time" content="2024-05-17T08:00:00Z">'
    '<script type="application/ld+json">{"@type":"NewsArticle","headline":"The weir at Ostwick","author":{"name":"Ada Quist"}}'
    "</script></head><body><nav><a href='/'>Home</a> <a href='/news'>News</a></nav><article><h1>The weir at Ostwick</h1>"
    "<p>By Ada Quist, 17 May 2024</p><p>The weir at Ostwick was opened again on Thursday, after eleven years in which nobody had "
    "found the key, and the water went where it had always meant to go.</p><p>“It knows the way,” said the keeper&nbsp;&mdash; who "
    "has kept it since&#8230; 1981.</p><figure><img src=w.jpg alt='weir'><figcaption>Photo: Bo Lund/Getty Images</figcaption>"
    "</figure><p>This article was originally published on <a href='https://tidepost.example/2024/05/weir'>Tide Post</a>."
    "</p></article><footer>© 2024 Slow Weekly</footer></body></html>"
).encode()

#: Pages, small, each with something that its readers look for.
HTML: tuple[bytes, ...] = (
    ARTICLE,
    b"<title>Harbour reopens</title><article><p>QUARRY (Reuters) - The harbour reopened on Monday.<br>First published in the Weir News.",
    (
        "<html lang=de><head><meta http-equiv=content-type content='text/html; charset=windows-1252'><title>Das Wehr</title></head>"
        "<body><h1>Das Wehr</h1><p>Von Ada Quist, aus dem Englischen übersetzt. Dieser Artikel erschien zuerst im "
        "<i>Gezeitenblatt</i>.</p><ul><li><a href=/a>Eins</a><li><a href=/b>Zwei</a></ul><table><tr><td>Größe<td>3&frac12; m</table>"
    ).encode("cp1252"),
    (
        "<p>本文转载自：<a href='http://chaoxi.example/1'>潮汐报</a></p><p>来源：潮汐报</p>"
        "<blockquote>المصدر: جريدة المد</blockquote><p>Источник: «Прилив»</p><p>出典：潮新聞</p>"
    ).encode(),
    (
        "<div class=comment><p>cafÃ© â€œoriginally published by Tide Postâ€</p></div><template><p>hidden</p></template>"
        "<p style='display:none'>Source: Nobody</p><select><option>x</select><textarea><p>y</textarea><p>Source: Tide Post"
    ).encode(),
    hostile_pages.attributes(40),
    hostile_pages.nested(60),
    b'<?xml version="1.0" encoding="utf-8"?><html xmlns="http://www.w3.org/1999/xhtml"><body><p>A <q>q</q> &amp; <![CDATA[ c ]]></p></body></html>',
    b"\xef\xbb\xbf<p>With a mark.</p><!-- " + b"-" * 40 + b" --><svg><title>x</title></svg><p>" + b"word " * 60,
)

_LINES = [
    "The weir at Ostwick was opened again on Thurs-",
    "day, after eleven years in which nobody had",
    "found the key.",
]

#: Papers, small.
PDF: tuple[bytes, ...] = (
    tiny_pdf.build(
        [
            [
                tiny_pdf.Piece(60, 720, 20, "The weir", bold=True),
                *tiny_pdf.column(60, 690, 10, _LINES),
                tiny_pdf.Piece(60, 600, 10, "Originally published in the Tide Post."),
            ]
        ],
        "The weir",
    ),
    tiny_pdf.build([tiny_pdf.column(60, 780, 9, _LINES * 2), tiny_pdf.column(320, 780, 9, _LINES)], newline=b"\r\n"),
    tiny_pdf.build([tiny_pdf.column(60, 700, 10, _LINES[:1])], encrypted=True),
    hostile_pages.paper(
        b"BT /F 12 Tf 60 700 Td (A form draws) Tj ET /A Do", form_a=b"/B Do", form_b=b"BT /F 9 Tf (x) Tj ET"
    ),
)

#: Answers of servers as bytes: head, framing, body.
HTTP: tuple[bytes, ...] = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: 12\r\n\r\n<p>Weir.</p>",
    b"HTTP/1.1 103 Early Hints\r\nLink: </s.css>; rel=preload\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X\r\n"
    b"\r\n5;a=b\r\n<p>We\r\n7\r\nir.</p>\r\n0\r\nX: y\r\n\r\n",
    b"HTTP/1.0 301 Moved\r\nLocation: /a\r\nSet-Cookie: a=b\r\nX-Folded: one\r\n two\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
    b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip, br\r\nMemento-Datetime: Fri, 17 May 2024 09:30:00 GMT\r\n"
    b'Link: <http://a.example/>; rel="original"\r\n\r\n\x1f\x8b\x08\x00rest',
    b"HTTP/1.1 204 No Content\r\nDate: Fri, 17 May 2024 09:30:00 GMT\r\n\r\n",
)

#: Feeds, sitemaps, TimeMaps, robots.txt.
LISTINGS: tuple[bytes, ...] = (
    b'<?xml version="1.0"?><rss version="2.0"><channel><title>Tide Post</title><item><title>The &amp;amp; weir</title>'
    b"<link>https://tidepost.example/a</link><pubDate>Fri, 17 May 2024 09:30:00 +0200</pubDate><source url='https://s.example/f'>S</source>"
    b"<guid isPermaLink='false'>8</guid></item></channel></rss>",
    b'<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>Weir</title><link href="/a"/><updated>2024-05-17T08:00:00Z</updated>'
    b"</entry></feed>",
    b'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>https://a.example/1</loc><lastmod>2024-05-17</lastmod></url>'
    b"<url><loc>https://a.example/2</loc></url></urlset>",
    b"<sitemapindex><sitemap><loc>https://a.example/s1.xml</loc><lastmod>2024-05</lastmod></sitemap></sitemapindex>",
    b'{"version":"https://jsonfeed.org/version/1","items":[{"url":"https://a.example/1","title":"Weir","date_published":"2024-05-17"}]}',
    b"https://a.example/1\nhttps://a.example/2\n",
    b'<http://a.example/>; rel="original",\n<http://k.example/web/20240517093000/http://a.example/>; rel="first memento"; '
    b'datetime="Fri, 17 May 2024 09:30:00 GMT",\n<http://k.example/2>; rel="timemap"; type="application/link-format"',
    b"User-agent: *\nDisallow: /private/*.html$\nAllow: /\nCrawl-delay: 2.5\nSitemap: https://a.example/sitemap.xml\n",
)


class Here(Reader):
    """Reads in this process: what is archived here is our own."""

    def start(self) -> None:
        """Nothing to start."""

    def read(self, payload: Payload, publisher: str | None = None) -> Inspection:
        return inspect(payload, publisher, SHIPPED)


@dataclass(frozen=True, slots=True)
class Placed:
    """A record as it was written: its kind, where it lies, and the capture that is named when it is damaged."""

    record_id: str
    kind: str
    offset: int
    length: int
    capture_id: str | None


@dataclass(frozen=True, slots=True)
class Small:
    """An archive of one WARC file with a record of every kind."""

    folder: Path
    warc: Path
    records: tuple[Placed, ...]
    statements: tuple[Statement, ...]


def small_archive(folder: Path) -> Small:
    """Redirect, 1xx, TLS chains that share a certificate, revisit, robots.txt, texts, an attempt, a decision, an import."""
    theirs = folder.with_name(folder.name + "-theirs.warc.gz")
    their = making.Theirs(seed=1)
    their.info()
    their.request(their.response(body=making.PAGE, WARC_Date="2019-03-04T05:06:07Z"))
    their.write("metadata", making.URL, b"fetchTimeMs: 12\r\n")
    their.write("resource", "http://gazette.example/map.txt", b"a map", **{"Content-Type": "text/plain"})
    theirs.write_bytes(their.out.getvalue())
    made: list[Statement] = []
    with Archive(folder, Settings(), clock=archive.clock()) as opened:
        opened.store.ids, opened.store.clock = archive.ids(), archive.clock()
        opened.concluder.reader.close()
        opened.concluder.reader = Here()
        for visit in _visits():
            with closing(visit), prepare(visit, opened.store) as prepared, opened.store.locked():
                capture = seal(prepared, opened.store, opened.manifest)
                opened.manifest.record(capture)
            made.append(capture)
            opened.concluder.conclude(capture)
        with opened.store.locked():
            attempt = Attempt("http://gone.example/", archive.START, "failed", ("dns",), "no such host")
            made.append(seal_fact(attempt, opened.store, opened.manifest))
            opened.manifest.record(made[-1])  # type: ignore[arg-type] # no capture
        opened.decide(
            Decision(COPY, Ruling.REPUBLISHED_FROM, archive.START, "a reader", "both papers say so", source=HOUSE)
        )
        opened.import_(theirs, "from a reader")
    theirs.unlink()
    (warc,) = (folder / "archive").glob("*.warc.gz")
    return Small(folder, warc, placed(warc), tuple(made))


def _visits() -> list[archive.Visit]:
    """Of an article, its copy by way of a redirect, the article again (a revisit), a robots.txt."""
    page = ARTICLE.replace(b"Slow Weekly", b"Tide Post")
    hop = archive.exchange(
        "http://slowweekly.example/88", b"moved", status=b"301 Moved", fields=b"Location: /p/88\r\n", tls=None
    )
    copied = archive.exchange(
        COPY, ARTICLE, informational=b"HTTP/1.1 103 Early Hints\r\nLink: </s.css>; rel=preload\r\n\r\n",
        tls=TlsFacts("TLSv1.3", "TLS_AES_128_GCM_SHA256", (b"another leaf", archive.ISSUER), "verified"),
    )  # fmt: skip
    verdict = (RobotsVerdict(allowed=True, rule="no robots.txt (404)", url="https://tidepost.example/robots.txt"),)
    robots = archive.exchange(
        "https://tidepost.example/robots.txt", LISTINGS[-1], fields=b"Content-Type: text/plain\r\n"
    )
    return [
        archive.visit(archive.exchange(HOUSE, page), robots=verdict),
        archive.visit(hop, copied),
        archive.visit(archive.exchange(HOUSE, page)),
        archive.visit(robots, purpose="robots"),
    ]


def placed(warc: Path) -> tuple[Placed, ...]:
    """The records of a file of ours, read from it alone: whose each is follows from what it says, not from the manifest.

    A request, answer, 1xx block, certificate or statement, and what came in with an import, is of the capture whose group it
    stands in: the statement behind it that says `capture`. A text is of the capture that it refers to, and what states how a page was
    read of the first one of its payload. A warcinfo, and what goes with a statement of something else, is of none.
    """
    found: list[Placed] = []
    group: list[Placed] = []
    first: dict[str, str] = {}
    for record in members(warc):
        text = record.kind == "conversion"
        refers = (record.header("WARC-Refers-To") or "").removeprefix("<urn:uuid:").removesuffix(">")
        one = Placed(record.record_id, record.kind, record.offset, record.length, refers if text else None)
        said = _said(record)
        group.append(one)
        if said is not None:
            whose = None
            if said["kind"] == "capture":
                whose = first.setdefault(said["exchanges"][-1]["payload"], refers) and refers
            elif said["kind"] == "reading":
                whose = first[said["fact"]["payload"]]
            free = ("warcinfo", "conversion")
            found += [p if p.kind in free else Placed(p.record_id, p.kind, p.offset, p.length, whose) for p in group]
            group = []
    return (*found, *group)


def _said(record: Record) -> dict[str, Any] | None:
    """The statement that a record is."""
    if record.kind != "metadata" or record.media_type != "application/json":
        return None
    said: dict[str, Any] = json.loads(record.block.read())
    return said


def statements(small: Small) -> tuple[bytes, ...]:
    """What the small archive states, as it is written."""
    return tuple(stated(one) for one in small.statements)


def inspections() -> tuple[bytes, ...]:
    """Answers of the process that reads: of pages, of lists."""
    pages = [Payload(COPY, content, "text/html") for content in HTML] + [Payload(COPY, PDF[0], "application/pdf")]
    lists = [Payload(COPY, content, "text/xml") for content in LISTINGS]
    return (
        *(encode(inspect(page)) for page in pages),
        *(listing.encode(read_listing(one, 100)) for one in lists),
        *(listing.encode_copies(mementos(one.content, one.url)) for one in lists),
    )


def captures(small: Small) -> tuple[Capture, ...]:
    """The captures among its statements."""
    return tuple(one for one in small.statements if isinstance(one, Capture))
