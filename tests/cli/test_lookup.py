"""lookup as an editor uses it: a note to paste, a picture, and how many sources a list of addresses comes down to."""

from __future__ import annotations

import csv
import io
import shutil
from pathlib import Path

import pytest

from archiver.demo.web import EXCERPT, ORIGINAL, REPOST, REPOST_PDF
from archiver.errors import Exit
from tests import copies_web
from tests.cli.test_commands import archiver, lines
from tests.export import dotfile


def shown(*arguments: str, folder: Path) -> str:
    done = archiver(*arguments, "--archive", str(folder))
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_note_names_the_page_the_chain_and_the_capture(demo: Path) -> None:
    said = shown("lookup", REPOST, "--format", "md", folder=demo).split("\n")
    assert said[0] == "## The last night ferry to Skerrow"
    assert said[2].startswith("By Mara Quill · World Letter, 2024-03-06, <http://www.worldletter.example/")
    assert f"- Harbour Gazette, 2024-03-04, <{ORIGINAL}>" in said
    assert "    > “This article was originally published on Harbour Gazette.”" in said
    assert any(line.startswith("  - SHA-256 of the payload: `") for line in said)
    assert any(line.startswith("  - WARC record `") for line in said)
    assert [line for line in said if line.startswith("#")] == [
        said[0], "### Chain", "### What the page says of its origin", "### Findings", "### Other forms", "### Capture", "### What was checked",
    ]  # fmt: skip


def test_a_picture_holds_the_work_and_marks_what_was_asked(demo: Path) -> None:
    picture = dotfile.read(shown("lookup", REPOST, "--format", "dot", folder=demo))
    labels = {name: dotfile.text(marks["label"]) for name, marks in picture.nodes.items()}
    assert len(labels) == 4
    (asked,) = (name for name, label in labels.items() if label[0] == "this page")
    assert labels[asked][1:3] == ["“The last night ferry to Skerrow”", "World Letter"]
    assert sorted((source, target) for source, target, _ in picture.edges if asked in (source, target)) == sorted(
        (source, target) for source, target, _ in picture.edges
    )
    flowchart = shown("lookup", REPOST, "--format", "mermaid", folder=demo)
    assert flowchart.startswith("flowchart BT\n")
    assert flowchart.count('-->|"republished from') == 2


def test_words_that_find_several_works_make_one_picture(demo: Path) -> None:
    assert shown("lookup", "night ferry", "--format", "dot", folder=demo).count("digraph") == 1


def test_an_address_of_which_nothing_was_kept_is_drawn_and_noted_as_missing(demo: Path, tmp_path: Path) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(demo, folder)
    asked = "gopher://old.example/page"
    assert archiver("capture", asked, "--archive", str(folder)).returncode == Exit.REFUSED
    picture = dotfile.read(shown("lookup", asked, "--format", "dot", folder=folder))
    (marks,) = picture.nodes.values()
    assert (dotfile.text(marks["label"]), marks["style"]) == (["this page", asked, "not archived"], "dashed")
    assert picture.edges == []
    assert "URL" not in marks
    note = shown("lookup", asked, "--format", "md", folder=folder)
    assert note.startswith(f"## `{asked}`\n\n**Not archived:** refused (scheme)\n")
    assert (
        archiver("lookup", "http://never.example/", "--format", "dot", "--archive", str(demo)).returncode == Exit.FAILED
    )


def test_chains_take_the_same_formats(demo: Path) -> None:
    assert shown("chains", "--format", "md", folder=demo).startswith(
        "## The last night ferry to Skerrow\n\n**Origin:** Harbour Gazette"
    )
    assert len(dotfile.read(shown("chains", "--format", "dot", folder=demo)).edges) == 3
    assert shown("chains", "--format", "mermaid", folder=demo).startswith("flowchart BT\n")


def test_answers_are_tables_too(demo: Path) -> None:
    def rows(*arguments: str, stdin: str = "") -> list[dict[str, str]]:
        done = archiver(*arguments, "--format", "csv", "--archive", str(demo), stdin=stdin)
        assert done.returncode in (0, Exit.PARTLY), done.stderr
        return list(csv.DictReader(io.StringIO(done.stdout, newline=""), strict=True))

    found = rows("lookup", "night ferry")
    assert len(found) == 4
    assert {row["origin_publisher"] for row in found} == {"Harbour Gazette"}
    assert [row["from"] for row in rows("chains")] == [REPOST, REPOST_PDF, EXCERPT]
    assert [row["url"] for row in rows("search", "night ferry")][:1] == [found[0]["url"]]
    listed = rows("lookup", "-f", "-", stdin=f"{ORIGINAL}\n{EXCERPT}\nhttp://never.example/\n")
    assert [(row["source"], row["url"], row["is_origin"], row["missing"]) for row in listed] == [
        ("1", ORIGINAL, "true", ""),
        ("1", EXCERPT, "false", ""),
        ("", "http://never.example/", "", "never asked for"),
    ]
    assert archiver("chains", "--format", "csv", "--json", "--archive", str(demo)).returncode == Exit.USAGE
    assert archiver("search", "x", "--format", "csv", "--json", "--archive", str(demo)).returncode == Exit.USAGE


@pytest.mark.parametrize(
    "arguments",
    [
        ("lookup", REPOST, "--format", "svg"),
        ("lookup", REPOST, "--format", "dot", "--json"),
        ("chains", "--format", "md", "--json"),
        ("lookup",),
        ("lookup", REPOST, "-f", "-"),
        ("lookup", "-f", "-", "--format", "dot"),
        ("lookup", "-f", "-"),  # standard input is empty
    ],
)
def test_what_cannot_be_meant_is_a_usage_error(arguments: tuple[str, ...], demo: Path) -> None:
    done = archiver(*arguments, "--archive", str(demo))
    assert (done.returncode, done.stdout) == (Exit.USAGE, ""), done.stderr
    assert "Traceback" not in done.stderr


def test_a_list_that_is_not_there_is_said(demo: Path) -> None:
    done = archiver("lookup", "-f", "/nonexistent.txt", "--archive", str(demo))
    assert (done.returncode, done.stdout) == (Exit.FAILED, "")
    assert "there is no such file" in done.stderr


def test_copies_of_one_text_count_as_one_source(demo: Path) -> None:
    listed = f"# three of the demo's pages\n{EXCERPT}\n\n{REPOST_PDF}\n{ORIGINAL}\n"
    done = archiver("lookup", "-f", "-", "--archive", str(demo), stdin=listed)
    assert done.returncode == 0, done.stderr
    said = done.stdout.split("\n")
    assert said[0] == "3 addresses, all archived: 1 independent origin"
    assert said[2] == f"1  Harbour Gazette  2024-03-04  {ORIGINAL}"
    assert f"     another form of World Letter  {REPOST}: inferred, confidence 0.97, 100% of the text shared" in said
    assert "     “Source: The last night ferry to Skerrow – World Letter”" in said
    assert said[-2:] == ["     the origin itself", ""]


def test_a_list_comes_down_to_its_origins_one_line_each_and_the_count_last(copies: Path, tmp_path: Path) -> None:
    listed = tmp_path / "list.txt"
    listed.write_text("\n".join([*copies_web.PAGES, "http://never.example/x"]))
    done = archiver("lookup", "-f", str(listed), "--json", "--archive", str(copies))
    assert done.returncode == Exit.PARTLY, done.stderr
    *groups, summary = lines(done)
    assert summary == {
        "addresses": 8, "archived": 7, "independent": 5, "undecided": 2, "missing": ["http://never.example/x"],
    }  # fmt: skip
    assert [
        (group["origin"] and group["origin"]["publisher"], group["status"], group["addresses"]) for group in groups
    ] == [  # type: ignore[index]
        ("Quarry Post", "archived", [copies_web.ORIGINAL]),
        (None, "contradicted", [copies_web.DENIED]),
        ("Gone Herald", "named", list(copies_web.NAMING)),
        ("Reuters", "named", list(copies_web.WIRE)),
        (None, "undecided", [copies_web.ALONE]),
    ]
    held = groups[3]["held"]
    assert [(one["to_publisher"], one["shares_text_with"]) for one in held] == [  # type: ignore[attr-defined]
        ("Reuters", copies_web.WIRE[1]),
        ("Reuters", copies_web.WIRE[0]),
    ]


def test_people_are_told_what_is_undecided_and_what_is_not_archived(copies: Path) -> None:
    done = archiver(
        "lookup", "-f", "-", "--archive", str(copies), stdin=f"{copies_web.ALONE}\nhttp://never.example/\nno address\n"
    )
    assert done.returncode == Exit.PARTLY
    assert done.stdout == (
        "3 addresses, 1 archived: 1 independent origin, 1 of them undecided\n\n"
        "1  nothing decides where it was first published: counted as its own\n"
        f"   {copies_web.ALONE}\n\n"
        "not archived\n"
        "   http://never.example/  never asked for\n"
        "   no address  never asked for\n"
    )


def test_where_nothing_of_a_list_is_archived_the_code_says_so(copies: Path) -> None:
    for extra in ((), ("--json",)):
        done = archiver("lookup", "-f", "-", "--archive", str(copies), *extra, stdin="http://never.example/\n")
        assert done.returncode == Exit.FAILED
        assert done.stdout.startswith('{"addresses": 1, "archived": 0' if extra else "1 address, none archived\n")


def test_what_a_person_keeps_apart_counts_twice(copies: Path, tmp_path: Path) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(copies, folder)
    done = archiver(
        "decide", *copies_web.WIRE, "--relation", "unrelated", "--because", "two reports", "--by", "M. Frey", "--archive", str(folder)
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    listed = "\n".join(copies_web.WIRE)
    for archive, count in ((copies, "1 independent origin"), (folder, "2 independent origins")):
        done = archiver("lookup", "-f", "-", "--archive", str(archive), stdin=listed)
        assert done.stdout.split("\n")[0] == f"2 addresses, all archived: {count}"
