"""No bit of a kept original changes unseen, and nothing can be added to it or taken from it."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.keywrap import aes_key_unwrap

from sampan.model.errors import OurFault
from sampan.store import blobs

WRAPPING = bytes(range(32))


def test_every_changed_bit_is_found(tmp_path: Path) -> None:
    (tmp_path / "original").write_bytes(b"province,cases\nTakeo,3\n")
    blob = blobs.keep(tmp_path / "original", tmp_path / "blobs", WRAPPING)
    path, own_key = tmp_path / "blobs" / blob.name, aes_key_unwrap(WRAPPING, blob.wrapped_key)
    kept = path.read_bytes()
    assert b"".join(blobs.chunks(path, own_key)) == b"province,cases\nTakeo,3\n"
    flipped = [
        kept[:at] + bytes([kept[at] ^ (1 << bit)]) + kept[at + 1 :] for at in range(len(kept)) for bit in range(8)
    ]
    longer = [kept + b"\x00" * count for count in range(1, 9)]
    shorter = [kept[:count] for count in range(len(kept))]
    for changed in (*flipped, *longer, *shorter):
        path.write_bytes(changed)
        with pytest.raises(OurFault):
            list(blobs.chunks(path, own_key))
