"""archiver inspect --jsonl as a program that others talk to: line by line, from several processes, and ended at any time."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from archiver.cli._inspection import MAX_FILE, answer, lost
from archiver.cli.inspect_ import CHUNK, MAX_LINE, answers, lines
from archiver.fetch.decode import plain_payload
from archiver.inspection import inspect
from archiver.model.capture import Payload

COMMAND = (sys.executable, "-m", "archiver", "inspect", "--jsonl")


def page(number: int, paragraphs: int = 3) -> str:
    body = "".join(
        f"<p>Paragraph {n} of letter {number}: the ferry leaves at {n} and nobody asked why.</p>"
        for n in range(paragraphs)
    )
    return (
        f"<html lang=en><head><title>Letter {number}</title></head><body><article><h1>Letter {number}</h1>{body}"
        f"<p>This article was originally published in <a href='https://post{number}.example/a'>The Harbour Post</a>.</p>"
        "</article></body></html>"
    )


def asked(number: int, paragraphs: int = 3) -> bytes:
    row = {"id": number, "url": f"https://letters.example/{number}", "content": page(number, paragraphs)}
    return json.dumps(row).encode() + b"\n"


def start(*options: str, **more: int) -> subprocess.Popen[bytes]:
    """In a session of its own, so that whatever it leaves behind can be told."""
    return subprocess.Popen(
        [*COMMAND, *options],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True, **more,
    )  # fmt: skip


def in_session(session: int) -> list[int]:
    """Processes of a session that live."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, _, its = stat.read_text().rpartition(")")[2].split()[:4]
        except OSError:  # gone meanwhile
            continue
        if int(its) == session and state != "Z":
            found.append(int(stat.parent.name))
    return found


def none_left(session: int) -> bool:
    until = time.monotonic() + 5
    while in_session(session) and time.monotonic() < until:
        time.sleep(0.01)
    return not in_session(session)


#: Lines that are no question, and words of their answers.
ODD = [
    (b"no json", "Expecting value"),
    (b'{"id": "\xff"}', "decode"),
    (b"[1]", "not a JSON object"),
    (b'{"id": NaN, "content": ""}', "NaN"),
    (b'{"id": 1e999, "content": ""}', "too large"),
    (b'{"id": ' + b"[" * 100_000, "recursion"),
    (b'{"id": "x"}', "neither content nor path"),
    (b'{"id": "x", "content": 7}', "must be a string"),
    (b'{"id": "x", "path": "/"}', "not a file"),
    (b'{"id": "x", "path": "/dev/zero"}', "not a file"),
    (b'{"id": "x", "path": "/nonexistent"}', "cannot be read"),
    (b'{"id": "x", "path": "a\\u0000b"}', "cannot be read"),
    (b'{"id": "x", "path": "' + b"a" * 5000 + b'"}', "cannot be read"),
    (b'{"id": "x", "content": "", "publisher": []}', "must be a string"),
]


@pytest.mark.parametrize(("line", "words"), ODD, ids=lambda value: value[:40] if isinstance(value, bytes) else None)
def test_what_cannot_be_read_is_answered_with_an_error(line: bytes, words: str) -> None:
    told = json.loads(answer((7, line)))
    assert set(told) == {"id", "error"}
    assert words in told["error"]
    assert told["id"] == ("x" if b'"x"' in line else None)


def test_an_id_of_any_depth_is_answered() -> None:
    for depth in (1, 100, *range(800, 1000, 10)):
        told = answer((7, b'{"id": ' + b"[" * depth + b"]" * depth + b', "content": ""}'))
        assert b'"title"' in told or json.loads(told)["id"] is None


def test_a_file_that_is_too_large_to_hold_is_answered_with_an_error(tmp_path: Path) -> None:
    large = tmp_path / "large.pdf"
    with large.open("wb") as file:
        file.truncate(MAX_FILE + 1)
    assert "larger than" in json.loads(answer((1, json.dumps({"path": str(large)}).encode())))["error"]


def test_lines_are_numbered_as_they_stand_and_blank_ones_are_skipped() -> None:
    parts = iter([b"a\n", b"\n \r\nb", b"c\r\n", b"d", b""])
    assert list(lines(lambda _: next(parts))) == [(1, b"a"), (4, b"bc\r"), (5, b"d")]


def test_a_line_that_is_too_long_is_forgotten_and_the_next_one_is_read() -> None:
    def parts() -> Iterator[bytes]:
        yield b"first\n"
        yield from [b"x" * CHUNK] * (MAX_LINE // CHUNK + 1)
        yield b"\nlast"
        yield b""

    source = parts()
    found = list(lines(lambda _: next(source)))
    assert found == [(1, b"first"), (2, None), (3, b"last")]
    assert json.loads(answer(found[1])) == {"id": None, "error": "line 2: the line is too long"}


def test_a_line_that_took_its_worker_with_it_is_answered_with_its_id() -> None:
    told = json.loads(lost((3, b'{"id": "q"}'), "Killed"))
    assert told == {"id": "q", "error": "line 3: the process that read it ended: Killed"}
    assert json.loads(lost((3, b"no json"), "Killed"))["id"] is None


def test_one_process_and_several_say_the_same() -> None:
    questions = [(n, asked(n, paragraphs=300)) for n in range(12)] + [(n, line) for n, (line, _) in enumerate(ODD)]
    assert list(answers(questions, 3)) == list(answers(questions, 1))


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_who_writes_a_line_and_waits_gets_the_answer(jobs: str) -> None:
    with start("--jobs", jobs) as process:
        assert process.stdin
        assert process.stdout
        for number in range(3):
            process.stdin.write(asked(number))
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["id"] == number
        assert len(in_session(process.pid)) == 2  # what is asked for slowly needs no second worker
        rest = process.communicate()
    assert rest == (b"", b"")
    assert process.returncode == 0
    assert none_left(process.pid)


@pytest.mark.parametrize("jobs", ["1", "2"])
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, -signal.SIGTERM)])
def test_a_signal_ends_it_at_once_and_nothing_is_left(jobs: str, number: signal.Signals, code: int) -> None:
    with start("--jobs", jobs) as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write(asked(1) + asked(2, paragraphs=20_000))  # the second keeps it busy for long
        process.stdin.flush()
        assert process.stdout.readline()
        os.killpg(process.pid, number)  # as a terminal does
        assert process.stderr
        assert process.stderr.read() == b""
        assert process.wait(5) == code
    assert none_left(process.pid)


def test_an_interrupt_that_comes_while_a_worker_starts_ends_it_as_quietly() -> None:
    with start("--jobs", "2") as process:
        while len(in_session(process.pid)) < 2:
            assert process.poll() is None
            time.sleep(0.005)
        os.killpg(process.pid, signal.SIGINT)
        assert process.communicate() == (b"", b"")
        assert process.returncode == 130
    assert none_left(process.pid)


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_reader_that_goes_away_is_no_error(jobs: str, tmp_path: Path) -> None:
    questions = tmp_path / "questions.jsonl"
    questions.write_bytes(b"".join(asked(n) for n in range(300)))
    with questions.open("rb") as source:
        process = subprocess.Popen(
            [*COMMAND, "--jobs", jobs],
            stdin=source, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
        )  # fmt: skip
    with process:
        assert process.stdout
        assert process.stderr
        assert json.loads(process.stdout.readline())["id"] == 0
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(10) == 0
    assert none_left(process.pid)


def test_content_that_is_too_deep_for_its_readers_is_left_unread() -> None:
    deep = "<div>" * 300 + "words" + "</div>" * 300
    full = plain_payload(
        "https://deep.example/", f"<title>T</title>{deep}<p>And a paragraph.</p>".encode(), "text/html"
    )
    empty = plain_payload("https://deep.example/", b"", "text/html")
    inspect(full)
    usual = sys.getrecursionlimit()

    def within(limit: int, payload: Payload) -> tuple[str, ...] | None:
        sys.setrecursionlimit(limit)
        try:
            return inspect(payload).document.problems
        except RecursionError:
            return None
        finally:
            sys.setrecursionlimit(usual)

    needed = next(
        limit
        for limit in range(60, usual, 5)
        if "extraction-failed" not in (within(limit, empty) or ("extraction-failed",))
    )
    assert "extraction-failed" in (within(needed, full) or ())
