"""Records bound by the log: an entry carries a digest of each row of its act, so a later change is found.

A row's digest is over its columns as the database gives them back, by name, so that it can be recomputed. Bodies are
read by parties: they name a row by its veiled key, which counts nothing; `plain` leads back to the key.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from django.apps import apps
from django.db import connection, models
from django.db.models.functions import Cast

from sampan.store import veil

# Every row of these tables is named by some entry: one that none names was slipped in. The columns beside a table
# are left out of its digest: they change with every use and say nothing of what the row is.
STRICT: dict[str, frozenset[str]] = {
    "people.ApiKey": frozenset({"used_on"}),
    "people.Party": frozenset(),
    "people.Post": frozenset(),
    "people.Seat": frozenset(),
    "store.AgreementAct": frozenset(),
    "store.AgreementVersion": frozenset(),
    "store.CellAsk": frozenset(),
    "store.ComparisonOverride": frozenset(),
    "store.CrosswalkEntry": frozenset(),
    "store.Declaration": frozenset(),
    "store.Delivery": frozenset(),
    "store.DisclosureLedger": frozenset(),
    "store.DiscrepancyRecord": frozenset(),
    "store.DiscrepancySide": frozenset(),
    "store.DiscrepancyWord": frozenset(),
    "store.Erasure": frozenset(),
    "store.FindingRecord": frozenset(),
    "store.GivenWord": frozenset(),
    "store.HelpRecord": frozenset(),
    "store.InformingRecord": frozenset(),
    "store.MappingDraft": frozenset(),
    "store.Opening": frozenset(),
    "store.Part": frozenset(),
    "store.PracticeRecord": frozenset(),
    "store.PublicationDraft": frozenset(),
    "store.PublicationRecord": frozenset(),
    "store.PublicationWord": frozenset(),
    "store.ReleaseRecord": frozenset(),
    "store.RequestRecord": frozenset(),
    "store.SenderKey": frozenset(),
    "store.UseNote": frozenset(),
    "store.Witness": frozenset({"seen_size", "seen_origin", "seen_at"}),
}
# where a row says whose it is: a party's code, or several as "|a|b|". Who owns a row is a party of each entry that
# binds it, so that nobody's record is changed in an entry that it is not shown.
OWNERS: dict[str, tuple[str, ...]] = {
    "people.ApiKey": ("post__party__code",),
    "people.Party": ("code",),
    "people.Post": ("party__code",),
    "people.Seat": ("post__party__code",),
    "store.AgreementAct": ("agreement__parties",),
    "store.AgreementVersion": ("parties",),
    "store.CellAsk": ("draft__owner",),
    "store.ComparisonOverride": ("owner",),
    "store.Delivery": ("party",),
    "store.DiscrepancySide": ("owner",),
    "store.DiscrepancyWord": ("owner",),
    "store.Erasure": ("delivery__party",),
    "store.HelpRecord": ("party",),
    "store.InformingRecord": ("party", "owner"),
    "store.MappingDraft": ("owner",),
    "store.Opening": ("release__party", "release__owners"),
    "store.Part": ("delivery__party",),
    "store.PublicationDraft": ("publication__party", "owner"),
    "store.PublicationRecord": ("party", "owners"),
    "store.PublicationWord": ("draft__publication__party", "draft__owner"),
    "store.ReleaseRecord": ("party", "owners"),
    "store.SenderKey": ("party",),
    "store.UseNote": ("release__party", "release__owners"),
    "store.Witness": ("party",),
}
# what the log does not bind row by row, and why
UNBOUND: dict[str, str] = {
    "api.KeptAnswer": "answers kept for a program that asks twice; they end within days",
    "people.Invitation": "offers of a seat: taking one is an entry, and the seat is bound",
    "people.Letter": "that a letter went; never what it said",
    "people.Person": "names and passwords, which people change themselves; the log knows a person by number",
    "people.SignInEvent": "a person's own list of sign-ins, each of which is an entry",
    "store.Checkpoint": "what was signed: checked by signature and by the entries",
    "store.DiscrepancyGround": "the deliveries that a case rests on; the next search derives them anew",
    "store.DiscrepancySearch": "what was there at the last search; it can be forgotten",
    "store.Entry": "the log itself",
    "store.Head": "the log itself",
    "store.Home": "what the home is; said by the entry of every delivery",
    "store.Job": "work that waits; doing it is an entry",
    "store.LogKey": "the log's public keys; a change of key is an entry, and checkpoints are checked by them",
    "store.Origin": "the log itself",
    "store.Outbox": "messages; what they tell of is an entry",
    "store.ReadMark": "reads of one minute, so that each is one entry",
    "store.Sending": "senders' tokens; what they became is a delivery",
    "store.WorkerSeen": "who is at work now",
}
_DELIVERY = "store_delivery"
_CHUNK = 500  # below the limit of parameters of every database


def strict() -> list[type[models.Model]]:
    """The tables of which every row is bound, by name."""
    return [apps.get_model(label) for label in sorted(STRICT)]


def digests(rows: Sequence[models.Model]) -> dict[str, str]:
    """ "table/veiled key" -> hex SHA-256 of the row, read back from the database."""
    keys: dict[type[models.Model], list[Any]] = defaultdict(list)
    for row in rows:
        keys[type(row)].append(row.pk)
    return veiled({name: digest for model, pks in keys.items() for name, digest in _of_keys(model, pks)})


def veiled(digests: Mapping[str, str]) -> dict[str, str]:
    """Digests by the names that bodies have, from those by plain names."""
    if not digests:
        return {}
    hide = veil.of_home().hide
    parted = ((*name.split("/"), digest) for name, digest in digests.items())
    return {f"{table}/{hide(table, int(key))}": digest for table, key, digest in parted}


def plain(digests: Mapping[str, str]) -> dict[str, str]:
    """Digests by "table/key", from those of a body, veiled or of before there was a veil."""
    show = veil.of_home().show
    parted = ((*name.split("/"), digest) for name, digest in digests.items())
    return {f"{table}/{show(table, key)}": digest for table, key, digest in parted}


def changed(digests: Mapping[str, str]) -> set[str]:
    """The plain names whose rows are not what is said of them, or are gone."""
    by_table: dict[str, list[str]] = defaultdict(list)
    for name in digests:
        by_table[name.partition("/")[0]].append(name)
    known = {model._meta.db_table: model for model in apps.get_models()}
    found: dict[str, str] = {}
    for table, names in by_table.items():
        found.update(of_names(known[table], names) if table in known else {})
    return {name for name, digest in digests.items() if found.get(name) != digest}


def name_of(row: models.Model) -> str:
    """The name under which bodies speak of a row: "table/veiled key"."""
    return f"{row._meta.db_table}/{veil.of_home().hide(row._meta.db_table, row.pk)}"


def delivery_of(key: int) -> str:
    """How a body names the delivery it is tied to: its veiled key."""
    return veil.of_home().hide(_DELIVERY, key)


def delivery_in(body: Mapping[str, Any]) -> int | None:
    """The key of the delivery that a body is tied to; bodies of before there was a veil hold it plainly."""
    said = body.get("delivery")
    return veil.of_home().show(_DELIVERY, said) if isinstance(said, str) else said


def current(model: type[models.Model]) -> Iterator[tuple[str, str]]:
    """(name, digest) of every row of a table."""
    return _digested(model, model._default_manager.order_by("pk"))


def misread(model: type[models.Model]) -> Iterator[str]:
    """Names of rows in which a day or a moment is written otherwise than we do. PostgreSQL has one way of writing it.

    SQLite keeps any text, asks and sorts by the text, and Django reads what it cannot parse as nothing: a part "erased
    at" some word would be in no answer, and its row would read as before.
    """
    times = [column for column in model._meta.concrete_fields if isinstance(column, models.DateField)]
    if connection.vendor != "sqlite" or not times:
        return
    raw = {f"raw_{column.attname}": Cast(column.attname, models.TextField()) for column in times}
    names = [name for column in times for name in (column.attname, f"raw_{column.attname}")]
    for key, *said in model._default_manager.annotate(**raw).values_list("pk", *names).iterator(chunk_size=2_000):
        if any(_written(value) != text for value, text in zip(said[::2], said[1::2], strict=True)):
            yield f"{model._meta.db_table}/{key}"


def _written(value: date | None) -> str | None:
    """A day or a moment as SQLite has it from us."""
    if isinstance(value, datetime):
        return str(connection.ops.adapt_datetimefield_value(value))
    return None if value is None else str(value)


def owners(model: type[models.Model]) -> Iterator[tuple[str, set[str]]]:
    """(name, parties that own it) of every row of a table that says whose its rows are."""
    paths = OWNERS.get(model._meta.label, ())
    if paths:
        for key, *said in model._default_manager.values_list("pk", *paths).iterator(chunk_size=2_000):
            yield f"{model._meta.db_table}/{key}", {party for text in said for party in text.split("|") if party}


def of_names(model: type[models.Model], names: Iterable[str]) -> dict[str, str]:
    """Digests of the named rows that are there."""
    prefix = f"{model._meta.db_table}/"
    return dict(_of_keys(model, [name.removeprefix(prefix) for name in names]))


def _of_keys(model: type[models.Model], pks: Sequence[Any]) -> Iterator[tuple[str, str]]:
    for begin in range(0, len(pks), _CHUNK):
        yield from _digested(model, model._default_manager.filter(pk__in=pks[begin : begin + _CHUNK]))


def _digested(model: type[models.Model], rows: models.QuerySet[Any]) -> Iterator[tuple[str, str]]:
    loose = STRICT.get(model._meta.label, frozenset())
    columns = [column.attname for column in model._meta.concrete_fields if column.attname not in loose]
    table, place = model._meta.db_table, columns.index(model._meta.pk.attname)
    for values in rows.values_list(*columns).iterator(chunk_size=2_000):
        pairs = dict(zip(columns, map(_plain, values), strict=True))
        text = json.dumps(pairs, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
        yield f"{table}/{values[place]}", sha256(text.encode()).hexdigest()


def _plain(value: Any) -> Any:
    """Bytes as hexadecimal text; the databases' own wrappers of bytes included."""
    return bytes(value).hex() if isinstance(value, bytes | bytearray | memoryview) else value
