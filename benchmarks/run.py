"""`python -m benchmarks.run [NAME...] [--write]`: every file here that has figures(), one line for each figure.

Exit code 1 if a figure is short of its bar. Nothing is written unless asked: --write updates RESULTS.md.
"""

from __future__ import annotations

import importlib
import os
import pkgutil
import platform
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import django

from benchmarks.figure import Figure

HERE = Path(__file__).parent
TRIALS = "## Random trials, last full runs"  # written by hand after `make soak`; a run of figures keeps it


def figures(chosen: list[str]) -> Iterator[Figure]:
    """Figures of the modules named (of all, if none is named), as each is measured."""
    for module in sorted(pkgutil.iter_modules([str(HERE)]), key=lambda m: m.name):
        if module.name in ("run", "figure") or (chosen and module.name not in chosen):
            continue
        measure = getattr(importlib.import_module(f"benchmarks.{module.name}"), "figures", None)
        if measure is not None:
            yield from measure()


def main(arguments: list[str]) -> int:
    """Print a line for each figure; 0 if all bars are held."""
    chosen = [argument for argument in arguments if not argument.startswith("-")]
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sampan.office.settings")
    django.setup()
    measured = []
    for figure in figures(chosen):
        print(figure.line(), flush=True)
        measured.append(figure)
    if not measured:
        print(f"No figures were found for {', '.join(chosen) or 'any file'} in {HERE.name}/", file=sys.stderr)
        return 1
    if "--write" in arguments:
        page = HERE / "RESULTS.md"
        trials = page.read_text(encoding="utf-8").partition(TRIALS)[2] if page.exists() else ""
        page.write_text(as_page(measured) + (f"\n{TRIALS}{trials}" if trials else ""), encoding="utf-8")
    return 0 if all(figure.holds for figure in measured) else 1


def as_page(measured: list[Figure]) -> str:
    """RESULTS.md: the figures, the day and the machine they were measured on."""
    head = (
        "# Measured figures\n\n"
        f"Measured by `make bench BENCH=--write` on {datetime.now(UTC):%Y-%m-%d}: {os.cpu_count()} cores, "
        f"Python {platform.python_version()}, {platform.machine()}. Ratios are of one run on one machine.\n"
    )
    rows = [
        f"| {f.name} | {f.measured:,.4g} {f.unit} | {'≤' if f.at_most else '≥'} {f.bar:,.4g} | "
        f"{'ok' if f.holds else 'short'} | {f.note} |"
        for f in measured
    ]
    return "\n".join([head, "| figure | measured | bar | | of what |", "|---|---|---|---|---|", *rows, ""])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
