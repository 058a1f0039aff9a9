"""The front door: a link, a sentence, a title or a SHA-256 in; what the archive holds of it, each with its verdict and the words that
hold it; and the archive in figures. What is not found is told how it can be captured.

The question is a stranger's: it is cut, it is never the name of a file here, and never the language of the search.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from archiver.browse import render
from archiver.browse.queries import QUERIES
from archiver.browse.web import Answer, Ask, Holding, Links
from archiver.ledger.problems import LEVEL_MEANINGS
from archiver.manifest import lookup, runs
from archiver.manifest.search import search
from archiver.manifest.status import Figures, figures, log_figures
from archiver.model.citation import Citation, CitedClaim
from archiver.model.claim import UPSTREAM, Relation
from archiver.model.text import cut, plain
from archiver.model.url import key

#: Characters of a question that are read, and pages that answer it.
LONGEST, MOST = 2_000, 20

#: What stands around the words that were asked for, in a passage. A page that holds them itself marks its own words.
_OPEN, _CLOSE = "\x02", "\x03"
#: Characters of one piece of a passage, which may be a word without end.
_PIECE = 240

_DIGEST = re.compile(r"(?:sha-?256:)?\s*([0-9a-fA-F]{64})")
#: An address without its scheme, as people paste it: a host, and a path if any.
_BARE = re.compile(r"(?:[\w-]{1,63}\.){1,8}[a-zA-Z][\w-]{1,62}(?::\d{1,5})?(?:[/?#]\S*)?")

#: The stored queries that the door leads to where nothing is asked.
_LISTS = ("contradicting-pages", "chains", "most-copied", "missing-origins", "changed-pages", "recent-captures")
_LISTED = tuple(one for name in _LISTS for one in QUERIES if one.name == name)


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked: an `address`, a `digest` (hex), else words (or both, where an address was pasted without its scheme). `shown` is
    how it is said again.
    """

    shown: str
    address: str | None = None
    digest: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One page that answers. `held`: the claim whose words say best where it came from, `against` the one that speaks against that.
    `passage`: the words around those that were asked for, and whether they are the ones. `asked`: when an address was tried last, of
    which there is no page.
    """

    citation: Citation
    held: CitedClaim | None = None
    against: CitedClaim | None = None
    passage: tuple[tuple[str, bool], ...] = ()
    asked: str | None = None


def answer(holding: Holding, ask: Ask, links: Links) -> Answer:
    """The page: the box, what was found, the figures."""
    connection = holding.connection
    question = understood(ask.argument("q"))
    entries = tuple(_found(connection, question)) if question.shown else ()
    return Answer(
        render.page(
            "front.html", links, question=question, entries=entries, most=MOST, lists=_LISTED, **holdings(connection)
        )
    )  # fmt: skip


def holdings(connection: sqlite3.Connection) -> dict[str, object]:
    """The archive in figures, for the templates: what it holds, how far its log is vouched for, its last run and check."""
    return {
        "figures": _counted(connection), "log": log_figures(connection), "run": runs.last(connection),
        "check": lookup.last_check(connection), "levels": LEVEL_MEANINGS,
    }  # fmt: skip


#: What each connection that pages are read through counted last, and the state of the database that it counted in (`data_version`
#: changes when anybody else writes). The connection is kept with it, so that no other one is taken for it.
_COUNTED: dict[int, tuple[sqlite3.Connection, int, Figures]] = {}
_CONNECTIONS = 32


def _counted(connection: sqlite3.Connection) -> Figures:
    """The figures: counted anew after anything was written, which takes 30 ms for 10^5 documents."""
    state = int(connection.execute("pragma data_version").fetchone()[0])
    known = _COUNTED.get(id(connection))
    if known is not None and known[:2] == (connection, state):
        return known[2]
    if len(_COUNTED) >= _CONNECTIONS:
        _COUNTED.clear()
    counted = figures(connection)
    _COUNTED[id(connection)] = connection, state, counted
    return counted


def understood(text: str) -> Question:
    """What a question is: a digest, an address with its scheme or without it, else words."""
    shown = plain(text[:LONGEST])
    if found := _DIGEST.fullmatch(shown):
        return Question(shown, digest=found[1].lower())
    if "://" in shown:
        return Question(shown, address=shown)
    if _BARE.fullmatch(shown):
        return Question(shown, address=f"https://{shown}")
    return Question(shown)


def _found(connection: sqlite3.Connection, question: Question) -> Iterator[Entry]:
    """The pages that answer, or what is known of an address that was only asked for."""
    passages: dict[str, str] = {}
    if question.digest:
        documents = lookup.by_digest(connection, question.digest)
    else:
        documents = lookup.by_url(connection, question.address) if question.address else []
        if not documents and question.address and (attempt := lookup.attempts(connection, question.address)):
            yield Entry(attempt, asked=_asked(connection, attempt.url))
            return
        if not documents and "://" not in question.shown:
            passages = {hit.document_id: hit.passage for hit in search(connection, question.shown, MOST, _OPEN, _CLOSE)}
            documents = list(passages)
    for citation in lookup.citations(connection, documents[:MOST], brief=True):
        yield entry(citation, passages.get(citation.document_id or "", ""))


def entry(citation: Citation, passage: str = "") -> Entry:
    """What the front door says of a page. Of one that is withdrawn, none of its words."""
    if citation.withdrawn:
        return Entry(citation)
    upstream = _strongest(citation, UPSTREAM)
    own = _strongest(citation, (Relation.SELF_CLAIM,))
    torn = any(finding.code == "conflicting-origin" for finding in citation.findings)
    return Entry(citation, upstream or own, own if upstream and torn else None, tuple(_marked(passage)))


def _strongest(citation: Citation, relations: Collection[str]) -> CitedClaim | None:
    """The claim of these relations with the most weight, the first of them on the page."""
    return max((one for one in citation.claims if one.relation in relations), key=lambda one: one.weight, default=None)


def _marked(passage: str) -> Iterator[tuple[str, bool]]:
    """A passage in pieces, and whether each is what was asked for."""
    inside = False
    for piece in re.split(f"([{_OPEN}{_CLOSE}])", passage):
        if piece in (_OPEN, _CLOSE):
            inside = piece == _OPEN
        elif words := cut(piece, _PIECE):
            yield f"{' ' * piece[:1].isspace()}{words}{' ' * piece[-1:].isspace()}", inside


def _asked(connection: sqlite3.Connection, url: str) -> str:
    """When an address was tried last."""
    row = connection.execute("select max(at) from attempts where url_key = ?", (key(url),)).fetchone()
    return str(row[0])
