"""What an anchor in a packet shows of the checkpoint: the word of an authority, a witness, a repository. Pure: no I/O.

    shown, remark = sight(anchor, data, note, roots)      raises ValueError, with what is wrong

`data` is what they gave, which is known to be what was stated of it, `note` the checkpoint as it was kept. `remark` is what is to be
known besides, or "".
"""

from __future__ import annotations

from collections.abc import Callable

from archiver.ledger.published import fault
from archiver.model.date import rfc3339
from archiver.model.log import Anchor, Checkpoint
from archiver.signing.authority import Roots, held
from archiver.signing.note import Note, Verifier
from archiver.signing.timestamp import Unchecked


def sight(anchor: Anchor, data: bytes, note: Note, roots: Roots) -> tuple[str, str]:
    """`roots` are the timestamp authorities by whose certificates timestamps are checked."""
    look = _KINDS.get(anchor.kind)
    if look is None:
        raise ValueError("an anchor of no kind that is known here")
    return look(anchor, data, note, roots)


def _timestamp(anchor: Anchor, data: bytes, note: Note, roots: Roots) -> tuple[str, str]:
    try:
        moment = held(data, note.encode(), roots)
    except Unchecked as why:
        return f"what {anchor.whom} gave is in the packet", f"the timestamp of {anchor.whom} was not checked: {why}"
    return f"the authority saw this checkpoint on {rfc3339(moment)}", ""


def _cosignature(anchor: Anchor, data: bytes, note: Note, _roots: Roots) -> tuple[str, str]:
    witness, cosigned = Verifier.parse(anchor.whom), Note.parse(data)
    moment = cosigned.cosigned_at(witness)
    if moment is None or cosigned.text != note.text:
        raise ValueError("the witness did not sign this checkpoint")
    return f"the witness {witness.name} saw this checkpoint on {rfc3339(moment)}", ""


def _commit(anchor: Anchor, data: bytes, note: Note, _roots: Roots) -> tuple[str, str]:
    if why := fault(anchor.note, data, Checkpoint.parse(note.text)):
        raise ValueError(why)
    return (
        f"the checkpoint stands in the git commit {anchor.note}",
        f"whether that commit was published ({anchor.whom}) is to be looked up there",
    )


_KINDS: dict[str, Callable[[Anchor, bytes, Note, Roots], tuple[str, str]]] = {
    "rfc3161": _timestamp, "witness": _cosignature, "git": _commit,
}  # fmt: skip
