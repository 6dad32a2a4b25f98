"""`sampan findings` and `sampan settle`: what waits for an answer, and the answer."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Column, Table

from sampan.cli.main import emit
from sampan.model.errors import UserError
from sampan.operations import homes, observing, returning, settling
from sampan.operations.receiving import Act
from sampan.operations.settling import ACCEPT, Answer


@click.command(epilog="Example: sampan findings --source kh-weekly")
@click.option("--source", help="Only this source.")
@click.option("--delivery", help="Only this delivery.")
@click.option("--all", "every", is_flag=True, help="Settled ones too.")
@click.option("--cells", metavar="FINDING", help="Where the cells of one finding stand.")
@click.option("--mark", type=click.Path(path_type=Path), help="With --delivery: your own file back, its cells marked.")
@click.option("--json", "as_json", is_flag=True, help="One JSON array.")
def findings(mark: Path | None, cells: str | None, as_json: bool, **asked: Any) -> None:
    """What waits for an answer, the greatest share of cases first."""
    store = homes.opened()
    source, delivery, every = asked["source"], asked["delivery"], asked["every"]
    if mark:
        _marked(store, delivery, mark)
        return
    if cells:
        _cells(store, cells, as_json)
        return
    found = observing.findings(store, source=source, delivery=delivery, every=every)
    if as_json:
        emit(found)
        return
    if not found:
        Console().print("Nothing waits for an answer.")
        return
    table = Table(Column("finding", no_wrap=True), "what", "column", "text", "cells", "cases", "could be")
    for one in found[:60]:
        could = ", ".join(one["facts"].get("candidates", [])[:4])
        numbers = (f"{one['count']:,}", f"{one['cases']:,}")
        table.add_row(one["finding"], one["title"], one["column"] or "", one["term"] or "", *numbers, could)
    Console().print(table)
    if len(found) > 60:
        Console().print(f"{len(found) - 60:,} more; --json lists all")


@click.command(epilog="Example: sampan settle F-000001 KH-12")
@click.argument("finding")
@click.argument("value", required=False)
@click.option("--accept", metavar="REASON", help="The figures are right as they are, and why.")
@click.option(
    "--match",
    type=click.Choice(["exact", "broader", "narrower", "related"]),
    default="exact",
    show_default=True,
    help="How our word stands to the word of the file.",
)
@click.option("--reason", default="", help="Why this is the right word.")
@click.option("--actor", metavar="POST", help="The post that answers; default: the owner's data desk.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def settle(finding: str, value: str | None, accept: str | None, as_json: bool, **given: Any) -> None:
    """Answer FINDING with VALUE (our word, or "none"); every delivery that asks the same is read again."""
    if (value is None) == (accept is None):
        raise UserError("give either a value or --accept REASON", do="`sampan settle --help` shows both")
    store = homes.opened()
    source = homes.source_of_finding(store, finding)
    answer = Answer(ACCEPT, accept) if accept is not None else Answer(str(value), given["reason"], given["match"])
    act = Act(given["actor"] or f"{source.owner}/data-desk", datetime.now(UTC))
    done = settling.settle(store, source, finding, answer, act)
    if as_json:
        emit(done.as_dict())
        return
    console = Console()
    console.print(f"{finding} is settled: {done.value}.")
    for receipt in done.replayed:
        b = receipt.balance
        console.print(f"{receipt.delivery} read again: {b['observed']:,} observed, {b['set_aside']:,} set aside.")


def _marked(store: Any, delivery: str | None, out: Path) -> None:
    if delivery is None:
        raise UserError("say which file is wanted back", do="add --delivery D-000001")
    act = Act("owner/data-desk", datetime.now(UTC))
    count = returning.marked_file(store, delivery, out, act)
    Console().print(f"{out} written: your own file with {count:,} cells marked.")


def _cells(store: Any, code: str, as_json: bool) -> None:
    frame = observing.cells(store, code)
    if as_json:
        emit(frame.to_dicts())
        return
    told = observing.finding(store, code)
    Console().print(f"[bold]{told['title']}[/bold]\n{told['explanation']}\n{told['remedy']}")
    for unit in told["facts"].get("units", []):
        Console().print(unit)
    table = Table("sheet", "row", "column")
    for sheet, row, column in frame.head(200).iter_rows():
        table.add_row(sheet or "", str(row), column or "")
    Console().print(table)
