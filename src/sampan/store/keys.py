"""Secret keys as files under SAMPAN_HOME/keys, readable by their owner alone. docs/reference/keys.md lists them."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from sampan.model.errors import OurFault


def key(folder: Path, name: str, *, size: int = 32) -> bytes:
    """The named key, made on first use. Two processes that make it at once agree on one."""
    path = folder / name
    try:
        found = path.read_bytes()
    except FileNotFoundError:
        found = _made(path, size)
    if len(found) != size:
        raise OurFault(
            f"the key {name!r} has {len(found)} bytes, not {size}",
            where=str(path),
            kept="nothing was changed",
            do="put the key back from its export; see docs/reference/keys.md",
        )
    return found


def _made(path: Path, size: int) -> bytes:
    """Write a fresh key beside its place, then link it in; whoever links first wins.

    A crash before the link leaves a nameless temporary file, which nothing reads.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(descriptor, secrets.token_bytes(size))
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    try:
        os.link(draft, path)
    except FileExistsError:
        pass  # another process was first; its key is the key
    finally:
        draft.unlink()
    return path.read_bytes()
