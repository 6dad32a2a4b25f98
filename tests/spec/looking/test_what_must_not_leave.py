"""Columns of persons and secret text stop a file on the sender's own machine. No message repeats what stands there."""

from __future__ import annotations

from datetime import date

from sampan.formats import read
from sampan.harmonise.look import Stop, gate
from sampan.model.tables import Layout


def stops(drawn: str, country: str, **more: object) -> list[Stop]:
    """What the gate says of a delivery drawn as text."""
    lines = [line.strip() for line in drawn.strip().splitlines()]
    tables = read("\n".join(lines).encode(), "drawn.csv", Layout())
    return gate(tables, country, on=date(2026, 3, 1), **more)  # type: ignore[arg-type]  # real options


LIST = """
    Mã số,Họ và tên,Tỉnh,Ghi chú
    1,Nguyễn Văn A,Tây Ninh,khỏi
    2,Trần Thị B,Tây Ninh,gọi 0912 345 678 tel: 0912 345 678
    """


def test_names_by_their_header_and_telephones_by_their_digits() -> None:
    """Nobody declared these columns: one is known by its header, the other by a number inside a remark."""
    assert [(stop.column, stop.kind) for stop in stops(LIST, "VN")] == [("B", "name"), ("D", "telephone")]


def test_a_message_does_not_repeat_the_person() -> None:
    """Letters of columns and counts are enough to find them."""
    told = " ".join(stop.sentence for stop in stops(LIST, "VN"))
    assert "0912" not in told
    assert "Nguyễn" not in told


def test_what_the_source_declares_may_come() -> None:
    """Declared columns of persons are stripped when the file is read."""
    assert stops(LIST, "VN", declared={"Họ và tên", "Ghi chú"}) == []


SECRET = """
    Tỉnh,Bệnh,Số mắc
    An Giang,Sốt xuất huyết,5
    Tây Ninh,Bệnh truyền nhiễm nguy hiểm mới nổi chưa rõ tác nhân,12
    """


def test_secret_text_stops_until_it_is_published() -> None:
    """Decision 440/QD-TTg: numbers of an emerging disease of unknown agent, until the ministry makes them public."""
    (stop,) = stops(SECRET, "VN")
    assert (stop.rule, stop.column, stop.rows) == ("secrecy-class", "B", (3,))
    assert stops(SECRET, "VN", lifted={"vn-440-2024-figures"}) == []


def test_each_country_has_its_own_law() -> None:
    """No country's rule is a default: where no class is on record, none is applied."""
    assert stops(SECRET, "KH") == []
