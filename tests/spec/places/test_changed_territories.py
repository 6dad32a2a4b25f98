"""Figures of two territories are never one line without a mark, nor one sum without being the whole."""

from __future__ import annotations

from sampan.vocab.places import chain, sums


def test_a_line_across_a_merger_carries_a_mark() -> None:
    """Long An ended on 30 June 2025; Tây Ninh since then is another territory than before."""
    assert chain("VN-41@0001-01-01", "VN-37@2025-07-01").mark == "territory changed (merge) on 2025-07-01"
    assert chain("VN-37@0001-01-01", "VN-37@2025-07-01").mark == "territory changed (merge) on 2025-07-01"
    assert chain("VN-37@2025-07-01", "VN-37@2025-07-01").mark is None


def test_a_new_code_for_the_same_land_is_the_same_line() -> None:
    """Sa Kaeo's districts got new codes when it left Prachin Buri; their land stayed as it was."""
    assert chain("TH-2510@0001-01-01", "TH-2706@1993-12-01").same


def test_parts_are_summed_only_into_their_whole() -> None:
    """Hà Tây and old Hà Nội make today's Hà Nội, but for what two neighbours gave; Sóc Trăng alone makes nothing."""
    whole = sums(["VN-15@0001-01-01", "VN-HN@0001-01-01"])
    assert (whole.whole, whole.partly) == ("VN-HN@2008-08-01", ("VN-14@0001-01-01", "VN-70@0001-01-01"))
    part = sums(["VN-52@0001-01-01"])
    assert (part.whole, part.missing) == (None, ("VN-73@2004-01-01", "VN-CT@2004-01-01"))


def test_a_unit_and_what_lies_in_it_are_never_summed() -> None:
    """Bago holds Bago East; Long An lies in the Tây Ninh of today."""
    assert sums(["MM-02@0001-01-01", "MMR007@0001-01-01"]).whole is None
    assert sums(["VN-41@0001-01-01", "VN-37@2025-07-01"]).whole is None
