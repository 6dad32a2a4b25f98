"""What a table does not report makes no figure, in a long table as in a wide one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from tests.unit.checks.drawn import table, weekly

from sampan.harmonise.aggregate import AggregateHarmoniser
from sampan.model.errors import UserError
from sampan.model.sources import Words
from sampan.sources.definition import load_folder

LONG = """
    place      | period   | condition | value
    Phuket     | 2024-W30 | dengue    | 3
    Chiang Mai | 2024-W30 | dengue    | n.r.
    Krabi      | 2024-W30 | dengue    |
    Phayao     | 2024-W30 | dengue    | -
"""


def test_a_row_that_says_not_reported_is_no_figure_and_is_counted() -> None:
    words = Words(calendar="iso", silences={"n.r.": "not_reported", "": "not_reported", "-": "unknown"})
    source = weekly(words=words, mode="snapshot", scope=("period",))
    read = AggregateHarmoniser(source).harmonise(table(LONG))
    assert read.table.get_column("status").to_list() == ["reported", "unknown"]
    assert (read.balance.rows_in, read.balance.rows_not_reported) == (2, 2)
    assert read.silent is not None
    assert read.silent.height == 2, "a snapshot of some weeks covers what it does not report"


def test_a_long_table_without_such_a_word_keeps_every_row() -> None:
    read = AggregateHarmoniser(weekly(words=replace(weekly().words, silences={"-": "unknown"}))).harmonise(table(LONG))
    assert (read.balance.rows_in, read.balance.set_aside, read.balance.rows_not_reported) == (4, 1, 0)


def test_a_silence_that_is_none_of_ours_is_refused(tmp_path: Path) -> None:
    told = "id: x\ntitle: X\nowner: o\ncountry: TH\nkind: aggregate\ncolumns: {value: cases}\n"
    (tmp_path / "source.yml").write_text(told + 'silences: {"-": unreported}\n')
    with pytest.raises(UserError, match="not_reported"):
        load_folder(tmp_path)
