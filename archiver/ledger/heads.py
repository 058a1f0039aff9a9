"""The log against everything that was ever said of it: the leaves, streamed once through the tree, and the checkpoints that are kept.

    tree = grown(connection, sizes)            the roots at these sizes, and what is wrong with the leaves
    judge = Judge(archive, tree, signers_of(connection))
    judge.kept(connection, files)              checkpoints in archive/checkpoints and in the manifest
    judge.elsewhere(heads)                     those that were kept elsewhere

A log that was rewritten and signed anew, with every file here to match, is consistent with itself. What finds it is one checkpoint that
was kept where the writer could not reach, or an anchor. Whether leaves are the hashes of the statements is projections'.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from archiver.ledger import checkpoints
from archiver.ledger.checkpoints import Kept
from archiver.ledger.log import TILE
from archiver.ledger.merkle import SIZE, Frontier, tree_root
from archiver.ledger.problems import Damage
from archiver.manifest.records import as_json
from archiver.manifest.schema import STATEMENT_TABLES
from archiver.model.digest import Digest
from archiver.model.log import Checkpoint, origin_of
from archiver.signing.note import MOST_BYTES, BadNote, Note, Verifier

_RUN = 1 << TILE


@dataclass(frozen=True, slots=True)
class Tree:
    """What the leaves in the manifest add up to: how many there are before the first that is missing, the roots that were asked for,
    the log's name, and what is wrong with the leaves.
    """

    size: int
    origin: str
    roots: Mapping[int, Digest]
    problems: tuple[Damage, ...]

    @property
    def whole(self) -> bool:
        """Whether every leaf is there."""
        return not any(one.code == "log-gap" for one in self.problems)


@dataclass(frozen=True, slots=True)
class Signer:
    """A key of the log, and the sequence number from which on checkpoints are signed with it."""

    since: int
    key: Verifier


@dataclass(frozen=True, slots=True)
class _Row:
    """A checkpoint as the manifest has it, whatever that is."""

    size: int
    origin: str
    root: str
    name: str
    signers: str


def sizes_of(connection: sqlite3.Connection, kept: Iterable[int]) -> set[int]:
    """These sizes, and those of which the manifest says a root: of checkpoints, of anchors."""
    known = connection.execute("select size from checkpoints union select size from anchors").fetchall()
    return {int(row[0]) for row in known} | set(kept)


def sizes_said(files: Iterable[Path]) -> Iterator[int]:
    """The sizes that checkpoints are called after."""
    return (int(path.name.partition(".")[0]) for path in files)


def grown(connection: sqlite3.Connection, sizes: set[int]) -> Tree:
    """Every leaf once, in order, up to the first that is missing."""
    front, run = Frontier(), Frontier()
    roots: dict[int, Digest] = {}
    nodes: list[list[bytes]] = []
    problems: list[Damage] = []
    origin = ""
    for sequence, text in connection.execute("select sequence, leaf from log order by sequence"):
        if sequence != front.size + 1:
            problems.append(_missing(front.size + 1, sequence - 1))
            break
        leaf = _leaf(text)
        if leaf is None:
            problems.append(Damage("log-gap", None, None, None, "its leaf is no SHA-256", f"log {sequence}"))
            break
        origin = origin or origin_of(Digest("sha256", leaf))
        front.add(leaf)
        run.add(leaf)
        if run.size == _RUN:
            _carry(nodes, run.root())
            run = Frontier()
        if front.size in sizes:
            roots[front.size] = Digest("sha256", front.root())
    stated = max(_last(connection, table) for table in STATEMENT_TABLES)
    if not problems and stated > front.size:
        problems.append(_missing(front.size + 1, stated))
    problems += _nodes(connection, nodes)
    return Tree(front.size, origin, roots, tuple(problems))


@dataclass(frozen=True, slots=True)
class Judge:
    """The log as it is, and by whose keys: what checkpoints are held against. `archive` is the folder of the WARC files; `hint` is
    said where a root is another, and statements were not compared with it.
    """

    archive: Path
    tree: Tree
    signers: Sequence[Signer]
    hint: str = ""

    def kept(
        self, connection: sqlite3.Connection, files: Sequence[Path], *, every_signature: bool = False
    ) -> Iterator[Damage]:
        """What is wrong with the checkpoints that are kept here, in `files` and in the manifest."""
        found, unreadable = _read(files)
        for path, why in unreadable.items():
            yield Damage("checkpoint-unreadable", None, self._name(path), None, why)
        yield from self._noted(connection, found, {path.name for path in unreadable})
        agreed = 0
        for one in found:
            wrong = list(_root(one.checkpoint, self.tree, agreed, self._name(one.path), self.hint))
            agreed = agreed if wrong else one.checkpoint.size
            yield from wrong
        for one in found if every_signature else found[-1:]:
            yield from _signature(one, self.signers, self._name(one.path))
        yield from self._reach(found)

    def elsewhere(self, heads: Iterable[Kept]) -> Iterator[Damage]:
        """What is wrong with the log by checkpoints that were kept elsewhere."""
        agreed = 0  # by one of these: those that are kept here can have been made anew
        for one in sorted(heads, key=lambda one: one.checkpoint.size):
            name = str(one.path)
            found = (*_root(one.checkpoint, self.tree, agreed, name, self.hint), *_signature(one, self.signers, name))
            wrong = [problem for problem in found if problem.fails]  # that nobody signed it says nothing against it
            agreed = agreed if wrong else one.checkpoint.size
            for problem in wrong:
                yield Damage("head-inconsistent", None, name, None, problem.message, problem.place)

    def _reach(self, found: Sequence[Kept]) -> Iterator[Damage]:
        """How much of the log checkpoints speak of: where it names keys, those that are signed with them. A key is stated to be used."""
        since = self.signers[-1].since if self.signers else 0
        good = (one for one in reversed(found) if not since or not any(_signature(one, self.signers, "")))
        newest = next((one.checkpoint.size for one in good), 0)
        if newest < since < self.tree.size:
            what = f"checkpoints are signed with the key of statement {since} from there on, and none that is signed with it is here"
            yield Damage("checkpoint-none", None, None, None, what, f"keys {since}")
        elif newest < self.tree.size:
            last = f"the newest {'signed ' if since else ''}checkpoint" if newest else "no checkpoint: there is none"
            what = f"statements {newest + 1} to {self.tree.size} stand behind {last}"
            yield Damage("checkpoint-behind", None, None, None, what, f"log {newest + 1}-{self.tree.size}")

    def _noted(self, connection: sqlite3.Connection, found: Sequence[Kept], unreadable: set[str]) -> Iterator[Damage]:
        """Whether the manifest says of checkpoints what their files do."""
        rows = connection.execute("select size, origin, root, name, signers from checkpoints order by size")
        noted = {row.size: row for row in (_Row(*row) for row in rows)}
        for one in found:
            row = noted.pop(one.checkpoint.size, None)
            yield from _row(row, one, self._name(one.path), last=one is found[-1])
        for row in noted.values():
            if row.name not in unreadable:
                what = f"the manifest knows the checkpoint {row.name}, and it is not there"
                yield Damage("checkpoint-missing", None, None, None, what, f"checkpoints {row.size}")

    def _name(self, path: Path) -> str:
        return str(path.relative_to(self.archive))


def read_head(path: Path) -> Kept:
    """A checkpoint that was kept elsewhere: the note, or (mailed, printed) its text alone. Raises ValueError, OSError."""
    try:
        with path.open("rb") as file:  # of a person's: it may be a link, or a pipe
            data = file.read(MOST_BYTES + 1)
        return checkpoints.parsed(data, path)
    except ValueError:
        text = data.decode().replace("\r\n", "\n").strip("\n") + "\n"
        text = text.partition("\n\n")[0].rstrip("\n") + "\n"
        return Kept(Checkpoint.parse(text), Note(text), path)


def signers_of(connection: sqlite3.Connection) -> list[Signer]:
    """The keys that the log names, as far as they can be read, in the order of their statements."""
    found = []
    for sequence, key in connection.execute("select sequence, key from keys order by sequence"):
        try:
            found.append(Signer(int(sequence), Verifier.parse(key)))
        except BadNote:  # projections say so
            continue
    return found


# ── leaves ──


def _leaf(text: str) -> bytes | None:
    try:
        leaf = bytes.fromhex(text)
    except ValueError:
        return None
    return leaf if len(leaf) == SIZE and leaf.hex() == text else None


def _missing(first: int, last: int) -> Damage:
    what = f"statement {first} has no leaf" if first == last else f"statements {first} to {last} have no leaves"
    return Damage("log-gap", None, None, None, what, f"log {first}")


def _last(connection: sqlite3.Connection, table: str) -> int:
    row = connection.execute(f"select coalesce(max(sequence), 0) from {table}").fetchone()  # noqa: S608 - names of ours
    return int(row[0])


def _carry(nodes: list[list[bytes]], node: bytes, level: int = 0) -> None:
    """One more hash over 256^(level+1) leaves; each 256 of a level make one of the next."""
    if level == len(nodes):
        nodes.append([])
    nodes[level].append(node)
    if len(nodes[level]) % _RUN == 0:
        _carry(nodes, tree_root(nodes[level][-_RUN:]), level + 1)


def _nodes(connection: sqlite3.Connection, nodes: Sequence[Sequence[bytes]]) -> Iterator[Damage]:
    """What is kept of the tree: right, and up to the last there is without a gap."""
    there: dict[int, int] = {}
    rows = connection.execute("select level, position, hash from log_nodes order by level, position")
    for level, position, value in rows:
        right = 1 <= level <= len(nodes) and position < len(nodes[level - 1])
        if not right or nodes[level - 1][position].hex() != value or position != there.get(level, 0):
            what = "the hash that is kept does not follow from the leaves, or those before it are gone"
            yield Damage("log-node", None, None, None, what, f"log_nodes {level} {position}")
        there[level] = position + 1
    newest = int(connection.execute("select coalesce(max(size), 0) from checkpoints").fetchone()[0])
    for level, of_level in enumerate(nodes, 1):
        due = min(newest >> (TILE * level), len(of_level))
        if there.get(level, 0) < due:
            what = f"{due} hashes of this level were kept, and {there.get(level, 0)} are there"
            yield Damage("log-node", None, None, None, what, f"log_nodes {level} {due - 1}")


# ── checkpoints ──


def _read(files: Iterable[Path]) -> tuple[list[Kept], dict[Path, str]]:
    """The checkpoints in these files; why there is none in others."""
    kept: list[Kept] = []
    unreadable: dict[Path, str] = {}
    for path in files:
        try:
            one = checkpoints.read(path)
        except (OSError, ValueError) as why:
            unreadable[path] = str(why)
            continue
        if path.name == f"{one.checkpoint.size:012d}.checkpoint":
            kept.append(one)
        else:
            unreadable[path] = f"it is the checkpoint of {one.checkpoint.size} statements"
    return kept, unreadable


def _row(noted: _Row | None, one: Kept, name: str, *, last: bool) -> Iterator[Damage]:
    size = one.checkpoint.size
    if noted is None:
        code = "checkpoint-unnoted" if last else "checkpoint-row"  # the last may be of a command that was broken off
        yield Damage(code, None, name, None, "the manifest does not know this checkpoint", f"checkpoints {size}")
        return
    signers = as_json([signature.signer for signature in one.note.signatures])
    if noted != _Row(size, one.checkpoint.origin, one.checkpoint.root.hex, one.path.name, signers):
        what = "the manifest says something else of this checkpoint than its file"
        yield Damage("checkpoint-row", None, name, None, what, f"checkpoints {size}")


def _root(one: Checkpoint, tree: Tree, agreed: int, name: str, hint: str) -> Iterator[Damage]:
    """Whether the log begins as a checkpoint says. It does up to `agreed`, so what was changed stands behind that."""
    if one.origin != tree.origin:
        what = f"it is of the log {one.origin}, and this one is {tree.origin}"
        yield Damage("checkpoint-origin", None, name, None, what, "log 1")
    elif one.size > tree.size:
        code, what = "log-cut", f"it says that there are {one.size} statements, and there are {tree.size}"
        if not tree.whole:
            code, what = "log-root", "leaves are missing that it covers"
        yield Damage(code, None, name, None, what, f"log {tree.size + 1}")
    elif tree.roots.get(one.size) != one.root:
        what = f"what was changed stands among statements {agreed + 1} to {one.size}{hint}"
        yield Damage("log-root", None, name, None, what, f"log {agreed + 1}-{one.size}")


def _signature(one: Kept, signers: Sequence[Signer], name: str) -> Iterator[Damage]:
    """Whether the key that the log names for a checkpoint of that size signed it."""
    due = [signer.key for signer in signers if signer.since <= one.checkpoint.size][-1:]
    try:
        by = one.note.verified([signer.key for signer in signers])
    except BadNote as why:
        yield Damage("checkpoint-signature", None, name, None, str(why))
        return
    if not one.note.signatures:
        what = "nobody signed it: whoever can write here can make another"
        yield Damage("checkpoint-unsigned", None, name, None, what)
    elif not set(due) & set(by):
        what = "it is signed, but not by the key that the log names for it"
        yield Damage("checkpoint-signature", None, name, None, what)
