"""The files that our pages need beside them: static/, each by its name."""

from __future__ import annotations

from importlib.resources import files

from archiver.browse.web import Answer, Ask, Holding, Links
from archiver.errors import NotFound

_TYPES = {"css": "text/css; charset=utf-8", "svg": "image/svg+xml"}


def names() -> tuple[str, ...]:
    """What is there."""
    return tuple(sorted(one.name for one in (files("archiver.browse") / "static").iterdir() if one.is_file()))


def read(name: str) -> bytes:
    """One of them; raises NotFound."""
    if name not in names():
        raise NotFound(f"there is no file {name}", advice="The front door finds what the archive holds.")
    return (files("archiver.browse") / "static" / name).read_bytes()


def answer(holding: Holding, ask: Ask, links: Links) -> Answer:  # noqa: ARG001 - every handler is asked the same way
    """A file, which may be kept for an hour."""
    name = ask.parts["name"]
    media_type = _TYPES.get(name.rpartition(".")[2], "application/octet-stream")
    return Answer(read(name), media_type=media_type, headers={"Cache-Control": "max-age=3600"})
