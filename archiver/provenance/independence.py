"""How many independent sources a set of addresses comes down to. Conclusions in, groups out; each group counts once.

The rules; their numbers stand in the code.

 1. Forms and versions of one publication (`variant_of`, `revision_of`) are one.
 2. A publication counts for the origin at which its path ends, along edges that are not contradicted: an archived page,
    or an address that is named and was never captured. Where paths fork, the end that resolution chose counts.
 3. A name alone is no origin: two pages that name an agency may hold two texts of it. Such an end is one for each page that
    names it, until rule 4 says that those pages hold one text.
 4. One text has one source, whatever its pages say. The pages nearest to two ends (the origins themselves where they are
    archived, else those that name them) that hold the same text make the ends one; so does a `same_text` edge. Where such
    ends are not one origin by another name, nothing decides who had it first, and the group says so (`same-text`).
 5. A contradicted edge holds nothing together, and what a person keeps apart is not put together by its text.
 6. What is undecided counts as one of its own, and says so: a page of which nothing says where it was first published, one
    that names a source which the archive speaks against (`contradicted`), and one whose sources come down to several.

So the count is the number of sources that nothing known here relates: it falls as more is archived, and is never a proof
that two of them are independent.

Not here: resolution itself (resolve), reading the manifest, what is missing from the archive.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from archiver.model import url as urls
from archiver.model.independence import Group, Known, Member, Question, Standing
from archiver.model.lineage import COPYING, Edge, EdgeRelation, EdgeStatus, Origin, Overlap
from archiver.provenance.overlap import same_text
from archiver.provenance.publishers import fold

_IDENTITY = frozenset({EdgeRelation.VARIANT_OF, EdgeRelation.REVISION_OF})

#: Where a path may end: ("document", publication), ("url", look-up key), or ("name", folded name, the publication that names it).
_End = tuple[str, ...]


class _Sets:
    """Union-find; the least member stands for its set."""

    def __init__(self) -> None:
        self._parent: dict[_End, _End] = {}

    def of(self, member: _End) -> _End:
        """What stands for the set of a member."""
        root = member
        while (above := self._parent.get(root, root)) != root:
            root = above
        while member != root:
            self._parent[member], member = root, self._parent[member]
        return root

    def join(self, one: _End, other: _End) -> None:
        """Make two sets one."""
        first, second = sorted((self.of(one), self.of(other)))
        if first != second:
            self._parent[second] = first


class _Paths:
    """Publications (rule 1), the ways upstream from them, and where those end (rules 2 and 3)."""

    def __init__(self, question: Question) -> None:
        self.known = {one.document_id: one for one in question.known}
        self._forms = _Sets()
        self.out: defaultdict[_End, dict[_End, Edge]] = defaultdict(dict)
        self.named: dict[_End, list[Edge]] = defaultdict(list)
        self.form_of: dict[str, Edge] = {}
        self.against: dict[_End, Edge] = {}
        edges = sorted(question.edges, key=lambda e: (-e.confidence, e.from_document, e.relation, e.to_document or ""))
        for edge in edges:
            if edge.relation in _IDENTITY and edge.to_document is not None:
                self._forms.join(("document", edge.from_document), ("document", edge.to_document))
                self.form_of.setdefault(edge.from_document, edge)
        for edge in edges:
            here, there = self.publication(edge.from_document), self._target(edge)
            if edge.relation in COPYING and edge.status is EdgeStatus.CONTRADICTED:  # 5
                self.against.setdefault(here, edge)
            elif edge.relation in COPYING and here != there:
                self.out[here].setdefault(there, edge)
                self.named[there].append(edge)
        self.main: dict[_End, Known] = {}
        for one in sorted(self.known.values(), key=lambda k: (k.document_id in self.form_of, k.document_id)):
            self.main.setdefault(self.publication(one.document_id), one)

    def publication(self, document_id: str) -> _End:
        """What stands for all forms and versions of a document."""
        return self._forms.of(("document", document_id))

    def _target(self, edge: Edge) -> _End:
        if edge.to_document is not None:
            return self.publication(edge.to_document)
        if edge.to_url is not None:
            return ("url", urls.key(edge.to_url))
        name = edge.to_publisher or ""
        return ("name", fold(name) or name, *self.publication(edge.from_document)[1:])

    def ends(self, publication: _End) -> frozenset[_End]:
        """Where the ways from a publication end: itself where none leads away, nowhere where they lead in a circle."""
        seen, ahead, found = {publication}, [publication], set()
        while ahead:
            here = ahead.pop()
            if not self.out.get(here):
                found.add(here)
            for there in self.out.get(here, ()):
                if there not in seen:
                    seen.add(there)
                    ahead.append(there)
        return frozenset(found)

    def chosen(self, publication: _End, ends: frozenset[_End]) -> frozenset[_End]:
        """Of several ends, those that resolution's word on the main page means."""
        main = self.main.get(publication)
        if len(ends) < 2 or main is None or main.origin is None:
            return ends
        origin = main.origin
        if origin.document_id is not None:
            meant = ends & {self.publication(origin.document_id)}
        elif origin.url is not None:
            meant = ends & {("url", urls.key(origin.url))}
        else:
            meant = frozenset(end for end in ends if end[:2] == ("name", fold(origin.publisher or "")))
        return meant or ends

    def end(self, publication: _End) -> _End | None:
        """The one end of a publication, if it has one."""
        found = self.chosen(publication, self.ends(publication))
        return next(iter(found)) if len(found) == 1 else None

    def nearest(self, publication: _End, end: _End | None) -> bool:
        """Whether no archived page stands between a publication and its end."""
        return end is not None and (
            end == publication or (end[0] != "document" and end in self.out.get(publication, ()))
        )


def independent(question: Question) -> tuple[Group, ...]:
    """The groups, in the order in which the list first names one of their addresses."""
    paths = _Paths(question)
    one_text = _joined(paths, question)
    asked: dict[_End, list[tuple[str, str]]] = {}
    place_of: dict[_End, _End] = {}
    for address, document_id in question.asked:
        publication = paths.publication(document_id)
        ends = paths.ends(publication)
        sets = {one_text.of(end) for end in ends}
        if len(sets) != 1:
            sets = {one_text.of(end) for end in paths.chosen(publication, ends)}
        place = sets.pop() if len(sets) == 1 else ("own", *publication)  # 6
        place_of[publication] = place
        asked.setdefault(place, []).append((address, document_id))
    together: defaultdict[_End, set[_End]] = defaultdict(set)
    for publication in paths.main:
        for end in paths.ends(publication):
            together[one_text.of(end)].add(end)
    shared = _shared(paths, question, place_of)
    groups = []
    for place, members in asked.items():
        origin, standing = _origin(paths, sorted(together[place])) if place in together else (None, Standing.UNDECIDED)
        groups.append(Group(origin, standing, tuple(_member(paths, origin, one, shared) for one in members)))
    return tuple(groups)


def _joined(paths: _Paths, question: Question) -> _Sets:
    """Rule 4: the ends that one text makes one."""
    found = _Sets()
    ends = {publication: paths.end(publication) for publication in paths.main}
    for edge in question.edges:
        if edge.relation is EdgeRelation.SAME_TEXT and edge.to_document is not None:
            one, other = (ends.get(paths.publication(name)) for name in (edge.from_document, edge.to_document))
            if one is not None and other is not None:
                found.join(one, other)
    for overlap in question.overlaps:
        here, there = paths.publication(overlap.a), paths.publication(overlap.b)
        if here == there or not same_text(overlap) or frozenset((overlap.a, overlap.b)) in question.apart:  # 5
            continue
        one, other = ends.get(here), ends.get(there)
        if one is not None and other is not None and paths.nearest(here, one) and paths.nearest(there, other):
            found.join(one, other)
    return found


def _shared(paths: _Paths, question: Question, place_of: Mapping[_End, _End]) -> dict[_End, Edge | Overlap]:
    """For each publication asked about what shows best that it holds one text with another that counts with it."""
    found: dict[_End, Edge | Overlap] = {}

    def note(a: str, b: str | None, what: Edge | Overlap) -> None:
        here, there = paths.publication(a), paths.publication(b or a)
        if here != there and here in place_of and place_of[here] == place_of.get(there):
            found.setdefault(here, what)
            found.setdefault(there, what)

    for edge in question.edges:
        if edge.relation is EdgeRelation.SAME_TEXT:
            note(edge.from_document, edge.to_document, edge)
    for overlap in sorted(question.overlaps, key=lambda o: (-o.score, o.a, o.b)):
        if same_text(overlap):
            note(overlap.a, overlap.b, overlap)
    return found


def _member(
    paths: _Paths, origin: Origin | None, asked: tuple[str, str], shared: Mapping[_End, Edge | Overlap]
) -> Member:
    """An address with what holds it in its group: that it is a form of another, what it was taken from, or its text."""
    address, document_id = asked
    publication = paths.publication(document_id)
    held = paths.form_of.get(document_id) or next(iter(paths.out.get(publication, {}).values()), None)
    if held is None and origin is not None and origin.document_id == document_id:
        return Member(address, document_id, is_origin=True)
    beside = shared.get(publication)
    by_name = held is not None and held.to_document is None and held.to_url is None  # 3: the text is what holds it
    text = beside if isinstance(beside, Overlap) and (held is None or by_name) else None
    edge = held or (beside if isinstance(beside, Edge) else None)
    return Member(address, document_id, edge=edge or (None if text else paths.against.get(publication)), overlap=text)


def _origin(paths: _Paths, ends: list[_End]) -> tuple[Origin | None, Standing]:
    """The origin that ends which are one come to, and how well it is known."""
    pages = [paths.main[end] for end in ends if end[0] == "document" and end in paths.main]
    said = [edge for end in ends if end[0] != "document" for edge in paths.named[end]]
    addresses = {urls.key(edge.to_url) for edge in said if edge.to_url}
    names = {fold(name or "") for name in (*(p.publisher for p in pages), *(e.to_publisher for e in said))}
    if len(pages) + len(addresses) > 1 or (len(ends) > 1 and (len(names) > 1 or "" in names)):
        return None, Standing.SAME_TEXT
    if pages:
        page = pages[0]
        if len(ends) == 1 and page.status in _OPEN:
            return None, _OPEN[page.status]
        return Origin(page.document_id, page.url, page.publisher, page.published, captured=True), Standing.ARCHIVED
    address = min((edge.to_url for edge in said if edge.to_url), default=None)
    name = min((edge.to_publisher for edge in said if edge.to_publisher), default=None)
    return Origin(None, address, name, None, captured=False), Standing.NAMED


#: What a page is with which a path ends, and which is yet no origin.
_OPEN = {"undecided": Standing.UNDECIDED, "contradicted": Standing.CONTRADICTED}
