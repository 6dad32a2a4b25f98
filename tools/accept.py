"""Write expected.csv of the sources named (all, if none is named) from what their samples become now.

make accept SOURCE=th-r506        and then read the diff
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

import django


def accept(name: str) -> None:
    """One source, in a home of its own."""
    from tests.sources.samples import received, sample_of  # noqa: PLC0415 - as above

    from sampan.sources import catalogue  # noqa: PLC0415 - Django must be set up first

    folder = catalogue.source(name).folder or Path()
    sample = sample_of(folder)
    if sample is None:
        print(f"{name}: no sample of its own")
        return
    _, frame = received(name, sample)
    frame.write_csv(folder / "expected.csv")
    print(f"{name}: {frame.height} rows")


def main(names: list[str]) -> int:
    """Accept each; 0 when all are written."""
    with tempfile.TemporaryDirectory() as home:
        os.environ["SAMPAN_HOME"] = home
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sampan.office.settings")
        django.setup()
        from sampan.sources import catalogue  # noqa: PLC0415 - Django must be set up first

        for name in names or list(catalogue.sources()):
            accept(name)
    return 0


if __name__ == "__main__":
    sys.exit(main([name for name in sys.argv[1:] if name]))
