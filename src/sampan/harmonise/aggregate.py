"""Tables of counts become observations: every filled figure is one record, observed or set aside.

A record is set aside when its place, unit, period, condition or figure cannot be read; nothing is
guessed and nothing is dropped. `Harmoniser` lives through one delivery and is fed table by table.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from sampan.harmonise import problems
from sampan.harmonise.bydays import NamesByDay
from sampan.harmonise.outside import outside
from sampan.harmonise.readers import SEPARATOR, constant_reading, present, reader_for
from sampan.harmonise.reshape import FIGURE, HEADER, shape, year_of
from sampan.harmonise.terms import TermColumn
from sampan.harmonise.units import units_of
from sampan.harmonise.waywords import HELD_BACK
from sampan.model.harmonised import Balance, Harmonised
from sampan.model.observations import OBSERVATION, SERIES_KEY, STORED_STATUSES
from sampan.model.sources import FieldMap, Source
from sampan.model.tables import ROW, RawTable, Reading

KEY_FIELDS = ("place", "period", "condition")  # without these a figure has no meaning
WORD_FIELDS = ("measure", "classification", "sex", "setting", "sector", "origin", "date_basis")
DEFAULTS = {"measure": "cases", "classification": "unspecified", "date_basis": "unspecified"}
UNCLASSED = ("sites_expected", "sites_reporting", "sites_on_time", "population")
OWN = ("received_at", "published_at", "delivery", "crosswalk")  # columns that receiving adds
OUT = {name: dtype for name, dtype in OBSERVATION.items() if name not in OWN}


class AggregateHarmoniser:
    """Reads tables of one source; remembers the terms it has met."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.columns: dict[str, TermColumn] = {}
        self.constants: dict[str, Reading] = {}

    def harmonise(self, table: RawTable) -> Harmonised:
        """One RawTable in, observations, problems and the balance out (rows: filled figures)."""
        shaped = shape(table, self.source)
        rows = self._observe(shaped.rows)
        totals = self._observe(shaped.totals, totals=True).table if shaped.totals is not None else None
        taken = [*self.source.ignore, *self.source.strip]
        untaken = _union_untaken(table, shaped.rows, taken)
        extra = Balance(
            rows_of_others=shaped.others,
            totals_rows=0 if shaped.totals is None else shaped.totals.frame.height,
            rows_not_reported=shaped.silent.frame.height if shaped.silent and self.source.wide is None else 0,
        )
        silent = self._silent(shaped.silent)
        return Harmonised(rows.table, rows.set_aside, rows.problems, rows.balance + extra, totals, untaken, silent)

    def _silent(self, table: RawTable | None) -> pl.DataFrame | None:
        """The keys that a snapshot of some scope names without a figure: it covers them all the same."""
        if table is None or not table.frame.height or self.source.mode != "snapshot" or not self.source.scope:
            return None
        return self._observe(table).table.select(list(SERIES_KEY))

    def _observe(self, table: RawTable, *, totals: bool = False) -> Harmonised:
        """Read one table; the place of a totals row is the whole country, whatever its label says."""
        frame = _Fields(self, table)
        values, statuses, figures = frame.figures()
        dated = frame.places_by_day()
        cases = _cases(values, frame.word("measure"))
        at = problems.Where(table.sheet, table.frame.get_column(ROW), cases)
        found = [frame.problems_of(name, at, stops=name in KEY_FIELDS) for name in (*KEY_FIELDS, *WORD_FIELDS)]
        found[0] = problems.but_rows(found[0], at, list(dated))
        found.append(frame.problems_of("age", at, stops=True))
        found.append(frame.figure_problems(figures, at))
        out = self._table(frame, values, statuses)
        if totals:
            out = out.with_columns(pl.lit(self.source.country).alias("place"))
        if dated:
            told = pl.Series(list(dated.values()), dtype=pl.String)
            out = out.with_columns(out.get_column("place").scatter(list(dated), told))
        units = units_of(
            out.select(pl.col("place"), start="period_start", end="period_end"),
            self.source,
        )
        found.append(_unit_problems(units, frame, at))
        out = out.with_columns(units.get_column("unit")).select(list(OUT))
        readable = _readable(out, frame, figures)
        return _split(out, readable, cases, problems.together(found))

    def _table(self, frame: _Fields, values: pl.Series, statuses: pl.Series) -> pl.DataFrame:
        count = frame.table.frame.height
        period, age = frame.period(), frame.ages()
        constant = {"source": self.source.id, "practice": self.source.practice}
        role = (
            self.source.columns["place"].options.get("role", "report") if "place" in self.source.columns else "report"
        )
        accumulation = "cumulative" if self.source.mode == "cumulative" else "period"
        out = pl.DataFrame(
            {
                "place": frame.value("place"),
                "source": pl.repeat(constant["source"], count, dtype=pl.String, eager=True),
                "practice": frame.value("practice", default=constant["practice"]),
                "place_role": pl.repeat(role, count, dtype=pl.String, eager=True),
                **period,
                "condition": frame.value("condition"),
                **{name: frame.value(name, default=DEFAULTS.get(name)) for name in WORD_FIELDS},
                **age,
                "accumulation": pl.repeat(accumulation, count, dtype=pl.String, eager=True),
                "value": values,
                "status": statuses,
                "sheet": pl.repeat(frame.table.sheet, count, dtype=pl.String, eager=True),
                "row": frame.table.frame.get_column(ROW),
                "column": frame.figure_header(),
                "value_raw": frame.figure_text(),
                "place_raw": frame.raw("place"),
                "condition_raw": frame.raw("condition"),
                "period_raw": frame.raw("period"),
            }
        )
        out = out.with_columns(  # sites and people have no class, whatever class the file's cases have
            classification=pl.when(pl.col("measure").is_in(UNCLASSED))
            .then(pl.lit(DEFAULTS["classification"]))
            .otherwise("classification")
        )
        return out.with_columns(
            pl.lit(None, dtype=dtype).alias(name) for name, dtype in OUT.items() if name not in out.columns
        )


class _Fields:
    """The source's fields over one table: raw terms, codes and values, each worked out once."""

    def __init__(self, owner: AggregateHarmoniser, table: RawTable) -> None:
        self.owner, self.table, self.source = owner, table, owner.source
        self._terms: dict[str, pl.Series] = {}
        self._codes: dict[str, pl.Series] = {}

    def spec(self, name: str) -> FieldMap | None:
        found = present(self.source.columns.get(name), self.table)
        if found is None and self.source.wide and name in self.source.wide.parts:
            return FieldMap(header_part=self.source.wide.parts.index(name))
        return found

    def terms(self, name: str) -> pl.Series:
        """The raw text of a field, several columns joined; null where nothing stands."""
        if name not in self._terms:
            spec = self.spec(name)
            assert spec is not None, name
            self._terms[name] = self._outside(name, spec) if "in" in spec.options else self._read_terms(spec)
        return self._terms[name]

    def _outside(self, name: str, spec: FieldMap) -> pl.Series:
        told = outside(name, spec, self.table, self.source.words)
        return pl.repeat(told, self.table.frame.height, dtype=pl.String, eager=True)

    def _read_terms(self, spec: FieldMap) -> pl.Series:
        cells = [self.table.take(column).cast(pl.String).str.strip_chars() for column in spec.columns]
        if spec.header_part is not None:
            cells.append(self.table.frame.get_column(f"__part_{spec.header_part}__"))
        if "year" in spec.options:
            told = year_of(spec.options["year"], self.table)
            cells.insert(0, pl.repeat(told, self.table.frame.height, dtype=pl.String, eager=True))
        if len(cells) == 1:
            text = cells[0]
            return text.set(text.is_in(list(self.source.words.absent)), None) if self.source.words.absent else text
        frame = pl.DataFrame({str(i): cell for i, cell in enumerate(cells)})
        return frame.select(pl.concat_str(pl.all().fill_null(""), separator=SEPARATOR)).to_series()

    def told_by_headers(self, name: str) -> bool:
        """True if some headers tell the field: one that does not is no blank cell."""
        wide = self.source.wide
        return wide is not None and bool(wide.headers) and name in wide.parts

    def column(self, name: str, dtype: pl.DataType | None = None) -> TermColumn:
        if name not in self.owner.columns:
            spec = self.spec(name)
            assert spec is not None, name
            self.owner.columns[name] = TermColumn(reader_for(name, spec, self.source), dtype or pl.String())
        return self.owner.columns[name]

    def codes(self, name: str) -> pl.Series:
        if name not in self._codes:
            self._codes[name] = self.column(name, _dtype(name)).codes(self.terms(name))
        return self._codes[name]

    def varies(self, name: str) -> bool:
        spec = self.spec(name)
        return spec is not None and spec.constant is None

    def constant(self, name: str) -> Reading | None:
        spec = self.spec(name)
        if spec is None:
            return None
        if name not in self.owner.constants:
            self.owner.constants[name] = constant_reading(name, spec, self.source)
        return self.owner.constants[name]

    def value(self, name: str, default: str | None = None) -> pl.Series:
        """Our word for each row; a blank cell of a field with a default takes the default."""
        if not self.varies(name):
            known = self.constant(name)
            text = str(known.value) if known is not None and known.value is not None else default
            return pl.repeat(text, self.table.frame.height, dtype=pl.String, eager=True)
        codes = self.codes(name)
        values = self.column(name).values(codes)
        return values.set(codes.is_null(), default) if default is not None and codes.null_count() else values

    def word(self, name: str) -> pl.Series:
        return self.value(name, default=DEFAULTS.get(name))

    def raw(self, name: str) -> pl.Series:
        spec = self.spec(name)
        if spec is None or spec.constant is not None:
            text = spec.constant if spec else None
            return pl.repeat(text, self.table.frame.height, dtype=pl.String, eager=True)
        return self.terms(name).str.replace_all(SEPARATOR, " | ", literal=True)

    def header(self, name: str) -> str | pl.Series:
        spec = self.spec(name)
        if spec is None or spec.header_part is not None:
            return self.table.frame.get_column(HEADER) if HEADER in self.table.frame.columns else name
        return " + ".join(spec.columns) if spec.columns else name

    def problems_of(self, name: str, at: problems.Where, *, stops: bool) -> pl.DataFrame:
        if not self.varies(name):
            return problems.empty()
        codes = self.codes(name)
        found = problems.of_column(
            self.column(name), codes, at, field=name, header=self.header(name), stops=stops, persons=False
        )
        if not stops or not codes.null_count() or (name not in KEY_FIELDS and self.told_by_headers(name)):
            return found
        blank = problems.of_rows(
            np.flatnonzero(codes.is_null().to_numpy()),
            at,
            problem="blank",
            field=name,
            header=self.header(name),
            stops=True,
        )
        return problems.together([found, blank])

    def places_by_day(self) -> dict[int, str]:
        """Row -> place code, for names that mean two places until the period says which."""
        if not self.varies("place"):
            return {}
        rows = self.column("place").rows_with(self.codes("place"), "ambiguous-place")
        spec = self.spec("place")
        assert spec is not None
        terms, days = self.terms("place"), self.period()["period_start"]
        names, column, codes = NamesByDay(spec, self.source), self.column("place"), self.codes("place")
        out = {}
        for row in rows.tolist():
            day = days[row]
            place = names.place(terms[row], day, column.readings[codes[row]].candidates) if day is not None else None
            if place is not None:
                out[row] = place
        return out

    def figure_text(self) -> pl.Series:
        if FIGURE in self.table.frame.columns:
            return self.table.frame.get_column(FIGURE).cast(pl.String)
        return self.table.take(self._figure_column()).cast(pl.String)

    def figure_header(self) -> pl.Series:
        if HEADER in self.table.frame.columns:
            return self.table.frame.get_column(HEADER)
        return pl.repeat(self._figure_column(), self.table.frame.height, dtype=pl.String, eager=True)

    def _figure_column(self) -> str:
        spec = self.spec("value")
        assert spec is not None and spec.columns, "a long table declares its column of figures"
        return spec.columns[0]

    def figures(self) -> tuple[pl.Series, pl.Series, pl.Series]:
        """Values (Int64), statuses, and codes of the figures; a silence has a status and no value."""
        text = self.figure_text().str.strip_chars()
        self._terms["value"] = text
        column = self.owner.columns.setdefault("value", TermColumn(_figure_reader(self.source), pl.Int64()))
        codes = column.codes(text)
        self._codes["value"] = codes
        values = column.values(codes)
        blank = self.source.words.silences.get("", "unknown")
        statuses = column.attribute(codes, lambda r: r.how, pl.String()).fill_null(blank)
        if blank == "zero" and codes.null_count():
            values = values.set(codes.is_null(), 0)
        return values, statuses, codes

    def figure_problems(self, codes: pl.Series, at: problems.Where) -> pl.DataFrame:
        header = self.figure_header()
        return problems.of_column(
            self.owner.columns["value"], codes, at, field="value", header=header, stops=True, persons=False
        )

    def period(self) -> dict[str, pl.Series]:
        column, codes = self.column("period", pl.Object()), self.codes("period")
        get = {
            "period_start": (lambda r: getattr(r.value, "start", None), pl.Date()),
            "period_end": (lambda r: getattr(r.value, "end", None), pl.Date()),
            "period_kind": (lambda r: getattr(r.value, "kind", None), pl.String()),
        }
        return {name: column.attribute(codes, read, dtype) for name, (read, dtype) in get.items()}

    def ages(self) -> dict[str, pl.Series]:
        if self.spec("age") is None:
            return {}
        if not self.varies("age"):
            known = self.constant("age")
            start, end = _ends(known)
            count = self.table.frame.height
            return {
                "age_from": pl.repeat(start, count, dtype=pl.Float64, eager=True),
                "age_to": pl.repeat(end, count, dtype=pl.Float64, eager=True),
            }
        column, codes = self.column("age", pl.Object()), self.codes("age")
        return {
            "age_from": column.attribute(codes, lambda r: _ends(r)[0], pl.Float64()),
            "age_to": column.attribute(codes, lambda r: _ends(r)[1], pl.Float64()),
        }


def _dtype(name: str) -> pl.DataType:
    return pl.Object() if name in ("period", "age") else pl.String()


def _ends(reading: Reading | None) -> tuple[float | None, float | None]:
    """First and last year of an age that was read."""
    value = reading.value if reading is not None else None
    return (value[0], value[1]) if isinstance(value, tuple) else (None, None)


def _figure_reader(source: Source):  # type: ignore[no-untyped-def]  # a Reader, see terms.py
    """Counts by the source's number locale; its silences first. `how` carries the status."""
    spec = source.columns.get("value", FieldMap())
    counts = reader_for("value", spec, source)
    silences = HELD_BACK | source.words.silences

    def read(terms: list[str | None]) -> list[Reading]:
        found = []
        for term, reading in zip(terms, counts(terms), strict=True):
            answered = reading.value if reading.how == "crosswalk" else None
            silence = answered if answered in STORED_STATUSES else silences.get(term or "")
            if silence is not None:
                found.append(Reading(term, 0 if silence == "zero" else None, None, str(silence)))
            elif answered is not None:
                found.append(_answered_count(term, str(answered)))
            elif reading.problem:
                found.append(Reading(term, None, reading.problem, "unknown", reading.candidates))
            else:
                found.append(Reading(term, reading.value, None, "zero" if reading.value == 0 else "reported"))
        return found

    return read


def _answered_count(term: str | None, answer: str) -> Reading:
    """A settled figure: the owner said which number the text stands for."""
    if not answer.isdecimal():
        return Reading(term, None, "not-a-count", "unknown")
    return Reading(term, int(answer), None, "zero" if int(answer) == 0 else "reported")


def _cases(values: pl.Series, measure: pl.Series) -> pl.Series:
    """Cases each record carries: its figure where it counts cases, else 0."""
    counts = pl.DataFrame({"v": values, "m": measure})
    return counts.select(pl.when(pl.col("m") == "cases").then(pl.col("v")).otherwise(0).fill_null(0)).to_series()


def _unit_problems(units: pl.DataFrame, frame: _Fields, at: problems.Where) -> pl.DataFrame:
    told = units.get_column("unit_problem")
    header, raw = frame.header("place"), frame.raw("place")
    gone = np.flatnonzero((told == "unit-not-in-force").fill_null(False).to_numpy())
    changed = np.flatnonzero((told == "unit-changed-in-period").fill_null(False).to_numpy())
    return problems.together(
        [
            problems.of_rows(gone, at, problem=told, field="place", header=header, term=raw, stops=True),
            problems.of_rows(changed, at, problem=told, field="place", header=header, term=raw),
        ]
    )


def _readable(out: pl.DataFrame, frame: _Fields, figures: pl.Series) -> np.ndarray:
    """True for records whose key is whole and whose figure could be read."""
    whole = out.select(
        pl.all_horizontal(pl.col("unit", "period_start", "period_end", "condition", "measure").is_not_null())
    ).to_series()
    readable = whole.to_numpy().copy()
    readable[frame.owner.columns["value"].problem_rows(figures)] = False
    if frame.varies("age"):
        readable[frame.column("age").problem_rows(frame.codes("age"))] = False
    return readable


def _split(out: pl.DataFrame, readable: np.ndarray, cases: pl.Series, found: pl.DataFrame) -> Harmonised:
    mask = pl.Series(readable, dtype=pl.Boolean)
    aside = out.with_columns(cases.alias("cases")).filter(~mask)
    total, held = int(cases.sum() or 0), int(aside.get_column("cases").sum() or 0)
    balance = Balance(
        rows_in=out.height,
        observed=out.height - aside.height,
        set_aside=aside.height,
        cases_in=total,
        cases_observed=total - held,
        cases_set_aside=held,
    )
    return Harmonised(out.filter(mask), aside, found, balance)


def _union_untaken(table: RawTable, rows: RawTable, ignore: list[str]) -> tuple[str, ...]:
    taken = table._taken | rows._taken
    return tuple(c.name for c in table.columns if c.name not in taken and c.name not in ignore)
