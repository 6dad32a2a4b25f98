"""Terms of one field over several tables of one delivery."""

from __future__ import annotations

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from sampan.harmonise.terms import TermColumn
from sampan.model.tables import Reading


def test_a_term_met_in_a_later_table_is_read_and_not_taken_for_an_earlier_one():
    column = TermColumn(lambda terms: [Reading(term, (term or "").upper()) for term in terms], pl.String())
    seen = [
        column.values(column.codes(pl.Series(table, dtype=pl.String))).to_list()
        for table in (["june"], ["july"], ["june", "august"])
    ]
    assert seen == [["JUNE"], ["JULY"], ["JUNE", "AUGUST"]]
    assert [reading.term for reading in column.readings] == ["june", "july", "august"]


TABLES = st.lists(st.lists(st.none() | st.sampled_from("abcdef"), max_size=12), min_size=1, max_size=4)


@given(tables=TABLES)
def test_each_term_is_read_once_and_a_blank_cell_is_no_term(tables: list[list[str | None]]) -> None:
    asked: list[str | None] = []

    def read(terms: list[str | None]) -> list[Reading]:
        asked.extend(terms)
        return [Reading(term, term, "odd" if term in ("b", "d") else None) for term in terms]

    column = TermColumn(read, pl.String())
    for table in tables:
        codes = column.codes(pl.Series(table, dtype=pl.String))
        assert column.values(codes).to_list() == table
        assert column.texts(codes).cast(pl.String).to_list() == table
        assert column.problem_rows(codes).tolist() == [row for row, term in enumerate(table) if term in ("b", "d")]
    assert sorted(map(str, asked)) == sorted({term for table in tables for term in table if term is not None})
