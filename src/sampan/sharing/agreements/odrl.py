"""An agreement as an ODRL 2.2 Agreement in JSON-LD, with DPV purposes and GA4GH DUO codes where one fits.

What ODRL cannot say (minimum cells, silences) stands under our own prefix, every name of it, so that a reader of
JSON-LD loses nothing. Terms of ODRL are used in the sense that its vocabulary gives them, and no other.
ODRL: https://www.w3.org/TR/odrl-model/ · DPV: https://w3id.org/dpv · DUO: http://purl.obolibrary.org/obo/DUO
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

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
    "any-research": "duo:0000042",  # general research use
    "disease-research": "duo:0000007",  # disease specific research
    "time-limit": "duo:0000025",  # time limit on use
    "return": "duo:0000029",  # return of what was derived from the data
    "user": "duo:0000026",  # user specific restriction
}


def odrl(agreement: Agreement) -> dict[str, Any]:
    """The JSON-LD document."""
    rules: dict[str, list[dict[str, Any]]] = {"permission": [], "prohibition": [], "obligation": []}
    for clause in agreement.clauses:
        kind = "permission" if clause.effect == "permit" else "prohibition"
        rules[kind].append(_rule(agreement, clause))
    for owner, recipient in _ways(agreement):
        rules["prohibition"].append(_onward(agreement.terms, owner, recipient))
        rules["obligation"] += _obligations(agreement.terms, owner, recipient)
    return {
        "@context": CONTEXT,
        "@type": "Agreement",
        "uid": _urn("agreement", f"{agreement.id}:{agreement.version}"),
        "profile": "urn:sampan:odrl-profile:1",
        "conflict": "prohibit",
        "dct:title": agreement.title,
        "sampan:kind": agreement.kind,
        "sampan:instrument": _own(
            {
                "name": agreement.instrument.name,
                "signed": agreement.instrument.signed.isoformat() if agreement.instrument.signed else None,
                "signatories": list(agreement.instrument.signatories),
                "digest": agreement.instrument.digest,
                "prevails": True,
            }
        ),
        "sampan:parties": [
            {"uid": _urn("party", side.party)}
            | _own(
                {
                    "name": side.name,
                    "country": side.country,
                    "zone": side.zone,
                    "posts": list(side.posts),
                    "focalPoint": side.focal_point,
                    "successor": side.successor,
                }
            )
            for side in agreement.parties
        ],
        **_frame(agreement),
        **{name: found for name, found in rules.items() if found},
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
        "sampan:ihrArticle9": _own({"how": terms.ihr_article_9, "hours": terms.ihr_tell_hours}),
        "sampan:dispute": list(terms.dispute),
        "sampan:licence": terms.licence,
        "sampan:breachHours": terms.breach_hours,
    }


def _rule(agreement: Agreement, clause: Clause) -> dict[str, Any]:
    scope = clause.scope
    rule: dict[str, Any] = {
        "uid": _urn("clause", f"{agreement.id}:{agreement.version}:{clause.id}"),
        "assigner": _urn("party", clause.owner),
        "assignee": [_urn("post", post) for post in scope.posts],
        "action": "read",
        "target": _figures(clause.owner) | {"refinement": _refinements(clause)},
        "constraint": _constraints(agreement, clause),
        "sampan:duo": _duo(agreement, clause),
    }
    if clause.effect == "permit":
        rule["duty"] = _duties(clause)
        rule["sampan:minimumCell"] = [
            _own({"cell": cell.cell, "purpose": cell.purpose, "condition": cell.condition})
            for cell in clause.minimum_cells
        ]
        rule["sampan:resolution"] = [
            _own({"level": grain.level, "period": grain.period, "ageYears": grain.age_years, "sex": grain.sex})
            for grain in clause.grains
        ]
        rule["sampan:tlp"] = clause.tlp
        rule["sampan:silences"] = list(clause.silences)
        rule["sampan:practices"] = list(clause.practices)
        rule["sampan:corrections"] = clause.corrections
        rule["sampan:protectedForDays"] = clause.protected_for_days
    if clause.emergency:
        terms = clause.emergency
        said = {"declaredBy": list(terms.declared_by), "widens": list(terms.widens), "reviewDays": terms.review_days}
        rule["sampan:emergency"] = _own(said)
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
        found.append(_constraint("event", "eq", {"@id": f"sampan:trigger:{terms.trigger}"}))
        found.append(_constraint("elapsedTime", "lt", {"@value": f"PT{terms.sunset_hours}H", "@type": "xsd:duration"}))
    return found


def _duties(clause: Clause) -> list[dict[str, Any]]:
    word = clause.authorisation
    if word.mode == "none":
        return []
    duty: dict[str, Any] = {"action": "obtainConsent", "sampan:mode": word.mode}
    if word.approver:
        duty["consentingParty"] = _urn("post", word.approver)
    if word.response_days is not None:
        duty["constraint"] = [
            _constraint("elapsedTime", "lteq", {"@value": f"P{word.response_days}D", "@type": "xsd:duration"})
        ]
    return [duty]


def _ways(agreement: Agreement) -> list[tuple[str, str]]:
    """(owner, recipient) of each direction in which something is told."""
    sides = [side.party for side in agreement.parties]
    giving = {clause.owner for clause in agreement.clauses if clause.effect == "permit"}
    return [(owner, other) for owner in sides for other in sides if owner in giving and other != owner]


def _onward(terms: Terms, owner: str, recipient: str) -> dict[str, Any]:
    """What was told is passed on to nobody, or to nobody but those the terms allow."""
    rule = _between(owner, recipient) | {"action": "distribute", "sampan:onward": terms.onward}
    if terms.onward != "none":
        rule["constraint"] = [_constraint("recipient", "isNoneOf", [{"@id": f"sampan:onward:{terms.onward}"}])]
    return rule


def _obligations(terms: Terms, owner: str, recipient: str) -> list[dict[str, Any]]:
    """What the recipient of one direction owes its owner."""
    found: list[dict[str, Any]] = []
    if terms.attribution:
        cited = {"attributedParty": _urn("party", owner), "sampan:citation": terms.attribution}
        found.append({"action": "attribute", **cited})
    if terms.retention_days is not None:
        delete = _constraint("elapsedTime", "lteq", {"@value": f"P{terms.retention_days}D", "@type": "xsd:duration"})
        found.append({"action": "delete", "constraint": [delete]})
    review = {"@value": f"P{terms.publication.review_days}D", "@type": "xsd:duration"}
    found.append(
        {
            "action": "sampan:submitForReview",  # before it publishes; ODRL has no word for it
            "informedParty": _urn("party", owner),
            "sampan:right": terms.publication.right,
            "constraint": [_constraint("elapsedTime", "gteq", review)],
        }
    )
    owed = {"action": "compensate", "compensatedParty": _urn("party", owner)}
    found += [owed | {"sampan:benefit": benefit} for benefit in terms.benefits]
    return [_between(owner, recipient) | one for one in found]


def _between(owner: str, recipient: str) -> dict[str, Any]:
    return {
        "assigner": _urn("party", owner), "assignee": _urn("party", recipient), "target": _figures(owner),
    }  # fmt: skip


def _figures(owner: str) -> dict[str, Any]:
    return {"@type": "AssetCollection", "source": _urn("figures", owner)}


def _urn(kind: str, code: str) -> str:
    """An IRI for a code of ours, whatever script it is written in."""
    return f"urn:sampan:{kind}:{quote(code, safe='/:+')}"


def _own(values: Mapping[str, Any]) -> dict[str, Any]:
    """The same under our prefix: a name that no context holds is dropped by whoever reads JSON-LD."""
    return {f"sampan:{name}": value for name, value in values.items()}


def _duo(agreement: Agreement, clause: Clause) -> list[dict[str, str]]:
    """DUO codes that hold for the clause: research use, the user and time limits every clause carries."""
    codes = ["user"]
    if "research" in clause.scope.purposes:
        codes.append("any-research" if clause.scope.conditions is None else "disease-research")
    if agreement.ends:
        codes.append("time-limit")
    if "analysis" in agreement.terms.benefits:
        codes.append("return")
    return [{"@id": DUO[code]} for code in codes]


def _purpose(code: str) -> dict[str, Any]:
    """A purpose of ours below the one of DPV that holds it; two of ours below one of DPV stay two."""
    return {"@id": f"sampan:purpose:{code}", "skos:broader": {"@id": iri("purpose", code)}}


def _constraint(left: str, operator: str, right: Any) -> dict[str, Any]:
    return {"leftOperand": left, "operator": operator, "rightOperand": right}


def _day(text: str) -> dict[str, str]:
    return {"@value": text, "@type": "xsd:date"}
