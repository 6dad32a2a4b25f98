"""Every cell arrives as text with the row it stood in; nothing is converted, and no row is lost without a word."""

from __future__ import annotations

from sampan.formats import read, sniff
from sampan.model.tables import Layout, RawTable


def table(drawn: str, encoding: str = "utf-8", **layout: object) -> RawTable:
    """A delivery drawn as text."""
    lines = [line.strip() for line in drawn.strip().splitlines()]
    (found,) = read("\n".join(lines).encode(encoding), "drawn.csv", Layout(**layout))  # type: ignore[arg-type]  # real fields
    return found


def test_blank_dash_and_zero_are_three_things() -> None:
    """A blank cell is null. A dash and a zero keep their text: what they mean is for the source to say."""
    read_as = table(
        """
        place,cases
        Takeo,0
        Kampot,-
        Kandal,
        """
    )
    assert read_as.frame.rows() == [(2, "Takeo", "0"), (3, "Kampot", "-"), (4, "Kandal", None)]


def test_rows_keep_the_numbers_a_person_sees() -> None:
    """Titles, two header rows and a blank row count; the header's cells are joined from above to below."""
    read_as = table(
        """
        Weekly return;;
        ;dengue;
        place;cases;deaths

        Takeo;3;0
        """,
        header_rows=(2, 3),
    )
    assert [column.name for column in read_as.columns] == ["place", "dengue / cases", "dengue / deaths"]
    assert read_as.frame.rows() == [(5, "Takeo", "3", "0")]
    assert read_as.titles == ("Weekly return",)


def test_a_cell_too_many_is_kept_and_told() -> None:
    """The row is wider than the header: its last cell gets a column of its own, so that somebody asks."""
    read_as = table(
        """
        place,cases
        Takeo,3
        Kampot,1,234
        """
    )
    assert read_as.frame.rows() == [(2, "Takeo", "3", None), (3, "Kampot", "1", "234")]
    assert read_as.columns[-1].name == "column 3"


def test_thai_bytes_are_told_from_evidence() -> None:
    """Nobody declared the encoding. The bytes say it, and the note says how sure they are."""
    read_as = table(
        """
        จังหวัด,ป่วย
        เชียงใหม่,๓
        """,
        encoding="cp874",
    )
    assert read_as.frame.rows() == [(2, "เชียงใหม่", "๓")]
    assert read_as.notes[0].startswith("encoding cp874, confidence 0.9")


def test_a_file_never_seen_is_guessed_with_evidence() -> None:
    """Titles, header, first row of data and a totals row; the word for a total is known in seven languages."""
    (guess,) = sniff("ລາຍງານ,\n,\nແຂວງ,ຈຳນວນ\nຜົ້ງສາລີ,4\nບໍ່ແກ້ວ,1\nລວມ,5\n".encode(), "new.csv")
    assert (guess.shape.title_rows, guess.header_rows, guess.shape.first_row, guess.totals_rows) == (
        (1,),
        (3,),
        4,
        (6,),
    )
