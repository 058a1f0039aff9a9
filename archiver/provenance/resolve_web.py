"""The documents of one resolution, indexed: who is one publication with whom, what stands at an address, who shares text.

Built once, read by every rule; it draws no edge. Everything in it is sorted, so that the order of the input cannot show.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from archiver.model import url as urls
from archiver.model.lineage import Facts, Overlap
from archiver.provenance.overlap import same_text, tokens
from archiver.provenance.publishers import Authority, fold
from archiver.provenance.resolve_identity import Publication, publications

#: A node of the graph: ("document", ID of a publication's main page), ("url", look-up key) or ("name", folded name).
Node = tuple[str, str]

#: How a page shows that it cut an address short.
_CUT = re.compile(r"(?:…|\.{3}|%E2%80%A6)/?$", re.IGNORECASE)
#: A shortened address must show at least so much of itself beyond the host to be completed.
_CUT_MINIMUM = 8


def is_cut(url: str) -> bool:
    """Whether an address is only the beginning of one, cut short for show."""
    return _CUT.search(url) is not None


@dataclass(frozen=True, slots=True)
class Target:
    """What an upstream claim points at: an archived document, else an address, else a publisher."""

    document: Facts | None
    url: str | None
    publisher: str | None


class Web:
    """Documents and overlaps, indexed. Nothing that it says changes once it is built. `joined` are pairs of document IDs that a
    person called forms of one article.
    """

    def __init__(
        self,
        documents: Iterable[Facts],
        overlaps: Iterable[Overlap],
        authority: Authority,
        joined: Iterable[tuple[str, str]] = (),
    ) -> None:
        self.authority = authority
        self.documents = tuple(sorted(documents, key=lambda d: d.document_id))
        self.by_id = {d.document_id: d for d in self.documents}
        known = [o for o in overlaps if o.a in self.by_id and o.b in self.by_id]
        self.overlaps = {(o.a, o.b): o for o in sorted(known)}
        self.publications = publications(self.documents, self.overlaps, authority, joined)
        self._of = {m.document_id: p for p in self.publications for m in p.members}
        self._shared: dict[tuple[str, str], Overlap] = {}
        self._neighbours: defaultdict[str, set[str]] = defaultdict(set)
        for overlap in self.overlaps.values():
            self._share(overlap)
        self._titled: defaultdict[tuple[str, ...], list[Publication]] = defaultdict(list)
        for publication in self.publications:
            self._titled[tuple(tokens(publication.main.title or ""))].append(publication)
        self._by_key: defaultdict[str, list[Facts]] = defaultdict(list)
        self._by_alias: defaultdict[str, list[Facts]] = defaultdict(list)
        for d in self.documents:
            self._by_key[d.key].append(d)
            for key in d.canonical_keys:
                if urls.site(urls.host(key)) == d.site and not urls.is_home(key):
                    self._by_alias[key].append(d)
        self._keys = sorted(self._by_key)
        self._houses: dict[tuple[str, str | None, str], bool] = {}

    def _share(self, overlap: Overlap) -> None:
        first, second = self._of[overlap.a].main.document_id, self._of[overlap.b].main.document_id
        if first != second:
            pair = (first, second) if first < second else (second, first)
            best = self._shared.get(pair)
            if best is None or (overlap.score, overlap.longest) > (best.score, best.longest):
                self._shared[pair] = overlap
            self._neighbours[first].add(second)
            self._neighbours[second].add(first)

    def publication(self, document_id: str) -> Publication:
        """The publication that a document belongs to."""
        return self._of[document_id]

    def node(self, document: Facts) -> Node:
        """The node of a document's publication."""
        return ("document", self._of[document.document_id].main.document_id)

    def shared(self, a: Publication, b: Publication) -> Overlap | None:
        """The most that any form of one shares with any form of the other."""
        first, second = a.main.document_id, b.main.document_id
        return self._shared.get((first, second) if first < second else (second, first))

    def neighbours(self, publication: Publication) -> list[Publication]:
        """The publications with which one shares passages, by ID."""
        return [self._of[name] for name in sorted(self._neighbours.get(publication.main.document_id, ()))]

    def copies(self, publication: Publication) -> list[Publication]:
        """Those of the neighbours that hold the same text."""
        return [other for other in self.neighbours(publication) if same_text(self.shared(publication, other))]

    def titled(self, publication: Publication) -> list[Publication]:
        """Other publications under the very same title."""
        title = tuple(tokens(publication.main.title or ""))
        return [other for other in self._titled.get(title, ()) if title and other is not publication]

    def at(self, url: str) -> list[Facts]:
        """The documents at an address: by its own key, else by one that its site gives it, else by a shortened spelling."""
        key = urls.key(url)
        found = self._by_key.get(key) or self._by_alias.get(key)
        if found:
            return found
        stem = _CUT.sub("", key)
        if stem == key or len(urls.path(stem)) < _CUT_MINIMUM:
            return []
        place = bisect_left(self._keys, stem)
        found = []
        while place < len(self._keys) and self._keys[place].startswith(stem):
            found += self._by_key[self._keys[place]]
            place += 1
        return found

    def face(self, publication: Publication, seen_from: Facts) -> Facts:
        """The capture of a publication's main page that an edge from another document leads to: the one that holds most of it."""

        def rank(page: Facts) -> tuple[float, str, str]:
            a, b = sorted((page.document_id, seen_from.document_id))
            overlap = self.overlaps.get((a, b))
            return (-overlap.score if overlap else 0.0, page.captured, page.document_id)

        return min(publication.pages, key=rank)

    def known_as(self, name: str) -> str:
        """The name that a publisher goes by, whatever the spelling."""
        known = self.authority.match(name)
        return known.name if known else name

    def name_node(self, name: str) -> Node:
        """The node of a publisher of whom only the name is known."""
        return ("name", fold(self.known_as(name)) or name)

    def is_of(self, facts: Facts, name: str | None, url: str | None) -> bool:
        """Whether a document stands at the house that a name or an address means."""
        if url is not None and urls.site(urls.host(url)) == facts.site:
            return True
        return name is not None and self._is_house(name, facts.publisher, facts.site)

    def _is_house(self, name: str, publisher: str | None, site: str) -> bool:
        """Whether a name means a publisher or fits its site. Remembered: one agency is looked for in many papers."""
        asked = (name, publisher, site)
        if asked not in self._houses:
            same_name = publisher is not None and self.authority.same(name, publisher)
            self._houses[asked] = same_name or self.authority.matches_host(name, site)
        return self._houses[asked]

    @staticmethod
    def days_later(a: date | None, b: date | None) -> int | None:
        """By how many days `a` lies after `b`; None where one is unknown."""
        return (a - b).days if a is not None and b is not None else None
