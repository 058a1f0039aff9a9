"""Findings about letters: names and hosts of a citation that can be mistaken for others. Pure.

They are about what is shown, and so are made where it is shown; what letters can be mistaken is model.letters.
"""

from __future__ import annotations

from collections.abc import Iterator

from archiver.model.citation import Citation, CitedFinding
from archiver.model.letters import mixed, reads_like
from archiver.model.text import plain
from archiver.model.url import host


def mistakable(citation: Citation) -> Iterator[CitedFinding]:
    """A finding for each name and each host that can be, each once."""
    names = [("the title", citation.title), ("the publisher's name", citation.publisher)]
    names += [("an author's name", one) for one in citation.authors]
    names += [("the name of a source", one) for one in dict.fromkeys(claim.publisher for claim in citation.claims)]
    for what, said in names:
        if said and (kinds := mixed(plain(said))):
            letters = " and ".join(", ".join(kinds).rsplit(", ", 1))
            message = f"{what} has {letters} letters in it that can be mistaken for others."
            yield CitedFinding("mixed-letters", message)
    ends = (end for edge in citation.edges for end in (edge.from_url, edge.to_url))
    addresses = dict.fromkeys((citation.url, *ends, *(claim.url for claim in citation.claims)))
    for one in dict.fromkeys(host(url or "") for url in addresses):
        if like := reads_like(one):
            message = (
                f"{one} has letters of another script that look like Latin ones: it reads as {like}, and is not that."
            )
            yield CitedFinding("look-alike-host", message)
