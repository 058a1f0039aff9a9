"""The command line as its users meet it: what goes to which stream, and the exit codes that are documented."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from archiver.demo import web
from archiver.errors import Exit


def archiver(*arguments: str, stdin: str = "", **environ: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": "/usr/bin:/bin", "ARCHIVER_CONFIG": "/nonexistent", **environ}
    return subprocess.run(
        [sys.executable, "-m", "archiver", *arguments],
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
        env=environment,
    )


def lines(done: subprocess.CompletedProcess[str]) -> list[dict[str, object]]:
    assert done.returncode in (0, 3), done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


#: What is asked, the exit code, and words of the one line that says what and why, or what next.
MISTAKES = [
    (("capture", "example.org/page"), Exit.REFUSED, "needs http:// or https://"),
    (("capture", "gopher://a.example/"), Exit.REFUSED, "only http and https"),
    (("capture", "http://127.0.0.1:9/"), Exit.REFUSED, "--allow-address 127.0.0.1:9"),
    (("capture", "http://[::ffff:10.0.0.1]/"), Exit.REFUSED, "not a public address"),
    (("capture", "http://me:secret@a.example/"), Exit.REFUSED, "user name or password"),
    (("capture", "http://nowhere.invalid/"), Exit.FAILED, "does not resolve"),
    (("capture", "--connect-to", "::127.0.0.1:1", "http://a.example/"), Exit.FAILED, "Connection refused"),
    (("capture", "--connect-to", "nonsense", "http://a.example/"), Exit.USAGE, "HOST1:PORT1:HOST2:PORT2"),
    (("capture", "--allow-address", "nonsense", "http://a.example/"), Exit.USAGE, "IP:PORT"),
    (("capture", "--insecure-tls", " ", "http://a.example/"), Exit.USAGE, "needs the reason"),
    (("capture",), Exit.USAGE, "Missing argument"),
    (("lookup", "no such words"), Exit.NO_ARCHIVE, "there is no archive"),
    (("chains",), Exit.NO_ARCHIVE, "there is no archive"),
    (("verify", "--level", "deepest"), Exit.USAGE, "quick, index, bytes"),
    (("import", "/nonexistent.warc.gz"), Exit.FAILED, "cannot be read"),
    (("inspect",), Exit.USAGE, "FILE"),
    (("inspect", "/nonexistent.html"), Exit.FAILED, "cannot be read"),
    (("overlaps",), Exit.USAGE, "--jsonl"),
    (("publisher", "list"), Exit.NO_ARCHIVE, "there is no archive"),
    (("publisher", "alias", "A", "B", "--because", "x", "--by", "me"), Exit.NO_ARCHIVE, "there is no archive"),
    (("publisher", "alias", "A", "…", "--because", "x", "--by", "me"), Exit.USAGE, "has no letters"),
    (("publisher", "merge", "A", "B"), Exit.USAGE, "--because"),
    (
        ("decide", "http://a.example/", "B", "--relation", "copied", "--because", "x"),
        Exit.USAGE,
        "variant_of, unrelated",
    ),
    (("decide", "a page", "B", "--relation", "unrelated", "--because", "x"), Exit.USAGE, "not an address"),
    (
        ("decide", "http://a.example/", "B", "--relation", "unrelated", "--because", "x"),
        Exit.NO_ARCHIVE,
        "there is no archive",
    ),
    (("nonsense",), Exit.USAGE, "No such command"),
]


@pytest.mark.parametrize(
    ("arguments", "code", "words"), MISTAKES, ids=lambda value: " ".join(value) if isinstance(value, tuple) else None
)
def test_a_mistake_is_told_in_one_line_with_the_documented_code(
    arguments: tuple[str, ...], code: Exit, words: str, tmp_path: Path
) -> None:
    done = archiver(*arguments, ARCHIVER_HOME=str(tmp_path / "new"))
    assert done.returncode == code, done.stderr
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("text", b"hello", Exit.USAGE),
        ("foreign", None, Exit.USAGE),
        ("newer", 99, Exit.TOO_NEW),
        ("empty", b"\0" * 4096, Exit.USAGE),
    ],
)
def test_a_manifest_that_is_not_ours_is_left_alone(
    name: str, content: bytes | int | None, code: Exit, tmp_path: Path, demo: Path
) -> None:
    import sqlite3

    path = tmp_path / "manifests" / "manifest.db"
    path.parent.mkdir()
    if isinstance(content, bytes):
        path.write_bytes(content)
    elif content is None:
        connection = sqlite3.connect(path)
        connection.execute("create table captures (x)")
        connection.close()
    else:
        shutil.copy(demo / "manifests" / "manifest.db", path)
        connection = sqlite3.connect(path)
        connection.execute(f"pragma user_version = {content}")
        connection.close()
    before = hashlib.sha256(path.read_bytes()).hexdigest()
    for arguments in (("lookup", "x"), ("capture", "http://a.invalid/"), ("status",)):
        done = archiver(*arguments, "--archive", str(tmp_path))
        assert done.returncode == code, (name, done.stderr)
        assert "Traceback" not in done.stderr
    assert hashlib.sha256(path.read_bytes()).hexdigest() == before


def test_capture_says_each_page_and_keeps_going(tmp_path: Path) -> None:
    listed = tmp_path / "list.txt"
    listed.write_text(f"# the demo\n{web.ORIGINAL}\n\nhttp://gone.example/x\nhttp://nowhere.invalid/\n")
    home = str(tmp_path / "a")
    with web.served() as port:
        rules = [f"--connect-to={host}::127.0.0.1:{port}" for host in ("www.harbourgazette.example", "gone.example")]
        plan = archiver("capture", "--dry-run", "--json", str(listed), *rules, ARCHIVER_HOME=home)
        assert [row["outcome"] for row in lines(plan)] == ["would-capture"] * 3
        assert not Path(home).exists()
        done = archiver("capture", "--json", str(listed), *rules, ARCHIVER_HOME=home, ARCHIVER_DELAY_SECONDS="0")
        people = archiver(
            "capture", "-", *rules, stdin=web.ORIGINAL + "\n", ARCHIVER_HOME=home, ARCHIVER_DELAY_SECONDS="0"
        )
    assert done.returncode == Exit.PARTLY
    assert [(row["outcome"], row["problems"], row["http_status"]) for row in lines(done)] == [
        ("captured", [], 200), ("flagged", ["http-error"], 404), ("failed", ["dns"], None),
    ]  # fmt: skip
    assert set(lines(done)[0]) >= {
        "url", "final_url", "outcome", "problems", "http_status", "capture_id", "captured_at", "sha256", "warc", "offset", "length",
    }  # fmt: skip
    assert people.returncode == 0
    assert people.stdout.startswith("captured  The last night ferry to Skerrow\n")
    assert "the same bytes as an earlier capture" in people.stdout


@pytest.mark.parametrize("kind", ["url", "hop", "digest", "words", "sentence", "file"])
def test_whatever_is_known_of_a_page_finds_it(kind: str, demo: Path, tmp_path: Path) -> None:
    page = Path(web.__file__).parent / "pages" / "repost.html"
    shutil.copy(page, tmp_path / "saved.html")
    what = {
        "url": web.REPOST + "?utm_source=x#top",
        "hop": "https://worldletter.example/the-last-night-ferry/5121/",
        "digest": hashlib.sha256(page.read_bytes()).hexdigest(),
        "words": "last night ferry skerrow",
        "sentence": "“A boat is not a bus,” said Tomas Reil",
        "file": str(tmp_path / "saved.html"),
    }[kind]
    found = lines(archiver("lookup", what, "--json", "--archive", str(demo)))
    assert web.REPOST in [row["url"] for row in found]
    if kind in ("url", "hop", "digest", "file"):
        assert found[0]["url"] == web.REPOST


def test_lookup_json_has_the_keys_that_are_promised(demo: Path) -> None:
    (row, *_) = lines(archiver("lookup", web.REPOST, "--json", "--archive", str(demo)))
    assert set(row) >= {
        "url", "title", "publisher", "authors", "date_published", "language", "outcome", "problems", "captures", "claims", "status",
        "origin", "edges", "findings", "variants", "verified",
    }  # fmt: skip
    assert set(row["captures"][0]) >= {  # type: ignore[index]
        "capture_id", "captured_at", "sha256", "warc", "offset", "length", "http_status", "revisit_of",
    }  # fmt: skip
    assert set(row["claims"][0]) >= {"relation", "publisher", "url", "quote", "role", "rule", "weight"}  # type: ignore[index]
    assert set(row["edges"][0]) >= {"from", "to", "to_publisher", "relation", "status", "confidence"}  # type: ignore[index]
    assert set(row["origin"]) == {"url", "publisher", "date", "captured"}  # type: ignore[call-overload]
    assert row["variants"] == [web.REPOST_PDF]


def test_chains_json_has_the_keys_that_are_promised(demo: Path) -> None:
    (row,) = lines(archiver("chains", "--json", "--archive", str(demo)))
    assert set(row) >= {"origin", "edges", "findings"}
    assert row["origin"]["url"] == web.ORIGINAL  # type: ignore[index]


def test_people_read_a_tree_with_quotes(demo: Path) -> None:
    done = archiver("lookup", web.REPOST, "--archive", str(demo))
    assert "Not the original. First published by Harbour Gazette" in done.stdout
    assert "└─ World Letter" in done.stdout
    assert "“This article was originally published on Harbour Gazette.”" in done.stdout
    assert "\x1b" not in done.stdout


def test_show_gives_text_bytes_record_and_statement(demo: Path) -> None:
    (row, *_) = lines(archiver("lookup", web.ORIGINAL, "--json", "--archive", str(demo)))
    capture = str(row["captures"][0]["capture_id"])  # type: ignore[index]
    page = (Path(web.__file__).parent / "pages" / "original.html").read_text("utf-8")
    assert archiver("show", capture, "--payload", "--archive", str(demo)).stdout == page
    assert "When the night ferry to Skerrow tied up" in archiver("show", web.ORIGINAL, "--archive", str(demo)).stdout
    assert archiver("show", capture, "--record", "--archive", str(demo)).stdout.startswith("WARC/1.1\n")
    statement = json.loads(archiver("show", capture, "--statement", "--archive", str(demo)).stdout)
    assert statement["asked"] == web.ORIGINAL


def test_search_finds_passages(demo: Path) -> None:
    done = archiver("search", "grandfather", "clock", "--archive", str(demo))
    assert "«grandfather» «clock»" in done.stdout or "«grandfather clock»" in done.stdout
    assert archiver("search", "zeppelin", "--archive", str(demo)).returncode == Exit.FAILED


def test_inspect_reads_lines_and_answers_lines(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("<html><title>T</title><body><p>Words on the page.</p></body></html>", "utf-8")
    asked = [
        {
            "id": 1,
            "url": "http://a.example/",
            "content": "<p>First published in <a href='http://b.example/x'>B Weekly</a>.</p>",
        },
        {"id": 2, "url": "http://a.example/", "path": str(page)},
        {"id": 3, "url": "http://a.example/", "path": "/nonexistent"},
        {"id": 4},
        ["no object"],
    ]
    done = archiver("inspect", "--jsonl", stdin="".join(json.dumps(row) + "\n" for row in asked) + "no json\n")
    answers = lines(done)
    assert done.returncode == 0
    assert [row["id"] for row in answers] == [1, 2, 3, 4, None, None]
    assert ["error" in row for row in answers] == [False, False, True, True, True, True]
    assert set(answers[0]) >= {"id", "url", "title", "authors", "date", "publisher", "language", "text", "claims"}
    assert [c["relation"] for c in answers[0]["claims"]] == ["originally_published_by"]  # type: ignore[attr-defined]
    assert answers[1]["title"] == "T"
    assert archiver("inspect", "--text", str(page)).stdout == "Words on the page.\n"


def test_overlaps_of_lines() -> None:
    text = " ".join(f"word{n}" for n in range(200))
    rows = [
        {"id": "a", "text": text},
        {"id": "b", "text": text + " and more"},
        {"id": "c", "text": "nothing of the sort at all here"},
    ]
    (found,) = lines(archiver("overlaps", "--jsonl", stdin="".join(json.dumps(row) + "\n" for row in rows)))
    assert (found["a"], found["b"], found["score"]) == ("a", "b", 1.0)
    assert set(found) == {"a", "b", "score", "containment_a", "containment_b", "longest"}


def test_one_flipped_bit_is_found_and_the_capture_named(demo: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(demo, copy)
    assert archiver("verify", "--archive", str(copy)).returncode == 0
    (row, *_) = lines(archiver("lookup", web.ORIGINAL, "--json", "--archive", str(copy)))
    assert row["verified"]["outcome"] == "ok"  # type: ignore[index]
    capture = row["captures"][0]  # type: ignore[index]
    path = copy / "archive" / capture["warc"]
    data = bytearray(path.read_bytes())
    data[capture["offset"] + capture["length"] // 2] ^= 1
    path.write_bytes(data)
    done = archiver("verify", "--json", "--archive", str(copy))
    assert done.returncode == Exit.INTEGRITY
    report = json.loads(done.stdout)
    assert [(p["code"], p["capture_id"]) for p in report["problems"]] == [("record-digest", capture["capture_id"])]


def test_quiet_verbose_and_version_are_everywhere(demo: Path) -> None:
    assert archiver("--version").stdout.startswith("archiver ")
    for name in ("lookup", "capture", "chains", "status"):
        assert archiver(name, "--version").stdout.startswith("archiver ")
        assert {"--quiet", "--verbose"} <= set(archiver(name, "--help").stdout.replace(",", " ").split())
    assert archiver("status", "-q", "--archive", str(demo)).returncode == 0


@pytest.mark.parametrize(
    "verb", ["lookup 'night ferry'", "chains", "status", f"show {web.ORIGINAL}", "lookup 'night ferry' --json"]
)
def test_a_reader_that_goes_away_is_no_error(verb: str, demo: Path) -> None:
    command = f"{sys.executable} -m archiver {verb} --archive {demo} | true; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("0\n", "")


@pytest.mark.parametrize("odd", ["x" * 300, "http://a.example/\udcff", "http://caf\udce9/"])
def test_odd_arguments_are_refused_and_not_tripped_over(odd: str, tmp_path: Path) -> None:
    done = archiver("capture", odd, "--archive", str(tmp_path))
    assert done.returncode == Exit.REFUSED, done.stderr
    assert archiver("lookup", odd, "--archive", str(tmp_path)).returncode in (Exit.DONE, Exit.FAILED)


def test_a_full_disk_under_the_output_is_said(demo: Path) -> None:
    done = subprocess.run(
        ["bash", "-c", f"{sys.executable} -m archiver status --archive {demo} > /dev/full"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == Exit.FAILED
    assert "No space left" in done.stderr


def test_checks_and_captures_do_not_get_into_each_others_way(tmp_path: Path) -> None:
    home = str(tmp_path / "a")
    with web.served() as port:
        urls = [f"http://h{n % 4}.example/{n}" for n in range(24)]
        command = [
            sys.executable,
            "-m",
            "archiver",
            "capture",
            *urls,
            f"--connect-to=::127.0.0.1:{port}",
            "--archive",
            home,
            "--delay",
            "0",
        ]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as running:
            while running.poll() is None:
                assert archiver("verify", "--level", "quick", "--archive", home).returncode in (0, Exit.NO_ARCHIVE)
            assert running.stderr is not None
            said = running.stderr.read()
    assert running.returncode == Exit.PARTLY, said  # each page is a 404: flagged, and kept
    assert archiver("verify", "--archive", home).returncode == 0


def test_a_folder_that_may_only_be_read_is_read(demo: Path, tmp_path: Path) -> None:
    if shutil.which("setpriv") is None:
        pytest.skip("setpriv is not here, by which rights are given up")
    copy = tmp_path / "copy"
    shutil.copytree(demo, copy)
    for path in (copy, copy / "manifests", copy / "archive", *copy.rglob("*.*")):
        path.chmod(path.stat().st_mode & ~0o222)
    command = ["setpriv", "--bounding-set", "-dac_override,-dac_read_search,-fowner", sys.executable, "-m", "archiver"]
    for verb in (["lookup", web.REPOST], ["verify"], ["chains"]):
        done = subprocess.run([*command, *verb, "--archive", str(copy)], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    done = subprocess.run(
        [*command, "capture", web.ORIGINAL, "--archive", str(copy)], capture_output=True, text=True, check=False
    )
    assert done.returncode == Exit.FAILED
    assert "cannot be written to" in done.stderr


def test_the_demo_wants_a_folder_of_its_own(demo: Path) -> None:
    done = archiver("demo", str(demo))
    assert done.returncode == Exit.USAGE
    assert "is there already" in done.stderr


def test_publishers_are_listed_named_and_joined(demo: Path, tmp_path: Path) -> None:
    folder = str(tmp_path / "copy")
    shutil.copytree(demo, folder)
    listed = {row["name"]: row for row in lines(archiver("publisher", "list", "--archive", folder, "--json"))}
    assert set(listed) == {"Harbour Gazette", "World Letter", "Daily Relay"}
    assert (listed["Harbour Gazette"]["pages"], listed["Harbour Gazette"]["named"]) == (1, 2)

    def decide(*arguments: str) -> subprocess.CompletedProcess[str]:
        return archiver("publisher", *arguments, "--archive", folder, "--because", "its imprint", "--by", "M. Frey")

    assert decide("alias", "Harbour Gazette", "The Harbour Gazette and Mail", "gazette.org").returncode == 0
    done = decide("merge", "dailyrelay.example", "world letter")
    assert done.stdout.splitlines()[0] == "World Letter goes by Daily Relay, dailyrelay.example"
    assert "stated in the archive by M. Frey" in done.stdout
    assert [row["hosts"] for row in lines(archiver("publisher", "list", "gazette", "--archive", folder, "--json"))] == [
        ["harbourgazette.example", "gazette.org"]
    ]
    people = archiver("publisher", "list", "--archive", folder).stdout
    assert "also    Daily Relay" in people
    assert "decided 20" in people
    for arguments, words in (
        (("merge", "Daily Relay", "World Letter"), "are one publisher already"),
        (("merge", "Nobody", "World Letter"), "no publisher goes by 'Nobody'"),
    ):
        done = decide(*arguments)
        assert done.returncode in (Exit.USAGE, Exit.FAILED)
        assert words in done.stderr
    silent = archiver("publisher", "alias", "World Letter", "WL", "--archive", folder, "--because", "x")
    assert silent.returncode == Exit.USAGE
    assert "--by NAME" in silent.stderr
    assert decide("alias", "Daily Relay", "dailyrelay.example", "--new").returncode == 0
    again = lines(archiver("publisher", "list", "--archive", folder, "--json"))
    assert {row["name"] for row in again} == set(listed)
    assert archiver("publisher", "list", "nothing like it", "--archive", folder).returncode == Exit.FAILED
    assert archiver("verify", "--archive", folder).returncode == 0


def test_a_person_decides_where_a_text_came_from(demo: Path, tmp_path: Path) -> None:
    folder = str(tmp_path / "copy")
    shutil.copytree(demo, folder)

    def decide(source: str, relation: str, page: str = web.EXCERPT) -> subprocess.CompletedProcess[str]:
        said = ("--relation", relation, "--because", "she told us", "--by", "M. Frey", "--archive", folder)
        return archiver("decide", page, source, *said)

    done = decide(web.ORIGINAL, "republished_from")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0] == "stated in the archive by M. Frey: she told us"
    assert "a person decided" in done.stdout
    (found,) = lines(archiver("lookup", web.EXCERPT, "--json", "--archive", folder))
    assert isinstance(found["edges"], list)
    assert [e["decided"] for e in found["edges"] if e["from"] == web.EXCERPT and e["status"] == "curated"]
    assert decide("Reuters", "syndicated_by").returncode == 0
    for source, relation, page, words in (
        ("Reuters", "variant_of", web.EXCERPT, "another form of a page"),
        (web.ORIGINAL, "unrelated", "http://nowhere.example/", "is not archived"),
    ):
        wrong = decide(source, relation, page)
        assert wrong.returncode in (Exit.USAGE, Exit.FAILED)
        assert words in wrong.stderr
