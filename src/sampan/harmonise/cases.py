"""Line lists become cases: one row is one case, or a further version of one.

A case needs a place, a condition and a day; anything else that cannot be read is asked about and the
case stands. Columns of persons are never taken. `CaseHarmoniser` lives through one delivery.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from sampan.harmonise import problems
from sampan.harmonise.bydays import NamesByDay
from sampan.harmonise.digests import Said, Seen, case_keys, fold, term_digest
from sampan.harmonise.readers import SEPARATOR, constant_reading, present, reader_for
from sampan.harmonise.reshape import Shaped, shape
from sampan.harmonise.terms import TermColumn, plain
from sampan.harmonise.units import unit_of_all_time, units_on
from sampan.model.harmonised import Balance, Harmonised
from sampan.model.observations import CASE
from sampan.model.sources import FieldMap, Source
from sampan.model.tables import ROW, RawTable, Reading

PLACES = {"place_report": "unit_report", "place_residence": "unit_residence", "place_infection": "unit_infection"}
DATES = ("onset_date", "diagnosis_date", "admission_date", "report_date", "outcome_date")
AGES = {"age": 1.0, "age_months": 1 / 12, "age_days": 1 / 365.25}  # field -> years in one of its units
DATES_THAT_PLACE = ("onset_date", "diagnosis_date", "admission_date", "report_date")
WORDS = ("condition", "classification", "outcome", "sex", "laboratory", "setting", "origin")
OWN = ("received_at", "published_at", "delivery", "crosswalk")
TEXT = pl.Categorical()  # what a case says in words, until it is kept: few different texts over many rows
OUT = {name: TEXT if dtype == pl.String else dtype for name, dtype in CASE.items() if name not in OWN}


@dataclass(frozen=True)
class Begun:
    """A batch as far as it could be brought without reading any of its terms."""

    table: RawTable
    shaped: Shaped
    batch: _Batch


@dataclass(frozen=True)
class Understood:
    """A batch with all its terms read: its rows as cases, and what of them could not be read, where."""

    begun: Begun
    rows: pl.DataFrame
    found: pl.DataFrame
    at: problems.Where


class CaseHarmoniser:
    """Reads batches of one line list; remembers terms and what it has seen."""

    def __init__(self, source: Source, secret: bytes, said: Said | None = None) -> None:
        self.source, self.secret = source, secret
        self.said = said or Said()  # rows with a case id
        self.unnamed = Seen()  # rows without one
        self.columns: dict[str, TermColumn] = {}
        self.beside = ThreadPoolExecutor(1, thread_name_prefix="case-keys")
        self.places = ThreadPoolExecutor(1, thread_name_prefix="places")
        self._digests: dict[str, np.ndarray] = {}
        self._by_day: dict[str, NamesByDay] = {}
        self.keys: list[np.ndarray] = []

    def begun(self, table: RawTable) -> Begun:
        """One batch with its terms coded and its case keys on the way; may run beside what follows of those before."""
        shaped = shape(table, self.source)
        batch = _Batch(self, shaped.rows)
        batch.begin()
        rows = batch.table = _without_cells(shaped.rows)  # each text stands by its code now: its memory is free again
        return Begun(_without_cells(table), replace(shaped, rows=rows), batch)

    def harmonise(self, table: RawTable) -> Harmonised:
        """One batch in, cases, problems and the balance out. Repeated rows are counted and left out."""
        return self.finished(self.understood(self.begun(table)))

    def understood(self, begun: Begun) -> Understood:
        """The batch with its terms read; may run beside `finished` of the one before. In the order of the file."""
        rows = begun.shaped.rows
        at = problems.Where(begun.table.sheet, rows.frame.get_column(ROW), begun.batch.ones())
        return Understood(begun, *begun.batch.read(at), at)

    def finished(self, read: Understood) -> Harmonised:
        """What stands of a batch, told apart from what came before it; in the order of the file."""
        table, shaped, out, found = read.begun.table, read.begun.shaped, read.rows, read.found
        whole = out.select(
            (pl.col("unit_report").is_not_null() | pl.col("unit_residence").is_not_null())
            & pl.col("condition").is_not_null()
            & pl.any_horizontal(pl.col(*[d for d in DATES if d in out.columns]).is_not_null())
        ).to_series()
        repeated = self._repeated(out)
        keep = whole & ~repeated
        found = problems.together([found, self._equal_rows(out, read.at)])
        aside = out.select(pl.col("sheet").cast(pl.String), "row").filter(~whole & ~repeated)
        aside = aside.with_columns(pl.lit(None, pl.String).alias("column"), pl.lit(1, pl.Int64).alias("cases"))
        ignore = [*self.source.ignore, *self.source.strip]
        untaken = tuple(
            c.name for c in table.columns if c.name not in table._taken | shaped.rows._taken and c.name not in ignore
        )
        balance = self._balance(out, keep, aside.height, int(repeated.sum()), shaped.others)
        return Harmonised(out.filter(keep), aside, found, balance, None, untaken)

    def _repeated(self, out: pl.DataFrame) -> pl.Series:
        """Rows that say just what their case said last. Without a case id nothing is taken for a repeat."""
        repeated = np.zeros(out.height, dtype=bool)
        keys, contents = out.get_column("case_key"), out.get_column("content").to_numpy()
        if not keys.null_count():
            repeated = self.said.again(keys.to_numpy(), contents)
        elif keys.null_count() < len(keys):
            keyed = np.flatnonzero(keys.is_not_null().to_numpy())
            repeated[keyed] = self.said.again(keys.drop_nulls().to_numpy(), contents[keyed])
        return pl.Series(repeated)

    def _equal_rows(self, out: pl.DataFrame, at: problems.Where) -> pl.DataFrame:
        """Rows without a case id that say just what an earlier row says: asked about, never removed."""
        bare = np.flatnonzero(out.get_column("case_key").is_null().to_numpy())
        if not len(bare):
            return problems.empty()
        known = bare[self.unnamed.add(out.get_column("content").to_numpy()[bare])]
        return problems.of_rows(known, at, problem="equal-row", field="case_id", header="")

    def _balance(self, out: pl.DataFrame, keep: pl.Series, aside: int, repeated: int, others: int) -> Balance:
        observed = int(keep.sum())
        self.keys.append(out.get_column("case_key").filter(keep).drop_nulls().to_numpy())
        return Balance(
            rows_in=out.height, observed=observed, set_aside=aside, repeated=repeated,
            cases_in=out.height, cases_observed=observed, cases_set_aside=aside, cases_repeated=repeated,
            rows_of_others=others,
        )  # fmt: skip

    def superseded(self) -> int:
        """How many observed rows are earlier versions of a case that this delivery says again, amended."""
        if not self.keys:
            return 0
        keys = np.concatenate(self.keys)
        keys.sort()  # in place: of ten million keys a table of the distinct ones would be as large again
        return int(np.count_nonzero(keys[1:] == keys[:-1]))

    def column(self, name: str, spec: FieldMap) -> TermColumn:
        """The field's terms and readings, shared by all batches."""
        if name not in self.columns:
            dtype = pl.Date() if name in DATES else pl.Object() if name.startswith("age") else TEXT
            self.columns[name] = TermColumn(reader_for(name, spec, self.source), dtype)
        return self.columns[name]

    def names_by_day(self, name: str, spec: FieldMap) -> NamesByDay:
        """What names of the field mean on which day, remembered from batch to batch."""
        return self._by_day.setdefault(name, NamesByDay(spec, self.source))

    def digests(self, name: str, codes: pl.Series) -> np.ndarray:
        """uint64 digest of what each row says in that field."""
        column = self.columns[name]
        known = self._digests.get(name, np.empty(0, np.uint64))
        if len(known) < len(column.readings):
            fresh = [term_digest(_said(r)) for r in column.readings[len(known) :]]
            known = self._digests[name] = np.concatenate([known, np.array(fresh, dtype=np.uint64)])
        if not len(known):
            return np.zeros(len(codes), np.uint64)
        numbers, blank = plain(codes)
        digests = known.take(numbers)
        if blank is not None:
            digests[blank] = 0
        return digests


def _without_cells(table: RawTable) -> RawTable:
    """The table with nothing but its row numbers; what was taken of it stays known."""
    return replace(table, frame=table.frame.select(ROW))


def _said(reading: Reading) -> str | None:
    return reading.term if reading.problem else str(reading.value)


class _Batch:
    """One batch of rows on its way through the fields."""

    def __init__(self, owner: CaseHarmoniser, table: RawTable) -> None:
        self.owner, self.table, self.source = owner, table, owner.source
        self.height = table.frame.height
        self.parts: list[np.ndarray] = []
        self.found: list[pl.DataFrame] = []
        self.out: dict[str, pl.Series] = {}
        self._keys: Future[pl.Series] | None = None
        self._places_read: Future[None] | None = None
        self._specs: dict[str, FieldMap] = {}  # of the fields that vary
        self._coded_terms: dict[str, pl.Series] = {}
        self._placed_on: pl.Series | None = None  # worked out once, when all days are read

    def ones(self) -> pl.Series:
        return self._every(1, pl.Int64())

    def begin(self) -> None:
        """What needs no term read: case keys and the codes of all terms."""
        self._code_all()
        self._case_ids()

    def read(self, at: problems.Where) -> tuple[pl.DataFrame, pl.DataFrame]:
        """The harmonised rows and everything that could not be read."""
        self._fill("source", self.source.id)
        self._fill("practice", self.source.practice)
        for name in DATES:
            self._field(name, at, stops=False)
        self._days_missing(at)
        for name in WORDS:
            self._field(name, at, stops=name == "condition")
        self._ages(at)
        if self._places_read is not None:
            self._places_read.result()
        for name, unit in PLACES.items():
            self._place(name, unit, at)
        self._case_ids_done()
        self.out["content"] = pl.Series(fold(self.parts))
        self._fill("sheet", self.table.sheet)
        self.out["row"] = self.table.frame.get_column(ROW)
        missing = {name: self._every(None, dtype) for name, dtype in OUT.items() if name not in self.out}
        out = pl.DataFrame(self.out | missing)
        return out.select([*OUT, *[c for c in out.columns if c.startswith("raw_")]]), problems.together(self.found)

    def _learn_places(self) -> None:
        for name in PLACES:
            if name in self._specs:
                self.owner.column(name, self._specs[name]).codes(self._coded_terms[name])

    def _fill(self, name: str, text: str | None) -> None:
        self.out[name] = self._every(text, TEXT)

    def _every(self, value: object, dtype: pl.DataType) -> pl.Series:
        return problems.of_one(value, dtype, self.height)

    def _terms(self, spec: FieldMap) -> pl.Series:
        cells = [self.table.take(column) for column in spec.columns]
        if len(cells) == 1:
            return cells[0]
        frame = pl.DataFrame({str(i): cell.cast(pl.String) for i, cell in enumerate(cells)})
        return frame.select(pl.concat_str(pl.all().fill_null(""), separator=SEPARATOR)).to_series()

    def _code_all(self) -> None:
        """The terms of all fields that vary, coded side by side. Places first: a list's first names of places take
        longest to read, and are read beside all that can be done without them."""
        first = not self.owner.columns
        self._code(PLACES)
        if first:
            self._places_read = self.owner.places.submit(self._learn_places)
        self._code((*DATES, *WORDS, *AGES))

    def _code(self, names: Iterable[str]) -> None:
        specs = {name: present(self.source.columns.get(name), self.table) for name in names}
        varying = {name: spec for name, spec in specs.items() if spec is not None and spec.constant is None}
        frame = pl.DataFrame({name: self._terms(spec).alias(name) for name, spec in varying.items()})
        coded = frame.select([self.owner.column(name, spec).coded(name) for name, spec in varying.items()])
        self._specs |= varying
        self._coded_terms |= coded.to_dict(as_series=True)

    def _case_ids(self) -> None:
        spec = present(self.source.columns.get("case_id"), self.table)
        if spec is None:
            self.out["case_key"] = self._every(None, pl.UInt64())
            return
        # hashing leaves the interpreter's lock alone, so it runs beside the reading of the other fields
        self._keys = self.owner.beside.submit(
            case_keys, self._terms(spec), source=self.source.id, secret=self.owner.secret
        )

    def _case_ids_done(self) -> None:
        """The keys, where there are any; they come first in a row's content."""
        if self._keys is not None:
            self.out["case_key"] = self._keys.result()
            self.parts.insert(0, self.out["case_key"].fill_null(0).to_numpy())

    def _coded(self, name: str, at: problems.Where, *, stops: bool) -> tuple[TermColumn, pl.Series] | None:
        """Codes of a field that varies; keeps its raw text, digest and problems. Constants are filled in."""
        spec = self._specs.get(name)
        if spec is None:
            declared = self.source.columns.get(name)
            if declared is not None and declared.constant is not None:
                self._fill(name, str(constant_reading(name, declared, self.source).value))
            return None
        column = self.owner.column(name, spec)
        codes = column.codes(self._coded_terms[name])
        self.parts.append(self.owner.digests(name, codes))
        self.out[f"raw_{name}"] = column.texts(codes)
        header = " + ".join(spec.columns)
        self.found.append(problems.of_column(column, codes, at, field=name, header=header, stops=stops, persons=False))
        return column, codes

    def _field(self, name: str, at: problems.Where, *, stops: bool) -> None:
        coded = self._coded(name, at, stops=stops)
        if coded is None:
            return
        column, codes = coded
        self.out[name] = column.values(codes)
        if stops and codes.null_count():
            blank = np.flatnonzero(codes.is_null().to_numpy())
            self.found.append(
                problems.of_rows(blank, at, problem="blank", field=name, header=self._header(name), stops=True)
            )

    def _header(self, name: str) -> str:
        return " + ".join(self.source.columns[name].columns)

    def _ages(self, at: problems.Where) -> None:
        """Age in years, the columns of years, months and days added; its unit is the largest that says something."""
        for name, years in AGES.items():
            coded = self._coded(name, at, stops=False)
            if coded is None:
                continue
            column, codes = coded
            age = column.attribute(codes, _age_in(years, name), pl.Float64(), name="age")
            unit = column.attribute(codes, _unit_of_age(name), TEXT, name="age unit")
            before, said = self.out.get("age"), self.out.get("age_unit")
            if before is None or said is None:
                self.out["age"], self.out["age_unit"] = age, unit
                continue
            both = pl.DataFrame({"before": before, "more": age})
            total = both.select(pl.sum_horizontal("before", "more", ignore_nulls=True)).to_series()
            nothing = before.is_null() & age.is_null()
            self.out["age"] = total.set(nothing, None)
            self.out["age_unit"] = said.zip_with((before > 0).fill_null(False), unit)

    def _days_missing(self, at: problems.Where) -> None:
        """A case without any readable day cannot be placed in time: asked once, on the first date column."""
        dates = [self.out[name] for name in DATES if name in self.out]
        if not dates:
            return
        none = pl.DataFrame(dict(enumerate_columns(dates))).select(pl.all_horizontal(pl.all().is_null())).to_series()
        if none.any():
            first = next(name for name in DATES if name in self.out)
            hit = np.flatnonzero(none.to_numpy())
            self.found.append(
                problems.of_rows(hit, at, problem="no-day", field=first, header=self._header(first), stops=True)
            )

    def _place(self, name: str, unit: str, at: problems.Where) -> None:
        coded = self._coded(name, at, stops=name == "place_report")
        if coded is None:
            if name in self.out:
                self.out[unit] = self.out.pop(name)
            return
        column, codes = coded
        day = self._day()
        self.out[unit], gone = _units(column, codes, day, self.source)
        self._places_by_day(name, unit, column, codes, at)
        if len(gone):
            self.found.append(
                problems.of_rows(
                    gone,
                    at,
                    problem="unit-not-in-force",
                    field=name,
                    header=self._header(name),
                    term=self.out[f"raw_{name}"],
                    stops=name == "place_report",
                )
            )

    def _places_by_day(self, name: str, unit: str, column: TermColumn, codes: pl.Series, at: problems.Where) -> None:
        """Names that mean two places until the day says which; their question is taken back."""
        rows = column.rows_with(codes, "ambiguous-place")
        if not len(rows):
            return
        names = self.owner.names_by_day(name, self.source.columns[name])
        asked = pl.DataFrame({"code": codes[rows], "day": self._day()[rows]})
        terms = asked.get_column("code").unique(maintain_order=True)
        told = names.told({code: column.readings[code] for code in terms}, asked)
        found = units_on(told, asked.get_column("day"), self.source).get_column("unit")
        clear = rows[found.is_not_null().to_numpy()]
        if len(clear):
            self.out[unit] = self.out[unit].scatter(clear, found.drop_nulls())
            self.found[-1] = problems.but_rows(self.found[-1], at, clear.tolist())

    def _day(self) -> pl.Series:
        """The day that decides which territory is meant: onset, else diagnosis, admission, report."""
        if self._placed_on is None:
            dates = [self.out[name] for name in DATES_THAT_PLACE if name in self.out] or [self._every(None, pl.Date())]
            both = pl.DataFrame(dict(enumerate_columns(dates)))
            self._placed_on = both.select(pl.coalesce(pl.all())).to_series()
        return self._placed_on


def enumerate_columns(columns: list[pl.Series]) -> list[tuple[str, pl.Series]]:
    """Series under names that cannot meet."""
    return [(str(position), column) for position, column in enumerate(columns)]


def _age_in(years: float, name: str) -> Callable[[Reading], float | None]:
    def age(reading: Reading) -> float | None:
        if not reading.value:
            return None
        start, unit = float(reading.value[0]), reading.value[2]  # type: ignore[index]  # (from, to, unit)
        return start * years if name != "age" and unit == "year" else start

    return age


def _unit_of_age(name: str) -> Callable[[Reading], str | None]:
    bare = {"age_months": "month", "age_days": "day"}.get(name)

    def unit(reading: Reading) -> str | None:
        said = reading.value[2] if reading.value else None  # type: ignore[index]  # (from, to, unit)
        return bare if bare and said == "year" else said

    return unit


def _units(column: TermColumn, codes: pl.Series, day: pl.Series, source: Source) -> tuple[pl.Series, np.ndarray]:
    """Unit ids by place and day, and the rows whose unit was not in force.

    Most places have always been one territory and need no day; the others are looked up by distinct pair.
    """
    always = column.attribute(codes, lambda r: _always(r.value, source), TEXT, name="always")
    dated = np.flatnonzero(
        (always.is_null() & column.attribute(codes, _is_read, pl.Boolean(), name="read")).fill_null(False).to_numpy()
    )
    if not len(dated):
        return always, dated
    places = column.attribute(codes[dated], _place_of, TEXT, name="place")
    found = units_on(places, day[dated], source)
    units = always.scatter(dated, found.get_column("unit"))
    return units, dated[found.get_column("gone").to_numpy()]


def _place_of(reading: Reading) -> str | None:
    return None if reading.value is None else str(reading.value)


def _is_read(reading: Reading) -> bool:
    return reading.value is not None


def _always(place: object, source: Source) -> str | None:
    return None if place is None else unit_of_all_time(str(place), source)
