"""Rule 1 of resolution: which documents are one publication (the same article at one publisher), and which page is the main one.

Owns `Publication` and the ways by which two addresses of one house are seen to be one article. Never looks at claims: who
took a text from whom is said elsewhere (resolve_claims, resolve_copies).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain, pairwise

from archiver.model import date as dates
from archiver.model import url as urls
from archiver.model.lineage import Edge, EdgeRelation, EdgeStatus, Facts, Overlap
from archiver.provenance.overlap import SHARED, same_text, tokens
from archiver.provenance.publishers import Authority

#: Query parameters that ask for another form of the same page.
PRESENTATION = frozenset({"amp", "format", "m", "mobile", "output", "outputtype", "pdf", "print", "printable", "view"})

#: Below this many words a text is too short for its absence from another to mean anything.
TELLING_WORDS = 50

#: Two texts of one house are one article at two addresses where each holds this much of the other.
IDENTICAL = 0.90

_HTML = frozenset({"text/html", "application/xhtml+xml"})
_HOST_FORM = re.compile(r"//(?:(?:www|m|mobile|amp|print)\.)+(?=[^/]*\.)")
_PATH_FORM = re.compile(r"/(?:amp|print)(?=/|$)|\.(?:amp|print)(?=\.html?$|$)|\.pdf$")
_DATED_PATH = re.compile(r"/((?:19|20)\d\d)[/-](\d\d)[/-](\d\d)(?:/|$)")
_EXTENSION = re.compile(r"\.(?:html?|pdf)$")

#: Somewhere on earth it is already so much later than UTC says.
_DATE_LINE = timedelta(hours=14)

#: Weight of an edge between two forms of one article: the addresses say so, or the texts do.
VARIANT_CONFIDENCE, REVISION_CONFIDENCE = 0.97, 1.0


@dataclass(frozen=True, slots=True)
class Publication:
    """One article at one publisher: the main page first, then its revisions by time, then its other forms.

    `published` is the earliest day that speaks for any of them.
    """

    members: tuple[Facts, ...]
    published: date | None

    @classmethod
    def of(cls, group: Iterable[Facts]) -> Publication:
        """The publication that these documents are."""
        members = _ranked(group)
        return cls(members, min((day for m in members if (day := published(m)) is not None), default=None))

    @property
    def main(self) -> Facts:
        """The page that stands for all of them: the first capture of the plainest address."""
        return self.members[0]

    @property
    def pages(self) -> tuple[Facts, ...]:
        """The main page and its revisions."""
        return tuple(m for m in self.members if m.key == self.main.key)


def displayed(facts: Facts) -> date | None:
    """The day of publication that the page gives, where there is such a day."""
    return _day(dates.day(facts.published))


def published(facts: Facts) -> date | None:
    """The earliest day that speaks for a page: a page that is dated anew keeps the day in its address and in its first capture."""
    shown, dated = displayed(facts), _DATED_PATH.search(urls.path(facts.url))
    days = [shown, _day("-".join(dated.groups())) if dated else None, captured_by(facts) if shown else None]
    return min((d for d in days if d is not None), default=None)


def captured_by(facts: Facts) -> date:
    """The latest day that it was anywhere on earth when the page was captured: it cannot have been published after that."""
    return (dates.parse_rfc3339(facts.captured) + _DATE_LINE).date()


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def plain(key: str) -> str:
    """A look-up key without what only names a form of the page: `//amp.news.example/a/amp?print=1` -> `//news.example/a`."""
    path, _, query = key.partition("?")
    kept = "&".join(part for part in query.split("&") if part and part.partition("=")[0].casefold() not in PRESENTATION)
    path = _EXTENSION.sub("", _PATH_FORM.sub("", _HOST_FORM.sub("//", path)))
    return path + (f"?{kept}" if kept else "")


def same_title(a: str | None, b: str | None) -> bool:
    """Whether two titles are one, or one of at least four words stands in the other (`Worth reading: ...`)."""
    short, long = sorted((f" {' '.join(tokens(a or ''))} ", f" {' '.join(tokens(b or ''))} "), key=len)
    return bool(short.strip()) and (short == long or (short.count(" ") > 4 and short in long))


def other_language(a: Facts, b: Facts) -> bool:
    """Whether both say their language, and not the same."""
    one, two = ((f.language or "").partition("-")[0] for f in (a, b))
    return bool(one and two) and one != two


def texts_differ(a: Facts, b: Facts, overlap: Overlap | None) -> bool:
    """Whether the texts, long enough and in one language, share too little to be versions of each other."""
    telling = min(a.words, b.words) >= TELLING_WORDS and not other_language(a, b)
    return telling and (overlap is None or overlap.score < SHARED)


def same_house(a: Facts, b: Facts, authority: Authority) -> bool:
    """Whether one publisher stands behind both: one site, or one name that fits both hosts."""
    if a.site == b.site:
        return True
    return (
        a.publisher is not None
        and b.publisher is not None
        and authority.same(a.publisher, b.publisher)
        and authority.matches_host(a.publisher, a.site)
        and authority.matches_host(b.publisher, b.site)
    )


def publications(
    documents: Sequence[Facts],
    overlaps: Mapping[tuple[str, str], Overlap],
    authority: Authority,
    joined: Iterable[tuple[str, str]] = (),
) -> tuple[Publication, ...]:
    """The documents sorted into publications, by the ID of the main page. `overlaps` by pair of IDs, the smaller first;
    `joined` are pairs of IDs that belong together whatever else is known of them.
    """
    parent = {d.document_id: d.document_id for d in documents}

    def root(name: str) -> str:
        while parent[name] != name:
            parent[name] = parent[parent[name]]
            name = parent[name]
        return name

    found = ((a.document_id, b.document_id) for a, b in _one_article(documents, overlaps, authority))
    for one, other in chain(found, joined):
        first, second = sorted((root(one), root(other)))
        parent[second] = first
    groups: defaultdict[str, list[Facts]] = defaultdict(list)
    for document in documents:
        groups[root(document.document_id)].append(document)
    return tuple(sorted(map(Publication.of, groups.values()), key=lambda p: p.main.document_id))


def _one_article(
    documents: Sequence[Facts], overlaps: Mapping[tuple[str, str], Overlap], authority: Authority
) -> Iterator[tuple[Facts, Facts]]:
    """Pairs of documents that are one article of one house (rules 1.1 to 1.4)."""
    by_id = {d.document_id: d for d in documents}
    by_key: defaultdict[str, list[Facts]] = defaultdict(list)
    by_plain: defaultdict[str, list[Facts]] = defaultdict(list)
    for d in documents:
        by_key[d.key].append(d)
        by_plain[plain(d.key)].append(d)

    def agree(a: Facts, b: Facts) -> bool:
        overlap = overlaps.get(_pair(a, b))
        return same_house(a, b, authority) and not other_language(a, b) and not texts_differ(a, b, overlap)

    for same in by_key.values():  # 1.1: one address
        yield from pairwise(same)
    for d in documents:  # 1.2: one names the other as its address
        for key in d.canonical_keys:
            for other in by_key.get(key, []) if key != d.key and not urls.is_home(key) else []:
                if agree(d, other):
                    yield d, other
    for alike in by_plain.values():  # 1.3: the addresses differ in form alone
        main = min(alike, key=_plainness)
        yield from ((main, d) for d in alike if d.key != main.key and agree(main, d))
    for (id_a, id_b), overlap in overlaps.items():  # 1.4: one text, and a further sign that it is one article
        a, b = by_id[id_a], by_id[id_b]
        if same_text(overlap) and same_house(a, b, authority) and _signs(a, b, overlap):
            yield a, b


def _signs(a: Facts, b: Facts, overlap: Overlap) -> bool:
    """Whether two documents of one house and one text are one article, and not a text printed twice."""
    if _without_query(a.key) == _without_query(b.key):
        return True
    if any(key for key in set(a.canonical_keys) & set(b.canonical_keys) if not urls.is_home(key)):
        return True
    if not same_title(a.title, b.title):
        return False
    if a.media_type != b.media_type:
        return True
    on_a, on_b = published(a), published(b)
    together = on_a is None or on_b is None or abs((on_a - on_b).days) <= 1
    return together and min(overlap.containment_a, overlap.containment_b) >= IDENTICAL


def identity_edges(publication: Publication, overlaps: Mapping[tuple[str, str], Overlap]) -> Iterator[Edge]:
    """`revision_of` from each capture of an address to the one before; `variant_of` from every other form to the main page."""
    before: dict[str, Facts] = {}
    for member in publication.members:
        earlier, main = before.get(member.key), publication.main
        before[member.key] = member
        if earlier is not None:
            yield _edge(member, earlier, EdgeRelation.REVISION_OF, REVISION_CONFIDENCE, overlaps)
        elif member is not main:
            yield _edge(member, main, EdgeRelation.VARIANT_OF, VARIANT_CONFIDENCE, overlaps)


def _edge(
    source: Facts,
    target: Facts,
    relation: EdgeRelation,
    confidence: float,
    overlaps: Mapping[tuple[str, str], Overlap],
) -> Edge:
    overlap = overlaps.get(_pair(source, target))
    return Edge(
        from_document=source.document_id,
        to_document=target.document_id,
        to_url=target.url,
        to_publisher=target.publisher,
        relation=relation,
        status=EdgeStatus.INFERRED,
        confidence=confidence,
        overlap=round(overlap.score, 3) if overlap else None,
    )


def _ranked(group: Iterable[Facts]) -> tuple[Facts, ...]:
    """The members of a publication, main page first."""
    members = sorted(group, key=lambda m: (m.captured, m.document_id))
    pointed = {key for m in members for key in m.canonical_keys if key != m.key}
    return tuple(sorted(members, key=lambda m: (m.media_type not in _HTML, m.key not in pointed, *_plainness(m))))


def _plainness(facts: Facts) -> tuple[bool, bool, int, str, str, str]:
    """The plainer an address the smaller; captures of one address by time."""
    key = facts.key
    return (key != plain(key), "?" in key, len(key), key, facts.captured, facts.document_id)


def _pair(a: Facts, b: Facts) -> tuple[str, str]:
    return (a.document_id, b.document_id) if a.document_id < b.document_id else (b.document_id, a.document_id)


def _without_query(key: str) -> str:
    return key.partition("?")[0]
