"""What a browser asks and what it is answered with, as values; and the addresses of our pages.

    Ask       a request, as far as a page of ours may care        Answer    status, media type, headers and body
    Holding   an open manifest, and where its WARC files are       Links     where each page is: Served, or the files of a site

Does not own: who serves (plugin, site), and what the pages say.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol
from urllib.parse import parse_qs, quote, urlencode

#: The front door, and what every address of ours begins with.
FRONT = "/-/archiver"

#: Names, apart by commas, that a server answers to where this is set in its environment: any, where it is not. Set by `archiver serve`.
HOSTS = "ARCHIVER_HOSTS"

#: What our own pages may load and do: a stylesheet and pictures of ours, a form that leads back to us, a frame with an archived page.
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; frame-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)

HTML = "text/html; charset=utf-8"

#: What an address within a path of ours keeps as it is, besides letters and digits.
_IN_A_PATH = ":/?&=%+,;@~!$*()'[]|"


@dataclass(frozen=True, slots=True)
class Ask:
    """A request for a page. `path` and `query` are as they were sent, percent-coded; `headers` by their names in lower case.

    `server` is the address of the server with the prefix that it puts before all paths, without a slash at its end: absolute
    addresses begin with it. `parts` are what the route's pattern names.
    """

    path: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    server: str = "http://127.0.0.1:8001"
    parts: Mapping[str, str] = field(default_factory=dict)

    def argument(self, name: str) -> str:
        """The first value of an argument of the query; empty where it was not given, or among more than any page of ours has."""
        try:
            return parse_qs(self.query, keep_blank_values=True, max_num_fields=50).get(name, [""])[0]
        except ValueError:
            return ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What is sent back. `headers` stand beside Content-Type; those of `SAFE` are on every answer that does not say otherwise."""

    body: bytes
    media_type: str = HTML
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)

    def all_headers(self) -> dict[str, str]:
        """Every header but Content-Type: the safe ones, and over them the answer's own."""
        return {**SAFE, **self.headers}


#: Headers of every answer: what is ours stays within its own rules, is not taken for another type, and tells nobody whence one came.
SAFE = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
}


@dataclass(frozen=True, slots=True)
class Holding:
    """An archive as a page reads it: its manifest, open read-only with rows as sqlite3.Row; and the folder of its WARC files, None where
    they are not at hand (a snapshot that was put up without them).
    """

    connection: sqlite3.Connection
    files: Path | None


class Links(Protocol):
    """Where our pages are, as seen from the page that is being made. None: there is no such page here."""

    def front(self, question: str = "") -> str:
        """The front door, with a question."""

    def search(self) -> str | None:
        """Where a question is sent as `q`."""

    def written(self) -> str | None:
        """The day on which the page was written to a file; None where it is made as it is asked for."""

    def document(self, document_id: str, ending: str = "") -> str | None:
        """A provenance page, or one of its other formats: the ending is `.json`, `.bib` ..."""

    def view(self, capture_id: str) -> str | None:
        """The page around an archived one."""

    def comparison(self, document_id: str, first: int, last: int) -> str | None:
        """Two versions of the document's address side by side, by their numbers."""

    def replay(self, capture_id: str) -> str | None:
        """The archived page itself."""

    def timemap(self, url: str) -> str | None:
        """Every capture of an address, in link format."""

    def static(self, name: str) -> str:
        """A file of static/."""

    def table(self, name: str, where: Mapping[str, str] | None = None) -> str | None:
        """A table, view or stored query of the manifest: its rows with these values, or the query with these arguments."""


@dataclass(frozen=True, slots=True)
class Served:
    """The addresses of pages that a server makes as they are asked for. `base` stands before all paths, without a slash at its end;
    `database` is the manifest's name there; `copies`: the WARC files are at hand, so that archived pages can be seen.
    """

    base: str = ""
    database: str | None = None
    copies: bool = True

    def front(self, question: str = "") -> str:
        """See Links."""
        return f"{self.base}{FRONT}" + (f"?{urlencode({'q': question})}" if question else "")

    def search(self) -> str | None:
        """See Links."""
        return self.front()

    def written(self) -> str | None:
        """See Links."""
        return None

    def document(self, document_id: str, ending: str = "") -> str | None:
        """See Links."""
        return f"{self.base}{FRONT}/document/{document_id}{ending}"

    def view(self, capture_id: str) -> str | None:
        """See Links."""
        return f"{self.base}{FRONT}/view/{capture_id}" if self.copies else None

    def comparison(self, document_id: str, first: int, last: int) -> str | None:
        """See Links."""
        return f"{self.document(document_id)}?from={first}&to={last}#changes"

    def replay(self, capture_id: str) -> str | None:
        """See Links."""
        return f"{self.base}{FRONT}/replay/{capture_id}" if self.copies else None

    def timemap(self, url: str) -> str | None:
        """See Links."""
        return f"{self.base}{FRONT}/timemap/link/{quote(url, safe=_IN_A_PATH)}"

    def static(self, name: str) -> str:
        """See Links."""
        return f"{self.base}{FRONT}/static/{name}"

    def table(self, name: str, where: Mapping[str, str] | None = None) -> str | None:
        """See Links."""
        if self.database is None:
            return None
        return f"{self.base}/{self.database}/{name}" + (f"?{urlencode(where)}" if where else "")
