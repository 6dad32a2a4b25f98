"""Figures in a partner's own form, and a sender's own file back with its cells marked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

import polars as pl

from sampan import formats
from sampan.checks.rule import checks
from sampan.formats.forms import ENDINGS, Sheet, container, write_form
from sampan.harmonise.tabulate import classes_together
from sampan.harmonise.wayback import Form, Returned, write_back
from sampan.harmonise.waysheets import told_by_sheets, write_sheets
from sampan.model.errors import UserError
from sampan.model.observations import OBSERVATION
from sampan.model.sources import Source, Wide
from sampan.operations import expecting, homes, observing, receiving
from sampan.operations.receiving import Act
from sampan.store.figures import OPEN
from sampan.store.home import Store
from sampan.store.models import Delivery, Erasure, FindingRecord

WRITTEN = ("unit", "period_start", "period_end", "period_kind", "condition", "measure", "classification", "status",
           "value", "source", "practice")  # fmt: skip


def write_as(store: Store, figures: pl.DataFrame, source_id: str, out: Path) -> int:
    """Write figures in that source's layout; the number that had no equal in it and stand listed below."""
    source = homes.source(store, source_id)
    figures, form = _fitting(figures, source), form_of(source)
    book = container(source.layout, out.suffix.lower().lstrip(".")) == "xlsx"
    written = write_sheets(figures, source, form, book=book)
    write_form([_sheet(one, source) for one in written], source.layout, out)
    return sum(len(one.left_over) for one in written)


def must_hold_figures(source: Source) -> None:
    """UserError for a form that has no place for figures: a list of persons, or one that nothing shows."""
    write_back(pl.DataFrame(schema=OBSERVATION), source, form_of(source))


def _sheet(returned: Returned, source: Source) -> Sheet:
    rows = [[row[name] for name in returned.headers] for row in returned.rows]
    below = [returned.heading, *returned.left_over] if returned.left_over else []
    return Sheet(
        returned.form.sheet or "1", returned.form.titles, returned.headers, rows, below,
        _split(returned.headers, source),
    )  # fmt: skip


def _split(headers: Sequence[str], source: Source) -> frozenset[str]:
    """Headers that stand over several rows, part by part."""
    return frozenset(name for name in headers if source.wide and " / " in name and name not in _placed(source))


def _fitting(figures: pl.DataFrame, source: Source) -> pl.DataFrame:
    """What was counted from lists as one figure of all classes, where the form does not ask for the class."""
    spec = source.columns.get("classification")
    asks = (spec is not None and spec.columns) or (source.wide is not None and "classification" in source.wide.parts)
    if asks or "tabulated" not in figures.columns:
        return figures
    listed = figures.filter("tabulated")
    return pl.concat([figures.filter(~pl.col("tabulated")), classes_together(listed)])


def form_of(source: Source) -> Form:
    """The form as the source's sample has it; without a sample, the declared columns in their order."""
    samples = sorted(source.folder.glob("sample/*")) if source.folder else []
    title = source.told_in(next(iter(source.words.languages), "en")).title
    if samples:
        table = next(iter(formats.read(samples[0], samples[0].name, source.layout)))
        # the number in "week 31" is the sample's own
        sheet = re.sub(r"[\s\d]+$", "", table.sheet or "") or table.sheet
        return Form(tuple(column.header for column in table.columns), sheet, (title,))
    declared = [column.split("|")[0] for spec in source.columns.values() for column in spec.columns]
    if source.wide is not None and _named_whole(source.wide):
        declared += [re.sub(r"\[([*?[])\]", r"\1", pattern) for pattern in source.wide.columns]
    elif source.wide is not None:
        raise UserError(
            f"source {source.id} has no sample that shows its form",
            do="put one file under sample/ in the source's folder",
        )
    return Form(tuple(dict.fromkeys(declared)), None, (title,))


def blank_name(source: Source) -> str:
    """What a source's blank form is called."""
    kind = container(source.layout)
    return f"{source.id}.{kind if kind in ENDINGS else 'csv'}"


def write_blank(source: Source, out: Path, now: datetime) -> None:
    """The source's own form with its places and the period that is due, and no figure: to be filled without a network.

    UserError if its files are of a kind that is only read.
    """
    form = form_of(source)
    rows = [] if source.kind == "cases" else _blank_rows(source, form, now.date())
    named = form if source.kind == "cases" or not told_by_sheets(source) else _due_sheet(source, form, now.date())
    sheet = Sheet(named.sheet or "1", named.titles, form.headers, rows, [], _split(form.headers, source))
    write_form([sheet], source.layout, out)


def _blank_rows(source: Source, form: Form, today: date) -> list[list[str]]:
    """One row for each unit that reports and, where conditions stand in a column, each condition."""
    found = write_sheets(_due(source, today), source, form)[0]
    return [[row[name] for name in form.headers] for row in found.rows]


def _due_sheet(source: Source, form: Form, today: date) -> Form:
    """The form with the period that is due in its title, or as its sheet's name."""
    return write_sheets(_due(source, today), source, form)[0].form


def _due(source: Source, today: date) -> pl.DataFrame:
    """A figure not reported of each unit and condition that is expected, for the period that is due."""
    start, end = expecting.spans(source, today, 1)[0]
    wide = source.wide is not None or source.columns.get("condition") is None
    conditions = source.expects.conditions[:1] if wide else source.expects.conditions
    every = [
        {
            "unit": unit.id, "period_start": start, "period_end": end, "period_kind": source.expects.every or "week",
            "condition": condition, "measure": "cases", "classification": "unspecified", "status": "not_reported",
            "value": None, "source": source.id, "practice": source.practice,
        }
        for unit in expecting.units(source, "", end)
        for condition in conditions or ("all",)
    ]  # fmt: skip
    none = {name: OBSERVATION[name] for name in WRITTEN}
    return pl.DataFrame(every, schema=none)


def has_form(source: Source) -> bool:
    """True if figures can be written in that source's form: it has a sample, or declares every column."""
    if source.wide is None or _named_whole(source.wide):
        return True
    return bool(source.folder and any(source.folder.glob("sample/*")))


def _named_whole(wide: Wide) -> bool:
    """True if every header of figures is declared as it stands, not as a pattern."""
    return not any(re.search(r"[*?[]", re.sub(r"\[[*?[]\]", "", pattern)) for pattern in wide.columns)


def marked_file(store: Store, code: str, out: Path, act: Act, party: str = "") -> int:
    """The sender's own file with the cells of its open findings marked; the number of cells."""
    delivery = Delivery.objects.filter(code=code).first()
    if delivery is not None and (delivery.gate == OPEN or delivery.party == party):
        _not_erased(delivery)
    if delivery is None or not observing.may_see(delivery, party):
        raise UserError(f"no delivery is called {code!r}", do="`sampan deliveries` lists them")
    source = homes.source(store, delivery.source)
    cells = [_cells(store, finding) for finding in delivery.findings.filter(state=FindingRecord.State.OPEN)]
    wanted = pl.concat(cells) if cells else pl.DataFrame()
    with receiving.original(store, delivery, act, why="marked copy for its owner") as kept:
        formats.mark_cells(kept, wanted, out, name=delivery.filename, layout=source.layout)
    return wanted.height


def _not_erased(delivery: Delivery) -> None:
    """UserError for what was destroyed; that it was is told to whoever may read the list of deliveries."""
    gone = Erasure.objects.filter(delivery=delivery).first()
    if gone is not None:
        raise UserError(
            f"{delivery.code} was erased on {gone.erased_at:%Y-%m-%d} by the word of {gone.actor}: "
            "neither the file nor its cells are here",
            kept="nothing was written",
            do="nothing of it can be marked; send the corrected file as a new delivery",
        )


def _cells(store: Store, finding: FindingRecord) -> pl.DataFrame:
    check = checks().get(finding.rule)
    note = f"{finding.code}: {check.title}. {check.remedy}" if check else f"{finding.code}: {finding.rule}"
    finest = pl.col("column").str.split(" + ").list.last()  # a place said in several columns is marked in its finest
    return observing.cells(store, finding.code).with_columns(finest.alias("column"), pl.lit(note).alias("note"))


def _placed(source: Source) -> set[str]:
    return {column for spec in source.columns.values() for column in spec.columns} | set(source.ignore)
