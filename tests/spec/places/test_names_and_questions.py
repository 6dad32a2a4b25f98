"""A place name becomes one place, a question, or nothing; a wrong place is the worst answer."""

from __future__ import annotations

from datetime import date

from sampan.vocab.places import resolve


def rows(text: str) -> list[list[str]]:
    """A table drawn with bars between its columns, its header left out."""
    lines = [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]
    return lines[1:]


def check(drawn: list[list[str]]) -> None:
    """Each row: country, name as written, place, how it was known."""
    for country, name, place, how in drawn:
        (found,) = resolve([name], country=country)
        assert [found.place or "", found.how] == [place, how], (country, name, found)


def test_one_place_written_many_ways() -> None:
    """Script, case, marks, words of kind, shortened ends and another encoding of Burmese lead to the same code."""
    check(
        rows(
            """
            country | written             | place   | how
            KH      | បាត់ដំបង              | KH-2    | exact
            KH      | ខេត្តបាត់ដំបង          | KH-2    | alias
            KH      | BATTAMBANG          | KH-2    | folded
            VN      | Tỉnh Đắk Lắk        | VN-33   | exact
            VN      | Daklak              | VN-33   | alias
            VN      | dak-lak             | VN-33   | folded
            TH      | จ.เชียงใหม่           | TH-50   | folded
            LA      | ແຂວງຈຳປາສັກ          | LA-CH   | folded
            MM      | ကခ်င္ျပည္နယ္         | MM-11   | folded
            MM      | BAGO (W             | MMR008  | folded
            ID      | KALIMANTAN SELATA   | ID-KS   | fuzzy
            CN      | 雲南省               | CN-YN   | folded
            """
        )
    )


def test_what_could_be_two_is_asked() -> None:
    """Two units with one name, a beginning that several continue, a misspelling between two names."""
    check(
        rows(
            """
            country | written           | place | how
            LA      | Vientiane         |       | ask
            LA      | Vientiane Capital |       | ask
            VN      | Châu Thành        |       | ask
            KH      | Kampong Ch        |       | ask
            VN      | Quang Nanh        |       | ask
            MM      | Bago (            |       | ask
            """
        )
    )


def test_what_is_no_place_is_none() -> None:
    """Diseases, hospitals, prisons, totals, "unknown", and places of other countries."""
    check(
        rows(
            """
            country | written                          | place | how
            VN      | Sốt xuất huyết                   |       | none
            KH      | Kampong Cham Provincial Hospital |       | none
            TH      | เรือนจำจังหวัดตราด                  |       | none
            LA      | ລວມທັງໝົດ                         |       | none
            MM      | မသိ                              |       | none
            KH      | Bangkok                          |       | none
            """
        )
    )


def test_a_word_of_kind_tells_two_apart() -> None:
    """A province and its chief town share a name; what stands before or after the name says which is meant."""
    check(
        rows(
            """
            country | written            | place   | how
            KH      | Battambang         | KH-2    | alias
            KH      | Krong Battambang   | KH-0203 | folded
            VN      | Tây Ninh           | VN-37   | exact
            VN      | Thành phố Tây Ninh | VN-703  | exact
            LA      | Vientiane Province | LA-VI   | alias
            """
        )
    )


def test_a_parent_tells_homonyms_apart() -> None:
    """Nine districts are called Châu Thành; the province above, or the place after a comma, says which."""
    (below,) = resolve(["Châu Thành"], country="VN", parent="Tây Ninh")
    (after,) = resolve(["Châu Thành, An Giang"], country="VN")
    assert (below.place, after.place) == ("VN-708", "VN-892")


def test_the_day_decides_which_territory() -> None:
    """Without a day a name whose territory changed is its code, never one of its units; with a day it is one unit."""
    drawn = rows(
        """
        on         | written  | place | unit
                   | Tây Ninh | VN-37 |
        2025-06-30 | Tây Ninh | VN-37 | VN-37@0001-01-01
        2025-07-01 | Tây Ninh | VN-37 | VN-37@2025-07-01
        2025-07-01 | Long An  | VN-41 |
        """
    )
    for on, name, place, unit in drawn:
        (found,) = resolve([name], country="VN", on=date.fromisoformat(on) if on else None)
        assert [found.place, found.unit or ""] == [place, unit]
    assert found.candidates == ("VN-37@2025-07-01",)  # the land of Long An lies there now; the reader decides
