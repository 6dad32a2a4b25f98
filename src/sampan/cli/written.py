"""A file or folder that a command shall write: looked at before anything is done, so that no act is half told.

@click.option("-o", "--output", type=Written())
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

import click

KEPT = "Nothing was done"


class Written(click.Path):
    """The path of a file to write. A usage error if its folder is missing or closed, or its ending none of these."""

    def __init__(self, *endings: str) -> None:
        super().__init__(dir_okay=False)
        self.endings = endings

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The path as given."""
        path = Path(os.fsdecode(super().convert(value, param, ctx)))
        if not path.parent.is_dir():
            self.fail(f"There is no folder {str(path.parent)!r}. {KEPT}; make it, or name another file.", param, ctx)
        if not os.access(path if path.exists() else path.parent, os.W_OK):
            self.fail(f"{str(path)!r} cannot be written. {KEPT}; name another file.", param, ctx)
        if self.endings and path.suffix.lower() not in self.endings:
            known = " or ".join(self.endings)
            self.fail(f"{path.name!r} does not end in {known}. {KEPT}; name it so.", param, ctx)
        return path


class ReleaseFolder(click.Path):
    """The folder of a release. A usage error if it cannot be made, or holds a release: its manifest seals its table."""

    def __init__(self) -> None:
        super().__init__(file_okay=False)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The path as given; it is not made yet, since the release may be refused."""
        path = Path(os.fsdecode(super().convert(value, param, ctx)))
        if (path / "manifest.json").exists():
            self.fail(f"{str(path)!r} holds a release already. {KEPT}; name another folder.", param, ctx)
        above = next(folder for folder in (path, *path.absolute().parents) if folder.exists())
        try:
            Path(tempfile.mkdtemp(dir=above)).rmdir()
        except OSError:
            self.fail(f"Nothing can be written into {str(above)!r}. {KEPT}; name another folder.", param, ctx)
        return path
