"""What is withdrawn is not shown: shared by the verbs that would show it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archiver.errors import NotFound

if TYPE_CHECKING:
    import sqlite3


def refuse(connection: sqlite3.Connection, capture_id: str) -> None:
    """Raises NotFound, with the reason, where a capture is withdrawn."""
    from archiver.manifest.withdrawals import withdrawn

    if (why := withdrawn(connection, capture_id)) is not None:
        raise NotFound(
            f"{capture_id} was {why}",
            advice="What is stated of it stays: archiver show --statement; archiver lookup says what is concluded from it.",
        )
