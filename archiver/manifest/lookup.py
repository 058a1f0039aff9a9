"""Reading the manifest: a question in, Citations and Chains out. Read-only, through the standard library's sqlite3 alone.

    by_url, by_digest     -> document IDs, the one asked for first
    citations             -> everything about them
    attempts              -> what is known of an address that has no document: one that was never kept, a feed, a sitemap
    chains                -> every work with an edge

This is the hot path of the command line, so nothing heavy is imported. Search by words is search.py.
"""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import takewhile

from archiver.manifest.listed import of_pages
from archiver.manifest.schema import has_log
from archiver.manifest.withdrawals import WITHDRAWN, any_withdrawn, withdrawn
from archiver.model.citation import (
    WHOSE,
    Chain,
    Citation,
    CitedCapture,
    CitedClaim,
    CitedEdge,
    CitedEvidence,
    CitedFinding,
    CitedListing,
    CitedOrigin,
    CitedSignal,
    CitedState,
    Logged,
    Seen,
    Verified,
)
from archiver.model.text import counted
from archiver.model.url import host, key, site

#: Which of two documents at one address is the one asked for: its final address, then what was asked, hops, other names;
#: kept clean before flagged; the newest first.
_BY_URL = """
select a.document_id from addresses a join documents d on d.id = a.document_id where a.url_key = ?
order by case a.kind when 'final' then 0 when 'asked' then 1 when 'hop' then 2 else 3 end,
         d.outcome = 'flagged', d.last_captured_at desc, d.id
"""

#: The smallest checkpoint that covers the statement of the capture `c`, and the smallest signed one.
_COVERED = "(select size from checkpoints where size >= c.sequence order by size limit 1)"
_SIGNED = "(select size from checkpoints where size >= c.sequence and signers <> '[]' order by size limit 1)"
#: Who has seen checkpoints of at least some size, the largest last.
_ANCHORS = """
select sequence, size, kind, whom, coalesce(said_at, at) as seen, note from anchors where size >= ? order by size
"""

#: The state of an address after an attempt, which left a capture or none (model.state); the view address_states says the same.
STATE = """
coalesce({capture}.state, case when {attempt}.outcome = 'refused' then 'refused'
when {attempt}.problems like '%"too-large"%' then 'barred' else 'down' end)
"""

#: Our attempts at some addresses, the last first: as many as are looked through for the beginning of a state.
_ATTEMPTS = f"""
select {STATE.format(capture="c", attempt="a")}, a.at
from attempts a left join captures c using (capture_id)
where a.purpose = ? and a.url_key in (select value from json_each(?)) and (a.capture_id is null or c.state is not null)
order by a.id desc limit 1000
"""  # noqa: S608 - of constants of this module
_LAST = """
select c.state from attempts a join captures c using (capture_id)
where a.id = (select max(id) from attempts where purpose = 'page' and url_key in (select value from json_each(?)))
"""
_ADDRESSES = "select distinct url_key from addresses where document_id = ? and kind in ('final', 'asked')"

#: The newest captures of a page that stand for all of them, where it is one of many.
FEW = 5

#: What becomes of no document: what it is for a person.
_LISTS = {"feed": "a feed", "sitemap": "a sitemap"}
#: The last capture of a list that could be read as one.
_READ = """
select c.captured_at from attempts a join captures c using (capture_id)
where a.url_key = ? and a.purpose = ? and c.list_problems is not null and c.state = 'there' order by a.id desc limit 1
"""
_NAMED = "select count(*) filter (where kind = 'page'), count(*) filter (where kind = 'sitemap') from listed where listing_key = ?"

_UNREAD = "captured, and not read yet: the next archiver that writes to the archive does that"

#: The words that hold the edges of a work, the strongest first.
_QUOTES = """
select h.edge_id, v.quote from lineages l join edges e on e.from_document = l.document_id join edge_claims h on h.edge_id = e.id
join evidence v on v.claim_id = h.claim_id where l.work_id = ? and e.relation <> 'cites' order by v.weight desc, v.id
"""

_VARIANTS = """
select to_document from edges where from_document = :id and relation = 'variant_of' and to_document is not null
union select from_document from edges where to_document = :id and relation = 'variant_of'
"""


def by_url(connection: sqlite3.Connection, url: str) -> list[str]:
    """Documents at an address: the one asked for, its other versions, then its variants (PDF, print, another address)."""
    found = dict.fromkeys(row[0] for row in connection.execute(_BY_URL, (key(url),)))
    for document_id in list(found):
        found.update(dict.fromkeys(sorted(row[0] for row in connection.execute(_VARIANTS, {"id": document_id}))))
    return list(found)


def by_digest(connection: sqlite3.Connection, sha256: str) -> list[str]:
    """Documents whose payload has this SHA-256 (hex), as it was sent or with its content coding undone."""
    rows = connection.execute(
        "select id from documents where payload_sha256 = :d or content_sha256 = :d order by first_captured_at, id",
        {"d": sha256.lower()},
    )
    return [row[0] for row in rows]


def citations(connection: sqlite3.Connection, documents: Iterable[str], *, brief: bool = False) -> Iterator[Citation]:
    """Everything about these documents, in the order given. What documents of one work share is read once.

    `brief`, for a list of pages: without edges, variants and what lists say; no captures but the newest FEW; and the state of its
    address only where it is not there any more. A page that was captured hundreds of times costs no more than another then.
    """
    edges: dict[str, tuple[CitedEdge, ...]] = {}
    for document_id in documents:
        row = connection.execute(
            "select d.*, l.status as lineage_status, l.verdict, l.origin_url, l.origin_publisher, l.origin_date, l.origin_captured, l.work_id"
            " from documents d left join lineages l on l.document_id = d.id where d.id = ?",
            (document_id,),
        ).fetchone()
        captures = _captures(connection, "document_id", document_id, FEW if brief else -1)
        checked = last_check(connection, captures[0].warc) if captures else None  # of the file that holds the newest
        if row["work_id"] not in edges:
            edges[row["work_id"]] = _edges(connection, row["work_id"]) if row["work_id"] and not brief else ()
        addresses = [one[0] for one in connection.execute(_ADDRESSES, (document_id,))]
        yield _flagged(Citation(
            document_id=document_id, url=row["url"], title=row["title"], publisher=row["publisher"],
            authors=tuple(json.loads(row["authors"])), date_published=row["date_published"], language=row["language"],
            outcome=row["outcome"], problems=tuple(json.loads(row["problems"])), captures=captures,
            claims=_claims(connection, document_id), status=row["lineage_status"] or "undecided", verdict=row["verdict"] or "",
            origin=_origin(row), edges=edges[row["work_id"]],
            findings=_findings(connection, [document_id]), variants=() if brief else _variants(connection, document_id), verified=checked or last_check(connection),
            signals=_signals(connection, document_id), listed=() if brief else _listed(connection, document_id),
            state=None if brief and _is_there(connection, addresses) else _state(connection, addresses),
        ))  # fmt: skip


def _flagged(found: Citation) -> Citation:
    """One that is withdrawn is flagged for it, though nothing else about it has changed."""
    if found.withdrawn is None or "withdrawn" in found.problems:
        return found
    return replace(found, outcome="flagged", problems=(*found.problems, "withdrawn"))


def attempts(connection: sqlite3.Connection, url: str) -> Citation | None:
    """The last attempt at an address that has no document (yet), as a Citation; None where there was none. Of a feed or sitemap, what
    it has named and what its address is besides.
    """
    row = connection.execute(
        "select * from attempts where url_key = ? order by at desc, id desc limit 1", (key(url),)
    ).fetchone()
    if row is None:
        return None
    kept = _captures(connection, "capture_id", row["capture_id"]) if row["capture_id"] else ()
    found = Citation(
        document_id=None, url=row["url"], title=None, publisher=None, authors=(), date_published=None, language=None, outcome=row["outcome"],
        problems=tuple(json.loads(row["problems"])), captures=kept, claims=(), status="undecided", verdict="", origin=None, edges=(), findings=(),
        variants=(), verified=None, message=row["message"] or _UNREAD, listed=of_pages(connection, [row["url_key"]]),
    )  # fmt: skip
    return _flagged(_of_list(connection, row, found) if row["purpose"] in _LISTS else found)


def _of_list(connection: sqlite3.Connection, attempt: sqlite3.Row, found: Citation) -> Citation:
    from archiver.model.capture import PROBLEMS, of_a_list, outcome_of  # noqa: PLC0415 - for lists alone: pages need none of it

    asked = (attempt["url_key"], attempt["purpose"])
    wrong = [found.message]
    capture = connection.execute("select * from captures where capture_id = ?", (attempt["capture_id"],)).fetchone()
    if capture is not None and capture["list_problems"] is not None:
        problems = of_a_list(*(tuple(json.loads(capture[name])) for name in ("problems", "list_problems")))
        found = replace(found, outcome=str(outcome_of(problems)), problems=problems)
        wrong = [PROBLEMS[code].meaning for code in problems]
    named: list[str] = []
    if read := connection.execute(_READ, asked).fetchone():
        pages, sitemaps = connection.execute(_NAMED, asked[:1]).fetchone()
        further = f", names {counted(sitemaps, 'sitemap')}" if sitemaps else ""
        named = [f"{_LISTS[asked[1]]}: it has named {counted(pages, 'page')}{further}, read last on {read[0][:10]}"]
    return replace(found, message="; ".join((*named, *wrong)), state=_state(connection, [asked[0]], asked[1]))


def chains(connection: sqlite3.Connection) -> Iterator[Chain]:
    """Every work that has an edge, in the order of its members' first captures."""
    works = connection.execute(
        "select w.* from works w join lineages l on l.work_id = w.id join documents d on d.id = l.document_id"
        " group by w.id order by min(d.first_captured_at), w.id"
    ).fetchall()
    for work in works:
        edges = _edges(connection, work["id"])
        if not edges:
            continue
        members = connection.execute(
            "select d.id, d.title from lineages l join documents d on d.id = l.document_id where l.work_id = ?"
            " order by d.id = ? desc, d.first_captured_at, d.id",
            (work["id"], work["origin_document"]),
        ).fetchall()
        yield Chain(
            origin=_origin(work),
            edges=edges,
            findings=_findings(connection, [m["id"] for m in members]),
            title=members[0]["title"],
        )


def last_check(connection: sqlite3.Connection, warc: str | None = None) -> Verified | None:
    """The last fixity check of a file, or of the whole archive."""
    row = connection.execute(
        "select at, outcome, detail from events where kind = 'fixity-check' and subject is ? order by id desc limit 1",
        (warc,),
    ).fetchone()
    return None if row is None else Verified(level=row["detail"], at=_time(row["at"]), outcome=row["outcome"])


def publisher_of_host(connection: sqlite3.Connection, url: str) -> str | None:
    """The name known for the site of an address."""
    row = connection.execute(
        "select p.name from aliases a join publishers p on p.id = a.publisher_id where a.kind = 'host' and a.alias = ?",
        (site(host(url)),),
    ).fetchone()
    return None if row is None else str(row[0])


def _time(text: str) -> str:
    """A time as people write it: without milliseconds where there are none."""
    return text.replace(".000Z", "Z")


def capture(connection: sqlite3.Connection, capture_id: str) -> CitedCapture | None:
    """One capture by itself; None where there is no such one."""
    return next(iter(_captures(connection, "capture_id", capture_id)), None)


def _captures(connection: sqlite3.Connection, column: str, value: str, most: int = -1) -> tuple[CitedCapture, ...]:
    """The captures with this value, the newest first: so many of them, or all."""
    logged, any_gone = has_log(connection), any_withdrawn(connection)
    rows = connection.execute(  # the column is a name of this module, as are the conditions
        "select c.*, r.warc, r.offset, r.length, x.peer, x.tls_version, x.tls_chain_state,"  # noqa: S608
        f" {_COVERED if logged else 'null'} as covered, {_SIGNED if logged else 'null'} as signed,"
        f" {WITHDRAWN if any_gone else '0'} as gone from captures c join records r on r.record_id = c.capture_id"
        " join exchanges x on x.sequence = c.sequence and x.record_id = c.capture_id"
        f" where c.sequence in (select sequence from captures where {column} = ? order by captured_at desc, sequence desc limit ?)"
        " order by c.captured_at desc, c.sequence desc",
        (value, most),
    ).fetchall()
    seen = _seen(connection, [row["sequence"] for row in rows]) if logged else {}
    return tuple(
        CitedCapture(
            capture_id=row["capture_id"], captured_at=_time(row["captured_at"]), sha256=row["payload_sha256"], warc=row["warc"], offset=row["offset"],
            length=row["length"], http_status=row["http_status"], revisit_of=row["revisit_of"], asked_url=row["asked_url"], url=row["url"],
            outcome=row["outcome"], problems=tuple(json.loads(row["problems"])), peer=row["peer"],
            tls=row["tls_version"] and f"{row['tls_version']} ({row['tls_chain_state']})", source=row["source"], source_note=row["source_note"],
            logged=Logged(row["sequence"], row["covered"], row["signed"], seen[row["sequence"]]) if logged else None,
            withdrawn=withdrawn(connection, row["capture_id"]) if row["gone"] else None,
        )
        for row in rows
    )  # fmt: skip


def _seen(connection: sqlite3.Connection, sequences: list[int]) -> dict[int, tuple[Seen, ...]]:
    """Of each of these statements, who has seen a checkpoint that covers it: the first time of each, the first of them first."""
    anchors = connection.execute(_ANCHORS, (min(sequences, default=0),)).fetchall()
    first: dict[tuple[str, str], sqlite3.Row] = {}
    found: dict[int, tuple[Seen, ...]] = {}
    for sequence in sorted(sequences, reverse=True):  # as the statements grow older, more of the checkpoints cover them
        while anchors and anchors[-1]["size"] >= sequence:
            one = anchors.pop()
            whom = (one["kind"], one["whom"])
            if whom not in first or (one["seen"], one["sequence"]) < (first[whom]["seen"], first[whom]["sequence"]):
                first[whom] = one
        found[sequence] = tuple(
            Seen(*whom, _time(one["seen"]), WHOSE if WHOSE in one["note"] else "")
            for whom, one in sorted(first.items(), key=lambda item: (item[1]["seen"], item[0]))
        )
    return found


def _claims(connection: sqlite3.Connection, document_id: str) -> tuple[CitedClaim, ...]:
    held: defaultdict[int, list[CitedEvidence]] = defaultdict(list)
    for e in connection.execute(
        "select e.* from claims c join evidence e on e.claim_id = c.id where c.document_id = ? order by e.id",
        (document_id,),
    ):
        held[e["claim_id"]].append(
            CitedEvidence(e["quote"], e["role"], e["rule"], e["weight"], e["start"], e["end"], e["prefix"], e["suffix"])
        )
    claims: list[CitedClaim] = []
    for row in connection.execute(
        "select * from claims where document_id = ? order by position", (document_id,)
    ).fetchall():
        known = publisher_of_host(connection, row["url"]) if row["publisher"] is None and row["url"] else None
        claims.append(
            CitedClaim(
                relation=row["relation"], publisher=row["publisher"] or known, publisher_from="host" if known else "page", url=row["url"],
                weight=row["weight"], boilerplate=bool(row["boilerplate"]), evidence=tuple(held[row["id"]]),
            )
        )  # fmt: skip
    return tuple(claims)


def _edges(connection: sqlite3.Connection, work_id: str) -> tuple[CitedEdge, ...]:
    rows = connection.execute(
        "select e.*, f.url as from_url, f.publisher as from_publisher, f.date_published as from_date, t.url as document_url,"
        " t.publisher as document_publisher, t.date_published as document_date from lineages l"
        " join edges e on e.from_document = l.document_id join documents f on f.id = e.from_document"
        " left join documents t on t.id = e.to_document where l.work_id = ? and e.relation <> 'cites'"
        " order by coalesce(f.date_published, f.first_captured_at), f.url, e.id",
        (work_id,),
    ).fetchall()
    quotes: defaultdict[int, list[str]] = defaultdict(list)
    for edge, quote in connection.execute(_QUOTES, (work_id,)):
        quotes[edge].append(quote)
    return tuple(
        CitedEdge(
            from_url=row["from_url"], from_publisher=row["from_publisher"], from_date=row["from_date"],
            to_url=row["document_url"] or row["to_url"], to_publisher=row["to_publisher"] or row["document_publisher"],
            to_date=row["document_date"], to_captured=row["to_document"] is not None, relation=row["relation"], status=row["status"],
            confidence=row["confidence"], overlap=row["overlap"], quotes=tuple(quotes[row["id"]]), decided=_decided(connection, row["decision"]),
        )
        for row in rows
    )  # fmt: skip


def _decided(connection: sqlite3.Connection, sequence: int | None) -> str | None:
    if sequence is None:
        return None
    row = connection.execute("select at, by, because from decisions where sequence = ?", (sequence,)).fetchone()
    return f"{row['by']}, {row['at'][:10]}: {row['because']}"


def _origin(row: sqlite3.Row) -> CitedOrigin | None:
    if row["origin_captured"] is None:
        return None
    return CitedOrigin(row["origin_url"], row["origin_publisher"], row["origin_date"], bool(row["origin_captured"]))


def _findings(connection: sqlite3.Connection, documents: list[str]) -> tuple[CitedFinding, ...]:
    rows = connection.execute(
        "select distinct code, message from findings where document_id in (select value from json_each(?)) order by code, message",
        (json.dumps(documents),),
    )
    return tuple(CitedFinding(*row) for row in rows)


def _listed(connection: sqlite3.Connection, document_id: str) -> tuple[CitedListing, ...]:
    """The lists that named a document, by any of its addresses."""
    rows = connection.execute("select distinct url_key from addresses where document_id = ?", (document_id,))
    return of_pages(connection, [row[0] for row in rows])


def _state(connection: sqlite3.Connection, url_keys: list[str], purpose: str = "page") -> CitedState | None:
    """What became of these addresses of one page or list; None where we never asked for them ourselves."""
    rows = connection.execute(_ATTEMPTS, (purpose, json.dumps(url_keys))).fetchall()
    same = list(takewhile(lambda row: row[0] == rows[0][0], rows))
    return CitedState(rows[0][0], _time(same[-1][1]), _time(rows[0][1])) if rows else None


def _is_there(connection: sqlite3.Connection, url_keys: list[str]) -> bool:
    """Whether that is what we saw of a page when we asked for one of these addresses last."""
    row = connection.execute(_LAST, (json.dumps(url_keys),)).fetchone()
    return row is not None and row[0] == "there"


def _signals(connection: sqlite3.Connection, document_id: str) -> tuple[CitedSignal, ...]:
    """By what a document was told to be something else."""
    rows = connection.execute(
        "select code, name, quote from signals where document_id = ? order by position", (document_id,)
    )
    return tuple(CitedSignal(*row) for row in rows)


def _variants(connection: sqlite3.Connection, document_id: str) -> tuple[str, ...]:
    rows = connection.execute(
        f"select distinct url from documents where id in ({_VARIANTS}) order by url",  # noqa: S608 - a constant of this module
        {"id": document_id},
    )
    return tuple(row[0] for row in rows)
