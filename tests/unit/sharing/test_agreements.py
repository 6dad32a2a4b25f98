"""Reading, checking, saying and comparing agreements."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import weasyprint
import yaml
from tests.decisions.corpus import changed, world
from tests.stories import border

from sampan.model.agreements import Agreement
from sampan.model.errors import Refused, UserError
from sampan.operations import agreements as operations
from sampan.sharing.agreements.check import remarks as checking
from sampan.sharing.agreements.compare import compare, directions
from sampan.sharing.agreements.document import html, pdf
from sampan.sharing.agreements.odrl import odrl
from sampan.sharing.agreements.parse import agreement_of, read_agreement, request_of
from sampan.sharing.agreements.witness import Teller, said, terms_said
from sampan.sharing.reasons import phrases
from sampan.sharing.states import MOVES, VERBS, after
from sampan.sharing.vocabularies import LANGUAGES, SPOKEN, label, words

HERE = Path(__file__).parents[2] / "decisions" / "agreements"
WEEKLY = (HERE / "weekly.yml").read_text(encoding="utf-8")


def slips(text: str) -> list[tuple[int, str | None]]:
    return [(slip.line, slip.nearest) for slip in read_agreement(text)[1]]


@pytest.mark.parametrize(
    ("right", "wrong", "nearest"),
    [
        ("routine-monitoring, alert]", "routine-monitorng, alert]", "routine-monitoring"),
        ("to: [vn-tay-ninh/surveillance]", "to: [vn-tay-ninh/surveilance]", "vn-tay-ninh/surveillance"),
        ("from: kh-svay-rieng", "from: kh-svay-reing", "kh-svay-rieng"),
        ("minimum_cell: [{cell: 5}", "minimum_cel: [{cell: 5}", "minimum_cell"),
        ("routine-monitoring, alert]", "monitoring-routine, alert]", "routine-monitoring"),
        ("to: [vn-tay-ninh/surveillance]", "to: [surveillance/vn-tay-ninh]", "vn-tay-ninh/surveillance"),
        ("period: week", "period: weak", "week"),
        ("mode: standing", "mode: standig", "standing"),
        ("right: veto", "right: vetto", "veto"),
    ],
)
def test_a_slip_names_its_line_and_the_nearest_word(right: str, wrong: str, nearest: str) -> None:
    line = 1 + WEEKLY[: WEEKLY.index(right)].count("\n")
    assert slips(WEEKLY.replace(right, wrong, 1)) == [(line, nearest)]


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("signed: 2026-03-02", "signed: 02/03/2026"),
        ("zone: Asia/Phnom_Penh", "zone: Asia/Phnom"),
        ("ends: 2028-03-31", "ends: 2025-03-31"),
        ("version: 1", "version: one"),
        ("cell: 10", "cell: 0"),
        ("cell: 10", "cell: --10"),
        ("cell: 10", f"cell: {'9' * 5000}"),
        ("clause: vn-weekly", "clause: kh-weekly"),
        ("resolution: {level: 1, period: week}", "delay_days: 1"),
    ],
)
def test_what_cannot_be_is_a_slip_with_its_line(right: str, wrong: str) -> None:
    found = slips(WEEKLY.replace(right, wrong, 1))
    assert len(found) == 1
    assert found[0][0] > 1


def test_all_slips_are_told_at_once_and_a_field_given_twice_is_one() -> None:
    text = WEEKLY.replace("period: week", "period: weak").replace("version: 1", "version: 1\nversion: 2")
    assert [near for _, near in slips(text)] == [None, "week", "week"]


def test_characters_that_no_text_has_are_refused() -> None:
    with pytest.raises(UserError, match="characters that no text has"):
        agreement_of("agreement: a\x07", "a.yml")


def test_what_is_no_yaml_is_refused_with_its_line() -> None:
    with pytest.raises(UserError, match="line 2"):
        agreement_of("agreement: a\n  b: [", "a.yml")
    with pytest.raises(UserError, match="empty"):
        agreement_of("", "a.yml")


def test_a_request_that_ends_before_it_begins_is_a_slip() -> None:
    text = (
        "request: r\npost: p\npurpose: alert\nconditions: [cholera]\nplaces: [KH]\nmeasures: [cases]\n"
        "data: {from: 2026-08-09, to: 2026-08-03}\nresolution: {level: 1, period: week}\n"
    )
    with pytest.raises(UserError, match="ends before it begins"):
        request_of(text)
    for day in ("0001-01-01", "9999-12-31"):
        with pytest.raises(UserError, match="years go from 1900 to 2199"):
            request_of(text.replace("2026-08-09", day).replace("2026-08-03", day))


@pytest.mark.parametrize(
    "name", ["weekly-pair", "alert-only", "joint-investigation", "meeting-data", "outgoing-citation", "deposit"]
)
def test_every_template_loads_works_and_prints(name: str) -> None:
    text = operations.template(name)
    found = operations.check(text, name)
    assert found.good, found.lines()
    page = html(agreement_of(text), text)
    assert page.count("<td lang=") > 20
    assert odrl(agreement_of(text))["@type"] == "Agreement"


def test_the_document_is_signed_and_breaks_its_lines_in_both_languages() -> None:
    printed = html(agreement_of(WEEKLY), WEEKLY, ("en", "km"))
    assert "Signatures · ហត្ថលេខា" in printed
    assert "\u200b" in printed
    assert html(agreement_of(WEEKLY), WEEKLY, ("en", "vi")).count("\u200b") == 0


def test_an_embargo_is_said_in_the_zone_of_the_owner() -> None:
    text = operations.template("weekly-pair").replace(
        "    tlp: amber\n", "    tlp: amber\n    embargo_until: 2026-06-01T00:00:00+07:00\n", 1
    )
    [said] = [line for line in operations.say(text, "weekly.yml", "en")["clause weekly-a"] if "2026-06-01" in line]
    assert "2026-06-01 00:00 Asia/Phnom_Penh" in said


def test_a_word_of_a_post_that_no_party_has_is_looked_at() -> None:
    text = operations.template("joint-investigation").replace(
        "declared_by: [country-a/ministry,", "declared_by: [country-a/ministri,", 1
    )
    [told] = [one for one in checking(agreement_of(text), world()) if "no post of the parties" in one.what]
    assert (told.clause, told.nearest) == ("outbreak-a", "country-a/ministry")


def test_the_two_directions_of_a_template_say_the_same() -> None:
    for name in ("weekly-pair", "joint-investigation", "alert-only"):
        found = directions(agreement_of(operations.template(name)), world())
        assert (found.word, found.obligations) == ("same", ()), name


def test_the_document_prints_as_pdf() -> None:
    assert pdf(html(agreement_of(WEEKLY), WEEKLY, ("en", "km"))).startswith(b"%PDF")


@pytest.mark.parametrize("name", ["alert-only", "deposit-standard", "deposit", "joint-investigation", "weekly-pair"])
def test_nobody_signs_a_page_that_holds_none_of_the_text(name: str) -> None:
    text = operations.template(name)
    printed = html(agreement_of(text), text)
    said, signed = printed.split('<div class="sign">')
    marked = said.replace("<td ", '<td id="said" ') + '<div class="sign" id="signed">' + signed
    *_, last = weasyprint.HTML(string=marked.replace('<p class="small">', '<p id="digest">')).render().pages
    assert {"said", "signed", "digest"} <= set(last.anchors)


def test_a_text_in_one_language_differs_from_no_other_and_an_office_has_no_territory() -> None:
    text = operations.template("deposit-standard")
    printed = html(agreement_of(text), text)
    assert "Where the two texts differ" not in printed
    assert "If the territory of Province A is merged" in printed and "territory of The office" not in printed


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_says_every_phrase(language: str) -> None:
    assert set(phrases(language)) == set(phrases("en"))
    said = operations.say(WEEKLY, "weekly.yml", language)
    assert len(said["clause kh-weekly"]) >= 8
    assert all(line.strip() and "{" not in line for lines in said.values() for line in lines)


@pytest.mark.parametrize("language", SPOKEN)
def test_an_agreement_is_said_in_every_language_without_a_word_of_another(language: str) -> None:
    wanted = {key for key in phrases("en") if key.startswith(("say.", "doc.", "list.", "dictionary.", "silence."))}
    assert wanted <= set(phrases(language))
    for vocabulary in ("purpose", "kind", "measure", "period", "level", "corrections", "onward", "dispute"):
        for code in words(vocabulary):
            assert language == "en" or label(vocabulary, code, language) != label(vocabulary, code, "en"), code
    said = operations.say(WEEKLY, "weekly.yml", language)
    assert [len(lines) for lines in said.values()] == [
        len(lines) for lines in operations.say(WEEKLY, "weekly.yml", "en").values()
    ]
    assert all(line.strip() and "{" not in line for lines in said.values() for line in lines)


def test_the_document_in_a_language_nobody_checked_says_so() -> None:
    printed = html(agreement_of(WEEKLY), WEEKLY, ("en", "lo"))
    assert phrases("lo")["doc.awaits"] in printed


def remarks(change: dict[str, object]) -> list[str]:
    agreement = changed("weekly", {"clauses": change})
    return [str(r) for r in checking(agreement, world()) if r.severity == "cannot"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"kh-weekly": {"data_from": "2026-08-01", "data_to": "2026-07-01"}}, "can never apply"),
        ({"kh-weekly": {"conditions": []}}, "can never apply"),
        ({"kh-weekly": {"conditions": ["cholerra"]}}, "did you mean 'cholera'"),
        ({"kh-weekly": {"places": ["KH-99"]}}, "is not a known place"),
        ({"never": {"like": "kh-weekly", "effect": "prohibit"}}, "forbids all it covers"),
    ],
)
def test_a_clause_that_can_never_apply_is_said_so(change: dict[str, object], said: str) -> None:
    found = remarks(change)
    assert len(found) == 1
    assert said in found[0]
    assert remarks({}) == []


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({}, "same"),
        ({"resolution": {"level": 1, "period": "month"}}, "stricter"),
        (
            {"minimum_cell": [{"cell": 8}, {"cell": 1, "purpose": "alert"}, {"cell": 10, "condition": "malaria"}]},
            "stricter",
        ),
        (
            {"minimum_cell": [{"cell": 2}, {"cell": 1, "purpose": "alert"}, {"cell": 10, "condition": "malaria"}]},
            "looser",
        ),
        ({"conditions": "any"}, "looser"),
        ({"delay_days": 3}, "stricter"),
        ({"authorisation": {"mode": "per-release", "approver": "kh/cdc"}}, "stricter"),
        ({"tlp": "red"}, "looser"),
        ({"conditions": ["dengue", "malaria", "measles"]}, "different"),
        ({"places": ["KH-20", "KH-14"], "delay_days": 3}, "different"),
    ],
)
def test_which_of_two_is_stricter_is_proven_with_a_witness(change: dict[str, object], word: str) -> None:
    a, b = changed("weekly", {"clauses": {"kh-weekly": change}}), changed("weekly", {})
    found = compare(a, b, world())
    assert found.word == word
    assert (found.a_only is None, found.b_only is None) == (found.a_stricter, found.b_stricter)
    backwards = compare(b, a, world())
    assert {word, backwards.word} in ({"same"}, {"stricter", "looser"}, {"different"})


def test_the_row_of_a_difference_is_the_same_however_often_it_is_asked() -> None:
    whole = border.AGREEMENT
    other = whole.replace("vn-37/surveillance", "la-1/surveillance").replace("party: vn-37", "party: la-1")
    other = other.replace("from: vn-37", "from: la-1").replace("vn/preventive-medicine", "la/ministry")
    asked = [operations.compare((whole, "a"), (other, "b"), operations.worlds_of) for _ in range(4)]
    assert all(one == asked[0] for one in asked) and asked[0]["only_a_tells"] and asked[0]["only_b_tells"]


def test_the_two_directions_of_one_agreement_are_compared() -> None:
    found = directions(changed("weekly", {}), world())
    assert found.word == "different"
    assert found.a_only is not None
    assert found.a_only["word"] == "standing"


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"resolution": {"level": 1, "period": "month"}}, "allows longer periods only"),
        ({"minimum_cell": [{"cell": 8}, {"cell": 1, "purpose": "alert"}, {"cell": 10, "condition": "malaria"}]},
         "). Under A they may not: Clause weekly/kh-weekly protects counts of 1 to 7."),
        ({"delay_days": 30}, "only after a delay: the last of these from 2026-04-30 on"),
        ({"authorisation": {"mode": "per-release", "approver": "kh/cdc"}}, "asks for: a word for each release"),
        ({"effect": "prohibit"}, "forbids it"),
        ({"places": ["KH-14"]}, "does not cover this place"),
    ],
)  # fmt: skip
def test_the_smallest_difference_is_said_in_plain_words(change: dict[str, object], why: str) -> None:
    found = compare(changed("weekly", {"clauses": {"kh-weekly": change}}), changed("weekly", {}), world())
    told = found.as_dict()
    teller = Teller("en", {"dengue": "dengue"}).turned()
    sentence = said(told["only_b_tells"], told["why_only_b"], teller)
    assert sentence.startswith("Under B, counts of ")
    assert why in sentence, sentence
    for language in ("km", "vi"):
        other = said(told["only_b_tells"], told["why_only_b"], replace(teller, language=language))
        plain = re.sub(r"[a-z0-9-]+/[a-z-]+|dengue|malaria|measles", "", other)
        assert not re.search(r"\b(may|clause|counts|week|province|only|monitoring)\b", plain, re.IGNORECASE), other


def test_an_emergency_is_compared_as_it_stands_while_it_is_declared() -> None:
    whole = agreement_of(operations.template("joint-investigation"))
    without = replace(whole, clauses=tuple(one for one in whole.clauses if one.emergency is None))
    told = compare(without, whole, world()).as_dict()
    assert (told["verdict"], told["only_b_tells"]["trigger"]) == ("stricter", "border-outbreak")
    says = said(told["only_b_tells"], told["why_only_b"], Teller("en", {}).turned())
    assert "while an outbreak on the border is declared" in says


@pytest.mark.parametrize(
    ("before", "after", "term"),
    [
        ("approver: country-a/ministry", "approver: province-a/surveillance", "approver"),
        ("silences: [release-pending, zero]", "silences: [zero]", "silences"),
        ("protected_for_days: 730", "protected_for_days: 365", "protected_for_days"),
        ("exit_days: 30", "exit_days: 0", "exit_days"),
        ("review: 2027-04-01", "review: 2027-05-01", "review"),
        ("ihr_article_9: tell-owner-first", "ihr_article_9: tell-owner-together", "ihr_article_9"),
        ("ihr_tell_hours: 12", "ihr_tell_hours: 24", "ihr_tell_hours"),
        ("focal_point: country-a/ihr-focal-point", "focal_point: country-a/other", "focal_point"),
        ("dispute: [talk, mediation,", "dispute: [talk,", "dispute"),
        ("breach_hours: 24", "breach_hours: 72", "breach_hours"),
        ("attribution: Figures", "attribution: Numbers", "attribution"),
        ("licence: Not", "licence: Never", "licence"),
        ("prevailing_language: en", "prevailing_language: km", "prevailing_language"),
        ("signatories: [country-a/ministry,", "signatories: [province-a/surveillance,", "signatories"),
    ],
)
def test_two_agreements_that_differ_in_a_term_are_said_to(before: str, after: str, term: str) -> None:
    text = operations.template("weekly-pair")
    assert before in text
    told = compare(agreement_of(text), agreement_of(text.replace(before, after, 1)), world()).as_dict()
    assert (told["verdict"], [one["term"] for one in told["obligations"]]) == ("same", [term])
    for language in LANGUAGES:
        [(name, a, b)] = terms_said(told["obligations"], language)
        assert name
        assert a != b


def test_of_a_prohibition_no_word_is_asked_and_it_warns_of_none() -> None:
    text = operations.template("weekly-pair")
    keep = {"clause", "from", "to", "purposes", "sources", "conditions", "measures", "places"}
    values = yaml.safe_load(text)
    never = {name: value for name, value in values["clauses"][0].items() if name in keep}
    values["clauses"].append(never | {"clause": "never", "effect": "prohibit", "conditions": ["measles"]})
    assert [one for one in checking(agreement_of(yaml.safe_dump(values)), world()) if one.clause == "never"] == []


def test_nothing_is_said_where_there_is_no_difference() -> None:
    told = compare(changed("weekly", {}), changed("weekly", {}), world()).as_dict()
    assert said(told["only_a_tells"], told["why_only_a"], Teller("en", {})) == ""


def test_an_export_keeps_every_clause_purpose_and_limit() -> None:
    text = json.dumps(odrl(agreement_of(WEEKLY)))
    for kept in ("kh-weekly", "vn-weekly", "isAnyOf", "https://w3id.org/dpv#", "duo:0000025", "P5D", "minimumCell"):
        assert kept in text


ODRL = {  # of the ODRL 2.2 vocabulary and its JSON-LD context, what a document of ours may use
    "key": "@context @type @id @value uid profile conflict permission prohibition obligation assigner assignee action "
    "target source refinement constraint duty leftOperand operator rightOperand consentingParty attributedParty "
    "informedParty compensatedParty dct:title skos:broader",
    "leftOperand": "purpose dateTime delayPeriod event elapsedTime spatial recipient",
    "operator": "eq gt gteq lt lteq isAnyOf isNoneOf",
    "action": "read distribute obtainConsent attribute delete compensate",
}
PREFIX = ("sampan:", "urn:sampan:", "duo:", "https://w3id.org/dpv#")


@pytest.mark.parametrize("name", [*operations.templates(), ""])
def test_an_export_says_nothing_that_odrl_does_not_know_but_under_our_prefix(name: str) -> None:
    found = odrl(agreement_of(operations.template(name) if name else WEEKLY))
    for key, value in within({**found, "@context": None}):
        assert key in ODRL["key"].split() or key.startswith("sampan:"), key
        if key in ("leftOperand", "operator", "action"):
            assert value in ODRL[key].split() or value.startswith("sampan:"), (key, value)
        if key in ("@id", "uid", "assigner", "source"):
            assert value.startswith(PREFIX), value
    for rule in (*found["permission"], *found["prohibition"], *found["obligation"]):
        assert rule["assigner"], "an Agreement names who gives and who receives in every rule"
        assert rule["assignee"]
        assert rule["action"]
        assert rule["target"]
    for duty in found["obligation"]:
        assert duty["assigner"] != duty["assignee"]


def within(value: Any) -> Iterator[tuple[str, Any]]:
    """Every key of a document with its value, at any depth."""
    for one in value if isinstance(value, list) else []:
        yield from within(one)
    for key, inside in value.items() if isinstance(value, dict) else []:
        yield key, inside
        yield from within(inside)


OTHER = {str: "other", int: 77, bool: True, date: date(2031, 1, 2), datetime: datetime(2031, 1, 2, tzinfo=UTC)}
LEFT_OUT = {
    "line",
    "party",
    "owner",
    "notice_until",
    "notice_by",
}  # the place in the file; codes of sides; what no file says


def other_than(value: Any, kind: str) -> Any:
    """Another value of the same kind, for a field whose annotation reads so."""
    if isinstance(value, tuple) and (not value or isinstance(value[0], str)):
        return (*value, "other")
    if value is None:
        plain = next((one for one in (datetime, date, int) if one.__name__ in kind), str)
        return ("other",) if kind.startswith(("Codes", "tuple")) else OTHER[plain]
    return OTHER.get(type(value))


def test_no_two_agreements_that_differ_export_alike() -> None:
    """Each field of an agreement, its parties, terms and clauses changed in turn: the export must change as well."""
    whole = agreement_of(operations.template("joint-investigation"))
    clause = next(one for one in whole.clauses if one.emergency)
    side, rest = whole.parties[0], whole.parties[1:]
    places: list[tuple[Any, Callable[[Any], Agreement]]] = [
        (whole, lambda new: new), (whole.terms, lambda new: replace(whole, terms=new)),
        (whole.instrument, lambda new: replace(whole, instrument=new)),
        (whole.terms.publication, lambda new: replace(whole, terms=replace(whole.terms, publication=new))),
        (side, lambda new: replace(whole, parties=(new, *rest))), (clause, lambda new: replace(whole, clauses=(new,))),
        (clause.emergency, lambda new: replace(whole, clauses=(replace(clause, emergency=new),))),
        (clause.scope, lambda new: replace(whole, clauses=(replace(clause, scope=new),))),
        (clause.authorisation, lambda new: replace(whole, clauses=(replace(clause, authorisation=new),))),
    ]  # fmt: skip
    lost = []
    for noun, put in places:
        for field in fields(noun):
            new = other_than(getattr(noun, field.name), str(field.type))
            if new is None or field.name in LEFT_OUT:
                continue
            if json.dumps(odrl(put(replace(noun, **{field.name: new})))) == json.dumps(odrl(put(noun))):
                lost.append((type(noun).__name__, field.name))
    assert not lost


def test_every_step_that_is_not_in_the_table_is_refused() -> None:
    states = {state for state, _ in MOVES} | set(MOVES.values())
    for state in states:
        for verb in VERBS:
            if (state, verb) in MOVES:
                assert after(state, verb) == MOVES[state, verb]
            else:
                with pytest.raises(Refused):
                    after(state, verb)
    assert {state for state in states if not any(before == state for before, _ in MOVES)} == {"terminated", "expired"}
