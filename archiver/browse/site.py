"""The same pages as files, for a web host or a stick: what is asked for again and again is made once.

    write(holding, folder, made, chosen, copies=True) -> Written        standing(folder) -> Written, of a site that is there already

    index.html, index-2.html ...    the documents, the newest first, 200 a page       index.bib .ris .csl.json ...   each page's, to cite
    document/ID.html .json .bib ... a provenance page and its other formats
    view/CAPTURE.html               the page around an archived one, which is in it   files/CAPTURE.pdf ...   what is no page
    static/, site.json              the stylesheets; what this is, and when it was made

Of a long chain each page's formats tell the steps nearest to it, as many as the page itself: all of them in the files of all of its
pages would take room by the square of its length.

Addresses lead from file to file, so that the folder can stand anywhere, and be opened without a server. There are no headers then that
keep a page in: each says its rule itself (RULE), and an archived page lies nowhere as a file that a browser would run, but within ours,
whose rule holds for it, too. Of each document the newest capture is there to be seen. What is withdrawn is said to be, and not shown;
servers of private networks are not named (manifest.public): a site is for the public.

The folder is built beside its place and put there whole; of what stood there only a site is replaced.
Does not own: what the pages say (document, replay, front).
"""

from __future__ import annotations

import errno
import json
import shutil
import sqlite3
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from secrets import token_hex

from archiver.browse import document, files, front, render, replay
from archiver.browse.record import told_of
from archiver.browse.web import Ask, Holding
from archiver.errors import Unwritable, UsageError
from archiver.export import cite
from archiver.manifest import lookup
from archiver.plain import read

#: What is in the folder that says so.
MARK = "site.json"

#: Bytes of that file that are read.
_MOST_OF_A_MARK = 10_000

#: What helps where it cannot be written, by what the system says.
_HELPS: Mapping[int, str] = {
    **dict.fromkeys((errno.ENOSPC, errno.EDQUOT), "Make room, or name a folder on another disk; --without-copies takes less."),
    **dict.fromkeys((errno.EACCES, errno.EPERM, errno.EROFS), "Name a folder that you may write to, as well as to the one that it lies in."),
}  # fmt: skip

#: Documents on a page of the index.
PAGE = 200

_NEWEST_FIRST = "select id from documents order by first_captured_at desc, id limit ? offset ?"
_CHAIN = """
select distinct m.document_id from lineages l join lineages m on m.work_id = l.work_id
where l.document_id in (select value from json_each(?))
"""
_NEWEST_COPY = "select capture_id from captures where document_id = ? order by captured_at desc, sequence desc limit 1"
_IS_NEWEST = """
select c.document_id from captures c where c.capture_id = ? and c.document_id is not null and not exists (
    select 1 from captures n where n.document_id = c.document_id
    and (n.captured_at, n.sequence) > (c.captured_at, c.sequence)
)
"""


@dataclass(frozen=True, slots=True)
class Written:
    """What a site is of (the log's name, and how many entries it had), when and by what it was made; and what it holds: documents,
    archived pages that are within it, and how many of those are files.
    """

    made_at: str
    tool: str
    origin: str | None
    entries: int
    documents: int = 0
    copies: int = 0
    files: int = 0


@dataclass(frozen=True, slots=True)
class Beside:
    """The addresses of a site's files from one of them: `up` leads to its root. `chosen` are its documents, None for all of them;
    `copies`: the newest capture of each can be seen. `download`: the file of the one that is being shown, where it is no page.
    """

    connection: sqlite3.Connection
    made_at: str
    chosen: Collection[str] | None = None
    copies: bool = True
    up: str = ""
    download: str | None = None

    def front(self, question: str = "") -> str:  # noqa: ARG002 - nobody answers one here
        """See web.Links."""
        return f"{self.up}index.html"

    def search(self) -> str | None:
        """See web.Links."""
        return None

    def written(self) -> str | None:
        """See web.Links."""
        return self.made_at

    def document(self, document_id: str, ending: str = "") -> str | None:
        """See web.Links."""
        if self.chosen is not None and document_id not in self.chosen:
            return None
        return f"{self.up}document/{document_id}{ending or '.html'}"

    def view(self, capture_id: str) -> str | None:
        """See web.Links."""
        newest = self.connection.execute(_IS_NEWEST, (capture_id,)).fetchone() if self.copies else None
        return f"{self.up}view/{capture_id}.html" if newest and self.document(newest[0]) else None

    def comparison(self, document_id: str, first: int, last: int) -> str | None:  # noqa: ARG002 - a page has that of the newest
        """See web.Links."""
        return None

    def replay(self, capture_id: str) -> str | None:  # noqa: ARG002 - of the one that is being shown
        """See web.Links."""
        return self.download

    def timemap(self, url: str) -> str | None:  # noqa: ARG002 - a server answers that
        """See web.Links."""
        return None

    def static(self, name: str) -> str:
        """See web.Links."""
        return f"{self.up}static/{name}"

    def table(self, name: str, where: Mapping[str, str] | None = None) -> str | None:  # noqa: ARG002 - Datasette has them
        """See web.Links."""
        return None


def chain_of(connection: sqlite3.Connection, documents: Sequence[str]) -> list[str]:
    """These documents and all that belong to their chains, each once, these first."""
    rows = connection.execute(_CHAIN, (json.dumps(list(documents)),))
    return list(dict.fromkeys([*documents, *sorted(row[0] for row in rows)]))


def write(
    holding: Holding,
    folder: Path,
    made: Written,
    chosen: Sequence[str] | None = None,
    *,
    copies: bool = True,
    page: int = PAGE,
) -> Written:
    """Write the site of these documents (of all: None) to `folder`; `copies`: with the archived pages; `page`: how many documents are on
    one of the index. `made` says when, by what and of which log. Raises UsageError where something else is in the folder, Unwritable.
    """
    folder = folder.resolve()  # what is looked at now is what is replaced then
    _refuse_other(folder)
    draft = folder.with_name(f".{folder.name}.{token_hex(4)}.new")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        _clear(_left_over(folder))
        draft.mkdir()
        (draft / MARK).write_text("{}\n")  # whatever ends this, the next time it is known for what it is
        links = Beside(holding.connection, made.made_at, None if chosen is None else frozenset(chosen), copies)
        written = _Writer(holding, draft, links, page).all(made, chosen)
        _put_in_place(draft, folder)
    except OSError as why:
        advice = _HELPS.get(why.errno or 0, "Name another folder.")
        raise Unwritable(
            f"{folder} could not be written: {why}", advice=f"{advice} What stood there before is as it was."
        ) from why
    finally:
        _clear([draft])  # what was broken off may be what fills the disk
    return written


def _refuse_other(folder: Path, name: Path | None = None) -> None:
    """Raise UsageError where something that is no site is in a folder; `name` is how it is called where it stands."""
    if folder.exists() and not (folder / MARK).is_file() and any(folder.iterdir()):
        raise UsageError(
            f"{name or folder} holds something that is no site of archiver",
            advice="Name a folder that is empty, or is not there yet.",
        )


def _put_in_place(draft: Path, folder: Path) -> None:
    """The new site where the one before stood, which is taken away only when it is known to be one: it may be another thing by now."""
    aside = draft.with_suffix(".old")
    there = folder.exists()
    if there:
        folder.rename(aside)
    try:
        if there:
            _refuse_other(aside, folder)
        draft.rename(folder)
    except (OSError, UsageError):
        if there:
            aside.rename(folder)
        raise
    _clear([aside] if there else [])


def _left_over(folder: Path) -> Iterator[Path]:
    """What earlier writings of this site left beside it when they were ended."""
    for one in folder.parent.iterdir():
        ours = one.name.startswith(f".{folder.name}.") and one.suffix in (".new", ".old")
        if ours and not one.is_symlink() and (one / MARK).is_file():
            yield one


def standing(folder: Path) -> Written | None:
    """What the site that is in a folder says of itself; None where there is none, or it does not say."""
    try:
        said = json.loads(read(folder / MARK, _MOST_OF_A_MARK))
        return Written(**said)
    except (OSError, ValueError, TypeError):
        return None


def _clear(folders: Iterable[Path]) -> None:
    for left in folders:
        shutil.rmtree(left, ignore_errors=True)


@dataclass(frozen=True, slots=True)
class _Writer:
    """A site in the making: what is asked of whom, and which file the answer goes to."""

    holding: Holding
    root: Path
    links: Beside
    size: int

    def all(self, made: Written, chosen: Sequence[str] | None) -> Written:
        for name in set(files.names()) - _OF_DATASETTE:
            self._put(f"static/{name}", files.read(name))
        total = self._count(chosen)
        pages = max(1, -(-total // self.size))
        shown: Counter[str] = Counter()
        for number in range(1, pages + 1):
            documents = self._page(number, chosen)
            self._index(number, pages, total, documents)
            for document_id in documents:
                self._document(document_id)
                if self.links.copies:
                    shown[self._copy(document_id)] += 1
        done = replace(made, documents=total, copies=shown.total() - shown[""], files=shown["file"])
        self._put(MARK, (json.dumps(asdict(done), indent=2) + "\n").encode())
        return done

    def _count(self, chosen: Sequence[str] | None) -> int:
        if chosen is not None:
            return len(chosen)
        return int(self.holding.connection.execute("select count(*) from documents").fetchone()[0])

    def _page(self, number: int, chosen: Sequence[str] | None) -> list[str]:
        begin = (number - 1) * self.size
        if chosen is not None:
            return list(chosen[begin : begin + self.size])
        rows = self.holding.connection.execute(_NEWEST_FIRST, (self.size, begin))
        return [row[0] for row in rows]

    def _index(self, number: int, pages: int, total: int, documents: Sequence[str]) -> None:
        connection = self.holding.connection
        citations = tuple(lookup.citations(connection, documents, brief=True))
        cited = tuple(map(told_of, lookup.citations(connection, documents)))
        for ending in _LISTS:
            text = cite.FORMATS[ending].write(cited)
            self._put(_name(number, ending), text.encode("utf-8", "replace"))
        body = render.page(
            "site.html", self.links, entries=tuple(map(front.entry, citations)), total=total, number=number,
            pages=tuple((one, _name(one, ".html")) for one in range(1, pages + 1)),
            formats=tuple((_name(number, ending), cite.FORMATS[ending].name) for ending in _LISTS),
            **front.holdings(connection),
        )  # fmt: skip
        self._put(_name(number, ".html"), body)

    def _document(self, document_id: str) -> None:
        links = replace(self.links, up="../")
        ask = Ask("", parts={"document": document_id})
        self._put(f"document/{document_id}.html", document.answer(self.holding, ask, links).body)
        for ending, body in document.formats(self.holding.connection, document_id):
            self._put(f"document/{document_id}{ending}", body)

    def _copy(self, document_id: str) -> str:
        """Write the page around a document's newest capture; how it is shown (replay.Manner), "" where it is not."""
        row = self.holding.connection.execute(_NEWEST_COPY, (document_id,)).fetchone()
        if row is None:
            return ""
        page, download = replay.page(self.holding, row[0]), None
        if page.file is not None:
            ending, content = page.file
            download = f"files/{row[0]}{ending}"
            self._put(download, content)
        links = replace(self.links, up="../", download=download and f"../{download}")
        self._put(f"view/{row[0]}.html", page.rendered(links))
        return page.manner or ""

    def _put(self, name: str, content: bytes) -> None:
        path = self.root / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)


#: What only Datasette's own pages need.
_OF_DATASETTE = frozenset({"datasette.css"})

#: The formats in which all of a page of the index can be had.
_LISTS = (".bib", ".ris", ".csl.json")


def _name(number: int, ending: str) -> str:
    return f"index{ending}" if number == 1 else f"index-{number}{ending}"
