"""archiver lookup -f LIST: how many independent sources a list of addresses comes down to, and what holds each together."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from typing import TYPE_CHECKING

from archiver.cli._output import colour, emit, say, show
from archiver.errors import Exit

if TYPE_CHECKING:
    from archiver.model.citation import Json
    from archiver.model.independence import Group, Known, Member, Question
    from archiver.model.lineage import Edge, Overlap

#: What stands at the head of a group that has no origin to be named.
_OPEN = {
    "same-text": "one text, and nothing decides who had it first",
    "contradicted": "names a source that the archive speaks against: counted as its own",
    "undecided": "nothing decides where it was first published: counted as its own",
}


def listed(name: str) -> list[str]:
    """The addresses in a file, or on standard input (-), each once. Raises Unreadable, UsageError."""
    from archiver.cli.capture import addresses
    from archiver.errors import Unreadable
    from archiver.manifest.question import is_file

    if name != "-" and not is_file(name):
        raise Unreadable(f"{name} cannot be read as a list of addresses: there is no such file")
    return addresses([name])


def count(connection: sqlite3.Connection, addresses: list[str], json: bool) -> Exit:
    """Print the groups and the count; the exit code says whether all, some or none of the addresses are archived."""
    from archiver.manifest.independence import question
    from archiver.provenance.independence import independent

    asked = question(connection, addresses)
    groups = independent(asked)
    undecided = sum(group.standing in ("undecided", "contradicted") for group in groups)
    if json:
        for group in groups:
            emit(_as_json(group, asked))
        emit(
            {
                "addresses": len(addresses), "archived": len(asked.asked), "independent": len(groups), "undecided": undecided,
                "missing": [address for address, _ in asked.missing],
            }
        )  # fmt: skip
    else:
        _tell(asked, groups, undecided, len(addresses))
    if not asked.asked:
        return Exit.FAILED
    return Exit.PARTLY if asked.missing else Exit.DONE


def _as_json(group: Group, asked: Question) -> dict[str, Json]:
    from archiver.model.citation import CitedOrigin

    origin = group.origin
    return {
        "origin": None if origin is None else CitedOrigin(origin.url, origin.publisher, origin.date, origin.captured).as_json(),
        "addresses": [member.address for member in group.members],
        "status": str(group.standing),
        "held": [_held_json(member, asked) for member in group.members],
    }  # fmt: skip


def _held_json(member: Member, asked: Question) -> dict[str, Json]:
    """What holds one address in its group."""
    edge, shared = member.edge, member.overlap
    known = {one.document_id: one for one in asked.known}
    found: dict[str, Json] = {"url": member.address, "is_origin": member.is_origin}
    if edge is not None:
        name, address = _other(edge, member, known)
        found |= {
            "relation": str(edge.relation), "to": address, "to_publisher": name, "status": str(edge.status),
            "confidence": edge.confidence, "overlap": edge.overlap, "quotes": list((asked.quotes or {}).get(edge, ())),
        }  # fmt: skip
    if shared is not None:
        found |= {"shares_text_with": _sharing(shared, member, known), "shared": round(shared.score, 3)}
    return found


def _other(edge: Edge, member: Member, known: Mapping[str, Known]) -> tuple[str | None, str | None]:
    """The publisher and the address at the other end of an edge."""
    there = known.get(edge.to_document or "")
    if edge.to_document == member.document_id:  # undirected edges are written in one direction
        there = known.get(edge.from_document)
        return (there.publisher, there.url) if there else (None, None)
    return edge.to_publisher or (there.publisher if there else None), there.url if there else edge.to_url


def _sharing(overlap: Overlap, member: Member, known: Mapping[str, Known]) -> str | None:
    """The address of a page that holds the same text."""
    there = known.get(overlap.b if overlap.a == member.document_id else overlap.a)
    return there.url if there else None


def _tell(asked: Question, groups: tuple[Group, ...], undecided: int, total: int) -> None:
    archived = "all archived" if len(asked.asked) == total else f"{len(asked.asked) or 'none'} archived"
    addresses = f"{total} address" if total == 1 else f"{total} addresses"
    found = "1 independent origin" if len(groups) == 1 else f"{len(groups)} independent origins"
    open_ends = f", {undecided} of them undecided" if undecided else ""
    say(colour(f"{addresses}, {archived}: {found}{open_ends}" if groups else f"{addresses}, {archived}", "bold"))
    for number, group in enumerate(groups, 1):
        say(f"\n{number}  {_headed(group)}")
        for member in group.members:
            say(f"   {colour(show(member.address), 'cyan')}")
            for line in _held(member, asked):
                say(f"     {line}")
    if asked.missing:
        say("\nnot archived")
        for address, why in asked.missing:
            say(f"   {colour(show(address), 'cyan')}  {show(why)}")


def _headed(group: Group) -> str:
    origin = group.origin
    if origin is None:
        return _OPEN[group.standing]
    parts = (origin.publisher, (origin.date or "")[:10], origin.url)
    named = "  ".join(show(part) for part in parts if part) or "a publisher not named"
    return named + ("" if origin.captured else "  (named, not archived)")


def _held(member: Member, asked: Question) -> list[str]:
    """What holds one address in its group, in words."""
    from archiver.cli._tree import shortened
    from archiver.export.graph import held, relation

    if member.is_origin:
        return ["the origin itself"]
    known = {one.document_id: one for one in asked.known}
    lines: list[str] = []
    if member.edge is not None:
        target = "  ".join(show(part) for part in _other(member.edge, member, known) if part) or "a publisher not named"
        lines.append(f"{relation(member.edge)} {target}: {held(member.edge)}")
        lines += [shortened(quote) for quote in (asked.quotes or {}).get(member.edge, ())[:1]]
    if member.overlap is not None:
        there = show(_sharing(member.overlap, member, known) or "another page")
        lines.append(f"{member.overlap.score:.0%} of the text shared with {there}")
    return lines
