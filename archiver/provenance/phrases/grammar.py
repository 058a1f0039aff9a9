"""What a wording is: Form, Row, Language, and how a row's pattern becomes two linear regular expressions.

A pattern is a regular expression with one `{X}` where the publisher's name stands and, if need be, `{this}` for the
language's words for "this article", `{tongue}` for "(in English)", `{titled}` for "under the title “...”". What stands before `{X}` is the lead, what stands after it the trail; both are searched
by themselves, so a name costs no backtracking. Repeats in patterns are bounded (a test pumps each row).

    "{this} was published by {X}"   lead only: the name follows        "{X} reported"        trail only: the name precedes
    "本文转载自{X}网站"               both: the name is what lies between   "read the original"   neither: a link must say who
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from archiver.model.claim import Relation

# Relations by the words that rows use for them.
ORIGINAL, COPY, WIRE = Relation.ORIGINALLY_PUBLISHED_BY, Relation.REPUBLISHED_FROM, Relation.SYNDICATED_BY
TRANSLATED, CITES, IMAGE = Relation.TRANSLATED_FROM, Relation.CITES, Relation.IMAGE_CREDIT

#: "(in English)" and "under the title “The weir”", in any language: a small word and what it governs. Both may be missing.
TONGUE = r"(?:,? \(?(?:in|en|em|auf|op|po|na|in het|w języku|по|на|ao|al|az?) ?[^\W\d_]{3,16}\)?)?"
TITLED = (
    r"(?:,? (?:(?:under|with|unter|mit|con|bajo|sous|avec|col|com|sob|onder|met|pod|под)(?: [^\W\d_]{2,14}){1,3}|(?:titled|entitled|titulado|intitulé|intitolato|getiteld)):?"
    r" [\"„“«‘][^\"„“”«»\n]{1,90}[\"”“»’],?)?"
)
#: Behind a label: a colon or its like, with the bracket that closes it if need be, or that bracket alone ("[Source] X").
_COLON = re.compile(r" \?(:|\[:[^\]]{1,4}\]) \?(?=\{X\})")

#: The longest name that a pattern with both a lead and a trail can enclose, in characters.
MAX_NAME = 80


class Form(StrEnum):
    """Kinds of wording; each has one detector."""

    STATEMENT = "statement"  # a sentence whose subject is this article
    LABEL = "label"  # "Source: X"
    BYLINE = "byline"  # "by Ann Author via X"
    READ = "read"  # "read the original at X": its link is what counts
    CREDIT = "credit"  # "X contributed to this report": agencies only
    TRANSLATION = "translation"  # "translated from X"; without {X}, a notice that this is a translation
    CITE = "cite"  # "according to X"
    IMAGE = "image"  # "photo: X"
    REUSE = "reuse"  # terms for those who want to copy this page: takes the sentence out of the running


@dataclass(frozen=True, slots=True)
class Row:
    """One wording. `key`: lower-case words, one of which stands in every match, so that most rows cost one look: `a|b`, and
    `a|b & c|d` where one of each side does. `<a` stands at the beginning of a word, `a>` at the end, `<a>` is a whole one.

    `example` has the name that must be read in [brackets] (none where the row names nobody); `counter` must give no claim
    by this row.
    """

    form: Form
    relation: Relation | None
    pattern: str
    key: str
    example: str
    counter: str


@dataclass(frozen=True, slots=True)
class Language:
    """`subject`: alternatives for "this article". `venues`: nouns before a name ("the magazine"). `stops`: words that end a
    name in a script without capital letters, and words that never are a name. `original`: words for the text that was
    translated, `genres`: nouns for one that a link right behind them may be the headline of.
    """

    code: str
    subject: str
    venues: str
    rows: tuple[Row, ...]
    stops: str = ""
    original: str = ""
    genres: str = ""


@dataclass(frozen=True, slots=True)
class Wording:
    """A row, compiled. `bare` is a label without its colon, as it stands in a box of its own."""

    row: Row
    language: str
    name: str
    keys: tuple[tuple[str, ...], ...]
    lead: re.Pattern[str] | None
    trail: re.Pattern[str] | None
    own_subject: bool
    bare: re.Pattern[str] | None


def compiled(language: Language) -> tuple[Wording, ...]:
    """The rows of a language, ready to search with; `name` is form-language-number, which goes into Evidence.rule."""
    wordings: list[Wording] = []
    for number, row in enumerate(language.rows, 1):
        pattern = row.pattern.replace("{this}", f"(?:{language.subject})")
        pattern = pattern.replace("{tongue}", TONGUE).replace("{titled}", TITLED)
        colon = _COLON.search(pattern) if row.form is Form.LABEL else None
        bare = pattern[: colon.start()] if colon is not None else None
        if colon is not None:
            pattern = f"{bare}(?: ?[\\]】)]? ?{colon[1]} ?|[\\]】] ?){pattern[colon.end() :]}"
        lead, slot, trail = pattern.partition("{X}")
        wordings.append(
            Wording(
                row=row,
                language=language.code,
                name=f"{row.form}-{language.code}-{number}",
                keys=tuple(tuple(group.split("|")) for group in row.key.split(" & ")),
                lead=re.compile(lead, re.IGNORECASE) if lead else None,
                trail=re.compile(trail, re.IGNORECASE) if slot and trail else None,
                own_subject="{this}" in row.pattern,
                bare=re.compile(bare, re.IGNORECASE) if bare else None,
            )
        )
    return tuple(wordings)
