"""`sampan look`: what is in a file and what must not leave, before anything leaves."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from sampan.cli.main import emit
from sampan.cli.speaking import tell
from sampan.cli.written import Written
from sampan.operations import looking
from sampan.operations.looking import Looked, SheetView

REFUSED = 4


@click.command(epilog="Example: sampan look th-r506 r506-2567-w09.csv --clean clean.csv")
@click.argument("source")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--clean", "out", type=Written(), help="Write a copy without persons and secrets.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object: sheets, stops and questions.")
@click.pass_context
def look(ctx: click.Context, source: str, file: Path, out: Path | None, as_json: bool) -> None:
    """Look into FILE as SOURCE would be read, on this machine; nothing is kept or sent.

    Shows the sheets and columns, which of them hold names, telephones or identity numbers, and text
    under a secrecy class of the source's country. Exit code 4: the file must not leave as it is.
    """
    today = datetime.now(UTC).date()
    looked = looking.look(looking.named(source), file, on=today)
    cleaned = looking.clean(looked, file, out, on=today) if out else None
    if as_json:
        emit(looked.as_dict() | {"clean": cleaned})
    else:
        _print(looked)
        if cleaned:
            click.echo(
                tell(
                    f"{cleaned['out']}: a copy. Left out: columns {cleaned['columns']}, rows {cleaned['rows']}, "
                    f"cells {cleaned['cells']}, sheets {len(cleaned['sheets'])}."
                )
            )
    if not looked.may_leave and cleaned is None:
        ctx.exit(REFUSED)


def _print(looked: Looked) -> None:
    console = Console()
    for view in looked.sheets:
        console.print(_sheet(view))
        for note in view.notes:
            console.print(f"  note: {tell(note)}", markup=False)
    for stop in looked.stops:
        console.print(f"STOP  {tell(stop.sentence)}", markup=False)
    for declared in looked.declared:
        console.print(f"known {tell(declared.sentence)}", markup=False)
    for question in looked.questions:
        console.print(f"ask   {tell(question.sentence)}", markup=False)
    verdict = (
        tell("Nothing in this file stops it.")
        if looked.may_leave
        else tell("This file must not leave as it is; --clean OUT writes a copy.")
    )
    console.print(verdict)


def _sheet(view: SheetView) -> Table:
    read = f"{view.sheet or tell('the file')}: rows {view.rows:,}"
    title = tell(read) if view.read else tell(f"{read} (not read by the source)")
    table = Table(title=title, title_justify="left")
    for heading in ("column", "header", "taken as"):
        table.add_column(tell(heading))
    for column in view.columns:
        table.add_row(
            column["column"], column["header"] or tell("(not shown)"), tell(column["taken_as"] or "not declared")
        )
    return table
