"""Lines of a paper -> rows: headline, headings, paragraphs across lines, columns and pages, captions, running heads.

Only sizes, weights and places are looked at, and words at line ends; the order of the lines is kept. Pure functions.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from archiver.extract.regions import Row
from archiver.model.document import Role

_EDGE = 0.07  # of the page's height: where running heads and feet stand
_PAGE_NUMBER = re.compile(
    r"\A\W*(?:page|seite|página|p\.)?\s*\d{1,4}(?:\s*(?:of|/|von|de)\s*\d{1,4})?\W*\Z", re.IGNORECASE
)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_CREDIT = re.compile(r"\A[●■◆▪◼]\s*\S|\A(?:photo|foto|image|picture|credit)s?\s*[:/]|\A©", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.!?…。:;”\"'»)\]*]\s*\Z")
_SOFT = ("\u2010", "\u00ad")
_FOOTNOTE = re.compile(r"\A(?:\d{1,3}|[*†‡])\s?[A-ZÀ-Þ]")


#: The right edge of a column, by page, left edge and type size (rounded to a quarter point).
Edges = dict[tuple[int, int, int], float]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of type. x and baseline in points from the page's lower left corner; `size` as printed, in points."""

    text: str
    page: int
    left: float
    right: float
    baseline: float
    size: float
    bold: bool = False
    upright: bool = True
    height: float = 842.0


def rows(lines: Sequence[Line]) -> list[Row]:
    """The rows of a paper in reading order. Roles are set where the layout speaks: NAV, CAPTION, LIST; the rest is open."""
    lines = _joined_pieces(lines)
    if not lines:
        return []
    body = _body_size(lines)
    top = _headline_size(lines, body)
    kinds = [_kind(line, body, top) for line in lines]
    for at in _furniture(lines, top):
        kinds[at] = "nav"
    soft = any(line.text.endswith(_SOFT) for line in lines)
    grouped = _grouped(lines, kinds)
    spelled = Counter(re.findall(r"(?<![^\W\d_])[^\W\d_]++(?:-[^\W\d_]++)+", " ".join(line.text for line in lines)))
    return _continued([_row(group, soft, spelled) for group in grouped], soft, spelled)


def _joined_pieces(lines: Sequence[Line]) -> list[Line]:
    """Pieces of one printed line that pdfium gives apart (a change of font) put together again."""
    kept: list[tuple[Line, list[str]]] = []  # what stands last in a line, and the text before it
    for line in lines:
        last = kept[-1][0] if kept else None
        if (
            last and last.page == line.page and last.upright and line.upright and not last.text.endswith("-")
            and abs(last.baseline - line.baseline) < 0.25 * last.size and -0.5 * last.size < line.left - last.right < last.size
        ):  # fmt: skip
            gap = " " if line.left - last.right > 0.15 * last.size else ""
            kept[-1][1].append(last.text + gap)
            kept[-1] = replace(last, text=line.text, right=line.right), kept[-1][1]
        else:
            kept.append((line, []))
    return [replace(line, text="".join((*before, line.text))) if before else line for line, before in kept]


def _body_size(lines: Sequence[Line]) -> float:
    """The size that most characters are set in."""
    sizes: Counter[float] = Counter()
    for line in lines:
        if line.upright:
            sizes[round(line.size * 2) / 2] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 1.0


def _headline_size(lines: Sequence[Line], body: float) -> float | None:
    """The largest size of the first page, where it is larger than the body's and says something."""
    first = [line for line in lines if line.page == lines[0].page and line.upright and line.size > 1.12 * body]
    for size in sorted({line.size for line in first}, reverse=True):
        if sum(len(line.text) for line in first if abs(line.size - size) <= 0.06 * size) >= 8:
            return size
    return None


def _kind(line: Line, body: float, top: float | None) -> str:
    """What a line is by its type: h1, h2, p, figcaption or small; `nav` for what is printed sideways."""
    if not line.upright:
        return "nav"
    if top is not None and line.page == 0 and abs(line.size - top) <= 0.06 * top:
        return "h1"
    if line.size >= 1.15 * body:
        return "h2"
    if line.size < 0.88 * body:
        return "small" if _FOOTNOTE.match(line.text) else "figcaption"
    return "p"


def _furniture(lines: Sequence[Line], top: float | None) -> list[int]:
    """Running heads and feet: in the margin, and repeated on other pages, a page number, dated, or alone there."""
    edge = [
        at
        for at, line in enumerate(lines)
        if line.upright and not _EDGE * line.height < line.baseline < (1 - _EDGE) * line.height
        and not (top is not None and line.page == 0 and abs(line.size - top) <= 0.06 * top)
    ]  # fmt: skip
    pages: dict[str, set[int]] = {}
    for at in edge:
        pages.setdefault(_mask(lines[at].text), set()).add(lines[at].page)
    return [
        at
        for at in edge
        if len(pages[_mask(lines[at].text)]) > 1
        or _PAGE_NUMBER.match(lines[at].text)
        or (len(lines[at].text) <= 160 and _YEAR.search(lines[at].text))
        or (len(lines[at].text) <= 60 and _alone(lines, at))
    ]


def _mask(text: str) -> str:
    return re.sub(r"\W+", " ", re.sub(r"\d+", "0", text)).strip()


def _alone(lines: Sequence[Line], at: int) -> bool:
    """Whether no other line of its size is set close to it."""
    line = lines[at]
    return not any(
        other.page == line.page and 0 < abs(other.baseline - line.baseline) < 1.6 * line.size and abs(other.size - line.size) < 0.1 * line.size
        for other in (*lines[max(0, at - 2) : at], *lines[at + 1 : at + 3])
    )  # fmt: skip


@dataclass(slots=True)
class _Group:
    """The lines of one paragraph, and how far to the left they reach."""

    kind: str
    lines: list[Line]
    left: float


def _grouped(lines: Sequence[Line], kinds: Sequence[str]) -> list[_Group]:
    """Lines put together to paragraphs."""
    edges: Edges = {}
    for line in lines:
        key = (line.page, round(line.left / 12), round(line.size * 4))
        edges[key] = max(edges.get(key, 0.0), line.right)
    groups: list[_Group] = []
    for line, kind in zip(lines, kinds, strict=True):
        last = groups[-1] if groups else None
        if last and last.kind == kind and _goes_on(last, line, edges):
            last.lines.append(line)
            last.left = min(last.left, line.left)
        else:
            groups.append(_Group(kind, [line], line.left))
    return groups


def _goes_on(group: _Group, line: Line, edges: Edges) -> bool:
    """Whether a line belongs to the paragraph before it."""
    last, kind = group.lines[-1], group.kind
    if abs(line.size - last.size) > 0.06 * last.size or _CREDIT.match(line.text):
        return False
    broken = last.text.endswith(("-", *_SOFT))
    step = last.baseline - line.baseline
    if last.page != line.page or step < -0.5 * line.size:  # the next column or page
        return broken or (kind == "p" and not _SENTENCE_END.search(last.text) and not line.text[:1].isupper())
    if step > (1.75 if kind in ("h1", "h2") else 1.6) * line.size and not broken:
        return False
    if kind == "p" and len(group.lines) == 1 and last.bold and not line.bold and last.text[-1:] not in ",-":
        return line.text[:1].islower()
    if 0.6 * line.size < line.left - group.left < 6 * line.size and _SENTENCE_END.search(last.text):
        return False
    return broken or line.text[:1].islower() or not _had_room(last, line, edges)


def _had_room(last: Line, line: Line, edges: Edges) -> bool:
    """Whether the line's first word would have fitted on the line before: then the break was meant."""
    around = [edges.get((last.page, round(last.left / 12) + shift, round(last.size * 4)), 0.0) for shift in (-1, 0, 1)]
    word = line.text.split(" ", 1)[0]
    needed = (line.right - line.left) / max(1, len(line.text)) * (len(word) + 1) * 1.15
    return max(around) - last.right > max(needed, line.size)


def _row(group: _Group, soft: bool, spelled: Counter[str]) -> Row:
    running = _Running(soft, spelled)
    for line in group.lines:
        running.add(line.text)
    text, kind = running.text, group.kind
    if kind == "nav":
        return Row(text, "p", role=Role.NAV)
    if kind == "small":
        return Row(text, "p", role=Role.LIST)
    if kind == "figcaption" or (kind == "p" and _CREDIT.match(text) and len(text) < 80 and not text.startswith("©")):
        return Row(text, "figcaption", role=Role.CAPTION)
    if kind == "p" and len(text) < 90 and all(line.bold for line in group.lines):
        return Row(text, "h2")
    return Row(text, kind)


#: A word is looked for in so many characters before a break.
_LONGEST_WORD = 80


def join(before: str, after: str, soft: bool, spelled: Counter[str] | None = None) -> str:
    """Two pieces of running text. `soft`: the paper breaks words with soft hyphens, so that a plain one is the word's own.

    Else a word that is broken at a plain hyphen keeps it where the paper spells it so elsewhere, before a capital or a
    digit, and after a digit; otherwise the hyphen goes.
    """
    running = _Running(soft, spelled)
    running.add(before)
    running.add(after)
    return running.text


class _Running:
    """Running text as it comes, piece by piece: each looks at the end of what there is, and at no more of it."""

    __slots__ = ("_pieces", "_soft", "_spelled", "end")

    def __init__(self, soft: bool, spelled: Counter[str] | None) -> None:
        self._pieces: list[str] = []
        self._soft, self._spelled = soft, spelled
        #: The last characters of the text.
        self.end = ""

    @property
    def text(self) -> str:
        """All of it."""
        return "".join(self._pieces)

    def add(self, piece: str) -> None:
        """What follows."""
        if not piece:
            return
        less, gap = self._seam(piece) if self.end else (0, "")
        if less:
            while not self._pieces[-1]:
                self._pieces.pop()
            self._pieces[-1] = self._pieces[-1][:-1]
            self.end = self.end[:-1]
        self._pieces.append(gap + piece)
        self.end = (self.end + gap + piece)[-_LONGEST_WORD:]

    def _seam(self, after: str) -> tuple[int, str]:
        """How many characters go where two pieces meet, and what stands between them."""
        end = self.end
        if end.endswith(_SOFT):
            return 1, ""
        if not re.search(r"\w-\Z", end):
            return 0, " "
        head, tail = re.search(r"(?<![\w-])[\w-]*-\Z", end), re.match(r"[^\W\d_]+", after)
        whole = (head[0] if head else "") + (tail[0] if tail else "")
        its_own = self._soft or not after[:1].islower() or end[-2].isdigit()
        return (0 if its_own or (self._spelled and self._spelled[whole]) else 1), ""


def _continued(found: list[Row], soft: bool, spelled: Counter[str]) -> list[Row]:
    """Paragraphs that go on after a caption, a footnote or a running head are put together again."""
    kept: list[Row] = []
    last: Row | None = None  # of those that are running text
    running: _Running | None = None  # its text, where more was added
    for row in found:
        if row.role is None:
            if last and last.tag == row.tag == "p" and last is not kept[-1]:
                end = running.end if running else last.text
                if _unfinished(end, row.text):
                    running = running or _begun(last.text, soft, spelled)
                    running.add(row.text)
                    continue
            if last and running:
                last.text = running.text
            last, running = row, None
        kept.append(row)
    if last and running:
        last.text = running.text
    return kept


def _begun(text: str, soft: bool, spelled: Counter[str]) -> _Running:
    running = _Running(soft, spelled)
    running.add(text)
    return running


def _unfinished(before: str, after: str) -> bool:
    return before.endswith(("-", *_SOFT)) or (not _SENTENCE_END.search(before) and after[:1].islower())
