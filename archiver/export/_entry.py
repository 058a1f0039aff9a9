"""What every format says of a cited document, before any of them writes it: Entry. Pure.

    entries(citations) -> Entry, one a document, in the order given        entry(citation) -> the one
    ymd(text)          -> year, month, day of a date, as far as it goes

How a republication is cited: the page that was read, at its address; who published the text first as its source, with both dates;
one capture by its record and digest. The original is named where the chain leads to it and nothing archived speaks against that;
how that is known is said in words. Of what is contradicted or undecided the note says what the page says, and no more. What is
not known is absent. Texts are plain here (model.text) and whole, but for quotes; escaping is each format's own.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from archiver.export.captures import word
from archiver.export.graph import Graph, Node, graph
from archiver.export.lineage import link
from archiver.export.silence import WITHDRAWN, silent
from archiver.model import url as urls
from archiver.model.capture import PROBLEMS
from archiver.model.citation import Citation, CitedCapture, CitedClaim, CitedEdge, CitedOrigin, CitedWithdrawal
from archiver.model.claim import UPSTREAM, Relation
from archiver.model.letters import mixed
from archiver.model.lineage import COPYING, EdgeRelation, EdgeStatus
from archiver.model.text import cut, dated, plain

#: Characters of a quote that a note holds.
_QUOTE = 400

#: How surely a step is known, the surest first: a way is as sure as the weakest of its steps.
_SURENESS = (
    (EdgeStatus.CORROBORATED, EdgeStatus.CURATED),
    (EdgeStatus.ASSERTED,),
    (EdgeStatus.INFERRED,),
)
_KNOWN = {
    EdgeStatus.CORROBORATED: "the archived pages hold the same text",
    EdgeStatus.CURATED: "a person decided so",
    EdgeStatus.ASSERTED: "pages say so, and no archived text confirms it",
    EdgeStatus.INFERRED: "texts and dates alone suggest so, and no page says it",
}

#: A language as it is named on the web (BCP 47), near enough to tell one from other text.
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8}){0,8}")
#: What a sentence ends with.
_ENDS = (".", "!", "?", "…")

_DATE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?![0-9]))?)?(?![0-9])")


@dataclass(frozen=True, slots=True)
class Original:
    """Who had the text first: name, date and address as far as known; `known` says in words how, `sure` whether archived texts or a
    person say so. `supplied`: an agency's text, which its customers print as theirs; `translated`: into what was read.
    """

    publisher: str | None
    date: str | None
    url: str | None
    archived: bool
    known: str
    sure: bool
    supplied: bool
    translated: bool


@dataclass(frozen=True, slots=True)
class Note:
    """A whole sentence; `doubt`: whoever cites the page misleads without it."""

    text: str
    doubt: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """One document as a bibliography has it. `key` is stable and its own; `url` an http(s) address or None; `capture` the one that is
    cited, `withdrawn` why it is not shown, and `flags` what is wrong with it, in words; `names` the source that the page itself names,
    whatever is thought of that.
    """

    key: str
    address: str
    url: str | None
    title: str | None
    authors: tuple[str, ...]
    publisher: str | None
    date: str | None
    language: str | None
    original: Original | None
    capture: CitedCapture | None
    withdrawn: CitedWithdrawal | None
    status: str
    gone: bool
    names: str | None
    flags: tuple[str, ...]
    notes: tuple[Note, ...]

    @property
    def called(self) -> str | None:
        """The title, or what stands in its place."""
        return WITHDRAWN if self.withdrawn else self.title

    @property
    def site(self) -> str | None:
        """The publisher; where that is not known, the host."""
        return self.publisher or (urls.host(self.url) if self.url else None)

    @property
    def note(self) -> str:
        """All notes on one line."""
        return " ".join(one.text for one in self.notes)

    @property
    def remark(self) -> str:
        """Those that nobody may leave out, on one line; often nothing."""
        return " ".join(one.text for one in self.notes if one.doubt)

    @property
    def record(self) -> str | None:
        """The WARC record of the capture that is cited, where it may be shown."""
        return None if self.capture is None or self.withdrawn else f"urn:uuid:{plain(self.capture.capture_id)}"


def entries(citations: Iterable[Citation]) -> Iterator[Entry]:
    """One a document, in the order given."""
    known: set[str] = set()
    for one in map(entry, citations):
        if one.key not in known:
            known.add(one.key)
            yield one


def entry(citation: Citation) -> Entry:
    """What is said of one document, or of an address of which nothing is archived."""
    citation = silent(citation)
    original = _original(citation)
    capture = _capture(citation.captures)
    flags = tuple(_flag(code, capture) for code in citation.problems if code != "withdrawn")
    claim = max((one for one in citation.claims if one.relation in UPSTREAM), key=lambda one: one.weight, default=None)
    return Entry(
        key=_key(citation), address=plain(citation.url), url=link(citation.url), title=plain(citation.title or "") or None,
        authors=tuple(name for name in map(plain, citation.authors) if name), publisher=plain(citation.publisher or "") or None,
        date=citation.date_published, language=_LANGUAGE.fullmatch(citation.language or "") and citation.language, original=original, capture=capture,
        withdrawn=citation.withdrawn, status=citation.status, gone=citation.lost is not None and citation.lost.state == "gone",
        names=_called(claim), flags=flags, notes=tuple(_notes(citation, original, capture, claim, flags)),
    )  # fmt: skip


def ymd(text: str | None) -> tuple[int, ...]:
    """(year, month, day), (year, month), (year,) or (), as far as a date is known and there is such a day."""
    found = _DATE.match(text or "")
    parts = tuple(int(part) for part in found.groups() if part) if found else ()
    try:
        date(*parts, *(1, 1, 1)[len(parts) :])
    except ValueError:
        return ()
    return parts


def iso(text: str | None) -> str:
    """The same as it is written: `2024-05-02`, `2024-05`, `2024`, or nothing."""
    return "-".join(f"{part:0{width}}" for part, width in zip(ymd(text), (4, 2, 2), strict=False))


def _key(citation: Citation) -> str:
    """The site's name and the document's ID: the same from any archive that holds these bytes."""
    brand = re.sub("[^a-z0-9]", "", urls.brand(urls.host(plain(citation.url))))[:40] or "page"
    known = citation.document_id or hashlib.sha256(urls.key(citation.url).encode()).hexdigest()[:16]
    return f"{brand}-{known}"


def _capture(captures: tuple[CitedCapture, ...]) -> CitedCapture | None:
    """The newest that may be shown and brought its bytes; of a withdrawn document the newest."""
    open_ = [one for one in captures if one.withdrawn is None]
    return next((one for one in (*(one for one in open_ if not one.unchanged), *open_, *captures)), None)


def _original(citation: Citation) -> Original | None:
    """Who had it first, where the chain leads there."""
    origin = citation.origin
    if origin is None or citation.status != "republication" or not (way := _way(citation, origin)):
        return None
    taken = [edge for edge in way if edge.relation in COPYING]
    held = _held(taken)
    decided = next((plain(edge.decided) for edge in taken if edge.decided), "") if held is EdgeStatus.CURATED else ""
    return Original(
        publisher=plain(origin.publisher or "") or None, date=origin.date, url=link(origin.url), archived=origin.captured,
        known=f"{_KNOWN[held]} ({decided})" if decided else _KNOWN[held], sure=held in _SURENESS[0],
        supplied=taken[-1].relation == EdgeRelation.SYNDICATED_BY, translated=any(e.relation == EdgeRelation.TRANSLATED_FROM for e in taken),
    )  # fmt: skip


def _held(taken: Iterable[CitedEdge]) -> EdgeStatus:
    """What the weakest of some steps rests on."""
    ranked = [status for group in _SURENESS for status in group]
    return max((EdgeStatus(edge.status) for edge in taken), key=ranked.index)


def _way(citation: Citation, origin: CitedOrigin) -> list[CitedEdge]:
    """The steps from the document to the origin, by the surest way; none where there is no way but by what is contradicted."""
    asked = Node(citation.publisher, citation.date_published, citation.url, captured=True)
    publications = graph(citation.edges, {citation.url: asked})
    goals = {place for place, node in enumerate(publications.nodes) if place and _is(node, origin)}
    for number in range(len(_SURENESS)):
        held = {status for group in _SURENESS[: number + 1] for status in group}
        if (way := _path(_steps(publications, held), goals)) is not None:
            return way
    return []


def _is(node: Node, origin: CitedOrigin) -> bool:
    if node.url is None or origin.url is None:
        name = plain(origin.publisher or "").casefold()
        return node.url is None and origin.url is None and plain(node.publisher or "").casefold() == name
    return urls.key(node.url) == urls.key(origin.url)


def _steps(publications: Graph, held: Iterable[str]) -> dict[int, list[tuple[int, CitedEdge]]]:
    """From each publication, what it was taken from by steps that are so held, and its other forms."""
    steps: dict[int, list[tuple[int, CitedEdge]]] = {}
    for one in publications.links:
        if one.edge.relation in COPYING and one.edge.status in held:
            steps.setdefault(one.source, []).append((one.target, one.edge))
        elif one.edge.relation == EdgeRelation.VARIANT_OF:
            steps.setdefault(one.source, []).append((one.target, one.edge))
            steps.setdefault(one.target, []).append((one.source, one.edge))
    return steps


def _path(steps: dict[int, list[tuple[int, CitedEdge]]], goals: set[int]) -> list[CitedEdge] | None:
    """The shortest way from the first publication to one of these by which the text was taken; None where there is none."""
    came: dict[int, tuple[int, CitedEdge]] = {}
    ahead = [0]
    for place in ahead:  # it grows as it is walked
        for there, edge in steps.get(place, ()):
            if there and there not in came:
                came[there] = place, edge
                ahead.append(there)
    place = next((goal for goal in ahead if goal in goals), 0)
    way: list[CitedEdge] = []
    while place:
        place, edge = came[place]
        way.insert(0, edge)
    return way if any(edge.relation in COPYING for edge in way) else None


def _called(claim: CitedClaim | None) -> str | None:
    """What a claim names."""
    if claim is None:
        return None
    return plain(claim.publisher or claim.url or "") or None


def _quotes(citation: Citation, claim: CitedClaim | None) -> Iterator[str]:
    """The page's words on where its text came from: of another's, and of its own where it says both."""
    if claim is None:
        return
    yield cut(claim.evidence[0].quote, _QUOTE)
    for other in citation.claims:
        if other.relation == Relation.SELF_CLAIM and not other.boilerplate:
            yield cut(other.evidence[0].quote, _QUOTE)


def _flag(code: str, capture: CitedCapture | None) -> str:
    """What is wrong with what was kept, in words."""
    if code == "http-error" and capture is not None:
        return f"the server answered with HTTP {capture.http_status}"
    return PROBLEMS[code].meaning if code in PROBLEMS else plain(code)


def _notes(
    citation: Citation,
    original: Original | None,
    capture: CitedCapture | None,
    claim: CitedClaim | None,
    flags: Sequence[str],
) -> Iterator[Note]:
    unsure = original is not None and not original.sure
    if citation.document_id is None:
        yield _unread(citation, ", ".join(flags))
    if plain(citation.verdict):
        yield Note(_stop(dated(plain(citation.verdict))), unsure or citation.status == "contradicted")
    if original is not None:
        yield Note(_stop(f"How that is known: {original.known}"), unsure)
        if original.url:
            held = "archived" if original.archived else "not archived"
            yield Note(f"The original is at {original.url} ({held}).", unsure)
    if citation.status == "contradicted":
        yield Note("What the page says of its origin is contradicted by what is archived.", doubt=True)
    elif citation.status == "undecided" and (name := _called(claim)):
        yield Note(f"The page names {name} as its source, which nothing archived decides.", doubt=True)
    for number, quote in enumerate(_quotes(citation, claim)):
        yield Note(f"{'It also' if number else 'The page'} says: “{quote}”{'' if quote.endswith(_ENDS) else '.'}")
    if flags and citation.captures:
        yield Note(f"Flagged: {', '.join(flags)}.", doubt=True)
    if citation.lost is not None:
        yield Note(f"Its address: {citation.lost}.", citation.lost.state != "gone")
    if capture is not None:
        yield from _archived(capture)
    if citation.withdrawn is not None:
        yield Note(_stop(f"It was {dated(plain(str(citation.withdrawn)))}"), doubt=True)
    if kinds := [
        kind for text in (citation.title or "", citation.publisher or "", *citation.authors) for kind in mixed(text)
    ]:
        told = ", ".join(dict.fromkeys(kinds))
        yield Note(f"Letters of the title or a name can be mistaken for others: {told}.", doubt=True)


def _unread(citation: Citation, wrong: str) -> Note:
    """What is known of an address that has no document."""
    message = plain(citation.message) or wrong
    if citation.captures:
        return Note(_stop(message or "What is archived there is no document"), doubt=True)
    why = plain(citation.outcome) + (f", {message}" if message else "")
    return Note(_stop(f"Nothing is archived of this address: {why}"), doubt=True)


def _archived(capture: CitedCapture) -> Iterator[Note]:
    """The capture that is cited."""
    record = f"WARC record urn:uuid:{plain(capture.capture_id)}, SHA-256 of the payload {plain(capture.sha256)}"
    whose = word(capture)
    if whose is None:
        yield Note(f"Archived on {plain(capture.captured_at)} as {record}.")
    else:
        yield Note(f"Captured on {plain(capture.captured_at)} {whose}.", doubt=True)
        yield Note(f"Archived as {record}.")
    if capture.source != "fetch":
        how = plain(f"{capture.source} {capture.source_note or ''}")
        yield Note(_stop(f"These bytes were not fetched by the archive itself: {how}"))
    if capture.logged is not None:
        yield Note(_stop(f"In the log: {plain(str(capture.logged))}"))


def _stop(text: str) -> str:
    return text if text.endswith(_ENDS) else f"{text}."
