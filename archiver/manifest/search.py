"""Words in, passages out: full-text search over titles, bylines and main texts.

The query language of FTS5 is not exposed: a person's words are always words. As a phrase first, then all of them anywhere. Of a
sentence that stands nowhere as it was given, and whose words do not either: the pages that hold most of it, where that is asked for: a
quotation with a wrong word in it is one that somebody checks. What is withdrawn is not found: whoever may ask for words, one after the other, has the text.

The work is bounded, whatever the archive's size and whoever asks: of a question so many words count, the longest; words that stand in more than MOST_RANKED texts say little of any of them, and are not
weighed. Whether a phrase stands in any text has to be looked up in all that have its words: 1 µs for each of them.
"""

from __future__ import annotations

import json
import re
import sqlite3
import unicodedata
from collections import Counter, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from archiver.manifest.withdrawals import HIDDEN, any_withdrawn

#: Texts that are ranked by how often, and where, they hold the words.
MOST_RANKED = 2000

#: Words of a question that count: in a row, as a phrase, and anywhere, each once.
MOST_WORDS, MOST_ANYWHERE = 64, 16

#: Words of a passage, and characters from the beginning of a text among which words that stand apart are looked for.
_WINDOW, _LOOKED_THROUGH = 24, 60_000

#: A sentence of which parts are looked for: words that it has at least, of which so many in a row are a part, and parts at most. One word
#: of a part has letters enough not to stand in every sentence; of scripts that write few letters a word, any has.
SENTENCE, PART, PARTS, TELLING, BRIEF = 6, 3, 6, 6, "\u0590"

#: The texts with the words, no more than so many, and the best documents among them; `several`: how many texts there were.
_RANKED = """
with found as materialized (
    select rowid as text_id, bm25(texts_fts, 8.0, 4.0, 1.0) as score from texts_fts where texts_fts match ? limit ?
)
select d.id, d.text_id, (select count(*) from found) as several from found f join documents d on d.text_id = f.text_id
where true {shown} order by f.score, d.first_captured_at, d.id limit ?
"""

#: The first documents of the index that have the words in title or byline, then the first that have them anywhere.
_FIRST = """
select d.id, d.text_id from (
    select rowid, min(place) as place from (
        select * from (select rowid, 0 as place from texts_fts where texts_fts match ? limit ?)
        union all select * from (select rowid, 1 as place from texts_fts where texts_fts match ? limit ?)
    ) group by rowid
) f join documents d on d.text_id = f.rowid where true {shown} order by f.place, f.rowid, d.id limit ?
"""

#: The documents with most of the parts: at least so many of them. A text is named once for each part that it holds.
_HOLDING = """
select d.id, d.text_id from (select rowid, count(*) as held from ({each}) group by rowid having held >= ?) f
join documents d on d.text_id = f.rowid where true {shown} order by f.held desc, d.first_captured_at, d.id limit ?
"""
_HOLDS_ONE = "select * from (select rowid from texts_fts where texts_fts match ? limit ?)"

_FOUND = """
select d.id, d.url, d.title, d.publisher, d.date_published, t.text, t.title, t.byline
from documents d join texts t on t.id = d.text_id where d.id in (select value from json_each(?))
"""


@dataclass(frozen=True, slots=True)
class Hit:
    """A document that holds the words, with the passage; the words stand between `mark_open` and `mark_close`. `partly`: it holds parts of the
    sentence alone, and they stand so.
    """

    document_id: str
    url: str
    title: str | None
    publisher: str | None
    date_published: str | None
    passage: str
    partly: bool = False


def search(
    connection: sqlite3.Connection,
    words: str,
    limit: int = 20,
    mark_open: str = "",
    mark_close: str = "",
    *,
    partly: bool = False,
) -> list[Hit]:
    """The documents that hold these words, best first: as a phrase, else all of the words; else, where `partly` is asked for, most of
    the parts of a sentence of SENTENCE words and more. No words, no hits.

    Of words that more than MOST_RANKED texts hold: those first that hold them in title or byline, then any, in the order of their reading.
    """
    tokens = re.findall(r"\w+", words)
    if not tokens:
        return []
    tokens = tokens[:MOST_WORDS]
    each = sorted({_folded(token): token for token in tokens}.values(), key=len, reverse=True)[:MOST_ANYWHERE]
    phrase = f'"{" ".join(tokens)}"'
    everywhere = " ".join(f'"{token}"' for token in each)
    marks = (mark_open, mark_close)
    for query in dict.fromkeys((phrase, everywhere)):
        if best := _best(connection, query, limit):
            return _hits(connection, best, [tokens], marks)
    if partly and len(tokens) >= SENTENCE and (parts := _parts(tokens)):
        best = _holding(connection, parts, _stretches(tokens), limit)
        within = [re.findall(r"\w+", part) for part in parts]
        return [replace(hit, partly=True) for hit in _hits(connection, best, within, marks)]
    return []


def _hits(
    connection: sqlite3.Connection,
    best: list[tuple[str, int]],
    phrases: Sequence[Sequence[str]],
    marks: tuple[str, str],
) -> list[Hit]:
    """These documents, each with the passage that holds the words. FTS5's own snippets take the square of how often a text has a word."""
    rows = connection.execute(_FOUND, (json.dumps([row[0] for row in best]),))
    found = {row[0]: Hit(row[0], row[1], row[2], row[3], row[4], _passage(row[5:], phrases, marks)) for row in rows}
    return [found[row[0]] for row in best]


def _passage(columns: Iterable[str | None], phrases: Sequence[Sequence[str]], marks: tuple[str, str]) -> str:
    """Of the text, else of title and byline: where one of the phrases stands, else where most of their words stand close together."""
    wanted = frozenset(_folded(word) for phrase in phrases for word in phrase)
    texts = [text for text in columns if text]
    for phrase in (one for one in phrases if len(one) > 1):
        together = re.compile(r"\b" + r"\W+".join(map(re.escape, phrase)) + r"\b", re.IGNORECASE)
        for text in texts:
            if place := together.search(text):
                begin = max(0, place.start() - 80)
                return _cut(text, _words(text, begin, place.end() + 160), place.start(), _Within(*place.span()), marks)
    best = max(
        (
            (*_densest(words, wanted), text, words)
            for text, words in ((text, _words(text, 0, _LOOKED_THROUGH)) for text in texts)
        ),
        key=lambda one: one[0],
        default=None,
    )
    return "" if best is None else _cut(best[2], best[3], best[1], _Among(wanted), marks)


@dataclass(frozen=True, slots=True)
class _Within:
    """Words that stand between two places."""

    begin: int
    end: int

    def __call__(self, word: re.Match[str]) -> bool:
        return self.begin <= word.start() < self.end


@dataclass(frozen=True, slots=True)
class _Among:
    """Words that are among some."""

    words: frozenset[str]

    def __call__(self, word: re.Match[str]) -> bool:
        return _folded(word[0]) in self.words


def _words(text: str, begin: int, end: int) -> list[re.Match[str]]:
    """The words of a part of a text; one that the part begins within is none of them."""
    if begin and text[begin - 1].isalnum():
        begin = next((place.end() for place in re.compile(r"\w+").finditer(text, begin, end)), end)
    return list(re.compile(r"\w+").finditer(text, begin, end))


def _densest(words: Sequence[re.Match[str]], wanted: frozenset[str]) -> tuple[int, int]:
    """How many of the wanted words the window with most of them has, and where its first one stands."""
    held: deque[tuple[int, str, int]] = deque()
    counts: Counter[str] = Counter()
    most, where = 0, 0
    for number, word in enumerate(words):
        if (folded := _folded(word[0])) not in wanted:
            continue
        held.append((number, folded, word.start()))
        counts[folded] += 1
        while held[0][0] <= number - _WINDOW:
            _, gone, _ = held.popleft()
            counts[gone] -= 1
            if not counts[gone]:
                del counts[gone]
        if len(counts) > most:
            most, where = len(counts), held[0][2]
    return most, where


def _cut(
    text: str, words: Sequence[re.Match[str]], at: int, asked_for: _Within | _Among, marks: tuple[str, str]
) -> str:
    """So many words around a place, those that were asked for marked, and an ellipsis where there is more."""
    if not words:
        return ""
    first = next((number for number, word in enumerate(words) if word.start() >= at), 0)
    begin = max(0, min(first - _WINDOW // 4, len(words) - _WINDOW))
    shown = words[begin : begin + _WINDOW]
    pieces, last, inside = ["…"] if shown[0].start() > 0 else [text[: shown[0].start()]], shown[0].start(), False
    for word in shown:
        asked = asked_for(word)
        if inside and not asked:
            pieces.append(marks[1])
        pieces.append(text[last : word.start()])
        if asked and not inside:
            pieces.append(marks[0])
        pieces.append(word[0])
        last, inside = word.end(), asked
    ending = "…" if last < len(text) - 1 else text[last:]
    return "".join([*pieces, *([marks[1]] if inside else []), ending])


@lru_cache(maxsize=4096)
def _folded(word: str) -> str:
    """A word as the index compares it: without case and diacritics."""
    if word.isascii():
        return word.lower()
    apart = unicodedata.normalize("NFKD", word.casefold())
    return "".join(char for char in apart if unicodedata.category(char) != "Mn")


def _stretches(tokens: Sequence[str]) -> int:
    """Into how many stretches a sentence is divided, of each of which one part is looked for: a wrong word costs one of them."""
    return max(2, min(PARTS, len(tokens) // (PART + 1)))


def _parts(tokens: Sequence[str]) -> list[str]:
    """Of each stretch of a sentence the part with the longest words, as a phrase: they stand in few texts, and cost little. None of
    words alone that stand in every sentence.
    """
    count, total = _stretches(tokens), len(tokens)
    found: dict[str, None] = {}
    for number in range(count):
        first, end = number * total // count, (number + 1) * total // count
        windows = [tokens[at : at + PART] for at in range(first, end - PART + 1)]
        telling = [one for one in windows if any(len(word) >= TELLING or word[0] >= BRIEF for word in one)]
        if telling:
            found[f'"{" ".join(max(telling, key=lambda one: (min(map(len, one)), sum(map(len, one)))))}"'] = None
    return list(found)


def _holding(connection: sqlite3.Connection, parts: list[str], of: int, limit: int) -> list[tuple[str, int]]:
    """The documents that hold most of these parts, with their texts: half of as many as there could be, at least."""
    each = " union all ".join([_HOLDS_ONE] * len(parts))
    given = [value for part in parts for value in (part, MOST_RANKED)]
    rows = connection.execute(
        _HOLDING.format(each=each, shown=_shown(connection)), (*given, (of + 1) // 2, limit)
    ).fetchall()
    return [(row[0], row[1]) for row in rows]


def _best(connection: sqlite3.Connection, query: str, limit: int) -> list[tuple[str, int]]:
    """The best documents for a query of FTS5, with their texts."""
    shown = _shown(connection)
    rows = connection.execute(_RANKED.format(shown=shown), (query, MOST_RANKED + 1, limit)).fetchall()
    if rows and rows[0][2] > MOST_RANKED:
        told = (f"{{title byline}} : ({query})", MOST_RANKED, query, MOST_RANKED, limit)
        rows = connection.execute(_FIRST.format(shown=shown), told).fetchall()
    return [(row[0], row[1]) for row in rows]


def _shown(connection: sqlite3.Connection) -> str:
    """The condition that a document may be found."""
    return f"and d.id not in ({HIDDEN})" if any_withdrawn(connection) else ""
