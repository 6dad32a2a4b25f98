"""Signed notes: what is written is read back, and what is nearly a note is none."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sampan.log import note
from sampan.log.errors import InvalidSignature, NoteError, UnverifiedNote
from sampan.log.note import COSIGNATURE, ED25519, Note, Signature, Signer, Verifier

TEXT = "First line.\nSecond line.\n"
NORTH = Signer("example.org/north", ED25519, b"\x01" * 32)
SOUTH = Signer("example.org/south", ED25519, b"\x02" * 32)
WITNESS = Signer("example.org/witness", COSIGNATURE, b"\x03" * 32)
SIGNED = note.sign(TEXT, NORTH)


def test_a_signed_note_reads() -> None:
    read = note.verify(SIGNED, [NORTH.verifier.vkey])
    assert (read.text, [s.name for s in read.verified], read.unverified) == (TEXT, ["example.org/north"], ())
    assert read.to_bytes() == SIGNED
    assert SIGNED.decode().splitlines()[:3] == ["First line.", "Second line.", ""]


def test_keys_are_written_and_read() -> None:
    for signer in (NORTH, WITNESS, Signer.generate("some.where/else")):
        assert Signer.parse(signer.skey) == signer
        assert Verifier.parse(signer.verifier.vkey) == signer.verifier


@pytest.mark.parametrize("text", [NORTH.verifier.vkey, NORTH.skey])
def test_no_mangled_key_is_read(text: str) -> None:
    read = Signer.parse if text.startswith("PRIVATE") else Verifier.parse
    pieces = {text[begin:end] for begin in range(len(text)) for end in range(begin + 1, len(text) + 1)} - {text}
    turned = {text[:at] + chr(ord(text[at]) + 1) + text[at + 1 :] for at in range(len(text))}
    for mangled in pieces | turned | {"", text + "=", text + "A", text.upper()}:
        with pytest.raises(NoteError):
            read(mangled)


def test_unknown_signatures_are_kept_apart_and_repeats_dropped() -> None:
    both = note.sign(TEXT, NORTH, SOUTH)
    read = note.verify(both, [SOUTH.verifier.vkey])
    assert [s.name for s in read.verified] == ["example.org/south"]
    assert [s.name for s in read.unverified] == ["example.org/north"]
    lines = both.decode().partition("\n\n")[2]
    again = note.verify(both + lines.encode() * 3, [SOUTH.verifier.vkey])
    assert (len(again.verified), len(again.unverified)) == (1, 1)


def test_nobody_we_know() -> None:
    with pytest.raises(UnverifiedNote):
        note.verify(SIGNED, [])
    with pytest.raises(UnverifiedNote):
        note.verify(SIGNED, [SOUTH.verifier.vkey])
    with pytest.raises(UnverifiedNote):  # same name, another key
        note.verify(SIGNED, [Signer(NORTH.name, ED25519, b"\x09" * 32).verifier])


def test_a_wrong_signature_by_a_known_key_fails_the_whole_note() -> None:
    wrong = note.sign("Another text.\n", NORTH).decode().partition("\n\n")[2]
    content = note.sign(TEXT, SOUTH) + wrong.encode()
    with pytest.raises(InvalidSignature):
        note.verify(content, [NORTH.verifier, SOUTH.verifier])
    assert note.verify(content, [SOUTH.verifier]).verified


def test_two_equal_keys_are_told_only_when_they_matter() -> None:
    keys = [NORTH.verifier.vkey, SOUTH.verifier.vkey, SOUTH.verifier.vkey]
    assert note.verify(SIGNED, keys).text == TEXT
    with pytest.raises(NoteError, match="both"):
        note.verify(note.sign(TEXT, SOUTH), keys)


def test_too_many_signatures() -> None:
    line = SIGNED.decode().partition("\n\n")[2].encode()
    assert note.verify(SIGNED + line * 99, [NORTH.verifier]).text == TEXT
    for keys in ([NORTH.verifier], []):
        with pytest.raises(NoteError, match="more than 100"):
            note.verify(SIGNED + line * 100, keys)


LINE = SIGNED.decode().splitlines(keepends=True)[-1]


@pytest.mark.parametrize(
    "content",
    [
        TEXT.encode(), (TEXT + "\n").encode(), SIGNED[:-1], b"\x01" + SIGNED, b"\xff" + SIGNED, SIGNED + b"odd line\n",
        SIGNED + b"\n", b"", b"\n", b"\n\n", SIGNED.replace(b"\n", b"\r\n"), SIGNED.replace("— ".encode(), b"- "),
        SIGNED.replace(b"example.org/north ", b"bad name "), SIGNED.replace(b"example.org/north ", b"a+b "),
        SIGNED.replace(b"example.org/north ", b" "), (TEXT + "\n— name \n").encode(),
        (TEXT + "\n— name AAAA\n").encode(), (TEXT + "\n— name AAAAAAA\n").encode(), (TEXT + "\n— name AAAAAAB=\n").encode(),
        (TEXT + "\n" + LINE.replace("=", "")).encode(),
    ],
)  # fmt: skip
def test_what_is_no_note(content: bytes) -> None:
    with pytest.raises(NoteError):
        note.verify(content, [NORTH.verifier])


@given(st.binary(max_size=200))
def test_any_bytes_are_a_note_or_are_refused(content: bytes) -> None:
    with pytest.raises(NoteError):
        note.verify(content, [NORTH.verifier])


@given(st.text(st.characters(min_codepoint=32, exclude_categories=["Cs"]), max_size=50), st.integers(0, 2**63 - 1))
def test_any_text_survives_signing(line: str, time: int) -> None:
    text = line + "\n"
    content = note.sign(text, NORTH, WITNESS, time=time)
    read = note.verify(content, [NORTH.verifier, WITNESS.verifier.vkey])
    assert read.text == text
    assert [signature.time for signature in read.verified] == [None, time]


def test_signing_refuses_what_it_could_not_read() -> None:
    for text in ("no newline", "a\tb\n", ""):
        with pytest.raises(NoteError):
            note.sign(text, NORTH)
    with pytest.raises(NoteError):
        note.sign(Note(TEXT, (Signature("a+b", 0, "AAAAAAA="),)))
    with pytest.raises(NoteError):
        note.sign(Note(TEXT, (Signature("name", 1, "AAAAAAA="),)))  # another key id than the one it carries
    with pytest.raises(NoteError):
        note.sign(TEXT, Signer("bad name", ED25519, b"\x01" * 32))
    with pytest.raises(NoteError, match="time"):
        note.sign(TEXT, WITNESS)


def test_a_key_signs_anew_in_place_of_its_old_signature() -> None:
    old = Note(TEXT, (), (Signature(NORTH.name, NORTH.verifier.key_id, "never read"),))
    assert note.sign(old, NORTH) == SIGNED


def test_a_cosignature_is_bound_to_its_time_and_kind() -> None:
    content = note.sign(TEXT, WITNESS, time=1_000)
    assert note.verify(content, [WITNESS.verifier]).verified[0].time == 1_000
    raw = bytearray(note.decode(note.parse(content).unverified[0].base64))
    raw[11] ^= 1  # the last byte of the time
    later = note.Signature(WITNESS.name, 0, note._encode(bytes(raw))).line()
    with pytest.raises(InvalidSignature):
        note.verify((TEXT + "\n" + later).encode(), [WITNESS.verifier])
    plain = Verifier(WITNESS.name, ED25519, WITNESS.verifier.public)
    assert plain.key_id != WITNESS.verifier.key_id
    with pytest.raises(UnverifiedNote):
        note.verify(content, [plain])


@pytest.mark.parametrize(("content", "keys"), [(None, []), ("text", []), (7, []), (b"a\n\n", b"key"), (b"a\n\n", [7])])
def test_odd_types_are_refused_like_any_other_nonsense(content: Any, keys: Any) -> None:
    with pytest.raises(NoteError):
        note.verify(content, keys)
