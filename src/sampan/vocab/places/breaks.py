"""Break marks: where a line of figures runs into another territory, every figure of it can say so.

Long An to 2025 and Tây Ninh after it are two territories; whoever puts their figures in one line sees the mark on
both sides of the day. A mere change of code is no break.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sampan.model.places import Unit
from sampan.vocab.places.lineage import chain
from sampan.vocab.places.registry import Registry

ANOTHER = "another territory under the same code"


@dataclass(frozen=True)
class Edge:
    """The day a unit's territory began or ended, how, and the units on the other side of that day."""

    on: date
    began: bool
    mark: str
    others: tuple[Unit, ...]

    def __str__(self) -> str:
        """In words: "territory changed (merge) on 2025-07-01; before it VN-37 Tây Ninh, VN-41 Long An"."""
        side = "before" if self.began else "after"
        return f"{self.mark}; {side} it " + ", ".join(f"{one.place} {one.name}" for one in self.others)


def edges(registry: Registry, unit_id: str) -> tuple[Edge, ...]:
    """Where a unit's territory began and ended as another's; empty for one that was always the same."""
    unit = registry.unit(unit_id)
    return (*_edges(registry, unit, began=True), *_edges(registry, unit, began=False))


def days(registry: Registry, units: Iterable[Unit], first: date, last: date) -> list[date]:
    """Days after the first and up to the last on which one of the units began as another territory than before."""
    began = [one for one in units if first < one.begins <= last]
    return sorted({edge.on for one in began for edge in edges(registry, one.id) if edge.began})


def _edges(registry: Registry, unit: Unit, *, began: bool) -> list[Edge]:
    """One edge for each kind of change on this side of the unit's life."""
    found: dict[tuple[date, str], list[Unit]] = {}
    for other in _beside(registry, unit, began=began):
        link = chain(registry, unit.id, other.id)
        if not link.same:
            on = max(unit.begins, other.begins)
            mark = link.mark if link.on and link.mark else f"{ANOTHER} from {on.isoformat()}"
            found.setdefault((on, mark), []).append(other)
    return [
        Edge(on, began, mark, tuple(sorted(others, key=lambda one: one.id))) for (on, mark), others in found.items()
    ]


def _beside(registry: Registry, unit: Unit, *, began: bool) -> list[Unit]:
    """The units whose land it took or that took its land; else the one that bore its code before or after it."""
    linked = unit.predecessors if began else unit.successors
    if linked:
        return [registry.unit(one) for one in linked]
    same = registry.of_place(unit.place)
    if began:
        return [one for one in same if one.begins < unit.begins][-1:]
    return [one for one in same if one.begins > unit.begins][:1]
