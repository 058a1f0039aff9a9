"""Bylines that a reader sees: lines that say who wrote the text, in sixteen languages. Blocks in, author candidates out.

What a line names is a candidate's value, still with what surrounds it; which part of it is a person is for names to say.
Markup that names authors is read by signals, and metadata chooses.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from archiver.extract import dates
from archiver.extract.names import CREDIT_LABELS, CREDIT_PREPOSITIONS, CREDIT_VERBS, is_person, is_single_name, people
from archiver.extract.text import letters
from archiver.model import url as urls
from archiver.model.document import Block, Candidate, Role

_KINDS = (
    "kolumne|interview|kommentar|gastbeitrag|analyse|essay|reportage|rezension|glosse|bericht|column|commentary|review|report|"
    "analysis|op-ed|story|article|tribune|chronique|entretien|columna|análisis|artículo|entrevista|analisi|intervista|"
    "text|texte|texto|testo|tekst|words"
)
#: How a line names its author; `rest` is the name and what follows. `verb` and `label` leave no doubt: one word is a name there.
CREDITS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), example)
    for pattern, example in (
        (rf"\A(?:(?:an?|eine?|une?|una)\s+)?(?:{_KINDS})s?\s+(?:by|von|par|por|de|di)\s+(?P<rest>\S.*)", "Eine Kolumne von Ada Lund"),
        (rf"\A\W{{0,3}}(?:(?:{CREDIT_PREPOSITIONS})\b\s*:?\s*){{1,2}}(?P<rest>\S.*)", "Von Ada Lund"),
        (r"\A(?-i:By)(?=(?-i:[A-Z][a-z]))(?P<rest>\S.*)", "ByAda Lund"),
        (rf"(?:\A|[\s|•·–—-])(?P<verb>{CREDIT_VERBS})\b(?:[^|]{{0,60}}?\s)??(?:{CREDIT_PREPOSITIONS})\s*:?\s+(?P<rest>\S.*)", "Publiziert am 3. Mai 2024 von Ada Lund"),
        (rf"(?:\A|[\s\d|•·–—-])(?P<label>{CREDIT_LABELS})\s*[:：●]\s*(?P<rest>\S.*)", "03.05.2024 - Autorin: Ada Lund"),
        (r"[\d|•·–—]\s*(?:uhr|[ap]\.?m\.?(?:\s[a-z]{3,4})?)?\s*(?:by|von|vom|par|por|door)\s*:?\s+(?P<rest>\S.*)", "May 3, 2024 10:44 am by Ada Lund"),
    )
)  # fmt: skip
_TITLED = re.compile(
    r"\A(?P<name>[^,\d]{5,40}),\s+(?:an?\s+|the\s+)?(?:[\w-]+\s+){0,4}?(?:journalist|commentator|correspondent|reporter|columnist|analyst|author|writer|editor|historian|professor|journaliste|periodista|journalistin|korrespondent)\b",
    re.IGNORECASE,
)
_ALONE = re.compile(
    r"(?P<name>[^\W\d_][\w-]{1,29})\s*(?:\Z|[|•·,(–—]|\d|(?:on|am|um|at|le|el|il|op|in|under|unter|dans|en)\s|(?:published|veröffentlicht|eine?n?|keine?n?|leave|hinterlasse|schreibe?|symbolbild|foto|kommentare?|comments?)\b)",
    re.IGNORECASE,
)
_NOT_ALONE = dates.MONTH_NAMES | {
    "the",
    "a",
    "an",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
}
_AUTHOR_PAGE = re.compile(
    r"/(?P<kind>authors?|autor(?:en|es|i|e|as?)?|auteurs?|redact(?:or|eur)\w*|columnists?|contributors?|writers?|staff|people|profiles?|journalists?|by)/(?P<slug>[^/]*)",
    re.IGNORECASE,
)
#: A line that is nothing but the word for authors, or the word before one: the next line is the name.
_LABEL = re.compile(rf"\W{{0,3}}(?:{CREDIT_LABELS}|{CREDIT_PREPOSITIONS})\s*[:：]?", re.IGNORECASE)
#: What stands below the name in a box about the author, or links to the rest of the author's texts.
_MORE_OF = re.compile(
    r"(?:zeige |view |see |show )?(?:all|alle|more|mehr|weitere)(?: \w+){0,2} (?:articles?|posts?|stories|artikel|beiträge|texte)|"
    r"(?:all|more|mehr|alle|weitere)\b.{0,20}\b(?:by|from|von)\b.{3,40}|(?:view|see) (?:full |my )?(?:bio|profile)|"
    r"(?:voir )?(?:tous|toutes|plus) (?:d[e'’] ?|les |ses )?(?:articles|publications).{0,30}|(?:ver )?(?:todos|más)(?: los| sus)? (?:artículos|textos|notas).{0,30}|"
    r"(?:ver )?(?:todos|mais)(?: os)? (?:artigos|textos|posts).{0,30}|(?:tutti|altri)(?: gli)? articoli.{0,30}|(?:alle|meer) (?:artikelen|berichten).{0,30}|"
    r"(?:wszystkie|więcej) (?:artykuł\w+|wpis\w+).{0,30}|(?:все|другие) (?:статьи|материалы).{0,30}|tüm yazıları|(?:összes|további) (?:cikke?i?|írás\w*)",
    re.IGNORECASE,
)
_OWNED = re.compile(
    r"(?:©|\(c\)|copyright(?: ©)?)\s*(?:19|20)\d\d(?:\s*[-–]\s*(?:19|20)\d\d)?[\s,:]+(?:by\s+)?(?P<name>[^\d|•·.,;]{5,40})\.?",
    re.IGNORECASE,
)
_COMPANY = re.compile(r"\s(?:mit|with|avec|con|com|met)\s", re.IGNORECASE)  # whom an author spoke or travelled with
_AFTER = 6  # blocks behind the text in which a box about the author can stand
_LINE = 220  # characters; what is longer is no byline
_LABELLED = 80  # characters of the line behind a label; what is longer is prose
_SHORT = 160  # the same within the text, where a sentence can begin like a byline
_HANDLE = re.compile(r"\A(?P<name>[^,@|\d]{5,40}?)\s*[,|]?\s*@\w{2,30}\Z")


def bylines(blocks: tuple[Block, ...]) -> Iterator[Candidate]:
    """Author candidates of the lines around and before the text, best first. `byline name` values are single words."""
    start = next((at for at, block in enumerate(blocks) if block.role is Role.BODY), len(blocks))
    top = next((at for at, block in enumerate(blocks[:start]) if block.tag == "h1"), start)
    for at, block in enumerate(blocks[:start]):
        between = at > top and block.role in (Role.NAV, Role.LIST)
        if (block.role is Role.HEAD or between) and len(block.text) <= _LINE and block.tag != "h1":
            after = blocks[at + 1].text if at + 1 < len(blocks) else ""
            yield from _head_line(block.text, after)
            if is_person(block.text) and any(
                _dated(near.text) for near in (*blocks[at - 1 : at], *blocks[at + 1 : at + 2])
            ):
                yield Candidate(block.text, "named line")
            if at >= top and _LABEL.fullmatch(block.text) and len(after) <= _LABELLED and people(after):
                yield Candidate(after, "byline")
    yield from _around(blocks, top, start)
    for block in blocks[start : start + 3]:
        if block.role is Role.BODY and len(block.text) <= _SHORT:
            yield from _first_line(block.text)
    for block in blocks:
        if block.role in (Role.BODY, Role.TAIL) and len(block.text) <= 120:
            yield from _closing_line(block)
    for block in blocks[:start]:
        if block.role is Role.HEAD:
            for link in block.links:
                name = block.text[link.start : link.end]
                page = _AUTHOR_PAGE.search(urls.path(link.url))
                if page and (is_person(name) or _slug_of(page, name)):
                    yield Candidate(name, "author page")


def _slug_of(page: re.Match[str], name: str) -> bool:
    """Whether the address of an author's page is made of the name that leads there, or of one word of it.

    `people`, `profile` and `staff` are sections of sites as well: there a name must be spelled like one.
    """
    words = name.split()
    if len(words) > 3 or name.isupper() or page["kind"].lower().startswith(("people", "profile", "staff")):
        return False
    slug = letters(page["slug"])
    return len(slug) > 2 and slug in map(letters, (name, *words)) and people(name, single=True) == (name,)


def _around(blocks: tuple[Block, ...], top: int, start: int) -> Iterator[Candidate]:
    """Boxes about the author, below the headline or behind the text; then the person who holds the rights in it.

    A box is a name alone above a link to all that its bearer wrote.
    """
    prose = (at for at, block in enumerate(blocks) if block.role is Role.BODY and len(block.text) >= _LABELLED)
    last = max(prose, default=start)
    for at in (*range(top, start), *range(last, min(last + _AFTER, len(blocks)))):
        name, below = blocks[at].text, blocks[at + 1].text if at + 1 < len(blocks) else ""
        boxed = len(name) <= _LABELLED and blocks[at].role is not Role.COMMENT and _MORE_OF.fullmatch(below[:_SHORT])
        if boxed and is_person(name):
            yield Candidate(name, "author box")
    for block in blocks[last : last + _AFTER]:
        if block.role in (Role.BODY, Role.TAIL) and (match := _OWNED.fullmatch(block.text[:_SHORT])):
            yield Candidate(match["name"].strip(), "copyright of the text")


def _dated(line: str) -> bool:
    return len(line) <= 60 and next(dates.written(line), None) is not None


def _head_line(line: str, after: str) -> Iterator[Candidate]:
    rest, sure = credit(line)
    if rest:
        broken = (
            not sure
            and not dates.MAYBE.search(line)
            and len(after) <= 40
            and not people(rest)
            and len(rest.split()) == 1
        )  # `By Ada`, and `Lund` on the next line
        if broken and is_person(f"{rest} {after}"):
            yield Candidate(f"{rest} {after}", "byline")
        elif people(rest):
            yield Candidate(rest, "byline")
        elif (sure or dates.MAYBE.search(line)) and (alone := _ALONE.match(rest)) and _fit(alone["name"]):
            yield Candidate(alone["name"], "byline name")
    elif match := _TITLED.match(line) or _HANDLE.match(line):
        yield Candidate(match["name"], "named line")


def _fit(name: str) -> bool:
    return is_single_name(name) and name.lower() not in _NOT_ALONE


def _first_line(line: str) -> Iterator[Candidate]:
    """A byline at the start of the text is nothing but that: most of it is names."""
    rest, _ = credit(line)
    parts = [people(part) for part in _COMPANY.split(rest)] if rest else [()]
    if parts[0] and sum(len(letters(name)) for names in parts for name in names) * 10 >= len(letters(rest)) * 6:
        rest = _COMPANY.split(rest, maxsplit=1)[0]
        yield Candidate(rest, "byline")
    elif len(line) <= _LINE and (match := _TITLED.match(line)):
        yield Candidate(match["name"], "named line")


def _closing_line(block: Block) -> Iterator[Candidate]:
    line = re.sub(r"(?i)\A\W*articles?\s+", "", block.text)
    rest, sure = credit(line)
    if rest and line.find(rest) <= 30 and (sure or block.role is Role.TAIL):
        yield Candidate(rest, "byline after the text")


def credit(line: str) -> tuple[str, bool]:
    """What a line names as its author, with what follows it, and whether its wording leaves no doubt; "" where it names none."""
    for pattern, _ in CREDITS:
        match = pattern.search(line)
        if match:
            kinds = match.groupdict()
            return match["rest"], bool(kinds.get("verb") or kinds.get("label"))
    return "", False
