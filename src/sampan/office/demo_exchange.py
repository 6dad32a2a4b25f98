"""What the demo's people have done before a visitor comes, by the same operations as their pages ask for.

Agreements in force in both directions and one that is offered, releases opened and written about, requests and a
delivery that wait for a word, two figures for one thing, help asked, a file half mapped: every page has something to
show.
"""

from __future__ import annotations

import csv
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import yaml

from sampan.model.errors import Refused
from sampan.model.places import Unit
from sampan.model.sources import CrosswalkLine, Source
from sampan.office.demo_people import Bank
from sampan.operations import between, crosswalks, helping, homes, observing, receiving, weekly
from sampan.operations.discrepancies import finding, showing, talking
from sampan.operations.discrepancies.talking import Said
from sampan.operations.mapping import drafts
from sampan.operations.receiving import Act
from sampan.operations.sharing import after, beginning, informing, making, publications, requesting
from sampan.operations.sharing.beginning import Beginning
from sampan.operations.sharing.publications import Announcement, Draft
from sampan.operations.sharing.requesting import Wish
from sampan.operations.sharing.ruling import Desk
from sampan.store.figures import Asked
from sampan.store.home import Store
from sampan.store.models import AgreementVersion
from sampan.vocab.places import registry

STANDING, EACH_TIME = ("dengue", "malaria"), "cholera"
WEEKS = 8
DRAFT = "Dengue on both banks, eight weeks. A draft; the figures of our neighbours stand in the second table.\n"
EVIDENCE = "Dengue on both banks: a rise beyond what is usual in the last weeks. Invented, for the demonstration.\n"
LADDER = """country: {country}
rules:
  - rule: {country}-G1-ministry
    gate: to-office
    step: ministry
    post: {party}/national
    mode: per-release
    prepares: ["{party}/province"]
    law: Decree 7 of an invented year
    usual_days: 3
    source: invented
    verified: false
"""
ABROAD = """id: {id}
title: Patients from across the line, weekly count
owner: {party}
country: {country}
kind: aggregate
practice: {id}
languages: [en]
invented: true
notes: Invented. Patients of border hospitals who live across the line, by the week they were seen.
read: {{format: csv}}
delivery: {{mode: snapshot, scope: [period]}}
calendar: iso
numbers: {{locale: en}}
columns:
  place: {{from: lives in, level: 1, role: residence}}
  period: {{from: week, as: week}}
  condition: disease
  classification: {{is: suspected}}
  measure: {{is: cases}}
  value: patients
"""
CROSSWALK = ("term", "value", "match", "author", "approved_by", "approved_on", "note")


@dataclass(frozen=True)
class Exchange:
    """Two banks and the moment at which their people act."""

    store: Store
    mine: Bank
    other: Bank
    now: datetime

    def act(self, post: str) -> Act:
        """An act of that post now."""
        return Act(post, self.now)

    def turned(self) -> Exchange:
        """The same from the other bank."""
        return replace(self, mine=self.other, other=self.mine)


def begun(store: Store, mine: Bank, other: Bank) -> None:
    """Do all of it, once; a home that has it already is left as it is."""
    if AgreementVersion.objects.filter(kind="exchange").exists():
        return
    here = Exchange(store, mine, other, datetime.now(UTC))
    _agreed(here)
    for side in (here, here.turned()):
        _released(side)
    _two_figures(here)
    _gate(here)
    _helped(here)
    _mapped(here)


def _agreed(here: Exchange) -> None:
    """One agreement in force in both directions, some figures with a word each time; another one offered."""
    text = _drafted(here, "weekly-pair", "weekly-exchange", "Weekly figures between two neighbours", STANDING)
    values: dict[str, Any] = yaml.safe_load(text)
    for clause in list(values["clauses"]):
        approver = clause["authorisation"]["approver"]
        word = {"mode": "per-release", "approver": approver, "response_days": 5}
        again = clause | {"clause": f"{clause['clause']}-each-time", "conditions": [EACH_TIME], "authorisation": word}
        values["clauses"].append(again)
    text = yaml.safe_dump(values, sort_keys=False, allow_unicode=True, default_flow_style=None, width=110)
    one, two, now = f"{here.mine.party}/province", f"{here.other.party}/province", here.now
    making.propose(text, "weekly-exchange.yml", one, now)
    making.move("weekly-exchange", "agree", two, now)
    making.move("weekly-exchange", "verify", one, now, paper=b"The paper that both invented ministries signed.")
    making.move("weekly-exchange", "activate", f"{here.mine.party}/national", now)
    making.move("weekly-exchange", "activate", f"{here.other.party}/national", now)
    joint = _drafted(here, "joint-investigation", "joint-investigation", "Looking into an outbreak together", ())
    making.propose(joint, "joint-investigation.yml", two, now)


def _drafted(here: Exchange, template: str, code: str, title: str, conditions: tuple[str, ...]) -> str:
    sides = [beginning.side(f"{one.party}/province", f"{one.party}/national") for one in (here.mine, here.other)]
    assert sides[0] is not None and sides[1] is not None, "the posts were made before"
    paper = "Memorandum of two invented ministries"
    begins = here.now.date() - timedelta(days=30)
    wanted = Beginning(template, code, title, paper, begins, begins + timedelta(days=730), conditions)
    return beginning.drafted(wanted, sides[0], sides[1])


def _released(here: Exchange) -> None:
    """This side has the other's last weeks, opens and uses them; what needs a word each time waits for it."""
    post, store = f"{here.mine.party}/province", here.store
    desk, last = Desk(post, here.mine.party), _last_day(here)
    wish = Wish(
        name="border-weeks", purpose="routine-monitoring", conditions=STANDING, places=(here.other.country,),
        measures=("cases", "deaths"), data_from=last - timedelta(weeks=WEEKS) + timedelta(days=1), data_to=last,
        level=1, period="week", layout=here.mine.source,
    )  # fmt: skip
    code = requesting.released(store, wish, desk, here.now)
    with requesting.opened(store, desk, code, here.now):
        pass
    after.note_use(
        store,
        code,
        post,
        "weekly bulletin of the province",
        here.now,
        thanks=here.other.name,
        benefit="feedback-report",
    )
    planned = here.now.date() + timedelta(days=45)
    wanted = Announcement("Dengue on both banks", "Provincial bulletin", planned, (code,))
    publications.announce(wanted, {"": Draft("bulletin.txt", DRAFT.encode())}, post, here.now)
    told = informing.tell(code, post, EVIDENCE, here.now, learned_at=here.now - timedelta(hours=3))
    informing.informed(told.code, post, here.now, reference="invented 114")
    with suppress(Refused):  # recorded: it waits for the other ministry's word
        requesting.released(store, replace(wish, name="cholera-weeks", conditions=(EACH_TIME,)), desk, here.now)
    between.note_work(here.mine.party, post, here.other.party, 90, "compared the lists of places", here.now)


def _last_day(here: Exchange) -> date:
    both = [one.source for one in (here.mine, here.other)]
    last: date = observing.observations(here.store, Asked(sources=both))["period_end"].max()  # type: ignore[assignment]  # a date column with rows
    return last


def _two_figures(here: Exchange) -> None:
    """The other side counts patients who live in this province, this side counts them too: open between both."""
    source = _abroad(here)
    file = here.store.root / "region" / f"{source.id}.csv"
    _across(here, file)
    receiving.receive(here.store, source, file, here.act(f"{here.other.party}/national"))
    finding.find(here.store, here.now)
    for case in showing.cases(here.store, f"{here.mine.party}/national", here.now)[:1]:  # another stays told apart
        for post in (f"{here.mine.party}/national", f"{here.other.party}/national"):
            talking.consent(here.store, case["discrepancy"], here.act(post))
    for case in showing.cases(here.store, f"{here.other.party}/national", here.now):
        if case["state"] == "open":
            said = Said("Ours are patients of our own hospitals who say that they live across the line.", "en")
            talking.explain(here.store, case["discrepancy"], said, here.act(f"{here.other.party}/national"))
            break


def _abroad(here: Exchange) -> Source:
    """A source of the other side with the name of this side's province in its crosswalk."""
    name = f"{here.other.source}-abroad"
    folder = here.store.sources / name
    (folder / "crosswalk").mkdir(parents=True, exist_ok=True)
    said = ABROAD.format(id=name, party=here.other.party, country=here.other.country)
    (folder / "source.yml").write_text(said, encoding="utf-8")
    with (folder / "crosswalk" / "place.csv").open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(CROSSWALK)
        by = f"{here.other.party}/national"
        writer.writerow((_unit_name(here), here.mine.place, "exact", by, by, here.now.date().isoformat(), ""))
    return homes.source(here.store, name)


def _unit_name(here: Exchange) -> str:
    return _unit(here).name


def _unit(here: Exchange) -> Unit:
    units = registry(here.store.places).units(here.mine.country, level=1)
    return next(unit for unit in units if unit.place == here.mine.place)


def _across(here: Exchange, file: Path) -> None:
    """This province's weeks as the other side would count them, where somebody told a figure."""
    first = _last_day(here) - timedelta(weeks=WEEKS) + timedelta(days=1)
    mine = observing.observations(here.store, Asked(sources=[here.mine.source], from_date=first, measures=["cases"]))
    rows = mine.filter((pl.col("unit").str.starts_with(here.mine.place)) & (pl.col("condition") == STANDING[0]))
    with file.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(("lives in", "week", "disease", "patients"))
        for start, value in rows.sort("period_start").select("period_start", "value").iter_rows():
            year, week, _ = start.isocalendar()
            if value is not None:  # they count more, for their border hospitals see those who came across too
                writer.writerow((_unit_name(here), f"{year}-W{week:02d}", STANDING[0], value + value // 9 + 1))


def _gate(here: Exchange) -> None:
    """This side's province may prepare, its ministry passes: last week's form waits for that word."""
    folder = here.store.root / "gates"
    folder.mkdir(exist_ok=True)
    ladder = LADDER.format(country=here.mine.country, party=here.mine.party)
    (folder / f"{here.mine.country.lower()}.yml").write_text(ladder, encoding="utf-8")
    post = f"{here.mine.party}/province"
    asked = weekly.asked(here.store, here.mine.party, here.mine.place, here.mine.source, here.now.date())
    if asked is None:  # this side has no weekly form
        return
    answers = {condition: (weekly.NUMBER, 4 + 3 * n) for n, condition in enumerate(asked.conditions)}
    filled = weekly.Filled(
        asked.units[0], asked.weeks[0], answers, (9, 10), dict.fromkeys(asked.conditions, (weekly.NONE, None))
    )
    file = weekly.write(filled, here.store.root / "region")
    receiving.receive(here.store, asked.form, file, here.act(post))


def _helped(here: Exchange) -> None:
    """Help asked and offered between posts, by kind and day."""
    until = here.now.date() + timedelta(days=12)
    lines: list[tuple[str, str, str, str]] = [
        (f"{here.mine.party}/laboratory", "ask", "laboratory", "A second reading of three slides, by courier."),
        (f"{here.other.party}/national", "ask", "translation", "Two pages of a case definition, into English."),
        (f"{here.other.party}/laboratory", "offer", "second-reading", "Typing of dengue, up to ten samples a week."),
    ]
    codes = [helping.write(helping.Line(side, kind, text, until), here.act(post)) for post, side, kind, text in lines]
    helping.answer(codes[1], here.act(f"{here.mine.party}/national"))


def _mapped(here: Exchange) -> None:
    """A file half mapped, with help asked of the steward; a line of a crosswalk that waits for its owner."""
    post = f"{here.other.party}/national"
    file = here.store.root / "region" / "hospital-week.csv"
    names = [unit.name for unit in registry(here.store.places).units(here.other.country, level=1)][:3]
    first = _last_day(here) - timedelta(weeks=3)
    with file.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(("province", "week", "disease", "cases", "ward"))
        for n in range(12):
            year, week, _ = (first + timedelta(weeks=n // 3)).isocalendar()
            writer.writerow((names[n % len(names)], f"{year}-W{week:02d}", "dengue", 3 + n, ("A", "B", "fever")[n % 3]))
    wish = drafts.Wish("hospital-week", "Weekly count of one hospital", here.other.country)
    made = drafts.begin(here.store, file, wish, here.other.party, here.act(post))
    drafts.help_wanted(here.store, made, here.act(post))
    source = homes.source(here.store, here.mine.source)
    term = next(iter(_unit(here).names.values()), _unit_name(here))  # as its own files write it
    line = CrosswalkLine("place", term, here.mine.place, note="the province that the heading of the sheet names")
    crosswalks.propose(source, line, "office/staff", here.now)
