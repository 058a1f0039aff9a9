"""Every hostile behaviour through the command line: all in one run, then the costly ones each in a process of its own.

    python -m tests.torture servers [--alone]

`--alone` gives every one its own process too, as a suite from outside would. It prints each row that came to something else
than the table says, and one line of figures. What a behaviour is: tests/hostile/behaviour.py.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections import Counter
from dataclasses import replace
from pathlib import Path

from tests.hostile.behaviour import Behaviour
from tests.hostile.behaviours import BEHAVIOURS
from tests.hostile.command_line import Alone, Together, alone, complaints, exit_code, together
from tests.hostile.judge import Authorities


def main(arguments: list[str]) -> int:
    """Run it, say what was wrong and how much it cost; 1 where anything was wrong."""
    parser = argparse.ArgumentParser(prog="servers", description=__doc__)
    parser.add_argument("--alone", action="store_true", help="give every behaviour a process of its own too")
    asked = parser.parse_args(arguments)
    authorities = Authorities()
    by_itself = [row for row in BEHAVIOURS if not row.resolves and (asked.alone or row.mebibytes > 100)]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        run = together((row for row in BEHAVIOURS if row.mebibytes < 100), folder, authorities)
        wrong = [
            *complaints(run.done),
            *(f"the canary heard {caller}" for caller in run.callers),
            *_wrong_together(run),
        ]
        worst, longest = run.done.mebibytes, 0.0
        for number, row in enumerate(by_itself):
            ended = alone(row, folder / str(number), authorities)
            wrong += _wrong_alone(row, ended)
            worst, longest = max(worst, ended.captured.mebibytes), max(longest, ended.captured.seconds)
    for line in wrong:
        print(line)
    counted = Counter(str(row.outcome) for row in (*run.rows.values(), *by_itself))
    print(
        f"servers: {len(run.rows)} behaviours in one run of {run.done.seconds:.0f} s, {len(by_itself)} alone, the longest {longest:.0f} s: "
        + ", ".join(f"{count} {outcome}" for outcome, count in sorted(counted.items()))
        + f"; {len(wrong)} wrong; at most {worst:.0f} MiB"
    )
    return 1 if wrong else 0


def _wrong_together(run: Together) -> list[str]:
    lines = [json.loads(line) for line in run.done.out.splitlines()]
    if len(lines) != len(run.rows):
        return [f"{len(lines)} answers for {len(run.rows)} addresses"]
    return [
        wrong
        for row, line in zip(run.rows.values(), lines, strict=True)
        for wrong in _otherwise(row, line["outcome"], line["problems"])
    ]


def _wrong_alone(row: Behaviour, ended: Alone) -> list[str]:
    found = [
        f"{row.name}: {complaint}"
        for done in (ended.captured, ended.looked_up, ended.shown)
        for complaint in complaints(done)
    ]
    found += [f"{row.name}: the canary heard {caller}" for caller in ended.callers]
    if ended.captured.code != exit_code(row):
        found.append(f"{row.name}: exit code {ended.captured.code}, not {exit_code(row)}")
    if not ended.looked_up.out:
        return [*found, f"{row.name}: a look-up finds nothing"]
    first = json.loads(ended.looked_up.out.splitlines()[0])
    cited = replace(row, outcome=row.cited, problems=() if row.again else row.problems)
    return found + _otherwise(cited, first["outcome"], first["problems"])


def _otherwise(row: Behaviour, outcome: str, problems: list[str]) -> list[str]:
    if outcome == row.outcome and set(row.problems) <= set(problems):
        return []
    return [f"{row.name}: {outcome} {problems}, not {row.outcome} {list(row.problems)}"]
