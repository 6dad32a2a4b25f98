"""sampan informing: before WHO is informed about an owner's territory, its focal point is told (IHR, Article 9(2))."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import click

from sampan.cli import speaking
from sampan.cli.main import emit
from sampan.cli.receive import moment
from sampan.operations import homes
from sampan.operations.sharing import informing as operations
from sampan.operations.sharing.informing import Words

AS_JSON = click.option("--json", "as_json", is_flag=True, help="One JSON document.")
POST = click.option("--post", required=True, help="The post that acts.")


@click.group("informing", epilog="Example: sampan informing list --post kh-20/director")
def informing() -> None:
    """Tell an owner's focal point what WHO will be informed of, and when it was; the owner says that it has seen it."""


@informing.command(
    epilog="Example: sampan informing tell R-654-274 --post vn-37/surveillance --words 'Cholera in KH-20, 14 cases'"
)
@click.argument("release")
@POST
@click.option("--words", required=True, help="What WHO will be informed of; the owner reads it.")
@click.option("--learned-at", help="When the evidence was received (UTC); by default now. The clock runs from then.")
@click.option("--owner", default="", help="Who is told, where the release is of several owners.")
@AS_JSON
def tell(release: str, post: str, words: str, learned_at: str | None, owner: str, as_json: bool) -> None:
    """Tell the owner of a RELEASE that WHO will be informed about its territory."""
    homes.opened()
    learned = moment(learned_at) if learned_at else None
    record = operations.tell(release, post, words, datetime.now(UTC), learned_at=learned, owner=owner)
    _answered(record.code, post, as_json=as_json)


@informing.command("list", epilog="Example: sampan informing list --post kh-20/director")
@POST
@AS_JSON
def list_(post: str, as_json: bool) -> None:
    """List what a post told owners, and what its own party was told."""
    homes.opened()
    now, words = datetime.now(UTC), _words()
    asked, own = operations.told_to(post, now, words), operations.told_by(post, now, words)
    if as_json:
        emit({"told_to": asked, "told_by": own})
        return
    for one in (*asked, *own):
        _print(one)


@informing.command("seen", epilog="Example: sampan informing seen W-267-197 --post kh-20/director --reply 'We know'")
@click.argument("code")
@POST
@click.option("--reply", default="", help="What you answer; who told it reads it.")
@AS_JSON
def seen(code: str, post: str, reply: str, as_json: bool) -> None:
    """Say, for the owner, that it has been seen."""
    homes.opened()
    operations.seen(code, post, datetime.now(UTC), reply=reply)
    _answered(code, post, as_json=as_json)


@informing.command("done", epilog="Example: sampan informing done W-267-197 --post vn-37/surveillance")
@click.argument("code")
@POST
@click.option("--at", "at", help="When WHO was informed (UTC); by default now.")
@click.option("--reference", default="", help="The reference of the message, such as that of WHO's event site.")
@AS_JSON
def done(code: str, post: str, at: str | None, reference: str, as_json: bool) -> None:
    """Say that WHO was informed; the owner is told when."""
    homes.opened()
    operations.informed(code, post, datetime.now(UTC), at=moment(at) if at else None, reference=reference)
    _answered(code, post, as_json=as_json)


def _words() -> Words:
    return Words(speaking.of_phrases(None))


def _answered(code: str, post: str, *, as_json: bool) -> None:
    record = operations.seen_by(code, post)
    if record is None:
        raise operations.nothing(code)
    found = operations.shown(record, datetime.now(UTC), _words())
    emit(found) if as_json else _print(found)


def _print(one: dict[str, Any]) -> None:
    click.echo(f"{one['informing']}  {one['release']}  {one['post']} → {one['focal_point'] or one['owner']}")
    for line in (one["words"], *one["says"], *([f"{one['seen_by']}: {one['reply']}"] if one["reply"] else [])):
        click.echo(f"  {line}")
