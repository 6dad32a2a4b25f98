"""A formula as a SQL predicate over a table with one column for each attribute.

`is_true` is for a where clause: null and unknown codes fall out by themselves, since no `not` is written.
Names of columns come from our own code; codes are quoted (a parameter for each of hundreds of units
would be slower), and a code that could leave its quotes is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sampan.sharing.fragment.formula import All, Always, Formula, Gap, Is, Least, Most, Not, OneOf, Some


def is_true(formula: Formula, columns: Mapping[str, str] | None = None) -> str:
    """The SQL condition that holds exactly where the formula is True (null counts as not holding)."""
    return _render(formula, True, columns or {})


def is_false(formula: Formula, columns: Mapping[str, str] | None = None) -> str:
    """The SQL condition that holds exactly where the formula is False (null counts as not holding)."""
    return _render(formula, False, columns or {})


def truth_value(formula: Formula, columns: Mapping[str, str] | None = None) -> str:
    """An expression with the three values: true, false, null."""
    return f"case when {is_true(formula, columns)} then true when {is_false(formula, columns)} then false end"


def _render(formula: Formula, wanted: bool, columns: Mapping[str, str]) -> str:  # noqa: PLR0911  one return for each kind of formula
    match formula:
        case All(parts):
            return _joined([_render(part, wanted, columns) for part in parts], "and" if wanted else "or")
        case Some(parts):
            return _joined([_render(part, wanted, columns) for part in parts], "or" if wanted else "and")
        case Not(part):
            return _render(part, not wanted, columns)
        case Always(value):
            return "true" if value is wanted else "false"
        case OneOf(attribute, values, world):
            if not values:
                return "false" if wanted else "true"
            return _among(_column(attribute, columns), values if wanted else world - values)
        case Is(attribute, values, _):
            inside = _among(_column(attribute, columns), values)
            return inside if wanted else f"({inside}) is not true"
        case Least(attribute, bound):
            return f"{_column(attribute, columns)} {'>=' if wanted else '<'} {_number(attribute, bound)}"
        case Most(attribute, bound):
            return f"{_column(attribute, columns)} {'<=' if wanted else '>'} {_number(attribute, bound)}"
        case Gap(later, earlier, least):
            days = f"({_column(later, columns)} - {_column(earlier, columns)})"
            return f"{days} {'>=' if wanted else '<'} {int(least)}"


def _joined(parts: list[str], word: str) -> str:
    empty = "true" if word == "and" else "false"
    deciding = "false" if word == "and" else "true"
    left = [part for part in parts if part != empty]
    if deciding in left:
        return deciding
    if not left:
        return empty
    return left[0] if len(left) == 1 else "(" + f" {word} ".join(left) + ")"


def _among(column: str, codes: frozenset[str]) -> str:
    if not codes:
        return "false"
    return f"{column} in ({', '.join(quoted(code) for code in sorted(codes))})"


def quoted(code: str) -> str:
    """A code as a SQL literal."""
    assert "\x00" not in code, code
    return "'" + code.replace("'", "''") + "'"


def _column(attribute: str, columns: Mapping[str, str]) -> str:
    return columns.get(attribute) or '"' + attribute.replace('"', '""') + '"'


def _number(attribute: str, bound: int) -> str:
    if attribute.startswith(("day:", "period_")):
        return f"date '{date.fromordinal(max(1, min(bound, date.max.toordinal()))).isoformat()}'"
    return str(int(bound))
