"""`sampan outages`: a party says that it cannot answer or deliver for now, and that it is back."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from sampan.cli.main import emit
from sampan.operations import homes
from sampan.operations.sharing import outages as operations
from sampan.operations.sharing.gates import party_of

POST = click.option("--post", required=True, help="The post that says so.")


@click.group()
def outages() -> None:
    """Outages of a party: meanwhile the clock of its answers stands still, and no return flow of it lapses."""


@outages.command(epilog="Example: sampan outages declare --post vn-37/surveillance --reason 'flood, no power'")
@POST
@click.option("--reason", required=True, help="In a few words; the parties it shares with read it.")
def declare(post: str, reason: str) -> None:
    """Declare an outage of the post's party; it ends when a post says so, or after 14 days."""
    homes.opened()
    said = operations.declare(post, datetime.now(UTC), reason=reason)
    click.echo(f"An outage of {said.party} holds until {said.until:%Y-%m-%d %H:%M} UTC at the latest.")


@outages.command(epilog="Example: sampan outages end --post kh-20/surveillance")
@POST
def end(post: str) -> None:
    """Say that the party is back."""
    homes.opened()
    said = operations.end(post, datetime.now(UTC))
    click.echo(f"The outage of {said.party} is over.")


@outages.command("list", epilog="Example: sampan outages list --post vn-37/surveillance --json")
@POST
@click.option("--json", "as_json", is_flag=True, help="One JSON array.")
def list_(post: str, as_json: bool) -> None:
    """Outages of the post's own party and of those it shares with, newest first."""
    homes.opened()
    found = operations.listed(party_of(post))
    if as_json:
        emit(found)
        return
    for one in found:
        click.echo(f"{one['party']}  {one['from'][:16]} to {one['until'][:16]}  {one['reason']}")
