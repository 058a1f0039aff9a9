"""The project's own hostile suite: how a server may misbehave, one row each, and what must become of it.

By what is attacked; see behaviour.Behaviour for a row, judge.py for how it is run and judged.
"""

from __future__ import annotations

from tests.hostile.behaviour import Behaviour
from tests.hostile.if_changed import IF_CHANGED
from tests.hostile.in_the_page import CHARSETS, ROBOTS, TITLES, TYPES
from tests.hostile.on_the_wire import CODINGS, FRAMING, HEADS, TIME, TLS
from tests.hostile.places import NAMES, REDIRECTS

CATEGORIES: dict[str, tuple[Behaviour, ...]] = {
    "framing": FRAMING,
    "heads and 1xx": HEADS,
    "time": TIME,
    "codings": CODINGS,
    "tls": TLS,
    "redirects": REDIRECTS,
    "asked whether it changed": IF_CHANGED,
    "names and addresses": NAMES,
    "charsets": CHARSETS,
    "types": TYPES,
    "titles": TITLES,
    "robots.txt": ROBOTS,
}

BEHAVIOURS: tuple[Behaviour, ...] = tuple(row for rows in CATEGORIES.values() for row in rows)
