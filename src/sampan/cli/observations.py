"""`sampan observations`, `cases`, `deliveries`: what is known, as of a moment."""

from __future__ import annotations

import json
import sys
from datetime import date
from pathlib import Path
from typing import Any

import click
import polars as pl
from rich.console import Console
from rich.table import Column, Table

from sampan import formats
from sampan.cli.main import emit
from sampan.cli.receive import moment
from sampan.model.errors import UserError
from sampan.operations import asking, homes, observing, returning

SHOWN = ("source", "unit", "period_start", "period_end", "condition", "measure", "classification", "value", "status")
FORMATS = click.Choice(["csv", "parquet", "json", "xlsx"])


@click.command(epilog="Example: sampan observations --condition dengue --as-of 2024-01-01 --clock published")
@click.option("--as-of", metavar="TIME", help="As known then (ISO date or time); default: now.")
@click.option("--since", metavar="TIME", help="Instead: what was added, changed or removed since then.")
@click.option(
    "--clock",
    type=click.Choice(["received", "published"]),
    default="received",
    show_default=True,
    help="Whose time --as-of and --since are: ours, or the source's own.",
)
@click.option("--source", multiple=True, help="Only this source.")
@click.option("--country", multiple=True, help="Only sources of this country.")
@click.option("--condition", multiple=True, help="Only this condition.")
@click.option("--unit", multiple=True, help="Only this dated unit.")
@click.option("--measure", multiple=True, help="Only this measure.")
@click.option("--from", "from_", metavar="DATE", help="Periods that end on this day or later.")
@click.option("--to", metavar="DATE", help="Periods that begin on this day or earlier.")
@click.option("--gone-too", is_flag=True, help="Also retracted and withdrawn versions.")
@click.option("--as", "as_source", metavar="SOURCE", help="In that source's own layout, script and calendar.")
@click.option("--format", "form", type=FORMATS, help="What to write; default: a table to read.")
@click.option("-o", "--out", type=click.Path(path_type=Path), help="Write to this file.")
@click.option("--json", "as_json", is_flag=True, help="One JSON array.")
def observations(as_source: str | None, form: str | None, out: Path | None, as_json: bool, **asked: Any) -> None:
    """Figures with their series key, status, raw value and place in the file they came from."""
    store = homes.opened()
    since = asked.pop("since")
    wanted = _asked(asked)
    if since:
        frame = observing.changes(store, asking.at(wanted, moment(since, end_of_day=True)), wanted)
    else:
        frame = observing.observations(store, wanted)
    if as_source:
        _in_their_own_form(store, frame, as_source, out)
    elif as_json or form == "json":
        _text(json.dumps(frame.to_dicts(), ensure_ascii=False, default=str), out)
    elif form:
        _written(frame, form, out)
    else:
        _table(frame)


@click.command(epilog="Example: sampan deliveries --source opendengue-khm")
@click.option("--source", help="Only this source.")
@click.option("--json", "as_json", is_flag=True, help="One JSON array.")
def deliveries(source: str | None, as_json: bool) -> None:
    """Deliveries with their state and balance, newest first."""
    found = observing.deliveries(homes.opened(), source=source)
    if as_json:
        emit(found)
        return
    table = Table(
        Column("delivery", no_wrap=True),
        Column("source", overflow="fold"),
        "state",
        "received",
        "rows in",
        "observed",
        "set aside",
        "repeated",
    )
    for one in found:
        counts = [f"{one.get(name, 0):,}" for name in ("rows_in", "observed", "set_aside", "repeated")]
        table.add_row(one["delivery"], one["source"], one["state"], one["received_at"][:16], *counts)
    Console().print(table)


def _asked(given: dict[str, Any]) -> asking.Asked:
    asking.check_words(given["condition"], given["unit"])
    return asking.Asked(
        at=moment(given["as_of"], end_of_day=True) if given["as_of"] else None,
        clock=given["clock"],
        sources=given["source"],
        countries=given["country"],
        conditions=given["condition"],
        units=asking.units_of(given["unit"]),
        measures=given["measure"],
        from_date=_day(given["from_"]),
        to_date=_day(given["to"]),
        gone_too=given["gone_too"],
    )


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as slip:
        raise UserError(f"{text!r} is not an ISO date", do="write 2025-05-30") from slip


def _in_their_own_form(store: Any, frame: pl.DataFrame, source: str, out: Path | None) -> None:
    if out is None:
        raise UserError("a source's own layout is a file", do="name it with -o FILE")
    left = returning.write_as(store, frame, source, out)
    rest = (
        f"{left:,} figures have no equal in that form; they are listed below it."
        if left
        else "Every figure has its place."
    )
    Console().print(f"{out} written. {rest}")


def _written(frame: pl.DataFrame, form: str, out: Path | None) -> None:
    if out is not None:
        formats.write(frame, out, form)
    elif form == "csv":
        formats.write(frame, sys.stdout.buffer, form)
    else:
        raise UserError(f"{form} is not text", do="name a file with -o FILE")


def _text(text: str, out: Path | None) -> None:
    if out is None:
        click.echo(text)
    else:
        out.write_text(text + "\n", encoding="utf-8")


def _table(frame: pl.DataFrame, most: int = 40) -> None:
    columns = [name for name in (*SHOWN, "value_before", "value_after", "change") if name in frame.columns]
    table = Table(*[Column(name, overflow="fold") for name in columns])
    for row in frame.select(columns).head(most).iter_rows():
        table.add_row(*["" if cell is None else str(cell) for cell in row])
    console = Console()
    console.print(table)
    if frame.height > most:
        console.print(f"{frame.height - most:,} more; write them with --format csv -o FILE")
