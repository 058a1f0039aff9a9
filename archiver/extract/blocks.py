"""The DOM -> blocks: every block of the whole page, each with its links and role.

Three steps: `walk` cuts the tree into rows at block elements and <br>; `_densest` finds the element that holds most of
the prose; roles are read from tags, ARIA and class names of the elements around a row, except that nothing which holds the
article itself can be a menu. What is left open is decided by regions.assign. The tree is not changed.
"""

from __future__ import annotations

import re
from functools import lru_cache

from lxml import etree

from archiver.extract.markup import Element, absolute
from archiver.extract.regions import HEADINGS, Row, assign
from archiver.extract.text import clean, letters, word_set
from archiver.model.document import Block, Link, Role, laid_out

INLINE = word_set(
    "a abbr acronym b basefont bdi bdo big blink cite code data del dfn em font i img ins kbd label mark meter "
    "nobr output picture progress q rb rp rt ruby s samp small source span strike strong sub sup time tt u var "
    "wbr"
)
SKIPPED = word_set(
    "head title script style svg iframe object embed applet canvas audio video select datalist textarea map frameset"
)
_STRESS = frozenset({"em", "i", "cite"})
#: Elements that may hold an article: the search for the densest one goes no deeper than these.
_CONTAINERS = word_set("body div section article main table tbody tr td center form span font")

#: What an element is by its name or ARIA role. `header` and `footer` count outside of the article alone.
TAG_ROLES = {
    "template": Role.HIDDEN, "noscript": Role.HIDDEN, "nav": Role.NAV, "aside": Role.NAV, "menu": Role.NAV,
    "button": Role.NAV, "blockquote": Role.QUOTE, "figcaption": Role.CAPTION, "caption": Role.CAPTION,
    "li": Role.LIST, "dt": Role.LIST, "dd": Role.LIST,
}  # fmt: skip
ARIA_ROLES = dict.fromkeys(
    ("navigation", "menu", "menubar", "search", "contentinfo", "banner", "complementary", "dialog", "alertdialog"),
    Role.NAV,
)
#: What an element is by a word of its class or id. The words of the last row count outside of the article alone.
CLASS_WORDS: tuple[tuple[Role, frozenset[str]], ...] = (
    (Role.COMMENT, word_set("comment comments commentlist commentary disqus respond kommentar kommentare comentarios")),
    (Role.CAPTION, word_set("caption captions figcaption bildunterschrift legende imagecaption imgcaption")),
    (Role.LIST, word_set("related recommended recommendations recirculation readmore teaser teasers")),
    (Role.NAV, word_set(
    "nav navbar navigation menu submenu breadcrumb breadcrumbs pagination pager sharing share sharedaddy "
    "addthis social cookie cookies consent gdpr newsletter advert advertisement ads sponsor promo toolbar "
    "sidebar"
)),
)  # fmt: skip
OUTSIDE_WORDS = word_set("header footer masthead topbar banner widget widgets login search trending popular")
#: Rows of a page that are read. A page with more has more elements than are read without `extraction-failed` (html.MAX_ELEMENTS).
MAX_ROWS = 60_000
_HEADLINE = 1000  # characters: longer rows that hold the title are running text
_PICTURE_WORDS = word_set("photo image img media picture foto bild")
_NO_WORDS: frozenset[str] = frozenset()
_RANK = {Role.HIDDEN: 6, Role.COMMENT: 5, Role.NAV: 4, Role.QUOTE: 3, Role.CAPTION: 2, Role.LIST: 1}
_WHOLE = re.compile(
    r"https?://[\w.-]+(?::\d+)?/[\w./%~+@,=&-]*(?:\?[\w./%~+@,=&;:-]+)?", re.ASCII
)  # joined, they stay as they are
_HIDING = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)


class _Cut:
    """One run of inline text being gathered: folded as it comes, so that link offsets are right at once."""

    __slots__ = ("anchor", "links", "parts", "quoted", "size", "space", "stressed")

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.size = 0
        self.space = False
        self.links: list[Link] = []
        self.anchor: tuple[int, str, str] | None = None  # start (-1: not yet), address, rel
        self.stressed = 0
        self.quoted = 0

    def add(self, text: str, stressed: bool, quoted: bool) -> None:
        joined = clean(text)
        if not joined:
            self.space = True
            return
        if self.size and (self.space or text[0].isspace()):
            self.parts.append(" ")
            self.size += 1
        if self.anchor and self.anchor[0] < 0:
            self.anchor = (self.size, *self.anchor[1:])
        size = len(joined)
        self.parts.append(joined)
        self.size += size
        if stressed:
            self.stressed += size
        if quoted:
            self.quoted += size
        self.space = text[-1].isspace()

    def close_anchor(self) -> None:
        if self.anchor and 0 <= self.anchor[0] < self.size and self.anchor[1]:
            self.links.append(Link(self.anchor[0], self.size, self.anchor[1], self.anchor[2]))
        self.anchor = None

    def take(self, tag: str) -> Row | None:
        """The row so far; an open anchor goes on in the next one."""
        anchor = self.anchor
        self.close_anchor()
        row = Row("".join(self.parts), tag, tuple(self.links), stressed=self.stressed * 10 >= self.size * 9)
        if row.text and self.quoted * 10 >= self.size * 9:
            row.role = Role.QUOTE
        self.__init__()  # type: ignore[misc] # the same fields, empty again
        self.anchor = (-1, *anchor[1:]) if anchor else None
        return row if row.text else None


def walk(tree: Element, base: str) -> list[tuple[Row, Element]]:
    """The rows of a tree in page order, each with the block element that it stands in."""
    rows: list[tuple[Row, Element]] = []
    cut, owners = _Cut(), [tree]
    stress = quoted = 0

    def flush() -> None:
        if cut.size and (row := cut.take(owners[-1].tag)):
            rows.append((row, owners[-1]))
        cut.space = False

    events = etree.iterwalk(tree, events=("start", "end"))
    for event, node in events:
        tag = node.tag
        if len(rows) >= MAX_ROWS:
            return rows
        if event == "start":
            if tag in SKIPPED:
                events.skip_subtree()
                continue
            if _breaks(node, tag):
                flush()
                owners.append(node)
            elif tag == "a":
                cut.close_anchor()
                cut.anchor = (-1, _address(node.get("href", ""), base), node.get("rel", ""))
            stress += tag in _STRESS
            quoted += tag == "q"
            text = node.text if isinstance(tag, str) else None
        else:
            if tag not in SKIPPED and isinstance(tag, str):
                stress -= tag in _STRESS
                quoted -= tag == "q"
                if tag == "a":
                    cut.close_anchor()
                if node is owners[-1]:
                    flush()
                    owners.pop()
            text = node.tail
        if text:
            cut.add(text, stress > 0, quoted > 0)
    flush()
    return rows


def _breaks(node: Element, tag: str) -> bool:
    """Whether an element starts a row of its own. Comments and their like have no name and start none."""
    if tag in INLINE:
        return tag != "a" and _hidden(node)
    return isinstance(tag, str)


@lru_cache(maxsize=2048)
def _address(href: str, base: str) -> str:
    """markup.absolute, without the joining where the address is whole: menus repeat theirs, and half of all are."""
    if _WHOLE.fullmatch(href):
        return href
    return absolute(href, base)


@lru_cache(maxsize=4096)
def _words(names: str) -> frozenset[str]:
    """The words of a class or id attribute: `wp-caption-text siteNav` -> wp, caption, text, site, nav."""
    return frozenset(re.findall(r"[a-z]+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", names[:400]).lower()))


def own_words(node: Element) -> frozenset[str]:
    """The words of an element's class and id."""
    style, name = node.get("class"), node.get("id")
    return _words(f"{style or ''} {name or ''}") if style or name else _NO_WORDS


def _hidden(node: Element) -> bool:
    if not node.attrib:
        return False
    style = node.get("style")
    return bool(
        node.get("hidden") is not None or node.get("aria-hidden") == "true" or (style and _HIDING.search(style[:500]))
    )


def _own_role(node: Element, in_article: bool) -> Role | None:
    """What the element says of itself."""
    if _hidden(node) or (node.tag == "dialog" and node.get("open") is None):
        return Role.HIDDEN
    role = TAG_ROLES.get(node.tag) or ARIA_ROLES.get(node.get("role", ""))
    if role is None and node.tag in ("header", "footer") and not in_article:
        role = Role.NAV
    words = own_words(node) if node.tag != "body" else _NO_WORDS
    if not words:
        return role
    if role is None and not in_article and words & OUTSIDE_WORDS:
        role = Role.NAV
    if words & {"credit", "credits"} and words & _PICTURE_WORDS:
        return _stronger(role, Role.CAPTION)
    return next((_stronger(role, kind) for kind, names_of in CLASS_WORDS if words & names_of), role)


def role_of(node: Element) -> Role | None:
    """What an element and those around it say of it, the article it stands in aside; None where they say nothing."""
    chain = [node, *node.iterancestors()]
    inside = any(above.tag in ("article", "main") for above in chain)
    role: Role | None = None
    for above in chain:
        role = _stronger(role, _own_role(above, inside))
    return role


def _stronger(a: Role | None, b: Role | None) -> Role | None:
    if a is None or b is None:
        return a or b
    return a if _RANK.get(a, 0) >= _RANK.get(b, 0) else b


def _densest(rows: list[tuple[Row, Element]], body: Element) -> Element:
    """The deepest container that holds three fifths of the prose of the one above it."""
    mass: dict[Element, int] = {}
    aside: dict[Element, bool] = {}
    for row, owner in rows:
        if row.prose and not _aside(owner, aside):
            mass[owner] = mass.get(owner, 0) + len(row.text)
    total: dict[Element, int] = {}
    for owner, size in mass.items():
        total[owner] = total.get(owner, 0) + size
        for above in owner.iterancestors():
            total[above] = total.get(above, 0) + size
    best = body
    while True:
        inner = max((c for c in best if c in total and c.tag in _CONTAINERS), key=lambda c: total[c], default=None)
        if inner is None or total[inner] < 0.6 * total[best] or (inner in mass and inner.tag not in ("div", "td")):
            return best
        best = inner


def _aside(owner: Element, known: dict[Element, bool]) -> bool:
    """Whether tags alone say that this is no part of an article (looked at before the article is known)."""
    chain: list[Element] = []
    node = owner
    while node is not None and node not in known:
        chain.append(node)
        node = node.getparent()
    inside = node is not None and known[node]
    for node in reversed(chain):
        inside = known[node] = inside or _says_aside(node)
    return inside


def _says_aside(node: Element) -> bool:
    if node.tag in ("nav", "aside", "footer", "template", "noscript"):
        return True
    names = node.get("class") or node.get("id")
    return bool(names and node.tag != "body" and _words(names) & CLASS_WORDS[0][1])


def _headline(rows: list[tuple[Row, Element]], titles: tuple[str, ...]) -> int | None:
    """The row that repeats the page's title: a heading, best an h1; without a title to compare, the only h1."""
    wanted = [letters(title) for title in titles if title]
    for level in (("h1",), ("h2", "h3", "h4", "div", "p", "td")):
        for at, (row, _) in enumerate(rows):
            if (
                row.tag in level
                and len(row.text) < _HEADLINE
                and len(name := letters(row.text)) >= 8
                and any(name in w or w in name for w in wanted if len(w) >= 8)
            ):
                return at  # fmt: skip
    tops = [at for at, (row, _) in enumerate(rows) if row.tag == "h1"]
    return tops[0] if len(tops) == 1 else None


def blocks(tree: Element, base: str, titles: tuple[str, ...] = ()) -> tuple[Block, ...]:
    """All blocks of a page. `titles` are what its markup calls it, to know the headline by."""
    found = walk(tree, base)
    body = tree.find("body")
    core = _densest(found, body if body is not None else tree)
    headline = _headline(found, titles)
    shield = {core, *core.iterancestors()}
    if headline is not None:
        shield |= {found[headline][1], *found[headline][1].iterancestors()}
    within = {core: True}
    articled = {node: any(a.tag in ("article", "main") for a in (node, *node.iterancestors())) for node in shield}
    roles: dict[Element, Role | None] = dict.fromkeys(shield)
    for row, owner in found:
        chain = []
        node = owner
        while node is not None and node not in roles:
            chain.append(node)
            node = node.getparent()
        for node in reversed(chain):
            above = node.getparent()
            within[node] = within.get(above, False)
            articled[node] = articled.get(above, False) or node.tag in ("article", "main")
            roles[node] = _stronger(roles.get(above), _own_role(node, within[node] or articled[node]))
        row.role = _stronger(row.role, roles[owner])
        row.inside = within.get(owner, False)
    _sort_out(found, headline, shield)
    rows = [row for row, _ in found]
    assign(rows, headline)
    return laid_out([(row.text, row.role or Role.BODY, row.tag, row.links) for row in rows])


def _sort_out(found: list[tuple[Row, Element]], headline: int | None, shield: set[Element]) -> None:
    """Unmarked menus: mostly linked rows before the headline, or after the article, outside of the densest part."""
    inside = [at for at, (row, _) in enumerate(found) if row.inside]
    first = min(inside[0], headline) if inside and headline is not None else inside[0] if inside else 0
    last = inside[-1] if inside else len(found)
    for at, (row, owner) in enumerate(found):
        if row.role is not None or row.inside or at == headline or owner in shield or row.tag in HEADINGS:
            continue
        if (at < first and row.linked >= 0.5) or (at > last and (row.linked >= 0.8 or row.text.startswith("©"))):
            row.role = Role.NAV
