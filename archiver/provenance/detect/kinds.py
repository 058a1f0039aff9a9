"""What a name that nobody knows reads as: a person, a body, or a paper that is printed or sent.

Word lists are phrases.common's. Where the name stands is names' business, and what follows from its kind the detectors'.
"""

from __future__ import annotations

import re

from archiver.provenance.phrases.common import GIVEN, GIVEN_BEHIND, ORGANISATION, PAPER, PAPER_SUFFIX, PARTICLES, TITLES

#: A person has at most so many names behind the first.
MAX_NAMES = 3
_NAME = re.compile(r"(?:[^\W\d_a-zß-öø-ÿ]['’]?[^\W\d_]{0,20}[-.]?){1,3}")
#: An article with a capital within a sentence begins a title ("Selon L'Écluse"), or a town's name. By language; "" is any other.
_TITLE = {
    language: re.compile(rf"(?:{articles}|L['’](?=[^\W\d_a-zß-öø-ÿ]))(?:(?<=['’])|(?= [^\W\d_a-zß-öø-ÿ]))")
    for language, articles in {
        "": "The|El|Le|Il|Der|Das", "en": "The|El|Le|Il|Der|Das|La", "es": "El|La|Los|Las|The", "fr": "Le|La|Les|The", "it": "Il|La|Lo|Gli|The",
        "pt": "O|A|Os|As|The|El", "de": "Der|Die|Das|The|Le|El|Il", "nl": "De|Het|The|Le|Der",
    }.items()
}  # fmt: skip
_TOWN = re.compile(
    r"(?:La (?:Paz|Haye|Rochelle|Habana|Coruña|Plata|Rioja|Spezia|Valletta|Réunion|Haya|Mancha|Pampa|Serena)|Le (?:Havre|Mans|Caire|Cap|Touquet)|"
    r"El (?:Salvador|Cairo|Alto|Paso|Escorial|Aaiún)|Los Angeles|Los Ángeles|Las (?:Vegas|Palmas)|L['’](?:Aquila|Aia|Hospitalet)|The (?:Hague|Netherlands|Gambia|Bahamas)|"
    r"Den Haag|Il Cairo|De Bilt|A Coruña|O Porto)\b"
)


def organisation(name: str) -> bool:
    """Whether a name that nobody knows at least reads as that of a body and not of a person."""
    return bool(ORGANISATION.search(name)) or paper(name)


def paper(name: str) -> bool:
    """Whether a name reads as that of a paper: it has a noun for one and is not that noun alone, or is a compound of one."""
    if PAPER_SUFFIX.search(name):
        return True
    return " " in name and name[:1].isupper() and bool(PAPER.search(name)) and not person(name)


def titled(name: str, language: str) -> bool:
    """Whether a name within a sentence begins with an article in capitals, as titles do, and is not a town's."""
    article = _TITLE.get(language, _TITLE[""])
    return bool(article.match(name)) and not _TOWN.match(name) and "’s " not in name and "'s " not in name


def person(name: str) -> bool:
    """Whether a name that nobody knows reads as that of a person: a title, or a given name and one to three more words."""
    first, *rest = name.split() or [""]
    if rest and first.casefold() in TITLES:
        return True
    return (
        (first.casefold().split("-")[0] in GIVEN or (len(rest) == 1 and rest[0].casefold() in GIVEN_BEHIND))
        and 1 <= len(rest) <= MAX_NAMES
        and not ORGANISATION.search(name)
        and all(_NAME.fullmatch(word) or word in PARTICLES for word in rest)
    )
