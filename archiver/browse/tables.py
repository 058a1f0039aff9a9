"""What each table, view and column of the manifest is called and means, for people who look at them in Datasette; how a table is sorted,
counted and searched there. A table of values: TABLES, and WORDS for the columns that mean the same wherever they stand.

    described(table)     -> the meaning of each of its columns
    shown(table)         -> the condition that keeps the words of what is withdrawn out of its lists
    withdrawn(connection) -> the documents that it keeps out

A test holds them against the schema. Does not own: how Datasette is told (plugin), how a value is shown (cells), stored queries (queries).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field

from archiver.manifest.withdrawals import HIDDEN, any_withdrawn


@dataclass(frozen=True, slots=True)
class Table:
    """A table or view. `about` says what a row is; `columns` are all of them, in their order, and `words` what the table's own mean.

    `label`: the column that stands for a row where another table refers to it. `sort`: by which column, `-` before it for the newest or
    largest first. `facets`: by which columns its rows are counted. `search`: the column that holds the row of texts_fts. `hidden`: it is
    for the program, and not listed. `shown`: the condition that a row holds no words of certain documents (`{}` in it), where it holds any's.
    `uncounted`: to count its rows takes as long as to draw all of it. `first`: the columns that people are shown until they ask for all; that
    of its key stands before them, and that of `sort` is among them.
    """

    name: str
    title: str
    about: str
    columns: tuple[str, ...]
    words: Mapping[str, str] = field(default_factory=dict)
    label: str | None = None
    sort: str = ""
    facets: tuple[str, ...] = ()
    search: str | None = None
    hidden: bool = False
    shown: str | None = None
    uncounted: bool = False
    first: tuple[str, ...] = ()


def _table(
    name: str,
    title: str,
    about: str,
    columns: str,
    words: Mapping[str, str] | None = None,
    *,
    label: str | None = None,
    sort: str = "",
    facets: str = "",
    search: str | None = None,
    hidden: bool = False,
    shown: str | None = None,
    uncounted: bool = False,
    first: str = "",
) -> Table:
    return Table(
        name, title, about, tuple(columns.split()), words or {}, label, sort, tuple(facets.split()), search, hidden, shown, uncounted,
        tuple(first.split()),
    )  # fmt: skip


#: Columns that mean the same in every table that has them and says nothing else of them.
WORDS: Mapping[str, str] = {
    "applied": "1: the manifest is as it says; 0: it is still to be carried out",
    "at": "When this was stated (UTC)",
    "because": "The reason that was given",
    "by": "Who decided it",
    "capture_id": "The capture: the UUID of its WARC record",
    "captured_at": "When the answer came (UTC)",
    "code": "What was found, as a name that never changes its meaning",
    "document_id": "The document: a page as it stood at one address with these very bytes",
    "extractor": "The program and version that drew it from the bytes",
    "hosts": "Sites that belong to the publisher",
    "http_status": "The server's answer: 200 is a page, 404 says that there is none",
    "id": "The row's number here; a rebuild may give it another",
    "media_type": "What the server says the bytes are",
    "origin_captured": "1: that page is archived; 0: it is named only; empty where nothing decides who had it first",
    "origin_date": "When the origin was published, by its own word",
    "origin_document": "The archived page where the text began",
    "origin_publisher": "Who published the text first, as far as the archive can tell",
    "origin_url": "Where it began",
    "outcome": "captured, flagged (kept, and something is odd), failed (nothing to keep) or refused by our own rules",
    "payload_length": "Bytes of the payload",
    "payload_sha256": "SHA-256 of the bytes that the server sent as the page's content, its coding kept",
    "position": "Its place among those of the document, from 0",
    "problems": "What is odd about it, as problem codes",
    "publisher": "The publisher's name as the page writes it",
    "publisher_id": "The publisher, whatever name the page gives it",
    "purpose": "What it was asked for as: page, feed, sitemap or robots (a robots.txt)",
    "quote": "The page's own words",
    "record_id": "The WARC record: its UUID",
    "rules": "The versions of what read the page and of what looked for claims in it",
    "sequence": "The statement's number in the log, from 1",
    "sha256": "SHA-256 of the whole file",
    "state": "What the address was to whoever asked: there, gone, barred, down or refused",
    "statement_id": "The WARC record that states this, and is a leaf of the log",
    "title": "The title, without the site's name",
    "url": "The address",
    "url_key": "The address as look-ups compare it: without scheme, fragment, tracking parameters and trailing slash",
    "warc": "The WARC file that holds it",
    "work": "The text itself, across its publications: the least ID among its documents",
    "work_id": "The text itself, across its publications",
}  # fmt: skip

_OF_DOCUMENT = "document_id not in ({})"
_SITES = "the registrable part of its host, such as news.example"

TABLES: tuple[Table, ...] = (
    # ── conclusions: what people come for ──
    _table("documents", "Documents", "Every archived page: one row for each address and each version of its bytes. The title leads to the"
        " page's provenance. The search looks into titles, bylines and full texts.",
        "id url url_key site media_type title title_key publisher publisher_id authors date_published date_modified language outcome problems"
        " is_page read_problems payload_sha256 content_sha256 first_captured_at last_captured_at rules text_id linked", {
            "id": "The first 16 hex digits of SHA-256(address, newline, payload's SHA-256): the same after a rebuild",
            "url": "Its final address, after redirects", "site": f"Where it stands: {_SITES}", "authors": "Who wrote it, as the page says",
            "title_key": "The title folded, to find the same headline elsewhere", "date_published": "When it was published, by its own word",
            "date_modified": "When it was last changed, by its own word", "language": "The language of the text (BCP 47)",
            "is_page": "0: what was kept is not the page that was asked for, and nothing is concluded from it",
            "read_problems": "Those of the problems that reading the bytes showed", "linked": "The sites that its text links to",
            "content_sha256": "SHA-256 of the payload with its content coding (gzip, br) undone",
            "first_captured_at": "When these bytes were first captured (UTC)", "last_captured_at": "When they were last captured (UTC)",
            "text_id": "Its full text",
        }, label="title", sort="-first_captured_at", facets="publisher_id outcome", search="text_id", shown="rowid not in (select rowid from documents where id in ({}))",
        first="title publisher_id date_published language outcome problems url first_captured_at"),
    _table("origins", "Where each page's text began", "Every page with what the archive concludes of it: original or republication, and who"
        " had the text first.", "url title publisher date status origin_publisher origin_date origin_url origin_is_archived verdict work document", {
            "date": "The day of publication, by the page's own word", "status": "original, republication, contradicted or undecided",
            "origin_is_archived": "1: that page is archived; 0: it is named only; empty where nothing decides",
            "verdict": "The same in one sentence", "document": "The document",
        }, shown="document not in ({})"),
    _table("chain_edges", "Who took which text from whom", "Every step of every chain, with the words that hold it. Read a row as: the page at"
        " from_url took its text from the page at to_url.", "from_url from_publisher from_date relation status confidence to_publisher to_date"
        " to_url to_is_archived text_shared quote decided_by decided_because work", {
            "from_url": "The republication", "from_publisher": "Its publisher", "from_date": "Its day of publication",
            "relation": "How: republished_from, syndicated_by, translated_from, variant_of, revision_of or same_text",
            "status": "asserted (the page says so), corroborated (the other page is archived and holds the text), contradicted, inferred"
            " (text and dates alone) or curated (a person decided)", "confidence": "From 0 to 1: how much the evidence weighs together",
            "to_publisher": "The publisher that it was taken from", "to_date": "The other page's day of publication",
            "to_url": "What it was taken from; empty where only the publisher is named", "to_is_archived": "1: the other page is archived",
            "text_shared": "How much of the text the two share, from 0 to 1", "decided_by": "Who decided it, where a person did",
            "decided_because": "The reason that was given",
        }, uncounted=True, shown="from_url not in (select url from documents where id in ({}))"),
    _table("contradictions", "Contradictions", "Pages that contradict themselves about where their text comes from, or whose source contradicts"
        " them, with both sentences.", "finding url title publisher quote opposing_quote opposing_url message", {
            "finding": "conflicting-origin: the page contradicts itself; contradicted-origin: its source contradicts it",
            "quote": "What it says of its source", "opposing_quote": "The words against that", "opposing_url": "The page that says them",
            "message": "What is odd, in one sentence",
        }, facets="finding", shown="url not in (select url from documents where id in ({0})) and ifnull(opposing_url, '') not in (select url from documents where id in ({0}))"),
    _table("unresolved_targets", "Origins that are not archived", "What pages name as their source and what nobody has captured yet, most named"
        " first.", "publisher url documents relations named_by named_since", {
            "publisher": "The publisher that is named", "url": "The address that is named; empty where only the publisher is",
            "documents": "How many pages name it", "relations": "As what they name it", "named_by": "One of them",
            "named_since": "When the first of them was captured",
        }),
    _table("address_states", "What became of addresses", "Each address that was asked for, what it was, and from when until when.",
        "url purpose state since until visits", {
            "since": "The first visit that found it so", "until": "The last visit that did", "visits": "How many found it so, one after the other",
        }, uncounted=True),
    _table("lineages", "Lineages", "What is concluded of each page: its status and its origin.", "document_id work_id status verdict"
        " origin_document origin_url origin_publisher origin_date origin_captured", {
            "status": "original, republication, contradicted or undecided", "verdict": "The same in one sentence",
        }, facets="status"),
    _table("works", "Works", "A text across its publications: all pages that hold it, or follow one another to it.",
        "id origin_document origin_url origin_publisher origin_date origin_captured", {"id": "The least ID among its documents"},
        label="id"),
    _table("edges", "Edges", "From a republication to what it was taken from; the view chain_edges says it with addresses and words.",
        "id from_document to_document to_url to_publisher relation status confidence overlap decision", {
            "from_document": "The republication", "to_document": "What it was taken from, where that is archived",
            "to_url": "Its address", "to_publisher": "Its publisher", "relation": "republished_from, syndicated_by, translated_from, variant_of,"
            " revision_of, same_text or cites", "status": "asserted, corroborated, contradicted, inferred or curated",
            "confidence": "From 0 to 1", "overlap": "How much of the text the two share, from 0 to 1", "decision": "The person's decision that it rests on",
        }, facets="relation status"),
    _table("claims", "Claims", "What each page says about where texts and pictures come from: one row for a relation and a target.",
        "id document_id position relation publisher publisher_id url url_key strength weight boilerplate", {
            "relation": "What it says: originally_published_by, republished_from, syndicated_by, translated_from, cites, image_credit, self_claim"
            " or copyright", "publisher": "Whom it names, as it writes the name", "url": "The address that it names or links to",
            "strength": "The kind of evidence: a statement, a pointer in the markup, a label ...", "weight": "From 0 to 1: that of its strongest evidence",
            "boilerplate": "1: the same stands on many pages of the site, so that it says little of this one",
        }, label="relation", facets="relation", shown="rowid not in (select id from claims where document_id in ({}))",
        first="document_id relation publisher url weight boilerplate"),
    _table("evidence", "Evidence", "The words that a claim rests on, and where they stand.", "id claim_id quote prefix suffix start end role rule"
        " weight sentence page", {
            "claim_id": "The claim", "prefix": "The words before", "suffix": "The words behind", "start": "Where the quote begins in the page's text,"
            " in characters", "end": "Where it ends", "role": "Where it stands: head, body, tail, caption, quote, comment, list, nav, hidden, markup",
            "rule": "The rule that found it, and its version", "weight": "From 0 to 1", "sentence": "A key for these words on this site, to see what"
            " repeats itself", "page": "The page that it stands on, as look-ups compare it",
        }, label="quote", shown="claim_id not in (select id from claims where document_id in ({}))",
        first="claim_id quote role rule weight"),
    _table("findings", "Findings", "What is odd about a page: it contradicts itself, is dated after its capture, is part of a circle ...",
        "id document_id code message", {"message": "What is odd, in one sentence"}, facets="code"),
    _table("publishers", "Publishers", "Everybody who is known to publish.", "id name kind owner source", {
            "name": "The name", "kind": "outlet, agency ...", "owner": "To whom it belongs", "source": "From where it is known",
        }, label="name"),
    _table("aliases", "Names and hosts of publishers", "Under which names and at which sites a publisher is known.",
        "id publisher_id kind alias spelling source", {
            "kind": "name or host", "alias": "A folded name, or a site", "spelling": "As it is written", "source": "From where it is known",
        }, label="spelling"),
    _table("overlaps", "Shared text", "Pairs of pages that share passages.", "a b containment_a containment_b shared longest", {
            "a": "A page", "b": "Another", "containment_a": "How much of the first is in the second, from 0 to 1",
            "containment_b": "How much of the second is in the first", "shared": "How many runs of five words they share",
            "longest": "The longest passage that they share, in words",
        }),
    _table("texts", "Full texts", "The main text of each page, once for the same bytes. The search looks into all of them.",
        "id payload_sha256 extractor title byline text words sampled record_id", {
            "byline": "Who wrote it", "text": "The main text", "words": "How many words it has", "record_id": "The WARC record that holds the text",
            "sampled": "How many of its hashes are in the index of shared passages",
        }, label="title", search="id", shown="id not in (select text_id from documents where id in ({}) and text_id is not null)",
        first="title byline words text extractor"),
    _table("listed", "Named by feeds and sitemaps", "Pages that a feed or sitemap has named, and sitemaps that another names.",
        "listing_key kind url_key url title date changed source_url source_title first_sequence sequence", {
            "listing_key": "The list, as look-ups compare addresses", "kind": "page or sitemap", "title": "The title that the list gives",
            "date": "The day that the list gives", "changed": "1: that day is the one of the last change, not of publication",
            "source_url": "Where the list says that it has the entry from", "source_title": "And from whom",
            "first_sequence": "The capture that named it first", "sequence": "The capture that says this of it",
        }),
    # ── evidence: what was asked for, and what came ──
    _table("captures", "Captures", "Every answer that was kept: which bytes came from which address, when. The capture's ID leads to the archived page.",
        "sequence capture_id asked_url url url_key captured_at outcome problems http_status media_type payload_sha256 payload_length revisit_of"
        " purpose source source_note robots statement_id operator note clock_state tool reads document_id state list_problems", {
            "asked_url": "The address that was asked for", "url": "The final address, after redirects",
            "revisit_of": "The earlier capture with the same bytes, which are kept there alone", "source": "fetch: by us; import: from somebody's file",
            "source_note": "What the importer says of where it comes from", "robots": "What robots.txt said", "operator": "Who captured it",
            "note": "Why", "clock_state": "Whether our clock was set by others", "tool": "The program and its version",
            "reads": "How often a reading of it was begun and not ended", "list_problems": "What reading a feed or sitemap showed",
            "state": "What the address was: there, gone, barred, down; empty where it was not visited for its own sake",
        }, label="captured_at", sort="-sequence", facets="outcome purpose",
        first="captured_at document_id url outcome problems http_status purpose payload_length payload_sha256 capture_id"),
    _table("exchanges", "Exchanges", "Each request and its answer: the hops of a capture, from the address that was asked for to the final one.",
        "sequence hop url url_key http_status media_type captured_at record_id request_id payload_sha256 payload_length block_sha256 headers peer"
        " tls_version tls_cipher tls_chain tls_chain_state tls_override truncated excess", {
            "sequence": "The capture", "hop": "From 0, the address that was asked for", "record_id": "The WARC record of the answer",
            "request_id": "The WARC record of the request", "block_sha256": "SHA-256 of the whole answer as it came", "headers": "The answer's headers",
            "peer": "The server's IP address", "tls_version": "How the connection was secured", "tls_cipher": "With which cipher",
            "tls_chain": "The certificates, the server's own first, by SHA-256", "tls_chain_state": "verified, leaf-only or unverified",
            "tls_override": "Why a certificate was accepted that did not verify", "truncated": "Why the body is not whole",
            "excess": "Bytes that came after the answer's end",
        }, first="url http_status media_type captured_at payload_length payload_sha256 peer tls_version tls_chain_state record_id"),
    _table("attempts", "Attempts", "Every time that an address was asked for, also where nothing came of it.",
        "id url url_key at outcome problems message final_url capture_id sequence statement_id purpose", {
            "at": "When (UTC)", "message": "What went wrong, in words", "final_url": "Where it led", "capture_id": "What was kept",
            "sequence": "The statement's number in the log, where nothing was kept",
        }, sort="-id", first="at url outcome problems message purpose capture_id"),
    _table("readings", "Readings", "What each page was read as, by digest: so that nobody can change claims or texts later unseen.",
        "sequence at document_id url payload_sha256 rules claims claims_sha256 text_sha256 statement_id", {
            "claims": "How many claims it makes", "claims_sha256": "SHA-256 of all of them", "text_sha256": "SHA-256 of the full text",
        }, sort="-sequence"),
    _table("events", "Events", "Checks of the archive, imports and other things that were done to it.",
        "id kind at outcome detail subject sequence statement_id", {
            "kind": "fixity-check, import, timestamping ...", "at": "When (UTC)", "outcome": "How it ended: ok, or what was found",
            "detail": "Of a check its level: quick, index, bytes, full or deep", "subject": "The file; empty where it was all of the archive",
        }, sort="-id", facets="kind"),
    _table("decisions", "Decisions", "What people decided of where a text came from.",
        "sequence at by because url url_key ruling source_url source_key publisher statement_id applied", {
            "url": "The page", "ruling": "What it is to its source", "source_url": "The source", "source_key": "The same, as look-ups compare addresses",
            "publisher": "The source's publisher, where no address is known",
        }, label="because", sort="-sequence"),
    _table("namings", "Names that people decided on", "What people decided of a publisher's names and hosts.",
        "sequence at by because publisher names hosts statement_id applied", {"publisher": "The publisher", "names": "Its names"}, sort="-sequence"),
    _table("withdrawals", "Withdrawals", "What was withdrawn from the archive, when, by whose word and why. Its bytes, quotes and text are not shown.",
        "sequence at by because capture_id payload_sha256 removed statement_id applied", {
            "removed": "1: the bytes are gone; 0: they are kept, and not shown",
        }, sort="-sequence"),
    _table("runs", "Runs", "What each scheduled run did.", "id started_at ended_at outcome jobs process hosts due captured flagged failed refused put_off"
        " left_over new changed warc_bytes message", {
            "started_at": "When it began (UTC)", "ended_at": "When it ended; empty: it is at work, or was killed", "outcome": "done, out-of-time, stopped,"
            " offline or broken", "jobs": "The jobs", "process": "The number of its process", "hosts": "How many hosts", "due": "Addresses that were due",
            "captured": "Captured", "flagged": "Captured with something odd", "failed": "Nothing to keep", "refused": "Refused by our own rules",
            "put_off": "Put off: their hosts want to be left alone", "left_over": "Left over: time was up", "new": "Never captured before",
            "changed": "Other bytes than before", "warc_bytes": "Bytes that were written", "message": "What there is to say of it",
        }, label="started_at", sort="-id"),
    _table("visits", "Visits", "What runs did: a row for each address that was due.", "run_id position job role url url_key due_at why at outcome problems"
        " state was change changes words_added words_removed sequence", {
            "run_id": "The run", "position": "Its place in the run", "job": "The job", "role": "page, feed, sitemap, or found (named by one)",
            "due_at": "When it was due", "why": "Why it was visited", "at": "When it was visited", "was": "What it was before", "change": "first,"
            " not-modified, same-bytes, same-text or changed", "changes": "What changed: title, date ...", "words_added": "Words that came",
            "words_removed": "Words that went", "sequence": "The number of its capture or attempt in the log",
        }, first="at job role url outcome problems state change words_added words_removed"),
    _table("warcs", "WARC files", "The files in archive/ that hold everything that was sent and received.", "name committed sealed sha256", {
            "name": "The file", "committed": "Bytes of it that are whole and on disk", "sealed": "1: it is complete and never changes again",
        }),
    # ── the log ──
    _table("log", "The log", "Every statement is a leaf of one tree (RFC 6962): none can be changed or left out unseen.", "sequence leaf statement_id", {
            "leaf": "SHA-256 of a zero byte and the statement", "statement_id": "The statement; empty where it is lost, and only its hash is left",
        }, sort="-sequence"),
    _table("checkpoints", "Checkpoints", "The log's state, signed: whoever keeps one can tell later that nothing was changed.",
        "size origin root name signers", {
            "size": "How many statements it covers", "origin": "The log's name", "root": "The hash over all of them", "name": "The file in"
            " archive/checkpoints", "signers": "Who signed it: name and key",
        }, sort="-size"),
    _table("anchors", "Anchors", "Who else has seen a checkpoint, and when.", "sequence kind whom at size root name sha256 said_at note statement_id", {
            "kind": "rfc3161 (a timestamp), git or witness", "whom": "Who", "size": "How many statements the checkpoint covers", "root": "Its hash",
            "name": "The file in archive/anchors", "sha256": "SHA-256 of that file", "said_at": "The time that they give", "note": "What is noted of it",
        }, sort="-sequence"),
    _table("keys", "Keys", "With which key checkpoints are signed from when on.", "sequence at key because endorsement statement_id", {
            "key": "The public key", "endorsement": "The note in which the key before says so",
        }, sort="-sequence"),
    _table("snapshot", "This public copy", "What this copy of the manifest is of.", "made_at tool archive_origin sequence texts", {
            "made_at": "When it was made", "tool": "By what", "archive_origin": "Of which log", "sequence": "How many statements that had",
            "texts": "1: full texts are in it",
        }),
    # ── for the program ──
    _table("records", "WARC records", "Where each record lies.", "record_id kind warc offset length stored_sha256", {
            "kind": "Its type: request, response, revisit, metadata, conversion ...", "offset": "Where it begins in the file, in bytes",
            "length": "Bytes of it, compressed", "stored_sha256": "SHA-256 of those bytes",
        }, hidden=True),
    _table("addresses", "Addresses of documents", "Every address that leads to a document.", "document_id url_key url kind", {
            "kind": "final, asked, hop or canonical",
        }, hidden=True),
    _table("candidates", "Candidates", "What else a page gives as its title, authors or dates, and where.", "id document_id field value source chosen", {
            "field": "title, publisher, authors, date_published or date_modified", "value": "What it says", "source": "Where", "chosen": "1: the one taken",
        }, hidden=True, shown=_OF_DOCUMENT),
    _table("signals", "Signals", "By which words a page was told to be something else, or not whole.", "document_id position code name quote", {
            "name": "The rule",
        }, hidden=True, shown=_OF_DOCUMENT),
    _table("boilerplate", "Boilerplate", "What stands on many pages of a site.", "sentence site words", {
            "sentence": "A key for the words", "site": f"Where: {_SITES}", "words": "The words",
        }, hidden=True),
    _table("edge_claims", "Claims behind edges", "Which claims hold an edge.", "edge_id claim_id", {
            "edge_id": "The edge", "claim_id": "The claim",
        }, hidden=True),
    _table("certificates", "Certificates", "TLS certificates whose record is in the archive.", "sha256", {"sha256": "SHA-256 of the certificate (DER)"},
        hidden=True),
    _table("conversions", "Texts in WARC files", "Which record holds a text, and what it was drawn from.", "record_id payload_sha256 extractor",
        hidden=True),
    _table("log_nodes", "Nodes of the log", "Hashes over whole runs of leaves.", "level position hash", {
            "level": "Over runs of 256 to this power", "position": "Which of them", "hash": "The hash",
        }, hidden=True),
    _table("pace", "Pace", "Hosts that are not to be asked yet.", "host at next_at asking failures problem retry_after retry_url", {
            "host": "The host", "at": "When this was noted", "next_at": "Not before", "asking": "1: a request was on its way", "failures": "In a row",
            "problem": "The last of them", "retry_after": "Seconds, as the host asked", "retry_url": "With its answer to this",
        }, hidden=True),
    _table("unresolved", "To be drawn anew", "Documents whose lineage is to be drawn anew.", "document_id", hidden=True),
    _table("shingles", "Index of shared passages", "Which texts share passages, for the program.", "hashes", {"hashes": "Hashes of passages"}, hidden=True),
    _table("texts_fts", "Index of words", "Where words stand, for the search.", "title byline text", {"byline": "Who wrote it", "text": "The main text"},
        hidden=True),
    _table("_sqlite_migrations", "Migrations", "By which steps the manifest came to its tables.", "id migration_set name applied_at", {
            "migration_set": "Whose", "name": "Which", "applied_at": "When",
        }, hidden=True),
)  # fmt: skip

BY_NAME: Mapping[str, Table] = {one.name: one for one in TABLES}


def described(table: Table) -> dict[str, str]:
    """What each of its columns means."""
    return {name: table.words.get(name) or WORDS[name] for name in table.columns}


def shown(table: Table) -> str | None:
    """The condition, as SQL of its rows, that they hold no words of what is withdrawn, nor are found by them; None where they never do."""
    return None if table.shown is None else table.shown.format(HIDDEN)


def withdrawn(connection: sqlite3.Connection) -> frozenset[str]:
    """The documents that such rows are of, by their IDs: where another row refers to one, it is not named."""
    return frozenset(row[0] for row in connection.execute(HIDDEN)) if any_withdrawn(connection) else frozenset()
