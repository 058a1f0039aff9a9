"""archiver lookup -f LIST: how many independent sources a list of addresses comes down to, and what holds each together."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from archiver.cli._output import address, colour, emit, quoted, row, say, show, table
from archiver.errors import Exit
from archiver.model.text import leftward

if TYPE_CHECKING:
    from archiver.export.table import Cell, Row
    from archiver.model.citation import Json
    from archiver.model.independence import Group, Known, Member, Question
    from archiver.model.lineage import Edge, Overlap

#: The columns of the table: `source` numbers the independent sources, `held` is the status of what holds an address in its group.
COLUMNS = (
    "source", "url", "status", "origin_url", "origin_publisher", "origin_date", "origin_captured", "is_origin", "relation", "to",
    "to_publisher", "held", "confidence", "overlap", "quotes", "shares_text_with", "shared", "missing",
)  # fmt: skip

#: What stands at the head of a group that has no origin to be named.
_OPEN = {
    "same-text": "one text, and nothing decides who had it first",
    "contradicted": "names a source that the archive speaks against: counted as its own",
    "undecided": "nothing decides where it was first published: counted as its own",
}


def listed(name: str) -> list[str]:
    """The addresses in a file, or on standard input (-), each once. Raises Unreadable, UsageError."""
    from archiver.cli._capturing import addresses
    from archiver.errors import Unreadable
    from archiver.manifest.question import is_file

    if name != "-" and not is_file(name):
        raise Unreadable(f"{name} cannot be read as a list of addresses: there is no such file")
    return addresses([name])


def count(connection: sqlite3.Connection, addresses: list[str], json: bool, as_table: bool = False) -> Exit:
    """Print the groups and the count, or the table of them; the exit code says whether all, some or none of the addresses are archived."""
    from archiver.manifest.independence import question
    from archiver.provenance.independence import independent

    asked = question(connection, addresses)
    groups = independent(asked)
    undecided = sum(group.standing in ("undecided", "contradicted") for group in groups)
    if as_table:
        from archiver.export.table import write

        table(write(COLUMNS, _rows(asked, groups)))
    elif json:
        for group in groups:
            emit(_as_json(group, asked))
        emit(
            {
                "addresses": len(addresses), "archived": len(asked.asked), "independent": len(groups), "undecided": undecided,
                "missing": [one for one, _ in asked.missing],
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


def _rows(asked: Question, groups: tuple[Group, ...]) -> Iterator[Row]:
    """A row an address, with the number of the source that it comes down to; those that are not archived at the end."""
    known = {one.document_id: one for one in asked.known}
    for number, group in enumerate(groups, 1):
        of_all: dict[str, Cell] = {"source": number, "status": str(group.standing)}
        if (origin := group.origin) is not None:
            of_all |= {
                "origin_url": origin.url, "origin_publisher": origin.publisher, "origin_date": origin.date,
                "origin_captured": origin.captured,
            }  # fmt: skip
        for member in group.members:
            row: dict[str, Cell] = {**of_all, "url": member.address, "is_origin": member.is_origin}
            if (edge := member.edge) is not None:
                publisher, url = _other(edge, member, known)
                row |= {
                    "relation": str(edge.relation), "to": url, "to_publisher": publisher, "held": str(edge.status),
                    "confidence": edge.confidence, "overlap": edge.overlap, "quotes": (asked.quotes or {}).get(edge, ()),
                }  # fmt: skip
            if (shared := member.overlap) is not None:
                row |= {"shares_text_with": _sharing(shared, member, known), "shared": round(shared.score, 3)}
            yield row
    for url, why in asked.missing:
        yield {"url": url, "missing": why}


def _held_json(member: Member, asked: Question) -> dict[str, Json]:
    """What holds one address in its group."""
    edge, shared = member.edge, member.overlap
    known = {one.document_id: one for one in asked.known}
    found: dict[str, Json] = {"url": member.address, "is_origin": member.is_origin}
    if edge is not None:
        publisher, url = _other(edge, member, known)
        found |= {
            "relation": str(edge.relation), "to": url, "to_publisher": publisher, "status": str(edge.status),
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
            say(f"   {address(member.address)}")
            for line in _held(member, asked):
                say(f"     {line}")
    if asked.missing:
        say("\nnot archived")
        for one, why in asked.missing:
            shown = colour(show(one), "cyan")
            say(f"   {show(why)}  {shown}" if leftward(shown) else f"   {shown}  {show(why)}")


def _headed(group: Group) -> str:
    origin = group.origin
    if origin is None:
        return _OPEN[group.standing]
    parts = (("published by", origin.publisher), ("dated", (origin.date or "")[:10]), ("at", origin.url))
    named = row(*parts, apart="  ") or "a publisher not named"
    return named + ("" if origin.captured else "  (named, not archived)")


def _held(member: Member, asked: Question) -> list[str]:
    """What holds one address in its group, in words."""
    from archiver.export.graph import held, relation

    if member.is_origin:
        return ["the origin itself"]
    known = {one.document_id: one for one in asked.known}
    lines: list[str] = []
    if member.edge is not None:
        publisher, url = _other(member.edge, member, known)
        target = row(("by", publisher), ("at", url), apart="  ") or "a publisher not named"
        lines.append(f"{relation(member.edge)} {target}: {held(member.edge)}")
        lines += [quoted(quote) for quote in (asked.quotes or {}).get(member.edge, ())[:1]]
    if member.overlap is not None:
        there = show(_sharing(member.overlap, member, known) or "another page")
        lines.append(f"{member.overlap.score:.0%} of the text shared with {there}")
    return lines
