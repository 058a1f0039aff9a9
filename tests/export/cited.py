"""Citations of every kind that a bibliography meets, with invented outlets; the golden files hold what is made of them."""

from dataclasses import replace

from archiver.model.citation import Citation, CitedOrigin, CitedState, CitedWithdrawal, Logged, Seen
from tests.export.answers import CAPTURE, CITATION, FIRST, GONE, PDF, REPOST, claim, edge

SAYS = "This piece first ran in the *Saltmarsh Echo*."
ALSO_SAYS = "The original source of this article is The Lamp"

ORIGINAL = replace(
    CITATION, document_id="0a1b2c3d4e5f6071", url=FIRST, publisher="Saltmarsh Echo", authors=("Ida Moor",), date_published="2024-05-02T07:00:00Z",
    captures=(replace(CAPTURE, capture_id="11111111-2222-4333-8444-555555555555", url=FIRST, asked_url=FIRST),), claims=(), status="original",
    verdict="The earliest publication known here; taken up by 1 other archived page.", findings=(), variants=(),
)  # fmt: skip

#: The page says both: that it was first published elsewhere, and that it is the source. What is archived of the other decides.
CORROBORATED = replace(
    CITATION,
    captures=(replace(CAPTURE, logged=Logged(7, 12, 12, (Seen("timestamp", "tsa.example", "2026-02-01T00:00:00Z"),))),),
    claims=(
        claim("originally_published_by", "Saltmarsh Echo", "http://www.saltmarshecho.example/", SAYS),
        claim("self_claim", "The Lamp", None, ALSO_SAYS, 0.15),
    ),
    verdict=CITATION.verdict + " The page also calls itself the original source, which weighs less than its naming another.",
)  # fmt: skip

ASSERTED = replace(
    CITATION, document_id="1111aaaa2222bbbb", title="A weir, once more", authors=(), date_published="2024-05", edges=(
        edge(REPOST, GONE, "republished_from", "asserted", "Courtesy of Gone Herald", confidence=0.85),
    ),
    claims=(claim("republished_from", "Gone Herald", GONE, "Courtesy of Gone Herald"),), origin=CitedOrigin(GONE, "Gone Herald", None, captured=False),
    verdict="Not the original. First published by Gone Herald (not archived: known only from what is said of it).", findings=(), variants=(),
    state=CitedState("gone", "2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z"),
)  # fmt: skip

#: The same two sentences, and the archive speaks against the first: nobody is named as the origin.
CONTRADICTED = replace(
    CORROBORATED, document_id="2222aaaa3333bbbb", date_published="2024-05-01", captures=(CAPTURE,), status="contradicted", origin=None,
    edges=(edge(REPOST, FIRST, "republished_from", "contradicted", SAYS, confidence=0.4, overlap=0.98),),
    verdict="This page names Saltmarsh Echo as its source, but what is archived there is dated later.", variants=(),
)  # fmt: skip

UNDECIDED = replace(
    CONTRADICTED, document_id="3333aaaa4444bbbb", status="undecided", edges=(), verdict="Nothing here says where this text was first published.",
    date_published="2024", claims=(claim("republished_from", "Saltmarsh Echo", None, "(via Saltmarsh Echo)", 0.2, boilerplate=True),),
)  # fmt: skip

WITHDRAWN = replace(
    CORROBORATED, document_id="4444aaaa5555bbbb", outcome="flagged", problems=("withdrawn",),
    captures=(replace(CAPTURE, withdrawn=CitedWithdrawal("2026-05-01T09:00:00Z", "M. Frey", "a court order | {42}", removed=True)),),
)  # fmt: skip

HOSTILE = replace(
    CITATION, document_id="5555aaaa6666bbbb", title="100% of {braces} & \\ ~ $5 #1 ^ _x_ 'a' ''b'' \"c\" -- <b>d</b> | [[e]] {{f}} = &lt; 🦆\r\nTY  - JOUR",
    publisher="}, note = {gone} %", authors=("<nowiki>A</nowiki>", "B and C", "D, E|F=G", "\u202eevil\u200b"), language="en\n|x=y",
    claims=(claim("originally_published_by", "}}{{db-g1}}", "javascript:alert(1)", "ER  - \r\n</p><img src=x> {:title: y} ~~~~ http://x.example"),),
    findings=(), date_published="2024-13-45",
)  # fmt: skip

NAMES = replace(
    CITATION, document_id="6666aaaa7777bbbb", title="پیروزی بر بند", publisher="عصر نمک", authors=("مریم رضایی", "محمد الشمري", "王小明", "佐藤 花"),
    language="fa", date_published="2024-05-03T22:30:00Z",
)  # fmt: skip

AS_PDF = replace(
    CITATION, document_id="7777aaaa8888bbbb", url=PDF, captures=(replace(CAPTURE, url=PDF, asked_url=PDF),), claims=(), date_published=None,
    language=None, verdict=f"Another form of {REPOST}. {CITATION.verdict}", variants=(REPOST,),
)  # fmt: skip

SUPPLIED = replace(
    ASSERTED, document_id="8888aaaa9999bbbb", title="Weir reopened", authors=("Northern Wire staff",), state=None,
    edges=(edge(REPOST, "North Wire", "syndicated_by", "asserted", "(North Wire)", confidence=0.9),),
    claims=(claim("syndicated_by", "North Wire", None, "(North Wire)"),), origin=CitedOrigin(None, "North Wire", None, captured=False),
    verdict="An agency's text. Supplied by North Wire (not archived: known only from what is said of it).",
)  # fmt: skip

ATTEMPTED = replace(
    CITATION, document_id=None, url="http://nowhere.example/a", title=None, publisher=None, authors=(), date_published=None, language=None,
    outcome="failed", problems=("dns",), captures=(), claims=(), status="undecided", verdict="", origin=None, edges=(), findings=(), variants=(),
    verified=None, message="nowhere.example does not resolve",
)  # fmt: skip

#: In the order of the golden files.
CITED: dict[str, Citation] = {
    "original": ORIGINAL, "corroborated": CORROBORATED, "asserted": ASSERTED, "contradicted": CONTRADICTED, "undecided": UNDECIDED,
    "withdrawn": WITHDRAWN, "hostile": HOSTILE, "names": NAMES, "pdf": AS_PDF, "supplied": SUPPLIED, "attempted": ATTEMPTED,
}  # fmt: skip
