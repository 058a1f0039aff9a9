"""A disk that loses power: from the operations on its files, the states in which they may be found afterwards. Pure.

    disk = Disk()
    for operation in read_log(path):
        disk.apply(operation)
        for choice in Choice:
            state = disk.after_power_loss(choice, dice)          # folders and files, as they may be

What is certain and what is not (the strict reading of POSIX):

1. Bytes and length of a file are certain once the file was synced, by fsync or by fdatasync, which must keep what is needed to
   read the data back. What was done to it since may be there or not, each write by itself, in any order, and of a write each
   512-byte sector of the file by itself. A length may be kept without the data, which then are zeros, or what stood there before.
2. A name in a folder (created, linked, renamed, removed) is certain once that folder was synced. Each that was not may be there or
   not by itself, whatever became of the file. A rename is one step: the old name or the new one, never both or neither.
3. A folder that has no name is lost with all that is in it, however well that was synced.

Real file systems promise more. ext4 and XFS keep names in order and, in practice, the name of a new file with the file's fsync;
ext4 (data=ordered) gives no length without data; btrfs keeps a rename behind the data. None of that is in the standard, and on
network and FUSE file systems little of it holds: what lives through these states lives on all of them.

Not modelled: sectors that turn unreadable or hold what nobody wrote (verify finds those), and disks that lie about a sync.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from random import Random
from typing import TypeAlias

from tests.torture.shim import Op, Operation

#: What a disk writes at once, in bytes: of these it is all or nothing.
SECTOR = 512


@dataclass(eq=False, slots=True)
class File:
    """What a name leads to: the bytes that are certain."""

    certain: bytearray = field(default_factory=bytearray)


@dataclass(eq=False, slots=True)
class Folder:
    """Names: those that programs see now, and those that are certain."""

    now: dict[str, Node] = field(default_factory=dict)
    certain: dict[str, Node] = field(default_factory=dict)


Node: TypeAlias = File | Folder


@dataclass(eq=False, slots=True)
class Wrote:
    """Bytes written at an offset."""

    file: File
    offset: int
    data: bytes

    def sectors(self) -> list[tuple[int, bytes]]:
        """The pieces that reach the disk each by itself: their offsets and bytes."""
        borders = [self.offset, *range((self.offset // SECTOR + 1) * SECTOR, self.offset + len(self.data), SECTOR)]
        return [
            (begin, self.data[begin - self.offset : end - self.offset])
            for begin, end in zip(borders, [*borders[1:], self.offset + len(self.data)], strict=True)
        ]


@dataclass(eq=False, slots=True)
class Cut:
    """A file's length set, shorter or longer."""

    file: File
    length: int


@dataclass(eq=False, slots=True)
class Named:
    """A name given, or taken away (`node` None). A rename takes `old` away from its folder in the same step."""

    folder: Folder
    name: str
    node: Node | None
    old: tuple[Folder, str] | None = None


Change: TypeAlias = Wrote | Cut | Named


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of one change. Of a write: whether the length that it gave the file is kept, and which of its sectors."""

    kept: bool
    sectors: Sequence[bool] | None = None


KEPT, LOST = Fate(True), Fate(False)

#: Decides what becomes of each change that is not certain.
Deciding: TypeAlias = Callable[[Sequence[Change], Random], list[Fate]]


class Choice(StrEnum):
    """How a state is chosen among the many that there may be. What is random is so by the dice that are given."""

    DROPPED = "nothing is kept that was not synced"
    KEPT = "everything is kept"
    NAMES_ALONE = "names and lengths are kept, the data are not"
    DATA_ALONE = "data and lengths are kept, names are not"
    PREFIX = "all is kept up to a change, and nothing behind it"
    BY_FILE = "all that was done to a file or folder is kept, or nothing of it"
    SUBSET = "each change is kept or not by itself"
    REORDERED = "the first changes of an order of their own are kept, whole"
    TORN_LAST = "everything is kept, but of the last write only the first sectors"
    TORN = "of one write some sectors are kept, of the other changes some"
    ZEROED = "names and lengths are kept, and of the writes all but some in the midst"


@dataclass(frozen=True, slots=True)
class State:
    """What is found after a loss of power: folders, the one before those in it, and files with their bytes."""

    folders: tuple[str, ...]
    files: dict[str, bytes]

    def fingerprint(self) -> bytes:
        """The same for the same state."""
        digest = hashlib.blake2b(repr(self.folders).encode())
        for name, data in sorted(self.files.items()):
            digest.update(f"{name!r} {len(data)} ".encode())
            digest.update(data)
        return digest.digest()

    def put(self, into: Path) -> None:
        """Make the folders and files, in a new folder."""
        into.mkdir(parents=True)
        for name in self.folders:
            (into / name).mkdir()
        for name, data in self.files.items():
            (into / name).write_bytes(data)


class Disk:
    """The disk behind one folder, which is there from the beginning; what was done to it is told by `apply`."""

    def __init__(self) -> None:
        self._root = Folder()
        self._changes: list[Change] = []

    @property
    def uncertain(self) -> int:
        """How many changes may be lost."""
        return len(self._changes)

    # ── what programs do ──

    def apply(self, operation: Operation) -> None:
        """One operation that succeeded, its paths relative to the folder. Raises LookupError for a name that is not there."""
        match operation.op:
            case Op.CREATE:
                self._name(operation.path, File())
            case Op.MKDIR:
                self._name(operation.path, Folder())
            case Op.WRITE:
                if operation.data:
                    self._changes.append(Wrote(self._file(operation.path), operation.offset, operation.data))
            case Op.TRUNCATE:
                self._changes.append(Cut(self._file(operation.path), operation.offset))
            case Op.FSYNC | Op.FDATASYNC:
                self._sync(self._node(operation.path))
            case Op.LINK:
                self._name(operation.second, self._file(operation.path))
            case Op.RENAME:
                self._rename(operation.path, operation.second)
            case Op.UNLINK | Op.RMDIR:
                self._name(operation.path, None)
            case Op.OPEN | Op.FAILED:
                pass

    def _node(self, path: str) -> Node:
        node: Node = self._root
        for part in path.split("/") if path else ():
            if not isinstance(node, Folder):
                raise NotADirectoryError(path)
            node = node.now[part]
        return node

    def _file(self, path: str) -> File:
        node = self._node(path)
        if not isinstance(node, File):
            raise IsADirectoryError(path)
        return node

    def _place(self, path: str) -> tuple[Folder, str]:
        above, _, name = path.rpartition("/")
        folder = self._node(above)
        if not isinstance(folder, Folder):
            raise NotADirectoryError(above)
        return folder, name

    def _name(self, path: str, node: Node | None, old: tuple[Folder, str] | None = None) -> None:
        folder, name = self._place(path)
        if old is not None:
            del old[0].now[old[1]]
        if node is None:
            del folder.now[name]
        else:
            folder.now[name] = node
        self._changes.append(Named(folder, name, node, old))

    def _rename(self, path: str, second: str) -> None:
        node = self._node(path)
        try:
            same = self._node(second) is node
        except KeyError:
            same = False
        if not same:  # else rename(2) does nothing
            self._name(second, node, self._place(path))

    def _sync(self, node: Node) -> None:
        """What was done to a file, or to the names in a folder, is certain from now on."""
        left: list[Change] = []
        for change in self._changes:
            match change:
                case Named():
                    # A rename is one step: it is certain with either of its folders.
                    if node is change.folder or (change.old is not None and node is change.old[0]):
                        _name_certainly(change, lambda folder: folder.certain)
                    else:
                        left.append(change)
                case _ if change.file is node:
                    _write(change, KEPT, change.file.certain)
                case _:
                    left.append(change)
        self._changes = left

    # ── what is found ──

    def after_power_loss(self, choice: Choice, dice: Random) -> State:
        """One of the states in which the folder may be found if power is lost now."""
        bytes_of: dict[File, bytearray] = {}
        names_of: dict[Folder, dict[str, Node]] = {}

        def names(folder: Folder) -> dict[str, Node]:
            return names_of.setdefault(folder, dict(folder.certain))

        for change, fate in zip(self._changes, DECIDING[choice](self._changes, dice), strict=True):
            if not isinstance(change, Named):
                _write(change, fate, bytes_of.setdefault(change.file, bytearray(change.file.certain)))
            elif fate.kept:
                _name_certainly(change, names)
        folders: list[str] = []
        files: dict[str, bytes] = {}
        for path, node in _walk(self._root, names):
            if isinstance(node, Folder):
                folders.append(path)
            else:
                files[path] = bytes(bytes_of.get(node, node.certain))
        return State(tuple(folders), files)


def _name_certainly(change: Named, names: Callable[[Folder], dict[str, Node]]) -> None:
    if change.old is not None:
        folder, name = change.old
        if names(folder).get(name) is change.node:
            del names(folder)[name]
    if change.node is None:
        names(change.folder).pop(change.name, None)
    else:
        names(change.folder)[change.name] = change.node


def _write(change: Wrote | Cut, fate: Fate, content: bytearray) -> None:
    """Change a file's bytes as far as the change's fate has it."""
    if isinstance(change, Cut):
        if fate.kept:
            del content[change.length :]
            content.extend(bytes(change.length - len(content)))
        return
    if fate.kept:
        content.extend(bytes(max(0, change.offset + len(change.data) - len(content))))
    if fate.sectors is None:
        if fate.kept:
            content[change.offset : change.offset + len(change.data)] = change.data
        return
    for (begin, data), kept in zip(change.sectors(), fate.sectors, strict=True):
        if kept:
            content.extend(bytes(max(0, begin + len(data) - len(content))))
            content[begin : begin + len(data)] = data


def _walk(root: Folder, names: Callable[[Folder], dict[str, Node]]) -> Iterator[tuple[str, Node]]:
    """Every path below, a folder before what is in it."""
    waiting: list[tuple[str, Folder]] = [("", root)]
    while waiting:
        above, folder = waiting.pop()
        for name, node in sorted(names(folder).items(), key=lambda one: one[0]):
            yield above + name, node
            if isinstance(node, Folder):
                waiting.append((f"{above}{name}/", node))


# ── the choices ──


def _each(decide: Callable[[Change], Fate]) -> Deciding:
    return lambda changes, _: [decide(change) for change in changes]


def _without_data(change: Change) -> Fate:
    return Fate(True, [False] * len(change.sectors())) if isinstance(change, Wrote) else KEPT


def _these(changes: Sequence[Change], kept: Iterable[int]) -> list[Fate]:
    those = frozenset(kept)
    return [KEPT if index in those else LOST for index in range(len(changes))]


def _prefix(changes: Sequence[Change], dice: Random) -> list[Fate]:
    return _these(changes, range(dice.randint(0, len(changes))))


def _by_file(changes: Sequence[Change], dice: Random) -> list[Fate]:
    decided: dict[Node, Fate] = {}
    nodes: list[Node] = [change.folder if isinstance(change, Named) else change.file for change in changes]
    for node in nodes:
        if node not in decided:
            decided[node] = dice.choice((KEPT, LOST))
    return [decided[node] for node in nodes]


def _subset(changes: Sequence[Change], dice: Random) -> list[Fate]:
    share = dice.choice((0.1, 0.5, 0.9))
    return [KEPT if dice.random() < share else LOST for _ in changes]


def _reordered(changes: Sequence[Change], dice: Random) -> list[Fate]:
    order = dice.sample(range(len(changes)), len(changes))
    return _these(changes, order[: dice.randint(0, len(changes))])


def _writes(changes: Sequence[Change]) -> list[int]:
    return [index for index, change in enumerate(changes) if isinstance(change, Wrote)]


def _torn_last(changes: Sequence[Change], dice: Random) -> list[Fate]:
    fates = [KEPT] * len(changes)
    for index in _writes(changes)[-1:]:
        change = changes[index]
        assert isinstance(change, Wrote)
        sectors = len(change.sectors())
        first = dice.randrange(sectors)
        fates[index] = Fate(dice.random() < 0.5, [number < first for number in range(sectors)])
    return fates


def _torn(changes: Sequence[Change], dice: Random) -> list[Fate]:
    fates = _subset(changes, dice)
    if writes := _writes(changes):
        index = dice.choice(writes)
        change = changes[index]
        assert isinstance(change, Wrote)
        fates[index] = Fate(dice.random() < 0.5, [dice.random() < 0.5 for _ in change.sectors()])
    return fates


def _zeroed(changes: Sequence[Change], dice: Random) -> list[Fate]:
    fates = [KEPT] * len(changes)
    writes = _writes(changes)
    if writes:
        begin = dice.randrange(len(writes))
        for index in writes[begin : begin + dice.randint(1, max(1, len(writes) // 3))]:
            fates[index] = _without_data(changes[index])
    return fates


DECIDING: dict[Choice, Deciding] = {
    Choice.DROPPED: _each(lambda _: LOST),
    Choice.KEPT: _each(lambda _: KEPT),
    Choice.NAMES_ALONE: _each(_without_data),
    Choice.DATA_ALONE: _each(lambda change: LOST if isinstance(change, Named) else KEPT),
    Choice.PREFIX: _prefix,
    Choice.BY_FILE: _by_file,
    Choice.SUBSET: _subset,
    Choice.REORDERED: _reordered,
    Choice.TORN_LAST: _torn_last,
    Choice.TORN: _torn,
    Choice.ZEROED: _zeroed,
}
