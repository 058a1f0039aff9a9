"""Markup -> what it says of title, publisher, authors and dates: tables of the places where pages say it, best first."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from archiver.extract import dates
from archiver.extract.blocks import own_words
from archiver.extract.jsonld import OUTLET, Node, text
from archiver.extract.markup import Element, Markup
from archiver.extract.metadata import Said
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
    "article_date_original", "article.published", "datecreated", "dc.date", "dcterms.date", "date", "cxenseparse:recs:publishtime",
    "cre_date", "originalpublicationdate", "shareaholic:article_published_time",
)  # fmt: skip
MODIFIED_METAS = (
    "article:modified_time", "og:updated_time", "datemodified", "itemprop:datemodified", "dcterms.modified", "dc.date.modified", "last-modified",
    "article.updated", "lastmod", "revised", "shareaholic:article_modified_time",
)  # fmt: skip
_BYLINE_WORDS = word_set("author authors byline autor autoren articleauthor authorname bylineauthor verfasser auteur")
_NOT_BYLINE = word_set("bio box avatar image img description about posts related comment comments more")


def signals(markup: Markup, tree: Element, url: str, blocks: tuple[Block, ...]) -> Said:
    """All candidates of a page's markup; the text's own lines are read by metadata.conclude."""
    said = Said(url, markup.language, blocks)
    article = markup.graph.article() or {}
    said.titles = [*_titles(markup, article), *_headings(blocks), *_some("title", markup.title)]
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
    said.modified = list(_modified(markup, article))
    return said


def _some(source: str, value: str) -> Iterator[Candidate]:
    if clean(value):
        yield Candidate(clean(value), source)


def _named(markup: Markup, names: tuple[str, ...]) -> Iterator[Candidate]:
    for meta in markup.meta(*names):
        if not meta.content.startswith(("http:", "https:", "/")):
            yield Candidate(meta.content, f"meta {meta.name}")


def _titles(markup: Markup, article: Node) -> Iterator[Candidate]:
    yield from _some("json-ld headline", text(article, "headline"))
    yield from _named(markup, TITLE_METAS)


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
    for node in markup.properties:
        if "author" in (node.get("rel") or "").split():
            yield Candidate(_text(node), "rel author")
    for node in markup.properties:
        if node.get("itemprop") in ("author", "creator"):
            inner = node.find(".//*[@itemprop='name']")
            yield Candidate(_text(inner if inner is not None else node), "itemprop author")


def _byline_classes(tree: Element) -> Iterator[Candidate]:
    for node in tree.iter(etree.Element):
        if node.attrib and (node.get("class") or node.get("id")):
            words = own_words(node)
            if words & _BYLINE_WORDS and not words & _NOT_BYLINE:
                line = _text(node)
                if 4 < len(line) <= 120:
                    yield Candidate(line, "byline class")


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
    for source, value in (
        ("json-ld datePublished", text(article, "datePublished")),
        *((f"meta {meta.name}", meta.content) for meta in markup.meta(*PUBLISHED_METAS)),
        *_times(markup),
        ("json-ld dateCreated", text(article, "dateCreated")),
    ):
        if value and (day := dates.machine(value)):
            yield Candidate(day, source)


def _times(markup: Markup) -> Iterator[tuple[str, str]]:
    """Time elements: those marked as the publication's first, then the first of the page outside of lists and comments."""
    for node in markup.properties:
        if node.get("itemprop") == "datePublished":
            yield "itemprop datePublished", node.get("content") or node.get("datetime") or _text(node)
    marked = [
        n
        for n in markup.times
        if n.get("pubdate") is not None or n.get("itemprop") == "datePublished" or _published_class(n)
    ]
    for node in marked:
        yield "time", node.get("datetime") or _text(node)
    for node in [n for n in markup.times if n not in marked][:12]:
        if not any(_foreign(above) for above in node.iterancestors()):
            yield "first time", node.get("datetime") or _text(node)
            return


def _published_class(node: Element) -> bool:
    return bool(re.search(r"(?:entry-date|published|pubdate|post-date)\b(?!.*updated)", node.get("class") or ""))


def _foreign(node: Element) -> bool:
    """Whether a time in here belongs to another text: a teaser, a comment, a menu."""
    if node.tag in ("nav", "aside", "footer", "li"):
        return True
    return node.tag != "body" and bool(
        own_words(node) & {"comment", "comments", "related", "sidebar", "teaser", "widget", "latest", "popular"}
    )


def _modified(markup: Markup, article: Node) -> Iterator[Candidate]:
    for source, value in (
        ("json-ld dateModified", text(article, "dateModified")),
        *((f"meta {meta.name}", meta.content) for meta in markup.meta(*MODIFIED_METAS)),
    ):
        if value and (day := dates.machine(value)):
            yield Candidate(day, source)
