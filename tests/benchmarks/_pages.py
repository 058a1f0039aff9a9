"""The pages of a generated archive before anything is written of them: outlets, works, who copied whom, words.

plan(documents, seed)    every page, with the one that it was taken from
text_of(seed, number)    200 to 600 words, the same whenever asked
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import accumulate
from random import Random

#: Words that stand in nearly every English text, the most frequent first.
COMMON = [
    "the",
    "of",
    "and",
    "to",
    "a",
    "in",
    "that",
    "is",
    "was",
    "he",
    "for",
    "it",
    "with",
    "as",
    "his",
    "on",
    "be",
    "at",
    "by",
    "had",
    "not",
    "are",
    "but",
    "from",
    "or",
    "have",
    "an",
    "they",
    "which",
    "one",
    "you",
    "were",
    "her",
    "all",
    "she",
    "there",
    "would",
    "their",
    "we",
    "him",
    "been",
    "has",
    "when",
    "who",
    "will",
    "more",
    "no",
    "if",
    "out",
    "so",
    "said",
    "what",
    "up",
    "its",
    "about",
    "into",
    "than",
    "them",
    "can",
    "only",
    "other",
    "new",
]

ONSETS = "b br c ch d dr f fl g gr h j k l m n p pl qu r s sh st t tr v w".split()  # noqa: SIM905 - the same
NUCLEI = "a ai e ea i o oa ou u".split()  # noqa: SIM905 - the same
CODAS = "l ll m n nd r rk rn s sk t th ver ling ton ward mer dle gate ford".split()  # noqa: SIM905 - the same

OUTLETS, LARGEST_WORK, OFTEN = 2000, 500, 20
LANGUAGES = (*("en",) * 16, "fr", "de", "es", None)
PROBLEMS = ("login", "paywall", "http-error", "challenge")


def _vocabulary() -> tuple[str, ...]:
    made = (
        first + vowel + middle + second + last
        for last in CODAS for middle in CODAS[:8] for second in ("", *NUCLEI[:4]) for first in ONSETS for vowel in NUCLEI
    )  # fmt: skip
    rare = list(dict.fromkeys(made))
    Random(0).shuffle(rare)
    return (*COMMON, *rare[:60_000])


WORDS = _vocabulary()
_RARE, _NAMES = WORDS[60:8000], WORDS[100:4000]
_WEIGHTS = tuple(accumulate(1 / (rank + 2.7) for rank in range(len(WORDS))))


def text_of(seed: int, number: int) -> str:
    """A text of 200 to 600 words, in sentences and paragraphs."""
    chance = Random(seed << 40 | number)
    words = chance.choices(WORDS, cum_weights=_WEIGHTS, k=chance.randint(200, 600))
    for place in range(0, len(words), 17):
        words[place] = words[place].capitalize()
        if place:
            words[place - 1] += ".\n" if place % 85 == 0 else "."
    return " ".join(words) + "."


def title_of(chance: Random) -> str:
    """Four to nine words, most of them rare."""
    words = [chance.choice(_RARE) for _ in range(chance.randint(3, 7))]
    words.insert(1, chance.choice(COMMON))
    return " ".join(words).capitalize()


@dataclass(slots=True, eq=False)
class Outlet:
    """A publisher, with its pages."""

    number: int
    name: str
    short: str
    site: str
    pages: list[Page] = field(default_factory=list)

    @property
    def host(self) -> str:
        """Of its pages."""
        return f"www.{self.site}"


@dataclass(slots=True, eq=False)
class Work:
    """A text and its pages, the origin first."""

    pages: list[Page] = field(default_factory=list)

    @property
    def work_id(self) -> str:
        """The least document ID among its members."""
        return min(page.document_id for page in self.pages)

    def origin(self) -> dict[str, object]:
        """Where it began: what works and lineages have of that."""
        first = self.pages[0]
        if first.names is not None:
            return {
                "origin_document": None,
                "origin_url": None,
                "origin_publisher": first.names.name,
                "origin_date": None,
                "origin_captured": 0,
            }
        if len(self.pages) == 1:
            return {
                "origin_document": None,
                "origin_url": None,
                "origin_publisher": None,
                "origin_date": None,
                "origin_captured": None,
            }
        return {
            "origin_document": first.document_id, "origin_url": first.url, "origin_publisher": first.outlet.name,
            "origin_date": first.date, "origin_captured": 1,
        }  # fmt: skip


@dataclass(slots=True, eq=False)
class Page:
    """A document that is to be: which text it has, where, from which page, and how often it is captured."""

    number: int
    outlet: Outlet
    work: Work
    text: int
    url: str
    title: str
    date: str
    authors: tuple[str, ...]
    language: str | None
    captures: int
    problems: tuple[str, ...] = ()
    source: Page | None = None
    relation: str = "republished_from"
    says_so: bool = False
    names: Outlet | None = None  # a source of which nothing is archived
    document_id: str = ""

    def __post_init__(self) -> None:
        self.document_id = hashlib.sha256(f"{self.number} {self.url}".encode()).hexdigest()[:16]

    @property
    def digest(self) -> str:
        """Of its payload."""
        return hashlib.sha256(f"payload {self.number}".encode()).hexdigest()

    @property
    def content(self) -> str:
        """Of its payload with the content coding undone."""
        return hashlib.sha256(f"content {self.number}".encode()).hexdigest()

    @property
    def asked(self) -> str:
        """An address that leads to it."""
        return f"http://{self.outlet.site}/p/{self.number}"

    def conclusion(self) -> dict[str, str]:
        """Status and verdict, in the program's words."""
        if self.names is not None:
            return {
                "status": "republication",
                "verdict": f"Not the original. First published by {self.names.name} (not archived: known only from what is said of it).",
            }
        if self.source is not None:
            first = self.work.pages[0]
            by_way = f" It came here by way of {self.source.outlet.name}." if self.source is not first else ""
            return {
                "status": "republication",
                "verdict": f"Not the original. First published by {first.outlet.name}, {first.date} (archived, text found there).{by_way}",
            }
        if len(self.work.pages) > 1:
            return {
                "status": "original",
                "verdict": f"The earliest publication known here; taken up by {len(self.work.pages) - 1} other archived pages.",
            }
        return {"status": "undecided", "verdict": "Nothing here says where this text was first published."}


@dataclass(slots=True)
class Plan:
    """All that is to be written of."""

    outlets: list[Outlet]
    pages: list[Page]


def plan(documents: int, seed: int) -> Plan:
    """The outlets and the pages, the same for the same seed."""
    chance = Random(seed)
    made = Plan(_outlets(chance), [])
    weights = tuple(accumulate(1 / (rank + 1.5) for rank in range(OUTLETS)))
    authors = [f"{chance.choice(_NAMES).title()} {chance.choice(_NAMES).title()}" for _ in range(3000)]

    def page(work: Work, outlet: Outlet, title: str, day: date, text: int) -> Page:
        number = len(made.pages)
        url = f"https://{outlet.host}/{day:%Y/%m/%d}/{title.lower().replace(' ', '-')}/{number}"
        one = Page(
            number, outlet, work, text, url, title, day.isoformat(), tuple(chance.sample(authors, chance.choice((0, 1, 1, 1, 2)))),
            chance.choice(LANGUAGES), chance.choices((1, 2, 3, 4, 5), (60, 20, 10, 5, 5))[0],
        )  # fmt: skip
        if chance.random() < 0.04:
            one.problems = (chance.choice(PROBLEMS),)
        made.pages.append(one)
        work.pages.append(one)
        outlet.pages.append(one)
        return one

    while len(made.pages) < documents:
        size = _size(chance, len(made.pages), documents)
        work, title, day = Work(), title_of(chance), date(2019, 1, 1) + timedelta(days=chance.randrange(1800))
        for outlet in chance.choices(made.outlets, cum_weights=weights, k=size):
            one = page(
                work,
                outlet,
                title,
                day + timedelta(days=len(work.pages) and chance.randrange(30)),
                len(made.pages) - len(work.pages),
            )
            if len(work.pages) > 1:
                one.source = work.pages[0] if chance.random() < 0.6 else chance.choice(work.pages[:-1])
                one.says_so = chance.random() < 0.6
                one.relation = chance.choices(("republished_from", "syndicated_by", "translated_from"), (85, 12, 3))[0]
        if size == 1 and chance.random() < 0.08:
            work.pages[0].names = chance.choice(made.outlets)
        elif size == 2 and chance.random() < 0.3:
            _other_form(chance, work)
    for one in chance.sample(made.pages, min(OFTEN, documents // 10)):
        one.captures = chance.randint(300, 700)
    return made


def _size(chance: Random, have: int, documents: int) -> int:
    """Members of the next work: one is very large, most are single pages."""
    if have == 0:
        return min(LARGEST_WORK, documents // 2)
    size = 1 if chance.random() < 0.85 else min(30, int(2 / (1 - chance.random() * 0.94)))
    return min(size, documents - have)


def _other_form(chance: Random, work: Work) -> None:
    """The second page of a work is the first one's, later or in print."""
    first, second = work.pages
    second.outlet.pages.remove(second)
    second.outlet, second.says_so = first.outlet, False
    first.outlet.pages.append(second)
    second.relation = chance.choice(("variant_of", "revision_of"))
    second.url = f"{first.url}/print" if second.relation == "variant_of" else first.url


def _outlets(chance: Random) -> list[Outlet]:
    kinds = ("Gazette", "Herald", "Letter", "Review", "Post", "Observer", "Wire", "Chronicle")
    found: list[Outlet] = []
    for number in range(1, OUTLETS + 1):
        word = WORDS[200 + number].title()
        name = f"{word} {chance.choice(kinds)}"
        found.append(Outlet(number, name, f"{word[:6]}{number}", f"{name.lower().replace(' ', '')}.example"))
    return found
