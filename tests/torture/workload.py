"""What is done to an archive while things go wrong: a small web of our own, and a run of commands over it.

    with web() as port:
        for step in STEPS: command line step.command(folder, port, files)

Between them the steps make an archive, capture pages, a redirect, the same page again, an address that fails, one that is not
found, draw the manifest anew where it is there and where it is lost, take in a file of others, keep a person's decisions, begin
new WARC files and seal full ones, open what a broken run left, and run a watch list.
"""

from __future__ import annotations

import http.server
import random
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from archiver.demo.web import answering
from tests import tracing
from tests.ingest.making import URL as THEIRS
from tests.ingest.making import theirs
from tests.jobs.world import job
from tests.torture.judge import DECISIONS, NAMINGS
from tests.torture.shim import How, Op, Operation

POST, ECHO = "http://quaypost.example", "http://inlandecho.example"
MILL, COPY = f"{POST}/2023/tide-mill", f"{ECHO}/tide-mill"
MOVED, FERRY, PLAIN, FRESH, WEIR = f"{ECHO}/old", f"{POST}/ferry", f"{POST}/notice.txt", f"{POST}/fresh", f"{ECHO}/weir"
LOCK = f"{ECHO}/lock"
TIDE, BUOY = f"{POST}/tide", f"{ECHO}/buoy"
MISSING, DEAD = f"{POST}/nothing-here", "http://dead.example/"

WEB: dict[str, str | tracing.Answer] = {
    MILL: tracing.article(MILL, "Quay Post"),
    COPY: tracing.article(COPY, "Inland Echo", day="2023-05-09", note=tracing.names("Quay Post", MILL)),
    MOVED: tracing.Answer("moved", 302, headers={"Location": FERRY}),
    FERRY: "<title>The ferry - Quay Post</title><h1>The ferry</h1><p>It runs again from Monday, said the harbour master.</p>",
    PLAIN: tracing.Answer("Notice: the sluice is closed.\n", media_type="text/plain"),
    FRESH: "<title>Fresh - Quay Post</title><p>What comes after whatever went wrong must be kept like anything else.</p>",
    LOCK: "<title>The lock - Inland Echo</title><p>The lock was opened by hand for the last time on Sunday, in the rain.</p>",
    TIDE: "<title>The tide - Quay Post</title><p>High water was at noon, and stood a hand below the lowest of the steps.</p>",
    BUOY: "<title>The buoy - Inland Echo</title><p>The buoy that broke loose in March has been seen off the northern mole.</p>",
    WEIR: "<title>The weir - Inland Echo</title><p>The weir holds, says the engineer; originally published on Quay Post.</p>",
}


@contextmanager
def web() -> Iterator[int]:
    """That web while the block runs; gives the port."""
    with tracing.served(WEB) as served:
        yield served.port


@contextmanager
def endless() -> Iterator[int]:
    """A web that has a page at every address while the block runs, but for robots.txt; gives the port."""

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            there = not self.path.endswith("/robots.txt")
            data = (page(self.path) if there else "not found").encode()
            self.send_response(200 if there else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            with suppress(OSError):  # whoever asked was killed
                self.wfile.write(data)

        def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - http.server's signature
            """Say nothing."""

    with answering(Handler) as port:
        yield port


def page(path: str) -> str:
    """The page at a path of the endless web: every third one holds what others hold, so that there are revisits. Where the path
    begins with /full, 24 kB that cannot be compressed stand beside it.
    """
    number = int(path.rpartition("/")[2] or 0) if path.rpartition("/")[2].isdecimal() else 0
    said = "the same to everybody" if number % 3 == 0 else f"what stands at {path} alone"
    weight = f"<!-- {random.Random(path).randbytes(12_000).hex()} -->" if path.startswith("/full/") else ""
    return f"<title>Leaf</title>{weight}<p>This leaf says {said}, and that is all there is to it on this day of the flood.</p>"


def leaf(writer: str, run: int, number: int) -> str:
    """An address of the endless web: three hosts, so that there is always something under way."""
    return f"http://leaf{number % 3}.example/{writer}/{run}/{number}"


@dataclass(frozen=True, slots=True)
class Break:
    """Something that goes wrong before a step begins, in `url`'s capture: at a write to a WARC file, or right after its sync.

    `record` says which one: the page's is 0, its text's 1; its robots.txt is known by then. `max_bytes` as in a step.
    """

    url: str
    how: How
    record: int = 0
    max_bytes: int | None = None

    def at(self, operations: list[Operation]) -> int:
        """The operation, of those that a capture without a fault does."""
        wanted = Op.WRITE if self.how is How.TORN else Op.FDATASYNC
        found = [n for n, one in enumerate(operations, 1) if one.op is wanted and one.path.endswith(".warc.gz")]
        return found[self.record] + (self.how is How.KILL)


@dataclass(frozen=True, slots=True)
class Step:
    """One command: its words, what it is asked to keep, and what it prints when it has (`capture`: a line for each).

    `max_bytes`: when a WARC file is full. `after`: what goes wrong before it; `lost`: the manifest is gone then. `again`: whoever
    it failed to would do the same again. `watch`: what the watch list says.
    """

    name: str
    words: tuple[str, ...]
    keeps: tuple[str, ...] = ()
    done: str = ""
    code: int = 0
    max_bytes: int | None = None
    after: Break | None = None
    lost: bool = False
    again: bool = False
    watch: str = ""

    def command(self, folder: Path, port: int, theirs: Path) -> list[str]:
        """The whole command line. `{theirs}` in it is the file of others."""
        words = [str(theirs) if word == "{theirs}" else word for word in self.words]
        if self.watch:
            (folder / "manifests" / "watch.toml").write_text(self.watch)
        if words[0] in ("capture", "run"):
            words += ["--connect-to", "dead.example::127.0.0.1:1", "--connect-to", f"::127.0.0.1:{port}"]
            words += ["--delay", "0", "--json"]
        if words[0] == "import":
            words += ["--json"]
        return [*words, "-A", str(folder)]


def capture(
    name: str, *urls: str, code: int = 0, max_bytes: int | None = None, after: Break | None = None, lost: bool = False
) -> Step:
    """A step that captures."""
    return Step(name, ("capture", *urls), urls, code=code, max_bytes=max_bytes, after=after, lost=lost)


_WHY = ("--because", "their editor wrote so", "--by", "a reader")
_TAKEN = (THEIRS, "http://gazette.example/ferry", "http://gazette.example/map.txt")
STEPS = (
    capture("new", MILL),
    capture("lost", COPY, lost=True),
    Step("rebuild", ("rebuild",), again=True),
    Step("rebuild lost", ("rebuild",), lost=True, again=True),
    capture("pages", MOVED, PLAIN),
    capture("again", MILL, DEAD, MISSING, code=3),
    Step("import", ("import", "{theirs}"), _TAKEN, r'"problems": \[\]', again=True),
    Step("decide", ("decide", COPY, MILL, "--relation", "republished_from", *_WHY), (DECISIONS,), "stated in the archive"),
    Step("alias", ("publisher", "alias", "Quay Post", "The Quay Post", *_WHY), (NAMINGS,), "stated in the archive"),
    Step("verify", ("verify",)),
    capture("files", FERRY, WEIR, max_bytes=1),
    capture("begun for a text", WEIR, after=Break(LOCK, How.KILL, record=1, max_bytes=1)),
    capture("torn", WEIR, after=Break(FERRY, How.TORN)),
    capture("taken up", WEIR, after=Break(FERRY, How.KILL)),
    Step("seal", ("seal",), again=True),
    Step("run", ("run", "-q"), (TIDE, BUOY), again=True, watch=job(urls=(TIDE, BUOY))),
)  # fmt: skip

#: What follows every fault: the archive is opened as if nothing had been, and one more page captured.
FOLLOWING = capture("following", FRESH)

#: What must come of drawing the manifest anew at the very end, and what it says then.
REBUILD, THE_SAME = Step("rebuild at the end", ("rebuild",)), "and says what it said before"


def write_theirs(path: Path) -> None:
    """The file of others that a step takes in."""
    path.write_bytes(theirs(seed=7))
