"""Where a text came from, in W3C PROV: as PROV-JSON.

    document(citation) -> one document's        documents(citations) -> that of several, together

    entity      a page at its address, archived or not; a text as it was drawn from the payload; the payload; each WARC record
    activity    a capture, an extraction, a withdrawal
    agent       publishers, authors, who withdrew something, and the program
    derivation  text <- payload <- record; page <- page that its text was taken from, with the relation, status, quotes and rules

What the archive contradicts is derived from nothing: it stands in a bundle of what the page says, attributed to its publisher.
That a text is known only from what is said of it, is its `status`; a reader who takes no notice of that takes it for more.
Nothing is said that a Citation does not hold: not which version captured or extracted, nor for whom. JSON keeps what was said, so
text is not made plain here; only what becomes part of a name is. The same citations give the same text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import quote

from archiver._version import __version__
from archiver.export._entry import Entry, entry
from archiver.export.captures import word
from archiver.export.jsonlines import encoded
from archiver.export.lineage import link
from archiver.export.silence import WITHDRAWN, silent
from archiver.model import url as urls
from archiver.model.citation import Citation, CitedCapture, CitedEdge, Json
from archiver.model.text import plain

#: Ours is a name and no address: there is nothing to be fetched.
PREFIXES = {
    "archiver": "urn:x-archiver:",
    "dcterms": "http://purl.org/dc/terms/",
    "http": "http:",
    "https": "https:",
    "urn": "urn:",
}

#: What a relation is as a type of derivation. The others have no direction, or none between two addresses.
_DERIVED = {
    "republished_from": "archiver:Republication",
    "syndicated_by": "archiver:Syndication",
    "translated_from": "archiver:Translation",
}
#: Two addresses of one thing, and two pages with one text of which nobody knows which was first.
_ALTERNATES = ("variant_of", "same_text")

#: What an address may hold and a name in PROV (PROV-N, PN_LOCAL) may not.
_UNWRITABLE = re.compile(r"\||%(?![0-9A-Fa-f]{2})")

_PROGRAM = "archiver:program"

Record = dict[str, Json]


def document(citation: Citation) -> str:
    """One document, or an address of which nothing is archived."""
    return documents([citation])


def documents(citations: Iterable[Citation]) -> str:
    """Several, with what they have in common once."""
    drawn = _Drawn()
    for citation in citations:
        _add(drawn, silent(citation), entry(citation))
    prefixes: Record = dict(PREFIXES)
    bundles: Record = {"bundle": drawn.bundled()} if drawn.bundles else {}
    return encoded({"prefix": prefixes, **drawn.records(), **bundles}, indent=2).decode()


@dataclass(slots=True)
class _Drawn:
    """A document of PROV as it grows: by kind, what was said of each thing, and each relation once, numbered as they come."""

    things: dict[str, dict[str, Record]] = field(default_factory=dict)
    relations: dict[str, dict[str, Record]] = field(default_factory=dict)
    bundles: dict[str, _Drawn] = field(default_factory=dict)

    def thing(self, kind: str, name: str, kind_of: str, **said: Json) -> str:
        """An entity, activity or agent; what is not known (None, nothing) is not said. Its name."""
        known = self.things.setdefault(kind, {}).setdefault(name, {"prov:type": _name(kind_of)})
        known.update({_attribute(key): value for key, value in said.items() if value not in (None, "", [])})
        return name

    def relate(self, relation: str, said: Record) -> None:
        """A relation between things that are there."""
        self.relations.setdefault(relation, {}).setdefault(repr(said), said)

    def bundle(self, name: str) -> _Drawn:
        """What somebody says, apart from what is so."""
        self.thing("entity", name, "prov:Bundle")
        return self.bundles.setdefault(name, _Drawn())

    def records(self) -> Record:
        """All but the bundles, as PROV-JSON has them."""
        numbered = {
            relation: {f"_:{relation}{number}": said for number, said in enumerate(known.values(), 1)}
            for relation, known in self.relations.items()
        }
        return {
            **{kind: dict(known) for kind, known in self.things.items()},
            **{r: dict(k) for r, k in numbered.items()},
        }

    def bundled(self) -> Record:
        """The bundles."""
        return {name: one.records() for name, one in self.bundles.items()}


def _add(drawn: _Drawn, citation: Citation, said: Entry) -> None:
    """All of one citation."""
    page = _page(drawn, citation.url, citation.publisher, citation.date_published, archived=bool(citation.captures))
    for capture in reversed(citation.captures):
        _capture(drawn, page, capture)
    for edge in citation.edges:
        _edge(drawn, edge, _rules(citation, edge))
    if citation.document_id is None:
        drawn.thing(
            "entity",
            page,
            "archiver:Page",
            outcome=citation.outcome,
            problems=list(citation.problems),
            message=citation.message,
        )
        return
    text = drawn.thing(
        "entity", f"archiver:document/{citation.document_id}", "archiver:Text", label=WITHDRAWN if said.withdrawn else citation.title, dcterms_title=citation.title,
        dcterms_language=citation.language, dcterms_issued=citation.date_published, status=citation.status, verdict=citation.verdict,
        outcome=citation.outcome, problems=list(citation.problems), note=said.note,
    )  # fmt: skip
    drawn.relate("specializationOf", {"prov:specificEntity": text, "prov:generalEntity": page})
    _attribute_to(drawn, text, "publisher", citation.publisher)
    for author in citation.authors:
        _attribute_to(drawn, text, "author", author)
    if citation.captures:
        _extraction(drawn, text, citation)
    if said.original is not None and citation.origin is not None:
        first = _source(
            drawn,
            citation.origin.url,
            citation.origin.publisher,
            citation.origin.date,
            archived=citation.origin.captured,
        )
        drawn.relate("wasDerivedFrom", _derived(text, first, "prov:PrimarySource", known=said.original.known))


def _capture(drawn: _Drawn, page: str, capture: CitedCapture) -> None:
    """A capture: the activity, the record that it wrote, and the payload in it, or in the record that it refers to."""
    identifier = plain(capture.capture_id)
    record = drawn.thing(
        "entity", f"urn:uuid:{identifier}", "archiver:WarcRecord", warc=capture.warc, offset=capture.offset, length=capture.length,
        httpStatus=capture.http_status,
    )  # fmt: skip
    activity = drawn.thing(
        "activity", f"archiver:capture/{identifier}", "archiver:Capture", startTime=capture.captured_at, endTime=capture.captured_at,
        source=capture.source, sourceNote=capture.source_note, timeSaid=word(capture),
    )  # fmt: skip
    drawn.relate("used", {"prov:activity": activity, "prov:entity": page})
    drawn.relate("wasGeneratedBy", {"prov:entity": record, "prov:activity": activity, "prov:time": capture.captured_at})
    if capture.source == "fetch":  # what was taken in was captured by others
        drawn.relate("wasAssociatedWith", {"prov:activity": activity, "prov:agent": _program(drawn)})
    held = drawn.thing("entity", f"urn:uuid:{plain(capture.revisit_of or capture.capture_id)}", "archiver:WarcRecord")
    payload = drawn.thing("entity", _digest(capture), "archiver:Payload", sha256=capture.sha256)
    drawn.relate("wasDerivedFrom", _derived(payload, held, "archiver:Content"))
    if (gone := capture.withdrawn) is not None:
        withdrawal = drawn.thing(
            "activity", f"archiver:withdrawal/{identifier}", "archiver:Withdrawal", endTime=gone.at, because=gone.because, removed=gone.removed
        )  # fmt: skip
        drawn.relate("wasInvalidatedBy", {"prov:entity": record, "prov:activity": withdrawal, "prov:time": gone.at})
        if (by := _agent(drawn, "person", gone.by)) is not None:
            drawn.relate("wasAssociatedWith", {"prov:activity": withdrawal, "prov:agent": by})


def _extraction(drawn: _Drawn, text: str, citation: Citation) -> None:
    """How the text was drawn from the payload."""
    payload = _digest(citation.captures[0])
    activity = drawn.thing("activity", f"archiver:extraction/{citation.document_id}", "archiver:Extraction")
    drawn.relate("used", {"prov:activity": activity, "prov:entity": payload})
    drawn.relate("wasGeneratedBy", {"prov:entity": text, "prov:activity": activity})
    drawn.relate("wasAssociatedWith", {"prov:activity": activity, "prov:agent": _program(drawn)})
    drawn.relate("wasDerivedFrom", _derived(text, payload, "archiver:Extract"))


def _edge(drawn: _Drawn, edge: CitedEdge, rules: list[Json]) -> None:
    """A step of the chain; one that is contradicted is said by the page, and by nobody else."""
    if edge.to_url is not None and urls.key(edge.from_url) == urls.key(edge.to_url):
        return  # versions of one address
    here = _page(drawn, edge.from_url, edge.from_publisher, edge.from_date, archived=True)
    there = _source(drawn, edge.to_url, edge.to_publisher, edge.to_date, archived=edge.to_captured)
    if edge.relation in _ALTERNATES:
        drawn.relate("alternateOf", {"prov:alternate1": here, "prov:alternate2": there})
    if edge.relation not in _DERIVED:
        return
    step = _derived(
        here, there, _DERIVED[edge.relation], status=edge.status, confidence=edge.confidence, overlap=edge.overlap, quote=list(edge.quotes),
        rule=rules, decided=edge.decided,
    )  # fmt: skip
    if edge.status != "contradicted":
        drawn.relate("wasDerivedFrom", step)
        return
    name = f"archiver:said/{_part(edge.from_url)}"
    drawn.bundle(name).relate("wasDerivedFrom", step)
    _attribute_to(drawn, name, "publisher", edge.from_publisher)


def _rules(citation: Citation, edge: CitedEdge) -> list[Json]:
    """The rules by which this document's own words hold an edge."""
    if urls.key(edge.from_url) != urls.key(citation.url):
        return []
    by_quote = {one.quote: one.rule for claim in citation.claims for one in claim.evidence}
    return list(dict.fromkeys(by_quote[words] for words in edge.quotes if words in by_quote))


def _source(drawn: _Drawn, url: str | None, publisher: str | None, date: str | None, *, archived: bool) -> str:
    """What a text was taken from: a page, or one of a publisher's that nobody can name."""
    if url is not None:
        return _page(drawn, url, publisher, date, archived=archived)
    name = drawn.thing(
        "entity", f"archiver:unnamed/{_part(publisher or '')}", "archiver:Page", archived=False, label=publisher
    )
    _attribute_to(drawn, name, "publisher", publisher)
    return name


def _page(drawn: _Drawn, url: str, publisher: str | None, date: str | None, *, archived: bool) -> str:
    """A page, whatever its versions: by its address, where that is one that may be a link."""
    address = link(url)
    name = drawn.thing(
        "entity", _UNWRITABLE.sub(_percent, address) if address else f"archiver:address/{_part(url)}", "archiver:Page", address=url, archived=archived, dcterms_issued=date
    )  # fmt: skip
    _attribute_to(drawn, name, "publisher", publisher)
    return name


def _attribute_to(drawn: _Drawn, thing: str, role: str, name: str | None) -> None:
    if (agent := _agent(drawn, role, name)) is not None:
        drawn.relate("wasAttributedTo", {"prov:entity": thing, "prov:agent": agent})


def _agent(drawn: _Drawn, role: str, name: str | None) -> str | None:
    """Somebody by name: all that is known. Two who are called the same are not told apart."""
    if not plain(name or ""):
        return None
    return drawn.thing("agent", f"archiver:{role}/{_part(name or '')}", f"archiver:{role.capitalize()}", label=name)


def _program(drawn: _Drawn) -> str:
    """This program. The version is that which writes this, and need not be the one which captured."""
    return drawn.thing("agent", _PROGRAM, "prov:SoftwareAgent", label="archiver", versionHere=__version__)


def _derived(what: str, source: str, kind: str, **said: Json) -> Record:
    known = {_attribute(key): value for key, value in said.items() if value not in (None, "", [])}
    return {"prov:generatedEntity": what, "prov:usedEntity": source, "prov:type": _name(kind), **known}


def _digest(capture: CitedCapture) -> str:
    return f"urn:sha256:{plain(capture.sha256)}"


def _part(text: str) -> str:
    """Foreign text as part of a name of ours."""
    return quote(plain(text), safe="")


def _percent(found: re.Match[str]) -> str:
    return f"%{ord(found[0]):02X}"


def _name(name: str) -> Json:
    return {"$": name, "type": "prov:QUALIFIED_NAME"}


def _attribute(key: str) -> str:
    """`label`, `startTime`, `endTime` are PROV's, `dcterms_x` Dublin Core's, all others ours."""
    if key in ("label", "startTime", "endTime"):
        return f"prov:{key}"
    return key.replace("_", ":", 1) if key.startswith("dcterms_") else f"archiver:{key}"
