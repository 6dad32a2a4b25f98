"""`sampan suppress`: a table of counts with its totals, held back where a person could be counted out."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import click
import polars as pl

from sampan.cli.main import emit, text_of
from sampan.formats import delimiters
from sampan.model.errors import UserError
from sampan.sharing.disclosure.protect import PUBLISHED, protect


@click.command(epilog="Example: sampan suppress cases.csv --dims region,age --count n --min 5 --json")
@click.argument("table", type=click.Path(path_type=Path))
@click.option("--dims", required=True, help="Columns that make the cells, with commas between them.")
@click.option("--count", required=True, help="Column with the counts of persons.")
@click.option("--min", "minimum", type=int, required=True, help="Protect counts from 1 to one less than this.")
@click.option(
    "--hierarchy", multiple=True, metavar="DIM=FILE", help="child,parent rows; several for one dim may overlap."
)
@click.option("--interval", is_flag=True, help="Also keep what stays possible for a protected cell --min wide.")
@click.option(
    "--words",
    is_flag=True,
    help="Hold back more cells, for readers who are shown which are primary and which secondary.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON array, one object for each cell.")
def suppress(
    *,
    table: Path,
    dims: str,
    count: str,
    minimum: int,
    hierarchy: tuple[str, ...],
    interval: bool,
    words: bool,
    as_json: bool,
) -> None:
    """Hold back small counts in TABLE, and as few others as keep them from being worked out.

    Totals are computed and named Total; leave total rows out of the table. A cell without a row counts as 0: leave
    a place or group that was not reported out altogether.

    The words primary and secondary are for who makes the table, and say something too: a primary count is below --min,
    a secondary one is not. Show others one word for both, or use --words. Words alone tell a count where nothing else
    is possible: with --min 2, primary means one.
    """
    names = [name.strip() for name in dims.split(",") if name.strip()]
    done = protect(
        read_table(table),
        dims=names,
        count=count,
        minimum=minimum,
        hierarchies=hierarchies_of(hierarchy, names),
        interval=interval,
        worded=words,
    )
    if as_json:
        emit(done.to_dicts())
        return
    click.echo(done.write_csv(), nl=False)
    held = done.filter(pl.col("status") != PUBLISHED)
    small = held.filter(pl.col("status") == "primary").height
    click.echo(
        f"cells {done.height}, held back {held.height}: small {small}, beside them {held.height - small}", err=True
    )
    if held.height and not words:
        click.echo("Show others one word for primary and secondary, or make the table with --words.", err=True)


def read_table(path: Path) -> pl.DataFrame:
    """A CSV file as text cells, parted as its first line is; blank cells are null."""
    text = text_of(path)
    try:
        return pl.read_csv(
            io.StringIO(text), separator=_parted_by(text), infer_schema=False, truncate_ragged_lines=False
        )
    except (pl.exceptions.ComputeError, pl.exceptions.NoDataError) as slip:
        raise UserError(
            "the table is not a CSV file with a header row",
            where=path.name,
            kept="nothing was written",
            do="save it as CSV, UTF-8, one row for each cell",
        ) from slip


def _parted_by(text: str) -> str:
    # the header alone tells: cells below it may hold lists of their own
    return delimiters.detect(text.splitlines()[:1]).char


def hierarchies_of(options: tuple[str, ...], dims: list[str]) -> dict[str, list[list[tuple[str, str]]]]:
    """The child,parent rows of each dimension from DIM=FILE options."""
    found: dict[str, list[list[tuple[str, str]]]] = {}
    for option in options:
        dim, sign, file = option.partition("=")
        if not sign or dim not in dims:
            raise UserError(
                f"--hierarchy {option!r} does not name a dimension and a file",
                kept="nothing was written",
                do=f"write --hierarchy DIM=FILE with DIM one of {', '.join(dims)}",
            )
        found.setdefault(dim, []).append(_edges(Path(file)))
    return found


def _edges(path: Path) -> list[tuple[str, str]]:
    text = text_of(path)
    read = csv.reader(io.StringIO(text), delimiter=_parted_by(text))
    rows = [(number, row) for number, row in enumerate(read, 1) if any(row)]
    for number, row in rows:
        if len(row) < 2 or not row[0].strip() or not row[1].strip():
            raise UserError(
                "a hierarchy row does not hold a child and a parent",
                where=f"{path.name}, row {number}",
                kept="nothing was written",
                do="write two columns, child,parent",
            )
    edges = [(row[0].strip(), row[1].strip()) for _, row in rows]
    return edges[1:] if edges and tuple(word.lower() for word in edges[0]) == ("child", "parent") else edges
