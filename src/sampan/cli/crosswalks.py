"""`sampan crosswalks`: the lines of a source, who wrote and approved them, and how much goes through each kind."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import click
from rich.console import Console
from rich.table import Column, Table

from sampan.cli.main import emit
from sampan.model.sources import CrosswalkLine
from sampan.operations import crosswalks as lines
from sampan.operations import homes


@click.group(epilog="Example: sampan crosswalks list kh-weekly")
def crosswalks() -> None:
    """Raw term to our term: author, owner's approval, day, kind of match."""


@crosswalks.command("list", epilog="Example: sampan crosswalks list kh-weekly")
@click.argument("source")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def list_(source: str, as_json: bool) -> None:
    """Every line of SOURCE that stands, those that wait for the owner first, and the share of counts by kind."""
    store = homes.opened()
    one = homes.source(store, source)
    found, shares = lines.listed(one), lines.shares(store, one)
    if as_json:
        emit({"source": source, "lines": found, "shares": shares})
        return
    table = Table(Column("line", no_wrap=True), "field", "term", "our word", "match", "author", "approved by")
    for line in found[:200]:
        key = str(line["line"] or "")
        table.add_row(key, *(line[name] for name in ("field", "term", "value", "match", "author", "approved_by")))
    console = Console()
    console.print(table)
    for field, kinds in shares.items():
        console.print(f"{field}: " + ", ".join(f"{kind} {share:.1%}" for kind, share in sorted(kinds.items())))


@crosswalks.command(epilog="Example: sampan crosswalks propose kh-weekly place Bavet KH-20 --actor office/steward")
@click.argument("source")
@click.argument("field")
@click.argument("term")
@click.argument("value")
@click.option(
    "--match", type=click.Choice(lines.MATCHES), default="exact", show_default=True, help="How ours stands to theirs."
)
@click.option("--actor", required=True, help="The post that writes the line.")
@click.option("--note", default="", help="Why.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def propose(source: str, as_json: bool, **said: Any) -> None:
    """Say that TERM in FIELD of SOURCE means VALUE; it waits for the owner unless the owner writes it."""
    one = homes.source(homes.opened(), source)
    line = CrosswalkLine(said["field"], said["term"], said["value"], said["match"], note=said["note"])
    made = lines.propose(one, line, said["actor"], datetime.now(UTC))
    told = {"line": made.pk, "source": source, "approved": bool(made.approved_by)}
    emit(told) if as_json else Console().print(
        f"line {made.pk}: {'approved' if made.approved_by else 'waits for its owner'}"
    )


@crosswalks.command(epilog="Example: sampan crosswalks approve 1 --actor kh-cdc/data-desk")
@click.argument("line", type=int, nargs=-1, required=True)
@click.option("--actor", required=True, help="A post of the owner.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def approve(line: tuple[int, ...], actor: str, as_json: bool) -> None:
    """The owner's word on each LINE that waits."""
    count = lines.approve(homes.sources(homes.opened()), line, actor, datetime.now(UTC))
    emit({"approved": count}) if as_json else Console().print(f"lines approved: {count}")
