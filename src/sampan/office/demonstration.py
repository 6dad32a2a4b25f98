"""`sampan demo`: build the invented region, receive its files, settle what can be settled, show the page.

Here, because it joins rooms that do not know each other: the demo, the operations and the pages.
"""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from sampan.cli.main import emit
from sampan.demo.neutral import SAME, build_neutral
from sampan.demo.region import Delivery, Region, build
from sampan.demo.story import answered, answers
from sampan.demo.world import WEEKS, world
from sampan.model.errors import UserError
from sampan.office import demo_exchange, demo_people, published
from sampan.office.serving import HERE, serve
from sampan.operations import homes, observing, receiving, returning, settling
from sampan.operations.receiving import Act
from sampan.operations.settling import Answer
from sampan.store.home import Store
from sampan.web import writing

FIRST_PORT = 8000
WRITTEN_LANGUAGES = ("en", "km")
DAY = click.DateTime(formats=["%Y-%m-%d"])
FIRST_DAY = "first-day"  # in the region's folder: a home tells one story, whenever it is looked at


@click.command(epilog="Example: sampan demo --seed 7 --condition dengue --languages en --write region-page")
@click.argument("action", required=False, type=click.Choice(["serve"]))
@click.option("--real", is_flag=True, help="Openly published figures under SAMPAN_SHARED instead of invented ones.")
@click.option("--seed", default=7, show_default=True, help="Another seed is another region.")
@click.option(
    "--neutral", metavar="ORDER", help=f"Five countries alike but for codes and names: {SAME} or another order."
)
@click.option(
    "--write", "folder", type=click.Path(path_type=Path), help="Write the page into this folder; serve nothing."
)
@click.option("--languages", default=",".join(WRITTEN_LANGUAGES), show_default=True, help="Languages to write.")
@click.option("--condition", "conditions", multiple=True, help="Write only this condition's page.")
@click.option(
    "--ends", type=DAY, help="Last Sunday of the story; default: the last but one when served, else one of 2025."
)
@click.option("--port", type=int, help=f"Serve here; default: the first free port from {FIRST_PORT}.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object at the end.")
def demo(
    action: str | None, real: bool, seed: int, folder: Path | None, port: int | None, as_json: bool, **asked: Any
) -> None:
    """Show a whole region: five invented countries, each with its own form, or the published figures with --real.

    The files are received into this home as any others; their page is served until you stop it, or
    written as a folder of files.
    """
    store = homes.opened()
    with _progress(quiet=as_json) as bar:
        first = _first_monday(store, asked["ends"], served=folder is None)
        story = Story(seed, asked["neutral"], first)
        sources = published.receive_all(store, bar) if real else _invented(store, story, bar)
        what = writing.What(sources, asked["conditions"], tuple(asked["languages"].split(",")))
        pages = writing.write(store, folder, what, _told(bar)) if folder else []
    found = _summary(store, sources, pages)
    if as_json:
        emit(found)
    else:
        _say(found, folder)
    if folder is None or action == "serve":
        os.environ["SAMPAN_OPEN_PAGES"] = "1"  # nobody signs in to look at invented or published figures
        port = port or _free_port()
        people = [] if real else _peopled(store)
        if not as_json:
            demo_people.show(people, f"http://{HERE}:{port}/account/sign-in/")
        serve(port, quiet=as_json, open_pages=True)


def _progress(*, quiet: bool) -> Progress:
    columns = (
        SpinnerColumn(), TextColumn("{task.description}"), BarColumn(bar_width=30), MofNCompleteColumn(),
        TimeElapsedColumn(),
    )  # fmt: skip
    return Progress(*columns, console=Console(stderr=True), disable=quiet)


def _told(bar: Progress) -> writing.Told:
    tasks: dict[str, TaskID] = {}

    def told(what: str, total: int) -> None:
        if what not in tasks:
            tasks[what] = bar.add_task(what, total=total)
        bar.advance(tasks[what])

    return told


def _peopled(store: Store) -> list[demo_people.SignIn]:
    """The people of two neighbours, and what they have done so far; none where no line is drawn between two."""
    sides = demo_people.banks(store)
    if sides is None:
        return []
    people = demo_people.seated(store, sides)
    if people:
        demo_exchange.begun(store, *sides)
    return people


def _first_monday(store: Store, ends: datetime | None, *, served: bool) -> date | None:
    """The first day of the story: of this home's own, if it has one; else by its end. None: as the story is written."""
    kept = store.root / "region" / FIRST_DAY
    if kept.is_file():
        return date.fromisoformat(kept.read_text(encoding="utf-8").strip())
    if kept.parent.exists() or not (served or ends):
        return None
    last = ends.date() if ends else datetime.now(UTC).date() - timedelta(days=7)
    monday = last + timedelta(days=1) - timedelta(days=(last + timedelta(days=1)).weekday())
    return monday - timedelta(weeks=WEEKS)


@dataclass(frozen=True)
class Story:
    """Which region is invented: its seed, the order of a neutral one, its first day."""

    seed: int
    neutral: str | None
    first: date | None


def _invented(store: Store, story: Story, bar: Progress) -> tuple[str, ...]:
    """Build, receive and settle the region of one story; what this home has already is not sent again."""
    task, neutral = bar.add_task("Inventing a region", total=1), story.neutral
    if neutral is not None and sorted(neutral) != sorted(SAME):
        raise UserError(f"{neutral!r} is no order of five territories", do=f"write the digits of {SAME} in any order")
    folder = store.root / "region"
    region = build(story.seed, folder, story.first) if neutral is None else build_neutral(story.seed, folder, neutral)
    if story.first is not None:
        (folder / FIRST_DAY).write_text(f"{story.first}\n", encoding="utf-8")
    _settle_in(store, region)
    bar.advance(task)
    had = {(one["source"], one["filename"]) for one in observing.deliveries(store)}
    fresh = [one for one in region.deliveries if (one.source, one.path.name) not in had]
    task = bar.add_task("Receiving files", total=len(fresh))
    for delivery in fresh:
        bar.update(task, description=f"Receiving {delivery.path.name}")
        _receive(store, delivery)
        bar.advance(task)
    bar.update(task, description="Receiving files")
    if fresh and neutral is None:
        _settle(store, region, story.seed, bar)
    return tuple(sorted({one.source for one in region.deliveries}))


def _settle_in(store: Store, region: Region) -> None:
    """Places, sources and map of the region become this home's own."""
    for folder, target in ((region.places, store.places), (region.sources, store.sources)):
        shutil.copytree(folder, target, dirs_exist_ok=True)
    shutil.copy(region.map, store.root / region.map.name)
    for delivery in region.deliveries:
        source = homes.source(store, delivery.source)
        if not returning.has_form(source):  # the first file of a source shows what its form looks like
            sample = store.sources / source.id / "sample"
            sample.mkdir(exist_ok=True)
            shutil.copy(delivery.path, sample)


def _receive(store: Store, delivery: Delivery) -> None:
    source = homes.source(store, delivery.source)
    receiving.receive(store, source, delivery.path, Act(f"{source.owner}/sender", delivery.at))


def _settle(store: Store, region: Region, seed: int, bar: Progress) -> None:
    """The owners answer what they can; every answer replays the deliveries that ask the same."""
    known = answers(world(seed))
    later = max(one.at for one in region.deliveries) + timedelta(days=1)
    task = bar.add_task("Settling questions", total=None)
    asked: set[tuple[str, str]] = set()
    while True:
        waiting = [one for one in observing.findings(store) if (one["source"], one["term"]) not in asked]
        found = next(((one, told) for one in waiting if (told := answered(one, known)) is not None), None)
        if found is None:
            break
        one, told = found
        asked.add((one["source"], one["term"]))
        source = homes.source(store, one["source"])
        act = Act(f"{one['owner']}/data-desk", later)
        settling.settle(store, source, one["finding"], Answer(told.value, told.reason), act)
        bar.advance(task)
    bar.update(task, total=bar.tasks[task].completed)


def _summary(store: Store, sources: Iterable[str], pages: list[Path]) -> dict[str, object]:
    wanted = set(sources)
    deliveries = [one for one in observing.deliveries(store) if one["source"] in wanted]
    names = ("rows_in", "observed", "set_aside", "repeated")
    return {
        "home": str(store.root),
        "sources": sorted(wanted),
        "deliveries": len(deliveries),
        **{name: sum(one.get(name, 0) for one in deliveries) for name in names},
        "findings": sum(one["source"] in wanted for one in observing.findings(store)),
        "pages": [str(page) for page in pages],
    }


def _say(found: dict[str, object], folder: Path | None) -> None:
    console = Console()
    console.print(
        f"files {found['deliveries']}: rows in {found['rows_in']:,} = {found['observed']:,} observed + "
        f"{found['set_aside']:,} set aside + {found['repeated']:,} repeated; questions that wait: {found['findings']}."
    )
    if folder is not None:
        console.print(f"Written: {folder / 'index.html'}")


def _free_port() -> int:
    """The first port from FIRST_PORT on that nobody listens at."""
    for port in range(FIRST_PORT, FIRST_PORT + 100):
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port
    return 0
