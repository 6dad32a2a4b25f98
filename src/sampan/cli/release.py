"""`sampan preview`, `release` and `releases`: what would leave, what leaves, and what came of it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from sampan.cli import speaking
from sampan.cli.main import emit, text_of
from sampan.cli.tables import print_table
from sampan.cli.written import ReleaseFolder, Written
from sampan.model.errors import UserError
from sampan.operations import homes
from sampan.operations.sharing import after, changes, own_form, releasing

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
AS_SOURCE = click.option(
    "--as", "layout", metavar="SOURCE", help="Also in that source's own form; as `as:` in a request."
)
AS_JSON = click.option("--json", "as_json", is_flag=True, help="One JSON document.")


@click.command(epilog="Example: sampan preview request.yml")
@click.argument("request", type=FILE)
@click.option("-o", "--out", type=Written(), help="Also write the table as it would leave.")
@click.option("--language", "-l", help="en, km or vi; by default that of `sampan --lang`, else of the request.")
@AS_JSON
def preview(request: Path, out: Path | None, language: str | None, as_json: bool) -> None:
    """Show what a REQUEST would get: what goes, what is coarser, what is withheld and why. Nothing leaves."""
    store, now, text = homes.opened(), datetime.now(UTC), text_of(request)
    found = releasing.preview(store, text, request.name, now, language or speaking.chosen())
    if out is not None:
        out.write_bytes(releasing.table_bytes(store, text, request.name, now))
    if as_json:
        emit(found)
        return
    first, *rest = found["in_words"]
    click.echo(first)
    for said in (*rest, *found["gaps"]):
        click.echo(f"  {said}")


@click.command(epilog="Example: sampan release request.yml -o out")
@click.argument("request", type=FILE)
@click.option("-o", "--out", type=ReleaseFolder(), required=True, help="The folder for table, manifest and dictionary.")
@AS_SOURCE
@AS_JSON
def release(request: Path, out: Path, layout: str | None, as_json: bool) -> None:
    """Let what a REQUEST may have leave: table, manifest and dictionary, recorded and told to the owners."""
    store, text = homes.opened(), text_of(request)
    own_form.must_fit(store, text, request.name, layout)
    found = releasing.release(store, text, request.name, out, datetime.now(UTC))
    own_form.write(store, found["release"], out, layout)
    if as_json:
        emit(found)
    else:
        click.echo(f"{found['release']} is in {out}: cells told {found['told']} of {found['rows']}.")


@click.group()
def releases() -> None:
    """What left, who opened it, what came of it; open again, end, say thanks."""


@releases.command("list", epilog="Example: sampan releases list --party kh-20")
@click.option("--party", help="As its owner: what left, under which clause, who opened it.")
@click.option("--post", help="As its recipient: what I was given.")
@AS_JSON
def list_(party: str | None, post: str | None, as_json: bool) -> None:
    """List releases, as an owner or as a recipient."""
    if bool(party) == bool(post):
        raise UserError(
            "say as whom to list", kept="nothing was changed", do="give --party as an owner, or --post as a recipient"
        )
    homes.opened()
    now = datetime.now(UTC)
    found = after.abroad(party, now) if party else after.received(post or "", now)
    if as_json:
        emit(found)
        return
    for one in found:
        line = _line(one)
        if party:
            line += f"  {one['recipient']}, {', '.join(one['clauses'])}, openings: {len(one['openings'])}"
        click.echo(line)
        for said in _came_of_it(one) if party else ():
            click.echo(f"  {said}")


@releases.command("show", epilog="Example: sampan releases show R-654-274 --post vn-37/surveillance")
@click.argument("code")
@click.option("--post", required=True, help="The recipient's post.")
@AS_JSON
def show(code: str, post: str, as_json: bool) -> None:
    """Show a release to its recipient: its state, since when, and every correction of it; no figure."""
    homes.opened()
    found = next((one for one in after.received(post, datetime.now(UTC)) if one["release"] == code), None)
    if found is None:
        raise UserError(
            f"there is no release {code!r} for this post",
            kept="nothing was changed",
            do="`sampan releases list --post POST` shows what a post was given",
        )
    told = changes.corrections(code, post)
    if as_json:
        emit({**found, "corrections": [{"at": one.at.isoformat(), "cells": one.cells} for one in told]})
        return
    click.echo(_line(found))
    for one in told:
        what = "its figures come with the next release" if one.cells is None else f"cells changed: {one.cells}"
        click.echo(f"  {one.at:%Y-%m-%d %H:%M}  corrected: {what}")


@releases.command("changes", epilog="Example: sampan releases changes R-654-274 --post vn-37/surveillance")
@click.argument("code")
@click.option("--post", required=True, help="The recipient's post.")
@AS_JSON
def changes_(code: str, post: str, as_json: bool) -> None:
    """Show what a correction changed, where the clause tells it at once; noted as an opening."""
    homes.opened()
    found = changes.changes(code, post, datetime.now(UTC))
    if as_json:
        emit(found)
        return
    if not found:
        click.echo("No difference was told. What is corrected under a scheduled clause comes with the next release.")
        return
    names = ("place", "period_start", "condition", "measure", "value_before", "value_after", "status_after")
    print_table(names, [tuple("" if one.get(name) is None else str(one[name]) for name in names) for one in found])


@releases.command("open", epilog="Example: sampan releases open R-654-274 --post vn-37/surveillance -o out")
@click.argument("code")
@click.option("--post", required=True, help="The recipient's post.")
@click.option("-o", "--out", type=ReleaseFolder(), required=True, help="A folder that holds no release yet.")
@AS_SOURCE
@AS_JSON
def open_(code: str, post: str, out: Path, layout: str | None, as_json: bool) -> None:
    """Write the files of a release again, for its recipient, while it may still be used."""
    store = homes.opened()
    own_form.must_be_writable(store, layout)
    files = after.open_again(store, code, post, out, datetime.now(UTC))
    own_form.write(store, code, out, layout)
    emit(files) if as_json else click.echo(f"{code} is in {out}.")


@releases.command("note", epilog="Example: sampan releases note R-654-274 --post vn-37/surveillance --used-in w32")
@click.argument("code")
@click.option("--post", required=True, help="The recipient's post.")
@click.option("--used-in", required=True, help="Where the figures were used.")
@click.option("--thanks", default="", help="To whom thanks are due.")
@click.option("--benefit", default="", help="What is given back: feedback-report, analysis, training ...")
def note(code: str, post: str, used_in: str, thanks: str, benefit: str) -> None:
    """Tell the owners what came of their figures."""
    after.note_use(homes.opened(), code, post, used_in, datetime.now(UTC), thanks=thanks, benefit=benefit)
    click.echo("The owners are told.")


@releases.command(
    "revoke", epilog="Example: sampan releases revoke R-654-274 --post kh-20/director --reason 'sent by mistake'"
)
@click.argument("code")
@click.option("--post", required=True, help="A post of an owner.")
@click.option("--reason", required=True, help="Why; the recipient is told.")
def revoke(code: str, post: str, reason: str) -> None:
    """End a release at once; it opens no more, and its recipient is told."""
    record = after.revoke(homes.opened(), code, post, reason, datetime.now(UTC))
    click.echo(f"{record.code} is {record.ended_why}.")


def _came_of_it(one: dict[str, Any]) -> list[str]:
    """For an owner: who opened a release and when last, and where its figures were used."""
    last = {opening["post"]: opening["at"] for opening in one["openings"]}
    opened = [f"opened by {post}, last {at[:16]}" for post, at in last.items()]
    used = [
        f"used by {use['post']} in {use['used_in']}"
        + (f", thanks to {use['thanks']}" if use["thanks"] else "")
        + (f", given back: {use['benefit']}" if use["benefit"] else "")
        for use in one["uses"]
    ]
    return [*opened, *used]


def _line(one: dict[str, Any]) -> str:
    """A release, its state, its purpose, when it was given, and until or since when."""
    until = f"until {one['expires_at'][:16]}" if one["expires_at"] else "no end"
    until = f"since {one['since'][:16]}" if one["since"] else until
    return f"{one['release']}  {one['state']:10} {one['purpose']:20} {one['released_at'][:16]}  {until}"
