"""Write each generated page of docs/reference; with --check only say which would change."""

from __future__ import annotations

import importlib
import os
import sys
from pathlib import Path

import django

DOCS = Path(__file__).parents[2] / "docs" / "reference"
PAGES = ("api.md", "checks.md", "commands.md", "errors.md", "manual.md", "source-yml.md", "sources.md")


def text(name: str) -> str:
    """What the code says for one page. Django is set up first: the commands import the records."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sampan.office.settings")
    django.setup()
    written: str = importlib.import_module(f"tools.reference.{Path(name).stem.replace('-', '_')}").page()
    return written


def stale() -> list[str]:
    """Names of pages that are not as the code would write them."""
    return [name for name in PAGES if not (DOCS / name).exists() or (DOCS / name).read_text("utf-8") != text(name)]


def main(arguments: list[str]) -> int:
    """Write the pages; with --check answer 1 if one is stale."""
    if "--check" in arguments:
        old = stale()
        for name in old:
            print(f"docs/reference/{name} is not what the code says; run: make docs", file=sys.stderr)
        return 1 if old else 0
    DOCS.mkdir(parents=True, exist_ok=True)
    for name in PAGES:
        (DOCS / name).write_text(text(name), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
