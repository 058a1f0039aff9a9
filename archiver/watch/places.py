"""Where things stand in a TOML file: tomllib gives values without their places, and an editor needs both.

    Places(text).at(("job", 2, "urls", 0)) -> the place of the first address of the third [[job]]

A path that has no place of its own (a key that is missing, what stands inside an inline table) has that of what holds it. The
text must be one that tomllib has taken: whether it is TOML is not asked here again. Offsets are in characters of the text.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from dataclasses import dataclass, field

#: Names of tables and keys, and the number of a table or a value in its list, counted from 0.
Path = tuple[str | int, ...]

# No possessive groups: before Python 3.11.5 one may match nothing.
_STRING = r'"""(?:[^"\\]|\\.|"(?!""))*"{3,5}|\'\'\'(?:[^\']|\'(?!\'\'))*\'{3,5}|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*+\''
_BLANK = re.compile(r"(?:[\s,]|#[^\n]*+)*")
_PART = re.compile(rf"[ \t]*+(?P<part>{_STRING}|[A-Za-z0-9_-]++)[ \t]*+(?P<dot>\.)?", re.DOTALL)
_SCALAR = re.compile(rf"{_STRING}|[^,\]}}\n#]++", re.DOTALL)
_TOKEN = re.compile(rf"{_STRING}|#[^\n]*+|[\[{{]|[\]}}]|[^\[\]{{}}\"'#]++", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Place:
    """A line and a column, both counted from 1."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Span:
    """From where to where something stands; the values of a list each for itself."""

    start: int
    end: int
    items: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Header:
    """`[a.b]` or `[[a.b]]`: what it begins, and where its line begins and ends, with the line end."""

    path: Path
    start: int
    end: int


@dataclass(slots=True)
class Places:
    """The places of one text."""

    text: str
    headers: list[Header] = field(default_factory=list)
    keys: dict[Path, int] = field(default_factory=dict)
    values: dict[Path, Span] = field(default_factory=dict)
    _lines: list[int] = field(default_factory=list)
    _counts: dict[Path, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._lines = [0, *(match.end() for match in re.finditer("\n", self.text))]
        table: Path = ()
        at = self._blank(0)
        while at < len(self.text):
            if self.text[at] == "[":
                table, at = self._header(at)
            else:
                at = self._assignment(at, table)
            at = self._blank(at)

    def at(self, path: Path) -> Place:
        """The place of what has this path, or of the nearest that holds it."""
        *rest, last = path or (0,)
        items = self.values[tuple(rest)].items if tuple(rest) in self.values else ()
        if isinstance(last, int) and last < len(items):
            return self.place(items[last].start)
        for length in range(len(path), 0, -1):
            if path[:length] in self.keys:
                return self.place(self.keys[path[:length]])
        return Place(1, 1)

    def place(self, offset: int) -> Place:
        """The line and column of an offset."""
        line = bisect_right(self._lines, offset)
        return Place(line, offset - self._lines[line - 1] + 1)

    def line_end(self, offset: int) -> int:
        """Where the line of an offset ends, with its line end."""
        found = self.text.find("\n", offset)
        return len(self.text) if found < 0 else found + 1

    def line_start(self, offset: int) -> int:
        """Where the line of an offset begins."""
        return self.text.rfind("\n", 0, offset) + 1

    def _blank(self, at: int) -> int:
        match = _BLANK.match(self.text, at)
        return match.end() if match else at

    def _name(self, at: int) -> tuple[Path, int]:
        """A name with its dots, and where it ends."""
        parts: list[str | int] = []
        while match := _PART.match(self.text, at):
            part, at = match["part"], match.end()
            parts.append(tomllib.loads(f"k = {part}")["k"] if part[0] in "\"'" else part)
            if not match["dot"]:
                break
        return tuple(parts), at

    def _header(self, at: int) -> tuple[Path, int]:
        many = self.text.startswith("[[", at)
        name, end = self._name(at + 2 if many else at + 1)
        path: Path = ()
        for part in name[:-1]:
            path = self._innermost((*path, part))
        path = (*path, name[-1])
        if many:
            self.keys.setdefault(path, at)
            self._counts[path] = self._counts.get(path, -1) + 1
        path = self._innermost(path)
        self.keys[path] = at
        self.headers.append(Header(path, self.line_start(at), self.line_end(end)))
        return path, self.line_end(end)

    def _innermost(self, path: Path) -> Path:
        """The last table of a list of tables, where the path leads to one."""
        return (*path, self._counts[path]) if path in self._counts else path

    def _assignment(self, at: int, table: Path) -> int:
        name, equals = self._name(at)
        for length in range(1, len(name) + 1):
            self.keys.setdefault((*table, *name[:length]), at)
        start = self._blank(equals + 1)
        span = self._list(start) if self.text[start] == "[" else Span(start, self._skipped(start))
        self.values[(*table, *name)] = span
        return span.end

    def _list(self, start: int) -> Span:
        items: list[Span] = []
        at = self._blank(start + 1)
        while self.text[at] != "]":
            end = self._skipped(at)
            items.append(Span(at, end))
            at = self._blank(end)
        return Span(start, at + 1, tuple(items))

    def _skipped(self, at: int) -> int:
        """Where the value ends that begins here, however deep it goes."""
        if self.text[at] not in "[{":
            match = _SCALAR.match(self.text, at)
            return at + len(match[0].rstrip()) if match else at + 1
        depth = 0
        for token in _TOKEN.finditer(self.text, at):
            depth += (token[0] in "[{") - (token[0] in "]}")
            if not depth:
                return token.end()
        return len(self.text)
