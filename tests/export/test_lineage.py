"""Pictures: what is drawn, and that nothing a page says can draw anything itself."""

from __future__ import annotations

import re
import shutil
import subprocess
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from archiver.export.graph import graph
from archiver.export.lineage import MERMAID_EDGES, MERMAID_TEXT, dot, link, mermaid
from archiver.model.citation import CitedEdge
from archiver.model.letters import marked
from archiver.model.text import cut, plain
from tests.export import dotfile
from tests.export.answers import CITATION, EDGES, EXCERPT, FIRST, OTHER, PDF, REPOST, drawn, edge, saying

GOLDEN = Path(__file__).parent / "golden"

#: Pieces of text that one notation or another takes for more than text.
HOSTILE = (
    '"', "\\", "\\N", '\\"', "\\\\", "%%{init: {'theme':'dark'}}%%", "%%", "```", "`", '"]', '["', "#quot;", "#35;", "<script>", "<b>", "-->",
    "---", "===", "***", "* ", "- ", "1. ", "# ", "> ", "| a |", "[x](javascript:alert(1))", "![i](http://evil.example/x)", "<http://evil.example>",
    "http://evil.example/x", "www.evil.example", "a@evil.example", "@everyone", "&lt;", "&#60;", "&", "\n", "\r\n", "\u2028", "\u202e", "\u200b",
    "\x00", "\x1b[31m", "end", "subgraph x", "click n0 call f()", "style n0 fill:#f00;", "\ufb02\u00b0\u00b060\u00b6\u00df", "{{ x }}", "$x$", "~~x~~",
    "_x_", "\\n", "//", "/*", ";", "{", "}", "[", "]", ":::a", "@{ shape: x }", "\ud800", "    ", "\t", "<!--", "&copy;", "=", "]:", "<br/>", "\uffff",
)  # fmt: skip

foreign = st.text(max_size=12) | st.lists(st.sampled_from(HOSTILE) | st.text(max_size=3), max_size=5).map("".join)
addresses = foreign | foreign.map("http://named.example/".__add__)
NASTY = tuple("".join(HOSTILE[n::5]) for n in range(4))


@pytest.mark.parametrize(("draw", "suffix"), [(dot, "dot"), (mermaid, "mmd")])
def test_a_fixed_citation_is_drawn_as_it_always_was(draw, suffix) -> None:
    assert draw(drawn(CITATION)) == (GOLDEN / f"citation.{suffix}").read_text("utf-8")


def test_each_publication_is_one_box_and_each_edge_one_arrow() -> None:
    found = drawn(CITATION)
    assert len(found.nodes) == 7  # six addresses and an agency
    assert len(found.links) == 6  # versions of one address are counted in its box
    assert [node.versions for node in found.nodes if node.url == REPOST] == [2]
    picture = dotfile.read(dot(found))
    styles = {(source, target): marks["style"] for source, target, marks in picture.edges}
    names = {node.url or node.publisher: f"n{place}" for place, node in enumerate(found.nodes)}
    assert styles[names[REPOST], names[FIRST]] == "solid"
    assert styles[names[EXCERPT], names[REPOST]] == "dashed"
    assert styles[names[PDF], names[REPOST]] == "dotted"
    assert [n for n, marks in picture.nodes.items() if marks.get("style") == "dashed"] == [
        names["North Wire"],
        names["http://gone.example/weir"],
    ]
    assert [n for n, marks in picture.nodes.items() if "peripheries" in marks] == [names[REPOST]]
    undirected = [(source, target) for source, target, marks in picture.edges if marks.get("dir") == "none"]
    assert undirected == [(names[OTHER], names[EXCERPT])]
    marks = {(source, target): marks for source, target, marks in picture.edges}
    assert marks[names[EXCERPT], names["North Wire"]]["arrowhead"] == "tee"


def test_every_status_differs_in_more_than_colour() -> None:
    looks = set()
    for status in ("corroborated", "curated", "asserted", "inferred", "contradicted"):
        ((_, _, marks),) = dotfile.read(dot(graph([edge(REPOST, FIRST, "republished_from", status)]))).edges
        looks.add((marks["style"], marks.get("arrowhead")))
        assert status in dotfile.text(marks["label"])
    assert len(looks) == 5


@given(foreign, foreign, foreign, addresses)
@example(*NASTY)
def test_whatever_a_page_says_the_picture_has_its_boxes_and_arrows_and_the_text_its_place(
    title: str, publisher: str, quote: str, url: str
) -> None:
    found = drawn(saying(title, publisher, quote, url))
    picture = dotfile.read(dot(found))
    assert (len(picture.nodes), len(picture.edges)) == (len(found.nodes), len(found.links)) == (5, 3)
    asked = dotfile.text(picture.nodes["n0"]["label"])
    assert asked[0] == "this page"
    assert (marked(f"“{cut(title, 90)}”") in asked) == bool(plain(title))
    quotes = [dotfile.text(marks["tooltip"]) for _, _, marks in picture.edges]
    assert quotes[0] == [f"“{cut(quote, 300)}”"]
    for marks in picture.nodes.values():
        assert marks.get("URL", "http://x").startswith(("http://", "https://"))


#: A label: entities, our own line ends, and no character that Mermaid, HTML or Markdown treat specially.
_LABEL = r"""((?:#\d+;|<br/>|[^\x00-\x1f"#<>`%&\[\]{}|\\;])*)"""
_MERMAID_LINES = (
    r"flowchart BT",
    rf'  n\d+\["{_LABEL}"\]',
    r"""  click n\d+ href "https?://[^\s"<>`{}\\]*\"""",
    rf'  n\d+ (?:-->|==>|-\.->|-\.-x|-\.-)\|"{_LABEL}"\| n\d+',
    r"  linkStyle [\d,]+ stroke-dasharray:[\d ]+",
    r"  classDef \w+ [\w-]+:[\w ]+",
    r"  class [n\d,]+ \w+",
)
_MERMAID_LINE = re.compile("|".join(_MERMAID_LINES))


def shown(label: str) -> list[str]:
    return [re.sub(r"#(\d+);", lambda found: chr(int(found[1])), line) for line in label.split("<br/>")]


@given(foreign, foreign, foreign, addresses)
@example(*NASTY)
def test_no_line_of_mermaid_is_anything_but_ours(title: str, publisher: str, quote: str, url: str) -> None:
    found = drawn(saying(title, publisher, quote, url))
    lines = mermaid(found).removesuffix("\n").split("\n")
    matches = [_MERMAID_LINE.fullmatch(line) for line in lines]
    assert None not in matches, [line for line, match in zip(lines, matches, strict=True) if match is None]
    labels = [match[1] for match in matches if match and match[1] is not None]
    assert len(labels) == 5
    assert sum(match is not None and match[2] is not None for match in matches) == 3
    asked = shown(labels[0])
    assert (marked(f"“{cut(title, 90)}”") in asked) == bool(plain(title))
    assert plain(publisher) == "" or marked(cut(publisher, 60)) in asked


@given(foreign | addresses)
@example("javascript:alert(1)")
@example("http://a.example/?a=1&copy;=2")
def test_only_web_addresses_are_linked_and_nothing_in_them_is_special(url: str) -> None:
    target = link(url)
    assert target is None or re.fullmatch(r"https?://[!-~]+", target)
    assert target is None or not re.search(r"[\"<>`{}\\^ ]|&#?\w+;", target)


def test_what_mermaid_would_refuse_is_left_out_and_said() -> None:
    pages = [f"http://copy{n}.example/a-long-way-to-a-page/{n}" for n in range(900)]
    many = [
        CitedEdge(page, "A paper", "2024-01-01", REPOST, "The Lamp", None, True, "republished_from", "asserted", 0.9, None, ())
        for page in pages
    ]  # fmt: skip
    source = mermaid(graph([*many, *EDGES]))
    assert len(source) <= 50_000 > MERMAID_TEXT
    arrows = source.count("|") // 2
    assert arrows <= MERMAID_EDGES
    assert f'more["and {906 - arrows} more edges, too many for Mermaid"]' in source
    assert len(dotfile.read(dot(graph([*many, *EDGES]))).edges) == 906


def test_a_chain_longer_than_the_interpreters_stack_is_walked() -> None:
    pages = [f"http://h{n}.example/" for n in range(3000)]
    steps = [
        CitedEdge(here, None, None, there, None, None, True, "republished_from", "asserted", 0.9, None, ())
        for there, here in pairwise(pages)
    ]
    assert [step.node.url for step in graph(steps).steps()] == pages


def test_circles_and_pages_with_two_sources_show_each_edge_once() -> None:
    edges = [
        edge(REPOST, FIRST),
        edge(FIRST, REPOST),
        edge(EXCERPT, FIRST),
        edge(EXCERPT, REPOST),
        edge(OTHER, EXCERPT),
    ]
    steps = list(graph(edges).steps())
    assert sorted(map(id, (step.edge for step in steps if step.edge))) == sorted(map(id, edges))
    assert [step.node.url for step in steps if not step.again].count(EXCERPT) == 1
    assert len([step for step in steps if step.node.url == OTHER]) == 1


@pytest.mark.skipif(shutil.which("dot") is None, reason="Graphviz is not here")
def test_graphviz_itself_reads_what_hostile_pages_come_to() -> None:
    for piece in (*NASTY, *HOSTILE):
        found = drawn(saying(piece, piece, piece, piece))
        done = subprocess.run(
            ["dot", "-Tplain"], input=dot(found).encode(), capture_output=True, check=True, timeout=60
        )
        kinds = [line.split(b" ")[0] for line in done.stdout.splitlines()]
        assert (kinds.count(b"node"), kinds.count(b"edge")) == (len(found.nodes), len(found.links)), piece
