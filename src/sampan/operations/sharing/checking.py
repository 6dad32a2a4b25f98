"""Agreement files checked in the worlds of this home: its own sources and places beside those that are bundled."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings

from sampan.model.agreements import Agreement
from sampan.operations import agreements, homes
from sampan.operations.agreements import Checked
from sampan.operations.sharing.frozen import worlds
from sampan.sharing.fragment.domains import Domains
from sampan.vocab.places import Gazetteer, registry


def check_here(text: str, name: str) -> Checked:
    """Every slip and remark; where there is no home, in the bundled worlds."""
    return agreements.check(text, name, worlds_here)


def compare_here(first: tuple[str, str], second: tuple[str, str] | None) -> dict[str, Any]:
    """Two agreements (text, name), or the two directions of one."""
    return agreements.compare(first, second, worlds_here)


def compare_said_here(found: dict[str, Any], language: str) -> dict[str, str]:
    """What a comparison found in plain words, places by their names in this home."""
    return agreements.compare_said(found, language, places_here())


def places_here() -> Gazetteer:
    """The places of this home beside the bundled ones."""
    own = Path(settings.HOME) / "places"
    return registry(own) if own.is_dir() else registry()


def worlds_here(listed: Sequence[Agreement]) -> Domains:
    """The worlds of these agreements; a file can be checked before there is any home."""
    if not Path(settings.HOME).exists():
        return agreements.worlds_of(listed)
    store = homes.opened()
    return worlds(store, tuple(listed), homes.sources(store))
