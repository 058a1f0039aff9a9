"""Every row of every word list: its example is read, its counter example is not, and neither takes long on an attack."""

import re
import time

import pytest

from archiver.model.claim import UPSTREAM, Relation
from archiver.model.document import Role
from archiver.provenance.detect.detect import detect
from archiver.provenance.detect.match import matches
from archiver.provenance.detect.page import Page
from archiver.provenance.detect.translation import noticed
from archiver.provenance.phrases.grammar import Form, Wording
from archiver.provenance.phrases.lexicon import LANGUAGES, WORDINGS
from archiver.provenance.publishers import SHIPPED, fold
from tests.provenance.pages import BODY, article, document

ORIGINAL_URL = "https://www.harbour-post.example/2024/tides-of-march"
each = pytest.mark.parametrize("wording", WORDINGS, ids=lambda wording: wording.name)


def page_with(wording: Wording, text: str):
    plain = re.sub(r"[\[\]]", "", text)
    match wording.row.form:
        case Form.BYLINE:
            return article(head=(plain,))
        case Form.READ:
            return article(tail=(f"<{plain}|{ORIGINAL_URL}>",))
        case Form.CITE:
            return document((BODY[0], Role.BODY), (plain, Role.BODY), (BODY[1], Role.BODY))
        case _:
            return article(tail=(plain,))


def found_by(wording: Wording, text: str):
    page = Page(page_with(wording, text), SHIPPED)
    return [
        match
        for match in matches(page, wording.row.form, lambda place: place.number is not None)
        if match.wording is wording
    ]


@each
def test_the_example_of_a_row_gives_the_name_in_brackets(wording):
    name = re.search(r"\[(.+?)\]", wording.row.example)
    found = found_by(wording, wording.row.example)
    assert found, "the row does not match its example, or none of its keys stands there"
    assert bool(name) == ("{X}" in wording.row.pattern)
    if name:
        assert fold(name[1]) in {fold(match.target.publisher or "") for match in found if match.target}


@each
def test_the_example_of_a_row_makes_a_claim(wording):
    document = page_with(wording, wording.row.example)
    claims = detect(document)
    name = re.search(r"\[(.+?)\]", wording.row.example)
    if wording.row.form is Form.REUSE:
        assert not [claim for claim in claims if claim.upstream]
    elif wording.row.form is Form.TRANSLATION and name is None:
        assert noticed(Page(document, SHIPPED))
    elif wording.row.form is Form.READ:
        assert [claim.url for claim in claims if claim.upstream] == [ORIGINAL_URL]
    else:
        wanted = UPSTREAM if wording.row.relation in UPSTREAM else {wording.row.relation}
        assert any(claim.relation in wanted and SHIPPED.same(claim.publisher or "", name[1]) for claim in claims), (
            claims
        )


@each
def test_the_counter_example_of_a_row_makes_no_claim_by_it(wording):
    document = page_with(wording, wording.row.counter)
    rules = {evidence.rule for claim in detect(document) for evidence in claim.evidence}
    assert not any(rule.startswith(wording.name + "@") for rule in rules)
    if wording.row.form in (Form.REUSE, Form.TRANSLATION) and "{X}" not in wording.row.pattern:
        assert not found_by(wording, wording.row.counter)


def test_sixteen_languages_are_spoken_and_each_knows_labels_and_statements_or_credits():
    assert len({language.code for language in LANGUAGES}) == 16
    for language in LANGUAGES:
        forms = {row.form for row in language.rows}
        assert Form.LABEL in forms
        assert {Form.STATEMENT, Form.CITE, Form.IMAGE, Form.TRANSLATION} <= forms


def test_no_row_repeats_without_bound():
    unbounded = re.compile(r"(?<!\\)[*+](?![^\[]*\])|\{\d+,\}")
    for wording in WORDINGS:
        assert not unbounded.search(re.sub(r"\\W\*", "", wording.row.pattern)), wording.name


PUMPS = (
    "this article was ",
    "originally published ",
    "by a b c ",
    "source: ",
    "Foto: / ",
    "according to the the ",
    "a",
    " ",
    "…",
    "(",
    "来源",
    "read the full ",
    "translated ",
    "X, ",
)


def seconds(pump: str, length: int) -> float:
    """The best of three runs of every pattern over a text that repeats `pump`."""
    text = (pump * (length // len(pump) + 1))[:length]
    best = 9.0
    for _ in range(3):
        start = time.process_time()
        for wording in WORDINGS:
            for pattern in filter(None, (wording.lead, wording.trail)):
                sum(1 for _ in pattern.finditer(text))
        best = min(best, time.process_time() - start)
    return best


@pytest.mark.parametrize("pump", PUMPS)
def test_patterns_take_time_in_proportion_to_the_text(pump):
    # a machine that does other work may spoil one measurement, not three
    assert any(seconds(pump, 8_000) <= 2.3 * seconds(pump, 4_000) + 0.01 for _ in range(3))


def test_relations_of_rows_fit_their_form():
    for wording in WORDINGS:
        relation, form = wording.row.relation, wording.row.form
        if form is Form.CITE:
            assert relation is Relation.CITES
        elif form is Form.IMAGE:
            assert relation is Relation.IMAGE_CREDIT
        elif form is Form.REUSE:
            assert relation is None
        else:
            assert relation in UPSTREAM
