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
from sampan.sources import weekly
from sampan.sources.definition import load_folder

BUNDLED = Path(__file__).parent


def sources(extra: Sequence[Path] = ()) -> dict[str, Source]:
    """Every source by id, sorted by id. A folder in `extra` wins over a bundled one of the same id."""
    found: dict[str, Source] = {}
    for folder in _folders(extra):
        try:
            loaded = _loaded(folder, _stamp(folder))
            found.update({source.id: source for source in loaded})
            forms = (weekly.form_of(source) for source in loaded if source.form == weekly.WEEKLY)
            found.update({form.id: form for form in forms})
        except UserError:
            continue  # one broken folder stops nobody else's source; `broken` tells it
    return dict(sorted(found.items()))


def broken(extra: Sequence[Path] = ()) -> dict[str, UserError]:
    """Folders whose source.yml cannot be read, by name, with what is wrong."""
    found = {}
    for folder in _folders(extra):
        try:
            _loaded(folder, _stamp(folder))
        except UserError as slip:
            found[folder.name] = slip
    return found


def _folders(extra: Sequence[Path]) -> list[Path]:
    roots = [root for root in (BUNDLED, *extra) if root.is_dir()]
    return [folder for root in roots for folder in sorted(root.iterdir()) if (folder / "source.yml").is_file()]


def source(name: str, extra: Sequence[Path] = ()) -> Source:
    """The source of that id. UserError offers the nearest ids."""
    known = sources(extra)
    if name not in known:
        for slip in (slip for folder, slip in broken(extra).items() if folder == name):
            raise slip
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
