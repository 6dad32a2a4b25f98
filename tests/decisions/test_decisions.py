"""Every case of the corpus is decided as written, for the reason written, under the clause written."""

from __future__ import annotations

from typing import Any

import pytest
from tests.decisions.corpus import answer, cases

from sampan.model.decisions import Decision
from sampan.sharing.reasons import sentence
from sampan.sharing.vocabularies import LANGUAGES


def said(decision: Decision, expected: dict[str, Any]) -> dict[str, Any]:
    """The decision in the words of the corpus: only what the case speaks of."""
    words = list(dict.fromkeys(reason.word for reason in decision.reasons if reason.word != "allowed"))
    first = next(iter(decision.goes), decision.parts[0] if decision.parts else None)
    bound = first.obligations if first else None
    given = first.grain if first else None
    known: dict[str, Any] = {
        "outcome": decision.outcome,
        "reasons": words,
        "rules": sorted({reason.rule for reason in decision.reasons}),
        "parts": {f"{part.condition} {part.place} {part.measure}": part.outcome for part in decision.parts},
        "approver": first.approver if first else None,
        "given": {"level": given.level, "period": given.period} if given else None,
        "not_before": next((fact for r in decision.reasons for name, fact in r.facts if name == "until"), None),
        "until": first.until.isoformat() if first and first.until else None,
        "minimum_cell": bound.minimum_cell if bound else None,
        "tlp": bound.tlp if bound else None,
        "expires_at": bound.expires_at.isoformat() if bound and bound.expires_at else None,
        "retention_days": bound.retention_days if bound else None,
        "corrections": bound.corrections if bound else None,
        "silences": list(bound.silences) if bound else None,
        "publication": [bound.publication_review_days, bound.publication_right] if bound else None,
        "attribution": list(bound.attribution) if bound else None,
        "benefits": list(bound.benefits) if bound else None,
        "protected_for_days": bound.protected_for_days if bound else None,
        "licence": list(bound.licence) if bound else None,
        "onward": bound.onward if bound else None,
    }
    return {name: known[name] for name in expected}


@pytest.mark.parametrize("case", cases(), ids=lambda case: f"{case['topic']}: {case['case']}")
def test_decided_as_written(case: dict[str, Any]) -> None:
    decision = answer(case)
    assert said(decision, case["decision"]) == case["decision"], case["says"]
    assert {"outcome"} < set(case["decision"]), "a case says why, not only what"
    for reason in decision.reasons:
        assert all(sentence(reason, language) for language in LANGUAGES)


def test_the_corpus_is_large_and_its_cases_have_names_of_their_own() -> None:
    names = [(case["topic"], case["case"]) for case in cases()]
    assert len(names) == len(set(names)) >= 120
    assert all(case["says"].endswith(".") for case in cases())


def test_every_topic_has_a_case_that_goes_and_one_that_does_not() -> None:
    outcomes: dict[str, set[bool]] = {}
    for case in cases():
        outcomes.setdefault(case["topic"], set()).add(case["decision"]["outcome"] in ("allow", "coarsen"))
    assert {topic for topic, seen in outcomes.items() if len(seen) < 2} == set()
