"""Names of publishers, matched: spelling folded, aliases and hosts known, initials never guessed.

Owns `fold` (when two spellings are one name) and `Authority` (which publisher a name or a host is). The facts come from the
shipped table (provenance.outlets) and from whoever calls `with_publishers`. Finding names in running text is detect.names.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from archiver.model import url as urls
from archiver.model.agent import Publisher
from archiver.provenance.outlets import KNOWN

AGENCY_KINDS = frozenset({"agency", "press-release"})

_ARTICLE = re.compile(
    r"\A(?:the|le|la|les|el|los|las|il|lo|gli|i|der|die|das|dem|den|de|het|o|os|as)\s+(?=\S)|\Al'(?=\w)"
)
_HOST = re.compile(r"(?:https?://)?((?:[\w-]+\.)+[^\W\d_]{2,12})/?")
#: Combining accents, Arabic vowel signs and tatweel, zero-width and direction signs, soft hyphens.
_MARKS = re.compile("[\u0300-\u036f\u0640\u064b-\u0652\u200b-\u200f\u202a-\u202e\u2060\ufeff\u00ad]")
_NOT_LETTERS = re.compile(r"[^\w]|_")
#: What a site adds to its name to make a host.
_HOST_EXTRAS = ("news", "online", "mag", "magazine", "tv", "media", "press", "net", "daily", "info")
#: Above this many letters a name is matched whatever its case; below, `AP` is an agency and `ap` is not.
_SHORT = 4


@lru_cache(maxsize=4096)
def fold(name: str) -> str:
    """The letters by which two spellings of a publisher's name are compared; "" where there are none.

    NFKC, no case, no marks, no leading article, no domain suffix, no punctuation and spaces:
    `Mideast Discourse`, `MidEastDiscourse` and `mideastdiscourse.com` are one.
    """
    text = unicodedata.normalize("NFKD", name).casefold()
    text = unicodedata.normalize("NFKC", _MARKS.sub("", text)).replace("’", "'").strip(" \t\n\"'«»“”„‚‘().,;:!?[]*")
    if " " not in text and (host := _HOST.fullmatch(text)):
        text = urls.brand(host[1])
    return _NOT_LETTERS.sub("", _ARTICLE.sub("", text, count=1))


def looks_like_host(name: str) -> bool:
    """Whether a name is written as a domain (`OilPrice.com`)."""
    return bool(_HOST.fullmatch(name.strip()))


@dataclass(frozen=True, slots=True)
class Authority:
    """Which publisher a name or a host is. Immutable: `with_publishers` gives a new one, the newcomer winning."""

    by_name: Mapping[str, tuple[tuple[str, Publisher], ...]]
    by_site: Mapping[str, Publisher]

    @classmethod
    def of(cls, publishers: Iterable[Publisher]) -> Authority:
        """From rows; where two rows share a spelling or a site the later one wins."""
        names: dict[str, tuple[tuple[str, Publisher], ...]] = {}
        sites: dict[str, Publisher] = {}
        for publisher in publishers:
            for spelling in (publisher.name, *publisher.aliases):
                if key := fold(spelling):
                    names[key] = ((_plain(spelling), publisher), *names.get(key, ()))
            for host in publisher.hosts:
                sites[_host_key(host)] = publisher
        return cls(names, sites)

    def with_publishers(self, publishers: Iterable[Publisher]) -> Authority:
        """This authority and those publishers too (what the archive or its curator knows)."""
        more = Authority.of(publishers)
        names = dict(self.by_name)
        for key, rows in more.by_name.items():
            names[key] = (*rows, *names.get(key, ()))
        return Authority(names, {**self.by_site, **more.by_site})

    def match(self, name: str) -> Publisher | None:
        """The publisher of that name, or None. Names of four letters and fewer are matched in the case they are known in."""
        key = fold(name)
        rows = self.by_name.get(key)
        if not rows:
            return None
        if len(key) > _SHORT or not key.isascii() or looks_like_host(name):
            return rows[0][1]
        plain = _plain(name)
        return next((publisher for spelling, publisher in rows if _same_case(spelling, plain)), None)

    def of_host(self, host: str) -> Publisher | None:
        """The publisher whose site that host is, or None."""
        host = host.lower().removeprefix("www.").rstrip(".")
        return self.by_site.get(host) or self.by_site.get(urls.site(host)) if host else None

    def is_agency(self, name: str) -> bool:
        """Whether the name is that of a news agency, a syndicate or a press-release wire."""
        publisher = self.match(name)
        return publisher is not None and publisher.kind in AGENCY_KINDS

    def same(self, a: str, b: str) -> bool:
        """Whether two names or hosts are one publisher: by spelling, by table, or by the letters of the host."""
        if fold(a) and fold(a) == fold(b):
            return True
        first, second = self._who(a), self._who(b)
        if first is not None and second is not None:
            return first.name == second.name
        return (looks_like_host(a) and self.matches_host(b, a)) or (looks_like_host(b) and self.matches_host(a, b))

    def matches_host(self, name: str, host: str) -> bool:
        """Whether a name fits a host: known for it, or spelt by the host's brand label. Initials do not count."""
        owner, named = self.of_host(host), self.match(name)
        if owner is not None and named is not None:
            return owner.name == named.name
        label = _NOT_LETTERS.sub("", urls.brand(host))
        whole = _NOT_LETTERS.sub(
            "", unicodedata.normalize("NFKC", _MARKS.sub("", unicodedata.normalize("NFKD", name))).casefold()
        )
        for letters in {fold(name), whole} - {""}:
            if label == letters or any(label == letters + extra or letters == label + extra for extra in _HOST_EXTRAS):
                return True
        return False

    def _who(self, name_or_host: str) -> Publisher | None:
        return self.match(name_or_host) or (self.of_host(name_or_host) if looks_like_host(name_or_host) else None)


def _plain(name: str) -> str:
    text = unicodedata.normalize("NFKC", name).replace(".", "").strip()
    return text[4:] if text.startswith(("The ", "the ")) else text


def _same_case(known: str, given: str) -> bool:
    """`AP` is not `ap`; `Ansa` is `ANSA`; `dpa` is `DPA`."""
    return (
        known == given
        or (given.isupper() and known.upper() == given)
        or (len(given) >= _SHORT and known.capitalize() == given)
    )


def _host_key(host: str) -> str:
    return host.lower().removeprefix("www.")


#: What comes with archiver.
SHIPPED = Authority.of(KNOWN)
