"""YAML files that people keep: plain values only, read by libyaml where it is there (ten times as quick)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read(path: Path) -> Any:
    """What a YAML file says: mappings, lists, texts, numbers. OSError, UnicodeDecodeError or yaml.YAMLError if it
    cannot be read."""
    return yaml.load(path.read_text(encoding="utf-8"), Loader=LOADER)  # noqa: S506 - both loaders are safe ones
