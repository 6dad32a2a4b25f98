"""From bytes to figures and findings: read, harmonise, check. Parts are written but named by nobody yet.

Aggregates are small and taken whole; line lists go batch by batch, so that memory stays bounded.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from pathlib import Path

import numpy as np
import polars as pl

from sampan import formats
from sampan.checks import much_taken_back
from sampan.checks import rule as checks
from sampan.formats.delimited import Narrowed
from sampan.harmonise import problems
from sampan.harmonise.aggregate import AggregateHarmoniser
from sampan.harmonise.cases import Begun, CaseHarmoniser, Understood
from sampan.harmonise.digests import Said, term_digest
from sampan.harmonise.tabulate import tabulate
from sampan.harmonise.versions import repeats_of, stamped, tell_apart, tombstones
from sampan.model.findings import CELLS_SCHEMA, Finding
from sampan.model.harmonised import Balance, Checked, Harmonised
from sampan.model.observations import CASE, OBSERVATION, SERIES_KEY
from sampan.model.sources import Source
from sampan.model.tables import RawTable, letters
from sampan.operations import closing, crosswalks, homes, questions
from sampan.operations.beside import one_beside
from sampan.operations.sharing import deposits
from sampan.store import figures, parts
from sampan.store.figures import Asked
from sampan.store.home import Store
from sampan.store.models import Delivery, Part

PSEUDONYM_KEY = "pseudonym-root"
BEGUN_AHEAD = 3  # batches of a list, as codes of their terms: some 15 MiB each
PARTS_WAITING = 3  # to be written, of a list: one batch's
CELLS_TRIED = 24  # cells of a finding that a dry run remembers from each table
MOMENT = OBSERVATION["received_at"]
BEFORE = timedelta(microseconds=1)  # what a later snapshot takes back is older than what that one comes to say itself
NO_CELLS = pl.DataFrame(schema=CELLS_SCHEMA)
Progress = Callable[[str, int], None]


@dataclass
class Read:
    """What one reading of a delivery gave, before anything stands."""

    balance: Balance = field(default_factory=Balance)
    findings: dict[tuple[str, str | None, str | None], Finding] = field(default_factory=dict)
    written: list[tuple[str, parts.Written]] = field(default_factory=list)
    table: pl.DataFrame | None = None  # aggregates only; line lists are in the written parts
    gone: pl.DataFrame | None = None  # of a snapshot: `retracted` rows for what it covers and no longer says
    notes: tuple[str, ...] = ()
    untaken: tuple[str, ...] = ()
    crosswalk: str = ""
    tried: list[pl.DataFrame] = field(default_factory=list)  # a dry run's cells of findings; a delivery's are a part


def read_delivery(
    store: Store, source: Source, path: Path, name: str, received_at: datetime, *,
    delivery: Delivery | None = None, progress: Progress | None = None, now: datetime | None = None,
) -> Read:  # fmt: skip
    """Read the whole file. With a delivery, parts are written; without one (a dry run) nothing is.

    `now`: when it is read, if not when it came; by the terms of that day.
    """
    layout = Narrowed(**vars(source.layout), unread=unread(source)) if source.kind == "cases" else source.layout
    tables = _told(formats.read(path, name, layout), progress)
    with ThreadPoolExecutor(1, thread_name_prefix="parts") as beside:
        job = _Job(store, source, received_at, delivery, beside)
        job.now = now or received_at
        return job.cases(tables) if source.kind == "cases" else job.aggregate(tables)


def unread(source: Source) -> frozenset[str]:
    """Columns the source strips or ignores and nothing else asks for: of a long list they are not even read."""
    fields = [column for spec in source.columns.values() for column in spec.columns]
    used = {name for column in fields for name in column.split("|")} | set(source.only_rows) | set(source.totals)
    return frozenset() if source.wide else frozenset({*source.strip, *source.ignore} - used)


def _told(tables: Iterator[RawTable], progress: Progress | None) -> Iterator[RawTable]:
    for table in tables:
        yield table
        if progress:
            progress("rows", table.frame.height)


def _ahead(tables: Iterator[RawTable], begin: Callable[[RawTable], Begun]) -> Iterator[Begun]:
    """Each table begun, and the next ones read and begun beside the work on it; the first of a list takes longest."""

    def following() -> Begun | None:
        table = next(tables, None)
        return None if table is None else begin(table)

    with ThreadPoolExecutor(1, thread_name_prefix="ahead") as beside:
        coming = deque(beside.submit(following) for _ in range(BEGUN_AHEAD))
        while (begun := coming.popleft().result()) is not None:
            coming.append(beside.submit(following))
            yield begun


class _Job:
    """One delivery being read."""

    def __init__(
        self, store: Store, source: Source, received_at: datetime, delivery: Delivery | None, beside: ThreadPoolExecutor
    ) -> None:
        self.store, self.source, self.received_at, self.delivery = store, source, received_at, delivery
        self._beside_us = beside  # writes one part while the next batch is read
        self._writing: list[tuple[str, Future[parts.Written]]] = []
        self.now = received_at
        self.result = Read(crosswalk=crosswalks.version(source))
        self._letters: dict[tuple[str | None, str], str] = {}  # (sheet, column) -> as a spreadsheet names it
        self._told_terms: Counter[tuple[str, str | None]] = Counter()

    def aggregate(self, tables: Iterator[RawTable]) -> Read:
        """All tables together: figures told apart, tombstones added, then checked as one."""
        harmoniser = AggregateHarmoniser(self.source)
        read = [self._noted(table, harmoniser.harmonise(table)) for table in tables]
        whole, closed = self._opened(_together(read))
        told = tell_apart(whole.table)
        standing, repeated = told.standing, told.repeated
        before = self._before()
        if self.source.mode in ("increment", "correction"):
            again = repeats_of(standing, before)
            standing, repeated = standing.filter(~again), pl.concat([repeated, standing.filter(again)])
        self.result.balance = _moved(whole.balance, repeated=repeated, aside=told.contradicting)
        aside = _with_cases(whole.set_aside, told.contradicting)
        gone = None
        if self.source.mode == "snapshot":
            gone = tombstones(before, standing, scope=self.source.scope, held=aside, silent=whole.silent)
        checked = Checked(
            self.source, standing, whole.problems, before, self._beside(standing), whole.totals, aside, self._today(),
            self.result.balance, {
                "repeated_rows": told.repeated,
                "contradicting": told.contradicting,
                "untaken": self.result.untaken,
                "counted": standing,
                "listed": self._listed(standing),
                "gone": gone,
                "closed": closed,
                "said_again": before.join(standing, on=list(SERIES_KEY), how="semi", nulls_equal=True).height,
            },
        )  # fmt: skip
        findings = [_with_digest(one, standing) for one in checks.look(checked)]
        standing, aside = self._stopped(standing, aside, findings)
        self._find(findings)
        self.result.table = standing
        if gone is not None:
            held = (one.rule == much_taken_back.ID for one in findings)
            self.result.gone = gone.clear() if any(held) and not self._taking_back_is_meant() else gone
            self.result.balance = replace(self.result.balance, retracted=self.result.gone.height)
        if self.delivery:
            said = self._with_tombstones(standing, self.result.gone)
            self.result.balance = replace(self.result.balance, retracted=said.height - standing.height)
            self._write(Part.Kind.OBSERVATIONS, self._stamp(said))
            self._write(Part.Kind.SET_ASIDE, aside)
            if whole.silent is not None:
                self._write(Part.Kind.LEFT_BLANK, whole.silent.unique(maintain_order=True))
            self._written()
        return self.result

    def cases(self, tables: Iterator[RawTable]) -> Read:
        """Batch by batch: beside one, the next are begun, and the one before is told apart, written and checked."""
        harmoniser = CaseHarmoniser(self.source, self.store.key(PSEUDONYM_KEY), self._said())
        with one_beside("checks") as beside:
            beside.submit(checks.checks)  # what is wanted at the end is loaded while the first batch is read
            beside.submit(homes.sources, self.store)
            before: Future[None] | None = None
            for begun in _ahead(tables, harmoniser.begun):
                understood = harmoniser.understood(begun)
                if before:
                    before.result()
                before = beside.submit(self._batch, harmoniser, understood)
            if before:
                before.result()
        balance = self.result.balance
        amended = min(harmoniser.superseded(), balance.cases_observed)  # some may be closed to the office
        self.result.balance = replace(
            balance, cases_observed=balance.cases_observed - amended, cases_repeated=balance.cases_repeated + amended
        )
        self._find(checks.look(self._whole_list(), whole=True))
        self._written()
        return self.result

    def _batch(self, harmoniser: CaseHarmoniser, understood: Understood) -> None:
        """One batch of a list, after the one before it: what stands is on its way to a part while the checks look."""
        read, closed = self._opened(self._noted(understood.begun.table, harmoniser.finished(understood)))
        self.result.balance += read.balance
        if self.delivery:
            self._write(Part.Kind.CASES, self._stamp(read.table))
            self._write(Part.Kind.SET_ASIDE, read.set_aside)
        checked = Checked(
            self.source, read.table, read.problems, read.table.clear(), read.table.clear(), None, read.set_aside,
            self._today(), read.balance, {"closed": closed},
        )  # fmt: skip
        self._find(checks.look(checked, whole=False))

    def _whole_list(self) -> Checked:
        """What the checks of a whole delivery are given: the balance, and the counts other sources give."""
        nothing = pl.DataFrame(schema=CASE)
        beside = self._may_check()
        wanted = Asked(sources=beside, countries=[self.source.country], measures=["cases"])
        counted = closing.beside(self.store, self.source, figures.latest(self.store, wanted), self.now)
        facts = {"untaken": self.result.untaken, "counted": counted, "listed": self._listed(counted, own=True)}
        return Checked(
            self.source,
            nothing,
            problems.empty(),
            nothing,
            nothing,
            None,
            nothing,
            self._today(),
            self.result.balance,
            facts,
        )

    def _listed(self, counted: pl.DataFrame, *, own: bool = False) -> pl.DataFrame:
        """The country's case lists, tabulated in the cells of these counts; with this delivery's own cases if asked."""
        if not counted.height:
            return tabulate(pl.DataFrame(schema=CASE), counted)
        paths = [written for kind, written in self._written() if own and kind == Part.Kind.CASES]
        here = [parts.read(self.store.parts, written.name).select(list(CASE)) for written in paths]
        asked = Asked(sources=self._may_check(), countries=[self.source.country], but=self._own())
        known = figures.latest_cases(self.store, asked)
        if self.source.mode == figures.SNAPSHOT and self.source.kind == "cases":
            known = known.filter(pl.col("source") != self.source.id)
        known = closing.beside(self.store, self.source, known, self.now)
        every = pl.concat([known, *here])
        named = every.filter(pl.col("case_key").is_not_null()).unique(["source", "case_key"], keep="last")
        newest = pl.concat([named, every.filter(pl.col("case_key").is_null())])
        return tabulate(newest, counted, gazetteer=self.source.gazetteer)

    def _opened(self, read: Harmonised) -> tuple[Harmonised, pl.DataFrame]:
        """What the owner's terms let the office harmonise; apart, and set aside, the rows they keep closed."""
        table, closed = closing.parted(self.store, self.source, read.table, self.now)
        if not closed.height:
            return read, closed
        if self.source.kind == "cases":
            aside = pl.concat([read.set_aside, closing.of_list(closed).select(read.set_aside.columns)])
            return replace(read, table=table, set_aside=aside, balance=closing.balance(read.balance, closed)), closed
        aside = _with_cases(read.set_aside, closed)
        moved = _moved(read.balance, repeated=closed.clear(), aside=closed)
        totals = None if read.totals is None else closing.without(read.totals, closed)
        return replace(read, table=table, set_aside=aside, balance=moved, totals=totals), closed

    def _noted(self, table: RawTable, read: Harmonised) -> Harmonised:
        self._letters |= {(table.sheet, column.name): letters(column.position) for column in table.columns}
        self.result.notes = tuple(dict.fromkeys((*self.result.notes, *table.notes)))
        self.result.untaken = tuple(dict.fromkeys((*self.result.untaken, *read.untaken)))
        return read

    def _today(self) -> date:
        return self.received_at.date()

    def _moment(self) -> datetime:
        published = self.delivery.published_at if self.delivery else None
        return published or self.received_at

    def _before(self) -> pl.DataFrame:
        """What this source said before, by the time this delivery speaks of."""
        return figures.latest(
            self.store,
            Asked(at=self._moment(), clock="published", sources=[self.source.id], but=self._own(), erased_too=False),
        )

    def _own(self) -> tuple[int, ...]:
        return (self.delivery.pk,) if self.delivery else ()

    def _beside(self, standing: pl.DataFrame) -> pl.DataFrame:
        """What other sources of the same country say of the same conditions."""
        conditions = standing.get_column("condition").unique().to_list()
        others = [name for name in self._may_check() if name != self.source.id]
        if not conditions or not others:
            return standing.clear()
        asked = Asked(sources=others, countries=[self.source.country], conditions=conditions)
        return closing.beside(self.store, self.source, figures.latest(self.store, asked), self.now)

    @cached_property
    def _checkable(self) -> tuple[str, ...]:
        near = [one for one in homes.sources(self.store).values() if one.country == self.source.country]
        allowed = deposits.checkable(self.store, near, self.now)
        return tuple(sorted(allowed)) if self.source.id in allowed else (self.source.id,)

    def _may_check(self) -> tuple[str, ...]:
        """The sources whose figures may be laid beside this one's; its own alone when its owner does not let it."""
        return self._checkable

    def _said(self) -> Said:
        said = Said()  # a whole list stands by itself: what it says again is no repeat of the list it replaces
        if self.source.columns.get("case_id") is not None and self.source.mode != figures.SNAPSHOT:
            known = figures.case_contents(self.store, self.source.id, but=self._own())
            if known.height:
                said.again(known.get_column("case_key").to_numpy(), known.get_column("content").to_numpy())
        return said

    def _stopped(
        self, standing: pl.DataFrame, aside: pl.DataFrame, findings: list[Finding]
    ) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Figures that a check stops join those set aside."""
        stops = [finding.cells for finding in findings if finding.severity == "stop" and finding.cells.height]
        if not stops or not standing.height:
            return standing, aside
        marked = pl.concat(stops).unique().with_columns(pl.lit(True).alias("_stop"))
        joined = standing.join(
            marked, on=["sheet", "row", "column"], how="left", nulls_equal=True, maintain_order="left"
        )
        hit = joined.get_column("_stop").fill_null(False)
        if not hit.any():
            return standing, aside
        moved = standing.filter(hit)
        self.result.balance = _moved(self.result.balance, repeated=standing.clear(), aside=moved)
        return standing.filter(~hit), _with_cases(aside, moved)

    def _with_tombstones(self, standing: pl.DataFrame, gone: pl.DataFrame | None) -> pl.DataFrame:
        """With what it takes back of before, and what snapshots published later take back of it."""
        if gone is None:
            return standing
        both = pl.concat([standing, gone.select(standing.columns)]) if gone.height else standing
        late = list(self._taken_back_since(standing))
        columns = [*both.columns, "published_at", "received_at"]
        return pl.concat([both, *(one.select(columns) for one in late)], how="diagonal") if late else both

    def _taken_back_since(self, standing: pl.DataFrame) -> Iterator[pl.DataFrame]:
        """What snapshots published later, that came earlier, say no longer: it must not come back.

        A figure that one of them says is that one's from there on; one that waits there for an answer is not.
        """
        for later in self._later():
            if not standing.height:
                return
            only = Asked(deliveries=[later.pk], at=later.published_at or later.received_at, clock="published")
            said = figures.latest(self.store, only)
            held, silent = (
                figures.keys(self.store, only, kind) for kind in (Part.Kind.SET_ASIDE, Part.Kind.LEFT_BLANK)
            )
            late = standing.clear()
            if not questions.waits(later, much_taken_back.ID):  # else it takes back nothing yet
                late = tombstones(standing, said, scope=self.source.scope, held=held, silent=silent)
            spoken = pl.concat([one.select(list(SERIES_KEY)) for one in (said, late)])
            standing = standing.join(spoken, on=list(SERIES_KEY), how="anti", nulls_equal=True)
            if late.height:
                moment, came = (pl.lit(at, dtype=MOMENT) for at in (only.at, later.received_at - BEFORE))
                yield late.with_columns(moment.alias("published_at"), came.alias("received_at"))

    def _taking_back_is_meant(self) -> bool:
        """True if its owner said that this delivery takes back most of what it is silent on."""
        return self.delivery is not None and questions.accepted(self.delivery, much_taken_back.ID)

    def _later(self) -> list[Delivery]:
        """The source's standing snapshots that speak of a later moment than this delivery, in their order."""
        assert self.delivery is not None
        standing = Delivery.objects.filter(
            source=self.source.id, state=Delivery.State.COMMITTED, repeats=None, gate=figures.OPEN
        ).exclude(pk=self.delivery.pk)
        own = figures.moments(self.delivery)
        return sorted((one for one in standing if figures.moments(one) > own), key=figures.moments)

    def _stamp(self, table: pl.DataFrame) -> pl.DataFrame:
        assert self.delivery is not None
        late = [name for name in ("published_at", "received_at") if name in table.columns]
        out = stamped(
            table, received_at=self.delivery.received_at, published_at=self.delivery.published_at,
            delivery=self.delivery.code, crosswalk=self.result.crosswalk,
        )  # fmt: skip
        # only what a later snapshot takes back bears that one's moment
        out = out.with_columns([pl.coalesce(table.get_column(name), pl.col(name)).alias(name) for name in late])
        known = [name for name in OBSERVATION if name in out.columns]
        return out.select(known) if self.source.kind == "aggregate" else out

    def _write(self, kind: str, frame: pl.DataFrame) -> None:
        if frame.height:
            late = [writing for _, writing in self._writing if not writing.done()]
            if len(late) >= PARTS_WAITING:  # a slow disk must not fill the memory
                late[0].result()
            sought = kind == Part.Kind.OBSERVATIONS
            writing = self._beside_us.submit(parts.write, frame, self.store.parts, statistics=sought)
            self._writing.append((kind, writing))

    def _written(self) -> list[tuple[str, parts.Written]]:
        """Every part so far, complete and synced; whatever went wrong in writing is raised here."""
        self.result.written += [(kind, writing.result()) for kind, writing in self._writing]
        self._writing.clear()
        self.result.written.sort(key=lambda part: part[0])  # kinds are begun beside each other; each is in its order
        return self.result.written

    def _find(self, findings: Sequence[Finding]) -> None:
        """Merge findings by rule, column and term; their cells go to a part of their own at once."""
        cells: list[tuple[str, pl.DataFrame]] = []
        for finding in map(self._or_among_the_rest, findings):
            name = (finding.rule, finding.column, finding.term)
            known = self.result.findings.get(name)
            merged = finding if known is None else _merged(known, finding)
            self.result.findings[name] = replace(merged, cells=NO_CELLS)
            cells.append((key_of(finding), finding.cells))
        if self.delivery and cells:
            each = np.repeat(np.arange(len(cells)), [found.height for _, found in cells])
            named = pl.Series("finding", [key for key, _ in cells], dtype=pl.Categorical).gather(each)
            every = self._lettered(pl.concat([found for _, found in cells]))
            self._write(Part.Kind.CELLS, every.with_columns(named))
        else:
            tried = [found.head(CELLS_TRIED).with_columns(pl.lit(key).alias("finding")) for key, found in cells]
            self.result.tried += tried

    def _lettered(self, cells: pl.DataFrame) -> pl.DataFrame:
        """With `letter`: the column as a spreadsheet names it; of a place said in several columns, the finest."""
        pairs = cells.select("sheet", "column").unique()
        found = [self._letters.get((sheet, str(column or "").split(" + ")[-1])) for sheet, column in pairs.iter_rows()]
        known = pairs.with_columns(pl.Series("letter", found, dtype=pl.Categorical))
        return cells.join(known, on=["sheet", "column"], how="left", nulls_equal=True, maintain_order="left")

    def _or_among_the_rest(self, finding: Finding) -> Finding:
        """The finding itself, or, when its rule and column have had many terms already, as one of the others."""
        name = (finding.rule, finding.column, finding.term)
        if finding.term is None or name in self.result.findings:
            return finding
        told = self._told_terms[finding.rule, finding.column]
        self._told_terms[finding.rule, finding.column] = told + 1
        if told < checks.TOLD_ONE_BY_ONE:
            return finding
        return replace(finding, term=None, facts={"field": finding.facts.get("field"), "terms": 1})


def _with_digest(finding: Finding, figures: pl.DataFrame) -> Finding:
    """With what it is about, so that the same question of a later delivery is known again."""
    known = questions.about(finding, figures)
    return replace(finding, facts=finding.facts | {questions.ABOUT: known}) if known else finding


def key_of(finding: Finding) -> str:
    """16 hex digits that name a finding's cells."""
    return f"{term_digest(chr(31).join([finding.rule, finding.column or '', finding.term or ''])):016x}"


def _merged(one: Finding, two: Finding) -> Finding:
    facts = (
        one.facts | {"terms": one.facts["terms"] + two.facts["terms"]}
        if "terms" in one.facts and "terms" in two.facts
        else one.facts
    )
    return replace(one, count=one.count + two.count, cases=one.cases + two.cases, facts=facts)


def _together(read: list[Harmonised]) -> Harmonised:
    assert read, "formats.read gives at least one table or refuses"
    totals = [one.totals for one in read if one.totals is not None]
    balance = Balance()
    for one in read:
        balance = balance + one.balance
    return Harmonised(
        pl.concat([one.table for one in read]),
        pl.concat([one.set_aside for one in read]),
        pl.concat([one.problems for one in read]),
        balance,
        pl.concat(totals) if totals else None,
        silent=pl.concat(silent) if (silent := [one.silent for one in read if one.silent is not None]) else None,
    )


def _with_cases(aside: pl.DataFrame, more: pl.DataFrame) -> pl.DataFrame:
    if not more.height:
        return aside
    counted = more.with_columns(_cases_of().alias("cases"))
    return pl.concat([aside, counted.select(aside.columns)])


def _cases_of() -> pl.Expr:
    return pl.when(pl.col("measure") == "cases").then(pl.col("value")).otherwise(0).fill_null(0)


def _moved(balance: Balance, *, repeated: pl.DataFrame, aside: pl.DataFrame) -> Balance:
    """The balance after rows left `observed` for `repeated` or `set aside`."""
    again, held = (int(f.select(_cases_of().sum()).item() or 0) if f.height else 0 for f in (repeated, aside))
    return replace(
        balance,
        observed=balance.observed - repeated.height - aside.height,
        repeated=balance.repeated + repeated.height,
        set_aside=balance.set_aside + aside.height,
        cases_observed=balance.cases_observed - again - held,
        cases_repeated=balance.cases_repeated + again,
        cases_set_aside=balance.cases_set_aside + held,
    )
