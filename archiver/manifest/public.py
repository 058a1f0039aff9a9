"""What of the manifest may be put before the public: column by column, and of what is withdrawn nothing that it says.

    RULES               every column there is: kept, rewritten (how) or dropped, each with the reason
    withdraw, clear     a copy of the manifest that is to be thrown away, made so; what was deleted is still in its free pages
    unlocated, abroad   a text without the folders in it, an address without the private ones
    veil                a manifest that is read for the public as it is: without private addresses

No folder, no user, no host of the machine that archived, and nothing that people wrote for themselves. Names by which somebody signs a
ruling stay: a ruling without its author is none. Of a page that is withdrawn a copy holds what `--remove` leaves of one: its address, its
digests, and that it was withdrawn, when, by whom and why.

Both take a connection that commits by itself (isolation_level None) and may do without a journal.

Does not own: what is withdrawn (withdrawals), what follows from that for other pages (publishing), how a copy is made (snapshot).
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import ip_address

from archiver.manifest.facts import component
from archiver.manifest.withdrawals import HIDDEN, WITHDRAWN


class Fate(StrEnum):
    """What becomes of a column in a public copy."""

    KEPT = "kept"
    REWRITTEN = "rewritten"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Rule:
    """What becomes of columns of a table (of none: of all its rows), and why. `becomes` is SQL, `{}` the column; `what` is what people
    call its values.
    """

    table: str
    columns: tuple[str, ...]
    fate: Fate
    why: str
    what: str = ""
    becomes: str = ""


def _kept(table: str, columns: str, why: str) -> Rule:
    return Rule(table, tuple(columns.split()), Fate.KEPT, why)


def _dropped(table: str, columns: str, becomes: str, what: str, why: str) -> Rule:
    return Rule(table, tuple(columns.split()), Fate.DROPPED, why, what, becomes)


def _emptied(table: str, what: str, why: str) -> Rule:
    return Rule(table, (), Fate.DROPPED, why, what)


def _unlocated(table: str, columns: str, why: str) -> Rule:
    """Of text that may name a place on a disk."""
    return Rule(table, tuple(columns.split()), Fate.REWRITTEN, why, "paths", "unlocated({})")


_FACTS = "stated in the log, and the same for everybody"
_CONCLUDED = "concluded from pages alone"
_REASON = "a person's reason, given to be read; it may name a file of theirs"

#: Every column of the schema, once.
RULES: tuple[Rule, ...] = (
    _kept("warcs", "name committed sealed sha256", "names of files without their folder: a record is found by them"),
    _kept("records", "record_id kind warc offset length stored_sha256", "where a record lies in a file, and its digest"),
    _kept("certificates", "sha256", "digests"),
    _kept("conversions", "record_id payload_sha256 extractor", "which record holds a text, and by what it was drawn"),
    _kept("captures", "sequence capture_id asked_url url url_key captured_at outcome problems http_status media_type payload_sha256"
          " payload_length revisit_of purpose source robots statement_id clock_state tool document_id state list_problems", _FACTS),
    _unlocated("captures", "source_note", "where an imported file came from: its name, or what its importer says, with folders in it"),
    _dropped("captures", "operator", "null", "operators", "a person's name, put into settings for the records and not for readers"),
    _dropped("captures", "note", "null", "notes", "why somebody captured it, written for colleagues"),
    _dropped("captures", "reads", "0", "", "state of a program at work"),
    _kept("exchanges", "sequence hop url url_key http_status media_type captured_at record_id request_id payload_sha256 payload_length"
          " block_sha256 tls_version tls_cipher tls_chain tls_chain_state truncated excess", _FACTS),
    _dropped("exchanges", "headers", "'[]'", "headers of answers", "cookies, and the asker's address where a server says it back"),
    Rule("exchanges", ("peer",), Fate.REWRITTEN, "a public address is evidence, one of a network of ours is none", "private addresses",
         "abroad({})"),
    _unlocated("exchanges", "tls_override", _REASON),
    _kept("attempts", "id url url_key at outcome problems final_url capture_id sequence statement_id purpose", _FACTS),
    _dropped("attempts", "message", "''", "error messages", "what a machine says of its network; the problem codes say the rest"),
    _kept("events", "id kind at outcome sequence statement_id", "what was done, and how it ended"),
    Rule("events", ("detail",), Fate.REWRITTEN, "names of imported files; of timestamps asked for in vain, what a machine says of its network",
         "paths", "iif(kind = 'timestamping', '', unlocated({}))"),
    _unlocated("events", "subject", "a WARC file, or a folder that checkpoints are published in"),
    _kept("publishers", "id name kind owner source", "names of publishers, and from where they are known"),
    _kept("aliases", "id publisher_id kind alias spelling source", "the same"),
    _kept("texts", "id payload_sha256 extractor title byline text words sampled record_id", "what pages say; `text` only where that is wanted"),
    _kept("texts_fts", "title byline text", "the index of those"),
    _emptied("shingles", "", "finds texts for a program that archives; hashes of passages are of no use to a reader"),
    _kept("documents", "id url url_key site media_type title title_key publisher publisher_id authors date_published date_modified language"
          " outcome problems is_page read_problems payload_sha256 content_sha256 first_captured_at last_captured_at rules text_id linked",
          _CONCLUDED),
    _kept("addresses", "document_id url_key url kind", "addresses of pages"),
    _kept("candidates", "id document_id field value source chosen", _CONCLUDED),
    _kept("claims", "id document_id position relation publisher publisher_id url url_key strength weight boilerplate", _CONCLUDED),
    _kept("evidence", "id claim_id quote prefix suffix start end role rule weight sentence page", _CONCLUDED),
    _kept("overlaps", "a b containment_a containment_b shared longest", _CONCLUDED),
    _kept("edges", "id from_document to_document to_url to_publisher relation status confidence overlap decision", _CONCLUDED),
    _kept("edge_claims", "edge_id claim_id", _CONCLUDED),
    _kept("findings", "id document_id code message", "sentences of ours about pages"),
    _kept("works", "id origin_document origin_url origin_publisher origin_date origin_captured", _CONCLUDED),
    _kept("lineages", "document_id work_id status verdict origin_document origin_url origin_publisher origin_date origin_captured", _CONCLUDED),
    _kept("boilerplate", "sentence site words", _CONCLUDED),
    _kept("signals", "document_id position code name quote", _CONCLUDED),
    _kept("listed", "listing_key kind url_key url title date changed source_url source_title first_sequence sequence", "what feeds name"),
    _emptied("unresolved", "", "state of a program at work"),
    _kept("namings", "sequence at by publisher names hosts statement_id applied", "a ruling, and who signs it: without that it is none"),
    _unlocated("namings", "because", _REASON),
    _kept("decisions", "sequence at by url url_key ruling source_url source_key publisher statement_id applied", "the same"),
    _unlocated("decisions", "because", _REASON),
    _kept("withdrawals", "sequence at by capture_id payload_sha256 removed statement_id applied", "that something was withdrawn, when, by whom"),
    _unlocated("withdrawals", "because", _REASON),
    _kept("readings", "sequence at document_id url payload_sha256 rules claims claims_sha256 text_sha256 statement_id", "digests of conclusions"),
    _kept("log", "sequence leaf statement_id", "hashes"),
    _kept("log_nodes", "level position hash", "hashes"),
    _kept("checkpoints", "size origin root name signers", "public by nature"),
    _kept("keys", "sequence at key endorsement statement_id", "public keys, and notes that they signed: other words would not be signed"),
    _unlocated("keys", "because", _REASON),
    _kept("anchors", "sequence kind at size root name sha256 said_at statement_id", "who saw the log, as it can be checked"),
    _unlocated("anchors", "whom note", "a folder, where that is what checkpoints are published in"),
    _kept("runs", "id started_at ended_at outcome hosts due captured flagged failed refused put_off left_over new changed warc_bytes",
          "when somebody last looked, and what came of it"),
    _dropped("runs", "jobs", "'[]'", "names of jobs", "what people call their own work"),
    _dropped("runs", "process", "0", "", "state of the machine"),
    _dropped("runs", "message", "''", "messages of runs", "what the machine says of itself"),
    _emptied("visits", "visits of runs", "what is watched, why and how often; what came of it is in captures and attempts"),
    _emptied("pace", "", "state of the machine"),
    _kept("_sqlite_migrations", "id migration_set name applied_at", "by which schema this is"),
)  # fmt: skip

#: Where a path may begin, how it goes on (over blanks, to its last slash), and its last part. Each character is looked at twice at most.
_PATH = re.compile(
    r"""(?<![^\s"'(\[{<=,;:|])(?:file:/+|(?:~[\w.-]*|\.\.?)?/(?!/)|[A-Za-z]:[\\/](?!/)|\\\\)(?:(?:(?!://)[^\n])*[\\/])?(\S*)"""
)

#: The folders above those of users: what ends with one of these has no last part that could be told.
_HOMES = frozenset({"home", "users"})

#: The documents that are withdrawn, and say something yet.
_GONE = f"select id from documents where id in ({HIDDEN}) and read_problems <> '[\"withdrawn\"]' order by id"  # noqa: S608 - of a constant

#: Out with what they say, of themselves and in indexes. What follows from that for others is to be drawn anew.
_OUT = (
    f"create temp table gone_captures as select sequence, payload_sha256, payload_length from captures c where {WITHDRAWN}",  # noqa: S608 - the same
    f"create temp table gone as {_GONE}",
    "create temp table gone_texts as select id from texts where id in (select text_id from documents where id in gone)"
    " or payload_sha256 in (select payload_sha256 from gone_captures where payload_length > 0)",
    "create temp table gone_claims as select id from claims where document_id in gone",
    "create temp table gone_edges as select id from edges where from_document in gone",
    "delete from edge_claims where claim_id in gone_claims or edge_id in gone_edges",
    "delete from edges where id in gone_edges",
    *(f"delete from {table} where document_id in gone" for table in ("candidates", "signals", "findings", "lineages")),  # noqa: S608 - names
    "delete from overlaps where a in gone or b in gone",
    "delete from evidence where claim_id in gone_claims",
    "delete from claims where id in gone_claims",
    "delete from addresses where document_id in gone and kind = 'canonical'",
    "delete from boilerplate where sentence not in (select sentence from evidence where sentence is not null)",
    "delete from listed where sequence in (select sequence from gone_captures)",
    "update documents set title = null, title_key = '', publisher = null, publisher_id = null, authors = '[]', date_published = null,"
    " date_modified = null, language = null, outcome = 'flagged', problems = '[\"withdrawn\"]', read_problems = '[\"withdrawn\"]',"
    " is_page = 0, linked = '[]', text_id = null where id in gone",
    "update documents set text_id = null where text_id in gone_texts",
    "delete from texts where id in gone_texts",
    "insert into texts_fts (texts_fts) values ('optimize')",  # what was deleted from it stands in it until it is merged
)


def unlocated(text: str | None) -> str | None:
    """A text, and of every absolute path in it the last part alone; that goes to the last slash on the line, as a folder's name may have
    anything in it. Addresses with `://` are none. Linear in the text.
    """
    return text and _PATH.sub(_last, text)


def _last(path: re.Match[str]) -> str:
    parts = [part for part in re.split(r"[\\/]", path[0]) if part]
    if not parts:
        return path[0]
    return "…" if len(parts) > 1 and parts[-2].lower() in _HOMES else parts[-1]


def abroad(peer: str | None) -> str | None:
    """An address of a server, unless only a private network knows it."""
    if peer is None:
        return None
    try:
        return peer if ip_address(peer).is_global else None
    except ValueError:
        return None


def veil(connection: sqlite3.Connection) -> None:
    """Whoever reads the manifest by this connection sees no address of a server that only a private network knows. It may be open for
    reading alone: nothing is written but to this connection's own temporary schema, which SQLite looks names up in first.
    """
    connection.create_function("abroad", 1, abroad, deterministic=True)
    names = [row[1] for row in connection.execute("pragma main.table_info(exchanges)")]
    columns = ", ".join("abroad(peer) as peer" if name == "peer" else name for name in names)
    connection.execute(f"create temp view exchanges as select {columns} from main.exchanges")  # noqa: S608 - names of the schema


def withdraw(copy: sqlite3.Connection) -> int:
    """Out of a copy with what withdrawn pages say; the documents that hung together with them are `unresolved` afterwards. How many
    pages that was: none where nothing is withdrawn, or all of it is removed. Raises sqlite3.Error.
    """
    gone = {row[0] for row in copy.execute(_GONE)}
    if gone or copy.execute("select 1 from withdrawals limit 1").fetchone():
        near = {name for one in gone for name in component(copy, one).whole} - gone
        copy.execute("begin")
        for sql in _OUT:
            copy.execute(sql)
        copy.executemany("insert or ignore into unresolved values (?)", [(one,) for one in sorted(near)])
        copy.execute("commit")
    return len(gone)


def clear(copy: sqlite3.Connection, *, texts: bool) -> Mapping[str, int]:
    """Out of a copy with what RULES says, and without `texts` with the full texts. How many values or rows, by what people call them.
    Raises sqlite3.Error.
    """
    copy.create_function("unlocated", 1, unlocated, deterministic=True)
    copy.create_function("abroad", 1, abroad, deterministic=True)
    copy.execute("begin")
    left_out: dict[str, int] = {}
    if not texts:
        left_out["texts"] = copy.execute("update texts set text = '' where text <> ''").rowcount
        copy.execute("insert into texts_fts (texts_fts) values ('delete-all')")
        copy.execute("insert into texts_fts (texts_fts) values ('rebuild')")
    for rule in RULES:
        if (count := _follow(copy, rule)) and rule.what:
            left_out[rule.what] = left_out.get(rule.what, 0) + count
    copy.execute("commit")
    return left_out


def _follow(copy: sqlite3.Connection, rule: Rule) -> int:
    """Do what a rule says; of how many values or rows."""
    if rule.fate is Fate.KEPT:
        return 0
    if rule.table == "shingles":  # it holds no rows that can be deleted one by one
        return copy.execute("insert into shingles (shingles) values ('delete-all')").rowcount
    if not rule.columns:
        return copy.execute(f"delete from {rule.table}").rowcount  # noqa: S608 - a name of this module's
    count = 0
    for column in rule.columns:
        value = rule.becomes.format(column)
        count += copy.execute(f"update {rule.table} set {column} = {value} where {column} is not {value}").rowcount  # noqa: S608 - the same
    return count
