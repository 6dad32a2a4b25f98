"""Appending to the log: an act and its entry are one transaction, and the head row is locked last.

    with transaction.atomic():
        ...rows of the act...
        entries.append("delivery:kept", {"delivery": "D-633-558", ...}, ["kh-cdc"], rows=[delivery])

Inside the transaction every step is undone by a crash. Afterwards the entry, its act and the head stand
together; tiles and checkpoints are made from them later and can be made again.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from hashlib import sha256
from types import MappingProxyType
from typing import Any, NamedTuple

from django.db import connection, models, transaction

from sampan.log.leaf import SALT_BYTES, commitment, encode_plain
from sampan.log.merkle import Frontier, leaf_hash
from sampan.store import bindings, origins
from sampan.store.kinds import KINDS, OF_DELIVERY, TABLES
from sampan.store.models import Entry, Head

BODY_VERSION = 1
_INSERT = (
    'insert into "store_entry" ("index", "kind", "body", "salt", "leaf", "parties", "delivery_id", "at") '
    "values (%s, %s, %s, %s, %s, %s, %s, %s)"
)
_GROW = "update store_head set size = %s, edge = %s where id = %s"
_LOCK = "select size, edge, (select max(base) from store_origin) from store_head where id = %s"
_HEAD = 1  # the one row
_ATOMS = frozenset({str, int, bool, type(None)})
_TEXT = frozenset({str})


class Draft(NamedTuple):  # a dataclass takes several times as long to make, and there are many
    """An entry before it has a place. `kind` is one of `kinds`; `rows` are the records it binds."""

    kind: str
    facts: Mapping[str, Any]
    parties: Sequence[str] = ()
    delivery: models.Model | None = None
    rows: Sequence[models.Model] = ()
    carried: Mapping[str, str] = MappingProxyType({})  # digests said before, said again


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
    (index,) = append_many([Draft(kind, body, parties, delivery, rows)], at=at)
    return Entry.objects.get(index=index)


def append_many(drafts: Sequence[Draft], *, at: datetime | None = None) -> range:
    """Append entries in order, as one batch with one lock of the head; the answer is their indexes."""
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("an entry is appended in the transaction of its act")
    at = (at or datetime.now(UTC)).astimezone(UTC)
    moment = at.isoformat(timespec="microseconds")
    salts = secrets.token_bytes(SALT_BYTES * len(drafts))
    made = [
        _made(draft, moment, salts[place * SALT_BYTES : (place + 1) * SALT_BYTES]) for place, draft in enumerate(drafts)
    ]
    size, edge = lock_head(at)
    if not made:
        return range(size, size)
    edge = edge.extend([leaf_hash(one[3]) for one in made])
    written = connection.ops.adapt_datetimefield_value(at)
    with (
        connection.cursor() as cursor
    ):  # bulk_create's one statement of thousands of parameters costs several times this
        cursor.executemany(_INSERT, [(index, *one, written) for index, one in enumerate(made, start=size)])
        cursor.execute(_GROW, [size + len(made), edge.to_bytes(), _HEAD])
    return range(size, size + len(made))


def lock_head(at: datetime) -> tuple[int, Frontier]:
    """(size over all origins, right edge of the present tree), the row locked until the transaction ends."""
    for _ in range(2):
        with connection.cursor() as cursor:
            cursor.execute(_LOCK + (" for update" if connection.features.has_select_for_update else ""), [_HEAD])
            found = cursor.fetchone()
        if found and found[2] is not None:
            size, edge, base = found
            return size, Frontier.from_bytes(size - base, bytes(edge))
        Head.objects.bulk_create([Head(pk=_HEAD)], ignore_conflicts=True)
        origins.current(at)
    raise AssertionError("the head row and its origin were just made")


def size() -> int:
    """How many entries there are, over all origins."""
    return Head.objects.filter(pk=_HEAD).values_list("size", flat=True).first() or 0


def edge() -> tuple[int, Frontier]:
    """(base, right edge) of the present origin's tree, as one consistent reading."""
    with transaction.atomic():
        size, found = lock_head(datetime.now(UTC))
        return size - found.size, found


def restart() -> None:
    """Begin an empty tree: what is appended from now on belongs to the origin opened in this transaction."""
    with connection.cursor() as cursor:
        cursor.execute("update store_head set edge = %s where id = %s", [b"", _HEAD])


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
        carried.update(bindings.plain(opening.facts().get("rows", {})) if opening else {})
    indexes = [entry.index for entry in gone]
    fresh = {f"{row._meta.db_table}/{row.pk}" for row in rows}
    carried = _still_said({name: digest for name, digest in carried.items() if name not in fresh}, indexes)
    Entry.objects.filter(index__in=indexes).update(salt=None, body=None)
    left = columns_digest((entry.index, entry.kind, entry.parties, entry.at) for entry in gone)
    draft = Draft(kind, {**body, "erases": indexes, "left": left}, parties, None, rows, bindings.veiled(carried))
    (index,) = append_many([draft], at=at)
    return Entry.objects.get(index=index)


def _still_said(carried: dict[str, str], indexes: list[int]) -> dict[str, str]:
    """Without the rows of which an entry that stays says something later: an erasure does not take that back."""
    later = Entry.objects.filter(index__gt=min(indexes, default=0)).exclude(index__in=indexes)
    names = {name: (name, *bindings.veiled({name: ""})) for name in bindings.changed(carried)}
    gone = {
        name
        for name, written in names.items()
        if later.filter(models.Q(*((("body__contains", f'"{one}":')) for one in written), _connector="OR")).exists()
    }
    return {name: digest for name, digest in carried.items() if name not in gone}


def columns_digest(left: Iterable[tuple[int, str, str, datetime]]) -> str:
    """What an erasure leaves of entries, (index, kind, parties, time) in order of the index, as hex SHA-256.

    Their leaves can no longer be tied to it, so the entry of the erasure says it.
    """
    lines = (
        f"{index} {kind} {parties} {at.astimezone(UTC).isoformat(timespec='microseconds')}\n"
        for index, kind, parties, at in left
    )
    return sha256("".join(lines).encode()).hexdigest()


def parties_field(parties: Iterable[str]) -> str:
    """Parties as they stand in the table: "|a|b|", each once, in order."""
    names = sorted(set(parties))
    return f"|{'|'.join(names)}|" if names else ""


def _made(draft: Draft, moment: str, salt: bytes) -> tuple[str, str, bytes, bytes, str, int | None]:
    """(kind, body, salt, leaf, parties, delivery's key) of a draft.

    The body is written in the order of its keys, each part once: what most entries of a batch share is kept ready.
    """
    said, field_text = _shared(draft.kind, tuple(draft.parties))
    if draft.delivery is not None and draft.kind not in OF_DELIVERY:
        raise ValueError(f"{draft.kind!r} is not tied to a delivery: store/kinds.py says which kinds are")
    facts = encode_plain(draft.facts if _is_plain(draft.facts) else _plain(draft.facts))
    delivery = None if draft.delivery is None else draft.delivery.pk
    of_delivery = "" if delivery is None else f',"delivery":"{bindings.delivery_of(delivery)}"'
    bound = ""
    if draft.rows or draft.carried:
        _may_bind(draft)
        bound = f',"rows":{encode_plain({**draft.carried, **bindings.digests(draft.rows)})}'
    body = f'{{"at":"{moment}"{of_delivery},"facts":{facts},{said}{bound},"v":{BODY_VERSION}}}'
    return draft.kind, body, salt, commitment(salt, body.encode()), field_text, delivery


def _may_bind(draft: Draft) -> None:
    """ValueError for a row of a table that an entry of this kind says nothing of."""
    tables = {row._meta.db_table for row in draft.rows} | {name.partition("/")[0] for name in draft.carried}
    if not tables <= TABLES[draft.kind]:
        others = ", ".join(sorted(tables - TABLES[draft.kind]))
        raise ValueError(f"{draft.kind!r} binds no row of {others}: store/kinds.py says which tables it binds")


@lru_cache(maxsize=1_024)
def _shared(kind: str, parties: tuple[str, ...]) -> tuple[str, str]:
    """Kind and parties as they stand in a body, and parties as they stand in the table. ValueError for no kind."""
    if kind not in KINDS:
        raise ValueError(f"{kind!r} is not a kind of entry: store/kinds.py declares them")
    return f'"kind":"{kind}","parties":{encode_plain(sorted(set(parties)))}', parties_field(parties)


def _is_plain(facts: Mapping[str, Any]) -> bool:
    """True for a flat map of text, whole numbers and nothing: most of them, which need no rewriting."""
    return type(facts) is dict and _TEXT.issuperset(map(type, facts)) and _ATOMS.issuperset(map(type, facts.values()))


def _plain(value: Any) -> Any:
    """Fractions and dates as text: a body is written in one way only, and fractions print in several."""
    if type(value) in _ATOMS:
        return value
    match value:
        case datetime() | date():
            return value.isoformat()
        case Mapping():
            return {str(key): _plain(item) for key, item in value.items()}
        case list() | tuple():
            return [_plain(item) for item in value]
        case set() | frozenset():
            return [_plain(item) for item in sorted(value)]
        case _:
            return str(value)
