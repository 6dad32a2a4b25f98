"""The same attack where territories change, over longer periods and further ways of counting.

Each family lays a source and one agreement, asks in turn for what overlaps, and lets the programme of `test_attack`
look for a small count with one possible value in all that left.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest
from tests.conftest import SEED, Sampan
from tests.stories import border
from tests.stories.test_attack import KH, MINIMUM, Cell, Inside, Seen, State, given_away, judged

pytestmark = pytest.mark.postgres
VN, YEAR = "vn-37/surveillance", "{from: 2025-01-01, to: 2025-12-31}"
COLUMNS = """columns:
  place: {from: place, level: 1}
  period: {from: period, as: auto}
  condition: disease
  measure: {is: cases}
  value: cases
"""


@dataclass
class Office:
    """A source and an agreement about the places of a country, and what left under it."""

    sampan: Sampan
    home: Path
    folder: Path
    country: str
    seen: Seen = field(default_factory=Seen)

    def opens(self, columns: str, grain: str, more: str = "", minimum: int = MINIMUM) -> None:
        """One clause of any source, at this resolution."""
        border.lay(self.home)
        (self.home / "gates").mkdir()
        border.written(self.home / "gates" / "vn.yml", "country: VN\nrules: []\n")
        file = self.home / "sources" / "border-kh" / "source.yml"
        text = file.read_text(encoding="utf-8").partition("columns:")[0] + columns
        file.write_text(text.replace("country: KH", f"country: {self.country}"), encoding="utf-8")
        terms = border.AGREEMENT.partition("  - clause: vn-weekly")[0].replace("    silences: [zero]\n", "")
        terms = (
            terms.replace("{level: 1, period: week}", grain)
            .replace("immediate", "scheduled")
            .replace("measures: [cases]", "measures: [cases, deaths]")
        )
        terms = terms.replace("places: [KH-20]", f"places: [{self.country}]")
        terms = terms.replace("country: KH", f"country: {self.country}")
        border.agree(self.sampan, self.folder, terms.replace("cell: 5", f"cell: {minimum}") + more)

    def receives(self, head: str, lines: list[str]) -> None:
        """A delivery of these lines."""
        file = border.written(self.folder / "return.csv", "\n".join([head, *lines, ""]))
        said = self.sampan("receive", "border-kh", file, "--actor", KH, "--json", code=None)
        assert said.code in (0, 3) and not said.json["set_aside"], self.sampan("findings").out

    def tells(self, state: State, inside: Inside, place: str, grain: str, **more: str) -> None:
        """One release, read by whoever attacks."""
        out = self.folder / f"r{len(list(self.folder.glob('r*.yml')))}"
        wish = border.request(out.with_suffix(".yml"), VN, place, resolution=grain, **{"data": YEAR} | more)
        self.sampan("release", wish, "-o", out)
        self.seen.reads((out / "table.csv").read_text(encoding="utf-8"), state, inside)


def _within(row: Mapping[str, str], month: int) -> bool:
    return row["period_start"] <= date(2025, month, 1).isoformat() <= row["period_end"]


def test_districts_of_a_province_that_was_split_long_ago(sampan: Sampan, home: Path, tmp_path: Path) -> None:
    """Kampong Cham lost land in 2013; its districts are older than what it has been since."""
    dice, names = random.Random(SEED), {"KH-0301": "Batheay", "KH-0302": "Chamkar Leu", "KH-0303": "Cheung Prey"}
    state: dict[Cell, int] = {(code, month): dice.choice([2, 3, 9, 12, 30]) for code in names for month in (1, 2, 3)}
    state |= {("KH-0301", 1): 12, ("KH-0302", 1): 3, ("KH-0303", 1): 25}
    office = Office(sampan, home, tmp_path, "KH")
    office.opens(COLUMNS.replace("from: place, level: 1", "from: [province, district], levels: [1, 2]"),
                 "{level: 2, period: month}")  # fmt: skip
    office.receives("province,district,period,disease,cases", [
        *(f"Kampong Cham,{names[code]},2025-0{month},cholera,{n}" for (code, month), n in state.items()),
        "Kampong Cham,,2025-01,cholera,40",
    ])  # fmt: skip

    def inside(cell: Cell, row: Mapping[str, str]) -> bool:
        return row["place"].partition("@")[0] in ("KH-3", cell[0]) and _within(row, cell[1])

    for place, grain in (("KH-3", "{level: 1, period: month}"), ("KH-3", "{level: 2, period: month}"),
                         ("KH", "{level: 2, period: month}"), ("KH", "{level: 1, period: quarter}")):  # fmt: skip
        office.tells(state, inside, place, grain)
    judged(office.seen, [state])


@pytest.mark.parametrize("whole", [True, False])
def test_a_year_in_which_two_provinces_became_one(sampan: Sampan, home: Path, tmp_path: Path, whole: bool) -> None:
    """Tây Ninh took in Long An on 1 July 2025; the year's figure is that of both, or of its own code alone."""
    dice = random.Random(SEED)
    months = [("VN-37", "Tây Ninh", month) for month in range(1, 13)] + [("VN-41", "Long An", m) for m in range(1, 7)]
    state: dict[Cell, int] = {(code, month): dice.choice([6, 7, 11]) for code, _, month in months}
    state["VN-37", dice.choice([2, 9])] = 3
    year = sum(n for (code, _), n in state.items() if whole or code == "VN-37")
    office = Office(sampan, home, tmp_path, "VN")
    office.opens(COLUMNS, "[{level: 1, period: month}, {level: 1, period: year}]")
    lines = [f"{name},2025-{month:02},cholera,{state[code, month]}" for code, name, month in months]
    office.receives("place,period,disease,cases", [*lines, f"Tây Ninh,2025,cholera,{year}"])

    def inside(cell: Cell, row: Mapping[str, str]) -> bool:
        code, _, begins = row["place"].partition("@")
        if row["period"] == "year":
            return row["value"] != "" and code == "VN-37" and begins > "2025" and (whole or cell[0] == code)
        return code == cell[0] and begins == ("2025-07-01" if cell[1] > 6 else "0001-01-01") and _within(row, cell[1])

    for grain in ("{level: 1, period: month}", "{level: 1, period: year}"):
        office.tells(state, inside, "VN", grain)
    office.seen.silent.setdefault(frozenset(c for c in state.items() if whole or c[0][0] == "VN-37"), year)
    judged(office.seen, [state])


def test_deaths_beside_the_cases_that_nearly_all_died(sampan: Sampan, home: Path, tmp_path: Path) -> None:
    """Deaths are no more than cases: each is asked for by itself, in another grouping."""
    dice, names = random.Random(SEED), {"KH-2001": "Chantrea", "KH-2002": "Kampong Rou", "KH-2003": "Rumduol"}
    dead = {(code, month): dice.choice([6, 9, 14]) for code in names for month in (1, 2, 3)} | {("KH-2001", 1): 3}
    alive = {cell: dice.choice([0, 1]) if cell[1] > 1 and cell[0] != "KH-2001" else 0 for cell in dead}
    state: dict[Cell, int] = {(*cell, "dead"): n for cell, n in dead.items()}
    state |= {(*cell, "alive"): n for cell, n in alive.items()}
    office = Office(sampan, home, tmp_path, "KH")
    office.opens(COLUMNS.replace("1}", "2}").replace("{is: cases}", "measure"), "{level: 2, period: month}")
    office.receives("place,period,measure,disease,cases", [
        f"{names[code]},2025-{month:02},{measure},cholera,{n}"
        for (code, month) in dead
        for measure, n in (("cases", dead[code, month] + alive[code, month]), ("deaths", dead[code, month]))
    ])  # fmt: skip

    def inside(cell: Cell, row: Mapping[str, str]) -> bool:
        counted = row["measure"] == "cases" or cell[2] == "dead"
        return counted and cell[0].startswith(row["place"].partition("@")[0]) and _within(row, cell[1])

    first = "{from: 2025-01-01, to: 2025-01-31}"
    for measure, level, period, days in (("cases", 1, "month", YEAR), ("cases", 2, "month", YEAR),
                                         ("deaths", 2, "month", first), ("deaths", 2, "quarter", YEAR)):  # fmt: skip
        grain = f"{{level: {level}, period: {period}}}"
        office.tells(state, inside, "KH-20", grain, measures=f"[{measure}]", data=days)
    cells = [frozenset({((*cell, how), state[(*cell, how)]) for how in ways})
             for cell in dead for ways in (("dead",), ("dead", "alive"))]  # fmt: skip
    small = [terms for terms in cells if sum(n for _, n in terms) < MINIMUM]
    assert small and not given_away(office.seen.told, small)
    larger = {terms: n for terms, n in office.seen.silent.items() if n >= MINIMUM}
    assert given_away(office.seen.told | larger, small), "the attack itself finds counts where they are told"


STRICT, LOOSE = 10, 4
SECOND = """  - clause: kh-alert
    from: kh-20
    to: [vn-37/surveillance, vn/preventive-medicine]
    purposes: [alert]
    sources: any
    conditions: [acute-watery-diarrhoea]
    measures: [cases]
    places: [KH]
    resolution: {level: 2, period: month}
    minimum_cell: {cell: 4}
    authorisation: {mode: standing, approver: kh-20/director}
    corrections: scheduled
"""


def test_one_reader_under_two_minima(sampan: Sampan, home: Path, tmp_path: Path) -> None:
    """Ten for routine, four for alerts: what is small under both is told by neither, nor by the two together."""
    dice, names = random.Random(SEED), {"KH-2001": "Chantrea", "KH-2002": "Kampong Rou", "KH-2003": "Rumduol"}
    state: dict[Cell, int] = {(code, month): dice.choice([5, 7, 9, 12, 15]) for code in names for month in (1, 2, 3)}
    state |= {("KH-2001", 1): 3, ("KH-2002", 2): 2}
    office = Office(sampan, home, tmp_path, "KH")
    office.opens(COLUMNS.replace("1}", "2}"), "{level: 2, period: month}", SECOND, minimum=STRICT)
    lines = [f"{names[code]},2025-{month:02},cholera,{n}" for (code, month), n in state.items()]
    office.receives("place,period,disease,cases", lines)

    def inside(cell: Cell, row: Mapping[str, str]) -> bool:
        return cell[0].startswith(row["place"].partition("@")[0]) and _within(row, cell[1])

    wanted = [(level, period, purpose) for level in (1, 2) for period in ("month", "quarter")
              for purpose in ("routine-monitoring", "alert")]  # fmt: skip
    for level, period, purpose in dice.sample(wanted, 6):
        office.tells(state, inside, "KH-20", f"{{level: {level}, period: {period}}}", purpose=purpose)
    small = [frozenset([cell]) for cell in state.items() if cell[1] < LOOSE]
    assert not given_away(office.seen.told, small)
    every = {terms: n for terms, n in office.seen.silent.items() if n >= LOOSE}
    every |= {frozenset([cell]): cell[1] for cell in state.items() if cell[1] >= LOOSE}
    every[frozenset(state.items())] = sum(state.values())
    every |= {frozenset(c for c in state.items() if c[0][1] == month): sum(state[code, month] for code in names)
              for month in (1, 2, 3)}  # fmt: skip
    assert given_away(office.seen.told | every, small), "the attack itself finds counts where they are told"
