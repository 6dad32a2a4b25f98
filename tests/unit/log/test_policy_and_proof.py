"""Policies, proofs that stand alone, and witnesses: 3 of 5, forks, and files that are nearly right."""

from __future__ import annotations

import pytest

from sampan.log import checkpoint, note, policy
from sampan.log.checkpoint import Checkpoint
from sampan.log.errors import ForkError, InvalidSignature, LogError, PolicyError, ProofError, UnverifiedNote
from sampan.log.leaf import Opening, canonical
from sampan.log.merkle import consistency_proof, inclusion_proof, leaf_hash, memory_reader, root_of
from sampan.log.note import COSIGNATURE, ED25519, Signer
from sampan.log.proof import Proof
from sampan.log.witness import GrowthNotShown, OlderCheckpoint, Request, StaleRequest, cosign, read_answer

LOG = Signer("example.org/log", ED25519, b"\x01" * 32)
WITNESSES = [Signer(f"example.org/w{number}", COSIGNATURE, bytes([10 + number]) * 32) for number in range(5)]
NAMED = {f"w{number}": signer.verifier for number, signer in enumerate(WITNESSES)}
THREE_OF_FIVE = policy.of_witnesses([LOG.verifier], NAMED, 3)
OPENING = Opening(b"\x07" * 32, canonical({"kind": "delivery:kept", "facts": {"delivery": "D-000001"}}))
LEAVES = [leaf_hash(b"%d" % number) for number in range(8)] + [OPENING.leaf_hash()]
READ = memory_reader(LEAVES)


def head(size: int) -> Checkpoint:
    return Checkpoint(LOG.name, size, root_of(LEAVES[:size]))


def cosigned(size: int, count: int) -> bytes:
    return note.sign(note.parse(checkpoint.sign(head(size), LOG)), *WITNESSES[:count], time=1_000)


def proof_file(count: int) -> bytes:
    return Proof(8, tuple(inclusion_proof(8, 9, READ)), cosigned(9, count), OPENING.to_bytes()).to_bytes()


def test_three_of_five() -> None:
    for count in range(6):
        judged = policy.judge(cosigned(9, count), THREE_OF_FIVE)
        assert (judged.enough, sorted(judged.cosigned)) == (count >= 3, sorted(NAMED)[:count])
        assert set(judged.cosigned.values()) <= {1_000}


def test_a_policy_is_written_and_read() -> None:
    assert policy.parse(THREE_OF_FIVE.text()) == THREE_OF_FIVE
    assert policy.parse(f"# keys\n\n\tlog  {LOG.verifier.vkey} https://example.org\nquorum none\n").quorum == "none"


def test_groups_of_groups() -> None:
    keys = [signer.verifier.vkey for signer in WITNESSES]
    lines = [f"witness {name} {key}" for name, key in zip("abcde", keys, strict=True)]
    text = "\n".join([*lines, "group north any a b", "group south 2 c d e", "group all all north south", "quorum all"])
    read = policy.parse(text)
    assert read.satisfied_by({"a", "c", "e"})
    assert read.satisfied_by({"b", "d", "e"})
    assert not read.satisfied_by({"a", "b", "c"})
    assert not read.satisfied_by({"c", "d", "e"})


KEY, LOG_KEY = WITNESSES[0].verifier.vkey, LOG.verifier.vkey


@pytest.mark.parametrize(
    "text",
    [
        "", "quorum x", "quorum none\nquorum none", f"log {KEY}\nquorum none", f"witness a {LOG_KEY}\nquorum a",
        f"witness a {KEY}\nwitness b {KEY}\nquorum a", f"witness none {KEY}\nquorum none",
        f"log {LOG_KEY}\nlog {LOG_KEY}\nquorum none", f"witness a {KEY}\ngroup a any a\nquorum a",
        f"witness a {KEY}\ngroup g 2 a\nquorum g", f"witness a {KEY}\ngroup g 0 a\nquorum g",
        f"witness a {KEY}\ngroup g 01 a\nquorum g", f"witness a {KEY}\ngroup g any\nquorum g",
        f"witness a {KEY}\ngroup g any a a\nquorum g", f"witness a {KEY}\ngroup g any a\ngroup h any a\nquorum g",
        f"quorum a\nwitness a {KEY}", "group g any a\nquorum g", f"witness a {KEY[:-1]}\nquorum a", "log\nquorum none",
        "quorum none\r\n", "unknown line\nquorum none", f"witness a {KEY}\ngroup g any none a\nquorum g",
    ],
)  # fmt: skip
def test_what_is_no_policy(text: str) -> None:
    with pytest.raises(PolicyError):
        policy.parse(text)


def test_a_proof_stands_alone() -> None:
    read = Proof.parse(proof_file(3))
    assert read.to_bytes() == proof_file(3)
    assert read.opening() == OPENING
    assert read.verify(OPENING.leaf_hash(), THREE_OF_FIVE).checkpoint == head(9)
    with pytest.raises(PolicyError):
        Proof.parse(proof_file(2)).verify(OPENING.leaf_hash(), THREE_OF_FIVE)
    with pytest.raises(ProofError):
        read.verify(LEAVES[0], THREE_OF_FIVE)


def test_no_changed_byte_of_a_proof_passes() -> None:
    content = proof_file(3)
    for at in range(len(content)):
        changed = content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]
        try:
            read = Proof.parse(changed)
            judged = read.verify(read.opening().leaf_hash(), THREE_OF_FIVE)
        except LogError:
            continue
        pytest.fail(f"byte {at} changed and still proved {judged}")


@pytest.mark.parametrize(
    "change",
    [
        lambda c: c.replace(b"@v1", b"@v2"), lambda c: c.replace(b"index 8", b"index 08"), lambda c: c.replace(b"index 8", b"index -8"),
        lambda c: c.replace(b"index 8\n", b""), lambda c: c.replace(b"extra ", b"Extra "), lambda c: b"\n" + c,
        lambda c: c.replace(b"\n\n", b"\n", 1), lambda c: c[: c.index(b"\n\n")], lambda c: c.replace(b"index 8", "index ８".encode()),
    ],
)  # fmt: skip
def test_what_is_no_proof(change) -> None:  # type: ignore[no-untyped-def] # a lambda of bytes
    with pytest.raises(LogError):
        Proof.parse(change(proof_file(0)))


def request(old: int, new: int) -> Request:
    proof = consistency_proof(old, new, READ) if 0 < old < new else []
    return Request(old, tuple(proof), checkpoint.sign(head(new), LOG))


def test_a_witness_cosigns_what_grows() -> None:
    seen, keys = None, [LOG.verifier]
    for old, new in ((0, 3), (3, 3), (0, 3), (3, 8), (3, 8), (8, 9)):
        asked = Request.parse(request(old, new).to_bytes())
        seen, signature = cosign(asked, seen, keys, WITNESSES[0], time=5)
        assert seen == head(new)
        answered = read_answer(signature.line().encode(), asked.checkpoint, [w.verifier for w in WITNESSES])
        assert [(s.name, s.time) for s in answered] == [("example.org/w0", 5)]


def test_a_witness_refuses_forks_rollbacks_and_stale_requests() -> None:
    other = Checkpoint(LOG.name, 8, root_of([*LEAVES[:7], leaf_hash(b"!")]))
    fork = Request(8, (), checkpoint.sign(other, LOG))
    with pytest.raises(ForkError):
        cosign(fork, head(8), [LOG.verifier], WITNESSES[0], time=5)
    with pytest.raises(OlderCheckpoint):
        cosign(request(0, 3), head(8), [LOG.verifier], WITNESSES[0], time=5)
    with pytest.raises(GrowthNotShown):
        cosign(
            Request(3, tuple(consistency_proof(3, 8, READ)), checkpoint.sign(other, LOG)),
            head(3),
            [LOG.verifier],
            WITNESSES[0],
            time=5,
        )
    with pytest.raises(StaleRequest) as stale:
        cosign(request(3, 9), head(8), [LOG.verifier], WITNESSES[0], time=5)
    assert stale.value.size == 8
    with pytest.raises(StaleRequest):
        cosign(request(3, 9), None, [LOG.verifier], WITNESSES[0], time=5)


def test_a_witness_refuses_strangers() -> None:
    stranger = Signer("example.org/log", ED25519, b"\x08" * 32)
    with pytest.raises(UnverifiedNote):
        cosign(request(0, 3), None, [stranger.verifier], WITNESSES[0], time=5)
    with pytest.raises(LogError):
        cosign(request(0, 3), None, [LOG.verifier], LOG, time=5)
    with pytest.raises(ProofError):
        cosign(Request(0, (LEAVES[0],), request(0, 3).checkpoint), None, [LOG.verifier], WITNESSES[0], time=5)


def test_an_answer_for_another_checkpoint_is_no_answer() -> None:
    signature = WITNESSES[0].sign(head(8).text().encode(), time=5)
    with pytest.raises(InvalidSignature):
        read_answer(signature.line().encode(), checkpoint.sign(head(9), LOG), [WITNESSES[0].verifier])
    with pytest.raises(UnverifiedNote):
        read_answer(signature.line().encode(), checkpoint.sign(head(8), LOG), [WITNESSES[1].verifier])


@pytest.mark.parametrize(
    "content", [b"", b"old 1\n", b"old 01\n\n", b"new 1\n\nx", b"\xff\n\n", b"old 1\nnot base64\n\n"]
)
def test_what_is_no_request(content: bytes) -> None:
    with pytest.raises(LogError):
        Request.parse(
            content + (b"" if content.startswith(b"old 1\n") and len(content) == 6 else request(0, 3).checkpoint)
        )
