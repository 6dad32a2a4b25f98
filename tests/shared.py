"""Where the real feeds and reference results stand, when they are there at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

SHARED = Path(os.environ.get("SAMPAN_SHARED", Path(__file__).parents[2] / "shared")) / "data"


def shared_path(relative: str) -> Path:
    """The path of a shared file; skips with its name when it is absent, fails instead in CI."""
    path = SHARED / relative
    if not path.exists():
        if os.environ.get("CI") == "true":
            pytest.fail(f"{relative} must be there in CI (SAMPAN_SHARED={SHARED.parent})")
        pytest.skip(f"{relative} is not there (SAMPAN_SHARED={SHARED.parent})")
    return path
