"""Terms of one field over several tables of one delivery."""

from __future__ import annotations

import polars as pl

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
