"""Which sources there are: the bundled folders beside this file, and the folders a home or a test adds.

A source is found by being there; nothing is registered in code.
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from sampan.model.errors import UserError
from sampan.model.sources import Source
from sampan.sources.definition import load_folder

BUNDLED = Path(__file__).parent


def sources(extra: Sequence[Path] = ()) -> dict[str, Source]:
    """Every source by id, sorted by id. A folder in `extra` wins over a bundled one of the same id."""
    found: dict[str, Source] = {}
    for root in (BUNDLED, *extra):
        for folder in sorted(root.iterdir()) if root.is_dir() else ():
            if (folder / "source.yml").is_file():
                found.update({source.id: source for source in _loaded(folder, _stamp(folder))})
    return dict(sorted(found.items()))


def source(name: str, extra: Sequence[Path] = ()) -> Source:
    """The source of that id. UserError offers the nearest ids."""
    known = sources(extra)
    if name not in known:
        near = difflib.get_close_matches(name, known, n=3) or list(known)[:5]
        raise UserError(
            f"no source is called {name!r}",
            do=f"nearest: {', '.join(near)}; `sampan sources list` shows all, `sampan sources draft` makes a new one",
        )
    return known[name]


def _stamp(folder: Path) -> tuple[int, ...]:
    return tuple(path.stat().st_mtime_ns for path in [folder / "source.yml", *sorted(folder.glob("crosswalk/*.csv"))])


@lru_cache(maxsize=512)
def _loaded(folder: Path, _changed: tuple[int, ...]) -> tuple[Source, ...]:
    return tuple(load_folder(folder))
