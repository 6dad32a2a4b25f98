"""`sampan gate`: what waits for a post's word, and giving it, one by one or in bulk."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from sampan.cli.main import emit
from sampan.operations import homes, receiving
from sampan.operations.sharing import gates, pending, taking

AS_JSON = click.option("--json", "as_json", is_flag=True, help="One JSON document.")
POST = click.option("--post", required=True, help="The post that acts.")


@click.group()
def gate() -> None:
    """What waits for whose word, at the gate to the office and at the gate to others."""


@gate.command("list", epilog="Example: sampan gate list --post vn/preventive-medicine")
@POST
@AS_JSON
def list_(post: str, as_json: bool) -> None:
    """One line for each thing that waits for this post, with the law and how long it has waited."""
    store, now = homes.opened(), datetime.now(UTC)
    found = [*gates.waiting(store, post, homes.sources(store), now), *pending.requests(store, post, now)]
    if as_json:
        emit(found)
        return
    if not found:
        click.echo(f"Nothing waits for the word of {post}.")
    for line in found:
        days = f"{line['waited_days']:.1f} days"
        click.echo(f"{line['subject']}  {line['rule']:24} {line['from']:28} {days:10} {line['law']}  ({line['about']})")


@gate.command("times", epilog="Example: sampan gate times --post vn/preventive-medicine")
@POST
@AS_JSON
def times(post: str, as_json: bool) -> None:
    """How long preparing and approving took in the last year, apart: for the sender, and for who gives the word."""
    found = taking.times(homes.opened(), post, datetime.now(UTC))
    if as_json:
        emit([one.as_dict() for one in found])
        return
    for one in found:
        days = "not known here" if one.preparing_days is None else f"{one.preparing_days} days"
        click.echo(f"{one.source}: deliveries {one.deliveries}, from the end of the period to the sending {days}")
        for rule in one.approving:
            took = "no answer yet" if rule.median_days is None else f"{rule.median_days} days to the word"
            click.echo(f"  {rule.rule:24} {rule.post:28} {took}, answered {rule.answered}, waiting {rule.waiting}")


@gate.command("pass", epilog="Example: sampan gate pass D-257-416 D-767-722 --post vn/preventive-medicine")
@click.argument("subjects", nargs=-1, required=True)
@POST
@click.option("--rule", help="The rule or clause the word is on, where several wait.")
@click.option("--condition", "conditions", multiple=True, help="Only for these conditions.")
@AS_JSON
def pass_(subjects: tuple[str, ...], post: str, rule: str | None, conditions: tuple[str, ...], as_json: bool) -> None:
    """Give a word on one or many deliveries or requests."""
    _give(subjects, gates.Answer("passed", rule, conditions), post, as_json)


@gate.command("deny", epilog="Example: sampan gate deny Q-522-043 --post vn/preventive-medicine")
@click.argument("subjects", nargs=-1, required=True)
@POST
@click.option("--rule", help="The rule or clause the word is on, where several wait.")
@AS_JSON
def deny(subjects: tuple[str, ...], post: str, rule: str | None, as_json: bool) -> None:
    """Say no to one or many deliveries or requests."""
    _give(subjects, gates.Answer("denied", rule), post, as_json)


def _give(subjects: tuple[str, ...], answer: gates.Answer, post: str, as_json: bool) -> None:
    store, now = homes.opened(), datetime.now(UTC)
    done = pending.give(store, subjects, answer, post, now)
    receiving.resume(store, receiving.Act(post, now))  # what was just passed is read now
    if as_json:
        emit(done)
    else:
        for one in done:
            before = " (said before; nobody is told twice)" if one.get("already") else ""
            click.echo(f"{one['subject']}: {one['answer']} by {one['by']}, rule {one['rule']}{before}")
