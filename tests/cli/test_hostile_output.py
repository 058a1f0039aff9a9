"""Whatever a page, a server, a file or an argument says, no verb prints anything that steers a terminal."""

from __future__ import annotations

import json
import os
import pty
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from archiver.cli._fetching import fetch_settings
from archiver.config import Settings
from archiver.model.text import MARKS, plain
from archiver.pipeline import Archive
from tests.cli.printed import Said, objects, run, unsafe
from tests.copies_web import article
from tests.ingest.making import Theirs
from tests.tracing import served

#: Every kind of character that steers, hides or heaps, with a letter on each side of it.
KINDS = (
    "".join(map(chr, [*range(0x20), *range(0x7F, 0xA0)])),
    "\x1b[31m\x1b]0;owned\x07\x1b]8;;http://evil.example/\x1b\\",
    "\u2028\u2029\x85\r\n\r\t",
    "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069",
    "\u200b\u200c\u200d\u2060\u2061\u2062\u2063\u2064\ufeff\xad\u034f\u180e\u17b4\u3164\u115f\uffa0\u2800",
    "".join(map(chr, range(0xE0000, 0xE0080))),
    "\ufe0f" * 40 + "\U000e0100" * 40,
    "\u0301\u0302\u0488" * 40,
    "\ufff9\ufffa\ufffb\ufff0",
    "\udfff\ud800\udbff",
    "\ufdd0\ufffe\uffff\U0001ffff\U0010ffff",
    "\ue000\uf8ff\U000f0000\U00100000",
)
HOSTILE = "A" + "Z".join(KINDS) + "B"
#: The same as an argument can be: without NUL, and with bytes that are no UTF-8 as the system hands them on.
WORD = HOSTILE[2:].replace("\udfff\ud800\udbff", "\udc9b\udcff")

#: Of each table the columns that hold what somebody else wrote.
FOREIGN = {
    "captures": ("asked_url", "media_type", "source", "source_note", "operator", "note"),
    "exchanges": ("media_type", "peer", "tls_version", "tls_cipher", "tls_chain_state", "tls_override", "truncated"),
    "attempts": ("url", "message", "final_url"),
    "events": ("detail", "outcome"),
    "publishers": ("name", "kind", "owner", "source"),
    "aliases": ("spelling",),
    "texts": ("extractor",),
    "documents": ("url", "outcome", "media_type", "title", "publisher", "date_published", "date_modified", "language"),
    "claims": ("publisher", "url"),
    "evidence": ("quote", "prefix", "suffix", "role", "rule"),
    "edges": ("to_url", "to_publisher"),
    "findings": ("code", "message"),
    "works": ("origin_url", "origin_publisher", "origin_date"),
    "lineages": ("verdict", "origin_url", "origin_publisher", "origin_date"),
    "namings": ("by", "because", "publisher"),
    "decisions": ("by", "because", "publisher"),
}

ORIGIN, REPOST = "http://millpost.example/2025/weir", "http://echoes.example/weir-again"
CHANGED = "http://changes.example/weir-twice"


def page(n: int, site: str, note: str = "", day: str = "2025-01-02") -> str:
    """A page that says hostile things wherever a page can: raw where UTF-8 can be written, else as references."""
    said = "".join(char if char.isprintable() else f"&#{ord(char)};" for char in HOSTILE)
    raw = HOSTILE.encode("utf-8", "ignore").decode()
    return article(n, f"The weir {said}", f"{site} {said}", f"{note} {said} {raw}", day).replace(
        "</head>", f'<meta name="author" content="Ida {said} Moor"></head>'
    )


WEB = {
    ORIGIN: page(11, "Mill Post"),
    REPOST: page(11, "Echoes", f"This article was originally published on <a href='{ORIGIN}?q=\x1b\u202e'>Mill {HOSTILE[-60:-1]} Post</a>.".encode("utf-8", "ignore").decode(), "2025-01-05"),
    CHANGED: page(12, "Changes"),
}  # fmt: skip


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive that was filled from such pages and files, and then had its manifest made worse than any page could."""
    folder = tmp_path_factory.mktemp("hostile")
    settings = Settings(delay_seconds=0.0)
    web = dict(WEB)
    with served(web) as there:
        routes = [f"::127.0.0.1:{there.port}"]
        with Archive(folder, settings, fetch_settings(settings, routes, None)) as opened:
            assert {result.outcome for result in opened.capture(list(web))} <= {"captured", "flagged"}
        web[CHANGED] = page(13, "Changes after all")
        said = run("capture", CHANGED, "--connect-to", routes[0], "-A", str(folder), "--note", WORD)
        assert said.code == 0, said.err
        calm(said)
    theirs = Theirs(seed=5)
    theirs.info()
    theirs.response("http://theirs.example/\x9b\u202eweir".replace("\x9b", ""), page(14, "Theirs").encode())
    file = folder / f"theirs-{HOSTILE[40:45]}\x1b[31m\u202e.warc.gz".replace("\x00", "")
    file.write_bytes(theirs.out.getvalue() + b"\x1f\x8bbroken")
    said = run("import", str(file), "-A", str(folder), "--source-note", WORD)
    calm(said)
    assert "broken" not in said.out
    for arguments in (
        ("decide", CHANGED, f"Weir {WORD}", "--relation", "republished_from"),
        ("publisher", "alias", "Mill Post", f"The Mill {WORD}", "--new"),
    ):
        calm(said := run(*arguments, "--because", f"he told me {WORD}", "--by", f"M. {WORD}", "-A", str(folder)))
        assert said.code == 0, said.err
    make_worse(folder / "manifests" / "manifest.db")
    return folder


def make_worse(manifest: Path) -> None:
    """Put it into every column that is printed, past all that cleans what is read."""
    worse = HOSTILE.encode("utf-8", "ignore").decode()
    connection = sqlite3.connect(manifest)
    for table, columns in FOREIGN.items():
        for column in columns:
            connection.execute(f'update {table} set "{column}" = coalesce("{column}", ?) || ?', ("x", worse))
    connection.execute("update documents set authors = ?", (json.dumps(["Ida " + worse, worse]),))
    connection.execute("update documents set problems = ?", (json.dumps([worse]),))
    connection.execute(
        "insert into events (kind, at, outcome, detail) values ('fixity-check', ?, ?, ?)", (worse, worse, worse)
    )
    connection.execute("update namings set names = ?", (json.dumps([worse]),))
    connection.execute(
        f"update records set stored_sha256 = '{'00' * 32}' where rowid in (select max(rowid) from records)"
    )
    connection.commit()
    connection.close()


def calm(said: Said) -> None:
    """Nothing steers; no traceback; what is JSON is an object a line. A table's lines end as RFC 4180 says."""
    assert "Traceback" not in said.err
    data = said.out.startswith("{")
    out = said.out.replace("\r\n", "\n") if "\r\n" in said.out else said.out
    leaking = [line for line in (out + said.err).split("\n") if unsafe(line, data=data)]
    assert leaking == []
    if data:
        objects(said.out)


#: What is asked of the archive (`{}` is a path of a file that lists its addresses).
ASKED = (
    ("lookup", ORIGIN), ("lookup", REPOST), ("lookup", CHANGED), ("lookup", "weir"), ("lookup", f"http://never.example/{WORD}"), ("lookup", WORD),
    ("lookup", "weir", "--json"), ("lookup", REPOST, "--format", "md"), ("lookup", REPOST, "--format", "dot"),
    ("lookup", REPOST, "--format", "mermaid"), ("lookup", "weir", "--format", "csv"), ("lookup", "-f", "{}"), ("lookup", "-f", "{}", "--json"),
    ("lookup", "-f", "{}", "--format", "csv"), ("lookup", "-f", f"/nowhere/{WORD}"), ("chains",), ("chains", "--json"),
    ("chains", "--format", "md"), ("chains", "--format", "dot"), ("chains", "--format", "mermaid"), ("chains", "--format", "csv"),
    ("search", "weir"), ("search", "weir", "--json"), ("search", "weir", "--format", "csv"), ("search", WORD),
    ("show", ORIGIN), ("show", f"no {WORD}"), ("diff", CHANGED), ("diff", CHANGED, "--json"), ("diff", ORIGIN, REPOST), ("diff", WORD, "x"),
    ("status",), ("status", "--json"), ("publisher", "list"), ("publisher", "list", "--json"), ("publisher", "list", WORD),
    ("publisher", "merge", WORD, "B", "--because", "x", "--by", "me"), ("verify",), ("verify", "--json"), ("verify", "--level", WORD),
    ("decide", ORIGIN, WORD, "--relation", WORD, "--because", "x"), ("capture", f"http://{WORD}/"), ("capture", WORD),
    ("capture", f"gopher://x.example/{WORD}"), ("capture", f"http://x.example/{WORD}", "--dry-run"), ("capture", "--json", f"x:{WORD}"),
    ("capture", "--connect-to", WORD, ORIGIN), ("import", f"/nowhere/{WORD}"), ("import", "/x", "--url", WORD, "--captured-at", WORD),
    ("trace", f"x:{WORD}"), ("trace", f"x:{WORD}", "--json"), ("lookup", f"--{WORD}"), ("lookup", "x", f"--limit={WORD}"), (WORD,),
    ("lookup", "x", "--format", WORD),
)  # fmt: skip


@pytest.mark.parametrize("arguments", ASKED, ids=lambda arguments: " ".join(plain(one)[:20] for one in arguments))
def test_no_verb_prints_what_steers_a_terminal(arguments: tuple[str, ...], archive: Path, tmp_path: Path) -> None:
    listed = tmp_path / "list.txt"
    listed.write_text(f"{ORIGIN}\n{REPOST}\n{CHANGED}\nhttp://never.example/{HOSTILE[1:30]}\n", "utf-8", "ignore")
    folder = archive
    if arguments[0] in ("capture", "trace", "verify"):  # these write
        folder = tmp_path / "copy"
        shutil.copytree(archive, folder)
    said = run(*(str(listed) if one == "{}" else one for one in arguments), "-A", str(folder))
    calm(said)
    assert said.code != 1


def test_json_holds_what_was_said_as_it_was(archive: Path) -> None:
    worse = HOSTILE.encode("utf-8", "ignore").decode()
    titles = [str(one["title"]) for one in objects(run("lookup", "weir", "--json", "-A", str(archive)).out)]
    assert len(titles) == 5
    assert all(title.endswith(worse) for title in titles)


def test_what_a_file_says_is_shown_calmly(tmp_path: Path) -> None:
    file = tmp_path / f"page{HOSTILE[100:140]}.html".replace("/", "").replace("\x00", "")
    file.write_text(page(1, "Mill Post"), "utf-8")
    for form in ((), ("--text",)):  # the objects are those of --jsonl, below
        calm(said := run("inspect", str(file), *form, "--url", "http://a.example/" + WORD))
        assert said.out
    calm(run("inspect", f"/nowhere/{WORD}"))
    calm(said := run("overlaps", "--jsonl", stdin=json.dumps({"id": HOSTILE}) + "\n"))
    assert said.code == 2
    text = " ".join(f"word{n}" for n in range(60))
    rows = "".join(json.dumps({"id": f"{HOSTILE}{n}", "text": text}) + "\n" for n in range(2))
    calm(said := run("overlaps", "--jsonl", stdin=rows))
    assert objects(said.out)[0]["a"] == f"{HOSTILE}0"


def test_lines_of_inspect_answer_calmly() -> None:
    rows = [
        {"id": HOSTILE, "content": page(1, "Mill Post"), "url": "http://a.example/"},
        {"id": HOSTILE, "path": f"/nowhere/{HOSTILE[1:]}"},
    ]
    done = subprocess.run(
        [sys.executable, "-m", "archiver", "inspect", "--jsonl", "--jobs", "1"], input="".join(json.dumps(row) + "\n" for row in rows),
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert unsafe(done.stdout, data=True) == set()
    assert [one["id"] for one in objects(done.stdout)] == [HOSTILE, HOSTILE]


def on_a_terminal(*arguments: str, columns: int) -> str:
    """What a command writes to a terminal that is so wide, without colours."""
    ours, theirs = pty.openpty()
    environment = {**os.environ, "NO_COLOR": "1", "COLUMNS": str(columns)}
    with subprocess.Popen([sys.executable, "-m", "archiver", *arguments], stdout=theirs, env=environment) as process:
        os.close(theirs)
        said = bytearray()
        try:
            while piece := os.read(ours, 65536):
                said += piece
        except OSError:  # the other side has closed it
            pass
        finally:
            os.close(ours)
        assert process.wait() == 0
    return said.decode().replace("\r\n", "\n")


@pytest.fixture(scope="module")
def long_titles(tmp_path_factory: pytest.TempPathFactory, demo: Path) -> Path:
    folder = tmp_path_factory.mktemp("long") / "archive"
    shutil.copytree(demo, folder)
    connection = sqlite3.connect(folder / "manifests" / "manifest.db")
    connection.execute("update documents set title = ?", ("ferry 漢字 " * 1250,))
    connection.commit()
    connection.close()
    return folder


def test_a_long_title_is_cut_on_a_terminal_and_whole_where_output_is_piped(long_titles: Path) -> None:
    for verb in (("lookup", "ferry"), ("search", "ferry"), ("chains",)):
        arguments = (*verb, "-A", str(long_titles))
        assert plain("ferry 漢字 " * 1250) in run(*arguments).out
        shown = on_a_terminal(*arguments, columns=80)
        titles = [line for line in shown.split("\n") if line.startswith("ferry 漢字 ferry")]
        assert titles
        assert all(120 < width(line.partition(" ·")[0]) <= 160 and "…" in line for line in titles)
        assert unsafe(shown) == set()


def width(line: str) -> int:
    return len(line) + sum(char in "漢字" for char in line)


def test_the_text_of_a_page_is_shown_as_it_is_kept_and_calm_where_it_was_not(archive: Path, tmp_path: Path) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(archive, folder)
    connection = sqlite3.connect(folder / "manifests" / "manifest.db")
    text = f"two  spaces\u00a0stay\n{HOSTILE}\nmi\u200cravam".encode("utf-8", "ignore").decode()
    connection.execute("update texts set text = ?", (text,))
    connection.commit()
    connection.close()
    said = run("show", ORIGIN, "-A", str(folder))
    lines = said.out.split("\n")
    assert (lines[0], lines[-2]) == ("two  spaces\u00a0stay", "mi\u200cravam")
    assert unsafe(said.out) <= {"\u200c"}


@pytest.mark.parametrize(
    "make", [lambda n: "a" + "\u0301" * n, lambda n: "\u202e" * n, lambda n: "א, " * n, lambda n: "،" * n]
)
def test_a_flood_takes_no_more_than_its_share_of_time(make: Callable[[int], str]) -> None:
    from archiver.model.text import dated

    assert len(plain(make(1))) <= 3
    assert plain(make(100_000)).count("\u0301") <= MARKS
    dated(make(200_000))  # in a moment, or the run's time limit says so
