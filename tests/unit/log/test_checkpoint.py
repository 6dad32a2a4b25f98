"""Checkpoints: one way of writing, bound to the origin of the key, and growth that can be shown."""

from __future__ import annotations

import pytest

from sampan.log import checkpoint, note
from sampan.log.checkpoint import Checkpoint
from sampan.log.errors import ForkError, NoteError, ProofError, UnverifiedNote
from sampan.log.merkle import EMPTY_ROOT, consistency_proof, leaf_hash, memory_reader, root_of
from sampan.log.note import ED25519, Signer

LOG = Signer("example.org/log", ED25519, b"\x01" * 32)
OTHER = Signer("example.org/other", ED25519, b"\x02" * 32)
LEAVES = [leaf_hash(b"%d" % number) for number in range(9)]


def head(size: int, leaves: list[bytes] = LEAVES, origin: str = LOG.name) -> Checkpoint:
    return Checkpoint(origin, size, root_of(leaves[:size]))


def test_a_checkpoint_is_three_lines() -> None:
    said = head(5)
    assert said.text().splitlines()[:2] == ["example.org/log", "5"]
    assert Checkpoint.parse(said.text()) == said
    extended = Checkpoint(LOG.name, 5, said.root, ("one", "two words"))
    assert Checkpoint.parse(extended.text()) == extended


@pytest.mark.parametrize(
    "change",
    [
        lambda t: t[:-1], lambda t: t + "\n", lambda t: "\n" + t, lambda t: t.replace("\n5\n", "\n05\n"),
        lambda t: t.replace("\n5\n", "\n+5\n"), lambda t: t.replace("\n5\n", "\n-5\n"), lambda t: t.replace("\n5\n", "\n５\n"),
        lambda t: t.replace("\n5\n", "\n\n"), lambda t: t.replace("\n5\n", "\n99999999999999999999\n"),
        lambda t: t.replace("=", ""), lambda t: t.replace("=\n", "A=\n"), lambda t: "\n".join(t.split("\n")[:2]) + "\n",
        lambda t: t.replace("\n5\n", "\n0\n"),
    ],
)  # fmt: skip
def test_no_other_way_of_writing_is_read(change) -> None:  # type: ignore[no-untyped-def] # a lambda of text
    with pytest.raises(NoteError):
        Checkpoint.parse(change(head(5).text()))


def test_a_key_signs_for_its_own_origin_only() -> None:
    signed = checkpoint.sign(head(5), LOG)
    assert checkpoint.verify(signed, [LOG.verifier.vkey]) == head(5) == checkpoint.read(signed)
    stolen = checkpoint.sign(head(5), OTHER)
    with pytest.raises(UnverifiedNote):
        checkpoint.verify(stolen, [LOG.verifier.vkey])
    with pytest.raises(UnverifiedNote):
        checkpoint.verify(stolen, [OTHER.verifier.vkey])
    witness = Signer(LOG.name, note.COSIGNATURE, b"\x01" * 32)
    with pytest.raises(UnverifiedNote):
        checkpoint.verify(note.sign(head(5).text(), witness, time=1), [witness.verifier.vkey])


FORKED = [*LEAVES[:2], leaf_hash(b"!"), *LEAVES[3:]]


def test_growth() -> None:
    read = memory_reader(LEAVES)
    checkpoint.check_growth(head(3), head(8), consistency_proof(3, 8, read))
    checkpoint.check_growth(head(8), head(8), [])
    checkpoint.check_growth(Checkpoint(LOG.name, 0, EMPTY_ROOT), head(8), [])
    with pytest.raises(ProofError, match="is older"):
        checkpoint.check_growth(head(8), head(3), [])
    forked = head(8, FORKED)
    with pytest.raises(ForkError):
        checkpoint.check_growth(head(8), forked, [])
    with pytest.raises(ForkError, match="does not contain"):
        checkpoint.check_growth(head(3), forked, consistency_proof(3, 8, memory_reader(FORKED)))
    for proof in (consistency_proof(3, 8, read), consistency_proof(3, 8, read)[:-1], []):
        with pytest.raises(ProofError):  # a proof that leads nowhere is not signed, and accuses nobody
            checkpoint.check_growth(head(3), forked, proof)
    with pytest.raises(ProofError):
        checkpoint.check_growth(head(3), head(8, origin="example.org/other"), consistency_proof(3, 8, read))
    with pytest.raises(ProofError):
        checkpoint.check_growth(Checkpoint(LOG.name, 0, EMPTY_ROOT), head(8), [EMPTY_ROOT])
