"""An agreement as an ODRL 2.2 Agreement in JSON-LD, with DPV purposes and GA4GH DUO codes where one fits.

What ODRL cannot say (minimum cells, silences) stands under our own prefix, so that nothing is lost or bent.
ODRL: https://www.w3.org/TR/odrl-model/ · DPV: https://w3id.org/dpv · DUO: http://purl.obolibrary.org/obo/DUO
"""

from __future__ import annotations

from typing import Any

from sampan.model.agreements import Agreement, Clause, Codes, Terms
from sampan.sharing.vocabularies import iri

CONTEXT = [
    "http://www.w3.org/ns/odrl.jsonld",
    {
        "dpv": "https://w3id.org/dpv#",
        "duo": "http://purl.obolibrary.org/obo/DUO_",
        "xsd": "http://www.w3.org/2001/XMLSchema#",
        "sampan": "urn:sampan:terms:",
    },
]
# DUO 2021-02-23: the codes whose meaning a clause of ours can carry
DUO = {
    "research": "duo:0000042",  # general research use
    "time-limit": "duo:0000025",  # time limit on use
    "return": "duo:0000029",  # return to database or resource
    "user": "duo:0000026",  # user specific restriction
    "moratorium": "duo:0000024",  # publication moratorium
}


def odrl(agreement: Agreement) -> dict[str, Any]:
    """The JSON-LD document."""
    rules: dict[str, list[dict[str, Any]]] = {"permission": [], "prohibition": []}
    for clause in agreement.clauses:
        kind = "permission" if clause.effect == "permit" else "prohibition"
        rules[kind].append(_rule(agreement, clause))
    return {
        "@context": CONTEXT,
        "@type": "Agreement",
        "uid": f"urn:sampan:agreement:{agreement.id}:{agreement.version}",
        "profile": "urn:sampan:odrl-profile:1",
        "conflict": "prohibit",
        "dct:title": agreement.title,
        "sampan:kind": agreement.kind,
        "sampan:instrument": {
            "name": agreement.instrument.name,
            "signed": agreement.instrument.signed.isoformat() if agreement.instrument.signed else None,
            "signatories": list(agreement.instrument.signatories),
            "digest": agreement.instrument.digest,
            "prevails": True,
        },
        "sampan:parties": [
            {
                "uid": f"urn:sampan:party:{side.party}",
                "name": side.name,
                "country": side.country,
                "zone": side.zone,
                "posts": list(side.posts),
                "focalPoint": side.focal_point,
                "successor": side.successor,
            }
            for side in agreement.parties
        ],
        **_frame(agreement),
        **{name: found for name, found in rules.items() if found},
        "obligation": _obligations(agreement.terms),
    }


def _frame(agreement: Agreement) -> dict[str, Any]:
    """What the whole agreement says beyond its rules: review, exit, languages, and how the two sides live together."""
    terms = agreement.terms
    return {
        "sampan:review": agreement.review.isoformat() if agreement.review else None,
        "sampan:exitDays": agreement.exit_days,
        "sampan:prevailingLanguage": agreement.prevailing_language,
        "sampan:languages": list(agreement.languages),
        "sampan:reciprocity": terms.reciprocity,
        "sampan:ihrArticle9": {"how": terms.ihr_article_9, "hours": terms.ihr_tell_hours},
        "sampan:dispute": list(terms.dispute),
        "sampan:licence": terms.licence,
        "sampan:breachHours": terms.breach_hours,
    }


def _rule(agreement: Agreement, clause: Clause) -> dict[str, Any]:
    scope = clause.scope
    rule: dict[str, Any] = {
        "uid": f"urn:sampan:clause:{agreement.id}:{agreement.version}:{clause.id}",
        "assigner": f"urn:sampan:party:{clause.owner}",
        "assignee": [f"urn:sampan:post:{post}" for post in scope.posts],
        "action": "read",
        "target": {"@type": "AssetCollection", "refinement": _refinements(clause)},
        "constraint": _constraints(agreement, clause),
        "sampan:duo": _duo(agreement, clause),
    }
    if clause.effect == "permit":
        rule["duty"] = _duties(clause)
        rule["sampan:minimumCell"] = [
            {"cell": cell.cell, "purpose": cell.purpose, "condition": cell.condition} for cell in clause.minimum_cells
        ]
        rule["sampan:resolution"] = [
            {"level": grain.level, "period": grain.period, "ageYears": grain.age_years, "sex": grain.sex}
            for grain in clause.grains
        ]
        rule["sampan:tlp"] = clause.tlp
        rule["sampan:silences"] = list(clause.silences)
        rule["sampan:practices"] = list(clause.practices)
        rule["sampan:corrections"] = clause.corrections
        rule["sampan:protectedForDays"] = clause.protected_for_days
    if clause.emergency:
        terms = clause.emergency
        rule["sampan:emergency"] = {
            "declaredBy": list(terms.declared_by), "widens": list(terms.widens), "reviewDays": terms.review_days,
        }  # fmt: skip
    return rule


def _refinements(clause: Clause) -> list[dict[str, Any]]:
    scope = clause.scope
    lists: dict[str, Codes] = {
        "sampan:source": scope.sources,
        "sampan:condition": scope.conditions,
        "sampan:kind": scope.kinds,
        "sampan:measure": scope.measures,
        "spatial": scope.places,
        "sampan:population": scope.populations,
        "sampan:legalClass": scope.classes,
    }
    found = [_constraint(name, "isAnyOf", list(codes)) for name, codes in lists.items() if codes is not None]
    if scope.data_from:
        found.append(_constraint("sampan:dataFrom", "gteq", _day(scope.data_from.isoformat())))
    if scope.data_to:
        found.append(_constraint("sampan:dataTo", "lteq", _day(scope.data_to.isoformat())))
    return found


def _constraints(agreement: Agreement, clause: Clause) -> list[dict[str, Any]]:
    purposes = [_purpose(code) for code in clause.scope.purposes]
    found = [
        _constraint("purpose", "isAnyOf", purposes),
        _constraint("dateTime", "gteq", _day(agreement.begins.isoformat())),
        {**_constraint("sampan:zone", "eq", agreement.zone_of(clause))},
    ]
    if agreement.ends:
        found.append(_constraint("dateTime", "lteq", _day(agreement.ends.isoformat())))
    if clause.delay_days:
        found.append(_constraint("delayPeriod", "gteq", {"@value": f"P{clause.delay_days}D", "@type": "xsd:duration"}))
    if clause.embargo_until:
        found.append(
            _constraint("dateTime", "gteq", {"@value": clause.embargo_until.isoformat(), "@type": "xsd:dateTime"})
        )
    if clause.emergency:
        terms = clause.emergency
        found.append(_constraint("event", "eq", f"sampan:trigger:{terms.trigger}"))
        found.append(_constraint("elapsedTime", "lt", {"@value": f"PT{terms.sunset_hours}H", "@type": "xsd:duration"}))
    return found


def _duties(clause: Clause) -> list[dict[str, Any]]:
    word = clause.authorisation
    if word.mode == "none":
        return []
    duty: dict[str, Any] = {"action": "obtainConsent", "sampan:mode": word.mode}
    if word.approver:
        duty["consentedParty"] = f"urn:sampan:post:{word.approver}"
    if word.response_days is not None:
        duty["constraint"] = [
            _constraint("elapsedTime", "lteq", {"@value": f"P{word.response_days}D", "@type": "xsd:duration"})
        ]
    return [duty]


def _obligations(terms: Terms) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    if terms.attribution:
        found.append({"action": "attribute", "sampan:citation": terms.attribution})
    if terms.retention_days is not None:
        delete = _constraint("elapsedTime", "lteq", {"@value": f"P{terms.retention_days}D", "@type": "xsd:duration"})
        found.append({"action": "delete", "constraint": [delete]})
    review = {"@value": f"P{terms.publication.review_days}D", "@type": "xsd:duration"}
    found.append(
        {
            "action": "reviewPolicy",
            "sampan:right": terms.publication.right,
            "constraint": [_constraint("elapsedTime", "gteq", review)],
        }
    )
    found += [{"action": "compensate", "sampan:benefit": benefit} for benefit in terms.benefits]
    return [*found, {"action": "nextPolicy", "sampan:onward": terms.onward}]


def _duo(agreement: Agreement, clause: Clause) -> list[str]:
    """DUO codes that hold for the clause: research use, the user and time limits every clause carries."""
    codes = [DUO["user"]]
    if "research" in clause.scope.purposes:
        codes.append(DUO["research"])
    if agreement.ends:
        codes.append(DUO["time-limit"])
    if clause.embargo_until:
        codes.append(DUO["moratorium"])
    if "feedback-report" in agreement.terms.benefits or "analysis" in agreement.terms.benefits:
        codes.append(DUO["return"])
    return codes


def _purpose(code: str) -> dict[str, str]:
    return {"@id": iri("purpose", code) or f"sampan:purpose:{code}", "sampan:code": code}


def _constraint(left: str, operator: str, right: Any) -> dict[str, Any]:
    return {"leftOperand": left, "operator": operator, "rightOperand": right}


def _day(text: str) -> dict[str, str]:
    return {"@value": text, "@type": "xsd:date"}
