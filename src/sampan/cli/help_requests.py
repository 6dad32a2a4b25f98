"""sampan help-requests: what posts ask of each other and offer; write a line, answer one, end one with thanks."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import click

from sampan.cli.main import emit
from sampan.operations import helping, homes
from sampan.operations.receiving import Act


@click.group("help-requests", epilog="Example: sampan help-requests list")
def help_requests() -> None:
    """Help between posts: laboratory confirmation, a mapping, a translation, a second reading."""


@help_requests.command("list", epilog="Example: sampan help-requests list --json")
@click.option("--json", "as_json", is_flag=True, help="One JSON array.")
def list_(as_json: bool) -> None:
    """Open lines first, by the day they end."""
    homes.opened()
    found = helping.lines(datetime.now(UTC))
    if as_json:
        emit(found)
        return
    for one in found:
        click.echo(f"{one['help']}  {one['state']:8} {one['side']} {one['kind']}, {one['post']}, until {one['until']}")
        click.echo(f"          {one['words']}")


@help_requests.command(epilog="Example: sampan help-requests write ask translation --as a/b --words 'A form'")
@click.argument("side", type=click.Choice(list(helping.SIDES)))
@click.argument("kind", type=click.Choice(helping.KINDS))
@click.option("--as", "post", required=True, help="The post that writes.")
@click.option("--words", required=True, help="What is needed or offered; every post reads it.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="Last day; default: in two weeks.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def write(side: str, kind: str, post: str, words: str, until: Any, as_json: bool) -> None:
    """Ask for help or offer it."""
    homes.opened()
    now = datetime.now(UTC)
    last: date = until.date() if until else now.date() + timedelta(days=14)
    code = helping.write(helping.Line(side, kind, words, last), Act(post, now))
    emit({"help": code}) if as_json else click.echo(code)


@help_requests.command(epilog="Example: sampan help-requests answer H-282-637 --as c/d")
@click.argument("code")
@click.option("--as", "post", required=True, help="The post that helps, or takes the offer.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def answer(code: str, post: str, as_json: bool) -> None:
    """Take a line up; its writer is told."""
    homes.opened()
    helping.answer(code, Act(post, datetime.now(UTC)))
    emit({"help": code, "state": "taken"}) if as_json else click.echo(f"{code}: taken up")


@help_requests.command(epilog="Example: sampan help-requests end H-282-637 --as a/b --thanks 'Read in a day'")
@click.argument("code")
@click.option("--as", "post", required=True, help="The post that wrote the line.")
@click.option("--thanks", default="", help="Told to who took it up.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def end(code: str, post: str, thanks: str, as_json: bool) -> None:
    """End a line, with thanks."""
    homes.opened()
    helping.end(code, Act(post, datetime.now(UTC)), thanks)
    emit({"help": code, "state": "ended"}) if as_json else click.echo(f"{code}: ended")
