"""A reader of the part of Graphviz's language that is written here, by its grammar: statements, attributes, quoted strings."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_TOKEN = re.compile(
    r'\s+|(?P<arrow>->)|(?P<mark>[{}\[\]=,;])|(?P<word>[A-Za-z0-9_.]+)|"(?P<quoted>(?:[^"\\]|\\.)*)"', re.DOTALL
)


@dataclass
class Drawing:
    """Nodes and edges by name, each with its attributes as they stand in the file."""

    nodes: dict[str, dict[str, str]] = field(default_factory=dict)
    edges: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)


def read(source: str) -> Drawing:
    """Raises ValueError where the source is not of that grammar."""
    words = list(_words(source))
    if words[:3] != ["digraph", "lineage", "{"] or words[-1] != "}":
        raise ValueError("no digraph")
    found, place = Drawing(), 3
    while place < len(words) - 1:
        end = words.index(";", place)
        statement = words[place:end]
        place = end + 1
        name, rest = statement[0], statement[1:]
        target = rest[1] if rest[0] == "->" else None
        attributes = _attributes(rest[2:] if target else rest)
        if target:
            found.edges.append((name, target, attributes))
        elif name not in ("graph", "node", "edge"):
            if name in found.nodes:
                raise ValueError(f"{name} is there twice")
            found.nodes[name] = attributes
    return found


def text(label: str) -> list[str]:
    """The lines of a label as they are drawn: escapes and character references undone."""
    lines = re.split(r"(?<!\\)((?:\\\\)*)\\n", label)
    joined = [lines[0]]
    for kept, line in zip(lines[1::2], lines[2::2], strict=True):
        joined[-1] += kept
        joined.append(line)
    return [re.sub(r"\\(.)", r"\1", line).replace("&amp;", "&") for line in joined]


def _words(source: str):
    place = 0
    while place < len(source):
        found = _TOKEN.match(source, place)
        if found is None:
            raise ValueError(f"not understood: {source[place : place + 40]!r}")
        place = found.end()
        if found.lastgroup:
            yield found[found.lastgroup]


def _attributes(words: list[str]) -> dict[str, str]:
    if words[0] != "[" or words[-1] != "]":
        raise ValueError(f"no attributes: {words[:6]}")
    parts = words[1:-1]
    names, equals, values, commas = parts[::4], parts[1::4], parts[2::4], parts[3::4]
    if set(equals) != {"="} or set(commas) - {","} or len(names) != len(values):
        raise ValueError(f"no attributes: {words[:12]}")
    return dict(zip(names, values, strict=True))
