"""The far end of a sheet is found however its references are written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sampan.formats.workbook_guard import furthest
from sampan.model.tables import letters


@pytest.mark.parametrize(
    ("xml", "column", "row"),
    [
        (b'<row r="7"><c r="A7"/></row>', 1, 7),
        (b'<c s="1" r="XFD1048576"/>', 16384, 1048576),
        (b"<c r='XFD9'/><c r=\"B2\"/>", 16384, 9),
        (b'<c\tr = "C44"/>', 3, 44),
        (b'<c r="xfd2"/>', 16384, 2),
        (b"<v>for r = 3</v>", 0, 0),
        (b"", 0, 0),
        (b'r="', 0, 0),
        (b'<c r="', 0, 0),
        (b'<c r="Z', 26, 0),
    ],
)
def test_furthest(xml: bytes, column: int, row: int) -> None:
    assert furthest(xml) == (column, row)


@given(st.lists(st.tuples(st.integers(1, 16384), st.integers(1, 1048576)), min_size=1, max_size=20))
def test_furthest_of_many(cells: list[tuple[int, int]]) -> None:
    xml = b"".join(f'<c r="{letters(column)}{row}" t="s"><v>1</v></c>'.encode() for column, row in cells)
    assert furthest(xml) == (max(column for column, _ in cells), max(row for _, row in cells))
