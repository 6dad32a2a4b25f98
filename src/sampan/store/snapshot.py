"""All records at one moment as lines of JSON, and back: the same file for SQLite and PostgreSQL.

Reading goes through a connection of its own in one transaction that sees one moment and blocks no writer.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from itertools import islice
from typing import Any

from django.apps import apps
from django.core.management.color import no_style
from django.db import DEFAULT_DB_ALIAS, connection, connections, models, transaction

ALIAS = "snapshot"
_BATCH = 1_000
_REPEATABLE_READ = 3  # psycopg.IsolationLevel.REPEATABLE_READ, without importing a driver that may be absent

Row = dict[str, Any]


@contextmanager
def moment() -> Iterator[str]:
    """The alias of a connection on which every reading sees the same moment."""
    settings = dict(connections.settings[DEFAULT_DB_ALIAS])
    options = dict(settings.get("OPTIONS", {}))
    if connection.vendor == "sqlite":
        options["transaction_mode"] = "DEFERRED"  # a snapshot from the first reading on, without the writer's lock
    else:
        options["isolation_level"] = _REPEATABLE_READ
    connections.settings[ALIAS] = {**settings, "OPTIONS": options}
    try:
        with transaction.atomic(using=ALIAS):
            yield ALIAS
    finally:
        connections[ALIAS].close()
        del connections[ALIAS], connections.settings[ALIAS]


@contextmanager
def steady() -> Iterator[None]:
    """The ordinary connection sees one moment until the end, and blocks no writer."""
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        usual, connection.transaction_mode = connection.transaction_mode, "DEFERRED"  # type: ignore[attr-defined] # SQLite's own
        try:
            with transaction.atomic():
                yield
        finally:
            connection.transaction_mode = usual  # type: ignore[attr-defined] # as above
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("set transaction isolation level repeatable read, read only")
        yield


def tables() -> list[type[models.Model]]:
    """Every table of ours and of the programs we stand on, by name."""
    found = {model._meta.db_table: model for model in apps.get_models(include_auto_created=True) if model._meta.managed}
    return [found[name] for name in sorted(found)]


def dump(model: type[models.Model], using: str) -> Iterator[bytes]:
    """A line for each row of a table, in order of its key."""
    columns = [column.attname for column in model._meta.concrete_fields]
    rows = model._base_manager.using(using).order_by("pk").values_list(*columns)
    for values in rows.iterator(chunk_size=_BATCH):
        yield json.dumps(dict(zip(columns, map(_said, values), strict=True)), ensure_ascii=False).encode() + b"\n"


def load(lines: dict[str, Iterable[bytes]]) -> None:
    """Put tables back into empty records, inside the caller's transaction; what a fresh home came with goes first."""
    known = {model._meta.db_table: model for model in tables()}
    with connection.cursor() as cursor:
        for table in known:
            cursor.execute(f"delete from {connection.ops.quote_name(table)}")  # noqa: S608 - names of our own tables
    for table, rows in lines.items():
        if table in known:
            _load_table(known[table], rows)
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), list(known.values())):
            cursor.execute(statement)


def _load_table(model: type[models.Model], rows: Iterable[bytes]) -> None:
    fields = {column.attname: column for column in model._meta.concrete_fields}
    lines = iter(rows)
    while batch := list(islice(lines, _BATCH)):
        read = (json.loads(line) for line in batch)
        model._base_manager.bulk_create(
            model(**{name: _meant(fields[name], value) for name, value in row.items() if name in fields})
            for row in read
        )


def _said(value: Any) -> Any:
    match value:
        case bytes() | bytearray() | memoryview():
            return base64.b64encode(bytes(value)).decode("ascii")
        case datetime() | date():
            return value.isoformat()
        case None | bool() | int() | float() | str() | dict() | list():
            return value
        case _:
            return str(value)


def _meant(column: models.Field[Any, Any], value: Any) -> Any:
    if value is None or isinstance(column, models.JSONField):
        return value
    return base64.b64decode(value) if isinstance(column, models.BinaryField) else column.to_python(value)
