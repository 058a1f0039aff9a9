"""Which texts share passages, and how much: shingles, the keys that find candidates, and the exact comparison.

    text -> tokens -> shingles (hashes of 5 tokens in a row) -> keys (every eighth) -> candidates -> compare -> Overlap

A comparison is exact; only the way to its candidates is a sample. Containment, not resemblance, is what is measured: an
excerpt stands whole in its article, and that is what counts. Pure: the index of keys that outlives a run is the
manifest's, the one in `pairs` lives in memory. This module decides nothing about who copied from whom.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from array import array
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from hashlib import blake2b

from archiver.model.lineage import Overlap, Shared

#: Tokens in a shingle.
WIDTH = 5

#: Shingles that are hashed at once: of a text of two million words, their digests one by one would take 350 MB.
_AT_ONCE = 4096

#: From this containment up two texts are the same text. Measured: the lowest true copy, a third of it reworded, has .45;
#: commentary that quotes at length .29.
SAME_TEXT = 0.40

#: From this containment up two texts share passages: worth showing, never an edge by itself.
SHARED = 0.15

#: Fewer shared shingles than this are a sentence or two, whatever share of a short page they are.
MIN_SHARED = 24

#: One shingle in so many is a key.
SAMPLING = 8

#: A text with fewer keys than this is a candidate at one shared key; two texts with more need two.
MIN_KEYS = 16

#: A key that stands in more texts than this is a stop-gram: a phrase of the language or of a template, or the text itself is
#: one that everybody reprints. It leads to the first so many texts that have it and finds nothing but copies of the whole.
STOP_DOCUMENTS = 200

#: Share of its keys that the lesser text has in common with the other where stop-grams count. Below it are pages of one
#: template; of the true copies that were measured, all but the reworded ones hold more.
WHOLE = 0.75

#: A text is compared with so many others, the closest first: that bounds what one document costs.
MOST_COMPARED = 200

#: How often a shingle may stand in a text before further places are not looked at when the longest run is measured. It
#: keeps a page that repeats one line ten thousand times from costing the square of that.
MAX_PLACES = 16

# Scripts written without spaces, or (Korean) with endings grown onto the word: each character is a token.
_UNSPACED = (
    "\u0e00-\u0eff"  # Thai, Lao
    "\u1000-\u109f\u1780-\u17ff"  # Myanmar, Khmer
    "\u3005-\u3007\u3041-\u30ff\u31f0-\u31ff"  # kana
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"  # Han
    "\u1100-\u11ff\u3130-\u318f\uac00-\ud7af"  # Hangul
)
# Vowel signs of the Indic scripts are letters to a reader but not to \w. Possessive: a word of 4 MB must not be remembered
# letter by letter.
_TOKEN = re.compile(rf"[{_UNSPACED}]|(?:[^\W{_UNSPACED}]|[\u0900-\u0963\u0966-\u0dff])++")
# What is written by some and left out by others without changing the word: soft hyphens, zero-width characters, Hebrew
# points, Arabic vowel signs and tatweel.
_UNWRITTEN = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff\u0591-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670]")


def tokens(text: str) -> list[str]:
    """The words of a text, case folded (NFKC); in scripts without spaces, its characters. The script decides, not a language tag."""
    if not text.isascii():
        text = _UNWRITTEN.sub("", unicodedata.normalize("NFKC", text))
    return _TOKEN.findall(text.casefold())


def shingles(text: str) -> Sequence[int]:
    """64-bit hashes of every five tokens in a row, in the order of the text; none for a text of fewer than five.

    The same on every machine and in every process (BLAKE2b), so that they can be stored.
    """
    words = tokens(text)
    digests = bytearray()
    for start in range(0, len(words), _AT_ONCE):
        some = words[start : start + _AT_ONCE + WIDTH - 1]
        runs = zip(*(some[i:] for i in range(WIDTH)), strict=False)
        digests += b"".join([blake2b(" ".join(run).encode("utf-8", "replace"), digest_size=8).digest() for run in runs])
    hashes = array("Q", digests)
    if sys.byteorder == "little":
        hashes.byteswap()
    return hashes


def keys(hashes: Iterable[int]) -> frozenset[int]:
    """The shingles by which a text is found: those divisible by SAMPLING."""
    return frozenset(h for h in hashes if h % SAMPLING == 0)


def keys_needed(count_a: int, count_b: int) -> int:
    """How many keys two texts with so many keys each must share to be compared."""
    return 1 if min(count_a, count_b) < MIN_KEYS else 2


def nearest(sampled: int, found: Iterable[Shared]) -> list[int]:
    """Which of the texts found are to be compared with one of so many keys: their numbers, the closest first.

    Two texts are candidates by the keys that stand in few texts; where these are not enough, because one of the two stands
    in very many, by all their keys. Of texts that are equally close, those found first are the first.

    A pair that keys of few texts make is found in whatever order texts come. Only for a passage that more than
    STOP_DOCUMENTS texts have does the order say which pairs are measured: each of its copies against those that came first.
    What was measured stays, so a text that is reprinted for the 201st time loses no overlap and is itself found.
    """

    def closeness(one: Shared) -> float:
        return (one.rare + one.common) / max(1, min(sampled, one.sampled))

    def is_candidate(one: Shared) -> bool:
        few = one.rare >= keys_needed(sampled, one.sampled)
        return few or (one.rare + one.common > 1 and closeness(one) >= WHOLE)

    chosen = sorted(filter(is_candidate, found), key=lambda one: (-closeness(one), -one.rare - one.common, one.text))
    return [one.text for one in chosen[:MOST_COMPARED]]


def same_text(overlap: Overlap | None) -> bool:
    """Whether a comparison says that one text is the other, or stands in it."""
    return overlap is not None and overlap.score >= SAME_TEXT and overlap.shared >= MIN_SHARED


def compare(id_a: str, text_a: str, id_b: str, text_b: str) -> Overlap:
    """What two texts share, exactly. The order of the arguments does not matter: Overlap.a is the smaller ID."""
    return measure(id_a, shingles(text_a), id_b, shingles(text_b))


def measure(id_a: str, hashes_a: Sequence[int], id_b: str, hashes_b: Sequence[int]) -> Overlap:
    """`compare` for texts whose shingles are at hand."""
    if id_b < id_a:
        id_a, hashes_a, id_b, hashes_b = id_b, hashes_b, id_a, hashes_a
    set_a, set_b = set(hashes_a), set(hashes_b)
    shared = set_a & set_b
    run = _longest_run(hashes_a, hashes_b, shared) if shared else 0
    return Overlap(
        a=id_a,
        b=id_b,
        containment_a=len(shared) / len(set_a) if set_a else 0.0,
        containment_b=len(shared) / len(set_b) if set_b else 0.0,
        shared=len(shared),
        longest=run + WIDTH - 1 if run else 0,
    )


def _longest_run(hashes_a: Sequence[int], hashes_b: Sequence[int], shared: Collection[int]) -> int:
    """The most shingles that stand in both texts one after another."""
    places: defaultdict[int, list[int]] = defaultdict(list)
    for place, h in enumerate(hashes_b):
        if h in shared and len(places[h]) < MAX_PLACES:
            places[h].append(place)
    longest = 0
    ending: dict[int, int] = {}  # place in b -> length of the shared run that ends there and at the current place in a
    for h in hashes_a:
        ending = {place: ending.get(place - 1, 0) + 1 for place in places[h]} if h in shared else {}
        if ending:
            longest = max(longest, *ending.values())
    return longest


def pairs(texts: Iterable[tuple[str, str]]) -> Iterator[Overlap]:
    """Every pair of (id, text) that shares passages (score from SHARED up), in the order of the texts.

    All in memory, about 10 bytes a character of text; candidates by shared keys, each then measured exactly.
    """
    ids: list[str] = []
    hashes: list[Sequence[int]] = []
    for name, text in texts:
        ids.append(name)
        hashes.append(shingles(text))
    for number, other in candidates([keys(one) for one in hashes]):
        if ids[number] != ids[other]:
            overlap = measure(ids[number], hashes[number], ids[other], hashes[other])
            if overlap.score >= SHARED:
                yield overlap


def candidates(sampled: Sequence[frozenset[int]]) -> Iterator[tuple[int, int]]:
    """Which texts, by their place among these keys, are to be compared with which earlier ones: what an index finds that
    is asked for each text as it comes, and knows from the start which keys are stop-grams.
    """
    index: defaultdict[int, list[int]] = defaultdict(list)
    for number, own in enumerate(sampled):
        for key in own:
            index[key].append(number)
    for number, own in enumerate(sampled):
        rare, common = Counter[int](), Counter[int]()
        for holders in map(index.__getitem__, own):
            earlier = holders[: min(STOP_DOCUMENTS, bisect_left(holders, number))]
            (rare if len(holders) <= STOP_DOCUMENTS else common).update(earlier)
        found = [
            Shared(other, rare[other], common[other], len(sampled[other])) for other in rare.keys() | common.keys()
        ]
        yield from ((number, other) for other in sorted(nearest(len(own), found)))
