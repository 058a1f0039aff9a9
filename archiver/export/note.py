"""A Citation or a Chain as a note in Markdown, to be pasted into a page, a ticket or a message.

    title, byline, address · verdict · chain with the words that hold each step · what the page says · findings ·
    captures with digest and place · what was checked, and what was not

CommonMark without extensions; it reads well where it is not rendered. Foreign text goes through model.text.plain and then
through `_text` or `_code`; it never begins a line, and is linked only where lineage.link allows it. What is said here is
what the archive holds: never that a page is authentic.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from archiver.export.captures import again, folded
from archiver.export.checks import checks
from archiver.export.graph import RELATIONS, UPSTREAM, Graph, Node, graph, held, relation
from archiver.export.lineage import link
from archiver.model.citation import Chain, Citation, CitedCapture, CitedClaim, CitedEdge, CitedFinding, CitedListing
from archiver.model.letters import marked
from archiver.model.text import cut, dated, leftward, plain

#: Characters of a quote, and of a title, that a note shows.
_QUOTE, _TITLE = 600, 300

#: What Markdown, its extensions and templates on the way to a page (Liquid, Jinja) take for more than text: emphasis, code,
#: links, HTML, headings, tables, strike-through, formulas, attributes, character references.
_MARKS = re.compile(r"[\\`*_\[\]<>#|~${}]|&(?=#?\w)")
#: The beginnings of addresses that are linked without being asked.
_LINKED = re.compile(r"(?<=[A-Za-z]):(?=//)|(?:(?<=mailto)|(?<=xmpp)):|(?<=www)\.", re.IGNORECASE)
#: What would be a list, or underline the line before, at the beginning of one.
_LEADING = re.compile(r"^([-+=]|[0-9]{1,9}(?=[.)]))")


def note(citation: Citation) -> str:
    """One document."""
    if citation.document_id is None:
        return _lines([f"## {_link(citation.url)}", "", *_attempt(citation)])
    asked = Node(citation.publisher, citation.date_published, citation.url, captured=True)
    sections = [
        ("Chain", _chain(graph(citation.edges, {citation.url: asked})) if citation.edges else ()),
        ("What the page says of its origin", _claims(c for c in citation.claims if c.relation in UPSTREAM)),
        ("Findings", _findings(citation.findings)),
        ("Named by", _listed(citation.listed)),
        ("Other forms", [f"- {_link(url)}" for url in citation.variants]),
        ("Captures" if len(citation.captures) > 1 else "Capture", _captures(citation.captures)),
        ("What was checked", _checked(citation)),
    ]
    return _lines([*_head(citation), *_sections(sections)])


def chain_note(chain: Chain) -> str:
    """One work: its origin, who took it from whom, and what is odd about it."""
    lines = [f"## {_name(cut(chain.title or '', _TITLE)) or '(no title)'}", ""]
    if chain.origin is None:
        lines.append("**Origin:** nothing decides who had it first.")
    else:
        where = "" if chain.origin.captured else " (named, not archived)"
        lines.append(f"**Origin:** {_named(chain.origin.publisher, chain.origin.date, chain.origin.url)}{where}")
    sections = [("Chain", _chain(graph(chain.edges))), ("Findings", _findings(chain.findings))]
    return _lines([*lines, *_sections(sections)])


def _head(citation: Citation) -> Iterator[str]:
    yield f"## {_name(cut(citation.title or '', _TITLE)) or '(no title)'}"
    yield ""
    authors = ", ".join(_name(name) for name in citation.authors if plain(name))
    who = _named(citation.publisher, citation.date_published, citation.url)
    apart = " · in " if leftward(authors) else " · "
    yield f"By {authors}{apart}{who}" if authors else who
    if citation.problems:
        yield ""
        yield f"**Flagged:** {', '.join(_flag(citation, code) for code in citation.problems)}"
    if citation.withdrawn:
        yield ""
        yield f"**Withdrawn:** {_sentence(str(citation.withdrawn))}"
    if citation.lost:
        yield ""
        yield f"**Its address:** {citation.lost}"
    if plain(citation.verdict):
        yield ""
        yield f"**Verdict:** {_sentence(citation.verdict)}"


def _flag(citation: Citation, code: str) -> str:
    """A problem, and the words, header line or address that it rests on."""
    signal = citation.told_by(code)
    return _text(code) + (f" ({_quote(signal.quote)}, rule {_code(signal.name)})" if signal else "")


def _attempt(citation: Citation) -> Iterator[str]:
    """What is known of an address of which no document is archived."""
    problems = ", ".join(_text(code) for code in citation.problems)
    yield f"**Not archived:** {_text(citation.outcome)}" + (f" ({problems})" if problems else "")
    if plain(citation.message):
        yield ""
        yield f"Reason: {_text(citation.message)}"
    yield from _sections([("Capture", _captures(citation.captures))])


def _chain(publications: Graph) -> Iterator[str]:
    """The chain as a nested list, origins first; the words that hold a step stand under it as a block quote."""
    for step in publications.steps():
        indent = "  " * len(step.last)
        line = f"{indent}- {_named(step.node.publisher, step.node.date, step.node.url)}"
        marks = ["not archived"] if not step.node.captured else []
        marks += ["**this page**"] if step.node.asked else []
        marks += ["as above"] if step.again else []
        line += f" ({', '.join(marks)})" if marks else ""
        yield line if step.edge is None else f"{line}: {relation(step.edge)} the above; {held(step.edge)}"
        if step.edge is not None:
            yield from _reasons(step.edge, indent + "  ")


def _reasons(edge: CitedEdge, indent: str) -> Iterator[str]:
    if decided := _sentence(edge.decided or ""):
        yield f"{indent}> Decided by {decided}"
    for quote in edge.quotes[:1]:
        yield f"{indent}> {_quote(quote)}"


def _claims(claims: Iterable[CitedClaim]) -> Iterator[str]:
    for claim in claims:
        known = " (the name known for that host)" if claim.publisher_from == "host" else ""
        name = _name(claim.publisher or "") or "(no name)"
        address = _link(claim.url or "")
        said = f"{RELATIONS.get(claim.relation, claim.relation)}: {name}{known}"
        yield f"- {said}, {address}" if address else f"- {said}"
        for evidence in claim.evidence[:2]:
            yield f"  > {_quote(evidence.quote)} ({_text(evidence.role)}, rule {_code(evidence.rule)}, weight {evidence.weight:.2f})"
        if claim.boilerplate:
            yield f"  > (on most of the archived pages of this site, so it weighs {claim.weight:.2f})"


def _findings(findings: Iterable[CitedFinding]) -> Iterator[str]:
    for finding in findings:
        yield f"- {_code(finding.code)}: {_sentence(finding.message)}"


def _listed(lists: Iterable[CitedListing]) -> Iterator[str]:
    for one in lists:
        taken = [_name(one.source_title or ""), _link(one.source_url) if one.source_url else ""]
        source = ", ".join(part for part in taken if part)
        yield f"- {_link(one.listing)} since {_text(one.since[:10])}" + (f", as from {source}" if source else "")


def _captures(captures: Iterable[CitedCapture]) -> Iterator[str]:
    for capture, later in folded(captures):
        status = f", HTTP {capture.http_status}" if capture.http_status else ""
        peer = f", from {_code(capture.peer)}" if capture.peer else ""
        tls = f", {_text(capture.tls)}" if capture.tls else ""
        yield f"- {_text(capture.captured_at)}{status}{peer}{tls}"
        yield f"  - SHA-256 of the payload: {_code(capture.sha256)}"
        where = f"at byte {capture.offset}, {capture.length} bytes"
        yield f"  - WARC record {_code(capture.capture_id)} in {_code('archive/' + capture.warc)} {where}"
        if capture.unchanged:
            yield f"  - no bytes came: the server said that those of record {_code(capture.revisit_of or '')} have not changed"
        elif capture.revisit_of:
            yield f"  - the same payload as record {_code(capture.revisit_of)}, which holds it"
        if source := _text(capture.source_note or ""):
            yield f"  - taken in from elsewhere: {source}"
        if later:
            yield f"  - {again(later)}"


def _checked(citation: Citation) -> Iterator[str]:
    """What was checked and what was not, a line each."""
    for one in checks(citation):
        how = f" {one.how}: {_code(one.command)}." if one.command else ""
        yield f"- {one.what}: {_text(one.said)}.{how}"


def _named(publisher: str | None, date: str | None, url: str | None) -> str:
    """Who, when, where, on one line that does not begin with anything of theirs unescaped."""
    who, day = _name(publisher or ""), _text((date or "")[:10])
    parts = [who, f"dated {day}" if day and leftward(who) else day, _link(url) if url else ""]
    return ", ".join(part for part in parts if part) or "(a publisher not named)"


def _sections(sections: Iterable[tuple[str, Iterable[str]]]) -> Iterator[str]:
    for heading, content in sections:
        lines = list(content)
        if lines:
            yield from ("", f"### {heading}", "", *lines)


def _lines(lines: Sequence[str]) -> str:
    return "\n".join(lines) + "\n"


def _text(text: str) -> str:
    """Foreign text as text and nothing more, wherever on a line it stands."""
    text = _MARKS.sub(r"\\\g<0>", plain(text))
    text = _LINKED.sub(r"\\\g<0>", text)
    text = re.sub(r"@(?=\w)", "@<!-- -->", text)  # neither an address to write to nor a person to be notified
    return _LEADING.sub(lambda found: f"\\{found[0]}" if not found[0].isdigit() else f"{found[0]}\\", text)


def _name(text: str) -> str:
    """A title or a name, with a mark where its letters can be mistaken."""
    return _text(marked(plain(text)))


def _sentence(text: str) -> str:
    """A sentence of ours with foreign names in it."""
    return _text(dated(plain(text)))


def _quote(text: str) -> str:
    return f"“{_text(cut(text, _QUOTE))}”"


def _code(text: str) -> str:
    """Foreign text as code: fenced by more backticks than it has in a row."""
    text = plain(text)
    fence = "`" * (max((len(run) for run in re.findall("`+", text)), default=0) + 1)
    room = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{room}{text}{room}{fence}" if text else ""


def _link(url: str) -> str:
    """An address as a link where it may be one, else as code."""
    target = link(url)
    return _code(url) if target is None else f"<{target}>"
