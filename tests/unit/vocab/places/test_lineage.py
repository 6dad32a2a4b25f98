"""Territories that changed carry a break mark, and only whole sums are sums."""

from __future__ import annotations

from datetime import date

from sampan.vocab.places import chain, successors_on, sums, unit, units


def test_long_an_and_tay_ninh_never_chain_without_a_mark() -> None:
    link = chain("VN-41@0001-01-01", "VN-37@2025-07-01")
    assert (link.same, link.mark, link.on) == (
        False,
        "territory changed (merge) on 2025-07-01",
        date(2025, 7, 1),
    )
    assert chain("VN-37@2025-07-01", "VN-37@0001-01-01").mark is not None
    assert chain("VN-37@0001-01-01", "VN-37@0001-01-01").same


def test_strangers_and_recodings() -> None:
    assert chain("KH-1@0001-01-01", "VN-37@2025-07-01").mark == "different territories"
    assert chain("TH-4306@0001-01-01", "TH-3803@2011-03-23").same


def test_successors() -> None:
    assert [one.id for one in successors_on("VN-41@0001-01-01", date(2026, 1, 1))] == ["VN-37@2025-07-01"]
    assert [one.id for one in successors_on("VN-41@0001-01-01", date(2020, 1, 1))] == ["VN-41@0001-01-01"]
    assert [one.id for one in successors_on("PH-04@0001-01-01", date(2020, 1, 1))] == [
        "PH-03@2002-05-17",
        "PH-40@2002-05-17",
        "PH-41@2002-05-17",
    ]
    assert {one.place for one in successors_on("VN-15@0001-01-01", date(2026, 1, 1))} == {"VN-HN"}


def test_sums() -> None:
    assert sums(["VN-41@0001-01-01", "VN-37@0001-01-01"]).whole == "VN-37@2025-07-01"
    ha_noi = sums(["VN-15@0001-01-01", "VN-HN@0001-01-01"])
    assert ha_noi.whole == "VN-HN@2008-08-01"
    assert ha_noi.partly == ("VN-14@0001-01-01", "VN-70@0001-01-01")
    assert sums(["VN-52@0001-01-01", "VN-73@2004-01-01"]).missing == ("VN-CT@2004-01-01",)
    assert sums(["VN-41@0001-01-01", "VN-37@2025-07-01"]).overlapping == (("VN-41@0001-01-01", "VN-37@2025-07-01"),)
    assert sums(["MM-02@0001-01-01", "MMR007@0001-01-01"]).overlapping


def test_viet_nam_before_and_after() -> None:
    assert len(units("VN", level=1, on=date(2007, 1, 1))) == 64
    assert len(units("VN", level=1, on=date(2025, 6, 30))) == 63
    assert len(units("VN", level=1, on=date(2025, 7, 1))) == 34
    assert len(units("VN", level=2, on=date(2025, 6, 30))) == 696
    assert units("VN", level=2, on=date(2025, 7, 1)) == []


def test_every_link_leads_to_a_unit_and_meets_its_day() -> None:
    for code in ("KH", "VN", "LA", "TH", "MM", "CN", "MY", "ID", "PH"):
        for one in units(code):
            for after in one.successors:
                assert unit(after).begins == one.ends, (one.id, after)
                assert one.id in unit(after).predecessors
