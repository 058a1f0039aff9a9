"""ASN.1 in its distinguished encoding (X.690), read: tags, lengths, what stands inside. As much as a timestamp needs.

    node = read(data)                 one value, and nothing behind it
    for part in node.parts(): ...     of a SEQUENCE, a SET, a tagged value
    node.instant()                    of a GeneralizedTime

Hostile bytes cost their length once: nothing is copied more often than it is nested, and nothing is nested by itself. Raises
BadDer, a ValueError.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

INTEGER, OCTETS, NULL, OID, SEQUENCE, SET, GENERALIZED_TIME = 0x02, 0x04, 0x05, 0x06, 0x30, 0x31, 0x18

#: Values within one other that are looked at.
MOST_PARTS = 200


class BadDer(ValueError):
    """Bytes that are no such value."""


@dataclass(frozen=True, slots=True)
class Node:
    """One value: its tag as it stands, its content, and all of its bytes."""

    tag: int
    content: bytes
    whole: bytes

    def parts(self) -> list[Node]:
        """The values that it is made of."""
        found: list[Node] = []
        at = 0
        while at < len(self.content):
            if len(found) == MOST_PARTS:
                raise BadDer("more values in one than a timestamp has")
            node = _at(self.content, at)
            at += len(node.whole)
            found.append(node)
        return found

    def only(self) -> Node:
        """What a tagged value, or a set of one, holds."""
        (part, *more) = self.parts() or (None,)
        if part is None or more:
            raise BadDer("not one value where one should be")
        return part

    def of(self, tag: int) -> Node:
        """Itself, where it has this tag."""
        if self.tag != tag:
            raise BadDer(f"a value of tag {self.tag:#x} where {tag:#x} should be")
        return self

    def instant(self) -> datetime:
        """The time that it says: `20220118190012Z`, with or without a fraction."""
        text = self.of(GENERALIZED_TIME).content.decode("ascii", "replace")
        whole, _, fraction = text.removesuffix("Z").partition(".")
        if (
            not text.endswith("Z")
            or len(whole) != 14
            or not (whole + fraction).isascii()
            or not (whole + fraction).isdigit()
        ):
            raise BadDer("no time of day in UTC")
        try:
            return datetime.strptime(whole + (fraction + "000000")[:6], "%Y%m%d%H%M%S%f").replace(tzinfo=UTC)
        except ValueError as why:
            raise BadDer("no time that there can be") from why


def read(data: bytes) -> Node:
    """The one value that these bytes are."""
    node = _at(data, 0)
    if len(node.whole) != len(data):
        raise BadDer("bytes behind the value")
    return node


def _at(data: bytes, start: int) -> Node:
    """The value that begins there. Tags of one byte, lengths that are given."""
    if start + 2 > len(data) or data[start] & 0x1F == 0x1F:
        raise BadDer("no value")
    length, begin = data[start + 1], start + 2
    if length >= 0x80:
        octets = length & 0x7F
        if not 1 <= octets <= 4:
            raise BadDer("a length that is not given, or too long")
        length, begin = int.from_bytes(data[begin : begin + octets], "big"), begin + octets
    end = begin + length
    if end > len(data):
        raise BadDer("a value that breaks off")
    return Node(data[start], data[begin:end], data[start:end])
