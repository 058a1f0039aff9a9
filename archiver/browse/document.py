"""The provenance page of a document, and its other formats: `/-/archiver/document/ID`, `.json`, `.bib` ...

    the manifest -> Citation, its versions, what is archived of those it names -> record -> pages/document.html

Reads the manifest alone, never the WARC files. What a citation says in other people's formats is export's.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from archiver.browse import render
from archiver.browse.changes import ASKED, INLINE, beside, compared, timeline
from archiver.browse.record import Neighbours, quiet, record, told_of
from archiver.browse.web import Answer, Ask, Holding, Links
from archiver.errors import NotFound
from archiver.export import cite, picture
from archiver.export.checks import checks
from archiver.export.graph import RELATIONS, UNNAMED, Node
from archiver.export.jsonlines import encoded
from archiver.export.note import note
from archiver.export.silence import unnamed
from archiver.ledger.problems import LEVEL_MEANINGS
from archiver.manifest import lookup
from archiver.manifest.neighbours import documents_at, is_known, unquotable
from archiver.manifest.versions import history, several
from archiver.model.citation import Citation, CitedEdge
from archiver.model.history import CitedText
from archiver.model.url import key
from archiver.provenance import versions

#: What the address of a document ends with in its other formats.
ENDINGS = (*cite.FORMATS, ".md")

#: The formats that stand on the page itself, to be copied.
_TO_COPY = (".bib", ".ris", ".csl.json", ".wiki")

#: What is read from a request's numbers of versions: no more digits than a number of versions has.
_DIGITS = 9

#: Of how many pages that this one's words are set against the words are read.
_SOURCES = 3

#: Asked for again, it is made again: an archive grows.
_FRESH = {"Cache-Control": "no-cache"}


@dataclass(frozen=True, slots=True)
class Offered:
    """A format that the page can be had in: its address, media type and name; and its text, where it is one to copy."""

    href: str
    media_type: str
    name: str
    text: str = ""


def answer(holding: Holding, ask: Ask, links: Links) -> Answer:
    """The page, or the format that its address ends with. Raises NotFound for an ID or an ending that is none."""
    document_id = ask.parts["document"]
    connection = holding.connection
    if not is_known(connection, document_id):
        raise NotFound(
            f"there is no document {document_id} in this archive",
            advice="The front door finds what is there: by address, by words, by the SHA-256 of a page.",
        )
    found = _citation(connection, document_id)
    if ending := ask.parts.get("ending", ""):
        return _format(connection, found, ending)
    return Answer(_page(connection, found, ask, links), headers=_FRESH)


def formats(connection: sqlite3.Connection, document_id: str) -> Iterator[tuple[str, bytes]]:
    """Every other format of a document, and its ending; of its chain the steps that its page tells."""
    near = told_of(_citation(connection, document_id))
    for ending in ENDINGS:
        yield ending, _format(connection, near, ending).body


def _citation(connection: sqlite3.Connection, document_id: str) -> Citation:
    """All that is known of a document, and nothing that is withdrawn."""
    found = next(lookup.citations(connection, [document_id]))
    named = [found.url, *(edge.from_url for edge in found.edges)]
    return quiet(found, unquotable(connection, named))


def _format(connection: sqlite3.Connection, citation: Citation, ending: str) -> Answer:
    if ending == ".json":
        media_type, body = "application/json", encoded(_dated(connection, citation).as_json())
    elif ending == ".md":
        media_type, body = "text/markdown; charset=utf-8", note(citation).encode("utf-8", "replace")
    elif ending in cite.FORMATS:
        written = cite.FORMATS[ending]
        media_type, body = written.media_type, written.write([citation]).encode("utf-8", "replace")
    else:
        raise NotFound(f"a document has no format {ending!r}", advice=f"It has {', '.join(ENDINGS)}.")
    name = f"archiver-{citation.document_id}{ending}"
    return Answer(body, media_type, headers={**_FRESH, "Content-Disposition": f'inline; filename="{name}"'})


def _dated(connection: sqlite3.Connection, citation: Citation) -> Citation:
    """With the versions of its address, as a look-up has them."""
    texts = _texts(connection, citation)
    told = versions.timeline(texts) if texts else ()
    return replace(citation, versions=told if len(_showable(connection, texts)) == len(texts) else unnamed(told))


def _texts(connection: sqlite3.Connection, citation: Citation) -> list[CitedText]:
    """The versions of its address; none where there is one."""
    document_id = str(citation.document_id)
    return history(connection, document_id) if several(connection, document_id) else []


def _page(connection: sqlite3.Connection, citation: Citation, ask: Ask, links: Links) -> bytes:
    document_id = str(citation.document_id)
    near = told_of(citation)
    neighbours = _neighbours(connection, citation, near.edges)
    told = record(citation, near, neighbours, links)
    texts = _texts(connection, citation)
    shown = _showable(connection, texts)
    pair = _asked(ask)
    comparison = compared(shown, *pair, ASKED) if pair else None

    def address(node: Node) -> str | None:
        there = document_id if node.url and key(node.url) == key(citation.url) else neighbours.at(node.url)
        return links.document(there) if there and node.captured else None

    return render.page(
        "document.html",
        links,
        record=told,
        citation=citation,
        picture=picture.svg(told.graph, address) if told.steps else "",
        timeline=timeline(texts, document_id, links, named=len(shown) == len(texts)) if texts else None,
        comparison=comparison or (compared(shown, *beside(shown, document_id), INLINE) if shown else None),
        asked=comparison is not None,
        unmatched=pair is not None and comparison is None,
        RELATIONS=RELATIONS,
        UNNAMED=UNNAMED,
        checks=tuple(checks(citation, LEVEL_MEANINGS)),
        sentence=cite.sentence(told.near),
        formats=tuple(_offered(told.near, links)),
        others=_others(texts, document_id),
    )


def _others(texts: Sequence[CitedText], document_id: str) -> bool:
    """Whether the newest version of the address is another document."""
    return bool(texts) and texts[-1].document_id != document_id


def _showable(connection: sqlite3.Connection, texts: Sequence[CitedText]) -> list[CitedText]:
    """The versions whose texts may be shown."""
    hidden = unquotable(connection, [text.url for text in texts])
    return [text for text in texts if key(text.url) not in hidden]


def _neighbours(connection: sqlite3.Connection, citation: Citation, edges: Iterable[CitedEdge]) -> Neighbours:
    """What is archived of the addresses that the page will name; `edges` are those that it tells."""
    named = {url for edge in edges for url in (edge.from_url, edge.to_url) if url}
    named.update(claim.url for claim in citation.claims[:100] if claim.url)
    named.update(citation.variants)
    if citation.origin is not None and citation.origin.url:
        named.add(citation.origin.url)
    documents = documents_at(connection, named)
    return Neighbours(documents, {key(one.url): one for one in _sources(connection, citation, documents)})


def _sources(connection: sqlite3.Connection, citation: Citation, documents: dict[str, str]) -> Iterable[Citation]:
    """The pages that this one names and that speak against it."""
    against = [
        edge.to_url
        for edge in citation.edges
        if edge.status == "contradicted" and edge.to_url and key(edge.from_url) == key(citation.url)
    ]
    found = dict.fromkeys(documents[key(url)] for url in against if key(url) in documents)
    return (quiet(one, ()) for one in lookup.citations(connection, list(found)[:_SOURCES]))


def _asked(ask: Ask) -> tuple[int, int] | None:
    """The numbers of the two versions that were asked for, None where none were; 0 for what is no number."""
    first, last = (ask.argument(name) for name in ("from", "to"))
    if not first and not last:
        return None
    numbers = [int(one) if one.isascii() and one.isdigit() and len(one) <= _DIGITS else 0 for one in (first, last)]
    return numbers[0], numbers[1]


def _offered(citation: Citation, links: Links) -> Iterator[Offered]:
    document_id = str(citation.document_id)
    for ending, one in cite.FORMATS.items():
        text = one.write([citation]) if ending in _TO_COPY else ""
        yield Offered(links.document(document_id, ending) or "", one.media_type, one.name, text)
    yield Offered(links.document(document_id, ".md") or "", "text/markdown", "Markdown, a note to paste")
