"""Figures are compared by how they were counted, never by who counted them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from sampan.insight.comparability import WORDS, bundled, practice, restricted, verdict
from sampan.model.practices import Practice

KH = practice("kh-dengue-hospital", "dengue", date(2026, 8, 3))
VN = practice("vn-circular-54", "dengue", date(2026, 8, 3))
SAME = Practice("x", 1, "dengue", "d", "s", "all", 0, 200, "all", "all", "mixed", "iso-week", "onset", "residents")


def test_children_in_hospital_are_not_all_ages() -> None:
    found = verdict(KH, replace(VN, counts="suspected"))
    assert found.word == "not-comparable"
    assert set(found.reasons) == {"age", "setting"}


def test_restricted_to_children_in_hospital_only_a_caveat_remains() -> None:
    children = restricted(replace(VN, counts="suspected"), age_from=0, age_to=16, setting="inpatient")
    found = verdict(KH, children)
    assert found.word == "caveat"
    assert "definition" in found.caveats


def test_a_practice_is_comparable_with_itself_and_not_when_nobody_described_it() -> None:
    assert verdict(SAME, SAME).word == "comparable"
    assert verdict(SAME, replace(SAME, id="y")).word == "comparable"
    unknown = practice("nobody-said", "dengue", date(2026, 1, 1))
    assert verdict(unknown, unknown) == verdict(SAME, unknown) != verdict(SAME, SAME)
    assert verdict(SAME, unknown).caveats == ("unknown",)


@pytest.mark.parametrize(
    ("condition", "change", "word"),
    [
        ("dengue", {"definition": "e"}, "caveat"),
        ("dhf-1997", {"definition": "e"}, "not-comparable"),
        ("severe-dengue-2009", {"definition": "e"}, "not-comparable"),
        ("ili", {"definition": "e"}, "not-comparable"),
        ("sari", {"definition": "e"}, "caveat"),
        ("malaria", {"counts": "confirmed"}, "not-comparable"),
        ("malaria-vivax", {"counts": "confirmed"}, "not-comparable"),
        ("measles", {"counts": "confirmed"}, "not-comparable"),
        ("rabies", {"period_scheme": "cdc-week"}, "caveat"),
        ("rabies", {"sector": "public"}, "caveat"),
        ("rabies", {"age_to": 15.0}, "not-comparable"),
        ("rabies", {"setting": "sentinel"}, "not-comparable"),
        ("rabies", {"denominator": "catchment"}, "caveat"),
        ("rabies", {"date_basis": "report"}, "caveat"),
        ("rabies", {"testing": "laboratory"}, "caveat"),
    ],
)
def test_what_a_difference_means(condition: str, change: dict[str, object], word: str) -> None:
    a = replace(SAME, condition=condition)
    b = replace(a, id="y", **change)  # type: ignore[arg-type]  # names and values drawn in the table above
    assert verdict(a, b).word == verdict(b, a).word == word


def test_percent_positive_of_influenza_like_illness_may_be_compared() -> None:
    a = replace(SAME, condition="ili")
    assert verdict(a, replace(a, definition="e"), measure="positive").word == "caveat"


def test_watery_diarrhoea_is_never_added_to_cholera() -> None:
    a, b = replace(SAME, condition="cholera"), replace(SAME, condition="acute-watery-diarrhoea")
    assert verdict(a, b).reasons == ("condition",)
    assert verdict(replace(SAME, condition="rabies"), replace(SAME, condition="animal-bite")).word == "not-comparable"


def test_an_older_row_uses_the_practice_of_its_day() -> None:
    assert practice("kh-dengue-hospital", "dengue", date(1999, 1, 1)).version == 0
    assert practice("kh-dengue-hospital", "dengue", date(2001, 1, 1)).version == 1


def test_no_verdict_depends_on_whose_practice_it_is() -> None:
    for a in bundled():
        for b in bundled():
            named = verdict(a, b)
            assert named.word in WORDS
            if a != b:
                assert named == verdict(replace(a, id="p"), replace(b, id="q"))
