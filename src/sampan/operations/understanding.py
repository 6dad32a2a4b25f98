"""What a file would change if it were sent: rows, units, periods, translations, questions with their raw cells, and
what is different from the figures that stand. Nothing is kept; the file is still in its sender's hands.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from sampan import formats
from sampan.checks.rule import checks
from sampan.model.findings import Finding
from sampan.model.observations import SERIES_KEY
from sampan.model.places import Unit
from sampan.model.sources import Source
from sampan.operations import excerpts, looking, observing, receiving
from sampan.operations.excerpts import Excerpt
from sampan.operations.looking import Looked
from sampan.operations.reading import Read, key_of
from sampan.operations.receiving import Act, Receipt
from sampan.store.figures import Asked
from sampan.store.home import Store
from sampan.store.models import Outbox, ReleaseRecord
from sampan.vocab.places import registry

LINES = 40  # of each list that a page shows; the counts tell the whole
TOLD = "release:corrected"


@dataclass(frozen=True)
class Line:
    """One cell that would differ: `before` and `after` are (figure, status), None where there was none."""

    unit: str
    start: date
    end: date
    condition: str
    measure: str
    before: tuple[int | None, str] | None
    after: tuple[int | None, str] | None


@dataclass(frozen=True)
class Question:
    """What would be asked of the owner, with the cells as the file has them."""

    rule: str
    title: str
    explanation: str
    remedy: str
    severity: str
    column: str | None
    term: str | None
    cells: int
    cases: int
    facts: Mapping[str, Any]
    excerpts: tuple[Excerpt, ...] = ()


@dataclass(frozen=True)
class Meaning:
    """A text of the file and what it was taken for."""

    field: str
    term: str
    value: str


@dataclass(frozen=True)
class Understood:
    """Everything the sender should see before "send"."""

    receipt: Receipt
    units: tuple[Unit, ...] = ()
    periods: tuple[tuple[date, date], ...] = ()
    conditions: tuple[str, ...] = ()
    translated: tuple[Meaning, ...] = ()
    questions: tuple[Question, ...] = ()
    new: int = 0
    same: int = 0
    different: tuple[Line, ...] = ()  # the first of them
    different_count: int = 0
    recipients: tuple[str, ...] = field(default_factory=tuple)  # posts whose releases hold this source


def seen(store: Store, source: Source, path: Path, act: Act) -> tuple[Looked, Understood | None]:
    """What is in a file, every row looked at, and unless something in it must not leave, what it would change.

    UserError as `receive` would; nothing is kept.
    """
    with formats.once():
        looked = looking.look(source, path, on=act.now.date())
        return looked, _understood(store, source, path, act) if looked.may_leave else None


def _understood(store: Store, source: Source, path: Path, act: Act) -> Understood:
    """Read a file that has been looked into as it would be received."""
    read = receiving.read_as_kept(store, source, path, act)
    receipt = receiving.receipt_of_read(source, read, act)
    questions = _questions(source, path, read)
    if read.table is None:  # a list of cases: its persons are compared by nobody before they are kept
        return Understood(receipt, questions=questions, recipients=_recipients(source))
    table = read.table
    changes = _changes(store, source, read)
    return Understood(
        receipt,
        units=_units(source, table),
        periods=tuple(table.select("period_start", "period_end").unique().sort("period_start").iter_rows()),
        conditions=tuple(sorted({one for one in table["condition"].unique().to_list() if one})),
        translated=_translated(table),
        questions=questions,
        new=changes.filter(pl.col("_before").is_null() & pl.col("_after").is_not_null()).height,
        same=changes.filter(_same()).height,
        different=_lines(changes.filter(_differs()).head(LINES)),
        different_count=changes.filter(_differs()).height,
        recipients=_recipients(source),
    )


def told_of(delivery: str) -> list[dict[str, Any]]:
    """Who was told that a delivery changed figures released to them: recipient and when, oldest first."""
    mine = ReleaseRecord.objects.filter(deliveries__isnull=False).values_list("code", "deliveries")
    codes = {code for code, deliveries in mine if delivery in deliveries}
    told = Outbox.objects.filter(kind=TOLD).exclude(to_post="").order_by("pk")
    return [{"post": one.to_post, "at": one.at} for one in told if one.facts.get("release") in codes]


def _questions(source: Source, path: Path, read: Read) -> tuple[Question, ...]:
    """Those that want an answer first, then by the cases they hold; the cells of the first ones."""
    found = sorted(read.findings.values(), key=lambda one: (one.severity == "note", -one.cases, -one.count, one.rule))
    shown = [one for one in found if one.severity != "note"][:LINES]
    every = pl.concat(read.tried) if read.tried else None
    cells = {key_of(one): every.filter(pl.col("finding") == key_of(one)) for one in shown} if every is not None else {}
    seen = excerpts.of_file(source, path, cells) if cells else {}
    return tuple(_question(one, tuple(seen.get(key_of(one), ()))) for one in found[: 2 * LINES])


def _question(one: Finding, seen: tuple[Excerpt, ...]) -> Question:
    check = checks().get(one.rule)
    title, explanation, remedy = (check.title, check.explanation, check.remedy) if check else (one.rule, "", "")
    return Question(
        one.rule, title, explanation, remedy, one.severity, one.column, one.term, one.count, one.cases, one.facts, seen
    )


def _units(source: Source, table: pl.DataFrame) -> tuple[Unit, ...]:
    """The units the file speaks of, in the order of the file."""
    known = {unit.id: unit for unit in registry(*source.gazetteer).every_unit(source.country)}
    return tuple(known[one] for one in table["unit"].unique(maintain_order=True).to_list() if one in known)


def _translated(table: pl.DataFrame) -> tuple[Meaning, ...]:
    """Distinct texts whose meaning is another word: places and conditions."""
    found: list[Meaning] = []
    for name, raw, value in (("place", "place_raw", "unit"), ("condition", "condition_raw", "condition")):
        pairs = table.select(raw, value).drop_nulls().unique(maintain_order=True).iter_rows()
        found += [Meaning(name, str(term), str(meaning)) for term, meaning in pairs if str(term) != str(meaning)]
    return tuple(found)


def _changes(store: Store, source: Source, read: Read) -> pl.DataFrame:
    """Cells of the file beside those that stand now, and those that it takes back."""
    assert read.table is not None, source.id
    key, before = list(SERIES_KEY), observing.observations(store, Asked(sources=[source.id]))
    was = before.select(*key, pl.col("value").alias("_was"), pl.col("status").alias("_before"))
    here = read.table.select(*key, pl.col("value").alias("_is"), pl.col("status").alias("_after"))
    told = here.join(was, on=key, how="left", nulls_equal=True)
    if read.gone is None:
        return told
    gone = was.join(read.gone.select(key), on=key, how="semi", nulls_equal=True)
    return pl.concat([told, gone], how="diagonal")


def _same() -> pl.Expr:
    both = pl.col("_before").is_not_null() & pl.col("_after").is_not_null()
    return both & pl.col("_was").eq_missing(pl.col("_is")) & (pl.col("_before") == pl.col("_after"))


def _differs() -> pl.Expr:
    return pl.col("_before").is_not_null() & ~_same().fill_null(value=False)


def _lines(frame: pl.DataFrame) -> tuple[Line, ...]:
    return tuple(_line(row) for row in frame.sort("period_start", "unit", "condition", "measure").iter_rows(named=True))


def _line(row: dict[str, Any]) -> Line:
    return Line(
        row["unit"],
        row["period_start"],
        row["period_end"],
        row["condition"],
        row["measure"],
        (row["_was"], row["_before"]) if row["_before"] else None,
        (row["_is"], row["_after"]) if row["_after"] else None,
    )


def _recipients(source: Source) -> tuple[str, ...]:
    """Posts that hold an open release of this source: they are told when its figures change."""
    found = ReleaseRecord.objects.filter(ended_at=None).order_by("recipient")
    return tuple(
        dict.fromkeys(
            one.recipient
            for one in found
            if any(part.get("source") == source.id for part in one.manifest.get("parts", ()))
        )
    )
