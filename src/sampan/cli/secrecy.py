"""`sampan secrecy`: the classes of secrets of each country, and what their authorities have made public."""

from __future__ import annotations

from datetime import UTC, date, datetime

import click

from sampan.cli.main import emit
from sampan.operations import homes, publishing
from sampan.operations.publishing import Publication


@click.group()
def secrecy() -> None:
    """Classes of secrets that stop a file, and what of them is public by now."""


@secrecy.command("list", epilog="Example: sampan secrecy list --country VN --json")
@click.option("--country", help="Only this country.")
@click.option("--json", "as_json", is_flag=True, help="One JSON array.")
def list_(country: str | None, as_json: bool) -> None:
    """Every class on record with its law and its days; a country without one has none that we know of."""
    found = publishing.classes(country)
    if as_json:
        emit(found)
        return
    for line in found:
        days = f"{line['begins']} to {line['ends'] or 'now'}"
        click.echo(f"{line['id']}  {line['country']}  {days}  {line['law']}: {line['says']}")


@secrecy.command(
    "published",
    epilog="Example: sampan secrecy published vn-440-2024-figures --text 'bệnh lạ X' --at moh.gov.vn --on 2025-05-01",
)
@click.argument("secret", metavar="CLASS")
@click.option("--text", required=True, help="The words that are public now; text that holds them passes.")
@click.option("--at", "where", required=True, help="Where the authority made it public.")
@click.option("--on", required=True, metavar="DATE", help="The day it did.")
@click.option("--condition", default="", help="The condition whose figures are public by it, where it speaks of one.")
@click.option("--actor", default="office/steward", show_default=True, help="The post that puts it on record.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def published(secret: str, on: str, actor: str, as_json: bool, **said: str) -> None:
    """Put on record that a text of CLASS was made public. The log keeps who said so, and where."""
    try:
        day = date.fromisoformat(on)
    except ValueError:
        raise click.BadParameter("write a date as 2025-05-01", param_hint="--on") from None
    homes.opened()
    publication = Publication(secret, said["text"], said["where"], day, said["condition"])
    kept = publishing.record(publication, actor=actor, now=datetime.now(UTC))
    if as_json:
        emit(kept)
    else:
        click.echo(
            f"On record: public since {kept['on']} at {kept['where']}. Text of {kept['class']} that holds it may pass."
        )
