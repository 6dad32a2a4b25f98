"""Two recipients of one pool put together all they were ever told; a programme of its own looks for what that tells.

The attack shares nothing with the product: one unknown for each district, sex and month in each value it ever had (the
reader knows which figures changed, and that a withdrawal brings the earlier ones back), one equation for each figure
that left, whole numbers from 0 upwards. No small count may have one possible value alone.
"""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import requests
from scipy.optimize import Bounds, LinearConstraint, milp
from tests.conftest import SEED, Sampan
from tests.stories import border
from tests.stories.office import served
from tests.stories.seating import key_of

pytestmark = pytest.mark.postgres
KH, READERS, MINIMUM = "kh-20/surveillance", ("vn-37/surveillance", "vn-80/surveillance"), 5
DISTRICTS = {"KH-2001": "Chantrea", "KH-2002": "Kampong Rou", "KH-2003": "Rumduol", "KH-2004": "Romeas Haek"}
Cell = tuple[Any, ...]  # district, sex, month
State = Mapping[Cell, int]  # what was known on a day
Terms = frozenset[tuple[Cell, int]]  # unknowns: a cell with a value it once had (a name to the attacker, no more)
Inside = Callable[[Cell, Mapping[str, str]], bool]
Asked = dict[str, Any]  # level, period, sex, and the last month of the window


@dataclass
class Seen:
    """What both readers hold: `told` sums with their figures, `silent` ones with what only the owner knows."""

    told: dict[Terms, int] = field(default_factory=dict)
    silent: dict[Terms, int] = field(default_factory=dict)
    before: dict[Terms, int] = field(default_factory=dict)  # how many sums were told when one was first asked for

    def reads(self, table: str, state: State, inside: Inside | None = None) -> None:
        """Take in a table that left of this state; `inside` says which counts a row is the sum of."""
        held = len(self.told)
        for row in csv.DictReader(io.StringIO(table)):
            terms = frozenset((cell, value) for cell, value in state.items() if (inside or _inside)(cell, row))
            if terms:
                self.before.setdefault(terms, held)
                true = sum(value for _, value in terms)
                (self.told if row["value"] else self.silent)[terms] = int(row["value"] or true)
                assert not row["value"] or int(row["value"]) == true, row


def _inside(cell: Cell, row: Mapping[str, str]) -> bool:
    district, sex, month = cell
    place, day = row["place"].partition("@")[0], date(2025, month, 1)
    within = date.fromisoformat(row["period_start"]) <= day <= date.fromisoformat(row["period_end"])
    return within and district.startswith(place) and row["sex"] in ("all", sex)


def given_away(told: Mapping[Terms, int], small: Iterable[Terms]) -> list[Terms]:
    """The sums among `small` that have one possible value, given the told ones."""
    small = list(small)
    at = {term: n for n, term in enumerate(sorted(frozenset().union(*told, *small)))}
    row = {terms: np.isin(np.arange(len(at)), [at[term] for term in terms]) * 1.0 for terms in {*told, *small}}
    every, right = np.array([row[terms] for terms in told]), np.array([float(value) for value in told.values()])
    known = LinearConstraint(every, right, right)
    true = {terms: sum(value for _, value in terms) for terms in small}
    tables: list[np.ndarray] = []  # other whole tables that agree with all that was told

    def seen_otherwise(terms: Terms) -> bool:
        return any(round(float(row[terms] @ table)) != true[terms] for table in tables)

    for terms in small:
        for least, most in ((true[terms] + 1, np.inf), (0, true[terms] - 1)):
            if most < 0 or seen_otherwise(terms):
                continue
            other = LinearConstraint(row[terms][None], least, most)
            found = milp(np.zeros(len(at)), constraints=[known, other], integrality=np.ones(len(at)), bounds=Bounds(0))
            assert found.status in (0, 2), found.message
            if found.x is not None:
                tables.append(np.round(found.x))
                assert np.array_equal(every @ tables[-1], right)
    return [terms for terms in small if not seen_otherwise(terms)]


def _laid(sampan: Sampan, home: Path, folder: Path) -> None:
    """A monthly return by district and sex, and an agreement with each of two parties of one country."""
    border.lay(home)
    file = home / "sources" / "border-kh" / "source.yml"
    text = file.read_text(encoding="utf-8").replace("{from: province, level: 1}", "{from: district, level: 2}")
    file.write_text(text.replace("{from: week, as: week}", "{from: month, as: month}\n  sex: sex"), encoding="utf-8")
    terms = border.AGREEMENT.partition("  - clause: vn-weekly")[0].replace("    silences: [zero]\n", "")
    terms = terms.replace("level: 1, period: week", "level: 2, period: month, sex: true").replace(
        "corrections: immediate", "corrections: scheduled"
    )
    terms = terms.replace(
        "to: [vn-37/surveillance, vn/preventive-medicine]", "to: [vn-37/surveillance, vn-37/province]"
    )
    terms = terms.replace("vn/preventive-medicine", "vn-37/province")
    for number in ("37", "80"):
        code = f"pair-{number}"
        text = terms.replace("agreement: border", f"agreement: {code}").replace("vn-37", f"vn-{number}")
        agreement = border.written(folder / f"{code}.yml", text)
        paper = border.written(folder / "paper", "signed")
        sampan("agreements", "propose", agreement, "--post", KH)
        sampan("agreements", "move", code, "agree", "--post", f"vn-{number}/surveillance")
        sampan("agreements", "move", code, "verify", "--post", KH, "--paper", paper)
        sampan("agreements", "move", code, "activate", "--post", "kh-20/director")
        sampan("agreements", "move", code, "activate", "--post", f"vn-{number}/province")


def _delivered(sampan: Sampan, file: Path, state: State) -> str:
    """Send these figures; the code of the delivery."""
    lines = [f"{DISTRICTS[place]},2025-{month:02},{sex},cholera,{n}" for (place, sex, month), n in state.items()]
    text = "\n".join(["district,month,sex,disease,cases", *lines, ""])
    said = sampan("receive", "border-kh", border.written(file, text), "--actor", KH, "--json", code=None)
    assert said.code in (0, 3), said.err
    return str(said.json["delivery"])


def _known(sampan: Sampan) -> dict[Cell, int]:
    """The figures as they stand now, for the owner."""
    return {
        (row["unit"].partition("@")[0], row["sex"], date.fromisoformat(row["period_start"]).month): row["value"]
        for row in sampan("observations", "--json").json
        if row["value"] is not None
    }


@dataclass
class Office:
    """The doors: releases from the command line for both readers."""

    sampan: Sampan
    folder: Path
    dice: random.Random
    months: int
    seen: Seen = field(default_factory=Seen)
    made: int = 0

    def releases(self, state: State, asked: Asked | None = None, as_of: str = "") -> None:
        """One release to one of the two, drawn at random where nothing is asked."""
        asked = asked or {
            "level": self.dice.choice([1, 2, 2]),
            "period": self.dice.choice(["month", "month", "quarter", "year"]),
            "sex": self.dice.random() < 0.5,
        }
        self.made += 1
        grain = f"{{level: {asked['level']}, period: {asked['period']}, sex: {str(asked['sex']).lower()}}}"
        more = {"data": "{from: 2025-01-01, to: 2025-12-31}", "resolution": grain} | ({"as_of": as_of} if as_of else {})
        name = f"r{self.made}"
        wish = border.request(self.folder / f"{name}.yml", self.dice.choice(READERS), "KH-20", **more)
        self.sampan("release", wish, "-o", self.folder / name)
        self.seen.reads((self.folder / name / "table.csv").read_text(encoding="utf-8"), state)


def _by_program(home: Path, state: State, seen: Seen) -> None:
    """The same party asks through the API, with a key of another of its posts."""
    key = {"Authorization": f"Bearer {key_of(home, 'vn-37', place='VN-37')}"}
    with served(home) as office:
        for level, period in ((2, "month"), (1, "quarter")):
            wish: dict[str, Any] = {"purpose": "routine-monitoring", "conditions": ["cholera"], "places": ["KH-20"],
                    "measures": ["cases"], "begin": "2025-01-01", "end": "2025-12-31", "level": level,
                    "period": period}  # fmt: skip
            at = f"{office.address}/api/v1/releases"
            made = requests.post(at, json=wish, headers=key, timeout=120)
            assert made.status_code == 201, made.text
            table = requests.get(f"{at}/{made.json()['release']}/files/table.csv", headers=key, timeout=120)
            assert table.status_code == 200, table.text
            seen.reads(table.text, state)


def _attacked(sampan: Sampan, home: Path, folder: Path, dice: random.Random, size: tuple[int, int]) -> None:
    months, steps = size
    _laid(sampan, home, folder)
    before = {(place, sex, month): min(int(dice.expovariate(1 / 8)), 60)
              for place in DISTRICTS for sex in ("male", "female") for month in range(1, months + 1)}  # fmt: skip
    fixed = dict(zip([(place, sex) for place in DISTRICTS for sex in ("male", "female")],
                     (2, 1, 4, 4, 9, 6, 12, 9), strict=True))  # fmt: skip
    before |= {(place, sex, 1): count for (place, sex), count in fixed.items()}  # of a district 3, beside larger ones
    office = Office(sampan, folder, dice, months)
    _delivered(sampan, folder / "first.csv", before)
    for asked in ({"level": 2, "period": "month", "sex": False}, {"level": 1, "period": "month", "sex": False}):
        office.releases(before, asked)
    split = dice.random() < 0.5
    for step in range(steps):
        office.releases(before, None if step else {"level": 2, "period": "quarter", "sex": split})
    moment = datetime.now(UTC).isoformat()
    month = dice.randrange(1, months + 1)
    corrected = {cell: n for cell, n in before.items() if cell[2] == month}
    for cell in dice.sample(sorted(corrected), 2):
        corrected[cell] += dice.randrange(1, 12)
    taken = _delivered(sampan, folder / "second.csv", corrected)
    after = before | corrected
    for step in range(steps):
        office.releases(after, None if step else {"level": 2, "period": "quarter", "sex": split})
        office.releases(before, None if step else {"level": 2, "period": "month", "sex": split}, moment)
    sampan("withdraw", taken, "--reason", "wrong workbook", "--actor", KH)
    back = _known(sampan)
    for _ in range(steps):
        office.releases(back)
    _by_program(home, back, office.seen)
    judged(office.seen, (before, after, back))


def judged(seen: Seen, states: Iterable[State]) -> None:
    """No small count is given away, and many would be if the larger silent figures had left."""
    cells = {frozenset([one]): one[1] for state in states for one in state.items()}
    small = sorted((t for t, n in {**cells, **seen.silent}.items() if 0 < n < MINIMUM), key=sorted)
    assert not [n for n in seen.told.values() if n < MINIMUM], "small counts and zeros are held"
    told = list(seen.told.items())
    for terms in given_away(seen.told, small):  # a sum nobody asked for yet may be past protecting; a count never is
        assert len(terms) > 1 and given_away(dict(told[: seen.before[terms]]), [terms]), terms
    larger = {terms: n for terms, n in seen.silent.items() if n >= MINIMUM}
    assert given_away(seen.told | larger, small), "the attack itself finds counts where they are told"


def test_what_two_readers_of_a_pool_were_told_gives_no_small_count_away(
    sampan: Sampan, home: Path, tmp_path: Path
) -> None:
    _attacked(sampan, home, tmp_path, random.Random(SEED), (4, 1))


@pytest.mark.soak
@pytest.mark.parametrize("trial", range(6))
def test_the_same_over_a_year_of_months(sampan: Sampan, home: Path, tmp_path: Path, trial: int) -> None:
    _attacked(sampan, home, tmp_path, random.Random(SEED + trial), (12, 8))
