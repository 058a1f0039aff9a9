"""How fast a run gets on, beside wget --warc-file on the same pages: python -m tests.benchmarks.throughput [PAGES] [HOSTS] [--warc FILE]

One server on 127.0.0.1, in a process of its own, serves both; no delay is kept. wget fetches one page after the other and writes
them to a WARC file; a run does that too, keeps what is needed to check them, reads every page, works out where its text came from,
and indexes it. Then the run is made once more, for pages that have not changed.

Pages are made up (40 kB, of which a quarter is markup), or those of the response records of a WARC file.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from warcio.archiveiterator import ArchiveIterator

WORDS = [
    f"{a}{b}{c}" for a in ("bra", "lo", "ti", "ser", "quen") for b in ("mo", "ta", "ri") for c in ("n", "s", "", "ndo")
]


@dataclass(frozen=True)
class Speed:
    """Pages a second: wget, a first run, and one over pages that have not changed. `size` is the mean length of a page in bytes."""

    pages: int
    size: int
    wget: float
    first: float
    again: float

    def lines(self) -> str:
        return (
            f"{self.pages} pages of {self.size:,} bytes (mean), pages a second\n"
            f"  wget --warc-file        {self.wget:8.1f}\n"
            f"  archiver run, first     {self.first:8.1f}   x{self.first / self.wget:.2f}\n"
            f"  archiver run, unchanged {self.again:8.1f}   x{self.again / self.wget:.2f}"
        )


def made_up(count: int) -> Iterator[bytes]:
    """Articles, no two alike."""
    drawn = random.Random(6)
    for number in range(count):
        paragraphs = [" ".join(drawn.choices(WORDS, k=90)) + "." for _ in range(50)]
        body = "".join(f'<div class="row"><p class="text">{one}</p></div>' for one in paragraphs)
        menu = "".join(f'<li class="item"><a href="/section/{n}">{WORDS[n % 60]}</a></li>' for n in range(80))
        head = f"<!doctype html><html lang=en><head><title>Report {number}</title></head>"
        yield f"{head}<body><nav><ul>{menu}</ul></nav><article><h1>Report {number}</h1>{body}</article></body></html>".encode()


def recorded(path: Path, count: int) -> Iterator[bytes]:
    """The bodies of HTML responses in a WARC file."""
    found = 0
    with path.open("rb") as file:
        for record in ArchiveIterator(file):
            if record.rec_type == "response" and found < count:
                body = record.content_stream().read()
                if b"<html" in body[:5000].lower():
                    found += 1
                    yield body


async def _serve(pages: list[bytes]) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = await reader.readuntil(b"\r\n\r\n")
        last = request.split(b" ", 2)[1].rpartition(b"/")[2]
        if not last.isdigit():
            writer.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        elif b"if-none-match" in request.lower():
            writer.write(b'HTTP/1.1 304 Not Modified\r\nETag: "%s"\r\nConnection: close\r\n\r\n' % last)
        else:
            body = pages[int(last)]
            head = b'HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nETag: "%s"\r\nContent-Length: %d\r\nConnection: close\r\n\r\n'
            writer.write(head % (last, len(body)) + body)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


@contextmanager
def serving(folder: Path) -> Iterator[int]:
    """The pages in a folder, served by another process; the port."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.benchmarks.throughput", "--serve", str(folder)], stdout=subprocess.PIPE
    )
    try:
        assert process.stdout is not None
        yield int(process.stdout.readline())
    finally:
        process.kill()
        process.communicate()


def measured(folder: Path, pages: Iterator[bytes], hosts: int) -> Speed:
    """Both of them in turn. wget must be there."""
    stored = folder / "pages"
    stored.mkdir()
    count = size = 0
    for body in pages:
        stored.joinpath(str(count)).write_bytes(body)
        count, size = count + 1, size + len(body)
    archive = folder / "desk"
    watch = archive / "manifests" / "watch.toml"
    watch.parent.mkdir(parents=True)
    urls = "".join(f'  "http://h{number % hosts}.example/{number}",\n' for number in range(count))
    watch.write_text(f'[[job]]\nname = "all"\nurls = [\n{urls}]\n', "utf-8")
    with serving(stored) as port:
        listed = folder / "urls"
        listed.write_text("".join(f"http://127.0.0.1:{port}/{number}\n" for number in range(count)))
        wget = ["wget", "-q", "-i", str(listed), "-O", "/dev/null", f"--warc-file={folder / 'wget'}"]
        run = [sys.executable, "-m", "archiver", "run", "-q", "-A", str(archive), "--delay", "0", "--connect-to", f"::127.0.0.1:{port}"]  # fmt: skip
        return Speed(count, size // count, *(count / timed(command) for command in (wget, run, [*run, "--all"])))


def timed(command: list[str]) -> float:
    """Seconds that a command takes. Real pages may be flagged."""
    begun = time.perf_counter()
    done = subprocess.run(command, check=False)
    assert done.returncode in (0, 3), done
    return time.perf_counter() - begun


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("pages", nargs="?", type=int, default=600)
    asked.add_argument("hosts", nargs="?", type=int, default=60)
    asked.add_argument("--warc", type=Path)
    asked.add_argument("--serve", type=Path, help=argparse.SUPPRESS)
    given = asked.parse_args()
    if given.serve:
        files = sorted(given.serve.iterdir(), key=lambda file: int(file.name))
        asyncio.run(_serve([file.read_bytes() for file in files]))
        return
    source = recorded(given.warc, given.pages) if given.warc else made_up(given.pages)
    with tempfile.TemporaryDirectory() as folder:
        print(measured(Path(folder), source, given.hosts).lines())


if __name__ == "__main__":
    main()
