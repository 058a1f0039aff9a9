"""Signed notes: the published vectors, both directions of every spelling, and what is refused."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.model.log import Checkpoint
from archiver.signing.keys import Key
from archiver.signing.note import COSIGNATURE, ED25519, MOST_BYTES, BadNote, Note, Signature, Verifier
from tests.signing import witness

NAME = "archiver/0123456789abcdef"
KEY, OTHER, WITNESS = Key.generate(), Key.generate(), Key.generate()
OURS = KEY.verifier(NAME)
THEN = datetime(2026, 3, 1, 12, tzinfo=UTC)

# ── the vectors of C2SP: signed-note.md, tlog-checkpoint.md and tlog-cosignature.md ──

FOO = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
FOO_NOTE = """This is an example message.

— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=
""".encode()
SALVATORE = """Ognuno sta solo sul cuor della terra
trafitto da un raggio di sole:

ed è subito sera.

— quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=
""".encode()
SOFA = """example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==
""".encode()


def test_the_published_note_is_verified_by_the_published_key() -> None:
    foo = Verifier.parse(FOO)
    assert (foo.name, foo.kind, foo.key_id.hex(), str(foo)) == ("example.com/foo", ED25519, "530d903a", FOO)
    note = Note.parse(FOO_NOTE)
    assert note.text == "This is an example message.\n"
    assert note.verified([foo]) == (foo,)
    with pytest.raises(BadNote, match="does not hold"):
        Note(note.text.replace("an", "no"), note.signatures).verified([foo])


@pytest.mark.parametrize("data", [FOO_NOTE, SALVATORE, SOFA])
def test_the_published_notes_are_read_and_written_again(data: bytes) -> None:
    note = Note.parse(data)
    assert note.encode() == data
    assert note.verified([OURS]) == ()


def test_an_empty_line_within_the_text_does_not_end_it() -> None:
    assert Note.parse(SALVATORE).text.endswith("sole:\n\ned è subito sera.\n")


def test_the_published_cosignature_is_one_of_the_published_checkpoint() -> None:
    # Its key is not published; the parts that are: the ID, and the time that the page shows.
    note = Note.parse(SOFA)
    assert Checkpoint.parse(note.text).size == 20852163
    line = note.signatures[1]
    assert (line.name, len(line.value)) == ("witness.example.com/w1", 72)
    assert int.from_bytes(line.value[:8], "big") == 1679315147


# ── ours ──


def test_what_we_sign_is_verified_by_our_key_and_no_other() -> None:
    note = Note.parse(Note("a\n").signed(KEY, NAME).encode())
    assert note.verified([OURS]) == (OURS,)
    assert note.verified([OTHER.verifier(NAME), KEY.verifier("another"), witness.verifier(KEY, NAME)]) == ()


def test_a_note_that_nobody_signed_is_one_and_says_nothing() -> None:
    note = Note.parse(b"a\n\nb\n\n")
    assert (note.text, note.signatures, note.verified([OURS])) == ("a\n\nb\n", (), ())
    assert note.encode() == b"a\n\nb\n\n"


def test_a_second_signature_stands_behind_the_first() -> None:
    note = Note("a\n").signed(KEY, NAME).signed(OTHER, "other.example")
    keys = (OURS, OTHER.verifier("other.example"))
    assert note.verified(keys[::-1]) == keys[::-1]
    assert [one.name for one in note.signatures] == [NAME, "other.example"]


def test_a_wrong_signature_of_a_known_key_spoils_the_note_even_beside_a_right_one() -> None:
    right = Note("a\n").signed(KEY, NAME)
    wrong = Note("b\n").signed(KEY, NAME).signatures
    with pytest.raises(BadNote, match=NAME):
        Note("a\n", (*right.signatures, *wrong)).verified([OURS])


def test_a_signature_of_an_unknown_key_means_nothing_whatever_it_is() -> None:
    junk = Signature(NAME, b"\x00\x01\x02\x03", b"no signature")
    assert Note("a\n", (junk,)).signed(KEY, NAME).verified([OURS]) == (OURS,)


def test_a_cosignature_holds_and_gives_its_time() -> None:
    seen = witness.verifier(WITNESS, "witness.example/w1")
    note = witness.cosigned(Note("a\n").signed(KEY, NAME), WITNESS, seen.name, THEN)
    assert note.verified([OURS, seen]) == (OURS, seen)
    assert note.cosigned_at(seen) == THEN
    assert note.cosigned_at(OURS) is None
    assert Note("a\n").cosigned_at(seen) is None
    again = witness.cosigned(note, WITNESS, seen.name, THEN - timedelta(days=1))
    assert again.cosigned_at(seen) == THEN - timedelta(days=1)


def test_a_cosignature_does_not_hold_for_another_time_or_text() -> None:
    seen = witness.verifier(WITNESS, "w")
    (line,) = witness.cosigned(Note("a\n"), WITNESS, "w", THEN).signatures
    later = int.from_bytes(line.value[:8], "big") + 1
    spoilt = {
        "a second later": Note("a\n", (Signature("w", line.key_id, later.to_bytes(8, "big") + line.value[8:]),)),
        "another text": Note("b\n", (line,)),
        "an era that no clock has": Note("a\n", (Signature("w", line.key_id, b"\x7f" + b"\xff" * 7 + line.value[8:]),)),
        "no signature": Note("a\n", (Signature("w", line.key_id, line.value[:8]),)),
        "half a time": Note("a\n", (Signature("w", line.key_id, line.value[:3]),)),
        "a plain one": Note("a\n", (Signature("w", line.key_id, WITNESS.sign(b"a\n")),)),
    }
    for what, note in spoilt.items():
        for asked in (lambda note=note: note.verified([seen]), lambda note=note: note.cosigned_at(seen)):
            with pytest.raises(BadNote, match="does not hold"):
                pytest.fail(f"{what}: {asked()}")


# ── spelling ──

NAMES = st.text(
    st.characters(exclude_characters="+", exclude_categories=["Cc", "Cs", "Zs", "Zl", "Zp"]), min_size=1, max_size=40
)
SIGNATURES = st.builds(Signature, NAMES, st.binary(min_size=4, max_size=4), st.binary(min_size=1, max_size=80))
LINES = st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=40)
TEXTS = st.lists(LINES, min_size=1, max_size=5).map(lambda lines: "".join(f"{line}\n" for line in lines))


@given(TEXTS, st.lists(SIGNATURES, max_size=4))
def test_every_note_is_read_as_what_was_written(text: str, signatures: list[Signature]) -> None:
    note = Note(text, tuple(signatures))
    assert Note.parse(note.encode()) == note


@given(NAMES, st.sampled_from([ED25519, COSIGNATURE]), st.binary(min_size=32, max_size=32))
def test_every_key_is_read_as_what_was_written(name: str, kind: int, public: bytes) -> None:
    verifier = Verifier(name, kind, public)
    assert Verifier.parse(str(verifier)) == verifier


@given(
    st.binary(max_size=300)
    | st.lists(st.sampled_from(["\n", "— ", "a", "+", " ", "AAAAAAA=", "\u2003"])).map(
        lambda some: "".join(some).encode()
    )
)
def test_what_is_read_is_written_again_byte_for_byte_or_refused(data: bytes) -> None:
    try:
        note = Note.parse(data)
    except BadNote:
        return
    assert note.encode() == data


LINE = f"— {NAME} AAAAAAA="

REFUSED = {
    "nothing": b"",
    "no empty line": b"a\n",
    "no end of the text": b"a",
    "no text": f"{LINE}\n".encode(),
    "a last line that breaks off": f"a\n\n{LINE}".encode(),
    "something behind the signatures": f"a\n\n{LINE}\nb\n".encode(),
    "a hyphen": f"a\n\n{LINE.replace('—', '-')}\n".encode(),
    "two spaces": f"a\n\n{LINE.replace('— ', '—  ')}\n".encode(),
    "a word more": f"a\n\n{LINE} b\n".encode(),
    "no name": "a\n\n—  AAAAAAA=\n".encode(),
    "a plus sign in a name": "a\n\n— a+b AAAAAAA=\n".encode(),
    "a space of another kind in a name": "a\n\n— a\u00a0b AAAAAAA=\n".encode(),
    "a name without end": f"a\n\n— {'a' * 1001} AAAAAAA=\n".encode(),
    "an ID alone": "a\n\n— a AAAAAA==\n".encode(),
    "half an ID": "a\n\n— a AAAA\n".encode(),
    "no base64": "a\n\n— a ÀAAAAAA=\n".encode(),
    "base64 of the web": "a\n\n— a AAAAAA_=\n".encode(),
    "base64 without its padding": "a\n\n— a AAAAAAA\n".encode(),
    "base64 with bits to spare": "a\n\n— a AAAAAAB=\n".encode(),
    "a tab": f"a\tb\n\n{LINE}\n".encode(),
    "a NUL": b"a\x00\n\n",
    "ends of lines of another kind": b"a\r\n\r\n",
    "another coding": b"\xe9\n\n",
    "too many signatures": f"a\n\n{LINE}\n".encode() + f"{LINE}\n".encode() * 64,
    "too many bytes": b"a" * (MOST_BYTES - 1) + b"\n\n",
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_no_note_is_refused(what: str) -> None:
    with pytest.raises(BadNote):
        Note.parse(REFUSED[what])


def test_the_largest_notes_are_taken() -> None:
    assert len(Note.parse(b"a" * (MOST_BYTES - 2) + b"\n\n").text) == MOST_BYTES - 1
    assert len(Note.parse(f"a\n\n{LINE}\n".encode() + f"{LINE}\n".encode() * 63).signatures) == 64


@pytest.mark.parametrize("text", ["", "a", "a\x07\n", "\ud800\n", "a" * MOST_BYTES + "\n"])
def test_what_cannot_be_the_text_of_a_note_does_not_become_one(text: str) -> None:
    with pytest.raises(BadNote):
        Note(text)


NAME_OF_FOO, ID_OF_FOO, KEY_OF_FOO = FOO.split("+", 2)


@pytest.mark.parametrize(
    "vkey",
    [
        "",
        NAME_OF_FOO,
        f"{NAME_OF_FOO}+{ID_OF_FOO}",
        f"{NAME_OF_FOO}+{ID_OF_FOO}+",
        f"{NAME_OF_FOO}+{ID_OF_FOO.upper()}+{KEY_OF_FOO}",
        f"{NAME_OF_FOO}+00000000+{KEY_OF_FOO}",
        f"example.com/bar+{ID_OF_FOO}+{KEY_OF_FOO}",
        f"+{ID_OF_FOO}+{KEY_OF_FOO}",
        f"a b+{ID_OF_FOO}+{KEY_OF_FOO}",
        f"\ud800+{ID_OF_FOO}+{KEY_OF_FOO}",
        f"{FOO}\n",
        f"{FOO}=",
        f"{NAME_OF_FOO}+{ID_OF_FOO}+{base64.b64encode(bytes([1]) + bytes(31)).decode()}",
        f"{NAME_OF_FOO}+{ID_OF_FOO}+{base64.b64encode(bytes([2]) + bytes(32)).decode()}",
        f"{NAME_OF_FOO}+{ID_OF_FOO}+{base64.b64encode(bytes([6]) + bytes(1312)).decode()}",
    ],
)
def test_what_is_no_vkey_is_refused(vkey: str) -> None:
    with pytest.raises(BadNote):
        Verifier.parse(vkey)


def test_every_changed_bit_of_a_signed_note_is_seen() -> None:
    data = (
        Note("archiver/0123456789abcdef\n7\nq6urq6urq6urq6urq6urq6urq6urq6urq6urq6urq6s=\n").signed(KEY, NAME).encode()
    )
    for at in range(len(data) * 8):
        bits = bytearray(data)
        bits[at // 8] ^= 1 << at % 8
        try:
            held = Note.parse(bytes(bits)).verified([OURS])
        except BadNote:
            continue
        assert held == (), at
