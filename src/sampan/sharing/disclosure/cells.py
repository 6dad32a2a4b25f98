"""A table of counts as all its cells: the finest ones, every grouping of them, and the totals.

Each cell is a set of finest cells (a 0/1 row over them), so that margins, nested hierarchies and
overlapping groupings are one and the same thing to everything that follows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np
import polars as pl
import scipy.sparse as sp

from sampan.model.errors import UserError

TOTAL = "Total"
MOST = 1e12  # persons in all: beyond it a column holds something else, and whole numbers would no longer be exact
NAMED = 5  # codes that an answer names
Edges = Sequence[tuple[str, str]]  # (child, parent)


@dataclass(frozen=True)
class Cells:
    """Every cell of a table.

    `codes` has one tuple of codes for each cell, in the order of `dims`; `members` (cells x finest
    cells, 0/1) says which finest cells it adds up; `finest` and `values` are their counts of persons.
    """

    dims: tuple[str, ...]
    codes: tuple[tuple[str, ...], ...]
    members: sp.csr_matrix
    finest: np.ndarray
    values: np.ndarray

    def __len__(self) -> int:
        return len(self.codes)


def build(
    table: pl.DataFrame,
    *,
    dims: Sequence[str],
    count: str,
    hierarchies: Mapping[str, Sequence[Edges]] | None = None,
) -> Cells:
    """All cells of `table` (one row for each finest cell; rows of the same cell are added).

    A combination of codes that has no row counts 0, as in any cross-tabulation of counts.
    UserError for an absent column, a blank or negative or fractional count, and a grouping that is no grouping.
    """
    _require_columns(table, [*dims, count])
    table = table.with_columns(pl.col(dim).cast(pl.String).str.strip_chars().replace("", None) for dim in dims)
    counts = _counts(table, count)
    axes = [_axis(table, dim, (hierarchies or {}).get(dim, ())) for dim in dims]
    finest = _crossed(table, dims, [axis[0] for axis in axes], counts)
    members = reduce(lambda left, right: sp.kron(left, right, format="csr"), [axis[2] for axis in axes])
    codes = _cross_codes([axis[1] for axis in axes])
    values = np.asarray(members @ finest).ravel()
    return Cells(tuple(dims), codes, sp.csr_matrix(members), finest, values)


def _require_columns(table: pl.DataFrame, wanted: Sequence[str]) -> None:
    absent = [name for name in wanted if name not in table.columns]
    if absent:
        raise UserError(
            f"there is no column {absent[0]!r} in the table",
            kept="nothing was written",
            do=f"columns found: {', '.join(table.columns)}",
        )
    taken = {"value", "status"} & set(wanted[:-1])
    if taken:
        raise UserError(
            f"a dimension is called {taken.pop()!r}, which the answer needs for itself",
            kept="nothing was written",
            do="rename the column",
        )
    if len(wanted) < 2:
        raise UserError("no dimension is named", kept="nothing was written", do="name the columns that make the cells")
    if len(set(wanted)) != len(wanted):
        raise UserError(
            "a column is named twice",
            where=f"columns {', '.join(wanted)}",
            kept="nothing was written",
            do="name each dimension once, and the count apart from them",
        )
    if table.is_empty():
        raise UserError("the table has no rows", kept="nothing was written", do="give a table with one row for a cell")


def _counts(table: pl.DataFrame, count: str) -> np.ndarray:
    text = table.get_column(count).cast(pl.String).str.strip_chars()
    whole = text.str.replace(r"\.0+$", "").cast(pl.Int64, strict=False)
    wrong = (whole.is_null() | (whole < 0).fill_null(True)).arg_true()
    if len(wrong):
        row = int(wrong[0])
        found = "blank" if text[row] in (None, "") else "not a whole number of persons"
        raise UserError(
            f"a count is {found}",
            where=f"column {count}, data row {row + 1}, {len(wrong)} such rows",
            kept="nothing was written; a blank is not a zero",
            do="write 0 where nobody was counted; a cell without a row counts as 0 too, so leave a place or group that "
            "was not reported out altogether",
        )
    if float(whole.cast(pl.Float64).sum()) > MOST:
        raise UserError(
            "the counts are too large to be persons",
            where=f"column {count}",
            kept="nothing was written",
            do="name the column that holds the counts",
        )
    return whole.to_numpy().astype(np.int64)


def _axis(
    table: pl.DataFrame, dim: str, hierarchies: Sequence[Edges]
) -> tuple[dict[str, int], list[str], sp.csr_matrix]:
    """Leaf numbers, node codes (total first) and the 0/1 matrix nodes x leaves of one dimension."""
    column = table.get_column(dim).cast(pl.String)
    if column.null_count():
        raise UserError(
            "a cell has no code",
            where=f"column {dim}, data row {int(column.is_null().arg_true()[0]) + 1}",
            kept="nothing was written",
            do="name the category, for example 'unknown'",
        )
    leaves = {code: number for number, code in enumerate(sorted(column.unique().to_list()))}
    groups: dict[str, set[int]] = {}
    for edges in hierarchies:
        for group, inside in _groups(dim, leaves, edges).items():
            if groups.setdefault(group, inside) != inside:
                raise UserError(
                    f"grouping {group!r} means different codes in two hierarchies",
                    where=f"dimension {dim}",
                    kept="nothing was written",
                    do="give the two groupings different codes",
                )
    total = next((code for code in leaves if code.casefold() == TOTAL.casefold()), None)
    if total:
        raise UserError(
            f"{total!r} is used as a code of the finest cells",
            where=f"column {dim}",
            kept="nothing was written",
            do="leave total rows out of the table; they are computed",
        )
    named = {group for group in groups if group.casefold() == TOTAL.casefold()}
    for group in named:
        _require_whole(dim, group, leaves, groups[group])
    nodes = [(TOTAL, set(leaves.values()))]
    nodes += [(group, inside) for group, inside in sorted(groups.items()) if group not in named]
    nodes += [(leaf, {number}) for leaf, number in leaves.items()]
    rows = [row for row, (_, inside) in enumerate(nodes) for _ in inside]
    columns = [number for _, inside in nodes for number in sorted(inside)]
    matrix = sp.csr_matrix((np.ones(len(rows), dtype=np.int64), (rows, columns)), shape=(len(nodes), len(leaves)))
    return leaves, [code for code, _ in nodes], matrix


def _require_whole(dim: str, group: str, leaves: Mapping[str, int], inside: set[int]) -> None:
    outside = [code for code, number in leaves.items() if number not in inside]
    if outside:
        codes = ", ".join(repr(code) for code in outside[:NAMED])
        codes += f" and {len(outside) - NAMED} more" if len(outside) > NAMED else ""
        raise UserError(
            f"a hierarchy leaves codes out of {group!r}: {codes}",
            where=f"dimension {dim}",
            kept="nothing was written; the total is always that of all codes in the table",
            do=f"write child,parent rows that bring every code to {group}, give the part another name, or leave these "
            "codes' rows out of the table",
        )


def _groups(dim: str, leaves: Mapping[str, int], edges: Edges) -> dict[str, set[int]]:
    """Each grouping code and the leaves under it, through any number of levels."""
    children: dict[str, list[str]] = {}
    for child, parent in edges:
        if child != parent:
            children.setdefault(parent, []).append(child)
    for parent in children:
        if parent in leaves:
            raise UserError(
                f"{parent!r} is a grouping and has rows of its own",
                where=f"dimension {dim}",
                kept="nothing was written",
                do="keep only the finest cells in the table; groupings are computed",
            )
    found = {parent: _under(dim, parent, children, leaves, ()) for parent in children}
    if not any(found.values()):
        raise UserError(
            "a hierarchy names none of the table's codes",
            where=f"dimension {dim}",
            kept="nothing was written",
            do=f"write child,parent rows whose children are codes such as {next(iter(leaves))!r}",
        )
    return {parent: inside for parent, inside in found.items() if inside}


def _under(
    dim: str, code: str, children: Mapping[str, list[str]], leaves: Mapping[str, int], path: tuple[str, ...]
) -> set[int]:
    if code in path:
        raise UserError(
            f"grouping {code!r} contains itself",
            where=f"dimension {dim}",
            kept="nothing was written",
            do="take the circle out of the child,parent rows",
        )
    inside = {leaves[code]} if code in leaves else set()
    for child in children.get(code, ()):
        inside |= _under(dim, child, children, leaves, (*path, code))
    return inside


def _crossed(
    table: pl.DataFrame, dims: Sequence[str], leaves: Sequence[Mapping[str, int]], counts: np.ndarray
) -> np.ndarray:
    place = np.zeros(table.height, dtype=np.int64)
    for dim, numbers in zip(dims, leaves, strict=True):
        codes = table.get_column(dim).cast(pl.String).to_list()
        place = place * len(numbers) + np.array([numbers[code] for code in codes], dtype=np.int64)
    finest = np.zeros(int(np.prod([len(numbers) for numbers in leaves])), dtype=np.int64)
    np.add.at(finest, place, counts)
    return finest


def _cross_codes(axes: Iterable[Sequence[str]]) -> tuple[tuple[str, ...], ...]:
    found: list[tuple[str, ...]] = [()]
    for axis in axes:
        found = [(*before, code) for before in found for code in axis]
    return tuple(found)
