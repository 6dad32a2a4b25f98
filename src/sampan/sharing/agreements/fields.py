"""The fields an agreement file and a request file may hold, as one table for each part.

A new clause field is a line here, a value in model/agreements.py and a case in tests/decisions.
"""

from __future__ import annotations

from sampan.sharing.agreements.reader import (
    Field,
    any_or_many,
    day,
    flag,
    instant,
    many,
    mapping,
    text,
    whole,
    word,
)

INSTRUMENT = {
    "name": Field(text, required=True),
    "signed": Field(day),
    "signatories": Field(many(text)),
    "digest": Field(text),
}

PARTY = {
    "party": Field(text, required=True),
    "name": Field(text),
    "country": Field(text),
    "zone": Field(text, required=True),
    "posts": Field(many(text), required=True),
    "focal_point": Field(text),
    "successor": Field(word("successor")),
}

GRAIN = {
    "level": Field(word("level"), required=True),
    "period": Field(word("period"), required=True),
    "age_years": Field(whole(1, 120)),
    "sex": Field(flag),
}

MINIMUM_CELL = {
    "cell": Field(whole(1, 1000), required=True),
    "purpose": Field(word("purpose")),
    "condition": Field(text),
}

AUTHORISATION = {
    "mode": Field(word("authorisation"), required=True),
    "approver": Field(text),
    "response_days": Field(whole(1, 365)),
}

EMERGENCY = {
    "trigger": Field(word("trigger"), required=True),
    "declared_by": Field(many(text), required=True),
    "sunset_hours": Field(whole(1, 24 * 90), required=True),
    "widens": Field(many(text), required=True),
    "review_days": Field(whole(1, 365), required=True),
}

CLAUSE = {
    "clause": Field(text, required=True),
    "effect": Field(word("effect")),
    "from": Field(text, required=True),
    "to": Field(many(text), required=True),
    "purposes": Field(many(word("purpose")), required=True),
    "sources": Field(any_or_many(text), required=True),
    "conditions": Field(any_or_many(text), required=True),
    "kinds": Field(many(word("kind"))),
    "measures": Field(any_or_many(word("measure")), required=True),
    "places": Field(any_or_many(text), required=True),
    "populations": Field(many(word("population"))),
    "classes": Field(many(word("class"))),
    "data_from": Field(day),
    "data_to": Field(day),
    "resolution": Field(many(mapping(GRAIN))),
    "minimum_cell": Field(many(mapping(MINIMUM_CELL))),
    "delay_days": Field(whole(0, 3650)),
    "embargo_until": Field(instant),
    "tlp": Field(word("tlp")),
    "authorisation": Field(mapping(AUTHORISATION)),
    "emergency": Field(mapping(EMERGENCY)),
    "silences": Field(many(word("silence"))),
    "practices": Field(many(word("practice"))),
    "protected_for_days": Field(whole(1, 36500)),
    "corrections": Field(word("corrections")),
}

PUBLICATION = {
    "review_days": Field(whole(0, 365), required=True),
    "right": Field(word("publication_right"), required=True),
}

TERMS = {
    "onward": Field(word("onward")),
    "retention_days": Field(whole(0, 36500)),
    "publication": Field(mapping(PUBLICATION)),
    "attribution": Field(text),
    "benefits": Field(many(word("benefit"))),
    "reciprocity": Field(word("reciprocity")),
    "ihr_article_9": Field(word("ihr_article_9")),
    "ihr_tell_hours": Field(whole(0, 24)),
    "dispute": Field(many(word("dispute"))),
    "licence": Field(text),
    "breach_hours": Field(whole(1, 720)),
}

TERM = {
    "begins": Field(day, required=True),
    "ends": Field(day),
    "review": Field(day),
    "exit_days": Field(whole(0, 3650)),
}

AGREEMENT = {
    "agreement": Field(text, required=True),
    "version": Field(whole(1), required=True),
    "kind": Field(word("kind_of_agreement"), required=True),
    "title": Field(text, required=True),
    "prevailing_language": Field(word("language")),
    "languages": Field(many(word("language"))),
    "instrument": Field(mapping(INSTRUMENT), required=True),
    "parties": Field(many(mapping(PARTY)), required=True),
    "term": Field(mapping(TERM), required=True),
    "clauses": Field(many(mapping(CLAUSE)), required=True),
    "terms": Field(mapping(TERMS)),
}

DATA = {"from": Field(day, required=True), "to": Field(day, required=True)}

REQUEST = {
    "request": Field(text, required=True),
    "post": Field(text, required=True),
    "purpose": Field(word("purpose"), required=True),
    "conditions": Field(many(text), required=True),
    "places": Field(many(text), required=True),
    "measures": Field(many(word("measure")), required=True),
    "data": Field(mapping(DATA), required=True),
    "resolution": Field(mapping(GRAIN), required=True),
    "kind": Field(word("kind")),
    "sources": Field(any_or_many(text)),
    "population": Field(word("population")),
    "class": Field(word("class")),
    "operation": Field(word("operation")),
    "as_of": Field(instant),
    "format": Field(word("format")),
    "language": Field(word("language")),
    "trigger": Field(word("trigger")),
    "as": Field(text),
}
