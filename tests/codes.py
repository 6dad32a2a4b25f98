"""The codes that this test's home gives: `nth("D", 1)` is its first delivery's, as the office would write it."""

from __future__ import annotations

import os
from pathlib import Path

from sampan.store import keys, veil

KEY_OF_EXAMPLES = b"codes of every example, 32 bytes"  # the help of the commands names codes under it


def nth(letter: str, number: int, home: Path | None = None) -> str:
    """The code of a noun's n-th record in a home, by default the one in SAMPAN_HOME."""
    root = home or Path(os.environ["SAMPAN_HOME"])
    return f"{letter}-{veil.Veil(keys.key(root / 'keys', veil.KEY)).hide(letter, number)}"


def keyed_alike(home: Path) -> None:
    """From now on this home gives the codes of the examples, as every home does that was keyed so."""
    (home / "keys").mkdir(mode=0o700, parents=True, exist_ok=True)
    (home / "keys" / veil.KEY).write_bytes(KEY_OF_EXAMPLES)


def number(code: str, home: Path | None = None) -> int:
    """Which record of its noun a code is."""
    root = home or Path(os.environ["SAMPAN_HOME"])
    letter, _, told = code.partition("-")
    return veil.Veil(keys.key(root / "keys", veil.KEY)).show(letter, told)
