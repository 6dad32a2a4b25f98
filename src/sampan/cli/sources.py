"""`sampan sources`: which feeds are known, what one declares, and a draft for a file never seen."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import click
from rich.console import Console
from rich.table import Column, Table

from sampan.cli.draft import draft
from sampan.cli.main import emit
from sampan.cli.tables import print_table
from sampan.model.sources import Source
from sampan.operations import accounting, homes
from sampan.operations.accounting import Account
from sampan.operations.sharing.gates import party_of
from sampan.operations.sharing.ruling import Desk


@click.group(epilog="Example: sampan sources list")
def sources() -> None:
    """Feeds: their owner, practice, mapping and form."""


@sources.command("list", epilog="Example: sampan sources list --json")
@click.option("--country", help="Only this country's.")
@click.option("--json", "as_json", is_flag=True, help="One JSON array.")
def list_(country: str | None, as_json: bool) -> None:
    """Every source of this home, by id."""
    found = [one for one in homes.sources(homes.opened()).values() if country in (None, one.country)]
    if as_json:
        emit([_brief(one) for one in found])
        return
    rows = [(one.id, one.country, one.kind, one.title, _nature(one)) for one in found]
    print_table(("source", "country", "kind", "what it is", "figures"), rows)
    for folder, slip in homes.broken_sources(homes.opened()).items():
        Console(stderr=True).print(f"{folder} cannot be read: {slip.message}")


@sources.command(epilog="Example: sampan sources show kh-weekly")
@click.argument("source")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def show(source: str, as_json: bool) -> None:
    """What SOURCE declares: its columns, calendar, silences and crosswalk."""
    one = homes.source(homes.opened(), source)
    if as_json:
        emit(_whole(one))
        return
    console = Console()
    console.print(f"[bold]{one.id}[/bold]  {one.title}")
    console.print(f"owner {one.owner}, practice {one.practice}, {one.kind}, delivered as {one.mode}, {_nature(one)}")
    if one.citation:
        console.print(f"licence {one.licence}. {one.citation}")
    table = Table("field", "from", "or always")
    for name, spec in one.columns.items():
        table.add_row(name, " + ".join(spec.columns), spec.constant or "")
    console.print(table)
    for column, why in one.ignore.items():
        console.print(f"not taken: {column} ({why})")
    if one.strip:
        console.print(f"removed at harmonising: {', '.join(one.strip)}")
    console.print(f"crosswalk lines: {len(one.crosswalk):,}; `sampan sources show {one.id} --json` lists them")


@sources.command(epilog="Example: sampan sources practices --post kh-cdc/surveillance --json")
@click.option("--post", required=True, help="For whom: its party's own sources, those released to it, published ones.")
@click.option("--json", "as_json", is_flag=True, help="One JSON array.")
def practices(post: str, as_json: bool) -> None:
    """How sources count, as a post may know it: coverage, definition, timeliness and completeness."""
    found = accounting.accounts(homes.opened(), Desk(post, party_of(post)), datetime.now(UTC))
    if as_json:
        emit([one.as_dict() for one in found])
        return
    table = Table(Column("source", no_wrap=True), "by which way", "conditions", "units", "told", "in time", "sites")
    for one in found:
        quality = (_part(part) for part in (one.quality.told, one.quality.in_time, one.quality.sites))
        units = "" if one.units is None else f"{one.units:,}"
        table.add_row(one.source.id, one.layer, ", ".join(one.conditions), units, *quality)
    console = Console()
    console.print(table)
    for one in found:
        for line in _said(one):
            console.print(line, soft_wrap=True)


def _part(found: tuple[int, int] | None) -> str:
    return "" if found is None else f"{found[0]:,} of {found[1]:,}"


def _said(one: Account) -> list[str]:
    """What differs from the own sources, and what its owner has not approved."""
    said = [
        f"{one.source.id}: {beside.condition} beside {beside.own}: {beside.verdict.word}. "
        + " ".join(beside.verdict.notes)
        for beside in one.beside
    ]
    if one.unapproved:
        said.append(
            f"{one.source.id}: {one.unapproved:.1%} of the cases are read through lines that wait for approval."
        )
    return said


sources.add_command(draft)


def _nature(one: Source) -> str:
    if one.invented:
        return "invented"
    return "published" if one.published else "a partner's deposit"


def _brief(one: Source) -> dict[str, Any]:
    return {
        "source": one.id, "title": one.title, "owner": one.owner, "country": one.country, "kind": one.kind,
        "practice": one.practice, "mode": one.mode, "nature": _nature(one),
    }  # fmt: skip


def _whole(one: Source) -> dict[str, Any]:
    return _brief(one) | {
        "licence": one.licence,
        "citation": one.citation,
        "columns": {
            name: {"from": spec.columns, "is": spec.constant, **spec.options} for name, spec in one.columns.items()
        },
        "wide": vars(one.wide) if one.wide else None,
        "ignore": one.ignore,
        "strip": one.strip,
        "words": vars(one.words),
        "crosswalk": [vars(line) for line in one.crosswalk],
    }
