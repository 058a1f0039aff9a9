"""What is said of a page that is withdrawn, wherever it is shown or cited: that it is one, and none of its words.

WITHDRAWN          what stands in its title's place
silent(citation)   it, without its words, where all of it is withdrawn
unnamed(versions)  versions of an address at which something is withdrawn
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from archiver.model.citation import Citation

if TYPE_CHECKING:
    from archiver.model.history import CitedVersion

WITHDRAWN = "A withdrawn page"


def silent(citation: Citation) -> Citation:
    """It, without the words of a page that is withdrawn: neither title nor authors, nor are others quoted who name it."""
    if citation.withdrawn is None:
        return citation
    edges = tuple(replace(edge, quotes=()) for edge in citation.edges)
    listed = tuple(replace(one, title="") for one in citation.listed)
    return replace(
        citation, title=None, authors=(), claims=(), signals=(), edges=edges, listed=listed, versions=unnamed(citation.versions)
    )  # fmt: skip


def unnamed(versions: Iterable[CitedVersion]) -> tuple[CitedVersion, ...]:
    """Versions whose changes are named, and neither their old nor their new words are."""
    return tuple(
        replace(one, changes=tuple(replace(change, old=None, new=None) for change in one.changes)) for one in versions
    )
