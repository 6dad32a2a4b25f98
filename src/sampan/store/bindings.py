"""Records bound by the log: an entry carries a digest of each row of its act, so a later change is found.

A row's digest is over its columns as the database gives them back, by name, so that it can be recomputed.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from typing import Any

from django.db import models

from sampan.store.models import (
    AgreementAct,
    AgreementVersion,
    CrosswalkEntry,
    Declaration,
    Delivery,
    DisclosureLedger,
    DiscrepancyRecord,
    DiscrepancySide,
    DiscrepancyWord,
    FindingRecord,
    GivenWord,
    Opening,
    Part,
    ReleaseRecord,
    SenderKey,
    UseNote,
)

# every row of these tables is named by some entry; a row that none names was slipped in
STRICT: tuple[type[models.Model], ...] = (
    AgreementAct,
    AgreementVersion,
    CrosswalkEntry,
    Declaration,
    Delivery,
    DisclosureLedger,
    DiscrepancyRecord,
    DiscrepancySide,
    DiscrepancyWord,
    FindingRecord,
    GivenWord,
    Opening,
    Part,
    ReleaseRecord,
    SenderKey,
    UseNote,
)
_CHUNK = 500  # below the limit of parameters of every database


def digests(rows: Sequence[models.Model]) -> dict[str, str]:
    """ "table/key" -> hex SHA-256 of the row, read back from the database."""
    keys: dict[type[models.Model], list[Any]] = defaultdict(list)
    for row in rows:
        keys[type(row)].append(row.pk)
    return {name: digest for model, pks in keys.items() for name, digest in _of_keys(model, pks)}


def current(model: type[models.Model]) -> Iterator[tuple[str, str]]:
    """(name, digest) of every row of a table."""
    return _digested(model, model._default_manager.order_by("pk"))


def of_names(model: type[models.Model], names: Iterable[str]) -> dict[str, str]:
    """Digests of the named rows that are there."""
    prefix = f"{model._meta.db_table}/"
    return dict(_of_keys(model, [name.removeprefix(prefix) for name in names]))


def row_name(row: models.Model) -> str:
    """The name under which entries speak of a row."""
    return f"{row._meta.db_table}/{row.pk}"


def _of_keys(model: type[models.Model], pks: Sequence[Any]) -> Iterator[tuple[str, str]]:
    for begin in range(0, len(pks), _CHUNK):
        yield from _digested(model, model._default_manager.filter(pk__in=pks[begin : begin + _CHUNK]))


def _digested(model: type[models.Model], rows: models.QuerySet[Any]) -> Iterator[tuple[str, str]]:
    columns = [column.attname for column in model._meta.concrete_fields]
    table, place = model._meta.db_table, columns.index(model._meta.pk.attname)
    for values in rows.values_list(*columns).iterator(chunk_size=2_000):
        pairs = dict(zip(columns, map(_plain, values), strict=True))
        text = json.dumps(pairs, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
        yield f"{table}/{values[place]}", sha256(text.encode()).hexdigest()


def _plain(value: Any) -> Any:
    """Bytes as hexadecimal text; the databases' own wrappers of bytes included."""
    return bytes(value).hex() if isinstance(value, bytes | bytearray | memoryview) else value
