"""Documents for tests of detection, from rows of text: a page without bytes. `<NAME|url>` in a text is a link."""

import re

from archiver.model.document import Candidate, Document, Link, Pointer, Role, Stated, laid_out

URL = "https://www.tidal-review.example/2024/03/the-weir"
BODY = (
    "The weir below the old mill has been closed since Monday, and the fish ladder beside it stands dry for the first time in years.",
    "Engineers who opened the gates by hand say that the timber is sound and that the ironwork will have to be replaced before autumn.",
    "Nobody at the inquiry could say who had ordered the closure, or why the notice on the gate carried no date and no signature.",
)
_LINK = re.compile(r"<([^<>|]*)\|([^<>|]+?)(?:\|([^<>|]*))?>")


def linked(text: str) -> tuple[str, tuple[Link, ...]]:
    """The text without the marks of its links, and the links."""
    plain, links, end = "", [], 0
    for found in _LINK.finditer(text):
        plain += text[end : found.start()]
        links.append(Link(len(plain), len(plain) + len(found[1]), found[2], found[3] or ""))
        plain += found[1]
        end = found.end()
    return plain + text[end:], tuple(links)


def document(
    *rows: tuple[str, Role] | tuple[str, Role, str],
    url: str = URL,
    publisher: str | None = "Tidal Review",
    pointers: tuple[Pointer, ...] = (),
    language: str | None = "en",
) -> Document:
    """A document of these rows of (text, role) or (text, role, tag)."""
    laid = []
    for text, role, *tag in rows:
        plain, links = linked(text)
        laid.append((plain, role, tag[0] if tag else "p", links))
    blocks = laid_out(laid)
    stated = Stated(publisher, (Candidate(publisher, "meta og:site_name"),)) if publisher else Stated()
    return Document(
        url=url, media_type="text/html", title=Stated("The weir"), publisher=stated, authors=(), author_candidates=(),
        date_published=Stated(), date_modified=Stated(), language=language, text="\n".join(b.text for b in blocks if b.role is Role.BODY),
        blocks=blocks, pointers=pointers, extractor="rows@1",
    )  # fmt: skip


def article(
    *, head: tuple[str, ...] = (), tail: tuple[str, ...] = (), captions: tuple[str, ...] = (), **more
) -> Document:
    """Three paragraphs of body with these rows around them."""
    return document(
        *((text, Role.HEAD) for text in head),
        (BODY[0], Role.BODY),
        *((text, Role.CAPTION) for text in captions),
        *((text, Role.BODY) for text in BODY[1:]),
        *((text, Role.TAIL) for text in tail),
        **more,
    )
