"""The authority file's rows: publishers, their names and hosts, and which documents and claims are theirs.

Read by whoever has a connection; written, as Conclusions.publishers, inside transaction 2. It decides nothing: how a name
folds and which publisher it is, is given to it (archiver.authority).
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from archiver.manifest.records import insert
from archiver.model.agent import Naming, Publisher
from archiver.model.citation import Json
from archiver.model.date import parse_rfc3339

#: Where a name or host is known from that a person decided on: the `source` of an alias.
DECIDED = "a person decided"


def publishers(connection: sqlite3.Connection) -> tuple[Publisher, ...]:
    """The publishers that the archive knows by a host of theirs, or by a decision, with all their names. A name that only
    claims use is not one.
    """
    sql = "select id from publishers where id in (select publisher_id from aliases where kind = 'host' or source = ?) order by id"
    return tuple(publisher(connection, row["id"]) for row in _rows(connection, sql, DECIDED))


def publisher_with(connection: sqlite3.Connection, folded: str, host_site: str) -> int | None:
    """The entry that has this name (as it folds) or else this host."""
    row = connection.execute(
        "select publisher_id from aliases where (kind = 'name' and alias = ?) or (kind = 'host' and alias = ?) order by kind desc limit 1",
        (folded, host_site),
    ).fetchone()
    return None if row is None else int(row[0])


def publisher(connection: sqlite3.Connection, identity: int) -> Publisher:
    """One publisher with its names and hosts."""
    row = _rows(connection, "select * from publishers where id = ?", identity)[0]
    aliases = _rows(connection, "select kind, spelling from aliases where publisher_id = ? order by id", identity)
    return Publisher(
        row["name"], row["kind"], tuple(a["spelling"] for a in aliases if a["kind"] == "name"),
        tuple(a["spelling"] for a in aliases if a["kind"] == "host"), row["owner"], row["source"],
    )  # fmt: skip


def documents_at(connection: sqlite3.Connection, sites: Iterable[str]) -> set[str]:
    """The documents that stand on these sites, and those that say they were taken from an address there."""
    found: set[str] = set()
    for one in (host for site in sites for host in (site, f"www.{site}")):
        rows = connection.execute(
            "select id from documents where site = ?1"
            " union select document_id from claims where url_key >= '//' || ?1 || '/' and url_key < '//' || ?1 || '0'",
            (one,),
        )
        found.update(row[0] for row in rows)
    return found


def documents_of(connection: sqlite3.Connection, names: Iterable[str]) -> set[str]:
    """The documents that are of publishers with these names, and those that name them."""
    rows = connection.execute(
        "with p as (select id from publishers where name in (select value from json_each(?)))"
        " select id from documents where publisher_id in p union select document_id from claims where publisher_id in p",
        (json.dumps(list(names)),),
    )
    return {row[0] for row in rows}


@dataclass(frozen=True, slots=True)
class Said:
    """Whom a document names: its own publisher, and in each claim (id, name, address, relation) whose text it is."""

    document_id: str
    url: str
    publisher: str | None
    claims: tuple[tuple[int, str | None, str | None, str], ...]


@dataclass(frozen=True, slots=True)
class Decided:
    """What a person decided of names, and under which number."""

    sequence: int
    naming: Naming


#: Documents by the first capture that they were read from, and decisions that hold, as they came. What was removed was not read.
_ORDER = """
select coalesce(min(c.sequence) filter (where r.kind <> 'metadata'), min(c.sequence)) as sequence, d.id as document_id
from documents d join captures c on c.document_id = d.id join records r on r.record_id = coalesce(c.revisit_of, c.capture_id) group by d.id
union all select sequence, null from namings where applied order by 1
"""


def sayings(connection: sqlite3.Connection) -> Iterator[Said | Decided]:
    """All from which the entries follow, in its order."""
    for sequence, document_id in connection.execute(_ORDER).fetchall():
        if document_id is None:
            row = _rows(connection, "select * from namings where sequence = ?", sequence)[0]
            names, hosts = (tuple(json.loads(row[name])) for name in ("names", "hosts"))
            at = parse_rfc3339(row["at"])
            yield Decided(sequence, Naming(row["publisher"], at, row["by"], row["because"], names, hosts))
            continue
        url, name = connection.execute("select url, publisher from documents where id = ?", (document_id,)).fetchone()
        sql = "select id, publisher, url, relation from claims where document_id = ? order by position"
        yield Said(document_id, url, name, tuple(connection.execute(sql, (document_id,)).fetchall()))


@dataclass(frozen=True, slots=True)
class Listed:
    """An entry as people read it: how many archived pages are its own, and how many of others name it as their source."""

    publisher: Publisher
    pages: int
    named: int
    decisions: tuple[str, ...]

    def as_json(self) -> dict[str, Json]:
        """The keys of a line of `publisher list --json`."""
        return {
            "name": self.publisher.name, "kind": self.publisher.kind, "owner": self.publisher.owner, "names": list(self.publisher.aliases),
            "hosts": list(self.publisher.hosts), "pages": self.pages, "named": self.named, "source": self.publisher.source,
            "decisions": list(self.decisions),
        }  # fmt: skip


def listed(connection: sqlite3.Connection, words: str = "") -> list[Listed]:
    """The entries, those with most pages first; with `words`, those that have them in a name or host."""
    rows = connection.execute(
        "select id, (select count(distinct url_key) from documents where publisher_id = p.id) as pages,"
        " (select count(distinct document_id) from claims where publisher_id = p.id and relation in"
        " ('originally_published_by', 'republished_from', 'syndicated_by', 'translated_from')) as named"
        " from publishers p where ?1 = '' or instr(lower(name), lower(?1)) or exists"
        " (select 1 from aliases a where a.publisher_id = p.id and instr(lower(a.spelling), lower(?1)))"
        " order by pages desc, named desc, name, id",
        (words,),
    ).fetchall()
    return [
        Listed(entry := publisher(connection, row[0]), row[1], row[2], _decisions(connection, entry)) for row in rows
    ]


def _decisions(connection: sqlite3.Connection, entry: Publisher) -> tuple[str, ...]:
    rows = connection.execute(
        "select at, by, because from namings where publisher in (select value from json_each(?)) order by sequence",
        (json.dumps([entry.name, *entry.aliases]),),
    )
    return tuple(f"{row[0][:10]}, {row[1]}: {row[2]}" for row in rows)


def _rows(connection: sqlite3.Connection, sql: str, *parameters: object) -> list[sqlite3.Row]:
    cursor = connection.execute(sql, parameters)
    cursor.row_factory = sqlite3.Row
    return cursor.fetchall()


class PublisherRows:
    """The same for writing. Made by Conclusions alone."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def publisher_id(
        self, name: str | None, folded: str, publisher: Publisher | None, name_site: str | None, source: str
    ) -> int | None:
        """The authority entry for a name as it folds, or for a site; made where there is none. `publisher` is a shipped entry."""
        identity = publisher_with(self._connection, folded, name_site or "")
        if identity is None and name is None:
            return None
        if identity is None:
            identity = self.add(publisher or Publisher(name or "", source=source))
        if name is not None:
            self._add_alias(identity, "name", folded, name, source)
        if name_site:
            self._add_alias(identity, "host", name_site, name_site, source)
        return identity

    def add(self, entry: Publisher) -> int:
        """A new entry, without any name or host yet."""
        return insert(self._connection, "publishers", {
            "name": entry.name, "kind": entry.kind, "owner": entry.owner, "source": entry.source,
        })  # fmt: skip

    def clear(self) -> None:
        """No entry at all, and nothing that is anybody's."""
        for table in ("documents", "claims"):
            self._connection.execute(f"update {table} set publisher_id = null")  # noqa: S608 - names of this module
        for table in ("aliases", "publishers"):
            self._connection.execute(f"delete from {table}")  # noqa: S608 - the same

    def publishes(self, document_id: str, identity: int | None) -> None:
        """A document is of this publisher."""
        self._connection.execute("update documents set publisher_id = ? where id = ?", (identity, document_id))

    def claims(self, claim_id: int, identity: int | None) -> None:
        """A claim names this publisher."""
        self._connection.execute("update claims set publisher_id = ? where id = ?", (identity, claim_id))

    def known_publisher(self, folded: str) -> int | None:
        """The authority entry that a name folds to, where there is one."""
        value = self._one("select publisher_id from aliases where kind = 'name' and alias = ?", folded)
        return None if value is None else int(value)

    def _add_alias(self, identity: int, kind: str, alias: str, spelling: str, source: str) -> None:
        if alias:
            self._connection.execute(
                "insert or ignore into aliases (publisher_id, kind, alias, spelling, source) values (?, ?, ?, ?, ?)",
                (identity, kind, alias, spelling, source),
            )

    def name(self, identity: int) -> str:
        """The name that an entry goes by."""
        return str(self._one("select name from publishers where id = ?", identity))

    def assign_alias(self, identity: int, kind: str, alias: str, spelling: str, source: str) -> int | None:
        """A name (as it folds) or a site is this entry's, whosever it was; that one, where there was one."""
        before = self._one("select publisher_id from aliases where kind = ? and alias = ?", kind, alias)
        self._connection.execute(
            "insert into aliases (publisher_id, kind, alias, spelling, source) values (?, ?, ?, ?, ?)"
            " on conflict (kind, alias) do update set publisher_id = excluded.publisher_id, source = excluded.source",
            (identity, kind, alias, spelling, source),
        )
        return None if before is None else int(before)

    def absorb(self, identity: int, into: int) -> None:
        """All that one entry has is another's."""
        for table in ("aliases", "documents", "claims"):
            self._connection.execute(
                f"update {table} set publisher_id = ? where publisher_id = ?",  # noqa: S608 - names of this module
                (into, identity),
            )

    def rename(self, entries: Iterable[int], fold: Callable[[str], str]) -> set[str]:
        """The documents and claims of these entries belong to whoever has their names now; an entry without any name goes.
        The documents on which that bears.
        """
        wanted = json.dumps(sorted(entries))
        changed: set[str] = set()
        for table, document in (("documents", "id"), ("claims", "document_id")):
            rows = self._connection.execute(  # names of this module
                f"select id, {document}, publisher, publisher_id from {table} where publisher_id in (select value from json_each(?))",  # noqa: S608
                (wanted,),
            ).fetchall()
            for row, document_id, name, entry in rows:
                owner = entry if name is None else self.known_publisher(fold(name))
                self._connection.execute(f"update {table} set publisher_id = ? where id = ?", (owner, row))  # noqa: S608 - the same
                changed.add(document_id)
        self._connection.execute(
            "delete from publishers where id in (select value from json_each(?))"
            " and not exists (select 1 from aliases where publisher_id = publishers.id)",
            (wanted,),
        )
        return changed

    def applied(self, sequence: int) -> None:
        """A decision has done what it does."""
        self._connection.execute("update namings set applied = 1 where sequence = ?", (sequence,))

    def _one(self, sql: str, *parameters: object) -> str | int | float | bytes | None:
        row = self._connection.execute(sql, parameters).fetchone()
        return None if row is None else row[0]
