"""A provenance record and a chain as a person reads them: the verdict first, then what holds it, quote by quote."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from archiver.cli._output import address, colour, name, paragraph, prose, quoted, row, say, show, title
from archiver.cli._versions import versions
from archiver.export.captures import again, folded
from archiver.export.graph import RELATIONS, UPSTREAM, Node, graph, held, relation

if TYPE_CHECKING:
    from archiver.model.citation import Chain, Citation, CitedCapture, CitedClaim, CitedEdge, CitedListing

_STATUS_COLOURS = {
    "corroborated": "green",
    "contradicted": "red",
    "asserted": "yellow",
    "inferred": "yellow",
    "curated": "green",
}


def record(citation: Citation) -> None:
    """One document: who, when, the verdict, the chain, what the page says, its captures, what was checked."""
    from archiver.export.mistakable import mistakable

    if citation.document_id is None:
        say(address(citation.url))
        where = "in the archive" if citation.captures else "nothing of it is in the archive"
        say(
            "; ".join(
                part
                for part in (show(f"{citation.outcome}: {', '.join(citation.problems)}").rstrip(": "), where)
                if part
            )
        )
        paragraph(prose(citation.message), "  ")
        _captures(citation)
        return
    say(colour(title(citation.title or "(no title)"), "bold"))
    line = row(
        ("by", ", ".join(citation.authors)), ("in", citation.publisher), ("dated", (citation.date_published or "")[:10])
    )  # fmt: skip
    if line:
        say(line)
    say(address(citation.url))
    _problems(citation)
    if citation.withdrawn:
        paragraph(prose(citation.withdrawn))
    if citation.lost:
        say(f"its address is {citation.lost}")
    if citation.verdict:
        paragraph(prose(citation.verdict))
    if citation.edges:
        say("\nchain")
        for line in chain_lines(citation.edges, here=citation):
            say("  " + line)
    _claims([c for c in citation.claims if c.relation in UPSTREAM], "the page says")
    _claims([c for c in citation.claims if c.relation not in UPSTREAM], "and names")
    if found := [*citation.findings, *mistakable(citation)]:
        say("\nfindings")
        for finding in found:
            paragraph(prose(f"{finding.code}: {finding.message}"), "  ")
    _listed(citation.listed)
    _forms(citation.variants)
    versions(citation.versions)
    say("\ncaptures")
    _captures(citation)
    checked = citation.verified
    say(
        "\nchecked  "
        + (
            show(f"{checked.at}, level {checked.level}: {checked.outcome}")
            if checked
            else "never since capture (archiver verify)"
        )
    )


def _problems(citation: Citation) -> None:
    """What is wrong with it, and for each problem that its words, headers or markup show, one of them."""
    if citation.problems:
        say(show(f"{citation.outcome}: {', '.join(citation.problems)}"))
    for signal in filter(None, map(citation.told_by, citation.problems)):
        say(f"  {show(signal.code)}, by {show(signal.name)}: {quoted(signal.quote)}")


def _forms(variants: Iterable[str]) -> None:
    for number, url in enumerate(variants):
        say(("" if number else "\nother forms\n") + "  " + address(url))


def chain(value: Chain) -> None:
    """One work: its title, its origin, and who took it from whom."""
    say(colour(title(value.title or "(no title)"), "bold"))
    if value.origin is None:
        say("nothing decides who had it first")
    elif not value.origin.captured:
        say("the origin is named, but is not in the archive")
    for line in chain_lines(value.edges):
        say("  " + line)
    for finding in value.findings:
        paragraph(prose(f"{finding.code}: {finding.message}"), "  ")


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
                yield f"{bars}decided by {prose(step.edge.decided)}"
            for quote in step.edge.quotes[:1]:
                yield bars + colour(quoted(quote), "dim")


def _node(node: Node) -> str:
    line = row(("published by", node.publisher), ("dated", show(node.date or "")[:10]), ("at", node.url), apart="  ")
    return line + ("" if node.captured else "  (not archived)")


def _held(edge: CitedEdge) -> str:
    status = colour(edge.status, _STATUS_COLOURS.get(edge.status, "dim"))
    return f"{relation(edge)} the above: {held(edge).replace(edge.status, status, 1)}"


def _claims(claims: list[CitedClaim], heading: str) -> None:
    if not claims:
        return
    say(f"\n{heading}")
    for claim in claims:
        said = name(claim.publisher or "(no name)")
        said += " (the name known for that host)" if claim.publisher_from == "host" else ""
        link = f"  {colour(show(claim.url), 'cyan')}" if claim.url else ""
        say(f"  {RELATIONS.get(claim.relation, claim.relation)}  {colour(said, 'bold')}{link}")
        for evidence in claim.evidence[:2]:
            say(
                f"    {quoted(evidence.quote)}  {colour(show(f'{evidence.role}, {evidence.rule}, weight {evidence.weight:.2f}'), 'dim')}"
            )
        if len(claim.evidence) > 2:
            say(f"    and {len(claim.evidence) - 2} more")
        if claim.boilerplate:
            say(f"    stands on most of the archived pages of this site, so it weighs {claim.weight:.2f}")


def _listed(lists: tuple[CitedListing, ...]) -> None:
    if lists:
        say("\nnamed by")
    for one in lists:
        taken = (name(one.source_title or ""), f"({show(one.source_url)})" if one.source_url else "")
        source = " ".join(part for part in taken if part)
        paragraph(
            f"{show(one.listing)} since {show(one.since[:10])}" + (f", as from {source}" if source else ""),
            "  ",
            "    ",
        )


def _captures(citation: Citation) -> None:
    for capture, later in folded(citation.captures):
        _capture(capture)
        if later:
            say(f"    {show(again(later))}")


def _capture(capture: CitedCapture) -> None:
    status = "unchanged (304)" if capture.unchanged else capture.http_status or ""
    what = "said of" if capture.unchanged else "same payload as"
    same = f", {what} {show(capture.revisit_of)}" if capture.revisit_of else ""
    tls = f", {show(capture.tls)}" if capture.tls else ""
    kind = "second-hand" if capture.source == "memento" else capture.source
    source = f", {show(kind)}: {show(capture.source_note)}" if capture.source_note else ""
    say(
        f"  {show(capture.captured_at)}  {status}  from {show(capture.peer or 'an unknown address')}{tls}{same}{source}"
    )
    if capture.withdrawn is not None:
        paragraph(prose(capture.withdrawn), "    ")
    say(f"    sha256 {show(capture.sha256)}")
    say(
        f"    archive/{show(capture.warc)} at {capture.offset}, {capture.length} bytes, record {show(capture.capture_id)}"
    )
    if capture.logged is not None:
        say(f"    log {show(str(capture.logged))}")
