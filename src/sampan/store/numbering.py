"""Numbers of what people know by a code (F-482-917): each a greater one than all before, for ever, and veiled.

A code shows its number through the veil of the home: counted over all parties, telling none of them what others did.
What was lost with a disk stands on paper elsewhere, so a restore leaves a span out: `leave_out` sets the floor of
the new origin, and the numbers after it begin at the next thousand (of findings, at the next ten thousand).
"""

from __future__ import annotations

from django.db import connection, models

from sampan.store import veil
from sampan.store.models import (
    Delivery,
    DiscrepancyRecord,
    FindingRecord,
    HelpRecord,
    InformingRecord,
    MappingDraft,
    Origin,
    PublicationRecord,
    ReleaseRecord,
    RequestRecord,
)

STEP, STEP_OF_FINDINGS = 1_000, 10_000
LOCK = 7_218  # ours among the advisory locks of a database
FINDINGS_AN_ACT = 100  # one lost entry may have named that many findings
LETTERS: dict[type[models.Model], str] = {
    Delivery: "D",
    DiscrepancyRecord: "X",
    FindingRecord: "F",
    HelpRecord: "H",
    InformingRecord: "W",
    MappingDraft: "M",
    PublicationRecord: "P",
    ReleaseRecord: "R",
    RequestRecord: "Q",
}
NUMBERED = tuple(LETTERS)


def code(model: type[models.Model], number: int) -> str:
    """The code under which people know the record of this number: "D-482-917"."""
    letter = LETTERS[model]
    return f"{letter}-{veil.of_home().hide(letter, number)}"


def number(code: str) -> int:
    """The number behind a code, the plain codes of older homes ("D-000123") included; 0 if there is none."""
    letter, _, told = code.partition("-")
    try:
        return veil.of_home().show(letter, told)
    except ValueError:
        return 0


def following(model: type[models.Model]) -> int:
    """The next number of this noun; asked for in the transaction that makes the record, which others then wait for."""
    alone(model)
    origin = Origin.objects.order_by("-base", "-pk").first()
    floor = origin.codes_from.get(model._meta.db_table, 1) if origin else 1
    return max(_newest(model) + 1, floor)


def alone(model: type[models.Model]) -> None:
    """Until this transaction ends, nobody else makes a record of this noun.

    SQLite lets one transaction write at a time anyway; PostgreSQL is told which ones make the same noun.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK, NUMBERED.index(model)])


def leave_out(lost: int) -> dict[str, int]:
    """Where each noun's numbers go on after `lost` entries were lost: table -> first number."""
    return {model._meta.db_table: _after(model, lost) for model in NUMBERED}


def _after(model: type[models.Model], lost: int) -> int:
    many = model is FindingRecord
    step = STEP_OF_FINDINGS if many else STEP
    behind = following(model) + lost * (FINDINGS_AN_ACT if many else 1)  # the next may have been given, unseen
    return (behind // step + 1) * step


def _newest(model: type[models.Model]) -> int:
    """The greatest number so far: of the keys, and of the codes where these went ahead of the keys."""
    newest = model._default_manager.order_by("-pk").values_list("pk", "code").first()
    if newest is None:
        return 0
    key, told = newest
    return max(key, number(told))
