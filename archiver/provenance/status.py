"""What the edges and findings come to for one document: a word for machines, a sentence for people.

Computed, never stored by hand and never typed. It weighs nothing anew: resolution has done that (provenance.resolve). The
edges given are those of the document's whole work, so that a PDF shares the status of its page.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum

from archiver.model import url as urls
from archiver.model.claim import Claim, Relation
from archiver.model.lineage import COPYING, Edge, EdgeRelation, EdgeStatus, Finding, Origin
from archiver.model.text import counted

CONFLICT, AGAINST, TEMPLATED = "conflicting-origin", "contradicted-origin", "boilerplate-claim"

_IDENTITY = frozenset({EdgeRelation.VARIANT_OF, EdgeRelation.REVISION_OF})


class Status(StrEnum):
    """What a document is, as far as the archive can tell."""

    ORIGINAL = "original"  # others were taken from it, or it says so itself and nothing speaks against that
    REPUBLICATION = "republication"  # its text was taken from elsewhere
    CONTRADICTED = "contradicted"  # it names a source, and what is archived of that speaks against it
    UNDECIDED = "undecided"  # nothing decides


def status(document_id: str, claims: Iterable[Claim], edges: Sequence[Edge]) -> Status:
    """The status of one document, from its claims and the edges of its work; the first rule that fits.

    A page that contradicts itself is a republication all the same where one of its sentences holds: that it calls itself
    the source too is a finding (`conflicting-origin`), not what it is.
    """
    forms = _forms(document_id, edges)
    upstream, against = _upstream(forms, edges)
    if upstream:
        return Status.REPUBLICATION
    if _downstream(forms, edges):
        return Status.ORIGINAL
    if against:
        return Status.CONTRADICTED
    if _calls_itself(claim for claim in claims if not claim.boilerplate) and not _twins(forms, edges):
        return Status.ORIGINAL
    return Status.UNDECIDED


def verdict(
    document_id: str, claims: Sequence[Claim], edges: Sequence[Edge], findings: Sequence[Finding], origin: Origin | None
) -> str:
    """The same for people: one to four plain English sentences. `origin` is where the document's path ends (resolve_works)."""
    forms = _forms(document_id, edges)
    upstream, against = _upstream(forms, edges)
    said = [f"Another form of {url}." for url in _main_page(document_id, edges)]
    if upstream:
        said += _away(max(upstream, key=lambda e: (e.confidence, e.relation)), edges, origin)
    elif taken := _downstream(forms, edges):
        said.append(f"The earliest publication known here; taken up by {counted(len(taken), 'other archived page')}.")
    elif twins := _twins(forms, edges):
        said.append(
            f"The same text stands in {counted(len(twins), 'other archived page')}; nothing decides which was first."
        )
    elif _calls_itself(claim for claim in claims if not claim.boilerplate) and not against:
        said.append("Calls itself the original, and nothing archived speaks against it.")
    elif _calls_itself(claims) and not against:
        said.append("Calls itself the original, in words that stand on most pages of its site; nothing else decides.")
    elif not against:
        said.append("Nothing here says where this text was first published.")
    conflict = [f for f in findings if f.code == CONFLICT and f.document_id in forms]
    if conflict and _calls_itself(claims):
        said.append("The page also calls itself the original source, which weighs less than its naming another.")
    elif conflict:
        said.append(conflict[0].message)
    said += [f.message for f in findings if f.code in (AGAINST, TEMPLATED) and f.document_id in forms]
    return " ".join(said)


def _away(edge: Edge, edges: Sequence[Edge], origin: Origin | None) -> list[str]:
    """Sentences for a text that was taken from elsewhere, along one edge of its publication."""
    said = [_KINDS[edge.relation] if edge.status is not EdgeStatus.INFERRED else "Probably not the original."]
    near = _called(edge.to_publisher, edge.to_url)
    if origin is None:
        return [*said, f"Taken from {near}; where it was first published is not decided."]
    first = _called(origin.publisher, origin.url)
    verb = "Supplied" if edge.relation is EdgeRelation.SYNDICATED_BY and near == first else "First published"
    date = f", {origin.date[:10]}" if origin.date else ""
    said.append(f"{verb} by {first}{date} ({_known_how(edges, origin)}).")
    if near != first:
        said.append(f"It came here by way of {near}.")
    return said


_KINDS = {
    EdgeRelation.REPUBLISHED_FROM: "Not the original.",
    EdgeRelation.SYNDICATED_BY: "An agency's text.",
    EdgeRelation.TRANSLATED_FROM: "A translation.",
}


def _known_how(edges: Iterable[Edge], origin: Origin) -> str:
    """How well the end of a path is known."""
    if not origin.captured:
        return "not archived: known only from what is said of it"
    held = {e.status for e in edges if e.to_document == origin.document_id and e.relation in COPYING}
    archived = "archived by a third party" if origin.second_hand else "archived"
    if EdgeStatus.CURATED in held:
        return f"{archived}; a person decided"
    if EdgeStatus.CORROBORATED in held:
        return f"{archived}, text found there"
    if EdgeStatus.ASSERTED in held:
        return f"{archived}; the text could not be compared"
    return f"{archived}: the same text, dated earlier"


def _called(publisher: str | None, url: str | None) -> str:
    return publisher or (urls.host(url) if url else "") or "a publisher not named"


def _forms(document_id: str, edges: Iterable[Edge]) -> set[str]:
    """The document and the other forms and captures of its publication."""
    beside: dict[str, list[str]] = {}
    for edge in edges:
        if edge.relation in _IDENTITY and edge.to_document is not None:
            beside.setdefault(edge.from_document, []).append(edge.to_document)
            beside.setdefault(edge.to_document, []).append(edge.from_document)
    forms, next_to = {document_id}, [document_id]
    while next_to:
        more = [name for name in beside.get(next_to.pop(), ()) if name not in forms]
        forms.update(more)
        next_to += more
    return forms


def _main_page(document_id: str, edges: Iterable[Edge]) -> list[str]:
    """The address of the page that a document is another form of, if it is one."""
    found = (e.to_url for e in edges if e.from_document == document_id and e.relation is EdgeRelation.VARIANT_OF)
    return [url for url in found if url]


def _upstream(forms: set[str], edges: Iterable[Edge]) -> tuple[list[Edge], list[Edge]]:
    """The edges that lead away from a publication: those that count, and those that are contradicted."""
    away = [e for e in edges if e.from_document in forms and e.relation in COPYING]
    against = [e for e in away if e.status is EdgeStatus.CONTRADICTED]
    return [e for e in away if e not in against], against


def _downstream(forms: set[str], edges: Iterable[Edge]) -> set[str]:
    """The documents that were taken from a publication."""
    taken = (e for e in edges if e.to_document in forms and e.relation in COPYING)
    return {e.from_document for e in taken if e.status is not EdgeStatus.CONTRADICTED}


def _twins(forms: set[str], edges: Iterable[Edge]) -> set[str]:
    """The documents that hold the same text, without a direction."""
    same = [{e.from_document, e.to_document or ""} for e in edges if e.relation is EdgeRelation.SAME_TEXT]
    return {name for pair in same if pair & forms for name in pair - forms}


def _calls_itself(claims: Iterable[Claim]) -> bool:
    return any(claim.relation is Relation.SELF_CLAIM for claim in claims)
