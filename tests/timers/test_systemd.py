"""Units for systemd: what stands in them, read back as systemd reads it, and what systemd-analyze says of them."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given

from archiver.timers import systemd
from archiver.timers.plan import GRIDS, lasting
from tests.timers.calls import CALL, GOLDEN, ODD, words

analyze = pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed")


def options(text: str) -> list[tuple[str, str]]:
    """The lines of a unit, as names and values."""
    return [
        (line.partition("=")[0], line.partition("=")[2]) for line in text.splitlines() if line and line[0] not in "#["
    ]


def read(value: str) -> list[str]:
    """The words of a value, after systemd.syntax(7) and systemd.unit(5): quotes, backslashes, and `%` twice for once."""
    found, word, quote, chars = [], None, "", iter(value)
    for char in chars:
        if char == "\\":
            after = next(chars)
            assert after in "\\\"'", "no other escape is written"
            word = (word or "") + after
        elif quote or char in "\"'":
            if char == quote:
                quote = ""
            elif not quote:
                quote, word = char, word or ""
            else:
                word = (word or "") + char
        elif char == " ":
            found += [word] if word is not None else []
            word = None
        else:
            assert char != ";" or word, "a semicolon by itself begins another command"
            word = (word or "") + char
    assert not quote
    whole = [*found, *([word] if word is not None else [])]
    assert not any(re.search("%[^%]|%$", one.replace("%%", "")) for one in whole)
    return [one.replace("%%", "%") for one in whole]


@pytest.mark.parametrize(("owner", "folder"), [(None, "user"), ("desk", "system")])
def test_units_read_as_they_always_did(owner: str | None, folder: str) -> None:
    for file in systemd.units(CALL, owner):
        assert file.text == (GOLDEN / folder / file.name).read_text("utf-8")


@given(words, words, words)
def test_whatever_a_person_types_is_read_back_as_it_was(path: str, job: str, metrics: str) -> None:
    call = replace(
        ODD, program=(f"/opt/{path}", "-P"), archive=f"/srv/{path}", jobs=(job, "b", job), metrics=f"/var/{metrics}/a"
    )
    service, timer = systemd.units(call, "desk")
    said = options(service.text)
    command = read(dict(said)["ExecStart"])
    assert (command[0], *command[1:]) == (f":/opt/{path}", *call.command("--wait")[1:])
    assert [read(value) for name, value in said if name == "ReadWritePaths"] == [
        [call.archive],
        [f"-{PurePosixPath(call.metrics).parent}"],
    ]
    assert read(dict(said)["RequiresMountsFor"]) == [call.archive]
    assert {name for name, _ in options(timer.text)} == {
        "Description", "OnCalendar", "Persistent", "RandomizedDelaySec", "FixedRandomDelay", "AccuracySec", "WantedBy",
    }  # fmt: skip


def test_a_users_service_has_nothing_that_takes_rights_which_a_user_has_not() -> None:
    machine, user = (dict(options(systemd.units(CALL, owner)[0].text)) for owner in ("desk", None))
    assert set(user) < set(machine)
    assert {
        "User", "Wants", "After", "CapabilityBoundingSet", "PrivateDevices", "ProtectClock", "ProtectKernelLogs", "ProtectKernelModules",
        "ProtectHostname", "PrivateIPC", "ProcSubset", "PrivateMounts",
    } == set(machine) - set(user)  # fmt: skip


def test_the_reader_of_pages_may_put_up_its_own_wall_and_limits() -> None:
    for owner in ("desk", None):
        filters = [value for name, value in options(systemd.units(CALL, owner)[0].text) if name == "SystemCallFilter"]
        assert filters == ["@system-service seccomp", "~@privileged"]


@pytest.mark.parametrize("place", ["/tmp/desk", "/var/tmp/a/b"])
def test_an_archive_in_a_folder_for_passing_files_stays_in_sight(place: str) -> None:
    assert "PrivateTmp" in dict(options(systemd.units(CALL, None)[0].text))
    for call in (replace(CALL, archive=place), replace(CALL, metrics=f"{place}/a"), replace(CALL, program=(place,))):
        assert "PrivateTmp" not in dict(options(systemd.units(call, None)[0].text))


def test_a_metrics_file_within_the_archive_needs_no_folder_of_its_own() -> None:
    service, _ = systemd.units(replace(CALL, metrics="/srv/desk/m/a.prom"), None)
    assert [value for name, value in options(service.text) if name == "ReadWritePaths"] == ["/srv/desk"]


def test_what_to_type_says_where_the_files_are() -> None:
    own = [step.command for step in systemd.steps(CALL, None, "/home/a b", "/home/a b")]
    assert own[0] == ("systemd-analyze --user verify '/home/a b/archiver-desk.service' '/home/a b/archiver-desk.timer'")
    assert "systemctl --user enable --now archiver-desk.timer" in own
    assert "loginctl enable-linger" in own
    machine = [step.command for step in systemd.steps(CALL, "desk", "/x", "/etc/systemd/system")]
    assert (
        machine[1]
        == "mkdir -p /etc/systemd/system && cp /x/archiver-desk.service /x/archiver-desk.timer /etc/systemd/system/"
    )
    assert "systemctl enable --now archiver-desk.timer" in machine
    assert not any("linger" in command or "--user" in command for command in machine)


@analyze
@pytest.mark.parametrize("owner", [None, "daemon"])
@pytest.mark.parametrize("call", [CALL, ODD])
def test_systemd_finds_nothing_wrong(
    call: object, owner: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    (tmp_path / "systemd").mkdir()
    program = tmp_path / "100% my $x" / "archiver"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    files = systemd.units(replace(call, program=(str(program),)), owner)
    for file in files:
        (tmp_path / file.name).write_text(file.text, "utf-8")
    paths = [str(tmp_path / file.name) for file in files]
    said = subprocess.run(
        ["systemd-analyze", "--user" if owner is None else "--system", "verify", "--man=no", *paths],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (said.returncode, said.stdout, said.stderr) == (0, "", "")


@analyze
@pytest.mark.parametrize(("owner", "most"), [("daemon", 2.0), (None, 5.5)])
def test_systemd_calls_the_exposure_small(owner: str | None, most: float, tmp_path: Path) -> None:
    service, _ = systemd.units(CALL, owner)
    (tmp_path / service.name).write_text(service.text)
    said = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--no-pager", str(tmp_path / service.name)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if "unrecognized option" in said.stderr:
        pytest.skip("this systemd judges no files")
    score = re.search(r"Overall exposure level for \S+: ([0-9.]+)", said.stdout)
    assert score is not None, said.stderr
    assert float(score[1]) <= most


@analyze
def test_systemd_reads_each_calendar() -> None:
    calendars = [
        dict(options(systemd.units(replace(CALL, every=every, lasts=lasting(every)), None)[1].text))["OnCalendar"]
        for every in GRIDS
    ]
    said = subprocess.run(["systemd-analyze", "calendar", *calendars], capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stderr
    assert said.stdout.count("Next elapse") == len(calendars)
