"""The front door: a link, a sentence, a title or a SHA-256 in; what the archive holds of it, each with its verdict and the words that
hold it; and the archive in figures. What is not found is told how it can be captured.

The question is a stranger's: it is cut, it is never the name of a file here, and never the language of the search.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from archiver.browse import render
from archiver.browse.queries import ANY_OF_HOST, COUNTS, PUBLISHERS, QUERIES, SITES
from archiver.browse.web import Answer, Ask, Holding, Links
from archiver.ledger.problems import LEVEL_MEANINGS
from archiver.manifest import lookup, runs
from archiver.manifest.search import Hit, search
from archiver.manifest.status import Figures, figures, log_figures
from archiver.model.capture import PROBLEMS
from archiver.model.citation import Citation, CitedClaim
from archiver.model.claim import UPSTREAM, Relation
from archiver.model.text import cut, plain
from archiver.model.url import host, is_home, key, site

#: Characters of a question that are read, and pages that answer it.
LONGEST, MOST = 2_000, 20

#: What stands around the words that were asked for, in a passage. A page that holds them itself marks its own words.
_OPEN, _CLOSE = "\x02", "\x03"
#: Characters of one piece of a passage, which may be a word without end.
_PIECE = 240

_DIGEST = re.compile(r"(?:sha-?256:)?\s*([0-9a-fA-F]{64})")
#: An address without its scheme, as people paste it: a host, and a path if any.
_BARE = re.compile(r"(?:[\w-]{1,63}\.){1,8}[a-zA-Z][\w-]{1,62}(?::\d{1,5})?(?:[/?#]\S*)?")

#: The stored queries that the door leads to first where nothing is asked; behind them, all others.
_FIRST = ("contradicting-pages", "chains", "most-copied", "missing-origins", "changed-pages", "recent-captures")
_LISTED = tuple(one for name in _FIRST for one in QUERIES if one.name == name)
_OTHERS = tuple(one for one in QUERIES if one.name not in _FIRST)

#: Of each document its work, and when it was published, else captured first: what a story is, and in what order it is told.
_STORIES = """
select d.id, coalesce(l.work_id, d.id), coalesce(d.date_published, d.first_captured_at)
from documents d left join lineages l on l.document_id = d.id where d.id in (select value from json_each(?))
"""


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
    which there is no page. `instead`: by which problem code something else was kept in the place of the page. `partly`: it holds parts
    of the sentence alone.
    """

    citation: Citation
    held: CitedClaim | None = None
    against: CitedClaim | None = None
    passage: tuple[tuple[str, bool], ...] = ()
    asked: str | None = None
    instead: str | None = None
    partly: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """A publisher or a host that was asked for by its name, and the lists that say more of it: stored queries with their arguments."""

    name: str
    lists: tuple[tuple[str, str, Mapping[str, str]], ...]


def answer(holding: Holding, ask: Ask, links: Links) -> Answer:
    """The page: the box, what was found, the figures."""
    connection = holding.connection
    question = understood(ask.argument("q"))
    entries = tuple(_found(connection, question)) if question.shown else ()
    known = tuple(_known(connection, question)) if question.shown else ()
    return Answer(
        render.page(
            "front.html", links, question=question, entries=entries, known=known, most=MOST, lists=_LISTED, others=_OTHERS,
            **holdings(connection),
        )
    )  # fmt: skip


def holdings(connection: sqlite3.Connection) -> dict[str, object]:
    """The archive in figures, for the templates: what it holds, and how many rows the lists have that these lead to (`counts`); how far
    its log is vouched for, its last run and check.
    """
    counted, counts = _counted(connection)
    return {
        "figures": counted, "counts": counts, "log": log_figures(connection), "run": runs.last(connection),
        "check": lookup.last_check(connection), "levels": LEVEL_MEANINGS,
    }  # fmt: skip


#: The figures, and those of lists by their names.
_Counts = tuple[Figures, Mapping[str, int]]

#: What each connection that pages are read through counted last, and the state of the database that it counted in (`data_version`
#: changes when anybody else writes). The connection is kept with it, so that no other one is taken for it.
_COUNTED: dict[int, tuple[sqlite3.Connection, int, _Counts]] = {}
_CONNECTIONS = 32


def _counted(connection: sqlite3.Connection) -> _Counts:
    """The figures: counted anew after anything was written, which takes 100 ms for 10^5 documents."""
    state = int(connection.execute("pragma data_version").fetchone()[0])
    known = _COUNTED.get(id(connection))
    if known is not None and known[:2] == (connection, state):
        return known[2]
    if len(_COUNTED) >= _CONNECTIONS:
        _COUNTED.clear()
    counted = figures(connection), {name: connection.execute(sql).fetchone()[0] for name, sql in COUNTS.items()}
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
    hits: dict[str, Hit] = {}
    if question.digest:
        documents = lookup.by_digest(connection, question.digest)
    else:
        documents = lookup.by_url(connection, question.address) if question.address else []
        if not documents and question.address and (attempt := lookup.attempts(connection, question.address)):
            yield Entry(attempt, asked=_asked(connection, attempt.url))
            return
        if not documents and "://" not in question.shown:
            found = search(connection, question.shown, MOST, _OPEN, _CLOSE, partly=True)
            hits = {hit.document_id: hit for hit in found}
            documents = _by_story(connection, list(hits))
    for citation in lookup.citations(connection, documents[:MOST], brief=True):
        yield entry(citation, hits.get(citation.document_id or ""))


def _by_story(connection: sqlite3.Connection, documents: list[str]) -> list[str]:
    """Documents, the best first, so that those of one story stand together where the best of them does: its earliest first."""
    told = {row[0]: (row[1], row[2]) for row in connection.execute(_STORIES, (json.dumps(documents),))}
    stories = list(dict.fromkeys(told[one][0] for one in documents))
    return sorted(documents, key=lambda one: (stories.index(told[one][0]), told[one][1]))


def _known(connection: sqlite3.Connection, question: Question) -> Iterator[Known]:
    """What is known by the name that was asked for: a host or a whole site, and publishers."""
    name = question.shown
    if question.address:
        name = host(question.address)
        if not name or not is_home(question.address):
            return
        if connection.execute(ANY_OF_HOST, {"host": name}).fetchone()[0]:
            yield Known(name, (_pages_of(name),))
    elif question.digest:
        return
    for publisher, called in connection.execute(PUBLISHERS, {"publisher": site(name) if question.address else name}):
        sites = [row[0] for row in connection.execute(SITES, (publisher,)) if not question.address]
        yield Known(called, (
            *map(_pages_of, sites),
            ("From whom it takes its texts", "sources-of-publisher", {"publisher": called}),
            ("Who takes its texts over", "takers-of-publisher", {"publisher": called}),
        ))  # fmt: skip


def _pages_of(name: str) -> tuple[str, str, Mapping[str, str]]:
    return f"Pages of {name}", "pages-of-host", {"host": name}


def entry(citation: Citation, hit: Hit | None = None) -> Entry:
    """What the front door says of a page. Of one that is withdrawn, none of its words."""
    if citation.withdrawn:
        return Entry(citation)
    upstream = _strongest(citation, UPSTREAM)
    own = _strongest(citation, (Relation.SELF_CLAIM,))
    torn = any(finding.code == "conflicting-origin" for finding in citation.findings)
    instead = next((code for code in citation.problems if code in PROBLEMS and PROBLEMS[code].stands_in), None)
    return Entry(
        citation, upstream or own, own if upstream and torn else None, tuple(_marked(hit.passage if hit else "")),
        instead=instead, partly=hit is not None and hit.partly,
    )  # fmt: skip


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
