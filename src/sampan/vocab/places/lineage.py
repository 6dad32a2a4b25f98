"""What happened to territories: which unit followed which, and which figures may be put in one line or one sum.

A series that runs across two units carries a break mark; two units are summed into a third only if together
they are the whole of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sampan.model.places import Unit
from sampan.vocab.places.registry import Change, Registry


@dataclass(frozen=True)
class Chain:
    """May figures of two units stand in one line? `mark` says why not; None means the same territory."""

    same: bool
    mark: str | None
    on: date | None = None


@dataclass(frozen=True)
class Sum:
    """Units that together are one territory. `whole` is that unit's id, None if they are the whole of nothing."""

    whole: str | None
    missing: tuple[str, ...] = ()
    partly: tuple[str, ...] = ()  # units that gave the whole a part of their land only, and are not in the sum
    overlapping: tuple[tuple[str, str], ...] = ()


def chain(registry: Registry, first: str, second: str) -> Chain:
    """Whether the figures of two units may be drawn as one line.

    Same unit or a mere change of code: yes. Anything else carries a break mark, so Long An to 2025 and
    Tây Ninh after it never become one series without one.
    """
    if first == second:
        return Chain(True, None)
    if second in _recoded(registry, first) or first in _recoded(registry, second):
        return Chain(True, None)
    before, after = registry.unit(first), registry.unit(second)
    if after.begins < before.begins:
        before, after = after, before
    steps = _path(registry, before.id, after.id)
    if steps:
        kinds = " and ".join(sorted({step.change for step in steps}))
        return Chain(False, f"territory changed ({kinds}) on {after.begins.isoformat()}", after.begins)
    return Chain(False, "different territories", None)


def successors_on(registry: Registry, unit_id: str, on: date) -> tuple[Unit, ...]:
    """Units in force on a day that hold land of this one, by id; the unit itself if it still is."""
    start = registry.unit(unit_id)
    if start.in_force(on):
        return (start,)
    found: dict[str, Unit] = {}
    waiting, seen = list(start.successors), {unit_id}
    while waiting:
        current = waiting.pop()
        if current in seen:
            continue
        seen.add(current)
        unit = registry.unit(current)
        if unit.in_force(on):
            found[unit.id] = unit
        else:
            waiting.extend(unit.successors)
    return tuple(found[key] for key in sorted(found))


def sums(registry: Registry, unit_ids: tuple[str, ...] | list[str]) -> Sum:
    """What a set of units adds up to.

    The whole of a merged unit is all that gave everything to it; the whole of a parent is all its children in
    force at one time. Units that overlap (one inside or after another) never add up.
    """
    units = [registry.unit(unit_id) for unit_id in dict.fromkeys(unit_ids)]
    overlapping = _overlaps(registry, units)
    if overlapping or not units:
        return Sum(None, overlapping=overlapping)
    given = {unit.id for unit in units}
    for target in _targets(registry, units):
        parts = _parts(registry, target)
        if parts and given == parts:
            return Sum(target.id, partly=tuple(sorted(set(target.predecessors) - parts)))
    likely = [_parts(registry, target) for target in _targets(registry, units)]
    best = min((parts - given for parts in likely if given < parts), key=len, default=set())
    return Sum(None, tuple(sorted(best)))


def _parts(registry: Registry, target: Unit) -> set[str]:
    """The units that merged wholly into this one; empty if any of them also gave land elsewhere and lives on."""
    givers = {giver for giver in target.predecessors if registry.unit(giver).place != target.place}
    whole = {giver for giver in givers if registry.unit(giver).successors == (target.id,)}
    same = {giver for giver in target.predecessors if registry.unit(giver).place == target.place}
    merged = any(step.change == "merge" for step in _steps(registry, target.id, into=True))
    return whole | same if merged else set()


def _targets(registry: Registry, units: list[Unit]) -> list[Unit]:
    found = {successor for unit in units for successor in unit.successors}
    return [registry.unit(unit_id) for unit_id in sorted(found)]


def _overlaps(registry: Registry, units: list[Unit]) -> tuple[tuple[str, str], ...]:
    pairs = [(left, right) for index, left in enumerate(units) for right in units[index + 1 :]]
    return tuple((left.id, right.id) for left, right in pairs if _overlap(registry, left, right))


def _overlap(registry: Registry, left: Unit, right: Unit) -> bool:
    """True if one lies in the other or came after it."""
    if left.place == right.place or left.place in _above(registry, right) or right.place in _above(registry, left):
        return True
    return bool(_path(registry, left.id, right.id) or _path(registry, right.id, left.id))


def _above(registry: Registry, unit: Unit) -> set[str]:
    above: set[str] = set()
    parent = unit.parent
    while parent and parent not in above:
        above.add(parent)
        parent = registry.of_place(parent)[-1].parent
    return above


def _steps(registry: Registry, unit_id: str, *, into: bool = False) -> list[Change]:
    unit = registry.unit(unit_id)
    country = registry.country(unit.country, level=unit.level)
    return [change for change in country.changes if (change.after if into else change.before) == unit_id]


def _recoded(registry: Registry, unit_id: str) -> set[str]:
    return {step.after for step in _steps(registry, unit_id) if step.change == "recode"}


def _path(registry: Registry, first: str, last: str) -> list[Change]:
    """The changes that lead from one unit to another, oldest first; empty if none do."""
    waiting: list[tuple[str, list[Change]]] = [(first, [])]
    seen = set()
    while waiting:
        current, way = waiting.pop(0)
        if current == last and way:
            return way
        if current in seen:
            continue
        seen.add(current)
        waiting.extend((step.after, [*way, step]) for step in _steps(registry, current))
    return []
