"""JSON-LD as pages write it: @graph, lists, references by @id, and JSON that is broken in the usual ways.

Gives the node that describes the article, and what its members name. Quotes are cut from the script as it stands.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from archiver.extract.text import clean

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]
Node = dict[str, Json]

_MAX_SCRIPT = 2_000_000
_MAX_NODES = 2000
_OPENING = re.compile(r"\s*(?:<!--|/\*\s*<!\[CDATA\[\s*\*/|//\s*<!\[CDATA\[|<!\[CDATA\[)?")
_CLOSING = re.compile(r"(?:-->|/\*\s*\]\]>\s*\*/|//\s*\]\]>|\]\]>)\Z")
_GAP = re.compile(r"[\s,;]*")
_TRAILING_COMMA = re.compile(r",(?=\s*[}\]])")
_SALVAGE = re.compile(
    r'"(headline|datePublished|dateModified|dateCreated)"\s*:\s*"((?:[^"\\\n]|\\.){1,500})"', re.ASCII
)
#: Types that describe the page's own text; the first row wins over the second.
_ARTICLE = re.compile(r"(?:News|Blog|Report|Scholarly|Opinion|Analysis|Review|Satirical|Background|Tech|Live|Social|Medical)\w*(?:Article|Posting|Post)|\w*Article|Review|Report")  # fmt: skip
_OTHER = re.compile(r"WebPage|\w*Page|CreativeWork|Recipe|VideoObject|Book|Podcast\w*|\w*Posting")

PERSON, OUTLET = "Person", re.compile(r"\w*(?:Organi[sz]ation|Corporation|Brand|NewsMedia|Website|WebSite)\w*")


@dataclass(frozen=True, slots=True)
class Entity:
    """What a member names: a person, an organisation, a work; any of these may be missing. `type` is the schema.org type."""

    name: str = ""
    url: str = ""
    type: str = ""


@dataclass(slots=True)
class Graph:
    """All nodes of a page's scripts, in order, and the scripts themselves."""

    nodes: list[Node] = field(default_factory=list)
    ids: dict[str, Node] = field(default_factory=dict)
    scripts: list[str] = field(default_factory=list)

    def article(self) -> Node | None:
        """The node that describes the page's own text: an article before a page; one alone, or the first with a headline."""
        for kind in (_ARTICLE, _OTHER):
            found = [node for node in self.nodes if any(kind.fullmatch(name) for name in types(node))]
            titled = [node for node in found if node.get("headline") or node.get("name")]
            if found:
                return (titled or found)[0]
        return None

    def entities(self, node: Node, member: str) -> Iterator[Entity]:
        """What a member of a node names, references followed once."""
        value = node.get(member)
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, str) and item.strip():
                linked = item.strip().startswith(("http://", "https://"))
                yield Entity(url=item.strip()) if linked else Entity(name=words(item))
            elif isinstance(item, dict):
                mark = item.get("@id")
                full = self.ids.get(mark, item) if isinstance(mark, str) and "name" not in item else item
                kind = next(iter(types(full)), "")
                address = text(full, "url") or (text(full, "@id") if member in WORKS else "")
                yield Entity(text(full, "name") or text(full, "headline"), address, kind)

    def quote(self, member: str, value: Json) -> str:
        """`"publisher": {...}` as it stands in a script; written anew where the script was broken."""
        decoder = json.JSONDecoder(strict=False)
        for script in self.scripts:
            for found in re.finditer(rf'"{re.escape(member)}"\s*:\s*', script):
                try:
                    got, end = decoder.raw_decode(script, found.end())
                except (ValueError, RecursionError):
                    continue
                if got == value:
                    return script[found.start() : end]
        return f"{json.dumps(member)}: {json.dumps(value, ensure_ascii=False)}"


#: Members whose value is a work, not an agent: their @id counts as an address.
WORKS = frozenset({"isBasedOn", "isBasedOnUrl", "mainEntityOfPage", "translationOfWork", "citation", "license"})


def types(node: Node) -> list[str]:
    """The schema.org types of a node, without prefix."""
    value = node.get("@type")
    names = value if isinstance(value, list) else [value]
    return [name.rsplit("/", 1)[-1] for name in names if isinstance(name, str)]


def words(value: str) -> str:
    """JSON text as the reader sees it: entities and tags undone."""
    plain = html.unescape(value) if "&" in value else value
    return clean(re.sub(r"<[^<>]{1,200}>", " ", plain))


def text(node: Node, member: str) -> str:
    """A member as text: its string, the first of a list, or its @value."""
    value = node.get(member)
    if isinstance(value, list) and value:
        value = value[0]
    if isinstance(value, dict):
        value = value.get("@value") or value.get("@id")
    return words(value) if isinstance(value, str) else ""


def read_scripts(scripts: list[str]) -> Graph:
    """All nodes of these scripts. What cannot be parsed is searched for the plain members that matter."""
    graph = Graph()
    for script in scripts:
        if not script.strip() or len(script) > _MAX_SCRIPT:
            continue
        graph.scripts.append(script)
        values = list(_values(script))
        if not values:
            salvaged: Node = {}
            for member, value in _SALVAGE.findall(script):
                salvaged.setdefault(member, value)
            values = [{"@type": "Article", **salvaged}] if salvaged else []
        for value in values:
            _flatten(value, graph, 0)
    return graph


def _values(script: str) -> Iterator[Json]:
    """The JSON values of a script: one, or several in a row; with commas and wrappers repaired."""
    decoder = json.JSONDecoder(strict=False)
    bare = _OPENING.sub("", script, count=1).rstrip(" \t\r\n\f;")
    closing = _CLOSING.search(bare, max(0, len(bare) - 100))
    bare = (bare[: closing.start()] if closing else bare).rstrip(" \t\r\n\f;")
    for candidate in (bare, _TRAILING_COMMA.sub("", bare)):
        at, found = 0, []
        try:
            while at < len(candidate):
                value, end = decoder.raw_decode(candidate, at)
                found.append(value)
                gap = _GAP.match(candidate, end)
                at = gap.end() if gap else end
        except (ValueError, RecursionError):
            if not found:
                continue
        yield from found
        return


def _flatten(value: Json, graph: Graph, depth: int) -> None:
    """Nodes at the top, in lists, in @graph and as mainEntity of a page. Teasers in an ItemList are somebody else's text."""
    if len(graph.nodes) >= _MAX_NODES or depth > 8:
        return
    if isinstance(value, list):
        for item in value:
            _flatten(item, graph, depth + 1)
    elif isinstance(value, dict):
        graph.nodes.append(value)
        mark = value.get("@id")
        if isinstance(mark, str) and len(value) > 1:
            graph.ids.setdefault(mark, value)
        for member in ("@graph", "mainEntity"):
            if isinstance(value.get(member), (list, dict)):
                _flatten(value[member], graph, depth + 1)
