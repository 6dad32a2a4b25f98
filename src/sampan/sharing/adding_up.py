"""Which reported counts are sums of others: by place, period, sex, age, setting, origin, class or condition.

A total and its parts are the same persons. Where both are reported and agree, the total stands for its finest parts, so
that two groupings meet in them. Where two groupings that do not cross add up to one total (by district, and by sex),
their sums are known to be equal, and that counts too: the women are the districts less the men.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import polars as pl

from sampan.model.agreements import ALL_AGES_YEARS
from sampan.sharing.among import tied
from sampan.sharing.overlaps import Piece, crossing, gapped, overlaps

Row = Mapping[str, Any]
Terms = tuple[str, ...]
Below = Mapping[str, frozenset[str]]
Trees = Sequence[Below]
TOGETHER = ("source", "practice", "measure", "place_role", "date_basis", "accumulation", "period_start", "period_end")
WHOLE = ("sex", "setting", "sector", "origin")  # dimensions whose total is called all, or nothing
DIMS = ("unit", "condition", "classification", "age", *WHOLE)
EVERY_CLASS = (
    ("suspected", "probable", "confirmed"), ("suspected+confirmed", "probable"), ("probable+confirmed", "suspected"),
)  # fmt: skip
CLASSES: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "total": EVERY_CLASS,
    "unspecified": EVERY_CLASS,
    "suspected+confirmed": (("suspected", "confirmed"),),
    "probable+confirmed": (("probable", "confirmed"),),
}
AMONG = {"deaths": "cases", "admissions": "cases", "positive": "tested"}  # measure -> what it is counted among
EVERY = ("total", "unspecified")  # classes that hold whoever is counted
MOST_TILINGS = 8  # ways to lay age bands end to end that are tried for one total


@dataclass(frozen=True)
class Sums:
    """`finest`: for each total that is reported with its parts, their names; `equal`: pairs of sums that are equal.

    `pieces` are counts nobody reports, where weeks stand beside months or bands of ages cross.
    """

    finest: Mapping[str, Terms]
    equal: tuple[tuple[Terms, Terms], ...] = ()
    pieces: Mapping[str, Piece] = field(default_factory=dict)

    def terms(self, name: str) -> Terms:
        """The finest counts a name stands for: itself if no parts of it are reported."""
        return self.finest.get(name, (name,))

    def near(self, used: Iterable[str], told: Iterable[str] = ()) -> tuple[tuple[Terms, Terms], ...]:
        """The equal sums that bear on these counts, directly or through one another.

        A total that was `told` before its parts were reported is their sum from now on.
        """
        equal = (*self.equal, *(((name,), self.finest[name]) for name in sorted(told) if name in self.finest))
        touching: dict[str, list[int]] = {}
        for number, pair in enumerate(equal):
            for name in (*pair[0], *pair[1]):
                touching.setdefault(name, []).append(number)
        found: set[int] = set()
        left = list(used)
        while left:
            for number in set(touching.pop(left.pop(), ())) - found:
                found.add(number)
                left += [name for side in equal[number] for name in side]
        return tuple(equal[number] for number in sorted(found))


def sums(
    rows: pl.DataFrame, name: str, below: Below, conditions: Below, made_of: Below | None = None
) -> Sums:  # fmt: skip
    """The sums among rows (schema OBSERVATION and a column `name` with their names); `below`, `conditions`: trees.

    `made_of`: each place that came out of others, with those and all that lay in them; a year that saw the change
    is the months of the one and of the others.
    """
    places = (below, made_of or {})
    ways: dict[str, list[Terms]] = {}
    every: list[Row] = []
    periods = rows.get_column("period_kind").n_unique() > 1
    groups = _together(rows, name)
    several = periods or rows.get_column("measure").n_unique() > 1
    codes = {dim: {row[dim] for members in groups if several for row in members} for dim in DIMS}
    for members in groups:
        met = _with_totals(members, codes, places, (conditions,))
        ways |= _ways(met, DIMS, places, (conditions,))
        every += met
    real = [row for members in groups for row in members]
    lines = {**_over_time(every), **_over_changes(real)} if periods else {}
    longer = _longer(lines.values())
    for total, parts in [*longer.items(), *_among(every)]:
        ways.setdefault(total, []).extend(parts)
    finest = {total: _to_the_end(total, ways) for total in ways}
    across, pieces = overlaps(lines.items(), finest, filled_by_others=longer)
    by_age, aged = overlaps(_in_ages(every).items(), finest, "age")
    among = tied(_beside(every), finest) if periods else ()
    return Sums(finest, (*_equal(ways, finest), *across, *by_age, *among), {**pieces, **aged})


def measures_with(measure: str) -> tuple[str, ...]:
    """All measures that share a ledger with one: those counted among the same persons, the widest first."""
    head = AMONG.get(measure, measure)
    return (head, *(part for part, whole in AMONG.items() if whole == head))


def parts_of_sums(rows: pl.DataFrame, name: str, conditions: Below) -> set[str]:
    """The names of rows that are one of several parts of another class or condition that is reported as well."""
    found: set[str] = set()
    for members in _together(rows, name):
        for sets in _ways(members, ("classification", "condition"), (), (conditions,)).values():
            found |= {part for parts in sets if len(parts) > 1 for part in parts}
    return found


def _together(rows: pl.DataFrame, name: str) -> list[list[Row]]:
    """The rows of one source, period and way of counting, wherever there are several."""
    groups: dict[tuple[Any, ...], list[Row]] = {}
    dims = ("unit", "condition", "classification", "age_from", "age_to", *WHOLE)
    wanted = [name, *TOGETHER, "period_kind", *dims, "value"]
    for row in rows.filter(pl.col("value").is_not_null()).select(wanted).iter_rows(named=True):
        groups.setdefault(tuple(row[column] for column in TOGETHER), []).append(_plain(row, name))
    return list(groups.values())


def _longer(lines: Iterable[list[Row]]) -> dict[str, list[Terms]]:
    """Total -> each way in which shorter periods of the same count fill its own from end to end and add up to it."""
    found: dict[str, list[Terms]] = {}
    for line in lines:
        line.sort(key=lambda row: row["span"])
        starts, shortest = [row["span"][0] for row in line], min(_days(row) for row in line)
        for total in line:
            first, last = total["span"]
            if _days(total) < 2 * shortest:
                continue
            near = line[bisect_left(starts, first) : bisect_left(starts, last)]
            inside = [row for row in near if row["span"][1] <= last and _days(row) < _days(total)]
            for parts in _tilings(inside, first, last, "span"):
                if sum(part["value"] for part in parts) == total["value"]:
                    found.setdefault(total["name"], []).append(tuple(part["name"] for part in parts))
    return found


def _among(rows: Sequence[Row]) -> list[tuple[str, list[Terms]]]:
    """Total -> what is counted among it and is as many: where all who fell ill died, the dead are the cases.

    Deaths are no more than cases. So where the two are equal, whatever bounds the one bounds the other; where they are
    not, there is room between them.
    """
    found: dict[tuple[Any, ...], list[Row]] = {}
    for row in rows:
        if row["value"] > 0:
            alike = {**row, "classification": EVERY[0] if row["classification"] in EVERY else row["classification"]}
            key = (AMONG.get(row["measure"], row["measure"]), row["value"], row["span"])
            rest = (alike[column] for column in (*TOGETHER, *DIMS) if column != "measure")
            found.setdefault((*key, *rest), []).append(row)
    return [
        (whole["name"], [(part["name"],) for part in same if AMONG.get(part["measure"]) == whole["measure"]])
        for same in found.values() for whole in same if len(same) > 1 and whole["measure"] not in AMONG
    ]  # fmt: skip


def _beside(rows: Sequence[Row]) -> list[tuple[list[Row], list[Row]]]:
    """The rows of a count in its several periods, with those of each that is counted among it."""
    lines: dict[tuple[Any, ...], dict[str, list[Row]]] = {}
    for row in rows:
        if row["accumulation"] != "cumulative":
            alike = {**row, "classification": EVERY[0] if row["classification"] in EVERY else row["classification"]}
            key = tuple(alike[column] for column in (*TOGETHER[:-2], *DIMS) if column != "measure")
            lines.setdefault(key, {}).setdefault(row["measure"], []).append(row)
    return [
        (counted[whole], counted[part])
        for counted in lines.values()
        for part, whole in AMONG.items()
        if part in counted and whole in counted
    ]


def _over_time(rows: Sequence[Row]) -> dict[tuple[Any, ...], list[Row]]:
    """The rows of one count in its several periods, by what they are a count of."""
    lines: dict[tuple[Any, ...], list[Row]] = {}
    for row in rows:
        if row["accumulation"] == "cumulative":
            continue  # the figure of a later day is no sum
        lines.setdefault(tuple(row[column] for column in (*TOGETHER[:-2], *DIMS)), []).append(row)
    return lines


def _over_changes(rows: Sequence[Row]) -> dict[tuple[Any, ...], list[Row]]:
    """The same of one place code, wherever its territory changed in between and the source went on under it."""
    coded = [{**row, "unit": row["unit"].partition("@")[0], "of": row["unit"]} for row in rows]
    return {key: line for key, line in _over_time(coded).items() if len({row["of"] for row in line}) > 1}


def _in_ages(rows: Sequence[Row]) -> dict[tuple[Any, ...], list[Row]]:
    """The rows of one count in its several ages, by what they are a count of, where bands cross or leave a gap."""
    if len({row["age"] for row in rows}) < 3:
        return {}
    lines: dict[tuple[Any, ...], list[Row]] = {}
    for row in rows:
        lines.setdefault(tuple(row[column] for column in (*TOGETHER, *DIMS) if column != "age"), []).append(row)
    return {key: line for key, line in lines.items() if _untied(frozenset(row["age"] for row in line))}


@cache
def _untied(bands: frozenset[tuple[float, float]]) -> bool:
    """Whether bands of ages meet otherwise than by filling each other."""
    return crossing(bands) or gapped(bands)


def _days(row: Row) -> int:
    return int(row["span"][1] - row["span"][0])


def _with_totals(
    members: list[Row], others: Mapping[str, set[Any]], places: Trees, conditions: Trees
) -> list[Row]:  # fmt: skip
    """The rows, and the totals nobody reports in which two kinds of rows would meet; their names are no row's.

    `others` are codes by which longer or shorter periods are told: months by sex meet a year that is not.
    """
    here = {dim: {row[dim] for row in members} for dim in DIMS}
    wider = {dim: _wider(dim, others[dim], here[dim], places, conditions) for dim in DIMS}
    if sum(len(met) > 1 for met in here.values()) < 2 and not any(wider.values()):
        return members
    codes = {dim: sorted(here[dim] | wider[dim]) for dim in DIMS}
    codes["age"] = sorted({*codes["age"], (0.0, ALL_AGES_YEARS)})
    every = {tuple(row[dim] for dim in DIMS): row for row in members}
    for at, dim in [*enumerate(DIMS)] * 2:
        trees = places if dim == "unit" else conditions
        wide = [code for code in codes[dim] if dim not in ("unit", "condition") or _within(code, trees)]
        for key, line in _lines(every, at).items() if len(codes[dim]) > 1 else ():
            for code in sorted(set(wide) - {row[dim] for row in line}) if len(line) > 1 else ():
                total = {**line[0], dim: code, "name": f"total {len(every)} of {members[0]['name']}"}
                parts = next((parts for parts in _splits(dim, total, line, trees) if len(parts) > 1), ())
                if parts:
                    value = sum(part["value"] for part in parts)
                    every[(*key[:at], code, *key[at + 1 :])] = {**total, "value": value}
    return list(every.values())


def _within(code: str, trees: Trees) -> frozenset[str]:
    """What lies below a code, in any of the trees; not itself."""
    return frozenset().union(*(tree.get(code, frozenset()) for tree in trees)) - {code}


def _wider(dim: str, codes: set[Any], here: set[Any], places: Trees, conditions: Trees) -> set[Any]:
    """Those of the codes that hold several of the codes met here: a total of theirs."""
    if dim in ("unit", "condition"):
        trees = places if dim == "unit" else conditions
        return {code for code in codes - here if len(_within(code, trees) & here) > 1}
    if dim == "age":
        return {(first, last) for first, last in codes - here if sum(first <= a and b <= last for a, b in here) > 1}
    if dim == "classification":
        return {code for code in codes - here if any(set(parts) <= here for parts in CLASSES.get(code, ()))}
    return {"all"} & codes if len(here - {"all"}) > 1 else set()


def _lines(every: Mapping[tuple[Any, ...], Row], at: int) -> dict[tuple[Any, ...], list[Row]]:
    """The rows that differ in one dimension alone, by the others."""
    found: dict[tuple[Any, ...], list[Row]] = {}
    for key, row in every.items():
        found.setdefault((*key[:at], None, *key[at + 1 :]), []).append(row)
    return found


def _plain(row: Row, name: str) -> Row:
    """The row with each dimension as one value, its total always by the same one."""
    age = (row["age_from"] or 0.0, ALL_AGES_YEARS if row["age_to"] is None else min(row["age_to"], ALL_AGES_YEARS))
    whole = {dim: row[dim] or "all" for dim in WHOLE}
    span = (row["period_start"].toordinal(), row["period_end"].toordinal() + 1)
    return {**row, "age": age, **whole, "span": span, "name": row[name]}


def _ways(
    members: Sequence[Row], dims: Sequence[str], places: Trees, conditions: Trees
) -> dict[str, list[Terms]]:  # fmt: skip
    """Total -> each way in which reported parts add up to it."""
    found: dict[str, list[Terms]] = {}
    for dim in dims:
        if len({row[dim] for row in members}) == 1:
            continue
        lines: dict[tuple[Any, ...], list[Row]] = {}
        for row in members:
            lines.setdefault(tuple(row[other] for other in DIMS if other != dim), []).append(row)
        for line in lines.values():
            for total in line if len(line) > 1 else ():
                for parts in _splits(dim, total, line, places if dim == "unit" else conditions):
                    if parts and sum(part["value"] for part in parts) == total["value"]:
                        found.setdefault(total["name"], []).append(tuple(part["name"] for part in parts))
    return found


def _splits(dim: str, total: Row, line: Sequence[Row], trees: Trees) -> Iterable[Sequence[Row]]:
    """Sets of rows of a line that could be the parts of a total along one dimension."""
    if dim in ("unit", "condition"):
        for at, tree in enumerate(trees):
            inside = tree.get(total[dim], frozenset()) - {total[dim]}
            met = {row[dim] for row in line if row[dim] in inside} if inside else set()
            deeper = frozenset().union(*(_within(code, trees[: at + 1]) for code in met))
            yield [row for row in line if row[dim] in met - deeper] if met else []
    elif dim == "classification":
        for classes in CLASSES.get(total[dim], ()):
            yield [row for row in line if row[dim] in classes]
    elif dim == "age":
        first, last = total[dim]
        yield from _tilings(
            [r for r in line if first <= r[dim][0] and r[dim][1] <= last and r is not total], first, last
        )
    elif total[dim] == "all":
        yield [row for row in line if row[dim] != "all"]


def _tilings(bands: Sequence[Row], first: float, last: float, dim: str = "age") -> list[list[Row]]:
    """Ways to fill an age band (or a span of days) with narrower ones from end to end, the narrowest first."""
    found: list[list[Row]] = []
    reaching = {last}  # ages from which the end can be reached; no other way is begun
    for band in sorted(bands, key=lambda row: row[dim], reverse=True):
        if band[dim][1] in reaching:
            reaching.add(band[dim][0])

    def laid(at: float, before: list[Row]) -> None:
        if at >= last:
            found.append(before)
        for band in sorted(bands, key=lambda row: row[dim]):
            if band[dim][0] == at < band[dim][1] in reaching and len(found) < MOST_TILINGS:
                laid(band[dim][1], [*before, band])

    laid(first, [])
    return found


def _to_the_end(name: str, ways: Mapping[str, Sequence[Terms]]) -> Terms:
    """The finest parts of a name, however many steps down."""
    if name not in ways:
        return (name,)
    return tuple(sorted(term for part in ways[name][0] for term in _to_the_end(part, ways)))


def _equal(ways: Mapping[str, Sequence[Terms]], finest: Mapping[str, Terms]) -> tuple[tuple[Terms, Terms], ...]:
    """What a total's further ways say beyond its first: the two sums without what they share."""
    found: dict[tuple[Terms, Terms], None] = {}
    for total, (_, *further) in ways.items():
        first = set(finest[total])
        for parts in further:
            other = {term for part in parts for term in finest.get(part, (part,))}
            if first != other:
                found[tuple(sorted(first - other)), tuple(sorted(other - first))] = None
    return tuple(sorted(found))
