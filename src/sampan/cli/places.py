"""`sampan places`: what a place name means, which units a country has, what became of a territory."""

from __future__ import annotations

import sys
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from sampan.cli.main import emit
from sampan.cli.tables import print_table
from sampan.model.errors import UserError
from sampan.model.places import Resolution, Unit
from sampan.vocab.places import Gazetteer, registry

_ON = click.option("--on", "day", metavar="DATE", help="The day the name is used for, as 2025-08-01.")
_LEVEL = click.option("--level", type=int, help="1 for provinces, 2 for districts.")
_HIERARCHY = click.option("--hierarchy", default="admin", show_default=True, help="Which division is spoken of.")
_JSON = click.option("--json", "as_json", is_flag=True, help="One JSON document.")
_FOLDERS = click.option(
    "--places",
    "folders",
    multiple=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A further folder of countries.",
)


@click.group()
def places() -> None:
    """Names of places, their dated units and their history."""


@places.command()
@click.option("--country", required=True, metavar="CODE", help="The country the names are in, as KH.")
@_ON
@_LEVEL
@click.option("--parent", metavar="X", help="Code or name of the unit above.")
@_HIERARCHY
@_FOLDERS
@_JSON
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
def resolve(
    country: str,
    day: str | None,
    level: int | None,
    parent: str | None,
    hierarchy: str,
    folders: tuple[Path, ...],
    as_json: bool,
    file: Path | None,
) -> None:
    """Resolve place names, one on each line of FILE (or of standard input).

    \b
    Example:
      sampan places resolve --country VN --on 2025-08-01 names.txt
    """
    gazetteer = registry(*folders)
    names = _lines(file)
    found = gazetteer.resolve(
        names, country=country.upper(), on=_date(day), level=level, parent=parent, hierarchy=hierarchy
    )
    if as_json:
        emit([asdict(one) for one in found])
    else:
        _show_resolutions(gazetteer, found, dated=day is not None)


@places.command("list")
@click.option("--country", metavar="CODE", help="Units of this country; without it, the countries.")
@_ON
@_LEVEL
@_HIERARCHY
@_FOLDERS
@_JSON
def list_(
    country: str | None,
    day: str | None,
    level: int | None,
    hierarchy: str,
    folders: tuple[Path, ...],
    as_json: bool,
) -> None:
    """List countries, or the dated units of one.

    \b
    Example:
      sampan places list --country KH --level 1
    """
    gazetteer = registry(*folders)
    if country is None:
        _show_countries(gazetteer, as_json)
        return
    units = gazetteer.units(country.upper(), level=level, on=_date(day), hierarchy=hierarchy)
    if as_json:
        emit([_unit(one) for one in units])
        return
    table = Table("unit", "name", "own script", "kind", "from", "until")
    for one in units:
        own = " · ".join(text for text in one.names.values() if text != one.name)
        table.add_row(one.id, one.name, own, one.kind.split("|")[0], _from(one), _until(one))
    Console().print(table)


@places.command()
@_FOLDERS
@_JSON
@click.argument("code")
def show(code: str, folders: tuple[Path, ...], as_json: bool) -> None:
    """Show a place: its units, names, and what its territory came from and became.

    \b
    Example:
      sampan places show VN-41
    """
    gazetteer = registry(*folders)
    wanted = gazetteer.unit(code).place if "@" in code else code
    units = gazetteer.of_place(wanted)
    country = gazetteer.registry.country(units[0].country, level=units[0].level)
    names = [name for name in country.names if name.place == wanted]
    people = [asdict(one) for one in country.populations if one.unit in {unit.id for unit in units}]
    changes = [
        asdict(change)
        for change in country.changes
        if change.before.startswith(wanted + "@") or change.after.startswith(wanted + "@")
    ]
    if as_json:
        listed = [{"name": n.text, "language": n.language, "official": n.official, "source": n.source} for n in names]
        units_out = [_unit(one) for one in units]
        emit({"place": wanted, "units": units_out, "names": listed, "changes": changes, "populations": people})
        return
    console = Console()
    for one in units:
        console.print(f"[bold]{one.id}[/bold]  {one.name}, {one.kind.split('|')[0]}  {_from(one)} to {_until(one)}")
    console.print("also written: " + ", ".join(dict.fromkeys(name.text for name in names)))
    for change in changes:
        console.print(f"{change['before']} -> {change['after']}  {change['change']} ({change['source']})")
    for row in people:
        console.print(f"{row['population']:,} on {row['reference_date']}: {row['counted']} ({row['source']})")


def _lines(file: Path | None) -> list[str]:
    """The names, one a line, kept as they are; only line ends are taken off."""
    try:
        text = file.read_text(encoding="utf-8-sig") if file else sys.stdin.read().removeprefix("\ufeff")
    except UnicodeDecodeError as problem:
        raise UserError(
            "the file is not UTF-8 text", where=str(file), kept="nothing was changed", do="save it as UTF-8"
        ) from problem
    lines = text.replace("\r\n", "\n").split("\n")
    return lines[:-1] if lines and lines[-1] == "" else lines


def _date(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as problem:
        raise UserError(f"{text!r} is not a date", where="--on", do="write it as 2025-08-01") from problem


def _unit(unit: Unit) -> dict[str, Any]:
    """A unit for JSON; a beginning older than the registry is null."""
    return asdict(unit) | {"begins": None if unit.begins == date.min else unit.begins, "ends": unit.ends}


def _from(unit: Unit) -> str:
    return "before the registry" if unit.begins == date.min else unit.begins.isoformat()


def _until(unit: Unit) -> str:
    return "today" if unit.ends is None else unit.ends.isoformat()


def _show_countries(gazetteer: Gazetteer, as_json: bool) -> None:
    rows = [gazetteer.registry.country(code).facts for code in gazetteer.countries()]
    if as_json:
        emit(rows)
        return
    table = Table("code", "name", "languages", "hierarchies", "note")
    for row in rows:
        levels = "; ".join(f"{name}: {', '.join(kinds.values())}" for name, kinds in row["hierarchies"].items())
        table.add_row(row["code"], row["name"], ", ".join(row["languages"]), levels, row.get("note", ""))
    Console().print(table)


def _show_resolutions(gazetteer: Gazetteer, found: list[Resolution], *, dated: bool) -> None:
    rows = []
    for one in found:
        unit = one.unit or ("" if one.place is None else "not in force that day" if dated else "territory changed")
        options = ", ".join(f"{gazetteer.unit(key).name} ({key})" for key in one.candidates)
        rows.append((one.name, one.place or "", unit, one.how, options))
    print_table(("name", "place", "unit", "how", "candidates"), rows)
