"""Appending to the log: an act and its entry are one transaction, and the head row is locked last.

    with transaction.atomic():
        ...rows of the act...
        entries.append("delivery:kept", {"delivery": "D-000001", ...}, ["kh-cdc"], rows=[delivery])

Inside the transaction every step is undone by a crash. Afterwards the entry, its act and the head stand
together; tiles and checkpoints are made from them later and can be made again.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from django.db import connection, models, transaction

from sampan.log.leaf import SALT_BYTES, Opening, canonical
from sampan.log.merkle import Frontier, leaf_hash
from sampan.store import bindings, origins
from sampan.store.models import Entry, Head

BODY_VERSION = 1
_INSERT = (
    'insert into "store_entry" ("index", "kind", "body", "salt", "leaf", "parties", "delivery_id", "at") '
    "values (%s, %s, %s, %s, %s, %s, %s, %s)"
)
_HEAD = 1  # the one row


@dataclass(frozen=True)
class Draft:
    """An entry before it has a place. `rows` are the records it binds: changing them later is found."""

    kind: str
    facts: Mapping[str, Any]
    parties: Sequence[str] = ()
    delivery: models.Model | None = None
    rows: Sequence[models.Model] = field(default=(), repr=False)
    carried: Mapping[str, str] = field(default_factory=dict, repr=False)  # digests said before, said again


def append(
    kind: str,
    body: Mapping[str, Any],
    parties: Sequence[str] = (),
    *,
    delivery: models.Model | None = None,
    at: datetime | None = None,
    rows: Sequence[models.Model] = (),
) -> Entry:
    """Append one entry inside the caller's transaction, after everything else in it; the answer has its index.

    `body` holds text, whole numbers, lists and maps; anything else becomes its text. `delivery` ties the entry
    to a delivery, with which its salt can be destroyed. `rows` are saved records whose content it commits to.
    """
    return append_many([Draft(kind, body, parties, delivery, rows)], at=at)[0]


def append_many(drafts: Sequence[Draft], *, at: datetime | None = None) -> list[Entry]:
    """Append entries in order, as one batch with one lock of the head."""
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("an entry is appended in the transaction of its act")
    if not drafts:
        return []
    at = at or datetime.now(UTC)
    made = [_entry(draft, at) for draft in drafts]
    salts, leaves = [entry.salt for entry in made], [entry.leaf for entry in made]
    assert all(salts) and all(leaves)
    head = lock_head()
    edge = Frontier.from_bytes(head.size - origins.current(at).base, bytes(head.edge))
    for place, entry in enumerate(made, start=head.size):
        entry.index = place
    _insert(made, [draft.delivery.pk if draft.delivery else None for draft in drafts])
    head.size += len(made)
    head.edge = edge.extend(leaf_hash(bytes(leaf)) for leaf in leaves).to_bytes()
    head.save(update_fields=["size", "edge"])
    return made


def lock_head() -> Head:
    """The head row, locked until the transaction ends."""
    head = Head.objects.select_for_update().filter(pk=_HEAD).first()
    if head is None:
        Head.objects.bulk_create([Head(pk=_HEAD)], ignore_conflicts=True)
        head = Head.objects.select_for_update().get(pk=_HEAD)
    return head


def size() -> int:
    """How many entries there are, over all origins."""
    return Head.objects.filter(pk=_HEAD).values_list("size", flat=True).first() or 0


def edge() -> tuple[int, Frontier]:
    """(base, right edge) of the present origin's tree, as one consistent reading."""
    with transaction.atomic():
        base = origins.current(datetime.now(UTC)).base
        head = lock_head()
        return base, Frontier.from_bytes(head.size - base, bytes(head.edge))


def leaves(begin: int, end: int) -> Iterator[bytes]:
    """The leaves' data of the entries from `begin` up to `end`, in order."""
    rows = Entry.objects.filter(index__gte=begin, index__lt=end).order_by("index").values_list("leaf", flat=True)
    return (bytes(leaf) for leaf in rows.iterator(chunk_size=10_000))


def concerning(party: str) -> models.QuerySet[Entry]:
    """The entries that concern a party, oldest first."""
    return Entry.objects.filter(parties__contains=f"|{party}|").order_by("index")


def append_erasure(
    kind: str,
    body: Mapping[str, Any],
    parties: Sequence[str],
    *,
    delivery: models.Model,
    at: datetime | None = None,
    rows: Sequence[models.Model] = (),
) -> Entry:
    """Destroy salts and bodies of the delivery's entries, and append the one entry that makes it lawful.

    `kind` ends in ":erased". What the destroyed bodies said of rows is carried over, `rows` (changed by this
    act) anew; `erases` names the entries. Without this entry the missing openings are an alarm.
    """
    assert kind.endswith(":erased"), kind
    gone = list(Entry.objects.filter(delivery_id=delivery.pk, salt__isnull=False).order_by("index"))
    carried: dict[str, str] = {}
    for entry in gone:
        opening = entry.opening
        carried.update(opening.facts().get("rows", {}) if opening else {})
    indexes = [entry.index for entry in gone]
    Entry.objects.filter(index__in=indexes).update(salt=None, body=None)
    draft = Draft(kind, {**body, "erases": indexes}, parties, None, rows, carried)
    return append_many([draft], at=at)[0]


def parties_field(parties: Iterable[str]) -> str:
    """Parties as they stand in the table: "|a|b|", each once, in order."""
    names = sorted(set(parties))
    return f"|{'|'.join(names)}|" if names else ""


def _entry(draft: Draft, at: datetime) -> Entry:
    parties = sorted(set(draft.parties))
    whole: dict[str, Any] = {
        "v": BODY_VERSION,
        "kind": draft.kind,
        "at": at.astimezone(UTC).isoformat(timespec="microseconds"),
        "parties": parties,
        "facts": _plain(draft.facts),
    }
    if draft.delivery is not None:
        whole["delivery"] = draft.delivery.pk
    if draft.rows or draft.carried:
        whole["rows"] = {**draft.carried, **bindings.digests(draft.rows)}
    body, salt = canonical(whole), secrets.token_bytes(SALT_BYTES)
    return Entry(
        kind=draft.kind,
        body=body.decode(),
        salt=salt,
        leaf=Opening(salt, body).commitment(),
        parties=parties_field(parties),
        delivery_id=draft.delivery.pk if draft.delivery is not None else None,
        at=at,
    )


def _plain(value: Any) -> Any:
    """Fractions and dates as text: a body is written in one way only, and fractions print in several."""
    match value:
        case None | bool() | int() | str():
            return value
        case datetime() | date():
            return value.isoformat()
        case Mapping():
            return {str(key): _plain(item) for key, item in value.items()}
        case list() | tuple() | set() | frozenset():
            return [_plain(item) for item in (value if isinstance(value, list | tuple) else sorted(value))]
        case _:
            return str(value)


def _insert(made: Sequence[Entry], deliveries: Sequence[int | None]) -> None:
    """One executemany: bulk_create builds a statement of thousands of parameters, at several times the cost."""
    binary = getattr(connection, "Database").Binary  # noqa: B009 - the driver's module, which the stubs do not know
    at = connection.ops.adapt_datetimefield_value(made[0].at)  # one batch, one moment
    rows = [
        (one.index, one.kind, one.body, binary(one.salt), binary(one.leaf), one.parties, delivery, at)
        for one, delivery in zip(made, deliveries, strict=True)
    ]
    with connection.cursor() as cursor:
        cursor.executemany(_INSERT, rows)
