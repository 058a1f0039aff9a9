"""The addresses of our pages: which pattern is answered by whom. A table, and the one way through it."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, replace

from archiver.browse import document, files, front, memento, render, replay
from archiver.browse.web import FRONT, Answer, Ask, Holding, Links
from archiver.errors import ArchiverError, Damaged, NotFound

Handler = Callable[[Holding, Ask, Links], Answer]


@dataclass(frozen=True, slots=True)
class Route:
    """Paths that match the pattern as a whole, and who answers them."""

    pattern: str
    handler: Handler


_ID = r"[0-9a-fA-F-]{36}"

ROUTES = (
    Route(rf"{FRONT}/?", front.answer),
    Route(rf"{FRONT}/document/(?P<document>[0-9a-f]{{16}})(?P<ending>\.[a-z.]{{1,12}})?", document.answer),
    Route(rf"{FRONT}/view/(?P<capture>{_ID})", replay.view),
    Route(rf"{FRONT}/replay/(?P<capture>{_ID})", replay.answer),
    Route(rf"{FRONT}/timemap/(?P<format>link|json)/(?P<url>.+)", memento.timemap),
    Route(rf"{FRONT}/timegate/(?P<url>.+)", memento.timegate),
    Route(rf"{FRONT}/static/(?P<name>[a-z]{{1,20}}\.[a-z0-9]{{2,5}})", files.answer),
)

#: What an error is as a status of HTTP; any other is the server's own (500).
_STATUS = ((NotFound, 404),)
_ANEW = "Try again; if it stays, `archiver doctor` says what is wrong, and `archiver rebuild` draws the manifest anew from the WARC files."


def answer(holding: Holding, ask: Ask, links: Links) -> Answer:
    """The answer to a request of ours: that of the first route whose pattern its path matches, or the page that says why there is none."""
    try:
        for route in ROUTES:
            if found := re.fullmatch(route.pattern, ask.path):
                parts = {name: value for name, value in found.groupdict().items() if value is not None}
                return route.handler(holding, replace(ask, parts=parts), links)
        raise NotFound("there is no page at this address", advice="The front door finds what the archive holds.")
    except sqlite3.DatabaseError as why:
        return render.error(links, Damaged(f"the manifest cannot be read: {why}", advice=_ANEW), 500)
    except ArchiverError as why:
        return render.error(links, why, next((status for kind, status in _STATUS if isinstance(why, kind)), 500))
