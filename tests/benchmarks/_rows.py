"""Rows for a generated manifest, written many at a time."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from dataclasses import dataclass, field

#: Rows of a table that are written together.
TOGETHER = 5000


@dataclass(slots=True)
class Rows:
    """Rows that are written many at a time, in the order of their tables' first use."""

    connection: sqlite3.Connection
    waiting: dict[tuple[str, ...], list[tuple[object, ...]]] = field(default_factory=lambda: defaultdict(list))
    ids: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def put(self, table: str, **row: object) -> None:
        """A row of a table."""
        rows = self.waiting[(table, *row)]
        rows.append(tuple(row.values()))
        if len(rows) >= TOGETHER:
            self._write((table, *row), rows)

    def numbered(self, table: str, **row: object) -> int:
        """A row of a table whose key is a number: that number."""
        self.ids[table] += 1
        self.put(table, id=self.ids[table], **row)
        return self.ids[table]

    def flush(self) -> None:
        """Write what is left."""
        for names, rows in self.waiting.items():
            self._write(names, rows)

    def _write(self, names: tuple[str, ...], rows: list[tuple[object, ...]]) -> None:
        table, *columns = names
        quoted = ", ".join(f'"{name}"' for name in columns)
        self.connection.executemany(f"insert into {table} ({quoted}) values ({', '.join('?' * len(columns))})", rows)
        rows.clear()
