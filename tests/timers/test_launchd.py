"""The agent for launchd: a property list that is read back, with documented keys alone."""

from __future__ import annotations

import plistlib
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given

from archiver.timers import launchd
from archiver.timers.plan import GRIDS, lasting
from tests.timers.calls import CALL, GOLDEN, ODD, words

#: Keys of launchd.plist(5), each with what it takes.
KEYS = {
    "Label": str, "ProgramArguments": list, "StartCalendarInterval": list, "ProcessType": str, "LowPriorityIO": bool, "Nice": int,
    "ExitTimeOut": int, "StandardOutPath": str, "StandardErrorPath": str,
}  # fmt: skip

#: The keys of a moment, with their least and greatest numbers.
MOMENT = {"Minute": (0, 59), "Hour": (0, 23), "Weekday": (0, 7)}


def test_the_agent_reads_as_it_always_did() -> None:
    file = launchd.agent(CALL, "/Users/desk")
    assert file.text == (GOLDEN / file.name).read_text("utf-8")


@pytest.mark.parametrize("every", GRIDS)
def test_it_has_documented_keys_alone(every: timedelta) -> None:
    keys = plistlib.loads(launchd.agent(replace(CALL, every=every, lasts=lasting(every)), "/Users/desk").text.encode())
    assert {key: type(value) for key, value in keys.items()} == KEYS
    assert keys["ProcessType"] == "Background"
    assert keys["ExitTimeOut"] > 90
    moments = keys["StartCalendarInterval"]
    for moment in moments:
        assert moment.keys() <= MOMENT.keys()
        assert all(MOMENT[key][0] <= value <= MOMENT[key][1] for key, value in moment.items())
    assert len({tuple(moment.items()) for moment in moments}) == len(moments)
    hours = {1: 24}.get(len(moments[0]), 1)
    weeks = 1 if "Weekday" in moments[0] else 7
    assert every * len(moments) * hours * weeks == timedelta(days=7)


@given(words, words)
def test_whatever_a_person_types_is_read_back_as_it_was(path: str, job: str) -> None:
    call = replace(ODD, program=(f"/opt/{path}",), archive=f"/srv/{path}", jobs=(job, "b", job))
    keys = plistlib.loads(launchd.agent(call, f"/Users/{path}").text.encode())
    assert keys["ProgramArguments"] == list(call.command("--wait"))
    assert keys["StandardOutPath"] == f"/Users/{path}/Library/Logs/odd.log"


def test_what_to_type_says_where_the_file_is() -> None:
    here = [step.command for step in launchd.steps(CALL, "/Users/a b/L", "/Users/a b/L")]
    assert here[:2] == [
        "plutil -lint '/Users/a b/L/archiver-desk.plist'",
        "launchctl bootstrap gui/$(id -u) '/Users/a b/L/archiver-desk.plist'",
    ]
    there = [step.command for step in launchd.steps(CALL, "/x", "/Users/a/L")]
    assert there[1:3] == [
        "cp /x/archiver-desk.plist /Users/a/L/archiver-desk.plist",
        "launchctl bootstrap gui/$(id -u) /Users/a/L/archiver-desk.plist",
    ]
