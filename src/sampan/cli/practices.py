"""`sampan practices`: may two sources' figures be compared, and an owner's word where they may not."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from sampan.cli.main import emit
from sampan.operations import homes
from sampan.operations.sharing import comparing

DAY = click.DateTime(formats=["%Y-%m-%d"])
AS_JSON = click.option("--json", "as_json", is_flag=True, help="One JSON document.")
SAYS = {
    "comparable": "may stand beside each other, be added and be ranked",
    "caveat": "may be compared, with what differs said beside them",
    "not-comparable": "are not added or ranked",
}


@click.group()
def practices() -> None:
    """How sources count, and whether their figures may be compared."""


@practices.command("verdict", epilog="Example: sampan practices verdict kh-weekly th-r506 --condition dengue")
@click.argument("a")
@click.argument("b")
@click.option("--condition", required=True, help="What the figures count.")
@click.option("--measure", default="cases", show_default=True, help="cases, deaths, admissions ...")
@click.option("--on", "day", type=DAY, help="By the practices of that day; today if left out.")
@AS_JSON
def verdict(a: str, b: str, condition: str, measure: str, day: datetime | None, as_json: bool) -> None:
    """Say whether figures of two sources, A and B, may be compared, and what differs."""
    on = (day or datetime.now(UTC)).date()
    found = comparing.judge(homes.opened(), a, b, condition, on, measure)
    if as_json:
        emit(found)
        return
    click.echo(f"{found['verdict']}: {condition} of {a} and {b} {SAYS[found['verdict']]}.")
    for note in found["notes"]:
        click.echo(f"  {note}")


@practices.command("waiting", epilog="Example: sampan practices waiting --post kh-20/director")
@click.option("--post", required=True, help="A post of an owner.")
@AS_JSON
def waiting(post: str, as_json: bool) -> None:
    """List requests refused because figures are not comparable, that wait for this owner's word."""
    found = comparing.waiting(homes.opened(), post, datetime.now(UTC))
    if as_json:
        emit(found)
        return
    for one in found:
        click.echo(f"{one['request']}  {one['from']}  {' '.join(one['why'])}")


@practices.command(
    "override", epilog="Example: sampan practices override Q-000001 --post kh-20/director --reason 'trend only'"
)
@click.argument("request")
@click.option("--post", required=True, help="A post of an owner of the figures.")
@click.option("--reason", required=True, help="Why; it is told to everybody concerned.")
@AS_JSON
def override(request: str, post: str, reason: str, as_json: bool) -> None:
    """Give an owner's word that figures of REQUEST may be added or ranked though they are not comparable."""
    said = comparing.override(homes.opened(), request, post, datetime.now(UTC), reason=reason)
    if as_json:
        emit(said)
    else:
        left = ", ".join(said["still_needed"])
        click.echo(f"{said['owner']} has given its word on {request}." + (f" Still needed: {left}." if left else ""))
