"""A large manifest with nothing behind it: the rows that the program would have written for so many pages, written by SQL.

    generate(folder, documents=100_000, seed=8) -> the path of its manifest.db

The same seed gives the same manifest. Its pages are invented, and so are the words that they are made of: frequent ones and rare ones
by Zipf's law, below the few dozen that stand in every English page. What tells whether a look-up holds is made large on purpose: one work
with 500 members, twenty documents with hundreds of captures, a publisher with a tenth of all pages, words that every text has.

There are no WARC files: what reads records, or verifies hashes, finds nothing. The index of shared passages is left empty.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from uuid import UUID

from archiver.manifest.opening import MANIFEST
from archiver.manifest.store import Manifest
from archiver.model.date import stamp
from archiver.model.url import key
from tests.benchmarks._pages import Page, plan, text_of
from tests.benchmarks._rows import Rows

#: When the first page was captured, and over how many days the others come.
BEGAN, DAYS = datetime(2024, 1, 1, 4, 0, tzinfo=UTC), 900

#: Bytes of a WARC file when it is complete.
FULL = 256_000_000

TOOL, RULES, EXTRACTOR = "archiver/0.1.0", "html/4 trafilatura/2.3.1 verdict/1 detect/3", "html/4 trafilatura/2.3.1"
HEADERS = json.dumps(
    [["Server", "nginx"], ["Date", "Mon, 01 Jan 2024 04:00:00 GMT"], ["Content-Type", "text/html; charset=utf-8"],
     ["Cache-Control", "max-age=300"], ["Vary", "Accept-Encoding"], ["Content-Encoding", "gzip"], ["ETag", '"65920a40-5f21"'],
     ["Strict-Transport-Security", "max-age=31536000"], ["X-Served-By", "cache-7"], ["Connection", "keep-alive"]],
)  # fmt: skip

FINDINGS = (
    *("conflicting-origin",) * 5, *("contradicted-origin",) * 2, "date-after-capture", "circular", "boilerplate-claim",
)  # fmt: skip

_LAST = (
    "update documents set last_captured_at = (select max(captured_at) from captures where document_id = documents.id)"
)


def generate(folder: Path, documents: int = 100_000, seed: int = 8) -> Path:
    """Write the manifest of an archive of so many documents into an empty folder."""
    Manifest(folder).close()
    path = folder / MANIFEST
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for pragma in ("journal_mode = off", "synchronous = off", "cache_size = -1000000", "foreign_keys = off"):
            connection.execute(f"pragma {pragma}")
        connection.execute("begin")
        _World(connection, documents, seed).write()
        connection.execute("commit")
        connection.execute("pragma journal_mode = wal")
    return path


def hexed(*what: object) -> str:
    """A SHA-256 of these."""
    return hashlib.sha256(repr(what).encode()).hexdigest()


class _World:
    """The pages, and the time in which they are captured."""

    def __init__(self, connection: sqlite3.Connection, documents: int, seed: int) -> None:
        self.chance = Random(seed)
        self.seed = seed
        self.rows = Rows(connection)
        self.plan = plan(documents, seed)
        self.sequence = 0
        self.warc, self.offset = "", FULL
        self.files: list[str] = []
        self.begun: dict[int, str] = {}  # the first capture of each page
        self.texts: dict[str, int] = {}

    def write(self) -> None:
        """All of it."""
        visits = [page for page in self.plan.pages for _ in range(page.captures)]
        self.chance.shuffle(visits)
        self.step = timedelta(days=DAYS) / (len(visits) * 3)  # there are other statements between captures
        self._publishers()
        daily = max(len(visits) // 300, 1)
        for number, page in enumerate(visits):
            if number % daily == 0:
                run = self._run(daily)
            self._visit(run, number % daily, page)
        self._lists()
        self._others()
        self.rows.put("warcs", name=self.warc, committed=self.offset, sealed=0, sha256=None)
        self.rows.flush()
        self.rows.connection.execute(_LAST)

    # ── evidence ──

    def now(self) -> datetime:
        return BEGAN + self.step * self.sequence

    def uuid(self) -> str:
        return str(UUID(int=self.chance.getrandbits(128)))

    def record(self, kind: str, length: int) -> str:
        """A record at the end of the newest file."""
        if self.offset + length > FULL:
            if self.warc:
                self.rows.put("warcs", name=self.warc, committed=self.offset, sealed=1, sha256=hexed(self.warc))
            self.warc, self.offset = f"archiver-{self.now():%Y%m%d%H%M%S}-{len(self.files) + 1:05}.warc.gz", 0
            self.files.append(self.warc)
        name = self.uuid()
        self.rows.put(
            "records", record_id=name, kind=kind, warc=self.warc, offset=self.offset, length=length, stored_sha256=hexed(name)
        )  # fmt: skip
        self.offset += length
        return name

    def statement(self) -> tuple[int, str]:
        """The next statement: its number and its record."""
        self.sequence += 1
        name = self.record("metadata", self.chance.randint(900, 1500))
        self.rows.put("log", sequence=self.sequence, leaf=hexed("leaf", self.sequence), statement_id=name)
        return self.sequence, name

    def capture(self, url: str, asked: str, purpose: str, digest: str, **more: object) -> tuple[str, int]:
        """A capture with its exchanges: the last hop is the answer that is kept."""
        chance, at = self.chance, stamp(self.now())
        hops = [asked, url] if asked != url else [url]
        revisit = more.get("revisit_of")
        exchanges = []
        for hop in hops:
            request = self.record("request", chance.randint(350, 600))
            kind, length = ("revisit", 700) if revisit else ("response", chance.randint(4000, 40_000))
            exchanges.append((hop, request, self.record(kind, 600 if hop != url else length)))
        sequence, statement = self.statement()
        length = chance.randint(15_000, 150_000)
        for number, (hop, request, name) in enumerate(exchanges):
            last = hop == url
            self.rows.put(
                "exchanges", sequence=sequence, hop=number, url=hop, url_key=key(hop), http_status=200 if last else 301,
                media_type="text/html", captured_at=at, record_id=name, request_id=request, payload_sha256=digest if last else hexed("moved", hop),
                payload_length=length if last else 162, block_sha256=hexed("block", name), headers=HEADERS, peer=f"203.0.113.{sequence % 250}",
                tls_version="TLSv1.3", tls_cipher="TLS_AES_256_GCM_SHA384", tls_chain=json.dumps([hexed(hop[:20]), hexed("ca")]),
                tls_chain_state="verified", truncated=None, excess=0,
            )  # fmt: skip
        row: dict[str, object] = {
            "problems": "[]", "outcome": "captured", "document_id": None, "revisit_of": None, "state": None, "list_problems": None,
            "operator": None, "note": None, "source_note": None, "robots": "[]", "source": "fetch",
        }  # fmt: skip
        self.rows.put(
            "captures", sequence=sequence, capture_id=name, asked_url=asked, url=url, url_key=key(url), captured_at=at, http_status=200,
            media_type="text/html", payload_sha256=digest, payload_length=length, purpose=purpose, statement_id=statement,
            clock_state="synchronised", tool=TOOL, reads=0, **(row | more),
        )  # fmt: skip
        return name, sequence

    def _visit(self, run: int, position: int, page: Page) -> None:
        """A page is captured, for the first time or again; and now and then an address that gives nothing."""
        asked = page.asked if page.number % 10 == 0 else page.url
        first = self.begun.get(page.number)
        problems = json.dumps(page.problems)
        if first is None:
            self._document(page)
        name, sequence = self.capture(
            page.url, asked, "page", page.digest, revisit_of=first, document_id=page.document_id, problems=problems,
            outcome="flagged" if page.problems else "captured", state="there", source="import" if page.number % 23 == 0 else "fetch",
        )  # fmt: skip
        at = stamp(self.now())
        self.begun.setdefault(page.number, name)
        self.rows.numbered(
            "attempts", url=asked, url_key=key(asked), at=at, outcome="captured", problems=problems, message="",
            final_url=page.url, capture_id=name, purpose="page", sequence=None, statement_id=None,
        )  # fmt: skip
        self.rows.put(
            "visits", run_id=run, position=position, job="daily", role="page", url=asked, url_key=key(asked), due_at=at, why="interval",
            at=at, outcome="captured", problems=problems, state="there", was="there" if first else None,
            change="same-bytes" if first else "first", changes="[]", sequence=sequence,
        )  # fmt: skip
        if first is None:
            self._read(page)
        if self.chance.random() < 0.03:
            self._failed(page)

    def _failed(self, page: Page) -> None:
        number, statement = self.statement()
        outcome, problem = self.chance.choice((("failed", "timeout"), ("failed", "dns"), ("refused", "robots")))
        url = f"{page.url}/gone-{number}"
        self.rows.numbered(
            "attempts", url=url, url_key=key(url), at=stamp(self.now()), outcome=outcome, problems=json.dumps([problem]),
            message="no answer within 60 seconds", purpose="page", sequence=number, statement_id=statement,
        )  # fmt: skip

    def _run(self, due: int) -> int:
        at = stamp(self.now())
        return self.rows.numbered(
            "runs", started_at=at, ended_at=at, outcome="done", jobs='["daily"]', process=4711, hosts=200, due=due, captured=due,
        )  # fmt: skip

    # ── conclusions ──

    def _publishers(self) -> None:
        for outlet in self.plan.outlets:
            publisher = self.rows.numbered("publishers", name=outlet.name, kind="outlet", source="its own pages")
            names = {outlet.name.lower().replace(" ", ""): outlet.name, outlet.short.lower(): outlet.short}
            for alias, spelling in names.items():
                self.rows.numbered(
                    "aliases",
                    publisher_id=publisher,
                    kind="name",
                    alias=alias,
                    spelling=spelling,
                    source="its own pages",
                )
            self.rows.numbered(
                "aliases", publisher_id=publisher, kind="host", alias=outlet.site, spelling=outlet.site, source="its own pages"
            )  # fmt: skip

    def _document(self, page: Page) -> None:
        """What the page says, where it stands, and its text; that is a copy's own where the page is one."""
        at, title = stamp(self.now()), page.title
        text = text_of(self.seed, page.text)
        if page.source is not None:
            text += f"\nThis article was first published on {page.source.outlet.name}."
        if not page.problems:
            record = self.record("conversion", 1500)
            self.rows.put("conversions", record_id=record, payload_sha256=page.digest, extractor=EXTRACTOR)
            page_text: int | None = self.rows.numbered(
                "texts", payload_sha256=page.digest, extractor=EXTRACTOR, title=title, byline=", ".join(page.authors), text=text,
                words=text.count(" ") + 1, sampled=0, record_id=record,
            )  # fmt: skip
        else:
            page_text = None
        self.rows.put(
            "documents", id=page.document_id, url=page.url, url_key=key(page.url), site=page.outlet.site, media_type="text/html", title=title,
            title_key=title.lower().replace(" ", ""), publisher=page.outlet.name, publisher_id=page.outlet.number, authors=json.dumps(page.authors),
            date_published=page.date, language=page.language, outcome="flagged" if page.problems else "captured",
            problems=json.dumps(page.problems), is_page=int("http-error" not in page.problems), read_problems="[]", payload_sha256=page.digest,
            content_sha256=page.content, first_captured_at=at, last_captured_at=at, rules=RULES, text_id=page_text,
        )  # fmt: skip
        self.rows.put("addresses", document_id=page.document_id, url_key=key(page.url), url=page.url, kind="final")
        if page.number % 10 == 0:
            self.rows.put(
                "addresses", document_id=page.document_id, url_key=key(page.asked), url=page.asked, kind="hop"
            )
        for name, value, source in (
            ("title", title, "first heading"), ("title", title, "title"), ("title", f"{title} | {page.outlet.name}", "meta og:title"),
            ("publisher", page.outlet.name, "meta og:site_name"), ("publisher", page.outlet.name, "copyright line"),
            ("date_published", page.date, "json-ld"), ("date_published", page.date, "htmldate"),
            *(("authors", author, "byline") for author in page.authors),
        ):  # fmt: skip
            self.rows.numbered(
                "candidates",
                document_id=page.document_id,
                field=name,
                value=value,
                source=source,
                chosen=int("|" not in value),
            )
        for position, code in enumerate(page.problems):
            self.rows.put(
                "signals",
                document_id=page.document_id,
                position=position,
                code=code,
                name=f"{code}-1",
                quote="To go on, log in",
            )
        self._lineage(page, self._claims(page))

    def _claims(self, page: Page) -> int | None:
        """The claims of the page; the one that names its source, where one does."""
        upstream, known = None, []
        if page.source is not None and page.says_so:
            known.append(("originally_published_by", page.source.outlet, page.source.url, "statement", 0.85))
        elif page.names is not None:
            known.append(("originally_published_by", page.names, None, "statement", 0.85))
        if known or page.number % 5 == 0:
            known += [
                ("self_claim", page.outlet, None, "self", 0.15), ("copyright", page.outlet, None, "label", 0.1),
                *(("image_credit", self.plan.outlets[page.number % 50], None, "label", 0.3) for _ in range(page.number % 2)),
                *(("cites", None, f"https://{self.plan.outlets[page.number % 700].host}/cited/{n}", "pointer", 0.4) for n in range(page.number % 4)),
            ]  # fmt: skip
        for position, (relation, outlet, url, strength, weight) in enumerate(known):
            claim = self.rows.numbered(
                "claims", document_id=page.document_id, position=position, relation=relation, publisher=outlet and outlet.name,
                publisher_id=outlet and outlet.number, url=url, url_key=url and key(url), strength=strength, weight=weight, boilerplate=0,
            )  # fmt: skip
            if relation == "originally_published_by":
                upstream = claim
            for number in range(2 if upstream == claim else 1):
                self.rows.numbered(
                    "evidence", claim_id=claim, quote=f"This article was {relation.replace('_', ' ')} {outlet.name if outlet else url}.",
                    prefix="Back to the front page. ", suffix=" All rights reserved.", start=1800, end=1860, role="tail" if number else "body",
                    rule=f"statement-en-{number + 1}@3", weight=weight, sentence=hexed(relation, page.outlet.site)[:16], page=key(page.url),
                )  # fmt: skip
        return upstream

    def _lineage(self, page: Page, claim: int | None) -> None:
        """Edges to what the page was taken from, and what is concluded of the page."""
        if page.source is not None or page.names is not None:
            to, outlet = page.source, page.names or (page.source and page.source.outlet)
            status = (
                "inferred"
                if claim is None
                else "asserted"
                if to is None
                else "contradicted"
                if page.number % 50 == 0
                else "corroborated"
            )
            edge = self.rows.numbered(
                "edges", from_document=page.document_id, to_document=to and to.document_id, to_url=to and to.url, to_publisher=outlet.name,
                relation=page.relation, status=status, confidence=0.6 if claim is None else 0.97, overlap=to and 0.98,
            )  # fmt: skip
            if claim is not None:
                self.rows.put("edge_claims", edge_id=edge, claim_id=claim)
            if to is not None:
                a, b = sorted((page.document_id, to.document_id))
                self.rows.put("overlaps", a=a, b=b, containment_a=0.98, containment_b=0.97, shared=300, longest=310)
        if page.number % 100 == 0:
            self.rows.numbered(
                "findings", document_id=page.document_id, code=FINDINGS[page.number // 100 % len(FINDINGS)],
                message="This page says that its text comes from elsewhere, and also calls itself the original source.",
            )  # fmt: skip
        work = page.work
        if page is work.pages[0]:
            self.rows.put("works", id=work.work_id, **work.origin())
        self.rows.put(
            "lineages", document_id=page.document_id, work_id=work.work_id, **page.conclusion(), **work.origin()
        )

    def _read(self, page: Page) -> None:
        number, statement = self.statement()
        self.rows.put(
            "readings", sequence=number, at=stamp(self.now()), document_id=page.document_id, url=page.url, payload_sha256=page.digest,
            rules=RULES, claims=3, claims_sha256=hexed("claims", page.number), text_sha256=hexed("text", page.number), statement_id=statement,
        )  # fmt: skip

    # ── what there is a little of ──

    def _lists(self) -> None:
        """Robots.txt of the hosts, feeds of some, and what these name."""
        for outlet in self.plan.outlets:
            robots = f"https://{outlet.host}/robots.txt"
            self.capture(robots, robots, "robots", hexed("robots", outlet.number))
        for outlet in self.plan.outlets[::10]:
            feed = f"https://{outlet.host}/feed"
            name, sequence = self.capture(
                feed, feed, "feed", hexed("feed", outlet.number), state="there", list_problems="[]"
            )
            self.rows.numbered(
                "attempts", url=feed, url_key=key(feed), at=stamp(self.now()), outcome="captured", message="", capture_id=name, purpose="feed"
            )  # fmt: skip
            for page in {page.url: page for page in outlet.pages[:100]}.values():
                self.rows.put(
                    "listed", listing_key=key(feed), kind="page", url_key=key(page.url), url=page.url, title=page.title,
                    date=page.date[:10], first_sequence=sequence, sequence=sequence,
                )  # fmt: skip

    def _others(self) -> None:
        """Withdrawals, decisions, names, checks, checkpoints and who has seen them."""
        said = {"by": "Ada Rowe", "because": "The author asked for it."}
        for page in self.plan.pages[7::5000]:
            number, statement = self.statement()
            self.rows.put(
                "withdrawals", sequence=number, at=stamp(self.now()), **said, capture_id=self.begun[page.number],
                payload_sha256=page.digest, removed=0, statement_id=statement, applied=1,
            )  # fmt: skip
        for page in self.plan.pages[3::5000]:
            number, statement = self.statement()
            self.rows.put(
                "decisions", sequence=number, at=stamp(self.now()), **said, url=page.url, url_key=key(page.url), ruling="unrelated",
                source_url="https://elsewhere.example/", source_key="//elsewhere.example", statement_id=statement, applied=1,
            )  # fmt: skip
        for outlet in self.plan.outlets[:5]:
            number, statement = self.statement()
            self.rows.put(
                "namings", sequence=number, at=stamp(self.now()), **said, publisher=outlet.name, names="[]", hosts="[]",
                statement_id=statement, applied=1,
            )  # fmt: skip
        for warc in self.files[:-1]:
            number, statement = self.statement()
            self.rows.numbered(
                "events",
                kind="seal",
                at=stamp(self.now()),
                outcome="sealed",
                subject=warc,
                sequence=number,
                statement_id=statement,
            )
        for subject in (*self.files, *(None,) * 100):
            self.rows.numbered(
                "events", kind="fixity-check", at=stamp(self.now()), outcome="ok", detail="stored", subject=subject
            )
        self._witnessed()

    def _witnessed(self) -> None:
        last = self.sequence
        for number in range(1, 201):
            size = last * number // 200
            self.rows.put(
                "checkpoints", size=size, origin="archiver/0f189972b2edde89", root=hexed("root", size), name=f"{size:012}.checkpoint",
                signers='["bench.example+0f189972"]' if number % 5 == 0 else "[]",
            )  # fmt: skip
            if number % 10 == 0:
                sequence, statement = self.statement()
                self.rows.put(
                    "anchors", sequence=sequence, kind="rfc3161", whom="stamps.example", at=stamp(self.now()), size=size, root=hexed("root", size),
                    name=f"{size:012}.tsr", sha256=hexed("anchor", size), said_at=stamp(self.now()), note="", statement_id=statement,
                )  # fmt: skip
