"""What a check of the archive can find: the table of codes, and the nouns of its report.

A code is a name and a number; neither ever changes meaning, and the table only grows. Hundreds say what is wrong: 1 files, 2 the log,
3 what the manifest copies from it, 4 what stands in the records, 5 conclusions, 6 another copy, 9 remarks, which are told and fail
nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from archiver.model.citation import Json
from archiver.model.text import counted

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
    """A kind of problem: its number, the least level that finds it, what it means, what to do next; a remark does not fail the check."""

    number: int
    level: str
    meaning: str
    advice: str
    fails: bool = True


_COPY = "archiver verify --repair-from COPY puts back what another copy of the archive has right"
_ANEW = "archiver rebuild draws the manifest anew from the WARC files"
_CHANGED = "what is stated here was changed: compare with a copy that nobody could write to, and go on from that one (archiver verify --against COPY)"

CODES: Mapping[str, Code] = {
    "file-missing": Code(101, "quick", "a WARC file that the manifest knows is not there", _COPY),
    "file-short": Code(102, "quick", "a WARC file is shorter than it is known to have been", _COPY),
    "file-long": Code(103, "quick", "a sealed WARC file is longer than it was when it was sealed", _COPY),
    "file-unknown": Code(104, "quick", "a WARC file lies in archive/ that the manifest does not know", "archiver import FILE takes in what it holds, from another folder; or move it away"),
    "file-unreadable": Code(105, "quick", "a WARC file cannot be read", _COPY),
    "file-digest": Code(106, "bytes", "a sealed WARC file is not what was stated when it was sealed", _COPY),
    "record-digest": Code(107, "bytes", "the stored bytes of a record are not what was written", _COPY),
    "record-gap": Code(108, "bytes", "bytes lie between two records that belong to neither", _ANEW),
    "file-other": Code(109, "quick", "a WARC file is not the one that was written under its name", _COPY),
    "manifest-damaged": Code(201, "quick", "the manifest's database is damaged, or holds what cannot be", _ANEW),
    "log-gap": Code(202, "quick", "a statement has no leaf in the log", "any command that writes takes up what stands in the WARC files; else: archiver rebuild"),
    "log-cut": Code(203, "quick", "the log has fewer leaves than a checkpoint says", "an older manifest was put back: any command that writes takes up what it lacks from the WARC files; else: archiver rebuild"),
    "log-root": Code(204, "quick", "the log is not what it was when a checkpoint was made", _CHANGED),
    "log-node": Code(205, "quick", "a hash that is kept of the tree does not follow from the leaves", _ANEW),
    "checkpoint-unreadable": Code(206, "quick", "a file in archive/checkpoints is no checkpoint, or not the one it is called after", _COPY),
    "checkpoint-missing": Code(207, "quick", "a checkpoint that the manifest knows has no file", _COPY),
    "checkpoint-row": Code(208, "quick", "the manifest says something else of a checkpoint than its file", _ANEW),
    "checkpoint-origin": Code(209, "quick", "a checkpoint is of another log", _CHANGED),
    "checkpoint-signature": Code(210, "quick", "a checkpoint is not signed by the key that the log names for it (all but the newest: index)", "compare it with a copy that was kept elsewhere: archiver verify --head FILE"),
    "head-inconsistent": Code(211, "quick", "a checkpoint that was kept elsewhere is not one of this log", _CHANGED),
    "checkpoint-none": Code(212, "quick", "the log names a key, and no checkpoint is signed with it", "put archive/checkpoints back from a copy; where there is none, any command that writes makes one, if the key is at hand"),
    "log-leaf": Code(301, "index", "a statement is not the one whose hash is in the log", _CHANGED),
    "statement-missing": Code(302, "index", "no record is known that holds the statement of a leaf", _COPY),
    "statement-unreadable": Code(303, "index", "the record that should hold a statement cannot be read as one", _COPY),
    "statement-place": Code(304, "index", "a statement does not say the number under which it stands in the log", _CHANGED),
    "statement-odd": Code(305, "index", "a statement does not go together with those before it", _CHANGED),
    "row-changed": Code(306, "index", "a row of the manifest says something else than what is stated", _ANEW),
    "row-missing": Code(307, "index", "the manifest lacks a row of what is stated", _ANEW),
    "row-extra": Code(308, "index", "the manifest has a row that nothing states", _ANEW),
    "manifest-schema": Code(309, "index", "the manifest's tables, triggers or views are not those of this program", _ANEW),
    "claims-digest": Code(310, "index", "a document's claims are not those that were read", _ANEW),
    "document-text": Code(311, "index", "a document's text is not the one that was read", _ANEW),
    "key-unendorsed": Code(312, "index", "a key of the log is not vouched for by the one before", "ask whoever keeps the keys: a key that was lost is put right by archiver key rotate --lost --because TEXT"),
    "anchor-missing": Code(313, "index", "the file of an anchor is not there", _COPY),
    "anchor-changed": Code(314, "index", "the file of an anchor is not what was stated", _COPY),
    "anchor-other-root": Code(315, "index", "somebody saw another log than this one", _CHANGED),
    "anchor-invalid": Code(316, "index", "an anchor does not say what was stated of it, or not by whom", "ask whoever is said to have made it, and anchor again: archiver anchor"),
    "row-dangling": Code(317, "index", "a row of the manifest refers to another that is not there", _ANEW),
    "anchor-contradicts": Code(318, "index", "somebody saw another log than this one, and no statement says so", _CHANGED + "; after a loss that was accepted (rebuild --accept-loss), move the file elsewhere"),
    "record-unreadable": Code(401, "full", "a record cannot be unpacked or parsed", _COPY),
    "record-header": Code(402, "full", "a record is another one than the manifest has there", _ANEW),
    "block-digest": Code(403, "full", "a record's block is not the one that it was written with", _COPY),
    "payload-digest": Code(404, "full", "the payload in a record is not the one that was stated", _COPY),
    "text-digest": Code(405, "full", "the text in a record is not the one that was read", _COPY),
    "conclusion-differs": Code(501, "deep", "what is concluded is not what the same rules conclude from what is stored", _ANEW),
    "search-index": Code(502, "deep", "the index of words or of shared passages is not that of the texts", _ANEW),
    "copy-log": Code(601, "quick", "the log of the other copy has another statement", "where both copies were written to, take in what only the other one has: archiver import OTHER/archive/X.warc.gz"),
    "copy-missing": Code(602, "bytes", "a WARC file is not in the other copy, or cannot be read there", "make the copy anew, or let it be repaired there: archiver verify -A OTHER --repair-from DIR"),
    "copy-record": Code(603, "bytes", "the bytes of a record are not the same in the other copy", "make the copy anew, or let it be repaired there: archiver verify -A OTHER --repair-from DIR"),
    "clock-back": Code(901, "index", "a statement was made more than 5 minutes before the one before it, or lies in the future", "set this machine's clock by the network", fails=False),
    "checkpoint-unsigned": Code(902, "quick", "nobody signed a checkpoint", "with a key the next one is signed: archiver key init", fails=False),
    "checkpoint-unnoted": Code(903, "quick", "the manifest does not know a checkpoint that is on disk", "any command that writes takes it up", fails=False),
    "no-log": Code(904, "quick", "the manifest was made before there was a log: archiver migrate", "archiver migrate", fails=False),
    "seal-pending": Code(905, "index", "a file takes no more records, and its digest is not stated yet", "any command that writes states it, or: archiver seal", fails=False),
    "reading-unstated": Code(906, "index", "what a document was read as is not stated: it was read by an earlier version", "archiver migrate reads it again, and states it", fails=False),
    "reading-older": Code(907, "deep", "a document was read by other rules than today's, and cannot be read so again: archiver migrate", "archiver migrate", fails=False),
    "not-repeated": Code(908, "deep", "conclusions were not drawn again, since what they follow from is damaged", "put right what is told beside this, and check again", fails=False),
    "copy-behind": Code(909, "quick", "one copy has statements that the other does not have yet", "nothing, where one copy is older than the other: the next one has them", fails=False),
    "declared-digest": Code(910, "full", "a record that we did not fetch declares another digest than its bytes have", "nothing: it came so", fails=False),
    "anchor-unchecked": Code(911, "index", "an anchor was not checked", "nothing; or name whom to trust with the time in the setting timestamp_ca", fails=False),
    "key-lost": Code(912, "index", "a key of the log took the place of one that was lost, and nobody vouches for it", "nothing: it is told for whoever knew the old key", fails=False),
    "withdrawal-pending": Code(913, "index", "a capture is withdrawn, and that is not carried out yet", "any command that writes carries it out", fails=False),
    "copy-withdrawn": Code(914, "bytes", "the other copy still holds bytes that were withdrawn here", "withdraw it there, too, or make the copy anew", fails=False),
    "checkpoint-behind": Code(915, "quick", "statements are not covered by a checkpoint yet, or by none that is signed", "any command that writes makes one, signed if the key is at hand", fails=False),
    "anchor-stray": Code(916, "index", "a file in archive/anchors is named by no statement", "nothing, where a command was broken off; else it may be moved elsewhere", fails=False),
}  # fmt: skip

#: Remarks with which the level that was asked for could not be done.
UNDONE = frozenset({"no-log", "not-repeated", "reading-older"})

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
        undone = not self.problems and any(one.code in UNDONE for one in self.remarks)
        return "not done" if undone else outcome(len(self.problems))

    @property
    def advice(self) -> Mapping[str, str]:
        """What to do next, once for each code that was found."""
        return {
            name: code.advice
            for name, code in CODES.items()
            if name in {one.code for one in (*self.problems, *self.remarks)}
        }

    def as_json(self) -> dict[str, Json]:
        """The keys of `verify --json`."""
        return {
            "level": self.level,
            "checked": self.checked,
            "problems": [one.as_json() for one in self.problems],
            "remarks": [one.as_json() for one in self.remarks],
            "advice": dict(self.advice),
            "files": len(self.files),
            "part": self.part or None,
        }


def outcome(problems: int) -> str:
    """A number of problems as the history of checks has it."""
    return counted(problems, "problem") if problems else "ok"


def report(level: str, checked: int, found: list[Damage], files: Mapping[str, int], part: str = "") -> Report:
    """Problems and remarks apart."""
    return Report(
        level, checked, tuple(one for one in found if one.fails), tuple(one for one in found if not one.fails), files, part
    )  # fmt: skip
