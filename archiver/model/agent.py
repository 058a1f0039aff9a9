"""Who publishes: a name with its aliases, hosts and owner. Facts about outlets, each with its source; no matching here."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Publisher:
    """`kind`: outlet, agency, press-release, institution, aggregator, personal. `hosts` are sites (registrable names)."""

    name: str
    kind: str = "outlet"
    aliases: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    owner: str | None = None
    source: str = ""
