"""How long pages take over a large manifest: python -m tests.benchmarks.browse [--documents N] [--keep DIR] [--only PART]

Of each kind of page many are asked for, after some that are not counted; times in milliseconds, beside what they should stay below:

    sql        what the pages read, without a server: questions, citations, figures
    pages      ours and Datasette's own, in the server's process: its time for a page, without a network
    loopback   the same over HTTP from a server of its own, as a browser has it

The manifest is generated (_manifest.py) in a temporary folder, or kept in DIR for the next time.
"""

from __future__ import annotations

import argparse
import asyncio
import http.client
import random
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from statistics import median, quantiles
from urllib.parse import quote, urlencode

from archiver.browse.queries import QUERIES
from archiver.browse.web import FRONT
from archiver.manifest import lookup, question, search, status
from archiver.manifest.opening import MANIFEST, open_read_only
from tests.benchmarks._manifest import generate

#: As `archiver serve` starts Datasette: to look for facets costs a query for each column.
SETTINGS = {"suggest_facets": False, "truncate_cells_html": 300}

Clock = Callable[[], float]

#: Milliseconds that the median and 95 of 100 pages should stay below: ours, and those of a table.
OURS, TABLE = 50, 200

#: How many of each kind are measured, and how many before.
MEASURED, BEFORE = 60, 6

#: Tables that are sorted, and counted by facets, by these columns.
SORTED = {
    "documents": ("first_captured_at", "date_published", "title", "site", "id"),
    "captures": ("captured_at", "sequence", "url"),
    "claims": ("weight",),
    "edges": ("confidence",),
    "attempts": ("at",),
    "records": ("offset",),
    "lineages": ("origin_date",),
}
FACETS = {
    "documents": ("publisher_id", "outcome", "language", "site", "media_type", "is_page"),
    "lineages": ("status",),
    "captures": ("outcome", "purpose", "source", "state", "http_status", "media_type"),
    "claims": ("relation", "publisher_id", "strength"),
    "evidence": ("rule", "role"),
    "edges": ("relation", "status"),
    "findings": ("code",),
    "attempts": ("outcome", "purpose"),
    "records": ("kind", "warc"),
    "candidates": ("field",),
    "exchanges": ("http_status", "tls_version"),
    "publishers": ("kind",),
    "visits": ("outcome", "change"),
    "texts": ("extractor",),
}


@dataclass(frozen=True)
class Kind:
    """Pages of one kind, by what is asked for each."""

    name: str
    asked: Sequence[str]
    most: int = OURS


@dataclass
class Taken:
    """Milliseconds that the pages of one kind took, each; the bytes of the largest, and how many were not answered with 200."""

    kind: Kind
    taken: list[float] = field(default_factory=list)
    largest: int = 0
    refused: int = 0

    def line(self) -> str:
        """The figures."""
        late = quantiles(self.taken, n=20)[-1] if len(self.taken) > 1 else self.taken[0]
        word = "" if late <= self.kind.most else "  over" if median(self.taken) > self.kind.most else "  over at 95 %"
        figures = f"{len(self.taken):>5}{median(self.taken):10.1f}{late:10.1f}{max(self.taken):10.1f}{self.kind.most:8}"
        return f"{self.kind.name[:58]:<58}{figures}{self.largest:>10,}{word}" + (
            f"  ({self.refused} not 200)" if self.refused else ""
        )


HEADING = f"{'':<58}{'':>5}{'median':>10}{'95 %':>10}{'longest':>10}{'most':>8}{'bytes':>10}"


@dataclass(frozen=True)
class Sample:
    """What there is to ask for in a manifest."""

    documents: list[str]
    members: list[str]  # of the largest work
    often: list[str]  # captured hundreds of times
    questions: Mapping[str, list[str]]


def sample(connection: sqlite3.Connection, seed: int = 1) -> Sample:
    """Pages at random, and those that cost most."""
    chance = random.Random(seed)
    several = MEASURED + BEFORE

    def some(sql: str) -> list[str]:
        rows = [row[0] for row in connection.execute(sql)]
        return chance.sample(rows, min(several, len(rows)))

    texts = [text.replace("\n", " ") for text in some("select text from texts where id % 97 = 3")]
    words = [word.strip(".").lower() for text in texts for word in text.split()[20:60] if len(word) > 9]
    common = ["the", "of", "and", "to", "a", "in", "that", "is", "was", "he", "for", "it", "with", "as", "his", "on"]
    largest = "select work_id from lineages group by work_id order by count(*) desc limit 1"
    url = "select url from documents where rowid % 61 = 7"
    return Sample(
        some("select id from documents where rowid % 53 = 5"),
        some(f"select document_id from lineages where work_id = ({largest})"),
        some("select document_id from captures where document_id is not null group by 1 having count(*) > 200"),
        {
            "a link": some(url),
            "a link that led there": some("select asked_url from captures where asked_url <> url and sequence % 7 = 1"),
            "an unknown link": [f"https://nowhere{n}.example/story" for n in range(several)],
            "a host": [one.split("/")[2] for one in some(url)],
            "an address without a scheme": [one.partition("://")[2] for one in some(url)],
            "a title": some("select title from documents where rowid % 67 = 9"),
            "a SHA-256": some("select payload_sha256 from documents where rowid % 71 = 2"),
            "a sentence": [text.split(". ")[5] for text in texts],
            "a sentence with a wrong word": [_misquoted(text.split()[40:65]) for text in texts],
            "a rare word": chance.sample(words, min(several, len(words))),
            "two rare words": [f"{a} {b}" for a, b in zip(words[:several], words[several:], strict=False)],
            "a rare and a common word": [f"{word} the" for word in words[:several]],
            "a common word": (common * several)[:several],
            "common words, a phrase": [" ".join(chance.sample(common[:6], 2)) for _ in range(several)],
            "common words, no phrase": [" ".join(chance.sample(common, 5)) for _ in range(several)],
            "words that nothing has": [f"zzz{n}" for n in range(several)],
            "an outlet": some("select name from publishers where id % 7 = 3"),
        },
    )


def _misquoted(words: list[str]) -> str:
    return " ".join([*words[:12], "zzz", *words[13:]])


@contextmanager
def archive(documents: int, keep: Path | None) -> Iterator[Path]:
    """The folder of a generated archive: the one that is kept, or one for as long as the block runs."""
    with tempfile.TemporaryDirectory() as made:
        folder = keep or Path(made)
        if not (folder / MANIFEST).exists():
            start = time.perf_counter()
            generate(folder, documents)
            print(f"{documents:,} documents generated in {time.perf_counter() - start:.0f} s")
        yield folder


# ── what the pages read ──


def of_sql(connection: sqlite3.Connection, some: Sample) -> Iterator[tuple[Kind, Callable[[str], object]]]:
    """Without a server: each kind, and what answers one that is asked."""
    yield Kind("status.figures", ["", "", "", ""]), lambda _: status.figures(connection)
    for name, asked in some.questions.items():
        yield Kind(f"search: {name}", asked), lambda one: search.search(connection, one, 20, "«", "»")
        yield Kind(f"answers: {name}", asked[:30]), lambda one: list(question.answers(connection, one))
    for name, asked in (("a document", some.documents), ("of 500", some.members), ("of 300 captures", some.often)):
        yield Kind(f"citations: {name}", asked), lambda one: list(lookup.citations(connection, [one]))


def _timed(kind: Kind, do: Callable[[str], object], clock: Clock) -> Taken:
    taken = Taken(kind)
    for number, one in enumerate(kind.asked):
        start = clock()
        do(one)
        if number >= min(BEFORE, len(kind.asked) // 4):
            taken.taken.append((clock() - start) * 1000)
    return taken


# ── pages ──


def kinds(connection: sqlite3.Connection, some: Sample) -> Iterator[Kind]:
    """Every kind of page."""
    yield Kind("front door", [FRONT] * (MEASURED + BEFORE))
    for name, asked in some.questions.items():
        yield Kind(f"front door: {name}", [f"{FRONT}?{urlencode({'q': one})}" for one in asked])
    for name, asked in (
        ("provenance", some.documents),
        ("provenance, work of 500", some.members),
        ("provenance, 300 captures and more", some.often),
    ):
        yield Kind(name, [f"{FRONT}/document/{one}" for one in asked])
    yield from _stored(connection)
    yield from _tables(connection, some)


def _stored(connection: sqlite3.Connection) -> Iterator[Kind]:
    """The stored queries; those with an argument for the publishers and hosts that have most pages."""
    most = "select {} from documents d join publishers p on p.id = d.publisher_id group by 1 order by count(*) desc limit 12"
    known = {
        name: [str(row[0]) for row in connection.execute(most.format(column))]
        for name, column in (("publisher", "p.name"), ("host", "d.site"))
    }
    for one in QUERIES:
        asked = [urlencode({name: value}) for name in known if f":{name}" in one.sql for value in known[name]]
        pages = [f"/manifest/{one.name}?{more}" for more in asked or [f"_extra={n}" for n in range(8)]]
        yield Kind(f"stored: {one.name}", pages, TABLE)


def _tables(connection: sqlite3.Connection, some: Sample) -> Iterator[Kind]:
    """Datasette's own: each table and view, and what can be done with it."""
    yield Kind("the database", ["/manifest"] * 4, TABLE)
    hidden = ("sqlite_", "_sqlite", "texts_fts", "shingles")
    names = [
        row[0]
        for row in connection.execute(
            "select name from sqlite_master where type in ('table', 'view') order by type, name"
        )
        if not row[0].startswith(hidden)
    ]
    for name in names:
        yield Kind(f"/{name}", [f"/manifest/{name}?_extra={n}" for n in range(8)], TABLE)
    for name, columns in SORTED.items():
        for column in columns:
            pages = [f"/manifest/{name}?{way}={column}&_extra={n}" for n in range(3) for way in ("_sort", "_sort_desc")]
            yield Kind(f"/{name} by {column}", pages, TABLE)
    for name, columns in FACETS.items():
        for column in columns:
            yield Kind(
                f"/{name} facet {column}", [f"/manifest/{name}?_facet={column}&_extra={n}" for n in range(6)], TABLE
            )
    for name in ("a rare word", "a common word", "common words, no phrase", "a sentence"):
        pages = [f"/manifest/texts?{urlencode({'_search': one})}" for one in some.questions[name][:12]]
        yield Kind(f"/texts search: {name}", pages, TABLE)
    for document in some.documents[:1]:
        yield Kind("row of a document", [f"/manifest/documents/{one}" for one in some.documents[:20]], TABLE)
        yield Kind("captures of a document", [f"/manifest/captures?document_id={quote(document)}"] * 8, TABLE)


async def in_process(path: Path, wanted: Sequence[Kind], clock: Clock) -> None:
    """Print the server's own time for each kind."""
    from datasette.app import Datasette

    datasette = Datasette([str(path)], settings=SETTINGS)
    await datasette.invoke_startup()
    for kind in wanted:
        taken = Taken(kind)
        for number, one in enumerate(kind.asked):
            start = clock()
            with redirect_stdout(StringIO()), redirect_stderr(StringIO()):  # it prints where a page took too long
                answer = await datasette.client.get(one)
            _count(taken, number, (clock() - start) * 1000, answer.status_code, len(answer.content))
        print(taken.line(), flush=True)


def _count(taken: Taken, number: int, milliseconds: float, code: int, size: int) -> None:
    if number >= min(BEFORE, len(taken.kind.asked) // 4):
        taken.taken.append(milliseconds)
        taken.largest = max(taken.largest, size)
        taken.refused += code != 200


@contextmanager
def server(path: Path) -> Iterator[int]:
    """Datasette as people start it, at a port of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "datasette", "serve", str(path), "--port", str(port)]
    for name, value in SETTINGS.items():
        command += ["--setting", name, "off" if value is False else str(value)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(200):
            with socket.socket() as asked:
                if asked.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait(20)


def over_loopback(port: int, wanted: Sequence[Kind]) -> Iterator[Taken]:
    """As a browser has it that keeps its connection."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
        for kind in wanted:
            taken = Taken(kind)
            for number, one in enumerate(kind.asked):
                start = time.perf_counter()
                connection.request("GET", one)
                answer = connection.getresponse()
                size = len(answer.read())
                _count(taken, number, (time.perf_counter() - start) * 1000, answer.status, size)
            yield taken


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=100_000)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--only", choices=("sql", "pages", "loopback"))
    parser.add_argument("--like", default="", help="Kinds of pages with these letters in their names alone.")
    parser.add_argument(
        "--processor", action="store_true", help="Its time in place of the clock's, which other programs make longer."
    )
    given = parser.parse_args()
    clock = time.process_time if given.processor else time.perf_counter
    with archive(given.documents, given.keep) as folder, open_read_only(folder) as connection:
        some = sample(connection)
        wanted = [kind for kind in kinds(connection, some) if given.like in kind.name]
        if given.only in (None, "sql"):
            print(HEADING.replace("bytes", ""))
            for kind, do in of_sql(connection, some):
                if given.like in kind.name:
                    print(_timed(kind, do, clock).line(), flush=True)
        if given.only in (None, "pages"):
            print(HEADING)
            asyncio.run(in_process(folder / MANIFEST, wanted, clock))
        if given.only in (None, "loopback"):
            print(HEADING)
            with server(folder / MANIFEST) as port:
                for taken in over_loopback(port, wanted):
                    print(taken.line(), flush=True)


if __name__ == "__main__":
    main()
