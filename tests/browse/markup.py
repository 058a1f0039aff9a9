"""A page of ours as what reads it sees it: its elements in their order, its words, and where it leads."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import pairwise

#: Elements that have no end.
_VOID = {"meta", "link", "input", "br", "hr", "img"}


@dataclass
class Element:
    """A start tag, with the text that stands in it."""

    name: str
    attributes: dict[str, str]
    text: str = ""


@dataclass
class Markup(HTMLParser):
    """The elements of a page; `unclosed` are those that never ended, or ended out of turn."""

    source: str
    elements: list[Element] = field(default_factory=list)
    unclosed: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self._open: list[Element] = []
        self.feed(self.source)
        self.close()
        self.unclosed += [one.name for one in self._open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        one = Element(tag, {name: value or "" for name, value in attrs})
        self.elements.append(one)
        if tag not in _VOID:
            self._open.append(one)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open.pop().name != tag:
            self.unclosed.append(tag)

    def handle_data(self, data: str) -> None:
        for one in self._open:
            one.text += data

    def all(self, name: str, kind: str = "") -> list[Element]:
        """The elements of a name, of a class if one is given."""
        return [
            one
            for one in self.elements
            if one.name == name and (not kind or kind in one.attributes.get("class", "").split())
        ]

    @property
    def text(self) -> str:
        """All words of the page, single spaces."""
        return " ".join(self.all("body")[0].text.split())

    @property
    def targets(self) -> list[str]:
        """Where its links lead."""
        return [one.attributes["href"] for one in self.all("a") if "href" in one.attributes]


def sound(page: Markup) -> None:
    """What holds for every page of ours, whatever stands in it: one title, no script, no style of its own, headings without gaps."""
    assert page.unclosed == []
    names = [one.name for one in page.elements]
    assert names.count("h1") == names.count("main") == names.count("title") == 1
    assert not {"script", "style", "img", "iframe", "object", "embed", "base"} & set(names)
    for one in page.elements:
        assert not [name for name in one.attributes if name.startswith("on") or name in ("style", "srcset")], one
    levels = [int(name[1]) for name in names if name in ("h1", "h2", "h3", "h4", "h5", "h6")]
    assert all(after <= before + 1 for before, after in pairwise(levels)), levels
    assert {target.partition(":")[0] for target in page.targets if ":" in target.partition("/")[0]} <= {"http", "https"}
    ids = [one.attributes["id"] for one in page.elements if "id" in one.attributes]
    assert len(ids) == len(set(ids))
