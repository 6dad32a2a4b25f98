"""YAML files that people keep: plain values only, read by libyaml where it is there (ten times as quick)."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
KEPT = ("tag:yaml.org,2002:null", "tag:yaml.org,2002:merge")


class _AsWritten(LOADER):  # type: ignore[misc, valid-type]  # one of two loaders
    """Only true, false and plain whole numbers are more than text."""


_AsWritten.yaml_implicit_resolvers = {
    letter: [(tag, rule) for tag, rule in rules if tag in KEPT]
    for letter, rules in LOADER.yaml_implicit_resolvers.items()
}
_AsWritten.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), list("tf"))
_AsWritten.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"^(?:0|-?[1-9][0-9]*)$"), list("-0123456789"))


def read(path: Path) -> Any:
    """What a YAML file says: mappings, lists, texts, numbers. OSError, UnicodeDecodeError or yaml.YAMLError if it
    cannot be read."""
    return yaml.load(path.read_text(encoding="utf-8"), Loader=LOADER)  # noqa: S506 - both loaders are safe ones


def read_as_written(path: Path) -> Any:
    """As `read`, but a header `No`, a code `010` and a heading `1.10` are the text that stands there."""
    return yaml.load(path.read_text(encoding="utf-8"), Loader=_AsWritten)  # noqa: S506 - as above
