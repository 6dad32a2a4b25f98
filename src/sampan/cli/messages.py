"""`sampan messages`: what was told to a post."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from sampan.cli import speaking
from sampan.cli.main import emit
from sampan.operations import belonging, homes, messages
from sampan.operations.sharing import terms
from sampan.operations.sharing.gates import party_of

SHOWN = 50
SUBJECTS = (
    "informing",
    "publication",
    "release",
    "agreement",
    "delivery",
    "request",
    "subject",
    "discrepancy",
    "subjects",
    "source",
    "agreements",
)


@click.command("messages", epilog="Example: sampan messages --post vn-37/surveillance")
@click.option("--post", required=True, help="The post, with what was told to its whole party.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document, with the facts of each message.")
def told(post: str, as_json: bool) -> None:
    """List what was told to a post, newest first."""
    homes.opened()
    found = belonging.messages(party_of(post), post, SHOWN, datetime.now(UTC))
    if as_json:
        emit([{**one, "at": one["at"].isoformat()} for one in found])
        return
    if not found:
        click.echo(f"Nothing was told to {post}.")
    for one in found:
        about = next((one["facts"][name] for name in SUBJECTS if one["facts"].get(name)), "")
        shown = ", ".join(map(str, about)) if isinstance(about, list) else about
        step = f": {one['facts']['verb']}" if "verb" in one["facts"] else ""
        step = f": {one['facts']['day']}" if one["kind"] in terms.KINDS else step
        if used := one["facts"].get("used_in"):
            step += f"; used in: {'; '.join(used)}"
        what = messages.said(one["kind"], speaking.language())
        click.echo(f"{one['at']:%Y-%m-%d %H:%M}  {what}  {shown}{step}".rstrip())
