"""The templates in pages/, and how foreign text gets into them: made plain (model.text), marked where its letters can be mistaken, and
escaped by the engine. A template never marks anything as safe but what export.picture drew.

    page(template, links, **values)  -> the bytes of a page
    error(links, what, status)       -> the answer that says what is wrong and what to do

What the filters do, by their names in a template:

    plain, name, quote    foreign text on one line; a title or name, a quote, no longer than there is room for
    before, after         what stands before a quote, the end of it; and behind it, the beginning
    titled                what a page is called: its title, or that it has none, or that it is withdrawn
    said, sentence        words of ours with foreign names in them, times as people read them; with a capital and a full stop
    standing              what a page is, in a word or two: its status, a translation and an agency's text told apart
    signal, coded         by what a page was told to be something else; whether that is markup, an address or a header line
    linked, short         an address as the target of a link, None where it may be none; as people read it
    command               what captures an address, for a shell; None where it cannot be captured
    tag                   a language as an attribute `lang` may give it, None where it is none
    meaning               what a problem code means           counted, size   figures for people
    word                  by whose word a capture is dated that is not this archive's own
"""

from __future__ import annotations

import re
import shlex
from functools import cache
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined

from archiver.browse.web import Answer, Links
from archiver.export.captures import word
from archiver.export.lineage import link
from archiver.export.silence import WITHDRAWN
from archiver.model.capture import PROBLEMS
from archiver.model.letters import marked
from archiver.model.text import counted, cut, dated, plain, size

if TYPE_CHECKING:
    from archiver.errors import ArchiverError
    from archiver.model.citation import Citation, CitedSignal

#: Characters of a title or a name, and of a quote, that a page shows at once.
TITLE, QUOTE = 300, 600

#: Characters that are shown of what stands before a quote, or behind it.
AROUND = 200

#: A time in a sentence of ours (RFC 3339, UTC).
_TIME = re.compile(r"\b(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d{1,9})?Z", re.ASCII)

#: What a verdict says first of a text that was taken from elsewhere (provenance.status), and what that is called.
_KINDS = {"A translation": "Translation", "An agency's text": "Agency text", "An agency’s text": "Agency text"}
_KIND = re.compile(rf"(?:Another form of \S+ )?({'|'.join(_KINDS)})\.")

#: Names of the rules (extract.standin) whose evidence is no text that a reader of the page sees.
_CODED = re.compile(r"-(?:header|mark|marked|address|host|form|shell)(?:-|\Z)")

#: A language tag as pages give it: a language, and what narrows it (RFC 5646, without its grandfathered ones).
_TAG = re.compile(r"[a-zA-Z]{2,3}(?:-[a-zA-Z0-9]{2,8}){0,4}", re.ASCII)


@cache
def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("archiver.browse", "pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "plain": shown, "name": name, "quote": quoted, "before": before, "after": after, "titled": titled, "standing": standing, "signal": told, "coded": coded, "said": said, "sentence": sentence, "linked": link, "short": short, "command": command,
        "tag": tag, "meaning": meaning, "counted": counted, "size": size, "word": word,
    }  # fmt: skip
    return made


def shown(text: str | None) -> str:
    """Foreign text on one line, whole; nothing where there is none."""
    return plain(text or "")


def name(text: str | None, most: int = TITLE) -> str:
    """A title or a name, no longer than there is room for, with a mark where its letters can be mistaken."""
    whole = shown(text)
    return cut(whole, most) + marked(whole)[len(whole) :]


def quoted(text: str | None, most: int = QUOTE) -> str:
    """Foreign words, no longer than there is room for; the quotation marks are the template's."""
    return cut(text or "", most)


def before(text: str | None, most: int = AROUND) -> str:
    """What stands before a quote: the end of it, from the beginning of a word on."""
    whole = shown(text)
    return whole if len(whole) <= most else whole[-most:].partition(" ")[2] or whole[-most:]


def after(text: str | None, most: int = AROUND) -> str:
    """What stands behind a quote: the beginning of it, to the end of a word."""
    whole = shown(text)
    return whole if len(whole) <= most else whole[:most].rpartition(" ")[0] or whole[:most]


def titled(citation: Citation, most: int = TITLE) -> str:
    """What a page is called. One that is withdrawn is not named."""
    if citation.withdrawn:
        return WITHDRAWN
    return name(citation.title, most) or "Without a title"


def standing(citation: Citation) -> str:
    """What a page is where its status says less than its verdict; nothing where that is all there is to say."""
    kind = _KIND.match(citation.verdict) if citation.status == "republication" else None
    return _KINDS[kind[1]] if kind else ""


def told(citation: Citation, code: str) -> CitedSignal | None:
    """By what a page was told to be something else: by words that its reader sees, where there are any."""
    signals = [one for one in citation.signals if one.code == code]
    return next((one for one in signals if not coded(one)), signals[0] if signals else None)


def coded(signal: CitedSignal) -> bool:
    """Whether what gave a page away stands where no reader of it looks: it is shown as code, and not as the page's words."""
    return _CODED.search(signal.name) is not None or signal.quote.lstrip().startswith("<")


def said(text: str | None, most: int = 4 * QUOTE) -> str:
    """Sentences of ours in which foreign names and words stand; times to the second."""
    return _TIME.sub(r"\1 \2 UTC", dated(cut(text or "", most)))


def sentence(text: str | None) -> str:
    """The same as a sentence of its own: messages begin small and have no end."""
    whole = said(text)
    return whole[:1].upper() + whole[1:] + ("" if whole.endswith((".", "!", "?", "…")) or not whole else ".")


def short(url: str | None, most: int = 60) -> str:
    """An address as people read it: without its scheme and `www.`, the middle of a long one left out."""
    bare = shown(url).removeprefix("https://").removeprefix("http://").removeprefix("www.").rstrip("/")
    return bare if len(bare) <= most else f"{bare[: most // 2]}…{bare[-(most // 2 - 1) :]}"


def command(url: str | None) -> str | None:
    """What captures an address, to be pasted into a shell: nothing in a stranger's address is an order there. None where it cannot be
    captured.
    """
    target = link(url)
    return None if target is None else f"archiver capture {shlex.quote(target)}"


def tag(language: str | None) -> str | None:
    """A language as the page gives it, where it is written as a tag is."""
    return language if language is not None and _TAG.fullmatch(language) else None


def meaning(code: str) -> str:
    """What a problem code means, in a few words; a code that is not known here is only named."""
    return PROBLEMS[code].meaning.replace("'", "’") if code in PROBLEMS else "of a newer archiver than this one"


def page(template: str, links: Links, **values: object) -> bytes:
    """A page of ours, in UTF-8."""
    return _environment().get_template(template).render(links=links, **values).encode("utf-8", "replace")


def error(links: Links, what: ArchiverError, status: int) -> Answer:
    """What is wrong, and what to do next."""
    return Answer(page("error.html", links, what=str(what), advice=what.advice, status=status), status=status)
