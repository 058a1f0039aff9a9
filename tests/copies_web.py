"""A small web of copies: an agency's text in two papers, a source that is gone, one that denies it, and a page on its own."""

from __future__ import annotations

import random

WORDS = (
    "harbour", "ledger", "ferry", "council", "lantern", "orchard", "saddle", "granite", "willow", "copper", "market", "thistle",
    "anchor", "barley", "chimney", "meadow", "quarry", "ribbon", "sparrow", "timber", "velvet", "wharf", "kettle", "pebble",
)  # fmt: skip


def article(n: int, title: str, site: str, note: str = "", day: str = "2025-01-02") -> str:
    """A page: the text with this number, a note at its end, dated and named in its head."""
    chance = random.Random(n)
    body = "".join(f"<p>The {' '.join(chance.choices(WORDS, k=45))}.</p>" for _ in range(5))
    return (
        f"<html lang='en'><head><title>{title}</title><meta property='og:site_name' content='{site}'>"
        f"<meta property='article:published_time' content='{day}T08:00:00Z'></head>"
        f"<body><article><h1>{title}</h1>{body}<p>{note}</p></article></body></html>"
    )


GONE = "http://goneherald.example/2025/orchard"
ORIGINAL = "http://quarrypost.example/2025/ferry"
DENIED = "http://claimant.example/ferry-again"
NAMING = ("http://lampweekly.example/orchard", "http://thistletimes.example/our-orchard")
WIRE = ("http://northpaper.example/market", "http://southpaper.example/the-market")
ALONE = "http://alone.example/kettle"

PAGES = {
    ORIGINAL: article(1, "The ferry in winter", "Quarry Post", "The original source of this article is Quarry Post."),
    DENIED: article(
        2, "Ferries again", "Claimant", f"This article was originally published on <a href='{ORIGINAL}'>Quarry Post</a>.", "2025-01-05"
    ),
    NAMING[0]: article(3, "An orchard", "Lamp Weekly", f"This article was originally published on <a href='{GONE}'>Gone Herald</a>."),
    NAMING[1]: article(3, "Our orchard", "Thistle Times", f"This article first appeared in <a href='{GONE}'>Gone Herald</a>."),
    WIRE[0]: article(4, "Market day", "North Paper").replace("<p>The", "<p>QUARRY (Reuters) - The", 1),
    WIRE[1]: article(4, "Market day", "South Paper").replace("<p>The", "<p>QUARRY (Reuters) - The", 1),
    ALONE: article(5, "Of kettles", "Alone"),
}  # fmt: skip
