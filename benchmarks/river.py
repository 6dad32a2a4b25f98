"""The river's speed: receiving a line list against merely reading it, against other ways, and at ten times the size."""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd
import polars as pl
import pydantic
import xlsxwriter

from benchmarks import linelist
from benchmarks.figure import Figure
from sampan.harmonise.readers import load_words, reader_for
from sampan.model.tables import Reading
from sampan.sources.definition import load_folder

ROWS, RUNS = 1_000_000, 3
FEW, FEWER = 100_000, 5_000  # rows of the workbook, and for the slow ways, whose time is taken in proportion
SET_BY_POLARS = ("_RJEM_MALLOC_CONF", "POLARS_CSV_CHUNK_SIZE")  # on import, or by us before it
SOURCE = Path(__file__).parent / "sources" / "line-list"


def figures() -> Iterator[Figure]:
    """Every figure of the river, slowest last."""
    with tempfile.TemporaryDirectory(prefix="sampan-bench-") as folder:
        work = Path(folder)
        csv = linelist.write(work / "list.csv", ROWS)
        rounds = [(_read(csv), _receive(csv, work)) for _ in range(RUNS)]  # in turn: a busy machine is busy for both
        reading, receiving = _median([read for read, _ in rounds]), _median([receive for _, receive in rounds])
        note = (
            f"{ROWS:,} rows x 20, each in a process of its own, median of {RUNS}; wall clock (processors): "
            f"read {reading.seconds:.2f} s ({reading.processor:.2f}), "
            f"receive {receiving.seconds:.2f} s ({receiving.processor:.2f})"
        )
        yield Figure("receive / Polars reading the CSV", receiving.seconds / reading.seconds, 5.0, note=note)
        few = linelist.write(work / "few.csv", FEW)
        taken = receiving.seconds
        yield from _other_ways(few, taken)
        yield from _workbook(few, work, taken)
        yield from _ten_times(csv, work)


def _other_ways(few: Path, taken: float) -> Iterator[Figure]:
    """The same readers asked cell by cell, without findings, log or originals; times taken in proportion."""
    load_words(load_folder(SOURCE)[0])  # else loading them would be taken in proportion too
    remembering = _readers(functools.cache)
    _pydantic(few, remembering)
    rows, columns = (way(few, _readers()) * (ROWS / FEWER) for way in (_pydantic, _pandas))
    known = _pydantic(few, remembering) * (ROWS / FEWER)
    note = f"the same readers cell by cell, from {FEWER:,} rows: {{:.0f}} s for 1,000,000"
    more = f" ({known:.0f} s if every answer were remembered before)"
    yield Figure("pydantic per row / receive", rows / taken, 20.0, at_most=False, note=note.format(rows) + more)
    yield Figure("column-wise pandas / receive", columns / taken, 10.0, at_most=False, note=note.format(columns))


@dataclass(frozen=True)
class Run:
    """One way of reading in a process of its own: seconds, seconds of processors, greatest memory in MiB."""

    seconds: float
    processor: float
    mebibytes: float


def _median(runs: list[Run]) -> Run:
    return sorted(runs, key=lambda run: run.seconds)[len(runs) // 2]


MEASURED = (
    "import resource, sys, time\n"
    # not ru_maxrss, which remembers the process that began this one
    "def greatest(): return next(int(one.split()[1]) for one in open('/proc/self/status') if one.startswith('VmHWM'))\n"
    "def processor(): u = resource.getrusage(resource.RUSAGE_SELF); return u.ru_utime + u.ru_stime\n"
    "{before}\n"
    "start, used = time.perf_counter(), processor()\n"
    "{work}\n"
    "taken, most = time.perf_counter() - start, greatest()\n"
    "print(taken, processor() - used, most / 1024)\n"
    "{after}\n"
)
READ = MEASURED.format(before="import polars", work="polars.read_csv(sys.argv[1], infer_schema=False)", after="")
RECEIVE = MEASURED.format(
    before=(
        "import django; django.setup()\n"
        "from pathlib import Path; from datetime import datetime, UTC\n"
        "from sampan.operations import homes, receiving\n"
        "from sampan.sources.definition import load_folder\n"
        "store = homes.opened(); source = load_folder(Path(sys.argv[2]))[0]"
    ),
    work=(
        "act = receiving.Act(f'{source.owner}/sender', datetime.now(UTC))\n"
        "receipt = receiving.receive(store, source, Path(sys.argv[1]), act)"
    ),
    after="b = receipt.balance; assert b['rows_in'] == b['observed'] + b['set_aside'] + b['repeated'] > 0, b",
)


def _read(csv: Path) -> Run:
    """Merely reading, in a fresh process as receiving is; the clock does not run over Python's start."""
    return _measured(READ, [str(csv)], os.environ)


def _receive(path: Path, work: Path, *, source: Path = SOURCE) -> Run:
    """In a fresh process and a fresh home; the clock runs over receive alone, not over Python's start."""
    home = work / "home"
    shutil.rmtree(home, ignore_errors=True)
    named = {"SAMPAN_HOME": str(home), "DJANGO_SETTINGS_MODULE": "sampan.office.settings"}
    return _measured(RECEIVE, [str(path), str(source)], os.environ | named)


def _measured(code: str, arguments: list[str], environment: Mapping[str, str]) -> Run:
    """In the environment of a person's command: not with what importing Polars here has put into it."""
    environment = {name: value for name, value in environment.items() if name not in SET_BY_POLARS}
    told = subprocess.run(
        [sys.executable, "-c", code, *arguments], env=environment, capture_output=True, text=True, check=False
    )
    assert told.returncode == 0, told.stderr
    return Run(*map(float, told.stdout.split()[-3:]))


class Case(pydantic.BaseModel):
    """The same mapping, one model for each row: every field read by the reader that `receive` asks for it."""

    case_id: str
    place_report: str | None
    onset_date: date | None
    diagnosis_date: date | None
    admission_date: date | None
    report_date: date | None
    condition: str | None
    classification: str | None
    outcome: str | None
    sex: str | None
    age: tuple[float, float | None, str] | None
    laboratory: str | None
    setting: str | None

    @pydantic.field_validator("*", mode="before")
    @classmethod
    def _read(cls, text: str | None, info: pydantic.ValidationInfo) -> object:
        return info.context[info.field_name](text) if info.context else text


Read = Callable[[str | None], object]


def _readers(kept: Callable[[Read], Read] = lambda read: read) -> dict[str, Read]:
    """For each field, what one cell of it means; `kept` may remember answers from cell to cell."""
    source = load_folder(SOURCE)[0]
    return {name: kept(_one(reader_for(name, spec, source))) for name, spec in source.columns.items()}


def _one(reader: Callable[[list[str | None]], Sequence[Reading]]) -> Read:
    return lambda text: None if text is None else reader([text])[0].value


def _columns() -> dict[str, str]:
    return {name: spec.columns[0] for name, spec in load_folder(SOURCE)[0].columns.items()}


def _pydantic(csv: Path, readers: dict[str, Read]) -> float:
    """Seconds for FEWER rows."""
    columns = _columns()
    frame = pl.read_csv(csv, infer_schema=False, n_rows=FEWER)
    rows = frame.select(pl.col(header).alias(name) for name, header in columns.items()).to_dicts()
    start = time.perf_counter()
    cases = [Case.model_validate(row, context=readers) for row in rows]
    seen = {case.case_id: case for case in cases}
    assert seen
    return time.perf_counter() - start


def _pandas(csv: Path, readers: dict[str, Read]) -> float:
    """Seconds for FEWER rows: read, every field mapped down its column, what is repeated dropped, Parquet written."""
    columns = _columns()
    start = time.perf_counter()
    frame = pd.read_csv(csv, dtype=str, nrows=FEWER)
    for name, header in columns.items():
        frame[header] = frame[header].map(readers[name], na_action="ignore")
    frame["age"] = frame["age"].map(lambda age: age[0], na_action="ignore")
    frame = frame.drop_duplicates()
    frame.to_parquet(csv.with_suffix(".pandas.parquet"))
    return time.perf_counter() - start


def _workbook(few: Path, work: Path, taken: float) -> Iterator[Figure]:
    book = work / "book.xlsx"
    frame = pl.read_csv(few, infer_schema=False)
    with xlsxwriter.Workbook(book, {"constant_memory": True}) as made:
        sheet = made.add_worksheet("list")
        for number, row in enumerate([tuple(frame.columns), *frame.iter_rows()]):
            sheet.write_row(number, 0, row)
    source = work / "workbook-source"
    source.mkdir()
    text = (SOURCE / "source.yml").read_text(encoding="utf-8").replace("format: csv, encoding: utf-8", "format: xlsx")
    (source / "source.yml").write_text(text, encoding="utf-8")
    run = _receive(book, work, source=source)
    note = f"{FEW:,} rows in {run.seconds:.2f} s; no bar of its own"
    yield Figure("workbook of 100,000 rows / receive of 1,000,000", run.seconds / taken, 50.0, note=note)


def _ten_times(csv: Path, work: Path) -> Iterator[Figure]:
    """Ten times the rows, between two runs of the small list, so that all three meet the machine in one state."""
    big = linelist.write_long(work / "big.csv", 10 * ROWS)
    before, run, after = _receive(csv, work), _receive(big, work), _receive(csv, work)
    once = (before.seconds + after.seconds) / 2
    note = f"{run.seconds:.1f} s between {before.seconds:.2f} s and {after.seconds:.2f} s"
    yield Figure("10,000,000 rows / 1,000,000 rows, time", run.seconds / once, 12.0, note=note)
    yield Figure("10,000,000 rows, greatest memory", run.mebibytes / 1024, 2.0, unit="GiB")
