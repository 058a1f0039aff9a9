"""One entry of a list, from what the list says: its address, title and day, whatever the list is written in.

An address is spelled as it is requested (model.url.parse): so one page is one address in all lists, and what we never ask for, such
as an address with a password in it, is in none.
"""

from __future__ import annotations

import html
import re
from datetime import date
from email.utils import parsedate_to_datetime
from time import struct_time

from archiver.extract.markup import absolute
from archiver.extract.text import clean
from archiver.model.listing import MAX_TITLE, Entry, is_address
from archiver.model.url import BadUrl, parse

_DAY = re.compile(r"\s*(\d{4}-\d\d-\d\d)(?!\d)", re.ASCII)
_NUMBER = re.compile(r"\d+", re.ASCII)
_LONGEST_DATE = 100
_TAG = re.compile(r"<[^<>]{0,300}>")


def entry(url: str, base: str, title: str = "", day: str | None = None, *, changed: bool = False) -> Entry | None:
    """An entry for what leads somewhere on the web; None for what does not."""
    address = link(url, base)
    return None if address is None else Entry(address, words(title), day, changed and day is not None)


def link(url: str, base: str) -> str | None:
    """The address that an entry leads to, as it is requested; None where it leads nowhere on the web."""
    url = url.strip()
    try:
        address = parse(url if url.startswith(("http://", "https://")) and " " not in url else absolute(url, base))
    except BadUrl:
        return None
    return address if is_address(address) else None  # written out it may be too long


def words(title: str) -> str:
    """A title as a reader sees it: feeds escape its markup once, and some twice."""
    title = title[:MAX_TITLE]
    for _ in range(2):
        if "&" not in title and "<" not in title:
            break
        title = html.unescape(_TAG.sub(" ", title))
    return clean(_TAG.sub(" ", title))[:MAX_TITLE]


def day_in(written: str, parsed: struct_time | None = None) -> str | None:
    """The day in a date as lists write it, RFC 3339 or RFC 822: where it was written, not in UTC. Else the `parsed` one, if its
    year and its day are numbers of the text.
    """
    written = written.strip()[:_LONGEST_DATE]
    match = _DAY.match(written)
    try:
        return (date.fromisoformat(match[1]) if match else parsedate_to_datetime(written).date()).isoformat()
    except (ValueError, TypeError, OverflowError, IndexError):
        pass
    if (
        parsed
        and not match
        and {parsed.tm_year, parsed.tm_mday} <= {int(number) for number in _NUMBER.findall(written)}
    ):
        return f"{parsed.tm_year:04}-{parsed.tm_mon:02}-{parsed.tm_mday:02}"
    return None
