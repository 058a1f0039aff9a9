"""Names: of outlets (does this one belong to that host?) and of people (is this a person at all?). Tables and pure functions."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from archiver.extract.dates import MONTH_NAMES
from archiver.extract.text import clean, fold, letters, word_set
from archiver.model import url as urls

_SMALL = word_set("the of and for on in at a an de del der die das des el la le les il lo y und et e du")
UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})

#: Words that no person is called: offices, departments and kinds of outlets. One of them makes a name a thing.
NOT_A_PERSON = word_set(
    "admin adm administrator administrador staff editor editors editorial redaktion redaktor rédaction redaction "
    "redacción redaccion redazione redaktør newsroom desk team agency agencia agence agentur agenzia news "
    "press media magazine journal times post herald tribune gazette daily weekly today online network service "
    "wire bureau guest contributor contributors author autor writer reporter correspondent webmaster user "
    "anonymous anonym unknown group institute foundation center centre university ministry department company "
    "corporation inc ltd gmbh llc com org net www http https blog podcast radio tv channel newspaper zeitung "
    "presse verlag editorials board committee council association union reuters afp dpa ap epa archive "
    "archives published updated posted share follow subscribe comments comment photo image credit read more "
    "about nachrichten redaktionsteam rundfunk support info contact sponsored advertisement category page home "
    "login link editors advertorial project technology privacy desk submissions webmaster abteilung pressestelle "
    "pressemitteilung sign out aktualisierung letzte alle artikel lesezeit feed watch live latest all articles posts "
    "the digital diario periódico revista rivista giornale jornal gazeta magazin zeitschrift dziennik bio biography biographie biografie biografía industry view show zeige america europe africa asia international global über mitglied stand collectif collective colectivo follow profile unbekannt gast gastbeitrag gastautor none null fail test"
)
_NOT_CJK = (
    "編集部",
    "编辑部",
    "編輯部",
    "編集局",
    "新聞",
    "新闻",
    "通信",
    "通訊",
    "通讯",
    "記者",
    "记者",
    "作者",
    "著者",
    "人氣",
    "人气",
    "部",
    "社",
    "会社",
    "편집부",
    "뉴스",
    "기자",
)
_PARTICLES = word_set(
    "van von der den de del della di da dos du la le el al bin ibn ben abu ter ten zu zur y e af av st st. mc o'"
)
#: What goes on behind a name and is no part of it: signs, posts, places, the credit of another trade.
_NAME_END = re.compile(
    r"\s*(?:[,|•·–—;:/(\[<]|\s-\s|@|\d|\b(?:staff|for|is|via|on|in|at|from|am|um|le|in|il|op|em|senior|junior|chief|deputy|"
    r"managing|executive|associate|opinion|politics|political|games|sports|science|business|technology|ceo|cto|cfo|founder|"
    r"contributing|special|edited|illustrations?|illustrated|photos?|photography|photographs|fotos?|bilder|bild|grafik|"
    r"übersetz\w*|translat\w*|traduc\w*|published|posted|updated|eine?n?|keine?n?|leave|hinterlasse|schreibe|lesezeit|quelle|source|fuente|veröffentlicht|kommentare?|"
    r"writer|correspondent|reporter|columnist|editor|follow|more stories|read more)\b).*\Z",
    re.IGNORECASE,
)
_SPLIT = re.compile(
    r"(\s*(?:[;/|¦&•·，／、]|\band\b|\bund\b|\bet\b|\sy\s|\se\s|\si\s|\sи\s|\sve\s|\sés\s|\sog\s|\soch\s|\sen\s|\sو\s?|\bwith\b)\s*|\s*,\s*)"
)
#: Words that stand before a name, one row a kind; what follows is a person where it is spelled like one.
CREDIT_VERBS = "written|posted|story|reported|words|published|submitted|veröffentlicht|geschrieben|publiziert|erstellt|verfasst|publié|écrit|rédigé|publicado|escrito|enviado|pubblicato|scritto|geplaatst|geschreven|gepubliceerd|napisan[ey]|opublikowan[ey]|опубликовано|написано"
CREDIT_PREPOSITIONS = "by|von|vom|par|por|di|da|door|av|af|przez"
CREDIT_LABELS = (
    "autor(?:in|en|a|e|es|i)?|authors?|auteurs?|autrice|verfasser(?:in)?|texte?|text und interview|testo|texto|tekst|redaktion|redactor|"
    "redattore|yazar|yazan|szerző|írta|автор|текст|الكاتب|بقلم|كتب|نویسنده|著者|作者|記者|记者|執筆|取材・文|文|撰文|글|기자"
)
_BY = re.compile(
    rf"\A\W{{0,3}}(?:(?:{CREDIT_VERBS})\s+(?:{CREDIT_PREPOSITIONS})\b\s*:?\s*|(?:(?:{CREDIT_PREPOSITIONS})\b\s*:?\s*){{1,2}}|"
    rf"(?-i:By(?=[A-Z][a-z]))|(?:text|texte|testo|texto)\s+(?:{CREDIT_PREPOSITIONS})\s+|(?:{CREDIT_LABELS})(?:\s*[:：●]\s*|\s+))",
    re.IGNORECASE,
)
_ROLE_BEFORE = re.compile(
    r"\A(?:rechtsanw[aä]lt(?:in)?|redakteur(?:in)?|pfarrer(?:in)?|gastautor(?:in)?|diplom-\w+)\s+", re.IGNORECASE
)
_JOINED = re.compile(r"\s*¦?\s*(,|;|&|\band\b|\bund\b|\bet\b|\by\b|\be\b)\s*¦\s*")
_ADDRESS = re.compile(r"\((?:https?:|www\.|mailto:)[^()]{0,200}\)|https?://\S+|\S+@\S+\.\w+", re.IGNORECASE)
_INVERTED = re.compile(
    r"([^\W\d_]{2,25}(?:-[^\W\d_]{2,25})?),\s*([^\W\d_]{2,25}(?:\s(?:[^\W\d_]\.?|de|van|von|da|di))?|[^\W\d_]\.(?:\s?[^\W\d_]\.)?)"
)
#: The trade behind a name that did not write: `Ada Lund (photography)`. Initials in brackets belong to the name.
_OTHER_TRADE = re.compile(
    r"\(\s*(?:photo|foto|fotos|bild|illustr|grafi|graphi|video|camera|kamera|übersetz|transl|trad)", re.IGNORECASE
)
_BRACKETED = re.compile(r"\s*\((?:[^\W\d_]\.\s?){1,3}\)")
_MARKDOWN = re.compile(r"\[([^\[\]]{1,80})\]\s*\([^()]{0,200}\)")


@lru_cache(maxsize=4096)
def of_host(name: str, host: str) -> bool:
    """Whether a name can be that of the outlet at this host: its words, their beginnings or initials spell the site's label.

    `Global Research` and globalresearch.ca, `The New York Times` and nytimes.com, `Alayham News` and news.alayham.com.
    """
    words = [w for w in (letters(w.translate(UMLAUTS)) for w in re.split(r"[\s./_-]+", fold(name))) if w]
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
    plain = _ADDRESS.sub("|", clean(_MARKDOWN.sub(r"\1", text[:1000]))).strip("[]【】《》|")
    plain = _JOINED.sub(r" \1 ", plain)
    bare = _BY.sub("", plain)
    inverted = _INVERTED.fullmatch(bare) if single else None
    if (inverted and not inverted[2].isupper() | (fold(inverted[2]) in NOT_A_PERSON)) or (
        inverted and "." in inverted[2]
    ):
        bare = f"{inverted[2]} {inverted[1]}"
    parts = _SPLIT.split(bare)[:25]
    described = False
    for at, part in enumerate(parts[::2]):
        between = parts[2 * at - 1] if at else ""
        if found and "¦" in between:  # another element, that nothing joins to the name
            break
        described = described and "," in between  # behind a comma a post goes on: `Staff Writer, Politics, Books`
        name = _bare(part)
        alone = (single or bare != plain) and len(parts) == 1 and is_single_name(part.strip())
        name = part.strip() if alone else name
        if not described and (is_person(name, loose=single) or alone) and letters(name) not in known:
            known.add(letters(name))
            found.append(name)
        elif found and len(part.split()) > 1 and any(fold(word) in NOT_A_PERSON for word in part.split()):
            described = True
    return tuple(found)


def _bare(part: str) -> str:
    """A name without what stands before it, and cut where something else begins."""
    if _OTHER_TRADE.search(part):
        return ""
    part = _ROLE_BEFORE.sub("", _BY.sub("", _BRACKETED.sub("", part)))
    name = _NAME_END.sub("", part).strip(" .:*'\"“”-–—|●[]")
    words = name.split()
    rest = part[part.find(name) + len(name) :] if name else ""
    if rest.strip(" .,")[:1].isdigit():  # `Ada Lund December 28`, `Ada Lund am 3. Mai`
        while words and (fold(words[-1]).strip(".,") in MONTH_NAMES or not _capital(words[-1])):
            words.pop()
    half = len(words) // 2
    for size in (2, 3):  # `Ada Lund Ada Lund Opinion`
        if len(words) >= 2 * size and words[:size] == words[size : 2 * size]:
            words = words[:size]
    if half and words[:half] == words[half:]:
        words = words[:half]
    return " ".join(words)


def is_person(name: str, *, loose: bool = False) -> bool:
    """Whether this is spelled like a person's name: two to five words with capitals, none of them a department or an outlet.

    `loose`: one capital is enough, in places that name authors and nothing else.
    """
    words = name.split()
    if not 2 <= len(words) <= 5 or len(name) > 60 or any(c.isdigit() for c in name):
        return _is_unspaced_name(name)
    if any(fold(word).strip(".,") in NOT_A_PERSON for word in words):
        return False
    if any(not re.fullmatch(r"[^\W\d_]+(?:[.'’‐-][^\W\d_]*)*\.?|[^\W\d_]\.", word) for word in words):
        return False
    if loose and any(map(_capital, words)):
        return True
    return all(_capital(word) or fold(word) in _PARTICLES for word in words) and _capital(words[-1])


def is_single_name(name: str) -> bool:
    """Whether one word can be a name or a pen name: letters, figures only behind them."""
    return (
        bool(re.fullmatch(r"[^\W\d_]{2,30}|(?=.{3,30}\Z)[^\W\d_][\w-]*[^\W_]", name)) and fold(name) not in NOT_A_PERSON
    )


def _capital(word: str) -> bool:
    """Whether a word starts with a capital, or belongs to a script without them."""
    return any(unicodedata.category(char) in ("Lu", "Lt", "Lo") for char in word[:3])


def _is_unspaced_name(name: str) -> bool:
    """Chinese, Japanese and Korean names have no spaces; Japanese ones may end in kana."""
    if 2 <= len(name) <= 5 and all("\u3400" <= char <= "\u9fff" or "\uac00" <= char <= "\ud7a3" for char in name):
        day = len(name) > 3 and name.endswith(("日", "日付", "時間"))  # `the day of publication` and its like
        return not day and not any(name.endswith(word) or name == word for word in _NOT_CJK)
    return 3 <= len(name) <= 8 and bool(re.fullmatch(r"[\u3400-\u9fff]{1,3}[\u3041-\u3096]{1,4}", name))
