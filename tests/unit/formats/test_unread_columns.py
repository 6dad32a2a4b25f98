"""Columns that nobody takes are not read, and nothing else about the table changes for it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from sampan.formats import read
from sampan.formats.delimited import Narrowed
from sampan.model.tables import ROW, Layout

LAYOUT = Narrowed(batch_rows=2, unread=frozenset({"phone", "note"}))


def whole(path: Path, layout: Layout) -> pl.DataFrame:
    tables = list(read(path, path.name, layout))
    return pl.concat([table.frame for table in tables], how="diagonal")


def test_what_nobody_takes_is_not_in_the_table(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("no,phone,place\n1,081,Trat\n2,082,Loei\n3,083,Yala\n", encoding="utf-8")
    tables = list(read(path, path.name, LAYOUT))
    assert [column.name for column in tables[0].columns] == ["no", "place"]
    assert [(column.name, column.position) for column in tables[0].columns] == [("no", 1), ("place", 3)]
    assert whole(path, LAYOUT).rows() == [(2, "1", "Trat"), (3, "2", "Loei"), (4, "3", "Yala")]


@pytest.mark.parametrize(
    "text",
    [
        "no,phone,place\n1,081,Trat\n\n2,082,Loei\n,083,\n,,\n3,084,Yala\n",  # blank lines, and a row that is only a phone
        "no,phone,note\n1,081,a\n\n2,,\n,083,\n3,084,b\n4,,\n5,,c\n",  # the last column is one nobody takes
        'no,phone,place\n1,"0,81",Trat\n2,"08""2","Lo\nei"\n"","083",""\n3,084,Yala\n',  # quotes, and quoted nothing
        "no,phone,place\n1,081,Trat\n2,082,Loei,too wide\n3,083,Yala\n4,084,Trat\n5,085,Nan\n",
        "no,place,note\n1,Trat,a\n2,Loei,b,too wide\n3,Yala,c\n",
        "no,phone,place\n1,081\n2\n3,083,Yala\n",  # rows cut short
    ],
)
def test_rows_and_other_cells_are_as_if_all_were_read(text: str, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text(text, encoding="utf-8")
    everything = whole(path, replace(LAYOUT, unread=frozenset()))
    found = whole(path, LAYOUT)
    assert found.get_column(ROW).to_list() == everything.get_column(ROW).to_list()
    others = [name for name in everything.columns if name not in LAYOUT.unread]
    assert found.select(others).rows() == everything.select(others).rows()
