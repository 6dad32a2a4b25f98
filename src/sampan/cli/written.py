"""A file that a command shall write: its folder is looked at before anything is done, so that no act is half told.

@click.option("-o", "--output", type=Written())
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click


class Written(click.Path):
    """The path of a file to write. A usage error if its folder is missing or closed, or its ending none of these."""

    def __init__(self, *endings: str) -> None:
        super().__init__(dir_okay=False, path_type=Path)
        self.endings = endings

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The path as given."""
        path = Path(super().convert(value, param, ctx))
        folder = path.parent
        if not folder.is_dir():
            self.fail(
                f"There is no folder {str(folder)!r}. Nothing was done; make it, or name another file.", param, ctx
            )
        if not os.access(path if path.exists() else folder, os.W_OK):
            self.fail(f"{str(path)!r} cannot be written. Nothing was done; name another file.", param, ctx)
        if self.endings and path.suffix.lower() not in self.endings:
            known = " or ".join(self.endings)
            self.fail(f"{path.name!r} does not end in {known}. Nothing was done; name it so.", param, ctx)
        return path
