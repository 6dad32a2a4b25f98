"""What a door may ask for: the figures of which sources, places and days, as known at which moment."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sampan.store.figures import Asked


def at(asked: Asked, moment: datetime) -> Asked:
    """The same question about an earlier moment."""
    return replace(asked, at=moment)


__all__ = ["Asked", "at"]
