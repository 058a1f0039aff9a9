"""Citations in the formats of bibliographies: what stands in which field, and that what a page says stays text, in its field.

With ARCHIVER_PROV=/somewhere/bin (the `bin` of an environment with `bibtexparser`, `rispy` and `mwparserfromhell`) those read them, too.
"""

from __future__ import annotations

import html
import json
import os
import re
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import example, given

from archiver.export import cite
from archiver.export.lineage import link
from archiver.model.citation import Citation, CitedListing, CitedOrigin
from archiver.model.text import plain
from tests.export.answers import CAPTURE, CITATION, FIRST, PDF, REPOST, claim, edge, saying
from tests.export.cited import (
    ALSO_SAYS,
    AS_PDF,
    ASSERTED,
    ATTEMPTED,
    CITED,
    CONTRADICTED,
    CORROBORATED,
    ORIGINAL,
    SAYS,
    SUPPLIED,
    UNDECIDED,
    WITHDRAWN,
)
from tests.export.test_lineage import NASTY, addresses, foreign

GOLDEN = Path(__file__).parent / "golden"
JUDGES = Path(os.environ.get("ARCHIVER_PROV") or "/nowhere")
ALL = tuple(CITED.values())


def golden(name: str) -> str:
    return (GOLDEN / name).read_bytes().decode("utf-8")


def test_citations_of_every_kind_are_written_as_they_always_were() -> None:
    assert cite.bibtex(ALL) == golden("cited.bib")
    assert cite.ris(ALL) == golden("cited.ris")
    assert cite.csl(ALL) == golden("cited.csl.json")
    assert "".join(map(cite.wiki, ALL)) == golden("cited.wiki")
    assert "".join(cite.sentence(one) + "\n" for one in ALL) == golden("cited.txt")


def item(citation: Citation) -> dict[str, object]:
    (found,) = json.loads(cite.csl([citation]))
    return found


def template(citation: Citation) -> dict[str, str]:
    """The parameters of a template without another in it."""
    written = cite.wiki(citation)
    inner = written[len("{{cite web ") : written.index("}}")]
    return dict(part.strip().split("=", 1) for part in inner.split("|")[1:])


def test_a_repost_is_cited_where_it_was_read_with_who_had_it_first_both_dates_and_one_capture() -> None:
    found = item(CORROBORATED)
    assert (found["URL"], found["container-title"], found["original-publisher"]) == (
        REPOST,
        "The Lamp",
        "Saltmarsh Echo",
    )
    assert (found["issued"], found["original-date"]) == ({"date-parts": [[2024, 5, 3]]}, {"date-parts": [[2024, 5, 2]]})
    assert found["archive_location"] == f"urn:uuid:{CAPTURE.capture_id}"
    assert CAPTURE.sha256 in found["note"]
    wiki = template(CORROBORATED)
    assert (wiki["website"], wiki["via"]) == ("Saltmarsh Echo", "The Lamp")
    assert (wiki["date"], wiki["orig-date"], wiki["access-date"]) == ("2024-05-03", "2024-05-02", "2026-01-31")
    assert "archive-url" not in wiki


def test_what_only_the_page_says_is_said_to_be_no_more() -> None:
    for written in (cite.bibtex([ASSERTED]), cite.ris([ASSERTED]), cite.wiki(ASSERTED), cite.sentence(ASSERTED)):
        assert "pages say so, and no archived text confirms it" in written
    assert item(ASSERTED)["original-publisher"] == "Gone Herald"
    assert template(ASSERTED)["website"] == "The Lamp"  # the original's name stands there only where it is sure
    assert "via" not in template(ASSERTED)


@pytest.mark.parametrize("status", ["inferred", "curated"])
def test_a_way_is_as_sure_as_the_weakest_of_its_steps(status: str) -> None:
    steps = (edge(PDF, REPOST, "republished_from", status, decided="M. Frey, 2026-02-01: I asked"), edge(REPOST, FIRST))
    shown = cite.sentence(replace(CITATION, url=PDF, edges=steps))
    assert {"inferred": "texts and dates alone", "curated": "a person decided so (M. Frey, 2026-02-01"}[status] in shown
    surer = (*steps, edge(PDF, FIRST))
    assert "the archived pages hold the same text" in cite.sentence(replace(CITATION, url=PDF, edges=surer))


@pytest.mark.parametrize("citation", [CONTRADICTED, UNDECIDED])
@pytest.mark.parametrize("origin", [None, CONTRADICTED.origin, CITATION.origin])
def test_no_original_is_named_of_what_is_contradicted_or_undecided(
    citation: Citation, origin: CitedOrigin | None
) -> None:
    citation = replace(citation, origin=origin)
    assert not {name for name in item(citation) if name.startswith("original")}
    assert "orig" not in cite.bibtex([citation]).split("note = ")[0]
    assert "M2  - " not in cite.ris([citation])
    assert not {"via", "orig-date"} & template(citation).keys()


def test_a_contradicted_page_is_quoted_with_both_its_sentences() -> None:
    note = item(CONTRADICTED)["note"]
    assert f"The page says: “{SAYS}” It also says: “{ALSO_SAYS}”." in note
    assert "contradicted by what is archived" in note
    assert "it names Saltmarsh Echo as its source, but what is archived speaks against that" in cite.sentence(
        CONTRADICTED
    )


def test_a_republication_that_no_way_leads_away_from_names_nobody() -> None:
    lost = replace(CITATION, edges=(edge(REPOST, FIRST, "same_text", "inferred"),))
    assert "original-publisher" not in item(lost)
    assert "where it was first published is not decided" in cite.sentence(lost)


def test_what_is_withdrawn_is_cited_without_its_words() -> None:
    for name, format_ in cite.FORMATS.items():
        written = format_.write([WITHDRAWN])
        assert "a court order" in written.replace("\\", ""), name
        assert "first ran" not in written, name
        assert ALSO_SAYS not in written, name
        assert str(WITHDRAWN.title) not in written, name
        assert not any(author in written for author in WITHDRAWN.authors), name
    assert not {"archive", "archive_location", "author"} & item(WITHDRAWN).keys()
    assert (item(WITHDRAWN)["title"], item(WITHDRAWN)["URL"]) == ("A withdrawn page", REPOST)
    assert cite.sentence(WITHDRAWN).startswith("A withdrawn page, in The Lamp, ")


def test_what_a_feed_calls_a_withdrawn_page_is_not_told_either() -> None:
    named = CitedListing("http://l.example/feed", "2026-01-01T00:00:00Z", "The weir!", None, False, None, None, "c")
    assert "The weir!" in cite.FORMATS[".json"].write([replace(CITATION, listed=(named,))])
    assert "The weir!" not in cite.FORMATS[".json"].write([replace(WITHDRAWN, listed=(named,))])


def test_an_address_of_which_nothing_is_archived_is_an_entry_that_says_so() -> None:
    assert item(ATTEMPTED).keys() == {"id", "type", "container-title", "URL", "note"}
    assert "Nothing is archived of this address: failed, nowhere.example does not resolve." in cite.bibtex([ATTEMPTED])
    assert cite.sentence(ATTEMPTED) == "A page, at <http://nowhere.example/a>, of which nothing is archived."


def test_an_agency_is_named_as_that_and_a_translation_is_no_reprint() -> None:
    assert (template(SUPPLIED)["agency"], template(SUPPLIED)["website"]) == ("North Wire", "The Lamp")
    assert "supplied by North Wire" in cite.sentence(SUPPLIED)
    translated = replace(CITATION, edges=(edge(REPOST, FIRST, "translated_from", "curated", decided="M. Frey"),))
    assert template(translated)["website"] == "The Lamp"
    assert "translated from what was first published by Saltmarsh Echo" in cite.sentence(translated)


def test_a_pdf_shares_the_origin_of_its_page() -> None:
    assert (item(AS_PDF)["URL"], item(AS_PDF)["original-publisher"]) == (PDF, "Saltmarsh Echo")


def test_the_capture_that_is_cited_is_the_newest_that_is_shown_and_brought_bytes() -> None:
    told = replace(CAPTURE, capture_id="told", http_status=304, revisit_of="older", captured_at="2026-03-01T00:00:00Z")
    hidden = replace(CAPTURE, capture_id="hidden", withdrawn=WITHDRAWN.withdrawn)
    assert (
        item(replace(CITATION, captures=(told, hidden, CAPTURE)))["archive_location"]
        == f"urn:uuid:{CAPTURE.capture_id}"
    )
    assert item(replace(CITATION, captures=(told,)))["archive_location"] == "urn:uuid:told"


def test_bytes_that_came_from_elsewhere_are_said_to() -> None:
    taken = replace(CAPTURE, source="import", source_note="crawl.warc.gz of M. Frey")
    assert (
        "not fetched by the archive itself: import crawl.warc.gz of M. Frey."
        in item(replace(CITATION, captures=(taken,)))["note"]
    )


@pytest.mark.parametrize(
    ("source", "whose"),
    [
        ("import", "by the word of whoever handed the file in"),
        ("memento", "by the word of the public archive that the copy was had from"),
    ],
)
def test_a_time_that_others_tell_is_said_to_be_by_their_word_in_every_format(source: str, whose: str) -> None:
    one = replace(CITATION, captures=(replace(CAPTURE, source=source, source_note="a stick"),))
    assert f"captured on {CAPTURE.captured_at} {whose}, with the SHA-256 {CAPTURE.sha256};" in cite.sentence(one)
    for ending in (".bib", ".ris", ".csl.json", ".wiki", ".prov.json"):
        written = cite.FORMATS[ending].write([one])
        assert whose in written, ending
        assert f"Archived on {CAPTURE.captured_at}" not in written, ending


@pytest.mark.parametrize(
    ("code", "status", "said"),
    [
        ("paywall", 200, "only the part before a paywall was served"),
        ("http-error", 404, "the server answered with HTTP 404"),
        ("of-tomorrow", 200, "of-tomorrow"),
    ],
)
def test_what_is_wrong_with_a_capture_is_said_in_every_format(code: str, status: int, said: str) -> None:
    one = replace(CITATION, problems=(code,), captures=(replace(CAPTURE, http_status=status),))
    assert f"; flagged ({said}); first published by" in cite.sentence(one)
    for ending in (".bib", ".ris", ".csl.json", ".wiki", ".prov.json"):
        assert said in cite.FORMATS[ending].write([one]), ending


def test_a_template_stands_alone_unless_who_edits_must_know_more() -> None:
    for one in (ORIGINAL, CORROBORATED, AS_PDF):
        assert cite.wiki(one).endswith("}}\n")
    assert cite.wiki(ASSERTED).endswith(
        "}} <!-- Not the original. First published by Gone Herald (not archived: known only from what is said of it)."
        " How that is known: pages say so, and no archived text confirms it."
        " The original is at http://gone.example/weir (not archived). -->\n"
    )
    for one in ALL:
        assert CAPTURE.capture_id not in cite.wiki(one)
        assert cite.wiki(one).count("<!--") == cite.wiki(one).count("-->") <= 1


def test_a_name_whose_parts_are_certain_is_told_in_parts() -> None:
    one = replace(CITATION, authors=("A. Quill", "Ana de Quill", "Quill, Ana"))
    family = {"family": "Quill", "given": "A."}
    assert item(one)["author"] == [family, {"literal": "Ana de Quill"}, {"family": "Quill", "given": "Ana"}]
    assert "  author = {{Quill}, A. and {Ana de Quill} and {Quill}, Ana},\n" in cite.bibtex([one])
    assert re.findall("AU  - (.*)\r", cite.ris([one])) == ["Quill, A.", "Ana de Quill", "Quill, Ana"]
    assert "|last1=Quill |first1=A. |author2=Ana de Quill |last3=Quill |first3=Ana |" in cite.wiki(one)
    assert "|last=Quill |first=A. |" in cite.wiki(replace(one, authors=("A. Quill",)))
    assert "by A. Quill and Ana de Quill and Quill, Ana" in cite.sentence(one)


def test_keys_are_stable_and_each_document_has_one_entry() -> None:
    keys = re.findall("@online{(.*),", cite.bibtex([*ALL, *reversed(ALL)]))
    assert len(keys) == len(set(keys)) == len(ALL)
    assert keys == [one["id"] for one in json.loads(cite.csl(ALL))]
    assert cite.bibtex([replace(CITATION, title="Another", date_published=None)]).startswith(
        "@online{thelamp-bb7fad2aab4c99e0,"
    )


@pytest.mark.parametrize(
    ("date", "bib", "ris", "csl", "wiki"),
    [
        (None, None, None, None, None),
        ("n.d.", None, None, None, None),
        ("2024-13-45", None, None, None, None),
        ("2024-02-30", None, None, None, None),
        ("0000", None, None, None, None),
        ("2024", "2024", "2024///", [2024], "2024"),
        ("2024-05", "2024-05", "2024/05//", [2024, 5], "May 2024"),
        ("2024-05-02", "2024-05-02", "2024/05/02/", [2024, 5, 2], "2024-05-02"),
        ("2024-05-02T07:00:00.123Z", "2024-05-02T07:00:00Z", "2024/05/02/", [2024, 5, 2], "2024-05-02"),
        ("2024-05-02T23:30:00+02:00", "2024-05-02", "2024/05/02/", [2024, 5, 2], "2024-05-02"),
    ],
)
def test_a_date_is_as_exact_as_it_is_known(
    date: str | None, bib: str | None, ris: str | None, csl: list[int] | None, wiki: str | None
) -> None:
    one = replace(CITATION, date_published=date)
    assert re.findall("  date = {(.*)}", cite.bibtex([one])) == [value for value in [bib] if value]
    assert re.findall("DA  - (.*)\r", cite.ris([one])) == [value for value in [ris] if value]
    assert item(one).get("issued") == (csl and {"date-parts": [csl]})
    assert template(one).get("date") == wiki


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("Salt & Reed: 100% of #1", r"Salt \& Reed: 100\% of \#1"),
        (
            r"C:\temp {x} $y_2^3$ ~",
            r"C:\textbackslash{}temp \textbraceleft{}x\textbraceright{} \$y\_2\textasciicircum{}3\$ \textasciitilde{}",
        ),
        ("a -- b ''c'' `d`", r"a -{}- b '{}'c'{}' \textasciigrave{}d\textasciigrave{}"),
        ("<b>|", r"\textless{}b\textgreater{}\textbar{}"),
        ("}", r"\textbraceright{}"),
        ("مریم، 王小明 and Ünal “ok” 🦆", "مریم، 王小明 and Ünal “ok” 🦆"),
    ],
)
def test_tex_sets_the_text_and_obeys_nothing_in_it(said: str, written: str) -> None:
    assert f"  title = {{{{{written}}}}},\n" in cite.bibtex([replace(CITATION, title=said)])


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("a | b", "a &#124; b"),
        ("{{subst:x}}", "&#123;&#123;subst&#58;x&#125;&#125;"),
        ("x = y", "x &#61; y"),
        ("[[File:x.png]] [http://e.example y]", "&#91;&#91;File&#58;x.png&#93;&#93; &#91;http&#58;//e.example y&#93;"),
        ("<nowiki>''x''</nowiki>", "&#60;nowiki&#62;&#39;&#39;x&#39;&#39;&#60;/nowiki&#62;"),
        ("</ref><!-- x", "&#60;/ref&#62;&#60;!-- x"),
        ("AT&T &amp; &lt; & so", "AT&#38;T &#38;amp; &#38;lt; & so"),
        ("O'Neil's 'own'", "O'Neil's 'own&#39;"),
        ("~~~~ ~x __NOTOC__ a_b", "&#126;&#126;&#126;&#126; ~x &#95;&#95;NOTOC&#95;&#95; a_b"),
        ("# 1", "&#35; 1"),
        ("* x", "&#42; x"),
        ("urn:isbn:1 mailto:a@b.example 10:15", "urn&#58;isbn&#58;1 mailto&#58;a@b.example 10:15"),
        ("ISBN 0123456789 and RFC 2606", "ISBN&#32;0123456789 and RFC&#32;2606"),
        ("-{zh:x}-", "-&#123;zh&#58;x&#125;-"),
        ("two\nlines", "two lines"),
    ],
)
def test_wikitext_shows_the_text_and_obeys_nothing_in_it(said: str, written: str) -> None:
    assert template(replace(CITATION, title=said))["title"] == written
    remark = cite.wiki(replace(ASSERTED, verdict=f"Not {said}")).split("}}", 1)[1]
    assert html.unescape(remark).startswith(f" <!-- Not {plain(said)}")
    assert not re.search(r"[{}\[\]|~]|--", remark.removeprefix(" <!--").removesuffix("-->\n"))


def test_an_address_in_wikitext_ends_no_parameter() -> None:
    odd = replace(CITATION, url="http://x.example/a|b=[c]'''~~~~__TOC__")
    assert template(odd)["url"] == "http://x.example/a%7Cb=%5Bc%5D%27%27%27%7E%7E%7E%7E%5F%5FTOC%5F%5F"


def test_an_address_that_no_browser_may_follow_is_in_no_field_for_addresses() -> None:
    odd = replace(CITATION, url="javascript:alert(1)")
    assert "URL" not in item(odd)
    assert "url = " not in cite.bibtex([odd])
    assert "UR  - " not in cite.ris([odd])
    assert "url" not in template(odd)


def test_a_note_is_neither_html_nor_further_fields_to_its_reader() -> None:
    said = replace(
        CITATION, claims=(claim("republished_from", "X", None, "<img src=http://e.example> &lt; {:title: y}"),)
    )
    (note,) = re.findall("N1  - (.*)\r\n", cite.ris([said]))
    assert "<" not in note
    assert "&lt;img src=http://e.example> &amp;lt;" in note
    assert "{:" not in item(said)["note"]


def test_titles_are_whole_and_letters_that_can_be_mistaken_are_kept_and_told() -> None:
    long = replace(CITATION, title="weir " * 2000)
    for written in (cite.bibtex([long]), cite.ris([long]), cite.csl([long]), cite.wiki(long), cite.sentence(long)):
        assert ("weir " * 2000).strip() in written
    mixed = replace(CITATION, title="Wеir won")
    assert item(mixed)["title"] == "Wеir won"
    assert "can be mistaken for others: Latin, Cyrillic." in item(mixed)["note"]
    assert "“Wеir won [mixed letters: Latin, Cyrillic]”" in cite.sentence(mixed)


def test_words_of_ours_stand_between_names_that_are_written_from_right_to_left() -> None:
    assert cite.sentence(CITED["names"]).startswith(
        "“پیروزی بر بند”, by مریم رضایی and محمد الشمري and 王小明 and 佐藤 花, in عصر نمک, dated 2024-05-03, at <"
    )


def test_every_format_has_a_media_type_and_a_name_and_writes_several() -> None:
    assert set(cite.FORMATS) == {".bib", ".ris", ".csl.json", ".wiki", ".prov.json", ".json"}
    for ending, one in cite.FORMATS.items():
        assert one.write([ORIGINAL, CORROBORATED]).endswith("\n"), ending
        assert one.write([]).strip() in ("", "[]") or ending == ".prov.json"
        assert "/" in one.media_type
        assert one.name
    lines = cite.FORMATS[".json"].write([ORIGINAL, CORROBORATED]).splitlines()
    assert [json.loads(line) for line in lines] == [
        json.loads(json.dumps(one.as_json())) for one in (ORIGINAL, CORROBORATED)
    ]


def hostile(title: str, publisher: str, quote: str, url: str) -> Citation:
    """A citation in which a page has put these wherever it can, its own address and the origin's among them."""
    return replace(
        saying(title, publisher, quote, url),
        url=url or REPOST,
        origin=CitedOrigin(url, publisher, None, captured=False),
    )


@given(foreign, foreign, foreign, addresses)
@example(*NASTY)
def test_whatever_a_page_says_each_format_has_its_shape_and_the_text_its_place(
    title: str, publisher: str, quote: str, url: str
) -> None:
    one = hostile(title, publisher, quote, url)
    _check_bibtex(cite.bibtex([one, ORIGINAL]), plain(title))
    _check_ris(cite.ris([one]), plain(title))
    found = item(one)
    assert found.get("title", "") == plain(title)
    assert found.get("URL") == link(one.url)
    _check_wiki(cite.wiki(one), plain(title))
    assert plain(cite.sentence(one)) == cite.sentence(one)


_FIELD = re.compile(r"  [a-z]+ = \{(.*)\},")
_COMMANDS = {
    "textbackslash": "\\", "textbraceleft": "{", "textbraceright": "}", "textasciitilde": "~", "textasciicircum": "^", "textasciigrave": "`",
    "textless": "<", "textgreater": ">", "textbar": "|", "": "",
}  # fmt: skip


def _check_bibtex(written: str, title: str) -> None:
    depth = 0
    for number, line in enumerate(written.splitlines()):
        assert line in ("", "}") or _FIELD.fullmatch(line) or re.fullmatch("@online{[a-z0-9-]+,", line), number
        for char in line:  # braces are counted whatever stands before them
            depth += (char == "{") - (char == "}")
            assert depth >= 0
        assert depth <= 1
        if not line.startswith("  url = "):
            assert not re.search(r"(?<!\\)[%#&$_~^]", line.replace(r"\\", ""))
    assert depth == 0
    (set_, *_) = [*re.findall("  title = {{(.*)}},", written.partition("\n\n")[0]), ""]
    shown = re.sub(r"\\([%#&$_])|\\?([a-z]*)\{\}", lambda found: found[1] or _command(found), set_)
    assert shown == title


def _command(found: re.Match[str]) -> str:
    """A command as its character; of letters that stand before an empty pair of braces, only those of a command are one."""
    return _COMMANDS[found[2]] if found[0].startswith("\\") else found[0].removesuffix("{}")


def _check_ris(written: str, title: str) -> None:
    lines = written.split("\r\n")
    assert lines.pop() == ""
    assert all(re.fullmatch("[A-Z][A-Z0-9]  - [^\r\n]*", line) for line in lines)
    assert (lines[0], lines[-1]) == ("TY  - ELEC", "ER  - ")
    assert [line[6:] for line in lines if line.startswith("TI")] == [title] * bool(title)
    assert sum(line[:2] in ("TY", "ER") for line in lines) == 2


def _check_wiki(written: str, title: str) -> None:
    assert written.startswith("{{cite web ")
    inner, _, behind = written[2:].partition("}}")
    assert not re.search(r"[{}\[\]<>]|''|~~|__", inner)
    remark = re.fullmatch(r"(?: <!-- ([^\n]+) -->)?\n", behind)
    assert remark is not None
    assert not re.search(r"[{}\[\]<>|~]|--", remark[1] or "")
    given_ = dict(part.strip().split("=", 1) for part in inner.split("|")[1:])
    assert html.unescape(given_.get("title", "")) == title
    assert all("=" not in value for name, value in given_.items() if name != "url")


#: What the judges run: a line is what three formats make of a citation, and its title.
_JUDGE = """
import json, sys
import bibtexparser, mwparserfromhell, rispy
for line in sys.stdin:
    bib, ris, wiki, title = json.loads(line)
    library = bibtexparser.parse_string(bib)
    assert len(library.entries) == 1 and not library.failed_blocks, bib
    (entry,) = rispy.loads(ris)
    assert entry.get("title", "") == title, ris
    page = mwparserfromhell.parse(wiki)
    (template,) = page.filter_templates()
    assert not page.filter_tags() and not page.filter_wikilinks() and len(page.filter_comments()) <= 1, wiki
    assert all(str(template.get("url").value).startswith(str(link)) for link in page.filter_external_links()), wiki
    if title:
        nodes = template.get("title").value.nodes
        shown = "".join(node.normalize() if hasattr(node, "normalize") else str(node) for node in nodes)
        assert shown.strip() == title, wiki
"""


def _titled(citation: Citation) -> str:
    """The title that each format has of it."""
    return plain(citation.title or "") if citation.withdrawn is None else "A withdrawn page"


@pytest.mark.skipif(
    not (JUDGES / "python").exists(), reason="ARCHIVER_PROV names no folder with a python that has `rispy`"
)
def test_other_programs_read_what_was_said() -> None:
    nasty = [hostile(*(NASTY[(start + place) % 4] for place in range(4))) for start in range(4)]
    lines = (
        json.dumps((cite.bibtex([one]), cite.ris([one]), cite.wiki(one), _titled(one))) + "\n" for one in (*ALL, *nasty)
    )
    judged = subprocess.run(
        [JUDGES / "python", "-W", "error", "-c", _JUDGE], input="".join(lines), capture_output=True, text=True, check=False, timeout=60
    )  # fmt: skip
    assert judged.returncode == 0, judged.stderr
