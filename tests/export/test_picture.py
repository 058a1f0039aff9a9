"""The chain as SVG: where things stand, what is said without colour, and that nothing a page says can draw anything itself."""

from __future__ import annotations

import re
import time
from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from archiver.export.graph import Graph, Link, Node, graph
from archiver.export.picture import LINKS, NODES, svg
from archiver.model.citation import CitedEdge
from archiver.model.letters import marked
from archiver.model.text import cut, plain
from tests.export.answers import CITATION, EXCERPT, FIRST, GONE, OTHER, REPOST, drawn, edge, saying
from tests.export.test_lineage import NASTY, addresses, foreign

GOLDEN = Path(__file__).parent / "golden"
SVG = "{http://www.w3.org/2000/svg}"

ASKED = {REPOST: Node("The Lamp", "2024-05-03", REPOST, captured=True, title="How the weir was won")}
SHAPES = {
    "chain": graph([edge(EXCERPT, REPOST, "republished_from", "asserted"), edge(REPOST, FIRST, overlap=0.98)], ASKED),
    "fan": graph(
        [
            CitedEdge(f"http://paper{n}.example/weir", f"Paper {n}", None, FIRST, "Saltmarsh Echo", "2024-05-02", True, "republished_from", how, 0.9, None, ())
            for n, how in enumerate(("corroborated", "corroborated", "asserted", "corroborated", "inferred", "curated"))
        ],
        {"http://paper3.example/weir": Node("Paper 3", None, "http://paper3.example/weir", captured=True)},
    ),
    "origins": graph([edge(REPOST, FIRST), edge(REPOST, "North Wire", "syndicated_by", "contradicted"), edge(REPOST, GONE, "translated_from", "curated")], ASKED),
    "diamond": graph([edge(REPOST, FIRST), edge(EXCERPT, FIRST), edge(OTHER, REPOST), edge(OTHER, EXCERPT, "same_text", "inferred")], ASKED),
    "circle": graph([edge(REPOST, FIRST), edge(FIRST, EXCERPT, "republished_from", "asserted"), edge(EXCERPT, REPOST)], ASKED),
}  # fmt: skip


def page(node: Node) -> str | None:
    """Where a page of ours is: of archived publications with an address."""
    return f"/-/archiver/document/?u={node.url}" if node.captured and node.url else None


class Picture:
    """A picture, read as its reader's browser reads it. Rectangles are (left, top, right, bottom), with the margin taken off."""

    def __init__(self, markup: str) -> None:
        self.root = ET.fromstring(markup)
        self.width, self.height = float(self.root.get("width")), float(self.root.get("height"))
        self.nodes = [
            one
            for one in self.root.iter()
            if "node" in one.get("class", "").split() and "rest" not in one.get("class").split()
        ]
        self.edges = [one for one in self.root.iter() if one.get("class", "").startswith("edge ")]
        self.boxes = [
            self._box(one.find(f"{SVG}rect")) for one in self.root.iter() if "node" in one.get("class", "").split()
        ]
        self.labels = [self._label(one) for line in self.edges for one in line.findall(f"{SVG}g")]
        self.desc = self.root.find(f"{SVG}desc").text or ""

    def _box(self, rect) -> tuple[float, float, float, float]:
        left, top, width, height = (float(rect.get(key)) for key in ("x", "y", "width", "height"))
        return left, top, left + width, top + height

    def _label(self, group) -> tuple[float, float, float, float]:
        texts = group.findall(f"{SVG}text")
        middle, half = float(texts[0].get("x")), max(len(one.text) for one in texts) * 3.0
        return middle - half, float(texts[0].get("y")) - 10, middle + half, float(texts[-1].get("y")) + 2

    def ways(self):
        """Points along all lines."""
        for one in self.edges:
            d = one.find(f"{SVG}path").get("d")
            assert re.fullmatch(r"( ?M[-.\d]+ [-.\d]+(V[-.\d]+|C[-.\d]+( [-.\d]+){5}))+", d), d
            for piece in d.split("M")[1:]:
                (x1, y1), *rest = [tuple(map(float, pair)) for pair in re.findall(r"([-.\d]+) ([-.\d]+)", piece)]
                x2, y2 = rest[-1] if rest else (x1, float(piece.partition("V")[2]))
                for step in range(11):
                    t = step / 10
                    bend = 3 * t**2 - 2 * t**3  # of a curve whose handles stand upright above its ends
                    yield x1 + (x2 - x1) * bend, y1 + (y2 - y1) * (1.5 * t - 1.5 * t**2 + t**3 if rest else t)

    def words(self, node) -> str:
        """What a box says, without blanks and isolates."""
        return squeezed("".join(one.text or "" for one in node.iter(f"{SVG}text")))


def squeezed(text: str) -> str:
    return re.sub(r"[\s\u2066-\u2069]", "", text)


def apart(one, two) -> bool:
    return one[2] <= two[0] or two[2] <= one[0] or one[3] <= two[1] or two[3] <= one[1]


def inside(x: float, y: float, box) -> bool:
    return box[0] + 0.5 < x < box[2] - 0.5 and box[1] + 0.5 < y < box[3] - 0.5


def stands_well(found: Picture) -> None:
    """What holds of every picture: nothing lies on anything else, and all of it within the picture."""
    for one, two in combinations(found.boxes, 2):
        assert apart(one, two)
    for label in found.labels:
        assert all(apart(label, box) for box in found.boxes)
    for one, two in combinations(found.labels, 2):
        assert apart(one, two)
    for x, y in found.ways():
        assert not any(inside(x, y, box) for box in found.boxes)
        assert 0 <= x + 8 <= found.width
        assert 0 <= y + 8 <= found.height
    for left, top, right, bottom in [*found.boxes, *found.labels]:
        assert (left + 8 >= 0, top + 8 >= 0, right + 8 <= found.width, bottom + 8 <= found.height) == (True,) * 4
    assert found.width <= 720
    assert all(float(text.get("font-size")) >= 12 for text in found.root.iter(f"{SVG}text"))


def is_ours(root) -> None:
    """Nothing in it but what we draw: no style, no script, no event, no address but those that were given."""
    names = {one.tag.removeprefix(SVG) for one in root.iter()}
    assert names <= {"svg", "title", "desc", "g", "path", "rect", "text", "a"}
    keys = {key for one in root.iter() for key in one.attrib}
    assert keys <= {
        "class", "id", "width", "height", "viewBox", "role", "aria-labelledby", "aria-describedby", "aria-hidden", "aria-label", "aria-current",
        "font-family", "font-size", "font-weight", "text-anchor", "fill", "stroke", "stroke-width", "stroke-dasharray", "transform", "x", "y",
        "rx", "d", "href", "pointer-events",
    }  # fmt: skip


@pytest.mark.parametrize("name", SHAPES)
def test_the_ordinary_shapes_are_drawn_as_they_always_were(name: str) -> None:
    markup = svg(SHAPES[name], page)
    stands_well(Picture(markup))
    assert markup + "\n" == (GOLDEN / f"picture-{name}.svg").read_text("utf-8")


def test_origins_stand_above_what_was_taken_from_them_and_lines_end_at_them() -> None:
    found = Picture(svg(SHAPES["chain"], page))
    assert [found.words(node).split("2024")[0] for node in found.nodes] == [
        "SaltmarshEcho",
        "thispageTheLamp“Howtheweirwaswon”",
        "Clippings&Co.[weekly]",
    ]
    tops = [box[1] for box in found.boxes]
    assert tops == sorted(tops)
    heads = [path for one in found.edges for path in one.findall(f"{SVG}path")[1:]]
    assert [float(head.get("d").split(" ")[1].partition("l")[0]) for head in heads] == [
        found.boxes[1][3],
        found.boxes[0][3],
    ]


def test_every_status_differs_in_more_than_colour_and_is_said() -> None:
    looks = set()
    for status in ("corroborated", "curated", "asserted", "inferred", "contradicted"):
        (one,) = Picture(svg(graph([edge(REPOST, FIRST, "republished_from", status)]), page)).edges
        way, *tips = one.findall(f"{SVG}path")
        looks.add((way.get("stroke-dasharray"), way.get("stroke-width"), tips[0].get("fill")))
        assert [text.text for text in one.iter(f"{SVG}text")] == ["republished from", status]
    assert len(looks) == 5
    (one,) = Picture(svg(graph([edge(REPOST, FIRST, "same_text", "inferred")]), page)).edges
    assert len(one.findall(f"{SVG}path")) == 1  # without a head


def test_what_is_not_archived_is_dashed_and_says_so_and_what_was_asked_for_has_two_borders() -> None:
    found = Picture(svg(SHAPES["origins"], page))
    looks = {found.words(node): node for node in found.nodes}
    asked = next(node for words, node in looks.items() if words.startswith("thispage"))
    assert [rect.get("class") for rect in asked.findall(f"{SVG}rect")] == ["card", "inner"]
    dashed = {words for words, node in looks.items() if node.find(f"{SVG}rect").get("stroke-dasharray")}
    assert (
        dashed
        == {words for words in looks if words.endswith("notarchived")}
        == {"NorthWirenotarchived", "GoneHeraldgone.example/weirnotarchived"}
    )


def test_archived_pages_are_links_that_say_where_they_lead_and_the_picture_is_described_step_by_step() -> None:
    found = Picture(svg(SHAPES["origins"], page))
    assert found.root.get("role") == "group"  # links inside an img could not be reached
    links = [node for node in found.nodes if node.tag == f"{SVG}a"]
    assert [(one.get("aria-label"), one.get("aria-current")) for one in links] == [
        ("Saltmarsh Echo, 2024-05-02, saltmarshecho.example, /…/the-weir", None),
        ("this page, The Lamp, “How the weir was won”, 2024-05-03, thelamp.example, /weir?id=7&part=2", "page"),
    ]
    assert links[0].get("href") == f"/-/archiver/document/?u={FIRST}"
    others = [node for node in found.nodes if node not in links]
    assert {(one.get("role"), one.get("aria-label")) for one in others} == {
        ("img", "North Wire, not archived"),
        ("img", "Gone Herald, gone.example/weir, not archived"),
    }
    assert found.desc == (
        "The Lamp, 2024-05-03, this page: republished from Saltmarsh Echo, 2024-05-02 (corroborated, confidence 0.99). "
        "The Lamp, 2024-05-03, this page: syndicated by North Wire, not archived (contradicted, confidence 0.99). "
        "The Lamp, 2024-05-03, this page: translated from Gone Herald, not archived (curated, confidence 0.99)."
    )


def test_two_pictures_on_one_page_share_no_id() -> None:
    one, two = (Picture(svg(SHAPES["chain"], page, prefix)).root for prefix in ("first", "second"))
    ids = [{item.get("id") for item in root.iter() if item.get("id")} for root in (one, two)]
    assert ids == [{"first-title", "first-desc"}, {"second-title", "second-desc"}]
    assert (one.get("aria-labelledby"), one.get("aria-describedby")) == ("first-title", "first-desc")


STATUSES = ("corroborated", "curated", "asserted", "inferred", "contradicted", "guessed")
RELATIONS = ("republished_from", "same_text", "variant_of", "sold <b>to</b>")


texts = st.none() | foreign
names = st.lists(
    st.builds(Node, texts, texts, st.none() | addresses, st.booleans(), st.booleans(), texts), min_size=1, max_size=3
)
lines = st.lists(
    st.tuples(st.integers(0, 15), st.integers(0, 15), st.sampled_from(STATUSES), st.sampled_from(RELATIONS)),
    max_size=30,
)


def any_graph(names: list[Node], count: int, lines: list[tuple[int, int, str, str]]) -> Graph:
    """Circles, loops and lines between the same two among them."""
    links = (
        Link(one % count, two % count, CitedEdge("a", None, None, "b", None, None, True, how, status, 0.5, None, ()))
        for one, two, status, how in lines
    )
    return Graph(tuple(names[place % len(names)] for place in range(count)), tuple(links))


@given(names, st.integers(1, 16), lines)
@settings(max_examples=60, deadline=None)
def test_any_graph_is_a_picture_in_which_nothing_lies_on_anything_else(names, count: int, lines) -> None:
    found = any_graph(names, count, lines)
    picture = Picture(svg(found, page))
    stands_well(picture)
    is_ours(picture.root)
    said = [picture.words(node) for node in picture.nodes]
    assert len(said) == len(found.nodes)
    for node in found.nodes:
        name = squeezed(marked(cut(node.publisher or "", 60))) or "apublishernotnamed"
        assert any(name in words for words in said)
    assert len(picture.labels) == sum(link.source != link.target for link in found.links)
    assert svg(found, page) == svg(found, page)


@given(foreign, foreign, foreign, addresses)
@example(*NASTY)
@settings(deadline=None)
def test_whatever_a_page_says_it_stands_in_the_text_of_its_box_and_nowhere_else(
    title: str, publisher: str, quote: str, url: str
) -> None:
    found = Picture(svg(drawn(saying(title, publisher, quote, url)), lambda node: "/a" if node.captured else None))
    is_ours(found.root)
    assert {one.get("href") for one in found.root.iter(f"{SVG}a")} == {"/a"}
    asked = next(found.words(node) for node in found.nodes if "asked" in node.get("class").split())
    assert squeezed(marked(f"“{cut(title, 90)}”")) in asked or not plain(title)


def test_a_name_from_right_to_left_is_isolated_and_stands_at_the_right() -> None:
    name = "خبار الشمال, 2024!"
    found = Picture(svg(graph([edge(REPOST, FIRST)], {REPOST: Node(name, "2024-05-03", REPOST, captured=True)}), page))
    (text,) = [one for one in found.root.iter(f"{SVG}text") if "خبار" in one.text]
    assert (text.text, text.get("text-anchor")) == (f"\u2067{name}\u2069", "end")
    assert f"\u2067{name}\u2069, 2024-05-03, this page" in found.desc


def test_long_names_and_addresses_are_broken_and_cut_to_what_a_box_holds() -> None:
    long = Node("Gazette" * 8, None, f"https://{'sub.' * 20}gazette.example/a/b/{'slug-' * 40}end", captured=True)
    (node,) = Picture(svg(Graph((long,), ()), page)).nodes
    lines = [one.text for one in node.iter(f"{SVG}text")]
    assert "".join(lines[:-2]) == "Gazette" * 8
    assert lines[-2].startswith("…")
    assert lines[-2].endswith(".gazette.example")  # whose it is
    assert lines[-1].startswith("…")
    assert lines[-1].endswith("slug-end")
    assert max(map(len, lines)) < 40


def copies(count: int) -> Graph:
    """A chain of four that ends at the page that was asked for, and copies of its origin and of each other."""
    pages = [f"http://h{n}.example/" for n in range(count)]
    sources = {n: n + 1 if n < 3 else n // 7 if n > 9 else 3 for n in range(count) if n != 3}
    edges = [
        CitedEdge(pages[n], f"Paper {n}.", "2024-01-02", pages[to], f"Paper {to}.", None, True, "republished_from", STATUSES[n % 5], 0.9, None, ())
        for n, to in sources.items()
    ]  # fmt: skip
    return graph([*edges, *edges[:: count // 20]], {pages[0]: Node("Paper 0.", None, pages[0], captured=True)})


def test_of_a_big_graph_the_part_nearest_to_the_asked_page_is_drawn_and_the_rest_counted() -> None:
    picture = Picture(svg(copies(1000), page))
    stands_well(picture)
    assert len(picture.nodes) == NODES
    assert len(picture.labels) <= LINKS
    words = [picture.words(node) for node in picture.nodes]
    assert all(any(f"Paper{n}." in said for said in words) for n in range(4))  # the way to the origin
    (rest,) = [one for one in picture.root.iter() if one.get("class") == "node rest"]
    assert picture.words(rest) == "960morepublicationsand960morestepsnotdrawnhere"
    assert picture.desc.endswith(" 960 more publications and 960 more steps not drawn here.")


def test_many_lines_between_few_pages_are_counted_too() -> None:
    nodes = tuple(Node(f"Paper {n}", None, f"http://h{n}.example/", captured=True) for n in range(12))
    said = edge(REPOST, FIRST)
    links = tuple(Link(one, two, said) for one in range(12) for two in range(12) if one != two)
    picture = Picture(svg(Graph(nodes, links), page))
    stands_well(picture)
    assert len(picture.labels) == LINKS
    assert "72 more steps not drawn here" in picture.desc


def test_a_thousand_publications_are_no_work() -> None:
    found = copies(1000)
    times = []
    for _ in range(3):
        start = time.process_time()
        svg(found, page)
        times.append(time.process_time() - start)
    assert min(times) < 0.1


def test_a_citation_is_drawn_whole() -> None:
    picture = Picture(svg(drawn(CITATION), page))
    stands_well(picture)
    assert len(picture.nodes) == 7
    assert len(picture.labels) == 6
    assert "2archivedversions" in "".join(map(picture.words, picture.nodes))
