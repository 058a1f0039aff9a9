"""Dates as pages write them: in any spelling, in text, in an address - and the choice among all that were found.

A date is kept as `YYYY-MM-DD`, or in full with the offset that the page gives. Month names are a table, one row a
language. htmldate is asked last; its dateparser is given a dozen languages, since compiling two hundred takes seconds.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from datetime import date

import htmldate
import htmldate.extractors
import lxml.html
from dateparser import DateDataParser
from lxml import etree

from archiver.extract.text import fold

#: Month names, January first, full names and what short forms begin with; one row a language.
MONTHS = {
    "en": "january february march april may june july august september october november december",
    "de": "januar februar märz april mai juni juli august september oktober november dezember",
    "de-AT": "jänner feber märz april mai juni juli august september oktober november dezember",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "pt": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
    "pl": "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia",
    "ru": "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
    "tr": "ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık",
    "hu": "január február március április május június július augusztus szeptember október november december",
    "sv": "januari februari mars april maj juni juli augusti september oktober november december",
    "ar": "يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر",
}
_SHORT = {"sept": 9, "mär": 3, "mrt": 3, "mai": 5, "dez": 12, "okt": 10, "ene": 1, "abr": 4, "ago": 8, "dic": 12, "gen": 1, "mag": 5, "giu": 6, "lug": 7, "set": 9, "ott": 10, "out": 10, "fev": 2, "dez.": 12}  # fmt: skip
DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
LANGUAGES = ("en", "de", "fr", "es", "pt", "it", "nl", "pl", "ru", "tr", "ar", "hu")


def _month_numbers() -> dict[str, int]:
    table = dict(_SHORT)
    for names in MONTHS.values():
        for number, name in enumerate(names.split(), 1):
            table.setdefault(name, number)
    for number, name in enumerate(MONTHS["en"].split(), 1):
        table[name[:3]] = number
    return table


_NUMBERS = _month_numbers()
MONTH_NAMES = frozenset(_NUMBERS)
_MONTH = "(?P<m>" + "|".join(sorted(map(re.escape, _NUMBERS), key=len, reverse=True)) + r")\.?"
_YEAR = r"(?P<y>(?:19|20)\d\d)(?!\d)"

#: How a day is written; each with an example. Every pattern names y, m and d, or the two numbers a and b whose order is open.
SPELLINGS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), example)
    for pattern, example in (
        (r"(?<!\d)(?P<y>(?:19|20)\d\d)[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})(?!\d)", "2024-01-26"),
        (rf"(?<![^\W\d_]){_MONTH}\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\s*,?\s+{_YEAR}", "January 26, 2024"),
        (rf"(?<!\d)(?P<d>\d{{1,2}})(?:(?:st|nd|rd|th|\.|er|º)?[\s-]+|\.)(?:de\s+)?{_MONTH}[\s,-]+(?:de\s+|del\s+)?{_YEAR}", "26. Januar 2024"),
        (r"(?<!\d)(?P<y>(?:19|20)\d\d)\s*[年년]\s*(?P<m>\d{1,2})\s*[月월]\s*(?P<d>\d{1,2})\s*[日일]?", "2024年1月26日"),
        (rf"(?<!\d)(?P<d>\d{{1,2}})\.\s?(?P<m>\d{{1,2}})\.\s?{_YEAR}", "26.01.2024"),
        (rf"(?<!\d)(?P<a>\d{{1,2}})[/-](?P<b>\d{{1,2}})[/-]{_YEAR}", "01/26/2024"),
    )
)  # fmt: skip
_IN_URL = re.compile(
    r"/((?:199|20[0-4])\d)([/-]?)(\d{2})\2(\d{2})(?=[/_.-]|[a-z]|\Z)|/((?:199|20[0-4])\d)/(\d{1,2}|[a-z]{3})/(\d{1,2})/"
)
_MONTH_IN_URL = re.compile(r"/((?:199|20[0-4])\d)[/-]?(0[1-9]|1[0-2])/")
_FULL = re.compile(
    r"((?:19|20)\d\d)-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::(\d\d))?(?:[.,]\d{1,9})?\s*(Z|[+-]\d\d:?\d\d|[+-]\d\d)?",
    re.IGNORECASE,
)
MAYBE = re.compile(r"\d{4}")
_COMPACT = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)(?:T?\d{4,6}Z?)?")


def day_of(year: int, month: int, day: int) -> str | None:
    """`YYYY-MM-DD` where there is such a day, from 1900 on."""
    try:
        return date(year, month, day).isoformat() if 1900 <= year <= 2100 else None
    except ValueError:
        return None


def machine(text: str) -> str | None:
    """A date out of markup: in full with its offset where it has one, else the day."""
    text = text.strip()[:60]
    full = _FULL.match(text)
    if full and (day := day_of(int(full[1]), int(full[2]), int(full[3]))):
        zone = (full[7] or "").upper()
        if not zone or int(full[4]) > 23 or int(full[5]) > 59 or int(full[6] or 0) > 59:
            return day
        zone = zone if zone == "Z" or ":" in zone else f"{zone[:3]}:{zone[3:] or '00'}"
        if zone != "Z" and (int(zone[1:3]) > 14 or int(zone[4:]) > 59):
            return day
        return f"{day}T{full[4]}:{full[5]}:{full[6] or '00'}{'Z' if zone == '+00:00' else zone}"
    compact = _COMPACT.fullmatch(text)
    if compact:
        return day_of(int(compact[1]), int(compact[2]), int(compact[3]))
    return next(written(text), None)


def written(text: str, month_first: bool | None = None) -> Iterator[str]:
    """The days that a line of text names, in order of appearance. `month_first` settles 01/09/2020 where nothing else does."""
    if not MAYBE.search(text[:400]):
        return
    text = fold(text[:400])
    found: list[tuple[int, str]] = []
    for pattern, _ in SPELLINGS:
        for match in pattern.finditer(text):
            day = _day(match, text, month_first)
            if day and not any(abs(match.start() - at) < 4 for at, _ in found):
                found.append((match.start(), day))
    yield from (day for _, day in sorted(found))


def _day(match: re.Match[str], text: str, month_first: bool | None) -> str | None:
    parts = match.groupdict()
    if "a" not in parts:
        month = parts["m"]
        return day_of(int(parts["y"]), int(month) if month.isdigit() else _NUMBERS[month], int(parts["d"]))
    a, b, year = int(parts["a"]), int(parts["b"]), int(parts["y"])
    both = [day for day in (day_of(year, a, b), day_of(year, b, a)) if day]
    if len(both) < 2 or both[0] == both[1]:
        return both[0] if both else None
    named = re.search(r"\b(mon|tue|wed|thu|fri|sat|sun)[a-z]*\b", text)
    fitting = [day for day in both if named and date.fromisoformat(day).weekday() == DAYS.index(named[1])]
    if len(fitting) == 1:
        return fitting[0]
    return None if month_first is None else both[0] if month_first else both[1]


def in_url(url: str) -> str | None:
    """The day in the path of an address: /2024/01/26/."""
    match = _IN_URL.search(url.lower())
    if not match:
        return None
    year, month, day = (match[1], match[3], match[4]) if match[1] else (match[5], match[6], match[7])
    number = int(month) if month.isdigit() else _NUMBERS.get(month, 0)
    return day_of(int(year), number, int(day))


def spelled_in(url: str, day: str) -> bool:
    """Whether an address holds this day in figures, in whatever order: `03052022`, `02-05-2022`, `220503`."""
    year, month, number = day[:10].split("-")
    digits = re.findall(r"\d{6,8}", re.sub(r"(?<=\d)[-_.](?=\d)", "", url))
    return any(
        form in digits
        for form in (
            f"{year}{month}{number}",
            f"{number}{month}{year}",
            f"{month}{number}{year}",
            f"{year[2:]}{month}{number}",
        )
    )


def in_script(source: str, day: str) -> bool:
    """Whether data for scripts in a page's source give this day as that of publication."""
    key = r"(?:published|publication|publish|created|pub)_?(?:at|on|date|time)?"
    return bool(re.search(rf'"{key}"\s*:\s*"{re.escape(day)}', source, re.IGNORECASE))


def apart(one: str, other: str) -> int:
    """How many days lie between two dates."""
    return abs((date.fromisoformat(one[:10]) - date.fromisoformat(other[:10])).days)


def contradicts(url: str, day: str) -> bool:
    """Whether an address names another month than that of this day: /2019/04/."""
    match = _MONTH_IN_URL.search(url)
    return bool(match) and day[:7] != f"{match[1]}-{match[2]}"  # type: ignore[index] # bool(match) says so


@functools.lru_cache(maxsize=1)
def _few_languages() -> DateDataParser:
    """Htmldate's external parser with a dozen languages instead of all."""
    return DateDataParser(
        languages=list(LANGUAGES),
        settings={
            "NORMALIZE": True, "PARSERS": ["custom-formats", "absolute-time"], "PREFER_DATES_FROM": "past",
            "PREFER_LOCALE_DATE_ORDER": True, "RETURN_AS_TIMEZONE_AWARE": False, "STRICT_PARSING": True,
        },
    )  # fmt: skip


def by_htmldate(tree: lxml.html.HtmlElement, url: str) -> str | None:
    """The publication date that htmldate finds, or None. The tree is not changed (htmldate works on a copy)."""
    if hasattr(htmldate.extractors, "get_external_parser"):  # not a public hook: where it is gone, only speed is lost
        htmldate.extractors.get_external_parser = _few_languages
    try:
        return htmldate.find_date(tree, url=url or None, original_date=True)
    except (etree.LxmlError, ValueError, TypeError, OverflowError, AttributeError, RecursionError):
        return None  # a third-party reader on hostile input: the other candidates remain
