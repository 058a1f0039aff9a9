"""A Datasette of databases, asked in this process without a network."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from datasette.app import Datasette


class Server:
    """A Datasette with these databases, asked without a network."""

    def __init__(self, *paths: Path, immutable: tuple[Path, ...] = (), **more: object) -> None:
        self.datasette = Datasette([str(path) for path in paths], immutables=[str(path) for path in immutable], **more)

    def get(
        self, *asked: str, method: str = "GET", headers: dict[str, str] | None = None, actor: str | None = None
    ) -> list[httpx.Response]:
        cookies = {"ds_actor": self.datasette.sign({"a": {"id": actor}}, "actor")} if actor else None

        async def every() -> list[httpx.Response]:
            await self.datasette.invoke_startup()
            ask = self.datasette.client.request
            return [await ask(method, one, headers=headers, cookies=cookies) for one in asked]

        return asyncio.run(every())

    def one(self, asked: str, **more: object) -> httpx.Response:
        (said,) = self.get(asked, **more)
        return said

    def close(self) -> None:
        for database in self.datasette.databases.values():
            database.close()
        self.datasette.executor.shutdown()


@contextmanager
def serving(*paths: Path, **more: object) -> Iterator[Server]:
    server = Server(*paths, **more)
    try:
        yield server
    finally:
        server.close()
