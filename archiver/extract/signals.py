"""Markup -> what it says of title, publisher, authors and dates: tables of the places where pages say it, best first."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from lxml import etree

from archiver.extract import dates
from archiver.extract.blocks import own_words
from archiver.extract.jsonld import OUTLET, Node, text
from archiver.extract.markup import Element, Markup
from archiver.extract.said import Said
from archiver.extract.text import clean, word_set
from archiver.model.document import Block, Candidate, Role

TITLE_METAS = (
    "og:title",
    "twitter:title",
    "dc.title",
    "dcterms.title",
    "citation_title",
    "parsely-title",
    "sailthru.title",
)
PUBLISHER_METAS = ("og:site_name",)
LATE_PUBLISHER_METAS = ("dc.publisher", "dcterms.publisher", "citation_journal_title", "publisher", "article:publisher")
WEAK_PUBLISHER_METAS = ("application-name", "apple-mobile-web-app-title", "copyright", "twitter:site")
AUTHOR_METAS = (
    "author", "article:author", "citation_author", "dc.creator", "dcterms.creator", "parsely-author", "sailthru.author",
    "byl", "article:author_name", "twitter:creator:name", "og:author", "article.author", "dcsext.author", "cxenseparse:author",
)  # fmt: skip
PUBLISHED_METAS = (
    "article:published_time", "og:article:published_time", "datepublished", "itemprop:datepublished", "og:published_time", "article:published",
    "citation_publication_date", "citation_online_date", "dc.date.issued", "dcterms.issued", "dcterms.created", "dc.date.created",
    "parsely-pub-date", "sailthru.date", "publication_date", "publish-date", "publishdate", "pubdate", "published-date",
    "article_date_original", "article.published", "datecreated", "cxenseparse:recs:publishtime", "pub_date", "published",
    "cre_date", "originalpublicationdate", "shareaholic:article_published_time",
)  # fmt: skip
#: Metas that hold the day of the last change, or of the request, as often: what the reader sees goes before them.
VAGUE_DATE_METAS = ("dc.date", "dcterms.date", "date")
MODIFIED_METAS = (
    "article:modified_time", "og:updated_time", "datemodified", "itemprop:datemodified", "dcterms.modified", "dc.date.modified", "last-modified",
    "article.updated", "lastmod", "revised", "shareaholic:article_modified_time",
)  # fmt: skip
_BYLINE_WORDS = word_set("author authors byline autor autoren articleauthor authorname bylineauthor verfasser auteur")
_NOT_BYLINE = word_set("bio box avatar image img description about posts related comment comments more")


_FOREIGN_WORDS = word_set(
    "comment comments commentlist kommentar kommentare related teaser teasers latest popular recommended trending"
)
_LAYOUT_WORDS = word_set("layout has with no columns")  # what they say of side bars they say of the page around them
_SIDE_WORDS = word_set("sidebar widget aside nav menu")


def signals(markup: Markup, tree: Element, url: str, blocks: tuple[Block, ...]) -> Said:
    """All candidates of a page's markup; the text's own lines are read by metadata.conclude."""
    said = Said(url, markup.language, blocks)
    article = markup.graph.article() or {}
    slips = {meta.content for meta in markup.metas if meta.element.get("content") is None}
    headings = list(_headings(blocks))
    shared = list(_named(markup, TITLE_METAS))
    said.titles = [
        *_titles(article),
        *(c for c in shared if c.value not in slips),
        *headings,
        *(
            c for c in shared if c.value in slips and not headings
        ),  # a title in the wrong attribute is less than a heading
        *_some("title", markup.title),
    ]
    said.publishers = list(_publishers(markup, article))
    said.weak_publishers = [
        Candidate(m.content.lstrip("@"), f"meta {m.name}") for m in markup.meta(*WEAK_PUBLISHER_METAS)
    ]
    said.authors = [
        *_linked_people(markup, article),
        *_named(markup, AUTHOR_METAS),
        *_marked_people(markup),
        *_byline_classes(tree),
    ]
    said.published = list(_published(markup, article))
    said.vague_published = list(
        _days(*_first_time(markup), *((f"meta {meta.name}", meta.content) for meta in markup.meta(*VAGUE_DATE_METAS)))
    )
    said.modified = list(_modified(markup, article))
    return said


def _some(source: str, value: str) -> Iterator[Candidate]:
    if clean(value):
        yield Candidate(clean(value), source)


def _named(markup: Markup, names: tuple[str, ...]) -> Iterator[Candidate]:
    for meta in markup.meta(*names):
        if not meta.content.startswith(("http:", "https:", "/")):
            yield Candidate(meta.content, f"meta {meta.name}")


def _titles(article: Node) -> Iterator[Candidate]:
    yield from _some("json-ld headline", text(article, "headline"))


def _headings(blocks: tuple[Block, ...]) -> Iterator[Candidate]:
    """The first h1 of the head, else the first that is no menu."""
    tops = [b for b in blocks if b.tag == "h1" and b.role in (Role.HEAD, Role.BODY)]
    if tops:
        yield Candidate(tops[0].text, "first heading")


def _publishers(markup: Markup, article: Node) -> Iterator[Candidate]:
    yield from _named(markup, PUBLISHER_METAS)
    for entity in markup.graph.entities(article, "publisher"):
        yield from _some("json-ld publisher", entity.name)
    for node in markup.graph.nodes:
        if node.get("@type") in ("WebSite", "NewsMediaOrganization", "NewsOrganization"):
            yield from _some(f"json-ld {node['@type']}", text(node, "name"))
    yield from _named(markup, LATE_PUBLISHER_METAS)


def _linked_people(markup: Markup, article: Node) -> Iterator[Candidate]:
    for member in ("author", "creator"):
        for entity in markup.graph.entities(article, member):
            if entity.name and not OUTLET.fullmatch(entity.type):
                yield Candidate(entity.name, f"json-ld {member}")


def _marked_people(markup: Markup) -> Iterator[Candidate]:
    """rel=author and itemprop=author in the page."""
    linked = [node for node in markup.properties if "author" in (node.get("rel") or "").split()]
    yield from _together("rel author", linked)
    told = (node for node in markup.properties if node.get("itemprop") in ("author", "creator"))
    marked = [node for node in islice(told, 40) if not _of_picture(node)]
    named = [found[0] if (found := node.xpath("(.//*[@itemprop='name'])[1]")) else node for node in marked]
    yield from _together("itemprop author", named)


def _of_picture(node: Element) -> bool:
    """Whether a mark speaks of a picture or film in the text: the item that it belongs to is one."""
    for above in node.iterancestors():
        if above.tag in ("figure", "figcaption"):
            return True
        if above.get("itemscope") is not None:
            return bool(re.search(r"/(?:Image|Video|Media|Audio)\w*\Z", above.get("itemtype") or ""))
    return False


def _together(source: str, nodes: list[Element]) -> Iterator[Candidate]:
    """The texts of marks, the first with those that stand beside it as one: what stands elsewhere wrote another text."""
    told = [(node, text) for node in _own(nodes) if (text := _text(node))]
    if not told:
        return
    parents = list(told[0][0].iterancestors())[:2]
    near = [above for above in parents if above.tag != "body" and len(_text(above)) <= 400]
    row = [
        text
        for node, text in told
        if node is told[0][0] or any(above in near for above in list(node.iterancestors())[:2])
    ]
    yield Candidate("; ".join(dict.fromkeys(row)) if len(row) > 1 else row[0], source)


def _byline_classes(tree: Element) -> Iterator[Candidate]:
    """Elements whose class or id says author: those below the headline first, hCards (`author vcard`, `fn`) before the rest."""
    cards: list[Element] = []
    below: list[Element] = []
    above: list[Element] = []
    chosen = above
    for node in tree.iter(etree.Element):
        if node.tag == "h1":
            chosen = below
        if node.attrib and (node.get("class") or node.get("id")):
            words = own_words(node)
            if words & _BYLINE_WORDS and not words & _NOT_BYLINE and 1 < len(_text(node)) <= 160:
                chosen.append(node)
                if words & {"vcard", "hcard", "fn"}:
                    cards.append(node)
    marked = {id(node) for node in _own(below + above)}
    below, above, cards = ([n for n in nodes if id(n) in marked] for nodes in (below, above, cards))
    if cards:
        inner = cards[0].xpath("(.//*[contains(concat(' ', @class, ' '), ' fn ')] | .//a[contains(@class, 'url')])[1]")
        yield Candidate(_text(inner[0] if inner else cards[0]), "hcard author")
    for nodes in (below, above):
        for node in nodes[:12]:
            yield Candidate(_pieces(node), "byline class")
            break
    yield from _together("byline classes", below or above)
    for node in (below + above)[:12]:
        yield Candidate(_text(node), "byline class")


def _pieces(node: Element) -> str:
    """The text of an element with a broken bar where another element begins: a name, a post and a date stand apart."""
    return " ¦ ".join(piece for piece in (clean(text) for text in node.itertext()) if piece)[:400]


def _own(nodes: list[Element]) -> list[Element]:
    """The marks of this text: none of teasers and comments, and none of side bars and menus where others remain."""
    kept = [node for node in nodes[:60] if not _within(node, _FOREIGN_WORDS, ())]
    return [node for node in kept if not _within(node, _SIDE_WORDS, ("nav", "aside"))] or kept


def _named_for(node: Element, words: frozenset[str]) -> bool:
    """Whether an element's class or id holds one of the words; what holds the headline is the layout, `has-sidebar`."""
    own = own_words(node)
    return not words.isdisjoint(own) and own.isdisjoint(_LAYOUT_WORDS) and node.find(".//h1") is None


def _within(node: Element, words: frozenset[str], tags: tuple[str, ...]) -> bool:
    return any(
        above.tag in tags or (above.tag not in ("body", "html") and _named_for(above, words))
        for above in (node, *node.iterancestors())
    )


def _text(node: Element) -> str:
    """The text of an element, cut where it is longer than any byline."""
    parts: list[str] = []
    size = 0
    for piece in node.itertext():
        parts.append(piece)
        size += len(piece)
        if size > 400:
            break
    return clean(" ".join(parts))


def _published(markup: Markup, article: Node) -> Iterator[Candidate]:
    yield from _days(
        ("json-ld datePublished", text(article, "datePublished")),
        *((f"meta {meta.name}", meta.content) for meta in markup.meta(*PUBLISHED_METAS)),
        *_times(markup),
        ("json-ld dateCreated", text(article, "dateCreated")),
    )


def _days(*told: tuple[str, str]) -> Iterator[Candidate]:
    for source, value in told:
        if value and (day := dates.machine(value)):
            yield Candidate(day, source)


def _times(markup: Markup) -> Iterator[tuple[str, str]]:
    """Elements that are marked as the publication's time."""
    for node in markup.properties:
        if node.get("itemprop") == "datePublished":
            yield "itemprop datePublished", _time_of(node)
        elif node.tag == "abbr" and "published" in own_words(node):
            yield "published class", _time_of(node)
    for node in markup.times:
        if _marked_time(node):
            yield "time", _time_of(node)


def _first_time(markup: Markup) -> Iterator[tuple[str, str]]:
    """The first time element of the page outside of lists and comments; one in a list where the page has no other day."""
    times = [node for node in markup.times if not _marked_time(node)]
    for node in times[:12]:
        if not any(_foreign(above) for above in node.iterancestors()):
            yield "first time", _time_of(node)
            return
    if times and len({dates.machine(_time_of(node)) for node in times[:40]}) == 1:
        yield "only time", _time_of(times[0])


def _time_of(node: Element) -> str:
    return (
        node.get("content") or node.get("datetime") or (node.get("title") if node.tag == "abbr" else "") or _text(node)
    )


def _marked_time(node: Element) -> bool:
    return node.get("pubdate") is not None or node.get("itemprop") == "datePublished" or _published_class(node)


def _published_class(node: Element) -> bool:
    return bool(re.search(r"(?:entry-date|published|pubdate|post-date)\b(?!.*updated)", node.get("class") or ""))


def _foreign(node: Element) -> bool:
    """Whether a time in here belongs to another text: a teaser, a comment, a menu."""
    if node.tag == "li":
        return not re.search("dat(?:e|um)", node.get("class") or "", re.IGNORECASE)
    if node.tag in ("nav", "aside", "footer"):
        return True
    return node.tag != "body" and _named_for(node, _FOREIGN_WORDS | {"sidebar", "widget"})


def _modified(markup: Markup, article: Node) -> Iterator[Candidate]:
    return _days(
        ("json-ld dateModified", text(article, "dateModified")),
        *((f"meta {meta.name}", meta.content) for meta in markup.meta(*MODIFIED_METAS)),
    )
