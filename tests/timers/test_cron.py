"""The line for cron: read by our own parser and by a shell's rules, and by crontab where it is installed."""

from __future__ import annotations

import shlex
import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given

from archiver.errors import UsageError
from archiver.model import cron as line
from archiver.timers import cron
from tests.timers.calls import CALL, GOLDEN, NASTY, ODD, words


def handed(command: str, unescaped: str) -> str:
    """What cron hands to the shell: it takes a backslash away before some characters; a `%` that has none before it ends the command."""
    out, escaped = "", False
    for char in command:
        assert escaped or char != "%"
        if escaped and char in unescaped:
            out = out[:-1]
        out += char
        escaped = not escaped and char == "\\"
    return out


def only(text: str) -> tuple[str, str]:
    """The fields of the one line that is no comment, and its command as the shell gets it."""
    (row,) = [row for row in text.splitlines() if not row.startswith("#")]
    *fields, command = row.split(" ", 5)
    said = {handed(command, unescaped) for unescaped in ("%", "%\\")}
    assert len(said) == 1, "cron and cronie would differ"
    return " ".join(fields), said.pop()


def test_the_line_reads_as_it_always_did() -> None:
    file = cron.table(CALL)
    assert file.text == (GOLDEN / file.name).read_text("utf-8")


def test_it_comes_every_hour() -> None:
    fields, command = only(cron.table(CALL).text)
    when = line.parse(fields)
    first = when.next_after(datetime(2026, 11, 21, tzinfo=UTC))
    assert when.next_after(first) - first == timedelta(hours=1)
    assert shlex.split(command) == list(CALL.command("--quiet"))


@given(words, words)
def test_whatever_a_person_types_is_handed_to_the_program_as_it_was(path: str, job: str) -> None:
    call = replace(ODD, program=(f"/opt/{path}",), archive=f"/srv/{path}", jobs=(job, "b", job))
    assert shlex.split(only(cron.table(call).text)[1]) == list(call.command("--quiet"))


def test_a_shell_hands_over_the_same_words(tmp_path: Path) -> None:
    program = tmp_path / "100% it's $x"
    program.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
    program.chmod(0o755)
    call = replace(ODD, program=(str(program),))
    said = subprocess.run(["/bin/sh", "-c", only(cron.table(call).text)[1]], capture_output=True, text=True, check=True)
    assert said.stdout.splitlines() == list(call.command("--quiet")[1:])


def test_a_command_that_is_too_long_for_cron_is_refused() -> None:
    with pytest.raises(UsageError, match="cron takes no more than 990") as refused:
        cron.table(replace(CALL, jobs=tuple("ü" * 50 for _ in range(9))))
    assert "--systemd" in refused.value.advice


@pytest.mark.skipif(shutil.which("crontab") is None, reason="crontab is not installed")
@pytest.mark.parametrize("call", [CALL, ODD])
def test_crontab_takes_it(call: object, tmp_path: Path) -> None:
    file = cron.table(call)
    (tmp_path / file.name).write_text(file.text, "utf-8")
    judged = [
        subprocess.run(["crontab", option, str(tmp_path / file.name)], capture_output=True, text=True, check=False)
        for option in ("-n", "-T")  # of Vixie's, of cronie's
    ]
    assert any(said.returncode == 0 for said in judged), judged


def test_what_to_type_puts_it_in_takes_its_own_place_and_takes_it_out(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.write_text("5 4 * * * mine\n")
    table = tmp_path / "crontab"
    table.write_text(f'#!/bin/sh\nif [ "$1" = -l ]; then cat {kept}; else cat > {kept}.new; mv {kept}.new {kept}; fi\n')
    table.chmod(0o755)
    folder = tmp_path / "it's here"
    folder.mkdir()
    environ = {"PATH": f"{tmp_path}:/usr/bin:/bin"}

    def typed(call, number: int) -> str:
        file = cron.table(call)
        (folder / file.name).write_text(file.text, "utf-8")
        subprocess.run(["/bin/sh", "-c", cron.steps(call, str(folder))[number].command], check=True, env=environ)
        return kept.read_text("utf-8")

    assert typed(CALL, 0) == "5 4 * * * mine\n" + cron.table(CALL).text
    other = replace(ODD, name="archiver-desk-2", jobs=NASTY[:5])
    typed(other, 0)
    changed = replace(CALL, every=timedelta(hours=2))
    assert typed(changed, 0) == "5 4 * * * mine\n" + cron.table(other).text + cron.table(changed).text
    assert typed(changed, 2) == "5 4 * * * mine\n" + cron.table(other).text
