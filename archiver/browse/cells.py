"""A value of the manifest as a cell of Datasette's tables: what a person reads at a glance, on one line.

    cell(table, column, value, row, links, gone) -> Markup, or None where it is best shown as it is

Decided by the column's name, so that stored queries and SQL of one's own are shown alike: the first of RULES whose pattern it matches
and which knows what to do with the value. Every value is a stranger's: it is made plain and escaped, stands apart from what is written
the other way (bdi), and is a link only where it is an address of http or https.

Pure. Does not own: what a column means (tables), and what happens where a value is None, empty or bytes (Datasette).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import quote

from markupsafe import Markup

from archiver.browse import render
from archiver.browse.web import Links
from archiver.export.lineage import link
from archiver.export.silence import WITHDRAWN
from archiver.model.capture import PROBLEMS
from archiver.model.text import cut, plain, size

#: Characters of a title or a text, of an address, of a digest and of a UUID that a cell shows.
TEXT, ADDRESS, DIGEST, RECORD = 200, 48, 12, 8
#: Members of a list that a cell shows.
MEMBERS = 6

DIGEST_OF = re.compile(r"[0-9a-f]{64}")
DOCUMENT_ID = re.compile(r"[0-9a-f]{16}")
UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_TIME = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d)")
_DAY = re.compile(r"\d{4}(?:-\d\d(?:-\d\d)?)?")
_ADDRESS = re.compile(r"https?://\S+$")
_WORD = re.compile(r"[a-z][a-z0-9_-]{0,40}")

#: Where the document of a row is named, the surest first. A table's own `id` is one where it looks like one: numbers do not.
DOCUMENT_COLUMNS = ("document", "document_id", "from_document", "origin_document", "id")


class Row(Protocol):
    """A row as Datasette hands it over: values by the names of its columns."""

    def __getitem__(self, name: str, /) -> object:
        """The value of a column; raises IndexError or KeyError."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A value that is there, and where it stands. `links` are None in a manifest that our pages do not show."""

    table: str | None
    column: str
    value: object
    row: Row
    links: Links | None

    @property
    def text(self) -> str:
        """The value, or the words of one that stands for a row elsewhere, plain."""
        return plain(str(self.value))


def cell(
    table: str | None, column: str, value: object, row: Row, links: Links | None, *, gone: Collection[str] = ()
) -> Markup | None:
    """How a value is shown. `value` is as SQLite has it, or {"value", "label"} where it refers to a row elsewhere. `gone`: the documents
    that are withdrawn, and not named.
    """
    if isinstance(value, Mapping):
        label = WITHDRAWN if value["value"] in gone else value["label"]
        return _reference(Cell(table, column, value["value"], row, links), label)
    if value is None or value == "" or isinstance(value, bytes):
        return None
    asked = Cell(table, column, value, row, links)
    for pattern, shown in RULES:
        if pattern.fullmatch(column) and (found := shown(asked)) is not None:
            return found
    return None


def document_of(row: Row) -> str | None:
    """The ID of the document that a row names."""
    for name in DOCUMENT_COLUMNS:
        value = valued(row, name)
        if isinstance(value, str) and DOCUMENT_ID.fullmatch(value):
            return value
    return None


def valued(row: Row, name: str) -> object:
    """A value of a row, also where it came with the words that stand for it; None where there is no such column."""
    try:
        value = row[name]
    except (KeyError, IndexError):
        return None
    return value["value"] if isinstance(value, Mapping) else value


# ── what a value may be ──


def _anchor(href: str | None, shown: Markup | str, title: str = "") -> Markup:
    """A link to a page of ours, where there is one."""
    hint = Markup(' title="{}"').format(title) if title else Markup("")
    return (
        Markup('<a href="{}"{}>{}</a>').format(href, hint, shown)
        if href
        else Markup("<span{}>{}</span>").format(hint, shown)
    )


def _isolated(text: str) -> Markup:
    return Markup("<bdi>{}</bdi>").format(text)


def _reference(asked: Cell, label: object) -> Markup | None:
    """A row of another table by what stands for it there: a document by its title, a capture by its time, all else by its name."""
    value = asked.value
    known = isinstance(label, str) and label != value and plain(label) != ""
    at = _TIME.fullmatch(str(label))
    shown = f"{at[1]} {at[2]}" if at else render.name(str(label), TEXT)
    name = _isolated(shown) if known else None
    if isinstance(value, str) and DOCUMENT_ID.fullmatch(value) and asked.links is not None:
        return _anchor(asked.links.document(value), name or Markup("<code>{}</code>").format(value), value)
    if isinstance(value, str) and UUID.fullmatch(value):
        return _capture(asked, name) if at else _record(asked)
    for table, column in _TABLES:
        if column.fullmatch(asked.column) and asked.links is not None:
            return _anchor(_row(asked.links, table, value), name or _isolated(cut(asked.text, TEXT)))
    return name


def _row(links: Links, table: str, value: object) -> str | None:
    """Datasette's page of a row, whose key is spelled in its own way: a tilde where addresses have a percent sign."""
    at = links.table(table)
    return at and f"{at}/{quote(str(value), safe='').replace('~', '%7E').replace('.', '%2E').replace('%', '~')}"


#: Which table a column refers to.
_TABLES = tuple(
    (table, re.compile(pattern))
    for table, pattern in (
        ("publishers", "publisher_id"), ("texts", "text_id"), ("claims", "claim_id"), ("works", "work_id"), ("runs", "run_id"),
        ("edges", "edge_id"), ("decisions", "decision"), ("warcs", "warc"), ("captures", "sequence|first_sequence"),
    )
)  # fmt: skip


def _address(asked: Cell) -> Markup | None:
    """An address: what people know it by, and the whole of it behind that."""
    target = link(asked.text)
    if target is None:
        return None
    shown = _isolated(render.short(asked.text, ADDRESS))
    return Markup('<a href="{}" rel="noreferrer" title="{}">{}</a>').format(target, cut(asked.text, 2000), shown)


def _digest(asked: Cell) -> Markup | None:
    """A SHA-256: its beginning, and what it finds."""
    if not DIGEST_OF.fullmatch(asked.text):
        return None
    found = asked.column in ("payload_sha256", "content_sha256", "sha256") and asked.table in (
        None,
        "captures",
        "documents",
        "exchanges",
        "texts",
    )
    href = asked.links.front(asked.text) if found and asked.links is not None else None
    return _anchor(href, Markup("<code>{}…</code>").format(asked.text[:DIGEST]), asked.text)


def _document(asked: Cell) -> Markup | None:
    if not DOCUMENT_ID.fullmatch(asked.text) or asked.links is None:
        return None
    return _anchor(asked.links.document(asked.text), Markup("<code>{}</code>").format(asked.text))


def _capture(asked: Cell, shown: Markup | None = None) -> Markup | None:
    if not UUID.fullmatch(asked.text):
        return None
    href = asked.links.view(asked.text) if asked.links is not None else None
    return _anchor(href, shown or Markup("<code>{}…</code>").format(asked.text[:RECORD]), asked.text)


def _record(asked: Cell) -> Markup | None:
    if not UUID.fullmatch(asked.text):
        return None
    href = _row(asked.links, "records", asked.text) if asked.links is not None else None
    return _anchor(href, Markup("<code>{}…</code>").format(asked.text[:RECORD]), asked.text)


def _title(asked: Cell) -> Markup | None:
    """A title, which leads to the provenance of the page that bears it; where a row names that by its address alone, to what answers it."""
    name, url = document_of(asked.row), valued(asked.row, "url")
    href = None
    if asked.links is not None and name is not None:
        href = asked.links.document(name)
    elif asked.links is not None and isinstance(url, str) and link(plain(url)) is not None:
        href = asked.links.front(plain(url))
    shown = _isolated(render.name(asked.text, TEXT))
    return Markup('<a href="{}">{}</a>').format(href, shown) if href else shown


def _time(asked: Cell) -> Markup | None:
    """A time to the minute; where only days are spoken of, a day."""
    text = asked.text
    if found := _TIME.fullmatch(text):
        shown = found[1] if _DATE.fullmatch(asked.column) else f"{found[1]} {found[2]}"
    elif _DAY.fullmatch(text):
        shown = text
    else:
        return None
    return Markup('<time datetime="{}" title="{}">{}</time>').format(text, text, shown)


def _share(asked: Cell) -> Markup | None:
    """A weight from 0 to 1."""
    if not isinstance(asked.value, int | float) or not 0 <= asked.value <= 1:
        return None
    shown = f"{asked.value:.2f}"
    return Markup('{} <meter min="0" max="1" value="{}">{}</meter>').format(shown, shown, shown)


def _yes(asked: Cell) -> Markup | None:
    if asked.value not in (0, 1):
        return None
    return Markup("yes") if asked.value else Markup("no")


def _size(asked: Cell) -> Markup | None:
    """Bytes, as people count them."""
    if not isinstance(asked.value, int) or asked.value < 0:
        return None
    return Markup('<span title="{} bytes">{}</span>').format(f"{asked.value:,}", size(asked.value))


def _word(asked: Cell) -> Markup | None:
    """One of our own words: a status, an outcome, a relation."""
    if not _WORD.fullmatch(asked.text):
        return None
    return Markup('<span class="word word-{}">{}</span>').format(asked.text, asked.text.replace("_", " "))


def _codes(asked: Cell) -> Markup | None:
    """Problem codes, each with its meaning; one, or a list of them."""
    codes = [asked.value] if isinstance(asked.value, str) and not asked.value.startswith("[") else _array(asked.value)
    if codes is None or not all(isinstance(code, str) for code in codes):
        return None
    return _joined(map(_problem, map(str, codes)))


def _problem(code: str) -> Markup:
    known = PROBLEMS.get(code)
    shown = cut(code, 60)
    return Markup('<abbr title="{}">{}</abbr>').format(known.meaning, shown) if known else _isolated(shown)


def _list(asked: Cell) -> Markup | None:
    """A JSON array as people write lists; of what is no text, how many there are."""
    members = _array(asked.value)
    if members is None:
        return None
    named = [one.get("field") if isinstance(one, dict) else one for one in members]
    texts = [one for one in named if isinstance(one, str)]
    if len(texts) < len(members):
        return Markup("{}").format(f"{len(members):,}")
    shown = [_listed(asked, text) for text in texts[:MEMBERS]]
    return _joined([*shown, *([Markup("…")] if len(texts) > MEMBERS else [])])


def _listed(asked: Cell, text: str) -> Markup:
    if DIGEST_OF.fullmatch(text):
        return Markup('<code title="{}">{}…</code>').format(text, text[:DIGEST])
    return (
        _isolated(render.name(text, 60))
        if asked.column != "signers"
        else Markup('<span title="{}">{}</span>').format(plain(text), cut(text, 40))
    )


def _array(value: object) -> Sequence[object] | None:
    if not isinstance(value, str) or not value.startswith("["):
        return None
    try:
        found = json.loads(value)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, list) else None


def _joined(members: Iterable[Markup]) -> Markup:
    return Markup(", ").join(members) or Markup("<span>none</span>")


def _name(asked: Cell) -> Markup | None:
    return _isolated(render.name(asked.text, TEXT)) if isinstance(asked.value, str) else None


def _text(asked: Cell) -> Markup | None:
    if _ADDRESS.match(asked.text) and (found := _address(asked)) is not None:
        return found
    return _isolated(cut(asked.text, TEXT)) if isinstance(asked.value, str) else None


def _key(asked: Cell) -> Markup | None:
    """An address as look-ups compare it."""
    return Markup('<span title="{}">{}</span>').format(
        cut(asked.text, 2000), _isolated(render.short(asked.text, ADDRESS))
    )


def _rule(
    pattern: str, shown: Callable[[Cell], Markup | None]
) -> tuple[re.Pattern[str], Callable[[Cell], Markup | None]]:
    return re.compile(pattern), shown


_DATE = re.compile(r"date|date_\w+|\w+_date")
_FLAGS = r"is_\w+|\w+_is_archived|origin_captured|sealed|removed|applied|chosen|boilerplate|asking"

#: By the name of a column, how its values are shown, the first that can do it; whatever is text and nothing else, as that.
RULES = (
    _rule(r"url|\w+_url|named_by|from|to", _address),
    _rule(r"\w+_key|page", _key),
    _rule(r"sha256|\w*_sha256|leaf|root|hash", _digest),
    _rule(r"document|document_id|\w+_document|work|work_id|a|b|id", _document),
    _rule(r"capture|capture_id|revisit_of", _capture),
    _rule(r"record_id|request_id|statement_id", _record),
    _rule(r"title|to_title", _title),
    _rule(r"at|\w+_at|since|until|\w+_since|date|date_\w+|\w+_date", _time),
    _rule(r"weight|confidence|overlap|score|containment_[ab]|text_shared", _share),
    _rule(_FLAGS, _yes),
    _rule(r"length|payload_length|committed|warc_bytes", _size),
    _rule(r"\w*problems|problem|code|finding", _codes),
    _rule(r"status|outcome|relation|state|was|change|role|kind|purpose|source|strength|ruling|finding|level|relations", _word),
    _rule(r"authors|linked|robots|jobs|names|hosts|tls_chain|signers|changes|headers", _list),
    _rule(r"publisher|\w+_publisher|byline|name|spelling|by|decided_by|owner|operator|whom|source_title", _name),
    _rule(r".*", _text),
)  # fmt: skip
