"""`sampan practices`: how sources count, may their figures be compared, and an owner's word where they may not."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import click

from sampan.cli.main import emit
from sampan.model.errors import UserError
from sampan.operations import homes
from sampan.operations import practices as counting
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


@practices.command("list", epilog="Example: sampan practices list kh-weekly")
@click.argument("source")
@AS_JSON
def list_(source: str, as_json: bool) -> None:
    """How SOURCE counts: every version with its days, those that wait for the owner first, bundled ones last."""
    found = counting.listed(homes.source(homes.opened(), source))
    if as_json:
        emit(found)
        return
    for one in found:
        says = ", ".join(f"{name} {value}" for name, value in one["says"].items())
        state = "bundled" if one["line"] is None else one["approved_by"] or "waits for its owner"
        days = f"from {one['begins'] or 'ever'}" + (f" to {one['ends']}" if one["ends"] else "")
        click.echo(f"{one['line'] or '-'}  {one['condition']} v{one['version']}, {days} ({state}): {says}")


def _said(command: click.decorators.FC) -> click.decorators.FC:
    """The options that say how something is counted, one for each word a practice has."""
    for name, words in reversed(counting.WORDS.items()):
        command = click.option(f"--{name.replace('_', '-')}", type=click.Choice(words), help="As counted.")(command)
    for name in reversed(counting.NAMES):
        command = click.option(f"--{name}", help="Its name, such as who-2009.")(command)
    return command


@practices.command(
    "propose",
    epilog="Example: sampan practices propose kh-weekly --condition dengue --definition who-2009 --counts suspected "
    "--ages 0-200 --setting all --from 2026-01-01 --cites 'Circular 12' --actor kh-cdc/data-desk",
)
@click.argument("source")
@click.option("--condition", default=counting.ANY, show_default=True, help="What it is said of; any: all the rest.")
@_said
@click.option("--ages", help="Years from-to, the second left out: 0-15; 0-200 is everybody.")
@click.option("--from", "begins", type=DAY, required=True, help="The first day it is counted so.")
@click.option("--to", "ends", type=DAY, help="The last day; none if left out.")
@click.option("--cites", required=True, help="Where that is written: a circular, a handbook.")
@click.option("--actor", required=True, help="The post that says so; of the owner it counts at once.")
@AS_JSON
def propose(source: str, actor: str, as_json: bool, **said: Any) -> None:
    """Say how SOURCE counts from a day on; it waits for the owner unless the owner says it."""
    one = homes.source(homes.opened(), source)
    says = {name: said[name] for name in (*counting.NAMES, *counting.WORDS) if said[name]} | _ages(said["ages"])
    ends = said["ends"] and said["ends"].date()
    wish = counting.Said(said["condition"], said["begins"].date(), said["cites"], says, ends)
    made = counting.propose(one, wish, actor, datetime.now(UTC))
    told = {"practice": made.pk, "source": source, "version": made.version, "approved": bool(made.approved_by)}
    if as_json:
        emit(told)
    else:
        click.echo(f"practice {made.pk}: {'approved' if made.approved_by else 'waits for its owner'}")


def _ages(text: str | None) -> dict[str, int]:
    if not text:
        return {}
    begin, _, end = text.partition("-")
    if not (begin.isdecimal() and end.isdecimal()):
        raise UserError(f"{text!r} are no ages", kept="nothing was changed", do="write 0-15 or 0-200")
    return {"age_from": int(begin), "age_to": int(end)}


@practices.command("approve", epilog="Example: sampan practices approve 1 --actor kh-cdc/data-desk")
@click.argument("practice", type=int, nargs=-1, required=True)
@click.option("--actor", required=True, help="A post of the owner.")
@AS_JSON
def approve(practice: tuple[int, ...], actor: str, as_json: bool) -> None:
    """The owner's word on each PRACTICE that waits; verdicts go by it from then on."""
    count = counting.approve(homes.sources(homes.opened()), practice, actor, datetime.now(UTC))
    if as_json:
        emit({"approved": count})
    else:
        click.echo(f"{count} approved")


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
    "override", epilog="Example: sampan practices override Q-522-043 --post kh-20/director --reason 'trend only'"
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
