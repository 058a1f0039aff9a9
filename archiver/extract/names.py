"""Names: of outlets (does this one belong to that host?) and of people (is this a person at all?). Tables and pure functions."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from archiver.extract.text import clean, fold, letters, word_set
from archiver.model import url as urls

_SMALL = word_set("the of and for on in at a an de del der die das des el la le les il lo y und et e du")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})

#: Words that no person is called: offices, departments and kinds of outlets. One of them makes a name a thing.
NOT_A_PERSON = word_set(
    "admin administrator administrador staff editor editors editorial redaktion redaktor rédaction redaction "
    "redacción redaccion redazione redaktør newsroom desk team agency agencia agence agentur agenzia news "
    "press media magazine journal times post herald tribune gazette daily weekly today online network service "
    "wire bureau guest contributor contributors author autor writer reporter correspondent webmaster user "
    "anonymous anonym unknown group institute foundation center centre university ministry department company "
    "corporation inc ltd gmbh llc com org net www http https blog podcast radio tv channel newspaper zeitung "
    "presse verlag editorials board committee council association union reuters afp dpa ap epa archive "
    "archives published updated posted share follow subscribe comments comment photo image credit read more "
    "about nachrichten redaktionsteam rundfunk support info contact sponsored advertisement category page home "
    "login link"
)
_PARTICLES = word_set(
    "van von der den de del della di da dos du la le el al bin ibn ben abu ter ten zu zur y e af av st st. mc o'"
)
_NAME_END = re.compile(
    r"\s*(?:[,|•·–—;:/(\[]|\s-\s|\bstaff\b|\bfor\b|\bis\b|\bvia\b|\bon\b|\bin\b|\bat\b|\bfrom\b|@|\d|\b(?:contributing )?(?:writer|correspondent|reporter|columnist|editor)\b).*\Z",
    re.IGNORECASE,
)
_SPLIT = re.compile(r"\s*(?:[;,/|&•·]|\band\b|\bund\b|\bet\b|\sy\s|\se\s|\bwith\b|\bmit\b)\s*")
_BY = re.compile(
    r"\A\W{0,3}(?:(?:written|posted|story|reported|words|published|veröffentlicht|geschrieben|publié|publicado|scritto)\s+(?:by|von|par|por|da)|by|von|par|por|di|da|door|av|af|автор|autor(?:in|a)?|author|auteur|text|texte)\b\s*:?\s*",
    re.IGNORECASE,
)
_INVERTED = re.compile(r"([^\W\d_]{2,25}(?:[ -][^\W\d_]{2,25})?),\s*([^\W\d_]{2,25}(?:\s[^\W\d_]\.?)?)")
_MARKDOWN = re.compile(r"\[([^\[\]]{1,80})\]\s*\([^()]{0,200}\)")


@lru_cache(maxsize=4096)
def of_host(name: str, host: str) -> bool:
    """Whether a name can be that of the outlet at this host: its words, their beginnings or initials spell the site's label.

    `Global Research` and globalresearch.ca, `The New York Times` and nytimes.com, `Alayham News` and news.alayham.com.
    """
    words = [w for w in (letters(w.translate(_UMLAUTS)) for w in re.split(r"[\s./_-]+", fold(name))) if w]
    brand = letters(urls.brand(host))
    if not words or len(words) > 8 or len(brand) < 2 or not host:
        return False
    joined = "".join(words)
    if joined in (brand, letters(urls.site(host)), letters(host.removeprefix("www."))):
        return True
    main = [w for w in words if w not in _SMALL] or words
    plain = "".join(main)
    if len(plain) >= 4 and plain in brand and len(plain) * 10 >= len(brand) * 6:
        return True
    if len(brand) >= 5 and brand in joined and len(joined) <= 3 * len(brand):
        return True
    if len(main) > 1 and brand in main and (len(brand) >= 3 or main[0] == brand):
        return len(main) <= 4
    return len(words) > 1 and (_spells(tuple(words), brand) or _spells(tuple(main), brand))


def _spells(words: tuple[str, ...], brand: str) -> bool:
    """Whether beginnings of all the words, one after the other, spell the brand: `w-s-j`, `ny-times`."""
    ends = {0}
    for word in words:
        ends = {
            at + size
            for at in ends
            for size in range(0 if word in _SMALL else 1, len(word) + 1)
            if brand.startswith(word[:size], at)
        }
        if not ends:
            return False
    return len(brand) >= 3 and len(brand) in ends


def looks_like_host(name: str) -> bool:
    """Whether a name is nothing but an address: `www.example.com`."""
    return bool(re.fullmatch(r"(?:https?://)?(?:[\w-]+\.)+[a-z]{2,}/?", name.strip(), re.IGNORECASE))


def people(text: str, outlets: Iterable[str] = (), *, single: bool = False) -> tuple[str, ...]:
    """The people that a byline names, in order; none where it names something else.

    `outlets` are names that are known to be no people: the page's own publisher, its host. `single`: the place is one that
    names authors and nothing else, so that one word is a name too.
    """
    known = {letters(name) for name in outlets if name}
    found: list[str] = []
    plain = _BY.sub("", clean(_MARKDOWN.sub(r"\1", text[:1000])))
    inverted = _INVERTED.fullmatch(plain) if single else None
    for part in [f"{inverted[2]} {inverted[1]}"] if inverted else _SPLIT.split(plain)[:12]:
        name = _NAME_END.sub("", _BY.sub("", part)).strip(" .:*'\"“”-–—|")
        alone = single and name == part.strip() and _is_single_name(name)
        if (is_person(name) or alone) and letters(name) not in known:
            known.add(letters(name))
            found.append(name)
    return tuple(found)


def is_person(name: str) -> bool:
    """Whether this is spelled like a person's name: two to five words with capitals, none of them a department or an outlet."""
    words = name.split()
    if not 2 <= len(words) <= 5 or len(name) > 60 or any(c.isdigit() for c in name):
        return _is_unspaced_name(name)
    if any(fold(word).strip(".,") in NOT_A_PERSON for word in words):
        return False
    if any(not re.fullmatch(r"[^\W\d_]+(?:[.'’‐-][^\W\d_]*)*\.?|[^\W\d_]\.", word) for word in words):
        return False
    return all(_capital(word) or fold(word) in _PARTICLES for word in words) and _capital(words[-1])


def _is_single_name(name: str) -> bool:
    return bool(re.fullmatch(r"[^\W\d_]{2,30}", name)) and fold(name) not in NOT_A_PERSON


def _capital(word: str) -> bool:
    """Whether a word starts with a capital, or belongs to a script without them."""
    return any(unicodedata.category(char) in ("Lu", "Lt", "Lo") for char in word[:3])


def _is_unspaced_name(name: str) -> bool:
    """Chinese, Japanese and Korean names have no spaces."""
    return 2 <= len(name) <= 5 and all("\u3400" <= char <= "\u9fff" or "\uac00" <= char <= "\ud7a3" for char in name)
