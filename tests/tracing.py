"""A web for tracing, on 127.0.0.1: pages, feeds, sitemaps, errors, TimeMaps and their copies; and an archive that reaches it."""

from __future__ import annotations

import http.server
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from archiver.cli._fetching import fetch_settings
from archiver.config import Settings
from archiver.demo.web import answering
from archiver.pipeline import Archive

#: The archive of others that stands in this web, and where it lists its copies.
KEEPER = "http://keeper.example"
TIMEMAP = f"{KEEPER}/timemap/link/{{url}}"


@dataclass(frozen=True, slots=True)
class Answer:
    """What one address answers with."""

    body: str | bytes = ""
    status: int = 200
    media_type: str = "text/html; charset=utf-8"
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Web:
    """A web that runs: its port, and the addresses that were asked for, in order."""

    port: int
    asked: list[str]


@contextmanager
def served(pages: Mapping[str, str | Answer]) -> Iterator[Web]:
    """These addresses (http only; a string is a page) while the block runs; every other one is not found."""
    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            url = f"http://{self.headers.get('Host', '')}{self.path}"
            asked.append(url)
            found = pages.get(url, Answer("not found", 404))
            answer = found if isinstance(found, Answer) else Answer(found)
            data = answer.body if isinstance(answer.body, bytes) else answer.body.encode()
            if "Date" in answer.headers:
                self.send_response_only(answer.status)
            else:
                self.send_response(answer.status)
            for name, value in {"Content-Type": answer.media_type, **answer.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            try:
                self.wfile.write(data)
            except OSError:
                self.close_connection = True  # it has heard enough

        def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - http.server's signature
            """Say nothing."""

    with answering(Handler) as port:
        yield Web(port, asked)


def opened(
    folder: Path, web: Web, *, timemaps: tuple[str, ...] = (TIMEMAP,), hosts: tuple[str, ...] = ("",)
) -> Archive:
    """The archive in `folder`; these hosts are that web, and every host is where none are named."""
    settings = Settings(delay_seconds=0.0, timemaps=timemaps)
    routes = [f"{host}::127.0.0.1:{web.port}" for host in hosts]
    return Archive(folder, settings, fetch_settings(settings, routes, None))


#: A text long enough to be told from others.
TEXT = (
    "The tide mill at Orrin Quay ground its last sack on Thursday, and by noon somebody had already hung a wreath of barley on the sluice.",
    "It has turned twice a day since 1784, whenever the creek let it, and the miller kept two clocks: one for the village and one for the moon.",
    "“You learn to sleep in halves,” said Petra Lound, the eleventh of her family to keep the wheel, who is moving to a flat without a view of water.",
    "The county gave its reasons in a letter of four lines: the lintel is cracked, the insurance is dear, and flour can be bought.",
    "On the last ebb the children of the school stood on the dam and counted the turns aloud, and when the wheel stopped they went on counting.",
    "Nobody has decided what becomes of the pond. Herons stood in it the next morning as if nothing had been explained to them.",
)
TITLE = "The tide mill at Orrin Quay falls silent"


def article(
    url: str, house: str, *, title: str = TITLE, day: str = "2023-05-04", note: str = "", text: tuple[str, ...] = TEXT
) -> str:
    """A page with an article; `note` stands below it."""
    paragraphs = "".join(f"<p>{one}</p>\n" for one in text)
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{title} - {house}</title>'
        f'<link rel="canonical" href="{url}"><meta property="og:site_name" content="{house}">'
        f'<meta property="article:published_time" content="{day}T08:00:00+00:00"></head>\n'
        f'<body><header><a href="/">{house}</a></header><main><article><h1>{title}</h1>\n{paragraphs}{note}</article></main>'
        f"<footer>© 2023 {house}</footer></body></html>\n"
    )


def names(house: str, url: str) -> str:
    """A note that says where an article was first published."""
    return f'<p><em>This article was originally published on <a href="{url}">{house}</a>.</em></p>\n'


def front(house: str, body: str = "", head: str = "") -> str:
    """A house's front page."""
    return f"<!DOCTYPE html><html><head><title>{house}</title>{head}</head><body><h1>{house}</h1>{body}</body></html>"


def feed(*items: tuple[str, str, str]) -> Answer:
    """An RSS feed of (address, title, day in RFC 822)."""
    rows = "".join(f"<item><title>{t}</title><link>{u}</link><pubDate>{d}</pubDate></item>" for u, t, d in items)
    return Answer(
        f'<?xml version="1.0"?><rss version="2.0"><channel>{rows}</channel></rss>', media_type="application/rss+xml"
    )


def sitemap(*rows: tuple[str, str]) -> Answer:
    """A sitemap of (address, day of the last change)."""
    urls = "".join(f"<url><loc>{u}</loc><lastmod>{d}</lastmod></url>" for u, d in rows)
    return Answer(f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>', media_type="text/xml")


def copies(original: str, *stamps: str) -> Answer:
    """A TimeMap of the keeper's copies of an address, made at these times (14 digits)."""
    from datetime import UTC, datetime

    moments = [datetime.strptime(one, "%Y%m%d%H%M%S").replace(tzinfo=UTC) for one in stamps]
    rows = [
        f'<{original}>; rel="original"',
        f'<{TIMEMAP.format(url=original)}>; rel="self"; type="application/link-format"',
    ]
    rows += [
        f'<{KEEPER}/web/{one}/{original}>; rel="memento"; datetime="{at:%a, %d %b %Y %H:%M:%S} GMT"'
        for one, at in zip(stamps, moments, strict=True)
    ]
    return Answer(",\n".join(rows), media_type="application/link-format")


def copy(original: str, moment: str, body: str) -> Answer:
    """A copy as the keeper serves it, with the Date that the page had; `moment` in RFC 822."""
    headers = {"Memento-Datetime": moment, "Date": moment, "Link": f'<{original}>; rel="original"'}
    return Answer(body, headers=headers)
