"""`sampan discrepancies`: two figures for one thing, from being found to an agreed figure or an agreed difference."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import click
from rich.console import Console
from rich.table import Column, Table

from sampan.cli import speaking
from sampan.cli.main import emit
from sampan.model.discrepancies import CAUSES, LANGUAGES
from sampan.model.errors import UserError
from sampan.operations import homes
from sampan.operations.discrepancies import finding, showing, talking
from sampan.operations.discrepancies.talking import Said
from sampan.operations.receiving import Act
from sampan.vocab import conditions

STATES = {
    "apart": "told to each owner alone",
    "open": "waits for both sides",
    "agreed": "a figure is agreed",
    "differ": "agreed to differ",
    "equal": "equal now",
}
WAITS = {"consent": "waits for your consent", "answer": "waits for your answer", "": ""}
KINDS = {
    "explain": "explains the figure",
    "propose": "proposes a figure",
    "agree": "agrees to the figure",
    "differ": "lets both figures stay",
}
CAUSES_SAID = {
    "": "",
    "definition": "another case definition",
    "dates": "other dates: onset, diagnosis or report",
    "place": "place of residence or of report",
    "double-entry": "the same patients in both lists",
    "late-report": "late reports",
    "transcription": "a slip in copying",
    "scope": "other people or facilities are counted",
    "other": "something else",
}
Command = Callable[..., None]


def _post(command: Command) -> Command:
    return click.option("--post", required=True, help="The post that looks or speaks.")(command)


def _json(command: Command) -> Command:
    return click.option("--json", "as_json", is_flag=True, help="One JSON document.")(command)


def _words(command: Command) -> Command:
    command = click.option(
        "--language", type=click.Choice(LANGUAGES), default="en", show_default=True, help="Of the words."
    )(command)
    return click.option("--text", default="", help="What the other side should know; no names of persons.")(command)


@click.group(epilog="Example: sampan discrepancies list --post kh-20/surveillance")
def discrepancies() -> None:
    """Two figures for one thing, as files of two sides."""


@discrepancies.command("list", epilog="Example: sampan discrepancies list --post kh-20/surveillance")
@_post
@_json
def list_(post: str, as_json: bool) -> None:
    """Look for differences where that is allowed, and list what this post may see, newest first."""
    store, now = homes.opened(), datetime.now(UTC)
    finding.find_if_new(store, now)
    found = showing.cases(store, post, now)
    if as_json:
        emit(found)
        return
    heads = speaking.tell("discrepancy | unit | condition | first day | last day | state | what waits for me").split(
        " | "
    )
    table = Table(Column(heads[0], no_wrap=True), *heads[1:])
    for one in found:
        span = (str(one["start"]), str(one["end"]))
        state, waits = speaking.tell(STATES[one["state"]]), speaking.tell(WAITS[one["waits"]])
        table.add_row(one["discrepancy"], one["unit"], _condition(one), *span, state, waits)
    Console().print(table)


@discrepancies.command(epilog="Example: sampan discrepancies show X-100-845 --post kh-20/surveillance")
@click.argument("discrepancy")
@_post
@_json
def show(discrepancy: str, post: str, as_json: bool) -> None:
    """One DISCREPANCY as this post may see it."""
    one = showing.show(homes.opened(), discrepancy, post, datetime.now(UTC))
    if as_json:
        emit(one)
        return
    console = Console()
    span, state = f"{one['start']} – {one['end']}", speaking.tell(STATES[one["state"]])
    console.print(f"[bold]{discrepancy}[/bold] {_condition(one)}, {one['unit']}, {span}: {state}")
    if one["state"] == "apart":
        console.print(
            speaking.tell(
                "Another source speaks of the same. Whether the figures agree is looked at once both consent."
            )
        )
    for line in one.get("ranges", ()):
        console.print(f"{line['start']}: {line['least']:,} – {line['most']:,}")
    if one.get("evidence"):
        _figures(console, one)
    for word in one.get("words", ()):
        said = [speaking.tell(KINDS[word["kind"]]), speaking.tell(CAUSES_SAID[word["cause"]]), word["text"]]
        line = f"{word['at']:%Y-%m-%d} {word['owner']}: " + "; ".join(part for part in said if part)
        console.print(line, markup=False)  # a text of people may hold brackets


@discrepancies.command(epilog="Example: sampan discrepancies consent X-100-845 --post kh-20/surveillance")
@click.argument("discrepancy")
@_post
@_json
def consent(discrepancy: str, post: str, as_json: bool) -> None:
    """Let the own figures of this discrepancy be laid beside those of whoever consents too."""
    _done(discrepancy, post, as_json, talking.consent)


@discrepancies.command(
    epilog="Example: sampan discrepancies explain X-958-043 --post kh-20/surveillance --text Visitors"
)
@click.argument("discrepancy")
@_post
@_words
@_json
def explain(discrepancy: str, post: str, text: str, language: str, as_json: bool) -> None:
    """Say how the own figure came about."""
    said = Said(text, language)
    _done(discrepancy, post, as_json, lambda store, code, act: talking.explain(store, code, said, act))


@discrepancies.command(
    epilog="Example: sampan discrepancies propose X-958-043 --post kh-20/desk --cause place --figure 2026-07-27=9"
)
@click.argument("discrepancy")
@_post
@click.option("--cause", type=click.Choice(CAUSES), required=True, help="Why the figures differ.")
@click.option(
    "--figure",
    "figures",
    multiple=True,
    metavar="DAY=N",
    help="For each period that differs: its first day and the figure.",
)
@_words
@_json
def propose(discrepancy: str, post: str, as_json: bool, **given: Any) -> None:
    """Propose a cause and the figure of every period that differs; originals stay as they are."""
    said = Said(given["text"], given["language"], given["cause"], dict(map(_figure, given["figures"])))
    _done(discrepancy, post, as_json, lambda store, code, act: talking.propose(store, code, said, act))


@discrepancies.command(epilog="Example: sampan discrepancies agree X-314-382 --post vn-37/surveillance")
@click.argument("discrepancy")
@_post
@_json
def agree(discrepancy: str, post: str, as_json: bool) -> None:
    """Agree to what the other side proposed last."""
    _done(discrepancy, post, as_json, talking.agree)


@discrepancies.command(epilog="Example: sampan discrepancies differ X-958-043 --post kh-20/surveillance")
@click.argument("discrepancy")
@_post
@click.option("--cause", type=click.Choice(CAUSES), default=None, help="Why the figures differ, if known.")
@_words
@_json
def differ(discrepancy: str, post: str, cause: str | None, text: str, language: str, as_json: bool) -> None:
    """Say that both figures stay; once both sides say so it ends, agreed to differ."""
    said = Said(text, language, cause or "")
    _done(discrepancy, post, as_json, lambda store, code, act: talking.differ(store, code, said, act))


def _done(discrepancy: str, post: str, as_json: bool, talk: Callable[..., None]) -> None:
    store, now = homes.opened(), datetime.now(UTC)
    talk(store, discrepancy, Act(post, now))
    one = showing.show(store, discrepancy, post, now)
    if as_json:
        emit(one)
        return
    Console().print(f"{discrepancy}: {speaking.tell(STATES[one['state']])}")


def _figure(text: str) -> tuple[str, int]:
    day, _, figure = text.partition("=")
    if not figure.isdecimal():
        raise UserError(f"{text!r} is no day and figure", kept="nothing was changed", do="write 2026-07-27=9")
    return day, int(figure)


def _figures(console: Console, one: dict[str, Any]) -> None:
    """The newest snapshot, sides in the order of the lot."""
    snapshot, owners = one["evidence"][-1], [side["owner"] for side in one["sides"]]
    first, last, agreed_on = speaking.tell("first day | last day | agreed figure").split(" | ")
    table = Table(first, last, *owners, agreed_on)
    for left, right in zip(*snapshot["sides"], strict=True):
        if left["start"] in snapshot["differ"]:
            agreed = one["agreed"].get(left["start"], "")
            table.add_row(left["start"], left["end"], f"{left['value']:,}", f"{right['value']:,}", str(agreed))
    console.print(table)


def _condition(one: dict[str, Any]) -> str:
    return conditions.name(one["condition"], speaking.language())
