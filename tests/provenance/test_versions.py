from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.model.history import CitedNote, CitedText
from archiver.provenance.versions import UNACKNOWLEDGED, timeline

FIRST = CitedText(
    document_id="a" * 16, capture_id="one", url="http://tidal-review.example/weir", sha256="aa", captured_at="2024-03-05T09:00:00Z",
    last_captured_at="2024-03-07T09:00:00Z", captures=3, number=1, media_type="text/html", extractor="html@1", title="The weir is closed",
    authors=("Jon Marsh",), publisher="Tidal Review", date_published="2024-03-04", date_modified="2024-03-04T08:00:00Z", language="en",
    outcome="captured", problems=(), notes=(), text="The weir below the old mill has been closed since Monday.",
)  # fmt: skip
LATER = replace(
    FIRST, document_id="b" * 16, capture_id="two", sha256="bb", number=2, captures=1, captured_at="2024-03-09T09:00:00Z",
    last_captured_at="2024-03-09T09:00:00Z",
)  # fmt: skip
EDITED = "The weir below the old mill has been closed since Tuesday, and nobody knows why."


#: What the old version gave as its modified date, what the new one gives, whether it owned up, and words of the finding.
DATES = [
    (None, None, False, "gives no modified date"),
    ("2024-03-04", None, False, "gives no modified date any more"),
    ("2024-03-04T08:00:00Z", "2024-03-04T08:00:00Z", False, "still says that it was modified 2024-03-04T08:00:00Z"),
    ("2024-03-04T08:00:00Z", "2024-03-04T10:00:00+02:00", False, "still says"),
    ("2024-03-04T08:00:00Z", "2024-03-04", False, "still says"),
    ("2024-03-01", "2024-03-04", False, "before the old text was last seen here"),
    (None, "2024-03-05", False, "before the old text was last seen here"),
    ("2024-03-04", "2024-03-08T23:00:00Z", True, ""),
    (None, "2024-03-07", True, ""),
    (None, "2024-03-06", True, ""),  # a page's calendar may be a day behind
    ("2024-03-07", "2024-03-07", None, ""),  # changed on the day that it names, as far as anybody can tell
    ("2024-03-06", "2024-03-06", None, ""),
    ("2024-03-05", "2024-03-05", False, "still says"),
    (None, "lately", None, ""),
]


@pytest.mark.parametrize(("before", "after", "acknowledged", "words"), DATES)
def test_a_changed_body_is_owned_up_to_or_not(
    before: str | None, after: str | None, acknowledged: bool | None, words: str
) -> None:
    old, new = replace(FIRST, date_modified=before), replace(LATER, date_modified=after, text=EDITED)
    (_, version) = timeline([old, new])
    assert version.body_changed
    assert version.acknowledged is acknowledged
    assert [f.code for f in version.findings] == ([UNACKNOWLEDGED] if acknowledged is False else [])
    assert all(words in f.message for f in version.findings)


def test_a_finding_is_a_sentence_with_both_dates() -> None:
    (_, version) = timeline([FIRST, replace(LATER, text=EDITED)])
    assert version.findings[0].message == (
        "The text changed between 2024-03-07 and 2024-03-09, and the page still says that it was modified 2024-03-04T08:00:00Z."
    )
    (_, hours) = timeline([FIRST, replace(LATER, text=EDITED, captured_at="2024-03-07T17:00:00Z")])
    assert "between 2024-03-07T09:00:00Z and 2024-03-07T17:00:00Z" in hours.findings[0].message


def test_each_field_that_changed_is_given_old_and_new() -> None:
    note = CitedNote("republished_from", "River Post", "http://riverpost.example/weir")
    new = replace(
        LATER,
        title="Council closed the weir",
        authors=("Jon Marsh", "Ida Voss"),
        date_published="2024-03-05",
        notes=(note,),
    )
    (_, version) = timeline([FIRST, new])
    assert [(c.field, c.old, c.new) for c in version.changes] == [
        ("title", "The weir is closed", "Council closed the weir"),
        ("byline", "Jon Marsh", "Jon Marsh, Ida Voss"),
        ("date_published", "2024-03-04", "2024-03-05"),
        ("origin", None, "republished from River Post"),
    ]
    assert (version.body_changed, version.acknowledged, version.findings) == (False, None, ())


def test_a_note_of_origin_that_is_spelled_otherwise_is_the_same_note() -> None:
    one = CitedNote("republished_from", "River Post", "http://riverpost.example/weir")
    other = CitedNote("republished_from", "RIVER POST", "https://riverpost.example/weir/?utm_source=x")
    assert timeline([replace(FIRST, notes=(one,)), replace(LATER, notes=(other,))])[1].changes == ()
    gone = timeline([replace(FIRST, notes=(one,)), LATER])[1].changes
    assert [(c.field, c.old, c.new) for c in gone] == [("origin", "republished from River Post", None)]


@pytest.mark.parametrize(
    ("change", "caveat"),
    [
        ({"problems": ("truncated",)}, "may not be whole: truncated"),
        ({"problems": ("date-skew", "paywall")}, "may not be whole: paywall"),
        ({"extractor": "html@2"}, "read by different rules"),
        ({"text": None}, "no text was drawn"),
    ],
)
def test_a_difference_that_may_be_ours_is_not_held_against_the_page(change: dict[str, object], caveat: str) -> None:
    (_, version) = timeline([FIRST, replace(LATER, **{"text": EDITED, **change})])
    assert caveat in version.caveat
    assert (version.acknowledged, version.findings) == (None, ())


def test_typography_changes_no_body() -> None:
    old, new = replace(FIRST, text='He said "no" - twice.'), replace(LATER, text="He said “no” – twice.")
    assert timeline([old, new])[1].body_changed is False


def test_a_page_that_changes_back_has_changed_twice() -> None:
    found = timeline([FIRST, replace(LATER, text=EDITED), replace(FIRST, number=3)])
    assert [v.body_changed for v in found] == [None, True, True]
    assert found[1].body is not None
    assert found[2].body is not None
    assert (found[1].body.added, found[1].body.cut) == (found[2].body.cut, found[2].body.added)


def test_texts_too_long_to_be_counted_are_said_to_have_changed() -> None:
    (_, version) = timeline([FIRST, replace(LATER, text=EDITED)], most_characters=100)
    assert (version.body_changed, version.body) == (True, None)


@given(st.lists(st.sampled_from([None, "", "one text", "another text", EDITED]), max_size=6))
def test_every_version_is_there_in_its_order_and_says_whether_its_body_changed(bodies: list[str | None]) -> None:
    texts = [replace(FIRST, text=text, number=number) for number, text in enumerate(bodies, 1)]
    found = timeline(texts)
    assert [v.number for v in found] == [t.number for t in texts]
    for old, new, version in zip(texts, texts[1:], found[1:], strict=False):
        known = old.text is not None and new.text is not None
        assert version.body_changed is ((old.text != new.text) if known else None)
        assert version.body is None or version.body.changes
