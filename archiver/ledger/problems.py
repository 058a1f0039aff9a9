"""What a check of the archive can find: the table of codes, and the nouns of its report.

A code is a name and a number; neither ever changes meaning, and the table only grows. Hundreds say what is wrong: 1 files, 2 the log,
3 what the manifest copies from it, 4 what stands in the records, 5 conclusions, 6 another copy, 9 remarks, which are told and fail
nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from archiver.model.citation import Json

#: What is checked, each level with those before it.
LEVELS = ("quick", "index", "bytes", "full", "deep")

#: One sentence for each level.
LEVEL_MEANINGS: Mapping[str, str] = {
    "quick": "the sizes of files, the manifest's soundness, and the log: its root against every checkpoint that is kept",
    "index": "every statement against its leaf in the log, every row against what is stated, every signature, anchors",
    "bytes": "every stored record against its SHA-256",
    "full": "every record unpacked and parsed: its block, its payload, its text",
    "deep": "every page read again, and every conclusion drawn again",
}


@dataclass(frozen=True, slots=True)
class Code:
    """A kind of problem: its number, the least level that finds it, what it means; a remark does not fail the check."""

    number: int
    level: str
    meaning: str
    fails: bool = True


CODES: Mapping[str, Code] = {
    "file-missing": Code(101, "quick", "a WARC file that the manifest knows is not there"),
    "file-short": Code(102, "quick", "a WARC file is shorter than it is known to have been"),
    "file-long": Code(103, "quick", "a sealed WARC file is longer than it was when it was sealed"),
    "file-unknown": Code(104, "quick", "a WARC file lies in archive/ that the manifest does not know"),
    "file-unreadable": Code(105, "quick", "a WARC file cannot be read"),
    "file-digest": Code(106, "bytes", "a sealed WARC file is not what was stated when it was sealed"),
    "record-digest": Code(107, "bytes", "the stored bytes of a record are not what was written"),
    "record-gap": Code(108, "bytes", "bytes lie between two records that belong to neither"),
    "manifest-damaged": Code(201, "quick", "the manifest's database is damaged, or holds what cannot be"),
    "log-gap": Code(202, "quick", "a statement has no leaf in the log"),
    "log-cut": Code(203, "quick", "the log has fewer leaves than a checkpoint says"),
    "log-root": Code(204, "quick", "the log is not what it was when a checkpoint was made"),
    "log-node": Code(205, "quick", "a hash that is kept of the tree does not follow from the leaves"),
    "checkpoint-unreadable": Code(206, "quick", "a file in archive/checkpoints is no checkpoint, or not the one it is called after"),
    "checkpoint-missing": Code(207, "quick", "a checkpoint that the manifest knows has no file"),
    "checkpoint-row": Code(208, "quick", "the manifest says something else of a checkpoint than its file"),
    "checkpoint-origin": Code(209, "quick", "a checkpoint is of another log"),
    "checkpoint-signature": Code(210, "quick", "a checkpoint is not signed by the key that the log names for it (all but the newest: index)"),
    "head-inconsistent": Code(211, "quick", "a checkpoint that was kept elsewhere is not one of this log"),
    "log-leaf": Code(301, "index", "a statement is not the one whose hash is in the log"),
    "statement-missing": Code(302, "index", "no record is known that holds the statement of a leaf"),
    "statement-unreadable": Code(303, "index", "the record that should hold a statement cannot be read as one"),
    "statement-place": Code(304, "index", "a statement does not say the number under which it stands in the log"),
    "statement-odd": Code(305, "index", "a statement does not go together with those before it"),
    "row-changed": Code(306, "index", "a row of the manifest says something else than what is stated"),
    "row-missing": Code(307, "index", "the manifest lacks a row of what is stated"),
    "row-extra": Code(308, "index", "the manifest has a row that nothing states"),
    "manifest-schema": Code(309, "index", "the manifest's tables, triggers or views are not those of this program"),
    "claims-digest": Code(310, "index", "a document's claims are not those that were read"),
    "document-text": Code(311, "index", "a document's text is not the one that was read"),
    "key-unendorsed": Code(312, "index", "a key of the log is not vouched for by the one before"),
    "anchor-missing": Code(313, "index", "the file of an anchor is not there"),
    "anchor-changed": Code(314, "index", "the file of an anchor is not what was stated"),
    "anchor-other-root": Code(315, "index", "somebody saw another log than this one"),
    "anchor-invalid": Code(316, "index", "an anchor does not say what was stated of it, or not by whom"),
    "row-dangling": Code(317, "index", "a row of the manifest refers to another that is not there"),
    "record-unreadable": Code(401, "full", "a record cannot be unpacked or parsed"),
    "record-header": Code(402, "full", "a record is another one than the manifest has there"),
    "block-digest": Code(403, "full", "a record's block is not the one that it was written with"),
    "payload-digest": Code(404, "full", "the payload in a record is not the one that was stated"),
    "text-digest": Code(405, "full", "the text in a record is not the one that was read"),
    "conclusion-differs": Code(501, "deep", "what is concluded is not what the same rules conclude from what is stored"),
    "search-index": Code(502, "deep", "the index of words or of shared passages is not that of the texts"),
    "copy-log": Code(601, "quick", "the log of the other copy has another statement"),
    "copy-missing": Code(602, "bytes", "a WARC file is not in the other copy, or cannot be read there"),
    "copy-record": Code(603, "bytes", "the bytes of a record are not the same in the other copy"),
    "clock-back": Code(901, "index", "a statement was made more than 5 minutes before the one before it, or lies in the future", fails=False),
    "checkpoint-unsigned": Code(902, "quick", "nobody signed a checkpoint", fails=False),
    "checkpoint-unnoted": Code(903, "quick", "the manifest does not know a checkpoint that is on disk", fails=False),
    "no-log": Code(904, "quick", "the manifest was made before there was a log: archiver migrate", fails=False),
    "seal-pending": Code(905, "index", "a file takes no more records, and its digest is not stated yet", fails=False),
    "reading-unstated": Code(906, "index", "what a document was read as is not stated: it was read by an earlier version", fails=False),
    "reading-older": Code(907, "deep", "a document was read by other rules than today's, and cannot be read so again: archiver migrate", fails=False),
    "not-repeated": Code(908, "deep", "conclusions were not drawn again, since what they follow from is damaged", fails=False),
    "copy-behind": Code(909, "quick", "one copy has statements that the other does not have yet", fails=False),
    "declared-digest": Code(910, "full", "a record that we did not fetch declares another digest than its bytes have", fails=False),
    "anchor-unchecked": Code(911, "index", "an anchor was not checked", fails=False),
    "key-lost": Code(912, "index", "a key of the log took the place of one that was lost, and nobody vouches for it", fails=False),
}  # fmt: skip

#: Those that fail a check, and what they mean.
PROBLEM_CODES: Mapping[str, str] = {name: code.meaning for name, code in CODES.items() if code.fails}


@dataclass(frozen=True, slots=True)
class Damage:
    """One problem: its code, where it is, the capture it touches, and a sentence.

    `place` is where it is in the manifest (`log 12`, `captures 3`); `offset` is in bytes of the WARC file or, for what is no WARC file,
    None. `warc` may name another file below archive/ (a checkpoint, an anchor).
    """

    code: str
    capture_id: str | None
    warc: str | None
    offset: int | None
    message: str
    place: str | None = None

    @property
    def fails(self) -> bool:
        """Whether the archive is not as it should be, for this."""
        return CODES[self.code].fails

    def as_json(self) -> dict[str, Json]:
        """The keys of `verify --json`."""
        return {
            "code": self.code,
            "number": CODES[self.code].number,
            "capture_id": self.capture_id,
            "warc": self.warc,
            "offset": self.offset,
            "place": self.place,
            "message": self.message,
        }


@dataclass(frozen=True, slots=True)
class Report:
    """What was checked and what was found: `checked` counts records; at level quick files, at level index statements.

    `files` are those that were read, and of each how many problems there are. `part` says which part of them was asked for (`3/30`).
    """

    level: str
    checked: int
    problems: tuple[Damage, ...]
    remarks: tuple[Damage, ...] = ()
    files: Mapping[str, int] = field(default_factory=dict)
    part: str = ""

    @property
    def outcome(self) -> str:
        """In a word or two, for the history of checks."""
        return outcome(len(self.problems))

    def as_json(self) -> dict[str, Json]:
        """The keys of `verify --json`."""
        return {
            "level": self.level,
            "checked": self.checked,
            "problems": [one.as_json() for one in self.problems],
            "remarks": [one.as_json() for one in self.remarks],
            "files": len(self.files),
            "part": self.part or None,
        }


def outcome(problems: int) -> str:
    """A number of problems as the history of checks has it."""
    return f"{problems} problems" if problems else "ok"


def report(level: str, checked: int, found: list[Damage], files: Mapping[str, int], part: str = "") -> Report:
    """Problems and remarks apart."""
    return Report(
        level, checked, tuple(one for one in found if one.fails), tuple(one for one in found if not one.fails), files, part
    )  # fmt: skip
