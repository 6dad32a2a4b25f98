"""Every shape in the description of the API has a name of its own: of two that share one, the other would be lost."""

from __future__ import annotations

from collections import Counter
from importlib import import_module
from pkgutil import iter_modules

from ninja import Schema

from sampan.api import resources


def test_no_two_shapes_share_a_name() -> None:
    modules = [import_module(f"{resources.__name__}.{one.name}") for one in iter_modules(resources.__path__)]
    shapes = {one for module in modules for one in vars(module).values()
              if isinstance(one, type) and issubclass(one, Schema) and one.__module__ == module.__name__}  # fmt: skip
    assert len(shapes) > 50
    assert [name for name, times in Counter(one.__name__ for one in shapes).items() if times > 1] == []
