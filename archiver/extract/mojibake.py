"""Text that was UTF-8, was read as windows-1252 and written again: `GlobÃ¡l`, `â€œ...â€\u009d`. Put right where that is certain.

    sequence   characters whose windows-1252 (or Latin-1) bytes are one well-formed UTF-8 character
    certain    no text that anybody writes has it: a sign that follows no letter (Ãœ, Å¾), a capital in a word of small
               letters (mÃ¡s), a quotation mark behind `â€`, two letters of another script in a row
    unit       the source between two tags that are not inline. Its doubtful sequences are put right where it has a certain
               one as well and nothing beyond ASCII that is not part of a sequence

A capital before a quotation mark, a dash or a blank is doubtful: `SÃO`, `AMANHÃ…`, `CAFÉ”`, `déjà »` stay as they are.
The source of a page is put right before it is parsed, so all that is read of it, quotes and offsets, agrees. Pure functions;
the time is linear, and a page without a suspicious pair costs one search of its bytes.
"""

from __future__ import annotations

import html
import re
import unicodedata
from itertools import chain, pairwise, zip_longest

_BYTES: dict[str, int] = {chr(code): code for code in range(0x80, 0x100)}
_BYTES |= {char: code for code in range(0x80, 0xA0) if (char := bytes([code]).decode("cp1252", "replace")) != "\ufffd"}


def _class(first: int, last: int) -> str:
    return "[" + "".join(re.escape(char) for char, code in _BYTES.items() if first <= code <= last) + "]"


_C = _class(0x80, 0xBF)
#: The forms of RFC 3629, section 4: overlong ones, surrogates and what lies past U+10FFFF are none.
_FORMS = (
    _class(0xC2, 0xDF) + _C,
    _class(0xE0, 0xE0) + _class(0xA0, 0xBF) + _C,
    _class(0xE1, 0xEC) + _C + _C,
    _class(0xED, 0xED) + _class(0x80, 0x9F) + _C,
    _class(0xEE, 0xEF) + _C + _C,
    _class(0xF0, 0xF0) + _class(0x90, 0xBF) + _C + _C,
    _class(0xF1, 0xF3) + _C + _C + _C,
    _class(0xF4, 0xF4) + _class(0x80, 0x8F) + _C + _C,
)
_SEQUENCE = re.compile("|".join((*_FORMS, "(?<![A-ZÀ-Þ])[ÂÃ] ")))
#: Nearly the same, with the first character in front: ten times as fast where there is none.
_BEGINNING = re.compile(f"[Â-ô](?:(?<=[Â-ß]){_C}|(?<=[à-ï]){_C}{_C}|(?<=[ð-ô]){_C}{_C}{_C})")
#: The first two characters of any sequence, as UTF-8: what nearly every page is without.
_SUSPECT = re.compile(rb"\xc3[\x82-\xb4](?:\xc2[\x80-\xbf]|[\xc5\xc6\xcb]|\xe2[\x80\x82\x84])")
_WRITTEN_OUT = re.compile(rb"&(?:[aA]circ|Atilde|#19[45]|#226);&")
_ENTITIES = re.compile(r"(?:&(?:[A-Za-z]{2,8}|#\d{2,5});){2,}")
_INLINE = "a|abbr|b|cite|code|em|font|i|mark|q|s|small|span|strong|sub|sup|u"
_UNIT = re.compile(rf"<(?!/?(?:{_INLINE})\b)", re.IGNORECASE)

#: Addresses stay: a server knows its page by the name that it gave it, broken or not.
_ADDRESS = re.compile(r"""(?<=[\s"'])(?:href|src|srcset|action|data-[\w-]*)\s*=\s*(?:"[^"]*"|'[^']*')""", re.IGNORECASE)

#: What stands right behind a letter in ordinary text.
_FOLLOWS = frozenset("\u00a0\u00ad’‘“”„‚«»‹›…–—·•°ªº¹²³™®©†‡‰¡¿§")
#: Of these, what may stand between two letters.
_JOINS = frozenset("\u00a0\u00ad’‘“”„«…–—·•")
#: Of these, what follows no `Ã` that begins a word.
_SIGNS = frozenset("©®ª¡º¹²³§°‡‰†\u00a0")
_OPENING = frozenset("«“‘(„‚[\"'")
#: Second characters that follow no `â` but that of a broken quotation mark, dash, arrow or sign.
_NOT_BEHIND_A = frozenset(c for c, code in _BYTES.items() if code < 0xA0) - frozenset("…’”“‘–—›")
#: Letters that stand beside Ä in some languages.
_CARONS = frozenset("ŠšŽž")
#: A blank that folds away took the place of the second byte: doubtful always, but no text beside what is certain.
_FOLDED = {"Â ": "\u00a0", "Ã ": "à "}
_PASSES = 3  # text can go through it more than once


def suspicious(source: bytes) -> bool:
    """Whether a source, in UTF-8, may hold something to put right."""
    return bool(_SUSPECT.search(source) or _WRITTEN_OUT.search(source))


def repaired(source: str) -> str:
    """The source with all that is certainly double-encoded put right; worth its time where it is suspicious."""
    if _WRITTEN_OUT.search(source.encode("utf-8", "replace")):
        source = _ENTITIES.sub(_plain, source)
    if source.isascii() or not _BEGINNING.search(source):
        return source
    starts = [0, *(found.start() for found in _UNIT.finditer(source)), len(source)]
    return "".join(_without_addresses(source[start:end]) for start, end in pairwise(starts))


def _without_addresses(text: str) -> str:
    if text.isascii() or not _BEGINNING.search(text):
        return text
    text = text.replace("\0", "")
    addresses = _ADDRESS.findall(text)
    texts = _unit(_ADDRESS.sub("\0", text)).split("\0") if addresses else [_unit(text)]
    return "".join(chain.from_iterable(zip_longest(texts, addresses, fillvalue="")))


def _plain(run: re.Match[str]) -> str:
    """Entities as characters where these make a sequence."""
    shown = html.unescape(run[0])
    return shown if _SEQUENCE.search(shown) else run[0]


def _unit(text: str) -> str:
    for _ in range(_PASSES):
        found = [] if text.isascii() else _sequences(text)
        if not any(one.certain for one in found):
            return text
        if not _covers(found, text):
            found = [one for one in found if one.certain]
        parts, at = [], 0
        for one in found:
            parts += [text[at : one.start], one.shown]
            at = one.end
        text = "".join((*parts, text[at:]))
    return text


class _Sequence:
    """One sequence of a text: its place, the character that it stands for, and whether it can be nothing else."""

    __slots__ = ("certain", "end", "raw", "shown", "start")

    def __init__(self, match: re.Match[str]) -> None:
        self.start, self.end = match.span()
        self.raw = match[0]
        self.shown = _FOLDED.get(self.raw) or bytes(_BYTES[char] for char in self.raw).decode("utf-8")
        self.certain = False


def _sequences(text: str) -> list[_Sequence]:
    """The sequences of a text, each judged with its neighbours."""
    words: list[list[_Sequence]] = []
    for match in _SEQUENCE.finditer(text):
        one = _Sequence(match)
        if words and words[-1][-1].end == one.start:
            words[-1].append(one)
        else:
            words.append([one])
    for word in words:
        foreign = _foreign(word)
        for at, one in enumerate(word):
            before = word[at - 1].shown if at and word[at - 1].certain else text[max(0, one.start - 1) : one.start]
            after = word[at + 1].shown if at + 1 < len(word) else text[one.end : one.end + 1]
            one.certain = unicodedata.category(one.shown[0]) not in _NO_TEXT and (foreign or _alone(one, before, after))
    return [one for word in words for one in word]


#: Controls, unassigned and private characters.
_NO_TEXT = frozenset({"Cc", "Cn", "Co"})


def _covers(found: list[_Sequence], text: str) -> bool:
    """Whether nothing beyond ASCII is left beside the sequences."""
    return sum(len(one.raw.rstrip(" ")) for one in found) == len(text) - len(text.encode("ascii", "ignore"))


def _alone(one: _Sequence, before: str, after: str) -> bool:
    """Whether a sequence is certain by itself, with the characters on either side."""
    lead, rest = one.raw[0], one.raw[1:]
    if len(rest) > 1:
        return _three(one, lead, rest)
    if lead == "Â" and one.raw not in _FOLDED:
        return not before.isupper() and before not in _OPENING
    if one.raw in _FOLDED or not lead.isupper() or "\u0250" <= one.shown < "\u0300" or one.shown >= "\u0370":
        return False
    return before.islower() or _behind_no_letter(lead, rest, before, after)


def _behind_no_letter(lead: str, rest: str, before: str, after: str) -> bool:
    """The same for a Latin letter that begins a word, or stands among capitals."""
    if rest.isalpha() and rest not in _FOLLOWS:
        return lead in "ÃÅ" or (lead == "Ä" and rest not in _CARONS)
    if rest not in _FOLLOWS:
        return True
    goes_on = after.islower() and after.isalpha()
    if goes_on and rest not in _JOINS:
        return True
    return lead == "Ã" and (rest in _SIGNS or goes_on) and not before.isalpha()


def _three(one: _Sequence, lead: str, rest: str) -> bool:
    """The same for three and four characters: one of the later ones follows no letter, or these never follow this one."""
    if any(map(_odd, rest)) or one.shown == "\ufeff":
        return True
    if lead == "á":  # Vietnamese; behind a closing guillemet a sentence goes on
        return rest[0] == "º" or (rest[0] == "»" and rest[1] not in _JOINS and rest[1] not in "’”»")
    return lead == "â" and rest[0] in _NOT_BEHIND_A


def _foreign(word: list[_Sequence]) -> bool:
    """Whether sequences without a gap are a word of another script: two with a sign that follows no letter, or three."""
    if len(word) < 2 or len({len(one.raw) for one in word}) > 1 or min(one.shown for one in word) < "\u0370":
        return False
    if any(unicodedata.category(one.shown)[0] not in "LMP" for one in word):
        return False
    return len(word) > 2 or any(_odd(char) for one in word for char in one.raw[1:])


def _odd(char: str) -> bool:
    """Whether a character follows no letter in ordinary text: neither one of its signs nor a letter, as in `máš…`."""
    return char not in _FOLLOWS and not char.isalpha()
