"""A Citation and a Chain to be exported: fixed ones, and ones that hold whatever text a test gives them."""

from archiver.export.graph import Graph, Node, graph
from archiver.model.citation import (
    Chain,
    Citation,
    CitedCapture,
    CitedClaim,
    CitedEdge,
    CitedEvidence,
    CitedFinding,
    CitedOrigin,
    Verified,
)

FIRST = "http://www.saltmarshecho.example/2024/05/02/the-weir/"
REPOST = "https://thelamp.example/weir?id=7&part=2"
PDF = "https://thelamp.example/weir?id=7&part=2&format=pdf"
EXCERPT = "http://clippings.example/w/17"
OTHER = "http://another.example/the-weir-again"
GONE = "http://gone.example/weir"


def edge(source, target, relation="republished_from", status="corroborated", *quotes, **more):
    """An edge between two of the pages, or to a publisher by name."""
    publisher, date = PAGES.get(target, (target, None))
    captured = target in PAGES and target != GONE
    return CitedEdge(
        source, *PAGES[source], target if target in PAGES else None, publisher, date if captured else None, captured, relation, status,
        more.pop("confidence", 0.99), more.pop("overlap", None), quotes, **more,
    )  # fmt: skip


PAGES = {
    FIRST: ("Saltmarsh Echo", "2024-05-02T07:00:00Z"),
    REPOST: ("The Lamp", "2024-05-03"),
    PDF: ("The Lamp", None),
    EXCERPT: ("Clippings & Co. [weekly]", "2024-05-09"),
    OTHER: (None, "2024-05-10"),
    GONE: ("Gone Herald", None),
}

EDGES = (
    edge(REPOST, FIRST, "republished_from", "corroborated", "This piece first ran in the *Saltmarsh Echo*.", overlap=0.98),
    edge(PDF, REPOST, "variant_of", "inferred", confidence=0.97, overlap=1.0),
    edge(EXCERPT, REPOST, "republished_from", "asserted", "From: The Lamp | <b>weir</b>", confidence=0.85),
    edge(EXCERPT, "North Wire", "syndicated_by", "contradicted", "(North Wire)", confidence=0.4),
    edge(OTHER, EXCERPT, "same_text", "inferred", confidence=0.61, overlap=0.61),
    edge(OTHER, GONE, "translated_from", "curated", decided="M. Frey, 2026-02-01: its translator told me", confidence=1.0),
    edge(REPOST, REPOST, "revision_of", "inferred", confidence=1.0),
)  # fmt: skip

CAPTURE = CitedCapture(
    "7d2c9a51-30a4-4c55-9e0b-6f1d1f6f9a10", "2026-01-31T10:15:00Z", "c8" * 32, "archiver-20260131101500-00001.warc.gz", 4102, 1873, 200,
    None, REPOST, REPOST, "captured", (), "192.0.2.7", "TLSv1.3 (leaf-only)", "fetch", None,
)  # fmt: skip


def claim(relation, publisher, url, quote, weight=0.93, **more):
    """A claim with one piece of evidence."""
    evidence = CitedEvidence(quote, "tail", "by-hand@1", weight, 0, len(quote), "", "")
    return CitedClaim(
        relation,
        publisher,
        more.get("publisher_from", "page"),
        url,
        weight,
        more.get("boilerplate", False),
        (evidence,),
    )


CITATION = Citation(
    document_id="bb7fad2aab4c99e0", url=REPOST, title="How the weir was won", publisher="The Lamp", authors=("Ida Moor", "T. Reil"),
    date_published="2024-05-03", language="en", outcome="captured", problems=(), captures=(CAPTURE,),
    claims=(
        claim("originally_published_by", "Saltmarsh Echo", "http://www.saltmarshecho.example/", "This piece first ran in the *Saltmarsh Echo*."),
        claim("self_claim", "The Lamp", None, "The original is at The Lamp", 0.15, boilerplate=True),
        claim("image_credit", "Saltmarsh Echo", None, "Photo: Saltmarsh Echo"),
    ),
    status="republication", verdict="Not the original. First published by Saltmarsh Echo, 2024-05-02 (archived, text found there).",
    origin=CitedOrigin(FIRST, "Saltmarsh Echo", "2024-05-02", captured=True), edges=EDGES,
    findings=(CitedFinding("conflicting-origin", "This page says that its text comes from Saltmarsh Echo, and also calls The Lamp the original source."),),
    variants=(PDF,), verified=Verified("bytes", "2026-02-01T08:00:00Z", "ok"),
)  # fmt: skip

CHAIN = Chain(origin=CITATION.origin, edges=EDGES, findings=CITATION.findings, title="How the weir was won")


def drawn(citation: Citation) -> Graph:
    """The graph of a citation, itself marked in it."""
    page = Node(citation.publisher, citation.date_published, citation.url, captured=True, title=citation.title)
    return graph(citation.edges, {citation.url: page})


def saying(title: str, publisher: str, quote: str, url: str) -> Citation:
    """A citation in which a page has put these wherever it can."""
    edges = (
        edge(REPOST, FIRST, "republished_from", "corroborated", quote),
        CitedEdge(EXCERPT, publisher, quote, REPOST, publisher, None, True, "republished_from", "asserted", 0.8, None, (quote,), quote),
        CitedEdge(OTHER, publisher, None, url, publisher, None, False, "syndicated_by", "asserted", 0.8, None, (quote, quote)),
    )  # fmt: skip
    evidence = CitedEvidence(quote, "tail", "by-hand@1", 0.9, None, None, quote, quote)
    return Citation(
        document_id="bb7fad2aab4c99e0", url=REPOST, title=title, publisher=publisher, authors=(publisher, title), date_published=None,
        language=None, outcome="flagged", problems=("truncated",), captures=(CAPTURE,),
        claims=(CitedClaim("originally_published_by", publisher, "host", url, 0.9, False, (evidence,)),), status="republication",
        verdict=quote, origin=None, edges=edges, findings=(CitedFinding("conflicting-origin", quote),), variants=(), verified=None,
    )  # fmt: skip
