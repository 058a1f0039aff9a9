"""Transaction 2: what is concluded from a capture, kept; repeatable, and undone whole where it fails.

    keep_document    what the payload says, by which signals it is something else, its claims and their evidence
    keep_overlaps    which other texts it shares passages with
    keep_lineage     edges, findings and verdicts of the documents that hang together
    texts            the main texts, indexed for words and for shared passages (texts.py)
    publishers       whom names mean (publishers.py)

It decides nothing: which publisher a name is, what overlaps, which edge holds, is given to it. Everything here can be
thrown away and drawn again from the evidence.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from archiver.manifest.publishers import PublisherRows
from archiver.manifest.records import insert
from archiver.manifest.texts import TextRows
from archiver.model.capture import is_the_page, outcome_of
from archiver.model.claim import BOILERPLATE, Claim
from archiver.model.digest import Digest
from archiver.model.document import Candidate, Document
from archiver.model.lineage import Edge, Finding, Origin, Overlap
from archiver.model.state import state_of
from archiver.model.url import host, key, site

#: What of a document stays as its first capture had it, or is widened by later ones.
_ONCE = frozenset({"id", "url", "url_key", "site", "payload_sha256", "first_captured_at", "last_captured_at"})


@dataclass(frozen=True, slots=True)
class Kept:
    """A document as it is to be kept: what the page says, beside what only the archive knows of it."""

    document_id: str
    document: Document
    title_key: str
    publisher_id: int | None
    outcome: str
    problems: tuple[str, ...]
    read_problems: tuple[str, ...]
    rules: str
    content: Digest
    text_id: int | None


@dataclass(frozen=True, slots=True)
class Known:
    """What is concluded of a document already: its title, the problems that reading showed, by which rules, and whether that is stated in the log."""

    title: str | None
    media_type: str
    read_problems: tuple[str, ...]
    rules: str
    stated: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is concluded of one document: the work it belongs to, its status, that in a sentence, and its origin."""

    document_id: str
    work_id: str
    status: str
    sentence: str
    origin: Origin | None


@dataclass(frozen=True, slots=True)
class KeptWork:
    """A text across its publications; `origin` is None where nothing decides who had it first."""

    work_id: str
    origin: Origin | None


@dataclass(frozen=True, slots=True)
class KeptClaim:
    """A claim as it is to be kept: the entry of the publisher that it names, and a key for the words of each evidence by which
    they are known again on other pages of the site (None where that does not matter).
    """

    claim: Claim
    publisher_id: int | None
    sentences: tuple[str | None, ...]


class Conclusions:
    """The tables of conclusions, inside one transaction of the manifest. Made by Manifest.concluding alone."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self.publishers = PublisherRows(connection)
        self.texts = TextRows(connection)

    def keep_document(self, capture_sequence: int, kept: Kept, claims: Iterable[KeptClaim]) -> None:
        """What a payload says, its addresses and candidates, and its claims."""
        document = kept.document
        capture = self._connection.execute(
            "select url, captured_at, payload_sha256 from captures where sequence = ?", (capture_sequence,)
        ).fetchone()
        row = {
            "id": kept.document_id, "url": capture[0], "url_key": key(capture[0]), "site": site(host(capture[0])),
            "media_type": document.media_type, "title": document.title.value, "title_key": kept.title_key,
            "publisher": document.publisher.value, "publisher_id": kept.publisher_id, "authors": _json(document.authors),
            "date_published": document.date_published.value, "date_modified": document.date_modified.value,
            "language": document.language, "outcome": kept.outcome, "problems": _json(kept.problems),
            "is_page": int(is_the_page(kept.problems)), "read_problems": _json(kept.read_problems), "payload_sha256": capture[2], "content_sha256": kept.content.hex,
            "first_captured_at": capture[1], "last_captured_at": capture[1], "rules": kept.rules, "text_id": kept.text_id, "linked": _json(sorted(document.linked)),
        }  # fmt: skip
        again = ", ".join(f"{name} = excluded.{name}" for name in row if name not in _ONCE)
        self._connection.execute(
            f"insert into documents ({', '.join(row)}) values ({', '.join(':' + name for name in row)})"  # noqa: S608 - names of this module
            f" on conflict (id) do update set {again}",
            row,
        )
        self._keep_signals(kept.document_id, document)
        self._keep_candidates(kept.document_id, document)
        self._connection.execute("delete from addresses where document_id = ?", (kept.document_id,))
        self._keep_claims(kept.document_id, row["url_key"], claims)
        for pointer in document.pointers:
            if pointer.name in ("link canonical", "meta og:url", "json-ld mainEntityOfPage") and site(
                host(pointer.value)
            ) == site(host(capture[0])):
                self._add_address(kept.document_id, pointer.value, "canonical")
        self._join(capture_sequence, kept.document_id, kept.read_problems)

    def _join(self, capture_sequence: int, document_id: str, read_problems: tuple[str, ...]) -> None:
        """The capture that was read belongs to the document, and so, as if for the first time, do those that were its captures before."""
        rows = self._connection.execute(
            "select sequence, problems from captures where document_id = ? or sequence = ? order by sequence",
            (document_id, capture_sequence),
        ).fetchall()
        for sequence, stated in rows:
            problems = tuple(dict.fromkeys((*json.loads(stated), *read_problems)))
            self.belongs(sequence, document_id, str(outcome_of(problems)), problems)

    def begin(self, capture_sequence: int) -> int:
        """A reading of a capture begins: how many were begun before and did not end, whatever ended them."""
        row = self._connection.execute(
            "update captures set reads = reads + 1 where sequence = ? returning reads - 1", (capture_sequence,)
        ).fetchone()
        return int(row[0])

    def take_back(self, capture_sequence: int) -> None:
        """A reading that was begun did end; only what came of it could not be kept."""
        self._connection.execute(
            "update captures set reads = max(reads - 1, 0) where sequence = ?", (capture_sequence,)
        )

    def named(self, document_id: str) -> dict[str, int | None]:
        """Whom the names in a document's claims mean, as they were kept before; names of sources aside."""
        rows = self._connection.execute(
            "select publisher, publisher_id from claims where document_id = ? and publisher is not null and relation not in"
            " ('originally_published_by', 'republished_from', 'syndicated_by', 'translated_from')",
            (document_id,),
        )
        return dict(rows.fetchall())

    def known(self, document_id: str) -> Known | None:
        """What is concluded of a document already."""
        row = self._connection.execute(
            "select d.title, d.media_type, d.read_problems, d.rules,"
            " exists (select 1 from readings r where r.document_id = d.id and r.rules = d.rules) from documents d where d.id = ?",
            (document_id,),
        ).fetchone()
        return None if row is None else Known(row[0], row[1], tuple(json.loads(row[2])), row[3], bool(row[4]))

    def belongs(self, capture_sequence: int, document_id: str, outcome: str, problems: tuple[str, ...]) -> None:
        """A capture is one of this document: its hops are addresses of it, and if it is the newest, its problems count."""
        row = self._connection.execute(
            "select asked_url, captured_at, url, http_status, source from captures where sequence = ?",
            (capture_sequence,),
        ).fetchone()
        hops = self._connection.execute(
            "select url from exchanges where sequence = ? order by hop desc", (capture_sequence,)
        ).fetchall()
        self._add_address(document_id, row[2], "final")
        for (url,) in hops:
            self._add_address(document_id, url, "hop")
        self._add_address(document_id, row[0], "asked")
        self._connection.execute(
            "update captures set document_id = ?, reads = 0, state = ? where sequence = ?",
            (document_id, state_of(problems, row[3], row[0], row[2]) if row[4] == "fetch" else None, capture_sequence),
        )
        self._connection.execute(
            "update documents set outcome = ?, problems = ?, is_page = ? where id = ? and last_captured_at <= ?",
            (outcome, _json(problems), int(is_the_page(problems)), document_id, row[1]),
        )
        # Of two spellings of one address the plainer one is the document's: without tracking parameters, and in any order.
        self._connection.execute(
            "update documents set url = ?1 where id = ?2 and (length(url), url) > (length(?1), ?1)",
            (row[2], document_id),
        )
        self._connection.execute(
            "update documents set first_captured_at = min(first_captured_at, ?), last_captured_at = max(last_captured_at, ?) where id = ?",
            (row[1], row[1], document_id),
        )

    def _add_address(self, document_id: str, url: str, kind: str) -> None:
        self._connection.execute(
            "insert into addresses (document_id, url_key, url, kind) values (?, ?, ?, ?)"
            " on conflict (document_id, url_key) do update set kind = excluded.kind where excluded.kind = 'final'",
            (document_id, key(url), url, kind),
        )

    def _keep_signals(self, document_id: str, document: Document) -> None:
        self._connection.execute("delete from signals where document_id = ?", (document_id,))
        self._connection.executemany(
            "insert into signals (document_id, position, code, name, quote) values (?, ?, ?, ?, ?)",
            [(document_id, position, one.code, one.name, one.quote) for position, one in enumerate(document.signals)],
        )

    def _keep_candidates(self, document_id: str, document: Document) -> None:
        stated = {
            "title": document.title, "publisher": document.publisher,
            "date_published": document.date_published, "date_modified": document.date_modified,
        }  # fmt: skip
        rows: list[tuple[str, str, Candidate, bool]] = [
            (document_id, field, candidate, candidate.value == value.value)
            for field, value in stated.items()
            for candidate in value.candidates
        ]
        rows += [
            (document_id, "authors", candidate, candidate.value in document.authors)
            for candidate in document.author_candidates
        ]
        self._connection.execute("delete from candidates where document_id = ?", (document_id,))
        self._connection.executemany(
            "insert into candidates (document_id, field, value, source, chosen) values (?, ?, ?, ?, ?)",
            [(row, field, candidate.value, candidate.source, int(chosen)) for row, field, candidate, chosen in rows],
        )

    def _keep_claims(self, document_id: str, page: str, claims: Iterable[KeptClaim]) -> None:
        self._forget_edges([document_id])
        self._connection.execute(
            "delete from evidence where claim_id in (select id from claims where document_id = ?)", (document_id,)
        )
        self._connection.execute("delete from claims where document_id = ?", (document_id,))
        for position, kept in enumerate(claims):
            claim = kept.claim
            claim_id = insert(self._connection, "claims", {
                "document_id": document_id, "position": position, "relation": str(claim.relation), "publisher": claim.publisher,
                "publisher_id": kept.publisher_id, "url": claim.url, "url_key": claim.url and key(claim.url),
                "strength": claim.strength.name.lower(), "weight": claim.weight,
            })  # fmt: skip
            for e, sentence in zip(claim.evidence, kept.sentences, strict=True):
                insert(self._connection, "evidence", {
                    "claim_id": claim_id, "quote": e.quote, "prefix": e.prefix, "suffix": e.suffix, "start": e.start, "end": e.end,
                    "role": str(e.role), "rule": e.rule, "weight": e.weight, "sentence": sentence, "page": page,
                })  # fmt: skip

    def set_boilerplate(self, sentence: str, site: str, words: str, is_so: bool) -> None:
        """A sentence of a site has become boilerplate, or has ceased to be: every page that says it is to be resolved anew."""
        if is_so:
            self._connection.execute(
                "insert into boilerplate (sentence, site, words) values (?, ?, ?)", (sentence, site, words)
            )
        else:
            self._connection.execute("delete from boilerplate where sentence = ?", (sentence,))
        rows = self._connection.execute(
            "select distinct c.document_id from evidence e join claims c on c.id = e.claim_id where e.sentence = ?",
            (sentence,),
        )
        pages = [row[0] for row in rows]
        self.weigh(pages)
        self.leave_unresolved(pages)

    def join_staff(self, document_id: str) -> None:
        """An author's second page of a site makes a writer of that site of whoever wrote the first: that page, which may be the
        origin of others, is to be resolved anew.
        """
        theirs = (
            "select distinct other.url_key from documents here, candidates theirs join documents other on other.id = theirs.document_id"
            " where here.id = ?1 and theirs.value = ?2 and theirs.field = 'authors' and theirs.chosen"
            " and other.site = here.site and other.url_key <> here.url_key limit 2"
        )
        authors = self._connection.execute(
            "select value from candidates where document_id = ? and field = 'authors' and chosen", (document_id,)
        ).fetchall()
        for (author,) in authors:
            pages = self._connection.execute(theirs, (document_id, author)).fetchall()
            if len(pages) == 1:
                rows = self._connection.execute("select id from documents where url_key = ?", pages[0])
                self.leave_unresolved([row[0] for row in rows])

    def weigh(self, documents: Iterable[str]) -> None:
        """The claims of these documents know which of them are boilerplate: those of which every evidence is."""
        self._connection.execute(
            "update claims set boilerplate = b.is_so, weight = round(b.weight * iif(b.is_so, ?, 1.0), 3) from ("
            "select e.claim_id, min(coalesce(e.sentence in (select sentence from boilerplate), 0)) as is_so, max(e.weight) as weight"
            " from claims c join evidence e on e.claim_id = c.id where c.document_id in (select value from json_each(?))"
            " group by e.claim_id) b where b.claim_id = claims.id",
            (BOILERPLATE, json.dumps(list(documents))),
        )

    def leave_unresolved(self, documents: Iterable[str]) -> None:
        """The lineage of these documents is to be drawn anew."""
        self._connection.executemany("insert or ignore into unresolved values (?)", [(one,) for one in documents])

    def decide(self, sequence: int) -> int:
        """A decision holds from now on: the documents that it speaks of are to be resolved anew. How many."""
        rows = self._connection.execute(
            "select distinct a.document_id from decisions d join addresses a on a.url_key in (d.url_key, d.source_key) where d.sequence = ?",
            (sequence,),
        ).fetchall()
        self.leave_unresolved(row[0] for row in rows)
        self._connection.execute("update decisions set applied = 1 where sequence = ?", (sequence,))
        return len(rows)

    def take_unresolved(self) -> str | None:
        """A document whose lineage is to be drawn anew, taken off the list."""
        value = self._one(
            "delete from unresolved where document_id = (select min(document_id) from unresolved) returning document_id"
        )
        return None if value is None else str(value)

    def keep_overlaps(self, document_id: str, overlaps: Iterable[Overlap]) -> None:
        """The overlaps of a document with others, in place of those that were measured before."""
        self._connection.execute("delete from overlaps where a = :id or b = :id", {"id": document_id})
        self._connection.executemany(
            "insert or replace into overlaps (a, b, containment_a, containment_b, shared, longest) values (?, ?, ?, ?, ?, ?)",
            [(o.a, o.b, o.containment_a, o.containment_b, o.shared, o.longest) for o in overlaps],
        )

    def keep_lineage(
        self,
        documents: Iterable[str],
        edges: Iterable[Edge],
        findings: Iterable[Finding],
        works: Iterable[KeptWork],
        verdicts: Iterable[Verdict],
    ) -> None:
        """What resolution says of these documents, in place of what it said before."""
        documents = list(documents)
        before = self._connection.execute(
            "select distinct work_id from lineages where document_id in (select value from json_each(?))",
            (json.dumps(documents),),
        ).fetchall()
        self._forget_edges(documents)
        for document_id in documents:
            self._connection.execute("delete from unresolved where document_id = ?", (document_id,))
            self._connection.execute("delete from findings where document_id = ?", (document_id,))
            self._connection.execute("delete from lineages where document_id = ?", (document_id,))
        for edge in edges:
            edge_id = insert(self._connection, "edges", {
                "from_document": edge.from_document, "to_document": edge.to_document, "to_url": edge.to_url,
                "to_publisher": edge.to_publisher, "relation": str(edge.relation), "status": str(edge.status),
                "confidence": edge.confidence, "overlap": edge.overlap, "decision": edge.decision,
            })  # fmt: skip
            self._connection.executemany(
                "insert into edge_claims (edge_id, claim_id) select ?, id from claims where document_id = ? and position = ?",
                [(edge_id, edge.from_document, position) for position in edge.claims],
            )
        self._connection.executemany(
            "insert into findings (document_id, code, message) values (?, ?, ?)",
            [(f.document_id, f.code, f.message) for f in findings],
        )
        for work in works:
            self._connection.execute(
                "insert or replace into works (id, origin_document, origin_url, origin_publisher, origin_date, origin_captured)"
                " values (?, ?, ?, ?, ?, ?)",
                (work.work_id, *_origin(work.origin)),
            )
        self._connection.executemany(
            "insert into lineages (document_id, work_id, status, verdict, origin_document, origin_url, origin_publisher, origin_date,"
            " origin_captured) values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [(v.document_id, v.work_id, v.status, v.sentence, *_origin(v.origin)) for v in verdicts],
        )
        self._connection.executemany(
            "delete from works where id = ?1 and not exists (select 1 from lineages where work_id = ?1)", before
        )

    def _forget_edges(self, documents: list[str]) -> None:
        for document_id in documents:
            self._connection.execute(
                "delete from edge_claims where edge_id in (select id from edges where from_document = ?)",
                (document_id,),
            )
            self._connection.execute("delete from edges where from_document = ?", (document_id,))

    def _one(self, sql: str, *parameters: object) -> str | int | float | bytes | None:
        row = self._connection.execute(sql, parameters).fetchone()
        return None if row is None else row[0]


def _origin(origin: Origin | None) -> tuple[str | None, str | None, str | None, str | None, int | None]:
    if origin is None:
        return None, None, None, None, None
    return origin.document_id, origin.url, origin.publisher, origin.date, int(origin.captured)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
