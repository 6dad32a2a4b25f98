"""Which sources there are: the bundled folders beside this file, and the folders a home or a test adds.

A source is found by being there; nothing is registered in code.
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from sampan.model.errors import UserError
from sampan.model.sources import Source
from sampan.sources import weekly
from sampan.sources.definition import load_folder

BUNDLED = Path(__file__).parent


def sources(extra: Sequence[Path] = (), gazetteer: tuple[Path, ...] = ()) -> dict[str, Source]:
    """Every source by id, sorted by id. A folder in `extra` wins over a bundled one of the same id.

    `gazetteer`: folders of places that are added to each.
    """
    return dict(_known(tuple(extra), tuple(edited(root) for root in extra), gazetteer))


def edited(root: Path) -> tuple[tuple[str, int], ...]:
    """Every file under a folder with the time of its last change: another text whenever any of them was edited."""
    try:
        with os.scandir(root) as entries:
            found = sorted(entries, key=lambda entry: entry.name)
    except OSError:
        return ()
    of_folders = [edited(Path(entry.path)) for entry in found if entry.is_dir()]
    files = [(entry.path, entry.stat().st_mtime_ns) for entry in found if entry.is_file()]
    return tuple(files + [one for folder in of_folders for one in folder])


@lru_cache(maxsize=64)
def _known(
    extra: tuple[Path, ...], _edited: tuple[tuple[tuple[str, int], ...], ...], gazetteer: tuple[Path, ...]
) -> Mapping[str, Source]:
    """Read once for as long as no file changes; those that come with the program change with it alone."""
    found: dict[str, Source] = {}
    for folder in _folders((BUNDLED, *extra)):
        found.update(_readable(folder, _stamp(folder), gazetteer))
    return dict(sorted(found.items()))


def _readable(folder: Path, changed: tuple[int, ...], gazetteer: tuple[Path, ...]) -> Mapping[str, Source]:
    """A folder's sources and their forms; one broken folder stops nobody else's source, and `broken` tells it."""
    try:
        return _placed(folder, changed, gazetteer)
    except UserError:
        return {}


@lru_cache(maxsize=512)
def _placed(folder: Path, changed: tuple[int, ...], gazetteer: tuple[Path, ...]) -> Mapping[str, Source]:
    loaded = _loaded(folder, changed)
    forms = [weekly.form_of(source) for source in loaded if source.form == weekly.WEEKLY]
    return {one.id: replace(one, gazetteer=gazetteer) if gazetteer else one for one in (*loaded, *forms)}


def broken(extra: Sequence[Path] = ()) -> dict[str, UserError]:
    """Folders whose source.yml cannot be read, by name, with what is wrong."""
    found = {}
    for folder in _folders((BUNDLED, *extra)):
        try:
            _loaded(folder, _stamp(folder))
        except UserError as slip:
            found[folder.name] = slip
    return found


def _folders(roots: Sequence[Path]) -> list[Path]:
    return [
        folder
        for root in roots
        if root.is_dir()
        for folder in sorted(root.iterdir())
        if (folder / "source.yml").is_file()
    ]


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
