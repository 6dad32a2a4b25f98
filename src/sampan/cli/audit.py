"""`sampan audit`: what a recipient could work out from the releases it holds, all taken together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import click
import polars as pl

from sampan.cli.main import emit
from sampan.cli.suppress import hierarchies_of, read_table
from sampan.model.errors import UserError
from sampan.operations import homes
from sampan.operations.sharing import auditing
from sampan.sharing.disclosure.attack import Figure, attack
from sampan.sharing.disclosure.cells import TOTAL
from sampan.sharing.disclosure.lattice import Cell, chained, figures, nested, spans
from sampan.vocab import places

RELEASED = {"source", "place", "period_start", "period_end", "condition", "measure"}
RELEASES_OWN = {"source", "place", "parts_silent"}  # of a table with these, the others were there too
SEPARATE = ("source", "condition", "measure", "classification")  # never added up with each other here
ANSWER = ("value", "status")


@click.command(epilog="Example: sampan audit out-march out-april")
@click.argument("release", nargs=-1, type=click.Path(path_type=Path))
@click.option("--recipient", default="", help="Instead of tables: all this party ever got here, by the ledgers.")
@click.option("--post", default="", help="With --recipient: the owner's post that asks; it learns of its own figures.")
@click.option("--hierarchy", multiple=True, metavar="DIM=FILE", help="child,parent rows of a suppressed table's dim.")
@click.option("--all", "everything", is_flag=True, help="Also list the held-back figures that cannot be told.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
def audit(release: tuple[Path, ...], everything: bool, as_json: bool, **asked: Any) -> None:
    """Print what could be inferred from each RELEASE (a folder with its table, or a suppressed table) and from all.

    The attacker knows that counts are whole and not below zero, and solves exactly and by bounds. With --recipient
    it is given everything that party got of the owner's figures, and what those it may pool with got.
    """
    if bool(release) == bool(asked["recipient"]) or bool(asked["recipient"]) != bool(asked["post"]):
        raise UserError("name releases, or --recipient and --post", do="`sampan audit --help` shows both")
    if release:
        _of_tables(release, asked["hierarchy"], everything, as_json)
    else:
        _of_ledgers(asked["recipient"], asked["post"], as_json)


def _of_ledgers(recipient: str, post: str, as_json: bool) -> None:
    found = auditing.audit(homes.opened(), recipient, post)
    if as_json:
        emit(found)
        return
    pool = f" with {', '.join(found['pool'])}" if found["pool"] else ""
    click.echo(f"{recipient}{pool}: sums told {found['figures']}, small ones held back {found['held_back']}.")
    for one in found["ledgers"]:
        for what in one["recovered"]:
            count = "" if what["count"] is None else f" = {what['count']}"
            click.echo(f"can be told, by {what['how']}: {one['name']} {what['what']}{count}")
    click.echo(f"{found['recovered']} held-back figures can be told exactly.")


def _of_tables(release: tuple[Path, ...], hierarchy: tuple[str, ...], everything: bool, as_json: bool) -> None:
    tables = [_table(path) for path in release]
    whole = {set(table.columns) >= RELEASED for table in tables}
    if len(whole) > 1:
        raise UserError(
            "releases and suppressed tables are mixed",
            kept="nothing was written",
            do="audit folders with a manifest together, and plain tables together",
        )
    groups = _released(tables) if whole.pop() else _suppressed(tables, hierarchy)
    found = [(name, attack(group)) for name, group in groups]
    answer = {
        "releases": [str(path) for path in release],
        "figures": sum(f.value is not None for _, group in groups for f in group),
        "held_back": sum(len(one.inferences) for _, one in found),
        "recovered": sum(len(one.recoveries) for _, one in found),
        "contradictory": [name for name, one in found if one.contradictory],
        "altered": [str(path) for path in release if auditing.altered(path)],
        "inferences": [
            {"table": name} | asdict(inference) | {"recovered": inference.recovered}
            for name, one in found
            for inference in one.inferences
            if inference.recovered or everything or as_json
        ],
    }
    if as_json:
        emit(answer)
        return
    _say(answer)


def _say(answer: dict[str, Any]) -> None:
    click.echo(f"figures released {answer['figures']}, held back {answer['held_back']}.")
    for one in answer["inferences"]:
        what = f"{one['table']}: {one['label']}" if one["table"] else one["label"]
        low = "0" if one["low"] is None else one["low"]
        if one["recovered"]:
            value = f" = {low}" if one["low"] is not None and one["low"] == one["high"] else ""
            click.echo(f"can be told, by {one['how']}: {what}{value}")
        elif one["high"] is None:
            click.echo(f"stays open, {low} or more: {what}")
        else:
            click.echo(f"stays open, {low} to {one['high']}: {what}")
    for name in answer["contradictory"]:
        click.echo(f"{name or 'the tables'}: no counts give all these figures; some were revised, bounds are left out")
    for path in answer["altered"]:
        click.echo(f"{path}: the table is not the one that its manifest names, so this says nothing of what left")
    click.echo(f"{answer['recovered']} held-back figures can be told exactly.")


def _table(path: Path) -> pl.DataFrame:
    file = path / "table.csv" if path.is_dir() else path
    table = auditing.released_table(path) if path.is_dir() and not file.exists() else None
    table = read_table(file) if table is None else table
    if "value" not in table.columns:
        raise UserError(
            "there is no column 'value' in the table",
            where=str(file),
            kept="nothing was written",
            do="give a release folder, or a table that sampan suppress wrote",
        )
    absent = sorted(RELEASED - set(table.columns))
    if absent and set(table.columns) >= RELEASES_OWN:
        raise UserError(
            f"there is no column {absent[0]!r} in a release's table",
            where=str(file),
            kept="nothing was written",
            do="give the table as it left",
        )
    _require_figures(table, file)
    return table


def _require_figures(table: pl.DataFrame, file: Path) -> None:
    """UserError where a value is no count, or a released figure has no span: read as held back it would mislead."""
    value = table.get_column("value").cast(pl.Int64, strict=False)
    wrong = table.get_column("value").is_not_null() & (value.is_null() | (value < 0)).fill_null(True)
    what = "a value is no count of persons"
    if not wrong.any() and set(table.columns) >= RELEASED:
        start, end = (
            table.get_column(name).str.to_date(strict=False) for name in ("period_start", "period_end")
        )  # fmt: skip
        wrong, what = (
            (start.is_null() | end.is_null() | (start > end)).fill_null(True),
            "a period has no first or last day",
        )
    if wrong.any():
        raise UserError(
            what,
            where=f"{file}, data row {int(wrong.arg_true()[0]) + 1}, {int(wrong.sum())} such rows",
            kept="nothing was written",
            do="give the table as it left",
        )


def _suppressed(tables: list[pl.DataFrame], hierarchy: tuple[str, ...]) -> list[tuple[str, list[Figure]]]:
    """Tables of `sampan suppress` (dims, value, status), laid over each other by their dims."""
    dims = list(dict.fromkeys(name for table in tables for name in table.columns if name not in ANSWER))
    edges = hierarchies_of(hierarchy, dims)
    cells = [cell for table in tables for cell in _cells(table, [d for d in dims if d in table.columns])]
    parts = {dim: nested(_codes(cells, dim), edges.get(dim, ())) for dim in dims}
    return [("", figures(cells, parts))]


def _released(tables: list[pl.DataFrame]) -> list[tuple[str, list[Figure]]]:
    """Release tables, one system of figures for each source, condition, measure and classification."""
    both = _from_the_first_day(pl.concat([_laid_out(table) for table in tables], how="diagonal_relaxed"))
    keys = _keys(both)
    groups = []
    for names, rows in sorted(both.group_by(keys), key=lambda group: str(group[0])):
        dims: list[str] = [name for name in ("place", "period", "sex", "age") if name in rows.columns]
        cells = _cells(rows, dims)
        cells += [({**codes, "period": step}, None) for codes in _places(rows, dims) for step in _steps(rows)]
        parts = {
            "place": chained(_codes(cells, "place"), _parent),
            "period": spans(_codes(cells, "period") | set(_steps(rows))),
            "sex": _sexes(_codes(cells, "sex")),
            "age": spans(_codes(cells, "age")),
        }
        groups.append((" ".join(str(name) for name in names if name is not None), figures(cells, parts)))
    return groups


def _laid_out(table: pl.DataFrame) -> pl.DataFrame:
    span = pl.col("period_start") + "/" + pl.col("period_end")
    age = pl.col("age_from").fill_null("0") + "/" + pl.col("age_to").fill_null("150")
    return table.with_columns(
        span.alias("period"),
        (age if "age_from" in table.columns else pl.lit("0/150")).alias("age"),
        (pl.col("sex").fill_null("all") if "sex" in table.columns else pl.lit("all")).alias("sex"),
    )


def _from_the_first_day(table: pl.DataFrame) -> pl.DataFrame:
    """Of cumulative figures the period is all the days since the first of the year that their period is counted to."""
    if "accumulation" not in table.columns:
        return table
    start, end = (pl.col(name).str.to_date() for name in ("period_start", "period_end"))
    year = (start + (end - start) / 2).dt.year()
    first = pl.min_horizontal(start.min().over(year, *_keys(table)), pl.date(year, 1, 1)).cast(pl.String)
    cumulative = pl.col("accumulation") == "cumulative"
    since = first + "/" + pl.col("period_end")
    return table.with_columns(pl.when(cumulative).then(since).otherwise(pl.col("period")).alias("period"))


def _steps(rows: pl.DataFrame) -> list[str]:
    """The spans by which cumulative figures grow from one to the next: what a reader takes away from the other."""
    if "accumulation" not in rows.columns:
        return []
    grown = rows.filter(pl.col("accumulation") == "cumulative").get_column("period").unique().sort().to_list()
    pairs = [(a, b) for a, b in pairwise(grown) if a.partition("/")[0] == b.partition("/")[0]]
    after = [date.fromisoformat(a.partition("/")[2]) + timedelta(days=1) for a, _ in pairs]
    steps = [f"{day}/{b.partition('/')[2]}" for day, (_, b) in zip(after, pairs, strict=True)]
    told = set(rows.filter(pl.col("accumulation") != "cumulative").get_column("period"))  # those stand for themselves
    return [step for step in steps if step not in told]


def _places(rows: pl.DataFrame, dims: list[str]) -> list[dict[str, str]]:
    """Every place and stratum of cumulative figures, once."""
    if "accumulation" not in rows.columns:
        return []
    rest = [name for name in dims if name != "period"]
    grown = rows.filter(pl.col("accumulation") == "cumulative").select(rest).unique(maintain_order=True)
    return [{dim: str(code) for dim, code in row.items() if code is not None} for row in grown.to_dicts()]


def _keys(table: pl.DataFrame) -> list[str]:
    return [name for name in SEPARATE if name in table.columns]


def _cells(table: pl.DataFrame, dims: list[str]) -> list[Cell]:
    counts = table.get_column("value").cast(pl.Int64, strict=False).to_list()
    rows = table.select(dims).to_dicts()
    return [
        ({dim: str(code) for dim, code in row.items() if code is not None}, count)
        for row, count in zip(rows, counts, strict=True)
    ]


def _codes(cells: Iterable[Cell], dim: str) -> set[str]:
    return {codes[dim] for codes, _ in cells if dim in codes}


def _sexes(codes: set[str]) -> dict[str, frozenset[str]]:
    finest = frozenset(codes - {"all"}) or frozenset(("all",))
    return {code: frozenset((code,)) for code in codes} | {"all": finest, TOTAL: finest}


def _parent(unit_id: str) -> str | None:
    """The unit above, on the day this one began; None outside the registry."""
    try:
        unit = places.unit(unit_id)
        if unit.parent is None:
            return None
        above = [one for one in places.registry().of_place(unit.parent) if one.in_force(unit.begins)]
    except (KeyError, UserError):
        return None
    return above[0].id if above else None
