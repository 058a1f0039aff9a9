"""Who publishes: a name with its aliases, hosts and owner, and what a person decides of that. No matching here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Publisher:
    """`kind`: outlet, agency, press-release, institution, aggregator, personal. `hosts` are sites (registrable names)."""

    name: str
    kind: str = "outlet"
    aliases: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    owner: str | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Naming:
    """A person's decision: these names and hosts are that publisher's. A later one about the same name or host counts more.

    `names` as they are written, `hosts` as sites; `by` who decided and `because` why, in their words.
    """

    publisher: str
    at: datetime
    by: str
    because: str
    names: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.publisher.strip():
            raise ValueError("a decision about no publisher")
