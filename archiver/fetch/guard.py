"""Which addresses may be connected to: a table of networks that are not the public internet, and the exact exceptions.

Pure: it resolves nothing and connects to nothing; wire.py asks it about every address that a name resolves to. The table is
ours because `ipaddress.is_global` calls NAT64, 6to4, IPv4-compatible, site-local and multicast addresses global.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from archiver.errors import FetchError, UsageError
from archiver.model import url as addresses


@dataclass(frozen=True, slots=True)
class DeniedNetwork:
    """One row: a network, what it is for, and the document that says so."""

    network: IPv4Network | IPv6Network
    use: str
    source: str


#: First match names the reason. The last three rows close IPv6: only 2000::/3 is given out to the public internet.
DENIED: tuple[DeniedNetwork, ...] = tuple(
    DeniedNetwork(ip_network(network), use, source)
    for network, use, source in (
        ("0.0.0.0/8", "this network", "RFC 1122, 3.2.1.3"),
        ("10.0.0.0/8", "private use", "RFC 1918"),
        ("100.64.0.0/10", "shared by a carrier's NAT", "RFC 6598"),
        ("127.0.0.0/8", "loopback", "RFC 1122, 3.2.1.3"),
        ("169.254.0.0/16", "link-local, cloud metadata among it", "RFC 3927"),
        ("172.16.0.0/12", "private use", "RFC 1918"),
        ("192.0.0.0/24", "protocol assignments", "RFC 6890"),
        ("192.0.2.0/24", "documentation", "RFC 5737"),
        ("192.88.99.0/24", "6to4 relays, deprecated", "RFC 7526"),
        ("192.168.0.0/16", "private use", "RFC 1918"),
        ("198.18.0.0/15", "benchmarking", "RFC 2544"),
        ("198.51.100.0/24", "documentation", "RFC 5737"),
        ("203.0.113.0/24", "documentation", "RFC 5737"),
        ("224.0.0.0/4", "multicast", "RFC 5771"),
        ("255.255.255.255/32", "broadcast", "RFC 919"),
        ("240.0.0.0/4", "reserved", "RFC 1112, 4"),
        ("::/128", "unspecified", "RFC 4291, 2.5.2"),
        ("::1/128", "loopback", "RFC 4291, 2.5.3"),
        ("::/96", "IPv4-compatible, deprecated", "RFC 4291, 2.5.5.1"),
        ("::ffff:0:0:0/96", "IPv4-translated", "RFC 2765"),
        ("64:ff9b::/96", "NAT64", "RFC 6052"),
        ("64:ff9b:1::/48", "NAT64, local use", "RFC 8215"),
        ("100::/64", "discard only", "RFC 6666"),
        ("2001::/32", "Teredo", "RFC 4380"),
        ("2001:2::/48", "benchmarking", "RFC 5180"),
        ("2001:10::/28", "ORCHID", "RFC 4843"),
        ("2001:20::/28", "ORCHIDv2", "RFC 7343"),
        ("2001::/23", "protocol assignments", "RFC 2928"),
        ("2001:db8::/32", "documentation", "RFC 3849"),
        ("2002::/16", "6to4", "RFC 3056"),
        ("3fff::/20", "documentation", "RFC 9637"),
        ("5f00::/16", "segment routing", "RFC 9602"),
        ("fc00::/7", "unique local", "RFC 4193"),
        ("fe80::/10", "link-local", "RFC 4291, 2.5.6"),
        ("fec0::/10", "site-local, deprecated", "RFC 3879"),
        ("ff00::/8", "multicast", "RFC 4291, 2.7"),
        ("::/3", "not given out", "RFC 4291, 2.4"),
        ("4000::/2", "not given out", "RFC 4291, 2.4"),
        ("8000::/1", "not given out", "RFC 4291, 2.4"),
    )
)

_NAT64 = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"), IPv6Network("::/96"))


def embedded(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that an IPv6 address carries: mapped, 6to4, Teredo (its client), NAT64 with a /96, compatible."""
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address.teredo is not None:
        return address.teredo[1]
    if int(address) <= 1:  # :: and ::1 are what they are
        return None
    return IPv4Address(int(address) & 0xFFFF_FFFF) if any(address in network for network in _NAT64) else None


def denied(ip: str) -> DeniedNetwork | None:
    """The row that an address falls under, by itself or by the IPv4 address that it carries; None where it is public.

    A mapped address (::ffff:a.b.c.d) is that IPv4 address and nothing else. Raises ValueError for what is no address.
    """
    address = ip_address(ip.partition("%")[0])
    inner = embedded(address) if isinstance(address, IPv6Address) else None
    mapped = isinstance(address, IPv6Address) and address.ipv4_mapped is not None
    outer: tuple[IPv4Address | IPv6Address, ...] = () if mapped else (address,)
    for candidate in (*((inner,) if inner is not None else ()), *outer):
        for row in DENIED:
            if candidate.version == row.network.version and candidate in row.network:
                return row
    return None


def canonical(ip: str) -> str:
    """One spelling for one address, without a zone. Raises ValueError."""
    return str(ip_address(ip.partition("%")[0]))


def is_literal(host: str) -> bool:
    """Whether a host is an address and needs no resolving."""
    try:
        canonical(host)
    except ValueError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class AddressPolicy:
    """The table with its exceptions: exact pairs of IP and port, in any spelling."""

    allow: frozenset[tuple[str, int]] = field(default_factory=frozenset)

    def __post_init__(self) -> None:
        object.__setattr__(self, "allow", frozenset((canonical(ip), port) for ip, port in self.allow))

    def check(self, ip: str, port: int, host: str = "") -> None:
        """Raise FetchError("address") unless the address is public or allowed. `host` is the name that resolved to it."""
        row = denied(ip)
        if row is None or (canonical(ip), port) in self.allow:
            return
        what = f"{host} resolves to {ip}, which" if host and not is_literal(host) else f"{ip}"
        spelled = f"[{ip}]:{port}" if ":" in ip else f"{ip}:{port}"
        raise FetchError(
            "address",
            f"{what} is not a public address: {row.use} ({row.source})",
            advice=f"--allow-address {spelled} allows exactly this one",
        )


def parse_address(text: str) -> tuple[str, int]:
    """`IP:PORT`, IPv6 in brackets -> (IP in its one spelling, port). Raises UsageError."""
    match = re.fullmatch(r"(?:\[([^\]]*)\]|([^:\[\]]*)):(\d{1,5})", text.strip())
    try:
        if match and 0 < int(match[3]) < 65536:
            return canonical(match[1] or match[2]), int(match[3])
    except ValueError:
        pass  # said below, for every way of being wrong
    raise UsageError(
        f"{text[:80]!r} is not an address and a port", advice="write IP:PORT, for example 10.0.0.1:80 or [::1]:8080"
    )


_CONNECT_TO = re.compile(r"(\[[^\]]*\]|[^:\[\]]*):(\d{0,5}):(\[[^\]]*\]|[^:\[\]]*):(\d{0,5})")


@dataclass(frozen=True, slots=True)
class ConnectTo:
    """One `--connect-to`: requests for `from_host` and `from_port` connect to `to_host` and `to_port` instead.

    None means any (from) or unchanged (to). The address asked for, its Host header and its certificate check stay the same.
    """

    from_host: str | None
    from_port: int | None
    to_host: str | None
    to_port: int | None

    @classmethod
    def parse(cls, text: str) -> ConnectTo:
        """From curl's `HOST1:PORT1:HOST2:PORT2`. Raises UsageError."""
        match = _CONNECT_TO.fullmatch(text.strip())
        ports = [int(port) if port else None for port in match.group(2, 4)] if match else []
        if match is None or any(port is not None and not 0 < port < 65536 for port in ports):
            raise UsageError(
                f"{text[:80]!r} is not HOST1:PORT1:HOST2:PORT2",
                advice="an empty HOST1 or PORT1 means any, for example ::127.0.0.1:8080; IPv6 stands in brackets",
            )
        try:
            one, two = (addresses.ascii_host(name) if name else None for name in match.group(1, 3))
        except addresses.BadUrl as why:
            raise UsageError(f"{text[:80]!r} names no host: {why}") from why
        return cls(one, ports[0], two, ports[1])

    def matches(self, host: str, port: int) -> bool:
        """Whether a request for this host and port is redirected by this rule."""
        return self.from_host in (None, host.lower()) and self.from_port in (None, port)


@dataclass(frozen=True, slots=True)
class Target:
    """Where to connect. `trusted`: the operator named this host, so that what it resolves to needs no further leave."""

    host: str
    port: int
    trusted: bool = False


def route(host: str, port: int, rules: tuple[ConnectTo, ...]) -> Target:
    """The first rule that matches decides, as in curl. A rule that only changes the port vouches for no host."""
    for rule in rules:
        if rule.matches(host, port):
            return Target(rule.to_host or host, rule.to_port or port, trusted=rule.to_host is not None)
    return Target(host, port)
