"""What a witness says of a file it does not cosign: evidence of two histories is one thing, all else another."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sampan.log import checkpoint, merkle
from sampan.log.checkpoint import Checkpoint
from sampan.log.merkle import leaf_hash, root_of
from sampan.log.note import COSIGNATURE, Signer
from sampan.log.witness import Request
from sampan.model.errors import Refused, SampanError, UserError
from sampan.operations.proving.cosigning import Desk, cosign
from sampan.store.tilefolder import TileFolder

NOW = datetime(2026, 8, 10, 8, 0, tzinfo=UTC)
LOG, NEW_KEY = Signer.generate("example.org/log"), Signer.generate("example.org/log")
WITNESS = Signer.generate("north.example/w", COSIGNATURE)
LEAVES = [bytes([number]) * 32 for number in range(11)]
FORKED = [b"!" * 32, *LEAVES[1:]]


def tiles(folder: Path, leaves: list[bytes], *sizes: int) -> Path:
    """The folder of tiles of a log that published these sizes."""
    done = 0
    for size in sizes:
        TileFolder(folder).grow(done, size, leaves[:size])
        done = size
    return folder


def note_of(size: int, leaves: list[bytes] = LEAVES, signer: Signer = LOG) -> bytes:
    return checkpoint.sign(Checkpoint(LOG.name, size, root_of([leaf_hash(leaf) for leaf in leaves[:size]])), signer)


def proof(old: int, new: int, folder: Path, leaves: list[bytes] = LEAVES) -> tuple[bytes, ...]:
    return tuple(merkle.consistency_proof(old, new, TileFolder(tiles(folder, leaves, new)).reader(new)))


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A witness that saw the tree of six."""
    found = Desk(tmp_path / "north.seen", (LOG.verifier,))
    cosign(note_of(6), found, WITNESS, now=NOW)
    return found


def refused(content: bytes, desk: Desk) -> SampanError:
    """What is said, once it is sure that nothing was signed and the memory is as it was."""
    before = desk.memory.read_bytes()
    with pytest.raises(SampanError) as said:
        cosign(content, desk, WITNESS, now=NOW)
    assert desk.memory.read_bytes() == before
    return said.value


def test_what_is_missing_is_said_and_accuses_nobody(desk: Desk, tmp_path: Path) -> None:
    good = Request(6, proof(6, 9, tmp_path / "a"), note_of(9))
    asked = good.to_bytes()
    damaged = replace(good, proof=(b"\0" * 32, *good.proof[1:]))
    cases = {
        "bare": (note_of(9), "it is not shown", "--from 6"),
        "short": (Request(6, good.proof[:-1], good.checkpoint).to_bytes(), "it is not shown", "--tiles"),
        "damaged": (damaged.to_bytes(), "it is not shown", "--tiles"),
        "cut": (asked[: len(asked) // 2], "no whole request", "ask the office for it again"),
        "cut in its signature": (asked[:-20], "no whole request", "ask the office for it again"),
        "new key": (Request(6, good.proof, note_of(9, signer=NEW_KEY)).to_bytes(), "none of the log's keys", "rotated"),
        "older": (note_of(4), "the last one cosigned here has 6", "newest checkpoint"),
        "from elsewhere": (Request(3, proof(3, 9, tmp_path / "b"), note_of(9)).to_bytes(), "starts at 3", "--from 6"),
    }
    for name, (content, what, do) in cases.items():
        said = refused(content, desk)
        assert isinstance(said, UserError), (name, said)
        assert what in said.what, (name, said)
        assert do in said.do, (name, said)
        assert "evidence" not in said.message, (name, said)
    assert [path.name for path in tmp_path.iterdir() if ".refused" in path.name] == []
    assert cosign(asked, desk, WITNESS, now=NOW)[0].size == 9


def test_two_signed_histories_are_evidence_however_they_are_shown(desk: Desk, tmp_path: Path) -> None:
    folder = tiles(tmp_path / "forked", FORKED, 4, 9)
    for content, having in (
        (note_of(6, FORKED), desk),
        (Request(6, proof(6, 9, tmp_path / "p", FORKED), note_of(9, FORKED)).to_bytes(), desk),
        (note_of(9, FORKED), replace(desk, tiles=folder)),
        (Request(6, (), note_of(9, FORKED)).to_bytes(), replace(desk, tiles=folder)),
        (note_of(4, FORKED), replace(desk, tiles=tiles(tmp_path / "honest", LEAVES, 6))),
    ):
        said = refused(content, having)
        assert isinstance(said, Refused), said
        assert "the two are the evidence" in said.kept
    kept = {path.read_bytes() for path in tmp_path.glob("north.refused*")}
    assert len(kept) == 5, "no piece of evidence is written over another"
    assert cosign(note_of(9), replace(desk, tiles=tiles(tmp_path / "t", LEAVES, 9)), WITNESS, now=NOW)[0].size == 9


def test_a_fork_at_a_power_of_two_is_shown_by_the_tiles_alone(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "seen", (LOG.verifier,))
    cosign(note_of(4), desk, WITNESS, now=NOW)
    content = Request(4, proof(4, 9, tmp_path / "p", FORKED), note_of(9, FORKED)).to_bytes()
    assert isinstance(refused(content, desk), UserError), "such a proof does not carry the older root"
    assert isinstance(refused(content, replace(desk, tiles=tmp_path / "p")), Refused)


def test_what_was_cosigned_is_cosigned_again(desk: Desk, tmp_path: Path) -> None:
    for start, shown in ((6, ()), (0, ()), (3, proof(3, 6, tmp_path / "a"))):
        head, answer = cosign(Request(start, shown, note_of(6)).to_bytes(), desk, WITNESS, now=NOW)
        assert (head.size, answer.startswith(b"\xe2\x80\x94 north.example/w ")) == (6, True)


def test_a_memory_that_cannot_be_read_is_said(desk: Desk) -> None:
    desk.memory.write_bytes(b"gone")
    assert "memory of this witness cannot be read" in refused(note_of(9), desk).what
