"""`sampan receive` and `sampan withdraw`: hand a file in, take a delivery back."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from sampan.cli.main import emit
from sampan.model.errors import UserError
from sampan.operations import homes, receiving, withdrawing
from sampan.operations.proving import offering
from sampan.operations.receiving import Act, Receipt

NEEDS_PERSON = 3


@click.command(epilog="Example: sampan receive kh-weekly report-w31.xlsx")
@click.argument("source")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Show what would be understood; keep nothing.")
@click.option("--published-at", metavar="TIME", help="When the source published it (ISO date or time).")
@click.option("--actor", metavar="POST", help="The post that delivers; default: the source owner's sender.")
@click.option("--signature", type=click.Path(path_type=Path), help="The sender's signature, of `sampan receipt sign`.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object: the balance.")
def receive(  # one option for each thing a sender can say
    source: str, file: Path, dry_run: bool, published_at: str | None, actor: str | None, signature: Path | None,
    as_json: bool,
) -> None:  # fmt: skip
    """Hand FILE in as a delivery of SOURCE.

    The bytes are kept and logged before they are read. Every row is accounted for: observed, set
    aside with a question, or repeated. Exit code 3 means: kept, and somebody's answer is needed; 0 where all that was
    set aside is what the owner's own deposit terms keep closed to the office.
    """
    store = homes.opened()
    definition = homes.source(store, source)
    signed = offering.file_bytes(signature) if signature else None
    act = Act(actor or f"{definition.owner}/sender", datetime.now(UTC), signed)
    when = moment(published_at) if published_at else None
    with _progress(quiet=as_json) as bar:
        task = bar.add_task(f"{file.name}: rows read", total=None)
        told = lambda _what, rows: bar.advance(task, rows)  # noqa: E731 - one expression, used once
        if dry_run:
            receipt = receiving.tried(store, definition, file, act)
        else:
            receipt = receiving.receive(store, definition, file, act, published_at=when, progress=told)
    if as_json:
        emit(receipt.as_dict())
    else:
        _print(receipt)
    if receipt.needs_person:
        sys.exit(NEEDS_PERSON)


@click.command(epilog="Example: sampan withdraw D-633-558 --reason 'wrong workbook'")
@click.argument("delivery")
@click.option("--reason", required=True, help="Why; the recipients are told.")
@click.option("--erase", is_flag=True, help="Also destroy the original and its key, for ever.")
@click.option("--actor", metavar="POST", help="The post that withdraws; default: the owner's sender.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def withdraw(delivery: str, reason: str, erase: bool, actor: str | None, as_json: bool) -> None:
    """Take DELIVERY back. Its figures no longer stand from now on; that it existed stays provable."""
    store = homes.opened()
    result = withdrawing.withdraw(store, delivery, reason=reason, actor=actor, now=datetime.now(UTC), erase=erase)
    if as_json:
        emit(result)
        return
    Console().print(
        f"{result['delivery']} is {result['state']}. No longer standing: {_taken_back(result)}. "
        f"Recipients told: {result['told']}." + (f" The entry is {result['mark']}." if result["mark"] else "")
    )
    if result["figures_erased"]:
        many = f"Figures of it that were destroyed: {result['figures_erased']:,}"
        Console().print(f"{many}. Asked as of a moment when they stood, each answers that it was erased, and when.")
    if result["read_again"]:
        again = ", ".join(result["read_again"])
        Console().print(f"What later deliveries repeated stands again from them; they were read again: {again}.")


def _taken_back(result: dict[str, Any]) -> str:
    """Figures of a table, cases of a list; both where a delivery held both."""
    said = [f"{what} {result[what]:,}" for what in ("figures", "cases") if result[what]]
    return " and ".join(said) or "figures 0"


def moment(text: str, *, end_of_day: bool = False) -> datetime:
    """An ISO date or time, UTC unless it says another; a bare date is its first or its last moment."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError as slip:
        raise UserError(
            f"{text!r} is not an ISO date or time", do="write 2025-05-30 or 2025-05-30T14:00+07:00"
        ) from slip
    if end_of_day and len(text.strip()) <= len("2025-05-30"):
        found = datetime.combine(found, time.max)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _progress(*, quiet: bool) -> Progress:
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        TextColumn("{task.completed:,.0f}"),
        TimeElapsedColumn(),
    )
    return Progress(*columns, console=Console(stderr=True), disable=quiet, transient=True)


def _print(receipt: Receipt) -> None:
    console = Console()
    b = receipt.balance
    said = "read on trial" if receipt.state == "tried" else f"[bold]{receipt.delivery}[/bold]"
    console.print(f"{said}  {receipt.source}" + ("" if receipt.state == "tried" else f"  {receipt.state}"))
    if receipt.digest:
        console.print(f"SHA-256 {receipt.digest}")
    if receipt.repeats:
        console.print(f"The same bytes came before as {receipt.repeats}; nothing is counted twice.")
    for said in receipt.notes if not b else ():
        console.print(said)  # it waits at the first gate: kept, and read once it is passed
    for what in ("rows", "cases") if b else ():
        inn = b[f"{what}_in"]
        seen, held, again = (b[name] for name in _names(what))
        console.print(f"{what:>6}: {inn:>12,} in = {seen:,} observed + {held:,} set aside + {again:,} repeated")
    if b.get("rows_not_reported"):
        console.print(f"Rows that say nothing was reported; no figure is made of them: {b['rows_not_reported']:,}.")
    if b.get("retracted"):
        console.print(f"Taken back, as this file covers them and is silent: figures said before {b['retracted']:,}.")
    if receipt.state == "tried":
        console.print("This was a trial: nothing was kept, and no question waits.")
    if receipt.closed:
        console.print(f"Set aside as the owner's own deposit terms keep it closed to the office: {receipt.closed:,}.")
    for rule, count in receipt.findings.items():
        console.print(f"        {count:>6,} × {rule}")
    if receipt.findings and receipt.digest:
        console.print("`sampan findings` shows them with their cells; `sampan settle` answers them.")


def _names(what: str) -> tuple[str, str, str]:
    if what == "rows":
        return "observed", "set_aside", "repeated"
    return "cases_observed", "cases_set_aside", "cases_repeated"
