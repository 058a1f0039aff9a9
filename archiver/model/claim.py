"""What a page says of where its text came from and whom it cites, each with the words that say so.

A claim is a quote with a place in the page, never a fact. One claim a relation and target; further words are its evidence.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum

from archiver.model.document import Role


class Relation(StrEnum):
    """What a claim says."""

    ORIGINALLY_PUBLISHED_BY = "originally_published_by"
    REPUBLISHED_FROM = "republished_from"
    SYNDICATED_BY = "syndicated_by"
    TRANSLATED_FROM = "translated_from"
    CITES = "cites"
    IMAGE_CREDIT = "image_credit"
    SELF_CLAIM = "self_claim"
    COPYRIGHT = "copyright"


#: The relations that say where the text itself came from.
UPSTREAM = frozenset(
    {Relation.ORIGINALLY_PUBLISHED_BY, Relation.REPUBLISHED_FROM, Relation.SYNDICATED_BY, Relation.TRANSLATED_FROM}
)


class Strength(IntEnum):
    """Kinds of evidence in order of precedence (design: a statement against interest outranks a template). Higher wins."""

    SELF = 1
    AGENCY = 2
    LABEL = 3  # a source label, a byline segment, a bare URL
    MACHINE = 4  # canonical, JSON-LD, a counter pixel
    STATEMENT = 5  # a sentence that names another publisher
    CURATOR = 6


#: The share of its weight that a claim keeps when its words stand on many pages of the site.
BOILERPLATE = 0.3


@dataclass(frozen=True, slots=True)
class Evidence:
    """The words. `quote` stands exactly so in Document.whole at [start, end), or, for role markup, in the page's source.

    `prefix` and `suffix` are up to 32 characters around it (Web Annotation's TextQuoteSelector). `rule` is `name@version`.
    `weight` is the probability, 0 to 1, that such evidence names what it seems to name.
    """

    quote: str
    role: Role
    rule: str
    weight: float
    start: int | None = None
    end: int | None = None
    prefix: str = ""
    suffix: str = ""

    def __post_init__(self) -> None:
        if not self.quote.strip():
            raise ValueError("evidence without a quote")
        if not 0 <= self.weight <= 1:
            raise ValueError(f"a weight of {self.weight}")
        if (self.start is None) != (self.role is Role.MARKUP):
            raise ValueError("an offset goes with text, and only with text")


@dataclass(frozen=True, slots=True)
class Claim:
    """relation · publisher · url, held by evidence, the strongest first.

    `publisher` as the page writes it; where the page gives only an address it is None here (a look-up may fill in the
    name known for that host and say so). `url` as linked, absolute; None where only a name is given. `boilerplate`: its words
    stand on many pages of the site, so they are said of the site rather than of this page; only an archive can know that.
    """

    relation: Relation
    publisher: str | None
    url: str | None
    strength: Strength
    evidence: tuple[Evidence, ...]
    boilerplate: bool = False

    def __post_init__(self) -> None:
        if not self.evidence:
            raise ValueError("a claim without evidence")
        if self.publisher is None and self.url is None:
            raise ValueError("a claim that names nobody")

    @property
    def upstream(self) -> bool:
        """Whether it says where the text came from."""
        return self.relation in UPSTREAM

    @property
    def weight(self) -> float:
        """The weight of the strongest evidence; little of it for boilerplate."""
        weight = max(e.weight for e in self.evidence)
        return round(weight * BOILERPLATE, 3) if self.boilerplate else weight

    @property
    def precedence(self) -> Strength:
        """How it stands against other claims: boilerplate outranks nothing."""
        return Strength.SELF if self.boilerplate else self.strength
