"""`sampan api-keys`: the keys with which programs act for posts; parties make their own on My account."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import click
from rich.console import Console
from rich.table import Column, Table

from sampan.cli.main import emit
from sampan.operations import apikeys, belonging, homes
from sampan.operations.apikeys import NewKey

JSON = click.option("--json", "as_json", is_flag=True, help="One JSON document.")


@click.group("api-keys")
def api_keys() -> None:
    """Keys of the API: list them, stop one, make one for a post of the office itself."""


@api_keys.command("list", epilog="Example: sampan api-keys list --json")
@JSON
def list_(as_json: bool) -> None:
    """Every key without its secret: post, what it is for, scopes, state and last day."""
    homes.opened()
    found = [_told(one) for one in apikeys.every()]
    if as_json:
        emit(found)
        return
    table = Table(Column("key", no_wrap=True), "post", "for", "scopes", "state", "until", "used on")
    for one in found:
        cells = (one["key"], one["post"], one["name"], " ".join(one["scopes"]), one["state"], one["expires_at"][:10])
        table.add_row(*cells, one["used_on"] or "")
    Console().print(table)


@api_keys.command("make", epilog="Example: sampan api-keys make --post office/staff --name monitor --scope log")
@click.option("--post", required=True, help="A post of the office; in an invented home any post.")
@click.option("--name", required=True, help="What the key is for.")
@click.option("--scope", "scopes", multiple=True, required=True, help="A right of the post; several may be given.")
@click.option("--days", default=apikeys.USUAL_DAYS, show_default=True, help="How long it lasts.")
@JSON
def make(post: str, name: str, scopes: tuple[str, ...], days: int, as_json: bool) -> None:
    """Make a key and show it once. A party's own key is made on My account by its holder or coordinator."""
    store, now = homes.opened(), datetime.now(UTC)
    made = apikeys.make_unseated(store, post, NewKey(name, scopes, days), now, invented=belonging.invented())
    if as_json:
        emit(_told(made.key) | {"secret": made.secret})
    else:
        click.echo(f"{made.secret}\nThis is shown once. It acts for {post} until {made.key.expires_at:%Y-%m-%d}.")


@api_keys.command("revoke", epilog="Example: sampan api-keys revoke abcdefghijkl")
@click.argument("key")
@JSON
def revoke(key: str, as_json: bool) -> None:
    """End KEY at once, whoever's it is; the coordinators of its party are told."""
    homes.opened()
    ended = _told(apikeys.revoke_unseated(key, datetime.now(UTC)))
    emit(ended) if as_json else click.echo(f"{key} is {ended['state']}.")


def _told(one: Any) -> dict[str, Any]:
    return {
        "key": one.public, "post": one.post.code, "name": one.name, "scopes": one.scopes,
        "state": apikeys.state(one, datetime.now(UTC)), "made_at": one.made_at.isoformat(),
        "expires_at": one.expires_at.isoformat(), "used_on": one.used_on and one.used_on.isoformat(),
    }  # fmt: skip
