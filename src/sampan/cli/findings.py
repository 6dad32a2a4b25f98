"""`sampan findings` and `sampan settle`: what waits for an answer, and the answer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import polars as pl
from rich.console import Console
from rich.text import Text

from sampan.checks.saying import LANGUAGES
from sampan.cli import speaking
from sampan.cli.main import emit
from sampan.cli.tables import print_table
from sampan.cli.written import Written
from sampan.model.errors import UserError
from sampan.operations import asking, homes, observing, returning, settling
from sampan.operations.receiving import Act
from sampan.operations.settling import ACCEPT, Answer
from sampan.operations.sharing import gates
from sampan.vocab import telling

MOST = 60
# headings of the list, in the order of `_line`; those of other languages await a native speaker
LABELS = {
    "en": ("finding", "what", "column", "about", "cells", "cases", "could be"),
    "km": ("បញ្ហា", "អ្វី", "ជួរឈរ", "អំពី", "ប្រអប់", "ករណី", "អាចជា"),
    "vi": ("vấn đề", "nội dung", "cột", "nói về", "số ô", "số ca", "có thể là"),
}


@click.command(epilog="Example: sampan findings --source kh-weekly")
@click.argument("finding", required=False)
@click.option("--source", help="Only this source.")
@click.option("--delivery", help="Only this delivery.")
@click.option("--all", "every", is_flag=True, help="Settled ones too, each delivery's on a line of its own.")
@click.option("--explain", is_flag=True, help="Each with its explanation and what helps.")
@click.option("--lang", type=click.Choice(LANGUAGES), help="Of titles and explanations; else that of `sampan --lang`.")
@click.option("--cells", metavar="FINDING", help="Where the cells of one finding stand.")
@click.option("--post", default="", help="Who looks: a party is shown its own, the office those of what a gate passed.")
@click.option("--mark", type=Written(), help="With --delivery: your own file back, its cells marked.")
@click.option("--json", "as_json", is_flag=True, help="One JSON array; of FINDING one object.")
def findings(  # one option for each way to look at them
    finding: str | None,
    mark: Path | None,
    cells: str | None,
    lang: str | None,
    explain: bool,
    as_json: bool,
    **asked: Any,
) -> None:
    """What waits for an answer, the greatest share of cases first; or all about one FINDING."""
    store = homes.opened()
    lang = lang or speaking.among(LANGUAGES)
    post = asked.pop("post")
    party, own = gates.looks(post)
    if mark:
        _marked(store, asked["delivery"], mark, party)
    elif cells:
        _cells(store, observing.finding(store, cells, party=party, own=own), lang, as_json)
    elif finding:
        _one(store, observing.finding(store, finding, party=party, own=own), lang, as_json)
    else:
        found = [one for one in observing.findings(store, **asked, party=party) if not own or one["owner"] == party]
        _listed([observing.in_language(one, lang) for one in found], explain, as_json, lang)


def _listed(found: list[dict[str, Any]], explain: bool, as_json: bool, lang: str) -> None:
    if as_json:
        emit(found)
        return
    console = Console()
    if not found:
        console.print(telling.tell("Nothing waits for an answer.", lang))
    elif explain:
        for one in found[:MOST]:
            _told(one, lang)
    else:
        print_table(
            LABELS[lang],
            [_line(one) for one in found[:MOST]],
            numbers=LABELS[lang][4:6],
        )
    if len(found) > MOST:
        console.print(telling.tell(f"{len(found) - MOST:,} more; --json lists all", lang))
    if found:
        console.print(telling.tell("`sampan findings CODE` says what one means and what helps.", lang))


def _line(one: Mapping[str, Any]) -> tuple[str, ...]:
    could = ", ".join(asking.place_names(one["facts"].get("candidates", []))[:4])
    numbers = (f"{one['count']:,}", f"{one['cases']:,}")
    return one["finding"], one["title"], one["column"] or "", one["about"] or one["term"] or "", *numbers, could


@click.command(epilog="Example: sampan settle F-048-659 KH-12")
@click.argument("finding")
@click.argument("value", required=False)
@click.option("--accept", metavar="REASON", help="The figures are right as they are, and why.")
@click.option(
    "--match",
    type=click.Choice(["exact", "broader", "narrower", "related"]),
    default="exact",
    show_default=True,
    help="How our word stands to the word of the file.",
)
@click.option("--reason", default="", help="Why this is the right word.")
@click.option("--actor", metavar="POST", help="The post that answers; default: the owner's data desk.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def settle(finding: str, value: str | None, accept: str | None, as_json: bool, **given: Any) -> None:
    """Answer FINDING with VALUE (our word, or "none"); every delivery that asks the same is read again."""
    if (value is None) == (accept is None):
        raise UserError("give either a value or --accept REASON", do="`sampan settle --help` shows both")
    store = homes.opened()
    party = gates.party_of(given["actor"]) if given["actor"] else ""
    source = homes.source_of_finding(store, finding, party=party)
    answer = Answer(ACCEPT, accept) if accept is not None else Answer(str(value), given["reason"], given["match"])
    act = Act(given["actor"] or f"{source.owner}/data-desk", datetime.now(UTC))
    done = settling.settle(store, source, finding, answer, act)
    if as_json:
        emit(done.as_dict())
        return
    console = Console()
    console.print(speaking.tell(f"{finding} is settled: {done.value}."))
    for receipt in done.replayed:
        seen, held = receipt.balance["observed"], receipt.balance["set_aside"]
        console.print(speaking.tell(f"{receipt.delivery} read again: {seen:,} observed, {held:,} set aside."))


def _marked(store: Any, delivery: str | None, out: Path, party: str) -> None:
    if delivery is None:
        raise UserError("say which file is wanted back", do="add --delivery D-633-558")
    act = Act("owner/data-desk", datetime.now(UTC))
    count = returning.marked_file(store, delivery, out, act, party)
    Console().print(speaking.tell(f"{out} written: your own file back; cells marked: {count:,}."))


def _one(store: Any, found: dict[str, Any], lang: str, as_json: bool) -> None:
    """All about one finding: what it means, what helps, what it could be, where its cells stand."""
    told = observing.in_language(found, lang)
    code = told["finding"]
    frame = observing.cells(store, code)
    if as_json:
        emit(told | {"cells": frame.to_dicts()})
        return
    _told(told, lang)
    _places(frame, lang)
    if told["state"] == "open":
        Console().print(Text("\n".join(telling.tell(line, lang) for line in _answers(told))))


def _answers(told: Mapping[str, Any]) -> list[str]:
    """The commands that change something; where none does, what else helps."""
    ways = {"word": "WORD --reason WHY", "accept": "--accept REASON"}
    lines = [f"sampan settle {told['finding']} {ways[one]}" for one in told["answers"] if one in ways]
    if not lines:
        return [f"Only a corrected file helps: send it again, or withdraw {told['delivery']}."]
    return [f"Answer with: {lines[0]}", *(f"or with: {line}" for line in lines[1:])]


def _told(one: Mapping[str, Any], lang: str) -> None:
    console = Console()
    state = telling.tell(one["state"], lang)
    console.print(Text.assemble((f"{one['finding']}  {one['title']}", "bold"), f"  {one['source']} {state}"))
    facts = [("column", one["column"]), ("about", one["about"]) if one["about"] else ("text", one["term"])]
    lines = [f"{name}: {said}" for name, said in facts if said]
    lines.append(f"cells: {one['count']:,}, cases: {one['cases']:,}; delivered in {', '.join(one['deliveries'])}")
    lines += [one["explanation"], f"What helps: {one['remedy']}"]
    names = asking.place_names(one["facts"].get("candidates", []))
    lines += [f"could be {name}" for name in names]
    lines += [f"a good reason may be: {reason}" for reason in one["good_reasons"]]
    lines += [f"left out: {name}" for name in asking.place_names(one["facts"].get("units", []))]
    console.print(Text("\n".join(f"  {telling.tell(line, lang)}" for line in lines)))


def _cells(store: Any, found: dict[str, Any], lang: str, as_json: bool) -> None:
    frame = observing.cells(store, found["finding"])
    if as_json:
        emit(frame.to_dicts())
        return
    _told(observing.in_language(found, lang), lang)
    _places(frame, lang)


def _places(frame: pl.DataFrame, lang: str, most: int = 200) -> None:
    """The cells by their address in a spreadsheet and their header."""
    rows = [
        (cell or "", sheet or "", str(row), column or "")
        for sheet, row, column, cell in frame.head(most).select("sheet", "row", "column", "cell").iter_rows()
    ]
    if rows:
        cell, sheet, row = (telling.tell(name, lang) for name in ("cell", "sheet", "row"))
        print_table((cell, sheet, row, LABELS[lang][2]), rows, numbers=(row,))
    if frame.height > most:
        Console().print(telling.tell(f"{frame.height - most:,} more; --json lists all", lang))
