"""The worlds of the bundled vocabularies: conditions, dated units of the countries named, closed conditions."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files

from sampan.model.places import Unit
from sampan.sharing.fragment.domains import Domains, build
from sampan.vocab import conditions, places


def domains(
    *,
    posts: Iterable[str],
    owners: Mapping[str, str],
    countries: Iterable[str],
    units: Iterable[Unit] = (),
    speaks: Mapping[str, str] | None = None,
) -> Domains:
    """Worlds for these posts, sources (with their owner party) and countries; `units` adds what this home knows more.

    `speaks`: source -> the hierarchy it speaks, where it is not the administrative one.
    """
    found = [unit for country in sorted(set(countries)) for unit in _units(country)]
    return build(
        posts=posts,
        owners=owners,
        parents={"all": None} | {condition.code: condition.parent for condition in conditions.all_conditions()},
        closed=closed_conditions(),
        units=[*found, *units],
        speaks=speaks,
    )


@cache
def closed_conditions() -> tuple[str, ...]:
    """The conditions that a clause must name: closed.csv, with all below them."""
    text = files("sampan.sharing").joinpath("closed.csv").read_text(encoding="utf-8")
    return tuple(row["condition"] for row in csv.DictReader(text.splitlines()))


@cache
def _units(country: str) -> tuple[Unit, ...]:
    return tuple(places.units(country)) if country in places.countries() else ()
