"""The pages of the quality gate: read from `cases/` and put together. It runs no detector and knows no score.

A case is a few lines that matter, set into a text in its language (`cases/LANGUAGE/words.toml`) and into the markup of a kind
of site (`cases/shells/NAME.html`). `says.toml` holds pages that say where their text came from, `not.toml` pages that only
seem to. What a case may set is `Case`'s and `SLOTS`; `gold` is what a careful reader would say the page claims, a line each:

    RELATION | publisher, or - | address, or -

with the publisher as the page writes it (`AP = Associated Press`: or by its other name), where RELATION is a relation's name, `origin` (first publisher or immediate source: the words do not tell) or `upstream` (an
agency's credit as well). `tolerated` names relations of which further claims on that page are neither right nor wrong.
A page as it is put together: `python -m tests.quality.cases de/says/quelle`.
"""

from __future__ import annotations

import html
import json
import re
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from archiver.model.claim import Relation

CASES = Path(__file__).parent / "cases"
ORIGIN = frozenset({Relation.ORIGINALLY_PUBLISHED_BY, Relation.REPUBLISHED_FROM})
#: Names for what cannot be told apart by a page's words.
EITHER = {"origin": ORIGIN, "upstream": ORIGIN | {Relation.SYNDICATED_BY}}
#: What a case may put into its page, as HTML: before the text, after its second paragraph, at its first and last words ...
SLOTS = ("head", "top", "figure", "mid", "lede", "end", "tail", "aside", "comments", "footer")
#: What a case may change that every page has.
CHANGES = ("byline", "canonical", "og_url", "page_title")
KEYS = {"id", "tests", "shell", "article", "outlet", "host", "gold", "tolerated", *SLOTS, *CHANGES}

Table = dict[str, str]


@dataclass(frozen=True, slots=True)
class Gold:
    """A claim that the page makes: any of `relations`, and a publisher by any of its `names`, an address or both."""

    relations: frozenset[Relation]
    names: tuple[str, ...]
    url: str | None

    @property
    def whom(self) -> str:
        """Whom it names, for a person to read."""
        return " = ".join(self.names) or self.url or ""


@dataclass(frozen=True, slots=True)
class Case:
    """A page and what it claims. `name` is LANGUAGE/FILE/ID, `tests` one line on what is tried, `publisher` the host's name."""

    name: str
    tests: str
    url: str
    publisher: str
    content: bytes
    gold: tuple[Gold, ...]
    tolerated: frozenset[Relation]

    @property
    def english(self) -> bool:
        """Whether the page is in English."""
        return self.name.startswith("en/")


def cases() -> Iterator[Case]:
    """All cases, by language, file and place in the file."""
    shells = {path.stem: path.read_text("utf-8") for path in (CASES / "shells").glob("*.html")}
    for words_path in sorted(CASES.glob("*/words.toml")):
        words = tomllib.loads(words_path.read_text("utf-8"))
        language = words_path.parent.name
        for kind in ("says", "not"):
            for row in tomllib.loads((words_path.parent / f"{kind}.toml").read_text("utf-8"))["case"]:
                if unknown := row.keys() - KEYS:
                    raise ValueError(f"{language}/{kind}/{row['id']} sets {sorted(unknown)}")
                yield _case(f"{language}/{kind}/{row['id']}", row, words, shells[row["shell"]])


def _case(name: str, row: dict, words: dict, shell: str) -> Case:
    url = f"https://{row['host']}/2024/03/{row['id']}"
    return Case(
        name=name,
        tests=row["tests"],
        url=url,
        publisher=row["outlet"],
        content=_page(name.split("/", maxsplit=1)[0], url, row, words, shell).encode(),
        gold=tuple(_gold(line) for line in row.get("gold", [])),
        tolerated=frozenset(Relation(relation) for relation in row.get("tolerated", [])),
    )


def _gold(line: str) -> Gold:
    relation, names, url = line.split(" | ")
    relations = EITHER.get(relation) or frozenset({Relation(relation)})
    return Gold(relations, () if names == "-" else tuple(names.split(" = ")), None if url == "-" else url)


def _page(language: str, url: str, row: dict, words: dict, shell: str) -> str:
    """The shell with every `{{name}}` replaced; `{{body:p}}` and `{{body:br}}` are the text with that markup."""
    articles = words["article"]
    article = articles[row["article"]]
    other = articles[(row["article"] + 1) % len(articles)]
    title, outlet = html.escape(article["title"], quote=False), html.escape(row["outlet"], quote=False)
    fill: Table = {name: value for name, value in words.items() if isinstance(value, str)}
    fill |= {
        "lang": language,
        "dir": "rtl" if language in {"ar", "fa"} else "ltr",
        "url": url,
        "canonical": url,
        "og_url": url,
        "host": row["host"],
        "outlet": outlet,
        "outlet_json": json.dumps(row["outlet"], ensure_ascii=False)[1:-1],
        "headline": title,
        "headline_json": json.dumps(article["title"], ensure_ascii=False)[1:-1],
        "page_title": f"{title} - {outlet}",
        "author": article["author"],
        "byline": words["by"].format(author=article["author"]),
        "date": article["date"],
        "iso": article["iso"],
        "other": html.escape(other["title"], quote=False),
    }
    fill |= {name: row.get(name, "") for name in SLOTS} | {name: row[name] for name in CHANGES if name in row}
    fill |= {
        "body:p": _text(article["body"], fill, "<p>", "</p>\n"),
        "body:br": _text(article["body"], fill, "", "<br><br>\n"),
    }
    return re.sub(r"\{\{([a-z_:]+)\}\}", lambda slot: fill[slot[1]], shell)


def _text(paragraphs: list[str], fill: Table, before: str, after: str) -> str:
    first, *rest, last = (html.escape(paragraph, quote=False) for paragraph in paragraphs)
    whole = [f"{fill['lede']}{first}", *rest, f"{last}{fill['end']}"]
    marked = [f"{before}{paragraph}{after}" for paragraph in whole]
    return "".join([*marked[:2], fill["mid"], *marked[2:]])


if __name__ == "__main__":
    sys.stdout.write(next(case for case in cases() if case.name == sys.argv[1]).content.decode())
