"""A quotation with a wrong word in it: search and lookup find the pages that hold most of it, and say on standard error what they are."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from archiver.cli.search import PARTLY
from archiver.manifest.opening import open_read_only
from tests.cli.test_commands import archiver


@pytest.fixture(scope="module")
def misquoted(demo: Path) -> str:
    """A sentence of a page, with one other word."""
    with open_read_only(demo) as connection:
        text = str(connection.execute("select text from texts where title is not null order by id").fetchone()[0])
    words = max(text.replace("\n", " ").split(". "), key=len).split()
    return " ".join([*words[:6], "zeppelins", *words[7:]])


def test_search_says_that_no_page_holds_all_of_it(demo: Path, misquoted: str) -> None:
    done = archiver("search", misquoted, "--json", "--archive", str(demo))
    assert (done.returncode, done.stderr.count(PARTLY)) == (0, 1)
    assert all("«" in json.loads(line)["passage"] for line in done.stdout.splitlines())
    whole = archiver("search", "night ferry", "--archive", str(demo))
    assert (whole.returncode, PARTLY in whole.stderr) == (0, False)


def test_lookup_says_the_same_and_an_export_takes_no_such_page(demo: Path, misquoted: str, tmp_path: Path) -> None:
    done = archiver("lookup", misquoted, "--json", "--archive", str(demo))
    assert (done.returncode, done.stderr.count(PARTLY)) == (0, 1)
    assert json.loads(done.stdout.splitlines()[0])["document_id"]
    none = archiver("export", "site", str(tmp_path / "out"), misquoted, "--archive", str(demo))
    assert (none.returncode, (tmp_path / "out").exists()) == (4, False)
