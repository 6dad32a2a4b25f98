"""Where two agreements differ in what no row of figures shows: terms, people, papers, and what binds a recipient."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sampan.model.agreements import Agreement, Clause

Values = tuple[Any, ...]

# of every permission: what it says, and what the clauses that differ say together
OF_CLAUSES: dict[str, Callable[[Clause], Values]] = {
    "minimum_cell": lambda clause: tuple(cell.cell for cell in clause.minimum_cells),
    "authorisation": lambda clause: (clause.authorisation.mode,),
    "approver": lambda clause: (clause.authorisation.approver,),
    "response_days": lambda clause: (clause.authorisation.response_days,),
    "corrections": lambda clause: (clause.corrections,),
    "silences": lambda clause: clause.silences,
    "practices": lambda clause: clause.practices,
    "protected_for_days": lambda clause: (clause.protected_for_days,),
    "declared_by": lambda clause: clause.emergency.declared_by if clause.emergency else (),
    "sunset_hours": lambda clause: (clause.emergency.sunset_hours,) if clause.emergency else (),
    "emergency_review_days": lambda clause: (clause.emergency.review_days,) if clause.emergency else (),
}
# of the whole
OF_AGREEMENTS: dict[str, Callable[[Agreement], Any]] = {
    "onward": lambda one: one.terms.onward,
    "retention_days": lambda one: one.terms.retention_days,
    "publication_review_days": lambda one: one.terms.publication.review_days,
    "publication_right": lambda one: one.terms.publication.right,
    "attribution": lambda one: one.terms.attribution,
    "licence": lambda one: one.terms.licence,
    "benefits": lambda one: sorted(one.terms.benefits),
    "reciprocity": lambda one: one.terms.reciprocity,
    "ihr_article_9": lambda one: one.terms.ihr_article_9,
    "ihr_tell_hours": lambda one: one.terms.ihr_tell_hours,
    "focal_point": lambda one: [side.focal_point for side in one.parties if side.focal_point],
    "dispute": lambda one: list(one.terms.dispute),
    "breach_hours": lambda one: one.terms.breach_hours,
    "successor": lambda one: [side.successor for side in one.parties],
    "review": lambda one: one.review,
    "exit_days": lambda one: one.exit_days,
    "prevailing_language": lambda one: one.prevailing_language,
    "instrument": lambda one: one.instrument.name,
    "signatories": lambda one: list(one.instrument.signatories),
}


def differing(a: Agreement, b: Agreement) -> tuple[dict[str, Any], ...]:
    """{term, a, b} for each term that the two do not say alike. A clause is compared with the one of its name."""
    found = [one for name, of in OF_CLAUSES.items() if (one := _of_clauses(name, of, a, b)) is not None]
    for name, said in OF_AGREEMENTS.items():
        one, two = (_plain(said(agreement)) for agreement in (a, b))
        if one != two:
            found.append({"term": name, "a": one, "b": two})
    return tuple(found)


def _of_clauses(name: str, of: Callable[[Clause], Values], a: Agreement, b: Agreement) -> dict[str, Any] | None:
    one, two = ({c.id: of(c) for c in agreement.clauses if c.effect == "permit"} for agreement in (a, b))
    both = one.keys() & two.keys()
    apart = {clause for clause in both if one[clause] != two[clause]}
    told = [_together(values, values.keys() - (both - apart)) for values in (one, two)]
    return {"term": name, "a": told[0], "b": told[1]} if apart or told[0] != told[1] else None


def _together(values: dict[str, Values], clauses: set[str]) -> list[Any]:
    return sorted({one for clause in clauses for one in values[clause] if one is not None})


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value
