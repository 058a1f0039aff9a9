"""Citations in the formats that bibliographies are kept in.

    bibtex(citations)   BibLaTeX, an @online an entry         ris(citations)     RIS, as Zotero reads it
    csl(citations)      CSL-JSON, a list of web pages         wiki(citation)     {{cite web}} of Wikipedia, with a comment in case of doubt
    sentence(citation)  a sentence for a footnote             FORMATS            all that a document is offered as, by file name ending

What is said, and how a republication is cited, is _entry; here is where each format has room for it. Foreign text comes plain from
there and is escaped by the rules of the format; titles are whole, and keep the letters that were sent (the note says where those can
be mistaken). A date is as exact as it is known and the format can say. Of a name the parts are told where they are certain (names).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from archiver.export import prov
from archiver.export._entry import Entry, Original, entries, entry, iso, ymd
from archiver.export.captures import word
from archiver.export.jsonlines import encoded
from archiver.export.names import split
from archiver.export.silence import silent
from archiver.model import url as urls
from archiver.model.citation import Citation, Json
from archiver.model.letters import marked
from archiver.model.text import dated, plain

#: What a field that asks for the archive says: no archive has told its name here.
ARCHIVE = "WARC archive (archiver)"

#: What TeX takes for more than text. Braces are commands, not escaped characters: those who read these files count them.
_TEX = {
    "\\": r"\textbackslash{}", "{": r"\textbraceleft{}", "}": r"\textbraceright{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
    "`": r"\textasciigrave{}", "<": r"\textless{}", ">": r"\textgreater{}", "|": r"\textbar{}", **{char: f"\\{char}" for char in "%#&$_"},
}  # fmt: skip
_TEX_MARKS = re.compile(f"[{re.escape(''.join(_TEX))}]")
#: Signs that TeX makes one of where two stand together: dashes, quotation marks.
_TEX_RUNS = re.compile(r"(?<=-)(?=-)|(?<=')(?=')|(?<=,)(?=,)")

#: Languages by the names that BibLaTeX hands to babel and polyglossia; others have no name there, or several.
_LANGUAGES = {
    "ar": "arabic", "ca": "catalan", "cs": "czech", "da": "danish", "de": "german", "el": "greek", "en": "english", "es": "spanish",
    "fa": "persian", "fi": "finnish", "fr": "french", "he": "hebrew", "it": "italian", "nl": "dutch", "pl": "polish", "pt": "portuguese",
    "ru": "russian", "sv": "swedish", "tr": "turkish", "uk": "ukrainian",
}  # fmt: skip

#: What MediaWiki takes for more than text, anywhere: links, templates, tables, tags, references, named parameters.
_WIKI_MARKS = re.compile(r"[\[\]{}|<>=]|&(?=#?\w)")
#: And these where they stand so: emphasis, signatures, switches, a list or an indent at the beginning, addresses, identifiers.
_WIKI_RUNS = re.compile(
    r"'(?=')|(?<=')'|^'|'$|~(?=~)|(?<=~)~|_(?=_)|(?<=_)_|^[*#:;]|(?<=[A-Za-z]):(?=\S)|(?:(?<=ISBN)|(?<=PMID)|(?<=RFC)) (?=\d)",
    re.IGNORECASE,
)
#: What could end a comment, or is taken for more by programs that look into one.
_REMARK = re.compile(r"[\[\]{}|<>~]|-(?=-)|-$|&(?=#?\w)")
#: The same in an address, where percent escapes say it.
_WIKI_ADDRESS = re.compile(r"[\[\]|'~]|_(?=_)|(?<=_)_")

#: What is known of where a text comes from, by the status of its page, where nobody can be named for it.
_WHENCE = {
    "original": "the original as far as the archive can tell",
    "republication": "taken from elsewhere, and where it was first published is not decided",
    "contradicted": "what it says of its source is contradicted by what is archived",
    "undecided": "nothing archived decides where it was first published",
}
#: And what is said of the source that a page names.
_DOUBT = {
    "contradicted": "but what is archived speaks against that",
    "undecided": "and nothing archived decides whether that is so",
}

_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")  # fmt: skip


def bibtex(citations: Iterable[Citation]) -> str:
    """Entries of BibLaTeX in UTF-8, a blank line between them. The manual has no field for an original's address: the note has it."""
    return "\n".join(map(_online, entries(citations)))


def _online(one: Entry) -> str:
    original = one.original
    fields = {
        "author": " and ".join(map(_author, one.authors)),
        "title": f"{{{_tex(one.called)}}}" if one.called else "",
        "organization": f"{{{_tex(one.publisher)}}}" if one.publisher else "",
        "date": _seconds(one.date),
        "origdate": _seconds(original.date) if original else "",
        "origpublisher": f"{{{_tex(original.publisher)}}}" if original and original.publisher else "",
        "url": one.url or "",
        "urldate": _seconds(one.capture.captured_at) if one.capture else "",
        "langid": _LANGUAGES.get((one.language or "").split("-")[0].lower(), ""),
        "note": _tex(one.note),
    }
    lines = [f"  {name} = {{{value}}},\n" for name, value in fields.items() if value]
    return f"@online{{{one.key},\n{''.join(lines)}}}\n"


def _author(name: str) -> str:
    """A name in braces is one word to BibLaTeX; of given names each is one, so that it finds their initials."""
    parts = split(name)
    return f"{{{_tex(name)}}}" if parts is None else f"{{{_tex(parts.family)}}}, {_tex(parts.given)}"


def _tex(text: str) -> str:
    """Plain text as TeX sets it: nothing in it is a command, a comment or a brace of the entry."""
    return _TEX_RUNS.sub("{}", _TEX_MARKS.sub(lambda found: _TEX[found[0]], text))


def _seconds(text: str | None) -> str:
    """A time in UTC to the second, as BibLaTeX reads it; else the day, month or year."""
    found = re.fullmatch(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d{1,9})?Z", text or "")
    return f"{found[1]}Z" if found and iso(text) else iso(text)


def ris(citations: Iterable[Citation]) -> str:
    """Entries of RIS in UTF-8. What RIS has no tag for (an original's publisher and date) stands where Zotero keeps more fields."""
    return "".join(
        "".join(f"{tag}  - {value}\r\n" for tag, value in _tags(one) if value) + "ER  - \r\n"
        for one in entries(citations)
    )


def _tags(one: Entry) -> Iterator[tuple[str, str]]:
    """Tags in their order. An L2 would make the reader fetch the page, which need not be any more what was archived."""
    yield "TY", "ELEC"  # whether it is a newspaper or a blog is nowhere said
    yield "ID", one.key
    for name in one.authors:
        parts = split(name)
        yield "AU", name if parts is None else f"{parts.family}, {parts.given}"
    yield "TI", one.called or ""
    yield "T2", one.site or ""
    yield "PY", iso(one.date)[:4]
    yield "DA", _slashed(one.date)
    yield "UR", one.url or ""
    yield "Y2", _slashed(one.capture.captured_at, clock=True) if one.capture else ""
    yield "LA", one.language or ""
    if one.record:
        yield "DB", ARCHIVE
        yield "AN", one.record
    if one.original:
        day, who = iso(one.original.date), one.original.publisher
        yield "M2", f"original-date: {day}" if day else ""
        yield "M2", f"original-publisher: {who}" if who else ""
    # Zotero takes a note with a tag in it for HTML.
    yield "N1", re.sub(r"&(?=#?\w+;)", "&amp;", one.note).replace("<", "&lt;")


def _slashed(text: str | None, *, clock: bool = False) -> str:
    """`2024/05/02/`, its empty parts kept; with the time of day behind it where that is asked for."""
    if not (parts := ymd(text)):
        return ""
    at = re.search(r"T(\d\d:\d\d:\d\d)", text or "") if clock else None
    day = [f"{part:0{width}}" for part, width in zip(parts, (4, 2, 2), strict=False)] + [""] * (3 - len(parts))
    return "/".join([*day, at[1] if at else ""])


def csl(citations: Iterable[Citation]) -> str:
    """CSL-JSON: a list of items of the type `webpage`. Names are whole (`literal`) where it is not certain which part is the family's."""
    return encoded([_item(one) for one in entries(citations)], indent=2).decode()


def _item(one: Entry) -> Json:
    fields: dict[str, Json] = {
        "id": one.key,
        "type": "webpage",
        "title": one.called,
        "author": [_person(name) for name in one.authors],
        "container-title": one.site,
        "issued": _parts(one.date),
        "accessed": _parts(one.capture.captured_at) if one.capture else None,
        "URL": one.url,
        "original-date": _parts(one.original.date) if one.original else None,
        "original-publisher": one.original.publisher if one.original else None,
        "archive": ARCHIVE if one.record else None,
        "archive_location": one.record,
        "language": one.language,
        # Processors look for further fields in a note, written `{:field: value}`.
        "note": one.note.replace("{:", "{ :"),
    }
    return {name: value for name, value in fields.items() if value}


def _person(name: str) -> Json:
    parts = split(name)
    return {"literal": name} if parts is None else {"family": parts.family, "given": parts.given}


def _parts(text: str | None) -> Json:
    parts = ymd(text)
    return {"date-parts": [list(parts)]} if parts else None


def wiki(citation: Citation) -> str:
    """`{{cite web}}`, and where something speaks against citing the page as if nothing were, a comment that says it to who edits.

    The site is the original's where archived texts or a person say so, and the page read is named as that by way of which; of an
    agency's text the site is the page's own. Our archive is no public one: no `archive-url`, and neither record nor digest.
    """
    one = entry(citation)
    original = one.original
    credited = original if original and original.sure and not original.supplied and not original.translated else None
    fields = {
        **dict(_named(one.authors)),
        "title": one.called,
        "website": _first(credited) if credited and _first(credited) else one.site,
        "via": one.site if credited and _first(credited) else None,
        "agency": original.publisher if original and original.supplied else None,
        "date": _written(one.date),
        "orig-date": _written(original.date) if original else None,
        "access-date": iso(one.capture.captured_at) if one.capture else None,
        "url-status": "dead" if one.gone else None,
        "language": one.language,
    }
    written = [f"|{name}={_wikitext(value)}" for name, value in fields.items() if value]
    address = [f"|url={_WIKI_ADDRESS.sub(lambda found: f'%{ord(found[0]):02X}', one.url)}"] if one.url else []
    remark = _REMARK.sub(lambda found: f"&#{ord(found[0])};", one.remark)
    return f"{{{{cite web {' '.join([*address, *written])}}}}}{f' <!-- {remark} -->' if remark else ''}\n"


def _named(authors: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """The parameters for names, numbered where there are several."""
    for number, name in enumerate(authors, 1):
        which, parts = str(number) if len(authors) > 1 else "", split(name)
        if parts is None:
            yield f"author{which}", name
        else:
            yield from ((f"last{which}", parts.family), (f"first{which}", parts.given))


def _first(original: Original) -> str | None:
    """Who had it first, by name, else by host."""
    return original.publisher or (urls.host(original.url) if original.url else None)


def _written(text: str | None) -> str:
    """A date as Wikipedia takes it: a year and a month in figures could be two years."""
    parts = ymd(text)
    return f"{_MONTHS[parts[1] - 1]} {parts[0]}" if len(parts) == 2 else iso(text)


def _wikitext(text: str) -> str:
    """Plain text as wikitext that is text and nothing more, in a parameter of a template and outside of one."""
    text = _WIKI_MARKS.sub(lambda found: f"&#{ord(found[0])};", text)
    return _WIKI_RUNS.sub(lambda found: f"&#{ord(found[0])};", text)


def sentence(citation: Citation) -> str:
    """One sentence for a footnote, in plain text: what was read, where and when it was archived, and who had it first, as is known.

    Words of ours stand between names, titles and dates: what is written from right to left would change places with them.
    """
    one = entry(citation)
    said = [f"“{marked(one.title)}”" if one.title else one.called or "A page"]
    said += [f"by {' and '.join(map(marked, one.authors))}"] if one.authors else []
    said += [f"in {marked(one.publisher)}"] if one.publisher else []
    said += [f"dated {iso(one.date)}"] if iso(one.date) else []
    said += [f"at <{one.url}>" if one.url else f"at {one.address}"]
    read = ", ".join(said)
    if one.capture is None:
        return f"{read}, of which nothing is archived."
    whose, at = word(one.capture), one.capture.captured_at
    when = f"archived on {at}" if whose is None else f"captured on {at} {whose},"
    further = [f"flagged ({', '.join(one.flags)})"] if one.flags else []
    further += [_whence(one)]
    further += [f"it was {dated(plain(str(one.withdrawn)))}"] if one.withdrawn else []
    return f"{read}, {when} with the SHA-256 {one.capture.sha256}; {'; '.join(further)}."


def _whence(one: Entry) -> str:
    """Who had the text first, and how that is known; where it is not, what is known instead."""
    if one.original is None:
        return (
            f"it names {marked(one.names)} as its source, {_DOUBT[one.status]}"
            if one.names and one.status in _DOUBT
            else _WHENCE[one.status]
        )
    original = one.original
    verb = "supplied by" if original.supplied else "first published by"
    said = [f"translated from what was {verb}" if original.translated else verb]
    said += [marked(original.publisher) if original.publisher else "a publisher not named"]
    said += [f"dated {iso(original.date)}"] if iso(original.date) else []
    said += [f"at <{original.url}>"] if original.url else []
    return f"{' '.join(said)} ({original.known})"


@dataclass(frozen=True, slots=True)
class Format:
    """What documents are written as: the media type, the function that writes them, and what people call it."""

    media_type: str
    write: Callable[[Iterable[Citation]], str]
    name: str


def _wikis(citations: Iterable[Citation]) -> str:
    return "".join(map(wiki, citations))


def _lines(citations: Iterable[Citation]) -> str:
    """What `lookup --json` prints, a document a line, without the words of what is withdrawn."""
    return "".join(encoded(silent(one).as_json()).decode() for one in citations)


#: By the ending of a file's name or an address. The order is the one in which they are offered.
FORMATS = {
    ".bib": Format("application/x-bibtex; charset=utf-8", bibtex, "BibLaTeX"),
    ".ris": Format("application/x-research-info-systems; charset=utf-8", ris, "RIS (Zotero, EndNote)"),
    ".csl.json": Format("application/vnd.citationstyles.csl+json", csl, "CSL-JSON (Zotero, pandoc)"),
    ".wiki": Format("text/plain; charset=utf-8", _wikis, "Wikipedia"),
    ".prov.json": Format("application/json", prov.documents, "PROV-JSON"),
    ".json": Format("application/json", _lines, "JSON, as archiver lookup prints it"),
}
