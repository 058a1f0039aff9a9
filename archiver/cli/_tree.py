"""A provenance record and a chain as a person reads them: the verdict first, then what holds it, quote by quote."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from typing import TYPE_CHECKING

from archiver.cli._output import colour, say, show

if TYPE_CHECKING:
    from archiver.model.citation import Chain, Citation, CitedCapture, CitedClaim, CitedEdge

WIDTH = 100

#: How a relation reads between "X is ..." and a publisher.
RELATIONS = {
    "originally_published_by": "originally published by",
    "republished_from": "republished from",
    "syndicated_by": "syndicated by",
    "translated_from": "translated from",
    "cites": "cites",
    "image_credit": "image from",
    "self_claim": "calls itself the source",
    "copyright": "copyright",
    "variant_of": "another form of",
    "revision_of": "later version of",
    "same_text": "same text as",
}

_STATUS_COLOURS = {
    "corroborated": "green",
    "contradicted": "red",
    "asserted": "yellow",
    "inferred": "yellow",
    "curated": "green",
}
_UPSTREAM = ("originally_published_by", "republished_from", "syndicated_by", "translated_from", "self_claim")


def record(citation: Citation) -> None:
    """One document: who, when, the verdict, the chain, what the page says, its captures, what was checked."""
    if citation.document_id is None:
        say(colour(show(citation.url), "cyan"))
        where = "in the archive" if citation.captures else "nothing of it is in the archive"
        say(
            "; ".join(
                part for part in (f"{citation.outcome}: {', '.join(citation.problems)}".rstrip(": "), where) if part
            )
        )
        _paragraph(citation.message, "  ")
        for capture in citation.captures:
            _capture(capture)
        return
    say(colour(show(citation.title or "(no title)"), "bold"))
    said = (", ".join(citation.authors), citation.publisher, (citation.date_published or "")[:10])
    line = " · ".join(show(part) for part in said if part)
    if line:
        say(line)
    say(colour(show(citation.url), "cyan"))
    if citation.problems:
        say(f"{citation.outcome}: {', '.join(citation.problems)}")
    if citation.verdict:
        _paragraph(citation.verdict, "")
    if citation.edges:
        say("\nchain")
        for line in chain_lines(citation.edges, here=citation.url):
            say("  " + line)
    _claims([c for c in citation.claims if c.relation in _UPSTREAM], "the page says")
    _claims([c for c in citation.claims if c.relation not in _UPSTREAM], "and names")
    if citation.findings:
        say("\nfindings")
        for finding in citation.findings:
            _paragraph(f"{finding.code}: {finding.message}", "  ")
    if citation.variants:
        say("\nother forms")
        for url in citation.variants:
            say("  " + show(url))
    say("\ncaptures")
    for capture in citation.captures:
        _capture(capture)
    checked = citation.verified
    say(
        "\nchecked  "
        + (
            f"{checked.at}, level {checked.level}: {checked.outcome}"
            if checked
            else "never since capture (archiver verify)"
        )
    )


def chain(value: Chain) -> None:
    """One work: its title, its origin, and who took it from whom."""
    say(colour(show(value.title or "(no title)"), "bold"))
    if value.origin is None:
        say("nothing decides who had it first")
    elif not value.origin.captured:
        say("the origin is named, but is not in the archive")
    for line in chain_lines(value.edges):
        say("  " + line)
    for finding in value.findings:
        _paragraph(f"{finding.code}: {finding.message}", "  ")


def chain_lines(edges: tuple[CitedEdge, ...], here: str | None = None) -> Iterable[str]:
    """The edges as a tree, origins at the left; a document that was printed is not printed twice."""
    nodes = {edge.from_url: _node(edge.from_publisher, edge.from_date, edge.from_url, captured=True) for edge in edges}
    children: dict[str, list[CitedEdge]] = {}
    for edge in edges:
        target = edge.to_url or f"({edge.to_publisher})"
        nodes.setdefault(target, _node(edge.to_publisher, edge.to_date, edge.to_url, captured=edge.to_captured))
        children.setdefault(target, []).append(edge)
    taken = {edge.from_url for edge in edges}
    printed: set[str] = set()

    def walk(node: str, indent: str) -> Iterable[str]:
        printed.add(node)
        below = [edge for edge in children.get(node, []) if edge.from_url not in printed]
        for position, edge in enumerate(below):
            last = position == len(below) - 1
            bar = "   " if last else "│  "
            mark = "  ← this page" if edge.from_url == here else ""
            yield f"{indent}{'└─ ' if last else '├─ '}{nodes[edge.from_url]}{mark}"
            yield f"{indent}{bar}{_held(edge)}"
            for quote in edge.quotes[:1]:
                yield f"{indent}{bar}{colour(_shortened(quote), 'dim')}"
            yield from walk(edge.from_url, indent + bar)

    roots = [node for node in nodes if node not in taken]
    for root in [*roots, *nodes]:
        if root not in printed:
            yield nodes[root] + ("  ← this page" if root == here else "")
            yield from walk(root, "")


def _node(publisher: str | None, date: str | None, url: str | None, *, captured: bool) -> str:
    parts = [show(publisher) if publisher else "", show(date or "")[:10], show(url) if url else ""]
    return "  ".join(part for part in parts if part) + ("" if captured else "  (not archived)")


def _held(edge: CitedEdge) -> str:
    overlap = f", {edge.overlap:.0%} of the text shared" if edge.overlap is not None else ""
    status = colour(edge.status, _STATUS_COLOURS.get(edge.status, "dim"))
    return (
        f"{RELATIONS.get(edge.relation, edge.relation)} the above: {status}, confidence {edge.confidence:.2f}{overlap}"
    )


def _claims(claims: list[CitedClaim], heading: str) -> None:
    if not claims:
        return
    say(f"\n{heading}")
    for claim in claims:
        name = show(claim.publisher or "(no name)") + (
            " (the name known for that host)" if claim.publisher_from == "host" else ""
        )
        link = f"  {colour(show(claim.url), 'cyan')}" if claim.url else ""
        say(f"  {RELATIONS.get(claim.relation, claim.relation)}  {colour(name, 'bold')}{link}")
        for evidence in claim.evidence[:2]:
            say(
                f"    {_shortened(evidence.quote)}  {colour(f'{evidence.role}, {evidence.rule}, weight {evidence.weight:.2f}', 'dim')}"
            )
        if len(claim.evidence) > 2:
            say(f"    and {len(claim.evidence) - 2} more")
        if claim.boilerplate:
            say(f"    stands on most of the archived pages of this site, so it weighs {claim.weight:.2f}")


def _capture(capture: CitedCapture) -> None:
    same = f", same payload as {capture.revisit_of}" if capture.revisit_of else ""
    tls = f", {capture.tls}" if capture.tls else ""
    source = f", {capture.source}: {show(capture.source_note)}" if capture.source_note else ""
    say(
        f"  {capture.captured_at}  {capture.http_status or ''}  from {capture.peer or 'an unknown address'}{tls}{same}{source}"
    )
    say(f"    sha256 {capture.sha256}")
    say(f"    archive/{show(capture.warc)} at {capture.offset}, {capture.length} bytes, record {capture.capture_id}")


def _shortened(quote: str) -> str:
    return "“" + textwrap.shorten(show(quote), 160, placeholder=" …") + "”"


def _paragraph(text: str, indent: str) -> None:
    for line in textwrap.wrap(show(text), WIDTH, initial_indent=indent, subsequent_indent=indent):
        say(line)
