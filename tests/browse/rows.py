"""A manifest of a few rows that a test writes itself: what stands behind them is not there."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from archiver.manifest.opening import MANIFEST
from archiver.manifest.store import Manifest


def empty(folder: Path) -> Path:
    """A new manifest, and its path."""
    Manifest(folder).close()
    return folder / MANIFEST


class Rows:
    """Rows of a manifest that is open for writing; a column that is not said holds what says least."""

    def __init__(self, path: Path) -> None:
        self.connection = sqlite3.connect(path, isolation_level=None)
        self.count = 0

    def __enter__(self) -> Rows:
        return self

    def __exit__(self, *_: object) -> None:
        self.connection.close()

    def put(self, table: str, **values: object) -> int:
        """A row, and its number."""
        for _, name, kind, needed, default, key in self.connection.execute(f"pragma table_info({table})").fetchall():
            if needed and default is None and not (key and kind == "INTEGER"):
                values.setdefault(name, "" if kind == "TEXT" else 0)
        names = ", ".join(f'"{name}"' for name in values)
        done = self.connection.execute(
            f"insert into {table} ({names}) values ({', '.join('?' * len(values))})", tuple(values.values())
        )
        return int(done.lastrowid or 0)

    def page(
        self, number: int, url: str, title: str, *, status: str = "original", work: int | None = None, **more: object
    ) -> str:
        """A document with a capture and a lineage: its ID is made from the number, as its digest and its capture's ID are."""
        name, digest = f"{number:016x}", f"{number:064x}"
        capture = f"00000000-0000-4000-8000-{number:012x}"
        site = ".".join(url.split("/")[2].split(".")[-2:])
        said: dict[str, object] = {
            "outcome": "captured",
            "publisher": site.title(),
            "media_type": "text/html",
            "is_page": 1,
        }
        self.put("documents", id=name, url=url, url_key=url.removeprefix("http:"), site=site, title=title, payload_sha256=digest,
                 content_sha256=digest, first_captured_at=f"2026-01-{number % 28 + 1:02}T08:00:00.000Z", **(said | more))  # fmt: skip
        self.put("captures", sequence=number, capture_id=capture, asked_url=url, url=url, url_key=url.removeprefix("http:"), document_id=name,
                 captured_at=f"2026-01-{number % 28 + 1:02}T08:00:00.000Z", outcome=more.get("outcome", "captured"), problems=more.get("problems", "[]"),
                 http_status=200, payload_sha256=digest, payload_length=9, purpose="page", source="fetch")  # fmt: skip
        self.put("lineages", document_id=name, work_id=f"{number if work is None else work:016x}", status=status)
        return name

    def claim(self, document: str, relation: str, quote: str, weight: float = 0.9) -> int:
        """A claim of a page, with the words that hold it."""
        self.count += 1
        claim = self.put("claims", document_id=document, position=self.count, relation=relation, weight=weight)
        self.put("evidence", claim_id=claim, quote=quote, weight=weight, role="tail")
        return claim

    def edge(self, taker: str, claim: int | None = None, **more: object) -> int:
        """An edge, and the claim that holds it."""
        edge = self.put(
            "edges",
            **(
                {"from_document": taker, "relation": "republished_from", "status": "asserted", "confidence": 0.8} | more
            ),
        )
        if claim is not None:
            self.put("edge_claims", edge_id=edge, claim_id=claim)
        return edge


def read(path: Path, sql: str, arguments: dict[str, object] | None = None) -> list[dict[str, object]]:
    """Rows of a query, as who only reads has them."""
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
        connection.row_factory = sqlite3.Row
        return [dict(row) for row in connection.execute(sql, arguments or {})]
