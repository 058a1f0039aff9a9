"""Where things stand in a TOML file: every value that is found at its place is the value that tomllib reads."""

from __future__ import annotations

import time
import tomllib

from hypothesis import given, settings
from hypothesis import strategies as st

from archiver.watch.places import Path, Place, Places

HARD = """\
# a comment with [brackets] and "quotes
top = 1
[settings] # and here
contact = "a#b@c.example" # ]
"quoted key" = 'it"s'
dotted . inner."and more" = [1, 2]

[[job]]
name = \"""
many
lines [[job]] \"""\"
urls = [
    "https://a.example/#x,]", # fine, ]
    'https://b.example/', [["deep", {x = "]"}]], \"""three
    lines\""",
]
[job.sub]
inline = { a = 1, b = [ "x" ] }
[[job.sub.list]]
when = 1979-05-27 07:32:00
[[job]]
name = 'two'
urls=["c"]
[[job.inner]]
x = true
[[job.inner]]
x = false"""


def walked(value: object, path: Path) -> dict[Path, object]:
    """Every value of a document by its path, tables and lists of tables walked into."""
    if isinstance(value, dict):
        return {at: one for key, inner in value.items() for at, one in walked(inner, (*path, key)).items()}
    if isinstance(value, list) and value and all(isinstance(one, dict) for one in value):
        return {at: one for n, inner in enumerate(value) for at, one in walked(inner, (*path, n)).items()}
    return {path: value}


def agree(text: str) -> int:
    """Hold every place against what tomllib reads; how many there were."""
    places, values = Places(text), walked(tomllib.loads(text), ())
    checked = 0
    for path, span in places.values.items():
        if path not in values:
            continue  # an inline table, whose inside has no places of its own
        assert tomllib.loads(f"k = {text[span.start : span.end]}")["k"] == values[path], path
        for item, expected in zip(span.items, values[path] if span.items else (), strict=True):  # type: ignore[call-overload]
            assert tomllib.loads(f"k = {text[item.start : item.end]}")["k"] == expected
        checked += 1
    return checked


def test_a_file_with_everything_in_it() -> None:
    assert agree(HARD) == 11
    assert agree(HARD.replace("\n", "\r\n")) == 11
    places = Places(HARD)
    assert places.at(("top",)) == Place(2, 1)
    assert places.at(("settings", "contact")) == Place(4, 1)
    assert places.at(("settings", "dotted", "inner", "and more", 1)) == Place(6, 33)
    assert places.at(("job", 0, "urls", 1)) == Place(14, 5)
    assert places.at(("job", 0, "urls", 9)) == Place(12, 1)
    assert places.at(("job", 0, "sub", "inline", "a")) == Place(18, 1)
    assert places.at(("job", 1)) == Place(21, 1)
    assert places.at(("job", 1, "nothing")) == Place(21, 1)
    assert places.at(("job", 1, "inner", 1, "x")) == Place(27, 1)
    assert places.at(("nowhere",)) == places.at(()) == Place(1, 1)
    assert [header.path for header in places.headers][-2:] == [("job", 1, "inner", 0), ("job", 1, "inner", 1)]


TEXTS = st.text(alphabet="ab#[]{}=,.\"' \\", max_size=8)


def basic(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def literal(text: str) -> str:
    return basic(text) if "'" in text else f"'{text}'"


def long_basic(text: str) -> str:
    return f'""{basic(text)}""'


STRINGS = st.builds(lambda form, text: form(text), st.sampled_from([basic, literal, long_basic]), TEXTS)
BLANKS = st.sampled_from(["", " ", "\n", " # x ]\n", "\r\n\t"])
LISTS = st.builds(
    lambda items, end: "[" + "".join(f"{a}{one}{b}," for a, one, b in items) + end + "]",
    st.lists(st.tuples(BLANKS, STRINGS, BLANKS), max_size=4), BLANKS,
)  # fmt: skip
BODIES = st.lists(
    st.builds(
        lambda value, end: f"= {value}{end}\n", st.one_of(STRINGS, LISTS, st.just("1.5")), st.sampled_from(["", " # ]"])
    ),
    max_size=4,
)


@settings(deadline=None, max_examples=100)
@given(st.lists(st.tuples(st.sampled_from(["[[job]]", "[[ job ]] # x", "[[other.job]]"]), BODIES), max_size=4))
def test_places_are_those_of_the_values(tables: list[tuple[str, list[str]]]) -> None:
    text = "".join(f"{header}\n" + "".join(f"k{n} {line}" for n, line in enumerate(body)) for header, body in tables)
    assert agree(text) == sum(len(body) for _, body in tables)


def test_a_file_takes_time_in_proportion() -> None:
    def spent(count: int, piece: str) -> float:
        text = "[[job]]\nurls = [\n" + piece * count + "]\n"
        start = time.thread_time()
        Places(text)
        return time.thread_time() - start

    for piece in ('  "https://a.example/x", # c\n', '[["x"]],', "{a = [1]}, # c\n"):
        once, twice = (min(spent(count, piece) for _ in range(5)) for count in (3000, 6000))
        assert twice < once * 2.3 + 0.01
