"""What the command line says about fetching, as FetchSettings. Shared by the verbs that go to the network."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from archiver.errors import UsageError

if TYPE_CHECKING:
    from archiver.config import Settings
    from archiver.fetch.client import FetchSettings


def fetch_settings(
    settings: Settings,
    connect_to: Sequence[str] | None,
    allow_address: Sequence[str] | None,
    insecure_tls: str | None = None,
) -> FetchSettings:
    """Settings, flags and ARCHIVER_ALLOW put together. Raises UsageError for an entry that cannot be read."""
    from archiver.config import allowed_addresses
    from archiver.fetch.client import FetchSettings
    from archiver.fetch.guard import ConnectTo, parse_address

    if insecure_tls is not None and not insecure_tls.strip():
        raise UsageError("--insecure-tls needs the reason for which a certificate is not checked")
    return FetchSettings(
        user_agent=settings.user_agent,
        limits=settings.limits,
        allow=frozenset(parse_address(entry) for entry in (*allowed_addresses(), *(allow_address or ()))),
        connect_to=tuple(ConnectTo.parse(entry) for entry in connect_to or ()),
        obey_robots=settings.obey_robots,
        insecure_tls=insecure_tls,
        delay_seconds=settings.delay_seconds,
    )
