"""What was known when: DuckDB over the Parquet parts of the deliveries that counted at a moment.

Latest is the greatest (published_at or received_at, received_at, delivery, row) of each series key; of two deliveries
the one that came later, whatever their codes.
Values travel as parameters; the only names in the SQL are our own columns.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any, Literal

import duckdb
import polars as pl

from sampan.model.observations import CASE, OBSERVATION, SERIES_KEY
from sampan.store import newest, parts, shelf
from sampan.store.home import Store
from sampan.store.models import Delivery, Part

SNAPSHOT = "snapshot"  # the mode of deliveries that say all there is
OPEN = "passed"  # a delivery that its country's first gate let through
ORDER = ["source", "period_start", "unit", "condition", "measure", "classification", "delivery", "row"]
IN_TURN = "(select unnest($came) as delivery, unnest(range(len($came))) as came)"
NEWEST_CASE = """
    partition by source, case_key, case when case_key is null then delivery || '/' || coalesce(sheet, '') || row end
    order by coalesce(published_at, received_at) desc, received_at desc, came desc, row desc
"""
Clock = Literal["received", "published"]


@dataclass(frozen=True)
class Asked:
    """Which figures: empty means all. `at` None means now; `clock` whose time `at` is."""

    at: datetime | None = None
    clock: Clock = "received"
    sources: Sequence[str] = ()
    countries: Sequence[str] = ()
    conditions: Sequence[str] = ()
    units: Sequence[str] = ()
    measures: Sequence[str] = ()
    from_date: date | None = None
    to_date: date | None = None
    gone_too: bool = False  # tombstones and withdrawn versions as well
    erased_too: bool = True  # as of a moment: what stood then and was destroyed since, as a silence
    deliveries: Sequence[int] = ()
    but: Sequence[int] = ()  # deliveries left out
    closed_too: bool = False  # deliveries that stand behind the first gate as well: for their own sender alone


def latest(store: Store, asked: Asked) -> pl.DataFrame:
    """Observations as known at the asked moment, one row for each series key (schema OBSERVATION)."""
    of_source: dict[str, list[Part]] = {}
    for part in listed_parts(asked, Part.Kind.OBSERVATIONS):
        of_source.setdefault(part.source, []).append(part)
    shelf.forget(store.parts, [name for name in asked.sources if name not in of_source])
    read = [_of_source(store, asked, of_source[name]) for name in sorted(of_source)]  # in the order of the rows
    return pl.concat(read) if read else pl.DataFrame(schema=OBSERVATION)


def _of_source(store: Store, asked: Asked, listed: list[Part]) -> pl.DataFrame:
    """One source's: out of what is kept in memory, or, of very many rows, those that are asked for."""
    if not newest.few(listed):
        return _read_latest(store, asked, listed).filter(_standing(asked))
    names = tuple(part.name for part in listed)
    whole = shelf.of(store.parts, listed[0].source, names, partial(_whole, store, listed))
    if asked.at is not None and asked.clock == "published" and not whole.told_by(asked.at):
        return _read_latest(store, asked, listed).filter(_standing(asked))
    found = whole.frame if asked.gone_too else whole.standing
    wanted = _wanted(asked)
    return found.filter(*wanted) if wanted else found


def _whole(store: Store, listed: list[Part], known: pl.DataFrame | None, first: int) -> pl.DataFrame:
    """The newest rows of all parts; where those of the first ones are known, out of these and of the others."""
    if known is None:
        return newest.observations(store, listed).sort(ORDER, maintain_order=True)
    return newest.added(store, known, listed, listed[first:]).sort(ORDER, maintain_order=True)


def _read_latest(store: Store, asked: Asked, listed: list[Part]) -> pl.DataFrame:
    """The newest row of each series key in these parts, tombstones and withdrawn versions too."""
    where, values = _filters(asked)
    key = ", ".join(SERIES_KEY)
    sql = f"""
        select * exclude (rank, came) from (
            select *, row_number() over (
                partition by {key}
                order by
                    status = 'withdrawn',  -- told only of what nobody else says
                    coalesce(published_at, received_at) desc, received_at desc, came desc, row desc
            ) as rank
            from read_parquet($paths) left join {IN_TURN} using (delivery)
            where {where}
        )
        where rank = 1
    """  # noqa: S608 - only our own column names are spliced; every value is a parameter
    paths, came = _in_turn(store, listed)
    found = _run(sql, {"paths": paths, "came": came, **values})
    return found.select([pl.col(name).cast(dtype) for name, dtype in OBSERVATION.items()]).sort(ORDER)


def _standing(asked: Asked) -> pl.Expr:
    """Rows that were not taken back, unless those are asked for too."""
    return pl.lit(True) if asked.gone_too else ~pl.col("status").is_in(shelf.GONE)


def _wanted(asked: Asked) -> list[pl.Expr]:
    """What `_filters` says, said to one source's table: columns of the series key, so their order is no matter."""
    lists = {"condition": asked.conditions, "unit": asked.units, "measure": asked.measures}
    found = [pl.col(column).is_in(list(wanted)) for column, wanted in lists.items() if wanted]
    if asked.from_date:
        found.append(pl.col("period_end") >= asked.from_date)
    if asked.to_date:
        found.append(pl.col("period_start") <= asked.to_date)
    return found


def history(store: Store, asked: Asked) -> pl.DataFrame:
    """Every version of the asked figures, oldest first (schema OBSERVATION)."""
    paths, came = _in_turn(store, listed_parts(asked, Part.Kind.OBSERVATIONS))
    if not paths:
        return pl.DataFrame(schema=OBSERVATION)
    where, values = _filters(asked)
    sql = f"""
        select * exclude (came) from read_parquet($paths) left join {IN_TURN} using (delivery)
        where {where}
        order by coalesce(published_at, received_at), received_at, came, row
    """  # noqa: S608 - only our own column names are spliced; every value is a parameter
    return _run(sql, {"paths": paths, "came": came, **values}).select(
        [pl.col(n).cast(t) for n, t in OBSERVATION.items()]
    )


def latest_cases(store: Store, asked: Asked) -> pl.DataFrame:
    """Cases as known at the asked moment, one row for each case (schema CASE); cases without a key all stand."""
    listed = listed_parts(asked, Part.Kind.CASES)
    if not listed:
        return pl.DataFrame(schema=CASE)
    if newest.few(listed):
        return newest.cases(store, listed)
    paths, came = _in_turn(store, listed)
    sql = f"""
        select * exclude (rank, came) from (
            select *, row_number() over ({NEWEST_CASE}) as rank
            from read_parquet($paths, union_by_name = true) left join {IN_TURN} using (delivery)
        )
        where rank = 1
    """  # noqa: S608 - only our own column names are spliced
    found = _run(sql, {"paths": paths, "came": came})
    return found.select([pl.col(name).cast(dtype) for name, dtype in CASE.items()])


def erased_cells(store: Store, asked: Asked) -> pl.DataFrame:
    """Of case lists: the counts in which cases stood at the asked moment that were destroyed since (OBSERVATION)."""
    listed = listed_parts(asked, Part.Kind.ERASED_LIST) if asked.at is not None and asked.erased_too else []
    found = [parts.read(store.parts, part.name).select(list(OBSERVATION)) for part in listed]
    return pl.concat(found) if found else pl.DataFrame(schema=OBSERVATION)


def case_rows(store: Store, source: str, keys: pl.Series) -> pl.DataFrame:
    """Every version of the cases of these keys in one source, taken back or not (schema CASE)."""
    paths = part_paths(store, Asked(sources=[source], closed_too=True, gone_too=True), Part.Kind.CASES)
    if not paths or not len(keys):
        return pl.DataFrame(schema=CASE)
    sql = "select * from read_parquet($paths, union_by_name = true) where case_key in (select unnest($keys))"
    found = _run(sql, {"paths": paths, "keys": keys.to_list()})
    return found.select([pl.col(name).cast(dtype) for name, dtype in CASE.items()])


def case_says(store: Store, asked: Asked) -> pl.DataFrame:
    """What the cases that stand say, as `case_key`, `content` and `delivery`: enough to tell which ones are gone."""
    listed = listed_parts(asked, Part.Kind.CASES)
    if not listed:
        return pl.DataFrame(schema={name: CASE[name] for name in ("case_key", "content", "delivery")})
    if newest.few(listed):
        return newest.cases(store, listed).select("case_key", "content", "delivery")
    paths, came = _in_turn(store, listed)
    sql = f"""
        select case_key, content, delivery from (
            select case_key, content, delivery, row_number() over ({NEWEST_CASE}) as rank
            from read_parquet($paths, union_by_name = true) left join {IN_TURN} using (delivery)
        )
        where rank = 1
    """  # noqa: S608 - only our own column names are spliced
    found = _run(sql, {"paths": paths, "came": came})
    return found.select([pl.col(name).cast(CASE[name]) for name in ("case_key", "content", "delivery")])


def case_contents(store: Store, source: str, *, but: Sequence[int] = ()) -> pl.DataFrame:
    """`case_key` and `content` (UInt64) of every row with a key that one source has said so far, what stands last last.

    But for the deliveries left out; in the order of NEWEST_CASE, told by deliveries, whose rows share their moments.
    """
    listed = listed_parts(Asked(sources=[source], but=but), Part.Kind.CASES)
    schema = {"case_key": pl.UInt64, "content": pl.UInt64}
    if not listed:
        return pl.DataFrame(schema=schema)
    listed.sort(key=lambda part: (*moments(part.delivery), part.pk))
    if newest.few(listed):
        return newest.contents(store, listed)
    paths = [str(parts.path_of(store.parts, part.name)) for part in listed]
    sql = "select case_key, content from read_parquet($paths, union_by_name = true) where case_key is not null"
    found = _run(sql, {"paths": paths})
    return found.select([pl.col(name).cast(dtype) for name, dtype in schema.items()])


def keys(store: Store, asked: Asked, kind: str) -> pl.DataFrame:
    """The series keys (schema SERIES_KEY) in parts that hold no figures that stand: set aside, or left blank."""
    typed = [pl.col(name).cast(dtype) for name, dtype in SERIES_KEY.items()]
    found = [parts.read(store.parts, part.name).select(typed) for part in listed_parts(asked, kind)]
    return pl.concat(found) if found else pl.DataFrame(schema=SERIES_KEY)


def moments(delivery: Delivery) -> tuple[datetime, datetime, int]:
    """What tells the newer of two deliveries: the moment it speaks of, the moment it came, its number."""
    return delivery.published_at or delivery.received_at, delivery.received_at, delivery.pk


def part_paths(store: Store, asked: Asked, kind: str) -> list[str]:
    """Files of the parts that counted at the asked moment, in order of commit."""
    return [str(parts.path_of(store.parts, part.name)) for part in listed_parts(asked, kind)]


def _in_turn(store: Store, listed: list[Part]) -> tuple[list[str], list[str]]:
    """(files of the parts, codes of their deliveries in the order in which these came)."""
    came = {part.delivery_id: part.delivery.code for part in listed}
    return [str(parts.path_of(store.parts, part.name)) for part in listed], [came[key] for key in sorted(came)]


def listed_parts(asked: Asked, kind: str) -> list[Part]:
    """For every delivery that stood at that moment, the parts of its greatest version by then.

    A case list that came whole replaces the lists before it, also after it was destroyed itself.
    """
    kinds = [kind, *_instead(asked)] if kind == Part.Kind.OBSERVATIONS else [kind]
    replaced = kind == Part.Kind.CASES and not asked.gone_too
    found = Part.objects.filter(kind__in=[*kinds, *([Part.Kind.ERASED_LIST] if replaced else [])], erased_at=None)
    found = found.select_related("delivery").order_by("committed_at", "pk")
    if asked.sources:
        found = found.filter(source__in=list(asked.sources))
    if asked.countries:
        found = found.filter(country__in=list(asked.countries))
    if asked.deliveries:
        found = found.filter(delivery_id__in=list(asked.deliveries))
    if not asked.closed_too:
        found = found.filter(delivery__gate=OPEN)
    if asked.but:
        found = found.exclude(delivery_id__in=list(asked.but))
    if asked.at is not None and asked.clock == "received":
        found = found.filter(committed_at__lte=asked.at)
    standing = [part for part in found if _stood(part, asked)]
    if replaced:
        standing = [part for part in _since_the_last_whole(standing) if part.kind in kinds]
    newest: dict[int, int] = {}
    for part in standing:
        newest[part.delivery_id] = max(newest.get(part.delivery_id, 0), part.version)
    return [part for part in standing if part.version == newest[part.delivery_id]]


def _since_the_last_whole(found: list[Part]) -> list[Part]:
    """Parts of each source's newest delivery that was a snapshot, and of what came after it."""
    last: dict[str, tuple[datetime, datetime, int]] = {}
    for part in found:
        if part.delivery.mode == SNAPSHOT:
            last[part.source] = max(moments(part.delivery), last.get(part.source, moments(part.delivery)))
    return [part for part in found if part.source not in last or moments(part.delivery) >= last[part.source]]


def _instead(asked: Asked) -> list[str]:
    """Kinds that speak where observations do no more: of what was taken back, and of what was destroyed."""
    withdrawn = [Part.Kind.WITHDRAWN] if asked.gone_too else []
    return [*withdrawn, *([Part.Kind.ERASED] if asked.at is not None and asked.erased_too else [])]


def _stood(part: Part, asked: Asked) -> bool:
    """True if a part counts at the asked moment: its delivery stood, or, for what speaks instead, had ended."""
    delivery, at = part.delivery, asked.at
    ended = delivery.ended_at is not None and (at is None or delivery.ended_at <= at)
    published = asked.clock == "published"
    begun = at is None or not published or (delivery.published_at or delivery.received_at) <= at
    if part.kind == Part.Kind.WITHDRAWN:
        return begun and ended
    if part.kind in (Part.Kind.ERASED, Part.Kind.ERASED_LIST):
        return begun and not ended
    if part.kind == Part.Kind.CASES and asked.gone_too and not published:
        return True
    return begun and (delivery.ended_at is None if published else not ended)


def _filters(asked: Asked) -> tuple[str, dict[str, Any]]:
    parts_of: list[str] = ["true"]
    values: dict[str, Any] = {}
    if asked.at is not None and asked.clock == "published":
        parts_of.append("coalesce(published_at, received_at) <= $at")
        values["at"] = asked.at
    lists = {"source": asked.sources, "condition": asked.conditions, "unit": asked.units, "measure": asked.measures}
    for column, wanted in lists.items():
        if wanted:
            parts_of.append(f"{column} in (select unnest(${column}))")
            values[column] = list(wanted)
    if asked.from_date:
        parts_of.append("period_end >= $from_date")
        values["from_date"] = asked.from_date
    if asked.to_date:
        parts_of.append("period_start <= $to_date")
        values["to_date"] = asked.to_date
    return " and ".join(parts_of), values


def _run(sql: str, values: dict[str, Any]) -> pl.DataFrame:
    with duckdb.connect(config={"autoinstall_known_extensions": False, "autoload_known_extensions": False}) as engine:
        engine.execute("set timezone = 'UTC'")
        return pl.DataFrame(engine.sql(sql, params=values).to_arrow_table())
