"""Calls for the tests of all schedulers: one as most people have it, one with everything odd in it, and any words that a person may type."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import strategies as st

from archiver.timers.plan import Call

GOLDEN = Path(__file__).parent / "golden"

#: What some format or other treats specially.
NASTY = (
    "front pages", "it's", '"quoted"', "100%", "%h %% %", "$HOME $$ $(id) ${x}", "${{ secrets.X }} ${{", "back\\slash\\", "\\%", "`id`", ";",
    "-x", "--all", "#5", "a: b", "- a", "&amp;<b>]]>", "!tag", "*", "~", "null", "Übersicht 日報 😀", "a  b", " edge ", "'", '"', "\\", "%", "$",
)  # fmt: skip

CALL = Call(
    name="archiver-desk", program=("/opt/archiver/bin/archiver",), archive="/srv/desk", every=timedelta(hours=1), lasts=timedelta(minutes=55),
)  # fmt: skip
ODD = Call(
    name="odd", program=("/opt/my $env/100% \"x\"/python", "-P", "-m", "archiver"), archive="/home/o'brien/50% off \\ $X", every=timedelta(hours=6),
    lasts=timedelta(hours=5), jobs=NASTY, ping="https://ping.example/a?b=%20$c&d='e'", metrics="/var/lib/node exporter/a%.prom",
)  # fmt: skip

#: One line of text in which nothing is but what a file can hold.
words = st.one_of(
    st.sampled_from(NASTY),
    st.text(
        st.characters(
            exclude_categories=("Cc", "Cs", "Zl", "Zp"),
            exclude_characters=[chr(code) for code in (*range(0xFDD0, 0xFDF0), *(p << 16 | n for p in range(17) for n in (0xFFFE, 0xFFFF)))],
        ),
        min_size=1,
        max_size=20,
    ),
)  # fmt: skip


def documents(text: str) -> list[dict[str, object]]:
    """The documents of a text in YAML, by a parser that is here already: Datasette reads its settings with it."""
    yaml = pytest.importorskip("yaml")
    return list(yaml.load_all(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)))
