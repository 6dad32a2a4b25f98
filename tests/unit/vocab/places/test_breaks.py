"""Break marks stand on both sides of the day on which a territory became another."""

from __future__ import annotations

from datetime import date

import pytest

from sampan.vocab.places import registry


@pytest.mark.parametrize(
    ("unit", "said"),
    [
        ("VN-41@0001-01-01", "territory changed (merge) on 2025-07-01; after it VN-37 Tây Ninh"),
        ("VN-37@2025-07-01", "territory changed (merge) on 2025-07-01; before it VN-37 Tây Ninh, VN-41 Long An"),
        ("VN-15@0001-01-01", "territory changed (merge) on 2008-08-01; after it VN-HN Hà Nội"),
        ("KH-1@0001-01-01", ""),
        ("TH-3803@2011-03-23", ""),  # a mere change of code
    ],
)
def test_in_words(unit: str, said: str) -> None:
    assert "; ".join(str(edge) for edge in registry().breaks(unit)) == said


def test_days_on_which_a_line_breaks() -> None:
    every = registry().units("VN", level=1)
    assert registry().break_days(every, date(2008, 1, 1), date(2026, 1, 1)) == [date(2008, 8, 1), date(2025, 7, 1)]
    assert registry().break_days(every, date(2025, 7, 1), date(2026, 1, 1)) == []
