"""The conditions as three tables beside this file: conditions.csv, names.csv, codes.csv."""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources

from sampan.model.errors import UserError


@dataclass(frozen=True)
class Condition:
    """One condition. `parent` is the wider condition it counts into; `scheme` the severity scheme it belongs to.

    `kind` is disease, syndrome, species, severity or event. Severities of different schemes never convert.
    """

    code: str
    parent: str | None
    kind: str
    scheme: str | None
    icd10: tuple[str, ...]
    icd11: tuple[str, ...]
    title: str
    source: str
    names: dict[str, str] = field(default_factory=dict, compare=False)


def table(file: str) -> list[dict[str, str]]:
    """The rows of one of the CSV files here."""
    text = resources.files("sampan.vocab.conditions").joinpath(file).read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))


@lru_cache(maxsize=1)
def _registry() -> dict[str, Condition]:
    names: dict[str, dict[str, str]] = {}
    for row in table("names.csv"):
        if row["kind"] == "name":
            names.setdefault(row["condition"], {})[row["language"]] = row["name"]
    return {
        row["code"]: Condition(
            row["code"],
            row["parent"] or None,
            row["kind"],
            row["scheme"] or None,
            tuple(row["icd10"].split()),
            tuple(row["icd11"].split()),
            row["title"],
            row["source"],
            names.get(row["code"], {}),
        )
        for row in table("conditions.csv")
    }


def all_conditions() -> list[Condition]:
    """Every condition, in the order of the list."""
    return list(_registry().values())


def condition(code: str) -> Condition:
    """The condition with this code. UserError if there is none."""
    found = _registry().get(code)
    if found is None:
        raise UserError(f"condition {code!r} is not in the list", do="see `conditions.csv` for the codes")
    return found


def ancestors(code: str) -> tuple[str, ...]:
    """The wider conditions it counts into, nearest first.

    >>> ancestors("dss-1997")
    ('dhf-1997', 'dengue')
    """
    chain, parent = [], condition(code).parent
    while parent:
        chain.append(parent)
        parent = condition(parent).parent
    return tuple(chain)


def covers(wider: str, narrower: str) -> bool:
    """True if every case of `narrower` is a case of `wider`; a condition covers itself."""
    return wider == narrower or wider in ancestors(narrower)


def head(code: str) -> str:
    """The widest condition it counts into; itself if there is none, or if it is not in the list.

    >>> head("dss-1997")
    'dengue'
    """
    return (code, *ancestors(code))[-1] if code in _registry() else code


def name(code: str, language: str) -> str:
    """The condition's name for a reader, its English title where the language has none yet."""
    found = condition(code)
    return found.names.get(language) or found.title


def spellings() -> tuple[str, ...]:
    """Every name of every condition as it is listed, in the order of the tables."""
    named = [row["name"] for row in table("names.csv")]
    return tuple(dict.fromkeys([*(one.title for one in all_conditions()), *named]))


def local_codes(code: str, *, country: str, scheme: str | None = None) -> tuple[str, ...]:
    """The codes a country's own list has for a condition, for writing in its own form.

    >>> local_codes("dhf-1997", country="TH")
    ('26',)
    """
    return tuple(
        row["code"]
        for row in table("codes.csv")
        if row["condition"] == code and row["country"] == country and scheme in (None, row["scheme"])
    )
