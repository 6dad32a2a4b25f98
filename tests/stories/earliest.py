"""`python -m tests.stories.earliest fill|read`: a home as the first version left it, a row in every table; and what is there.

`fill` migrates each app of ours to its first migration and puts one row into every table; `read` prints every row of
the tables that it filled, as the program of today sees them.
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from typing import Any

import django
from django.core.management import call_command
from django.db import connection, models
from django.db.migrations.executor import MigrationExecutor

django.setup()

FIRST = (("store", "0001_river"), ("people", "0001_initial"))
MOMENT = datetime(2025, 8, 4, 8, 30, tzinfo=UTC)


def first_state() -> Any:
    """The models of the first version."""
    executor = MigrationExecutor(connection)
    return executor.loader.project_state(list(FIRST)).apps


def fill() -> None:
    """One row in each table, those that others point to first."""
    for app, name in FIRST:
        call_command("migrate", app, name, verbosity=0)
    ours = [model for model in first_state().get_models() if model._meta.app_label in dict(FIRST)]
    made: dict[str, Any] = {}
    while ours:
        ready = [model for model in ours if _needs(model) <= made.keys()]
        assert ready, [model.__name__ for model in ours]
        for model in ready:
            ours.remove(model)
            made[model._meta.label] = model.objects.create(
                **{column.name: _value(column, made) for column in model._meta.concrete_fields if not _left(column)}
            )


def _needs(model: type[models.Model]) -> set[str]:
    found = (column.related_model for column in model._meta.concrete_fields if column.is_relation and not column.null)
    return {one._meta.label for one in found if isinstance(one, type) and one is not model}


def _left(column: Any) -> bool:
    return bool(column.primary_key or (column.is_relation and column.null))


def _value(column: Any, made: dict[str, Any]) -> Any:  # noqa: PLR0911 - one answer for each kind of column
    """Something of the column's kind, never its default."""
    if column.is_relation:
        return made[column.related_model._meta.label]
    match column:
        case models.BooleanField():
            return True
        case models.BigIntegerField() | models.IntegerField():
            return 1
        case models.FloatField():
            return 0.5
        case models.DateTimeField():
            return MOMENT
        case models.DateField():
            return MOMENT.date()
        case models.BinaryField():
            return bytes(range(32))
        case models.JSONField():
            return ["kh-20", "vn-37"] if column.name in ("parties", "reasons") else {"delivery": "D-000001", "n": 3}
        case _:
            return f"ខ្មែរ-{column.name}"[: column.max_length or 40]


def read(apps: Any) -> dict[str, list[dict[str, Any]]]:
    """Table -> rows, as plain values."""
    found = {}
    for model in apps.get_models():
        if model._meta.app_label in dict(FIRST):
            rows = model._default_manager.order_by("pk").values()
            found[model._meta.db_table] = [{name: _plain(value) for name, value in row.items()} for row in rows]
    return found


def _plain(value: Any) -> Any:
    return bytes(value).hex() if isinstance(value, bytes | memoryview) else value


if __name__ == "__main__":
    if sys.argv[1] == "fill":
        from pathlib import Path

        from django.conf import settings

        Path(settings.HOME).mkdir(parents=True, exist_ok=True)
        fill()
        print(json.dumps(read(first_state()), default=str))
    else:
        from django.apps import apps as today

        print(json.dumps(read(today), default=str))
