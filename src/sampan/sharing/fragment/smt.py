"""A formula as z3 terms, for proofs about every row at once: can a clause ever apply, is A stricter than B.

Each attribute is an integer: a code's position in its world, -1 for null, -2 for a code outside the world.
Numbers and days have a second variable that says whether they are null.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import z3

from sampan.sharing.fragment.formula import All, Always, Formula, Gap, Is, Least, Most, Not, OneOf, Some

NULL, UNKNOWN = -1, -2


@dataclass
class Terms:
    """The z3 variables of a formula's attributes, shared by every formula compiled with it."""

    worlds: dict[str, tuple[str, ...]] = field(default_factory=dict)
    codes: dict[str, z3.ArithRef] = field(default_factory=dict)
    numbers: dict[str, z3.ArithRef] = field(default_factory=dict)
    nulls: dict[str, z3.BoolRef] = field(default_factory=dict)

    def code(self, attribute: str, world: frozenset[str]) -> z3.ArithRef:
        """The variable of a coded attribute."""
        if attribute not in self.codes:
            self.worlds[attribute] = tuple(sorted(world))
            self.codes[attribute] = z3.Int(attribute)
        return self.codes[attribute]

    def number(self, attribute: str) -> tuple[z3.ArithRef, z3.BoolRef]:
        """The variable of a number or day, and whether it is there."""
        if attribute not in self.numbers:
            self.numbers[attribute] = z3.Int(attribute)
            self.nulls[attribute] = z3.Bool(f"{attribute} is null")
        return self.numbers[attribute], z3.Not(self.nulls[attribute])

    def bounds(self) -> list[z3.BoolRef]:
        """Every code is in its world, null or unknown."""
        return [z3.And(term >= UNKNOWN, term < len(self.worlds[attribute])) for attribute, term in self.codes.items()]


def is_true(formula: Formula, terms: Terms) -> z3.BoolRef:
    """The z3 term that holds exactly where the formula is True."""
    return _compile(formula, True, terms)


def is_false(formula: Formula, terms: Terms) -> z3.BoolRef:
    """The z3 term that holds exactly where the formula is False."""
    return _compile(formula, False, terms)


def row_of(model: z3.ModelRef, terms: Terms) -> dict[str, Any]:
    """The row a model stands for; null for what the model leaves open or says is null."""
    row: dict[str, Any] = {}
    for attribute, term in terms.codes.items():
        at = model.eval(term, model_completion=True).as_long()
        row[attribute] = terms.worlds[attribute][at] if at >= 0 else (None if at == NULL else "?")
    for attribute, term in terms.numbers.items():
        missing = z3.is_true(model.eval(terms.nulls[attribute], model_completion=True))
        row[attribute] = None if missing else model.eval(term, model_completion=True).as_long()
    return row


def values_of(row: Mapping[str, Any], terms: Terms) -> list[tuple[z3.ExprRef, z3.ExprRef]]:
    """The substitution that fills one row into the compiled terms."""
    pairs: list[tuple[z3.ExprRef, z3.ExprRef]] = []
    for attribute, term in terms.codes.items():
        code, world = row.get(attribute), terms.worlds[attribute]
        at = NULL if code is None else (world.index(code) if code in world else UNKNOWN)
        pairs.append((term, z3.IntVal(at)))
    for attribute, term in terms.numbers.items():
        value = row.get(attribute)
        pairs += [(term, z3.IntVal(value or 0)), (terms.nulls[attribute], z3.BoolVal(value is None))]
    return pairs


def _compile(formula: Formula, wanted: bool, terms: Terms) -> z3.BoolRef:  # noqa: PLR0911  one return for each kind of formula
    match formula:
        case All(parts):
            joined = [_compile(part, wanted, terms) for part in parts]
            return z3.And(*joined) if wanted else z3.Or(*joined)
        case Some(parts):
            joined = [_compile(part, wanted, terms) for part in parts]
            return z3.Or(*joined) if wanted else z3.And(*joined)
        case Not(part):
            return _compile(part, not wanted, terms)
        case Always(value):
            return z3.BoolVal(value is wanted)
        case OneOf(attribute, values, world):
            return _among(attribute, values, world, wanted, terms)
        case Is(attribute, values, world):
            inside = _positions(attribute, values, world, terms)
            return inside if wanted else z3.Not(inside)
        case Least(attribute, bound):
            term, there = terms.number(attribute)
            return z3.And(there, term >= bound if wanted else term < bound)
        case Most(attribute, bound):
            term, there = terms.number(attribute)
            return z3.And(there, term <= bound if wanted else term > bound)
        case Gap(later, earlier, least):
            (after, one), (before, two) = terms.number(later), terms.number(earlier)
            return z3.And(one, two, after - before >= least if wanted else after - before < least)


def _among(attribute: str, values: frozenset[str], world: frozenset[str], wanted: bool, terms: Terms) -> z3.BoolRef:
    if not values:
        return z3.BoolVal(not wanted)
    return _positions(attribute, values if wanted else world - values, world, terms)


def _positions(attribute: str, codes: frozenset[str], world: frozenset[str], terms: Terms) -> z3.BoolRef:
    term = terms.code(attribute, world)
    positions = [index for index, code in enumerate(terms.worlds[attribute]) if code in codes]
    return z3.Or(*(z3.And(term >= first, term <= last) for first, last in _runs(positions)))


def _runs(positions: list[int]) -> list[tuple[int, int]]:
    """Consecutive positions as (first, last): a long list of codes becomes a few comparisons."""
    runs: list[tuple[int, int]] = []
    for position in positions:
        if runs and runs[-1][1] == position - 1:
            runs[-1] = (runs[-1][0], position)
        else:
            runs.append((position, position))
    return runs
