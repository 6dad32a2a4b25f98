"""`sampan observations` and `deliveries`: what is known, as of a moment."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import click
import polars as pl
from rich.console import Console

from sampan import formats
from sampan.cli import speaking
from sampan.cli.main import emit
from sampan.cli.receive import moment
from sampan.cli.tables import print_table
from sampan.cli.written import Written
from sampan.model.errors import UserError
from sampan.model.observations import ERASED
from sampan.operations import asking, breaking, erased, homes, observing, returning, tabulating
from sampan.operations.sharing import gates

GONE = ("retracted", "withdrawn")
BROKEN = "‖"  # a series ends or begins here with another territory
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
@click.option("--every", type=click.Choice(tabulating.PERIODS), help="Count case lists by this; default: as declared.")
@click.option("--level", type=int, help="Count case lists at this level of units; default: as declared.")
@click.option("--gone-too", is_flag=True, help="Also retracted and withdrawn versions.")
@click.option("--as", "as_source", metavar="SOURCE", help="In that source's own layout, script and calendar.")
@click.option("--format", "form", type=FORMATS, help="What to write; default: a table to read.")
@click.option("-o", "--out", type=Written(), help="Write to this file.")
@click.option("--json", "as_json", is_flag=True, help="One JSON array.")
def observations(as_source: str | None, form: str | None, out: Path | None, as_json: bool, **asked: Any) -> None:
    """Figures with their series key, status, raw value and place in the file they came from.

    Case lists appear as counts: by the source's own weeks or months, at its level, by classification. Such a
    figure was counted by this office, and says so (`tabulated`). A figure of a territory that began or ended as
    another's carries a break mark (`break`), so that no line runs across the change unseen.
    """
    store = homes.opened()
    since = asked.pop("since")
    counting = tabulating.Counting(asked.pop("every"), asked.pop("level"))
    wanted = _asked(asked)
    lists: dict[str, tabulating.Tabulated] = {}
    if since:
        before = asking.at(wanted, moment(since, end_of_day=True))
        frame = tabulating.changes(store, before, wanted, counting)
    else:
        known = tabulating.figures(store, wanted, counting)
        frame, lists = known.figures, known.lists
    frame = breaking.marked(store, frame)
    frame = frame if since else erased.dated(frame)
    if as_source:
        _in_their_own_form(store, frame, as_source, out)
    elif as_json or form == "json":
        _text(json.dumps(frame.to_dicts(), ensure_ascii=False, default=str), out)
    elif form:
        _written(frame, form, out)
    else:
        _table(frame)
    if not as_json and out is None and frame.height:
        _tell_of_lists(frame, lists)
        _tell_of_breaks(frame)
    early = observing.before_anything(store, wanted)
    if not as_json and not frame.height and early:
        Console(stderr=True).print(early)


@click.command(epilog="Example: sampan deliveries --source opendengue-khm")
@click.option("--source", help="Only this source.")
@click.option("--post", default="", help="Who looks: a party sees what it delivered, the office what a gate passed.")
@click.option("--json", "as_json", is_flag=True, help="One JSON array.")
def deliveries(source: str | None, post: str, as_json: bool) -> None:
    """Deliveries with their state and balance, newest first; behind the first gate only to the sender's own party."""
    store = homes.opened()
    party, own = gates.looks(post)
    found = observing.deliveries(store, source=source, party=party, own=own)
    if as_json:
        emit(found)
        return
    counts = ("rows in", "observed", "set aside", "repeated")
    rows = [
        (one["delivery"], one["source"], one["state"], one["received_at"][:16].replace("T", " "), *_counts(one, counts))
        for one in found
    ]
    print_table(("delivery", "source", "state", "received", *counts), rows, numbers=counts)
    for one in found:
        if one["waits"]:
            click.echo(f"{one['delivery']}: {speaking.tell(one['waits'])}")


def _counts(one: Mapping[str, Any], names: tuple[str, ...]) -> list[str]:
    found = (one.get(name.replace(" ", "_")) for name in names)
    return ["" if count is None else f"{count:,}" for count in found]  # taken back, or not read: no count


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
        f"Figures without an equal in that form, listed below it: {left:,}." if left else "Every figure has its place."
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


def _tell_of_lists(frame: pl.DataFrame, lists: Mapping[str, tabulating.Tabulated]) -> None:
    """On the error stream, so that a table that is piped on stays a table."""
    told = set(frame.get_column("source").unique())
    for name, one in lists.items():
        if name not in told:
            continue
        parts = [f"* {name} is a list of cases, counted by this office; a period without a case has no row"]
        if one.without:
            parts.append(f"cases without a day or a place, in no figure: {one.without:,}")
        if one.by_another_day:
            parts.append(f"counted by another day than the rest, the first that is known: {one.by_another_day:,}")
        if one.discarded:
            parts.append(f"discarded, and so no cases: {one.discarded:,}")
        Console(stderr=True).print("; ".join(parts) + ".")


def _tell_of_breaks(frame: pl.DataFrame, most: int = 12) -> None:
    """What the double bar beside a place means, once for each unit, on the error stream."""
    units = frame.drop_nulls(breaking.BREAK).select("unit", breaking.BREAK).unique().sort("unit")
    names = asking.unit_names(units.get_column("unit").to_list())
    for unit, mark in units.head(most).iter_rows():
        Console(stderr=True).print(f"{BROKEN} {names[unit]}: {mark}", highlight=False)
    if units.height > most:
        Console(stderr=True).print(f"{BROKEN} and more units: {units.height - most}; --format csv says each (`break`)")


def _table(frame: pl.DataFrame, most: int = 40) -> None:
    """One table for each source, one line for each figure."""
    shown = frame.head(most)
    names = asking.unit_names(shown.get_column("unit").unique().to_list())
    for (source,), told in shown.group_by(["source"], maintain_order=True):
        Console().print(f"[bold]{source}[/bold]")
        rows = [_line(one, names) for one in told.iter_rows(named=True)]
        print_table(("place", "period", "condition", "what", "figure"), rows, numbers=("figure",))
    if not shown.height:
        Console().print("There is no such figure.")
    if frame.height > most:
        Console().print(f"{frame.height - most:,} more; write them with --format csv -o FILE")


def _line(one: Mapping[str, Any], names: Mapping[str, str]) -> tuple[str, ...]:
    what = one["measure"].replace("_", " ")
    if one["classification"] != "unspecified":
        what = f"{what}, {one['classification']}"
    said = _change(one) if "change" in one else _figure(one)
    place = names[one["unit"]] + (f" {BROKEN}" if one[breaking.BREAK] else "")
    return place, _days(one["period_start"], one["period_end"]), one["condition"], what, said


def _days(start: date, end: date) -> str:
    """An ISO interval; the year is said once."""
    return f"{start}/{end.isoformat()[5:] if start.year == end.year else end}"


def _figure(one: Mapping[str, Any]) -> str:
    """The value; a silence by its word, never an empty cell."""
    said = str(one["status"]).replace("_", " ") if one["value"] is None else f"{one['value']:,}"
    if one[erased.ERASED_ON]:
        said = f"{'' if said == ERASED else f'{said}, '}{ERASED} on {one[erased.ERASED_ON]}"
    if one["value"] is not None and one["status"] in GONE:
        said = f"{said} ({one['status']})"
    return f"{said} *" if one["tabulated"] else said


def _change(one: Mapping[str, Any]) -> str:
    before, after = (
        str(one[status]) if one[value] is None else f"{one[value]:,}"
        for value, status in (("value_before", "status_before"), ("value_after", "status_after"))
    )
    return {"added": f"added: {after}", "removed": f"removed: {before}"}.get(one["change"], f"{before} → {after}")
