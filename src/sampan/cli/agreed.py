"""An agreement that a command is told of: a file, or the code of one that this home keeps.

@click.argument("agreement", type=Agreed())
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import click

from sampan.cli.main import text_of
from sampan.operations import homes
from sampan.operations.sharing import making


class AgreementText(NamedTuple):
    """The YAML of an agreement and what it is called in what is told."""

    text: str
    name: str


class Agreed(click.ParamType):
    """A file, else a kept agreement, "weekly" (its newest version) or "weekly v1". UserError if it is neither."""

    name = "file"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> AgreementText:
        """Its text and name; a value with the look of a file is never looked for among the kept."""
        if isinstance(value, AgreementText):
            return value
        path = Path(value)
        if path.exists() or path.suffix or path.name != value:
            return AgreementText(text_of(path), path.name)
        homes.opened()
        return AgreementText(*making.kept(value))
