import time

from archiver.model.lineage import Edge, EdgeRelation, EdgeStatus, Origin
from archiver.provenance.resolve_works import origin_of
from archiver.provenance.status import Status, status, verdict

from .lineages import itself, lineage, originally, page, same, taken_from, translated, via, wire

ORIGIN = page("m1", "https://weirnews.example/2024/01/25/weir", "Weir News", day="2024-01-25")
COPY = page("r1", "https://riverdigest.example/weir/77", "River Digest", originally("Weir News"), itself("River Digest"), day="2024-01-26")  # fmt: skip


def told(documents, overlaps=(), of=None):
    found = lineage(documents, overlaps)
    this = next(d for d in documents if d.document_id == of)
    origin = origin_of(of, found.edges, documents)
    return (
        status(of, this.claims, found.edges),
        verdict(of, this.claims, found.edges, found.findings, origin),
    )


def test_a_repost_that_also_calls_itself_the_source_is_a_republication_and_says_which_sentence_wins():
    assert told([ORIGIN, COPY], [same("m1", "r1")], "r1") == (
        Status.REPUBLICATION,
        "Not the original. First published by Weir News, 2024-01-25 (archived, text found there). "
        "The page also calls itself the original source, which weighs less than its naming another.",
    )


def test_the_page_that_others_lead_to_is_the_original():
    assert told([ORIGIN, COPY], [same("m1", "r1")], "m1") == (
        Status.ORIGINAL,
        "The earliest publication known here; taken up by 1 other archived page.",
    )


def test_a_repost_of_what_was_never_captured_is_a_republication_and_says_so():
    copy = page("r1", "https://riverdigest.example/weir/77", "River Digest", originally("Weir News"))
    word, sentence = told([copy], of="r1")
    assert word == Status.REPUBLICATION
    assert (
        sentence == "Not the original. First published by Weir News (not archived: known only from what is said of it)."
    )


def test_a_way_over_another_repost_is_named():
    third = page("t1", "https://pumphouse.example/weir", "Pump House", via(url=COPY.url), day="2024-01-28")
    word, sentence = told([ORIGIN, COPY, third], [same("m1", "r1"), same("r1", "t1"), same("m1", "t1")], "t1")
    assert word == Status.REPUBLICATION
    assert sentence.endswith("First published by Weir News, 2024-01-25 (archived, text found there). It came here by way of River Digest.")  # fmt: skip


def test_a_pdf_shares_the_status_of_its_page():
    pdf = page("r2", COPY.url + "?pdf=77", "River Digest", *COPY.claims, day="2024-01-26", media="application/pdf")
    word, sentence = told([ORIGIN, COPY, pdf], [same("m1", "r1"), same("r1", "r2"), same("m1", "r2")], "r2")
    assert word == Status.REPUBLICATION
    assert sentence.startswith(f"Another form of {COPY.url}. Not the original.")


def test_an_agency_text_and_a_translation_are_called_that():
    paper = page("p1", "https://eveningpost.example/flood", "Evening Post", wire("AFP"))
    assert told([paper], of="p1")[1] == "An agency's text. Supplied by AFP (not archived: known only from what is said of it)."  # fmt: skip
    german = page("g1", "https://wehrblatt.example/wehr", "Wehrblatt", translated(url=ORIGIN.url), language="de", title="Das Wehr")  # fmt: skip
    assert told([ORIGIN, german], of="g1")[1] == (
        "A translation. First published by Weir News, 2024-01-25 (archived; the text could not be compared)."
    )


def test_a_copy_known_by_text_and_dates_is_only_probable():
    silent = page("s1", "https://pumphouse.example/weir", "Pump House", day="2024-02-01")
    word, sentence = told([ORIGIN, silent], [same("m1", "s1")], "s1")
    assert word == Status.REPUBLICATION
    assert sentence == "Probably not the original. First published by Weir News, 2024-01-25 (archived: the same text, dated earlier)."  # fmt: skip


def test_twins_without_dates_stay_undecided_even_where_one_claims_the_text():
    one = page("a1", "https://mirrorone.example/w", "Mirror One", itself("Mirror One"))
    two = page("b1", "https://mirrortwo.example/w", "Mirror Two")
    word, sentence = told([one, two], [same("a1", "b1")], "a1")
    assert word == Status.UNDECIDED
    assert sentence == "The same text stands in 1 other archived page; nothing decides which was first."


def test_a_page_alone_is_undecided_and_one_that_claims_its_text_is_original():
    assert told([page("a1", "https://one.example/w")], of="a1") == (
        Status.UNDECIDED,
        "Nothing here says where this text was first published.",
    )
    claiming = page("a1", "https://one.example/w", "One", itself("One"))
    assert told([claiming], of="a1")[0] == Status.ORIGINAL


def test_a_source_that_does_not_hold_the_text_contradicts_the_page():
    wrong = page("w1", "https://pumphouse.example/weir", "Pump House", taken_from(url=ORIGIN.url), day="2024-02-01")
    word, sentence = told([ORIGIN, wrong], of="w1")
    assert word == Status.CONTRADICTED
    assert sentence == "This page names Weir News as its source, but the text does not stand there."


def test_an_end_that_is_not_known_has_no_invented_name():
    assert verdict("x", (), lineage([COPY]).edges, (), Origin(None, None, None, None, False)).startswith("Nothing here")


def test_a_page_with_a_thousand_versions_is_judged_in_no_time():
    edges = [
        Edge(f"v{n:04d}", f"v{n - 1:04d}", None, None, EdgeRelation.REVISION_OF, EdgeStatus.ASSERTED, 1.0)
        for n in range(1, 1000)
    ]
    start = time.process_time()
    for n in range(0, 1000, 10):
        assert status(f"v{n:04d}", (), edges) == Status.UNDECIDED
    assert time.process_time() - start < 2
