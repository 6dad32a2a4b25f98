"""How a source counts, said by its owner: proposed, approved, and what verdicts on comparing figures then go by.

    propose    anybody who works on the source; of the owner itself it is approved at once
    approve    the owner's word; until then every verdict goes by what stood before

Versions are only added, each with its days, so that a verdict about last year goes by how it was counted last year.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction

from sampan.insight import comparability
from sampan.model.errors import Refused, UserError
from sampan.model.practices import Practice
from sampan.model.sources import Source
from sampan.store import entries
from sampan.store.models import Outbox, PracticeRecord
from sampan.vocab import conditions

WORDS = {
    "counts": ("suspected", "probable", "confirmed", "all"),
    "setting": ("all", "inpatient", "outpatient", "sentinel", "community"),
    "sector": ("all", "public", "private"),
    "testing": ("clinical", "rapid", "laboratory", "mixed"),
    "period_scheme": ("iso-week", "cdc-week", "month", "other"),
    "date_basis": ("onset", "diagnosis", "report", "receipt"),
    "denominator": ("residents", "catchment", "none"),
}
NAMES = ("definition", "scheme")  # ids of case definitions and of schemes of classes, as their authors call them
AGES = ("age_from", "age_to")
ANY = "any"
OLDEST_YEARS = 200
NOTHING = "nothing was changed"


@dataclass(frozen=True)
class Said:
    """What is said of one condition from a day on; what `says` leaves out nobody has said."""

    condition: str
    begins: date
    cites: str
    says: Mapping[str, Any] = field(default_factory=dict)
    ends: date | None = None


def propose(source: Source, said: Said, actor: str, now: datetime) -> PracticeRecord:
    """A new version that waits for its owner's approval. UserError for a word that is not known."""
    _fits(said)
    owners = actor.split("/", maxsplit=1)[0] == source.owner
    with transaction.atomic():
        entries.lock_head(now)  # two at once make two versions
        made = PracticeRecord.objects.create(
            source=source.id,
            practice=source.practice,
            version=_next(source, said.condition),
            condition=said.condition,
            says=dict(said.says),
            begins=said.begins,
            ends=said.ends,
            cites=said.cites.strip(),
            author=actor,
            proposed_at=now,
            approved_by=actor if owners else "",
            approved_at=now if owners else None,
        )
        facts = _facts(made, actor)
        if not owners:
            Outbox.objects.create(to_party=source.owner, kind="practice:proposed", facts=facts, at=now)
        entries.append("practice:proposed", facts, [source.owner], at=now, rows=[made])
    return made


def approve(sources: Mapping[str, Source], keys: Sequence[int], actor: str, now: datetime) -> int:
    """The owner's word on versions that wait. Refused alike for those of others and those that are not there."""
    party = actor.split("/", maxsplit=1)[0]
    mine = [name for name, source in sources.items() if source.owner == party]
    with transaction.atomic():
        found = PracticeRecord.objects.select_for_update().filter(pk__in=keys, source__in=mine, approved_by="")
        records = list(found.order_by("pk"))
        if not records or len(records) != len(set(keys)):
            raise Refused("there is no such practice that waits for you", rule="own-practice", kept=NOTHING)
        for record in records:
            record.approved_by, record.approved_at = actor, now
            record.save(update_fields=["approved_by", "approved_at"])
            entries.append("practice:approved", _facts(record, actor), [party], at=now, rows=[record])
    return len(records)


def of(source: Source, condition: str, on: date) -> Practice:
    """How a source counts a condition on a day: as its owner approved, else as the bundled list has it."""
    return comparability.practice(source.practice, condition, on, _approved(source))


def listed(source: Source) -> list[dict[str, Any]]:
    """Every version of a source's practice, those that wait first, then the newest; bundled ones last."""
    own = PracticeRecord.objects.filter(source=source.id, practice=source.practice).order_by("-pk")
    kept = [
        {"line": one.pk, "version": one.version, "condition": one.condition, "says": one.says,
         "begins": one.begins.isoformat(), "ends": one.ends and one.ends.isoformat(), "cites": one.cites,
         "author": one.author, "approved_by": one.approved_by,
         "approved_on": one.approved_at.date().isoformat() if one.approved_at else ""}
        for one in own
    ]  # fmt: skip
    bundled = [_bundled(one) for one in comparability.bundled() if one.id == source.practice]
    return sorted([*kept, *bundled], key=lambda one: bool(one["approved_by"]) or one["line"] is None)


def _bundled(one: Practice) -> dict[str, Any]:
    says = {name: getattr(one, name) for name in (*NAMES, *WORDS, *AGES) if getattr(one, name) is not None}
    return {
        "line": None, "version": one.version, "condition": one.condition, "says": says,
        "begins": one.begins.isoformat() if one.begins > date.min else "", "ends": one.ends and one.ends.isoformat(),
        "cites": one.source, "author": "", "approved_by": "", "approved_on": "",
    }  # fmt: skip


def _approved(source: Source) -> list[Practice]:
    found = PracticeRecord.objects.filter(source=source.id, practice=source.practice).exclude(approved_by="")
    return [
        Practice(
            one.practice, one.version, one.condition, **one.says, begins=one.begins, ends=one.ends,
            source=one.cites, verified=True,
        )
        for one in found.order_by("pk")
    ]  # fmt: skip


def _next(source: Source, condition: str) -> int:
    own = PracticeRecord.objects.filter(source=source.id, practice=source.practice, condition=condition)
    known = [one.version for one in comparability.bundled() if (one.id, one.condition) == (source.practice, condition)]
    return 1 + max([*known, *own.values_list("version", flat=True)], default=0)


def _facts(one: PracticeRecord, actor: str) -> dict[str, Any]:
    return {
        "source": one.source, "practice": one.practice, "version": one.version, "condition": one.condition,
        "says": one.says, "begins": one.begins.isoformat(), "ends": one.ends and one.ends.isoformat(),
        "cites": one.cites, "by": actor,
    }  # fmt: skip


def _fits(said: Said) -> None:
    if said.condition != ANY and said.condition not in {one.code for one in conditions.all_conditions()}:
        raise UserError(
            f"{said.condition!r} is not a condition", kept=NOTHING, do="docs/glossary.md lists them, or: any"
        )
    if not said.says or not said.cites.strip():
        raise UserError("say how it is counted, and where that is written", kept=NOTHING, do="name the circular")
    for name, value in said.says.items():
        if name in WORDS and value not in WORDS[name]:
            raise UserError(f"{value!r} is no {name}", kept=NOTHING, do=f"one of: {', '.join(WORDS[name])}")
        if name not in (*WORDS, *NAMES, *AGES):
            raise UserError(f"a practice does not say {name!r}", kept=NOTHING)
    ages = [said.says[name] for name in AGES if name in said.says]
    if ages and not (len(ages) == len(AGES) and 0 <= ages[0] < ages[1] <= OLDEST_YEARS):
        raise UserError("ages go from years to years, the second left out", kept=NOTHING, do="write 0-15 or 0-200")
    if said.ends is not None and said.ends < said.begins:
        raise UserError("its last day lies before its first", kept=NOTHING)
