"""Links that say where the text comes from: a bare address as first or last block, "Read the original at X".

Holds the list of hosts that never are an origin in this way (video, social, petitions) and the test for an article's address.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from archiver.model import url as urls
from archiver.model.claim import Relation, Strength
from archiver.model.document import Link, Role
from archiver.provenance.detect import names
from archiver.provenance.detect.match import Match, matches
from archiver.provenance.detect.page import EDGE, Hit, Page, Place, sentence
from archiver.provenance.detect.statement import is_reuse
from archiver.provenance.phrases.grammar import Form
from archiver.provenance.publishers import fold

WEIGHT = 0.90
BARE = "bare-url@1"
#: A link may begin this far behind "read the original at", in characters.
NEAR = 60
#: ... or so far, where it is an address that is written out.
BESIDE = 8
#: A headline has at least so many letters.
SHORTEST_HEADLINE = 16
#: More blocks than this that begin with an address, or more calls to read, make a list.
LIST = 2

#: Sites that are shared, watched, signed or bought from, and not republished from.
NEVER = frozenset(
    ["youtube.com", "youtu.be", "vimeo.com", "dailymotion.com", "rumble.com", "odysee.com", "facebook.com", "fb.com", "twitter.com", "x.com", "t.co", "instagram.com", "tiktok.com", "t.me", "telegram.org", "linkedin.com", "pinterest.com", "reddit.com", "whatsapp.com", "soundcloud.com", "spotify.com", "apple.com", "google.com", "amazon.com", "patreon.com", "paypal.com", "gofundme.com", "change.org", "avaaz.org", "disqus.com", "gravatar.com", "creativecommons.org", "doi.org", "github.com", "wordpress.org", "addtoany.com", "flipboard.com"]
)  # fmt: skip
_ADDRESS = re.compile(r"(?:https?://|www\.)[^\s<>\"'|]{4,2000}")
_LABELLED = re.compile(r"(?:[\w ]{1,20}: ?)?\W{0,3}")


def article_like(url: str) -> bool:
    """Whether an address looks like that of one article: a path with a number, or with words joined by hyphens or of some length."""
    path = urls.path(url).strip("/")
    last = path.rsplit("/", 1)[-1]
    return urls.site(urls.host(url)) not in NEVER and (bool(re.search(r"\d{3,}|[-_]", path)) or len(last) > 14)


def detect(page: Page) -> Iterator[Hit]:
    """Bare addresses, then the headline with another's address, then links behind a wording."""
    yield from _bare(page)
    yield from _headline(page)
    called = [
        (match, _link_of(page, match.place, match.start, match.end) or _address_behind(match))
        for match in matches(page, Form.READ, page.at_edge)
    ]
    if len({link.url for _, link in called if link is not None and not page.own_site(link.url)}) > LIST:
        return
    for match, link in called:
        if (
            link is None
            or page.own_site(link.url)
            or urls.site(urls.host(link.url)) in NEVER
            or not _prominent(match, link)
        ):
            continue
        if is_reuse(page, match.place, sentence(match.place.plain, match.start, match.end)[0], match.end):
            continue
        end = max(match.end, link.end)
        evidence = page.evidence(match.place, match.start, end, match.rule, WEIGHT)
        target = names.after(page, match.place, link.start)
        name = target.publisher if target and not _wording_only(target.publisher, page, link) else None
        yield Hit(match.wording.row.relation or Relation.REPUBLISHED_FROM, name, link.url, Strength.LABEL, evidence)


def _bare(page: Page) -> Iterator[Hit]:
    """An address that is the beginning of the first blocks, or all of the last one, of the page or of its text, or of the first below the text."""
    if "\nhttp" not in page.whole and not page.whole.startswith("http"):
        return
    content = [place for place in page.content if place.block.tag not in ("h1", "h2", "h3", "h4")]
    addressed = [
        b for b in page.document.blocks if b.role is not Role.HIDDEN and b.text.startswith(("http://", "https://"))
    ]
    if not content or len(addressed) > LIST:
        return
    end = next((n for n, place in enumerate(content) if place.block.role is Role.TAIL), len(content))
    for place in dict.fromkeys((*content[:3], *content[max(0, end - 1) : end + 1], content[-1])):
        found = _ADDRESS.match(place.plain)
        whole = found is not None and found.end() >= len(place.plain.rstrip(" .")) - 1
        if found is None or not (whole or page.near_head(place)):
            continue
        link = next((link for link in page.links(place) if link.start <= found.start() + 1), None)
        url = link.url if link else None if found[0].endswith(("…", "...")) else found[0].rstrip(".,;)")
        if url is None or not url.startswith("http") or page.own_site(url) or not article_like(url):
            continue
        evidence = page.evidence(place, found.start(), found.end(), BARE, WEIGHT)
        yield Hit(Relation.REPUBLISHED_FROM, None, url, Strength.LABEL, evidence)


def _headline(page: Page) -> Iterator[Hit]:
    """The page's own headline once more, above or below the text, as the link to an article elsewhere."""
    headline = next((place.plain for place in page.content[:EDGE] if place.block.tag in ("h1", "h2")), "")
    shown = [title for title in (page.document.title.value or "", headline) if len(title) >= SHORTEST_HEADLINE]
    begins = tuple(title[: SHORTEST_HEADLINE // 2] for title in shown)
    for place in page.content:
        if not place.block.links or place.block.tag in ("h1", "h2", "h3", "li") or not page.at_edge(place):
            continue
        link = place.block.links[0]
        text = place.plain[link.start : link.end]
        if len(text) < SHORTEST_HEADLINE or len(place.plain) > len(text) + NEAR or not text.startswith(begins):
            continue
        said, _, name = text.rpartition(" | ") if " | " in text else text.rpartition(" - ")
        if {fold(title) for title in shown}.isdisjoint({fold(text), fold(said)}) or not link.url.startswith("http"):
            continue
        if page.own_site(link.url) or not article_like(link.url):
            continue
        fits = said and page.authority.matches_host(name, urls.host(link.url))
        evidence = page.evidence(place, link.start, link.end, "linked-headline@1", WEIGHT)
        yield Hit(Relation.REPUBLISHED_FROM, name if fits else None, link.url, Strength.LABEL, evidence)
        return


def _link_of(page: Page, place: Place, start: int, end: int) -> Link | None:
    """The link that a wording stands in, or the first one right behind it."""
    links = list(page.links(place))
    covering = next(
        (link for link in links if (link.start <= start + 1 and link.end > start) or start <= link.start < end), None
    )
    return covering or next((link for link in links if 0 <= link.start - end <= NEAR), None)


def _address_behind(match: Match) -> Link | None:
    """An address that is written out right behind a wording and is no link."""
    text = match.place.plain
    return next(
        (_address_at(text, start) for start in range(match.end, match.end + BESIDE) if text.startswith("http", start)),
        None,
    )


def _address_at(text: str, start: int) -> Link | None:
    """The address that is written out at a place, as a link."""
    found = _ADDRESS.match(text, start)
    url = found[0].rstrip(".,;)") if found is not None else ""
    return Link(start, start + len(url), url) if url.startswith("http") else None


def _prominent(match: Match, link: Link) -> bool:
    """Whether a call to read is what its sentence is about: it begins it, or it is (the beginning of) the link's text."""
    if not (article_like(link.url) or (match.start <= link.start + 1 and len(match.place.plain) <= 200)):
        return False
    begin, _ = sentence(match.place.plain, match.start, match.end)
    return match.start - begin <= 3 or abs(match.start - link.start) <= 3 or match.start <= 3


def _wording_only(name: str | None, page: Page, link: Link) -> bool:
    """Whether a link's text is a call to read or a headline, and no name: only what fits its host, or is known, is taken."""
    if name is None:
        return True
    return not (page.authority.matches_host(name, urls.host(link.url)) or page.known(name) or len(name.split()) <= 4)
