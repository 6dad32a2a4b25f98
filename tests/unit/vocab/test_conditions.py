"""Conditions: the tables hold together; local codes, ICD and names resolve; likeness alone never decides."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sampan.model.errors import UserError
from sampan.vocab import conditions
from sampan.vocab.languages import languages

HERE = Path(conditions.__file__).parent


def rows(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def read(term: str, **how: str) -> object:
    [reading] = conditions.resolve([term], **how)
    return reading.value or (reading.problem, *reading.candidates)


def test_the_tables_hold_together() -> None:
    codes = [row["code"] for row in rows("conditions.csv")]
    assert len(codes) >= 60
    assert not [code for code, count in Counter(codes).items() if count > 1]
    assert {row["condition"] for row in rows("names.csv")} <= set(codes)
    assert {row["condition"] for row in rows("codes.csv")} <= set(codes)
    assert {row["parent"] for row in rows("conditions.csv")} <= {"", *codes}
    assert {row["language"] for row in rows("names.csv")} == set(languages())


def test_every_row_names_its_source_and_no_name_claims_a_check_that_was_not_made() -> None:
    for name in ("conditions.csv", "names.csv", "codes.csv"):
        assert all(row["source"] for row in rows(name))
    assert {row["checked_by_native_speaker"] for row in rows("names.csv")} == {"false"}


def test_every_name_leads_back_to_its_condition() -> None:
    for row in rows("names.csv"):
        [reading] = conditions.resolve([row["name"]])
        assert row["condition"] in (reading.value, *reading.candidates), row


def test_every_local_code_leads_back_to_its_condition() -> None:
    for row in rows("codes.csv"):
        [reading] = conditions.resolve([row["code"]], country=row["country"], scheme=row["scheme"])
        assert row["condition"] in (reading.value, *reading.candidates), row


@pytest.mark.parametrize("language", sorted(languages()))
def test_every_condition_has_a_name_of_its_own_in_every_language(language: str) -> None:
    told = {one.code: one.names.get(language) for one in conditions.all_conditions()}
    assert not [code for code, name in told.items() if not name]
    twice = [name for name, count in Counter(told.values()).items() if count > 1]
    assert not twice


def test_the_words_that_mean_two_conditions_are_these_alone() -> None:
    asked = {}
    for row in rows("names.csv"):
        [reading] = conditions.resolve([row["name"]])
        if reading.problem:
            asked[row["name"]] = (reading.problem, reading.candidates)
    haemorrhagic = ("dhf-1997", "haemorrhagic-fever-syndrome", "viral-haemorrhagic-fever")
    assert asked == {
        "Dengue fever": ("ambiguous", ("dengue", "dengue-fever-1997")),
        "Haemorrhagic fever": ("ambiguous", haemorrhagic),
        "Hemorrhagic fever": ("ambiguous", haemorrhagic),
        "出血热": ("ambiguous", ("hfrs", "viral-haemorrhagic-fever")),
        "ໄຂ້ທໍລະພິດ": ("ambiguous", ("smallpox", "typhoid")),  # typhoid by its letters, smallpox across the river
    }


@pytest.mark.parametrize(
    ("term", "how", "expected"),
    [
        ("66", {"country": "TH"}, "dengue-fever-1997"),
        ("26", {"country": "TH"}, "dhf-1997"),
        ("27", {"country": "TH"}, "dss-1997"),
        ("๒๖", {"country": "TH"}, "dhf-1997"),
        ("26.0", {"country": "TH"}, "dhf-1997"),
        ("1", {"country": "TH"}, "cholera"),
        ("26: DHF", {"country": "TH"}, "dhf-1997"),
        ("66 - DHF", {"country": "TH"}, ("ambiguous", "dengue-fever-1997", "dhf-1997")),  # code and name disagree
        ("26", {}, ("unmapped",)),  # a local code means nothing without its country
        ("26", {"country": "VN"}, ("unmapped",)),
        ("A08.4", {"country": "VN"}, "hfmd"),
        ("A08.4", {}, "other-infectious-diarrhoea"),
        ("B08.4", {"country": "VN"}, "hfmd"),
        ("A91", {"country": "VN"}, "dengue"),
        ("A91", {}, "dhf-1997"),
        ("J10", {"country": "VN"}, ("ambiguous", "avian-influenza-h5n1", "avian-influenza-h7n9", "influenza")),
        ("A97.2", {}, "severe-dengue-2009"),
        ("A971", {}, "dengue-warning-signs-2009"),
        ("b50.9", {}, "malaria-falciparum"),
        ("B50-B54", {}, "malaria"),
        ("A15-A19", {}, "tuberculosis"),
        ("1D22", {"scheme": "icd11"}, "severe-dengue-2009"),
        ("1F41", {}, "malaria-vivax"),
        ("Z99", {}, ("unmapped",)),
    ],
)
def test_codes(term: str, how: dict[str, str], expected: object) -> None:
    assert read(term, **how) == expected


@pytest.mark.parametrize(
    ("term", "how", "expected"),
    [
        ("Dengue Haemorrhagic Fever (DHF)", {}, "dhf-1997"),
        ("ไข้เด็งกี่ (Dengue fever)", {}, "dengue-fever-1997"),
        ("Malaria (P. falciparum)", {}, "malaria-falciparum"),
        ("Dengue fever", {}, ("ambiguous", "dengue", "dengue-fever-1997")),
        ("Dengue fever", {"scheme": "who-1997"}, "dengue-fever-1997"),
        ("Dengue fever", {"scheme": "who-2009"}, "dengue"),
        ("BỆNH TAY CHÂN MIỆNG", {}, "hfmd"),
        ("tay chan mieng", {}, "hfmd"),
        ("โรคพิษสุนัขบ้า หรือโรคกลัวน้ำ", {}, "rabies"),
        ("ชิคุนกุนยา", {}, "chikungunya"),
        ("ជំងឺ\u200bគ្រុនឈាម", {}, "dengue"),  # with a zero-width space inside
    ],
)
def test_names(term: str, how: dict[str, str], expected: object) -> None:
    assert read(term, **how) == expected


@pytest.mark.parametrize("term", ["Cholerra", "Cholera (suspected)", "ta", "Denge", "Mallaria", "Unknown", "Prison"])
def test_likeness_only_proposes(term: str) -> None:
    [reading] = conditions.resolve([term])
    assert (reading.value, reading.problem) == (None, "unmapped")


def test_the_nearest_are_offered_best_first() -> None:
    [reading] = conditions.resolve(["Cholerra"])
    assert reading.candidates[0] == "cholera"


def test_severities_of_the_two_schemes_meet_only_in_dengue() -> None:
    old = {c.code for c in conditions.all_conditions() if c.scheme == "who-1997"}
    new = {c.code for c in conditions.all_conditions() if c.scheme == "who-2009"}
    assert len(old) == len(new) == 3
    assert all("dengue" in conditions.ancestors(code) for code in old | new)
    assert not any(conditions.covers(a, b) or conditions.covers(b, a) for a in old for b in new)


def test_the_hierarchy() -> None:
    assert conditions.covers("dengue", "dss-1997")
    assert conditions.covers("malaria", "malaria-vivax")
    assert not conditions.covers("malaria-vivax", "malaria")
    assert not conditions.covers("dengue", "viral-haemorrhagic-fever")


def test_names_for_a_reader_and_codes_for_the_way_back() -> None:
    assert conditions.name("dengue", "vi") == "Sốt xuất huyết" or conditions.name("dengue", "vi").startswith("Sốt")
    assert conditions.name("unknown-cluster", "lo") == "ກຸ່ມຄົນເຈັບບໍ່ຮູ້ສາເຫດ"
    assert conditions.local_codes("hfmd", country="VN") == ("A08.4",)
    assert conditions.local_codes("hfmd", country="KH") == ()
    with pytest.raises(UserError):
        conditions.condition("flu")


@given(st.text(max_size=24), st.sampled_from([None, "TH", "VN"]))
def test_no_text_raises(text: str, country: str | None) -> None:
    [reading] = conditions.resolve([text], country=country)
    assert (reading.value is None) == (reading.problem is not None)
