"""A provenance record and a chain as a person reads them: the verdict first, then what holds it, quote by quote."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from typing import TYPE_CHECKING

from archiver.cli._output import colour, say, show
from archiver.cli._versions import versions
from archiver.export.graph import RELATIONS, UPSTREAM, Node, graph, held, relation

if TYPE_CHECKING:
    from archiver.model.citation import Chain, Citation, CitedCapture, CitedClaim, CitedEdge

WIDTH = 100

_STATUS_COLOURS = {
    "corroborated": "green",
    "contradicted": "red",
    "asserted": "yellow",
    "inferred": "yellow",
    "curated": "green",
}


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
        for line in chain_lines(citation.edges, here=citation):
            say("  " + line)
    _claims([c for c in citation.claims if c.relation in UPSTREAM], "the page says")
    _claims([c for c in citation.claims if c.relation not in UPSTREAM], "and names")
    if citation.findings:
        say("\nfindings")
        for finding in citation.findings:
            _paragraph(f"{finding.code}: {finding.message}", "  ")
    if citation.variants:
        say("\nother forms")
        for url in citation.variants:
            say("  " + show(url))
    versions(citation.versions)
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


def chain_lines(edges: tuple[CitedEdge, ...], here: Citation | None = None) -> Iterable[str]:
    """The edges as a tree, origins at the left; a document that was printed is named again where another edge leads to it,
    without what hangs below it.
    """
    asked = {here.url: Node(here.publisher, here.date_published, here.url, captured=True)} if here else {}
    for step in graph(edges, asked).steps():
        bars = "".join("   " if last else "│  " for last in step.last)
        branch = "└─ " if step.last[-1:] == (True,) else "├─ "
        mark = "  ← this page" if step.node.asked else "  (as above)" if step.again else ""
        yield f"{bars[:-3] + branch if step.last else ''}{_node(step.node)}{mark}"
        if step.edge is not None:
            yield bars + _held(step.edge)
            if step.edge.decided:
                yield f"{bars}decided by {show(step.edge.decided)}"
            for quote in step.edge.quotes[:1]:
                yield bars + colour(shortened(quote), "dim")


def _node(node: Node) -> str:
    parts = [show(node.publisher or ""), show(node.date or "")[:10], show(node.url or "")]
    return "  ".join(part for part in parts if part) + ("" if node.captured else "  (not archived)")


def _held(edge: CitedEdge) -> str:
    status = colour(edge.status, _STATUS_COLOURS.get(edge.status, "dim"))
    return f"{relation(edge)} the above: {held(edge).replace(edge.status, status, 1)}"


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
                f"    {shortened(evidence.quote)}  {colour(f'{evidence.role}, {evidence.rule}, weight {evidence.weight:.2f}', 'dim')}"
            )
        if len(claim.evidence) > 2:
            say(f"    and {len(claim.evidence) - 2} more")
        if claim.boilerplate:
            say(f"    stands on most of the archived pages of this site, so it weighs {claim.weight:.2f}")


def _capture(capture: CitedCapture) -> None:
    same = f", same payload as {capture.revisit_of}" if capture.revisit_of else ""
    tls = f", {capture.tls}" if capture.tls else ""
    kind = "second-hand" if capture.source == "memento" else capture.source
    source = f", {kind}: {show(capture.source_note)}" if capture.source_note else ""
    say(
        f"  {capture.captured_at}  {capture.http_status or ''}  from {capture.peer or 'an unknown address'}{tls}{same}{source}"
    )
    say(f"    sha256 {capture.sha256}")
    say(f"    archive/{show(capture.warc)} at {capture.offset}, {capture.length} bytes, record {capture.capture_id}")


def shortened(quote: str) -> str:
    """A quote on one line, in quotation marks."""
    return "“" + textwrap.shorten(show(quote), 160, placeholder=" …") + "”"


def _paragraph(text: str, indent: str) -> None:
    for line in textwrap.wrap(show(text), WIDTH, initial_indent=indent, subsequent_indent=indent):
        say(line)
