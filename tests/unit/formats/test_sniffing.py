"""Guesses about files never seen: tables drawn as text, and what we take them for."""

from __future__ import annotations

import pytest
from tests.unit.formats.test_reading import workbook

from sampan.formats import SheetGuess, read, sniff


def guess(drawn: str) -> SheetGuess:
    """Rows one a line, cells parted by |."""
    (found,) = sniff(drawn.replace(" | ", "|").encode(), "f.csv")
    return found


@pytest.mark.parametrize(
    ("drawn", "titles", "header", "first", "totals"),
    [
        ("place|cases\nA|1\nB|2\nTotal|3\n", (), (1,), 2, (4,)),
        ("Weekly return||\n||\nplace|cases|deaths\nA|1|0\nB|2|-\n", (1,), (3,), 4, ()),
        ("|dengue||malaria|\nplace|cases|deaths|cases|deaths\nA|1|0|2|0\nB|1|0|2|0\nรวม|2|0|4|0\n", (), (1, 2), 3, (5,)),
        ("จังหวัด|1|2|3|4|5\nลำปาง|๑|๒|๓|๔|๐\nตาก|1|2|3|4|0\n", (), (1,), 2, ()),
        ("place|2023|2024|2025\nA|5|6|7\nTổng cộng|5|6|7\n", (), (1,), 2, (3,)),
        ("1|2025-01-01|12\n2|2025-01-02|15\n3|2025-01-03|15\n", (), (), 1, ()),
        ("name|sex\nA|F\nB|F\n", (), (1,), 2, ()),
        ("Weekly return|Week 31|2024|Kampot\n|||\nplace|disease|cases|\nA|x|4|\nB|x|0|\n", (1,), (3,), 4, ()),
        ("A|x|4\nB|y|\nC|z|7\nD|w|8\n", (), (), 1, ()),
        ("Ministry of Health, Department of Communicable Disease Control||\nWeek 31||\nplace|date|cases\nA|01/02/2567|៣\n合计||3\n",
         (1, 2), (3,), 4, (5,)),
    ],
)  # fmt: skip
def test_shapes(drawn: str, titles: tuple, header: tuple, first: int, totals: tuple) -> None:
    found = guess(drawn)
    assert (found.shape.title_rows, found.header_rows, found.shape.first_row, found.totals_rows) == (
        titles, header, first, totals,
    )  # fmt: skip


def test_a_guess_reads_the_file_it_was_made_from() -> None:
    visible, hidden, blank = sniff(workbook(), "k.xlsx")
    assert (visible.header_rows, visible.shape.title_rows, hidden.hidden, blank.rows_seen) == ((3, 4), (1,), True, 0)
    (table,) = read(workbook(), "k.xlsx", visible.layout)
    assert [column.name for column in visible.columns] == [column.name for column in table.columns]
    assert visible.columns[1].samples == ("12", "0.5")


def test_evidence_of_a_thai_file() -> None:
    (found,) = sniff("จังหวัด;จำนวนป่วย\nเชียงใหม่;12\nลำปาง;3\n".encode("cp874"), "f.csv")
    assert found.encoding and found.delimiter
    assert (found.encoding.name, found.delimiter.char) == ("cp874", ";")
    assert 0.9 <= found.encoding.confidence < 1
    assert "Thai" in found.encoding.evidence


def test_rows_of_data_above_the_first_plain_figure_are_no_header() -> None:
    rows = [
        "Takeo|W1|dengue|many",
        "Kampot|W1|dengue|about 5",
        "Kandal|W1|dengue|7",
        "Kep|W2|dengue|8",
        "Kep|W3|dengue|9",
    ]
    assert guess("\n".join(["place|week|disease|cases", *rows, ""])).header_rows == (1,)
    for odd in ("1e308", "1E3", "<5", "(4)", "7*", "1,234.5"):
        drawn = "\n".join(["place|week|disease|cases", rows[0].replace("many", odd), *rows[2:], ""])
        assert guess(drawn).header_rows == (1,), odd
