"""A ladder says which of its rules stops a subject, nearest office first; times are measured apart."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from sampan.model.errors import UserError
from sampan.sharing.gates import Subject, Word, clock, ladder_of, read_ladder, stops

LADDER = """
country: XX
rules:
  - {rule: XX-ministry, gate: to-office, step: ministry, post: xx/ministry, mode: per-release, law: Act 2,
     prepares: ["xx-*/*"], usual_days: 3, response_days: 5}
  - {rule: XX-province, gate: to-office, step: province, post: xx-1/director, mode: per-release, law: Act 1,
     prepares: ["xx-1/*"]}
  - {rule: XX-region, gate: to-office, step: regional, post: xx/region, mode: standing, law: Act 3}
  - {rule: XX-secret, gate: to-office, step: ministry, post: xx/minister, mode: per-release, law: Act 4,
     classes: [secret]}
"""
NOW = datetime(2026, 8, 10, 2, tzinfo=UTC)
RULES = read_ladder(LADDER, "xx.yml")


def stopped(
    prepared_by: str = "xx-1/surveillance", *words: Word, now: datetime = NOW, **more: str
) -> list[tuple[str, str]]:
    subject = Subject(
        "to-office", "D-1", "aggregate", more.get("legal_class", "official"), ("cholera",), prepared_by, NOW
    )
    return [(stop.rule.id, stop.why) for stop in stops(RULES, subject, words, now)]


def word(rule: str, by: str, answer: str = "passed", subject: str = "D-1", conditions: tuple[str, ...] = ()) -> Word:
    return Word(rule, subject, answer, by, NOW, conditions)


def test_the_nearest_office_stops_first_and_every_office_must_pass() -> None:
    province, ministry = word("XX-province", "xx-1/director"), word("XX-ministry", "xx/ministry")
    assert stopped() == [("XX-province", "waits"), ("XX-ministry", "waits")]
    assert stopped("xx-1/surveillance", province) == [("XX-ministry", "waits")]
    assert stopped("xx-1/surveillance", ministry) == [("XX-province", "waits")]
    assert stopped("xx-1/surveillance", province, ministry) == []


def test_who_may_pass_it_has_passed_it_by_sending_it() -> None:
    assert stopped("xx/ministry") == []
    assert stopped("xx-1/director") == [("XX-ministry", "waits")]


def test_no_answer_is_told_from_denied_and_from_the_word_of_another() -> None:
    province = word("XX-province", "xx-1/director")
    assert stopped("xx-1/s", province, now=NOW + timedelta(days=5)) == [("XX-ministry", "waits")]
    assert stopped("xx-1/s", province, now=NOW + timedelta(days=5, seconds=1)) == [("XX-ministry", "no-answer")]
    assert stopped("xx-1/s", province, word("XX-ministry", "xx/ministry", "denied")) == [("XX-ministry", "denied")]
    assert stopped("xx-1/s", province, word("XX-ministry", "office/steward")) == [("XX-ministry", "waits")]
    assert stopped("xx-1/s", province, word("XX-ministry", "xx/ministry", subject="D-2")) == [("XX-ministry", "waits")]


def test_a_word_for_some_conditions_is_not_a_word_for_others() -> None:
    province = word("XX-province", "xx-1/director")
    assert stopped("xx-1/s", province, word("XX-ministry", "xx/ministry", conditions=("dengue",))) != []
    assert stopped("xx-1/s", province, word("XX-ministry", "xx/ministry", conditions=("dengue", "cholera"))) == []


def test_a_rule_for_a_class_stops_that_class_alone() -> None:
    assert ("XX-secret", "waits") in stopped(legal_class="secret")
    assert ("XX-secret", "waits") not in stopped()


def test_preparation_and_approval_are_measured_apart() -> None:
    asked = datetime(2026, 8, 5, tzinfo=UTC)
    assert clock(date(2026, 8, 2), asked, asked + timedelta(hours=12)) == {
        "preparation_days": 2.0,
        "approval_days": 0.5,
    }
    assert clock(date(2026, 8, 2), asked, None)["approval_days"] is None


@pytest.mark.parametrize("country", ["KH", "VN", "LA", "TH", "MM", "CN"])
def test_every_bundled_ladder_reads_and_says_it_is_not_verified(country: str) -> None:
    rules = ladder_of(country)
    assert {rule.gate for rule in rules} == {"to-office", "to-others"}
    assert not any(rule.verified for rule in rules)
    assert all(rule.law and rule.source for rule in rules)


def test_a_country_without_a_ladder_has_none_and_a_wrong_word_is_told() -> None:
    assert ladder_of("ZZ") == ()
    with pytest.raises(UserError, match="did you mean 'ministry'"):
        read_ladder(LADDER.replace("step: ministry, post: xx/ministry", "step: minister, post: xx/ministry"), "xx.yml")


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ("conditions: [choleraa]", r"line 4: rules\[0\].conditions\[0\]: 'choleraa' .* did you mean 'cholera'"),
        ("prepars: [xx-1/desk]", "line 4: .*no field 'prepars' here; did you mean 'prepares'"),
        ("response_days: soon", "line 4: .*'soon' is not a whole number"),
        ("begins: 2025-13-01", "line 4: .*is not a date"),
        ("classes: [secrt]", "line 4: .*did you mean 'secret'"),
        ("rule: A", "line 4: .*given twice"),
    ],
)
def test_a_slip_in_a_ladder_opens_nothing_and_is_told_with_its_line(wrong: str, told: str) -> None:
    text = f"country: XX\nrules:\n  - {{rule: A, gate: to-office, step: ministry, post: xx/m, mode: per-release, law: b,\n     {wrong}}}\n"
    with pytest.raises(UserError, match=told):
        read_ladder(text, "xx.yml")


@pytest.mark.parametrize("text", ["", "rules: [", "rule: []", "country: YY\nrules: []", "country: XX\nrules:\n  - x"])
def test_a_file_that_is_no_ladder_is_refused(text: str) -> None:
    with pytest.raises(UserError):
        read_ladder(text, "xx.yml")


def test_one_post_pattern_may_stand_without_a_list() -> None:
    assert read_ladder(LADDER.replace('["xx-1/*"]', '"xx-1/*"'), "xx.yml") == RULES


def test_a_rule_on_a_condition_speaks_of_its_kinds_and_of_what_nobody_has_read_yet() -> None:
    rules = read_ladder(LADDER.replace("classes: [secret]", "conditions: [acute-watery-diarrhoea]"), "xx.yml")
    for held, spoken in (((), True), (("cholera",), True), (("dengue",), False)):
        subject = Subject("to-office", "D-1", "aggregate", "official", held, "xx/ministry", NOW)
        assert [stop.rule.id for stop in stops(rules, subject, (), NOW)] == ["XX-secret"] * spoken
